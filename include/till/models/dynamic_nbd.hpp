/// \file
/// Dynamic NBD: what a customer buys next month, from a rate that drifts and a habit that sleeps.
///
/// Every customer has a rate of buying with a mean and a precision. A month's count moves both; the
/// rate slowly comes back to the customer's own long-run level; the customer may fall asleep - the
/// slow ones sooner - and wake again; the whole base has good and bad months that partly last.
///
///     rate    ~ Gamma(mean m, shape a), drifting            month's mean mu = m * exposure
///     y       ~ 0 if asleep, else NB(mean mu exp(rho G), shape s)
///     1/s     = 1/a + 1/kappa + 1/(a kappa)                 kappa: over-dispersion of the month
///     asleep  -> awake and back with hazards that depend on m and on the months of silence
///
/// One pass over a customer's months, online: tomorrow's month is one `observe` more. Fourteen
/// numbers are shared by all customers and fitted by maximum likelihood with weak priors; the
/// equations are in docs/models/dynamic_nbd.md.
///
///     TILL_ASSIGN(const DynamicNbd model, DynamicNbd::fit(panel, {.threads = 2}, nullptr));
///     TILL_ASSIGN(const Forecast forecast, model.forecast(panel, target, {.threads = 2}));
///
/// Layer:   models (core, math).   Threads: immutable; DynamicNbdState: one thread each.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "till/core/panel.hpp"
#include "till/core/result.hpp"
#include "till/math/symmetric.hpp"
#include "till/models/calendar_exposure.hpp"
#include "till/models/forecast.hpp"

namespace till::models {

/// What all customers share. Every value is a real number without bounds.
struct DynamicNbdParameters {
  static constexpr std::size_t kCount = 14;

  double log_m0 = 0.0;      ///< ln of the rate expected of a new customer, per month.
  double log_a0 = 0.0;      ///< ln of the precision of that.
  double k0 = 1.0;          ///< ln of kappa at mu = .9: how even months are at a constant rate.
  double k1 = 0.1;          ///< By how much more even, for each ln of mu.
  double log_q = -2.0;      ///< ln of the variance that a month of drift adds to ln rate.
  double logit_phi = 2.0;   ///< phi: what is left, after a month, of a distance from the long run.
  double h0 = -3.0;         ///< Falling asleep: logit of the probability a month at a rate of .95,
  double h1 = -0.3;         ///<   and for each ln of the rate.
  double r0 = -2.5;         ///< Waking up: as above,
  double r1 = 0.2;          ///<   for each ln of the rate,
  double r2 = -0.5;         ///<   and for each ln of 1 + months of silence.
  double logit_rho = -1.0;  ///< rho: how much of the base's last month carries over.
  double logit_nu = -1.5;   ///< nu: how fast a customer's volatility is learned.
  double gamma = 0.4;       ///< How much volatility makes months less even.

  /// Their names, in the order of `values()`.
  static constexpr std::array<std::string_view, kCount> kNames = {"log_m0",
                                                                  "log_a0",
                                                                  "k0",
                                                                  "k1",
                                                                  "log_q",
                                                                  "logit_phi",
                                                                  "h0",
                                                                  "h1",
                                                                  "r0",
                                                                  "r1",
                                                                  "r2",
                                                                  "logit_rho",
                                                                  "logit_nu",
                                                                  "gamma"};

  [[nodiscard]] std::array<double, kCount> values() const noexcept;
  [[nodiscard]] static DynamicNbdParameters of(const std::array<double, kCount>& values) noexcept;
};

/// What is known of the first customers of a panel after some months: one element each.
struct DynamicNbdState {
  std::vector<double> rate;              ///< m; per unit of exposure; > 0.
  std::vector<double> variance;          ///< 1/a; of the relative rate; > 0.
  std::vector<double> log_long_run;      ///< l; ln of the long-run rate.
  std::vector<double> effective_months;  ///< n; months seen awake; >= 1.
  std::vector<double> awake;             ///< A; probability; [0, 1).
  std::vector<double> silent_months;     ///< z; months without a transaction, in a row; >= 0.
  std::vector<double> volatility;        ///< v; 1 is as modelled; >= .1.
  double level = 0.0;                    ///< G; ln of the base against expectation; [-1, 1].
};

class DynamicNbd {
 public:
  static constexpr std::string_view kName = "dynamic_nbd";

  /// A model with known parameters.
  DynamicNbd(const DynamicNbdParameters& parameters, const CalendarExposure& calendar)
      : parameters_(parameters), calendar_(calendar) {}

  /// Fits the parameters to the last 18 months of a panel, the months before as run-in, on at most
  /// 6,000 customers (every n-th by birth). Falls back to the starting values where there are no
  /// three months. The result does not depend on the number of threads.
  ///
  /// Errors: `Cancelled`; `InvalidArgument` for a panel without months.
  /// Cost: passes over those customers with derivatives. A first fit climbs from three points on
  /// 1,000 of them before it goes on with all; with `before` a few steps are left.
  [[nodiscard]] static Result<DynamicNbd> fit(const Panel& panel,
                                              const Computation& computation,
                                              const DynamicNbd* before);

  /// Forecasts the customers of a panel: one part each. `probability_alive` is the probability of
  /// being awake when the target begins.
  ///
  /// A target of several months is taken as one count with the sum of their means, awake as in the
  /// likeliest of them. Errors: `Cancelled`; `InvalidArgument` for a panel without months.
  [[nodiscard]] Result<Forecast> forecast(const Panel& panel,
                                          const ForecastTarget& target,
                                          const Computation& computation) const;

  /// Forecasts from what is known of each customer. \pre state has a customer or none at all.
  [[nodiscard]] Forecast forecast(const DynamicNbdState& state,
                                  const ForecastTarget& target,
                                  const Computation& computation) const;

  /// Returns what is known of each customer at the panel's cutoff.
  [[nodiscard]] Result<DynamicNbdState> state(const Panel& panel,
                                              const Computation& computation) const;

  /// Moves a state on by one month: those it knows, and the customers born in the month.
  ///
  /// \param counts        of the month; length state's customers, then those born in it.
  /// \param birth_shares  of those born: the part of the month after their first transaction.
  /// \param exposure      of the month; > 0.
  /// \pre counts.size() == state.rate.size() + birth_shares.size().
  void observe(DynamicNbdState& state,
               std::span<const std::int32_t> counts,
               std::span<const double> birth_shares,
               double exposure) const;

  /// Moves a state on over the months of a panel from a month on, stopping early when cancelled.
  /// \pre state is what is known when that month begins.
  void observe(DynamicNbdState& state,
               const Panel& panel,
               std::size_t from,
               const Computation& computation) const;

  /// Returns the mean log score of the last months of a panel, each forecast from those before it:
  /// what `fit` makes large.
  [[nodiscard]] double mean_log_score(const Panel& panel) const;

  [[nodiscard]] const DynamicNbdParameters& parameters() const noexcept { return parameters_; }

  [[nodiscard]] const CalendarExposure& calendar() const noexcept { return calendar_; }

  /// Returns what was learned, and makes the same model of it again. Errors: `CorruptFile`.
  [[nodiscard]] State save() const;
  [[nodiscard]] static Result<DynamicNbd> load(const State& state);

  [[nodiscard]] std::span<const std::string> warnings() const noexcept { return warnings_; }

 private:
  DynamicNbdParameters parameters_;
  CalendarExposure calendar_;
  std::vector<std::string> warnings_;
  std::optional<math::SymmetricMatrix>
      curvature_;  // of the likelihood: what a next fit starts from
};

}  // namespace till::models
