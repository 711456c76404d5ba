// till-golden FILE.csv...: computes what the rows of golden files ask for and says how many digits
// are right. Exit code 1 when a row fails, or asks for a model or quantity that till does not have.

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "golden_file.hpp"
#include "quantity.hpp"
#include <fmt/format.h>

namespace {

using till::golden::GoldenRow;
using till::golden::WideNumber;

constexpr double kTolerance = 1e-9;
constexpr double kLogLikelihoodTolerance = 1e-10;
constexpr double kMostDigits = 16.0;           // those of a double
constexpr double kLogSmallest = -690.7755279;  // 1e-300: below it logarithms are compared
// Golden derivatives are central differences over 1e-25: what is below the square of that is 0.
constexpr double kDifferenceNoise = 1e-49;
constexpr int kFailuresShown = 20;

/// Relative difference; absolute where the truth is 0.
double error_of(const WideNumber& expected, const WideNumber& actual, bool is_derivative) {
  if (is_derivative && std::fabs(expected.value) < kDifferenceNoise) {
    return std::fabs(actual.value);
  }
  if (expected.sign != 0.0 && expected.log_magnitude < kLogSmallest) {
    if (actual.sign == 0.0) {
      return 0.0;  // underflow
    }
    return actual.sign == expected.sign
               ? std::fabs(actual.log_magnitude / expected.log_magnitude - 1.0)
               : 2.0;
  }
  const double difference = std::fabs(actual.value - expected.value);
  return expected.value == 0.0 ? difference : difference / std::fabs(expected.value);
}

struct Score {
  std::vector<double> digits;
  int failures = 0;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    fmt::print(stderr, "usage: till-golden FILE.csv...\n");
    return 2;
  }
  std::map<std::pair<std::string, std::string>, Score> scores;
  int failures = 0;
  std::size_t total = 0;
  const auto complain = [&](const std::string& text) {
    if (++failures <= kFailuresShown) {
      fmt::print(stderr, "{}\n", text);
    }
  };
  for (int i = 1; i < argc; ++i) {
    const std::string path = argv[i];
    const auto rows = till::golden::read_golden_file(path);
    if (!rows) {
      fmt::print(stderr, "{} ({})\n", rows.error().message, rows.error().remedy);
      return till::exit_code(rows.error().code);
    }
    for (const GoldenRow& row : *rows) {
      ++total;
      Score& score = scores[{row.model, row.quantity}];
      const auto actual = till::golden::compute(row);
      if (!actual) {
        ++score.failures;
        complain(fmt::format("{}: {}", path, actual.error().message));
        continue;
      }
      const double error = error_of(row.expected, *actual, row.quantity.starts_with("dloglik"));
      const double tolerance = row.quantity == "loglik" ? kLogLikelihoodTolerance : kTolerance;
      const double digits =
          std::isfinite(error) ? std::clamp(0.0 - std::log10(error), 0.0, kMostDigits) : 0.0;
      score.digits.push_back(digits);
      if (!(error <= tolerance)) {
        ++score.failures;
        complain(
            fmt::format("{}:{}: {} {} is {:.17g} (log {:.17g}), but must be {:.17g} (log {:.17g})",
                        path,
                        row.line,
                        row.model,
                        row.quantity,
                        actual->value,
                        actual->log_magnitude,
                        row.expected.value,
                        row.expected.log_magnitude));
      }
    }
  }
  fmt::print("{:<16} {:<24} {:>6} {:>6} {:>7} {:>9}\n",
             "model",
             "quantity",
             "rows",
             "min",
             "median",
             "failures");
  for (auto& [key, score] : scores) {
    std::vector<double>& digits = score.digits;
    std::ranges::sort(digits);
    const std::string least = digits.empty() ? "-" : fmt::format("{:.1f}", digits.front());
    const std::string median =
        digits.empty() ? "-" : fmt::format("{:.1f}", digits[digits.size() / 2]);
    const std::size_t rows = std::max(digits.size(), static_cast<std::size_t>(score.failures));
    fmt::print("{:<16} {:<24} {:>6} {:>6} {:>7} {:>9}\n",
               key.first,
               key.second,
               rows,
               least,
               median,
               score.failures);
  }
  fmt::print("{} rows, {} failures\n", total, failures);
  return failures == 0 ? 0 : 1;
}
