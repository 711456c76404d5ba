/// \file
/// Statement: a question in SQL together with the values that are bound to it.
///
/// Text and values are written in one go, so that the n-th value always meets the n-th placeholder:
///
///     Statement statement(log.warehouse());
///     statement.add("SELECT count(*) FROM till.products p WHERE p.product_id = ").bind(id);
///     TILL_TRY(for_each_row(log.warehouse(), statement, [&](const BatchView& rows, std::int64_t i)
///     {
///       use(rows.column(0).integer(i));
///     }));
///
/// Layer:   warehouse (core).   Threads: one statement per thread.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "till/core/arrow.hpp"
#include "till/core/result.hpp"
#include "till/warehouse/dialect.hpp"
#include "till/warehouse/warehouse.hpp"

namespace till::warehouse {

class Statement {
 public:
  explicit Statement(const Warehouse& warehouse) : dialect_(&warehouse.dialect()) {}

  /// Adds SQL written by till: never a text of the user's.
  Statement& add(std::string_view sql) {
    sql_ += sql;
    return *this;
  }

  /// Adds the name of a table or column, quoted.
  Statement& add_name(std::string_view identifier) { return add(quote_identifier(identifier)); }

  /// Adds a placeholder and the value that stands for it.
  Statement& bind(Value value) {
    values_.push_back(std::move(value));
    return add(dialect_->placeholder(static_cast<std::int32_t>(values_.size())));
  }

  [[nodiscard]] const Dialect& dialect() const noexcept { return *dialect_; }

  [[nodiscard]] const std::string& sql() const noexcept { return sql_; }

  [[nodiscard]] std::span<const Value> values() const noexcept { return values_; }

 private:
  const Dialect* dialect_;
  std::string sql_;
  std::vector<Value> values_;
};

/// Runs a query and calls `use` with each batch of the answer: for answers of millions of rows,
/// whose columns are looked up once for each batch.
[[nodiscard]] Result<void> for_each_batch(Warehouse& warehouse,
                                          std::string_view sql,
                                          std::span<const Value> values,
                                          const std::function<Result<void>(const BatchView&)>& use);

/// Runs a query and calls `row` with a batch and an index for each row of the answer.
[[nodiscard]] Result<void> for_each_row(
    Warehouse& warehouse,
    std::string_view sql,
    std::span<const Value> values,
    const std::function<void(const BatchView&, std::int64_t)>& row);

/// The same of a statement and its values.
[[nodiscard]] Result<void> for_each_row(
    Warehouse& warehouse,
    const Statement& statement,
    const std::function<void(const BatchView&, std::int64_t)>& row);

}  // namespace till::warehouse
