#include "till/models/frequencies.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "till/models/bg_nbd.hpp"
#include "till/models/nbd.hpp"

namespace till::models {
namespace {

TEST(Frequencies, CountCustomersOneByOneWhereTheyBuySeldom) {
  const std::vector<double> x = {0, 0, 0, 1, 2, 7, 8};
  const std::vector<double> t_x = {0, 0, 0, 1, 1, 1, 1};
  const std::vector<double> T(7, 5.0);
  const std::vector<double> weights = {1, 1, 2, 1, 3, 1, 0.5};
  const std::vector<FrequencyClass> classes = frequency_classes({x, t_x, T, weights});
  ASSERT_EQ(classes.size(), 8U);
  EXPECT_EQ(classes[0].actual, 4.0);
  EXPECT_EQ(classes[1].actual, 1.0);
  EXPECT_EQ(classes[2].actual, 3.0);
  EXPECT_EQ(classes[7].from, 7);
  EXPECT_FALSE(classes[7].to);
  EXPECT_EQ(classes[7].actual, 1.5);
}

TEST(Frequencies, AreClassesWhereCustomersBuyOften) {
  std::vector<double> x;
  for (int i = 0; i < 100; ++i) {
    x.push_back(i);
  }
  const std::vector<double> T(100, 5.0);
  const std::vector<FrequencyClass> classes = frequency_classes({x, x, T});
  // Nine of ten have at most 89: classes of 12, the last from 96 on.
  ASSERT_EQ(classes.size(), 9U);
  EXPECT_EQ(classes[1].from, 12);
  EXPECT_EQ(classes[1].to, 23);
  EXPECT_EQ(classes[1].actual, 12.0);
  EXPECT_EQ(classes[8].from, 96);
  EXPECT_EQ(classes[8].actual, 4.0);
}

TEST(Frequencies, OfTheNbdAreItsClosedForm) {
  const std::vector<double> x = {0, 1, 4};
  const std::vector<double> T = {2.0, 6.0, 6.0};
  const PurchaseHistories histories{x, x, T};
  std::vector<FrequencyClass> classes = frequency_classes(histories);
  expect_frequencies(Nbd{0.5, 3.0}, age_groups(histories), classes);
  // P(0) = (alpha / (alpha + T))^r, P(1) = r T / (alpha + T) P(0).
  const double none_of_2 = std::sqrt(3.0 / 5.0);
  const double none_of_6 = std::sqrt(3.0 / 9.0);
  EXPECT_NEAR(classes[0].expected, none_of_2 + 2.0 * none_of_6, 1e-12);
  EXPECT_NEAR(classes[1].expected,
              0.5 * (2.0 / 5.0) * none_of_2 + 2.0 * 0.5 * (6.0 / 9.0) * none_of_6,
              1e-12);
  double sum = 0.0;
  for (const FrequencyClass& group : classes) {
    sum += group.expected;
  }
  EXPECT_NEAR(sum, 3.0, 1e-12);
}

TEST(Frequencies, OfManyAgesAreNearlyThoseOfAll) {
  std::vector<double> x(3000, 0.0);
  std::vector<double> T;
  double none = 0.0;
  const BgNbd model{0.8, 6.0, 0.8, 2.5};
  for (int i = 0; i < 3000; ++i) {
    T.push_back(1.0 + 0.01 * i);
    none += pmf(model, 0, T.back());
  }
  const PurchaseHistories histories{x, x, T};
  const std::vector<AgeGroup> ages = age_groups(histories);
  ASSERT_EQ(ages.size(), 512U);
  std::vector<FrequencyClass> classes = frequency_classes(histories);
  expect_frequencies(model, ages, classes);
  EXPECT_NEAR(classes[0].expected / none, 1.0, 1e-5);
}

}  // namespace
}  // namespace till::models
