#include "till/models/calendar_exposure.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <numeric>
#include <optional>
#include <set>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "till/math/symmetric.hpp"

namespace till::models {

namespace {

constexpr double kDaysPerMonth = 30.4;
constexpr std::size_t kMinMonths = 15;
constexpr std::size_t kMonthsLeftOut =
    3;  // in which the base is still being seen for the first time
constexpr std::size_t kMonthsPerKnot = 6;
constexpr double kTrendPenalty = 0.05;
constexpr double kWeekdayPrior = 20.0;    // transactions, spread evenly over the week
constexpr std::int64_t kWeeksAround = 4;  // on either side, that a holiday is compared with
constexpr double kDayPrior = 0.5;         // transactions: a day without any has a logarithm
constexpr double kLeastDays = 28.0;       // to know how much days differ

/// Returns the days from the log's first transaction to the one after its last: those outside are
/// no days without any.
std::pair<std::int64_t, std::int64_t> days_with_any(std::span<const std::int64_t> daily) {
  const auto is_some = [](std::int64_t count) { return count > 0; };
  return {std::find_if(daily.begin(), daily.end(), is_some) - daily.begin(),
          daily.rend() - std::find_if(daily.rbegin(), daily.rend(), is_some)};
}

std::array<double, 7> learn_weekdays(const Panel& panel) {
  std::array<double, 7> transactions{};
  std::array<double, 7> days{};
  const std::int64_t first_day = days_since_epoch(panel.month(0).month.first);
  const std::span<const std::int64_t> daily = panel.daily_transactions();
  const auto [begin, end] = days_with_any(daily);
  for (auto day = begin; day < end; ++day) {
    const std::size_t weekday = weekday_of(first_day + day);
    transactions[weekday] += static_cast<double>(daily[static_cast<std::size_t>(day)]);
    days[weekday] += 1.0;
  }
  const double all_transactions = std::accumulate(transactions.begin(), transactions.end(), 0.0);
  const double all_days = std::accumulate(days.begin(), days.end(), 0.0);
  std::array<double, 7> weights{};
  weights.fill(1.0);
  if (!(all_transactions > 0.0)) {
    return weights;
  }
  const double per_day = all_transactions / all_days;
  for (std::size_t weekday = 0; weekday < 7; ++weekday) {
    weights[weekday] = (transactions[weekday] + kWeekdayPrior / 7.0) /
                       (days[weekday] * per_day + kWeekdayPrior / 7.0);
  }
  const double mean = std::accumulate(weights.begin(), weights.end(), 0.0) / 7.0;
  for (double& weight : weights) {
    weight /= mean;
  }
  return weights;
}

/// Returns the days of a part of a month, since 1970-01-01: exactly of a whole month; of a part
/// those that it has in UTC.
std::pair<std::int64_t, std::int64_t> days_of(const MonthPart& part) {
  const std::int64_t begins = days_since_epoch(part.month.first);
  const std::int64_t ends = begins + part.month.days();
  if (part.days() > static_cast<double>(ends - begins) - 1e-9) {
    return {begins, ends};
  }
  const auto day = [](Instant instant) {
    return static_cast<double>(instant.micros) / static_cast<double>(kMicrosPerDay);
  };
  return {std::max(begins, static_cast<std::int64_t>(std::floor(day(part.range.from)))),
          std::min(ends, static_cast<std::int64_t>(std::ceil(day(part.range.to))))};
}

/// What the days of one name did, in the part of the log that was seen.
struct SeenHoliday {
  double sum = 0.0;  // of log ratios
  double times = 0.0;
};

/// Returns ln of a day's transactions against the mean of the same weekday in the weeks around it,
/// holidays left out; nothing where too few are known.
std::optional<double> log_ratio(std::span<const std::int64_t> daily,
                                std::int64_t begin,
                                std::int64_t end,
                                std::int64_t day,
                                const std::set<std::int64_t>& holidays) {
  double around = 0.0;
  double known = 0.0;
  for (std::int64_t week = -kWeeksAround; week <= kWeeksAround; ++week) {
    const std::int64_t other = day + 7 * week;
    if (week != 0 && other >= begin && other < end && !holidays.contains(other)) {
      around += static_cast<double>(daily[static_cast<std::size_t>(other)]);
      known += 1.0;
    }
  }
  if (known < 2.0 || !(around > 0.0)) {
    return std::nullopt;
  }
  const double count = static_cast<double>(daily[static_cast<std::size_t>(day)]);
  return std::log((count + kDayPrior) / (around / known + kDayPrior));
}

/// Learns what named days count, each shrunk by what all of them show beyond noise.
std::vector<HolidayEffect> learn_holidays(const Panel& panel) {
  std::vector<HolidayEffect> effects;
  if (panel.holidays().empty()) {
    return effects;
  }
  const std::int64_t first_day = days_since_epoch(panel.month(0).month.first);
  const auto [begin, end] = days_with_any(panel.daily_transactions());
  const std::span<const std::int64_t> daily = panel.daily_transactions();
  std::set<std::int64_t> holidays;  // since the first day
  for (const NamedDay& day : panel.holidays()) {
    holidays.insert(days_since_epoch(day.date) - first_day);
  }
  std::map<std::string_view, SeenHoliday> seen;
  for (const NamedDay& day : panel.holidays()) {
    const std::int64_t at = days_since_epoch(day.date) - first_day;
    const std::optional<double> ratio =
        at >= begin && at < end ? log_ratio(daily, begin, end, at, holidays) : std::nullopt;
    if (ratio) {
      SeenHoliday& same = seen[day.name];
      same.sum += *ratio;
      same.times += 1.0;
    }
  }
  // How much days differ that are no holidays.
  double squares = 0.0;
  double days = 0.0;
  for (std::int64_t day = begin; day < end; ++day) {
    const std::optional<double> ratio =
        holidays.contains(day) ? std::nullopt : log_ratio(daily, begin, end, day, holidays);
    if (ratio) {
      squares += *ratio * *ratio;
      days += 1.0;
    }
  }
  if (seen.empty() || days < kLeastDays) {
    return effects;
  }
  const double noise = std::max(squares / days, 1e-6);
  double excess = 0.0;
  for (const auto& [name, holiday] : seen) {
    const double mean = holiday.sum / holiday.times;
    excess += mean * mean - noise / holiday.times;
  }
  const double variance = std::max(excess / static_cast<double>(seen.size()), 0.0);
  for (const NamedDay& day : panel.holidays()) {
    const auto found = seen.find(day.name);
    if (found != seen.end() && variance > 0.0) {
      const SeenHoliday& holiday = found->second;
      effects.push_back(
          {days_since_epoch(day.date),
           holiday.sum / holiday.times * variance / (variance + noise / holiday.times)});
    }
  }
  std::ranges::sort(effects, {}, &HolidayEffect::day);
  // A day of two names counts once.
  const auto is_same_day = [](const HolidayEffect& a, const HolidayEffect& b) {
    return a.day == b.day;
  };
  effects.erase(std::unique(effects.begin(), effects.end(), is_same_day), effects.end());
  return effects;
}

/// Returns the solution of (X'X + diag(penalties)) b = X'y.
std::vector<double> ridge(const std::vector<std::vector<double>>& rows,
                          const std::vector<double>& y,
                          const std::vector<double>& penalties) {
  const std::size_t n = penalties.size();
  math::SymmetricMatrix normal(n);
  std::vector<double> right(n, 0.0);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      double sum = i == j ? penalties[i] : 0.0;
      for (const std::vector<double>& row : rows) {
        sum += row[i] * row[j];
      }
      normal.set(i, j, sum);
    }
    for (std::size_t k = 0; k < rows.size(); ++k) {
      right[i] += rows[k][i] * y[k];
    }
  }
  std::vector<double> solution(n);
  math::inverse_of(math::eigen_of(normal)).multiply(right, solution);
  return solution;
}

/// Adds to each month of the year the share that it has of a month's days.
void add_shares(const PanelMonth& month, std::span<double> shares) {
  if (month.is_calendar()) {
    shares[static_cast<std::size_t>(month.first.month - 1)] += 1.0;
    return;
  }
  const std::int64_t begins = days_since_epoch(month.first);
  for (std::int64_t day = begins; day < begins + month.days(); ++day) {
    shares[static_cast<std::size_t>(date_from_days(day).month - 1)] += 1.0 / month.days();
  }
}

std::array<double, 12> learn_months(const Panel& panel,
                                    const CalendarExposure& weekdays,
                                    double penalty) {
  std::array<double, 12> effects{};
  const std::size_t months = panel.months() - (panel.is_last_month_whole() ? 0 : 1);
  // Shorter months are more, and each tells less.
  const auto per_year = static_cast<std::size_t>(months_per_year(panel.month(0).month));
  const double more = static_cast<double>(per_year) / 12.0;
  const std::size_t left_out = kMonthsLeftOut * per_year / 12;
  const std::size_t per_knot = kMonthsPerKnot * per_year / 12;
  if (months < kMinMonths * per_year / 12) {
    return effects;
  }
  const std::size_t knots = (months + per_knot - 1) / per_knot;
  std::vector<double> penalties(1 + knots + 12, penalty * more);
  penalties[0] = 1e-9;
  std::fill_n(penalties.begin() + 1, knots, kTrendPenalty * more);
  std::vector<std::vector<double>> rows;
  std::vector<double> y;
  for (std::size_t t = left_out; t < months; ++t) {
    const std::span<const std::int32_t> counts = panel.counts(t);
    const double transactions = std::accumulate(counts.begin(), counts.end(), 0.0);
    if (!(transactions > 0.0)) {
      continue;  // closed, or a gap in the log: says nothing about the month of the year
    }
    const MonthPart& part = panel.month(t);
    std::vector<double> row(penalties.size(), 0.0);
    row[0] = 1.0;
    for (std::size_t knot = 0; knot < knots; ++knot) {
      const double since = static_cast<double>(t) - static_cast<double>(knot * per_knot);
      row[1 + knot] = std::max(since, 0.0) / static_cast<double>(per_knot);
    }
    add_shares(part.month, std::span(row).last(12));
    rows.push_back(std::move(row));
    y.push_back(
        std::log(transactions / static_cast<double>(counts.size()) / weekdays.exposure(part)));
  }
  if (rows.empty()) {
    return effects;
  }
  const std::vector<double> solution = ridge(rows, y, penalties);
  std::copy_n(solution.end() - 12, 12, effects.begin());
  const double mean = std::accumulate(effects.begin(), effects.end(), 0.0) / 12.0;
  for (double& effect : effects) {
    effect -= mean;
  }
  return effects;
}

}  // namespace

CalendarExposure::CalendarExposure() {
  weekday_weights_.fill(1.0);
}

CalendarExposure CalendarExposure::fit(const Panel& panel, double penalty) {
  CalendarExposure calendar;
  if (panel.months() > 0) {
    calendar.weekday_weights_ = learn_weekdays(panel);
    calendar.holiday_effects_ = learn_holidays(panel);
    calendar.month_effects_ = learn_months(panel, calendar, penalty);
  }
  return calendar;
}

State CalendarExposure::save() const {
  State state;
  state.set_numbers("weekday_weights", weekday_weights_);
  state.set_numbers("month_effects", month_effects_);
  if (!holiday_effects_.empty()) {
    State::Numbers days;
    State::Numbers effects;
    for (const HolidayEffect& each : holiday_effects_) {
      days.push_back(static_cast<double>(each.day));
      effects.push_back(each.effect);
    }
    state.set("holiday_days", std::move(days));
    state.set("holiday_effects", std::move(effects));
  }
  return state;
}

Result<CalendarExposure> CalendarExposure::load(const State& state) {
  CalendarExposure calendar;
  StateReader read(state, "calendar");
  read.fill("weekday_weights", calendar.weekday_weights_, 1e-9, 1e9);
  read.fill("month_effects", calendar.month_effects_, -50.0, 50.0);
  if (state.find("holiday_days") != nullptr) {
    const std::vector<double> days = read.numbers("holiday_days", -1e7, 1e7);
    std::vector<double> effects(days.size());
    read.fill("holiday_effects", effects, -50.0, 50.0);
    for (std::size_t i = 0; i < days.size(); ++i) {
      calendar.holiday_effects_.push_back({static_cast<std::int64_t>(days[i]), effects[i]});
    }
    if (!std::ranges::is_sorted(calendar.holiday_effects_, {}, &HolidayEffect::day)) {
      read.refuse("holiday_days", "ascending");
    }
  }
  TILL_TRY(read.finish());
  return calendar;
}

double CalendarExposure::exposure(const MonthPart& part) const noexcept {
  if (!part.month.is_calendar()) {
    return exposure_of_days(part);
  }
  double days = 0.0;
  for (std::size_t weekday = 0; weekday < 7; ++weekday) {
    days += weekday_weights_[weekday] * part.weekday_days[weekday];
  }
  if (!holiday_effects_.empty()) {
    const auto [from, to] = days_of(part);
    for (auto each = std::ranges::lower_bound(holiday_effects_, from, {}, &HolidayEffect::day);
         each != holiday_effects_.end() && each->day < to;
         ++each) {
      days += weekday_weights_[weekday_of(each->day)] * (std::exp(each->effect) - 1.0);
    }
    days = std::max(days, 1e-6);
  }
  return days / kDaysPerMonth *
         std::exp(month_effects_[static_cast<std::size_t>(part.month.first.month - 1)]);
}

double CalendarExposure::exposure_of_days(const MonthPart& part) const noexcept {
  const auto [from, to] = days_of(part);
  auto holiday = std::ranges::lower_bound(holiday_effects_, from, {}, &HolidayEffect::day);
  double sum = 0.0;
  for (std::int64_t day = from; day < to; ++day) {
    const auto month = static_cast<std::size_t>(date_from_days(day).month - 1);
    double effect = month_effects_[month];
    if (holiday != holiday_effects_.end() && holiday->day == day) {
      effect += holiday->effect;
      ++holiday;
    }
    sum += weekday_weights_[weekday_of(day)] * std::exp(effect);
  }
  // A day that is cut counts like the others, and less.
  const double counted = part.days() / static_cast<double>(std::max<std::int64_t>(to - from, 1));
  return std::max(sum * counted, 1e-6) / part.month.days();
}

}  // namespace till::models
