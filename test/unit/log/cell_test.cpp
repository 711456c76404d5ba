#include "log/cell.hpp"

#include <cmath>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "till/core/rng.hpp"

namespace till::log {
namespace {

using ::testing::Optional;
using warehouse::BatchColumn;
using warehouse::BatchType;

constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();

// --- numbers
// --------------------------------------------------------------------------------------

TEST(Cell, ReadsIntegers) {
  EXPECT_THAT(parse_integer("0"), Optional(0));
  EXPECT_THAT(parse_integer("-12"), Optional(-12));
  EXPECT_THAT(parse_integer("9223372036854775807"), Optional(kMax));
  for (const std::string_view text :
       {"", "-", "007", "+1", " 1", "1 ", "1.0", "1e3", "9223372036854775808", "x"}) {
    EXPECT_EQ(parse_integer(text), std::nullopt) << text;
  }
}

TEST(Cell, ReadsReals) {
  EXPECT_THAT(parse_real("1.5"), Optional(1.5));
  EXPECT_THAT(parse_real(" +1.5 "), Optional(1.5));
  EXPECT_THAT(parse_real("-.5"), Optional(-0.5));
  EXPECT_THAT(parse_real("1e3"), Optional(1000.0));
  for (const std::string_view text :
       {"", " ", "nan", "inf", "-inf", "1,5", "1.5x", "1e999", "$5", "0x10"}) {
    EXPECT_EQ(parse_real(text), std::nullopt) << text;
  }
}

TEST(Cell, ReadsTruthValues) {
  EXPECT_THAT(parse_boolean("true"), Optional(true));
  EXPECT_THAT(parse_boolean("TRUE"), Optional(true));
  EXPECT_THAT(parse_boolean("False"), Optional(false));
  for (const std::string_view text : {"", "t", "yes", "1", "truth", "tru"}) {
    EXPECT_EQ(parse_boolean(text), std::nullopt) << text;
  }
}

// --- amounts
// --------------------------------------------------------------------------------------

TEST(Cell, ReadsAmountsInTenThousandths) {
  EXPECT_THAT(parse_amount("12.34"), Optional(123'400));
  EXPECT_THAT(parse_amount("0.1"), Optional(1'000));
  EXPECT_THAT(parse_amount("7"), Optional(70'000));
  EXPECT_THAT(parse_amount("-3.5"), Optional(-35'000));
  EXPECT_THAT(parse_amount("+3.5"), Optional(35'000));
  EXPECT_THAT(parse_amount(".5"), Optional(5'000));
  EXPECT_THAT(parse_amount("5."), Optional(50'000));
  EXPECT_THAT(parse_amount(" 5 "), Optional(50'000));
  EXPECT_THAT(parse_amount("1e3"), Optional(10'000'000));
  EXPECT_THAT(parse_amount("1.25e-1"), Optional(1'250));
}

TEST(Cell, RoundsAmountsHalfAwayFromZero) {
  EXPECT_THAT(parse_amount("0.00005"), Optional(1));
  EXPECT_THAT(parse_amount("-0.00005"), Optional(-1));
  EXPECT_THAT(parse_amount("0.000049999"), Optional(0));
  EXPECT_THAT(parse_amount("1.99995"), Optional(20'000));
  EXPECT_THAT(parse_amount("1.999949999"), Optional(19'999));
  EXPECT_THAT(amount_of(0.00005), Optional(1));
  EXPECT_THAT(amount_of(-0.00005), Optional(-1));
}

TEST(Cell, RefusesAmountsThatAreNone) {
  for (const std::string_view text :
       {"", " ", "-", ".", "+", "x", "$5", "1,5", "1.2.3", "--1", "nan", "inf", "5 EUR"}) {
    EXPECT_EQ(parse_amount(text), std::nullopt) << text;
  }
}

TEST(Cell, RefusesAmountsBeyondSixtyFourBits) {
  EXPECT_THAT(parse_amount("900000000000000"), Optional(9'000'000'000'000'000'000));
  EXPECT_THAT(parse_amount("-900000000000000"), Optional(-9'000'000'000'000'000'000));
  EXPECT_EQ(parse_amount("9300000000000000"), std::nullopt);
  EXPECT_EQ(parse_amount("99999999999999999999999999"), std::nullopt);
  EXPECT_EQ(parse_amount("1e300"), std::nullopt);
  EXPECT_EQ(amount_of(1e300), std::nullopt);
  EXPECT_EQ(amount_of(std::nan("")), std::nullopt);
}

TEST(Cell, ReadsWhatArithmeticInWholeNumbersSays) {
  Rng rng(5);
  for (int n = 0; n < 20'000; ++n) {
    const auto whole = static_cast<std::int64_t>(rng.below(1'000'000));
    const auto decimals = static_cast<std::int64_t>(rng.below(10'000'000));  // seven digits
    std::string text = std::to_string(10'000'000 + decimals);
    text = std::to_string(whole) + "." + text.substr(1);
    const std::int64_t expected = whole * kAmountScale + (decimals + 500) / 1'000;
    ASSERT_THAT(parse_amount(text), Optional(expected)) << text;
    ASSERT_THAT(parse_amount("-" + text), Optional(-expected)) << text;
  }
}

// --- types
// ----------------------------------------------------------------------------------------

BatchType guess(const std::vector<std::string_view>& texts) {
  TypeGuess guess;
  for (const std::string_view text : texts) {
    guess.observe(text);
  }
  return guess.type();
}

TEST(TypeGuess, FindsTheNarrowestTypeThatHoldsEveryText) {
  EXPECT_EQ(guess({"1", "-2", ""}), BatchType::Integer);
  EXPECT_EQ(guess({"1", "2.5"}), BatchType::Real);
  EXPECT_EQ(guess({"1e-05", "0.3"}), BatchType::Real);
  EXPECT_EQ(guess({"true", "FALSE"}), BatchType::Boolean);
  EXPECT_EQ(guess({"true", "1"}), BatchType::Text);
  EXPECT_EQ(guess({"1", "x"}), BatchType::Text);
  EXPECT_EQ(guess({}), BatchType::Text);
  EXPECT_EQ(guess({"", ""}), BatchType::Text);
}

TEST(TypeGuess, LeavesIdsAsText) {
  EXPECT_EQ(guess({"1", "007"}), BatchType::Text);
  EXPECT_EQ(guess({"00.5"}), BatchType::Text);
  EXPECT_EQ(guess({"1e5"}), BatchType::Text);
  EXPECT_EQ(guess({"12345678901234567890"}), BatchType::Text);
  EXPECT_EQ(guess({"1234567890123456.5"}), BatchType::Text);
  EXPECT_EQ(guess({"+33123456"}), BatchType::Text);
  EXPECT_EQ(guess({"-"}), BatchType::Text);
  EXPECT_EQ(guess({"."}), BatchType::Text);
  EXPECT_EQ(guess({"1.2.3"}), BatchType::Text);
  EXPECT_EQ(guess({" 1"}), BatchType::Text);
  EXPECT_EQ(guess({"1e+400"}), BatchType::Text);
}

TEST(Cell, AppendsTextsThatFitTheColumn) {
  const auto fits = [](BatchType type, std::string_view text) {
    BatchColumn column(type);
    const bool same = append_text_as(column, text) == type;
    EXPECT_EQ(column.size(), 1U);
    return same;
  };
  EXPECT_TRUE(fits(BatchType::Integer, "12"));
  EXPECT_TRUE(fits(BatchType::Integer, ""));
  EXPECT_TRUE(fits(BatchType::Real, "12"));
  EXPECT_TRUE(fits(BatchType::Real, "1e-05"));
  EXPECT_TRUE(fits(BatchType::Boolean, "True"));
  EXPECT_TRUE(fits(BatchType::Text, "anything"));
  EXPECT_TRUE(fits(BatchType::Timestamp, ""));
  EXPECT_FALSE(fits(BatchType::Real, "007"));
  EXPECT_FALSE(fits(BatchType::Boolean, "1"));
  EXPECT_FALSE(fits(BatchType::Timestamp, "2017-01-31"));
}

TEST(Cell, NamesTheTypeThatWouldFit) {
  BatchColumn integers(BatchType::Integer);
  EXPECT_EQ(append_text_as(integers, "1.5"), BatchType::Real);
  EXPECT_EQ(append_text_as(integers, "x"), BatchType::Text);
  EXPECT_EQ(append_text_as(integers, "007"), BatchType::Text);
  BatchColumn reals(BatchType::Real);
  EXPECT_EQ(append_text_as(reals, "x"), BatchType::Text);
}

}  // namespace
}  // namespace till::log
