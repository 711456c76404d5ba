#include "past_lessons.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "panel_sample.hpp"
#include "whole_months.hpp"

namespace till::models {

namespace {

constexpr std::size_t kFewestRows = 200;
constexpr std::size_t kFewestMonths = 4;
constexpr std::size_t kOffsetMonths = 3;
constexpr double kPenalty = 2.0;  // of month effects: an offset is believed less

}  // namespace

std::span<const MonthFeatures> PastLessons::held_out() const {
  return std::span(features).last(std::min(kHeldOutMonths, features.size()));
}

Result<PastLessons> past_lessons(std::string_view who,
                                 const Panel& panel,
                                 std::size_t rows,
                                 const Computation& computation) {
  const std::size_t months = whole_months(panel);
  std::vector<std::size_t> lessons;
  std::size_t available = 0;
  for (std::size_t t = months > kLessonMonths ? months - kLessonMonths : 1; t < months; ++t) {
    lessons.push_back(t);
    available += panel.customers_seen(t - 1);
  }
  PastLessons past;
  if (months < kFewestMonths || available < kFewestRows) {
    past.too_few = std::string(who) + ": " + std::to_string(months) + " whole " +
                   month_noun(panel.month(0).month, static_cast<std::int64_t>(months)) + " and " +
                   std::to_string(available) + " past customer-months, fewer than " +
                   std::to_string(kFewestMonths) + " and " + std::to_string(kFewestRows) +
                   ", are too few to learn from: forecasts are means of three months";
    return past;
  }
  const Panel whole = panel.before(months);
  past.season = CalendarExposure::fit(whole, kPenalty);
  const std::size_t customers =
      available <= rows ? whole.customers()
                        : std::max<std::size_t>(whole.customers() * rows / available, 1);
  TILL_ASSIGN(past.sample, sampled(whole, customers));
  TILL_ASSIGN(past.features, member_features(past.sample, lessons, {}, nullptr, computation));
  return past;
}

double season_offset(const Panel& panel,
                     std::size_t index,
                     const MonthPart& month,
                     const CalendarExposure& season) {
  double usual = 0.0;
  const std::size_t span = std::min(kOffsetMonths, index);
  for (std::size_t t = index - span; t < index; ++t) {
    usual += season.exposure(panel.month(t)) / static_cast<double>(span);
  }
  return std::log(season.exposure(month) / usual);
}

}  // namespace till::models
