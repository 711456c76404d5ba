#include "till/charts/chart.hpp"

#include <cmath>
#include <limits>

#include "unit/charts/examples.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace till::charts {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

Chart volvo() {
  return product_frequency(test::volvo(), test::context());
}

std::string rendered(const Chart& chart, Format format, double scale = 2.0) {
  Result<std::string> bytes = render(chart, format, scale);
  EXPECT_TRUE(bytes) << bytes.error().message;
  return bytes ? *std::move(bytes) : "";
}

// The four bytes of a PNG header from `at`, most significant first.
unsigned number_at(const std::string& png, std::size_t at) {
  unsigned value = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    value = value << 8U | static_cast<unsigned char>(png[at + i]);
  }
  return value;
}

TEST(Chart, FormatIsThatOfTheFilesEnding) {
  EXPECT_EQ(*format_of("activity.svg"), Format::Svg);
  EXPECT_EQ(*format_of("/tmp/a.b/activity.PNG"), Format::Png);
  EXPECT_EQ(*format_of("activity.pdf"), Format::Pdf);
  EXPECT_EQ(*format_of("activity.vl.json"), Format::Json);
  EXPECT_EQ(*format_of("activity.html"), Format::Html);
}

TEST(Chart, OtherEndingsAreNamedInTheError) {
  for (const std::string name : {"activity.jpg", "activity", "svg", "a.svg/activity", ""}) {
    const Result<Format> format = format_of(name);
    ASSERT_FALSE(format) << name;
    EXPECT_EQ(format.error().code, ErrorCode::InvalidArgument);
    EXPECT_EQ(format.error().message,
              "format_of: file_name is \"" + name +
                  "\", but must end in .svg, .png, .pdf, .html or .json");
  }
}

TEST(Chart, FormatsHaveMediaTypes) {
  EXPECT_EQ(media_type(Format::Svg), "image/svg+xml");
  EXPECT_EQ(media_type(Format::Png), "image/png");
  EXPECT_EQ(media_type(Format::Pdf), "application/pdf");
  EXPECT_EQ(media_type(Format::Html), "text/html; charset=utf-8");
  EXPECT_EQ(media_type(Format::Json), "application/json");
}

TEST(Chart, SvgIsAWholeDocument) {
  const std::string svg = rendered(volvo(), Format::Svg);
  EXPECT_THAT(svg, StartsWith("<svg "));
  EXPECT_THAT(svg, EndsWith("</svg>\n"));
  EXPECT_THAT(svg, HasSubstr("xmlns=\"http://www.w3.org/2000/svg\""));
}

TEST(Chart, PngHasScalePixelsPerUnit) {
  const std::string once = rendered(volvo(), Format::Png, 1);
  const std::string twice = rendered(volvo(), Format::Png, 2);
  EXPECT_EQ(once.substr(0, 8), "\x89PNG\r\n\x1a\n");
  EXPECT_EQ(number_at(once, 16), 720U);
  EXPECT_EQ(number_at(twice, 16), 1440U);
  EXPECT_EQ(number_at(twice, 20), 2 * number_at(once, 20));
}

TEST(Chart, PdfIsOnePageWithoutADateOfToday) {
  const std::string pdf = rendered(volvo(), Format::Pdf);
  EXPECT_EQ(pdf.substr(0, 7), "%PDF-1.");
  const auto holds = [&pdf](std::string_view text) { return pdf.find(text) != std::string::npos; };
  EXPECT_TRUE(holds("/Count 1\n"));
  EXPECT_TRUE(holds("20000101000000Z)"));
  EXPECT_FALSE(holds("/ModDate"));
}

TEST(Chart, JsonIsTheSpecificationLaidOut) {
  const Chart chart = volvo();
  const std::string json = rendered(chart, Format::Json);
  EXPECT_EQ(nlohmann::json::parse(json), nlohmann::json::parse(chart.specification));
  EXPECT_THAT(
      json, StartsWith("{\n  \"$schema\": \"https://vega.github.io/schema/vega-lite/v6.json\",\n"));
  EXPECT_THAT(json, EndsWith("}\n"));
}

TEST(Chart, SameChartHasTheSameBytesInEveryFormat) {
  for (const Format format : {Format::Svg, Format::Png, Format::Pdf, Format::Html, Format::Json}) {
    EXPECT_TRUE(rendered(volvo(), format) == rendered(volvo(), format)) << media_type(format);
  }
}

TEST(Chart, ScaleMustBePositiveAndThePictureOfASizeThatCanBeDrawn) {
  for (const double scale : {0.0, -1.0, std::nan(""), std::numeric_limits<double>::infinity()}) {
    const Result<std::string> png = render(volvo(), Format::Png, scale);
    ASSERT_FALSE(png);
    EXPECT_EQ(png.error().code, ErrorCode::InvalidArgument);
    EXPECT_THAT(png.error().message, HasSubstr("but must be > 0"));
  }
  const Result<std::string> huge = render(volvo(), Format::Png, 100);
  ASSERT_FALSE(huge);
  EXPECT_EQ(huge.error().code, ErrorCode::InvalidArgument);
  EXPECT_THAT(huge.error().message, HasSubstr("32,767 pixels"));
}

TEST(Chart, ASpecificationThatCannotBeDrawnIsAnErrorInEveryFormat) {
  const Chart chart{"{\"mark\":", "broken"};
  for (const Format format : {Format::Svg, Format::Png, Format::Pdf, Format::Html, Format::Json}) {
    const Result<std::string> bytes = render(chart, format);
    ASSERT_FALSE(bytes);
    EXPECT_EQ(bytes.error().code, ErrorCode::Internal);
    EXPECT_THAT(bytes.error().message, StartsWith("render: "));
  }
}

}  // namespace
}  // namespace till::charts
