#include "till/engine/value.hpp"

#include <algorithm>

namespace till::engine {

const Value* find(const Object& object, std::string_view name) noexcept {
  const auto entry = std::ranges::find(object, name, &Entry::name);
  return entry == object.end() ? nullptr : &entry->value;
}

}  // namespace till::engine
