#include "insight/dirichlet.hpp"

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include <gtest/gtest.h>

#include "till/core/rng.hpp"
#include "till/math/negative_binomial.hpp"

namespace till::insight {
namespace {

/// The model summed up over numbers of purchases, one after the other.
DirichletProduct naive(const Dirichlet& model, double share) {
  const double s = *model.switching;
  double none = 1.0;
  double buyers_of_any = 0.0;
  double buyers = 0.0;
  double needs = 0.0;
  for (int n = 1; n < 4000; ++n) {
    none *= (s * (1.0 - share) + n - 1.0) / (s + n - 1.0);
    const double p = std::exp(math::negative_binomial_log_pmf(n, model.mean, model.shape));
    buyers_of_any += p;
    buyers += p * (1.0 - none);
    needs += p * n * (1.0 - none);
  }
  return {buyers / buyers_of_any, model.mean * share / buyers, model.mean * share / needs};
}

TEST(Dirichlet, IsTheSumOverNumbersOfPurchases) {
  for (const double s : {0.05, 1.55, 40.0}) {
    for (const double share : {0.01, 0.25, 0.9}) {
      const Dirichlet model{1.46, 0.78, s};
      const DirichletProduct expected = naive(model, share);
      const DirichletProduct product = dirichlet_product(model, share);
      EXPECT_NEAR(product.penetration, expected.penetration, 1e-9);
      EXPECT_NEAR(product.purchases, expected.purchases, 1e-8);
      EXPECT_NEAR(product.share_of_requirements, expected.share_of_requirements, 1e-9);
    }
  }
}

TEST(Dirichlet, WithoutAnEndOfSwitchingEverybodyHasOneMix) {
  const DirichletProduct at_infinity = dirichlet_product({3.0, 1.2, std::nullopt}, 0.2);
  const DirichletProduct far_out = dirichlet_product({3.0, 1.2, 1e7}, 0.2);
  EXPECT_NEAR(at_infinity.penetration, far_out.penetration, 1e-6);
  EXPECT_NEAR(at_infinity.purchases, far_out.purchases, 1e-5);
  EXPECT_NEAR(at_infinity.share_of_requirements, far_out.share_of_requirements, 1e-6);
}

std::int64_t poisson(Rng& rng, double mean) {
  std::int64_t n = 0;
  for (double t = rng.exponential(); t < mean; t += rng.exponential()) {
    ++n;
  }
  return n;
}

/// What customers bought whose tastes are Dirichlet.
struct Bought {
  std::vector<PurchasesOfCustomers> customers;
  std::vector<ShareAndBuyers> products;
};

Bought simulated(const Dirichlet& model, const std::vector<double>& shares, std::uint64_t seed) {
  Rng rng(seed);
  std::map<std::int64_t, std::int64_t> customers;
  std::vector<std::int64_t> buyers(shares.size());
  std::vector<std::int64_t> purchases(shares.size());
  std::int64_t all = 0;
  for (int customer = 0; customer < 6000; ++customer) {
    const double rate = model.mean / model.shape * rng.gamma(model.shape);
    const std::int64_t n = poisson(rng, rate);
    std::vector<double> tastes;
    double sum = 0.0;
    for (const double share : shares) {
      tastes.push_back(model.switching ? rng.gamma(*model.switching * share) : share);
      sum += tastes.back();
    }
    std::vector<std::int64_t> mine(shares.size());
    for (std::int64_t i = 0; i < n; ++i) {
      double left = sum * rng.uniform();
      std::size_t product = 0;
      while (product + 1 < shares.size() && left >= tastes[product]) {
        left -= tastes[product++];
      }
      ++mine[product];
    }
    if (n > 0) {
      ++customers[n];
    }
    all += n;
    for (std::size_t product = 0; product < shares.size(); ++product) {
      buyers[product] += mine[product] > 0 ? 1 : 0;
      purchases[product] += mine[product];
    }
  }
  Bought bought;
  for (const auto& [n, count] : customers) {
    bought.customers.push_back({n, count});
  }
  for (std::size_t product = 0; product < shares.size(); ++product) {
    bought.products.push_back(
        {static_cast<double>(purchases[product]) / static_cast<double>(all), buyers[product]});
  }
  return bought;
}

const std::vector<double>& shares_of_eight() {
  static const std::vector<double> kShares = {0.3, 0.2, 0.15, 0.12, 0.1, 0.08, 0.03, 0.02};
  return kShares;
}

TEST(Dirichlet, FitFindsWhatMadeTheLog) {
  for (const double s : {0.5, 1.5, 8.0}) {
    const Dirichlet truth{4.0, 0.8, s};
    const Bought bought = simulated(truth, shares_of_eight(), 11);
    const std::optional<Dirichlet> found = fit_dirichlet(bought.customers, bought.products);
    ASSERT_TRUE(found);
    EXPECT_NEAR(found->mean, 4.0, 0.4);
    EXPECT_NEAR(found->shape, 0.8, 0.12);
    ASSERT_TRUE(found->switching);
    EXPECT_NEAR(*found->switching / s, 1.0, 0.15);
  }
}

TEST(Dirichlet, OfOneMixForAllHasNoSwitchingToSpeakOf) {
  const Bought bought = simulated({4.0, 0.8, std::nullopt}, shares_of_eight(), 12);
  const std::optional<Dirichlet> found = fit_dirichlet(bought.customers, bought.products);
  ASSERT_TRUE(found);
  EXPECT_GT(found->switching.value_or(1e9), 50.0);
}

TEST(Dirichlet, OfTooLittleIsNone) {
  const std::array<PurchasesOfCustomers, 1> once = {{{1, 100}}};
  const std::array<PurchasesOfCustomers, 1> few = {{{3, 19}}};
  const std::array<PurchasesOfCustomers, 1> enough = {{{3, 20}}};
  const std::array<ShareAndBuyers, 2> products = {{{0.6, 15}, {0.4, 12}}};
  EXPECT_FALSE(fit_dirichlet(once, products));
  EXPECT_FALSE(fit_dirichlet(few, products));
  EXPECT_TRUE(fit_dirichlet(enough, products));
  EXPECT_FALSE(fit_dirichlet(enough, std::span(products).first(1)));
}

}  // namespace
}  // namespace till::insight
