#include "engine/features_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace till::engine {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string message_of(std::string_view text) {
  const auto features = features_of(text, "features.toml");
  return features ? "no error" : features.error().message;
}

TEST(FeaturesFile, DeclaresFeatures) {
  const auto features = features_of(
      "[[feature]]\nname = \"spend\"\nsql = \"sum(amount)\"\n"
      "[[feature]]\nname = \"last_price\"\nsql = \"avg(amount)\"\ntake = \"last\"\nwindows = [6]\n",
      "features.toml");
  ASSERT_TRUE(features.has_value()) << features.error().message;
  ASSERT_EQ(features->size(), 2U);
  EXPECT_EQ(features->front().name, "spend");
  EXPECT_THAT(features->front().windows, ElementsAre(1, 3, 12));
  EXPECT_EQ(features->back().take, Take::Last);
  EXPECT_TRUE(features_of("", "features.toml")->empty());
}

TEST(FeaturesFile, SaysWhatIsWrongAndWhere) {
  EXPECT_THAT(message_of("[[feature]\n"), HasSubstr("features.toml:1: "));
  EXPECT_EQ(message_of("[[feature]]\nname = \"a\"\n\nsqll = \"count(*)\"\n"),
            "features.toml:4: sqll is nothing that a feature has");
  EXPECT_EQ(message_of("[[feature]]\nname = \"a b\"\nsql = \"count(*)\"\n"),
            "features.toml:1: the name of a feature is \"a b\", but must be letters, digits and "
            "underscores");
  EXPECT_EQ(message_of("[[feature]]\nname = \"a\"\n"), "features.toml:1: the feature a has no sql");
  EXPECT_THAT(message_of("[[feature]]\nname = \"a\"\nsql = \"count(*)\"\ntake = \"median\"\n"),
              HasSubstr("features.toml:4: take is \"median\""));
  for (const std::string windows : {"3", "[0]", "[1, 1]", "[200]", "[1.5]", "[]"}) {
    EXPECT_THAT(message_of("[[feature]]\nname = \"a\"\nsql = \"count(*)\"\nwindows = " + windows),
                HasSubstr("features.toml:4: windows must be"));
  }
  EXPECT_THAT(message_of("features = 3\n"), HasSubstr("features is not known"));
  EXPECT_THAT(message_of("feature = [1]\n"), HasSubstr("a feature must be a table"));
  const std::string one = "[[feature]]\nname = \"a\"\nsql = \"count(*)\"\n";
  EXPECT_THAT(message_of(one + one), HasSubstr("features.toml:4: the feature a is declared twice"));
}

}  // namespace
}  // namespace till::engine
