#include "wording.hpp"

namespace till::log {

std::string agreeing(std::int64_t n, std::string_view one, std::string_view many) {
  return std::string(n == 1 ? one : many);
}

}  // namespace till::log
