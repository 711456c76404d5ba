#include "till/engine/config.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace till::engine {
namespace {

using testing::ElementsAre;

const Verb& top_products_verb() {
  return *verb_named("top-products").value();
}

Result<Arguments> read(std::string_view text) {
  return read_config(text, "till.toml", top_products_verb());
}

TEST(Config, KeysAreFlags) {
  const Result<Arguments> arguments = read(R"(
    time_zone = "Europe/Paris"
    as-of = 2018-01-01
    race = true
    k = 10
    chart = ["a.svg", "b.png"]
    sources = "shop.duckdb"
  )");
  ASSERT_TRUE(arguments.has_value()) << arguments.error().message;
  EXPECT_THAT(arguments->find("time_zone")->values, ElementsAre("Europe/Paris"));
  EXPECT_THAT(arguments->find("as_of")->values, ElementsAre("2018-01-01"));
  EXPECT_THAT(arguments->find("race")->values, ElementsAre("true"));
  EXPECT_THAT(arguments->find("k")->values, ElementsAre("10"));
  EXPECT_THAT(arguments->find("chart")->values, ElementsAre("a.svg", "b.png"));
  EXPECT_THAT(arguments->find("sources")->values, ElementsAre("shop.duckdb"));
}

TEST(Config, TimesAreWrittenAsFlagsTakeThem) {
  const Result<Arguments> arguments = read("as_of = 2018-01-31T09:30:00+01:00\n");
  ASSERT_TRUE(arguments.has_value());
  EXPECT_TRUE(check(top_products_verb(), *arguments).has_value());
}

TEST(Config, TableOfTheVerbWinsOverTheTop) {
  const Result<Arguments> arguments = read(R"(
    limit = 3
    returns = "drop"
    [top_products]
    limit = 4
    [activity]
    limit = 5
  )");
  ASSERT_TRUE(arguments.has_value());
  EXPECT_THAT(arguments->find("limit")->values, ElementsAre("4"));
  EXPECT_THAT(arguments->find("returns")->values, ElementsAre("drop"));
}

TEST(Config, KeysOfOtherVerbsAreLeftAlone) {
  const Result<Arguments> arguments = read("product = \"Volvo\"\n");
  ASSERT_TRUE(arguments.has_value());
  EXPECT_FALSE(arguments->has("product"));
}

TEST(Config, UnknownKeyIsAnErrorThatNamesTheNearest) {
  EXPECT_EQ(read("windw = \"1y\"\n").error(),
            (Error{ErrorCode::InvalidArgument,
                   "till.toml:1: windw is not a parameter",
                   "did you mean window?"}));
  EXPECT_EQ(read("k = 1\n[top_products]\nproduct = \"x\"\n").error().message,
            "till.toml:3: product is not a parameter");
}

TEST(Config, UnknownTableIsAnErrorThatNamesTheNearest) {
  EXPECT_EQ(read("[top_product]\nk = 1\n").error(),
            (Error{ErrorCode::InvalidArgument,
                   "till.toml:1: [top_product] is not a verb",
                   "did you mean top-products?"}));
}

TEST(Config, ConfigCannotNameAnother) {
  EXPECT_EQ(read("config = \"other.toml\"\n").error().message,
            "till.toml:1: config is not a parameter");
}

TEST(Config, ValuesThatNoFlagCanHoldAreErrors) {
  EXPECT_EQ(
      read("k = [1, 2]\n").error(),
      (Error{
          ErrorCode::InvalidData, "till.toml:1: k must be one text, number, truth or date", ""}));
  EXPECT_EQ(read("chart = [[\"a\"]]\n").error().message,
            "till.toml:1: chart must be a text or a list of texts");
}

TEST(Config, TextThatIsNotTomlIsAnErrorWithItsLine) {
  const Error error = read("k = 1\nwindow = \n").error();
  EXPECT_EQ(error.code, ErrorCode::InvalidData);
  EXPECT_TRUE(error.message.starts_with("till.toml:2: ")) << error.message;
}

TEST(Config, ErrorsOfValuesSayWhereTheyStand) {
  const Result<Arguments> arguments = read("\nk = 0\n");
  ASSERT_TRUE(arguments.has_value());
  EXPECT_EQ(
      check(top_products_verb(), *arguments).error().message,
      "top_products: k (till.toml:2) is \"0\", but must be a whole number from 1 to 1000000000");
}

}  // namespace
}  // namespace till::engine
