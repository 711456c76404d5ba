/// \file
/// Predict examples: who is still a customer, and how one came to where they are.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "unit/charts/examples.hpp"

#include "till/charts/predict.hpp"

namespace till::test {

/// A customer who bought at these days, each silence costing half of P(alive) in `half_life` days.
inline charts::AlivePath path_of(std::vector<double> purchases,
                                 double until,
                                 double horizon,
                                 double half_life) {
  charts::AlivePath path;
  path.customer_id = "C007";
  path.horizon = "6 months";
  path.expected_transactions = 3.25;
  const auto at = [&](double days) {
    const auto last = std::upper_bound(purchases.begin(), purchases.end(), days);
    const double silent = days - *std::prev(last);
    return charts::AlivePoint{days, std::exp2(-silent / half_life)};
  };
  const double step = std::max((until - purchases.front()) / 200, 1e-3);
  const auto steps = static_cast<std::size_t>((until - purchases.front()) / step);
  for (std::size_t i = 0; i <= steps; ++i) {
    path.seen.push_back(at(purchases.front() + step * static_cast<double>(i)));
  }
  path.ahead = {path.seen.back(), at(until + horizon / 2), at(until + horizon)};
  path.purchases = std::move(purchases);
  return path;
}

inline std::vector<Example> predict_examples() {
  constexpr double kDay = 17'167;  // 2017-01-01
  std::vector<double> often;
  for (std::size_t i = 0; i < 600; ++i) {
    often.push_back(kDay + 3.1 * static_cast<double>(i));
  }
  const auto alive = [](charts::AliveTenths tenths, std::string model) {
    return [tenths, model = std::move(model)] {
      return charts::predict_alive(tenths, model, context());
    };
  };
  const auto path = [](charts::AlivePath drawn) {
    return [drawn = std::move(drawn)] { return charts::predict_path(drawn, "BG/NBD", context()); };
  };
  return {
      {"predict_alive", alive({{310, 48, 51, 40, 62, 71, 90, 133, 201, 996}, 1'384.5}, "BG/NBD")},
      {"predict_alive_of_one", alive({{0, 0, 0, 0, 0, 0, 0, 1, 0, 0}, 0.75}, "Pareto/NBD")},
      {"predict_alive_of_millions", alive({{0, 0, 0, 0, 0, 0, 0, 0, 0, 61'000'000}, 6.1e7}, "NBD")},
      {"predict_path",
       path(path_of({kDay, kDay + 20, kDay + 55, kDay + 200, kDay + 210, kDay + 420},
                    kDay + 729,
                    181,
                    120))},
      {"predict_path_of_one_purchase", path(path_of({kDay}, kDay + 3, 181, 400))},
      {"predict_path_of_many", path(path_of(often, kDay + 1'900, 181, 30))},
  };
}

}  // namespace till::test
