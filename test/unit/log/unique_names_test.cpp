#include "log/unique_names.hpp"

#include <array>
#include <string_view>

#include <gtest/gtest.h>

namespace till::log {
namespace {

TEST(UniqueNames, LeavesNamesThatAreFree) {
  const warehouse::Dialect any = {};
  UniqueNames names({}, any);
  EXPECT_EQ(names.take("Store"), "Store");
  EXPECT_EQ(names.take("store id"), "store id");
}

TEST(UniqueNames, PutsANumberBehindANameThatIsTaken) {
  constexpr std::array<std::string_view, 1> kTaken = {"amount"};
  const warehouse::Dialect any = {};
  UniqueNames names(kTaken, any);
  EXPECT_EQ(names.take("Amount"), "Amount_2");
  EXPECT_EQ(names.take("AMOUNT"), "AMOUNT_3");
  EXPECT_EQ(names.take("Store"), "Store");
  EXPECT_EQ(names.take("store"), "store_2");
  EXPECT_EQ(names.take("store_2"), "store_2_2");
}

TEST(UniqueNames, KnowsWhatTheEngineTakesForItself) {
  constexpr std::array<std::string_view, 1> kSystem = {"ctid"};
  warehouse::Dialect engine = {};
  engine.taken_names = kSystem;
  UniqueNames names({}, engine);
  EXPECT_EQ(names.take("CTID"), "CTID_2");
}

TEST(UniqueNames, CutsNamesToWhatTheEngineTellsApart) {
  warehouse::Dialect engine = {};
  engine.longest_name = 6;
  UniqueNames names({}, engine);
  EXPECT_EQ(names.take("column a"), "column");
  EXPECT_EQ(names.take("column b"), "colu_2");
  EXPECT_EQ(names.take("caféé"), "café");
}

}  // namespace
}  // namespace till::log
