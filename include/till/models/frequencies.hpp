/// \file
/// Frequencies: how many customers bought so many times again, and how many a model expects.
///
/// The first picture of every fit: customers counted by their repeat purchases x. A model expects
/// in each class the sum of P(X(T) = x) over the customers, each with an age T of its own.
///
///     std::vector<FrequencyClass> classes = frequency_classes(histories);
///     expect_frequencies(fitted_model(BgNbd{}, report), age_groups(histories), classes);
///
/// Layer:   models (core, math).   Threads: pure.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "till/core/purchase_history.hpp"
#include "till/models/buy_till_you_die.hpp"

namespace till::models {

/// Customers with so many repeat purchases.
struct FrequencyClass {
  std::int64_t from = 0;
  std::optional<std::int64_t> to;  ///< Included; unset: no end.
  double actual = 0.0;             ///< Customers, by weight.
  double expected = 0.0;           ///< The same by a model.
};

/// Customers of one age.
struct AgeGroup {
  double T = 0.0;  // NOLINT(readability-identifier-naming): as in the papers
  double customers = 0.0;
};

/// Counts customers by x: 0, 1, ..., 7 and more where nine of ten have at most 10; else in eight
/// classes of like width up to the first number that nine of ten do not exceed, and one for more.
///
/// \pre histories are valid and not empty. `expected` is 0.
[[nodiscard]] std::vector<FrequencyClass> frequency_classes(const PurchaseHistories& histories);

/// Returns how many customers are how old, in ascending order. Where there are more than 512
/// different ages, neighbours share their mean.
[[nodiscard]] std::vector<AgeGroup> age_groups(const PurchaseHistories& histories);

/// Writes how many customers of these ages a model expects in each class; they add up to all.
///
/// \pre classes adjoin, begin at 0, and only the last has no end.
/// Cost: one pmf for each group and each number below the last class.
template <Future F>
void expect_frequencies(const F& model,
                        std::span<const AgeGroup> ages,
                        std::span<FrequencyClass> classes) {
  double customers = 0.0;
  for (const AgeGroup& age : ages) {
    customers += age.customers;
  }
  double below = 0.0;
  for (FrequencyClass& group : classes) {
    group.expected = 0.0;
    if (!group.to) {
      group.expected = below < customers ? customers - below : 0.0;
      continue;
    }
    for (std::int64_t n = group.from; n <= *group.to; ++n) {
      for (const AgeGroup& age : ages) {
        group.expected += age.customers * pmf(model, n, age.T);
      }
    }
    below += group.expected;
  }
}

}  // namespace till::models
