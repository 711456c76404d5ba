/// \file
/// Features: numbers of each customer and month that a user declares, in SQL over the log.
///
/// A feature is an aggregate over the rows of one customer in one month, such as `sum(amount)`, of
/// which learners take the sum, mean, minimum, maximum or last value of the last months. They see
/// whole months before a cutoff and nothing else, as of every other number of a panel.
///
///     {.name = "spend", .sql = "sum(amount)", .take = Take::Sum, .windows = {1, 3, 12}}
///
/// Of SQL what both databases understand alike is known: columns of the log, numbers, texts in
/// single quotes, + - * / = <> < <= > >=, CASE, AND, OR, NOT, IN, BETWEEN, IS NULL, DISTINCT, and
/// the functions that `feature_functions()` lists. Columns with other names stand in double quotes.
/// Besides columns there are `hour` (0 ... 23) and `weekday` (1 = Monday) of the panel's zone.
/// `amount` is in units of the currency. The text is taken apart and written anew: columns are
/// quoted, texts are bound, so that it can do nothing but compute.
///
/// Layer:   history (core, warehouse, log).   Threads: pure.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "till/core/panel.hpp"
#include "till/core/result.hpp"
#include "till/log/log.hpp"
#include "till/warehouse/statement.hpp"

namespace till::history {

struct FeatureDeclaration {
  std::string name;  ///< Letters, digits and underscores.
  std::string sql;   ///< An aggregate over rows.
  Take take = Take::Sum;
  std::vector<std::int32_t> windows;  ///< Months; each > 0.
};

/// Returns the functions that a feature may call, in alphabetical order.
[[nodiscard]] std::span<const std::string_view> feature_functions();

/// Adds the expression of a feature to a statement whose rows are `r`.
///
/// \param local_time  SQL for what clocks of the panel's zone show of `r."timestamp"`.
/// Errors: `InvalidArgument` naming the feature and the first word that is none of the above, or
/// that there is no aggregate; `NotFound` for a column that the log does not have, with the
/// nearest.
[[nodiscard]] Result<void> add_feature(warehouse::Statement& statement,
                                       const log::Log& log,
                                       const FeatureDeclaration& feature,
                                       std::string_view local_time);

}  // namespace till::history
