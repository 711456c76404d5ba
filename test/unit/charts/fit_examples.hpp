/// \file
/// Fit examples: customers by frequency, as seen and as a model expects them.
#pragma once

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
  return {{"fit_frequencies", of(seldom(), "Pareto/NBD")},
          {"fit_frequencies_of_many", of(often, "MBG/CNBD-3")},
          {"fit_frequencies_of_one",
           of({{0, 0, 1, 0.25}, {1, 1, 0, 0.5}, {2, std::nullopt, 0, 0.25}}, "NBD")}};
}

}  // namespace till::test
