#include "till/warehouse/warehouse.hpp"

#include <array>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include "support/temporary_folder.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "till/warehouse/dialect.hpp"

namespace till::warehouse {
namespace {

using ::testing::HasSubstr;

Warehouse open_in_memory() {
  Result<Warehouse> warehouse = Warehouse::open({});
  EXPECT_TRUE(warehouse.has_value()) << warehouse.error().message;
  return std::move(*warehouse);
}

/// Returns the one integer a query answers with; a failure is the test's.
std::int64_t integer(Warehouse& warehouse, std::string_view sql) {
  const Result<std::int64_t> value = warehouse.query_integer(sql);
  EXPECT_TRUE(value) << sql << ": " << value.error().message;
  return value.value_or(-1);
}

TEST(Warehouse, AnswersAQueryWithTypedColumns) {
  Warehouse warehouse = open_in_memory();
  Result<RecordStream> rows = warehouse.query(
      "SELECT 7 AS n, 0.5::DOUBLE AS x, 'été' AS t, TIMESTAMP '2018-01-31 09:31:08.5' AS at, "
      "NULL::VARCHAR AS "
      "nothing");
  ASSERT_TRUE(rows) << rows.error().message;
  const Result<bool> more = rows->next();
  ASSERT_TRUE(more && *more);
  const BatchView batch = rows->batch();
  EXPECT_EQ(batch.name(0), "n");
  EXPECT_EQ(batch.column(0).integer(0), 7);
  EXPECT_EQ(batch.column(1).real(0), 0.5);
  EXPECT_EQ(batch.column(2).text(0), "été");
  EXPECT_EQ(to_string(batch.column(3).instant(0)), "2018-01-31T09:31:08.500Z");
  EXPECT_TRUE(batch.column(4).is_null(0));
  const Result<bool> after = rows->next();
  ASSERT_TRUE(after);
  EXPECT_FALSE(*after);
}

TEST(Warehouse, BindsValuesOfEveryKind) {
  Warehouse warehouse = open_in_memory();
  const std::array<Value, 6> values = {std::int64_t{1} << 40,
                                       0.25,
                                       std::string("Robert'); DROP TABLE students;--"),
                                       Instant{1'517'390'668'000'000},
                                       true,
                                       std::monostate{}};
  Result<RecordStream> rows = warehouse.query(
      "SELECT ?::BIGINT, ?::DOUBLE, ?::VARCHAR, ?::TIMESTAMP, ?::BOOLEAN, ?::VARCHAR", values);
  ASSERT_TRUE(rows) << rows.error().message;
  ASSERT_TRUE(rows->next().value());
  const BatchView batch = rows->batch();
  EXPECT_EQ(batch.column(0).integer(0), std::int64_t{1} << 40);
  EXPECT_EQ(batch.column(1).real(0), 0.25);
  EXPECT_EQ(batch.column(2).text(0), "Robert'); DROP TABLE students;--");
  EXPECT_EQ(batch.column(3).instant(0), Instant{1'517'390'668'000'000});
  EXPECT_EQ(batch.column(4).integer(0), 1);
  EXPECT_TRUE(batch.column(5).is_null(0));
}

TEST(Warehouse, ReportsAnErrorThatSurfacesWhileRowsFlow) {
  Warehouse warehouse = open_in_memory();
  Result<RecordStream> rows = warehouse.query(
      "SELECT CASE WHEN range < 900000 THEN range::VARCHAR ELSE 'not a number' END::BIGINT AS n "
      "FROM range(1000000)");
  Error error;
  if (!rows) {
    error = rows.error();
  } else {
    while (true) {
      const Result<bool> more = rows->next();
      if (!more) {
        error = more.error();
        break;
      }
      ASSERT_TRUE(*more) << "the stream ended as if nothing had happened";
    }
  }
  EXPECT_EQ(error.code, ErrorCode::InvalidData);
  EXPECT_THAT(error.message, HasSubstr("not a number"));
}

TEST(Warehouse, AppendsRowsWithNullsAndReadsThemBack) {
  Warehouse warehouse = open_in_memory();
  ASSERT_TRUE(warehouse.execute("CREATE SCHEMA shop"));
  const BatchLayout layout = {{"k", BatchType::Key},
                              {"n", BatchType::Integer},
                              {"x", BatchType::Real},
                              {"t", BatchType::Text},
                              {"at", BatchType::Timestamp},
                              {"b", BatchType::Boolean}};
  int batches = 0;
  const Result<void> done =
      warehouse.append("shop", "rows", AppendMode::Create, layout, [&](Batch& out) -> Result<bool> {
        if (batches == 2) {
          return false;
        }
        for (std::int32_t i = 0; i < 10; ++i) {
          out.column(0).append_key(batches * 10 + i);
          i % 3 == 0 ? out.column(1).append_null() : out.column(1).append_integer(i);
          out.column(2).append_real(i / 4.0);
          i % 2 == 0 ? out.column(3).append_null()
                     : out.column(3).append_text("row " + std::to_string(i));
          out.column(4).append_instant({i * kMicrosPerDay});
          out.column(5).append_boolean(i > 4);
        }
        ++batches;
        return true;
      });
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(integer(warehouse, "SELECT count(*) FROM shop.rows"), 20);
  EXPECT_EQ(integer(warehouse, "SELECT sum(k)::BIGINT FROM shop.rows"), 190);
  EXPECT_EQ(integer(warehouse, "SELECT count(*) FROM shop.rows WHERE n IS NULL"), 8);
  EXPECT_EQ(integer(warehouse, "SELECT sum(n)::BIGINT FROM shop.rows"), 54);
  EXPECT_EQ(integer(warehouse, "SELECT count(*) FROM shop.rows WHERE t = 'row 7'"), 2);
  EXPECT_EQ(
      integer(warehouse, "SELECT count(*) FROM shop.rows WHERE \"at\" = TIMESTAMP '1970-01-04'"),
      2);
  EXPECT_EQ(integer(warehouse, "SELECT count(*) FROM shop.rows WHERE b"), 10);
}

TEST(Warehouse, HandsAnErrorOfTheSourceBackUnchanged) {
  Warehouse warehouse = open_in_memory();
  const Error wanted{ErrorCode::InvalidData, "line 7 is broken", "mend it"};
  const Result<void> done = warehouse.append(
      "", "rows", AppendMode::Create, {{"k", BatchType::Key}}, [&](Batch&) -> Result<bool> {
        return wanted;
      });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error(), wanted);
}

TEST(Warehouse, ForgetsWhatARolledBackTransactionDid) {
  Warehouse warehouse = open_in_memory();
  ASSERT_TRUE(warehouse.execute("CREATE TABLE t (n INTEGER)"));
  ASSERT_TRUE(warehouse.begin());
  ASSERT_TRUE(warehouse.execute("INSERT INTO t VALUES (1)"));
  ASSERT_TRUE(warehouse.rollback());
  EXPECT_EQ(integer(warehouse, "SELECT count(*) FROM t"), 0);
  ASSERT_TRUE(warehouse.begin());
  ASSERT_TRUE(warehouse.execute("INSERT INTO t VALUES (1)"));
  ASSERT_TRUE(warehouse.commit());
  EXPECT_EQ(integer(warehouse, "SELECT count(*) FROM t"), 1);
}

TEST(Warehouse, StopsARunningStatementWhenAnotherThreadAsks) {
  Warehouse warehouse = open_in_memory();
  std::thread canceller([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    warehouse.cancel();
  });
  const Result<std::int64_t> answer = warehouse.query_integer(
      "SELECT count(*) FROM range(1000000000) a, range(1000000000) b WHERE a.range * b.range % 7 = "
      "3");
  canceller.join();
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::Cancelled);
}

TEST(Warehouse, NamesADatabaseThatIsNotThere) {
  const test::TemporaryFolder folder;
  const Result<Warehouse> warehouse =
      Warehouse::open({.uri = folder / "none.duckdb", .read_only = true});
  ASSERT_FALSE(warehouse);
  EXPECT_EQ(warehouse.error().code, ErrorCode::NotFound);
  EXPECT_THAT(warehouse.error().message, HasSubstr("none.duckdb"));
}

TEST(Warehouse, RefusesAFileThatIsNoDatabase) {
  const test::TemporaryFolder folder;
  const std::string path = folder / "log.duckdb";
  std::ofstream(path) << std::string(10'000, 'x');
  const Result<Warehouse> warehouse = Warehouse::open({.uri = path});
  ASSERT_FALSE(warehouse);
  EXPECT_EQ(warehouse.error().code, ErrorCode::InvalidData);
}

TEST(Warehouse, MakesADatabaseAnewThatWasNeverFinished) {
  const test::TemporaryFolder folder;
  const std::string path = folder / "shop.duckdb";
  ASSERT_TRUE(Warehouse::open({.uri = path}));
  for (const std::uintmax_t size : {8192U, 4096U, 12U, 0U}) {
    std::filesystem::resize_file(path, size);
    EXPECT_FALSE(Warehouse::open({.uri = path, .read_only = true})) << size;
    EXPECT_EQ(std::filesystem::file_size(path), size) << "who only reads removes nothing";
    EXPECT_TRUE(Warehouse::open({.uri = path})) << size;
  }
  folder.write("shop.duckdb", "no database");
  EXPECT_FALSE(Warehouse::open({.uri = path}));
  EXPECT_TRUE(std::filesystem::exists(path)) << "another file is left alone";
}

TEST(Warehouse, CallsADatabaseThatWasCutOffCorrupt) {
  const test::TemporaryFolder folder;
  const std::string path = folder / "shop.duckdb";
  {
    Warehouse warehouse = std::move(*Warehouse::open({.uri = path}));
    ASSERT_TRUE(warehouse.execute("CREATE TABLE t AS SELECT range AS n FROM range(100000)"));
  }
  std::filesystem::resize_file(path, std::filesystem::file_size(path) / 2);
  Result<Warehouse> warehouse = Warehouse::open({.uri = path, .read_only = true});
  Error error;
  if (warehouse) {
    const Result<std::int64_t> sum =
        warehouse->query_integer("SELECT CAST(sum(n) AS BIGINT) FROM t");
    ASSERT_FALSE(sum) << "half a file gave a whole answer";
    error = sum.error();
  } else {
    error = warehouse.error();
  }
  EXPECT_EQ(error.code, ErrorCode::CorruptFile) << error.message;
  EXPECT_THAT(error.remedy, HasSubstr("damaged"));
}

TEST(Warehouse, SaysWhereItLookedForADriverThatIsMissing) {
  const test::TemporaryFolder folder;
  const Result<Warehouse> warehouse = Warehouse::open({.driver_directory = folder / "drivers"});
  ASSERT_FALSE(warehouse);
  EXPECT_EQ(warehouse.error().code, ErrorCode::NotFound);
  EXPECT_THAT(warehouse.error().message, HasSubstr("drivers/libduckdb.so"));
}

TEST(Warehouse, SaysWhichUriItHasNoDriverFor) {
  const Result<Warehouse> warehouse = Warehouse::open({.uri = "oracle://shop"});
  ASSERT_FALSE(warehouse);
  EXPECT_EQ(warehouse.error().code, ErrorCode::Unsupported);
  EXPECT_THAT(warehouse.error().message, HasSubstr("oracle://shop"));
}

TEST(Warehouse, NamesATableThatIsNotThere) {
  Warehouse warehouse = open_in_memory();
  const Result<RecordStream> rows = warehouse.query("SELECT * FROM nowhere");
  ASSERT_FALSE(rows);
  EXPECT_EQ(rows.error().code, ErrorCode::NotFound);
}

TEST(Dialect, QuotesIdentifiersSoThatNoneEndsEarly) {
  EXPECT_EQ(quote_identifier("plain"), "\"plain\"");
  EXPECT_EQ(quote_identifier("a\"; DROP TABLE x; --"), "\"a\"\"; DROP TABLE x; --\"");
}

TEST(Dialect, WritesNoCaseForAZoneWithoutChanges) {
  const TimeRange range = {{0}, {kMicrosPerDay}};
  EXPECT_EQ(local_time_sql("t", TimeZone(), range), "t");
  EXPECT_EQ(local_time_sql("t",
                           *TimeZone::find("Asia/Kathmandu"),
                           {{1'500'000'000'000'000}, {1'500'000'000'000'001}}),
            "(t + INTERVAL '20700 seconds')");
}

TEST(Dialect, ShowsTheClocksOfAZoneAcrossItsChanges) {
  Warehouse warehouse = open_in_memory();
  const TimeZone zone = *TimeZone::find("America/New_York");
  const TimeRange range = {*parse_instant("2017-01-01", TimeZone()),
                           *parse_instant("2019-01-01", TimeZone())};
  const std::string local = local_time_sql("moment", zone, range);
  const Instant from = range.from;
  for (int day = 0; day < 730; day += 13) {
    for (const int hour : {0, 5, 6, 7, 23}) {
      const Instant at{from.micros + day * kMicrosPerDay + hour * 3'600 * kMicrosPerSecond};
      const std::array<Value, 1> value = {at};
      const Result<std::int64_t> shown = warehouse.query_integer(
          "SELECT epoch_us(" + local + ") FROM (SELECT ?::TIMESTAMP AS moment)", value);
      ASSERT_TRUE(shown) << shown.error().message;
      const LocalTime expected = zone.local(at);
      EXPECT_EQ(*shown, days_since_epoch(expected.date) * kMicrosPerDay + expected.micros_of_day)
          << to_string(at);
    }
  }
}

}  // namespace
}  // namespace till::warehouse
