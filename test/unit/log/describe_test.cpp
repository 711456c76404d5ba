#include "till/log/describe.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "support/database.hpp"
#include "support/temporary_folder.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace till::log {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

class DescribeTest : public ::testing::Test {
 protected:
  Description describe_text(std::string_view text, IngestOptions options = {}) {
    options.sources = {folder_.write("log.csv", text)};
    return describe_sources(std::move(options));
  }

  static Description describe_sources(const IngestOptions& options) {
    warehouse::Warehouse warehouse = test::open_log_database();
    const Result<IngestReport> report = ingest(warehouse, options);
    EXPECT_TRUE(report) << report.error().message;
    Result<Log> log = Log::open(std::move(warehouse));
    EXPECT_TRUE(log) << log.error().message;
    const Result<Description> described = describe(*log);
    EXPECT_TRUE(described) << described.error().message;
    return described.value_or(Description{});
  }

  /// Returns each column as "name type missing distinct minimum maximum".
  static std::vector<std::string> columns(const Description& description) {
    std::vector<std::string> shown;
    for (const ColumnProfile& c : description.columns) {
      shown.push_back(c.name + " " + c.type + " " + std::to_string(c.missing) + " " +
                      std::to_string(c.distinct) + " " + c.minimum + " " + c.maximum);
    }
    return shown;
  }

  /// Returns each id as "column id transactions why".
  static std::vector<std::string> junk(const Description& description) {
    std::vector<std::string> shown;
    for (const JunkId& j : description.junk) {
      shown.push_back(j.column + " " + j.id + " " + std::to_string(j.transactions) + " " + j.why);
    }
    return shown;
  }

  test::TemporaryFolder folder_;
};

TEST_F(DescribeTest, ProfilesEveryColumn) {
  const Description found = describe_text(
      "customer,product,date,amount,quantity,n,r,b,t\n"
      "a,x,2017-01-31 09:31,1.5,2,1,0.5,true,u\n"
      ",y,2017-02-01,,-1,3,,false,\n"
      "b,x,2017-02-01,1.5,2,,0.25,,w\n");
  EXPECT_THAT(columns(found),
              ElementsAre("customer_id text 1 2 a b",
                          "product_id text 0 2 x y",
                          "timestamp timestamp 0 2 2017-01-31T09:31:00Z 2017-02-01T00:00:00Z",
                          "amount real 1 1 1.5 1.5",
                          "quantity real 0 2 -1 2",
                          "n integer 1 2 1 3",
                          "r real 1 2 0.25 0.5",
                          "b boolean 1 2 false true",
                          "t text 1 2 u w"));
}

TEST_F(DescribeTest, CountsWhatTheLogHolds) {
  const Description found = describe_text(
      "customer,product,date,quantity\na,x,2017-01-31 09:31,1\na,x,2017-01-31 "
      "09:31,1\n,y,2017-02-03,-1\nb,x,soon,1\n"
      "c,x,2017-02-03,-2\n");
  EXPECT_EQ(found.source.accepted, 4);
  EXPECT_EQ(found.source.rejected, 1);
  EXPECT_EQ(found.source.duplicates, 1);
  EXPECT_EQ(found.customers, 2);
  EXPECT_EQ(found.products, 2);
  EXPECT_EQ(found.rows_without_customer, 1);
  EXPECT_EQ(found.returns, 2);
  EXPECT_EQ(found.customers_with_one_row, 1);
  EXPECT_EQ(found.active_days, 2);
  EXPECT_EQ(found.calendar_days, 4);
  EXPECT_TRUE(found.times_of_day);
  ASSERT_THAT(found.files, SizeIs(1));
  EXPECT_EQ(found.files[0].path, folder_ / "log.csv");
  EXPECT_EQ(found.files[0].read, 5);
  EXPECT_EQ(found.files[0].accepted, 4);
  EXPECT_EQ(found.files[0].rejected, 1);
  ASSERT_THAT(found.rejects, SizeIs(1));
  EXPECT_EQ(found.rejects[0].reason, "invalid_timestamp");
  EXPECT_EQ(found.rejects[0].rows, 1);
  ASSERT_THAT(found.reject_examples, SizeIs(1));
  EXPECT_EQ(found.reject_examples[0].file, folder_ / "log.csv");
  EXPECT_EQ(found.reject_examples[0].line, 5);
  EXPECT_EQ(found.reject_examples[0].column, "date");
  EXPECT_EQ(found.reject_examples[0].text, "b,x,soon,1");
}

TEST_F(DescribeTest, WarnsInTheSingular) {
  const Description found = describe_text(
      "customer,product,date,quantity\na,x,2017-01-31 09:31,1\na,x,2017-01-31 "
      "09:31,1\n,y,2017-02-09,-1\nb,x,soon,1\n"
      "Undefined,x,2017-02-09,1\n");
  EXPECT_THAT(
      found.warnings,
      ElementsAre(
          "1 row was rejected and is in no answer",
          "1 row (25.0 %) has no customer: it counts for products, not for customers",
          "1 row (25.0 %) has a negative quantity: a return, which counts as a transaction "
          "(--returns drop or subtract)",
          "1 row (25.0 %) equals an earlier row in every column and is kept (--duplicates drop)",
          "1 id looks like no id: customer_id \"Undefined\" (placeholder)",
          "no transaction at all for 8 days from 2017-02-01"));
}

TEST_F(DescribeTest, WarnsInThePlural) {
  std::string text = "customer,product,date,quantity\n";
  for (int i = 0; i < 3'000; ++i) {
    text += "c" + std::to_string(i) + ",all,2017-01-31," + std::to_string(i) + "\n";
  }
  text +=
      ",all,2017-01-31,5\n,all,2017-01-31,5\n,all,2017-01-31,5\na,all,2017-01-31,-1\nb,all,2017-01-"
      "31,-1\n";
  text +=
      "n/a,all,2017-01-31,1\nTEST,all,2017-01-31,1\nTEST,all,2017-01-31,2\nx,all,,1\ny,all,,1\n";
  const Description found = describe_text(text);
  EXPECT_THAT(
      found.warnings,
      ElementsAre(
          "2 rows were rejected and are in no answer",
          "3 rows (less than 0.1 %) have no customer: they count for products, not for customers",
          "2 rows (less than 0.1 %) have a negative quantity: returns, which count as transactions "
          "(--returns drop or subtract)",
          "2 rows (less than 0.1 %) equal an earlier row in every column and are kept "
          "(--duplicates "
          "drop)",
          "2 ids look like no id: the most frequent is customer_id \"TEST\" (placeholder)",
          "the log has dates but no times of day: hours cannot be told apart",
          "the log has one product only: questions about products have one answer"));
}

TEST_F(DescribeTest, FindsNothingWrongWithAGoodLog) {
  EXPECT_THAT(
      describe_text("customer,product,date\na,x,2017-01-31 09:31\nb,y,2017-02-01\n").warnings,
      IsEmpty());
}

TEST_F(DescribeTest, KnowsIdsThatAreProbablyNone) {
  const Description found = describe_text(
      "customer,product,date\n"
      "a,Undefined,2017-01-31 09:31\na,Undefined,2017-01-31 09:32\na,Not a make,2017-01-31 09:31\n"
      "a,├ÅTS,2017-01-31 09:31\na,CafÃ©,2017-01-31 09:31\na,donâ€™t,2017-01-31 "
      "09:31\na,5Â£,2017-01-31 09:31\n"
      "a,x�y,2017-01-31 09:31\na, pad,2017-01-31 09:31\na,\"tab\there\",2017-01-31 09:31\n"
      "N/A,good,2017-01-31 09:31\n");
  EXPECT_THAT(junk(found),
              ElementsAre("product_id Undefined 2 placeholder",
                          "product_id  pad 1 surrounding white space",
                          "product_id 5Â£ 1 mojibake",
                          "product_id CafÃ© 1 mojibake",
                          "customer_id N/A 1 placeholder",
                          "product_id Not a make 1 placeholder",
                          "product_id donâ€™t 1 mojibake",
                          "product_id tab\there 1 control characters",
                          "product_id x�y 1 mojibake",
                          "product_id ├ÅTS 1 mojibake"));
}

TEST_F(DescribeTest, TakesAccentsForWhatTheyAre) {
  EXPECT_THAT(junk(describe_text(
                  "customer,product,date\na,PÃO,2017-01-31\na,Ângela,2017-01-31\na,MÃE DE "
                  "ÂMBAR,2017-01-31\n"
                  "a,été,2017-01-31\na,chá,2017-01-31\na,日本,2017-01-31\na,nothing,2017-01-31\n")),
              IsEmpty());
}

TEST_F(DescribeTest, ShowsTheTwentyMostFrequentOfManyJunkIds) {
  std::string text = "customer,product,date\n";
  for (int i = 0; i < 5'000; ++i) {
    text += " c" + std::to_string(i) + ",x,2017-01-31\n";
  }
  text += " c4321,x,2017-02-01\n";
  const Description found = describe_text(text);
  EXPECT_THAT(found.junk, SizeIs(20));
  EXPECT_EQ(junk(found).front(), "customer_id  c4321 2 surrounding white space");
  EXPECT_THAT(found.warnings,
              Contains("5,000 ids look like no id: the most frequent is customer_id \" c4321\" "
                       "(surrounding white "
                       "space)"));
}

TEST_F(DescribeTest, FindsTheLongestGaps) {
  std::string text = "customer,product,date\n";
  for (const std::string_view day :
       {"2017-01-01", "2017-01-03", "2017-01-06", "2017-01-06", "2017-01-20", "2017-03-01"}) {
    text += "a,x," + std::string(day) + "\n";
  }
  const Description found = describe_text(text);
  ASSERT_THAT(found.gaps, SizeIs(3)) << "one day is no gap";
  EXPECT_EQ(found.gaps[0].days, 39);
  EXPECT_EQ(to_string(found.gaps[0].range.from), "2017-01-21T00:00:00Z");
  EXPECT_EQ(to_string(found.gaps[0].range.to), "2017-03-01T00:00:00Z");
  EXPECT_EQ(found.gaps[1].days, 13);
  EXPECT_EQ(found.gaps[2].days, 2);
  EXPECT_EQ(found.active_days, 5);
  EXPECT_EQ(found.calendar_days, 60);
}

TEST_F(DescribeTest, TellsDaysInTheZoneOfTheLog) {
  const Description found = describe_text(
      "customer,product,date\na,x,2017-07-01T03:59Z\na,x,2017-07-01T04:00Z\na,x,2017-07-08T03:"
      "00Z\n",
      {.zone = *TimeZone::find("America/New_York")});
  EXPECT_EQ(found.active_days, 3);
  EXPECT_EQ(found.calendar_days, 8);
  ASSERT_THAT(found.gaps, SizeIs(1));
  EXPECT_EQ(found.gaps[0].days, 5);
  EXPECT_EQ(to_string(found.gaps[0].range.from), "2017-07-02T04:00:00Z");
  EXPECT_TRUE(found.times_of_day);
}

TEST_F(DescribeTest, SeesThatDatesHaveNoTimesOfDay) {
  EXPECT_FALSE(describe_text("customer,product,date\na,x,2017-07-01\n",
                             {.zone = *TimeZone::find("Europe/Paris")})
                   .times_of_day);
}

TEST_F(DescribeTest, CountsSoldProductsThatTheirTableLacks) {
  IngestOptions options;
  options.products = folder_.write("products.csv", "product_id,name\nx,Apple\nz,Pear\n");
  const Description found =
      describe_text("customer,product,date\na,x,2017-07-01\na,y,2017-07-01\n", options);
  EXPECT_EQ(found.products_without_attributes, 1);
  EXPECT_EQ(found.products, 2);
  EXPECT_THAT(found.warnings, Contains("1 sold product is missing from the product table"));
}

TEST_F(DescribeTest, DescribesSeveralFiles) {
  IngestOptions options;
  options.sources = {
      folder_.write("one.csv", "customer,product,date\na,x,2017-01-31\na,x,never\n"),
      folder_.write("two.csv",
                    "customer,product,date\na,x,2017-02-01\na,,2017-02-01\na,x,never\n")};
  const Description found = describe_sources(options);
  ASSERT_THAT(found.files, SizeIs(2));
  EXPECT_EQ(found.files[1].rejected, 2);
  ASSERT_THAT(found.rejects, SizeIs(2));
  EXPECT_EQ(found.rejects[0].reason, "invalid_timestamp");
  EXPECT_EQ(found.rejects[0].rows, 2);
  ASSERT_THAT(found.reject_examples, SizeIs(2));
  EXPECT_EQ(found.reject_examples[0].file, options.sources[0]);
}

/// Returns each question as "question verdict".
std::vector<std::string> verdicts(const Description& description) {
  std::vector<std::string> shown;
  for (const Sufficiency& question : description.questions) {
    EXPECT_FALSE(question.why.empty()) << question.question;
    shown.push_back(question.question + (question.verdict == Sufficiency::Verdict::Yes ? " yes"
                                         : question.verdict == Sufficiency::Verdict::Partly
                                             ? " partly"
                                             : " no"));
  }
  return shown;
}

TEST_F(DescribeTest, SaysWhichQuestionsAShortLogCannotAnswer) {
  const Description description = describe_text(
      "customer_id,product_id,timestamp\n"
      "anna,apple,2018-01-01\n"
      ",apple,2018-01-02\n");
  EXPECT_THAT(verdicts(description),
              ElementsAre("customers partly",
                          "products no",
                          "seasons no",
                          "hours no",
                          "lifecycle no",
                          "models no",
                          "forecasts no",
                          "spend no"));
  EXPECT_EQ(description.questions[0].why, "1 row of 2 rows does not say who bought");
  EXPECT_EQ(description.questions[2].why, "days of the week take 4 weeks, and the log has 2 days");
}

TEST_F(DescribeTest, SaysWhichQuestionsALongLogCanAnswer) {
  std::string text = "customer_id,product_id,timestamp,amount\n";
  for (int i = 0; i < 60; ++i) {
    const std::string customer = "c" + std::to_string(i);
    text +=
        customer + ",apple,2018-01-05T10:00:00Z,1\n" + customer + ",pear,2019-12-05T10:00:00Z,2\n";
  }
  EXPECT_THAT(verdicts(describe_text(text)),
              ElementsAre("customers yes",
                          "products yes",
                          "seasons yes",
                          "hours yes",
                          "lifecycle yes",
                          "models yes",
                          "forecasts yes",
                          "spend yes"));
}

TEST_F(DescribeTest, SaysWhichQuestionsAYearCanAnswerInPart) {
  const Description description = describe_text(
      "customer_id,product_id,timestamp\n"
      "anna,apple,2018-01-01T10:00:00Z\n"
      "anna,pear,2018-09-02T10:00:00Z\n");
  EXPECT_THAT(verdicts(description),
              ElementsAre("customers yes",
                          "products yes",
                          "seasons partly",
                          "hours yes",
                          "lifecycle partly",
                          "models partly",
                          "forecasts partly",
                          "spend no"));
  EXPECT_EQ(description.questions[5].why,
            "only 1 customer has two rows or more: estimates are wide");
}

}  // namespace
}  // namespace till::log
