#include "till/warehouse/warehouse.hpp"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <filesystem>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "arrow-adbc/adbc.h"
#include "arrow-adbc/adbc_driver_manager.h"
#include "batch_stream.hpp"
#include "dialects/driver.hpp"
#include "dialects/duckdb.hpp"
#include "dialects/postgresql.hpp"
#include <dlfcn.h>
#include <unistd.h>

#include "till/warehouse/dialect.hpp"
#include "till/warehouse/uri.hpp"

namespace till::warehouse {

namespace fs = std::filesystem;

namespace detail {

/// One open connection and the statements that run on it.
struct Connection {
  AdbcDatabase database{};
  AdbcConnection connection{};
  const Dialect* dialect = nullptr;
  bool in_transaction = false;
  std::string temporary_directory;
  std::string snapshot;         // begins what a reader sees throughout; empty: not needed
  bool needs_snapshot = false;  // none has begun, or a failure has ended it

  std::atomic<bool> cancel_requested{false};  // since the last statement began
  std::mutex running_mutex;
  std::vector<AdbcStatement*> running;  // guarded by running_mutex; what `cancel` stops

  Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  ~Connection() {
    AdbcError error = ADBC_ERROR_INIT;
    if (connection.private_data != nullptr) {
      AdbcConnectionRelease(&connection, &error);
    }
    if (database.private_data != nullptr) {
      AdbcDatabaseRelease(&database, &error);
    }
    if (error.release != nullptr) {
      error.release(&error);
    }
    if (!temporary_directory.empty()) {
      std::error_code ignored;  // the engine removes it itself when it made one
      fs::remove_all(temporary_directory, ignored);
    }
  }
};

}  // namespace detail

namespace {

/// An AdbcError that is released once.
class DriverError {
 public:
  DriverError() = default;
  DriverError(const DriverError&) = delete;
  DriverError& operator=(const DriverError&) = delete;

  ~DriverError() {
    if (error_.release != nullptr) {
      error_.release(&error_);
    }
  }

  AdbcError* get() { return &error_; }

  [[nodiscard]] Error to_error(AdbcStatusCode status, const Dialect& dialect) const {
    const std::string_view message =
        error_.message != nullptr ? error_.message : "the database driver gave no reason";
    return dialect.classify(status, message, std::string_view(error_.sqlstate, 5));
  }

 private:
  AdbcError error_ = ADBC_ERROR_INIT;
};

/// A statement, known to its connection for as long as it lives so that `cancel` finds it.
class Statement {
 public:
  explicit Statement(std::shared_ptr<detail::Connection> connection)
      : connection_(std::move(connection)) {}

  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  ~Statement() {
    {
      const std::lock_guard lock(connection_->running_mutex);
      std::erase(connection_->running, &statement_);
    }
    if (statement_.private_data != nullptr) {
      DriverError error;
      AdbcStatementRelease(&statement_, error.get());
    }
  }

  Result<void> create() {
    TILL_TRY(check([&](AdbcError* error) {
      return AdbcStatementNew(&connection_->connection, &statement_, error);
    }));
    const std::lock_guard lock(connection_->running_mutex);
    connection_->running.push_back(&statement_);
    connection_->cancel_requested = false;
    return {};
  }

  /// Runs one call of the driver and turns its failure into an Error.
  template <typename Call>
  Result<void> check(Call call) const {
    DriverError error;
    const AdbcStatusCode status = call(error.get());
    if (status != ADBC_STATUS_OK) {
      connection_->needs_snapshot = true;
      return error.to_error(status, *connection_->dialect);
    }
    return {};
  }

  AdbcStatement* get() { return &statement_; }

  [[nodiscard]] const Dialect& dialect() const { return *connection_->dialect; }

 private:
  std::shared_ptr<detail::Connection> connection_;
  AdbcStatement statement_{};
};

BatchType batch_type(const Value& value) {
  struct Visitor {
    BatchType operator()(std::monostate) const { return BatchType::Text; }

    BatchType operator()(bool) const { return BatchType::Boolean; }

    BatchType operator()(std::int64_t) const { return BatchType::Integer; }

    BatchType operator()(double) const { return BatchType::Real; }

    BatchType operator()(const std::string&) const { return BatchType::Text; }

    BatchType operator()(Instant) const { return BatchType::Timestamp; }
  };

  return std::visit(Visitor{}, value);
}

void append_value(BatchColumn& column, const Value& value) {
  struct Visitor {
    BatchColumn& column;

    void operator()(std::monostate) const { column.append_null(); }

    void operator()(bool v) const { column.append_boolean(v); }

    void operator()(std::int64_t v) const { column.append_integer(v); }

    void operator()(double v) const { column.append_real(v); }

    void operator()(const std::string& v) const { column.append_text(v); }

    void operator()(Instant v) const { column.append_instant(v); }
  };

  std::visit(Visitor{column}, value);
}

/// Runs a statement as it stands.
Result<void> run(const std::shared_ptr<detail::Connection>& connection, const std::string& sql) {
  Statement statement(connection);
  TILL_TRY(statement.create());
  TILL_TRY(statement.check([&](AdbcError* error) {
    return AdbcStatementSetSqlQuery(statement.get(), sql.c_str(), error);
  }));
  return statement.check([&](AdbcError* error) {
    return AdbcStatementExecuteQuery(statement.get(), nullptr, nullptr, error);
  });
}

/// Begins what a reader sees throughout, where that has not been done or a failure has ended it.
Result<void> begin_snapshot(const std::shared_ptr<detail::Connection>& connection) {
  if (connection->snapshot.empty() || !connection->needs_snapshot) {
    return {};
  }
  TILL_TRY(run(connection, "ROLLBACK"));
  TILL_TRY(run(connection, connection->snapshot));
  connection->needs_snapshot = false;
  return {};
}

/// Makes a statement ready to run: text set, values bound.
Result<void> prepare(const std::shared_ptr<detail::Connection>& connection,
                     Statement& statement,
                     std::string_view sql,
                     std::span<const Value> values) {
  TILL_TRY(begin_snapshot(connection));
  TILL_TRY(statement.create());
  TILL_TRY(statement.check([&](AdbcError* error) {
    return AdbcStatementSetSqlQuery(statement.get(), std::string(sql).c_str(), error);
  }));
  if (values.empty()) {
    return {};
  }
  BatchLayout layout;
  for (std::size_t i = 0; i < values.size(); ++i) {
    layout.push_back({std::to_string(i), batch_type(values[i])});
  }
  std::optional<Error> failure;
  bool done = false;
  OwnedStream parameters = make_stream(
      std::move(layout),
      [&](Batch& batch) -> Result<bool> {
        if (std::exchange(done, true)) {
          return false;
        }
        for (std::size_t i = 0; i < values.size(); ++i) {
          append_value(batch.column(i), values[i]);
        }
        return true;
      },
      failure);
  OwnedSchema schema;
  OwnedArray row;
  if (parameters->get_schema(parameters.get(), schema.get()) != 0 ||
      parameters->get_next(parameters.get(), row.get()) != 0) {
    return failure.value_or(
        Error{ErrorCode::Internal, "query: the bound values could not be encoded", ""});
  }
  TILL_TRY(statement.check(
      [&](AdbcError* error) { return AdbcStatementPrepare(statement.get(), error); }));
  return statement.check([&](AdbcError* error) {
    return AdbcStatementBind(statement.get(), row.get(), schema.get(), error);
  });
}

/// Returns the folder of the program or shared library that this code was linked into.
fs::path own_directory() {
  Dl_info info{};
  if (dladdr(reinterpret_cast<const void*>(&own_directory), &info) == 0 ||
      info.dli_fname == nullptr) {
    return {};
  }
  std::error_code error;
  const fs::path path = fs::canonical(info.dli_fname, error);
  if (!error) {
    return path.parent_path();
  }
  // A program found through PATH knows itself only by its bare name.
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  return error ? fs::path{} : program.parent_path();
}

/// Finds a driver library; the answer names every place that was looked at.
Result<std::string> find_driver(const Driver& driver, const OpenOptions& options) {
  std::vector<fs::path> places;
  if (!options.driver_directory.empty()) {
    places.emplace_back(options.driver_directory);
  } else {
    places.push_back(own_directory() / ".." / "lib" / "till");
    places.push_back(own_directory());
  }
  std::string looked_at;
  for (const fs::path& place : places) {
    const fs::path candidate = (place / driver.library).lexically_normal();
    std::error_code error;
    if (fs::exists(candidate, error)) {
      return candidate.string();
    }
    looked_at += (looked_at.empty() ? "" : ", ") + candidate.string();
  }
  return Error{
      ErrorCode::NotFound,
      "open: the database driver " + driver.library + " is not there; looked at " + looked_at,
      driver.remedy};
}

/// Loads an engine that is a library, so that its functions are looked up when they are first
/// called: half of the time it takes to start, which the driver manager would take at once.
///
/// \return its first function.
Result<void*> load_driver(const std::string& library, const Driver& driver) {
  void* const handle = dlopen(library.c_str(), RTLD_LAZY | RTLD_LOCAL);
  void* const found = handle != nullptr ? dlsym(handle, driver.entry_point.c_str()) : nullptr;
  if (found == nullptr) {
    const char* const reason = dlerror();
    return Error{ErrorCode::Io,
                 "open: the database driver " + library + " cannot be loaded: " +
                     (reason != nullptr ? std::string(reason) : driver.entry_point),
                 driver.remedy};
  }
  return found;
}

/// Returns a folder of this process alone, for what an in-memory database must spill.
std::string spill_directory() {
  static std::atomic<int> opened{0};
  std::error_code error;
  const fs::path base = fs::temp_directory_path(error);
  if (error) {
    return {};
  }
  return (base / ("till-" + std::to_string(getpid()) + "-" + std::to_string(opened++))).string();
}

std::string_view column_type(const Dialect& dialect, BatchType type) {
  switch (type) {
    case BatchType::Key:
      return dialect.key_type;
    case BatchType::Integer:
      return dialect.integer_type;
    case BatchType::Real:
      return dialect.real_type;
    case BatchType::Text:
      return dialect.text_type;
    case BatchType::Timestamp:
      return dialect.timestamp_type;
    case BatchType::Date:
      return "DATE";
    case BatchType::Boolean:
      return dialect.boolean_type;
  }
  return dialect.text_type;
}

/// Writes the table that rows of a layout are appended to.
std::string create_table_sql(const Dialect& dialect,
                             std::string_view schema,
                             std::string_view table,
                             const BatchLayout& layout) {
  std::string sql = "CREATE TABLE ";
  sql += schema.empty() ? "" : quote_identifier(schema) + ".";
  sql += quote_identifier(table) + " (";
  for (std::size_t i = 0; i < layout.size(); ++i) {
    sql += (i == 0 ? "" : ", ") + quote_identifier(layout[i].name) + " ";
    sql += column_type(dialect, layout[i].type);
  }
  return sql + ")";
}

/// Opens the database of a connection, and greets it.
Result<void> connect(const std::shared_ptr<detail::Connection>& connection,
                     const Driver& driver,
                     AdbcDriverInitFunc entry_point) {
  const auto check = [&](auto call) -> Result<void> {
    DriverError error;
    const AdbcStatusCode status = call(error.get());
    return status == ADBC_STATUS_OK ? Result<void>()
                                    : Result<void>(error.to_error(status, *connection->dialect));
  };
  AdbcDatabase* database = &connection->database;
  TILL_TRY(check([&](AdbcError* e) { return AdbcDatabaseNew(database, e); }));
  TILL_TRY(check([&](AdbcError* e) {
    return AdbcDriverManagerDatabaseSetInitFunc(database, entry_point, e);
  }));
  for (const auto& [key, value] : driver.options) {
    TILL_TRY(check([&, &k = key, &v = value](AdbcError* e) {
      return AdbcDatabaseSetOption(database, k.c_str(), v.c_str(), e);
    }));
  }
  TILL_TRY(check([&](AdbcError* e) { return AdbcDatabaseInit(database, e); }));
  TILL_TRY(check([&](AdbcError* e) { return AdbcConnectionNew(&connection->connection, e); }));
  TILL_TRY(check(
      [&](AdbcError* e) { return AdbcConnectionInit(&connection->connection, database, e); }));
  for (const std::string& statement : driver.greeting) {
    TILL_TRY(run(connection, statement));
  }
  connection->snapshot = driver.snapshot;
  connection->needs_snapshot = true;
  return {};
}

}  // namespace

// --- RecordStream
// ---------------------------------------------------------------------------------

struct RecordStream::State {
  explicit State(std::shared_ptr<detail::Connection> c) : connection(c), statement(std::move(c)) {}

  /// Returns the failure that `get_next` reported as a number.
  Error failure(int failed) {
    const Dialect& dialect = statement.dialect();
    AdbcStatusCode status = failed == ECANCELED ? ADBC_STATUS_CANCELLED : ADBC_STATUS_UNKNOWN;
    connection->needs_snapshot = true;
    const AdbcError* detailed = AdbcErrorFromArrayStream(stream.get(), &status);
    if (detailed != nullptr && detailed->message != nullptr) {
      return dialect.classify(status, detailed->message, std::string_view(detailed->sqlstate, 5));
    }
    const char* message = stream->get_last_error(stream.get());
    return dialect.classify(
        status, message != nullptr ? message : "the result ended early without a reason", "");
  }

  /// DuckDB stops the other threads of a query that fails, and now and then reports their stop
  /// instead of the failure. Nobody cancelled, so the statement is run once more for its reason.
  Error reason_of_interrupt(const Error& interrupted) {
    stream.reset();
    for (int attempt = 0; attempt < 5; ++attempt) {
      const Result<void> again = statement.check([&](AdbcError* error) {
        return AdbcStatementExecuteQuery(statement.get(), nullptr, nullptr, error);
      });
      if (!again && again.error().code != ErrorCode::Cancelled) {
        return again.error();
      }
    }
    return {ErrorCode::Io, "the database stopped the query: " + interrupted.message, ""};
  }

  std::shared_ptr<detail::Connection> connection;
  Statement statement;  // released after what it produced: members go in reverse order
  OwnedStream stream;
  OwnedSchema schema;
  OwnedArray array;
};

RecordStream::RecordStream(std::unique_ptr<State> state) : state_(std::move(state)) {}

RecordStream::RecordStream(RecordStream&&) noexcept = default;
RecordStream& RecordStream::operator=(RecordStream&&) noexcept = default;
RecordStream::~RecordStream() = default;

Result<bool> RecordStream::next() {
  state_->array.reset();
  const int failed = state_->stream->get_next(state_->stream.get(), state_->array.get());
  if (failed == 0) {
    return static_cast<bool>(state_->array);
  }
  const Error error = state_->failure(failed);
  if (error.code == ErrorCode::Cancelled && !state_->connection->cancel_requested) {
    return state_->reason_of_interrupt(error);
  }
  return error;
}

BatchView RecordStream::batch() const {
  TILL_ASSERT(state_->array, "batch() without a next() that returned true");
  return {*state_->schema.get(), *state_->array.get()};
}

const ArrowSchema& RecordStream::schema() const noexcept {
  return *state_->schema.get();
}

// --- Warehouse
// ------------------------------------------------------------------------------------

Warehouse::Warehouse() = default;
Warehouse::Warehouse(Warehouse&&) noexcept = default;
Warehouse& Warehouse::operator=(Warehouse&&) noexcept = default;
Warehouse::~Warehouse() = default;

Warehouse::Warehouse(std::shared_ptr<detail::Connection> connection)
    : connection_(std::move(connection)) {}

Result<Warehouse> Warehouse::open(const OpenOptions& options) {
  auto connection = std::make_shared<detail::Connection>();
  const std::string scheme = scheme_of(options.uri);
  Driver driver;
  bool makes_file = false;
  if (scheme == "postgresql" || scheme == "postgres") {
    connection->dialect = &postgresql_dialect();
    driver = postgresql_driver(options);
  } else if (is_uri(options.uri)) {
    return Error{ErrorCode::Unsupported,
                 "open: no database driver is known for " + without_password(options.uri),
                 "name a DuckDB file such as shop.duckdb, or postgresql://HOST/DATABASE"};
  } else {
    connection->dialect = &duckdb_dialect();
    if (options.uri.empty() || options.uri == ":memory:") {
      connection->temporary_directory = spill_directory();
    } else if (!options.read_only) {
      makes_file = true;
      remove_half_made(options.uri);
    }
    driver = duckdb_driver(options, connection->temporary_directory);
  }
  TILL_ASSIGN(const std::string library, find_driver(driver, options));
  TILL_ASSIGN(void* const entry_point, load_driver(library, driver));
  const Result<void> connected =
      connect(connection, driver, reinterpret_cast<AdbcDriverInitFunc>(entry_point));
  if (!connected) {
    if (makes_file) {
      remove_half_made(options.uri);
    }
    Error failed = connected.error();
    failed.message = "open: " + (options.uri.empty() ? "memory" : without_password(options.uri)) +
                     ": " + failed.message;
    return failed;
  }
  return Warehouse(std::move(connection));
}

Result<void> Warehouse::execute(std::string_view sql, std::span<const Value> values) {
  Statement statement(connection_);
  TILL_TRY(prepare(connection_, statement, sql, values));
  return statement.check([&](AdbcError* error) {
    return AdbcStatementExecuteQuery(statement.get(), nullptr, nullptr, error);
  });
}

Result<RecordStream> Warehouse::query(std::string_view sql, std::span<const Value> values) {
  auto state = std::make_unique<RecordStream::State>(connection_);
  TILL_TRY(prepare(connection_, state->statement, sql, values));
  TILL_TRY(state->statement.check([&](AdbcError* error) {
    return AdbcStatementExecuteQuery(state->statement.get(), state->stream.get(), nullptr, error);
  }));
  if (state->stream->get_schema(state->stream.get(), state->schema.get()) != 0) {
    const char* message = state->stream->get_last_error(state->stream.get());
    return connection_->dialect->classify(
        ADBC_STATUS_UNKNOWN, message != nullptr ? message : "the result has no schema", "");
  }
  return RecordStream(std::move(state));
}

Result<std::int64_t> Warehouse::query_integer(std::string_view sql, std::span<const Value> values) {
  TILL_ASSIGN(RecordStream rows, query(sql, values));
  std::int64_t value = 0;
  while (true) {
    TILL_ASSIGN(const bool more, rows.next());
    if (!more) {
      return value;
    }
    const BatchView batch = rows.batch();
    if (batch.rows() > 0 && !batch.column(0).is_null(0)) {
      value = batch.column(0).integer(0);
    }
  }
}

Result<void> Warehouse::append(std::string_view schema,
                               std::string_view table,
                               AppendMode mode,
                               const BatchLayout& layout,
                               BatchSource source) {
  if (mode == AppendMode::Create) {
    TILL_TRY(execute(create_table_sql(dialect(), schema, table, layout)));
  }
  Statement statement(connection_);
  TILL_TRY(statement.create());
  const auto set = [&](const char* key, const std::string& value) {
    return statement.check([&](AdbcError* error) {
      return AdbcStatementSetOption(statement.get(), key, value.c_str(), error);
    });
  };
  TILL_TRY(set(ADBC_INGEST_OPTION_TARGET_TABLE, std::string(table)));
  if (!schema.empty()) {
    TILL_TRY(set(ADBC_INGEST_OPTION_TARGET_DB_SCHEMA, std::string(schema)));
  }
  TILL_TRY(set(ADBC_INGEST_OPTION_MODE, ADBC_INGEST_OPTION_MODE_APPEND));
  std::optional<Error> failure;
  OwnedStream rows = make_stream(layout, std::move(source), failure);
  Result<void> done = statement.check([&](AdbcError* error) {
    return AdbcStatementBindStream(statement.get(), rows.get(), error);
  });
  if (done) {
    *rows.get() = ArrowArrayStream{};  // the driver owns it now
    done = statement.check([&](AdbcError* error) {
      return AdbcStatementExecuteQuery(statement.get(), nullptr, nullptr, error);
    });
  }
  if (failure) {
    return *failure;
  }
  return done;
}

Result<void> Warehouse::begin() {
  TILL_ASSERT(!connection_->in_transaction, "begin() inside a transaction");
  TILL_TRY(execute("BEGIN TRANSACTION"));
  connection_->in_transaction = true;
  return {};
}

Result<void> Warehouse::commit() {
  TILL_ASSERT(connection_->in_transaction, "commit() outside of a transaction");
  connection_->in_transaction = false;
  return execute("COMMIT");
}

Result<void> Warehouse::rollback() {
  if (!std::exchange(connection_->in_transaction, false)) {
    return {};
  }
  return execute("ROLLBACK");
}

void Warehouse::cancel() noexcept {
  if (connection_ == nullptr) {
    return;
  }
  const std::lock_guard lock(connection_->running_mutex);
  connection_->cancel_requested = true;
  for (AdbcStatement* statement : connection_->running) {
    DriverError error;
    AdbcStatementCancel(statement, error.get());
  }
}

const Dialect& Warehouse::dialect() const noexcept {
  return *connection_->dialect;
}

}  // namespace till::warehouse
