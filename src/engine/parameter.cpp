#include "till/engine/parameter.hpp"

#include <algorithm>

namespace till::engine {

std::string_view name(Kind kind) noexcept {
  switch (kind) {
    case Kind::Switch:
      return "switch";
    case Kind::Integer:
      return "integer";
    case Kind::Real:
      return "real";
    case Kind::Text:
      return "text";
    case Kind::Choice:
      return "choice";
    case Kind::File:
      return "file";
    case Kind::Instant:
      return "instant";
    case Kind::Month:
      return "month";
    case Kind::Period:
      return "period";
    case Kind::TimeZone:
      return "time zone";
  }
  return "";
}

std::string_view heading(Group group) noexcept {
  switch (group) {
    case Group::Source:
      return "Source";
    case Group::Question:
      return "Question";
    case Group::Reading:
      return "Reading log files";
    case Group::Output:
      return "Output";
    case Group::Run:
      return "Run";
  }
  return "";
}

std::string flag(std::string_view parameter_name) {
  std::string text = "--";
  for (const char c : parameter_name) {
    text += c == '_' ? '-' : c;
  }
  return text;
}

const Parameter* find(std::span<const Parameter> parameters, std::string_view name) noexcept {
  const auto matches = [&](const Parameter& parameter) {
    return std::ranges::equal(parameter.name, name, [](char known, char said) {
      return known == (said == '-' ? '_' : said);
    });
  };
  const auto found = std::ranges::find_if(parameters, matches);
  return found == parameters.end() ? nullptr : &*found;
}

}  // namespace till::engine
