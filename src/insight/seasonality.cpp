#include "till/insight/seasonality.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "insight/named_product.hpp"
#include "insight/product_labels.hpp"
#include "insight/season_estimates.hpp"
#include "insight/tally.hpp"

#include "till/core/count_words.hpp"
#include "till/core/month_name.hpp"
#include "till/math/count_regression.hpp"
#include "till/math/false_discovery.hpp"
#include "till/math/season_tests.hpp"
#include "till/math/stl.hpp"
#include "till/math/student_t.hpp"

namespace till::insight {

namespace {

constexpr std::size_t kHours = 24;
constexpr std::size_t kWeek = 7;
constexpr std::size_t kYear = 12;  // months
constexpr std::size_t kDaysOfMonth = 31;
constexpr std::size_t kDaysOfEveryMonth = 28;
constexpr std::size_t kFewestWeeks = 4;
constexpr std::size_t kFewestDays = 14;   // with a transaction, for hours
constexpr std::size_t kFewestMonths = 6;  // for days of the month
constexpr std::size_t kThreeYears = 36;   // for QS
constexpr std::int64_t kCovered = 15;     // days that make a month usable
constexpr std::size_t kTrendMonths = 10;
constexpr std::size_t kTrendWeeks = 10;
constexpr double kWeeksOfYear = 365.2425 / 7;
constexpr std::array<std::size_t, 2> kDailyPeriods = {7, 365};

Evidence evidence_of(double p) {
  return p < 0.001 ? Evidence::Strong : p < 0.05 ? Evidence::Weak : Evidence::None;
}

/// 0 for Monday.
std::size_t weekday(std::int64_t day) {
  return static_cast<std::size_t>(((day + 3) % 7 + 7) % 7);
}

std::size_t first_value(SeasonPeriod period) {
  return period == SeasonPeriod::Hour ? 0 : 1;
}

std::size_t values_of(SeasonPeriod period) {
  switch (period) {
    case SeasonPeriod::MonthOfYear:
      return kYear;
    case SeasonPeriod::DayOfWeek:
      return kWeek;
    case SeasonPeriod::Hour:
      return kHours;
    case SeasonPeriod::DayOfMonth:
      break;
  }
  return kDaysOfMonth;
}

/// Finds the seasons of one series of days.
class Finder {
 public:
  Finder(DayCounts counts, std::span<const Holiday> holidays) : holidays_(holidays) {
    found_.counts = std::move(counts);
    for (const auto& hours : found_.counts.days) {
      totals_.push_back(
          static_cast<double>(std::accumulate(hours.begin(), hours.end(), std::int64_t{0})));
    }
  }

  Seasonality find() {
    if (totals_.empty()) {
      return std::move(found_);
    }
    trend_ = daily_trend(totals_);
    weekday_factors_.fill(1.0);
    Season week = day_of_week();
    Season hours = hour();
    lay_out_months();
    Season months_of_year = month_of_year();
    Season month_days = day_of_month();
    found_.seasons = {
        std::move(months_of_year), std::move(week), std::move(hours), std::move(month_days)};
    direction();
    holidays();
    return std::move(found_);
  }

 private:
  [[nodiscard]] std::int64_t day(std::size_t i) const {
    return found_.counts.first_day + static_cast<std::int64_t>(i);
  }

  [[nodiscard]] Date date(std::size_t i) const { return date_from_days(day(i)); }

  /// A season with its values and their transactions, and nothing known.
  [[nodiscard]] Season blank(SeasonPeriod period) const {
    Season season;
    season.period = period;
    season.values.resize(values_of(period));
    for (std::size_t j = 0; j < season.values.size(); ++j) {
      season.values[j].value = static_cast<std::int32_t>(j + first_value(period));
    }
    for (std::size_t i = 0; i < totals_.size(); ++i) {
      const Date of_day = date(i);
      for (std::size_t h = 0; h < kHours; ++h) {
        const std::size_t j =
            period == SeasonPeriod::MonthOfYear ? static_cast<std::size_t>(of_day.month) - 1
            : period == SeasonPeriod::DayOfWeek ? weekday(day(i))
            : period == SeasonPeriod::Hour      ? h
                                                : static_cast<std::size_t>(of_day.day) - 1;
        season.values[j].transactions += found_.counts.days[i][h];
      }
    }
    return season;
  }

  /// Appends a block of the positions first ... first + length - 1 of the series, unless nothing
  /// was bought in it; positions from `length` to k have no exposure.
  void add_block(Blocks& blocks,
                 std::size_t first,
                 std::size_t length,
                 std::span<const double> exposures) const {
    double sum = 0.0;
    for (std::size_t j = 0; j < length; ++j) {
      sum += totals_[first + j];
    }
    if (!(sum > 0.0)) {
      return;
    }
    for (std::size_t j = 0; j < blocks.k; ++j) {
      blocks.counts.push_back(j < length ? totals_[first + j] : 0.0);
      blocks.exposures.push_back(j < length ? exposures[first + j] : 0.0);
    }
  }

  /// Fills in index, strength and test of what stands in blocks.
  static void judge(Season& season, const Blocks& blocks, std::size_t tested, std::size_t fewest) {
    season.units = static_cast<std::int64_t>(blocks.size());
    const Profile profile = profile_of(blocks);
    if (blocks.size() > 1) {
      for (std::size_t j = 0; j < blocks.k; ++j) {
        season.values[j].index = profile.values[j].index;
        season.values[j].low = profile.values[j].low;
        season.values[j].high = profile.values[j].high;
      }
    }
    if (blocks.size() >= fewest) {
      season.strength = profile.strength;
      season.p_value = math::friedman(ratios_of(blocks, tested), tested).f_p_value;
    }
  }

  Season day_of_week() {
    Season season = blank(SeasonPeriod::DayOfWeek);
    Blocks weeks{.k = kWeek};
    const std::size_t monday = (kWeek - weekday(day(0))) % kWeek;
    for (std::size_t i = monday; i + kWeek <= totals_.size(); i += kWeek) {
      add_block(weeks, i, kWeek, trend_);
    }
    judge(season, weeks, kWeek, kFewestWeeks);
    if (!season.p_value) {
      season.untested = "it takes " + count_of(kFewestWeeks, "whole week") +
                        " with transactions, and there " + (weeks.size() == 1 ? "is " : "are ") +
                        std::to_string(weeks.size());
      return season;
    }
    for (std::size_t j = 0; j < kWeek; ++j) {
      weekday_factors_[j] = season.values[j].index.value_or(1.0);
    }
    std::vector<double> logs;
    logs.reserve(totals_.size());
    for (const double total : totals_) {
      logs.push_back(std::log1p(std::max(total, 0.0)));
    }
    const bool has_years = logs.size() >= 2 * kDailyPeriods[1];
    const math::Decomposition parts =
        math::mstl(logs, std::span(kDailyPeriods).first(has_years ? 2 : 1), {.jump = 0});
    season.strength = math::seasonal_strength(parts, 0);
    found_.trend.strength = math::trend_strength(parts);
    std::vector<double> steps(logs.size());
    std::adjacent_difference(logs.begin(), logs.end(), steps.begin());
    season.qs_p_value = math::qs(std::span(steps).subspan(1), kWeek).p_value;
    return season;
  }

  Season hour() const {
    Season season = blank(SeasonPeriod::Hour);
    if (!found_.counts.has_hours) {
      season.untested = "the log has dates without times of day";
      return season;
    }
    Blocks days{.k = kHours};
    for (std::size_t i = 0; i < totals_.size(); ++i) {
      if (!(totals_[i] > 0.0)) {
        continue;
      }
      for (std::size_t h = 0; h < kHours; ++h) {
        days.counts.push_back(static_cast<double>(found_.counts.days[i][h]));
        days.exposures.push_back(totals_[i] / static_cast<double>(kHours));
      }
    }
    judge(season, days, kHours, kFewestDays);
    if (!season.p_value) {
      season.untested = "it takes " + count_of(kFewestDays, "day") +
                        " with transactions, and there " + (days.size() == 1 ? "is " : "are ") +
                        std::to_string(days.size());
    }
    return season;
  }

  Season day_of_month() const {
    Season season = blank(SeasonPeriod::DayOfMonth);
    std::vector<double> exposures(totals_.size());
    for (std::size_t i = 0; i < totals_.size(); ++i) {
      exposures[i] = trend_[i] * weekday_factors_[weekday(day(i))];
    }
    Blocks months{.k = kDaysOfMonth};
    for (std::size_t i = 0; i < totals_.size();) {
      const Date start = date(i);
      const auto length = static_cast<std::size_t>(days_in({start.year, start.month}));
      if (start.day == 1 && i + length <= totals_.size()) {
        add_block(months, i, length, exposures);
      }
      i += length - static_cast<std::size_t>(start.day) + 1;
    }
    judge(season, months, kDaysOfEveryMonth, kFewestMonths);
    if (!season.p_value) {
      season.untested = "it takes " + count_of(kFewestMonths, "whole month") +
                        " with transactions, and there " + (months.size() == 1 ? "is " : "are ") +
                        std::to_string(months.size());
    }
    return season;
  }

  /// Adds up months, each day weighing as its day of the week.
  void lay_out_months() {
    std::int64_t covered = 0;
    const auto close = [&] {
      SeriesMonth& last = found_.months.back();
      if (covered < kCovered || !(last.days > 0.0)) {
        last.days = 0.0;
      } else {
        last.rate = static_cast<double>(last.transactions) / last.days;
      }
    };
    for (std::size_t i = 0; i < totals_.size(); ++i) {
      const Date of_day = date(i);
      const Month month{of_day.year, of_day.month};
      if (found_.months.empty() || found_.months.back().month != month) {
        if (!found_.months.empty()) {
          close();
        }
        found_.months.push_back({.month = month});
        covered = 0;
      }
      SeriesMonth& current = found_.months.back();
      current.transactions += static_cast<std::int64_t>(totals_[i]);
      current.days += weekday_factors_[weekday(day(i))];
      ++covered;
    }
    close();
    for (std::size_t m = 0; m < found_.months.size(); ++m) {
      if (found_.months[m].days > 0.0) {
        usable_.push_back(m);
      }
    }
  }

  [[nodiscard]] const SeriesMonth& usable(std::size_t i) const { return found_.months[usable_[i]]; }

  [[nodiscard]] std::size_t phase(std::size_t i) const {
    return static_cast<std::size_t>(usable(i).month.month) - 1;
  }

  [[nodiscard]] double log_rate(std::size_t i) const {
    return std::log((std::max(0.0, static_cast<double>(usable(i).transactions)) + 0.5) /
                    usable(i).days);
  }

  /// Months by their effect beside a trend that is linear in the logarithm and bends once a year.
  Season month_of_year() {
    Season season = blank(SeasonPeriod::MonthOfYear);
    const std::size_t n = usable_.size();
    season.units = static_cast<std::int64_t>(n);
    std::array<std::size_t, kYear> of_month{};
    std::array<double, kYear> sums{};
    for (std::size_t i = 0; i < n; ++i) {
      ++of_month[phase(i)];
      sums[phase(i)] += std::max(0.0, static_cast<double>(usable(i).transactions));
    }
    if (std::ranges::any_of(of_month, [](std::size_t months) { return months < 2; })) {
      season.untested = "it takes two whole years, and there " +
                        std::string(n == 1 ? "is " : "are ") +
                        count_of(static_cast<std::int64_t>(n), "month");
      return season;
    }
    // An effect of months without a single transaction: as if there were half a one.
    std::vector<double> counts(n);
    std::vector<double> exposures(n);
    std::vector<std::vector<double>> columns(kYear, std::vector<double>(n));
    for (std::size_t i = 0; i < n; ++i) {
      counts[i] = std::max(0.0, static_cast<double>(usable(i).transactions));
      if (sums[phase(i)] == 0.0) {
        counts[i] = 0.5 / static_cast<double>(of_month[phase(i)]);
      }
      exposures[i] = usable(i).days;
      columns[0][i] = 1.0;
      if (phase(i) > 0) {
        columns[phase(i)][i] = 1.0;
      }
    }
    const std::size_t bends = std::max<std::size_t>(n / kYear, 1);
    for (std::size_t bend = 0; bend < bends; ++bend) {
      std::vector<double> column(n);
      for (std::size_t i = 0; i < n; ++i) {
        // Years, so that columns are of one size.
        const double from =
            static_cast<double>(n) / static_cast<double>(bends) * static_cast<double>(bend);
        column[i] = std::max(0.0, static_cast<double>(i) - from) / static_cast<double>(kYear);
      }
      columns.push_back(std::move(column));
    }
    const math::CountRegression fit = math::fit_count_regression(counts, exposures, columns);
    fill_months(season, fit, n);
    test_months(season, fit, counts, exposures, columns);
    decompose_months(season);
    return season;
  }

  /// Indices exp(b_k) / mean exp(b), with the error of their logarithm by the delta method.
  static void fill_months(Season& season, const math::CountRegression& fit, std::size_t n) {
    std::array<double, kYear> effects{};
    double mean = 0.0;
    for (std::size_t k = 0; k < kYear; ++k) {
      effects[k] = std::exp(k == 0 ? 0.0 : fit.coefficients[k]);
      mean += effects[k] / static_cast<double>(kYear);
    }
    const double reach =
        math::student_t_bound(0.95, static_cast<std::int64_t>(n - fit.coefficients.size()));
    for (std::size_t k = 0; k < kYear; ++k) {
      std::array<double, kYear> gradient{};
      for (std::size_t j = 0; j < kYear; ++j) {
        gradient[j] = (j == k ? 1.0 : 0.0) - effects[j] / (mean * static_cast<double>(kYear));
      }
      double variance = 0.0;
      for (std::size_t a = 1; a < kYear; ++a) {
        for (std::size_t b = 1; b < kYear; ++b) {
          variance += gradient[a] * gradient[b] * fit.covariance(a, b);
        }
      }
      const double off = reach * std::sqrt(std::max(0.0, variance * fit.dispersion));
      const double index = effects[k] / mean;
      season.values[k].index = index;
      season.values[k].low = index * std::exp(-off);
      season.values[k].high = index * std::exp(std::min(off, 50.0));
    }
  }

  /// Compares months over their trend by ranks, which a wild month does not move, and by size,
  /// which sees one month that always stands out; the better of the two, for the price of two.
  void test_months(Season& season,
                   const math::CountRegression& fit,
                   std::span<const double> counts,
                   std::span<const double> exposures,
                   std::span<const std::vector<double>> columns) const {
    const std::size_t n = counts.size();
    std::vector<double> ratios(n);
    std::vector<std::int32_t> groups(n);
    double square = 0.0;
    double product = 0.0;
    double before = 0.0;
    for (std::size_t i = 0; i < n; ++i) {
      double trend = fit.coefficients[0];
      for (std::size_t c = kYear; c < columns.size(); ++c) {
        trend += fit.coefficients[c] * columns[c][i];
      }
      ratios[i] = counts[i] / (exposures[i] * std::exp(trend));
      groups[i] = static_cast<std::int32_t>(phase(i));
      const double rest = counts[i] / fit.fitted[i] - 1.0;
      square += rest * rest;
      product += i > 0 ? rest * before : 0.0;
      before = rest;
    }
    // Residuals of a fit with p effects are less alike than errors: by about p / n.
    const auto effects = static_cast<double>(columns.size());
    const double correlation =
        square > 0.0 ? std::clamp(product / square + effects / static_cast<double>(n), 0.0, 0.9)
                     : 0.0;
    const double epsilon = math::autoregressive_epsilon(correlation, kYear);
    const double by_ranks =
        math::kruskal_wallis(ratios, groups, kYear, effects - static_cast<double>(kYear), epsilon)
            .f_p_value;
    // The same fit without months: its deviance is larger by what they explain.
    std::vector<std::vector<double>> trend_only = {columns.front()};
    trend_only.insert(
        trend_only.end(), columns.begin() + static_cast<std::ptrdiff_t>(kYear), columns.end());
    const double without = math::fit_count_regression(counts, exposures, trend_only).deviance;
    constexpr auto kEffects = static_cast<double>(kYear - 1);
    const double by_size = math::f_survival((without - fit.deviance) / kEffects / fit.dispersion,
                                            epsilon * kEffects,
                                            epsilon * static_cast<double>(fit.degrees));
    season.p_value = std::min(1.0, 2.0 * std::min(by_ranks, by_size));
    if (n >= kThreeYears) {
      std::vector<double> steps;
      for (std::size_t i = 1; i < n; ++i) {
        steps.push_back(log_rate(i) - log_rate(i - 1));
      }
      season.qs_p_value = math::qs(steps, kYear).p_value;
    }
  }

  /// STL of the logarithm of the rates, with the same season in every year.
  void decompose_months(Season& season) {
    std::vector<double> logs;
    logs.reserve(usable_.size());
    for (std::size_t i = 0; i < usable_.size(); ++i) {
      logs.push_back(log_rate(i));
    }
    math::StlOptions options;
    options.period = kYear;
    options.seasonal_window = 10 * logs.size() + 1;
    options.seasonal_degree = 0;
    const math::Decomposition parts = math::stl(logs, options);
    season.strength = math::seasonal_strength(parts, 0);
    found_.trend.strength = math::trend_strength(parts);
    for (std::size_t i = 0; i < usable_.size(); ++i) {
      SeriesMonth& month = found_.months[usable_[i]];
      month.trend = std::exp(parts.trend[i]);
      month.season = std::exp(parts.seasons[0][i]);
      month.remainder = month.rate / (*month.trend * *month.season);
    }
  }

  void direction() {
    Trend& trend = found_.trend;
    std::vector<double> logs;
    double steps_of_year = static_cast<double>(kYear);
    double lost = 0.0;
    if (usable_.size() >= kTrendMonths) {
      trend.unit = "month";
      const Season& months = found_.seasons.front();
      lost = months.p_value ? static_cast<double>(kYear - 1) : 0.0;
      for (std::size_t i = 0; i < usable_.size(); ++i) {
        const double index = months.values[phase(i)].index.value_or(1.0);
        logs.push_back(log_rate(i) - std::log(std::max(index, 1e-6)));
      }
    } else {
      steps_of_year = kWeeksOfYear;
      for (std::size_t i = 0; i + kWeek <= totals_.size(); i += kWeek) {
        const double sum = std::accumulate(totals_.begin() + static_cast<std::ptrdiff_t>(i),
                                           totals_.begin() + static_cast<std::ptrdiff_t>(i + kWeek),
                                           0.0);
        logs.push_back(std::log(std::max(sum, 0.0) + 0.5));
      }
      if (logs.size() < kTrendWeeks) {
        return;
      }
      trend.unit = "week";
    }
    const math::TrendTest test = math::mann_kendall(logs, lost);
    trend.units = static_cast<std::int64_t>(logs.size());
    trend.p_value = test.adjusted_p_value;
    trend.change_per_year = std::expm1(std::min(test.slope * steps_of_year, 50.0));
    trend.evidence = evidence_of(*trend.p_value);
  }

  /// The days of each name against trend x day of the week, whose own misses are the measure.
  void holidays() {
    std::vector<bool> is_holiday(totals_.size());
    const auto position = [&](const Holiday& holiday) -> std::optional<std::size_t> {
      const std::int64_t i = days_since_epoch(holiday.date) - found_.counts.first_day;
      if (i < 0 || i >= static_cast<std::int64_t>(totals_.size())) {
        return std::nullopt;
      }
      return static_cast<std::size_t>(i);
    };
    for (const Holiday& holiday : holidays_) {
      if (const auto i = position(holiday)) {
        is_holiday[*i] = true;
      }
    }
    double actual = 0.0;
    double expected = 0.0;
    const auto expected_of = [&](std::size_t i) {
      return trend_[i] * weekday_factors_[weekday(day(i))];
    };
    std::int64_t others = 0;
    for (std::size_t i = 0; i < totals_.size(); ++i) {
      if (!is_holiday[i] && expected_of(i) > 0.0) {
        actual += totals_[i];
        expected += expected_of(i);
        ++others;
      }
    }
    const double level = expected > 0.0 && actual > 0.0 ? actual / expected : 1.0;
    double pearson = 0.0;
    for (std::size_t i = 0; i < totals_.size(); ++i) {
      const double mean = level * expected_of(i);
      if (!is_holiday[i] && mean > 0.0) {
        pearson += (totals_[i] - mean) * (totals_[i] - mean) / mean;
      }
    }
    std::vector<Holiday> sorted(holidays_.begin(), holidays_.end());
    std::ranges::stable_sort(sorted, {}, &Holiday::date);
    std::vector<double> means;
    for (const Holiday& holiday : sorted) {
      auto effect = std::ranges::find(found_.holidays, holiday.name, &HolidayEffect::name);
      if (effect == found_.holidays.end()) {
        found_.holidays.push_back({.name = holiday.name});
        means.push_back(0.0);
        effect = found_.holidays.end() - 1;
      }
      if (const auto i = position(holiday)) {
        ++effect->days;
        effect->transactions += static_cast<std::int64_t>(totals_[*i]);
        means[static_cast<std::size_t>(effect - found_.holidays.begin())] +=
            level * expected_of(*i);
      }
    }
    const double dispersion =
        others > 1 ? std::max(1.0, pearson / static_cast<double>(others - 1)) : 0.0;
    std::vector<double> p_values;
    for (std::size_t h = 0; h < found_.holidays.size(); ++h) {
      HolidayEffect& effect = found_.holidays[h];
      if (!(means[h] > 0.0)) {
        continue;
      }
      effect.index = std::max(0.0, static_cast<double>(effect.transactions) / means[h]);
      if (others < static_cast<std::int64_t>(kFewestDays)) {
        continue;
      }
      const double error = std::sqrt(dispersion / means[h]);
      const double reach = error * math::student_t_bound(0.95, others - 1);
      effect.low = std::max(0.0, *effect.index - reach);
      effect.high = *effect.index + reach;
      effect.p_value = std::clamp(
          1.0 - math::student_t_within(std::abs(*effect.index - 1.0) / error, others - 1),
          0.0,
          1.0);
      p_values.push_back(*effect.p_value);
    }
    const std::vector<double> q = math::q_values(p_values);
    std::size_t next = 0;
    for (HolidayEffect& effect : found_.holidays) {
      if (effect.p_value) {
        effect.q_value = q[next++];
        effect.evidence = evidence_of(*effect.q_value);
      }
    }
  }

  std::span<const Holiday> holidays_;
  Seasonality found_;
  std::vector<double> totals_;  // by day
  std::vector<double> trend_;
  std::array<double, kWeek> weekday_factors_{};
  std::vector<std::size_t> usable_;  // months with enough days
};

/// Turns the p-values of all seasons of an answer into q-values.
void judge_together(std::span<Seasonality> answers) {
  std::vector<double> p_values;
  for (const Seasonality& answer : answers) {
    for (const Season& season : answer.seasons) {
      if (season.p_value) {
        p_values.push_back(*season.p_value);
      }
    }
  }
  const std::vector<double> q = math::q_values(p_values);
  std::size_t next = 0;
  for (Seasonality& answer : answers) {
    for (Season& season : answer.seasons) {
      if (season.p_value) {
        season.q_value = q[next++];
        season.evidence = evidence_of(*season.q_value);
      }
    }
  }
}

Result<void> check(const log::Log& log,
                   std::string_view function,
                   const SeasonalityOptions& options) {
  TILL_TRY(check_counting(log, function, options.counting));
  return check_by(log, function, options.by);
}

Tally tally_of(const SeasonalityOptions& options) {
  Tally tally;
  tally.range.to = options.as_of.value_or(kMaxInstant);
  tally.counting = options.counting;
  tally.zone = options.zone;
  tally.grouped = !options.by.empty();
  return tally;
}

/// Returns whether any row of the log is not at a day's start in the log's own zone.
Result<bool> has_times_of_day(log::Log& log) {
  if (!log.source().first) {
    return false;
  }
  Statement statement(log.warehouse());
  const std::string local =
      warehouse::local_time_sql("t.\"timestamp\"", log.zone(), {*log.source().first, log.end()});
  statement.add("SELECT count(*) FROM (SELECT 1 AS one FROM till.transactions t WHERE ")
      .add(local)
      .add(" > CAST(CAST(")
      .add(local)
      .add(" AS DATE) AS ")
      .add(statement.dialect().timestamp_type)
      .add(") LIMIT 1) x");
  TILL_ASSIGN(const std::int64_t found,
              log.warehouse().query_integer(statement.sql(), statement.values()));
  return found > 0;
}

/// Reads the counts of days and hours, of one product where the tally has one.
Result<DayCounts> read_counts(log::Log& log, Tally tally, const std::string& by, bool has_hours) {
  tally.by_day = true;
  tally.by_hour = true;
  Statement statement(log.warehouse());
  if (tally.grouped && tally.product_key) {
    add_with_product_groups(statement, by);
    statement.add("cells AS (");
    add_tally(statement, log, tally);
    statement.add(") SELECT c.day, c.hour, c.transactions FROM cells c");
  } else {
    add_tally(statement, log, tally);
  }

  struct Cell {
    std::int64_t day;
    std::int64_t hour;
    std::int64_t transactions;
  };

  std::vector<Cell> cells;
  TILL_TRY(for_each_row(log.warehouse(), statement, [&](const BatchView& batch, std::int64_t i) {
    cells.push_back(
        {batch.column(0).integer(i), batch.column(1).integer(i), batch.column(2).integer(i)});
  }));
  DayCounts counts;
  counts.has_hours = has_hours;
  if (cells.empty()) {
    return counts;
  }
  const auto [first, last] = std::ranges::minmax_element(cells, {}, &Cell::day);
  counts.first_day = first->day;
  counts.days.resize(static_cast<std::size_t>(last->day - first->day + 1));
  for (const Cell& cell : cells) {
    counts.days[static_cast<std::size_t>(cell.day - counts.first_day)]
               [static_cast<std::size_t>(cell.hour)] += cell.transactions;
  }
  return counts;
}

Result<std::vector<NamedProduct>> largest(log::Log& log,
                                          const SeasonalityOptions& options,
                                          std::int64_t k) {
  Tally tally = tally_of(options);
  tally.by_product = true;
  Statement statement(log.warehouse());
  add_with_product_groups(statement, options.by);
  statement.add("sold AS (");
  add_tally(statement, log, tally);
  statement.add(") SELECT s.product_key, n.id, n.name FROM sold s JOIN ");
  add_product_labels(statement, log, options.by);
  statement
      .add(
          " n ON n.product_key = s.product_key WHERE s.transactions > 0 "
          "ORDER BY s.transactions DESC, n.id LIMIT ")
      .bind(k);
  std::vector<NamedProduct> products;
  TILL_TRY(for_each_row(log.warehouse(), statement, [&](const BatchView& batch, std::int64_t i) {
    products.push_back({batch.column(0).integer(i),
                        std::string(batch.column(1).text(i)),
                        std::string(batch.column(2).text(i))});
  }));
  return products;
}

}  // namespace

std::string_view to_string(SeasonPeriod period) noexcept {
  switch (period) {
    case SeasonPeriod::MonthOfYear:
      return "month_of_year";
    case SeasonPeriod::DayOfWeek:
      return "day_of_week";
    case SeasonPeriod::Hour:
      return "hour";
    case SeasonPeriod::DayOfMonth:
      break;
  }
  return "day_of_month";
}

std::string_view to_string(Evidence evidence) noexcept {
  switch (evidence) {
    case Evidence::None:
      break;
    case Evidence::Weak:
      return "weak";
    case Evidence::Strong:
      return "strong";
  }
  return "none";
}

std::string value_name(SeasonPeriod period, std::int32_t value) {
  constexpr std::array<std::string_view, kWeek> kWeekdays = {
      "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};
  if (period == SeasonPeriod::MonthOfYear) {
    return std::string(month_name(value));
  }
  if (period == SeasonPeriod::DayOfWeek) {
    return std::string(kWeekdays[static_cast<std::size_t>(value) - 1]);
  }
  return std::to_string(value);
}

Seasonality seasonality_of(DayCounts counts, std::span<const Holiday> holidays) {
  Seasonality found = Finder(std::move(counts), holidays).find();
  judge_together({&found, 1});
  return found;
}

Result<Seasonality> seasonality(log::Log& log, const SeasonalityOptions& options) {
  TILL_TRY(check(log, "seasonality", options));
  Tally tally = tally_of(options);
  NamedProduct product;
  if (!options.product.empty()) {
    TILL_ASSIGN(product, find_product(log, "seasonality", options.product, options.by));
    tally.product_key = product.key;
  }
  TILL_ASSIGN(const bool has_hours, has_times_of_day(log));
  TILL_ASSIGN(DayCounts counts, read_counts(log, tally, options.by, has_hours));
  Seasonality found = seasonality_of(std::move(counts), options.holidays);
  found.product_id = std::move(product.id);
  found.name = std::move(product.name);
  return found;
}

Result<std::vector<Seasonality>> seasonality_by_product(log::Log& log,
                                                        const SeasonalityOptions& options,
                                                        std::int64_t k) {
  if (k <= 0) {
    return Error{ErrorCode::InvalidArgument,
                 "seasonality_by_product: k is " + std::to_string(k) + ", but must be above 0",
                 ""};
  }
  TILL_TRY(check(log, "seasonality_by_product", options));
  TILL_ASSIGN(const bool has_hours, has_times_of_day(log));
  TILL_ASSIGN(std::vector<NamedProduct> products, largest(log, options, k));
  std::vector<Seasonality> answers;
  for (NamedProduct& product : products) {
    Tally tally = tally_of(options);
    tally.product_key = product.key;
    TILL_ASSIGN(DayCounts counts, read_counts(log, tally, options.by, has_hours));
    Seasonality& found = answers.emplace_back(Finder(std::move(counts), options.holidays).find());
    found.product_id = std::move(product.id);
    found.name = std::move(product.name);
  }
  judge_together(answers);
  return answers;
}

}  // namespace till::insight
