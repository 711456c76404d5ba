#include "till/engine/ingest.hpp"

#include "log_of_sales.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace till::engine {
namespace {

using test::rows_of;
using testing::ElementsAre;

TEST(Ingest, HasOneRowForEachFile) {
  test::TemporaryFolder folder;
  const std::string log = folder.write("sales.csv", test::kSales);
  Session first({.sources = {log}});
  const Result<Answer> answer = ingest(first, {.into = folder / "shop.duckdb"});
  ASSERT_TRUE(answer.has_value()) << answer.error().message;
  EXPECT_THAT(test::columns_of(answer->rows),
              ElementsAre("file", "status", "read", "accepted", "rejected", "sha256"));
  EXPECT_THAT(rows_of(answer->rows, {"file", "status", "read", "accepted", "rejected"}),
              ElementsAre(log + " added 8 8 0"));
  EXPECT_EQ(
      answer->title,
      "Kept 8 of 8 rows in " + (folder / "shop.duckdb") + ", which now holds 8 transactions.");
  ASSERT_TRUE(answer->source.has_value());
  EXPECT_EQ(answer->source->accepted, 8);
}

TEST(Ingest, KnowsAFileAgain) {
  test::TemporaryFolder folder;
  const std::string log = folder.write("sales.csv", test::kSales);
  for (int time = 0; time < 2; ++time) {
    Session session({.sources = {log}});
    const Result<Answer> answer = ingest(session, {.into = folder / "shop.duckdb"});
    ASSERT_TRUE(answer.has_value()) << answer.error().message;
    EXPECT_THAT(rows_of(answer->rows, {"status"}), ElementsAre(time == 0 ? "added" : "known"));
    EXPECT_EQ(answer->source->accepted, 8);
  }
}

TEST(Ingest, NeedsToKnowWhereTo) {
  Session session({.sources = {"sales.csv"}});
  EXPECT_EQ(ingest(session, {}).error(),
            (Error{ErrorCode::InvalidArgument,
                   "ingest: into is not said, but must name the database that keeps the log",
                   "for example: --into shop.duckdb"}));
}

}  // namespace
}  // namespace till::engine
