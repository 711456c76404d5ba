/// \file
/// CSV: a table as RFC 4180 has it, with a header and line feeds.
///
/// A missing value is nothing between the commas; an empty text is `""`. Numbers are written as in
/// JSON, instants as RFC 3339 in UTC.
///
/// Layer:   engine (core).   Threads: pure.
#pragma once

#include <string>

#include "till/core/result.hpp"
#include "till/core/table.hpp"
#include "till/engine/sink.hpp"

namespace till::engine {

/// Writes a table as CSV. Same table, same bytes. Errors: those of the sink.
[[nodiscard]] Result<void> write_csv(const Table& table, const Sink& sink);

/// Returns a table as CSV.
[[nodiscard]] std::string to_csv(const Table& table);

}  // namespace till::engine
