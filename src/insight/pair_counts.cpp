#include "insight/pair_counts.hpp"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <span>

namespace till::insight {

namespace {

/// Values of each key, one key after the other.
class Grouped {
 public:
  /// \param keys  < `size`; values keep their order within a key.
  template <typename Items, typename Key, typename Value>
  Grouped(const Items& items, std::size_t size, Key key, Value value) : begin_(size + 1) {
    for (const auto& item : items) {
      ++begin_[static_cast<std::size_t>(key(item)) + 1];
    }
    std::partial_sum(begin_.begin(), begin_.end(), begin_.begin());
    values_.resize(static_cast<std::size_t>(begin_.back()));
    std::vector<std::int64_t> next(begin_.begin(), begin_.end() - 1);
    for (const auto& item : items) {
      values_[static_cast<std::size_t>(next[static_cast<std::size_t>(key(item))]++)] = value(item);
    }
  }

  [[nodiscard]] std::span<const std::int32_t> of(std::int32_t key) const {
    const auto i = static_cast<std::size_t>(key);
    return std::span(values_).subspan(static_cast<std::size_t>(begin_[i]),
                                      static_cast<std::size_t>(begin_[i + 1] - begin_[i]));
  }

 private:
  std::vector<std::int64_t> begin_;
  std::vector<std::int32_t> values_;
};

/// Counts of one product with every other.
class Partners {
 public:
  explicit Partners(std::int32_t products) : partners_(static_cast<std::size_t>(products)) {}

  /// \pre all of a customer come after each other.
  void add(std::int32_t product, std::int32_t customer) {
    Partner& partner = partners_[static_cast<std::size_t>(product)];
    if (partner.baskets == 0) {
      met_.push_back(product);
    }
    if (partner.customer != customer) {
      partner.squares += partner.of_customer * partner.of_customer;
      partner.of_customer = 0;
      partner.customer = customer;
      ++partner.customers;
    }
    ++partner.of_customer;
    ++partner.baskets;
  }

  /// Appends what was counted and forgets it.
  void move_to(std::vector<PairCount>& pairs, std::int32_t of, double least) {
    std::ranges::sort(met_);
    for (const std::int32_t product : met_) {
      Partner& partner = partners_[static_cast<std::size_t>(product)];
      if (static_cast<double>(partner.baskets) >= least) {
        pairs.push_back({of,
                         product,
                         partner.baskets,
                         partner.squares + partner.of_customer * partner.of_customer,
                         partner.customers});
      }
      partner = Partner();
    }
    met_.clear();
  }

 private:
  struct Partner {
    std::int64_t squares = 0;
    std::int64_t of_customer = 0;
    std::int32_t baskets = 0;
    std::int32_t customers = 0;
    std::int32_t customer = -1;
  };

  std::vector<Partner> partners_;
  std::vector<std::int32_t> met_;
};

}  // namespace

void BasketLines::add_line(std::int64_t basket, std::int64_t product, std::int64_t customer) {
  const auto number = static_cast<std::size_t>(basket);
  if (customer_of_.size() <= number) {
    customer_of_.resize(number + 1, -1);
  }
  customer_of_[number] = static_cast<std::int32_t>(customer);
  lines_.push_back({static_cast<std::int32_t>(basket), static_cast<std::int32_t>(product)});
  products_ = std::max(products_, static_cast<std::int32_t>(product) + 1);
}

void BasketLines::add_step(std::int64_t basket, std::int64_t next) {
  steps_.emplace_back(static_cast<std::int32_t>(basket), static_cast<std::int32_t>(next));
}

std::vector<PairCount> BasketLines::together(double least) const {
  const auto basket_of = [](const Line& line) { return line.basket; };
  const auto product_of = [](const Line& line) { return line.product; };
  const Grouped products(lines_, customer_of_.size(), basket_of, product_of);
  std::vector<Line> in_order;
  in_order.reserve(lines_.size());
  for (std::size_t basket = 0; basket < customer_of_.size(); ++basket) {
    for (const std::int32_t product : products.of(static_cast<std::int32_t>(basket))) {
      in_order.push_back({static_cast<std::int32_t>(basket), product});
    }
  }
  const Grouped baskets(in_order, static_cast<std::size_t>(products_), product_of, basket_of);
  std::vector<PairCount> pairs;
  Partners partners(products_);
  for (std::int32_t a = 0; a < products_; ++a) {
    for (const std::int32_t basket : baskets.of(a)) {
      for (const std::int32_t b : products.of(basket)) {
        if (b > a) {
          partners.add(b, customer_of_[static_cast<std::size_t>(basket)]);
        }
      }
    }
    partners.move_to(pairs, a, least);
  }
  return pairs;
}

std::vector<PairCount> BasketLines::after_one_another(double least) const {
  const Grouped products(
      lines_,
      customer_of_.size(),
      [](const Line& line) { return line.basket; },
      [](const Line& line) { return line.product; });
  const auto has_lines = [&](std::int32_t basket) {
    return static_cast<std::size_t>(basket) < customer_of_.size();
  };
  // The steps that each product begins, in order of the basket.
  std::vector<std::pair<std::int32_t, std::int32_t>> steps = steps_;
  std::erase_if(
      steps, [&](const auto& step) { return !has_lines(step.first) || !has_lines(step.second); });
  std::ranges::sort(steps);
  std::vector<Line> begun;  // the place of a step, and a product of its first basket
  for (std::size_t i = 0; i < steps.size(); ++i) {
    for (const std::int32_t product : products.of(steps[i].first)) {
      begun.push_back({static_cast<std::int32_t>(i), product});
    }
  }
  const Grouped steps_of(
      begun,
      static_cast<std::size_t>(products_),
      [](const Line& line) { return line.product; },
      [](const Line& line) { return line.basket; });
  std::vector<PairCount> pairs;
  Partners partners(products_);
  for (std::int32_t a = 0; a < products_; ++a) {
    for (const std::int32_t place : steps_of.of(a)) {
      const std::int32_t next = steps[static_cast<std::size_t>(place)].second;
      for (const std::int32_t b : products.of(next)) {
        if (b != a) {
          partners.add(b, customer_of_[static_cast<std::size_t>(next)]);
        }
      }
    }
    partners.move_to(pairs, a, least);
  }
  return pairs;
}

}  // namespace till::insight
