/// \file
/// Shared parameters: words that mean the same to several verbs.
#pragma once

#include <string>

#include "till/engine/parameter.hpp"

namespace till::engine {

[[nodiscard]] Parameter as_of_parameter();
/// \param otherwise  what is looked at when no window is said; empty when Options has a default.
[[nodiscard]] Parameter window_parameter(std::string otherwise);
[[nodiscard]] Parameter by_parameter();
[[nodiscard]] Parameter time_zone_parameter();
[[nodiscard]] Parameter transaction_parameter();
[[nodiscard]] Parameter returns_parameter();
[[nodiscard]] Parameter limit_parameter();

}  // namespace till::engine
