#include "unique_names.hpp"

#include <algorithm>

namespace till::log {

std::string folded_case(std::string_view name) {
  std::string text(name);
  std::ranges::transform(text, text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return text;
}

std::string UniqueNames::take(const std::string& wanted) {
  std::string name = warehouse::fitting_name(wanted, *dialect_);
  for (int n = 2; !taken_.insert(folded_case(name)).second; ++n) {
    name = warehouse::fitting_name(wanted, *dialect_, "_" + std::to_string(n));
  }
  return name;
}

}  // namespace till::log
