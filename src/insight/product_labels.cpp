#include "insight/product_labels.hpp"

#include <algorithm>
#include <vector>

#include "till/core/nearest.hpp"

namespace till::insight {

Result<void> check_by(const log::Log& log, std::string_view function, const std::string& by) {
  const std::vector<std::string>& known = log.product_attributes();
  if (by.empty() || std::find(known.begin(), known.end(), by) != known.end()) {
    return {};
  }
  std::string attributes;
  for (const std::string& name : known) {
    attributes += (attributes.empty() ? "the products have the attributes " : ", ") + name;
  }
  return Error{ErrorCode::InvalidArgument,
               std::string(function) + ": by is " + in_quotes(by) +
                   ", but must be an attribute of the products",
               did_you_mean(nearest(by, known),
                            attributes.empty() ? "ingest a table of products with its attributes: "
                                                 "till ingest LOG… --products FILE"
                                               : attributes)};
}

void add_with_product_groups(Statement& statement, const std::string& by) {
  statement.add("WITH ");
  if (by.empty()) {
    return;
  }
  statement
      .add(
          "product_groups AS (SELECT v.product_key, v.id, "
          "min(v.product_key) OVER (PARTITION BY v.id) AS group_key "
          "FROM (SELECT p.product_key, coalesce(")
      .add(statement.dialect().as_text("a." + warehouse::quote_identifier(by)))
      .add(", '")
      .add(kNoGroup)
      .add(
          "') AS id FROM till.products p "
          "LEFT JOIN till.product_attributes a ON a.product_key = p.product_key) v), ");
}

void add_product_labels(Statement& statement, const log::Log& log, const std::string& by) {
  if (!by.empty()) {
    statement.add("(SELECT v.product_key, v.id, v.id AS name FROM product_groups v)");
  } else if (log.has_product_names()) {
    statement.add(
        "(SELECT p.product_key, p.product_id AS id, coalesce(a.name, p.product_id) AS name "
        "FROM till.products p "
        "LEFT JOIN till.product_attributes a ON a.product_key = p.product_key)");
  } else {
    statement.add(
        "(SELECT p.product_key, p.product_id AS id, p.product_id AS name FROM till.products p)");
  }
}

}  // namespace till::insight
