#include "till/charts/report.hpp"

#include "unit/charts/examples.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "till/charts/page.hpp"

namespace till::charts {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Report two_sections() {
  Report report;
  report.title = "A <shop>";
  report.subtitle = "Seven transactions.";
  report.facts = {{"customers", "3"}};
  report.findings = {{"Volvo sells.", "counted", "volvo"}};
  report.sections = {
      {.id = "volvo",
       .question = "When?",
       .sentences = {"Volvo sold in 2018."},
       .chart = product_frequency(test::volvo(), test::context()),
       .facts = {},
       .tables = {{"In numbers", {{"month", true}, {"n", false}}, {{"1|2", "3"}}, ""}},
       .method = "Counted.",
       .command = "till product-frequency",
       .warnings = {}},
      {.id = "makes",
       .question = "What?",
       .sentences = {"Renault leads."},
       .chart = top_products(test::car_makes(), test::context()),
       .facts = {},
       .tables = {},
       .method = "Ranked.",
       .command = "",
       .warnings = {"Careful."}}};
  report.gaps = {{"How much?", "There are no amounts.", ""}};
  return report;
}

std::string page_of(const Report& report) {
  Result<Document> page = render(report, DocumentFormat::Html, "r");
  EXPECT_TRUE(page) << page.error().message;
  return page ? page->text : "";
}

std::size_t count_in(const std::string& text, const std::string& what) {
  std::size_t count = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) {
    ++count;
  }
  return count;
}

TEST(Report, HoldsTheScriptOnceAndEveryPictureOnce) {
  const std::string page = page_of(two_sections());
  EXPECT_EQ(count_in(page, page_script().substr(0, 200)), 1U);
  EXPECT_EQ(count_in(page, "<figure class=\"till-chart\""), 2U);
  EXPECT_EQ(count_in(page, "<a href=\"#volvo\">Volvo sells.</a>"), 1U);
  EXPECT_THAT(page, HasSubstr("<title>A &lt;shop&gt;</title>"));
}

TEST(Report, DatesAndPercentagesAreNotTornApart) {
  Report report = two_sections();
  report.findings = {{"Volvo has 7.9 % of all.", "counted", "volvo"}};
  report.sections[0].tables = {{"In numbers",
                                {{"from", true}, {"finding", true}},
                                {{"2018-12-29", "289 transactions where 2,017.4 were expected."}},
                                ""}};
  const std::string page = page_of(report);
  EXPECT_THAT(page, HasSubstr("Volvo has 7.9\u00A0% of all."));
  EXPECT_THAT(page, HasSubstr("<td class=\"t w\">2018-12-29</td><td class=\"t\">289 "));
}

TEST(Report, PicturesGoWithoutTheTitleThatTheirSectionSays) {
  const std::string page = page_of(two_sections());
  // As the figure's name and in its description; never drawn as text.
  EXPECT_THAT(page, Not(HasSubstr(">Volvo sold 4,674 times")));
  EXPECT_THAT(page,
              HasSubstr("aria-label=\"Volvo sold 4,674 times in 2018, most in October (826)\""));
}

TEST(Report, ClipsOfAPictureAreItsOwn) {
  const std::string page = page_of(two_sections());
  const std::string drawn = page.substr(0, page.find("<script>"));
  EXPECT_EQ(count_in(drawn, "id=\"clip"), 0U);
  EXPECT_EQ(count_in(drawn, "url(#clip"), 0U);
}

TEST(Report, SaysThatNothingStandsOut) {
  EXPECT_THAT(page_of({.title = "Empty"}), HasSubstr("Nothing in this log stands out"));
}

TEST(Report, MarkdownIsTextWhateverTheLogHolds) {
  const Result<Document> text = render(two_sections(), DocumentFormat::Markdown, "r");
  ASSERT_TRUE(text) << text.error().message;
  EXPECT_THAT(text->text, HasSubstr("# A &lt;shop>\n"));
  EXPECT_THAT(text->text, HasSubstr("| 1\\|2 | 3 |\n"));
  EXPECT_THAT(text->text, HasSubstr("](<r-makes.svg>)"));
}

}  // namespace
}  // namespace till::charts
