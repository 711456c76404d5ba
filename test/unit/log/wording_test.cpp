#include "log/wording.hpp"

#include <gtest/gtest.h>

namespace till::log {
namespace {

TEST(Wording, AgreesInNumber) {
  EXPECT_EQ(agreeing(1, "is", "are"), "is");
  EXPECT_EQ(agreeing(0, "is", "are"), "are");
  EXPECT_EQ(agreeing(2, "is", "are"), "are");
}

}  // namespace
}  // namespace till::log
