#include "unit/charts/examples.hpp"
#include "unit/charts/specification.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "till/charts/chart.hpp"

namespace till::charts {
namespace {

using ::testing::HasSubstr;

insight::Dynamics two_products() {
  insight::Dynamics result;
  for (int i = 0; i < 24; ++i) {
    result.months.push_back({add_months({2017, 1}, i), 30.0, 100});
  }
  result.recent = 3;
  result.compared = 9;
  result.has_compared = true;
  insight::ProductDynamics tea;
  tea.product_id = "tea";
  tea.name = "Tea, green";
  tea.growth = 0.5;
  tea.momentum = -0.25;
  tea.status = insight::ProductStatus::Growing;
  tea.changes = {{{2018, 3}, 0.4}};
  tea.certainty = 0.99;
  tea.counts = std::vector<std::int64_t>(24, 60);
  insight::ProductDynamics rare;
  rare.product_id = "rare";
  rare.counts = std::vector<std::int64_t>(24, 0);
  result.products = {tea, rare};
  return result;
}

TEST(DynamicsChart, TitleSaysWhatGrows) {
  EXPECT_EQ(dynamics(two_products(), test::context()).title, "Of 2 products, 1 grows");
  insight::Dynamics quiet = two_products();
  quiet.products[0].status = insight::ProductStatus::Steady;
  EXPECT_EQ(dynamics(quiet, test::context()).title,
            "No evidence that any of 2 products grows or fades");
}

TEST(DynamicsChart, AChangeIsMarkedAndSaid) {
  EXPECT_THAT(dynamics(two_products(), test::context()).specification,
              HasSubstr("Tea, green changed, Mar 2018: +40\u00A0%"));
}

TEST(DynamicsChart, IsDrawn) {
  const auto svg = render(dynamics(two_products(), test::context()), Format::Svg);
  ASSERT_TRUE(svg) << svg.error().message;
  EXPECT_THAT(*svg, HasSubstr("Tea, green"));
}

TEST(DynamicsChart, OfNothingIsCalm) {
  EXPECT_EQ(dynamics({}, test::context()).title, "Nothing was bought before this moment");
}

}  // namespace
}  // namespace till::charts
