#include "till/core/result.hpp"

#include <memory>
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace till {
namespace {

Error no_such_file() {
  return {ErrorCode::NotFound, "open: path is \"x\", but must exist", "check the path"};
}

Result<int> half(int n) {
  if (n % 2 != 0) {
    return Error{ErrorCode::InvalidArgument, "half: n is odd", ""};
  }
  return n / 2;
}

Result<int> quarter(int n) {
  TILL_ASSIGN(const int first, half(n));
  TILL_ASSIGN(const int second, half(first));
  return second;
}

Result<void> must_be_even(int n) {
  TILL_TRY(half(n));
  return {};
}

Result<std::unique_ptr<int>> boxed(int n) {
  TILL_TRY(must_be_even(n));
  return std::make_unique<int>(n);
}

Result<int> unboxed(int n) {
  std::unique_ptr<int> box;
  TILL_ASSIGN(box, boxed(n));
  return *box;
}

TEST(Result, HoldsAValue) {
  const Result<int> result = 7;
  EXPECT_TRUE(result.has_value());
  EXPECT_TRUE(static_cast<bool>(result));
  EXPECT_EQ(*result, 7);
  EXPECT_EQ(result.value(), 7);
  EXPECT_EQ(result.value_or(1), 7);
}

TEST(Result, HoldsAnErrorWhole) {
  const Result<int> result = no_such_file();
  EXPECT_FALSE(result.has_value());
  EXPECT_FALSE(static_cast<bool>(result));
  EXPECT_EQ(result.error(), no_such_file());
  EXPECT_EQ(result.value_or(1), 1);
}

TEST(Result, TellsAnErrorFromAValueThatLooksLikeOne) {
  const Result<std::string> result = std::string("error");
  EXPECT_TRUE(result.has_value());
  EXPECT_EQ(result->size(), 5U);
}

TEST(Result, CanBeChangedInPlace) {
  Result<std::string> result = std::string("till");
  result->append(" is");
  *result += " here";
  EXPECT_EQ(*result, "till is here");
}

TEST(Result, MovesAValueOut) {
  Result<std::unique_ptr<int>> result = std::make_unique<int>(3);
  const std::unique_ptr<int> taken = *std::move(result);
  EXPECT_EQ(*taken, 3);
}

TEST(Result, MovesAnErrorOut) {
  Result<int> result = no_such_file();
  const Error taken = std::move(result).error();
  EXPECT_EQ(taken, no_such_file());
}

TEST(Result, OfNothingIsSuccessUnlessItHoldsAnError) {
  const Result<void> success;
  EXPECT_TRUE(success.has_value());
  const Result<void> failure = no_such_file();
  EXPECT_FALSE(failure.has_value());
  EXPECT_EQ(failure.error(), no_such_file());
}

TEST(Result, AssignGoesOnWithTheValue) {
  EXPECT_EQ(*quarter(12), 3);
  EXPECT_EQ(*unboxed(4), 4);
}

TEST(Result, AssignLeavesWithTheFirstError) {
  EXPECT_EQ(quarter(6).error(), (Error{ErrorCode::InvalidArgument, "half: n is odd", ""}));
}

TEST(Result, TryPassesAnErrorToAResultOfAnotherType) {
  EXPECT_EQ(unboxed(3).error(), (Error{ErrorCode::InvalidArgument, "half: n is odd", ""}));
}

#ifndef NDEBUG
TEST(ResultDeathTest, AValueThatIsNotThereIsNeverTaken) {
  const Result<int> failure = no_such_file();
  EXPECT_DEATH(static_cast<void>(failure.value()), "value\\(\\) of a Result that holds an error");
}

TEST(ResultDeathTest, AnErrorThatIsNotThereIsNeverTaken) {
  const Result<int> success = 1;
  EXPECT_DEATH(static_cast<void>(success.error()), "error\\(\\) of a Result that holds a value");
}
#endif

}  // namespace
}  // namespace till
