#include "columns.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>

#include "time_format.hpp"

#include "till/core/nearest.hpp"

namespace till::log {

namespace {

/// The names a field goes by; the first is till's own and wins.
std::span<const std::string_view> known_names(Field field) {
  static constexpr std::array<std::string_view, 20> kCustomer = {
      "customerid", "customer",   "clientid",       "client",       "custid",
      "cust",       "customerno", "customernumber", "customercode", "userid",
      "user",       "memberid",   "member",         "householdid",  "household",
      "buyerid",    "buyer",      "shopperid",      "visitorid",    "accountid"};
  static constexpr std::array<std::string_view, 16> kProduct = {"productid",
                                                                "product",
                                                                "sku",
                                                                "item",
                                                                "itemid",
                                                                "stockcode",
                                                                "productcode",
                                                                "article",
                                                                "articleid",
                                                                "articlenumber",
                                                                "itemcode",
                                                                "productno",
                                                                "productnumber",
                                                                "prodid",
                                                                "upc",
                                                                "ean"};
  static constexpr std::array<std::string_view, 18> kTimestamp = {"timestamp",
                                                                  "date",
                                                                  "datetime",
                                                                  "time",
                                                                  "transactiontimestamp",
                                                                  "transactiondate",
                                                                  "transactiontime",
                                                                  "invoicedate",
                                                                  "orderdate",
                                                                  "ordertime",
                                                                  "purchasedate",
                                                                  "purchasetime",
                                                                  "eventtime",
                                                                  "createdat",
                                                                  "orderedat",
                                                                  "purchasedat",
                                                                  "occurredat",
                                                                  "ts"};
  static constexpr std::array<std::string_view, 10> kAmount = {"amount",
                                                               "salesvalue",
                                                               "totalprice",
                                                               "total",
                                                               "revenue",
                                                               "sales",
                                                               "linetotal",
                                                               "totalamount",
                                                               "spend",
                                                               "value"};
  static constexpr std::array<std::string_view, 5> kQuantity = {
      "quantity", "qty", "units", "count", "pieces"};
  switch (field) {
    case Field::Customer:
      return kCustomer;
    case Field::Product:
      return kProduct;
    case Field::Timestamp:
      return kTimestamp;
    case Field::Amount:
      return kAmount;
    case Field::Quantity:
      return kQuantity;
  }
  return {};
}

std::string folded(std::string_view name) {
  std::string text;
  for (const char c : name) {
    if (c == '_' || c == '-' || c == '.' || c == ' ') {
      continue;
    }
    text += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return text;
}

std::string listed(std::span<const std::string> names) {
  std::string text;
  for (const std::string& name : names) {
    text += (text.empty() ? "" : ", ") + (name.empty() ? std::string("(unnamed)") : name);
  }
  return text;
}

/// Returns whether a header is rather the first transaction: none of its names would be a time.
bool looks_like_a_row(std::span<const std::string> names) {
  const TimeFormat any_order{.day_first = true};
  return std::ranges::any_of(names, [&](const std::string& name) {
    return parse_time(name, any_order).form != ParsedTime::Form::Invalid;
  });
}

std::string map_flag(Field field, std::string_view column) {
  return "--map " + std::string(name(field)) + "=" + std::string(column);
}

Result<std::optional<std::size_t>> find_by_name(const std::string& file,
                                                std::span<const std::string> names,
                                                Field field) {
  const std::span<const std::string_view> known = known_names(field);
  std::vector<std::size_t> own;     // named as till itself names the field
  std::vector<std::size_t> others;  // named as others do
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string wanted = folded(names[i]);
    if (wanted == known.front()) {
      own.push_back(i);
    } else if (std::ranges::find(known, wanted) != known.end()) {
      others.push_back(i);
    }
  }
  const std::vector<std::size_t>& hits = own.empty() ? others : own;
  if (hits.size() > 1) {
    std::vector<std::string> candidates;
    candidates.reserve(hits.size());
    for (const std::size_t i : hits) {
      candidates.push_back(names[i]);
    }
    return Error{ErrorCode::InvalidData,
                 "ingest: " + file + ": more than one column looks like the " +
                     std::string(name(field)) + ": " + listed(candidates) +
                     " (columns: " + listed(names) + ")",
                 "say which it is: " + map_flag(field, candidates.front())};
  }
  return hits.empty() ? std::optional<std::size_t>() : std::optional(hits.front());
}

Result<std::optional<std::size_t>> find_mapped(const std::string& file,
                                               std::span<const std::string> names,
                                               Field field,
                                               const std::string& wanted) {
  const auto exact = std::ranges::find(names, wanted);
  if (exact != names.end()) {
    return std::optional(static_cast<std::size_t>(exact - names.begin()));
  }
  if (wanted == "none" && field != Field::Customer && field != Field::Timestamp) {
    return std::optional<std::size_t>();
  }
  return Error{
      ErrorCode::NotFound,
      "ingest: " + file + ": " + std::string(name(field)) + " is mapped to " + in_quotes(wanted) +
          ", but the columns are " + listed(names),
      did_you_mean(nearest(wanted, names), "name one of them: " + map_flag(field, "COLUMN"))};
}

Result<void> refuse_doubled(const std::string& file, std::span<const std::string> names) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (!names[i].empty() && std::ranges::count(names, names[i]) > 1) {
      return Error{ErrorCode::InvalidData,
                   "ingest: " + file + ": the column " + in_quotes(names[i]) +
                       " stands twice in the header (columns: " + listed(names) + ")",
                   "rename one of the two in the file"};
    }
  }
  return {};
}

}  // namespace

std::string_view name(Field field) noexcept {
  switch (field) {
    case Field::Customer:
      return "customer";
    case Field::Product:
      return "product";
    case Field::Timestamp:
      return "timestamp";
    case Field::Amount:
      return "amount";
    case Field::Quantity:
      return "quantity";
  }
  return "";
}

Result<ColumnMapping> parse_mapping(std::string_view text) {
  ColumnMapping mapping;
  while (!text.empty()) {
    const std::size_t comma = text.find(',');
    const std::string_view part = text.substr(0, comma);
    text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
    const std::size_t equals = part.find('=');
    std::optional<Field> field;
    for (const Field candidate :
         {Field::Customer, Field::Product, Field::Timestamp, Field::Amount, Field::Quantity}) {
      if (part.substr(0, equals) == name(candidate)) {
        field = candidate;
      }
    }
    if (!field || equals == std::string_view::npos || equals + 1 == part.size()) {
      return Error{ErrorCode::InvalidArgument,
                   "ingest: map is " + in_quotes(part) + ", but must be FIELD=COLUMN",
                   "fields: customer, product, timestamp, amount, quantity; for example "
                   "--map customer=CUST,product=SKU,timestamp=DATE"};
    }
    if (!mapping.emplace(*field, part.substr(equals + 1)).second) {
      return Error{ErrorCode::InvalidArgument,
                   "ingest: map is " + in_quotes(part) + ", but the " + std::string(name(*field)) +
                       " was mapped before",
                   "map each field once"};
    }
  }
  return mapping;
}

Result<Columns> find_columns(const std::string& file,
                             std::span<const std::string> names,
                             const ColumnMapping& mapping) {
  TILL_TRY(refuse_doubled(file, names));
  std::map<Field, std::optional<std::size_t>> found;
  for (const Field field :
       {Field::Customer, Field::Product, Field::Timestamp, Field::Amount, Field::Quantity}) {
    const auto said = mapping.find(field);
    TILL_ASSIGN(found[field],
                said != mapping.end() ? find_mapped(file, names, field, said->second)
                                      : find_by_name(file, names, field));
    const bool optional = field == Field::Amount || field == Field::Quantity ||
                          (field == Field::Product && said != mapping.end());
    if (!found[field] && !optional) {
      std::string remedy = "say which it is: " + map_flag(field, "COLUMN");
      if (field == Field::Product) {
        remedy += "; a log without products: " + map_flag(field, "none");
      }
      if (looks_like_a_row(names)) {
        remedy =
            "the first line is read as the names of columns, and looks like a transaction: write "
            "a line above it such as customer_id,product_id,timestamp";
      }
      return Error{ErrorCode::InvalidData,
                   "ingest: " + file + ": no column looks like the " + std::string(name(field)) +
                       " (columns: " + listed(names) + ")",
                   remedy};
    }
  }
  Columns columns;
  columns.customer = *found[Field::Customer];
  columns.product = found[Field::Product];
  columns.timestamp = *found[Field::Timestamp];
  columns.amount = found[Field::Amount];
  columns.quantity = found[Field::Quantity];
  std::map<std::size_t, Field> taken;
  for (const auto& [field, index] : found) {
    if (index && !taken.emplace(*index, field).second) {
      return Error{ErrorCode::InvalidArgument,
                   "ingest: " + file + ": column " + in_quotes(names[*index]) + " is both the " +
                       std::string(name(taken[*index])) + " and the " + std::string(name(field)),
                   "map each field to a column of its own"};
    }
  }
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (!taken.contains(i) && !names[i].empty()) {
      columns.extra.push_back(i);
    }
  }
  return columns;
}

Result<SideColumns> find_side_columns(const std::string& file,
                                      std::span<const std::string> names,
                                      Field field,
                                      std::span<const std::string> label) {
  TILL_TRY(refuse_doubled(file, names));
  SideColumns columns;
  TILL_ASSIGN(const std::optional<std::size_t> id, find_by_name(file, names, field));
  // A table of one thing may call its key just "id".
  const auto bare =
      std::ranges::find_if(names, [](const std::string& n) { return folded(n) == "id"; });
  if (id) {
    columns.id = *id;
  } else if (bare != names.end()) {
    columns.id = static_cast<std::size_t>(bare - names.begin());
  } else {
    return Error{ErrorCode::InvalidData,
                 "ingest: " + file + ": no column looks like the " + std::string(name(field)) +
                     " (columns: " + listed(names) + ")",
                 "name the id column " + std::string(name(field)) + "_id"};
  }
  for (const std::string& wanted : label) {
    const auto hit = std::ranges::find(names, wanted);
    if (hit == names.end()) {
      return Error{ErrorCode::NotFound,
                   "ingest: " + file + ": " + std::string(name(field)) + "_name is " +
                       in_quotes(wanted) + ", but the columns are " + listed(names),
                   did_you_mean(nearest(wanted, names), "name one of them")};
    }
    columns.name.push_back(static_cast<std::size_t>(hit - names.begin()));
  }
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i == columns.id || names[i].empty()) {
      continue;
    }
    if (columns.name.empty() && label.empty() && folded(names[i]) == "name") {
      columns.name = {i};
    } else {
      columns.attributes.push_back(i);
    }
  }
  return columns;
}

}  // namespace till::log
