#include "till/engine/terminal_text.hpp"

#include <gtest/gtest.h>

namespace till::engine {
namespace {

TEST(TerminalText, WideCharactersTakeTwoCells) {
  EXPECT_EQ(display_width(""), 0U);
  EXPECT_EQ(display_width("Renault"), 7U);
  EXPECT_EQ(display_width("Škoda"), 5U);
  EXPECT_EQ(display_width("日本"), 4U);
  EXPECT_EQ(display_width("😀!"), 3U);
  EXPECT_EQ(display_width("한글"), 4U);
  EXPECT_EQ(display_width("ＡＢ"), 4U);
}

TEST(TerminalText, CombiningCharactersTakeNone) {
  EXPECT_EQ(display_width("e\u0301"), 1U);
  EXPECT_EQ(display_width("a\u200Bb"), 2U);
}

TEST(TerminalText, BytesThatAreNotUtf8TakeOneEach) {
  EXPECT_EQ(display_width("a\xff\xfe"), 3U);
  EXPECT_EQ(display_width("\xe6\x97"), 2U);          // cut off
  EXPECT_EQ(display_width("\xc0\xaf"), 2U);          // overlong
  EXPECT_EQ(display_width("\xed\xa0\x80"), 3U);      // surrogate
  EXPECT_EQ(display_width("\xf5\x80\x80\x80"), 4U);  // above U+10FFFF
}

TEST(TerminalText, PrintableObeysNobody) {
  EXPECT_EQ(printable("plain 日本"), "plain 日本");
  EXPECT_EQ(printable("\x1b[2Jgone"), "?[2Jgone");
  EXPECT_EQ(printable("a\tb\nc\x7f"), "a?b?c?");
  EXPECT_EQ(printable("a\u009bb"), "a?b");  // CSI in one character
  EXPECT_EQ(printable("a\u202eb"), "a?b");  // turns the direction of writing
  EXPECT_EQ(printable("a\xffz"), "a?z");
}

TEST(TerminalText, ShortenedEndsInDotsAndFits) {
  EXPECT_EQ(shortened("abcdef", 6), "abcdef");
  EXPECT_EQ(shortened("abcdefg", 6), "abc...");
  EXPECT_EQ(shortened("日本日本", 6), "日...");
  EXPECT_EQ(shortened("abcdef", 2), "..");
  EXPECT_EQ(shortened("abcdef", 0), "");
}

TEST(TerminalText, WrappedBreaksAtSpaces) {
  EXPECT_EQ(wrapped("one two three", 7, 0), "one two\nthree");
  EXPECT_EQ(wrapped("one two three", 9, 2), "one two\n  three");
  EXPECT_EQ(wrapped("incomprehensible word", 5, 0), "incomprehensible\nword");
  EXPECT_EQ(wrapped("one\ntwo", 80, 3), "one\n   two");
  EXPECT_EQ(wrapped("", 80, 3), "");
}

}  // namespace
}  // namespace till::engine
