/// \file
/// Calendar exposure: how much of a usual month a month is, before any customer is looked at.
///
/// February is short, a month with five Saturdays is long for a shop that lives on Saturdays, and
/// December is December. A rate times the exposure is what a month lets one expect:
///
///     e = 1 / 30.4 * sum over its days w[weekday] * exp(S[month of the year])
///
/// of a calendar month. Where a panel counts by days that stand in for months, each of their days
/// has the S of the month that it lies in, and 1 / 30.4 is one over their number.
///
/// The weekday weights w (mean 1) are the shares of the log's transactions. The month effects S
/// (mean 0) need fifteen months: a ridge regression of ln(transactions per seen customer and
/// weighted day) on a trend that may bend every six months and on the twelve months of the year,
/// each shrunk towards 0. Two years in which December was high tell little more than noise would
/// and are believed by two thirds; a log without season has effects near 0.
///
/// A day that the panel names a holiday counts w[weekday] exp(H[name]) instead. The H are
/// logarithms of the transactions of such days against those of the same weekday in the eight weeks
/// around them; their common deviation is found from all of them beyond what days differ anyway,
/// and each is shrunk by it: without evidence that holidays matter, all of them are 0.
///
/// One component for all models: what a model multiplies, another takes as its offset.
///
/// Layer:   models (core, math).   Threads: immutable.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "till/core/panel.hpp"
#include "till/core/result.hpp"
#include "till/models/state.hpp"

namespace till::models {

/// A holiday's day, since 1970-01-01, and the logarithm of what it counts against its weekday.
struct HolidayEffect {
  std::int64_t day = 0;
  double effect = 0.0;
};

class CalendarExposure {
 public:
  /// Every day counts alike, no month is special.
  CalendarExposure();

  /// Learns from a panel; months that are not over do not count.
  ///
  /// \param penalty  of the squared month effects, in months observed; > 0. Effects seen in n years
  /// keep about n / (n + penalty) of their size.
  /// Cost: O(days + months^3), microseconds.
  [[nodiscard]] static CalendarExposure fit(const Panel& panel, double penalty = 1.0);

  /// Returns the exposure of a month or of a part of it: about 1 for a whole one; > 0.
  [[nodiscard]] double exposure(const MonthPart& part) const noexcept;

  /// Returns what was learned, and makes the same model of it again. Errors: `CorruptFile`.
  [[nodiscard]] State save() const;
  [[nodiscard]] static Result<CalendarExposure> load(const State& state);

  /// Returns the weights of the days of the week, Monday first; > 0, mean 1.
  [[nodiscard]] const std::array<double, 7>& weekday_weights() const noexcept {
    return weekday_weights_;
  }

  /// Returns the effects of the months of the year, January first: logarithms, mean 0.
  [[nodiscard]] const std::array<double, 12>& month_effects() const noexcept {
    return month_effects_;
  }

  /// Returns the holidays that count other than their weekday, past and to come, by day.
  [[nodiscard]] std::span<const HolidayEffect> holiday_effects() const noexcept {
    return holiday_effects_;
  }

 private:
  [[nodiscard]] double exposure_of_days(const MonthPart& part) const noexcept;

  std::array<double, 7> weekday_weights_{};
  std::array<double, 12> month_effects_{};
  std::vector<HolidayEffect> holiday_effects_;
};

}  // namespace till::models
