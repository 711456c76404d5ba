/// \file
/// Customer value: what the purchases to come are worth, where the log says what was spent.
///
/// What a customer spends on a purchase follows a Gamma-Gamma, learned from the log at hand; how
/// many purchases come, and when, follows the model that is asked.
///
/// Layer:   engine (private).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "history_question.hpp"
#include "model_registry.hpp"

#include "till/engine/value.hpp"
#include "till/models/fit.hpp"

namespace till::engine {

/// Of each customer, in the order of the histories.
struct CustomerValue {
  std::string unknown_because;  ///< Why there is none; empty where there is.
  models::FitReport spend;      ///< The Gamma-Gamma.
  std::optional<double> correlation;
  std::vector<std::optional<double>> expected_spend;  ///< Of one purchase; null: infinite.
  std::vector<std::optional<double>> clv;             ///< Worth at the start of the horizon.
  std::vector<std::string> warnings;

  [[nodiscard]] bool is_known() const noexcept { return unknown_because.empty(); }

  /// Returns what a summary says. \param clv  of the customers it is about, together.
  [[nodiscard]] Object facts(double clv) const;
};

/// Which purchases are to be valued.
struct ValuedPurchases {
  const HistoryModel& model;
  std::span<const double> parameters;
  double horizon = 0.0;        ///< In time units.
  double discount_rate = 0.0;  ///< A year.
};

/// Values customers. A log that does not say what was spent is no error.
///
/// Errors: those of the warehouse; `Cancelled`.
[[nodiscard]] Result<CustomerValue> customer_value(const Session& session,
                                                   log::Log& log,
                                                   const Histories& histories,
                                                   const ValuedPurchases& purchases);

}  // namespace till::engine
