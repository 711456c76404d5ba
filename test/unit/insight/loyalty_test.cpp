#include "insight/loyalty.hpp"

#include <array>
#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

#include "till/core/rng.hpp"

namespace till::insight {
namespace {

TEST(Loyalty, CountsBuyersBasketsAndTheirNeeds) {
  BasketLines lines;
  // Customer 0: baskets {1, 2}, {1}; customer 1: {2, 3}.
  lines.add_line(0, 1, 0);
  lines.add_line(0, 2, 0);
  lines.add_line(1, 1, 0);
  lines.add_line(2, 2, 1);
  lines.add_line(2, 3, 1);
  const Loyalties found = count_loyalty(lines);
  EXPECT_EQ(found.customers, 2);
  ASSERT_EQ(found.products.size(), 3U);
  EXPECT_EQ(found.products[0].product, 2);
  EXPECT_EQ(found.products[0].customers, 2);
  EXPECT_EQ(found.products[0].baskets, 2);
  EXPECT_EQ(found.products[0].needs, 5);
  EXPECT_EQ(found.products[1].product, 1);
  EXPECT_EQ(found.products[1].baskets, 2);
  EXPECT_EQ(found.products[1].needs, 3);
  EXPECT_TRUE(count_loyalty(BasketLines()).products.empty());
}

TEST(Transitions, AreSharesOfTheNextBasket) {
  BasketLines lines;
  lines.add_line(0, 1, 0);
  lines.add_line(1, 2, 0);
  lines.add_line(1, 3, 0);
  lines.add_line(2, 1, 0);
  lines.add_step(0, 1);
  lines.add_step(1, 2);
  const std::array<std::int64_t, 2> products = {1, 2};
  const Transitions moves = count_transitions(lines, products);
  EXPECT_EQ(moves.steps, 2);
  // From 1 half each to 2 and to the others; from these back to 1.
  const std::vector<double> shares = {0, 0.5, 0.5, 1, 0, 0, 1, 0, 0};
  EXPECT_EQ(moves.shares, shares);
  const std::vector<double> mix = {0.5, 0.25, 0.25};
  ASSERT_EQ(moves.stationary.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_DOUBLE_EQ(moves.mix[i], mix[i]);
    EXPECT_NEAR(moves.stationary[i], mix[i], 1e-12);
  }
}

TEST(Transitions, StationaryMixIsThatOfTheChainThatMadeThem) {
  // Two products: 1 is kept with 0.9, 2 with 0.6: in the long run 0.8 and 0.2.
  Rng rng(5);
  BasketLines lines;
  std::int64_t product = 2;
  for (std::int64_t basket = 0; basket < 40'000; ++basket) {
    lines.add_line(basket, product, 0);
    lines.add_step(basket, basket + 1);
    const bool is_kept = rng.uniform() < (product == 1 ? 0.9 : 0.6);
    product = is_kept ? product : 3 - product;
  }
  const std::array<std::int64_t, 2> products = {1, 2};
  const Transitions moves = count_transitions(lines, products);
  EXPECT_NEAR(moves.shares[0], 0.9, 0.01);
  EXPECT_NEAR(moves.stationary[0], 0.8, 0.02);
  EXPECT_NEAR(moves.stationary[2], 0.0, 1e-9);
}

TEST(Transitions, WithoutStepsHaveNone) {
  const Transitions moves = count_transitions(BasketLines(), {});
  EXPECT_EQ(moves.steps, 0);
  EXPECT_EQ(moves.products.size(), 1U);
}

}  // namespace
}  // namespace till::insight
