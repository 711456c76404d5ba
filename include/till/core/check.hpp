/// \file
/// TILL_ASSERT: states what only a programmer can break.
///
/// In debug builds a broken assertion prints the condition and stops the program; in release builds
/// it costs nothing. User input never reaches one: it is validated into a `Result` first.
///
/// Layer:   core (std only).
#pragma once

namespace till::detail {
/// Prints the failed condition to standard error and stops. Debug builds only.
[[noreturn]] void assertion_failed(const char* condition,
                                   const char* what,
                                   const char* file,
                                   int line) noexcept;
}  // namespace till::detail

#ifdef NDEBUG
#define TILL_ASSERT(condition, what) static_cast<void>(0)
#else
#define TILL_ASSERT(condition, what)  \
  ((condition) ? static_cast<void>(0) \
               : ::till::detail::assertion_failed(#condition, what, __FILE__, __LINE__))
#endif
