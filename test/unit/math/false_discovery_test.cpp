#include "till/math/false_discovery.hpp"

#include <array>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace till::math {
namespace {

using ::testing::DoubleEq;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(FalseDiscovery, IsTheStepUpOfBenjaminiAndHochberg) {
  EXPECT_THAT(q_values(std::array{0.5, 0.25, 0.0625, 0.75}),
              ElementsAre(DoubleEq(2.0 / 3.0), DoubleEq(0.5), DoubleEq(0.25), DoubleEq(0.75)));
}

TEST(FalseDiscovery, ALargerValueLendsItsQToSmallerOnes) {
  EXPECT_THAT(q_values(std::array{0.03, 0.04}), ElementsAre(DoubleEq(0.04), DoubleEq(0.04)));
}

TEST(FalseDiscovery, OfNothingIsNothingAndOfOneItsP) {
  EXPECT_THAT(q_values({}), IsEmpty());
  EXPECT_THAT(q_values(std::array{0.3}), ElementsAre(0.3));
  EXPECT_THAT(q_values(std::array{1.0, 1.0, 0.0}), ElementsAre(1.0, 1.0, 0.0));
}

}  // namespace
}  // namespace till::math
