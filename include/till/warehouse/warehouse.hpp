/// \file
/// Warehouse: any database, behind one door.
///
/// A warehouse is opened by file or URI through ADBC, the one C ABI that every engine offers, and
/// answers SQL with Arrow batches. The default engine is DuckDB, in memory or in one file; what
/// engines do differently is in their Dialect (till/warehouse/dialect.hpp).
///
///     TILL_ASSIGN(Warehouse warehouse, Warehouse::open({.uri = "shop.duckdb"}));
///     TILL_ASSIGN(RecordStream rows, warehouse.query("SELECT 1 AS one"));
///     while (true) {
///       TILL_ASSIGN(const bool more, rows.next());
///       if (!more) break;
///       use(rows.batch().column(0).integer(0));
///     }
///
/// Layer:   warehouse (core).
/// Threads: one thread at a time, except `cancel`, which is safe from any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "till/core/arrow.hpp"
#include "till/core/instant.hpp"
#include "till/core/result.hpp"
#include "till/warehouse/batch.hpp"

namespace till::warehouse {

struct Dialect;

/// A value bound to a placeholder of a statement.
using Value = std::variant<std::monostate, bool, std::int64_t, double, std::string, Instant>;

struct OpenOptions {
  /// A file ("shop.duckdb"), "" or ":memory:" for a database that lives as long as the Warehouse,
  /// or a URI ("postgresql://...").
  std::string uri = {};
  /// Several processes may read one database; one writes. A file is then the writer's alone; of a
  /// server, readers see the state in which they found it until a statement of theirs fails.
  bool read_only = false;
  std::int32_t threads =
      0;  ///< Threads of the embedded engine; 0: one per core. Results never differ.
  std::int64_t memory_limit_bytes = 0;  ///< Of the embedded engine; 0: its own default.
  /// Folder of the database drivers; empty: "../lib/till" beside the running program or library.
  std::string driver_directory = {};
};

namespace detail {
struct Connection;
}

/// The rows of one query, batch after batch. Must end before its Warehouse does.
class RecordStream {
 public:
  RecordStream(RecordStream&&) noexcept;
  RecordStream& operator=(RecordStream&&) noexcept;
  ~RecordStream();

  /// Reads the next batch.
  ///
  /// \return true when there is one (it may be empty), false at the end. Errors that the engine
  /// meets only while rows flow arrive here: those of `Warehouse::query`.
  [[nodiscard]] Result<bool> next();

  /// Returns the batch that `next` read. \pre next() returned true.
  [[nodiscard]] BatchView batch() const;
  /// Returns the schema of every batch.
  [[nodiscard]] const ArrowSchema& schema() const noexcept;

 private:
  friend class Warehouse;
  struct State;
  explicit RecordStream(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// How `append` treats its table.
enum class AppendMode { Create, Append };

/// An open database.
class Warehouse {
 public:
  /// Holds nothing; every use is a programmer's error. Only to be assigned to.
  Warehouse();
  Warehouse(Warehouse&&) noexcept;
  Warehouse& operator=(Warehouse&&) noexcept;
  ~Warehouse();

  /// Opens a database, making the file if it is not there (unless read_only).
  ///
  /// Errors: `NotFound` no such file or database, or no driver library, with what to install;
  /// `InvalidData` not a database; `Conflict` another process writes it; `InvalidArgument` a URI
  /// that cannot be read, or a wrong password; `Unsupported` no driver is known for the URI; `Io`
  /// no server. No message shows a password.
  [[nodiscard]] static Result<Warehouse> open(const OpenOptions& options);

  /// Runs a statement that returns no rows.
  ///
  /// Errors: `InvalidData` for values the engine refuses, `Conflict` for constraints, `Cancelled`,
  /// `Io` for disk and network, `Internal` for SQL the engine does not understand.
  Result<void> execute(std::string_view sql, std::span<const Value> values = {});

  /// Runs a query. Errors: as `execute`.
  [[nodiscard]] Result<RecordStream> query(std::string_view sql,
                                           std::span<const Value> values = {});

  /// Runs a query that returns one row of one integer. Errors: as `execute`; NULL reads as 0.
  [[nodiscard]] Result<std::int64_t> query_integer(std::string_view sql,
                                                   std::span<const Value> values = {});

  /// Appends rows in bulk to a table of a schema, as many batches as `source` gives.
  ///
  /// The layout has the table's columns, in its order. Errors: those of `source`, unchanged; those
  /// of `execute`.
  Result<void> append(std::string_view schema,
                      std::string_view table,
                      AppendMode mode,
                      const BatchLayout& layout,
                      BatchSource source);

  /// Starts a transaction. One at a time.
  Result<void> begin();
  Result<void> commit();
  /// Ends the transaction and forgets what it did. Does nothing outside of one.
  Result<void> rollback();

  /// Stops the running statement, which then fails with `Cancelled`. Safe from any thread.
  void cancel() noexcept;

  /// What this engine does in its own way.
  [[nodiscard]] const Dialect& dialect() const noexcept;

 private:
  explicit Warehouse(std::shared_ptr<detail::Connection> connection);
  std::shared_ptr<detail::Connection> connection_;
};

}  // namespace till::warehouse
