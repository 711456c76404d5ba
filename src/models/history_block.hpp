/// \file
/// Eight histories at once, for loops over Lanes.
///
/// Layer:   models (private).
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>

#include "count_table.hpp"

#include "till/core/purchase_history.hpp"
#include "till/math/lanes.hpp"

namespace till::models {

/// The histories from `first` on; lanes beyond the last have weight 0 and a harmless history.
struct HistoryBlock {
  TILL_INLINE HistoryBlock(const PurchaseHistories& histories, std::size_t first) noexcept
      : size(std::min(math::kLanes, histories.size() - first)),
        x(math::load(histories.x.data() + first, size, 0.0)),
        t_x(math::load(histories.t_x.data() + first, size, 0.0)),
        T(math::load(histories.T.data() + first, size, 1.0)),
        weight(histories.weights.empty()
                   ? math::load(kOnes.data(), size, 0.0)
                   : math::load(histories.weights.data() + first, size, 0.0)) {}

  static constexpr std::array<double, math::kLanes> kOnes = {1, 1, 1, 1, 1, 1, 1, 1};

  std::size_t size;
  math::Lanes x;
  math::Lanes t_x;
  math::Lanes T;
  math::Lanes weight;
};

}  // namespace till::models
