#include "till/models/quantiles.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace till::models {
namespace {

TEST(Quantiles, AreThoseOfEachCustomerOnAnyNumberOfThreads) {
  Forecast forecast(9000, 1);  // more than a chunk
  std::vector<std::size_t> customers;
  for (std::size_t i = 0; i < forecast.customers(); ++i) {
    const auto mean = static_cast<double>(i % 90);
    forecast.parts(i)[0] = {0.9, mean, 1.0 + mean};
    customers.push_back(forecast.customers() - 1 - i);
  }
  const std::array levels = {0.5, 0.05, 0.95};
  const std::vector<std::int64_t> found = quantiles(forecast, customers, levels, 1);
  ASSERT_EQ(found.size(), 3 * customers.size());
  for (const std::size_t i :
       {std::size_t{0}, std::size_t{4095}, std::size_t{4096}, std::size_t{8999}}) {
    for (std::size_t j = 0; j < levels.size(); ++j) {
      EXPECT_EQ(found[3 * i + j], forecast.distribution(customers[i]).quantile(levels[j]));
    }
  }
  EXPECT_EQ(quantiles(forecast, customers, levels, 3), found);
  EXPECT_TRUE(quantiles(forecast, {}, levels, 2).empty());
}

}  // namespace
}  // namespace till::models
