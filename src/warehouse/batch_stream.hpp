/// \file
/// Batches as an Arrow stream, the form in which a database takes them.
#pragma once

#include <optional>

#include "till/core/arrow.hpp"
#include "till/core/error.hpp"
#include "till/warehouse/batch.hpp"

namespace till::warehouse {

/// Returns a stream that asks `source` for one batch after another. When `source` fails, the stream
/// ends and `failure`, which must outlive the stream, holds the error.
[[nodiscard]] OwnedStream make_stream(BatchLayout layout,
                                      BatchSource source,
                                      std::optional<Error>& failure);

}  // namespace till::warehouse
