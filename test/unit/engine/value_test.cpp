#include "till/engine/value.hpp"

#include <gtest/gtest.h>

namespace till::engine {
namespace {

TEST(Value, HoldsEveryNumberAsOneOfTwoKinds) {
  EXPECT_TRUE(std::holds_alternative<std::int64_t>(Value(1).data));
  EXPECT_TRUE(std::holds_alternative<std::int64_t>(Value(std::size_t{1}).data));
  EXPECT_TRUE(std::holds_alternative<double>(Value(1.0F).data));
  EXPECT_TRUE(std::holds_alternative<bool>(Value(true).data));
}

TEST(Value, HoldsTextWhateverItsType) {
  EXPECT_EQ(std::get<std::string>(Value("a").data), "a");
  EXPECT_EQ(std::get<std::string>(Value(std::string_view("a")).data), "a");
}

TEST(Value, OfNothingIsNull) {
  EXPECT_TRUE(std::holds_alternative<std::monostate>(Value().data));
}

TEST(Value, IsFoundByName) {
  const Object object = {{"a", 1}, {"b", List{1, "x", Object{{"c", Value()}}}}};
  ASSERT_NE(find(object, "b"), nullptr);
  EXPECT_EQ(std::get<List>(find(object, "b")->data).size(), 3U);
  EXPECT_EQ(find(object, "c"), nullptr);
}

}  // namespace
}  // namespace till::engine
