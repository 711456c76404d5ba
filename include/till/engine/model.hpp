/// \file
/// model: what saved models are, and how two of them differ.
///
/// Layer:   engine (core, log, models, evaluation).   Threads: one session per thread.
#pragma once

#include <cstdint>

#include "till/core/result.hpp"
#include "till/engine/answer.hpp"
#include "till/engine/session.hpp"

namespace till::engine {

/// What each field means, with its default, is in the parameter table: `till model --help`.
struct ModelOptions {
  std::int64_t limit = 0;
};

/// Shows a model file or compares two. The session's sources say what is asked: `show FILE`, or
/// `compare FILE FILE`, which a log may follow. Rows: `parameter, value` of one, `parameter, first,
/// second` of two; with a log the summary has the scores of both on months that neither has seen.
///
/// Errors: `InvalidArgument` for other words; those of read_model_file; with a log, as evaluate.
[[nodiscard]] Result<Answer> model(Session& session, const ModelOptions& options);

}  // namespace till::engine
