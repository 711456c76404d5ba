#include "till/engine/describe.hpp"

#include "log_of_sales.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace till::engine {
namespace {

using test::rows_of;
using testing::ElementsAre;

TEST(Describe, HasOneRowForEachColumn) {
  test::LogOfSales sales;
  const Result<Answer> answer = describe(sales.session(), {});
  ASSERT_TRUE(answer.has_value()) << answer.error().message;
  EXPECT_THAT(test::columns_of(answer->rows),
              ElementsAre("column", "type", "missing", "distinct", "minimum", "maximum"));
  EXPECT_THAT(rows_of(answer->rows, {"column", "missing", "distinct"}),
              testing::IsSupersetOf({"customer_id 1 3", "product_id 0 3", "timestamp 0 7"}));
  EXPECT_EQ(answer->title,
            "8 transactions of 3 customers and 3 products, 2018-01-01 to 2019-01-02.");
  EXPECT_FALSE(answer->chart);
}

TEST(Describe, SummarisesWhatIsWrong) {
  test::TemporaryFolder folder;
  Session session({.sources = {folder.write("a.csv",
                                            "customer_id,product_id,timestamp\n"
                                            "anna,apple,2018-05-01T10:00:00Z\n"
                                            "anna,apple,yesterday\n")}});
  const Result<Answer> answer = describe(session, {});
  ASSERT_TRUE(answer.has_value()) << answer.error().message;
  EXPECT_EQ(test::integer_of(answer->summary, "rejected"), 1);
  const auto* rejects = std::get_if<Object>(&find(answer->summary, "rejects")->data);
  ASSERT_NE(rejects, nullptr);
  EXPECT_EQ(test::integer_of(*rejects, "invalid_timestamp"), 1);
  const auto* examples = std::get_if<List>(&find(answer->summary, "reject_examples")->data);
  ASSERT_TRUE(examples != nullptr && examples->size() == 1);
  EXPECT_EQ(test::integer_of(std::get<Object>(examples->front().data), "line"), 3);
}

}  // namespace
}  // namespace till::engine
