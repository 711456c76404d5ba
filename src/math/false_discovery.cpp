#include "till/math/false_discovery.hpp"

#include <algorithm>
#include <cstddef>
#include <numeric>

namespace till::math {

std::vector<double> q_values(std::span<const double> p_values) {
  std::vector<std::size_t> order(p_values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) { return p_values[i]; });
  std::vector<double> q(p_values.size());
  const auto tests = static_cast<double>(p_values.size());
  double least = 1.0;
  for (std::size_t place = order.size(); place-- > 0;) {
    const std::size_t i = order[place];
    least = std::min(least, tests * p_values[i] / static_cast<double>(place + 1));
    q[i] = least;
  }
  return q;
}

}  // namespace till::math
