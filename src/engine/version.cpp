#include "till/engine/version.hpp"

namespace till::engine {

std::string_view version() noexcept {
  return TILL_VERSION;
}

}  // namespace till::engine
