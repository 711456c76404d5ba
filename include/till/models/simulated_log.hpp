/// \file
/// SimulatedLog: a transaction log made by chance, of which the truth is known.
///
/// Customers arrive, buy baskets at a rate of their own while they live, and are lost. Everything
/// that real logs have and a test wants to be without can be switched off:
///     lambda ~ Gamma(purchase_shape), mean purchase_rate     occasions per year
///     mu     ~ Gamma(dropout_shape),  mean dropout_rate      per year; lifetime ~ Exp(mu)
///     occasions of a living customer ~ Poisson process of intensity lambda demand(day)
///     demand(day) = trend x season of the year x season of the week, piecewise constant by UTC day
///     arrivals of customers: also in proportion to demand; the first occasion is at the arrival
///     lines of an occasion ~ 1 + Geometric; products ~ Zipf weights, or one of five favourites
/// Without seasons and trend this is the Pareto/NBD story [SMC87]; without dropout the NBD's.
///
///     TILL_ASSIGN(const SimulatedLog log, SimulatedLog::plan({.seed = 7, .customer_count =
///     1000})); TILL_TRY(log.generate([](std::span<const SimulatedSale> sales) { return
///     write(sales); }));
///
/// Sales come in the order of time, by hours: memory grows with customers (32 bytes each), products
/// and hours, not with rows.
///
/// Layer:   models (core).   Threads: immutable once planned; `generate` may run in several.
/// Sources: [SMC87], [WAL77] -- keys resolve in docs/references.md.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "till/core/calendar.hpp"
#include "till/core/instant.hpp"
#include "till/core/result.hpp"
#include "till/core/rng.hpp"

namespace till::models {

struct SimulatedLogOptions {
  std::uint64_t seed = 0;
  std::int64_t customer_count = 1'000;  ///< 1 ... 100,000,000. Those who never buy have no row.
  std::int64_t product_count = 100;     ///< 1 ... 10,000,000.
  Date from = {2017, 1, 1};             ///< First day, from year 1970.
  Date to = {2020, 1, 1};               ///< The day after the last; at most 200 years later.
  std::int64_t rows = 50'000;           ///< Expected; sets purchase_rate where that is not said.
  std::optional<double> purchase_rate = {};  ///< Mean, occasions per customer and year; >= 0.
  double purchase_shape = 0.8;               ///< Of the gamma of rates; 0: all customers alike.
  double dropout_rate = 0.3;                 ///< Mean, per year; 0: nobody is ever lost.
  double dropout_shape = 2.0;                ///< Of the gamma of dropout rates; 0: all alike.
  double arriving = 0.6;       ///< Share who arrive during the log; the others live already.
  double yearly_season = 0.3;  ///< In [0, 1): December is this much above the mean; 0: none.
  double weekly_season = 0.4;  ///< In [0, 1]: Saturday is this much above the mean; 0: none.
  double trend = 0.05;         ///< Growth of demand a year, > -1; 0: none.
  double basket_size = 2.5;    ///< Mean lines of an occasion, >= 1; 1: always one.
  double quantity = 1.3;       ///< Mean pieces of a line, >= 1; 1: always one.
  double popularity = 0.8;     ///< Weight of the k-th product is k^-popularity; 0: all alike.
  double preference = 0.3;     ///< Share of lines that are favourites of the customer; 0: none.
  double drift = 0.1;  ///< Deviation of the monthly step of a product's log weight; 0: no drift.
  double price = 4.0;  ///< Median price of a product; currency, >= 0.01.
  double price_spread = 0.7;   ///< Deviation of the log price; 0: one price.
  double return_share = 0.02;  ///< Share of occasions that also bring back one piece of the product
                               ///< bought last; 0: no returns.

  /// Checks every field. Errors: `InvalidArgument` naming field and rule.
  [[nodiscard]] Result<void> validate() const;
};

/// One line of a receipt.
struct SimulatedSale {
  Instant time;                   ///< A whole second.
  std::int64_t receipt = 0;       ///< 1, 2, ... in the order of time.
  std::int64_t amount_cents = 0;  ///< Price x quantity; below zero for a return.
  std::int32_t customer = 0;      ///< 0 ... customer_count - 1.
  std::int32_t product = 0;       ///< 0 ... product_count - 1.
  std::int32_t line = 1;          ///< Of the receipt: 1, 2, ...; a product may be on several.
  std::int32_t quantity = 1;      ///< -1 for a return.
};

/// What is true of one customer.
struct SimulatedCustomer {
  double purchase_rate = 0.0;           ///< Occasions per year where demand is 1, after the first.
  double dropout_rate = 0.0;            ///< Per year; 0: never lost.
  std::optional<Instant> arrived = {};  ///< First occasion; unset: was there before the log.
  std::optional<Instant> alive_until = {};  ///< May be after the log; unset: for ever.
};

/// What is true of one product.
struct SimulatedProduct {
  double weight = 0.0;  ///< Share of lines that are no favourites, in the first month; sums to 1.
  double last_weight = 0.0;  ///< In the last month.
  std::int64_t price_cents = 0;
};

class SimulatedLog {
 public:
  /// Takes the next sales; never called with none. An error ends the generation.
  using Sink = std::function<Result<void>(std::span<const SimulatedSale>)>;

  /// Draws the customers once to find the rate that leads to `rows`.
  ///
  /// Errors: those of `validate`; `InvalidArgument` when the first occasions alone are more rows.
  [[nodiscard]] static Result<SimulatedLog> plan(const SimulatedLogOptions& options);

  [[nodiscard]] const SimulatedLogOptions& options() const noexcept { return options_; }

  /// Returns the mean of the customers' rates: said, or found from `rows`.
  [[nodiscard]] double purchase_rate() const noexcept { return purchase_rate_; }

  /// Returns the number of days.
  [[nodiscard]] std::int64_t days() const noexcept {
    return static_cast<std::int64_t>(demand_.size());
  }

  /// Returns the factor on all rates on a day of the log, 0 being the first. \pre 0 <= day <
  /// days().
  [[nodiscard]] double demand(std::int64_t day) const noexcept {
    return demand_[static_cast<std::size_t>(day)];
  }

  /// Returns what is true of a customer. \pre 0 <= index < customer_count.
  [[nodiscard]] SimulatedCustomer customer(std::int64_t index) const;

  /// Returns what is true of every product, in the order of their numbers.
  [[nodiscard]] std::vector<SimulatedProduct> products() const;

  /// Makes all sales: the same ones each time.
  ///
  /// Errors: those of the sink, unchanged.
  [[nodiscard]] Result<void> generate(const Sink& sink) const;

 private:
  /// A customer in operational time: days of demand 1 since the log began.
  struct Life {
    double relative_rate = 0.0;  ///< Of the mean.
    double dropout_rate = 0.0;   ///< Per day.
    double arrival = -1.0;       ///< Operational; below 0: was there before.
    double death_day = 0.0;      ///< Calendar days since the log began; may be infinite.
  };

  explicit SimulatedLog(const SimulatedLogOptions& options);

  [[nodiscard]] Life life(std::int64_t index) const noexcept;
  /// Returns the calendar day, with fraction, of an operational time in the log.
  [[nodiscard]] double calendar_day(double operational) const noexcept;
  [[nodiscard]] double operational(double calendar_day) const noexcept;
  [[nodiscard]] std::vector<double> first_weights() const;
  [[nodiscard]] std::vector<std::int64_t> prices() const;
  /// Moves log weights from one month to the next.
  void drift(std::vector<double>& weights, Rng& chance) const;
  [[nodiscard]] Rng chance(std::uint64_t stream) const noexcept;

  SimulatedLogOptions options_;
  std::int64_t first_day_ = 0;      // since 1970-01-01
  std::vector<double> demand_;      // by day
  std::vector<double> cumulative_;  // operational time at the start of each day, and at the end
  double purchase_rate_ = 0.0;      // per year
};

}  // namespace till::models
