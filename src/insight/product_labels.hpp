/// \file
/// Product labels: what products, or groups of products, are called, as SQL.
///
/// A group is the products that share the value of one attribute; products without a value are the
/// group "(none)". SQL counts groups, as it counts products, by an integer: the key of a group is
/// the smallest key of its products, so that one lookup finds the label of either.
///
/// Layer:   insight (private).   Threads: pure.
#pragma once

#include <string>
#include <string_view>

#include "till/core/result.hpp"
#include "till/log/log.hpp"
#include "till/warehouse/statement.hpp"

namespace till::insight {

using warehouse::Statement;

/// The group of the products that have no value.
inline constexpr std::string_view kNoGroup = "(none)";

/// Checks that products can be grouped by an attribute; an empty one groups nothing.
///
/// Errors: `InvalidArgument` when `by` is no attribute of the products, with the nearest as remedy.
[[nodiscard]] Result<void> check_by(const log::Log& log,
                                    std::string_view function,
                                    const std::string& by);

/// Writes "WITH ": with a `by`, first of all the table `product_groups` and a comma:
/// `product_key`, `group_key`, and the group's `id` as text.
void add_with_product_groups(Statement& statement, const std::string& by);

/// Writes a table in parentheses: `product_key`, and the `id` and `name` of the product or, with a
/// `by`, of the group whose key that is. Needs `add_with_product_groups` before.
void add_product_labels(Statement& statement, const log::Log& log, const std::string& by);

}  // namespace till::insight
