/// \file
/// Month name: what the months of the calendar are called.
///
/// Layer:   core.   Threads: pure.
#pragma once

#include <cstdint>
#include <string_view>

namespace till {

/// Returns "January" for 1 ... "December" for 12. \pre 1 <= month <= 12.
[[nodiscard]] std::string_view month_name(std::int32_t month);
/// Returns "Jan" for 1 ... "Dec" for 12. \pre 1 <= month <= 12.
[[nodiscard]] std::string_view short_month_name(std::int32_t month);

}  // namespace till
