#include "till/engine/arguments.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace till::engine {
namespace {

using testing::ElementsAre;

const std::vector<Parameter> kKnown = {{.name = "as_of"}, {.name = "window"}};

TEST(Arguments, TheLastWordCounts) {
  Arguments arguments;
  arguments.set("k", "5");
  arguments.set("k", "6");
  EXPECT_EQ(arguments.all().size(), 1U);
  EXPECT_THAT(arguments.find("k")->values, ElementsAre("6"));
}

TEST(Arguments, NamesAreKeptWithUnderscores) {
  Arguments arguments;
  arguments.set("as-of", "2018-01-01");
  ASSERT_TRUE(arguments.has("as_of"));
  EXPECT_EQ(arguments.find("as_of")->said_as, "as_of");
}

TEST(Arguments, FallbackSaysOnlyWhatWasNotSaid) {
  Arguments said;
  said.set("k", "5");
  Arguments fallback;
  fallback.set("k", "7");
  fallback.set("window", "1y");
  said.set_missing(fallback);
  EXPECT_THAT(said.find("k")->values, ElementsAre("5"));
  EXPECT_THAT(said.find("window")->values, ElementsAre("1y"));
}

TEST(Arguments, KnownNamesPass) {
  Arguments arguments;
  arguments.set("window", "1y");
  EXPECT_TRUE(check_names("top_products", arguments, kKnown).has_value());
}

TEST(Arguments, UnknownNameIsAnErrorThatNamesTheNearest) {
  Arguments arguments;
  arguments.set("windw", "1y");
  EXPECT_EQ(check_names("top_products", arguments, kKnown).error(),
            (Error{ErrorCode::InvalidArgument,
                   "top_products: windw is not a parameter",
                   "did you mean window?"}));
}

TEST(Arguments, UnknownFlagIsAnsweredWithAFlag) {
  Arguments arguments;
  arguments.set("as-off", "1y", "--as-off");
  EXPECT_EQ(check_names("top_products", arguments, kKnown).error(),
            (Error{ErrorCode::InvalidArgument,
                   "top_products: --as-off is not a parameter",
                   "did you mean --as-of?"}));
}

}  // namespace
}  // namespace till::engine
