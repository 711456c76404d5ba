/// \file
/// Result<T>: a value, or the Error that explains why there is none.
///
/// till throws nothing. A function that can fail returns a Result; the caller looks before it
/// takes. The members are those of std::expected, so that this becomes an alias once every
/// compiler we support has it:
///
///     Result<Instant> from = parse_instant(text);
///     if (!from) return from.error();
///     use(*from);
///
///     TILL_ASSIGN(const Instant from, parse_instant(text));   // the same, in one line
///
/// Layer:   core (std only).   Threads: as T.
#pragma once

#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

#include "till/core/check.hpp"
#include "till/core/error.hpp"

namespace till {

/// A value of type T, or an Error. Never empty.
template <typename T>
class [[nodiscard]] Result {
 public:
  using value_type = T;
  using error_type = Error;

  // Implicit, so that a function returns a value or an error as it is.
  // NOLINTBEGIN(google-explicit-constructor)
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}

  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  // NOLINTEND(google-explicit-constructor)

  [[nodiscard]] bool has_value() const noexcept { return state_.index() == 0; }

  explicit operator bool() const noexcept { return has_value(); }

  /// Returns the value. \pre has_value().
  [[nodiscard]] T& value() & {
    TILL_ASSERT(has_value(), "value() of a Result that holds an error");
    return *std::get_if<0>(&state_);
  }

  [[nodiscard]] const T& value() const& {
    TILL_ASSERT(has_value(), "value() of a Result that holds an error");
    return *std::get_if<0>(&state_);
  }

  [[nodiscard]] T&& value() && { return std::move(value()); }

  [[nodiscard]] T& operator*() & { return value(); }

  [[nodiscard]] const T& operator*() const& { return value(); }

  [[nodiscard]] T&& operator*() && { return std::move(*this).value(); }

  [[nodiscard]] T* operator->() { return &value(); }

  [[nodiscard]] const T* operator->() const { return &value(); }

  /// Returns the value, or `fallback` where there is none.
  [[nodiscard]] T value_or(const T& fallback) const& { return has_value() ? value() : fallback; }

  /// Returns the error. \pre !has_value().
  [[nodiscard]] const Error& error() const& {
    TILL_ASSERT(!has_value(), "error() of a Result that holds a value");
    return *std::get_if<1>(&state_);
  }

  [[nodiscard]] Error&& error() && {
    TILL_ASSERT(!has_value(), "error() of a Result that holds a value");
    return std::move(*std::get_if<1>(&state_));
  }

 private:
  std::variant<T, Error> state_;
};

/// Success, or an Error.
template <>
class [[nodiscard]] Result<void> {
 public:
  using value_type = void;
  using error_type = Error;

  Result() = default;

  Result(Error error) : error_(std::move(error)) {}  // NOLINT(google-explicit-constructor)

  [[nodiscard]] bool has_value() const noexcept { return !error_.has_value(); }

  explicit operator bool() const noexcept { return has_value(); }

  [[nodiscard]] const Error& error() const& {
    TILL_ASSERT(!has_value(), "error() of a Result that holds no error");
    return *error_;
  }

  [[nodiscard]] Error&& error() && {
    TILL_ASSERT(!has_value(), "error() of a Result that holds no error");
    return std::move(*error_);
  }

 private:
  std::optional<Error> error_;
};

}  // namespace till

#define TILL_CONCAT_INNER(a, b) a##b
#define TILL_CONCAT(a, b) TILL_CONCAT_INNER(a, b)

/// Leaves the function with the error of `expression`, if it has one.
#define TILL_TRY(expression)                             \
  do {                                                   \
    if (auto till_result = (expression); !till_result) { \
      return std::move(till_result).error();             \
    }                                                    \
  } while (false)

// NOLINTBEGIN(bugprone-macro-parentheses): `target` may be a declaration, `result` is a new name.
/// Declares or assigns `target` from the value of `expression`, or leaves with its error.
#define TILL_ASSIGN(target, expression) \
  TILL_ASSIGN_IMPL(TILL_CONCAT(till_result_, __LINE__), target, expression)
#define TILL_ASSIGN_IMPL(result, target, expression) \
  auto result = (expression);                        \
  if (!result) {                                     \
    return std::move(result).error();                \
  }                                                  \
  target = std::move(result).value()
// NOLINTEND(bugprone-macro-parentheses)
