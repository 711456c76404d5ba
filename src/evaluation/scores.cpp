#include "till/evaluation/scores.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace till::evaluation {

namespace {

constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();

struct NamedMetric {
  Metric metric;
  std::string_view name;
};

constexpr std::array<NamedMetric, kMetrics> kNames = {{
    {Metric::PoissonDeviance, "poisson_deviance"},
    {Metric::LogScore, "log_score"},
    {Metric::Crps, "crps"},
    {Metric::Rmse, "rmse"},
    {Metric::Mae, "mae"},
    {Metric::Rmsle, "rmsle"},
    {Metric::Bias, "bias"},
    {Metric::Auc, "auc"},
    {Metric::Coverage50, "coverage_50"},
    {Metric::Coverage80, "coverage_80"},
    {Metric::Coverage95, "coverage_95"},
    {Metric::Gini, "gini"},
}};

double square(double x) {
  return x * x;
}

/// Calls `visit(from, to)` for every run [from, to) of equal keys.
template <typename Key, typename Visit>
void for_each_tie(std::span<const std::size_t> order, Key key, Visit visit) {
  for (std::size_t from = 0; from < order.size();) {
    std::size_t to = from + 1;
    while (to < order.size() && key(order[to]) == key(order[from])) {
      ++to;
    }
    visit(from, to);
    from = to;
  }
}

template <typename Key>
std::vector<std::size_t> ascending(std::size_t n, Key key) {
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  // By position where keys are equal, so that sums are the same on every machine.
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return key(a) < key(b) || (key(a) == key(b) && a < b);
  });
  return order;
}

/// Returns sum y (2 r - n - 1), r the rank of an outcome by `key`, ties sharing theirs: the
/// concentration index without its factor 1 / (n sum y).
template <typename Key>
double concentration(std::span<const Outcome> outcomes, Key key) {
  const std::vector<std::size_t> order = ascending(outcomes.size(), key);
  const auto n = static_cast<double>(outcomes.size());
  double sum = 0.0;
  for_each_tie(order, key, [&](std::size_t from, std::size_t to) {
    double actual = 0.0;
    for (std::size_t i = from; i < to; ++i) {
      actual += static_cast<double>(outcomes[order[i]].actual);
    }
    // The ranks are from + 1 ... to.
    sum += actual * (static_cast<double>(from) + static_cast<double>(to) - n);
  });
  return sum;
}

}  // namespace

std::span<const Metric> metrics() noexcept {
  static constexpr auto kAll = [] {
    std::array<Metric, kMetrics> all{};
    for (std::size_t i = 0; i < kMetrics; ++i) {
      all[i] = kNames[i].metric;
    }
    return all;
  }();
  return kAll;
}

std::string_view name(Metric metric) noexcept {
  return kNames[static_cast<std::size_t>(metric)].name;
}

bool is_of_terms(Metric metric) noexcept {
  return metric != Metric::Auc && metric != Metric::Gini;
}

void Terms::add(const Terms& other, double times) noexcept {
  outcomes += times * other.outcomes;
  actual += times * other.actual;
  predicted += times * other.predicted;
  variance += times * other.variance;
  deviance += times * other.deviance;
  log_score += times * other.log_score;
  crps += times * other.crps;
  squared_error += times * other.squared_error;
  absolute_error += times * other.absolute_error;
  squared_log_error += times * other.squared_log_error;
  within_50 += times * other.within_50;
  within_80 += times * other.within_80;
  within_95 += times * other.within_95;
}

Terms terms_of(const Outcome& outcome) noexcept {
  const auto y = static_cast<double>(outcome.actual);
  // y ln(y / m) tends to 0 with y.
  const double m = std::max(outcome.mean, kLeastMean);
  const double deviance = 2.0 * ((y > 0.0 ? y * std::log(y / m) : 0.0) - y + m);
  Terms terms;
  terms.outcomes = 1.0;
  terms.actual = y;
  terms.predicted = outcome.mean;
  terms.variance = outcome.variance;
  terms.deviance = deviance;
  terms.log_score = outcome.log_score;
  terms.crps = outcome.crps;
  terms.squared_error = square(outcome.mean - y);
  terms.absolute_error = std::abs(static_cast<double>(outcome.median) - y);
  terms.squared_log_error = square(std::log1p(outcome.mean) - std::log1p(y));
  terms.within_50 = share_within(outcome, 0.50);
  terms.within_80 = share_within(outcome, 0.80);
  terms.within_95 = share_within(outcome, 0.95);
  return terms;
}

double score(Metric metric, const Terms& terms) noexcept {
  if (!(terms.outcomes > 0.0)) {
    return kUndefined;
  }
  switch (metric) {
    case Metric::PoissonDeviance:
      return terms.deviance / terms.outcomes;
    case Metric::LogScore:
      return terms.log_score / terms.outcomes;
    case Metric::Crps:
      return terms.crps / terms.outcomes;
    case Metric::Rmse:
      return std::sqrt(terms.squared_error / terms.outcomes);
    case Metric::Mae:
      return terms.absolute_error / terms.outcomes;
    case Metric::Rmsle:
      return std::sqrt(terms.squared_log_error / terms.outcomes);
    case Metric::Bias:
      return terms.actual > 0.0 ? terms.predicted / terms.actual - 1.0 : kUndefined;
    case Metric::Coverage50:
      return terms.within_50 / terms.outcomes;
    case Metric::Coverage80:
      return terms.within_80 / terms.outcomes;
    case Metric::Coverage95:
      return terms.within_95 / terms.outcomes;
    case Metric::Auc:
    case Metric::Gini:
      break;
  }
  return kUndefined;
}

Scores scores_of(std::span<const Outcome> outcomes) {
  Scores scores;
  for (const Outcome& outcome : outcomes) {
    scores.terms.add(terms_of(outcome));
  }
  for (const Metric metric : metrics()) {
    scores.values[static_cast<std::size_t>(metric)] = metric == Metric::Auc ? auc(outcomes)
                                                      : metric == Metric::Gini
                                                          ? gini(outcomes)
                                                          : score(metric, scores.terms);
  }
  return scores;
}

double auc(std::span<const Outcome> outcomes) {
  const auto key = [&](std::size_t i) { return 1.0 - outcomes[i].probability_zero; };
  const std::vector<std::size_t> order = ascending(outcomes.size(), key);
  double buyers = 0.0;
  double others = 0.0;
  double above = 0.0;  // pairs of a buyer and another customer that are in the right order
  for_each_tie(order, key, [&](std::size_t from, std::size_t to) {
    double tied_buyers = 0.0;
    for (std::size_t i = from; i < to; ++i) {
      tied_buyers += outcomes[order[i]].actual > 0 ? 1.0 : 0.0;
    }
    const double tied_others = static_cast<double>(to - from) - tied_buyers;
    above += tied_buyers * (others + 0.5 * tied_others);
    buyers += tied_buyers;
    others += tied_others;
  });
  return buyers > 0.0 && others > 0.0 ? above / (buyers * others) : kUndefined;
}

double gini(std::span<const Outcome> outcomes) {
  const double best = concentration(
      outcomes, [&](std::size_t i) { return static_cast<double>(outcomes[i].actual); });
  if (!(best > 0.0)) {
    return kUndefined;
  }
  return concentration(outcomes, [&](std::size_t i) { return outcomes[i].mean; }) / best;
}

std::vector<Decile> deciles(std::span<const Outcome> outcomes) {
  constexpr std::size_t kDeciles = 10;
  if (outcomes.empty()) {
    return {};
  }
  const auto key = [&](std::size_t i) { return -outcomes[i].mean; };
  const std::vector<std::size_t> order = ascending(outcomes.size(), key);
  const double size = static_cast<double>(outcomes.size()) / static_cast<double>(kDeciles);
  std::vector<Decile> result(kDeciles);
  double total = 0.0;
  for_each_tie(order, key, [&](std::size_t from, std::size_t to) {
    double predicted = 0.0;
    double actual = 0.0;
    for (std::size_t i = from; i < to; ++i) {
      predicted += outcomes[order[i]].mean;
      actual += static_cast<double>(outcomes[order[i]].actual);
    }
    total += actual;
    // The run lies on [from, to) of the line that deciles divide into equal parts.
    const auto first = static_cast<std::size_t>(static_cast<double>(from) / size);
    for (std::size_t d = first; d < kDeciles; ++d) {
      const double left = std::max(static_cast<double>(from), size * static_cast<double>(d));
      const double right = std::min(static_cast<double>(to), size * static_cast<double>(d + 1));
      if (right <= left) {
        continue;  // rounding, or past the run
      }
      const double part = (right - left) / static_cast<double>(to - from);
      result[d].predicted += part * predicted;
      result[d].actual += part * actual;
    }
  });
  for (Decile& decile : result) {
    decile.outcomes = size;
    decile.share = total > 0.0 ? decile.actual / total : kUndefined;
    decile.lift = decile.share * static_cast<double>(kDeciles);
    decile.predicted /= size;
    decile.actual /= size;
  }
  return result;
}

std::array<double, kPitBins> pit_histogram(std::span<const Outcome> outcomes) {
  std::array<double, kPitBins> histogram{};
  constexpr auto kBins = static_cast<double>(kPitBins);
  for (const Outcome& outcome : outcomes) {
    const double width = outcome.pit_high - outcome.pit_low;
    const auto first = std::min(static_cast<std::size_t>(outcome.pit_low * kBins), kPitBins - 1);
    if (width <= 0.0) {
      histogram[first] += 1.0;
      continue;
    }
    for (std::size_t bin = first; bin < kPitBins; ++bin) {
      const double left = std::max(outcome.pit_low, static_cast<double>(bin) / kBins);
      const double right = std::min(outcome.pit_high, static_cast<double>(bin + 1) / kBins);
      if (right <= left) {
        continue;  // rounding, or past the step
      }
      histogram[bin] += (right - left) / width;
    }
  }
  for (double& share : histogram) {
    share /= std::max(static_cast<double>(outcomes.size()), 1.0);
  }
  return histogram;
}

std::array<Reliability, 10> reliability(std::span<const Outcome> outcomes) {
  std::array<Reliability, 10> classes{};
  for (const Outcome& outcome : outcomes) {
    const double probability = 1.0 - outcome.probability_zero;
    Reliability& found = classes[std::min(
        static_cast<std::size_t>(std::max(probability, 0.0) * 10.0), classes.size() - 1)];
    ++found.outcomes;
    found.predicted += probability;
    found.actual += outcome.actual > 0 ? 1.0 : 0.0;
  }
  for (Reliability& found : classes) {
    const auto n = static_cast<double>(std::max<std::int64_t>(found.outcomes, 1));
    found.predicted /= n;
    found.actual /= n;
  }
  return classes;
}

}  // namespace till::evaluation
