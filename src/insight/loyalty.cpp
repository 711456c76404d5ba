#include "insight/loyalty.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <numeric>
#include <utility>

namespace till::insight {

namespace {

/// Returns the mix that stays the same when everybody moves on by the shares, reached from `mix`.
std::vector<double> stationary_mix(const std::vector<double>& shares, std::vector<double> mix) {
  constexpr int kMostSteps = 100'000;
  constexpr double kTolerance = 1e-13;
  const std::size_t n = mix.size();
  for (int step = 0; step < kMostSteps; ++step) {
    // Half of them stay: the same mix in the end, and no swinging to and fro.
    std::vector<double> next(n);
    for (std::size_t i = 0; i < n; ++i) {
      next[i] += 0.5 * mix[i];
      for (std::size_t j = 0; j < n; ++j) {
        next[j] += 0.5 * mix[i] * shares[i * n + j];
      }
    }
    double moved = 0.0;
    for (std::size_t i = 0; i < n; ++i) {
      moved += std::abs(next[i] - mix[i]);
    }
    mix = std::move(next);
    if (moved < kTolerance) {
      break;
    }
  }
  return mix;
}

}  // namespace

Loyalties count_loyalty(const BasketLines& lines) {
  // Customer by customer: the products of one, each as often as baskets have it.
  std::vector<std::pair<std::int32_t, std::int32_t>> bought;
  bought.reserve(lines.lines().size());
  for (const BasketLines::Line& line : lines.lines()) {
    bought.emplace_back(lines.customer_of(line.basket), line.product);
  }
  // Lines come customer after customer, as a rule.
  using Bought = std::pair<std::int32_t, std::int32_t>;
  if (!std::ranges::is_sorted(bought, {}, &Bought::first)) {
    std::ranges::sort(bought);
  }
  Loyalties result;
  std::vector<LoyaltyCount> counts;
  std::map<std::int64_t, std::int64_t> customers_of;
  for (std::size_t begin = 0; begin < bought.size();) {
    std::size_t end = begin;
    while (end < bought.size() && bought[end].first == bought[begin].first) {
      ++end;
    }
    std::sort(bought.begin() + static_cast<std::ptrdiff_t>(begin),
              bought.begin() + static_cast<std::ptrdiff_t>(end));
    ++result.customers;
    const auto needs = static_cast<std::int64_t>(end - begin);
    ++customers_of[needs];
    for (std::size_t i = begin; i < end; ++i) {
      const auto product = static_cast<std::size_t>(bought[i].second);
      counts.resize(std::max(counts.size(), product + 1));
      ++counts[product].baskets;
      if (i == begin || bought[i].second != bought[i - 1].second) {
        ++counts[product].customers;
        counts[product].needs += needs;
      }
    }
    begin = end;
  }
  for (std::size_t product = 0; product < counts.size(); ++product) {
    if (counts[product].customers > 0) {
      counts[product].product = static_cast<std::int64_t>(product);
      result.products.push_back(counts[product]);
    }
  }
  for (const auto& [needs, customers] : customers_of) {
    result.purchases.push_back({needs, customers});
  }
  std::ranges::stable_sort(result.products, [](const LoyaltyCount& a, const LoyaltyCount& b) {
    return a.customers > b.customers;
  });
  return result;
}

Transitions count_transitions(const BasketLines& lines, std::span<const std::int64_t> products) {
  const std::size_t n = products.size() + 1;
  std::vector<std::int32_t> place_of;
  for (std::size_t i = 0; i < products.size(); ++i) {
    const auto product = static_cast<std::size_t>(products[i]);
    place_of.resize(std::max(place_of.size(), product + 1), static_cast<std::int32_t>(n - 1));
    place_of[product] = static_cast<std::int32_t>(i);
  }
  // How many products of each place a basket has.
  static_assert(kLargestBasket <= 255);
  std::vector<std::uint8_t> held(lines.baskets() * n);
  for (const BasketLines::Line& line : lines.lines()) {
    const auto product = static_cast<std::size_t>(line.product);
    const std::size_t place =
        product < place_of.size() ? static_cast<std::size_t>(place_of[product]) : n - 1;
    held[static_cast<std::size_t>(line.basket) * n + place] += 1;
  }
  Transitions result;
  result.products.resize(n);
  result.shares.resize(n * n);
  result.mix.resize(n);
  const auto basket = [&](std::int32_t number) {
    return static_cast<std::size_t>(number) < lines.baskets()
               ? std::span(held).subspan(static_cast<std::size_t>(number) * n, n)
               : std::span<std::uint8_t>();
  };
  const auto size_of = [](std::span<const std::uint8_t> products_held) {
    return std::accumulate(products_held.begin(), products_held.end(), 0);
  };
  for (const auto& [number, next] : lines.steps()) {
    const std::span<const std::uint8_t> first = basket(number);
    const std::span<const std::uint8_t> second = basket(next);
    const int products_of_both = size_of(first) * size_of(second);
    if (products_of_both == 0) {
      continue;
    }
    ++result.steps;
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; first[i] > 0 && j < n; ++j) {
        result.shares[i * n + j] +=
            static_cast<double>(first[i] * second[j]) / static_cast<double>(products_of_both);
      }
    }
  }
  for (std::size_t i = 0; i < n; ++i) {
    double row = 0.0;
    for (std::size_t j = 0; j < n; ++j) {
      row += result.shares[i * n + j];
    }
    for (std::size_t j = 0; j < n; ++j) {
      // What nobody moved on from stays.
      double& share = result.shares[i * n + j];
      share = row > 0.0 ? share / row : i == j ? 1.0 : 0.0;
    }
    result.mix[i] = result.steps > 0 ? row / static_cast<double>(result.steps) : 0.0;
  }
  result.stationary = stationary_mix(result.shares, result.mix);
  return result;
}

}  // namespace till::insight
