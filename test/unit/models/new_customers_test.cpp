#include "till/models/new_customers.hpp"

#include <cmath>
#include <vector>

#include "support/panels.hpp"
#include <gtest/gtest.h>

namespace till::models {
namespace {

using test::months_from_2017;
using test::panel_of;

TEST(NewCustomers, RepeatWhatNewOnesDidInPastMonths) {
  // New in February: 3 + 1; in March: 2; in April: nobody.
  const Panel panel =
      panel_of({{0, 1.0, {9, 9, 9, 9}}, {1, 0.5, {3, 0, 8}}, {1, 0.5, {1, 1, 1}}, {2, 0.5, {2, 7}}},
               months_from_2017(4));
  const std::vector<MonthPart> months = months_from_2017(6);
  const std::optional<CountPart> one = new_customer_transactions(panel, {{}, {months[4]}});
  ASSERT_TRUE(one);
  EXPECT_NEAR(one->mean, 2.0, 1e-12);
  EXPECT_NEAR(one->mean + one->mean * one->mean / one->shape, 4.0, 1e-9);
  EXPECT_NEAR(new_customer_transactions(panel, {{}, {months[4], months[5]}})->mean, 4.0, 1e-12);
}

TEST(NewCustomers, AreUnknownInTheFirstMonths) {
  const std::vector<MonthPart> months = months_from_2017(4);
  const Panel panel = test::drawn_panel({.customers = 9, .months = 2});
  EXPECT_FALSE(new_customer_transactions(panel, {{}, {months[2]}}));
  EXPECT_FALSE(new_customer_transactions(Panel(), {{}, {months[2]}}));
}

TEST(NewCustomers, WhoNeverCameAreNotExpected) {
  const Panel panel = panel_of({{0, 1.0, {1, 1, 1, 1}}}, months_from_2017(4));
  const std::optional<CountPart> none =
      new_customer_transactions(panel, {{}, {months_from_2017(5)[4]}});
  ASSERT_TRUE(none);
  EXPECT_EQ(none->mean, 0.0);
  EXPECT_TRUE(none->shape > 0.0);
}

}  // namespace
}  // namespace till::models
