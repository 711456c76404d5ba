#include "till/engine/report.hpp"

#include "log_of_sales.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace till::engine {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::string_view kQuick =
    "describe,activity,top_products,race,product-frequency,concentration,lifecycle";

Result<Answer> report_of(test::LogOfSales& sales, std::string_view sections) {
  ReportOptions options;
  options.sections = sections;
  return report(sales.session(), options);
}

TEST(Report, TellsFindingsAndHowEverySectionWent) {
  test::LogOfSales sales;
  const Result<Answer> answer = report_of(sales, kQuick);
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_THAT(test::columns_of(answer->rows),
              ElementsAre("rank", "section", "finding", "size", "q_value"));
  EXPECT_THAT(test::rows_of(answer->rows, {"rank", "section"}),
              ElementsAre("1 lifecycle", "2 describe"));
  EXPECT_THAT(answer->title, HasSubstr("2 findings in 7 sections about sales.csv"));
}

TEST(Report, AFailingSectionIsToldAndTheRestStands) {
  test::LogOfSales sales;
  ReportOptions options;
  options.sections = "activity,lifecycle,product-frequency";
  options.transaction = "InvoiceNumber";  // lifecycle does not ask for it
  const Result<Answer> answer = report(sales.session(), options);
  ASSERT_TRUE(answer) << answer.error().message;
  const Result<charts::Document> page = answer->document(charts::DocumentFormat::Html, "r");
  ASSERT_TRUE(page) << page.error().message;
  EXPECT_THAT(page->text.substr(0, page->text.find("<script>")),
              HasSubstr("activity: transaction is &quot;InvoiceNumber&quot;, but must be row"));
  EXPECT_THAT(page->text, HasSubstr("<section id=\"lifecycle\""));
  EXPECT_EQ(page->text.find("<section id=\"activity\""), std::string::npos);
}

TEST(Report, MarkdownHasOneFileForEachPicture) {
  test::LogOfSales sales;
  const Result<Answer> answer = report_of(sales, "describe,activity,concentration");
  ASSERT_TRUE(answer) << answer.error().message;
  const Result<charts::Document> text = answer->document(charts::DocumentFormat::Markdown, "r");
  ASSERT_TRUE(text) << text.error().message;
  ASSERT_EQ(text->files.size(), 2U);
  EXPECT_EQ(text->files[0].name, "r-activity.svg");
  EXPECT_THAT(text->files[0].bytes.substr(0, 20), HasSubstr("<svg"));
}

TEST(Report, NamesThatAreNoSectionsAreRefused) {
  test::LogOfSales sales;
  const Result<Answer> answer = report_of(sales, "activty");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::NotFound);
  EXPECT_EQ(answer.error().message, "report: \"activty\" is not a section");
  EXPECT_EQ(answer.error().remedy, "did you mean activity?");
  EXPECT_EQ(report_of(sales, "").error().code, ErrorCode::InvalidArgument);
}

TEST(Report, StopsWhenCancelled) {
  test::LogOfSales sales;
  ASSERT_TRUE(sales.session().log());
  sales.session().cancel();
  const Result<Answer> answer = report_of(sales, kQuick);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::Cancelled);
}

}  // namespace
}  // namespace till::engine
