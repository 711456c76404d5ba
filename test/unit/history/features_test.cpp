#include "till/history/features.hpp"

#include <cmath>
#include <string>
#include <vector>

#include "unit/insight/sale_log.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "till/history/panel.hpp"

namespace till::history {
namespace {

using test::instant;
using test::Sale;
using test::SaleLog;
using test::valid;
using ::testing::ElementsAre;
using ::testing::FloatEq;
using ::testing::HasSubstr;
using ::testing::IsNan;

std::vector<Sale> some_sales() {
  return {{"anna", "apple", "2018-01-03T08:00:00", "2", "A1"},
          {"anna", "pear", "2018-01-03T15:00:00", "3", "A2"},
          {"bert", "pear", "2018-02-05T23:30:00", "5", "it's"},
          {"anna", "pear", "2018-03-07T09:00:00", "7", "A4"},
          {"anna", "pear", "2018-03-07T10:00:00", "1", "A4"}};
}

FeatureDeclaration feature(std::string sql) {
  return {"x", std::move(sql), Take::Sum, {1}};
}

Panel panel_with(const std::string& sql,
                 std::string_view cutoff = "2018-04-01",
                 std::string_view zone = "UTC") {
  SaleLog log(some_sales());
  return valid(customer_panel(
      *log,
      {.cutoff = instant(cutoff), .zone = test::zone_called(zone), .features = {feature(sql)}}));
}

Error error_of(const std::string& sql) {
  SaleLog log(some_sales());
  const Result<Panel> panel =
      customer_panel(*log, {.cutoff = instant("2018-04-01"), .features = {feature(sql)}});
  return panel ? Error{ErrorCode::Internal, "no error", ""} : panel.error();
}

TEST(Features, AreAggregatesOfAMonth) {
  const Panel panel = panel_with("sum(quantity)");
  ASSERT_EQ(panel.measures().size(), 1U);
  EXPECT_THAT(panel.measured(0, 0), ElementsAre(5.0F));
  EXPECT_THAT(panel.measured(0, 1), ElementsAre(IsNan(), 5.0F));
  EXPECT_THAT(panel.measured(0, 2), ElementsAre(8.0F, IsNan()));
}

TEST(Features, KnowWhatBothDatabasesKnow) {
  for (const auto& [sql, value] : std::vector<std::pair<std::string, float>>{
           {"count(*)", 2.0F},
           {"COUNT(DISTINCT product_key) / 4", 0.5F},
           {"sum(CASE WHEN quantity > 2 AND NOT invoice = 'A1' THEN quantity ELSE 0 END)", 3.0F},
           {"max(greatest(quantity, 2.5)) - min(quantity)", 1.0F},
           {"avg(CASE WHEN invoice IN ('A1', 'it''s') THEN 1 ELSE 0 END)", 0.5F},
           {"sum(hour) - 20", 3.0F},
           {"max(hour) / count(*) / 2", 3.75F},
           {"avg(weekday)", 3.0F},
           {"ln(exp(1)) * count(\"invoice\")", 2.0F},
           {"avg(CASE WHEN quantity BETWEEN 1 AND 2 THEN 1 WHEN quantity IS NULL THEN 2 ELSE 0 "
            "END)",
            0.5F}}) {
    EXPECT_THAT(panel_with(sql).measured(0, 0), ElementsAre(FloatEq(value))) << sql;
  }
}

TEST(Features, TakeHoursAndMonthsOfTheZone) {
  // 23:30 in UTC is half past midnight in Berlin.
  EXPECT_THAT(panel_with("sum(hour)", "2018-04-01", "Europe/Berlin").measured(0, 1)[1], 0.0F);
}

TEST(Features, AreNotThereWhereTheyAreNoNumber) {
  EXPECT_THAT(panel_with("sum(NULLIF(quantity, quantity))").measured(0, 0), ElementsAre(IsNan()));
}

TEST(Features, EndWithTheCutoff) {
  const Panel early = panel_with("sum(quantity)", "2018-03-07T09:30:00");
  EXPECT_EQ(early.measured(0, 2)[0], 7.0F);
  EXPECT_THAT(early.before(2).measured(0, 1), ElementsAre(IsNan(), 5.0F));
}

TEST(Features, ReadNothingButTheLog) {
  for (const std::string sql : {"sum(customer_key)",
                                "sum(quantity); DROP TABLE till.customers",
                                "(SELECT max(amount) FROM till.transactions)",
                                "sum(quantity) -- all",
                                "sum(quantity) /* all */",
                                "read_text('/etc/passwd')",
                                "sum(quantity::int)",
                                "sum(\"file_key\")",
                                "sum(quantity",
                                "sum(quantity))",
                                "sum('open)",
                                "sum(1.2.3)",
                                "sum(quantity) % 2",
                                "sum(größe)",
                                "sum(\"hour\")",
                                "sum(invoice)",
                                "sum(quantity quantity)",
                                "quantity",
                                "till.transactions"}) {
    const Error error = error_of(sql);
    EXPECT_TRUE(error.code == ErrorCode::InvalidArgument || error.code == ErrorCode::NotFound)
        << sql << ": " << error.message;
    EXPECT_THAT(error.message, HasSubstr("features: the sql of x")) << sql;
  }
}

TEST(Features, NameTheNearestColumn) {
  EXPECT_EQ(error_of("sum(quantiti)").remedy, "did you mean quantity?");
  EXPECT_EQ(error_of("summ(quantity)").remedy, "did you mean sum?");
}

}  // namespace
}  // namespace till::history
