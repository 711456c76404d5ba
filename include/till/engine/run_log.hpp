/// \file
/// Run log: what runs did, a line for each thing that happened, in a file that only grows.
///
/// Every line is one JSON object (docs/format/run_log.md): the run it belongs to, when it was, what
/// happened, and the facts. A line is there as soon as it happened, so that a run that was killed
/// leaves what it had found; several runs may append to one file at once.
///
///     TILL_ASSIGN(RunLog log, RunLog::open("runs.jsonl", id, clock));
///     log.record("scores", {{"model", "ensemble"}, {"crps", 4.72}});
///
/// Layer:   engine (core).   Threads: one at a time.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "till/core/instant.hpp"
#include "till/core/result.hpp"
#include "till/engine/answer.hpp"
#include "till/engine/arguments.hpp"
#include "till/engine/value.hpp"

namespace till::engine {

class RunLog {
 public:
  /// Opens a file to append to, making it where there is none. Where the last line was cut short,
  /// the next begins on a line of its own.
  ///
  /// \param run    what tells this run from all others.
  /// \param clock  asked when each line is written.
  /// Errors: `Io` naming the path.
  [[nodiscard]] static Result<RunLog> open(const std::string& path,
                                           std::string run,
                                           std::function<Instant()> clock);

  RunLog(RunLog&& other) noexcept;
  RunLog& operator=(RunLog&& other) noexcept;
  ~RunLog();

  /// Appends a line: `run`, `time`, `event`, then the facts. One write, so that lines of runs that
  /// share the file do not mix. What cannot be written is remembered, not said.
  void record(std::string_view event, const Object& facts);

  /// Appends what was asked, before anything is understood of it.
  void begin(std::string_view verb, const Arguments& said);
  /// Appends a file that was written; `kind` is answer, model or chart.
  void artifact(std::string_view kind, const std::string& path);
  /// Appends how the run ended: with an answer, or not.
  void end(const Answer& answer);
  void end(const Error& error);

  /// Returns the first failure of `record`, if there was one.
  [[nodiscard]] const Result<void>& written() const noexcept { return written_; }

 private:
  RunLog() = default;

  std::string path_;
  std::string run_;
  std::function<Instant()> clock_;
  int descriptor_ = -1;
  bool begins_line_ = true;
  Result<void> written_;
};

}  // namespace till::engine
