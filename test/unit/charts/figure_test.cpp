// Every picture of examples.hpp, looked at: nothing is cut, no label covers another, and the bytes
// are those of test/golden/charts. TILL_UPDATE_GOLDEN=1 writes them anew.

#include "charts/figure.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "charts/drawing.hpp"
#include "support/source_tree.hpp"
#include "unit/charts/backtest_examples.hpp"
#include "unit/charts/customer_examples.hpp"
#include "unit/charts/fit_examples.hpp"
#include "unit/charts/forecast_examples.hpp"
#include "unit/charts/predict_examples.hpp"
#include "unit/charts/svg_texts.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace till::test {
namespace {

using ::testing::IsEmpty;

class Figure : public ::testing::TestWithParam<Example> {};

std::string read(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string svg_of(const charts::Chart& chart) {
  Result<charts::Drawing> drawing = charts::draw(chart.specification);
  EXPECT_TRUE(drawing) << drawing.error().message;
  return drawing ? drawing->svg : "";
}

std::string box(const SvgText& text) {
  const auto pixel = [](double value) { return std::to_string(static_cast<int>(value)); };
  return "\"" + text.text + "\" [" + pixel(text.left) + " ... " + pixel(text.right) + "] x [" +
         pixel(text.top) + " ... " + pixel(text.bottom) + "]";
}

bool overlap(const SvgText& a, const SvgText& b) {
  constexpr double kTouch = 0.5;
  return a.left + kTouch < b.right && b.left + kTouch < a.right && a.top + kTouch < b.bottom &&
         b.top + kTouch < a.bottom;
}

TEST_P(Figure, IsDrawnWithoutAWarning) {
  const Result<charts::Drawing> drawing = charts::draw(GetParam().chart().specification);
  ASSERT_TRUE(drawing) << drawing.error().message;
  EXPECT_THAT(drawing->warnings, IsEmpty());
}

TEST_P(Figure, IsAsWideAsEveryOther) {
  const SvgTexts picture = texts_of(svg_of(GetParam().chart()));
  EXPECT_NEAR(picture.width, charts::kWidth, 4);
}

TEST_P(Figure, CutsNoText) {
  const SvgTexts picture = texts_of(svg_of(GetParam().chart()));
  ASSERT_FALSE(picture.texts.empty());
  for (const SvgText& text : picture.texts) {
    EXPECT_TRUE(text.left >= 0 && text.right <= picture.width && text.top >= 0 &&
                text.bottom <= picture.height)
        << box(text) << " in a picture of " << picture.width << " x " << picture.height;
  }
}

TEST_P(Figure, LetsNoTextCoverAnother) {
  const SvgTexts picture = texts_of(svg_of(GetParam().chart()));
  for (std::size_t i = 0; i < picture.texts.size(); ++i) {
    for (std::size_t j = i + 1; j < picture.texts.size(); ++j) {
      const SvgText& a = picture.texts[i];
      const SvgText& b = picture.texts[j];
      if (!a.is_halo && !b.is_halo) {
        EXPECT_FALSE(overlap(a, b)) << box(a) << " and " << box(b);
      }
    }
  }
}

TEST_P(Figure, KeepsItsBytes) {
  if (!GetParam().golden) {
    GTEST_SKIP() << "not kept";
  }
  const std::filesystem::path folder = test::source_tree() / "test" / "golden" / "charts";
  const std::filesystem::path golden = folder / (GetParam().name + ".svg");
  const std::filesystem::path changed = folder / (GetParam().name + ".changed.svg");
  const std::string svg = svg_of(GetParam().chart()) + "\n";
  const char* update = std::getenv("TILL_UPDATE_GOLDEN");
  if (update != nullptr && std::string_view(update) == "1") {
    std::ofstream(golden, std::ios::binary) << svg;
    std::filesystem::remove(changed);
    return;
  }
  if (read(golden) == svg) {
    std::filesystem::remove(changed);
    return;
  }
  std::ofstream(changed, std::ios::binary) << svg;
  ADD_FAILURE() << "the picture has changed: compare " << golden << " with " << changed
                << "; if it is better, run this test with TILL_UPDATE_GOLDEN=1";
}

/// Returns the example's name as the framework allows it.
std::string name_of(const ::testing::TestParamInfo<Example>& example) {
  std::string name = example.param.name;
  std::erase(name, '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Examples, Figure, ::testing::ValuesIn(examples()), name_of);
INSTANTIATE_TEST_SUITE_P(Backtests, Figure, ::testing::ValuesIn(backtest_examples()), name_of);
INSTANTIATE_TEST_SUITE_P(Forecasts, Figure, ::testing::ValuesIn(forecast_examples()), name_of);
INSTANTIATE_TEST_SUITE_P(Fits, Figure, ::testing::ValuesIn(fit_examples()), name_of);
INSTANTIATE_TEST_SUITE_P(Predictions, Figure, ::testing::ValuesIn(predict_examples()), name_of);
INSTANTIATE_TEST_SUITE_P(Customers, Figure, ::testing::ValuesIn(customer_examples()), name_of);

}  // namespace
}  // namespace till::test
