#include "catalogue.hpp"

#include <array>
#include <map>
#include <utility>

#include "cell.hpp"
#include <nlohmann/json.hpp>

#include "till/warehouse/statement.hpp"

namespace till::log {

using nlohmann::json;
using warehouse::Value;
using warehouse::Warehouse;

namespace {

Error unreadable(const std::string& what) {
  return {ErrorCode::CorruptFile,
          "open: the settings of the kept log cannot be read: " + what,
          "ingest the log again into a new database"};
}

/// Settings as they are kept: texts by name.
using Settings = std::map<std::string, std::string>;

Error unreadable_setting(const std::string& key, const Settings& settings) {
  return unreadable(key + " is " + in_quotes(settings.at(key)));
}

/// Returns a setting that is a list.
Result<json> list_of(Settings& settings, const std::string& key) {
  json list = json::parse(settings[key], nullptr, false);
  if (!list.is_array()) {
    return unreadable_setting(key, settings);
  }
  return list;
}

Result<std::vector<std::string>> text_list(Settings& settings, const std::string& key) {
  TILL_ASSIGN(const json list, list_of(settings, key));
  std::vector<std::string> values;
  for (const json& value : list) {
    if (!value.is_string()) {
      return unreadable_setting(key, settings);
    }
    values.push_back(value.get<std::string>());
  }
  return values;
}

Result<std::vector<ExtraColumn>> column_list(Settings& settings, const std::string& key) {
  TILL_ASSIGN(const json list, list_of(settings, key));
  std::vector<ExtraColumn> columns;
  for (const json& column : list) {
    if (!column.is_array() || column.size() != 2 || !column[0].is_string() ||
        !column[1].is_string()) {
      return unreadable_setting(key, settings);
    }
    columns.push_back({column[0].get<std::string>(), column[1].get<std::string>()});
  }
  return columns;
}

}  // namespace

Result<std::optional<Catalogue>> read_catalogue(Warehouse& warehouse) {
  TILL_ASSIGN(const std::int64_t tables,
              warehouse.query_integer("SELECT count(*) FROM information_schema.tables "
                                      "WHERE table_schema = 'till' AND table_name = 'catalogue'"));
  if (tables == 0) {
    return std::optional<Catalogue>();
  }
  Settings settings;
  TILL_TRY(for_each_row(warehouse,
                        "SELECT \"key\", \"value\" FROM till.catalogue",
                        {},
                        [&](const BatchView& batch, std::int64_t i) {
                          settings[std::string(batch.column(0).text(i))] = batch.column(1).text(i);
                        }));
  const std::string& version = settings["format_version"];
  if (version != std::to_string(kFormatVersion)) {
    if (version.empty()) {
      return unreadable("it has no format_version");
    }
    return Error{ErrorCode::Unsupported,
                 "open: the log was kept by a newer till (format " + version +
                     ", this till reads " + std::to_string(kFormatVersion) + ")",
                 "update till, or ingest the log again with this one"};
  }
  Catalogue catalogue;
  catalogue.time_zone = settings["time_zone"];
  catalogue.has_amount = settings["has_amount"] == "true";
  catalogue.has_quantity = settings["has_quantity"] == "true";
  catalogue.has_product_names = settings["has_product_names"] == "true";
  TILL_ASSIGN(catalogue.extra_columns, column_list(settings, "extra_columns"));
  TILL_ASSIGN(catalogue.product_attributes, text_list(settings, "product_attributes"));
  TILL_ASSIGN(catalogue.customer_attributes, text_list(settings, "customer_attributes"));
  return std::optional(std::move(catalogue));
}

Result<void> write_catalogue(Warehouse& warehouse, const Catalogue& catalogue) {
  json extras = json::array();
  for (const ExtraColumn& extra : catalogue.extra_columns) {
    extras.push_back(json::array({extra.name, extra.type}));
  }
  const auto flag = [](bool value) { return std::string(value ? "true" : "false"); };
  const Settings settings = {
      {"format_version", std::to_string(kFormatVersion)},
      {"time_zone", catalogue.time_zone},
      {"has_amount", flag(catalogue.has_amount)},
      {"has_quantity", flag(catalogue.has_quantity)},
      {"has_product_names", flag(catalogue.has_product_names)},
      {"extra_columns", extras.dump()},
      {"product_attributes", json(catalogue.product_attributes).dump()},
      {"customer_attributes", json(catalogue.customer_attributes).dump()},
  };
  TILL_TRY(warehouse.execute("DELETE FROM till.catalogue"));
  const warehouse::Dialect& dialect = warehouse.dialect();
  for (const auto& [key, value] : settings) {
    const std::array<Value, 2> row = {key, value};
    TILL_TRY(warehouse.execute("INSERT INTO till.catalogue VALUES (" + dialect.placeholder(1) +
                                   ", " + dialect.placeholder(2) + ")",
                               row));
  }
  return {};
}

Result<void> create_tables(Warehouse& warehouse) {
  std::string strangers;
  TILL_TRY(for_each_row(
      warehouse,
      "SELECT table_name FROM information_schema.tables WHERE table_schema = 'till' ORDER BY "
      "table_name",
      {},
      [&](const BatchView& batch, std::int64_t i) {
        strangers += (strangers.empty() ? "" : ", ") + std::string(batch.column(0).text(i));
      }));
  if (!strangers.empty()) {
    return Error{
        ErrorCode::Conflict,
        "ingest: the schema till of the database holds tables that are not till's: " + strangers,
        "rename that schema, or keep the log in another database"};
  }
  const warehouse::Dialect& dialect = warehouse.dialect();
  const std::string key(dialect.key_type);
  const std::string integer(dialect.integer_type);
  const std::string text(dialect.text_type);
  const std::string timestamp(dialect.timestamp_type);
  const auto entity = [&](std::string_view name) {
    const std::string n(name);
    return "CREATE TABLE till." + n + "s (" + n + "_key " + key + " NOT NULL, " + n + "_id " +
           text + " NOT NULL, transactions " + integer + " NOT NULL, \"first\" " + timestamp +
           ", \"last\" " + timestamp + ")";
  };
  // Not "IF NOT EXISTS": who may not make schemas may still fill the one that was made for them.
  TILL_ASSIGN(const std::int64_t schemas,
              warehouse.query_integer(
                  "SELECT count(*) FROM information_schema.schemata WHERE schema_name = 'till'"));
  if (schemas == 0) {
    TILL_TRY(warehouse.execute("CREATE SCHEMA till"));
  }
  TILL_TRY(warehouse.execute("CREATE TABLE till.catalogue (\"key\" " + text +
                             " NOT NULL, \"value\" " + text + " NOT NULL)"));
  TILL_TRY(warehouse.execute("CREATE TABLE till.files (file_key " + key + " NOT NULL, path " +
                             text + " NOT NULL, sha256 " + text + " NOT NULL, \"read\" " + integer +
                             " NOT NULL, accepted " + integer + " NOT NULL, rejected " + integer +
                             " NOT NULL, duplicates " + integer + " NOT NULL)"));
  TILL_TRY(warehouse.execute("CREATE TABLE till.rejects (file_key " + key + " NOT NULL, line " +
                             integer + " NOT NULL, \"column\" " + text + " NOT NULL, reason " +
                             text + " NOT NULL, \"text\" " + text + " NOT NULL)"));
  TILL_TRY(warehouse.execute("CREATE TABLE till.transactions (customer_key " + key +
                             ", product_key " + key + " NOT NULL, \"timestamp\" " + timestamp +
                             " NOT NULL, file_key " + key + " NOT NULL)"));
  TILL_TRY(warehouse.execute(entity("customer")));
  TILL_TRY(warehouse.execute(entity("product")));
  if (!dialect.time_index.empty()) {
    TILL_TRY(warehouse.execute(dialect.time_index));
  }
  return warehouse.execute("CREATE TABLE till.product_months (product_key " + key +
                           " NOT NULL, \"month\" DATE NOT NULL, transactions " + integer +
                           " NOT NULL, customers " + integer + " NOT NULL)");
}

std::string_view sql_type(const Warehouse& warehouse, std::string_view type) {
  const warehouse::Dialect& dialect = warehouse.dialect();
  if (type == "integer") {
    return dialect.integer_type;
  }
  if (type == "real") {
    return dialect.real_type;
  }
  if (type == "boolean") {
    return dialect.boolean_type;
  }
  return type == "timestamp" ? dialect.timestamp_type : dialect.text_type;
}

Result<void> gather_statistics(Warehouse& warehouse, std::string_view table) {
  const std::string_view how = warehouse.dialect().gather_statistics;
  return how.empty() ? Result<void>()
                     : warehouse.execute(std::string(how) + " till." + std::string(table));
}

std::string amount_sql(const warehouse::Dialect& dialect, std::string_view column) {
  return "CAST(" + std::string(column) + " AS " + std::string(dialect.real_type) + ") / " +
         std::to_string(kAmountScale);
}

std::string_view stem(Entity entity) noexcept {
  return entity == Entity::Customer ? "customer" : "product";
}

Result<Dictionary> read_dictionary(Warehouse& warehouse, Entity entity) {
  const std::string name(stem(entity));
  Dictionary dictionary;
  TILL_TRY(for_each_row(warehouse,
                        "SELECT " + name + "_id FROM till." + name + "s ORDER BY " + name + "_key",
                        {},
                        [&](const BatchView& batch, std::int64_t i) {
                          static_cast<void>(dictionary.key(batch.column(0).text(i)));
                        }));
  return dictionary;
}

}  // namespace till::log
