#include "till/engine/lifecycle.hpp"

#include <array>
#include <string>
#include <utility>
#include <variant>

#include "log_of_sales.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace till::engine {
namespace {

using test::LogOfSales;
using testing::HasSubstr;

Answer answer(const LifecycleOptions& options) {
  LogOfSales sales;
  Result<Answer> answer = lifecycle(sales.session(), options);
  if (!answer) {
    ADD_FAILURE() << answer.error().message;
    return {};
  }
  return std::move(answer).value();
}

const List& list_of(const Answer& answer, std::string_view name) {
  return std::get<List>(find(answer.summary, name)->data);
}

TEST(Lifecycle, SummarisesHowCustomersBuy) {
  const Answer all = answer({});
  // anna after 40 and 19 days, bert after 192
  EXPECT_EQ(test::integer_of(all.summary, "intervals"), 3);
  EXPECT_EQ(test::integer_of(all.summary, "median_interval"), 40);
  EXPECT_EQ(test::integer_of(all.summary, "repeated"), 2);
  EXPECT_EQ(test::integer_of(all.summary, "median_second_purchase"), 40);
  EXPECT_EQ(std::get<std::string>(find(all.summary, "rhythm")->data), "unknown");
  EXPECT_TRUE(std::holds_alternative<std::monostate>(find(all.summary, "regularity")->data));
  std::int64_t customers = 0;
  for (const Value& segment : list_of(all, "segments")) {
    customers += test::integer_of(std::get<Object>(segment.data), "customers");
  }
  EXPECT_EQ(customers, test::integer_of(all.summary, "customers"));
}

TEST(Lifecycle, DrawsWhatIsAskedFor) {
  const std::array<std::pair<LifecyclePlot, std::string>, 4> plots = {
      {{LifecyclePlot::Flow, "Of 3 customers so far"},
       {LifecyclePlot::Survival, "Half of the customers buy again within 40 days"},
       {LifecyclePlot::Intervals, "Half of the intervals between purchases take 40 days or less"},
       {LifecyclePlot::Segments, "No customer buys both lately and often"}}};
  for (const auto& [plot, title] : plots) {
    const Answer drawn = answer({.plot = plot});
    ASSERT_TRUE(drawn.chart);
    EXPECT_THAT(drawn.chart().title, HasSubstr(title));
  }
}

TEST(Lifecycle, OfNobodyHasNoRhythm) {
  const Answer nobody = answer({.as_of = Instant{0}});
  EXPECT_EQ(nobody.total_rows, 0);
  EXPECT_EQ(test::integer_of(nobody.summary, "intervals"), 0);
  EXPECT_TRUE(list_of(nobody, "segments").empty());
  EXPECT_TRUE(list_of(nobody, "second_purchase").empty());
}

}  // namespace
}  // namespace till::engine
