/// \file
/// HTML: texts as they may stand in a page. Layer: charts, private.   Threads: pure.
#pragma once

#include <string>
#include <string_view>

namespace till::charts {

/// Returns a text in which nothing is markup, in an element or an attribute.
[[nodiscard]] std::string escaped(std::string_view text);

}  // namespace till::charts
