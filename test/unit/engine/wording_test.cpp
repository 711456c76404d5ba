#include "engine/wording.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace till::engine {
namespace {

TEST(Wording, SharesArePercentages) {
  EXPECT_EQ(percent(0.0358), "3.6 %");
  EXPECT_EQ(percent(1.0, 2), "100.00 %");
  EXPECT_EQ(percent(-0.5, 0), "-50 %");
  EXPECT_EQ(share_words(0.0358), "3.6 %");
  EXPECT_EQ(share_words(0.0004), "less than 0.1 %");
  EXPECT_EQ(share_words(0.0), "0.0 %");
}

TEST(Wording, QuotesAreShortAndHarmless) {
  EXPECT_EQ(in_quotes("abc"), "\"abc\"");
  EXPECT_EQ(in_quotes("a\nb"), "\"a?b\"");
  EXPECT_EQ(in_quotes(std::string(100, 'x')), "\"" + std::string(80, 'x') + "...\"");
  // Cut between characters, never within one.
  EXPECT_EQ(in_quotes(std::string(79, 'x') + "é" + "yy"), "\"" + std::string(79, 'x') + "...\"");
}

TEST(Wording, ListsEndInAnd) {
  using Words = std::vector<std::string>;
  EXPECT_EQ(enumerated(Words{}), "");
  EXPECT_EQ(enumerated(Words{"a"}), "a");
  EXPECT_EQ(enumerated(Words{"a", "b"}), "a and b");
  EXPECT_EQ(enumerated(Words{"a", "b", "c"}), "a, b and c");
}

}  // namespace
}  // namespace till::engine
