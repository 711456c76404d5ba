#include "fit_pictures.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include "till/charts/fit.hpp"

namespace till::engine {

namespace {

Draw frequencies_of(const Pictured& pictured) {
  return [model = &pictured.model,
          parameters = pictured.report.parameters,
          classes = models::frequency_classes(pictured.seen()),
          ages = models::age_groups(pictured.seen()),
          context = pictured.context]() mutable {
    model->history->expect_frequencies(parameters, ages, classes);
    return charts::fit_frequencies(classes, model->title, context);
  };
}

/// Returns 1, 2, 3, 5 and so on: a dozen numbers of repeat purchases that customers have.
std::vector<std::int64_t> frequencies_up_to(std::int64_t most) {
  constexpr std::int64_t kColumns = 12;
  std::vector<std::int64_t> frequencies;
  if (most <= kColumns) {
    for (std::int64_t x = 1; x <= std::max<std::int64_t>(most, 1); ++x) {
      frequencies.push_back(x);
    }
    return frequencies;
  }
  for (std::int64_t i = 0; i < kColumns; ++i) {
    const double part = static_cast<double>(i) / static_cast<double>(kColumns - 1);
    const std::int64_t x = std::llround(std::pow(static_cast<double>(most), part));
    frequencies.push_back(frequencies.empty() ? x : std::max(x, frequencies.back() + 1));
  }
  return frequencies;
}

/// Returns a dozen times or fewer from 0 on at round steps, below an age.
std::vector<double> idle_times_below(double age) {
  constexpr double kRows = 13.0;
  const double power = std::pow(10.0, std::floor(std::log10(age / kRows)));
  double step = 10.0 * power;
  for (const double digit : {5.0, 2.0, 1.0}) {
    step = digit * power * kRows >= age ? digit * power : step;
  }
  std::vector<double> times;
  for (std::int32_t i = 0; i * step < age; ++i) {
    times.push_back(i * step);
  }
  return times;
}

std::string word(TimeUnit unit) {
  return Codec<TimeUnit>::text(unit).value_or("");
}

std::string time_words(double time, TimeUnit unit) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.4g", time);
  return std::string(text.data()) + " " + word(unit) + (time == 1.0 ? "" : "s");
}

Draw matrix_of(const Pictured& pictured) {
  constexpr double kMost = 0.99;  // of repeat buyers: the others' numbers are shown by no column
  const PurchaseHistories seen = pictured.seen();
  std::vector<double> repeats;
  double age = 0.0;
  for (std::size_t i = 0; i < seen.size(); ++i) {
    age = std::max(age, seen.T[i]);
    if (seen.x[i] > 0.0) {
      repeats.push_back(seen.x[i]);
    }
  }
  std::int64_t most = 1;
  if (!repeats.empty()) {
    const auto at = repeats.begin() +
                    static_cast<std::ptrdiff_t>(kMost * static_cast<double>(repeats.size() - 1));
    std::nth_element(repeats.begin(), at, repeats.end());
    most = std::llround(*at);
  }
  charts::FrequencyRecency matrix;
  const double horizon = std::round(4.0 * history::kDaysPerWeek / days_of(pictured.time_unit));
  const double ahead = std::max(1.0, horizon);
  matrix.age = time_words(age, pictured.time_unit);
  matrix.horizon = time_words(ahead, pictured.time_unit);
  matrix.frequencies = frequencies_up_to(most);
  const std::vector<double> idle = idle_times_below(age);
  std::vector<double> x;
  std::vector<double> t_x;
  for (std::size_t place = 0; place < idle.size(); ++place) {
    matrix.idle.push_back(time_words(idle[place], pictured.time_unit));
    for (const std::int64_t frequency : matrix.frequencies) {
      matrix.cells.push_back({frequency, place, 0.0, 0.0});
      x.push_back(static_cast<double>(frequency));
      t_x.push_back(age - idle[place]);
    }
  }
  const std::vector<double> ages(x.size(), age);
  std::vector<Prediction> predictions(x.size());
  pictured.model.history->predict(pictured.report.parameters, {x, t_x, ages}, ahead, predictions);
  for (std::size_t i = 0; i < predictions.size(); ++i) {
    matrix.cells[i].probability_alive = predictions[i].probability_alive;
    matrix.cells[i].expected_transactions = predictions[i].expected_transactions;
  }
  return [matrix = std::move(matrix), title = pictured.model.title, context = pictured.context] {
    return charts::fit_matrix(matrix, title, context);
  };
}

Draw rates_of(const Pictured& pictured) {
  const PurchaseHistories seen = pictured.seen();
  std::vector<models::PosteriorRates> posterior(seen.size());
  const std::vector<double>& parameters = pictured.report.parameters;
  pictured.model.history->posterior_rates(parameters, seen, posterior);
  std::vector<models::RateSpread> spreads;
  std::vector<double> means(seen.size());
  for (const models::RateDensity& density : pictured.model.history->rate_densities(parameters)) {
    const auto member = density.kind == models::RateDensity::Kind::PurchaseRate
                            ? &models::PosteriorRates::purchase_rate
                            : &models::PosteriorRates::dropout_rate;
    std::ranges::transform(posterior, means.begin(), member);
    spreads.push_back(models::rate_spread(density, means, seen.weights));
  }
  return [spreads = std::move(spreads),
          title = pictured.model.title,
          unit = word(pictured.time_unit),
          context = pictured.context] { return charts::fit_rates(spreads, title, unit, context); };
}

Result<Draw> profiles_of(const Pictured& pictured, const Session& session) {
  TILL_ASSIGN(std::vector<models::Profile> profiles,
              models::profile_likelihoods(pictured.model.history->likelihood,
                                          pictured.seen(),
                                          pictured.report,
                                          fit_options(session)));
  return Draw(
      [profiles = std::move(profiles), title = pictured.model.title, context = pictured.context] {
        return charts::fit_profiles(profiles, title, context);
      });
}

/// Returns where what is held against the models ends: the day after the last, but no later than
/// the log.
Instant end_of_holdout(const Pictured& pictured, const log::Log& log) {
  if (!pictured.holdout_end) {
    return log.end();
  }
  const Date next = date_from_days(days_since_epoch(*pictured.holdout_end) + 1);
  return std::min(start_of(next, pictured.histories.zone), log.end());
}

/// Returns the moment from which purchases were not seen by the models.
Instant start_of_holdout(const Histories& histories) {
  return histories.options.calibration_end ? histories.end() : histories.options.cutoff;
}

/// Returns the first day that begins at or after a moment.
std::int64_t next_day(Instant moment, const TimeZone& zone) {
  const LocalTime shown = zone.local(moment);
  return days_since_epoch(shown.date) + (shown.micros_of_day > 0 ? 1 : 0);
}

/// Returns the days of a period of which so many days are some hundred.
std::int64_t period_of(std::int64_t days) {
  constexpr std::int64_t kMost = 160;
  constexpr std::int64_t kFew = 60;
  if (days <= kFew) {
    return 1;
  }
  std::int64_t period = 7;
  while (days / period > kMost) {
    period *= 2;
  }
  return period;
}

Result<Draw> tracking_of(const Pictured& pictured, log::Log& log) {
  const Histories& histories = pictured.histories;
  const Instant until = std::max(end_of_holdout(pictured, log), start_of_holdout(histories));
  TILL_ASSIGN(const std::vector<history::DayPurchases> days,
              history::repeat_purchases_by_day(log, histories.options, until));
  const std::vector<models::AgeGroup> ages = models::age_groups(pictured.seen());
  const double days_per_unit = histories.options.days_per_unit;
  const std::int64_t middle = next_day(start_of_holdout(histories), histories.zone);
  const std::int64_t end = std::max(next_day(until, histories.zone), middle);
  const auto age = static_cast<std::int64_t>(std::ceil(ages.back().T * days_per_unit));
  const std::int64_t period = period_of(age + end - middle);
  const std::int64_t before = std::max<std::int64_t>(1, (age + period - 1) / period);
  // A period that the log does not fill would look like a loss of customers.
  const std::int64_t after = (end - middle) / period;

  models::Tracking tracking;
  std::vector<double> bounds;
  for (std::int64_t i = -before; i <= after; ++i) {
    tracking.bounds.push_back(date_from_days(middle + i * period));
    bounds.push_back(static_cast<double>(i * period) / days_per_unit);
  }
  tracking.calibration_periods = static_cast<std::size_t>(before);
  tracking.actual.assign(tracking.bounds.size() - 1, 0.0);
  for (const history::DayPurchases& day : days) {
    const std::int64_t place = days_since_epoch(day.day) - middle + before * period;
    if (place >= 0 && place / period < std::ssize(tracking.actual)) {
      tracking.actual[static_cast<std::size_t>(place / period)] +=
          static_cast<double>(day.purchases);
    }
  }
  for (const Fitted* fitted : pictured.compared) {
    const auto expect = [fitted](std::span<const double> times, std::span<double> out) {
      fitted->model->history->expect_transactions(fitted->report.parameters, times, out);
    };
    tracking.models.push_back(
        {fitted->model->title, models::expected_in_periods(expect, ages, bounds)});
  }
  return Draw([tracking = std::move(tracking), context = pictured.context] {
    return charts::fit_tracking(tracking, context);
  });
}

Result<Draw> holdout_of(const Pictured& pictured, log::Log& log) {
  const Histories& histories = pictured.histories;
  const Instant from = start_of_holdout(histories);
  const Instant until = end_of_holdout(pictured, log);
  if (until <= from) {
    return Error{ErrorCode::InvalidArgument,
                 "fit: --plot is \"holdout\", but must be another where the log ends with the "
                 "calibration, at " +
                     describe(from, histories.zone),
                 "say an earlier --as-of or --calibration-end"};
  }
  TILL_ASSIGN(const std::vector<std::int64_t> counts,
              history::purchases_after(log, histories.options, histories.customers, until));
  const PurchaseHistories seen = pictured.seen();
  models::Holdout holdout;
  holdout.classes = models::frequency_classes(seen);
  holdout.purchases = models::sums_by_class(
      holdout.classes, seen, std::vector<double>(counts.begin(), counts.end()));
  const double micros_per_unit =
      static_cast<double>(kMicrosPerDay) * histories.options.days_per_unit;
  const double horizon = static_cast<double>(until.micros - from.micros) / micros_per_unit;
  std::vector<Prediction> predictions(seen.size());
  std::vector<double> expected(seen.size());
  for (const Fitted* fitted : pictured.compared) {
    fitted->model->history->predict(fitted->report.parameters, seen, horizon, predictions);
    std::ranges::transform(predictions, expected.begin(), &Prediction::expected_transactions);
    holdout.models.push_back(
        {fitted->model->title, models::sums_by_class(holdout.classes, seen, expected)});
  }
  const std::string after =
      "from " + day(from, histories.zone) + " to " + day({until.micros - 1}, histories.zone);
  return Draw([holdout = std::move(holdout), after, context = pictured.context] {
    return charts::fit_holdout(holdout, after, context);
  });
}

}  // namespace

Result<Draw> picture_of(const Pictured& pictured,
                        FitPlot plot,
                        log::Log& log,
                        const Session& session) {
  switch (plot) {
    case FitPlot::Frequencies:
      break;
    case FitPlot::Tracking:
      return tracking_of(pictured, log);
    case FitPlot::Holdout:
      return holdout_of(pictured, log);
    case FitPlot::Matrix:
      return matrix_of(pictured);
    case FitPlot::Rates:
      return rates_of(pictured);
    case FitPlot::Profiles:
      return profiles_of(pictured, session);
  }
  return frequencies_of(pictured);
}

}  // namespace till::engine
