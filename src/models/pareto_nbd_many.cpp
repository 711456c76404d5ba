// The Pareto/NBD for many customers: the integral of pareto_nbd.cpp with one Gauss-Legendre rule of
// 8 to 32 nodes, eight nodes at once. How many nodes a history needs follows from how steep its
// integrand is; the few that need more are left to pareto_nbd.cpp.

#include <algorithm>
#include <array>
#include <cmath>

#include "count_table.hpp"
#include "history_block.hpp"
#include "one_history.hpp"

#include "till/math/lanes.hpp"
#include "till/math/quadrature.hpp"
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

/// The rules, cheapest first. For e^(-c x) on [-1, 1] the rule of N nodes is wrong by
/// 2^(2N+1) (N!)^4 / ((2N+1) (2N)!^3) c^(2N+1) relatively [DLMF 3.5.20], and what is analytic up to
/// a distance d of [-1, 1] costs (d + sqrt(1 + d^2))^(-2N): both are below 1e-14 within the limits.
const std::array<Rule, 4>& rules() noexcept {
  static const std::array<Rule, 4> all = {
      rule_of<8>(1.5, 0.55), rule_of<16>(8.0, 1.6), rule_of<24>(15.0, 2.6), rule_of<32>(25.0, 3.6)};
  return all;
}

/// What does not depend on the node, for eight histories.
struct Front {
  TILL_INLINE Front(const ParetoNbd& model, const HistoryBlock& block) noexcept {
    const Lanes A_ = model.alpha + block.t_x;
    const Lanes B_ = model.beta + block.t_x;
    const Lanes idle_ = block.T - block.t_x;
    const Lanes m_ = math::choose(A_ < B_, A_, B_);
    const Lanes p_ = model.r + block.x;
    const Lanes end_ = math::log1p(idle_ / m_);
    const Lanes log_alive = -p_ * math::log1p(idle_ / A_) - model.s * math::log1p(idle_ / B_);
    math::store(A_, A.data());
    math::store(B_, B.data());
    math::store(idle_, idle.data());
    math::store(m_, m.data());
    math::store(p_, p.data());
    math::store(end_, end.data());
    math::store(log_alive, log_e.data());
    math::store(math::exp(log_alive), e.data());
  }

  alignas(64) std::array<double, kLanes> A;
  alignas(64) std::array<double, kLanes> B;
  alignas(64) std::array<double, kLanes> idle;
  alignas(64) std::array<double, kLanes> m;
  alignas(64) std::array<double, kLanes> p;
  alignas(64) std::array<double, kLanes> end;    // of v
  alignas(64) std::array<double, kLanes> log_e;  // log E
  alignas(64) std::array<double, kLanes> e;      // E
};

/// Returns the rule for a history and cuts `end` where the integrand has vanished; nullptr where no
/// rule is good enough.
TILL_INLINE const Rule* rule_for(const std::array<Rule, 4>& all,
                                 double A,
                                 double B,
                                 double m,
                                 double p,
                                 double q,
                                 double& end) noexcept {
  constexpr double kVanished = 37.0;  // e^-37 is below a double's rounding
  const double steep = p * m / A + q * m / B - 1.0;
  double grown = m;  // m e^v at the end
  if (steep * end > kVanished) {
    end = kVanished / steep;
    grown = m * std::exp(end);
  } else {
    grown = m * (1.0 + std::expm1(end));
  }
  const double D = grown - m;
  const double steep_at_end = p * grown / (A + D) + q * grown / (B + D) - 1.0;
  const double half = 0.5 * end;
  const double steepest = half * std::max(std::fabs(steep), std::fabs(steep_at_end));
  for (const Rule& rule : all) {
    if (steepest <= rule.most_steep && half <= rule.widest) {
      return &rule;
    }
  }
  return nullptr;
}

struct Sums {
  double gone;
  double log_A;
  double log_B;
  double by_alpha;
  double by_beta;
  double purchase;  // of the first purchase, if x = 0: the complement of the likelihood
};

/// The integral J, and of what the gradient averages; without the factor m/B s.
template <bool kGradient>
TILL_INLINE Sums integrate(const ParetoNbd& model,
                           const Rule& rule,
                           const PurchaseHistory& history,
                           double A,
                           double B,
                           double m,
                           double p,
                           double end) noexcept {
  const double one_by_A = 1.0 / A;
  const double one_by_B = 1.0 / B;
  Lanes gone = lanes(0.0);
  Lanes log_A = lanes(0.0);
  Lanes log_B = lanes(0.0);
  Lanes by_alpha = lanes(0.0);
  Lanes by_beta = lanes(0.0);
  Lanes purchase = lanes(0.0);
  for (std::size_t i = 0; i < rule.nodes; i += kLanes) {
    const Lanes v = end * load(&rule.at[i]);
    const Lanes D = m * math::expm1(v);
    if constexpr (kGradient) {
      // log(1 + D/A), with the reciprocal that the derivatives use too.
      const Lanes D_by_A = D * one_by_A;
      const Lanes D_by_B = D * one_by_B;
      const Lanes a = 1.0 + D_by_A;
      const Lanes b = 1.0 + D_by_B;
      const Lanes one_by_a = 1.0 / a;
      const Lanes one_by_b = 1.0 / b;
      const Lanes at_A = math::log(a) + (D_by_A - (a - 1.0)) * one_by_a;
      const Lanes at_B = math::log(b) + (D_by_B - (b - 1.0)) * one_by_b;
      const Lanes mass = load(&rule.weight[i]) * math::exp(v - p * at_A - (model.s + 1.0) * at_B);
      const Lanes tau = history.t_x + D;
      gone += mass;
      log_A += mass * at_A;
      log_B += mass * at_B;
      by_alpha += mass * (model.r * tau - history.x * model.alpha) * one_by_a;
      by_beta += mass * (model.s * tau - model.beta) * one_by_b;
      purchase += mass * b * one_by_a;
    } else {
      gone += load(&rule.weight[i]) * math::exp(v - p * math::log1p(D * one_by_A) -
                                                (model.s + 1.0) * math::log1p(D * one_by_B));
    }
  }
  return {.gone = end * math::sum(gone),
          .log_A = end * math::sum(log_A),
          .log_B = end * math::sum(log_B),
          .by_alpha = end * math::sum(by_alpha) * one_by_A,
          .by_beta = end * math::sum(by_beta) * one_by_B,
          .purchase = end * math::sum(purchase)};
}

// Below e^-600 a product of doubles may underflow.
constexpr double kUnderflow = -600.0;

TILL_INLINE double sum_with_gradient(const ParetoNbd& model,
                                     const PurchaseHistories& histories,
                                     const RisingTable& rising,
                                     const std::array<Rule, 4>& all,
                                     double* gradient) noexcept {
  const double r = model.r;
  const double s = model.s;
  const double q = s + 1.0;
  double total = 0.0;
  std::array<double, 4> slow{};  // of histories computed one by one
  double by_r = 0.0;
  double by_alpha = 0.0;
  double by_s = 0.0;
  double by_beta = 0.0;
  for (std::size_t first = 0; first < histories.size(); first += kLanes) {
    const HistoryBlock block(histories, first);
    Front front(model, block);
    alignas(64) std::array<double, kLanes> inner{};  // E + s/B J, or the chance of a purchase
    alignas(64) std::array<double, kLanes> outer{};  // the rest of the log-likelihood
    alignas(64) std::array<double, kLanes> log_t_A;  // log(1 + t_x / alpha)
    alignas(64) std::array<double, kLanes> log_t_B;
    alignas(64) std::array<double, kLanes> log_A;
    math::store(math::log1p(block.t_x / model.alpha), log_t_A.data());
    math::store(math::log1p(block.t_x / model.beta), log_t_B.data());
    math::store(math::log(load(front.A.data())), log_A.data());
    for (std::size_t i = 0; i < block.size; ++i) {
      const PurchaseHistory history = histories[first + i];
      const double weight = histories.weight(first + i);
      const double A = front.A[i];
      const double B = front.B[i];
      const double m = front.m[i];
      const double p = front.p[i];
      double end = front.end[i];
      const Rule* rule = rule_for(all, A, B, m, p, q, end);
      if (rule == nullptr || !(history.x < static_cast<double>(kTableSize))) {
        total += add_log_likelihood(model, history, weight, slow);
        inner[i] = 0.0;
        continue;
      }
      const Sums sums = integrate<true>(model, *rule, history, A, B, m, p, end);
      const double factor = s * m / B;
      const double alive = front.log_e[i] > kUnderflow ? front.e[i] : 0.0;
      const double gone = factor * sums.gone;
      const double inside = alive + gone;
      const double one_by_inside = 1.0 / inside;
      const double idle_A = std::log1p(front.idle[i] / A);
      const double idle_B = std::log1p(front.idle[i] / B);
      const double T = history.T;
      const auto x = static_cast<std::size_t>(history.x);
      by_r += weight * (rising.digamma_rise[x] - log_t_A[i] -
                        (alive * idle_A + factor * sums.log_A) * one_by_inside);
      by_alpha +=
          weight * one_by_inside *
          (alive * (r * T - history.x * model.alpha) / (model.alpha + T) + factor * sums.by_alpha);
      by_s += weight * (gone * one_by_inside -
                        s * (log_t_B[i] + (alive * idle_B + factor * sums.log_B) * one_by_inside));
      by_beta +=
          weight * one_by_inside * (alive * s * T / (model.beta + T) + factor * sums.by_beta);
      const double purchase = r * m / A * sums.purchase;
      if (x == 0 && purchase < 0.3) {
        inner[i] = -purchase;  // log1p of it
      } else {
        inner[i] = inside - 1.0;
        outer[i] = rising.log_rising[x] - r * log_t_A[i] - history.x * log_A[i] - s * log_t_B[i];
        if (inside < 1e-3 || inside > 1e3) {  // or inside - 1 has lost digits
          inner[i] = 0.0;
          outer[i] += std::log(inside);
        }
      }
    }
    total += math::sum(block.weight * (load(outer.data()) + math::log1p(load(inner.data()))));
  }
  gradient[0] = r * by_r + slow[0];
  gradient[1] = by_alpha + slow[1];
  gradient[2] = by_s + slow[2];
  gradient[3] = by_beta + slow[3];
  return total;
}

TILL_INLINE void write_alive(const ParetoNbd& model,
                             const PurchaseHistories& histories,
                             const std::array<Rule, 4>& all,
                             double* out) noexcept {
  const double q = model.s + 1.0;
  for (std::size_t first = 0; first < histories.size(); first += kLanes) {
    const HistoryBlock block(histories, first);
    const Front front(model, block);
    for (std::size_t i = 0; i < block.size; ++i) {
      const PurchaseHistory history = histories[first + i];
      const double A = front.A[i];
      const double B = front.B[i];
      const double m = front.m[i];
      const double p = front.p[i];
      double end = front.end[i];
      const Rule* rule = rule_for(all, A, B, m, p, q, end);
      if (rule == nullptr || front.log_e[i] < kUnderflow) {
        out[first + i] = probability_alive(model, history);
        continue;
      }
      const double gone =
          model.s * m / B * integrate<false>(model, *rule, history, A, B, m, p, end).gone;
      out[first + i] = front.e[i] / (front.e[i] + gone);
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

TILL_FOR_EACH_PROCESSOR(double,
                        sum_with_gradient_here,
                        (const ParetoNbd& model,
                         const PurchaseHistories& histories,
                         const RisingTable& rising,
                         const std::array<Rule, 4>& all,
                         double* gradient),
                        sum_with_gradient,
                        (model, histories, rising, all, gradient))
TILL_FOR_EACH_PROCESSOR(void,
                        write_alive_here,
                        (const ParetoNbd& model,
                         const PurchaseHistories& histories,
                         const std::array<Rule, 4>& all,
                         double* out),
                        write_alive,
                        (model, histories, all, out))
TILL_FOR_EACH_PROCESSOR(
    void,
    times_expectation_here,
    (const ParetoNbd& model, const PurchaseHistories& histories, double t, double* out),
    times_expectation,
    (model, histories, t, out))

}  // namespace

double log_likelihood(const ParetoNbd& model,
                      const PurchaseHistories& histories,
                      std::span<double, 4> gradient) noexcept {
  const RisingTable rising(model.r, table_size(histories));
  return sum_with_gradient_here(model, histories, rising, rules(), gradient.data());
}

void probabilities_alive(const ParetoNbd& model,
                         const PurchaseHistories& histories,
                         std::span<double> out) noexcept {
  write_alive_here(model, histories, rules(), out.data());
}

void conditional_expectations(const ParetoNbd& model,
                              const PurchaseHistories& histories,
                              double t,
                              std::span<double> out) noexcept {
  probabilities_alive(model, histories, out);
  times_expectation_here(model, histories, t, out.data());
}

}  // namespace till::models
