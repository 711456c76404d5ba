/// \file
/// Version of till.
///
/// Layer:   engine (std only).
#pragma once

#include <string_view>

namespace till::engine {

/// Returns "0.1.0".
[[nodiscard]] std::string_view version() noexcept;

}  // namespace till::engine
