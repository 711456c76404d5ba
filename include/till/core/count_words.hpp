/// \file
/// Count words: numbers of things, as a sentence says them.
///
///     count_of(2'002, "customer");  // "2,002 customers"
///
/// Layer:   core (std only).   Threads: pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace till {

/// Returns "975,955".
[[nodiscard]] std::string grouped(std::int64_t v);

/// Returns "1 customer", "2,002 customers"; the plural is `one` + "s" unless said.
[[nodiscard]] std::string count_of(std::int64_t n,
                                   std::string_view one,
                                   std::string_view many = "");

}  // namespace till
