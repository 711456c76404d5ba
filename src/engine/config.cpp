#include "till/engine/config.hpp"

#include <algorithm>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "wording.hpp"
#include <toml++/toml.h>

#include "till/core/nearest.hpp"
#include "till/engine/command_options.hpp"

namespace till::engine {

namespace {

/// Returns "till.toml:3".
std::string place(std::string_view file_name, const toml::source_region& region) {
  return std::string(file_name) + ":" + std::to_string(region.begin.line);
}

/// Returns a value as a user would have typed it, or nullopt for what no flag can hold.
std::optional<std::string> text_of(const toml::node& node) {
  if (const auto* text = node.as_string()) {
    return text->get();
  }
  if (const auto* integer = node.as_integer()) {
    return std::to_string(integer->get());
  }
  if (const auto* real = node.as_floating_point()) {
    return number(real->get());
  }
  if (const auto* truth = node.as_boolean()) {
    return truth->get() ? "true" : "false";
  }
  std::ostringstream time;
  if (const auto* date = node.as_date()) {
    time << date->get();
    return time.str();
  }
  if (const auto* date_time = node.as_date_time()) {
    time << date_time->get();
    return time.str();
  }
  return std::nullopt;
}

/// Reads the keys of one table as arguments; tables inside it are left to the caller.
class TableReader {
 public:
  TableReader(std::string_view file_name, std::span<const Parameter> known)
      : file_name_(file_name), known_(known) {}

  Result<void> read(std::string_view key, const toml::node& node, Arguments& arguments) const {
    const std::string at = place(file_name_, node.source());
    const Parameter* parameter = find(known_, key);
    if (parameter == nullptr || parameter->name == "config") {
      std::vector<std::string> names;
      for (const Parameter& candidate : known_) {
        names.push_back(candidate.name);
      }
      std::string wanted(key);
      std::ranges::replace(wanted, '-', '_');
      return Error{ErrorCode::InvalidArgument,
                   at + ": " + std::string(key) + " is not a parameter",
                   did_you_mean(nearest(wanted, names), "")};
    }
    std::vector<std::string> values;
    const auto add = [&](const toml::node& value) {
      std::optional<std::string> text = text_of(value);
      if (text) {
        values.push_back(std::move(*text));
      }
      return text.has_value();
    };
    bool understood = true;
    if (const toml::array* array = node.as_array()) {
      understood = parameter->repeatable;
      for (const toml::node& element : *array) {
        understood = add(element) && understood;
      }
    } else {
      understood = add(node);
    }
    if (!understood) {
      return Error{ErrorCode::InvalidData,
                   at + ": " + std::string(key) + " must be " +
                       (parameter->repeatable ? "a text or a list of texts"
                                              : "one text, number, truth or date"),
                   ""};
    }
    arguments.set(parameter->name, std::move(values), std::string(key) + " (" + at + ")");
    return {};
  }

 private:
  std::string_view file_name_;
  std::span<const Parameter> known_;
};

std::vector<Parameter> with_command_parameters(std::vector<Parameter> parameters) {
  for (const Parameter& parameter : command_parameters()) {
    if (find(parameters, parameter.name) == nullptr) {
      parameters.push_back(parameter);
    }
  }
  return parameters;
}

/// Returns the parameters of all verbs together.
std::vector<Parameter> all_parameters() {
  std::vector<Parameter> all;
  for (const Verb& verb : verbs()) {
    for (const Parameter& parameter : parameters_of(verb)) {
      if (find(all, parameter.name) == nullptr) {
        all.push_back(parameter);
      }
    }
  }
  return with_command_parameters(std::move(all));
}

}  // namespace

Result<Arguments> read_config(std::string_view text, std::string_view file_name, const Verb& verb) {
  toml::table root;
  try {
    root = toml::parse(text, file_name);
  } catch (const toml::parse_error& error) {
    return Error{ErrorCode::InvalidData,
                 place(file_name, error.source()) + ": " + std::string(error.description()),
                 "see https://toml.io for how values are written"};
  }
  const std::vector<Parameter> everything = all_parameters();
  const std::vector<Parameter> of_verb = with_command_parameters(parameters_of(verb));

  Arguments general;
  Arguments special;
  for (const auto& [key, node] : root) {
    const toml::table* table = node.as_table();
    if (table == nullptr) {
      Arguments said;
      TILL_TRY(TableReader(file_name, everything).read(key.str(), node, said));
      if (find(of_verb, said.all().front().name) != nullptr) {
        general.set_missing(said);
      }
      continue;
    }
    const Result<const Verb*> named = verb_named(key.str());
    if (!named) {
      return Error{
          ErrorCode::InvalidArgument,
          place(file_name, node.source()) + ": [" + std::string(key.str()) + "] is not a verb",
          named.error().remedy};
    }
    const std::vector<Parameter> known = with_command_parameters(parameters_of(**named));
    Arguments said;
    for (const auto& [name, value] : *table) {
      TILL_TRY(TableReader(file_name, known).read(name.str(), value, said));
    }
    if (*named == &verb) {
      special = std::move(said);
    }
  }
  special.set_missing(general);
  return special;
}

}  // namespace till::engine
