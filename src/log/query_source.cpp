#include "query_source.hpp"

#include <array>
#include <optional>
#include <set>
#include <span>
#include <utility>

#include "byte_source.hpp"
#include "catalogue.hpp"

#include "till/warehouse/dialect.hpp"
#include "till/warehouse/statement.hpp"

namespace till::log {

using warehouse::RecordStream;
using warehouse::Value;
using warehouse::Warehouse;

namespace {

/// Turns the batches of a query into row batches; rows are numbered from 1.
RowSource rows_of(std::shared_ptr<Warehouse> database, RecordStream stream) {
  struct State {
    std::shared_ptr<Warehouse> database;  // outlives the stream: members go in reverse order
    RecordStream stream;
    std::int64_t row = 0;
  };

  RowSource source;
  const ArrowSchema& schema = stream.schema();
  for (std::int64_t i = 0; i < schema.n_children; ++i) {
    source.columns.emplace_back(schema.children[i]->name);
  }
  source.utc_columns.assign(source.columns.size(), false);
  auto state = std::make_shared<State>(State{std::move(database), std::move(stream)});
  source.next = [state](RowBatch& batch) -> Result<bool> {
    batch = {};
    TILL_ASSIGN(const bool more, state->stream.next());
    if (!more) {
      return false;
    }
    const BatchView view = state->stream.batch();
    batch.rows = static_cast<std::size_t>(view.rows());
    for (std::int64_t i = 0; i < view.columns(); ++i) {
      batch.columns.emplace_back(view.column(i));
    }
    for (std::size_t i = 0; i < batch.rows; ++i) {
      batch.lines.push_back(++state->row);
    }
    return true;
  };
  return source;
}

/// Adds the bytes of one cell, and of whether there is one, to a hash.
void hash_cell(Sha256& hash, const ColumnView& column, std::int64_t row) {
  const auto add = [&](const auto& value) {
    hash.update({reinterpret_cast<const char*>(&value), sizeof(value)});
  };
  if (column.is_null(row)) {
    add(std::uint8_t{0});
    return;
  }
  add(static_cast<std::uint8_t>(column.type()));
  switch (column.type()) {
    case ColumnType::Boolean:
    case ColumnType::Integer:
      add(column.integer(row));
      break;
    case ColumnType::Real:
      add(column.real(row));
      break;
    case ColumnType::Text: {
      const std::string_view text = column.text(row);
      add(text.size());
      hash.update(text);
      break;
    }
    case ColumnType::Date:
    case ColumnType::Instant:
      add(column.instant(row).micros);
      break;
    case ColumnType::Null:
    case ColumnType::Other:
      break;
  }
}

/// Runs SELECT * FROM `from`, with casts for the columns that need one.
Result<RecordStream> select_all(Warehouse& database,
                                const std::string& from,
                                std::span<const Value> values) {
  std::string columns;
  {
    TILL_ASSIGN(const RecordStream none,
                database.query("SELECT * FROM " + from + " LIMIT 0", values));
    const ArrowSchema& schema = none.schema();
    for (std::int64_t i = 0; i < schema.n_children; ++i) {
      const ArrowSchema& column = *schema.children[i];
      const std::string name = warehouse::quote_identifier(column.name);
      columns +=
          (i == 0 ? "" : ", ") + database.dialect().readable(column).value_or(name) + " AS " + name;
    }
  }
  return database.query("SELECT " + columns + " FROM " + from, values);
}

}  // namespace

Result<RowSource> open_parquet(const std::string& path, std::shared_ptr<Warehouse> reader) {
  TILL_ASSIGN(std::string hash, file_sha256(path));
  const std::array<Value, 1> file = {path};
  const auto unreadable = [path](const Error& error) {
    return Error{ErrorCode::InvalidData,
                 "ingest: " + path + " is no readable Parquet file: " + error.message,
                 "write it again, or give the log as CSV"};
  };
  // Spark and Impala wrote instants as INT96, which carries no mark of being UTC but is.
  std::set<std::string> int96;
  const Result<void> looked = for_each_row(
      *reader,
      "SELECT name FROM parquet_schema(?) WHERE type = 'INT96'",
      file,
      [&](const BatchView& batch, std::int64_t i) { int96.emplace(batch.column(0).text(i)); });
  if (!looked) {
    return unreadable(looked.error());
  }
  Result<RecordStream> stream = select_all(*reader, "read_parquet(?)", file);
  if (!stream) {
    return unreadable(stream.error());
  }
  RowSource source = rows_of(std::move(reader), std::move(*stream));
  for (std::size_t i = 0; i < source.columns.size(); ++i) {
    source.utc_columns[i] = int96.contains(source.columns[i]);
  }
  source.sha256 = [hash] { return hash; };
  source.next = [unreadable, next = std::move(source.next)](RowBatch& batch) -> Result<bool> {
    Result<bool> more = next(batch);
    return more || more.error().code == ErrorCode::Cancelled ? more : unreadable(more.error());
  };
  return source;
}

Result<RowSource> open_table(const std::string& table, std::shared_ptr<Warehouse> database) {
  std::string quoted;
  std::string_view rest = table;
  while (true) {
    const std::size_t dot = rest.find('.');
    quoted += warehouse::quote_identifier(rest.substr(0, dot));
    if (dot == std::string_view::npos) {
      break;
    }
    quoted += '.';
    rest.remove_prefix(dot + 1);
  }
  Result<RecordStream> stream = select_all(*database, quoted, {});
  if (!stream) {
    return Error{
        stream.error().code,
        "ingest: the table " + in_quotes(table) + " cannot be read: " + stream.error().message,
        "name a table of the database: --table sales, --table schema.sales"};
  }
  RowSource source = rows_of(std::move(database), std::move(*stream));
  auto hash = std::make_shared<Sha256>();
  for (const std::string& column : source.columns) {
    hash->update(column);
    hash->update({"", 1});
  }
  source.next = [hash, next = std::move(source.next)](RowBatch& batch) -> Result<bool> {
    TILL_ASSIGN(const bool more, next(batch));
    for (std::size_t row = 0; more && row < batch.rows; ++row) {
      for (const auto& column : batch.columns) {
        hash_cell(*hash, std::get<ColumnView>(column), static_cast<std::int64_t>(row));
      }
    }
    return more;
  };
  source.sha256 = [hash] { return hash->hexadecimal(); };
  return source;
}

}  // namespace till::log
