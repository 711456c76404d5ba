/// \file
/// JSON: an answer as one object, the same on the command line and as an HTTP body.
///
/// `verb`, `parameters`, `source`, `rows`, `summary`, `warnings`, `till_version`, in this order;
/// the schemas are docs/format/*.schema.json. Each row is an object on a line of its own. Numbers
/// are written with the fewest digits that read back as the same number; what is not a number, or
/// not finite, is null. Instants are RFC 3339 in UTC.
///
/// Layer:   engine (core).   Threads: pure.
#pragma once

#include <optional>
#include <string>

#include "till/core/result.hpp"
#include "till/engine/answer.hpp"
#include "till/engine/sink.hpp"
#include "till/engine/value.hpp"

namespace till::engine {

/// Writes an answer as JSON in UTF-8, ended by a line feed. Same answer, same bytes.
///
/// Bytes that are not UTF-8 become U+FFFD. Errors: those of the sink.
/// Cost: memory for some rows at a time, whatever their number.
[[nodiscard]] Result<void> write_json(const Answer& answer, const Sink& sink);

/// Returns an answer as JSON.
[[nodiscard]] std::string to_json(const Answer& answer);

/// Returns what an answer says of its log.
[[nodiscard]] Value source_value(const std::optional<log::Source>& source);

/// Returns an object as JSON on one line, without a line feed.
[[nodiscard]] std::string to_json(const Object& object);

}  // namespace till::engine
