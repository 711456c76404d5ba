/// \file
/// Model registry: every model that can be fitted, by name.
///
/// Layer:   engine (private).   Threads: immutable.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "till/core/purchase_history.hpp"
#include "till/core/result.hpp"
#include "till/models/fit.hpp"
#include "till/models/frequencies.hpp"

namespace till::engine {

/// What a model says of one customer.
struct Prediction {
  double probability_alive = 0.0;      ///< At the end of T.
  double expected_transactions = 0.0;  ///< In (T, T + t].
  double probability_zero = 0.0;       ///< Of no purchase in (T, T + t].
};

struct ModelEntry {
  std::string name = {};   ///< "pareto_nbd".
  std::string title = {};  ///< "Pareto/NBD".
  std::string story = {};  ///< What it assumes of customers, in a sentence.
  std::string data = {};   ///< What it reads.
  std::string paper = {};  ///< Its key in docs/references.md.
  bool reads_intervals = false;
  bool by_name_only = false;  ///< Takes so long on many customers that `all` leaves it out.
  models::Likelihood likelihood = {};
  /// Writes what a model with these parameters says of each customer. \pre t >= 0.
  std::function<void(std::span<const double> parameters,
                     const PurchaseHistories& histories,
                     double t,
                     std::span<Prediction> out)>
      predict = {};
  /// Writes how many customers a model with these parameters expects in each class.
  std::function<void(std::span<const double> parameters,
                     std::span<const models::AgeGroup> ages,
                     std::span<models::FrequencyClass> classes)>
      expect_frequencies = {};
};

/// Returns all models, simplest first.
[[nodiscard]] std::span<const ModelEntry> model_entries();

/// Returns a model by name; dashes, slashes and underscores are the same, case is ignored.
///
/// \param function  whose argument it is; begins the message.
/// Errors: `NotFound` with the nearest names as remedy.
[[nodiscard]] Result<const ModelEntry*> model_named(std::string_view function,
                                                    std::string_view name);

}  // namespace till::engine
