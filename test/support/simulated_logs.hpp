/// \file
/// Simulated logs: how many a test of error rates looks at, and how many of them may be wrong.
///
/// A few in a test that is to be fast, 200 where TILL_SIMULATED_LOGS=200 asks for them: the suite
/// of label slow does.
#pragma once

#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace till::test {

/// Returns how many logs to simulate: `few`, or more where the environment says so.
inline std::uint64_t simulated_logs(std::uint64_t few) {
  const char* asked = std::getenv("TILL_SIMULATED_LOGS");
  const std::string_view text = asked == nullptr ? "" : asked;
  std::uint64_t logs = 0;
  std::from_chars(text.data(), text.data() + text.size(), logs);
  return logs > few ? logs : few;
}

/// Returns how many of so many logs may be wrong where a share of them is: that, and three standard
/// errors.
inline int at_most(std::uint64_t logs, double share) {
  const auto n = static_cast<double>(logs);
  return static_cast<int>(n * share + 3.0 * std::sqrt(n * share * (1.0 - share)));
}

/// Returns how many of so many logs must be right where a share of them is: that, less three
/// standard errors.
inline int at_least(std::uint64_t logs, double share) {
  const auto n = static_cast<double>(logs);
  return static_cast<int>(std::ceil(n * share - 3.0 * std::sqrt(n * share * (1.0 - share))));
}

}  // namespace till::test
