#include "coding_plan.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "unique_names.hpp"

#include "till/warehouse/dialect.hpp"
#include "till/warehouse/statement.hpp"

namespace till::log {

using warehouse::BatchLayout;
using warehouse::BatchType;
using warehouse::quote_identifier;
using warehouse::Warehouse;

namespace {

/// Names of till's own: a column of a file that is called so is kept under another name.
constexpr std::array<std::string_view, 9> kTaken = {"customer_key",
                                                    "product_key",
                                                    "timestamp",
                                                    "file_key",
                                                    "amount",
                                                    "quantity",
                                                    "customer_id",
                                                    "product_id",
                                                    "till_line"};

constexpr std::array<std::pair<BatchType, std::string_view>, 5> kTypeNames = {
    std::pair{BatchType::Integer, "integer"},
    std::pair{BatchType::Real, "real"},
    std::pair{BatchType::Boolean, "boolean"},
    std::pair{BatchType::Timestamp, "timestamp"},
    std::pair{BatchType::Text, "text"}};

std::string_view type_name(BatchType type) {
  return std::ranges::find(kTypeNames, type, &std::pair<BatchType, std::string_view>::first)
      ->second;
}

BatchType batch_type(std::string_view name) {
  return std::ranges::find(kTypeNames, name, &std::pair<BatchType, std::string_view>::second)
      ->first;
}

Result<void> add_column(Warehouse& warehouse, const std::string& name, std::string_view type) {
  return warehouse.execute("ALTER TABLE till.transactions ADD COLUMN " + quote_identifier(name) +
                           " " + std::string(type));
}

Result<void> widen_column(Warehouse& warehouse, const ExtraColumn& column, BatchType wider) {
  const warehouse::Dialect& dialect = warehouse.dialect();
  if (!dialect.before_rewrite.empty()) {
    TILL_TRY(warehouse.execute(dialect.before_rewrite));
  }
  const std::string name = quote_identifier(column.name);
  return warehouse.execute("ALTER TABLE till.transactions ALTER COLUMN " + name +
                           " SET DATA TYPE " + std::string(sql_type(warehouse, type_name(wider))) +
                           (wider == BatchType::Text ? " USING " + dialect.as_text(name) : ""));
}

/// Finds, or adds, the kept column for a column of the file. \return its index.
Result<std::size_t> keep_column(Warehouse& warehouse,
                                Catalogue& catalogue,
                                const std::string& name,
                                BatchType type,
                                std::optional<BatchType> wider) {
  std::vector<ExtraColumn>& kept = catalogue.extra_columns;
  const auto found = std::ranges::find(
      kept, folded_case(name), [](const ExtraColumn& e) { return folded_case(e.name); });
  const auto index = static_cast<std::size_t>(found - kept.begin());
  if (found == kept.end()) {
    const std::string_view wanted = type_name(wider.value_or(type));
    TILL_TRY(add_column(warehouse, name, sql_type(warehouse, wanted)));
    kept.push_back({name, std::string(wanted)});
  } else if (wider && found->type != type_name(*wider)) {
    TILL_TRY(widen_column(warehouse, *found, *wider));
    found->type = type_name(*wider);
  }
  return index;
}

Result<void> plan_extra_columns(Warehouse& warehouse,
                                Catalogue& catalogue,
                                const Survey& found,
                                const Learnt& learnt,
                                CodingPlan& plan) {
  UniqueNames names(kTaken, warehouse.dialect());
  std::map<std::size_t, std::size_t> column_of;  // kept column -> column of the file
  for (const std::size_t column : plan.columns.extra) {
    const std::string& wanted = plan.column_names[column];
    const auto wider = learnt.wider.find(wanted);
    TILL_ASSIGN(
        const std::size_t kept,
        keep_column(warehouse,
                    catalogue,
                    names.take(wanted),
                    found.types[column],
                    wider == learnt.wider.end() ? std::nullopt : std::optional(wider->second)));
    column_of.emplace(kept, column);
  }
  for (std::size_t i = 0; i < catalogue.extra_columns.size(); ++i) {
    const ExtraColumn& extra = catalogue.extra_columns[i];
    const auto column = column_of.find(i);
    plan.extras.push_back(
        {extra.name,
         batch_type(extra.type),
         column == column_of.end() ? std::nullopt : std::optional(column->second)});
  }
  return {};
}

/// Returns whether the table's columns stand in the order in which rows are coded.
Result<bool> stands_as_coded(Warehouse& warehouse, const CodingPlan& plan) {
  std::vector<std::string> names;
  TILL_TRY(
      for_each_row(warehouse,
                   "SELECT column_name FROM information_schema.columns WHERE table_schema = 'till' "
                   "AND table_name = 'transactions' ORDER BY ordinal_position",
                   {},
                   [&](const BatchView& batch, std::int64_t i) {
                     names.emplace_back(batch.column(0).text(i));
                   }));
  return std::ranges::equal(names, layout_of(plan), {}, {}, &warehouse::BatchColumnLayout::name);
}

}  // namespace

BatchLayout layout_of(const CodingPlan& plan) {
  BatchLayout layout = {
      {"customer_key", BatchType::Key},
      {"product_key", BatchType::Key},
      {"timestamp", BatchType::Timestamp},
      {"file_key", BatchType::Key},
  };
  if (plan.has_amount) {
    layout.push_back({"amount", BatchType::Integer});
  }
  if (plan.has_quantity) {
    layout.push_back({"quantity", BatchType::Real});
  }
  for (const CodedExtra& extra : plan.extras) {
    layout.push_back({extra.name, extra.type});
  }
  if (plan.staged) {
    layout.push_back({"till_line", BatchType::Integer});
  }
  return layout;
}

Result<CodingPlan> make_plan(Warehouse& warehouse,
                             Catalogue& catalogue,
                             const RowSource& rows,
                             const Survey& found,
                             const IngestOptions& options,
                             const TimeZone& zone,
                             const Learnt& learnt) {
  const warehouse::Dialect& dialect = warehouse.dialect();
  TILL_ASSIGN(const std::int64_t files, warehouse.query_integer("SELECT count(*) FROM till.files"));
  CodingPlan plan;
  plan.file_key = static_cast<std::int32_t>(files);
  plan.columns = found.columns;
  plan.time_format = found.time_format;
  plan.source_zone = options.source_zone.value_or(zone);
  plan.column_names = rows.columns;
  plan.utc_columns = rows.utc_columns;
  if (plan.columns.amount && !catalogue.has_amount) {
    TILL_TRY(add_column(warehouse, "amount", dialect.integer_type));
    catalogue.has_amount = true;
  }
  if (plan.columns.quantity && !catalogue.has_quantity) {
    TILL_TRY(add_column(warehouse, "quantity", dialect.real_type));
    catalogue.has_quantity = true;
  }
  plan.has_amount = catalogue.has_amount;
  plan.has_quantity = catalogue.has_quantity;
  TILL_TRY(plan_extra_columns(warehouse, catalogue, found, learnt, plan));
  TILL_ASSIGN(const bool in_place, stands_as_coded(warehouse, plan));
  plan.staged = options.drop_duplicates || learnt.unsorted || !found.sorted || !in_place;
  return plan;
}

}  // namespace till::log
