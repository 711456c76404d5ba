#include "log/json_source.hpp"

#include <string>
#include <string_view>
#include <vector>

#include "log/text_window.hpp"
#include "support/error_text.hpp"
#include "support/packed.hpp"
#include "support/read_rows.hpp"
#include "support/temporary_folder.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "till/core/rng.hpp"

namespace till::log {
namespace {

using namespace std::string_view_literals;
using test::ReadRows;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class JsonSourceTest : public ::testing::Test {
 protected:
  ReadRows read(std::string_view text, std::vector<std::string> known = {}) {
    late_.clear();
    return test::read_rows(open_json(
        folder_.write("log.json", text), "", std::move(known), [this](const std::string& column) {
          late_.push_back(column);
        }));
  }

  test::TemporaryFolder folder_;
  std::vector<std::string> late_;  // keys that were reported as new
};

TEST_F(JsonSourceTest, DeliversValuesByKey) {
  const ReadRows read =
      this->read("{\"a\": \"x\", \"b\": 1}\n{\"b\": 2, \"a\": \"y\"}\n{\"c\": true}\n");
  EXPECT_THAT(read.columns, ElementsAre("a", "b", "c"));
  EXPECT_THAT(read.rows(), ElementsAre("1: x|1|", "2: y|2|", "3: ||true"));
  EXPECT_THAT(read.texts,
              ElementsAre("{\"a\": \"x\", \"b\": 1}", "{\"b\": 2, \"a\": \"y\"}", "{\"c\": true}"));
}

TEST_F(JsonSourceTest, KeepsTheDigitsOfNumbers) {
  EXPECT_THAT(
      read("{\"a\": 123456789012345678901234567890, \"b\": 1.10, \"c\": -0.5e-3, \"d\": "
           "18446744073709551615, "
           "\"e\": -7, \"f\": 12.0}")
          .rows(),
      ElementsAre("1: 123456789012345678901234567890|1.10|-0.5e-3|18446744073709551615|-7|12.0"));
}

TEST_F(JsonSourceTest, ReadsNullAsMissing) {
  EXPECT_THAT(read("{\"a\": null, \"b\": \"\", \"c\": false}").rows(), ElementsAre("1: ||false"));
}

TEST_F(JsonSourceTest, UnescapesTexts) {
  EXPECT_THAT(read(R"({"a": "x\n\"y\"é😀", "b\u0041": "/"})").rows(),
              ElementsAre("1: x\n\"y\"é😀|/"));
  EXPECT_THAT(read(R"({"a": "x\n\"y\"é😀", "b\u0041": "/"})").columns, ElementsAre("a", "bA"));
}

TEST_F(JsonSourceTest, WritesNestedValuesAsJsonText) {
  EXPECT_THAT(
      read(
          R"({"a": {"x": [1, 2.50, null, "q\"", {}], "y": true}, "b": [], "c": [[1], {"z": 2}], "d": 3})")
          .rows(),
      ElementsAre(R"(1: {"x":[1,2.50,null,"q\"",{}],"y":true}|[]|[[1],{"z":2}]|3)"));
}

TEST_F(JsonSourceTest, TakesTheLastOfAKeyThatStandsTwice) {
  EXPECT_THAT(read("{\"a\": 1, \"a\": 2}").rows(), ElementsAre("1: 2"));
}

TEST_F(JsonSourceTest, SkipsBlankLinesButCountsThem) {
  EXPECT_THAT(read("\n  \n{\"a\": 1}\r\n\n{\"a\": 2}").rows(), ElementsAre("3: 1", "5: 2"));
}

TEST_F(JsonSourceTest, RefusesWhatIsNotOneObject) {
  const ReadRows read = this->read(
      "{\"a\": 1}\n{\"a\": }\n7\n\"x\"\nnull\n[{\"a\": 1}]\n{\"a\": 1} {\"a\": 2}\n{\"a\": "
      "3\n{}\n");
  EXPECT_THAT(read.refused,
              ElementsAre("2 invalid_json: {\"a\": }",
                          "3 invalid_json: 7",
                          "4 invalid_json: \"x\"",
                          "5 invalid_json: null",
                          "6 invalid_json: [{\"a\": 1}]",
                          "7 invalid_json: {\"a\": 1} {\"a\": 2}",
                          "8 invalid_json: {\"a\": 3"));
  EXPECT_THAT(read.rows(), ElementsAre("1: 1", "9: "));
}

TEST_F(JsonSourceTest, RefusesAByteZeroThatIsEscaped) {
  const ReadRows read = this->read(
      "{\"a\": \"x\\u0000y\"}\n{\"a\": \"x\\\\u0000y\"}\n{\"a\\u0000\": 1}\n{\"a\": "
      "[\"\\u0000\"]}\n");
  EXPECT_THAT(read.refused,
              ElementsAre("1 nul_byte: {\"a\": \"x\\u0000y\"}", "3 nul_byte: {\"a\\u0000\": 1}"));
  EXPECT_THAT(read.rows(), ElementsAre("2: x\\u0000y", "4: [\"\\u0000\"]"));
}

TEST_F(JsonSourceTest, RefusesBytesThatAreNoText) {
  const ReadRows read =
      this->read("{\"a\": 1}\n{\"a\": \"caf\xe9\"}\n{\"a\": \"x\0\"}\n{\"a\": 2}\n"sv);
  EXPECT_THAT(
      read.refused,
      ElementsAre("2 invalid_utf8: {\"a\": \"caf\\xe9\"}", "3 nul_byte: {\"a\": \"x\\x00\"}"));
  EXPECT_THAT(read.rows(), ElementsAre("1: 1", "4: 2"));
}

TEST_F(JsonSourceTest, RefusesDeepNesting) {
  const auto nested = [](int depth) {
    return "{\"a\": " + std::string(static_cast<std::size_t>(depth), '[') +
           std::string(static_cast<std::size_t>(depth), ']') + "}\n";
  };
  const ReadRows read = this->read(nested(63) + nested(64) + nested(400'000));
  EXPECT_THAT(read.lines, ElementsAre(1));
  EXPECT_THAT(read.refused, SizeIs(2));
}

TEST_F(JsonSourceTest, RefusesARowOfTenMegabytes) {
  const ReadRows read =
      this->read("{\"a\": 1}\n{\"a\": \"" + std::string(10'000'000, 'x') +
                 "\"}\n{\"a\": 2}\n{\"a\": \"" + std::string(kMaxRowBytes, 'y') + "\"}");
  EXPECT_THAT(read.rows(), ElementsAre("1: 1", "3: 2"));
  EXPECT_THAT(read.refused,
              ElementsAre("2 row_too_long: {\"a\": \"" + std::string(990, 'x') + "…",
                          "4 row_too_long: {\"a\": \"" + std::string(990, 'y') + "…"));
}

TEST_F(JsonSourceTest, ALongLineThatBeginsBlankIsNoBlankLine) {
  const std::string blanks(6 * kMaxRowBytes, ' ');  // more than is held of a file at once
  const ReadRows read = this->read("{\"a\": 1}\n" + blanks + "{\"a\": 2}\n\n{\"a\": 3}");
  EXPECT_THAT(read.rows(), ElementsAre("1: 1", "4: 3"));
  EXPECT_THAT(read.refused, ElementsAre("2 row_too_long: " + std::string(997, ' ') + "…"));
}

TEST_F(JsonSourceTest, ReportsKeysThatAppearOnlyLate) {
  std::string text;
  for (int i = 0; i < 10'000; ++i) {
    text += "{\"a\": 1}\n";
  }
  text += "{\"a\": 2, \"late\": \"x\"}\n";
  const ReadRows read = this->read(text);
  EXPECT_THAT(read.columns, ElementsAre("a"));
  EXPECT_THAT(late_, ElementsAre("late"));
  const ReadRows again = this->read(text, {"late"});
  EXPECT_THAT(again.columns, ElementsAre("late", "a"));
  EXPECT_THAT(late_, IsEmpty());
  EXPECT_EQ(again.rows().back(), "10001: x|2");
}

TEST_F(JsonSourceTest, ReadsRowsAcrossTheEdgesOfItsWindow) {
  Rng rng(3);
  std::string text;
  std::vector<std::string> expected;
  while (text.size() < 5'000'000) {
    const std::string filler(rng.below(40'000), 'x');
    const std::string number = std::to_string(expected.size());
    text +=
        "{\"n\": " + number + ", \"t\": \"" + filler + (rng.below(2) == 0 ? "\"}\n" : "\"}\r\n");
    expected.push_back(std::to_string(expected.size() + 1) + ": " + number + "|" + filler);
  }
  EXPECT_TRUE(read(text).rows() == expected);
}

TEST_F(JsonSourceTest, ReadsPackedFiles) {
  EXPECT_THAT(read(test::gzip("{\"a\": 1}\n")).rows(), ElementsAre("1: 1"));
  EXPECT_THAT(read(test::zstd("{\"a\": 1}\n")).rows(), ElementsAre("1: 1"));
}

TEST_F(JsonSourceTest, SaysWhyAFileHoldsNoLog) {
  const std::string path = folder_ / "log.json";
  const auto refusal = [&](std::string_view text) {
    const Result<RowSource> source = open_json(folder_.write("log.json", text), "", {}, {});
    EXPECT_FALSE(source);
    return source ? Error{} : source.error();
  };
  EXPECT_EQ(refusal("[\n  {\"a\": 1}\n]\n"),
            (Error{ErrorCode::InvalidData,
                   "ingest: " + path + " is a JSON array, but must be one object per line",
                   "turn it into lines: jq -c '.[]' " + path}));
  EXPECT_EQ(refusal("{\n"),
            (Error{ErrorCode::InvalidData,
                   "ingest: " + path + " holds no JSON object",
                   "a log in JSON has one object per line: {\"customer_id\": \"7\", …}"}));
}

TEST_F(JsonSourceTest, AccountsForEveryLineOfAnyBytes) {
  constexpr std::string_view kAlphabet = "{}[]\"\"a:,1\n\n e-\\u0.\xc3\xa9\xff";
  Rng rng(29);
  for (int n = 0; n < 300; ++n) {
    std::string text = "{\"a\": 1}\n";
    for (std::uint64_t length = rng.below(600); length > 0; --length) {
      text += rng.below(300) == 0 ? "{\"a\":1}\n"
                                  : std::string(1, kAlphabet[rng.below(kAlphabet.size())]);
    }
    const ReadRows read = this->read(text);
    ASSERT_EQ(read.error, "");
    std::size_t lines = 0;
    for (std::size_t begin = 0; begin < text.size();) {
      const std::size_t end = std::min(text.find('\n', begin), text.size());
      lines +=
          text.substr(begin, end - begin).find_first_not_of(" \t\r") == std::string::npos ? 0 : 1;
      begin = end + 1;
    }
    EXPECT_EQ(read.cells.size() + read.refused.size(), lines) << text;
  }
}

}  // namespace
}  // namespace till::log
