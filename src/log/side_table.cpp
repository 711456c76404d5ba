#include "side_table.hpp"

#include <algorithm>
#include <array>
#include <unordered_set>
#include <utility>

#include "cell.hpp"
#include "columns.hpp"
#include "inputs.hpp"
#include "unique_names.hpp"
#include "wording.hpp"

#include "till/warehouse/dialect.hpp"

namespace till::log {

using warehouse::AppendMode;
using warehouse::Batch;
using warehouse::BatchLayout;
using warehouse::BatchType;

namespace {

/// Opens the one file that a path, pattern or pipe names.
Result<Input> find_side_file(const std::string& path, IngestOptions options) {
  options.sources = {path};
  options.table.clear();
  TILL_ASSIGN(const std::vector<Input> inputs, find_inputs(options));
  if (inputs.size() != 1) {
    return Error{
        ErrorCode::InvalidArgument,
        "ingest: " + path + " names " + std::to_string(inputs.size()) + " files, but must be one",
        "join them into one table"};
  }
  return inputs.front();
}

/// A side table in memory: it is small against the log.
struct SideRows {
  std::vector<std::int32_t> keys;
  std::vector<std::string> names;
  std::vector<std::vector<std::string>> attributes;  // by column
  std::vector<TypeGuess> types;
  std::int64_t repeated = 0;
  std::int64_t refused = 0;
  std::int64_t without_id = 0;
};

Result<SideRows> read_rows(RowSource& source, const SideColumns& columns, Dictionary& dictionary) {
  SideRows rows;
  rows.attributes.resize(columns.attributes.size());
  rows.types.resize(columns.attributes.size());
  std::unordered_set<std::int32_t> seen;
  RowBatch batch;
  std::string held;
  while (true) {
    TILL_ASSIGN(const bool more, source.next(batch));
    if (!more) {
      return rows;
    }
    rows.refused += static_cast<std::int64_t>(batch.refused.size());
    for (std::size_t row = 0; row < batch.rows; ++row) {
      const std::string_view id = cell_text(batch.columns[columns.id], row, held);
      if (id.empty()) {
        ++rows.without_id;
        continue;
      }
      const std::int32_t key = dictionary.key(id);
      if (!seen.insert(key).second) {
        ++rows.repeated;
        continue;
      }
      rows.keys.push_back(key);
      std::string name;
      for (const std::size_t column : columns.name) {
        const std::string_view part = cell_text(batch.columns[column], row, held);
        name += (name.empty() || part.empty() ? "" : " ");
        name += part;
      }
      rows.names.push_back(std::move(name));
      for (std::size_t a = 0; a < columns.attributes.size(); ++a) {
        rows.attributes[a].emplace_back(cell_text(batch.columns[columns.attributes[a]], row, held));
        rows.types[a].observe(rows.attributes[a].back());
      }
    }
  }
}

}  // namespace

Result<SideTableReport> write_side_table(warehouse::Warehouse& warehouse,
                                         Entity entity,
                                         const std::string& path,
                                         const IngestOptions& options,
                                         Dictionary& dictionary) {
  const bool products = entity == Entity::Product;
  const std::vector<std::string> label =
      products ? options.product_name : std::vector<std::string>();
  IngestOptions reading = options;
  reading.delimiter.clear();  // it was said of the log
  TILL_ASSIGN(const Input input, find_side_file(path, reading));
  const std::int32_t known = dictionary.size();
  std::vector<std::string> json_columns;
  std::size_t json_columns_known = 0;
  RowSource source;
  SideColumns columns;
  SideRows rows;
  do {  // again, when JSON keys came up late
    json_columns_known = json_columns.size();
    dictionary.truncate(known);
    TILL_ASSIGN(source, open_rows(input, reading, json_columns, [&](const std::string& column) {
                  if (std::ranges::find(json_columns, column) == json_columns.end()) {
                    json_columns.push_back(column);
                  }
                }));
    TILL_ASSIGN(columns,
                find_side_columns(
                    path, source.columns, products ? Field::Product : Field::Customer, label));
    TILL_ASSIGN(rows, read_rows(source, columns, dictionary));
  } while (json_columns.size() > json_columns_known);

  SideTableReport report;
  const std::string stem_name(stem(entity));
  BatchLayout layout = {{stem_name + "_key", BatchType::Key}, {"name", BatchType::Text}};
  UniqueNames names(std::array{std::string_view(layout[0].name), std::string_view("name")},
                    warehouse.dialect());
  for (std::size_t a = 0; a < columns.attributes.size(); ++a) {
    report.attributes.push_back(names.take(source.columns[columns.attributes[a]]));
    layout.push_back({report.attributes.back(), rows.types[a].type()});
  }
  report.has_names =
      std::ranges::any_of(rows.names, [](const std::string& name) { return !name.empty(); });

  const std::string table = stem_name + "_attributes";
  TILL_TRY(warehouse.execute("DROP TABLE IF EXISTS till." + table));
  std::size_t next = 0;
  TILL_TRY(
      warehouse.append("till", table, AppendMode::Create, layout, [&](Batch& out) -> Result<bool> {
        const std::size_t end = std::min(next + kBatchRows, rows.keys.size());
        for (; next < end; ++next) {
          out.column(0).append_key(rows.keys[next]);
          append_text_as(out.column(1), rows.names[next]);
          for (std::size_t a = 0; a < rows.attributes.size(); ++a) {
            append_text_as(out.column(2 + a),
                           rows.attributes[a][next]);  // the guess saw every value
          }
        }
        return out.rows() > 0;
      }));

  const auto warn = [&](std::int64_t n, std::string_view one, std::string_view many) {
    if (n > 0) {
      report.warnings.push_back(path + ": " + count_of(n, "row") + " " + agreeing(n, one, many));
    }
  };
  warn(rows.repeated, "repeats an id; the first counts", "repeat an id; the first counts");
  warn(rows.without_id, "has no id and was left out", "have no id and were left out");
  warn(rows.refused, "could not be read and was left out", "could not be read and were left out");
  return report;
}

}  // namespace till::log
