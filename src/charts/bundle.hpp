/// \file
/// Bundle: the script that draws (Vega, Vega-Lite and src/charts/javascript/), as built into till.
///
/// Layer:   charts, private.   Threads: constants.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace till::charts {

/// Returns the script compiled for the engine inside till.
[[nodiscard]] std::span<const std::uint8_t> bundle_bytecode() noexcept;

/// Returns the script as a browser reads it: minified, UTF-8, about 0.8 MB.
///
/// Cost: inflates 0.3 MB, some 5 ms.
[[nodiscard]] std::string bundle_source();

}  // namespace till::charts
