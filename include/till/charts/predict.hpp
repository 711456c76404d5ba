/// \file
/// Charts of predictions: who is still a customer, and how one customer came to where they are.
///
/// Layer:   charts (core).   Threads: as till/charts/chart.hpp.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "till/charts/chart.hpp"

namespace till::charts {

/// Customers by tenths of P(alive): [0, 10 %), [10 %, 20 %) ... [90 %, 100 %].
struct AliveTenths {
  std::array<std::int64_t, 10> customers{};
  double expected_alive = 0.0;  ///< The sum of P(alive).
};

/// Draws how many customers are how likely to be alive.
[[nodiscard]] Chart predict_alive(const AliveTenths& tenths,
                                  std::string_view model,
                                  const Context& context);

/// P(alive) at a moment, given what was known then.
struct AlivePoint {
  double days = 0.0;  ///< Since 1970-01-01, on the calendar of the zone.
  double probability_alive = 0.0;
};

/// How likely one customer was to be alive, from the first purchase on.
struct AlivePath {
  std::string customer_id;
  std::vector<double> purchases;       ///< Days, ascending; not empty.
  std::vector<AlivePoint> seen;        ///< Until the end of the data, ascending.
  std::vector<AlivePoint> ahead;       ///< From there on, should no purchase come.
  double expected_transactions = 0.0;  ///< Within `horizon` of the end.
  std::string horizon;                 ///< "1 month".
};

/// Draws P(alive) of one customer through time. \pre path.seen and path.ahead are not empty.
[[nodiscard]] Chart predict_path(const AlivePath& path,
                                 std::string_view model,
                                 const Context& context);

}  // namespace till::charts
