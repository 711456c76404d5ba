/// \file
/// Wording: numbers, shares, months and windows as a sentence says them.
///
/// English, digits grouped by commas, U+2212 for minus, no line break inside "38 %".
///
/// Layer:   charts, private.   Threads: pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "charts/text.hpp"

#include "till/core/calendar.hpp"

namespace till::charts {

/// Returns "2,002", "−17".
[[nodiscard]] std::string count(std::int64_t value);

/// Returns "1 customer", "2,002 customers"; an `s` makes the plural.
[[nodiscard]] std::string count_of(std::int64_t value, std::string_view noun);

/// Returns "38 %" for 0.38: whole percents from 10 on, one decimal below, "<0.1 %" for the rest;
/// never "100 %" or "0 %" for what is not exactly that.
[[nodiscard]] std::string percent(double share);

/// Returns "38.0 %" for 0.38: one decimal always, for columns; "<0.1 %" for what would read 0.0.
[[nodiscard]] std::string percent_in_column(double share);

/// Returns "a", "a and b", "a, b and c".
[[nodiscard]] std::string listed(const std::vector<std::string>& items);

/// Returns the days of a window: "1 Jul – 31 Dec 2017"; with hours where it does not begin and end
/// with a day.
[[nodiscard]] std::string describe_range(TimeRange range, const TimeZone& zone);

/// Returns how a product is called: its name, followed by its id where that differs.
[[nodiscard]] std::string product_label(std::string_view name, std::string_view product_id);

/// As product_label, but no wider than `width` pixels: the name gives way before the id does.
[[nodiscard]] std::string product_label(std::string_view name,
                                        std::string_view product_id,
                                        const Font& font,
                                        double width);

}  // namespace till::charts
