/// \file
/// The likelihood of the dynamic NBD filter and its slopes by the parameters.
///
/// A pass goes through the months and keeps the states that each began with. A pass back takes the
/// slopes of the log scores from the last month to the first: every month's equations are noted on
/// a tape again, eight customers at a time, and followed back from the slopes of the states that
/// they led to. What customers have in common, the level of the base, is followed back in between.
///
/// Layer:   models (private).   Threads: one thread each.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "dynamic_nbd_rows.hpp"

#include "till/core/panel.hpp"
#include "till/models/calendar_exposure.hpp"
#include "till/models/dynamic_nbd.hpp"

namespace till::models {

/// A month of the customers looked at.
struct SampledMonth {
  double exposure = 0.0;
  bool is_scored = false;
  std::vector<std::int32_t> counts;     // of the customers seen before
  std::vector<double> log_silent;       // of them: ln(1 + months of silence), this one included
  std::vector<double> birth_exposures;  // of those born in it
  std::vector<double> birth_counts;     // after the first transaction
  // What a pass found.
  std::vector<double> states;  // of the customers seen before, column by column, and 1 / kappa
  double level_before = 0.0;
  step::LevelSums<double> sums;
};

class DynamicNbdLikelihood {
 public:
  using Values = std::array<double, DynamicNbdParameters::kCount>;

  /// Looks at no more customers of a panel than `most`, every n-th by birth, and at the scores of
  /// its last 18 months.
  DynamicNbdLikelihood(const Panel& panel, const CalendarExposure& calendar, std::size_t most);

  /// Returns how many customer-months are scored.
  [[nodiscard]] std::size_t scored() const noexcept { return scored_; }

  /// Returns the sum of their log scores, each customer's month forecast from those before it.
  [[nodiscard]] double value(const Values& values);

  /// The same, and writes its slopes by the parameters. Cost: about four times that of the value.
  [[nodiscard]] double value(const Values& values, std::span<double> gradient);

 private:
  std::vector<SampledMonth> months_;
  std::size_t scored_ = 0;
  double log_factorials_ = 0.0;  // of the counts that are scored, summed
  std::vector<double> slopes_after_;
  std::vector<double> slopes_before_;
};

}  // namespace till::models
