/// \file
/// models: which models there are, what they answer and what they need.
///
/// Layer:   engine (core, models).   Threads: one session per thread.
#pragma once

#include <cstdint>

#include "till/core/result.hpp"
#include "till/engine/answer.hpp"
#include "till/engine/session.hpp"

namespace till::engine {

/// What each field means, with its default, is in the parameter table: `till models --help`.
struct ModelsOptions {
  std::int64_t limit = 0;
};

/// Lists the models. Rows: `model, parameters, story, data, paper`. Opens no log.
[[nodiscard]] Result<Answer> models(Session& session, const ModelsOptions& options);

}  // namespace till::engine
