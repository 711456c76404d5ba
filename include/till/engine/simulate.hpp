/// \file
/// simulate: makes a transaction log by chance, and tells the truth about it.
///
/// Layer:   engine (core, models, warehouse).   Threads: one session per thread.
#pragma once

#include <cstdint>
#include <string>

#include "till/core/result.hpp"
#include "till/engine/answer.hpp"
#include "till/engine/session.hpp"
#include "till/models/simulated_log.hpp"

namespace till::engine {

/// What each field means, with its default, is in the parameter table: `till simulate --help`.
struct SimulateOptions {
  std::string into = {};
  std::string truth = {};
  models::SimulatedLogOptions log = {};  ///< Its seed is the session's.
  std::int64_t limit = 0;
};

/// Writes a simulated log, and its truth where that is asked for. One row per file: `file, content,
/// rows, bytes`; `content` is "log" or "truth". The files appear whole, the truth first, or not at
/// all; the same seed gives the same bytes.
///
/// Errors: `InvalidArgument` without `into`, for an ending that is not known, for one name twice;
/// those of models::SimulatedLog::plan and of OutputFile; `Cancelled`.
[[nodiscard]] Result<Answer> simulate(Session& session, const SimulateOptions& options);

}  // namespace till::engine
