#include "till/log/log.hpp"

#include <string>
#include <string_view>
#include <vector>

#include "support/database.hpp"
#include "support/error_text.hpp"
#include "support/temporary_folder.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "till/log/ingest.hpp"

namespace till::log {
namespace {

using ::testing::IsEmpty;
using warehouse::Warehouse;

constexpr std::string_view kOne =
    "customer,product,date,store\na,x,2017-01-31,1\na,x,2017-01-31,1\n,y,2017-02-01,2\n";
constexpr std::string_view kTwo = "customer,product,date\nb,x,2016-12-31\nb,x,never\n";

class LogTest : public ::testing::Test {
 protected:
  /// Returns a database that keeps files of these texts.
  Warehouse keep(const std::vector<std::string_view>& texts) {
    Warehouse warehouse = test::open_log_database();
    IngestOptions options;
    for (const std::string_view text : texts) {
      options.sources.push_back(
          folder_.write("f" + std::to_string(options.sources.size()) + ".csv", text));
    }
    const Result<IngestReport> report = ingest(warehouse, options);
    EXPECT_TRUE(report) << report.error().message;
    return warehouse;
  }

  static Error refusal(Warehouse warehouse) {
    const Result<Log> log = Log::open(std::move(warehouse));
    EXPECT_FALSE(log);
    return log ? Error{} : log.error();
  }

  test::TemporaryFolder folder_;
};

TEST_F(LogTest, KnowsItsTotals) {
  const Result<Log> log = Log::open(keep({kOne, kTwo}));
  ASSERT_TRUE(log) << log.error().message;
  EXPECT_EQ(log->source().accepted, 4);
  EXPECT_EQ(log->source().rejected, 1);
  EXPECT_EQ(log->source().duplicates, 1);
  EXPECT_EQ(to_string(*log->source().first), "2016-12-31T00:00:00Z");
  EXPECT_EQ(to_string(*log->source().last), "2017-02-01T00:00:00Z");
  EXPECT_EQ(to_string(log->end()), "2017-02-01T00:00:00.000001Z");
  EXPECT_EQ(log->customers(), 2);
  EXPECT_EQ(log->products(), 2);
  EXPECT_FALSE(log->has_amount());
  EXPECT_FALSE(log->has_quantity());
  EXPECT_FALSE(log->has_product_names());
  EXPECT_THAT(log->product_attributes(), IsEmpty());
  EXPECT_EQ(log->zone(), TimeZone());
  ASSERT_EQ(log->extra_columns().size(), 1U);
  EXPECT_EQ(log->extra_columns()[0].name, "store");
  EXPECT_EQ(log->extra_columns()[0].type, "integer");
}

TEST_F(LogTest, HasOneFingerprintForTheSameFiles) {
  const std::string one_two = Log::open(keep({kOne, kTwo}))->source().fingerprint;
  EXPECT_EQ(one_two.size(), 64U);
  EXPECT_EQ(Log::open(keep({kTwo, kOne}))->source().fingerprint, one_two);
  EXPECT_EQ(Log::open(keep({kTwo, kOne, kOne}))->source().fingerprint, one_two);
  EXPECT_NE(Log::open(keep({kOne}))->source().fingerprint, one_two);
}

TEST_F(LogTest, SaysWhenThereIsNone) {
  EXPECT_EQ(refusal(test::open_log_database()),
            (Error{ErrorCode::NotFound,
                   "open: the database keeps no log",
                   "make one with: till ingest LOG… --into DATABASE"}));
}

TEST_F(LogTest, RefusesALogThatANewerTillKept) {
  Warehouse warehouse = keep({kOne});
  test::execute(warehouse,
                "UPDATE till.catalogue SET \"value\" = '2' WHERE \"key\" = 'format_version'");
  EXPECT_EQ(refusal(std::move(warehouse)),
            (Error{ErrorCode::Unsupported,
                   "open: the log was kept by a newer till (format 2, this till reads 1)",
                   "update till, or ingest the log again with this one"}));
}

TEST_F(LogTest, RefusesSettingsThatMakeNoSense) {
  const std::string remedy = "ingest the log again into a new database";
  Warehouse version = keep({kOne});
  test::execute(version, "DELETE FROM till.catalogue WHERE \"key\" = 'format_version'");
  EXPECT_EQ(refusal(std::move(version)),
            (Error{ErrorCode::CorruptFile,
                   "open: the settings of the kept log cannot be read: it has no format_version",
                   remedy}));
  for (const std::string_view value : {"", "{", "[7]", "{}"}) {
    Warehouse list = keep({kOne});
    test::execute(list,
                  "UPDATE till.catalogue SET \"value\" = '" + std::string(value) +
                      "' WHERE \"key\" = 'product_attributes'");
    EXPECT_EQ(refusal(std::move(list)),
              (Error{ErrorCode::CorruptFile,
                     "open: the settings of the kept log cannot be read: product_attributes is \"" +
                         std::string(value) + "\"",
                     remedy}));
  }
  Warehouse extras = keep({kOne});
  test::execute(
      extras, "UPDATE till.catalogue SET \"value\" = '[[\"a\"]]' WHERE \"key\" = 'extra_columns'");
  EXPECT_EQ(
      refusal(std::move(extras)).message,
      "open: the settings of the kept log cannot be read: extra_columns is \"[[\\\"a\\\"]]\"");
}

TEST(Counting, HasAName) {
  EXPECT_EQ(to_string(Counting{}), "row");
  EXPECT_EQ(to_string(Counting{.unit = Counting::Unit::Timestamp}), "timestamp");
  EXPECT_EQ(to_string(Counting{.unit = Counting::Unit::Day}), "day");
  EXPECT_EQ(to_string(Counting{.unit = Counting::Unit::Column, .column = "Invoice"}), "Invoice");
}

TEST(Counting, IsTheDefaultWhenEveryRowCounts) {
  EXPECT_TRUE(Counting{}.is_default());
  EXPECT_FALSE((Counting{.unit = Counting::Unit::Day}.is_default()));
  EXPECT_FALSE((Counting{.returns = Counting::Returns::Drop}.is_default()));
}

}  // namespace
}  // namespace till::log
