/// \file
/// Findings: the sentences of a report that stand out, and their order.
///
/// A finding is made from the numbers of one answer. It is either counted - a fact about every
/// transaction of the log - or tested: then it stands only if it would at a false discovery rate of
/// 5 % over all that were tested for the same report [BH95]; or it is expected, by the forecast.
/// Findings are ordered by size times certainty, where
///
///     size        how much of the business it is about, or how far from "nothing", in [0, 1]
///     certainty   1 for what was counted or is expected, 1 - q for what was tested
///
/// Layer:   engine (private).   Threads: pure.
/// Sources: [BH95] -- keys resolve in docs/references.md.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "till/engine/answer.hpp"

namespace till::engine {

struct Finding {
  std::string section = {};            ///< Of the report.
  std::string text = {};               ///< A sentence.
  double size = 0.0;                   ///< [0, 1].
  std::optional<double> p_value = {};  ///< Of a test that stands for itself.
  /// Of a family of tests the verb has corrected; `standing` sets it where there is a p-value.
  /// Unset at the end: counted, or expected.
  std::optional<double> q_value = {};
  bool is_expected = false;  ///< Whether it is of a time to come.
};

/// Returns those that stand, the most important first; equal ones as they came.
[[nodiscard]] std::vector<Finding> standing(std::vector<Finding> candidates);

/// Returns why a finding can be believed, in a few words: "counted", "expected", "tested, q <
/// 0.001".
[[nodiscard]] std::string basis_of(const Finding& finding);

// What an answer of a verb has to say; nothing when it says nothing that matters. The section is
// set by the caller.
[[nodiscard]] std::vector<Finding> describe_findings(const Answer& answer);
[[nodiscard]] std::vector<Finding> top_products_findings(const Answer& answer);
[[nodiscard]] std::vector<Finding> race_findings(const Answer& answer);
[[nodiscard]] std::vector<Finding> seasonality_findings(const Answer& answer);
[[nodiscard]] std::vector<Finding> concentration_findings(const Answer& answer);
[[nodiscard]] std::vector<Finding> cohorts_findings(const Answer& answer);
[[nodiscard]] std::vector<Finding> lifecycle_findings(const Answer& answer);
[[nodiscard]] std::vector<Finding> affinity_findings(const Answer& answer);
[[nodiscard]] std::vector<Finding> dynamics_findings(const Answer& answer);
[[nodiscard]] std::vector<Finding> anomalies_findings(const Answer& answer);
[[nodiscard]] std::vector<Finding> forecast_findings(const Answer& answer);
[[nodiscard]] std::vector<Finding> backtest_findings(const Answer& answer);

}  // namespace till::engine
