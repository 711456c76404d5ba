#include "till/models/ensemble.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "chunks.hpp"
#include "count_head.hpp"
#include "count_trees.hpp"
#include "member_features.hpp"
#include "no_months.hpp"
#include "panel_sample.hpp"

#include "till/math/minimize.hpp"
#include "till/models/baselines.hpp"
#include "till/models/buy_till_you_die_months.hpp"
#include "till/models/dynamic_nbd.hpp"

namespace till::models {

namespace {

constexpr std::size_t kCustomers = 8'000;  // that members learn from and are weighed on
constexpr std::size_t kLeastMonths = 6;    // of history
constexpr std::size_t kOldestLesson = 24;
constexpr double kSmallestMean = 0.02;  // in deviances
constexpr double kFarBehind = 1.10;     // times the least deviance: a member is left out
constexpr double kEqualShare = 0.25;    // of every member's weight: the past is no proof
constexpr double kLeastMean = 1e-9;
constexpr double kMostMoved = 2.0;  // times its own mean: as far as the filter is moved

std::vector<TreeRecipe> recipes_of(Effort effort) {
  using enum CountLoss;
  if (effort == Effort::Quick) {
    return {{.name = "trees_negative_binomial"}};
  }
  return {
      {.name = "trees_negative_binomial"},
      {.name = "trees_tweedie", .loss = Tweedie, .rounds = 150, .features = FeatureGroup::Days},
      {.name = "trees_poisson", .loss = Poisson, .features = FeatureGroup::Days, .ages = {{1, 24}}},
      {.name = "trees_over_filter",
       .loss = Poisson,
       .rounds = 100,
       .learning_rate = 0.1,
       .ages = {{1, 24}},
       .corrects_filter = true},
  };
}

/// Returns the recipes that the trees of a saved model may have: those of today and of before.
std::vector<TreeRecipe> known_recipes() {
  std::vector<TreeRecipe> recipes = recipes_of(Effort::Full);
  recipes.push_back({.name = "trees_of_counts",
                     .loss = CountLoss::Tweedie,
                     .rounds = 150,
                     .features = FeatureGroup::Counts});
  return recipes;
}

std::size_t months_looked_back_on(Effort effort) {
  return effort == Effort::Quick ? 3 : 6;
}

/// The members, fitted to what came before a month.
struct Members {
  std::size_t months = 0;  // of the panel they were fitted to
  FeatureModels models = {};
  MeanOf6Months mean = {};
  CalendarExposure season;
  std::vector<CountTrees> trees;

  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> names = {std::string(DynamicNbd::kName),
                                      std::string(MbgNbdMonths::kName),
                                      std::string(ParetoNbdMonths::kName)};
    if (trees.empty()) {
      names.emplace_back(MeanOf6Months::kName);
    }
    for (const CountTrees& some : trees) {
      names.emplace_back(some.recipe().name);
    }
    return names;
  }
};

/// What the members say of a month, customer by customer.
struct Opinions {
  std::vector<std::string> members;
  std::vector<std::vector<double>> means;  // by member; > 0
  MonthFeatures features;

  [[nodiscard]] const Forecast& filter() const { return features.views->filter; }
};

/// A month that was looked back on.
struct Lesson {
  std::size_t month = 0;
  Opinions opinions;
  std::vector<double> counts;
};

/// How means become one.
struct Pool {
  bool is_geometric = false;
  std::vector<std::string> members;
  std::vector<double> weights;
  std::vector<double> deviances;
};

/// Returns the panel without a month that is not over.
Panel over(const Panel& panel) {
  return panel.is_last_month_whole() ? panel : panel.before(panel.months() - 1);
}

/// Fits a part of the members of some months; the parts are fitted by several threads.
using FitPart = std::function<Result<void>()>;

Result<void> fit_parts(const std::vector<FitPart>& parts, std::int32_t threads) {
  std::vector<Result<void>> results(parts.size());
  for_each_chunk(parts.size(), 1, threads, [&](std::size_t i, std::size_t, std::size_t) {
    results[i] = parts[i]();
  });
  for (Result<void>& result : results) {
    TILL_TRY(std::move(result));
  }
  return {};
}

/// Learns the trees of some members, whose models are fitted.
///
/// Each set of trees is grown by one thread, several sets at once, the largest first.
Result<void> grow_trees(Effort effort,
                        const Panel& panel,
                        const Computation& computation,
                        Members& members) {
  std::vector<std::size_t> months;
  const std::size_t last = panel.months();
  for (std::size_t t = last > kOldestLesson + 1 ? last - kOldestLesson : 1; t < last; ++t) {
    months.push_back(t);
  }
  const ForecastTarget unused{{}, {panel.month(last - 1)}};
  TILL_ASSIGN(const std::vector<MonthFeatures> features,
              member_features(panel, months, unused, &members.models, computation));
  const std::vector<TreeRecipe> recipes = recipes_of(effort);
  std::vector<std::optional<CountTrees>> grown(recipes.size());
  std::vector<FitPart> parts;
  parts.reserve(recipes.size());
  for (std::size_t i = recipes.size(); i-- > 0;) {
    parts.emplace_back([&, i]() -> Result<void> {
      TILL_ASSIGN(grown[i],
                  CountTrees::learn(recipes[i], panel, features, members.season, computation));
      return {};
    });
  }
  TILL_TRY(fit_parts(parts, computation.threads));
  for (std::optional<CountTrees>& trees : grown) {
    if (trees) {
      members.trees.push_back(std::move(*trees));
    }
  }
  return {};
}

/// Fits the members to what came before each of some months, in ascending order.
///
/// \param before  of an earlier month, to start from, or null.
Result<std::vector<Members>> fit_members(Effort effort,
                                         const Panel& panel,
                                         std::span<const std::size_t> months,
                                         const Computation& computation,
                                         const Members* before) {
  Computation alone = computation;  // of one part among several
  alone.threads = 1;
  std::vector<Panel> known;
  known.reserve(months.size());
  std::vector<Members> fitted(months.size());
  for (const std::size_t month : months) {
    known.push_back(panel.before(month));
  }
  std::vector<FitPart> parts;
  parts.reserve(1 + 2 * months.size());
  // A filter starts from the one before; the others are fitted for themselves.
  parts.emplace_back([&]() -> Result<void> {
    const DynamicNbd* start = before == nullptr ? nullptr : &before->models.filter;
    for (std::size_t k = 0; k < months.size(); ++k) {
      TILL_ASSIGN(fitted[k].models.filter, DynamicNbd::fit(known[k], computation, start));
      start = &fitted[k].models.filter;
    }
    return {};
  });
  for (std::size_t k = 0; k < months.size(); ++k) {
    fitted[k].months = months[k];
    fitted[k].season = CalendarExposure::fit(known[k], 2.0);
    TILL_ASSIGN(fitted[k].mean, MeanOf6Months::fit(known[k], alone, nullptr));
    parts.emplace_back([&, k]() -> Result<void> {
      TILL_ASSIGN(fitted[k].models.mbg_nbd, MbgNbdMonths::fit(known[k], alone, nullptr));
      return {};
    });
    parts.emplace_back([&, k]() -> Result<void> {
      TILL_ASSIGN(fitted[k].models.pareto_nbd, ParetoNbdMonths::fit(known[k], alone, nullptr));
      return {};
    });
  }
  TILL_TRY(fit_parts(parts, computation.threads));
  parts.clear();
  Computation shared = computation;  // of one month among several
  shared.threads = std::max(computation.threads / static_cast<std::int32_t>(months.size()), 1);
  for (std::size_t k = 0; k < months.size(); ++k) {
    parts.emplace_back([&, k] { return grow_trees(effort, known[k], shared, fitted[k]); });
  }
  TILL_TRY(fit_parts(parts, computation.threads));
  return fitted;
}

/// \param is_alone  the filter forecasts by itself: there are no others.
Result<State> saved(const Members& members, bool is_alone) {
  State state;
  state.set("months", static_cast<double>(members.months));
  state.set(std::string(DynamicNbd::kName), members.models.filter.save());
  if (is_alone) {
    return state;
  }
  state.set(std::string(MbgNbdMonths::kName), members.models.mbg_nbd.save());
  state.set(std::string(ParetoNbdMonths::kName), members.models.pareto_nbd.save());
  state.set(std::string(MeanOf6Months::kName), members.mean.save());
  state.set("season", members.season.save());
  State::States trees;
  for (const CountTrees& some : members.trees) {
    TILL_ASSIGN(State each, some.save());
    trees.push_back(std::move(each));
  }
  state.set("trees", std::move(trees));
  return state;
}

Result<Members> loaded_members(const State& state, bool is_alone) {
  StateReader read(state, "ensemble");
  Members members;
  members.months = static_cast<std::size_t>(read.number("months", 0.0, 1e6));
  members.models.filter =
      read.part(DynamicNbd::load(read.state(DynamicNbd::kName)), members.models.filter);
  if (is_alone) {
    TILL_TRY(read.finish());
    return members;
  }
  members.models.mbg_nbd = read.part(MbgNbdMonths::load(read.state(MbgNbdMonths::kName)), {});
  members.models.pareto_nbd =
      read.part(ParetoNbdMonths::load(read.state(ParetoNbdMonths::kName)), {});
  members.mean = read.part(MeanOf6Months::load(read.state(MeanOf6Months::kName)), {});
  members.season = read.part(CalendarExposure::load(read.state("season")), CalendarExposure());
  const std::vector<State> trees = read.states("trees");
  TILL_TRY(read.finish());
  const std::vector<TreeRecipe> recipes = known_recipes();
  for (const State& each : trees) {
    StateReader read_tree(each, "ensemble");
    const std::string name = read_tree.text("name");
    TILL_TRY(read_tree.finish());
    const auto recipe = std::ranges::find(recipes, name, &TreeRecipe::name);
    if (recipe == recipes.end()) {
      return Error{ErrorCode::Unsupported,
                   "ensemble: the member " + name + " is not known to this till",
                   "fit the model again"};
    }
    TILL_ASSIGN(CountTrees grown, CountTrees::load(each, *recipe));
    members.trees.push_back(std::move(grown));
  }
  return members;
}

State saved(const Pool& pool) {
  State state;
  state.set("is_geometric", pool.is_geometric ? 1.0 : 0.0);
  state.set("members", pool.members);
  state.set("weights", pool.weights);
  state.set("deviances", pool.deviances);
  return state;
}

Result<Pool> loaded_pool(const State& state, const std::vector<std::string>& known) {
  StateReader read(state, "ensemble");
  Pool pool;
  pool.is_geometric = read.number("is_geometric", 0.0, 1.0) == 1.0;
  pool.members = read.texts("members");
  pool.weights.resize(pool.members.size());
  pool.deviances.resize(pool.members.size());
  read.fill("weights", pool.weights, 1e-9, 1.0);
  read.fill("deviances", pool.deviances, 0.0);
  const bool are_known = std::ranges::all_of(pool.members, [&](const std::string& member) {
    return std::ranges::find(known, member) != known.end();
  });
  if (pool.members.empty() || !are_known) {
    read.refuse("members", "members of the ensemble");
  }
  TILL_TRY(read.finish());
  return pool;
}

/// Asks the members about the month after a panel.
Result<Opinions> ask(const Members& members,
                     const Panel& panel,
                     const ForecastTarget& target,
                     const Computation& computation) {
  const std::size_t month = panel.months();
  TILL_ASSIGN(std::vector<MonthFeatures> features,
              member_features(panel, std::span(&month, 1), target, &members.models, computation));
  Opinions opinions{members.names(), {}, std::move(features.front())};
  const auto add = [&](const Forecast& forecast) {
    std::vector<double>& means = opinions.means.emplace_back();
    for (std::size_t i = 0; i < panel.customers(); ++i) {
      means.push_back(std::max(forecast.distribution(i).mean(), kLeastMean));
    }
  };
  add(opinions.filter());
  add(opinions.features.views->mbg_nbd);
  add(opinions.features.views->pareto_nbd);
  if (members.trees.empty()) {
    TILL_ASSIGN(const Forecast mean, members.mean.forecast(panel, target, computation));
    add(mean);
  }
  for (const CountTrees& trees : members.trees) {
    TILL_ASSIGN(std::vector<double> means,
                trees.predict(
                    panel, opinions.features, target.window.front(), members.season, computation));
    for (double& each : means) {
      each = std::max(each, kLeastMean);
    }
    opinions.means.push_back(std::move(means));
  }
  return opinions;
}

// --- the pool
// ---------------------------------------------------------------------------------------

/// Returns the pooled means of a lesson, of the members that a pool takes.
std::vector<double> pooled(const Opinions& opinions, const Pool& pool) {
  std::vector<const std::vector<double>*> means;
  double weight = 0.0;
  std::vector<double> weights;
  for (std::size_t m = 0; m < pool.members.size(); ++m) {
    const auto at = std::ranges::find(opinions.members, pool.members[m]);
    if (at != opinions.members.end()) {
      means.push_back(&opinions.means[static_cast<std::size_t>(at - opinions.members.begin())]);
      weights.push_back(pool.weights[m]);
      weight += pool.weights[m];
    }
  }
  std::vector<double> out(opinions.means.front().size(), 0.0);
  for (std::size_t i = 0; i < out.size(); ++i) {
    for (std::size_t m = 0; m < means.size(); ++m) {
      const double mean = (*means[m])[i];
      out[i] += weights[m] / weight * (pool.is_geometric ? std::log(mean) : mean);
    }
    out[i] = std::max(pool.is_geometric ? std::exp(out[i]) : out[i], kLeastMean);
  }
  return out;
}

/// Minus the Poisson log-likelihood but for a constant: half the deviance.
double loss_of(double y, double mean) {
  const double held = std::max(mean, kSmallestMean);
  return (y > 0.0 ? y * std::log(y / held) : 0.0) - (y - held);
}

double mean_deviance(std::span<const Lesson> lessons,
                     const std::function<std::vector<double>(const Lesson&)>& means_of) {
  double sum = 0.0;
  double n = 0.0;
  for (const Lesson& lesson : lessons) {
    const std::vector<double> means = means_of(lesson);
    for (std::size_t i = 0; i < means.size(); ++i) {
      sum += 2.0 * loss_of(lesson.counts[i], means[i]);
    }
    n += static_cast<double>(means.size());
  }
  return sum / n;
}

/// Finds the weights that would have done best: minus log score of a negative binomial whose shape
/// is what the errors of an equal pool show.
std::vector<double> best_weights(std::span<const Lesson> lessons,
                                 const std::vector<std::string>& members,
                                 bool is_geometric,
                                 double shape,
                                 const std::function<bool()>& cancelled) {
  const std::size_t size = members.size();
  std::vector<std::vector<const double*>> means;  // by lesson and member
  for (const Lesson& lesson : lessons) {
    std::vector<const double*>& of_lesson = means.emplace_back();
    for (const std::string& member : members) {
      const auto at = std::ranges::find(lesson.opinions.members, member);
      of_lesson.push_back(
          lesson.opinions.means[static_cast<std::size_t>(at - lesson.opinions.members.begin())]
              .data());
    }
  }
  double n = 0.0;
  for (const Lesson& lesson : lessons) {
    n += static_cast<double>(lesson.counts.size());
  }
  std::vector<double> weights(size);
  const auto set_weights = [&](std::span<const double> x) {
    double sum = 0.0;
    const double largest = *std::ranges::max_element(x);
    for (std::size_t m = 0; m < size; ++m) {
      weights[m] = std::exp(x[m] - largest);
      sum += weights[m];
    }
    for (double& weight : weights) {
      weight /= sum;
    }
  };
  const auto loss = [&](std::span<const double> x, std::span<double> gradient) {
    set_weights(x);
    std::vector<double> by_weight(size, 0.0);
    double value = 0.0;
    for (std::size_t l = 0; l < lessons.size(); ++l) {
      const std::vector<double>& counts = lessons[l].counts;
      for (std::size_t i = 0; i < counts.size(); ++i) {
        double mean = 0.0;
        for (std::size_t m = 0; m < size; ++m) {
          const double each = means[l][m][i];
          mean += weights[m] * (is_geometric ? std::log(each) : each);
        }
        mean = is_geometric ? std::exp(mean) : mean;
        const double y = counts[i];
        const double held = std::max(mean, kSmallestMean);
        // Half Poisson deviance, half negative binomial: large customers, and all of them.
        value += (loss_of(y, mean) + (y + shape) * std::log(shape + held) - y * std::log(held)) / n;
        if (held > mean) {
          continue;
        }
        const double slope = (1.0 - y / mean + (y + shape) / (shape + mean) - y / mean) / n;
        for (std::size_t m = 0; m < size; ++m) {
          const double each = means[l][m][i];
          by_weight[m] += slope * (is_geometric ? mean * std::log(each) : each);
        }
      }
    }
    double along = 0.0;
    for (std::size_t m = 0; m < size; ++m) {
      along += weights[m] * by_weight[m];
    }
    for (std::size_t m = 0; m < size; ++m) {
      constexpr double kPull = 1e-4;  // towards equal, where nothing else decides
      value += kPull * x[m] * x[m];
      gradient[m] = weights[m] * (by_weight[m] - along) + 2.0 * kPull * x[m];
    }
    return value;
  };
  std::vector<double> x(size, 0.0);
  math::MinimizeOptions options;
  options.absolute_tolerance = 1e-6;
  options.relative_tolerance = 0.0;
  options.max_iterations = 60;
  options.lower.assign(size, -12.0);
  options.upper.assign(size, 12.0);
  options.cancelled = cancelled;
  static_cast<void>(math::minimize(loss, x, options));
  set_weights(x);
  return weights;
}

/// Returns the shape that the errors of some means have, by moments.
double shape_of(std::span<const Lesson> lessons,
                const std::function<std::vector<double>(const Lesson&)>& means_of) {
  double squares = 0.0;
  double excess = 0.0;
  for (const Lesson& lesson : lessons) {
    const std::vector<double> means = means_of(lesson);
    for (std::size_t i = 0; i < means.size(); ++i) {
      const double off = lesson.counts[i] - means[i];
      // Relative, so that the few largest customers do not decide alone.
      const double weight = 1.0 / ((1.0 + means[i]) * (1.0 + means[i]));
      squares += weight * means[i] * means[i];
      excess += weight * (off * off - means[i]);
    }
  }
  return std::clamp(squares / std::max(excess, 1e-9), 0.05, 50.0);
}

Pool make_pool(std::span<const Lesson> lessons, const Computation& computation) {
  Pool pool;
  // Members that every lesson knows: the first ones may have had too little to learn trees from.
  for (const std::string& member : lessons.back().opinions.members) {
    if (std::ranges::all_of(lessons, [&](const Lesson& lesson) {
          return std::ranges::find(lesson.opinions.members, member) !=
                 lesson.opinions.members.end();
        })) {
      pool.members.push_back(member);
    }
  }
  const auto alone = [](const std::string& member) {
    return [member](const Lesson& lesson) {
      return pooled(lesson.opinions, {false, {member}, {1.0}, {}});
    };
  };
  double least = std::numeric_limits<double>::infinity();
  for (const std::string& member : pool.members) {
    pool.deviances.push_back(mean_deviance(lessons, alone(member)));
    least = std::min(least, pool.deviances.back());
  }
  for (std::size_t m = pool.members.size(); m-- > 0;) {
    if (pool.deviances[m] > kFarBehind * least) {
      pool.members.erase(pool.members.begin() + static_cast<std::ptrdiff_t>(m));
      pool.deviances.erase(pool.deviances.begin() + static_cast<std::ptrdiff_t>(m));
    }
  }
  const double equal = 1.0 / static_cast<double>(pool.members.size());
  pool.weights.assign(pool.members.size(), equal);
  const double shape =
      shape_of(lessons, [&](const Lesson& lesson) { return pooled(lesson.opinions, pool); });
  double best = std::numeric_limits<double>::infinity();
  Pool chosen = pool;
  for (const bool is_geometric : {false, true}) {
    Pool candidate = pool;
    candidate.is_geometric = is_geometric;
    const std::vector<double> weights =
        best_weights(lessons, pool.members, is_geometric, shape, computation.cancelled);
    for (std::size_t m = 0; m < weights.size(); ++m) {
      candidate.weights[m] = kEqualShare * equal + (1.0 - kEqualShare) * weights[m];
    }
    const double deviance = mean_deviance(
        lessons, [&](const Lesson& lesson) { return pooled(lesson.opinions, candidate); });
    if (deviance < best) {
      best = deviance;
      chosen = std::move(candidate);
    }
  }
  return chosen;
}

// --- the distribution
// -------------------------------------------------------------------------------

/// Returns the filter's distribution moved to another mean. Of somebody who is surely asleep to the
/// filter and not to the others, its weight moves too: few would be awake, and buy like thousands.
CountPart moved(const CountPart& part, double mean) {
  const double least = mean / (kMostMoved * std::max(part.mean, kLeastMean));
  const double weight = std::clamp(std::max(part.weight, least), 1e-6, 1.0);
  return {weight, mean / weight, part.shape};
}

double log_probability(const CountPart& part, double y) {
  return CountDistribution({&part, 1}).log_pmf(static_cast<std::int64_t>(y));
}

/// Returns how much of the head a mixture with the filter should have: half of even, half of what
/// the lessons say.
double head_share(std::span<const double> log_head, std::span<const double> log_filter) {
  double share = 0.5;
  for (int step = 0; step < 40; ++step) {
    double sum = 0.0;
    for (std::size_t i = 0; i < log_head.size(); ++i) {
      const double odds =
          std::exp(std::min(log_filter[i] - log_head[i], 500.0)) * (1.0 - share) / share;
      sum += 1.0 / (1.0 + odds);
    }
    share = std::clamp(sum / static_cast<double>(log_head.size()), 1e-3, 1.0 - 1e-3);
  }
  return 0.25 + 0.5 * share;
}

}  // namespace

template <Effort E>
struct EnsembleOf<E>::Learned {
  Members members;
  std::vector<Lesson> lessons;
  std::optional<Pool> pool;  // none: the filter alone
  std::optional<CountHead> head;
  double head_share = 1.0;
};

template <Effort E>
Result<EnsembleOf<E>> EnsembleOf<E>::fit(const Panel& panel,
                                         const Computation& computation,
                                         const EnsembleOf* before) {
  if (panel.months() == 0) {
    return no_months(kName, "fit");
  }
  const Panel whole = over(panel);
  EnsembleOf ensemble;
  auto state = std::make_shared<Learned>();
  if (whole.months() < kLeastMonths) {
    TILL_ASSIGN(DynamicNbd filter, DynamicNbd::fit(panel, computation, nullptr));
    ensemble.warnings_.push_back(
        std::string(kName) + ": " + std::to_string(whole.months()) + " whole " +
        month_noun(panel.month(0).month, static_cast<std::int64_t>(whole.months())) +
        " of history " + (whole.months() == 1 ? "is" : "are") + " too few to weigh models by (" +
        std::to_string(kLeastMonths) + " at least): dynamic_nbd forecasts alone");
    ensemble.warnings_.insert(
        ensemble.warnings_.end(), filter.warnings().begin(), filter.warnings().end());
    state->members.models.filter = std::move(filter);
    ensemble.state_ = std::move(state);
    return ensemble;
  }
  TILL_ASSIGN(const Panel sample, sampled(whole, kCustomers));
  const std::size_t months = whole.months();
  const std::size_t first =
      std::max(months - std::min(months_looked_back_on(E), months), kLeastMonths - 2);
  const Members* last = nullptr;
  if (before != nullptr && before->state_->pool) {
    for (const Lesson& lesson : before->state_->lessons) {
      if (lesson.month >= first && lesson.month < months) {
        state->lessons.push_back(lesson);
      }
    }
    last = &before->state_->members;
  }
  const auto look_back = [&](const Members& fitted) -> Result<void> {
    const std::size_t month = fitted.months;
    const Panel known = sample.before(month);
    TILL_ASSIGN(Opinions opinions, ask(fitted, known, {{}, {sample.month(month)}}, computation));
    const std::span<const std::int32_t> counts = sample.counts(month).first(known.customers());
    state->lessons.push_back({month, std::move(opinions), {counts.begin(), counts.end()}});
    return {};
  };
  const auto is_known = [&](std::size_t month) {
    return std::ranges::find(state->lessons, month, &Lesson::month) != state->lessons.end();
  };
  if (last != nullptr && last->months >= first && last->months < months &&
      !is_known(last->months)) {
    TILL_TRY(look_back(*last));
  }
  std::vector<std::size_t> to_fit;
  for (std::size_t month = first; month < months; ++month) {
    if (!is_known(month)) {
      to_fit.push_back(month);
    }
  }
  to_fit.push_back(months);
  TILL_ASSIGN(std::vector<Members> fitted, fit_members(E, sample, to_fit, computation, last));
  for (std::size_t k = 0; k + 1 < fitted.size(); ++k) {
    TILL_TRY(look_back(fitted[k]));
  }
  state->members = std::move(fitted.back());
  state->pool = make_pool(state->lessons, computation);

  HeadLessons lessons;
  std::vector<CountPart> filters;
  for (const Lesson& lesson : state->lessons) {
    const std::vector<double> means = pooled(lesson.opinions, *state->pool);
    for (std::size_t i = 0; i < means.size(); ++i) {
      lessons.covariates.push_back(head_covariates(lesson.opinions.features, i, means[i]));
      filters.push_back(moved(lesson.opinions.filter().distribution(i).parts()[0], means[i]));
    }
    lessons.means.insert(lessons.means.end(), means.begin(), means.end());
    lessons.counts.insert(lessons.counts.end(), lesson.counts.begin(), lesson.counts.end());
  }
  TILL_ASSIGN(state->head, CountHead::learn(lessons, computation));
  std::vector<double> log_head;
  std::vector<double> log_filter;
  for (std::size_t i = 0; i < filters.size(); ++i) {
    log_head.push_back(log_probability(state->head->part(lessons.covariates[i], lessons.means[i]),
                                       lessons.counts[i]));
    log_filter.push_back(log_probability(filters[i], lessons.counts[i]));
  }
  state->head_share = head_share(log_head, log_filter);
  ensemble.state_ = std::move(state);
  return ensemble;
}

template <Effort E>
Result<Forecast> EnsembleOf<E>::forecast(const Panel& panel,
                                         const ForecastTarget& target,
                                         const Computation& computation) const {
  if (panel.months() == 0) {
    return no_months(kName, "forecast");
  }
  TILL_ASSIGN(Forecast filter, state_->members.models.filter.forecast(panel, target, computation));
  const Panel whole = over(panel);
  if (!state_->pool || whole.months() == 0) {
    return filter;
  }
  const ForecastTarget first{{}, {target.window.front()}};
  double months = 0.0;  // of the target, in first ones
  for (const MonthPart& part : target.window) {
    months += state_->members.season.exposure(part) /
              state_->members.season.exposure(target.window.front());
  }
  TILL_ASSIGN(const Opinions opinions, ask(state_->members, whole, first, computation));
  const std::vector<double> means = pooled(opinions, *state_->pool);
  Forecast forecast(panel.customers(), 2);
  for (std::size_t i = 0; i < panel.customers(); ++i) {
    const CountPart own = filter.distribution(i).parts()[0];
    if (i >= means.size()) {  // born in a month that is not over
      forecast.parts(i)[0] = own;
      continue;
    }
    const double mean = means[i] * months;
    CountPart head = state_->head->part(head_covariates(opinions.features, i, means[i]), means[i]);
    head.mean *= months;
    CountPart part = moved(own, mean);
    head.weight *= state_->head_share;
    part.weight *= 1.0 - state_->head_share;
    forecast.parts(i)[0] = head;
    forecast.parts(i)[1] = part;
  }
  forecast.probability_alive = std::move(filter.probability_alive);
  return forecast;
}

template <Effort E>
std::vector<MemberWeight> EnsembleOf<E>::weights() const {
  if (!state_->pool) {
    return {{std::string(DynamicNbd::kName), 1.0, 0.0}};
  }
  std::vector<MemberWeight> weights;
  weights.reserve(state_->pool->members.size());
  for (std::size_t m = 0; m < state_->pool->members.size(); ++m) {
    weights.push_back(
        {state_->pool->members[m], state_->pool->weights[m], state_->pool->deviances[m]});
  }
  return weights;
}

template <Effort E>
std::vector<FeatureGain> EnsembleOf<E>::feature_gains() const {
  std::vector<FeatureGain> gains;
  double sum = 0.0;
  for (const MemberWeight& member : weights()) {
    const auto trees = std::ranges::find_if(state_->members.trees, [&](const CountTrees& some) {
      return some.recipe().name == member.member;
    });
    if (trees == state_->members.trees.end()) {
      continue;
    }
    sum += member.weight;
    for (const FeatureGain& each : trees->feature_gains()) {
      auto same = std::ranges::find(gains, each.feature, &FeatureGain::feature);
      if (same == gains.end()) {
        same = gains.insert(same, {each.feature, 0.0});
      }
      same->share += member.weight * each.share;
    }
  }
  for (FeatureGain& gain : gains) {
    gain.share /= sum;
  }
  sort_gains(gains);
  return gains;
}

template <Effort E>
State EnsembleOf<E>::save() const {
  State state;
  // The lessons stay behind: only a later fit would look at them, and it makes them again.
  const Result<State> members = saved(state_->members, !state_->pool);
  TILL_ASSERT(members.has_value(), "trees that were grown cannot be written");
  State::States pool;
  State::States head;
  if (state_->pool) {
    pool.push_back(saved(*state_->pool));
    head.push_back(state_->head->save());
  }
  state.set("pool", std::move(pool));
  state.set("head", std::move(head));
  state.set("head_share", state_->head_share);
  state.set("warnings", warnings_);
  state.set("members", *members);
  return state;
}

template <Effort E>
Result<EnsembleOf<E>> EnsembleOf<E>::load(const State& state) {
  StateReader read(state, kName);
  auto loaded = std::make_shared<Learned>();
  const State members = read.state("members");
  const std::vector<State> pool = read.states("pool");
  const std::vector<State> head = read.states("head");
  loaded->head_share = read.number("head_share", 0.0, 1.0);
  if (pool.size() > 1 || head.size() != pool.size()) {
    read.refuse("pool", "one, with a head, or none");
  }
  EnsembleOf ensemble;
  ensemble.warnings_ = read.texts("warnings");
  TILL_TRY(read.finish());
  TILL_ASSIGN(loaded->members, loaded_members(members, pool.empty()));
  if (!pool.empty()) {
    TILL_ASSIGN(loaded->pool, loaded_pool(pool.front(), loaded->members.names()));
    TILL_ASSIGN(loaded->head, CountHead::load(head.front()));
  }
  ensemble.state_ = std::move(loaded);
  return ensemble;
}

template class EnsembleOf<Effort::Full>;
template class EnsembleOf<Effort::Quick>;

}  // namespace till::models
