#include "till/engine/session.hpp"

#include <atomic>
#include <chrono>
#include <filesystem>
#include <string>
#include <thread>

#include "support/temporary_folder.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace till::engine {
namespace {

using test::TemporaryFolder;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

namespace fs = std::filesystem;

constexpr std::string_view kLog =
    "customer_id,product_id,timestamp\n"
    "c1,p1,2018-01-01T10:00:00Z\n"
    "c2,p1,2018-02-01T10:00:00Z\n"
    "c1,p2,2018-12-31T23:30:00Z\n";

std::vector<std::string> names(const Object& object) {
  std::vector<std::string> list;
  for (const Entry& entry : object) {
    list.push_back(entry.name);
  }
  return list;
}

TEST(Session, TellsDatabasesFromLogFiles) {
  TemporaryFolder folder;
  const std::string log = folder.write("log.csv", kLog);
  const std::string fake = folder.write("data", std::string(8, '\0') + "DUCK" + "rest");
  EXPECT_EQ(source_kind("postgresql://host/db"), SourceKind::Database);
  EXPECT_EQ(source_kind("shop.duckdb"), SourceKind::Database);
  EXPECT_EQ(source_kind("shop.db"), SourceKind::Database);
  EXPECT_EQ(source_kind(fake), SourceKind::Database);
  EXPECT_EQ(source_kind(log), SourceKind::LogFile);
  EXPECT_EQ(source_kind("*.csv"), SourceKind::LogFile);
  EXPECT_EQ(source_kind("-"), SourceKind::LogFile);
  EXPECT_EQ(source_kind("nothere"), SourceKind::LogFile);
}

TEST(Session, ReadsLogFilesIntoMemory) {
  TemporaryFolder folder;
  Session session({.sources = {folder.write("log.csv", kLog)}});
  const Result<log::Log*> log = session.log();
  ASSERT_TRUE(log.has_value()) << log.error().message;
  EXPECT_EQ((*log)->source().accepted, 3);
  EXPECT_EQ(session.source_sentence(),
            "log.csv, 3 transactions of 2 customers, 2018-01-01 to 2018-12-31");
  EXPECT_EQ(names(session.parameters()).size(), 14U);
  EXPECT_EQ(*session.log(), *log) << "the log is opened once";
}

TEST(Session, CountsDaysInTheZoneOfTheLog) {
  TemporaryFolder folder;
  const TimeZone paris = TimeZone::find("Europe/Paris").value();
  Session session({.sources = {folder.write("log.csv", kLog)}, .time_zone = paris});
  ASSERT_TRUE(session.log().has_value());
  EXPECT_EQ(session.source_sentence(),
            "log.csv, 3 transactions of 2 customers, 2018-01-01 to 2019-01-01");
}

TEST(Session, KeepsALogAndOpensIt) {
  TemporaryFolder folder;
  const std::string database = folder / "shop.duckdb";
  {
    Session session({.sources = {folder.write("log.csv", kLog)}});
    const Result<log::IngestReport> report = session.ingest(database);
    ASSERT_TRUE(report.has_value()) << report.error().message;
    EXPECT_EQ(report->accepted, 3);
    EXPECT_EQ((*session.log())->source().accepted, 3);
  }
  Session session({.sources = {database}});
  const Result<log::Log*> log = session.log();
  ASSERT_TRUE(log.has_value()) << log.error().message;
  EXPECT_EQ((*log)->source().accepted, 3);
  EXPECT_THAT(names(session.parameters()), ElementsAre("sources", "time_zone", "seed"));
  EXPECT_THAT(session.warnings(), IsEmpty());
}

TEST(Session, AddsToALogInItsOwnZone) {
  TemporaryFolder folder;
  const std::string database = folder / "shop.duckdb";
  const TimeZone paris = TimeZone::find("Europe/Paris").value();
  ASSERT_TRUE(Session({.sources = {folder.write("a.csv", kLog)}, .time_zone = paris})
                  .ingest(database)
                  .has_value());
  Session second({.sources = {folder.write(
                      "b.csv", "customer_id,product_id,timestamp\nc3,p1,2019-01-01T10:00:00Z\n")}});
  const Result<log::IngestReport> report = second.ingest(database);
  ASSERT_TRUE(report.has_value()) << report.error().message;
  EXPECT_EQ((*second.log())->zone(), paris);
  EXPECT_EQ((*second.log())->source().accepted, 4);
}

TEST(Session, RemovesADatabaseThatAFailedFirstIngestLeavesEmpty) {
  TemporaryFolder folder;
  const std::string database = folder / "shop.duckdb";
  Session session({.sources = {folder.write("bad.csv", "a,b\n1,2\n")}});
  EXPECT_FALSE(session.ingest(database).has_value());
  EXPECT_FALSE(fs::exists(database));
  EXPECT_FALSE(fs::exists(database + ".wal"));
}

TEST(Session, KeepsWhatWasThereWhenAnIngestFails) {
  TemporaryFolder folder;
  const std::string database = folder / "shop.duckdb";
  ASSERT_TRUE(Session({.sources = {folder.write("a.csv", kLog)}}).ingest(database).has_value());
  EXPECT_FALSE(
      Session({.sources = {folder.write("bad.csv", "a,b\n1,2\n")}}).ingest(database).has_value());
  Session session({.sources = {database}});
  ASSERT_TRUE(session.log().has_value());
  EXPECT_EQ((*session.log())->source().accepted, 3);
}

TEST(Session, WithoutASourceIsAnError) {
  EXPECT_EQ(Session({}).log().error(),
            (Error{ErrorCode::InvalidArgument,
                   "sources: no log is named",
                   "name log files or a database made by till ingest, such as shop.duckdb"}));
}

TEST(Session, ADatabaseMustBeAlone) {
  EXPECT_EQ(Session({.sources = {"a.csv", "shop.duckdb"}}).log().error().message,
            "sources: \"shop.duckdb\" is a database and must be the only source");
}

TEST(Session, FlagsForReadingAreRefusedForAKeptLog) {
  SessionOptions options;
  options.sources = {"shop.duckdb"};
  options.delimiter = ";";
  EXPECT_EQ(
      Session(options).log().error().message,
      "sources: \"shop.duckdb\" is a kept log: --delimiter means something only while files are "
      "read");
}

TEST(Session, ATableNeedsADatabase) {
  SessionOptions options;
  options.sources = {"a.csv"};
  options.table = "sales";
  EXPECT_EQ(Session(options).log().error().message,
            "sources: table is \"sales\", but \"a.csv\" is no database");
  EXPECT_EQ(Session({.sources = {"shop.duckdb"}}).ingest("other.duckdb").error().remedy,
            "say which of its tables is the log: --table TABLE");
}

TEST(Session, ADatabaseThatIsNotThereIsNotFound) {
  const TemporaryFolder folder;
  const Error error = Session({.sources = {folder / "none.duckdb"}}).log().error();
  EXPECT_EQ(error.code, ErrorCode::NotFound);
  EXPECT_THAT(error.remedy, HasSubstr("till ingest"));
}

TEST(Session, OnceCancelledAnswersNothing) {
  TemporaryFolder folder;
  Session session({.sources = {folder.write("log.csv", kLog)}});
  session.cancel();
  EXPECT_TRUE(session.cancelled());
  EXPECT_EQ(session.log().error().code, ErrorCode::Cancelled);
}

TEST(Session, IsStoppedFromAnotherThread) {
  TemporaryFolder folder;
  std::string rows = "customer_id,product_id,timestamp\n";
  for (int i = 0; i < 1'000'000; ++i) {
    rows += "c" + std::to_string(i) + ",p,2018-01-01T00:00:00Z\n";
  }
  std::atomic<bool> begun{false};
  SessionOptions options;
  options.sources = {folder.write("large.csv", rows)};
  options.on_progress = [&begun](const Progress&) { begun = true; };
  Session session(std::move(options));
  std::thread other([&] {
    while (!begun) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    session.cancel();
  });
  const Result<log::Log*> log = session.log();
  begun = true;  // should the reading have ended without a word
  other.join();
  ASSERT_FALSE(log.has_value());
  EXPECT_EQ(log.error().code, ErrorCode::Cancelled);
}

TEST(Session, OptionsAreReadFromArguments) {
  Arguments arguments;
  arguments.set("sources", std::vector<std::string>{"a.csv", "b.csv"});
  arguments.set("map", "customer=CUST,timestamp=DATE");
  arguments.set("max_rejected", "1%");
  arguments.set("duplicates", "drop");
  arguments.set("product_name", std::vector<std::string>{"BRAND", "TYPE"});
  const Result<SessionOptions> options = session_options(arguments);
  ASSERT_TRUE(options.has_value()) << options.error().message;
  EXPECT_THAT(options->sources, ElementsAre("a.csv", "b.csv"));
  EXPECT_EQ(options->map.at(log::Field::Customer), "CUST");
  EXPECT_EQ(options->max_rejected.share, 0.01);
  EXPECT_EQ(options->duplicates, Duplicates::Drop);
  EXPECT_THAT(options->product_name, ElementsAre("BRAND", "TYPE"));
}

TEST(Session, WrongOptionsAreErrors) {
  const auto message = [](std::string_view name, std::string_view value) {
    Arguments arguments;
    arguments.set(name, value, flag(name));
    const Result<SessionOptions> options = session_options(arguments);
    return options ? std::string() : options.error().message;
  };
  EXPECT_EQ(
      message("max_rejected", "101%"),
      "--max-rejected is \"101%\", but must be a share such as 1% or a count of rows such as 100");
  EXPECT_EQ(
      message("max_rejected", "-1"),
      "--max-rejected is \"-1\", but must be a share such as 1% or a count of rows such as 100");
  EXPECT_EQ(
      message("map", "customer"),
      "--map is \"customer\", but must be FIELD=COLUMN,..., where FIELD is customer, product, "
      "timestamp, amount or quantity");
  EXPECT_EQ(message("threads", "-1"),
            "--threads is \"-1\", but must be a whole number from 0 to 1024");
  EXPECT_EQ(message("max_rejected", "100"), "");
}

}  // namespace
}  // namespace till::engine
