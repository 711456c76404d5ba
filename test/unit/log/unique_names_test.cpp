#include "log/unique_names.hpp"

#include <array>
#include <string_view>

#include <gtest/gtest.h>

namespace till::log {
namespace {

TEST(UniqueNames, LeavesNamesThatAreFree) {
  UniqueNames names({});
  EXPECT_EQ(names.take("Store"), "Store");
  EXPECT_EQ(names.take("store id"), "store id");
}

TEST(UniqueNames, PutsANumberBehindANameThatIsTaken) {
  constexpr std::array<std::string_view, 1> kTaken = {"amount"};
  UniqueNames names(kTaken);
  EXPECT_EQ(names.take("Amount"), "Amount_2");
  EXPECT_EQ(names.take("AMOUNT"), "AMOUNT_3");
  EXPECT_EQ(names.take("Store"), "Store");
  EXPECT_EQ(names.take("store"), "store_2");
  EXPECT_EQ(names.take("store_2"), "store_2_2");
}

}  // namespace
}  // namespace till::log
