/// \file
/// Session: one log, opened when the first question needs it.
///
/// The log is a database made by `ingest`, a URI, or log files that are read into memory and
/// forgotten at the end.
///
///     Session session({.sources = {"shop.duckdb"}});
///     TILL_ASSIGN(const Answer answer, top_products(session, {.k = 3}));
///
/// Layer:   engine (core, warehouse, log).
/// Threads: one thread at a time, except `cancel`, which is safe from any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "till/core/calendar.hpp"
#include "till/core/cancellation.hpp"
#include "till/core/result.hpp"
#include "till/engine/arguments.hpp"
#include "till/engine/value.hpp"
#include "till/log/ingest.hpp"
#include "till/log/log.hpp"

namespace till::engine {

/// What becomes of a row that equals an earlier one in every column.
enum class Duplicates { Keep, Drop };

/// How many rejected rows are too many: a share of the rows read, or a count; neither: no limit.
struct RejectLimit {
  std::optional<double> share = {};       ///< [0, 1].
  std::optional<std::int64_t> rows = {};  ///< >= 0.
};

/// How far long work has come.
struct Progress {
  std::string task = {};  ///< "reading jan.csv".
  std::uint64_t bytes_done = 0;
  std::uint64_t bytes_total = 0;  ///< 0: not known.
  std::int64_t rows = 0;          ///< Read so far.
};

/// Which log, and how its files are read. What each field means, with its default, is in the
/// parameter table: `session_parameters()`.
struct SessionOptions {
  std::vector<std::string> sources = {};
  std::optional<TimeZone> time_zone = {};
  std::string table = {};
  log::ColumnMapping map = {};
  std::string timestamp_format = {};
  std::optional<TimeZone> source_time_zone = {};
  std::string delimiter = {};
  std::string encoding = {};
  Duplicates duplicates = Duplicates::Keep;
  RejectLimit max_rejected = {};
  std::string products = {};
  std::string customers = {};
  std::vector<std::string> product_name = {};
  std::int64_t threads = 0;
  std::int64_t seed = 0;
  /// Called some times a second while files are read; not a parameter.
  std::function<void(const Progress&)> on_progress = {};
  /// Called with what a verb comes to know, as it does: for a RunLog; not a parameter.
  std::function<void(std::string_view event, const Object& facts)> on_event = {};
};

/// Returns the parameters that SessionOptions are read from.
[[nodiscard]] std::span<const Parameter> session_parameters();

/// Reads options from arguments; arguments of other parameters are left alone.
///
/// Errors: `InvalidArgument` naming the argument, its value and what it must be.
[[nodiscard]] Result<SessionOptions> session_options(const Arguments& arguments);

/// What a SOURCE is.
enum class SourceKind {
  Database,  ///< A URI, a file that DuckDB wrote, or a name that ends like one (.duckdb, .ddb,
             ///< .db).
  LogFile,   ///< Anything else: a file, a glob, "-".
};
[[nodiscard]] SourceKind source_kind(std::string_view source);

class Session {
 public:
  explicit Session(SessionOptions options);
  Session(Session&&) noexcept;
  Session& operator=(Session&&) noexcept;
  ~Session();

  [[nodiscard]] const SessionOptions& options() const noexcept;

  /// Names other sources, where a verb finds that the first ones were no logs.
  /// \pre log() was not called.
  void use_sources(std::vector<std::string> sources);

  /// Returns the log, opening it or reading its files the first time.
  ///
  /// Errors: `InvalidArgument` without a source, or with flags that its kind does not understand;
  /// those of log::Log::open and log::ingest.
  [[nodiscard]] Result<log::Log*> log();

  /// Reads files into the log kept at `into`, making it when it is not there. A database file that
  /// a failed first ingest leaves empty is removed.
  ///
  /// Errors: as `log`.
  [[nodiscard]] Result<log::IngestReport> ingest(const std::string& into);

  /// Returns the parameters of the session as they were resolved, for Answer::parameters: the
  /// sources, and how files were read when files were read.
  [[nodiscard]] Object parameters() const;

  /// Tells what a verb has come to know to whoever listens: SessionOptions::on_event.
  void tell(std::string_view event, const Object& facts) const;

  /// Returns the words with which a command line names the log: the sources, and the flags that say
  /// how files are read. Passwords of URIs are left out.
  [[nodiscard]] std::vector<std::string> words() const;

  /// Returns what reading the files had to say: rejected rows and the like. Empty for a kept log.
  [[nodiscard]] std::vector<std::string> warnings() const;

  /// Returns "sales.csv", or "2 files": what the log is called.
  /// \pre log() returned a log.
  [[nodiscard]] std::string name() const;

  /// Returns "2 files, 975,955 transactions of 2,002 customers, 2017-01-01 to 2020-03-16".
  /// \pre log() returned a log.
  [[nodiscard]] std::string source_sentence() const;

  /// Stops what runs and what would run next, which then fails with `Cancelled`. Safe from any
  /// thread; may be called again.
  void cancel() noexcept;
  /// Returns whether `cancel` was called.
  [[nodiscard]] bool cancelled() const noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace till::engine
