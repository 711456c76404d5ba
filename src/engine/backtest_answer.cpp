#include "backtest_answer.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <iterator>

#include "panel_question.hpp"
#include "wording.hpp"

#include "till/charts/backtest.hpp"

namespace till::engine {

namespace {

using evaluation::Backtest;
using evaluation::Interval;
using evaluation::Metric;
using evaluation::ModelBacktest;

constexpr std::array kHeadlines = {Metric::PoissonDeviance, Metric::LogScore, Metric::Crps};

std::string four_digits(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.4g", value);
  return text.data();
}

void add_rows(Table& table, const Backtest& result) {
  TextColumn model;
  TextColumn origin;
  IntegerColumn customers;
  IntegerColumn actual;
  RealColumn predicted;
  std::array<RealColumn, evaluation::kMetrics> scores;
  for (const ModelBacktest& tested : result.models) {
    for (std::size_t i = 0; i < result.origins.size(); ++i) {
      model.push_back(tested.model);
      origin.push_back(to_string(result.origins[i].month));
      customers.push_back(static_cast<std::int64_t>(result.origins[i].customers));
      actual.push_back(result.origins[i].actual);
      predicted.push_back(tested.origins[i].terms.predicted);
      for (const Metric metric : evaluation::metrics()) {
        const double value = tested.origins[i][metric];
        scores[static_cast<std::size_t>(metric)].push_back(
            std::isfinite(value) ? std::optional(value) : std::nullopt);
      }
    }
  }
  add_column(table, "model", std::move(model));
  add_column(table, "origin", std::move(origin));
  add_column(table, "customers", std::move(customers));
  add_column(table, "actual", std::move(actual));
  add_column(table, "predicted", std::move(predicted));
  for (const Metric metric : evaluation::metrics()) {
    add_column(table,
               std::string(evaluation::name(metric)),
               std::move(scores[static_cast<std::size_t>(metric)]));
  }
}

List pooled_of(const Backtest& result) {
  List list;
  for (const ModelBacktest& model : result.models) {
    Object object = {{"model", model.model},
                     {"predicted", finite_value(model.pooled.terms.predicted)}};
    for (const Metric metric : evaluation::metrics()) {
      object.push_back({std::string(evaluation::name(metric)), finite_value(model.pooled[metric])});
    }
    list.emplace_back(std::move(object));
  }
  return list;
}

List intervals_of(const Backtest& result) {
  List list;
  for (const ModelBacktest& model : result.models) {
    Object object = {{"model", model.model}};
    for (const Metric metric : evaluation::metrics()) {
      if (evaluation::is_of_terms(metric)) {
        const Interval interval = model.resamples.interval(metric);
        object.push_back({std::string(evaluation::name(metric)),
                          List{finite_value(interval.low), finite_value(interval.high)}});
      }
    }
    list.emplace_back(std::move(object));
  }
  return list;
}

/// Each model against the first: paired intervals over customers, and the test over months.
List comparisons_of(const Backtest& result) {
  List list;
  const ModelBacktest& best = result.models.front();
  for (const ModelBacktest& model : result.models) {
    if (&model == &best) {
      continue;
    }
    for (const Metric metric : kHeadlines) {
      const Interval interval = model.resamples.difference(metric, best.resamples);
      list.emplace_back(Object{
          {"model", model.model},
          {"score", std::string(evaluation::name(metric))},
          {"difference", finite_value(model.pooled[metric] - best.pooled[metric])},
          {"low", finite_value(interval.low)},
          {"high", finite_value(interval.high)},
          {"p_value", finite_value(evaluation::diebold_mariano(model, best, metric).p_value)}});
    }
  }
  return list;
}

List segments_of(const std::vector<evaluation::Segment>& segments) {
  List list;
  for (const evaluation::Segment& segment : segments) {
    const evaluation::Terms& terms = segment.terms;
    if (terms.outcomes == 0.0) {
      continue;
    }
    list.emplace_back(Object{
        {"from", segment.from},
        {"to", segment.to ? Value(*segment.to) : Value()},
        {"forecasts", std::llround(terms.outcomes)},
        {"actual", std::llround(terms.actual)},
        {"predicted", finite_value(terms.predicted)},
        {"bias", finite_value(evaluation::score(Metric::Bias, terms))},
        {"poisson_deviance", finite_value(evaluation::score(Metric::PoissonDeviance, terms))},
        {"crps", finite_value(evaluation::score(Metric::Crps, terms))}});
  }
  return list;
}

List deciles_of(const ModelBacktest& model) {
  List list;
  for (std::size_t i = 0; i < model.deciles.size(); ++i) {
    const evaluation::Decile& decile = model.deciles[i];
    list.emplace_back(Object{{"decile", i + 1},
                             {"predicted", finite_value(decile.predicted)},
                             {"actual", finite_value(decile.actual)},
                             {"lift", finite_value(decile.lift)},
                             {"share", finite_value(decile.share)}});
  }
  return list;
}

List reliability_of(const ModelBacktest& model) {
  List list;
  for (const evaluation::Reliability& found : model.reliability) {
    if (found.outcomes > 0) {
      list.emplace_back(Object{{"predicted", finite_value(found.predicted)},
                               {"actual", finite_value(found.actual)},
                               {"forecasts", found.outcomes}});
    }
  }
  return list;
}

std::string title_of(const Backtest& result) {
  const ModelBacktest& best = result.models.front();
  const Interval interval = best.resamples.interval(Metric::PoissonDeviance);
  std::string title = best.model + " forecasts the mean best: deviance " +
                      four_digits(best.pooled[Metric::PoissonDeviance]) + " (" +
                      four_digits(interval.low) + " to " + four_digits(interval.high) + ") over " +
                      count_of_months(static_cast<std::int64_t>(result.origins.size()),
                                      result.origins.front().month);
  if (result.models.size() > 1) {
    const auto behind = std::ranges::count_if(result.models, [&](const ModelBacktest& model) {
      return evaluation::is_better(best, model, Metric::PoissonDeviance);
    });
    title += ", clearly better than " + std::to_string(behind) + " of " +
             count_of(static_cast<std::int64_t>(result.models.size()) - 1, "other");
  }
  return title + ".";
}

/// Returns the model whose members are shown: the one that pictures are of where it has some, else
/// the best that has. Its index is models.size() where none has.
std::size_t ensemble_of(const Backtest& result, std::size_t shown) {
  if (!result.models[shown].members.empty()) {
    return shown;
  }
  const auto found = std::ranges::find_if(
      result.models, [](const ModelBacktest& model) { return !model.members.empty(); });
  return static_cast<std::size_t>(found - result.models.begin());
}

/// Returns a row for each origin: the weight of each member, 0 where it was left out.
List members_of(const Backtest& result, const ModelBacktest& model) {
  std::vector<std::string> names;
  for (const std::vector<models::MemberWeight>& members : model.members) {
    for (const models::MemberWeight& each : members) {
      if (std::ranges::find(names, each.member) == names.end()) {
        names.push_back(each.member);
      }
    }
  }
  List list;
  for (std::size_t i = 0; i < result.origins.size(); ++i) {
    Object row = {{"origin", to_string(result.origins[i].month)}};
    for (const std::string& name : names) {
      const auto found = std::ranges::find(model.members[i], name, &models::MemberWeight::member);
      row.push_back({name, finite_value(found == model.members[i].end() ? 0.0 : found->weight)});
    }
    list.emplace_back(std::move(row));
  }
  return list;
}

charts::Chart draw(const Backtest& result,
                   BacktestPlot plot,
                   std::size_t shown,
                   const charts::Context& context) {
  switch (plot) {
    case BacktestPlot::Leaderboard:
    case BacktestPlot::All:
      break;
    case BacktestPlot::Tracking:
      return charts::backtest_tracking(result, shown, context);
    case BacktestPlot::Deciles:
      return charts::backtest_deciles(result, shown, context);
    case BacktestPlot::Calibration:
      return charts::backtest_calibration(result, shown, context);
    case BacktestPlot::Frequency:
      return charts::backtest_frequency(result, shown, context);
    case BacktestPlot::Members:
      return charts::backtest_members(result, ensemble_of(result, shown), context);
  }
  return charts::backtest_leaderboard(result, context);
}

}  // namespace

Parameter backtest_plot_parameter() {
  return {.name = "plot",
          .help =
              "What --chart draws: all models by their scores (leaderboard), or of one model the "
              "totals by month (tracking), forecast and truth by tenths of customers with the "
              "lift (deciles), whether probabilities are right (calibration), the error by how "
              "often customers buy (frequency), or what the members of the ensemble counted for "
              "(members). all draws each, to files of their own: --chart out.svg is then "
              "out-leaderboard.svg, out-tracking.svg and so on."};
}

Parameter resamples_parameter() {
  return {.name = "resamples",
          .help = "How often customers are drawn anew for the intervals of scores.",
          .placeholder = "N",
          .minimum = 10,
          .maximum = 100'000};
}

evaluation::BacktestOptions backtest_options(const Session& session,
                                             std::size_t origins,
                                             std::int64_t resamples) {
  evaluation::BacktestOptions options;
  options.origins = origins;
  options.bootstrap.resamples = static_cast<std::size_t>(resamples);
  options.bootstrap.seed = static_cast<std::uint64_t>(session.options().seed);
  options.computation = computation_of(session);
  options.on_scores = [&session](const evaluation::OriginScores& known) {
    Object facts = {{"model", known.model},
                    {"origin", to_string(known.origin.month)},
                    {"customers", known.origin.customers},
                    {"actual", known.origin.actual},
                    {"predicted", finite_value(known.scores.terms.predicted)}};
    for (const Metric metric : evaluation::metrics()) {
      facts.push_back({std::string(evaluation::name(metric)), finite_value(known.scores[metric])});
    }
    if (!known.members.empty()) {
      facts.push_back({"members", members_value(known.members)});
    }
    session.tell("scores", facts);
  };
  return options;
}

Result<void> check_plot(std::string_view function, BacktestPlot plot, bool has_members) {
  if (plot != BacktestPlot::Members || has_members) {
    return {};
  }
  return Error{ErrorCode::Unsupported,
               std::string(function) + ": --plot is members, but none of the models is an ensemble",
               "--model auto is"};
}

void answer_with(Answer& answer,
                 const std::shared_ptr<const Backtest>& result,
                 std::size_t shown,
                 BacktestPlot plot,
                 std::int64_t limit,
                 const charts::Context& context) {
  const ModelBacktest& model = result->models[shown];
  add_rows(answer.rows, *result);
  finish_rows(answer, limit);
  std::int64_t customer_months = 0;
  std::int64_t actual = 0;
  std::int64_t new_transactions = 0;
  for (const evaluation::Origin& origin : result->origins) {
    customer_months += static_cast<std::int64_t>(origin.customers);
    actual += origin.actual;
    new_transactions += origin.new_transactions;
  }
  answer.summary = {{"first_month", to_string(result->origins.front().month)},
                    {"last_month", to_string(result->origins.back().month)},
                    {"forecasts", customer_months},
                    {"transactions", actual},
                    {"transactions_of_new_customers", new_transactions},
                    {"best_model", result->models.front().model},
                    {"shown_model", model.model},
                    {"pooled", pooled_of(*result)},
                    {"intervals", intervals_of(*result)},
                    {"comparisons", comparisons_of(*result)},
                    {"by_activity", segments_of(model.by_activity)},
                    {"by_tenure", segments_of(model.by_tenure)},
                    {"deciles", deciles_of(model)},
                    {"reliability", reliability_of(model)}};
  List pit;
  for (const double share : model.pit) {
    pit.emplace_back(share);
  }
  answer.summary.push_back({"pit", std::move(pit)});
  for (const ModelBacktest& tested : result->models) {
    std::ranges::copy(tested.warnings, std::back_inserter(answer.warnings));
  }
  answer.title = title_of(*result);
  const std::size_t ensemble = ensemble_of(*result, shown);
  if (ensemble < result->models.size()) {
    answer.summary.push_back({"members", members_of(*result, result->models[ensemble])});
  }
  const auto drawing = [&](BacktestPlot one) {
    return [result, shown, one, context] { return draw(*result, one, shown, context); };
  };
  if (plot != BacktestPlot::All) {
    answer.chart = drawing(plot);
    return;
  }
  for (const auto& [name, one] : Words<BacktestPlot>::kAll) {
    const bool is_one = one != BacktestPlot::All &&
                        (one != BacktestPlot::Members || ensemble < result->models.size());
    if (is_one) {
      answer.charts.push_back({name, drawing(one)});
    }
  }
}

}  // namespace till::engine
