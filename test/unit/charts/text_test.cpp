#include "charts/text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace till::charts {
namespace {

using ::testing::ElementsAre;
using ::testing::Ge;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Le;
using ::testing::SizeIs;

constexpr Font kFont{11, false};
constexpr Font kBold{11, true};

TEST(Text, WidthIsThatOfTheFontAndGrowsWithSizeAndWeight) {
  // DejaVu Sans: an "x" is 1212 of 2048 units wide.
  EXPECT_NEAR(text_width("x", {2048, false}), 1212, 1);
  EXPECT_NEAR(text_width("xx", kFont), 2 * text_width("x", kFont), 0.02);
  EXPECT_GT(text_width("Renault", kBold), text_width("Renault", kFont));
  EXPECT_EQ(text_width("", kFont), 0);
}

TEST(Text, CssFontIsReadAsVegaWritesIt) {
  const std::string family(kFontFamily);
  EXPECT_EQ(text_width("Renault", "11px " + family), text_width("Renault", kFont));
  EXPECT_EQ(text_width("Renault", "bold 11px " + family), text_width("Renault", kBold));
  EXPECT_EQ(text_width("Renault", "700 11px " + family), text_width("Renault", kBold));
  EXPECT_EQ(text_width("Renault", "normal 11px " + family), text_width("Renault", kFont));
  EXPECT_NEAR(text_width("Renault", "22.5px " + family), text_width("Renault", {22.5, false}), 0);
}

TEST(Text, DrawableKeepsWhatCanBeDrawn) {
  EXPECT_EQ(drawable("Citroën <b>\"C3\"</b> & 日本 👩‍👩‍👧‍👦 قهوة"),
            "Citroën <b>\"C3\"</b> & 日本 👩‍👩‍👧‍👦 قهوة");
}

TEST(Text, DrawableIsOneLineOfValidText) {
  EXPECT_EQ(drawable("a\tb\nc\r\nd\u2028e"), "a b c  d e");
  EXPECT_EQ(drawable("nul\0!"), "nul");  // the literal ends there
  EXPECT_EQ(drawable(std::string_view("nul\0!", 5)), "nul\uFFFD!");
  EXPECT_EQ(drawable("\x01\x7f"), "\uFFFD\uFFFD");
  EXPECT_EQ(drawable("cut \xE2\x82"), "cut \uFFFD\uFFFD");
  EXPECT_EQ(drawable("overlong \xC0\xAF"), "overlong \uFFFD\uFFFD");
  EXPECT_EQ(drawable("surrogate \xED\xA0\x80"), "surrogate \uFFFD\uFFFD\uFFFD");
  EXPECT_EQ(drawable("beyond \xF4\x90\x80\x80"), "beyond \uFFFD\uFFFD\uFFFD\uFFFD");
}

TEST(Text, DrawableTakesOutWhatWouldReverseTheRestOfTheLine) {
  EXPECT_EQ(drawable("photo\u202Egnp.exe"), "photognp.exe");
  EXPECT_EQ(drawable("\u2066a\u2069\u200F"), "a");
}

TEST(Text, IsolatedSetsRightToLeftTextApart) {
  EXPECT_EQ(isolated("Renault 4"), "Renault 4");
  EXPECT_EQ(isolated("قهوة 250"), "\u2068قهوة 250\u2069");
  EXPECT_EQ(isolated("שלום"), "\u2068שלום\u2069");
}

TEST(Text, ElidedTextFitsAndSaysSo) {
  const std::string name = "STRAWBERRIES FRESH 1 LB CLAMSHELL PACKAGE";
  for (const double width : {400.0, 200.0, 90.0, 40.0, 12.0}) {
    EXPECT_THAT(text_width(elided_end(name, kFont, width), kFont), Le(width));
    EXPECT_THAT(text_width(elided_middle(name, kFont, width), kFont), Le(width));
  }
  EXPECT_EQ(elided_end(name, kFont, 400), name);
  EXPECT_EQ(elided_middle(name, kFont, 400), name);
  EXPECT_THAT(elided_middle(name, kFont, 150), ::testing::StartsWith("STRAWBERR"));
  EXPECT_THAT(elided_middle(name, kFont, 150), ::testing::EndsWith("PACKAGE"));
  EXPECT_THAT(elided_end(name, kFont, 150), ::testing::EndsWith("…"));
}

TEST(Text, ElidingLeavesNoHalfLetter) {
  // A joined family is one character to a reader, as is a letter with its accent.
  const std::string families =
      "👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍"
      "👧"
      "‍"
      "👦";
  const std::string family = families.substr(0, families.size() / 4);
  for (double width = 10; width < text_width(families, kFont); width += 3) {
    std::string shown = elided_end(families, kFont, width);
    ASSERT_THAT(shown, ::testing::EndsWith("…"));
    shown.erase(shown.size() - std::string("…").size());
    EXPECT_EQ(shown.size() % family.size(), 0U) << width;
  }
  const std::string accents = "e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301";
  for (double width = 10; width < text_width(accents, kFont); width += 2) {
    EXPECT_EQ(drawable(elided_middle(accents, kFont, width)), elided_middle(accents, kFont, width));
    EXPECT_EQ((elided_middle(accents, kFont, width).size() - 3) % 3, 0U);
  }
}

TEST(Text, NothingIsElidedToNothing) {
  EXPECT_EQ(elided_end("abc", kFont, 0), "…");
  EXPECT_EQ(elided_middle("abc", kFont, 0), "…");
  EXPECT_EQ(elided_end("", kFont, 0), "");
}

TEST(Text, WrappedBreaksBetweenWords) {
  const std::string text =
      "Source: car_makes, 975,955 transactions of 2,002 customers. Days of UTC.";
  const std::vector<std::string> lines = wrapped(text, kFont, 180, 9);
  EXPECT_THAT(lines, SizeIs(Ge(3U)));
  std::string joined;
  for (const std::string& line : lines) {
    EXPECT_THAT(text_width(line, kFont), Le(180));
    joined += (joined.empty() ? "" : " ") + line;
  }
  EXPECT_EQ(joined, text);
}

TEST(Text, WrappedSaysWhenWordsWereLeftOut) {
  const std::vector<std::string> lines = wrapped("one two three four five six seven", kFont, 60, 2);
  ASSERT_THAT(lines, SizeIs(2));
  EXPECT_EQ(lines[0], "one two");
  EXPECT_EQ(lines[1], "three …");
}

TEST(Text, WrappedElidesAWordThatIsTooWideAlone) {
  const std::vector<std::string> lines =
      wrapped("a " + std::string(300, 'x') + " b", kFont, 100, 5);
  ASSERT_THAT(lines, SizeIs(3));
  EXPECT_EQ(lines[0], "a");
  EXPECT_THAT(lines[1], HasSubstr("x…x"));
  EXPECT_EQ(lines[2], "b");
}

TEST(Text, WrappedNothingHasNoLines) {
  EXPECT_THAT(wrapped("", kFont, 100, 3), IsEmpty());
  EXPECT_THAT(wrapped("   ", kFont, 100, 3), IsEmpty());
}

TEST(Text, BalancedLeavesNoWordAlone) {
  const std::string text = "BANANAS (1082185) sold 3,932 times in 2020, most in February (1,422)";
  EXPECT_THAT(
      wrapped(text, {17, true}, 684, 3),
      ElementsAre("BANANAS (1082185) sold 3,932 times in 2020, most in February", "(1,422)"));
  EXPECT_THAT(
      balanced(text, {17, true}, 684, 3),
      ElementsAre("BANANAS (1082185) sold 3,932 times", "in 2020, most in February (1,422)"));
  EXPECT_THAT(balanced("short", {17, true}, 684, 3), ElementsAre("short"));
}

}  // namespace
}  // namespace till::charts
