/// \file
/// Wording: numbers, counts and lists as people write them in a sentence.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "till/core/count_words.hpp"
#include "till/core/panel_month.hpp"

namespace till::engine {

/// Returns the fewest digits that read back as the same number: "0.1"; "nan", "inf" as they are.
[[nodiscard]] std::string number(double v);
/// Returns a share with so many decimals: "3.6 %".
[[nodiscard]] std::string percent(double share, int decimals = 1);
/// Returns a share as part of a sentence: "3.6 %", "less than 0.1 %".
[[nodiscard]] std::string share_words(double share);
/// Returns a text in double quotes, cut after 80 characters, without control characters.
[[nodiscard]] std::string in_quotes(std::string_view text);
/// Returns "a, b and c".
[[nodiscard]] std::string enumerated(std::span<const std::string> words);
/// Returns a period of the calendar as part of a sentence: "month of the year" for "month_of_year".
[[nodiscard]] std::string period_words(std::string_view period);
/// Returns the names that a text holds between commas: dashes as underscores, spaces left out.
[[nodiscard]] std::vector<std::string> names_between_commas(std::string_view text);

}  // namespace till::engine
