#include "insight/named_product.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "insight/product_labels.hpp"
#include "insight/tally.hpp"

#include "till/core/nearest.hpp"
#include "till/warehouse/statement.hpp"

namespace till::insight {

namespace {

Error must_be(std::string_view function,
              const std::string& product,
              std::string_view condition,
              std::string remedy) {
  return {ErrorCode::InvalidArgument,
          std::string(function) + ": product is " + in_quotes(product) + ", but must be " +
              std::string(condition),
          std::move(remedy)};
}

/// Returns the ids of products that share a name, in quotes; at most ten of them.
std::string enumerated(const std::vector<NamedProduct>& products) {
  constexpr std::size_t kMost = 10;
  std::string text;
  for (std::size_t i = 0; i < std::min(products.size(), kMost); ++i) {
    text += (i == 0 ? "" : ", ") + in_quotes(products[i].id);
  }
  if (products.size() > kMost) {
    text += " and " + std::to_string(products.size() - kMost) + " more";
  }
  return text;
}

Result<std::vector<NamedProduct>> read_products(log::Log& log, const Statement& statement) {
  std::vector<NamedProduct> products;
  TILL_TRY(for_each_row(log.warehouse(), statement, [&](const BatchView& batch, std::int64_t i) {
    products.push_back({batch.column(0).integer(i),
                        std::string(batch.column(1).text(i)),
                        std::string(batch.column(2).text(i))});
  }));
  return products;
}

/// Writes the products with their labels where `column` is a value, ordered by id.
Statement products_where(log::Log& log, std::string_view column, const std::string& value) {
  Statement statement(log.warehouse());
  statement.add("SELECT n.product_key, n.id, n.name FROM ");
  add_product_labels(statement, log, "");
  statement.add(" n WHERE n.").add(column).add(" = ").bind(value).add(" ORDER BY n.id");
  return statement;
}

/// Writes the group whose id is a value: no row when there is none.
Statement group_called(log::Log& log, const std::string& by, const std::string& id) {
  Statement statement(log.warehouse());
  add_with_product_groups(statement, by);
  statement
      .add(
          "named AS (SELECT v.group_key AS product_key, v.id FROM product_groups v "
          "WHERE v.id = ")
      .bind(id)
      .add(") SELECT DISTINCT n.product_key, n.id, n.id AS name FROM named n");
  return statement;
}

/// Writes everything that `product` could have named.
Statement names_of_products(log::Log& log, const std::string& by) {
  Statement statement(log.warehouse());
  add_with_product_groups(statement, by);
  statement.add("labels AS (SELECT n.id, n.name FROM ");
  add_product_labels(statement, log, by);
  statement.add(
      " n) SELECT l.id AS label FROM labels l UNION SELECT l.name AS label FROM labels l");
  return statement;
}

}  // namespace

Result<NamedProduct> find_product(log::Log& log,
                                  std::string_view function,
                                  const std::string& wanted,
                                  const std::string& by) {
  std::vector<NamedProduct> found;
  if (!by.empty()) {
    TILL_ASSIGN(found, read_products(log, group_called(log, by, wanted)));
  } else {
    TILL_ASSIGN(found, read_products(log, products_where(log, "id", wanted)));
    if (found.empty() && log.has_product_names()) {
      TILL_ASSIGN(found, read_products(log, products_where(log, "name", wanted)));
    }
  }
  if (found.size() == 1) {
    return std::move(found.front());
  }
  if (!found.empty()) {
    return must_be(function,
                   wanted,
                   "the name of one product: " + std::to_string(found.size()) + " are called so",
                   "name one by its id: " + enumerated(found));
  }
  std::vector<std::string> known;
  TILL_TRY(for_each_row(
      log.warehouse(), names_of_products(log, by), [&](const BatchView& batch, std::int64_t i) {
        known.emplace_back(batch.column(0).text(i));
      }));
  Error error = must_be(function,
                        wanted,
                        by.empty() ? "the id or the name of a product" : "a value of " + by,
                        did_you_mean(nearest(wanted, known), "till top-products lists what sells"));
  error.code = ErrorCode::NotFound;
  return error;
}

}  // namespace till::insight
