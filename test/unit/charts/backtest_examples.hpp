/// \file
/// Backtests for pictures: made of sums and quotients only, so that they are the same on every
/// machine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "unit/charts/examples.hpp"

#include "till/charts/backtest.hpp"

namespace till::test {

/// A model of a backtest: it errs by `excess` hundredths more than a good one, and its forecasts
/// are `percent` of what came.
struct Entrant {
  std::string name;
  std::int64_t excess = 0;
  std::int64_t percent = 100;
  std::int64_t noise = 0;  ///< Errs by so many tenths more with some customers, less with others.
};

inline evaluation::Backtest backtest_of(const std::vector<Entrant>& entrants,
                                        std::size_t origins,
                                        std::size_t customers = 400) {
  evaluation::Backtest result;
  for (std::size_t origin = 0; origin < origins; ++origin) {
    result.origins.push_back({add_months({2019, 1}, static_cast<std::int32_t>(origin)),
                              customers,
                              static_cast<std::int64_t>(20'000 + 3'000 * (origin % 4)),
                              17,
                              90});
  }
  for (const Entrant& entrant : entrants) {
    evaluation::ModelBacktest model;
    model.model = entrant.name;
    const auto share = static_cast<double>(entrant.percent) / 100;
    for (std::size_t origin = 0; origin < origins; ++origin) {
      evaluation::Scores scores;
      scores.terms.outcomes = static_cast<double>(customers);
      scores.terms.actual = static_cast<double>(result.origins[origin].actual);
      scores.terms.predicted =
          scores.terms.actual * (share + 0.02 * static_cast<double>(origin % 3) - 0.02);
      scores.terms.variance = 4.0 * scores.terms.actual;
      model.origins.push_back(scores);
      model.pooled.terms.add(scores.terms);
    }
    evaluation::Clusters clusters(customers);
    evaluation::Terms sum;
    for (std::size_t i = 0; i < customers; ++i) {
      evaluation::Terms terms;
      terms.outcomes = static_cast<double>(origins);
      terms.actual = static_cast<double>(i % 50) * terms.outcomes;
      terms.predicted = share * terms.actual;
      const double loss =
          (static_cast<double>(i % 17) +
           static_cast<double>(entrant.excess * static_cast<std::int64_t>(i % 3)) / 100) *
          terms.outcomes;
      const double noise = static_cast<double>(entrant.noise) *
                           (static_cast<double>(i * 7 % 11) - 5.0) / 10 * terms.outcomes;
      terms.deviance = loss + noise;
      terms.crps = (loss + noise) / 2;
      terms.log_score = (loss + terms.outcomes) / 5;
      terms.within_80 = terms.outcomes * (i % 5 == 0 ? 0.0 : 0.96);
      terms.within_95 = terms.outcomes * (i % 20 == 0 ? 0.0 : 0.99);
      clusters.add(i, terms);
      sum.add(terms);
    }
    model.resamples = evaluation::Resamples::draw(clusters, {.resamples = 200, .seed = 1});
    for (const evaluation::Metric metric : evaluation::metrics()) {
      model.pooled.values[static_cast<std::size_t>(metric)] = evaluation::score(metric, sum);
    }
    model.pooled.values[static_cast<std::size_t>(evaluation::Metric::Bias)] =
        evaluation::score(evaluation::Metric::Bias, model.pooled.terms);
    for (std::size_t i = 0; i < 10; ++i) {
      const double mean = 512.0 / static_cast<double>(1U << i);
      model.deciles.push_back({40.0,
                               share * mean,
                               mean * (i % 2 == 0 ? 1.0 : 0.9),
                               10.0 * mean / 1024.0,
                               mean / 1024.0});
      model.reliability[i] = {static_cast<std::int64_t>(1000 >> i),
                              (static_cast<double>(i) + 0.5) / 10,
                              (static_cast<double>(i) + (i < 5 ? 0.3 : 0.8)) / 10};
    }
    for (std::size_t bin = 0; bin < evaluation::kPitBins; ++bin) {
      model.pit[bin] = 0.05 + 0.002 * (static_cast<double>(bin % 5) - 2.0);
    }
    std::int64_t from = 0;
    for (const std::int64_t to : {0, 1, 3, 7, 15, 31, 63, 127, 255}) {
      evaluation::Segment segment{from, to, {}};
      segment.terms.outcomes = static_cast<double>(1'000 / (from + 2));
      segment.terms.actual = static_cast<double>(from) * segment.terms.outcomes / 8 + 3;
      segment.terms.predicted =
          segment.terms.actual * (from == 0 ? 3.5 : share + (from % 4 == 3 ? -0.1 : 0.05));
      segment.terms.deviance = static_cast<double>(from + 1) * segment.terms.outcomes / 20;
      model.by_activity.push_back(segment);
      from = to + 1;
    }
    model.by_activity.push_back({from, std::nullopt, {}});
    double deviance = 0;
    for (const evaluation::Segment& segment : model.by_activity) {
      deviance += segment.terms.deviance;
    }
    model.pooled.terms.deviance = deviance;
    result.models.push_back(std::move(model));
  }
  return result;
}

/// Nine models, of which two are as good as the best.
inline evaluation::Backtest nine_models() {
  return backtest_of({{"ensemble", 0, 103},
                      {"dynamic_nbd", 1, 108, 3},
                      {"boosted_trees", 2, 104, 4},
                      {"exponential_smoothing", 30, 122},
                      {"mean_of_6_months", 60, 128},
                      {"mean_of_3_months", 80, 119},
                      {"mean_of_12_months", 120, 131},
                      {"same_month_last_year", 300, 95},
                      {"last_month", 420, 101}},
                     12);
}

/// A backtest of an ensemble whose trees come to count, and of whose members one is left out at
/// times.
inline evaluation::Backtest with_members(std::size_t origins) {
  evaluation::Backtest result = backtest_of({{"last_month", 9}, {"ensemble"}}, origins);
  for (std::size_t i = 0; i < origins; ++i) {
    const double trees = 0.2 + 0.4 * static_cast<double>(i) / static_cast<double>(origins);
    const double rest = 1.0 - trees;
    std::vector<models::MemberWeight> members = {{"dynamic_nbd", rest / 2, 10.4},
                                                 {"trees_negative_binomial", trees, 10.1}};
    if (i % 3 == 1) {
      members[0].weight = rest;
    } else {
      members.push_back({"pareto_nbd", rest / 2, 11.0});
    }
    result.models[1].members.push_back(std::move(members));
  }
  return result;
}

inline std::vector<Example> backtest_examples() {
  const auto of = [](auto chart, evaluation::Backtest result) {
    return [chart, result] { return chart(result, 0, context()); };
  };
  const auto board =
      [](const evaluation::Backtest& result, std::size_t /*model*/, const charts::Context& c) {
        return charts::backtest_leaderboard(result, c);
      };
  const evaluation::Backtest alone = backtest_of({{"last_month", 0, 140}}, 1);
  const evaluation::Backtest years = backtest_of({{"dynamic_nbd", 0, 97}}, 48);
  return {
      {"backtest_leaderboard_9", of(board, nine_models())},
      {"backtest_leaderboard_1", of(board, alone)},
      {"backtest_tracking_12", of(charts::backtest_tracking, nine_models())},
      {"backtest_tracking_1", of(charts::backtest_tracking, alone)},
      {"backtest_tracking_48", of(charts::backtest_tracking, years), false},
      {"backtest_deciles", of(charts::backtest_deciles, nine_models())},
      {"backtest_calibration", of(charts::backtest_calibration, nine_models())},
      {"backtest_frequency", of(charts::backtest_frequency, nine_models())},
      {"backtest_members",
       [result = with_members(12)] { return charts::backtest_members(result, 1, context()); }},
      {"backtest_members_1",
       [result = with_members(1)] { return charts::backtest_members(result, 1, context()); }},
  };
}

}  // namespace till::test
