#include "till/core/error.hpp"

#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace till {
namespace {

using testing::Each;
using testing::SizeIs;

constexpr ErrorCode kAllCodes[] = {ErrorCode::InvalidArgument,
                                   ErrorCode::InvalidData,
                                   ErrorCode::NotFound,
                                   ErrorCode::Conflict,
                                   ErrorCode::Unsupported,
                                   ErrorCode::Io,
                                   ErrorCode::CorruptFile,
                                   ErrorCode::Cancelled,
                                   ErrorCode::Internal};

TEST(Error, ExitCodesAreThoseOfTheManual) {
  EXPECT_EQ(exit_code(ErrorCode::InvalidArgument), 2);
  EXPECT_EQ(exit_code(ErrorCode::InvalidData), 3);
  EXPECT_EQ(exit_code(ErrorCode::NotFound), 4);
  EXPECT_EQ(exit_code(ErrorCode::Conflict), 5);
  EXPECT_EQ(exit_code(ErrorCode::Unsupported), 6);
  EXPECT_EQ(exit_code(ErrorCode::Io), 7);
  EXPECT_EQ(exit_code(ErrorCode::CorruptFile), 8);
  EXPECT_EQ(exit_code(ErrorCode::Cancelled), 130);
  EXPECT_EQ(exit_code(ErrorCode::Internal), 70);
}

TEST(Error, NamesAreSnakeCase) {
  EXPECT_EQ(name(ErrorCode::InvalidArgument), "invalid_argument");
  EXPECT_EQ(name(ErrorCode::InvalidData), "invalid_data");
  EXPECT_EQ(name(ErrorCode::NotFound), "not_found");
  EXPECT_EQ(name(ErrorCode::Conflict), "conflict");
  EXPECT_EQ(name(ErrorCode::Unsupported), "unsupported");
  EXPECT_EQ(name(ErrorCode::Io), "io");
  EXPECT_EQ(name(ErrorCode::CorruptFile), "corrupt_file");
  EXPECT_EQ(name(ErrorCode::Cancelled), "cancelled");
  EXPECT_EQ(name(ErrorCode::Internal), "internal");
}

TEST(Error, NoTwoCodesShareANameOrAnExitCode) {
  std::set<std::string_view> names;
  std::set<int> exit_codes;
  for (const ErrorCode code : kAllCodes) {
    names.insert(name(code));
    exit_codes.insert(exit_code(code));
  }
  EXPECT_THAT(names, SizeIs(std::size(kAllCodes)));
  EXPECT_THAT(exit_codes, SizeIs(std::size(kAllCodes)));
  EXPECT_THAT(exit_codes, Each(testing::Gt(0)));
}

TEST(Error, TextInQuotesIsPlainWhereItCanBe) {
  EXPECT_EQ(in_quotes(""), R"("")");
  EXPECT_EQ(in_quotes("6mo"), R"("6mo")");
  EXPECT_EQ(in_quotes("Zürich"), R"("Zürich")");
}

TEST(Error, TextInQuotesCannotForgeALogLineOrAColour) {
  EXPECT_EQ(in_quotes("a\nb\tc\rd"), R"("a\nb\tc\rd")");
  EXPECT_EQ(in_quotes("\x1b[31m"), R"("\x1b[31m")");
  EXPECT_EQ(in_quotes("\x7f"), R"("\x7f")");
  EXPECT_EQ(in_quotes(std::string_view("a\0b", 3)), R"("a\x00b")");
  EXPECT_EQ(in_quotes(R"(say "\")"), R"("say \"\\\"")");
}

TEST(Error, LongTextInQuotesIsCut) {
  EXPECT_EQ(in_quotes(std::string(80, 'a')), '"' + std::string(80, 'a') + '"');
  EXPECT_EQ(in_quotes(std::string(81, 'a')), '"' + std::string(80, 'a') + "...\"");
}

TEST(Error, TextInQuotesIsNeverCutInsideACharacter) {
  const std::string four_bytes = "\xf0\x9f\x9b\x92";
  EXPECT_EQ(in_quotes(std::string(78, 'a') + four_bytes), '"' + std::string(78, 'a') + "...\"");
  EXPECT_EQ(in_quotes(std::string(76, 'a') + four_bytes + "b"),
            '"' + std::string(76, 'a') + four_bytes + "...\"");
}

TEST(Error, TextInQuotesThatIsNotUtf8IsCutAllTheSame) {
  EXPECT_THAT(in_quotes(std::string(1000, '\x80')), SizeIs(testing::Le(85U)));
}

}  // namespace
}  // namespace till
