#include "till/insight/activity.hpp"

#include "unit/insight/sale_log.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace till::insight {

// What a failing test shows of a row, and what it compares.
static void PrintTo(const ActivityRow& row, std::ostream* out) {
  *out << row.rank << ' ' << row.customer_id << ' ' << row.transactions;
}

static void PrintTo(const ActivityLevel& level, std::ostream* out) {
  *out << level.customers << " with " << level.transactions;
}

namespace {

using log::Counting;
using test::instant;
using test::Sale;
using test::SaleLog;
using test::valid;
using ::testing::DoubleEq;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::IsEmpty;

auto row(std::int64_t rank, std::string_view id, std::int64_t transactions) {
  return ::testing::AllOf(Field("rank", &ActivityRow::rank, rank),
                          Field("customer_id", &ActivityRow::customer_id, id),
                          Field("transactions", &ActivityRow::transactions, transactions));
}

auto level(std::int64_t transactions, std::int64_t customers) {
  return ::testing::AllOf(Field("transactions", &ActivityLevel::transactions, transactions),
                          Field("customers", &ActivityLevel::customers, customers));
}

std::vector<Sale> three_customers() {
  return {{"ann", "tea", "2018-01-05T10:00:00Z"},
          {"bob", "tea", "2018-01-05T10:00:00Z"},
          {"ann", "jam", "2018-01-05T10:00:00Z"},
          {"cy", "tea", "2018-02-01T00:00:00Z"},
          {"ann", "tea", "2018-02-03T12:00:00Z"},
          {"", "jam", "2018-02-03T13:00:00Z"},
          {"", "tea", "2018-02-03T13:00:00Z"}};
}

ActivityOptions counted_by(Counting::Unit unit) {
  ActivityOptions options;
  options.counting.unit = unit;
  return options;
}

TEST(Activity, CustomersAreOrderedFromTheMostToTheLeastActive) {
  SaleLog log(three_customers());
  const Activity result = valid(activity(*log, {}));
  EXPECT_THAT(result.rows, ElementsAre(row(1, "ann", 3), row(2, "bob", 1), row(3, "cy", 1)));
  EXPECT_EQ(result.customers, 3);
  EXPECT_EQ(result.transactions, 5);
}

TEST(Activity, SharesAreOfKnownCustomersAndAddUp) {
  SaleLog log(three_customers());
  const Activity result = valid(activity(*log, {}));
  const auto shares = [](double share, double cumulative) {
    return ::testing::AllOf(Field(&ActivityRow::share, DoubleEq(share)),
                            Field(&ActivityRow::cumulative_share, DoubleEq(cumulative)));
  };
  EXPECT_THAT(result.rows, ElementsAre(shares(0.6, 0.6), shares(0.2, 0.8), shares(0.2, 1.0)));
}

TEST(Activity, LevelsAreCountsOfCounts) {
  SaleLog log(three_customers());
  EXPECT_THAT(valid(activity(*log, {})).levels, ElementsAre(level(3, 1), level(1, 2)));
}

TEST(Activity, RowsWithoutACustomerAreCountedForNobody) {
  SaleLog log(three_customers());
  EXPECT_EQ(valid(activity(*log, {})).transactions_without_customer, 2);
}

TEST(Activity, TiesAreOrderedByTheBytesOfTheId) {
  SaleLog log({{"b", "tea", "2018-01-01T00:00:00Z"},
               {"é", "tea", "2018-01-01T00:00:00Z"},
               {"10", "tea", "2018-01-01T00:00:00Z"},
               {"a", "tea", "2018-01-01T00:00:00Z"},
               {"B", "tea", "2018-01-01T00:00:00Z"},
               {"9", "tea", "2018-01-01T00:00:00Z"}});
  EXPECT_THAT(valid(activity(*log, {})).rows,
              ElementsAre(row(1, "10", 1),
                          row(2, "9", 1),
                          row(3, "B", 1),
                          row(4, "a", 1),
                          row(5, "b", 1),
                          row(6, "é", 1)));
}

TEST(Activity, ALimitCutsTheRowsAndNothingElse) {
  SaleLog log(three_customers());
  ActivityOptions options;
  options.limit = 2;
  const Activity result = valid(activity(*log, options));
  ASSERT_THAT(result.rows, ElementsAre(row(1, "ann", 3), row(2, "bob", 1)));
  EXPECT_DOUBLE_EQ(result.rows.back().cumulative_share, 0.8);
  EXPECT_THAT(result.levels, ElementsAre(level(3, 1), level(1, 2)));
  EXPECT_EQ(result.customers, 3);
  EXPECT_EQ(result.transactions, 5);
  EXPECT_EQ(result.transactions_without_customer, 2);
}

TEST(Activity, ALimitOfNothingStillKnowsTheTotals) {
  SaleLog log(three_customers());
  ActivityOptions options;
  options.limit = 0;
  const Activity result = valid(activity(*log, options));
  EXPECT_THAT(result.rows, IsEmpty());
  EXPECT_THAT(result.levels, ElementsAre(level(3, 1), level(1, 2)));
  EXPECT_EQ(result.customers, 3);
}

TEST(Activity, ALimitBeyondTheCustomersIsNoLimit) {
  SaleLog log(three_customers());
  ActivityOptions options;
  options.limit = std::numeric_limits<std::int64_t>::max();
  EXPECT_EQ(valid(activity(*log, options)).rows.size(), 3);
}

TEST(Activity, ARangeIsHalfOpen) {
  SaleLog log(three_customers());
  ActivityOptions options;
  options.range = {instant("2018-01-05T10:00:00Z"), instant("2018-02-01")};
  EXPECT_THAT(valid(activity(*log, options)).rows, ElementsAre(row(1, "ann", 2), row(2, "bob", 1)));
  options.range = {instant("2018-01-05T10:00:00.000001Z"), instant("2018-02-01T00:00:00.000001Z")};
  EXPECT_THAT(valid(activity(*log, options)).rows, ElementsAre(row(1, "cy", 1)));
}

TEST(Activity, ARangeCutsTheRowsWithoutACustomerToo) {
  SaleLog log(three_customers());
  ActivityOptions options;
  options.range = {instant("2018-01-01"), instant("2018-02-01")};
  EXPECT_EQ(valid(activity(*log, options)).transactions_without_customer, 0);
  options.range = {instant("2018-02-01"), instant("2018-03-01")};
  EXPECT_EQ(valid(activity(*log, options)).transactions_without_customer, 2);
}

TEST(Activity, ARangeAroundTheLogIsTheWholeLog) {
  SaleLog log(three_customers());
  ActivityOptions options;
  options.range = {kMinInstant, kMaxInstant};
  const Activity result = valid(activity(*log, options));
  EXPECT_THAT(result.rows, ElementsAre(row(1, "ann", 3), row(2, "bob", 1), row(3, "cy", 1)));
  EXPECT_EQ(result.transactions_without_customer, 2);
}

TEST(Activity, ARangeBesideTheLogHoldsNobody) {
  SaleLog log(three_customers());
  for (const TimeRange range : {TimeRange{kMinInstant, instant("2018-01-05T10:00:00Z")},
                                TimeRange{instant("2018-02-03T13:00:00.000001Z"), kMaxInstant}}) {
    ActivityOptions options;
    options.range = range;
    const Activity result = valid(activity(*log, options));
    EXPECT_THAT(result.rows, IsEmpty());
    EXPECT_THAT(result.levels, IsEmpty());
    EXPECT_EQ(result.customers, 0);
    EXPECT_EQ(result.transactions, 0);
    EXPECT_EQ(result.transactions_without_customer, 0);
  }
}

TEST(Activity, RowsOfOneCustomerAtOneInstantCanBeOneTransaction) {
  SaleLog log(three_customers());
  const Activity result = valid(activity(*log, counted_by(Counting::Unit::Timestamp)));
  EXPECT_THAT(result.rows, ElementsAre(row(1, "ann", 2), row(2, "bob", 1), row(3, "cy", 1)));
  EXPECT_EQ(result.transactions_without_customer, 1) << "two rows of nobody at one instant";
}

TEST(Activity, RowsOfOneCustomerOnOneDayCanBeOneTransaction) {
  SaleLog log({{"ann", "tea", "2018-03-10T23:30:00Z"},
               {"ann", "tea", "2018-03-11T00:30:00Z"},
               {"ann", "tea", "2018-03-11T04:30:00Z"},
               {"", "tea", "2018-03-11T05:00:00Z"},
               {"", "tea", "2018-03-11T06:00:00Z"}});
  ActivityOptions options = counted_by(Counting::Unit::Day);
  EXPECT_THAT(valid(activity(*log, options)).rows, ElementsAre(row(1, "ann", 2)));
  options.zone = test::zone_called("America/New_York");
  EXPECT_THAT(valid(activity(*log, options)).rows, ElementsAre(row(1, "ann", 1)))
      << "23:30 and 00:30 and 04:30 UTC are the evening of 10 March in New York";
  EXPECT_EQ(valid(activity(*log, options)).transactions_without_customer, 1);
}

TEST(Activity, RowsThatShareAnInvoiceCanBeOneTransaction) {
  SaleLog log({{"ann", "tea", "2018-01-01T00:00:00Z", "", "i1"},
               {"ann", "jam", "2018-01-02T00:00:00Z", "", "i1"},
               {"ann", "jam", "2018-01-03T00:00:00Z", "", "i2"},
               {"bob", "jam", "2018-01-03T00:00:00Z", "", "i2"}});
  ActivityOptions options = counted_by(Counting::Unit::Column);
  options.counting.column = "invoice";
  EXPECT_THAT(valid(activity(*log, options)).rows, ElementsAre(row(1, "ann", 2), row(2, "bob", 1)))
      << "an invoice of two customers is a transaction of each";
}

TEST(Activity, RowsWithoutAnInvoiceShareNone) {
  SaleLog log({{"ann", "tea", "2018-01-01T00:00:00Z", "", "i1"},
               {"ann", "jam", "2018-01-02T00:00:00Z", "", ""},
               {"ann", "jam", "2018-01-03T00:00:00Z", "", ""},
               {"", "jam", "2018-01-03T00:00:00Z", "", ""}});
  ActivityOptions options = counted_by(Counting::Unit::Column);
  options.counting.column = "invoice";
  const Activity result = valid(activity(*log, options));
  EXPECT_THAT(result.rows, ElementsAre(row(1, "ann", 2))) << "together they are one transaction";
  EXPECT_EQ(result.transactions_without_customer, 1);
}

std::vector<Sale> sales_with_returns() {
  return {{"ann", "tea", "2018-01-01T00:00:00Z", "2"},
          {"ann", "tea", "2018-01-02T00:00:00Z", "-2"},
          {"bob", "tea", "2018-01-03T00:00:00Z", "1"},
          {"bob", "tea", "2018-01-04T00:00:00Z", "0"},
          {"bob", "tea", "2018-01-05T00:00:00Z", ""},
          {"cy", "tea", "2018-01-06T00:00:00Z", "-1"},
          {"", "tea", "2018-01-07T00:00:00Z", "-1"}};
}

TEST(Activity, ReturnsCountUnlessSaidOtherwise) {
  SaleLog log(sales_with_returns());
  EXPECT_THAT(valid(activity(*log, {})).rows,
              ElementsAre(row(1, "bob", 3), row(2, "ann", 2), row(3, "cy", 1)));
}

TEST(Activity, DroppedReturnsDoNotCountAndNothingElseIsDropped) {
  SaleLog log(sales_with_returns());
  ActivityOptions options;
  options.counting.returns = Counting::Returns::Drop;
  const Activity result = valid(activity(*log, options));
  EXPECT_THAT(result.rows, ElementsAre(row(1, "bob", 3), row(2, "ann", 1)))
      << "a quantity of 0 or none is no return";
  EXPECT_EQ(result.transactions_without_customer, 0);
}

TEST(Activity, SubtractedReturnsTakeACustomerOutOrBelowNothing) {
  SaleLog log(sales_with_returns());
  ActivityOptions options;
  options.counting.returns = Counting::Returns::Subtract;
  const Activity result = valid(activity(*log, options));
  EXPECT_THAT(result.rows, ElementsAre(row(1, "bob", 3), row(2, "cy", -1)));
  EXPECT_THAT(result.levels, ElementsAre(level(3, 1), level(-1, 1)));
  EXPECT_EQ(result.customers, 2);
  EXPECT_EQ(result.transactions, 2);
  EXPECT_EQ(result.transactions_without_customer, -1);
}

TEST(Activity, SharesOfNothingAreNothing) {
  SaleLog log(
      {{"ann", "tea", "2018-01-01T00:00:00Z", "1"}, {"bob", "tea", "2018-01-02T00:00:00Z", "-1"}});
  ActivityOptions options;
  options.counting.returns = Counting::Returns::Subtract;
  const Activity result = valid(activity(*log, options));
  ASSERT_THAT(result.rows, ElementsAre(row(1, "ann", 1), row(2, "bob", -1)));
  EXPECT_EQ(result.rows[0].share, 0.0);
  EXPECT_EQ(result.rows[1].cumulative_share, 0.0);
}

TEST(Activity, ReturnsOfALogWithoutQuantitiesAreNone) {
  SaleLog log(three_customers());
  ActivityOptions options;
  options.counting.returns = Counting::Returns::Subtract;
  EXPECT_EQ(valid(activity(*log, options)).transactions, 5);
}

TEST(Activity, ALogOfNobodyHasNoRows) {
  SaleLog log({{"", "tea", "2018-01-01T00:00:00Z"}});
  const Activity result = valid(activity(*log, {}));
  EXPECT_THAT(result.rows, IsEmpty());
  EXPECT_EQ(result.transactions_without_customer, 1);
}

// --- errors --------------------------------------------------------------------------------------

TEST(Activity, ALimitBelowNothingIsRefused) {
  SaleLog log(three_customers());
  ActivityOptions options;
  options.limit = -1;
  const Error error = activity(*log, options).error();
  EXPECT_EQ(error.code, ErrorCode::InvalidArgument);
  EXPECT_EQ(error.message, "activity: limit is -1, but must be at least 0");
}

TEST(Activity, AnEmptyRangeIsRefused) {
  SaleLog log(three_customers());
  ActivityOptions options;
  options.range = {instant("2018-01-02"), instant("2018-01-02")};
  const Error error = activity(*log, options).error();
  EXPECT_EQ(error.code, ErrorCode::InvalidArgument);
  EXPECT_EQ(
      error.message,
      "activity: range is [2018-01-02T00:00:00Z, 2018-01-02T00:00:00Z), but must end after it "
      "begins");
}

TEST(Activity, ReturnsCannotBeSubtractedFromDays) {
  SaleLog log(sales_with_returns());
  ActivityOptions options = counted_by(Counting::Unit::Day);
  options.counting.returns = Counting::Returns::Subtract;
  const Error error = activity(*log, options).error();
  EXPECT_EQ(error.code, ErrorCode::InvalidArgument);
  EXPECT_EQ(error.message,
            "activity: counting.returns is \"subtract\", but must be count or drop where a "
            "transaction is not a row");
}

TEST(Activity, AColumnThatIsNotKeptIsAnsweredWithTheNearest) {
  SaleLog log({{"ann", "tea", "2018-01-01T00:00:00Z", "", "i1"}});
  ActivityOptions options = counted_by(Counting::Unit::Column);
  options.counting.column = "invoise";
  const Error error = activity(*log, options).error();
  EXPECT_EQ(error.code, ErrorCode::NotFound);
  EXPECT_EQ(error.message,
            "activity: counting.column is \"invoise\", but must be a column that the log keeps");
  EXPECT_EQ(error.remedy, "did you mean invoice?");
  options.counting.column = "x\"; DROP TABLE till.transactions; --";
  EXPECT_EQ(activity(*log, options).error().remedy, "the log keeps the columns invoice");
}

TEST(Activity, ALogWithoutFurtherColumnsSaysSo) {
  SaleLog log(three_customers());
  ActivityOptions options = counted_by(Counting::Unit::Column);
  options.counting.column = "invoice";
  EXPECT_EQ(activity(*log, options).error().remedy,
            "the log keeps no column beyond those till knows");
}

}  // namespace
}  // namespace till::insight
