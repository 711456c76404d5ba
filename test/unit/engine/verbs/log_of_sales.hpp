/// \file
/// Log of sales: a small shop whose numbers can be counted by hand, for the tests of verbs.
#pragma once

#include <string>
#include <vector>

#include "support/temporary_folder.hpp"

#include "till/engine/session.hpp"
#include "till/engine/verb.hpp"

namespace till::test {

/// Seven rows of 2018 and one of 2019; one has no customer, one is a return. `apple` sells three
/// times in January and once in March, `pear` twice in February, `plum` once, in July and then in
/// 2019.
inline constexpr std::string_view kSales =
    "customer_id,product_id,timestamp,quantity,InvoiceNo\n"
    "anna,apple,2018-01-01T10:00:00Z,1,A1\n"
    "anna,apple,2018-01-01T10:00:00Z,2,A1\n"
    "bert,apple,2018-01-20T10:00:00Z,1,A2\n"
    "anna,pear,2018-02-10T10:00:00Z,-1,A3\n"
    ",pear,2018-02-11T10:00:00Z,1,A4\n"
    "anna,apple,2018-03-01T10:00:00Z,1,A5\n"
    "bert,plum,2018-07-31T23:30:00Z,1,A6\n"
    "carl,plum,2019-01-02T10:00:00Z,1,A7\n";

inline constexpr std::string_view kProducts =
    "product_id,name,department\n"
    "apple,Golden Apple,fruit\n"
    "pear,Conference Pear,fruit\n"
    "plum,Plum,stone fruit\n";

/// A session over the sales above.
class LogOfSales {
 public:
  explicit LogOfSales(bool with_names = false)
      : session_({.sources = {folder_.write("sales.csv", kSales)},
                  .products = with_names ? folder_.write("products.csv", kProducts) : ""}) {}

  [[nodiscard]] engine::Session& session() { return session_; }

 private:
  TemporaryFolder folder_;
  engine::Session session_;
};

/// Returns the rows of a table as texts: {"1 anna 5", ...}; missing values are "-".
inline std::vector<std::string> rows_of(const Table& table,
                                        const std::vector<std::string>& columns) {
  struct CellText {
    std::size_t row;

    std::string operator()(const IntegerColumn& column) const {
      return column[row] ? std::to_string(*column[row]) : "-";
    }

    std::string operator()(const RealColumn& column) const {
      return column[row] ? std::to_string(*column[row]) : "-";
    }

    std::string operator()(const TextColumn& column) const { return column[row].value_or("-"); }

    std::string operator()(const InstantColumn& column) const {
      return column[row] ? to_string(*column[row]) : "-";
    }
  };

  std::vector<std::string> rows(table.rows());
  for (const std::string& name : columns) {
    for (const TableColumn& column : table.columns) {
      for (std::size_t row = 0; column.name == name && row < rows.size(); ++row) {
        rows[row] += (rows[row].empty() ? "" : " ") + std::visit(CellText{row}, column.values);
      }
    }
  }
  return rows;
}

/// Returns the names of a table's columns.
inline std::vector<std::string> columns_of(const Table& table) {
  std::vector<std::string> names;
  for (const TableColumn& column : table.columns) {
    names.push_back(column.name);
  }
  return names;
}

/// Returns an integer of an object; -1 when it is not there.
inline std::int64_t integer_of(const engine::Object& object, std::string_view name) {
  const engine::Value* value = engine::find(object, name);
  const auto* integer = value == nullptr ? nullptr : std::get_if<std::int64_t>(&value->data);
  return integer == nullptr ? -1 : *integer;
}

/// Returns a text of an object, instants as RFC 3339; empty when it is not there.
inline std::string text_of(const engine::Object& object, std::string_view name) {
  const engine::Value* value = engine::find(object, name);
  if (value == nullptr) {
    return "";
  }
  if (const auto* instant = std::get_if<Instant>(&value->data)) {
    return to_string(*instant);
  }
  const auto* text = std::get_if<std::string>(&value->data);
  return text == nullptr ? "" : *text;
}

}  // namespace till::test
