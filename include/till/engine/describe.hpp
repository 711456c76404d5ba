/// \file
/// describe: is this log any good?
///
/// Layer:   engine (core, log).   Threads: one session per thread.
#pragma once

#include <cstdint>

#include "till/core/result.hpp"
#include "till/engine/answer.hpp"
#include "till/engine/session.hpp"

namespace till::engine {

struct DescribeOptions {
  std::int64_t limit = 0;
};

/// Profiles the log. One row per column: `column, type, missing, distinct, minimum, maximum`; the
/// files, rejected rows, gaps and suspicious ids are in the summary.
///
/// Errors: those of Session::log and of the warehouse.
[[nodiscard]] Result<Answer> describe(Session& session, const DescribeOptions& options);

}  // namespace till::engine
