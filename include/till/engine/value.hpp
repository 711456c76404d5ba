/// \file
/// Value: what a parameter was resolved to, or one fact of an answer's summary.
///
/// The tree that JSON, HTTP and Python have in common, without any of their types: null, truth,
/// number, text, instant, list, object. Objects keep the order in which they were written.
///
///     const Object summary = {{"customers", std::int64_t{2002}}, {"first", Instant{0}}};
///
/// Layer:   engine.   Threads: plain data.
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "till/core/instant.hpp"

namespace till::engine {

struct Value;

/// A value and its name. A template only because a Value may hold a list of its own.
template <typename T>
struct Named {
  std::string name;
  T value;
};

using Entry = Named<Value>;
using List = std::vector<Value>;
using Object = std::vector<Entry>;

struct Value {
  using Data =
      std::variant<std::monostate, bool, std::int64_t, double, std::string, Instant, List, Object>;

  /// Null: a thing that is not there.
  Value() = default;

  /// Holds a truth, a number of any width, a text, an Instant, a List or an Object.
  template <typename T>
    requires(!std::same_as<T, Value>)
  Value(T v) : data(to_data(std::move(v))) {}  // NOLINT(google-explicit-constructor)

  Data data;

 private:
  template <typename T>
  static Data to_data(T v) {
    if constexpr (std::same_as<T, bool>) {
      return v;
    } else if constexpr (std::integral<T>) {
      return static_cast<std::int64_t>(v);
    } else if constexpr (std::floating_point<T>) {
      return static_cast<double>(v);
    } else if constexpr (std::convertible_to<T, std::string_view> &&
                         !std::same_as<T, std::string>) {
      return std::string(std::string_view(v));
    } else {
      return Data(std::move(v));
    }
  }
};

/// Returns the value with a name, or null when there is none.
[[nodiscard]] const Value* find(const Object& object, std::string_view name) noexcept;

}  // namespace till::engine
