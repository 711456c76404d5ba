/// \file
/// ingest: reads log files once and keeps them as a database.
///
/// Layer:   engine (core, log).   Threads: one session per thread.
#pragma once

#include <cstdint>
#include <string>

#include "till/core/result.hpp"
#include "till/engine/answer.hpp"
#include "till/engine/session.hpp"

namespace till::engine {

struct IngestOptions {
  std::string into = {};
  std::int64_t limit = 0;
};

/// Adds the session's files to a kept log. One row per file: `file, status, read, accepted,
/// rejected, sha256`; `status` is "added" or "known".
///
/// Errors: `InvalidArgument` without `into`; those of Session::ingest.
[[nodiscard]] Result<Answer> ingest(Session& session, const IngestOptions& options);

}  // namespace till::engine
