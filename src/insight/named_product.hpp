/// \file
/// Named product: the product, or group of products, that a question names.
///
/// Layer:   insight (private).   Threads: one log per thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "till/core/result.hpp"
#include "till/log/log.hpp"

namespace till::insight {

struct NamedProduct {
  std::int64_t key = 0;  ///< Of the group: the smallest of its products.
  std::string id;
  std::string name;
};

/// Finds a product by its id, or else its name; with a `by`, the group whose value it is.
///
/// \pre check_by() found no fault.
/// Errors: `NotFound` when there is none, with the nearest; `InvalidArgument` when several share
/// the name; those of the warehouse.
[[nodiscard]] Result<NamedProduct> find_product(log::Log& log,
                                                std::string_view function,
                                                const std::string& wanted,
                                                const std::string& by);

}  // namespace till::insight
