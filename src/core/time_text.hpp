/// \file
/// Time text: the digits of dates and times, as both instants and calendars write them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "till/core/calendar.hpp"

namespace till::detail {

/// Appends a number in decimal, with zeros in front up to `width`. \pre number >= 0.
void append_digits(std::string& out, std::int64_t number, std::size_t width);

/// Appends "2018-01-31".
void append_date(std::string& out, const Date& date);

enum class Seconds { Always, WhenNotZero };

/// Appends "09:31:08", ".125" or ".125001" after it where the fraction is not zero.
void append_time_of_day(std::string& out, std::int64_t micros_of_day, Seconds seconds);

}  // namespace till::detail
