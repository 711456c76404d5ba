/// \file
/// Dirichlet: what penetration and loyalty products of their shares have where customers are alike
/// in all but chance and taste, the NBD-Dirichlet of [GEC84].
///
///     n ~ NBD(mean M, shape K)                      what a customer buys of all products together
///     P(none of product j | n) = (S - S p_j)_n / (S)_n      tastes ~ Dirichlet(S p), p_j the
///     shares
///
/// (a)_n being the rising factorial. S says how much customers are alike: near 0 everybody has one
/// product, at infinity all choose from the same mix. With z = M / (M + K), of product j with
/// a = S (1 - p_j)
///
///     P(none) = (1 - z)^K 2F1(K, a; S; z)
///     E[n; none] = M (1 - p_j) (1 - z)^(K + 1) 2F1(K + 1, a + 1; S + 1; z)
///
/// A log knows customers who bought: everything is told of those with n >= 1.
///
/// Layer:   insight (private).   Threads: pure.
/// Sources: [GEC84] -- keys resolve in docs/references.md.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include "till/insight/affinity.hpp"

namespace till::insight {

/// What the model says of a product.
struct DirichletProduct {
  double penetration = 0.0;            ///< Of the customers who bought anything; (0, 1).
  double purchases = 0.0;              ///< Of a buyer of it; >= 1.
  double share_of_requirements = 0.0;  ///< Of all that its buyers buy; (0, 1).
};

/// Returns what the model says of a product with a share. \pre 0 < share < 1.
/// Cost: two hypergeometric functions.
[[nodiscard]] DirichletProduct dirichlet_product(const Dirichlet& model, double share);

/// Customers who bought something so many times.
struct PurchasesOfCustomers {
  std::int64_t purchases = 0;  ///< >= 1.
  std::int64_t customers = 0;
};

/// A product as the fit sees it.
struct ShareAndBuyers {
  double share = 0.0;  ///< Of all purchases; (0, 1).
  std::int64_t customers = 0;
};

/// Fits M and K to what customers bought, by maximum likelihood of a negative binomial that is at
/// least 1, and S to how many bought each product, by the likelihood of these numbers.
///
/// Nothing below 20 customers and two products, or where nobody bought twice. S is infinite where
/// products have more buyers than even one mix for all explains.
/// Cost: some 40 looks at each product and each number of purchases.
[[nodiscard]] std::optional<Dirichlet> fit_dirichlet(
    std::span<const PurchasesOfCustomers> customers, std::span<const ShareAndBuyers> products);

}  // namespace till::insight
