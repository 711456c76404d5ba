#include "till/log/totals.hpp"

#include <algorithm>

namespace till::log {

std::span<const ProductTotals::OfMonth> ProductTotals::between(Month from,
                                                               Month to) const noexcept {
  const auto begin = std::ranges::lower_bound(months, from, {}, &OfMonth::month);
  const auto end = std::ranges::lower_bound(months, to, {}, &OfMonth::month);
  return begin < end ? std::span<const OfMonth>(begin, end) : std::span<const OfMonth>();
}

std::span<const ProductTotals::Sold> ProductTotals::sold_in(const OfMonth& month) const noexcept {
  return std::span(sold).subspan(month.begin, month.end - month.begin);
}

}  // namespace till::log
