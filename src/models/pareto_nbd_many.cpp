// The Pareto/NBD for many customers: the integral of pareto_nbd.cpp with one Gauss-Legendre rule of
// 6 to 32 nodes, eight histories at once. How many nodes a history needs follows from how steep its
// integrand is; the few that need more are left to pareto_nbd.cpp. For P(alive), customers with the
// same x share a series.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numbers>
#include <span>

#include "count_table.hpp"
#include "history_block.hpp"
#include "one_history.hpp"

#include "till/math/lanes.hpp"
#include "till/math/quadrature.hpp"
#include "till/models/discounted_purchases.hpp"
#include "till/models/pareto_nbd.hpp"

namespace till::models {

namespace {

using math::kLanes;
using math::Lanes;
using math::lanes;
using math::load;

constexpr std::size_t kMostNodes = 32;

/// A rule of N nodes on [0, 1].
struct Rule {
  std::size_t nodes = 0;
  double most_steep = 0.0;  // |slope of the log density| times half the range
  double widest = 0.0;      // half the range, against the singularity at distance pi
  alignas(64) std::array<double, kMostNodes> at{};
  alignas(64) std::array<double, kMostNodes> weight{};
};

template <std::size_t N>
Rule rule_of(double most_steep, double widest) noexcept {
  Rule rule = {.nodes = N, .most_steep = most_steep, .widest = widest};
  const auto& unit = math::gauss_legendre<N>();
  for (std::size_t i = 0; i < N; ++i) {
    rule.at[i] = 0.5 * (1.0 + unit.nodes[i]);
    rule.weight[i] = 0.5 * unit.weights[i];
  }
  return rule;
}

constexpr std::size_t kRules = 7;

/// The rules, cheapest first. For e^(-c x) on [-1, 1] the rule of N nodes is wrong by
/// 2^(2N+1) (N!)^4 / ((2N+1) (2N)!^3) c^(2N+1) relatively [DLMF 3.5.20], and what is analytic up to
/// a distance d of [-1, 1] costs (d + sqrt(1 + d^2))^(-2N): both are below 2e-12 within the limits.
const std::array<Rule, kRules>& all_rules() noexcept {
  static const std::array<Rule, kRules> kAll = {rule_of<6>(0.75, 0.5),
                                                rule_of<8>(1.6, 1.05),
                                                rule_of<10>(2.75, 1.4),
                                                rule_of<12>(4.2, 1.75),
                                                rule_of<16>(8.0, 2.0),
                                                rule_of<24>(15.0, 2.8),
                                                rule_of<32>(24.0, 4.0)};
  return kAll;
}

// Histories are looked at in chunks: each is given the cheapest rule that will do, and those with
// the same rule are computed together, eight at a time.
constexpr std::size_t kChunk = 512;

struct Chunk {
  /// Histories by rule, as offsets into the chunk; the last are those no rule is good enough for.
  std::array<std::array<std::uint16_t, kChunk>, kRules + 1> members{};
  std::array<std::size_t, kRules + 1> count{};
  /// Of v, cut where the integrand has vanished.
  alignas(64) std::array<double, kChunk> end{};
};

/// A + D and B + D at D = 0, the smaller of the two, and the powers p and q of the integrand.
struct Scales {
  TILL_INLINE Scales(
      const ParetoNbd& model, double q, const Lanes& x, const Lanes& t_x, const Lanes& T) noexcept
      : A(model.alpha + t_x), B(model.beta + t_x), idle(T - t_x), p(model.r + x) {
    const auto is_a = A < B;
    m = math::choose(is_a, A, B);
    ratio = m / math::choose(is_a, B, A);
    m_power = math::choose(is_a, p, lanes(q));
    other_power = math::choose(is_a, lanes(q), p);
  }

  Lanes A;
  Lanes B;
  Lanes idle;
  Lanes p;
  Lanes m;
  Lanes ratio;        // of m to the larger
  Lanes m_power;      // of 1 + D/m, whose logarithm is v
  Lanes other_power;  // of 1 + D over the larger
};

/// Gives each history of a chunk its rule.
///
/// \param most_x  histories with this x or more get none.
TILL_INLINE void sort_by_rule(const ParetoNbd& model,
                              double q,
                              const PurchaseHistories& histories,
                              std::size_t first,
                              std::size_t size,
                              double most_x,
                              const std::array<Rule, kRules>& rules,
                              Chunk& chunk) noexcept {
  constexpr double kVanished = 37.0;  // e^-37 is below a double's rounding
  alignas(64) std::array<double, kLanes> needed{};
  for (std::size_t offset = 0; offset < size; offset += kLanes) {
    const HistoryBlock block(histories, first + offset);
    const Scales at(model, q, block.x, block.t_x, block.T);
    // The log density falls by `steep` at the start and by more later: it is concave.
    const Lanes steep = at.p * at.m / at.A + q * at.m / at.B - 1.0;
    Lanes end = math::log1p(at.idle / at.m);
    const auto vanishes = steep * end > kVanished;
    end = math::choose(vanishes, kVanished / steep, end);
    const Lanes D = math::choose(vanishes, at.m * math::expm1(end), at.idle);
    const Lanes grown = at.m + D;  // m e^v
    const Lanes steep_at_end = at.p * grown / (at.A + D) + q * grown / (at.B + D) - 1.0;
    const Lanes half = 0.5 * end;
    const Lanes start_fall = half * math::choose(steep < 0.0, -steep, steep);
    const Lanes end_fall = half * math::choose(steep_at_end < 0.0, -steep_at_end, steep_at_end);
    const Lanes steepest = math::choose(start_fall > end_fall, start_fall, end_fall);
    Lanes rule = lanes(0.0);
    for (const Rule& one : rules) {
      const auto is_enough = (steepest <= one.most_steep) & (half <= one.widest);
      rule += math::choose(is_enough, lanes(0.0), lanes(1.0));
    }
    rule = math::choose(block.x < most_x, rule, lanes(kRules));
    math::store(end, chunk.end.data() + offset);
    math::store(rule, needed.data());
    for (std::size_t i = 0; i < block.size; ++i) {
      const auto index = static_cast<std::size_t>(needed[i]);
      chunk.members[index][chunk.count[index]++] = static_cast<std::uint16_t>(offset + i);
    }
  }
}

/// Eight histories of one rule.
struct Group {
  TILL_INLINE Group(const PurchaseHistories& histories,
                    std::size_t chunk_first,
                    const Chunk& chunk,
                    std::size_t rule,
                    std::size_t from) noexcept
      : size(std::min(kLanes, chunk.count[rule] - from)) {
    alignas(64) std::array<double, kLanes> frequencies{};
    alignas(64) std::array<double, kLanes> recencies{};
    alignas(64) std::array<double, kLanes> ages{};
    alignas(64) std::array<double, kLanes> ends{};
    alignas(64) std::array<double, kLanes> weights{};
    for (std::size_t i = 0; i < kLanes; ++i) {
      // Lanes beyond the last repeat it with weight 0.
      const std::size_t offset = chunk.members[rule][from + std::min(i, size - 1)];
      members[i] = chunk_first + offset;
      frequencies[i] = histories.x[members[i]];
      recencies[i] = histories.t_x[members[i]];
      ages[i] = histories.T[members[i]];
      ends[i] = chunk.end[offset];
      weights[i] = i < size ? histories.weight(members[i]) : 0.0;
    }
    x = load(frequencies.data());
    t_x = load(recencies.data());
    T = load(ages.data());
    end = load(ends.data());
    weight = load(weights.data());
  }

  std::size_t size;
  std::array<std::size_t, kLanes> members{};
  Lanes x;
  Lanes t_x;
  Lanes T;
  Lanes end;
  Lanes weight;
};

TILL_INLINE double sum_with_gradient(const ParetoNbd& model,
                                     const PurchaseHistories& histories,
                                     const RisingTable& rising,
                                     const std::array<Rule, kRules>& rules,
                                     double* gradient) noexcept {
  const double r = model.r;
  const double alpha = model.alpha;
  const double s = model.s;
  const double beta = model.beta;
  double slow_total = 0.0;
  std::array<double, 4> slow{};  // of histories computed one by one
  Lanes total = lanes(0.0);
  Lanes by_r = lanes(0.0);
  Lanes by_alpha = lanes(0.0);
  Lanes by_s = lanes(0.0);
  Lanes by_beta = lanes(0.0);
  for (std::size_t first = 0; first < histories.size(); first += kChunk) {
    Chunk chunk;
    sort_by_rule(model,
                 s + 1.0,
                 histories,
                 first,
                 std::min(kChunk, histories.size() - first),
                 static_cast<double>(kTableSize),
                 rules,
                 chunk);
    for (std::size_t i = 0; i < chunk.count[kRules]; ++i) {
      const std::size_t member = first + chunk.members[kRules][i];
      slow_total += add_log_likelihood(model, histories[member], histories.weight(member), slow);
    }
    for (std::size_t k = 0; k < kRules; ++k) {
      for (std::size_t from = 0; from < chunk.count[k]; from += kLanes) {
        const Group group(histories, first, chunk, k, from);
        const Scales at(model, s + 1.0, group.x, group.t_x, group.T);
        const Lanes one_by_a = 1.0 / at.A;
        const Lanes one_by_b = 1.0 / at.B;
        const Lanes x_alpha = group.x * alpha;
        // Sums over the node: gone, and what is averaged over tau.
        Lanes gone = lanes(0.0);
        Lanes gone_log_a = lanes(0.0);
        Lanes gone_log_b = lanes(0.0);
        Lanes gone_by_alpha = lanes(0.0);
        Lanes gone_by_beta = lanes(0.0);
        Lanes purchase = lanes(0.0);
        for (std::size_t node = 0; node < rules[k].nodes; ++node) {
          const Lanes v = group.end * rules[k].at[node];
          const Lanes grown = math::expm1(v);
          const Lanes D = at.m * grown;
          // log(1 + D/A) and log(1 + D/B): one is v, the other with the reciprocal that the
          // derivatives use too.
          const Lanes part = grown * at.ratio;
          const Lanes a_or_b = 1.0 + part;
          const Lanes one_by_other = 1.0 / a_or_b;
          const Lanes log_other = math::log(a_or_b) + (part - (a_or_b - 1.0)) * one_by_other;
          const Lanes one_by_m = 1.0 / (1.0 + grown);
          const auto is_a = at.A < at.B;
          const Lanes log_a = math::choose(is_a, v, log_other);
          const Lanes log_b = math::choose(is_a, log_other, v);
          const Lanes one_by_grown_a = math::choose(is_a, one_by_m, one_by_other);
          const Lanes one_by_grown_b = math::choose(is_a, one_by_other, one_by_m);
          const Lanes b = math::choose(is_a, a_or_b, 1.0 + grown);
          const Lanes mass =
              rules[k].weight[node] * math::exp(v - at.m_power * v - at.other_power * log_other);
          const Lanes tau = group.t_x + D;
          gone += mass;
          gone_log_a += mass * log_a;
          gone_log_b += mass * log_b;
          gone_by_alpha += mass * (r * tau - x_alpha) * one_by_grown_a;
          gone_by_beta += mass * (s * tau - beta) * one_by_grown_b;
          purchase += mass * b * one_by_grown_a;
        }
        const Lanes idle_log_a = math::log1p(at.idle * one_by_a);
        const Lanes idle_log_b = math::log1p(at.idle * one_by_b);
        const Lanes alive = math::exp(-at.p * idle_log_a - s * idle_log_b);
        const Lanes factor = group.end * (s * at.m * one_by_b);
        gone *= factor;
        const Lanes inside = alive + gone;
        const Lanes share = group.weight / inside;
        const Lanes log_t_alpha = math::log1p(group.t_x / alpha);
        const Lanes log_t_beta = math::log1p(group.t_x / beta);
        alignas(64) std::array<double, kLanes> log_rising{};
        alignas(64) std::array<double, kLanes> digamma_rise{};
        for (std::size_t i = 0; i < kLanes; ++i) {
          const auto x = static_cast<std::size_t>(group.x[i]);
          log_rising[i] = rising.log_rising[x];
          digamma_rise[i] = rising.digamma_rise[x];
        }
        // Without purchases the likelihood is a probability: close to 1 that of the complement.
        const Lanes bought = purchase * (group.end * (r * at.m * one_by_a));
        const auto is_rare = (group.x < 0.5) & (bought < 0.3);
        const Lanes log_inside =
            math::choose(is_rare,
                         math::log1p(-math::choose(is_rare, bought, lanes(0.0))),
                         load(log_rising.data()) - r * log_t_alpha - group.x * math::log(at.A) -
                             s * log_t_beta + math::log(inside));
        total += group.weight * log_inside;
        by_r += group.weight * (load(digamma_rise.data()) - log_t_alpha) -
                share * (alive * idle_log_a + factor * gone_log_a);
        by_alpha += share * (alive * (r * group.T - x_alpha) / (alpha + group.T) +
                             factor * gone_by_alpha * one_by_a);
        by_s += share * gone - s * (group.weight * log_t_beta +
                                    share * (alive * idle_log_b + factor * gone_log_b));
        by_beta +=
            share * (alive * (s * group.T) / (beta + group.T) + factor * gone_by_beta * one_by_b);
      }
    }
  }
  gradient[0] = r * math::sum(by_r) + slow[0];
  gradient[1] = math::sum(by_alpha) + slow[1];
  gradient[2] = math::sum(by_s) + slow[2];
  gradient[3] = math::sum(by_beta) + slow[3];
  return math::sum(total) + slow_total;
}

/// Writes the integral over v, J / m, of the histories of a chunk; -1 where no rule is good enough.
TILL_INLINE void integrate(const ParetoNbd& model,
                           double q,
                           const PurchaseHistories& histories,
                           std::size_t first,
                           std::size_t size,
                           const std::array<Rule, kRules>& rules,
                           double* out) noexcept {
  constexpr double kAnyX = std::numeric_limits<double>::infinity();
  Chunk chunk;
  sort_by_rule(model, q, histories, first, size, kAnyX, rules, chunk);
  for (std::size_t i = 0; i < chunk.count[kRules]; ++i) {
    out[chunk.members[kRules][i]] = -1.0;
  }
  for (std::size_t k = 0; k < kRules; ++k) {
    for (std::size_t from = 0; from < chunk.count[k]; from += kLanes) {
      const Group group(histories, first, chunk, k, from);
      const Scales at(model, q, group.x, group.t_x, group.T);
      // Nodes come in pairs, as far from the end as from 0: one exponential does for both.
      const Lanes grown_at_end = math::exp(group.end);
      const Lanes rise = 1.0 - at.m_power;
      const std::size_t last = rules[k].nodes - 1;
      Lanes sum = lanes(0.0);
      for (std::size_t node = 0; node < rules[k].nodes / 2; ++node) {
        const Lanes near = group.end * rules[k].at[node];
        const Lanes far = group.end * rules[k].at[last - node];
        const Lanes near_grown = math::exp(near);
        const Lanes far_grown = grown_at_end / near_grown;
        const Lanes near_log = math::log(1.0 + (near_grown - 1.0) * at.ratio);
        const Lanes far_log = math::log(1.0 + (far_grown - 1.0) * at.ratio);
        sum += rules[k].weight[node] * (math::exp(rise * near - at.other_power * near_log) +
                                        math::exp(rise * far - at.other_power * far_log));
      }
      const Lanes integral = group.end * sum;
      for (std::size_t i = 0; i < group.size; ++i) {
        out[group.members[i] - first] = integral[i];
      }
    }
  }
}

/// P(alive) of the customers who have an x in common with many.
///
/// Had it no end, the integral over the lifetimes after u would be a function of u alone, for one
/// x: its odds against being alive at u, with m the smaller of alpha and beta, and M the larger,
///
///     G(u) = s / (r+x+s) 2F1(1, r+x; r+x+s+1; (M-m) / (M+u))                        alpha = M,
///     G(u) = s / (r+x+s) 2F1(1, s+1; r+x+s+1; (M-m) / (M+u)) (alpha+u) / (beta+u)     beta = M,
///
/// [DLMF 15.8.1 of FH05-009 eq. (A12)]. The integral up to T is a difference of two, which is added
/// to the chance of being alive, so that nothing cancels:
///
///     P(alive) = 1 / (1 + G(t_x) R - G(T)),
///     R        = ((alpha+T) / (alpha+t_x))^(r+x) ((beta+T) / (beta+t_x))^s.
///
/// As a function of v = log(1 + u/m) the 2F1 has its nearest singularity at distance pi whatever
/// the parameters, and is kept as a Chebyshev series in v, from 0 to the longest T.
class SeriesByCount {
 public:
  SeriesByCount(const ParetoNbd& model, const PurchaseHistories& histories) noexcept
      : model_(model),
        m_(std::min(model.alpha, model.beta)),
        spread_(std::fabs(model.alpha - model.beta)),
        is_alpha_larger_(model.alpha > model.beta) {
    constexpr std::size_t kWorthwhile = 500;
    constexpr double kMostArgument = 0.97;  // the power series of 2F1 is long beyond
    if (spread_ > kMostArgument * (m_ + spread_)) {
      return;
    }
    std::array<std::size_t, kCounts> customers{};
    double longest = 0.0;
    for (std::size_t i = 0; i < histories.size(); ++i) {
      if (histories.x[i] < static_cast<double>(kCounts)) {
        ++customers[static_cast<std::size_t>(histories.x[i])];
        longest = std::max(longest, histories.T[i]);
      }
    }
    if (longest == 0.0) {
      return;
    }
    const double end = std::log1p(longest / m_);
    scale_ = 2.0 / end;
    for (std::size_t x = 0; x < kCounts; ++x) {
      if (customers[x] >= kWorthwhile) {
        expand(x, end);
      }
    }
  }

  static constexpr std::size_t kCounts = 64;  ///< Larger x have no series.

  /// Returns whether there is a series of an x.
  [[nodiscard]] bool has(std::size_t x) const noexcept { return terms_[x] > 0; }

  /// \param log_fall  out: log R; beyond 600 the result underflows.
  /// \pre has(x); T at most the longest of the histories.
  [[nodiscard]] TILL_INLINE Lanes probability_alive(std::size_t x,
                                                    const Lanes& t_x,
                                                    const Lanes& T,
                                                    Lanes& log_fall) const noexcept {
    const double M = m_ + spread_;
    const double p = model_.r + static_cast<double>(x);
    const Lanes begin = math::log1p(t_x / m_);
    const Lanes end = math::log1p(T / m_);
    const Lanes log_larger = math::log((M + T) / (M + t_x));
    log_fall = is_alpha_larger_ ? p * log_larger + model_.s * (end - begin)
                                : p * (end - begin) + model_.s * log_larger;
    Lanes odds_at_begin = sum(x, begin);
    Lanes odds_at_end = sum(x, end);
    if (!is_alpha_larger_) {
      odds_at_begin *= (model_.alpha + t_x) / (model_.beta + t_x);
      odds_at_end *= (model_.alpha + T) / (model_.beta + T);
    }
    return 1.0 / (1.0 + (odds_at_begin * math::exp(log_fall) - odds_at_end));
  }

 private:
  static constexpr std::size_t kTerms = 32;

  /// Returns cos(k theta) at the i-th Chebyshev node.
  static double cosine(std::size_t i, std::size_t k) noexcept {
    static const auto kCosines = [] {
      std::array<double, 4 * kTerms> cosines{};
      for (std::size_t j = 0; j < cosines.size(); ++j) {
        cosines[j] = std::cos(std::numbers::pi * static_cast<double>(j) / (2.0 * kTerms));
      }
      return cosines;
    }();
    return kCosines[k * (2 * i + 1) % kCosines.size()];
  }

  /// Returns s / (p+s) 2F1(1, b; p+s+1; z), whose terms are positive. \pre 0 <= z < 1.
  [[nodiscard]] double odds(double p, double z) const noexcept {
    const double b = is_alpha_larger_ ? p : model_.s + 1.0;
    const double c = p + model_.s + 1.0;
    double total = 0.0;
    double term = model_.s / (p + model_.s);
    for (double n = 0.0; total + term > total; ++n) {
      total += term;
      term *= z * ((b + n) / (c + n));
    }
    return total;
  }

  void expand(std::size_t x, double end) noexcept {
    constexpr double kTolerance = 2e-13;
    const double p = model_.r + static_cast<double>(x);
    std::array<double, kTerms> values{};
    for (std::size_t i = 0; i < kTerms; ++i) {
      const double v = 0.5 * end * (1.0 + cosine(i, 1));
      values[i] = odds(p, spread_ / (spread_ + m_ * std::exp(v)));
    }
    std::array<double, kTerms>& series = series_[x];
    for (std::size_t k = 0; k < kTerms; ++k) {
      double coefficient = 0.0;
      for (std::size_t i = 0; i < kTerms; ++i) {
        coefficient += values[i] * cosine(i, k);
      }
      series[k] = (k == 0 ? 1.0 : 2.0) / static_cast<double>(kTerms) * coefficient;
    }
    // What the terms left out add up to is the error without them; the last two show that the
    // series has ended.
    const double tolerance = kTolerance * *std::min_element(values.begin(), values.end());
    double left_out = 0.0;
    std::size_t terms = kTerms;
    while (terms > 1 && left_out + std::fabs(series[terms - 1]) <= tolerance) {
      left_out += std::fabs(series[--terms]);
    }
    terms_[x] = terms + 2 <= kTerms ? terms : 0;
  }

  /// Returns the series of x at v, by Clenshaw's recurrence.
  [[nodiscard]] TILL_INLINE Lanes sum(std::size_t x, const Lanes& v) const noexcept {
    const std::array<double, kTerms>& series = series_[x];
    const Lanes at = v * scale_ - 1.0;
    const Lanes twice = at + at;
    Lanes next = lanes(0.0);
    Lanes total = lanes(0.0);
    for (std::size_t k = terms_[x]; k-- > 1;) {
      const Lanes now = series[k] + (twice * total - next);
      next = total;
      total = now;
    }
    return series[0] + (at * total - next);
  }

  ParetoNbd model_;
  double m_;
  double spread_;  // M - m
  bool is_alpha_larger_;
  double scale_ = 0.0;
  std::array<std::size_t, kCounts> terms_{};
  std::array<std::array<double, kTerms>, kCounts> series_{};
};

constexpr double kUnderflow = 600.0;  // beyond it e^-x times a double may underflow

/// Some histories put together.
struct Picked {  // NOLINT(cppcoreguidelines-pro-type-member-init): written before it is read

  TILL_INLINE void add(const PurchaseHistories& histories, std::size_t i) noexcept {
    x[size] = histories.x[i];
    t_x[size] = histories.t_x[i];
    T[size] = histories.T[i];
    ++size;
  }

  [[nodiscard]] PurchaseHistories view() const noexcept {
    return {std::span(x).first(size), std::span(t_x).first(size), std::span(T).first(size)};
  }

  std::size_t size = 0;
  alignas(64) std::array<double, kChunk> x;
  alignas(64) std::array<double, kChunk> t_x;
  alignas(64) std::array<double, kChunk> T;
};

/// Customers by what they have in common: those of an x together, and the rest.
class ByCount {
 public:
  static constexpr std::size_t kMost = 4096;

  TILL_INLINE ByCount(const SeriesByCount& series,
                      const PurchaseHistories& histories,
                      std::size_t first,
                      std::size_t size) noexcept {
    const auto group_of = [&](std::size_t i) {
      const double x = histories.x[first + i];
      const std::size_t count =
          x < static_cast<double>(kRest) ? static_cast<std::size_t>(x) : kRest;
      return count < kRest && series.has(count) ? count : kRest;
    };
    for (std::size_t i = 0; i < size; ++i) {
      ++begin_[group_of(i) + 1];
    }
    for (std::size_t k = 1; k < begin_.size(); ++k) {
      begin_[k] += begin_[k - 1];
    }
    std::array<std::size_t, kRest + 2> next = begin_;
    for (std::size_t i = 0; i < size; ++i) {
      members_[next[group_of(i)]++] = first + i;
    }
  }

  static constexpr std::size_t kRest = SeriesByCount::kCounts;

  /// Returns the customers of an x that has a series, or those of kRest.
  [[nodiscard]] std::span<const std::size_t> of(std::size_t group) const noexcept {
    return std::span(members_).subspan(begin_[group], begin_[group + 1] - begin_[group]);
  }

 private:
  std::array<std::size_t, kRest + 2> begin_{};
  std::array<std::size_t, kMost> members_{};
};

/// out = P(alive) of customers with the same x, which has a series.
TILL_INLINE void write_alive_by_series(const ParetoNbd& model,
                                       const PurchaseHistories& histories,
                                       const SeriesByCount& series,
                                       std::size_t x,
                                       std::span<const std::size_t> members,
                                       double* out) noexcept {
  for (std::size_t from = 0; from < members.size(); from += kLanes) {
    alignas(64) std::array<double, kLanes> t_x{};
    alignas(64) std::array<double, kLanes> T{};
    const std::size_t size = std::min(kLanes, members.size() - from);
    for (std::size_t i = 0; i < kLanes; ++i) {
      const std::size_t member = members[from + std::min(i, size - 1)];
      t_x[i] = histories.t_x[member];
      T[i] = histories.T[member];
    }
    Lanes log_fall;
    const Lanes alive = series.probability_alive(x, load(t_x.data()), load(T.data()), log_fall);
    for (std::size_t i = 0; i < size; ++i) {
      const std::size_t member = members[from + i];
      out[member] =
          log_fall[i] < kUnderflow ? alive[i] : probability_alive(model, histories[member]);
    }
  }
}

/// out = P(alive) of any customers, at most kChunk.
TILL_INLINE void write_alive_by_rules(const ParetoNbd& model,
                                      const PurchaseHistories& histories,
                                      const std::array<Rule, kRules>& rules,
                                      std::span<const std::size_t> members,
                                      double* out) noexcept {
  Picked some;
  for (const std::size_t member : members) {
    some.add(histories, member);
  }
  const PurchaseHistories seen = some.view();
  alignas(64) std::array<double, kChunk> integrals{};
  integrate(model, model.s + 1.0, seen, 0, some.size, rules, integrals.data());
  for (std::size_t offset = 0; offset < some.size; offset += kLanes) {
    const HistoryBlock block(seen, offset);
    const Scales at(model, model.s + 1.0, block.x, block.t_x, block.T);
    const Lanes integral = load(integrals.data() + offset);
    const Lanes log_fall =
        at.p * math::log1p(at.idle / at.A) + model.s * math::log1p(at.idle / at.B);
    const Lanes alive = math::exp(-log_fall);
    const Lanes result = alive / (alive + model.s * (at.m / at.B) * integral);
    for (std::size_t i = 0; i < block.size; ++i) {
      const std::size_t member = members[offset + i];
      out[member] = integral[i] >= 0.0 && log_fall[i] < kUnderflow
                        ? result[i]
                        : probability_alive(model, histories[member]);
    }
  }
}

TILL_INLINE void write_alive(const ParetoNbd& model,
                             const PurchaseHistories& histories,
                             const SeriesByCount& series,
                             const std::array<Rule, kRules>& rules,
                             double* out) noexcept {
  for (std::size_t first = 0; first < histories.size(); first += ByCount::kMost) {
    const ByCount customers(
        series, histories, first, std::min(ByCount::kMost, histories.size() - first));
    for (std::size_t x = 0; x < ByCount::kRest; ++x) {
      write_alive_by_series(model, histories, series, x, customers.of(x), out);
    }
    const std::span<const std::size_t> rest = customers.of(ByCount::kRest);
    for (std::size_t from = 0; from < rest.size(); from += kChunk) {
      const std::size_t size = std::min(kChunk, rest.size() - from);
      write_alive_by_rules(model, histories, rules, rest.subspan(from, size), out);
    }
  }
}

/// out = P(no purchase in (T, T + t]), from P(alive at T) in `out`.
///
/// Alive at T, the first purchase comes after D, while the customer is there, with density
/// (r+x)/A (1 + D/A)^-(r+x+1) (1 + D/B)^-s, A = alpha + T, B = beta + T: the same integral.
TILL_INLINE void alive_to_no_purchase(const ParetoNbd& model,
                                      const PurchaseHistories& histories,
                                      double t,
                                      const std::array<Rule, kRules>& rules,
                                      double* out) noexcept {
  constexpr double kSure = 0.9;  // beyond, the complement would lose digits
  for (std::size_t first = 0; first < histories.size(); first += kChunk) {
    const std::size_t size = std::min(kChunk, histories.size() - first);
    alignas(64) std::array<double, kChunk> x{};
    alignas(64) std::array<double, kChunk> begin{};
    alignas(64) std::array<double, kChunk> end{};
    alignas(64) std::array<double, kChunk> integrals{};
    for (std::size_t i = 0; i < size; ++i) {
      x[i] = histories.x[first + i] + 1.0;
      begin[i] = histories.T[first + i];
      end[i] = begin[i] + t;
    }
    const PurchaseHistories next = {
        std::span(x).first(size), std::span(begin).first(size), std::span(end).first(size)};
    integrate(model, model.s, next, 0, size, rules, integrals.data());
    for (std::size_t offset = 0; offset < size; offset += kLanes) {
      const HistoryBlock block(next, offset);
      const Scales at(model, model.s, block.x, block.t_x, block.T);
      const Lanes integral = load(integrals.data() + offset);
      const Lanes alive = load(out + first + offset, block.size, 0.0);
      const Lanes buys = alive * (at.p - 1.0) * (at.m / at.A) * integral;
      for (std::size_t i = 0; i < block.size; ++i) {
        const std::size_t member = first + offset + i;
        out[member] = integral[i] >= 0.0 && buys[i] < kSure
                          ? 1.0 - buys[i]
                          : probability_of_no_purchase(model, histories[member], t);
      }
    }
  }
}

/// out *= E[X(t)] of a customer alive at T, [FH05-009] eq. (41): see log_expected_transactions.
TILL_INLINE void times_expectation(const ParetoNbd& model,
                                   const PurchaseHistories& histories,
                                   double t,
                                   double* out) noexcept {
  for (std::size_t first = 0; first < histories.size(); first += kLanes) {
    const HistoryBlock block(histories, first);
    const Lanes beta = model.beta + block.T;
    const Lanes log_growth = math::log1p(t / beta);
    const Lanes z = (1.0 - model.s) * log_growth;
    const auto is_small = (z < 1e-8) & (z > -1e-8);
    const Lanes decay = math::choose(
        is_small, 1.0 + 0.5 * z, math::expm1(z) / math::choose(is_small, lanes(1.0), z));
    const Lanes expected =
        (model.r + block.x) / (model.alpha + block.T) * beta * log_growth * decay;
    math::store(load(out + first, block.size, 0.0) * expected, out + first, block.size);
  }
}

/// out *= what a customer alive at T buys in (T, T + t], each purchase worth e^(-delta u): with
/// u = B (e^v - 1), B = beta + T, the integral of log_discounted_transactions by one rule.
TILL_INLINE void times_discounted(const ParetoNbd& model,
                                  const PurchaseHistories& histories,
                                  double t,
                                  double delta,
                                  const Rule& rule,
                                  double* out) noexcept {
  for (std::size_t first = 0; first < histories.size(); first += kLanes) {
    const HistoryBlock block(histories, first);
    const Lanes B = model.beta + block.T;
    const Lanes end = math::log1p(t / B);
    const Lanes fall = delta * B;
    // The slope of the log density falls from start to end.
    const Lanes start_slope = (1.0 - model.s) - fall;
    const Lanes end_slope = start_slope - delta * t;
    const Lanes steepest = math::choose(start_slope > -end_slope, start_slope, -end_slope);
    const Lanes half = 0.5 * end;
    const auto is_enough = (half * steepest <= rule.most_steep) & (half <= rule.widest);
    Lanes sum = lanes(0.0);
    for (std::size_t node = 0; node < rule.nodes; ++node) {
      const Lanes v = end * rule.at[node];
      sum += rule.weight[node] * math::exp((1.0 - model.s) * v - fall * math::expm1(v));
    }
    const Lanes alive = load(out + first, block.size, 0.0);
    const Lanes worth = alive * (model.r + block.x) / (model.alpha + block.T) * B * end * sum;
    for (std::size_t i = 0; i < block.size; ++i) {
      out[first + i] = is_enough[i] != 0 ? worth[i] : dect(model, histories[first + i], t, delta);
    }
  }
}

TILL_FOR_EACH_PROCESSOR(double,
                        sum_with_gradient_here,
                        (const ParetoNbd& model,
                         const PurchaseHistories& histories,
                         const RisingTable& rising,
                         const std::array<Rule, kRules>& rules,
                         double* gradient),
                        sum_with_gradient,
                        (model, histories, rising, rules, gradient))
TILL_FOR_EACH_PROCESSOR(void,
                        write_alive_here,
                        (const ParetoNbd& model,
                         const PurchaseHistories& histories,
                         const SeriesByCount& series,
                         const std::array<Rule, kRules>& rules,
                         double* out),
                        write_alive,
                        (model, histories, series, rules, out))
TILL_FOR_EACH_PROCESSOR(void,
                        alive_to_no_purchase_here,
                        (const ParetoNbd& model,
                         const PurchaseHistories& histories,
                         double t,
                         const std::array<Rule, kRules>& rules,
                         double* out),
                        alive_to_no_purchase,
                        (model, histories, t, rules, out))
TILL_FOR_EACH_PROCESSOR(
    void,
    times_expectation_here,
    (const ParetoNbd& model, const PurchaseHistories& histories, double t, double* out),
    times_expectation,
    (model, histories, t, out))

TILL_FOR_EACH_PROCESSOR(void,
                        times_discounted_here,
                        (const ParetoNbd& model,
                         const PurchaseHistories& histories,
                         double t,
                         double delta,
                         const Rule& rule,
                         double* out),
                        times_discounted,
                        (model, histories, t, delta, rule, out))

}  // namespace

double log_likelihood(const ParetoNbd& model,
                      const PurchaseHistories& histories,
                      std::span<double, 4> gradient) noexcept {
  const RisingTable rising(model.r, table_size(histories));
  return sum_with_gradient_here(model, histories, rising, all_rules(), gradient.data());
}

void probabilities_alive(const ParetoNbd& model,
                         const PurchaseHistories& histories,
                         std::span<double> out) noexcept {
  write_alive_here(model, histories, SeriesByCount(model, histories), all_rules(), out.data());
}

void conditional_expectations(const ParetoNbd& model,
                              const PurchaseHistories& histories,
                              double t,
                              std::span<double> out) noexcept {
  probabilities_alive(model, histories, out);
  times_expectation_here(model, histories, t, out.data());
}

void discounted_expectations(const ParetoNbd& model,
                             const PurchaseHistories& histories,
                             double t,
                             double delta,
                             std::span<double> out) noexcept {
  static const Rule kRule = rule_of<16>(8.0, 2.0);
  probabilities_alive(model, histories, out);
  times_discounted_here(model, histories, t, delta, kRule, out.data());
}

void probabilities_of_no_purchase(const ParetoNbd& model,
                                  const PurchaseHistories& histories,
                                  double t,
                                  std::span<double> out) noexcept {
  probabilities_alive(model, histories, out);
  alive_to_no_purchase_here(model, histories, t, all_rules(), out.data());
}

}  // namespace till::models
