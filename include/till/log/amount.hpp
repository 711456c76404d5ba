/// \file
/// Amount: how a log keeps money.
///
/// Layer:   log (std only).   Threads: constants.
#pragma once

#include <cstdint>

namespace till::log {

/// Ten-thousandths of the currency unit in one unit: what the column `amount` counts.
inline constexpr std::int64_t kAmountScale = 10'000;

}  // namespace till::log
