#include "till/evaluation/backtest.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

namespace till::evaluation {

namespace {

constexpr std::size_t kActivityMonths = 12;
constexpr std::array<std::int64_t, 10> kActivityClasses = {0, 1, 2, 4, 8, 16, 32, 64, 128, 256};
constexpr std::array<std::int64_t, 6> kTenureClasses = {1, 2, 4, 7, 13, 25};

std::vector<Segment> segments(std::span<const std::int64_t> starts) {
  std::vector<Segment> all;
  all.reserve(starts.size());
  for (std::size_t i = 0; i < starts.size(); ++i) {
    all.push_back(
        {starts[i], i + 1 < starts.size() ? std::optional(starts[i + 1] - 1) : std::nullopt, {}});
  }
  return all;
}

Segment& segment_of(std::vector<Segment>& all, std::int64_t value) {
  std::size_t i = all.size() - 1;
  while (i > 0 && value < all[i].from) {
    --i;
  }
  return all[i];
}

Error cancelled() {
  return Error{ErrorCode::Cancelled, "backtest: cancelled", ""};
}

Result<void> check(const Panel& panel,
                   std::span<const Competitor> competitors,
                   const BacktestOptions& options) {
  const auto invalid = [](std::string message) {
    return Error{ErrorCode::InvalidArgument, "backtest: " + std::move(message), ""};
  };
  if (competitors.empty()) {
    return invalid("competitors is empty, but must hold a model");
  }
  std::set<std::string_view> names;
  for (const Competitor& competitor : competitors) {
    if (!names.insert(competitor.name).second) {
      return invalid("competitors holds \"" + competitor.name + "\" twice, but must hold it once");
    }
  }
  if (options.origins == 0) {
    return invalid("origins is 0, but must be > 0");
  }
  if (options.bootstrap.resamples == 0) {
    return invalid("resamples is 0, but must be > 0");
  }
  if (panel.months() < 2) {
    return Error{ErrorCode::InvalidData,
                 "backtest: panel has " + std::to_string(panel.months()) + " whole " +
                     month_noun(panel.months() == 1 ? panel.month(0).month : PanelMonth(),
                                static_cast<std::int64_t>(panel.months())) +
                     ", but must have at least 2",
                 "one month is learned from, and one is forecast"};
  }
  if (!panel.is_last_month_whole()) {
    return Error{ErrorCode::InvalidData,
                 "backtest: the panel's last month, " +
                     to_string(panel.month(panel.months() - 1).month) +
                     ", is cut short, but must be whole",
                 "end the panel with a month's end"};
  }
  return {};
}

Origin origin_of(const Panel& panel, std::size_t month) {
  Origin origin;
  origin.month = panel.month(month).month;
  origin.customers = panel.customers_seen(month - 1);
  const std::span<const std::int32_t> counts = panel.counts(month);
  for (const std::int32_t count : counts.first(origin.customers)) {
    origin.actual += count;
  }
  origin.new_customers = counts.size() - origin.customers;
  for (const std::int32_t count : counts.subspan(origin.customers)) {
    origin.new_transactions += count;
  }
  return origin;
}

/// Returns the transactions of each customer in the twelve months before a month.
std::vector<std::int64_t> recent_activity(const Panel& known) {
  std::vector<std::int64_t> transactions(known.customers());
  const std::size_t to = known.months();
  for (std::size_t month = to - std::min(to, kActivityMonths); month < to; ++month) {
    const std::span<const std::int32_t> counts = known.counts(month);
    for (std::size_t i = 0; i < counts.size(); ++i) {
      transactions[i] += counts[i];
    }
  }
  return transactions;
}

/// Returns the outcomes of the customers known before a month.
Result<std::vector<Outcome>> outcomes_of(const Competitor& competitor,
                                         const models::Forecast& forecast,
                                         const Panel& panel,
                                         std::size_t month) {
  const std::size_t customers = panel.customers_seen(month - 1);
  const std::string where = "backtest: the forecast of " + competitor.name + " for " +
                            to_string(panel.month(month).month);
  if (forecast.customers() != customers) {
    return Error{ErrorCode::Internal,
                 where + " is of " + std::to_string(forecast.customers()) +
                     " customers, but must be of " + std::to_string(customers),
                 ""};
  }
  const std::span<const std::int32_t> counts = panel.counts(month);
  std::vector<Outcome> outcomes;
  outcomes.reserve(customers);
  for (std::size_t i = 0; i < customers; ++i) {
    outcomes.push_back(judge(forecast.distribution(i), counts[i]));
    if (!std::isfinite(outcomes.back().mean) || !std::isfinite(outcomes.back().log_score)) {
      return Error{ErrorCode::Internal,
                   where + " has a mean of " + std::to_string(outcomes.back().mean) +
                       " for customer " + std::to_string(i) + ", but must be finite",
                   ""};
    }
  }
  return outcomes;
}

/// Collects warnings: each once, with the months it was given for.
class WarningsByMonth {
 public:
  void add(const std::string& warning, const PanelMonth& month) {
    const auto found =
        std::ranges::find(warnings_, warning, [](const Said& said) { return said.warning; });
    if (found == warnings_.end()) {
      warnings_.push_back({warning, month, month, 1});
    } else {
      found->last = month;
      ++found->times;
    }
  }

  [[nodiscard]] std::vector<std::string> sentences() const {
    std::vector<std::string> all;
    all.reserve(warnings_.size());
    for (const Said& said : warnings_) {
      all.push_back(said.warning + " (" +
                    (said.times == 1 ? to_string(said.first)
                                     : to_string(said.first) + " to " + to_string(said.last)) +
                    ")");
    }
    return all;
  }

 private:
  struct Said {
    std::string warning;
    PanelMonth first;
    PanelMonth last;
    std::size_t times = 0;
  };

  std::vector<Said> warnings_;
};

}  // namespace

bool is_better(const ModelBacktest& a, const ModelBacktest& b, Metric metric) {
  return a.resamples.difference(metric, b.resamples).high < 0.0;
}

DieboldMariano diebold_mariano(const ModelBacktest& a, const ModelBacktest& b, Metric metric) {
  std::vector<double> differences;
  for (std::size_t i = 0; i < std::min(a.origins.size(), b.origins.size()); ++i) {
    differences.push_back(a.origins[i][metric] - b.origins[i][metric]);
  }
  return diebold_mariano(differences);
}

Result<Backtest> backtest(const Panel& panel,
                          std::span<const Competitor> competitors,
                          const BacktestOptions& options) {
  TILL_TRY(check(panel, competitors, options));
  const std::size_t origins = std::min(options.origins, panel.months() - 1);
  const std::size_t first = panel.months() - origins;

  Backtest result;
  std::vector<std::vector<std::int64_t>> activity;
  for (std::size_t month = first; month < panel.months(); ++month) {
    result.origins.push_back(origin_of(panel, month));
    activity.push_back(recent_activity(panel.before(month)));
  }
  const std::size_t customers = result.origins.back().customers;

  std::size_t done = 0;
  for (const Competitor& competitor : competitors) {
    ModelBacktest model;
    model.model = competitor.name;
    model.by_activity = segments(kActivityClasses);
    model.by_tenure = segments(kTenureClasses);
    Clusters clusters(customers);
    std::vector<Outcome> all;
    WarningsByMonth warnings;
    const Refit refit = competitor.start();
    for (std::size_t origin = 0; origin < origins; ++origin) {
      const std::size_t month = first + origin;
      if (options.computation.cancelled && options.computation.cancelled()) {
        return cancelled();
      }
      if (options.on_progress) {
        options.on_progress(
            {competitor.name, panel.month(month).month, done, competitors.size() * origins});
      }
      // All that the model gets to see.
      const Panel known = panel.before(month);
      const models::ForecastTarget target{{}, {panel.month(month)}};
      TILL_ASSIGN(const Refitted refitted, refit(known, target, options.computation));
      for (const std::string& warning : refitted.warnings) {
        warnings.add(warning, panel.month(month).month);
      }
      TILL_ASSIGN(const std::vector<Outcome> outcomes,
                  outcomes_of(competitor, refitted.forecast, panel, month));
      model.origins.push_back(scores_of(outcomes));
      if (options.on_scores) {
        options.on_scores(
            {competitor.name, result.origins[origin], model.origins.back(), refitted.members});
      }
      if (!refitted.members.empty()) {
        model.members.push_back(refitted.members);
      }
      for (std::size_t i = 0; i < outcomes.size(); ++i) {
        const Terms terms = terms_of(outcomes[i]);
        clusters.add(i, terms);
        segment_of(model.by_activity, activity[origin][i]).terms.add(terms);
        const auto tenure = static_cast<std::int64_t>(month - panel.birth_month(i));
        segment_of(model.by_tenure, tenure).terms.add(terms);
      }
      all.insert(all.end(), outcomes.begin(), outcomes.end());
      ++done;
    }
    model.pooled = scores_of(all);
    model.resamples = Resamples::draw(clusters, options.bootstrap);
    model.deciles = deciles(all);
    model.pit = pit_histogram(all);
    model.reliability = reliability(all);
    model.warnings = warnings.sentences();
    result.models.push_back(std::move(model));
  }
  std::ranges::sort(result.models, [](const ModelBacktest& a, const ModelBacktest& b) {
    const double left = a.pooled[Metric::PoissonDeviance];
    const double right = b.pooled[Metric::PoissonDeviance];
    return left < right || (left == right && a.model < b.model);
  });
  return result;
}

}  // namespace till::evaluation
