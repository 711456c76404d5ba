#include "till/core/count_words.hpp"

namespace till {

std::string grouped(std::int64_t v) {
  std::string digits = std::to_string(v);
  const std::size_t sign = v < 0 ? 1 : 0;
  for (std::size_t at = digits.size(); at > sign + 3;) {
    at -= 3;
    digits.insert(at, 1, ',');
  }
  return digits;
}

std::string count_of(std::int64_t n, std::string_view one, std::string_view many) {
  std::string text = grouped(n) + " ";
  if (n == 1) {
    text += one;
  } else if (many.empty()) {
    text += std::string(one) + "s";
  } else {
    text += many;
  }
  return text;
}

}  // namespace till
