/// \file
/// Buy till you die, by the month: what a model of the family expects of each customer next month.
///
/// The models know neither December nor a shop that grows: their mean for the target is multiplied
/// by how long and how good its months are (CalendarExposure), and by the level, what all customers
/// together did in the last months against what the same model would have said:
///
///     mean_i = E[Y_i(T_i, T_i + t)] * rows_i * exposure * level
///
/// A purchase occasion is a day with a transaction; `rows_i` is how many transactions customer i
/// makes on such a day, drawn towards everybody's. Where the panel knows no days, each transaction
/// is an occasion, and the last one is put in the middle of its month.
///
/// At their best on sparse logs, where a customer's few dates say all there is to know.
///
/// Layer:   models (core, math).   Threads: immutable.
/// Sources: [SMC87], [BDK07] -- keys resolve in docs/references.md.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "till/core/panel.hpp"
#include "till/core/result.hpp"
#include "till/models/bg_nbd.hpp"
#include "till/models/calendar_exposure.hpp"
#include "till/models/forecast.hpp"
#include "till/models/mbg_nbd.hpp"
#include "till/models/pareto_nbd.hpp"

namespace till::models {

/// A forecaster from a model of the family; `M` is ParetoNbd, BgNbd or MbgNbd.
template <typename M>
class BuyTillYouDieMonths {
 public:
  static constexpr std::string_view kName = M::kName;

  /// Fits the model to all customers, or to 50,000 of more.
  ///
  /// A fit that ends in no usable report leaves the parameters at starting values, and says so.
  /// Errors: `Cancelled`; `InvalidArgument` for a panel without months.
  [[nodiscard]] static Result<BuyTillYouDieMonths> fit(const Panel& panel,
                                                       const Computation& computation,
                                                       const BuyTillYouDieMonths* before);

  /// One part for each customer, whose weight is the probability of being alive. Errors: as fit.
  [[nodiscard]] Result<Forecast> forecast(const Panel& panel,
                                          const ForecastTarget& target,
                                          const Computation& computation) const;

  /// Returns what was learned, and makes the same model of it again. Errors: `CorruptFile`.
  [[nodiscard]] State save() const;
  [[nodiscard]] static Result<BuyTillYouDieMonths> load(const State& state);

  [[nodiscard]] std::span<const std::string> warnings() const noexcept { return warnings_; }

  [[nodiscard]] const M& model() const noexcept { return model_; }

  /// Returns by what all forecasts are multiplied: what came over what the model said, of the last
  /// months, drawn towards 1 as far as they disagree.
  [[nodiscard]] double level() const noexcept { return level_; }

 private:
  M model_ = {};
  CalendarExposure calendar_;
  double rows_per_day_ = 1.0;
  double level_ = 1.0;
  std::vector<std::string> warnings_;
};

using ParetoNbdMonths = BuyTillYouDieMonths<ParetoNbd>;
using BgNbdMonths = BuyTillYouDieMonths<BgNbd>;
using MbgNbdMonths = BuyTillYouDieMonths<MbgNbd>;

}  // namespace till::models
