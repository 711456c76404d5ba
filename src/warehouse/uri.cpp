#include "till/warehouse/uri.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace till::warehouse {

namespace {

constexpr std::string_view kSchemeEnd = "://";

char small(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') {
    return c - '0';
  }
  c = small(c);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/// Returns the name of a parameter as the database reads it: "pass%77ord" is "password".
std::string decoded(std::string_view name) {
  std::string text;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (name[i] == '%' && i + 2 < name.size() && hex_digit(name[i + 1]) >= 0 &&
        hex_digit(name[i + 2]) >= 0) {
      text += small(static_cast<char>(hex_digit(name[i + 1]) * 16 + hex_digit(name[i + 2])));
      i += 2;
    } else {
      text += small(name[i]);
    }
  }
  return text;
}

/// Returns "?user=ann&password=***" for what follows the path of a URI.
std::string shown_parameters(std::string_view rest) {
  std::string shown;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find_first_of("&#", 1), rest.size());
    const std::string_view parameter = rest.substr(0, end);
    const std::size_t equals = parameter.find('=');
    if (equals != std::string_view::npos &&
        decoded(parameter.substr(0, equals)).ends_with("password")) {
      shown += parameter.substr(0, equals + 1);
      shown += "***";
    } else {
      shown += parameter;
    }
    rest.remove_prefix(end);
  }
  return shown;
}

}  // namespace

bool is_uri(std::string_view source) noexcept {
  return source.find(kSchemeEnd) != std::string_view::npos;
}

std::string scheme_of(std::string_view source) {
  const std::size_t end = source.find(kSchemeEnd);
  return end == std::string_view::npos ? "" : decoded(source.substr(0, end));
}

std::string without_password(std::string_view source) {
  const std::size_t scheme = source.find(kSchemeEnd);
  if (scheme == std::string_view::npos) {
    return std::string(source);
  }
  const std::size_t begin = scheme + kSchemeEnd.size();
  std::size_t end = std::min(source.find_first_of("?#", begin), source.size());
  // A "?" or "#" in a password should have been written otherwise, too.
  if (source.substr(begin, end - begin).find('@') == std::string_view::npos) {
    const std::size_t at = source.rfind('@');
    end = at != std::string_view::npos && at > end && source.find('=', end) > at ? at + 1 : end;
  }
  const std::string_view place = source.substr(begin, end - begin);
  const std::size_t colon = place.find(':');
  const std::size_t at = place.rfind('@');
  std::string shown(source.substr(0, begin));
  if (at != std::string_view::npos && colon < at) {
    shown += place.substr(0, colon);
    shown += place.substr(at);
  } else {
    shown += place;
  }
  return shown + shown_parameters(source.substr(end));
}

}  // namespace till::warehouse
