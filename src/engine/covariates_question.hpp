/// \file
/// Covariates question: columns of the customer table, as numbers that models read.
///
/// A column of texts becomes one covariate for each value but the first: 1 for its customers, 0 for
/// others. A column of more than two numbers becomes one: standard deviations from the mean.
///
/// Layer:   engine (private).
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "model_registry.hpp"

#include "till/history/purchase_histories.hpp"
#include "till/log/log.hpp"
#include "till/models/covariates.hpp"
#include "till/models/state.hpp"

namespace till::engine {

[[nodiscard]] Parameter covariates_parameter();

/// How a column becomes covariates.
struct CovariateColumn {
  std::string name;
  std::vector<std::string> levels =
      {};                  ///< Of texts, the first being what others are held against.
  double mean = 0.0;       ///< Of numbers, which have no levels.
  double deviation = 1.0;  ///< Of numbers; > 0.

  /// Returns the names of its covariates.
  [[nodiscard]] std::vector<std::string> covariates() const;
};

struct Covariates {
  std::vector<CovariateColumn> columns;
  std::shared_ptr<const models::CovariateTable> table;
  std::vector<double> segments;  ///< Of each customer, in the order of the histories.
  std::vector<std::string> warnings;
};

/// Reads columns as a fit needs them, each but once.
///
/// \param function  whose argument the names are; begins messages.
/// \param names  between commas.
/// Errors: `NotFound` for a column that the customer table has not; `InvalidData` for one that
/// says the same of all, or has more than twenty different texts; those of the warehouse.
[[nodiscard]] Result<Covariates> covariates_of(std::string_view function,
                                               log::Log& log,
                                               std::string_view names,
                                               const history::CustomerHistories& customers);

/// Reads columns as a model was fitted to them. Values that it has not seen count as the first.
///
/// Errors: as above.
[[nodiscard]] Result<Covariates> covariates_as(std::string_view function,
                                               log::Log& log,
                                               const std::vector<CovariateColumn>& columns,
                                               const history::CustomerHistories& customers);

/// Returns a model that reads the segments of histories.
///
/// Errors: `Unsupported` for a model that takes no covariates.
[[nodiscard]] Result<ModelEntry> with_covariates(std::string_view function,
                                                 const ModelEntry& model,
                                                 const Covariates& covariates,
                                                 double ridge);

/// Returns the columns as a model file keeps them, and reads them back.
[[nodiscard]] models::State::States states_of(const std::vector<CovariateColumn>& columns);
[[nodiscard]] Result<std::vector<CovariateColumn>> columns_of(const models::State::States& states,
                                                              std::string_view owner);

}  // namespace till::engine
