/// \file
/// Charts of a fit: what a model says of customers, and whether it describes what was seen.
///
///     const charts::Chart chart = charts::fit_frequencies(classes, "Pareto/NBD", context);
///
/// Layer:   charts (core, models).   Threads: as till/charts/chart.hpp.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "till/charts/chart.hpp"
#include "till/models/frequencies.hpp"
#include "till/models/profiles.hpp"
#include "till/models/rates.hpp"
#include "till/models/tracking.hpp"

namespace till::charts {

/// Draws how many customers bought so many times again, and how many a model expects.
///
/// \param model  how it is called. \pre classes is not empty.
[[nodiscard]] Chart fit_frequencies(std::span<const models::FrequencyClass> classes,
                                    std::string_view model,
                                    const Context& context);

/// One customer that there may be: so many repeat purchases, the last so long ago.
struct MatrixCell {
  std::int64_t frequency = 0;      ///< x; >= 1.
  std::size_t place = 0;           ///< Of the idle time among `FrequencyRecency::idle`.
  double probability_alive = 0.0;  ///< [0, 1].
  double expected_transactions = 0.0;
};

/// What a model says of customers of one age, by frequency and by time since the last purchase.
struct FrequencyRecency {
  std::string age;                        ///< "104 weeks": T of all of them.
  std::string horizon;                    ///< "4 weeks": of the expected transactions.
  std::vector<std::int64_t> frequencies;  ///< Ascending; not empty.
  std::vector<std::string> idle;          ///< Times since the last purchase, ascending.
  std::vector<MatrixCell> cells;          ///< By idle time, then by frequency; one for each.
};

/// Draws P(alive) and the expected transactions as two matrices.
[[nodiscard]] Chart fit_matrix(const FrequencyRecency& matrix,
                               std::string_view model,
                               const Context& context);

/// Draws how purchase and dropout rates differ between customers: the model's density as a line,
/// the posterior means of the customers seen as bars. \pre spreads is not empty.
///
/// \param time_unit  "week": the unit of the rates.
[[nodiscard]] Chart fit_rates(std::span<const models::RateSpread> spreads,
                              std::string_view model,
                              std::string_view time_unit,
                              const Context& context);

/// Draws by how much the log-likelihood falls where one parameter is held away from its estimate
/// and all others are free; below the line at 1.92 lies what the 95 % interval leaves out.
/// \pre profiles is not empty.
[[nodiscard]] Chart fit_profiles(std::span<const models::Profile> profiles,
                                 std::string_view model,
                                 const Context& context);

/// Draws repeat purchases as they came and as models expect them, in each period and summed up;
/// what is after the calibration was not seen by the models. \pre there is a period and a model.
[[nodiscard]] Chart fit_tracking(const models::Tracking& tracking, const Context& context);

/// Draws the mean purchases after the calibration by repeat purchases within it, as they came and
/// as models expect them. \pre there is a class and a model.
///
/// \param after  "from 1997-10-01 to 1998-06-30".
[[nodiscard]] Chart fit_holdout(const models::Holdout& holdout,
                                std::string_view after,
                                const Context& context);

}  // namespace till::charts
