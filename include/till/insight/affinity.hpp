/// \file
/// Affinity: which products are bought together, or after one another, more often than by chance?
///
///     TILL_ASSIGN(const Affinity result, affinity(log, {.zone = zone}));
///     for (const ProductPair& pair : result.pairs) {
///       use(pair.a.name, pair.b.name, pair.lift, pair.q_value);
///     }
///
/// A basket is what one customer bought on one day (at one instant, under one receipt). Of N
/// baskets, n_a have product a, n_b have b and n have both:
///
///     support = n / N    confidence = n / n_a    lift = n N / (n_a n_b)
///     conviction = (1 - n_b / N) / (1 - confidence)                                [AIS93, BMUT97]
///
/// Lift is not yet affinity: a large basket holds any two products sooner than a small one, so that
/// where sizes differ every lift is above 1. Chance is therefore judged size by size. Of the N_s
/// baskets with s products let a share p_s have a, q_s have b; s products drawn at random hold both
/// in [H64]
///
///     expected = sum over s of N_s p_s q_s (1 - (1 - p_s)(1 - q_s) / d_s),
///     d_s = sum over all products of share (1 - share)
///
/// and the p-value is Fisher's for n of n_a and n_b among n_a n_b / expected baskets. A customer
/// who always buys both is one customer, not fifty baskets: the table is scaled by the design
/// effect sum c^2 / sum c, c being the baskets with both of each customer [K65]. Every pair of
/// products with enough baskets is a test, also if it never met; q-values are over all of them
/// [BH95].
///
/// Loyalty is told of each product, over those that are looked at. Of C customers who bought any of
/// these, c bought it, in w baskets each:
///
///     penetration = c / C    share of requirements = c w / (products of all baskets of the c)
///
/// Products of few buyers are bought less often by these, too: double jeopardy. What each of the
/// three is where customers differ by chance and taste alone is that of the NBD-Dirichlet [GEC84]:
/// what a customer buys in all is negative binomial, what of it a product is depends on tastes that
/// are Dirichlet around the shares. Its one parameter of switching, S, is fitted to how many buy
/// each product.
///
/// After one another every step from a basket to the next moves each product of the one to each of
/// the other with equal weight, 1 in all. The shares of what comes after each product are a
/// transition matrix P; the mix p with p = p P is where customers end who go on so.
///
/// Layer:   insight (core, math, warehouse, log).   Threads: one log per thread.
/// Sources: [AIS93], [BMUT97], [F35], [H64], [K65], [BH95], [GEC84] -- keys resolve in
/// docs/references.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "till/core/calendar.hpp"
#include "till/core/instant.hpp"
#include "till/core/result.hpp"
#include "till/log/log.hpp"

namespace till::insight {

struct AffinityOptions {
  std::optional<TimeRange> range;  ///< Only transactions in [from, to); unset: the whole log.
  TimeZone zone;                   ///< Whose calendar days.
  /// What a basket is: Day, Timestamp or Column, of one customer. Returns are counted or dropped.
  log::Counting counting = {.unit = log::Counting::Unit::Day};
  /// After one another instead of together: b in the customer's next basket, which comes within
  /// this time. A month is 30 days, a year 365.
  std::optional<Period> within;
  /// Share of baskets that a product must be in to be looked at, and a pair to be told; (0, 1].
  /// Five baskets of a product and three of a pair are needed in any case.
  double min_support = 0.001;
  std::string by;  ///< Attribute that groups products; empty: each for itself.
};

/// A product, or a group of them.
struct AffinityProduct {
  std::string id;
  std::string name;
  std::int64_t baskets = 0;  ///< That have it (after one another: as the first, or as the second).
};

/// Two products that met.
struct ProductPair {
  AffinityProduct a;  ///< Together: the one with fewer baskets. After one another: the first.
  AffinityProduct b;
  std::int64_t baskets = 0;    ///< With both.
  std::int64_t customers = 0;  ///< Who have such a basket.
  double expected = 0.0;       ///< Baskets with both by chance, given the sizes of baskets.
  double support = 0.0;
  double confidence = 0.0;  ///< Of a's baskets those that have b; [0, 1].
  double lift = 0.0;
  std::optional<double> conviction;  ///< Unset where confidence is 1: infinite.
  double ratio = 0.0;                ///< baskets / expected: how many times as often as by chance.
  double low = 0.0;                  ///< 95 % interval of the ratio.
  double high = 0.0;
  double p_value = 1.0;  ///< One-sided: more often than by chance.
  double q_value = 1.0;
};

/// How loyal customers are to one product.
struct ProductLoyalty {
  AffinityProduct product;
  std::int64_t customers = 0;          ///< Who bought it.
  double penetration = 0.0;            ///< Share of all customers who bought any; [0, 1].
  double baskets_per_customer = 0.0;   ///< Of its buyers, >= 1.
  double share_of_requirements = 0.0;  ///< Of all that its buyers buy; [0, 1].
  /// The same by the NBD-Dirichlet; unset where none could be fitted.
  std::optional<double> expected_penetration;
  std::optional<double> expected_baskets_per_customer;
  std::optional<double> expected_share_of_requirements;
};

/// The NBD-Dirichlet of all products.
struct Dirichlet {
  double mean = 0.0;   ///< M, products of a customer in all, those included who bought none; > 0.
  double shape = 0.0;  ///< K of the negative binomial; > 0.
  /// S: near 0 everybody has one product, the larger the more all choose from the same; unset where
  /// infinite.
  std::optional<double> switching;
};

/// What comes after each product, of the most bought ones; the last stands for all others.
struct Transitions {
  std::vector<AffinityProduct> products;  ///< Most bought first; the last has no id.
  std::vector<double> shares;             ///< Row after row: from product i to j; rows sum to 1.
  std::vector<double> mix;                ///< Of what is moved on from; sums to 1.
  std::vector<double> stationary;         ///< The mix that such moves keep; sums to 1.
  std::int64_t steps = 0;                 ///< From a basket to the next, both with such products.
};

struct Affinity {
  std::vector<ProductPair> pairs;  ///< Least p-value first; then the largest ratio, then by id.
  std::int64_t baskets = 0;   ///< N; after one another: pairs of a basket and the next in time.
  std::int64_t products = 0;  ///< In enough baskets to be looked at.
  std::int64_t tested = 0;    ///< Pairs of them.
  std::int64_t large_baskets = 0;          ///< Left out: more than kLargestBasket products.
  double mean_basket = 0.0;                ///< Products of a basket; 0 without any.
  std::vector<ProductLoyalty> loyalty;     ///< Of each product, most customers first.
  std::optional<Dirichlet> dirichlet;      ///< Unset where there are too few customers.
  std::optional<Transitions> transitions;  ///< After one another only.
  bool is_after = false;                   ///< Whether pairs are after one another.
};

/// Products of a basket that is looked at; what is larger is no shopping but a delivery or a
/// mistake, and has more pairs than a thousand others.
inline constexpr std::int64_t kLargestBasket = 200;

/// The share of false discoveries that what is called found may have.
inline constexpr double kFalseDiscoveryRate = 0.05;

/// Returns how many pairs are found: those of q <= kFalseDiscoveryRate, the first of all.
[[nodiscard]] std::int64_t found_pairs(const Affinity& result) noexcept;

/// Finds the pairs of products.
///
/// Rows without a customer are in no basket.
/// Errors: `InvalidArgument` when the range is empty, min_support is not in (0, 1], baskets are
/// rows, returns are to be subtracted, or `by` is no attribute; `NotFound` when the log has no
/// column to count by; those of the warehouse. Cost: one pass over the log; a basket's
/// frequent products come back, and their pairs are counted in memory for products and lines.
[[nodiscard]] Result<Affinity> affinity(log::Log& log, const AffinityOptions& options);

}  // namespace till::insight
