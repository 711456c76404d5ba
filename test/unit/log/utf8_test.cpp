#include "log/utf8.hpp"

#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace till::log {
namespace {

using namespace std::string_view_literals;

TEST(Utf8, KnowsAscii) {
  EXPECT_TRUE(is_ascii(""));
  EXPECT_TRUE(is_ascii("0123456789abcdef\x7f\0"sv));
  for (std::size_t at = 0; at < 20; ++at) {
    std::string text(20, 'x');
    text[at] = '\x80';
    EXPECT_FALSE(is_ascii(text)) << at;
  }
}

TEST(Utf8, AcceptsWhatUnicodeDefines) {
  EXPECT_TRUE(is_utf8(""));
  EXPECT_TRUE(is_utf8("aé€😀"));
  EXPECT_TRUE(
      is_utf8("\xed\x9f\xbf\xee\x80\x80\xf4\x8f\xbf\xbf"));  // around the surrogates, and the last
}

TEST(Utf8, RefusesWhatUnicodeForbids) {
  for (const std::string_view bytes : {"\x80"sv,              // a continuation without a lead
                                       "\xc3"sv,              // a lead without a continuation
                                       "\xc3\x28"sv,          //
                                       "\xc0\xaf"sv,          // overlong
                                       "\xe0\x9f\xbf"sv,      // overlong
                                       "\xf0\x8f\xbf\xbf"sv,  // overlong
                                       "\xed\xa0\x80"sv,      // a surrogate
                                       "\xf4\x90\x80\x80"sv,  // beyond the last
                                       "\xf5\x80\x80\x80"sv,
                                       "\xe2\x82"sv,
                                       "\xf0\x9f\x98"sv,
                                       "\xff"sv}) {
    EXPECT_FALSE(is_utf8(bytes));
    EXPECT_FALSE(is_utf8("x" + std::string(bytes) + "y"));
  }
}

TEST(Utf8, ShowsBytesThatCannotBeShown) {
  EXPECT_EQ(printable("aé\tb"), "aé\tb");
  EXPECT_EQ(printable("a\n\r\0\x7f\xff"sv), "a\\x0a\\x0d\\x00\\x7f\\xff");
  EXPECT_EQ(printable("\xe2\x82x"), "\\xe2\\x82x");
}

TEST(Utf8, ShowsAtMostAThousandBytes) {
  EXPECT_EQ(printable(std::string(1'000, 'x')), std::string(1'000, 'x'));
  EXPECT_EQ(printable(std::string(1'001, 'x')), std::string(997, 'x') + "…");
  std::string accents;
  for (int i = 0; i < 600; ++i) {
    accents += "é";
  }
  const std::string shown = printable(accents);
  EXPECT_EQ(shown.size(), 999U);
  EXPECT_TRUE(is_utf8(shown));
  EXPECT_EQ(printable(std::string(500, '\n')).size(), 999U);
}

TEST(Utf8, ShowsWhatWasShownAsItIs) {
  const std::string once = printable(std::string(5'000, 'x') + "\n");
  EXPECT_EQ(printable(once), once);
}

}  // namespace
}  // namespace till::log
