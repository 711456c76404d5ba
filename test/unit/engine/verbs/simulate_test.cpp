#include "till/engine/simulate.hpp"

#include <filesystem>
#include <string>

#include "engine/simulated_log_file.hpp"
#include "support/temporary_folder.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "till/engine/activity.hpp"

namespace till::engine {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

SimulateOptions small_log(const std::string& into) {
  SimulateOptions options;
  options.into = into;
  options.log.rows = 3'000;
  options.log.customer_count = 100;
  options.log.product_count = 20;
  return options;
}

TEST(Simulate, WhatIsWrittenIsReadBackWhole) {
  const test::TemporaryFolder folder;
  for (const std::string name : {"log.csv", "log.csv.gz", "log.csv.zst", "log.parquet"}) {
    SCOPED_TRACE(name);
    Session maker(SessionOptions{.seed = 5});
    const Result<Answer> made = simulate(maker, small_log(folder / name));
    ASSERT_TRUE(made) << made.error().message;
    Session reader(SessionOptions{.sources = {folder / name}});
    const Result<Answer> read = activity(reader, {});
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(std::get<std::int64_t>(find(read->summary, "transactions")->data),
              std::get<std::int64_t>(find(made->summary, "rows")->data));
    EXPECT_EQ(std::get<std::int64_t>(find(read->summary, "customers")->data),
              std::get<std::int64_t>(find(made->summary, "customers")->data));
    EXPECT_EQ(read->source->first, std::get<Instant>(find(made->summary, "first")->data));
    EXPECT_EQ(read->source->last, std::get<Instant>(find(made->summary, "last")->data));
    EXPECT_EQ(read->source->rejected, 0);
    EXPECT_EQ(read->source->duplicates, 0);
  }
}

TEST(Simulate, ACancelledSessionLeavesNoFile) {
  const test::TemporaryFolder folder;
  SimulateOptions options = small_log(folder / "log.parquet");
  options.truth = folder / "truth.jsonl";
  Session session(SessionOptions{});
  session.cancel();
  const Result<Answer> made = simulate(session, options);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, ErrorCode::Cancelled);
  EXPECT_TRUE(std::filesystem::is_empty(std::filesystem::path(options.into).parent_path()));
}

TEST(Simulate, NeedsAFileOfItsOwn) {
  Session session(SessionOptions{});
  EXPECT_EQ(simulate(session, {}).error().message,
            "simulate: into is not said, but must name the file to write");
  SimulateOptions options = small_log("log.csv");
  options.truth = "log.csv";
  EXPECT_THAT(simulate(session, options).error().message, HasSubstr("another file"));
}

TEST(SimulatedIds, SortAsTheirNumbers) {
  const SimulatedIds ids('C', 100);
  EXPECT_EQ(ids(0), "C001");
  EXPECT_EQ(ids(99), "C100");
  EXPECT_EQ(SimulatedIds('P', 9)(8), "P9");
}

TEST(SimulatedTruth, BeginsWithTheSettingsAndCountsItsLines) {
  models::SimulatedLogOptions options;
  options.customer_count = 3;
  options.product_count = 2;
  options.from = {2018, 1, 1};
  options.to = {2018, 1, 8};
  options.purchase_rate = 12.0;
  const Result<models::SimulatedLog> log = models::SimulatedLog::plan(options);
  ASSERT_TRUE(log);
  std::string text;
  const Result<std::int64_t> lines =
      write_simulated_truth(*log, [&text](std::string_view bytes) -> Result<void> {
        text += bytes;
        return {};
      });
  ASSERT_TRUE(lines);
  EXPECT_EQ(*lines, 1 + 7 + 2 + 3);
  EXPECT_EQ(*lines, std::ranges::count(text, '\n'));
  EXPECT_THAT(text,
              StartsWith(R"({"kind":"log","seed":0,"customer_count":3,"product_count":2,)"
                         R"("from":"2018-01-01","to":"2018-01-08","purchase_rate":12,)"));
}

}  // namespace
}  // namespace till::engine
