/// \file
/// Fit examples: customers by frequency, as seen and as a model expects them.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "unit/charts/examples.hpp"

#include "till/charts/fit.hpp"

namespace till::test {

inline std::vector<models::FrequencyClass> seldom() {
  return {{0, 0, 1411, 1404.25},
          {1, 1, 439, 451.5},
          {2, 2, 214, 200.25},
          {3, 3, 100, 109},
          {4, 4, 62, 66},
          {5, 5, 38, 42.5},
          {6, 6, 29, 28.5},
          {7, std::nullopt, 64, 55}};
}

inline charts::FrequencyRecency matrix(std::int64_t columns, std::size_t rows) {
  charts::FrequencyRecency matrix;
  matrix.age = "52 weeks";
  matrix.horizon = "4 weeks";
  for (std::int64_t x = 1; x <= columns; ++x) {
    matrix.frequencies.push_back(x < columns || x == 1 ? x : 5'000'000);
  }
  for (std::size_t place = 0; place < rows; ++place) {
    matrix.idle.push_back(std::to_string(5 * place) + " weeks");
    for (const std::int64_t x : matrix.frequencies) {
      const double alive =
          1.0 / (1.0 + 0.02 * std::pow(static_cast<double>(place), 0.1 + std::log1p(x)));
      matrix.cells.push_back({x, place, alive, alive * static_cast<double>(x) * 0.08});
    }
  }
  return matrix;
}

inline std::vector<models::RateSpread> spreads() {
  using Kind = models::RateDensity::Kind;
  std::vector<double> rates;
  std::vector<double> chances;
  for (int i = 0; i < 200; ++i) {
    rates.push_back(0.02 + 0.0001 * i * i);
    chances.push_back(0.6 / (1.0 + 0.1 * i));
  }
  return {models::rate_spread({Kind::PurchaseRate, 0.55, 10.6}, rates, {}),
          models::rate_spread({Kind::DropoutChance, 0.8, 2.5}, chances, {})};
}

inline std::vector<models::Profile> profiles() {
  const auto profile = [](std::string name, double estimate, double width, double open) {
    models::Profile made;
    made.parameter = std::move(name);
    made.estimate = estimate;
    for (int i = -8; i <= 8; ++i) {
      const double z = 0.5 * i;
      const double loss = i > 0 ? open * 0.5 * z * z : 0.5 * z * z;
      made.points.push_back({estimate * std::exp(width * z), loss});
    }
    made.lower = estimate * std::exp(-1.96 * width);
    if (open == 1.0) {
      made.upper = estimate * std::exp(1.96 * width);
    }
    return made;
  };
  return {profile("r", 0.55, 0.05, 1.0),
          profile("alpha", 10.6, 0.4, 1.0),
          profile("b", 3.2, 1.1, 0.01)};
}

inline models::Tracking tracking(std::size_t periods, std::size_t calibration) {
  models::Tracking tracking;
  tracking.calibration_periods = calibration;
  tracking.models = {{"Pareto/NBD", {}}, {"BG/NBD", {}}};
  const std::int64_t first = days_since_epoch({2017, 1, 1});
  tracking.bounds.push_back(date_from_days(first));
  for (std::size_t i = 0; i < periods; ++i) {
    tracking.bounds.push_back(date_from_days(first + 7 * static_cast<std::int64_t>(i + 1)));
    const double known = std::min(1.0, static_cast<double>(i + 1) / 26.0);
    const double at = static_cast<double>(i);
    tracking.actual.push_back(std::round(known * (90.0 - 0.4 * at + 20.0 * std::sin(at * 1.7))));
    tracking.models[0].expected.push_back(known * (90.0 - 0.42 * at));
    tracking.models[1].expected.push_back(known * (91.0 - 0.5 * at));
  }
  return tracking;
}

inline models::Holdout holdout() {
  models::Holdout holdout;
  holdout.classes = seldom();
  holdout.models = {{"Pareto/NBD", {}}, {"MBG/NBD", {}}};
  double mean = 0.2;
  for (const models::FrequencyClass& group : holdout.classes) {
    holdout.purchases.push_back(group.actual * mean);
    holdout.models[0].expected.push_back(group.actual * mean * 0.95);
    holdout.models[1].expected.push_back(group.actual * (mean * 1.1 + 0.1));
    mean += 0.55;
  }
  return holdout;
}

inline std::vector<Example> fit_examples() {
  const auto of = [](std::vector<models::FrequencyClass> classes, std::string model) {
    return [classes = std::move(classes), model = std::move(model)] {
      return charts::fit_frequencies(classes, model, context());
    };
  };
  std::vector<models::FrequencyClass> often;
  for (int i = 0; i < 8; ++i) {
    often.push_back(
        {1000 * i, 1000 * i + 999, 2'000'000.0 - 200'000 * i, 1'700'000.0 - 90'000 * i});
  }
  often.push_back({8000, std::nullopt, 300'000, 2'200'000});
  const auto draws = [](auto&& draw) { return draw; };
  return {
      {"fit_matrix", draws([] { return charts::fit_matrix(matrix(12, 7), "BG/NBD", context()); })},
      {"fit_matrix_of_one",
       draws([] { return charts::fit_matrix(matrix(1, 1), "BG/NBD", context()); })},
      {"fit_rates",
       draws([] { return charts::fit_rates(spreads(), "BG/NBD", "week", context()); })},
      {"fit_profiles", draws([] { return charts::fit_profiles(profiles(), "BG/NBD", context()); })},
      {"fit_tracking", draws([] { return charts::fit_tracking(tracking(90, 60), context()); })},
      {"fit_tracking_of_a_day",
       draws([] { return charts::fit_tracking(tracking(1, 1), context()); })},
      {"fit_holdout", draws([] {
         return charts::fit_holdout(holdout(), "from 2018-07-01 to 2018-12-31", context());
       })},
      {"fit_frequencies", of(seldom(), "Pareto/NBD")},
      {"fit_frequencies_of_many", of(often, "MBG/CNBD-3")},
      {"fit_frequencies_of_one",
       of({{0, 0, 1, 0.25}, {1, 1, 0, 0.5}, {2, std::nullopt, 0, 0.25}}, "NBD")}};
}

}  // namespace till::test
