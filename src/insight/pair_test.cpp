#include "insight/pair_test.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "till/math/false_discovery.hpp"
#include "till/math/fisher.hpp"
#include "till/math/proportion.hpp"

namespace till::insight {

namespace {

double sum(const std::vector<double>& values) {
  double total = 0.0;
  for (const double value : values) {
    total += value;
  }
  return total;
}

/// Returns Byar's limits of a Poisson mean given its count, which come close to the exact ones.
math::Interval poisson_interval(double count) {
  const auto limit = [](double k, double z) {
    const double root = 1.0 - 1.0 / (9.0 * k) + z / (3.0 * std::sqrt(k));
    return k * root * root * root;
  };
  return {count > 0.0 ? std::max(limit(count, -math::kNormal95), 0.0) : 0.0,
          limit(count + 1.0, math::kNormal95)};
}

}  // namespace

std::size_t BasketCounts::bin_of(std::int64_t size) noexcept {
  constexpr std::int64_t kApart = 6;
  if (size <= kApart) {
    return static_cast<std::size_t>(std::max<std::int64_t>(size, 1) - 1);
  }
  // 7 ... 8, 9 ... 12, 13 ... 16, 17 ... 24, ...: two to each doubling.
  const double doublings = std::log2(static_cast<double>(size - 1) / kApart);
  return std::min(static_cast<std::size_t>(kApart + std::floor(2.0 * doublings)), kBins - 1);
}

void BasketCounts::add_baskets(std::int64_t size, std::int64_t next_size, std::int64_t baskets) {
  Bin& bin = bins_[bin_of(size)];
  const auto n = static_cast<double>(baskets);
  baskets_ += baskets;
  bin.baskets += n;
  bin.products += n * static_cast<double>(size);
  if (is_after_) {
    followed_[bin_of(size) * kBins + bin_of(next_size)] += n;
    second_bins_[bin_of(next_size)] += n;
  }
}

void BasketCounts::add_product(std::int64_t product, std::int64_t size, std::int64_t baskets) {
  const auto [counts, is_new] = first_.try_emplace(product, kBins);
  counts->second[bin_of(size)] += static_cast<double>(baskets);
}

void BasketCounts::add_second(std::int64_t product, std::int64_t size, std::int64_t baskets) {
  const auto [counts, is_new] = second_.try_emplace(product, kBins);
  counts->second[bin_of(size)] += static_cast<double>(baskets);
}

double BasketCounts::mean_size() const noexcept {
  double products = 0.0;
  for (const Bin& bin : bins_) {
    products += bin.products;
  }
  return baskets_ > 0 ? products / static_cast<double>(baskets_) : 0.0;
}

std::vector<std::int64_t> BasketCounts::products() const {
  std::vector<std::int64_t> keys;
  keys.reserve(first_.size());
  for (const auto& [product, counts] : first_) {
    keys.push_back(product);
  }
  return keys;
}

const BasketCounts::Counts* BasketCounts::find(const std::map<std::int64_t, Counts>& counts,
                                               std::int64_t product) const {
  const auto found = counts.find(product);
  return found == counts.end() ? nullptr : &found->second;
}

std::int64_t BasketCounts::baskets_with(std::int64_t product) const {
  const Counts* counts = find(first_, product);
  return counts == nullptr ? 0 : std::llround(sum(*counts));
}

std::int64_t BasketCounts::second_with(std::int64_t product) const {
  const Counts* counts = find(is_after_ ? second_ : first_, product);
  return counts == nullptr ? 0 : std::llround(sum(*counts));
}

void BasketCounts::finish() {
  for (const auto& [product, counts] : first_) {
    for (std::size_t i = 0; i < kBins; ++i) {
      if (bins_[i].baskets > 0.0) {
        const double share = counts[i] / bins_[i].baskets;
        bins_[i].squares += share * share;
      }
    }
  }
}

double BasketCounts::expected(std::int64_t a, std::int64_t b) const {
  const Counts* of_a = find(first_, a);
  const Counts* of_b = find(is_after_ ? second_ : first_, b);
  if (of_a == nullptr || of_b == nullptr) {
    return 0.0;
  }
  double total = 0.0;
  for (std::size_t i = 0; i < kBins; ++i) {
    const Bin& bin = bins_[i];
    if ((*of_a)[i] <= 0.0) {
      continue;
    }
    const double p = (*of_a)[i] / bin.baskets;
    if (is_after_) {
      for (std::size_t j = 0; j < kBins; ++j) {
        if ((*of_b)[j] > 0.0) {
          total += followed_[i * kBins + j] * p * (*of_b)[j] / second_bins_[j];
        }
      }
      continue;
    }
    const double q = (*of_b)[i] / bin.baskets;
    const double size = bin.products / bin.baskets;
    if (size <= 1.0) {
      continue;  // nothing meets in a basket of one
    }
    // Over all partners of a product the factor is (size - 1) / (size - p): never less than
    // (size - 1) / size, which also holds Hajek's formula up where a size has few products.
    const double spread = size - bin.squares;
    const double apart = (1.0 - p) * (1.0 - q);
    const double meets = std::max(spread > 0.0 ? 1.0 - apart / spread : 1.0, (size - 1.0) / size);
    // At least as many as must, for want of room.
    const double least = std::max(p + q - 1.0, 0.0);
    total += bin.baskets * std::max(p * q * meets, least);
  }
  return total;
}

std::vector<ProductPair> judge(const BasketCounts& baskets,
                               std::span<PairCount> counts,
                               std::int64_t tested,
                               bool is_after) {
  const auto all = static_cast<double>(baskets.baskets());
  std::vector<ProductPair> pairs;
  std::vector<double> p_values;
  for (PairCount& count : counts) {
    if (!is_after && baskets.baskets_with(count.a) > baskets.baskets_with(count.b)) {
      std::swap(count.a, count.b);
    }
    ProductPair pair;
    pair.a.baskets = baskets.baskets_with(count.a);
    pair.b.baskets = baskets.second_with(count.b);
    pair.baskets = count.baskets;
    pair.customers = count.customers;
    const auto both = static_cast<double>(count.baskets);
    const auto of_a = static_cast<double>(pair.a.baskets);
    const auto of_b = static_cast<double>(pair.b.baskets);
    pair.support = both / all;
    pair.confidence = both / of_a;
    pair.lift = both * all / (of_a * of_b);
    if (count.baskets < pair.a.baskets) {
      pair.conviction = (1.0 - of_b / all) / (1.0 - pair.confidence);
    }
    // By chance at least a thousandth of a basket: what cannot be at all is no infinite surprise.
    pair.expected = std::max(baskets.expected(count.a, count.b), 1e-3);
    const double design = std::max(static_cast<double>(count.squares) / both, 1.0);
    const double among = std::max({of_a * of_b / pair.expected, of_a, of_b, of_a + of_b - both});
    pair.p_value =
        math::fisher_greater(both / design, of_a / design, of_b / design, among / design);
    pair.ratio = both / pair.expected;
    const math::Interval interval = poisson_interval(both / design);
    pair.low = interval.low * design / pair.expected;
    pair.high = interval.high * design / pair.expected;
    p_values.push_back(pair.p_value);
    pairs.push_back(std::move(pair));
  }
  p_values.resize(std::max(p_values.size(), static_cast<std::size_t>(tested)), 1.0);
  const std::vector<double> q_values = math::q_values(p_values);
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    pairs[i].q_value = q_values[i];
  }
  return pairs;
}

}  // namespace till::insight
