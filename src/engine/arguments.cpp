#include "till/engine/arguments.hpp"

#include <algorithm>
#include <utility>

#include "till/core/nearest.hpp"

namespace till::engine {

namespace {

std::string with_underscores(std::string_view name) {
  std::string text(name);
  std::ranges::replace(text, '-', '_');
  return text;
}

}  // namespace

void Arguments::set(std::string_view name,
                    std::vector<std::string> values,
                    std::string_view said_as) {
  Argument argument{with_underscores(name), std::move(values), std::string(said_as)};
  if (argument.said_as.empty()) {
    argument.said_as = argument.name;
  }
  const auto known = std::ranges::find(arguments_, argument.name, &Argument::name);
  if (known != arguments_.end()) {
    *known = std::move(argument);
  } else {
    arguments_.push_back(std::move(argument));
  }
}

void Arguments::set(std::string_view name, std::string_view value, std::string_view said_as) {
  set(name, std::vector<std::string>{std::string(value)}, said_as);
}

void Arguments::set_missing(const Arguments& fallback) {
  for (const Argument& argument : fallback.arguments_) {
    if (!has(argument.name)) {
      arguments_.push_back(argument);
    }
  }
}

const Argument* Arguments::find(std::string_view name) const noexcept {
  const auto found = std::ranges::find(arguments_, name, &Argument::name);
  return found == arguments_.end() ? nullptr : &*found;
}

Result<void> check_names(std::string_view function,
                         const Arguments& arguments,
                         std::span<const Parameter> known) {
  for (const Argument& argument : arguments.all()) {
    if (find(known, argument.name) != nullptr) {
      continue;
    }
    // The nearest name is written as the unknown one was: with dashes where it had dashes.
    const bool is_flag = argument.said_as.starts_with("--");
    std::vector<std::string> names;
    for (const Parameter& parameter : known) {
      names.push_back(is_flag ? flag(parameter.name) : parameter.name);
    }
    const std::string wanted = is_flag ? flag(argument.name) : argument.name;
    return Error{ErrorCode::InvalidArgument,
                 std::string(function) + ": " + argument.said_as + " is not a parameter",
                 did_you_mean(nearest(wanted, names), "")};
  }
  return {};
}

}  // namespace till::engine
