#include "forecaster_registry.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "wording.hpp"

#include "till/core/nearest.hpp"

namespace till::engine {

namespace {

template <typename M>
constexpr bool kIsBaseline = false;
template <typename Rule>
constexpr bool kIsBaseline<models::Baseline<Rule>> = true;

template <models::Forecaster M>
Result<ModelForecast> fit_and_forecast(const Panel& panel,
                                       const models::ForecastTarget& target,
                                       const models::Computation& computation) {
  return evaluation::competitor<M>().start()(panel, target, computation);
}

template <typename... M>
std::array<RegisteredForecaster, sizeof...(M)> registered(const std::tuple<M...>* /*models*/) {
  return {RegisteredForecaster{
      M::kName, kIsBaseline<M>, &fit_and_forecast<M>, &evaluation::competitor<M>}...};
}

Error no_model(std::string_view function,
               std::string_view name,
               const std::vector<std::string>& known) {
  return {
      ErrorCode::NotFound,
      std::string(function) + ": model is " + in_quotes(name) + ", but must be one that till has",
      did_you_mean(nearest(name, known), "till has: " + enumerated(known))};
}

}  // namespace

std::span<const RegisteredForecaster> registered_forecasters() {
  static const auto kModels = registered(static_cast<const Forecasters*>(nullptr));
  return kModels;
}

Result<const RegisteredForecaster*> forecaster_named(std::string_view function,
                                                     std::string_view name) {
  std::vector<std::string> names = {"auto"};
  for (const RegisteredForecaster& model : registered_forecasters()) {
    if (name == model.name || name == "auto") {
      return &model;
    }
    names.emplace_back(model.name);
  }
  return no_model(function, name, names);
}

const RegisteredForecaster* with_effort(const RegisteredForecaster* model, models::Effort effort) {
  if (effort == models::Effort::Full || model->name != models::Ensemble::kName) {
    return model;
  }
  const std::span<const RegisteredForecaster> all = registered_forecasters();
  return &*std::ranges::find(all, models::QuickEnsemble::kName, &RegisteredForecaster::name);
}

Parameter effort_parameter() {
  return {.name = "effort",
          .help =
              "How much the ensemble thinks: all members, weighed on six past months (full), or "
              "the most useful ones on three (quick)."};
}

Result<std::vector<const RegisteredForecaster*>> forecasters_named(std::string_view function,
                                                                   std::string_view text) {
  std::vector<std::string> names = names_between_commas(text);
  if (names.empty()) {
    return Error{ErrorCode::InvalidArgument,
                 std::string(function) + ": model is " + in_quotes(text) +
                     ", but must be all or names of models",
                 ""};
  }
  std::vector<std::string> known = {"all", "auto"};
  for (const RegisteredForecaster& model : registered_forecasters()) {
    known.emplace_back(model.name);
  }
  for (const std::string& name : names) {
    if (std::ranges::find(known, name) == known.end()) {
      return no_model(function, name, known);
    }
  }
  for (std::string& name : names) {
    if (name == "auto") {
      name = registered_forecasters().front().name;
    }
  }
  const bool all = std::ranges::find(names, "all") != names.end();
  std::vector<const RegisteredForecaster*> chosen;
  for (const RegisteredForecaster& model : registered_forecasters()) {
    if (all || std::ranges::find(names, model.name) != names.end()) {
      chosen.push_back(&model);
    }
  }
  return chosen;
}

}  // namespace till::engine
