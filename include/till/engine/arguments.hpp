/// \file
/// Arguments: what a user said, before anyone understood it.
///
/// Every surface hands over texts by parameter name; they are checked and read in one place, so
/// that the command line, a configuration file and an HTTP query accept the same words and refuse
/// them with the same message.
///
///     Arguments arguments;
///     arguments.set("k", "10", "--k");
///
/// Layer:   engine (core).   Threads: plain data.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "till/core/result.hpp"
#include "till/engine/parameter.hpp"

namespace till::engine {

struct Argument {
  std::string name;                 ///< With underscores.
  std::vector<std::string> values;  ///< One, unless the parameter is repeatable.
  std::string said_as;              ///< How messages call it: "--as-of", "as_of in till.toml".
};

class Arguments {
 public:
  /// Says a parameter; what was said of it before is forgotten.
  void set(std::string_view name, std::vector<std::string> values, std::string_view said_as = "");
  void set(std::string_view name, std::string_view value, std::string_view said_as = "");
  /// Says what `fallback` says, where nothing was said so far.
  void set_missing(const Arguments& fallback);

  /// Returns what was said of a parameter, or null.
  [[nodiscard]] const Argument* find(std::string_view name) const noexcept;

  [[nodiscard]] bool has(std::string_view name) const noexcept { return find(name) != nullptr; }

  [[nodiscard]] std::span<const Argument> all() const noexcept { return arguments_; }

 private:
  std::vector<Argument> arguments_;
};

/// Checks that every argument is a parameter.
///
/// \param function  whose parameters they are; begins the message: "top_products".
/// Errors: `InvalidArgument` naming the first that is not known, with the nearest as remedy.
[[nodiscard]] Result<void> check_names(std::string_view function,
                                       const Arguments& arguments,
                                       std::span<const Parameter> known);

}  // namespace till::engine
