#include "model_registry.hpp"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <utility>
#include <vector>

#include "wording.hpp"

#include "till/core/nearest.hpp"
#include "till/models/likelihoods.hpp"

namespace till::engine {

namespace {

constexpr std::string_view kHistories = "purchases of each customer";

/// Adds what follows from a model's type to what people should know of it.
template <models::BuyTillYouDieModel M>
ModelEntry entry_of(const M& model, ModelEntry entry) {
  entry.likelihood = models::likelihood_of(model);
  entry.name = entry.likelihood.model;
  entry.predict = [model](std::span<const double> parameters,
                          const PurchaseHistories& histories,
                          double t,
                          std::span<Prediction> out) {
    constexpr std::size_t kSize = M::kParameters.size();
    const M fitted = model.with(std::span<const double, kSize>(parameters.data(), kSize));
    for (std::size_t i = 0; i < histories.size(); ++i) {
      const PurchaseHistory history = histories[i];
      out[i] = {models::probability_alive(fitted, history),
                models::conditional_expected_transactions(fitted, history, t),
                models::probability_of_no_purchase(fitted, history, t)};
    }
  };
  entry.expect_frequencies = [model](std::span<const double> parameters,
                                     std::span<const models::AgeGroup> ages,
                                     std::span<models::FrequencyClass> classes) {
    constexpr std::size_t kSize = M::kParameters.size();
    models::expect_frequencies(
        model.with(std::span<const double, kSize>(parameters.data(), kSize)), ages, classes);
  };
  return entry;
}

std::vector<ModelEntry> make_entries() {
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
         .paper = "RPS21",
         .reads_intervals = true});
    entry.name = "bg_cnbd_" + stages;
    ModelEntry modified = entry_of(models::MbgCnbd{k, 1.0, 1.0, 1.0, 1.0},
                                   {.title = "MBG/CNBD-" + stages,
                                    .story = "As the BG/CNBD-" + stages +
                                             ", but a customer may leave after the first "
                                             "purchase, too.",
                                    .data = entry.data,
                                    .paper = "RPS21",
                                    .reads_intervals = true});
    modified.name = "mbg_cnbd_" + stages;
    for (ModelEntry* made : {&entry, &modified}) {
      made->likelihood.model = made->name;
      entries.push_back(std::move(*made));
    }
  }
  entries.push_back(entry_of(
      models::MbgCnbdMixture{},
      {.title = "MBG/CNBD mixture",
       .story = "As the MBG/CNBD-k, but each customer is as regular as they are: k is 1, 2, "
                "4 or 8.",
       .data = std::string(kHistories) + ", and the times between them",
       .paper = "PR16",
       .reads_intervals = true,
       .by_name_only = true}));
  return entries;
}

}  // namespace

std::span<const ModelEntry> model_entries() {
  static const std::vector<ModelEntry> kEntries = make_entries();
  return kEntries;
}

Result<const ModelEntry*> model_named(std::string_view function, std::string_view name) {
  std::string wanted(name);
  std::ranges::transform(wanted, wanted.begin(), [](unsigned char c) {
    return c == '-' || c == '/' ? '_' : static_cast<char>(std::tolower(c));
  });
  std::vector<std::string> names;
  for (const ModelEntry& entry : model_entries()) {
    if (entry.name == wanted) {
      return &entry;
    }
    names.push_back(entry.name);
  }
  return Error{
      ErrorCode::NotFound,
      std::string(function) + ": --model is " + in_quotes(name) + ", but must be a model of till",
      did_you_mean(nearest(wanted, names), "there are " + enumerated(names))};
}

}  // namespace till::engine
