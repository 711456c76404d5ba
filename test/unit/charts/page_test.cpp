#include "till/charts/page.hpp"

#include "unit/charts/examples.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace till::charts {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

std::string page(const Chart& chart) {
  Result<std::string> html = render(chart, Format::Html);
  EXPECT_TRUE(html) << html.error().message;
  return html ? *std::move(html) : "";
}

// What stands between two marks, after `from`.
std::string between(const std::string& text, const std::string& open, const std::string& close) {
  const std::size_t at = text.find(open);
  EXPECT_NE(at, std::string::npos) << open;
  const std::size_t begin = at + open.size();
  return text.substr(begin, text.find(close, begin) - begin);
}

std::size_t count_in(const std::string& text, const std::string& what) {
  std::size_t count = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) {
    ++count;
  }
  return count;
}

TEST(Page, IsACompleteDocumentWithATitle) {
  const std::string html = page(product_frequency(test::volvo(), test::context()));
  EXPECT_THAT(html.substr(0, 100), StartsWith("<!DOCTYPE html>\n<html lang=\"en\">"));
  EXPECT_THAT(html.substr(html.size() - 100), EndsWith("</html>\n"));
  EXPECT_EQ(between(html, "<title>", "</title>"),
            "Volvo sold 4,674 times in 2018, most in October (826)");
  EXPECT_EQ(count_in(html,
                     "<figure class=\"till-chart\" aria-label=\"Volvo sold 4,674 times in "
                     "2018, most in October (826)\">"),
            1U);
}

TEST(Page, ShowsTheDrawnPictureUntilTheScriptRuns) {
  const Chart chart = product_frequency(test::volvo(), test::context());
  const Result<std::string> svg = render(chart, Format::Svg);
  ASSERT_TRUE(svg);
  EXPECT_EQ(count_in(page(chart), svg->substr(0, svg->size() - 1)), 1U);
}

TEST(Page, LetsOnlyItsOwnScriptAndStyleRun) {
  const std::string html = page(product_frequency(test::volvo(), test::context()));
  const std::string policy =
      between(html, "http-equiv=\"Content-Security-Policy\" content=\"", "\"");
  const std::string script = between(html, "</main>\n<script>", "</script>");
  const std::string style = between(html, "<style>", "</style>");
  EXPECT_EQ(policy, content_security_policy({script}, {style}));
  EXPECT_THAT(policy, StartsWith("default-src 'none'; script-src 'sha256-"));
  EXPECT_THAT(policy, Not(HasSubstr("unsafe")));
  EXPECT_TRUE(script == page_script());
}

TEST(Page, PolicyNamesTheHashOfEachScript) {
  // printf alert | openssl dgst -sha256 -binary | base64
  EXPECT_EQ(content_security_policy({"alert"}, {}),
            "default-src 'none'; script-src 'sha256-35BQWN1npAn++BSA6B5HNlcrDttNf7mHxpXNB+Jg7IE='; "
            "style-src 'none'; img-src data:; base-uri 'none'; form-action 'none'");
}

TEST(Page, AsksNobodyForAnything) {
  const std::string html = page(product_frequency(test::volvo(), test::context()));
  for (const std::string what : {" src=", "<link", "@import", "url(http", "href=\"http"}) {
    EXPECT_EQ(count_in(html.substr(0, html.find("</main>")), what), 0U) << what;
  }
}

TEST(Page, CarriesTheSpecificationWhateverProductsAreCalled) {
  const Chart chart = top_products(test::awkward(), test::context());
  const std::string html = page(chart);
  EXPECT_EQ(count_in(html, "<script"), 2U);  // the data and the script
  EXPECT_EQ(count_in(html, "</script"), 2U);
  const std::string data = between(html, "<script type=\"application/json\">", "</script>");
  EXPECT_EQ(nlohmann::json::parse(data), nlohmann::json::parse(chart.specification));
  EXPECT_EQ(count_in(html, "<title>&lt;b&gt;"), 1U);
}

TEST(Page, ScriptSaysWhoseWorkItHolds) {
  EXPECT_EQ(page_script().find("/*! This script contains:"), 0U);
  EXPECT_GT(count_in(page_script(), "University of Washington Interactive Data Lab"), 0U);
  EXPECT_GT(count_in(page_script(), "Mike Bostock"), 0U);
}

TEST(Page, FigureIsTheSameInAReport) {
  const Chart chart = top_products(test::car_makes(), test::context());
  const Result<std::string> figure = page_figure(chart);
  ASSERT_TRUE(figure);
  EXPECT_EQ(count_in(page(chart), *figure), 1U);
}

}  // namespace
}  // namespace till::charts
