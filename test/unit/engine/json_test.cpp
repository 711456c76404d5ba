#include "till/engine/json.hpp"

#include <limits>
#include <string>

#include <gtest/gtest.h>

namespace till::engine {
namespace {

Answer small_answer() {
  Answer answer;
  answer.verb = "top-products";
  answer.parameters = {{"sources", List{"a.csv", "b.csv"}},
                       {"k", 5},
                       {"as_of", Instant{0}},
                       {"by", Value()},
                       {"race", false}};
  answer.source = log::Source{"ab12", 10, 2, 1, Instant{0}, Instant{1'500'000}};
  answer.rows.columns = {
      {"rank", IntegerColumn{1, 2}},
      {"product_id", TextColumn{"Renault", "├ÅTS"}},
      {"share", RealColumn{0.1, std::numeric_limits<double>::quiet_NaN()}},
      {"previous_rank", IntegerColumn{std::nullopt, 7}},
  };
  answer.total_rows = 2;
  answer.summary = {{"products", 2},
                    {"mean", 2.5},
                    {"rejects", Object{{"invalid_timestamp", 3}}},
                    {"gaps", List{Object{{"days", 3}}}},
                    {"junk", List{}}};
  answer.warnings = {"careful: \"x\""};
  return answer;
}

TEST(Json, IsOneObjectWithOneLineForEachRow) {
  EXPECT_EQ(to_json(small_answer()), R"({
  "verb": "top-products",
  "parameters": {
    "sources": ["a.csv", "b.csv"],
    "k": 5,
    "as_of": "1970-01-01T00:00:00Z",
    "by": null,
    "race": false
  },
  "source": {
    "fingerprint": "ab12",
    "accepted": 10,
    "rejected": 2,
    "duplicates": 1,
    "first": "1970-01-01T00:00:00Z",
    "last": "1970-01-01T00:00:01.500Z"
  },
  "rows": [
    {"rank": 1, "product_id": "Renault", "share": 0.1, "previous_rank": null},
    {"rank": 2, "product_id": "├ÅTS", "share": null, "previous_rank": 7}
  ],
  "summary": {
    "products": 2,
    "mean": 2.5,
    "rejects": {"invalid_timestamp": 3},
    "gaps": [
      {"days": 3}
    ],
    "junk": []
  },
  "warnings": [
    "careful: \"x\""
  ],
  "till_version": ")" TILL_VERSION R"("
}
)");
}

TEST(Json, EmptyAnswerHasAllKeys) {
  Answer answer;
  answer.verb = "describe";
  EXPECT_EQ(to_json(answer), R"({
  "verb": "describe",
  "parameters": {},
  "source": null,
  "rows": [],
  "summary": {},
  "warnings": [],
  "till_version": ")" TILL_VERSION R"("
}
)");
}

std::string cell(TableColumn column) {
  Answer answer;
  column.name = "x";
  answer.rows.columns = {std::move(column)};
  const std::string json = to_json(answer);
  const std::size_t begin = json.find("{\"x\": ") + 6;
  return json.substr(begin, json.find("}\n", begin) - begin);
}

TEST(Json, NumbersReadBackAsTheyWere) {
  EXPECT_EQ(cell({"", RealColumn{0.1}}), "0.1");
  EXPECT_EQ(cell({"", RealColumn{1.0 / 3.0}}), "0.3333333333333333");
  EXPECT_EQ(cell({"", RealColumn{1e300}}), "1e+300");
  EXPECT_EQ(cell({"", RealColumn{std::numeric_limits<double>::infinity()}}), "null");
  EXPECT_EQ(cell({"", IntegerColumn{std::numeric_limits<std::int64_t>::min()}}),
            "-9223372036854775808");
  EXPECT_EQ(cell({"", IntegerColumn{std::numeric_limits<std::int64_t>::max()}}),
            "9223372036854775807");
}

TEST(Json, TextIsEscapedAndAlwaysUtf8) {
  EXPECT_EQ(cell({"", TextColumn{"say \"hi\" \\ \n\x01\x7f"}}),
            "\"say \\\"hi\\\" \\\\ \\n\\u0001\x7f\"");
  EXPECT_EQ(cell({"", TextColumn{"日本 😀"}}), "\"日本 😀\"");
  EXPECT_EQ(cell({"", TextColumn{"a\xff\xfe"}}), "\"a\xEF\xBF\xBD\xEF\xBF\xBD\"");
  EXPECT_EQ(cell({"", TextColumn{""}}), "\"\"");
  EXPECT_EQ(cell({"", TextColumn{std::nullopt}}), "null");
}

TEST(Json, InstantsAreRfc3339) {
  EXPECT_EQ(cell({"", InstantColumn{Instant{1'234'567}}}), "\"1970-01-01T00:00:01.234567Z\"");
  EXPECT_EQ(cell({"", InstantColumn{std::nullopt}}), "null");
}

TEST(Json, ManyRowsLeaveInPieces) {
  Answer answer;
  answer.rows.columns = {{"customer_id", TextColumn(50'000, "somebody with a long name")}};
  std::size_t pieces = 0;
  std::size_t largest = 0;
  std::string all;
  const Result<void> written = write_json(answer, [&](std::string_view bytes) -> Result<void> {
    ++pieces;
    largest = std::max(largest, bytes.size());
    all += bytes;
    return {};
  });
  EXPECT_TRUE(written.has_value());
  EXPECT_GT(pieces, 10U);
  EXPECT_LT(largest, 100'000U);
  EXPECT_EQ(all, to_json(answer));
}

TEST(Json, EndsWhenTheSinkDoes) {
  const Error full{ErrorCode::Io, "disk full", ""};
  EXPECT_EQ(
      write_json(small_answer(), [&](std::string_view) -> Result<void> { return full; }).error(),
      full);
}

}  // namespace
}  // namespace till::engine
