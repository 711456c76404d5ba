/// \file
/// Manual: the page `man till` shows, made from the parameter table.
#pragma once

#include <string>

namespace till::cli {

/// Returns the manual page, in roff with the man macros.
[[nodiscard]] std::string manual();

}  // namespace till::cli
