/// \file
/// Past lessons: the months of the last year, as a learner of next month sees them.
///
/// Layer:   models (private).   Threads: pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "member_features.hpp"

#include "till/core/panel.hpp"
#include "till/core/result.hpp"
#include "till/models/calendar_exposure.hpp"
#include "till/models/forecast.hpp"

namespace till::models {

inline constexpr std::size_t kLessonMonths = 12;  ///< That are learned from.
inline constexpr std::size_t kHeldOutMonths = 2;  ///< Of them, to see how wide forecasts miss.

struct PastLessons {
  Panel sample;  ///< Whole months; every n-th customer where there are too many.
  CalendarExposure season;
  std::vector<MonthFeatures> features;  ///< At the start of each month, oldest first.
  std::string too_few;                  ///< Why there is nothing to learn from; else empty.

  /// Returns those of the last months.
  [[nodiscard]] std::span<const MonthFeatures> held_out() const;
};

/// Looks back on the last twelve months that are over.
///
/// \param who   begins the text of `too_few`.
/// \param rows  at most as many, customers times months.
/// \pre panel.months() > 0. Errors: `Cancelled`.
[[nodiscard]] Result<PastLessons> past_lessons(std::string_view who,
                                               const Panel& panel,
                                               std::size_t rows,
                                               const Computation& computation);

/// Returns ln of a month's exposure against the mean of the three before it.
///
/// \param index  of the month; the panel knows those before. \pre index > 0.
[[nodiscard]] double season_offset(const Panel& panel,
                                   std::size_t index,
                                   const MonthPart& month,
                                   const CalendarExposure& season);

}  // namespace till::models
