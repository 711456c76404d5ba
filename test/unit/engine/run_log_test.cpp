#include "till/engine/run_log.hpp"

#include <fstream>
#include <iterator>
#include <string>
#include <utility>

#include "support/temporary_folder.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace till::engine {
namespace {

using test::TemporaryFolder;

std::string content(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

Instant noon() {
  return Instant{1'514'808'000'000'000};
}

TEST(RunLog, AppendsALineForEachEvent) {
  const TemporaryFolder folder;
  const std::string path = folder / "runs.jsonl";
  Result<RunLog> log = RunLog::open(path, "r1", noon);
  ASSERT_TRUE(log.has_value()) << log.error().message;
  log->record("scores", {{"model", "a\nb"}, {"crps", 4.5}});
  EXPECT_EQ(content(path),
            "{\"run\": \"r1\", \"time\": \"2018-01-01T12:00:00Z\", \"event\": \"scores\", "
            "\"model\": \"a\\nb\", \"crps\": 4.5}\n");
  EXPECT_TRUE(log->written().has_value());
}

TEST(RunLog, LeavesWhatOtherRunsWrote) {
  const TemporaryFolder folder;
  const std::string path = folder / "runs.jsonl";
  Result<RunLog> first = RunLog::open(path, "r1", noon);
  Result<RunLog> second = RunLog::open(path, "r2", noon);
  ASSERT_TRUE(first.has_value() && second.has_value());
  first->record("begin", {});
  second->record("begin", {});
  const RunLog moved = std::move(*first);
  EXPECT_THAT(content(path), testing::MatchesRegex(".*\"r1\".*\n.*\"r2\".*\n"));
}

TEST(RunLog, BeginsOnALineOfItsOwn) {
  const TemporaryFolder folder;
  const std::string path = folder.write("runs.jsonl", "{\"cut\": \"sho");
  Result<RunLog> log = RunLog::open(path, "r1", noon);
  ASSERT_TRUE(log.has_value());
  log->record("begin", {});
  EXPECT_THAT(content(path), testing::StartsWith("{\"cut\": \"sho\n{\"run\""));
}

TEST(RunLog, LeavesPasswordsOut) {
  const TemporaryFolder folder;
  const std::string path = folder / "runs.jsonl";
  Result<RunLog> log = RunLog::open(path, "r1", noon);
  ASSERT_TRUE(log.has_value());
  Arguments arguments;
  arguments.set("sources", "postgresql://ann:secret@shop/sales");
  log->begin("forecast", arguments);
  EXPECT_THAT(content(path), testing::Not(testing::HasSubstr("secret")));
}

TEST(RunLog, RemembersWhatItCouldNotWrite) {
  Result<RunLog> log = RunLog::open("/dev/full", "r1", noon);
  ASSERT_TRUE(log.has_value());
  log->record("begin", {});
  ASSERT_FALSE(log->written().has_value());
  EXPECT_EQ(log->written().error().code, ErrorCode::Io);
}

TEST(RunLog, NamesAPathThatIsNotThere) {
  const Result<RunLog> log = RunLog::open("/missing/runs.jsonl", "r1", noon);
  ASSERT_FALSE(log.has_value());
  EXPECT_EQ(log.error().code, ErrorCode::Io);
  EXPECT_THAT(log.error().message, testing::HasSubstr("/missing/runs.jsonl"));
}

}  // namespace
}  // namespace till::engine
