#include "model_registry.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "wording.hpp"

#include "till/core/nearest.hpp"
#include "till/models/baselines.hpp"
#include "till/models/boosted_trees.hpp"
#include "till/models/buy_till_you_die_months.hpp"
#include "till/models/discounted_purchases.hpp"
#include "till/models/dynamic_nbd.hpp"
#include "till/models/glm.hpp"
#include "till/models/likelihoods.hpp"

namespace till::engine {

namespace {

constexpr std::string_view kHistories = "purchases of each customer";

/// Adds what follows from a model's type to what people should know of it.
template <models::BuyTillYouDieModel M>
ModelEntry entry_of(const M& model, ModelEntry entry, bool reads_intervals = false) {
  HistoryModel reader{.reads_intervals = reads_intervals,
                      .likelihood = models::likelihood_of(model)};
  entry.family = "buy-till-you-die";
  entry.name = reader.likelihood.model;
  reader.predict = [model](std::span<const double> parameters,
                           const PurchaseHistories& histories,
                           double t,
                           std::span<Prediction> out) {
    constexpr std::size_t kSize = M::kParameters.size();
    const M fitted = model.with(std::span<const double, kSize>(parameters.data(), kSize));
    std::vector<double> alive(histories.size());
    std::vector<double> expected(histories.size());
    std::vector<double> none(histories.size());
    probabilities_alive(fitted, histories, alive);
    conditional_expectations(fitted, histories, t, expected);
    probabilities_of_no_purchase(fitted, histories, t, none);
    for (std::size_t i = 0; i < histories.size(); ++i) {
      out[i] = {alive[i], expected[i], none[i]};
    }
  };
  reader.discount_transactions = [model](std::span<const double> parameters,
                                         const PurchaseHistories& histories,
                                         double t,
                                         double delta,
                                         std::span<double> out) {
    constexpr std::size_t kSize = M::kParameters.size();
    const M fitted = model.with(std::span<const double, kSize>(parameters.data(), kSize));
    models::discounted_expectations(fitted, histories, t, delta, out);
  };
  reader.expect_frequencies = [model](std::span<const double> parameters,
                                      std::span<const models::AgeGroup> ages,
                                      std::span<models::FrequencyClass> classes) {
    constexpr std::size_t kSize = M::kParameters.size();
    models::expect_frequencies(
        model.with(std::span<const double, kSize>(parameters.data(), kSize)), ages, classes);
  };
  reader.expect_transactions = [model](std::span<const double> parameters,
                                       std::span<const double> times,
                                       std::span<double> out) {
    constexpr std::size_t kSize = M::kParameters.size();
    const M fitted = model.with(std::span<const double, kSize>(parameters.data(), kSize));
    for (std::size_t i = 0; i < times.size(); ++i) {
      out[i] = models::expected_transactions(fitted, times[i]);
    }
  };
  reader.posterior_rates = [model](std::span<const double> parameters,
                                   const PurchaseHistories& histories,
                                   std::span<models::PosteriorRates> out) {
    constexpr std::size_t kSize = M::kParameters.size();
    const M fitted = model.with(std::span<const double, kSize>(parameters.data(), kSize));
    for (std::size_t i = 0; i < histories.size(); ++i) {
      out[i] = posterior_rates(fitted, histories[i]);
    }
  };
  double stages = 1.0;
  if constexpr (requires { model.k; }) {
    stages = model.k;
  }
  reader.rate_densities = [stages](std::span<const double> parameters) {
    return models::rate_densities(M::kParameters, parameters, stages);
  };
  entry.history = std::move(reader);
  return entry;
}

std::vector<ModelEntry> history_entries() {
  std::vector<ModelEntry> entries;
  entries.push_back(entry_of(models::Nbd{},
                             {.title = "NBD",
                              .story = "Customers buy at random, each at a rate of their own, and "
                                       "nobody ever leaves.",
                              .data = std::string(kHistories),
                              .paper = "EHR59"}));
  entries.push_back(entry_of(models::BgNbd{},
                             {.title = "BG/NBD",
                              .story = "As the NBD, but after each repeat purchase a customer may "
                                       "leave for good.",
                              .data = std::string(kHistories),
                              .paper = "FHL05"}));
  entries.push_back(entry_of(models::MbgNbd{},
                             {.title = "MBG/NBD",
                              .story = "As the BG/NBD, but a customer may leave after the first "
                                       "purchase, too.",
                              .data = std::string(kHistories),
                              .paper = "BDK07"}));
  entries.push_back(entry_of(models::ParetoNbd{},
                             {.title = "Pareto/NBD",
                              .story = "As the NBD, but a customer may leave at any time, each "
                                       "at a rate of their own.",
                              .data = std::string(kHistories),
                              .paper = "SMC87"}));
  for (const std::int32_t k : {2, 3}) {
    const std::string stages = std::to_string(k);
    ModelEntry entry = entry_of(
        models::BgCnbd{k, 1.0, 1.0, 1.0, 1.0},
        {.title = "BG/CNBD-" + stages,
         .story = "As the BG/NBD, but customers buy regularly: the time between two purchases is "
                  "the sum of " +
                  stages + " random ones.",
         .data = std::string(kHistories) + ", and the times between them",
         .paper = "RPS21"},
        true);
    entry.name = "bg_cnbd_" + stages;
    ModelEntry modified = entry_of(models::MbgCnbd{k, 1.0, 1.0, 1.0, 1.0},
                                   {.title = "MBG/CNBD-" + stages,
                                    .story = "As the BG/CNBD-" + stages +
                                             ", but a customer may leave after the first "
                                             "purchase, too.",
                                    .data = entry.data,
                                    .paper = "RPS21"},
                                   true);
    modified.name = "mbg_cnbd_" + stages;
    for (ModelEntry* made : {&entry, &modified}) {
      made->history->likelihood.model = made->name;
      entries.push_back(std::move(*made));
    }
  }
  entries.push_back(entry_of(
      models::MbgCnbdMixture{},
      {.title = "MBG/CNBD mixture",
       .story = "As the MBG/CNBD-k, but each customer is as regular as they are: k is 1, 2, "
                "4 or 8.",
       .data = std::string(kHistories) + ", and the times between them",
       .paper = "PR16"},
      true));
  entries.back().history->by_name_only = true;
  entries.push_back(entry_of(models::GgomNbd{},
                             {.title = "GGom/NBD",
                              .story = "As the Pareto/NBD, but the risk to leave changes with the "
                                       "time since the first purchase.",
                              .data = std::string(kHistories),
                              .paper = "BG12"}));
  entries.back().history->by_name_only = true;
  entries.push_back(
      entry_of(models::BgBb{},
               {.title = "BG/BB",
                .story = "Customers buy or not at each day, week, month or year, each "
                         "with a chance of their own, and may leave before the next.",
                .data = "occasions at which each customer bought",
                .paper = "FHS10"}));
  entries.back().history->by_name_only = true;
  entries.back().history->reads_occasions = true;
  return entries;
}

template <typename M>
constexpr bool kIsBaseline = false;
template <typename Rule>
constexpr bool kIsBaseline<models::Baseline<Rule>> = true;

template <typename M>
constexpr bool kHasMembers = requires(const M& model) { model.weights(); };

template <models::Forecaster M>
FittedForecaster erased(M fitted) {
  const auto model = std::make_shared<const M>(std::move(fitted));
  FittedForecaster erased{
      [model](const Panel& known,
              const models::ForecastTarget& target,
              const models::Computation& how) { return model->forecast(known, target, how); },
      {model->warnings().begin(), model->warnings().end()},
      [model] { return model->save(); }};
  if constexpr (kHasMembers<M>) {
    erased.members = model->weights();
  }
  if constexpr (requires { model->feature_gains(); }) {
    erased.feature_gains = [model] { return model->feature_gains(); };
  }
  return erased;
}

template <models::Forecaster M>
Result<FittedForecaster> fit_forecaster(const Panel& panel,
                                        const models::Computation& computation) {
  TILL_ASSIGN(M fitted, M::fit(panel, computation, nullptr));
  return erased(std::move(fitted));
}

template <models::Forecaster M>
Result<FittedForecaster> load_forecaster(const models::State& state) {
  TILL_ASSIGN(M loaded, M::load(state));
  return erased(std::move(loaded));
}

/// All models. Their addresses stay.
struct Registry {
  std::vector<ModelEntry> entries;
  std::vector<const ModelEntry*> histories;
  std::vector<const ModelEntry*> forecasters;
  std::vector<std::string> names;  // of the forecasters, in their order

  /// Adds what forecasts to the model of its name, or as a model of its own.
  template <models::Forecaster M>
  void add(ModelEntry about) {
    about.name = M::kName;
    auto entry = std::ranges::find(entries, about.name, &ModelEntry::name);
    if (entry == entries.end()) {
      entry = entries.insert(entries.end(), std::move(about));
    } else {
      entry->data += ", or " + about.data;
    }
    entry->months = MonthsModel{kIsBaseline<M>,
                                kHasMembers<M>,
                                &fit_forecaster<M>,
                                &load_forecaster<M>,
                                &evaluation::competitor<M>};
    names.push_back(entry->name);
  }
};

constexpr std::string_view kMonths = "counts by month";
constexpr std::string_view kDays = "counts and days by month";

ModelEntry ensemble_entry(std::string story) {
  return {.title = "Ensemble",
          .family = "ensemble",
          .story = std::move(story),
          .data = std::string(kDays),
          .paper = "BG69"};
}

ModelEntry baseline_entry(std::string title, std::string story, std::string paper = "") {
  return {.title = std::move(title),
          .family = "baseline",
          .story = std::move(story),
          .data = std::string(kMonths),
          .paper = std::move(paper)};
}

const Registry& registry() {
  static const Registry kRegistry = [] {
    Registry all;
    all.entries = history_entries();
    all.add<models::Ensemble>(ensemble_entry(
        "Filter, buy-till-you-die models and trees together, weighed by how well each forecast the "
        "last six months of the log."));
    all.add<models::QuickEnsemble>(
        ensemble_entry("As the ensemble, with one set of trees, weighed by three months."));
    all.add<models::DynamicNbd>({.title = "Dynamic NBD",
                                 .family = "state space",
                                 .story =
                                     "A customer's rate drifts about a long-run level of their "
                                     "own; they may fall asleep and wake again.",
                                 .data = std::string(kMonths)});
    all.add<models::BoostedTrees>({.title = "Boosted trees",
                                   .family = "trees",
                                   .story = "Next month follows from what the last months look "
                                            "like, whatever the pattern.",
                                   .data = std::string(kMonths),
                                   .paper = "CG16"});
    all.add<models::Glm>({.title = "Generalised linear model",
                          .family = "regression",
                          .story = "Next month is a product of powers of what the last months look "
                                   "like, drawn towards the mean.",
                          .data = std::string(kMonths),
                          .paper = "MN89"});
    const ModelEntry by_month{.data = std::string(kDays)};
    all.add<models::ParetoNbdMonths>(by_month);
    all.add<models::BgNbdMonths>(by_month);
    all.add<models::MbgNbdMonths>(by_month);
    all.add<models::MeanOf3Months>(
        baseline_entry("Mean of 3 months", "Next month is the mean of the last three."));
    all.add<models::MeanOf6Months>(
        baseline_entry("Mean of 6 months", "Next month is the mean of the last six."));
    all.add<models::MeanOf12Months>(
        baseline_entry("Mean of 12 months", "Next month is the mean of the last twelve."));
    all.add<models::SameMonthLastYear>(
        baseline_entry("Same month last year", "Next month is as twelve months before."));
    all.add<models::LastMonth>(baseline_entry("Last month", "Next month is as the last one."));
    all.add<models::ExponentialSmoothing>(
        baseline_entry("Exponential smoothing",
                       "Next month is a mean in which older months count less and less."));
    all.add<models::IntermittentDemand>(
        baseline_entry("Intermittent demand",
                       "Next month is the chance of any transaction times how many there are then.",
                       "TSB11"));
    for (const ModelEntry& entry : all.entries) {
      if (entry.history) {
        all.histories.push_back(&entry);
      }
    }
    for (const std::string& name : all.names) {
      all.forecasters.push_back(&*std::ranges::find(all.entries, name, &ModelEntry::name));
    }
    return all;
  }();
  return kRegistry;
}

/// Returns a name as the registry spells it.
std::string spelt(std::string_view name) {
  std::string wanted(name);
  std::ranges::transform(wanted, wanted.begin(), [](unsigned char c) {
    return c == '-' || c == '/' ? '_' : static_cast<char>(std::tolower(c));
  });
  return wanted;
}

/// Returns the model with a name among some; `others` are models of another kind, and what to say
/// of them.
Result<const ModelEntry*> named(std::string_view function,
                                std::string_view name,
                                std::span<const ModelEntry* const> some,
                                std::vector<std::string> words,
                                std::string_view otherwise) {
  const std::string wanted = spelt(name);
  for (const ModelEntry* entry : some) {
    if (entry->name == wanted) {
      return entry;
    }
    words.push_back(entry->name);
  }
  const std::string begin = std::string(function) + ": --model is " + in_quotes(name);
  for (const ModelEntry& entry : model_entries()) {
    if (entry.name == wanted) {
      return Error{ErrorCode::Unsupported,
                   begin + ", but " + std::string(otherwise),
                   "these do: " + enumerated(words)};
    }
  }
  return Error{ErrorCode::NotFound,
               begin + ", but must be a model of till",
               did_you_mean(nearest(wanted, words), "there are " + enumerated(words))};
}

}  // namespace

std::span<const ModelEntry> model_entries() {
  return registry().entries;
}

std::span<const ModelEntry* const> history_models() {
  return registry().histories;
}

std::span<const ModelEntry* const> forecasters() {
  return registry().forecasters;
}

Result<const ModelEntry*> history_model_named(std::string_view function, std::string_view name) {
  return named(function, name, history_models(), {}, "this model forecasts months only");
}

Result<bool> is_forecaster_only(std::string_view function, std::string_view name) {
  if (spelt(name) == "auto") {
    return true;
  }
  std::vector<const ModelEntry*> all;
  for (const ModelEntry& entry : model_entries()) {
    all.push_back(&entry);
  }
  TILL_ASSIGN(const ModelEntry* model, named(function, name, all, {"auto"}, ""));
  return !model->history;
}

Result<const ModelEntry*> forecaster_named(std::string_view function, std::string_view name) {
  if (spelt(name) == "auto") {
    return forecasters().front();
  }
  return named(function, name, forecasters(), {"auto"}, "this model forecasts no months");
}

Result<std::vector<const ModelEntry*>> forecasters_named(std::string_view function,
                                                         std::string_view text) {
  const std::vector<std::string> names = names_between_commas(text);
  if (names.empty()) {
    return Error{ErrorCode::InvalidArgument,
                 std::string(function) + ": --model is " + in_quotes(text) +
                     ", but must be all or names of models",
                 ""};
  }
  std::vector<const ModelEntry*> wanted;
  for (const std::string& name : names) {
    if (spelt(name) == "all") {
      wanted.assign(forecasters().begin(), forecasters().end());
      break;
    }
    TILL_ASSIGN(const ModelEntry* model, forecaster_named(function, name));
    wanted.push_back(model);
  }
  std::vector<const ModelEntry*> chosen;
  std::ranges::copy_if(forecasters(), std::back_inserter(chosen), [&](const ModelEntry* model) {
    return std::ranges::find(wanted, model) != wanted.end();
  });
  return chosen;
}

const ModelEntry* with_effort(const ModelEntry* model, models::Effort effort) {
  if (effort == models::Effort::Full || model->name != models::Ensemble::kName) {
    return model;
  }
  return *std::ranges::find(forecasters(), models::QuickEnsemble::kName, &ModelEntry::name);
}

Parameter effort_parameter() {
  return {.name = "effort",
          .help =
              "How much the ensemble thinks: all members, weighed on six past months (full), or "
              "the most useful ones on three (quick)."};
}

}  // namespace till::engine
