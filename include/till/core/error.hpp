/// \file
/// Error: what went wrong, whose fault it is, and what to do about it.
///
/// Codes are permanent: each maps to one Python exception, one HTTP status and one exit code
/// (docs/guide/errors.md has a page for each with cause, example and remedy).
///
/// Layer:   core (std only).   Threads: plain data.
#pragma once

#include <string>
#include <string_view>

namespace till {

/// Who is at fault, and therefore what helps.
enum class ErrorCode {
  InvalidArgument,  ///< The caller: an option or argument outside its domain.
  InvalidData,      ///< The data: a file or value that cannot be read as said.
  NotFound,         ///< The caller: a customer, product, file, column or table that is not there.
  Conflict,         ///< The caller: it exists already, or somebody else holds it.
  Unsupported,      ///< till, knowingly: a combination that is not offered.
  Io,               ///< The system: disk, network or database server.
  CorruptFile,      ///< The system: a file of till's own that is damaged.
  Cancelled,        ///< The user: interrupted.
  Internal,         ///< till: a bug.
};

/// Returns the name of a code as it is written in messages and JSON: "invalid_argument".
[[nodiscard]] std::string_view name(ErrorCode code) noexcept;

/// Returns the exit code of a program that stops with this error: 2 ... 8, 70 or 130.
[[nodiscard]] int exit_code(ErrorCode code) noexcept;

/// One failure. `message` is one sentence that names the value; `remedy` is what helps, or empty.
struct Error {
  ErrorCode code = ErrorCode::Internal;
  std::string message;  ///< "<function>: <name>[<index>] is <value>, but must be <condition>".
  std::string remedy;  ///< What the user can do: a flag, a command, the nearest name. May be empty.

  friend bool operator==(const Error&, const Error&) = default;
};

/// Returns text of a user as messages show it: in double quotes, control characters escaped
/// (a line feed as \n), cut with "..." after 80 bytes at the boundary of a character.
[[nodiscard]] std::string in_quotes(std::string_view text);

}  // namespace till
