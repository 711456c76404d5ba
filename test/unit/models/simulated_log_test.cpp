#include "till/models/simulated_log.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace till::models {
namespace {

using ::testing::Contains;

constexpr double kDaysPerYear = 365.2425;
// Seeds are fixed, so that a test passes always or never; five standard errors are what a correct
// generator would miss once in a million seeds.
constexpr double kStandardErrors = 5.0;

/// Everything switched off: equal customers who were always there and buy one piece at a time.
SimulatedLogOptions plain() {
  SimulatedLogOptions options;
  options.seed = 11;
  options.customer_count = 500;
  options.product_count = 50;
  options.to = {2019, 1, 1};
  options.rows = 20'000;
  options.purchase_shape = 0.0;
  options.dropout_rate = 0.0;
  options.arriving = 0.0;
  options.yearly_season = 0.0;
  options.weekly_season = 0.0;
  options.trend = 0.0;
  options.basket_size = 1.0;
  options.quantity = 1.0;
  options.preference = 0.0;
  options.drift = 0.0;
  options.return_share = 0.0;
  return options;
}

SimulatedLog plan(const SimulatedLogOptions& options) {
  Result<SimulatedLog> log = SimulatedLog::plan(options);
  EXPECT_TRUE(log) << log.error().message;
  return std::move(*log);
}

std::vector<SimulatedSale> sales_of(const SimulatedLog& log) {
  std::vector<SimulatedSale> sales;
  const Result<void> made = log.generate([&](std::span<const SimulatedSale> some) -> Result<void> {
    sales.insert(sales.end(), some.begin(), some.end());
    return {};
  });
  EXPECT_TRUE(made);
  return sales;
}

std::vector<SimulatedSale> sales_of(const SimulatedLogOptions& options) {
  return sales_of(plan(options));
}

template <typename T>
std::string message_of(const Result<T>& result) {
  return result ? "no error" : result.error().message;
}

bool same(const std::vector<SimulatedSale>& a, const std::vector<SimulatedSale>& b) {
  return std::ranges::equal(a, b, [](const SimulatedSale& x, const SimulatedSale& y) {
    return x.time == y.time && x.receipt == y.receipt && x.line == y.line &&
           x.customer == y.customer && x.product == y.product && x.quantity == y.quantity &&
           x.amount_cents == y.amount_cents;
  });
}

/// Collects independent Poisson counts with known means and says how far they are from them.
///
/// E[N - e] = 0 with variance e, and E[(N - e)^2 - N] = 0 with variance 2 e^2: the total and the
/// scatter, both in standard errors.
class PoissonCounts {
 public:
  void add(double count, double expected) {
    total_ += count - expected;
    variance_ += expected;
    scatter_ += (count - expected) * (count - expected) - count;
    scatter_variance_ += 2.0 * expected * expected;
  }

  [[nodiscard]] double total() const { return std::abs(total_) / std::sqrt(variance_); }

  [[nodiscard]] double scatter() const { return std::abs(scatter_) / std::sqrt(scatter_variance_); }

 private:
  double total_ = 0.0;
  double variance_ = 0.0;
  double scatter_ = 0.0;
  double scatter_variance_ = 0.0;
};

/// Returns the days of demand 1 between two instants, worked out day by day.
double demand_between(const SimulatedLog& log, Instant from, Instant to) {
  double sum = 0.0;
  for (std::int64_t day = 0; day < log.days(); ++day) {
    const std::int64_t begins = (days_since_epoch(log.options().from) + day) * kMicrosPerDay;
    const std::int64_t lived =
        std::min(begins + kMicrosPerDay, to.micros) - std::max(begins, from.micros);
    sum += log.demand(day) * static_cast<double>(std::max<std::int64_t>(lived, 0)) /
           static_cast<double>(kMicrosPerDay);
  }
  return sum;
}

Instant start_of_day(const Date& date) {
  return Instant{days_since_epoch(date) * kMicrosPerDay};
}

TEST(SimulatedLog, TheSameSeedGivesTheSameSales) {
  SimulatedLogOptions options;
  options.rows = 5'000;
  options.customer_count = 300;
  const std::vector<SimulatedSale> sales = sales_of(options);
  EXPECT_TRUE(same(sales, sales_of(options)));
  options.seed = 1;
  EXPECT_FALSE(same(sales, sales_of(options)));
}

TEST(SimulatedLog, SalesComeInTheOrderOfTimeWithNumberedReceiptsAndLines) {
  SimulatedLogOptions options;
  options.rows = 20'000;
  const std::vector<SimulatedSale> sales = sales_of(options);
  SimulatedSale before = sales.front();
  EXPECT_EQ(before.receipt, 1);
  EXPECT_EQ(before.line, 1);
  for (std::size_t i = 1; i < sales.size(); ++i) {
    const SimulatedSale& sale = sales[i];
    ASSERT_LE(before.time, sale.time);
    if (sale.receipt == before.receipt) {
      ASSERT_EQ(sale.line, before.line + 1);
      ASSERT_EQ(sale.customer, before.customer);
      ASSERT_EQ(sale.time, before.time);
    } else {
      ASSERT_EQ(sale.receipt, before.receipt + 1);
      ASSERT_EQ(sale.line, 1);
    }
    ASSERT_EQ(sale.time.micros % kMicrosPerSecond, 0);
    before = sale;
  }
  EXPECT_GE(sales.front().time, start_of_day(options.from));
  EXPECT_LT(sales.back().time, start_of_day(options.to));
}

TEST(SimulatedLog, AsManyRowsAsAskedFor) {
  SimulatedLogOptions options;
  options.return_share = 0.0;
  const auto rows = static_cast<double>(sales_of(options).size());
  // Rows are a sum over Poisson occasions of geometric baskets, whose E[L^2] = 2 m^2 - m.
  const double occasions = static_cast<double>(options.rows) / options.basket_size;
  const double second_moment =
      2.0 * options.basket_size * options.basket_size - options.basket_size;
  EXPECT_NEAR(rows,
              static_cast<double>(options.rows),
              kStandardErrors * std::sqrt(occasions * second_moment));
}

TEST(SimulatedLog, NobodyBuysBeforeArrivalOrAfterTheEnd) {
  SimulatedLogOptions options;
  options.customer_count = 2'000;
  const SimulatedLog log = plan(options);
  std::set<std::int32_t> seen;
  for (const SimulatedSale& sale : sales_of(log)) {
    const SimulatedCustomer customer = log.customer(sale.customer);
    if (seen.insert(sale.customer).second && customer.arrived) {
      ASSERT_EQ(sale.time, *customer.arrived) << "the first occasion is the arrival";
    } else if (customer.alive_until) {
      ASSERT_LE(sale.time, *customer.alive_until);
    }
  }
  for (std::int32_t i = 0; i < options.customer_count; ++i) {
    if (log.customer(i).arrived) {
      ASSERT_THAT(seen, Contains(i)) << "who arrives buys";
    }
  }
}

TEST(SimulatedLog, CountsOfCustomersArePoissonAtTheirRateTimesDemandWhileTheyLive) {
  SimulatedLogOptions options;
  options.customer_count = 3'000;
  options.rows = 60'000;
  options.basket_size = 1.0;
  options.return_share = 0.0;
  const SimulatedLog log = plan(options);
  std::vector<double> counts(static_cast<std::size_t>(options.customer_count));
  for (const SimulatedSale& sale : sales_of(log)) {
    ++counts[static_cast<std::size_t>(sale.customer)];
  }
  PoissonCounts customers;
  for (std::int64_t i = 0; i < options.customer_count; ++i) {
    const SimulatedCustomer truth = log.customer(i);
    const double repeats = counts[static_cast<std::size_t>(i)] - (truth.arrived ? 1.0 : 0.0);
    const double days = demand_between(log,
                                       truth.arrived.value_or(start_of_day(options.from)),
                                       truth.alive_until.value_or(start_of_day(options.to)));
    const double expected = truth.purchase_rate / kDaysPerYear * days;
    if (expected > 0.0) {
      customers.add(repeats, expected);
    } else {
      ASSERT_EQ(repeats, 0.0);
    }
  }
  EXPECT_LT(customers.total(), kStandardErrors);
  EXPECT_LT(customers.scatter(), kStandardErrors);
}

TEST(SimulatedLog, RatesAreGamma) {
  SimulatedLogOptions options;
  options.customer_count = 50'000;
  options.purchase_rate = 6.0;
  options.purchase_shape = 0.8;
  const SimulatedLog log = plan(options);
  double sum = 0.0;
  double squares = 0.0;
  for (std::int64_t i = 0; i < options.customer_count; ++i) {
    const double rate = log.customer(i).purchase_rate;
    sum += rate;
    squares += (rate - 6.0) * (rate - 6.0);
  }
  const auto n = static_cast<double>(options.customer_count);
  const double variance = 6.0 * 6.0 / 0.8;
  EXPECT_NEAR(sum / n, 6.0, kStandardErrors * std::sqrt(variance / n));
  // The excess kurtosis of a gamma is 6 / shape.
  EXPECT_NEAR(squares / n, variance, kStandardErrors * variance * std::sqrt((2.0 + 6.0 / 0.8) / n));
}

TEST(SimulatedLog, LifetimesAreExponentialAtTheCustomersRate) {
  SimulatedLogOptions options;
  options.customer_count = 20'000;
  options.dropout_rate = 0.5;
  const SimulatedLog log = plan(options);
  double scaled = 0.0;  // lifetime x rate ~ Exp(1)
  for (std::int64_t i = 0; i < options.customer_count; ++i) {
    const SimulatedCustomer customer = log.customer(i);
    const Instant begins = customer.arrived.value_or(start_of_day(options.from));
    const double years = static_cast<double>(customer.alive_until->micros - begins.micros) /
                         (kDaysPerYear * static_cast<double>(kMicrosPerDay));
    scaled += std::min(years * customer.dropout_rate, 3.0);
  }
  // E[min(X, 3)] = 1 - e^-3 and E[min(X, 3)^2] = 2 (1 - 4 e^-3): a few lives end beyond year 9000.
  const double mean = 1.0 - std::exp(-3.0);
  const double variance = 2.0 * (1.0 - 4.0 * std::exp(-3.0)) - mean * mean;
  const auto n = static_cast<double>(options.customer_count);
  EXPECT_NEAR(scaled / n, mean, kStandardErrors * std::sqrt(variance / n));
}

TEST(SimulatedLog, NobodyIsLostWithoutDropout) {
  SimulatedLogOptions options = plain();
  const SimulatedLog log = plan(options);
  for (std::int64_t i = 0; i < options.customer_count; ++i) {
    ASSERT_FALSE(log.customer(i).alive_until);
    ASSERT_FALSE(log.customer(i).arrived);
    ASSERT_EQ(log.customer(i).purchase_rate, log.purchase_rate()) << "all alike";
  }
}

TEST(SimulatedLog, DemandIsFlatWithoutSeasonsAndTrend) {
  const SimulatedLog log = plan(plain());
  for (std::int64_t day = 0; day < log.days(); ++day) {
    ASSERT_EQ(log.demand(day), 1.0);
  }
  PoissonCounts days;
  std::vector<double> counts(static_cast<std::size_t>(log.days()));
  for (const SimulatedSale& sale : sales_of(log)) {
    ++counts[static_cast<std::size_t>(sale.time.micros / kMicrosPerDay -
                                      days_since_epoch(log.options().from))];
  }
  for (const double count : counts) {
    days.add(count, log.purchase_rate() / kDaysPerYear * 500.0);
  }
  EXPECT_LT(days.total(), kStandardErrors);
  EXPECT_LT(days.scatter(), kStandardErrors);
}

TEST(SimulatedLog, DemandFollowsWeekYearAndTrend) {
  SimulatedLogOptions options = plain();
  options.yearly_season = 0.3;
  const SimulatedLog year = plan(options);
  EXPECT_NEAR(year.demand(334), 1.3, 1e-3) << "1 December 2017";
  EXPECT_NEAR(year.demand(334 - 183), 0.7, 1e-3) << "1 June";
  options.yearly_season = 0.0;
  options.weekly_season = 0.4;
  const SimulatedLog week = plan(options);
  EXPECT_DOUBLE_EQ(week.demand(6), 1.4) << "Saturday, 7 January 2017";
  EXPECT_DOUBLE_EQ(week.demand(9), 0.8) << "Tuesday";
  double sum = 0.0;
  for (std::int64_t day = 0; day < 7; ++day) {
    sum += week.demand(day);
  }
  EXPECT_DOUBLE_EQ(sum, 7.0);
  options.weekly_season = 0.0;
  options.trend = 0.1;
  const SimulatedLog trend = plan(options);
  EXPECT_DOUBLE_EQ(trend.demand(0), 1.0);
  EXPECT_NEAR(trend.demand(365), 1.1, 1e-4);
}

TEST(SimulatedLog, SeasonsAreRecoveredFromTheSales) {
  SimulatedLogOptions options = plain();
  options.yearly_season = 0.5;
  options.weekly_season = 0.8;
  options.trend = 0.2;
  options.rows = 100'000;
  const SimulatedLog log = plan(options);
  std::vector<double> counts(static_cast<std::size_t>(log.days()));
  for (const SimulatedSale& sale : sales_of(log)) {
    ++counts[static_cast<std::size_t>(sale.time.micros / kMicrosPerDay -
                                      days_since_epoch(options.from))];
  }
  PoissonCounts days;
  for (std::int64_t day = 0; day < log.days(); ++day) {
    const double rate = log.purchase_rate() / kDaysPerYear * 500.0;
    days.add(counts[static_cast<std::size_t>(day)], rate * log.demand(day));
  }
  EXPECT_LT(days.total(), kStandardErrors);
  EXPECT_LT(days.scatter(), kStandardErrors);
}

/// Returns how far products are from their weights, in standard errors.
double distance_from_weights(const std::vector<SimulatedSale>& sales,
                             const std::vector<SimulatedProduct>& products,
                             double SimulatedProduct::* weight) {
  std::vector<double> counts(products.size());
  for (const SimulatedSale& sale : sales) {
    ++counts[static_cast<std::size_t>(sale.product)];
  }
  PoissonCounts all;
  for (std::size_t i = 0; i < products.size(); ++i) {
    all.add(counts[i], products[i].*weight * static_cast<double>(sales.size()));
  }
  return all.scatter();
}

TEST(SimulatedLog, ProductsSellByTheirWeights) {
  const SimulatedLog log = plan(plain());
  const std::vector<SimulatedProduct> products = log.products();
  std::vector<double> weights;
  double sum = 0.0;
  for (const SimulatedProduct& product : products) {
    weights.push_back(product.weight);
    sum += product.weight;
    EXPECT_EQ(product.weight, product.last_weight) << "nothing drifts";
  }
  EXPECT_NEAR(sum, 1.0, 1e-12);
  std::ranges::sort(weights, std::greater());
  EXPECT_NEAR(weights[0] / weights[1], std::pow(2.0, 0.8), 1e-12) << "k^-0.8";
  EXPECT_LT(distance_from_weights(sales_of(log), products, &SimulatedProduct::weight),
            kStandardErrors);
}

TEST(SimulatedLog, PopularityDriftsToTheLastWeights) {
  SimulatedLogOptions options = plain();
  options.drift = 0.3;
  options.rows = 100'000;
  const SimulatedLog log = plan(options);
  std::vector<SimulatedSale> last;
  for (const SimulatedSale& sale : sales_of(log)) {
    if (sale.time >= start_of_day({2018, 12, 1})) {
      last.push_back(sale);
    }
  }
  EXPECT_LT(distance_from_weights(last, log.products(), &SimulatedProduct::last_weight),
            kStandardErrors);
  EXPECT_GT(distance_from_weights(last, log.products(), &SimulatedProduct::weight),
            10.0 * kStandardErrors);
}

TEST(SimulatedLog, CustomersHaveAtMostFiveFavourites) {
  SimulatedLogOptions options = plain();
  options.preference = 1.0;
  std::map<std::int32_t, std::set<std::int32_t>> bought;
  std::set<std::int32_t> all;
  for (const SimulatedSale& sale : sales_of(options)) {
    bought[sale.customer].insert(sale.product);
    all.insert(sale.product);
  }
  for (const auto& [customer, products] : bought) {
    ASSERT_LE(products.size(), 5U);
  }
  EXPECT_GT(all.size(), 40U) << "each customer has others";
}

TEST(SimulatedLog, BasketsAndQuantitiesHaveTheirMeansAndAmountsAddUp) {
  SimulatedLogOptions options = plain();
  options.basket_size = 2.5;
  options.quantity = 1.3;
  const SimulatedLog log = plan(options);
  const std::vector<SimulatedSale> sales = sales_of(log);
  const std::vector<SimulatedProduct> products = log.products();
  double pieces = 0.0;
  for (const SimulatedSale& sale : sales) {
    pieces += sale.quantity;
    ASSERT_EQ(sale.amount_cents,
              products[static_cast<std::size_t>(sale.product)].price_cents * sale.quantity);
  }
  // The variance of a geometric count of mean m is m (m - 1).
  const auto rows = static_cast<double>(sales.size());
  const auto receipts = static_cast<double>(sales.back().receipt);
  EXPECT_NEAR(rows / receipts, 2.5, kStandardErrors * std::sqrt(2.5 * 1.5 / receipts));
  EXPECT_NEAR(pieces / rows, 1.3, kStandardErrors * std::sqrt(1.3 * 0.3 / rows));
}

TEST(SimulatedLog, PricesAreAllOneWithoutSpread) {
  SimulatedLogOptions options = plain();
  options.price = 2.5;
  options.price_spread = 0.0;
  for (const SimulatedProduct& product : plan(options).products()) {
    ASSERT_EQ(product.price_cents, 250);
  }
}

TEST(SimulatedLog, ReturnsBringBackWhatWasBoughtLast) {
  SimulatedLogOptions options = plain();
  options.return_share = 0.1;
  options.basket_size = 2.0;
  std::map<std::int32_t, std::int32_t> last;
  double returns = 0.0;
  double repeats = 0.0;
  std::int64_t receipt = 0;
  for (const SimulatedSale& sale : sales_of(options)) {
    if (sale.receipt != receipt && last.contains(sale.customer)) {
      ++repeats;
    }
    receipt = sale.receipt;
    if (sale.quantity < 0) {
      ++returns;
      ASSERT_EQ(sale.quantity, -1);
      ASSERT_LT(sale.amount_cents, 0);
      ASSERT_EQ(sale.line, 1);
      ASSERT_EQ(last.at(sale.customer), sale.product);
    } else {
      last[sale.customer] = sale.product;
    }
  }
  EXPECT_NEAR(returns / repeats, 0.1, kStandardErrors * std::sqrt(0.1 * 0.9 / repeats));
}

TEST(SimulatedLog, WhenCustomersComeDoesNotDependOnWhatTheyBuy) {
  SimulatedLogOptions options = plain();
  std::vector<Instant> times;
  for (const SimulatedSale& sale : sales_of(options)) {
    times.push_back(sale.time);
  }
  options.product_count = 7;
  options.quantity = 3.0;
  options.drift = 0.5;
  std::vector<Instant> others;
  for (const SimulatedSale& sale : sales_of(options)) {
    others.push_back(sale.time);
  }
  EXPECT_EQ(times, others);
}

TEST(SimulatedLog, AnErrorOfTheSinkEndsTheGeneration) {
  const SimulatedLog log = plan(plain());
  int calls = 0;
  const Result<void> made =
      log.generate([&calls](std::span<const SimulatedSale> /*sales*/) -> Result<void> {
        ++calls;
        return Error{ErrorCode::Io, "full", ""};
      });
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().message, "full");
  EXPECT_EQ(calls, 1);
}

TEST(SimulatedLog, TooFewRowsAreRefusedWithTheNumberNeeded) {
  SimulatedLogOptions options = plain();
  options.arriving = 1.0;
  options.rows = 499;
  EXPECT_EQ(message_of(SimulatedLog::plan(options)),
            "simulate: rows is 499, but must be at least 500: so many are the first baskets of the "
            "customers who arrive");
}

TEST(SimulatedLog, ALogWithoutRepeatsIsOneOccasionEach) {
  SimulatedLogOptions options = plain();
  options.arriving = 1.0;
  options.rows = 500;
  EXPECT_EQ(sales_of(options).size(), 500U);
  options.arriving = 0.0;
  options.purchase_rate = 0.0;
  EXPECT_TRUE(sales_of(options).empty());
}

TEST(SimulatedLog, EveryFieldIsCheckedByName) {
  const auto message = [](auto change) {
    SimulatedLogOptions options;
    change(options);
    return message_of(options.validate());
  };
  EXPECT_EQ(message([](auto& o) { o.customer_count = 0; }),
            "simulate: customer_count is 0, but must be from 1 to 100000000");
  EXPECT_EQ(message([](auto& o) { o.product_count = -1; }),
            "simulate: product_count is -1, but must be from 1 to 10000000");
  EXPECT_EQ(message([](auto& o) { o.to = {2017, 1, 1}; }),
            "simulate: the log is from 2017-01-01 to 2017-01-01, but must last from 1 day to 200 "
            "years and begin in 1970 or later");
  EXPECT_EQ(message([](auto& o) { o.purchase_rate = -1.0; }),
            "simulate: purchase_rate is -1, but must be from 0 to 1000000");
  EXPECT_EQ(message([](auto& o) { o.purchase_shape = 0.001; }),
            "simulate: purchase_shape is 0.001, but must be 0 (all alike) or from 0.01 to 1000000");
  EXPECT_EQ(message([](auto& o) { o.yearly_season = 1.0; }),
            "simulate: yearly_season is 1, but must be at least 0 and below 1");
  EXPECT_EQ(message([](auto& o) { o.basket_size = std::nan(""); }),
            "simulate: basket_size is nan, but must be from 1 to 1000");
  EXPECT_EQ(message([](auto& o) { o.return_share = 1.5; }),
            "simulate: return_share is 1.5, but must be from 0 to 1");
}

}  // namespace
}  // namespace till::models
