#include "log/dictionary.hpp"

#include <map>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "till/core/rng.hpp"

namespace till::log {
namespace {

using namespace std::string_view_literals;

TEST(Dictionary, GivesKeysInOrderOfFirstAppearance) {
  Dictionary dictionary;
  EXPECT_EQ(dictionary.size(), 0);
  EXPECT_EQ(dictionary.key("b"), 0);
  EXPECT_EQ(dictionary.key("a"), 1);
  EXPECT_EQ(dictionary.key("b"), 0);
  EXPECT_EQ(dictionary.size(), 2);
  EXPECT_EQ(dictionary.id(0), "b");
  EXPECT_EQ(dictionary.id(1), "a");
}

TEST(Dictionary, TellsIdsOfAllKindsApart) {
  Dictionary dictionary;
  EXPECT_EQ(dictionary.key(""), 0);
  EXPECT_EQ(dictionary.key("\0"sv), 1);
  EXPECT_EQ(dictionary.key("a\0b"sv), 2);
  EXPECT_EQ(dictionary.key("a\0c"sv), 3);
  EXPECT_EQ(dictionary.key("A"), 4);
  EXPECT_EQ(dictionary.key("a"), 5);
  EXPECT_EQ(dictionary.key(" a"), 6);
  EXPECT_EQ(dictionary.id(2), "a\0b"sv);
}

TEST(Dictionary, KeepsIdsThatWereOnlyLent) {
  Dictionary dictionary;
  {
    std::string lent = "short lived, and longer than any small string";
    dictionary.key(lent);
    lent.assign(lent.size(), 'x');
  }
  EXPECT_EQ(dictionary.id(0), "short lived, and longer than any small string");
}

TEST(Dictionary, HoldsAnIdLongerThanItsBlocks) {
  Dictionary dictionary;
  const std::string large(3'000'000, 'x');
  EXPECT_EQ(dictionary.key("a"), 0);
  EXPECT_EQ(dictionary.key(large), 1);
  EXPECT_EQ(dictionary.key("b"), 2);
  EXPECT_EQ(dictionary.id(1), large);
  EXPECT_EQ(dictionary.key(large), 1);
}

TEST(Dictionary, ForgetsKeysFromOneOn) {
  Dictionary dictionary;
  for (int i = 0; i < 5'000; ++i) {
    dictionary.key(std::to_string(i));
  }
  dictionary.truncate(10);
  EXPECT_EQ(dictionary.size(), 10);
  EXPECT_EQ(dictionary.key("9"), 9);
  EXPECT_EQ(dictionary.key("4000"), 10);
  EXPECT_EQ(dictionary.key("10"), 11);
  dictionary.truncate(0);
  EXPECT_EQ(dictionary.key("x"), 0);
}

TEST(Dictionary, AgreesWithAMap) {
  Rng rng(2);
  Dictionary dictionary;
  std::map<std::string, std::int32_t> map;
  for (int n = 0; n < 100'000; ++n) {
    const std::string id = "customer " + std::to_string(rng.below(30'000));
    const auto size = static_cast<std::int32_t>(map.size());
    const std::int32_t expected = map.try_emplace(id, size).first->second;
    ASSERT_EQ(dictionary.key(id), expected);
    ASSERT_EQ(dictionary.id(expected), id);
  }
}

}  // namespace
}  // namespace till::log
