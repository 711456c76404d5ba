/// \file
/// Text: an answer for people, in a terminal.
///
/// The title sentence, the rows aligned under their names, how many more there are, the summary,
/// the warnings. Numbers have thousands separators, shares are percentages, instants are days of
/// the answer's zone. Texts of the log are made safe to show (till/engine/terminal_text.hpp).
///
/// Layer:   engine (core).   Threads: pure.
#pragma once

#include <cstddef>
#include <string>

#include "till/core/result.hpp"
#include "till/engine/answer.hpp"
#include "till/engine/sink.hpp"

namespace till::engine {

struct TextOptions {
  /// Cells of a line; texts too long for it are cut and end in "...". 0: no limit.
  std::size_t width = 0;
  bool colour = false;  ///< ANSI escapes: bold title and header, dim summary, yellow warnings.
};

/// Writes an answer as text. Errors: those of the sink.
[[nodiscard]] Result<void> write_text(const Answer& answer,
                                      const TextOptions& options,
                                      const Sink& sink);

/// Returns an answer as text.
[[nodiscard]] std::string to_text(const Answer& answer, const TextOptions& options);

}  // namespace till::engine
