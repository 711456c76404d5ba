// The purchases in (0, t] as a whole distribution: what one term shares with the next is worked out
// once. Where that would lose digits, the terms come one by one.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "mbg_after_first.hpp"
#include "one_history.hpp"

#include "till/math/lanes.hpp"
#include "till/math/quadrature.hpp"
#include "till/models/bg_nbd.hpp"
#include "till/models/mbg_nbd.hpp"
#include "till/models/nbd.hpp"
#include "till/models/pareto_nbd.hpp"

namespace till::models {

namespace {

/// The arrivals until t, lambda ~ Gamma(shape r, rate alpha), each term from the one before.
struct Arrivals {
  Arrivals(double shape, double rate, double t) noexcept
      : r(shape), w(t / (rate + t)), mass(std::exp(-shape * std::log1p(t / rate))) {}

  [[nodiscard]] double ratio(std::size_t n) const noexcept {
    const auto count = static_cast<double>(n);
    return (r + count) / (count + 1.0) * w;
  }

  double r;
  double w;
  double mass;  ///< Of the next term.
};

/// Writes P(N = n).
///
/// \return what comes next; nothing where the first term underflows.
std::optional<Arrivals> arrivals_from_zero(double r,
                                           double alpha,
                                           double t,
                                           std::span<double> out) noexcept {
  constexpr double kSmallest = 1e-280;
  Arrivals arrivals(r, alpha, t);
  if (arrivals.mass < kSmallest) {
    return std::nullopt;
  }
  for (std::size_t n = 0; n < out.size(); ++n) {
    out[n] = arrivals.mass;
    arrivals.mass *= arrivals.ratio(n);
  }
  return arrivals;
}

/// Returns P(N >= first), added up; nothing where too many terms are needed.
std::optional<double> arrivals_beyond(const Arrivals& arrivals, std::size_t first) noexcept {
  constexpr std::size_t kMostTerms = 4096;
  double mass = arrivals.mass;
  double beyond = 0.0;
  for (std::size_t n = first; n < kMostTerms; ++n) {
    beyond += mass;
    const double ratio = arrivals.ratio(n);
    const double largest_ratio = std::max(ratio, arrivals.w);  // of all that follow
    mass *= ratio;
    if (mass == 0.0 || (largest_ratio < 1.0 && mass < 1e-16 * beyond * (1.0 - largest_ratio))) {
      return beyond;
    }
  }
  return std::nullopt;
}

template <class M>
void one_by_one(const M& model, double t, std::size_t first, std::span<double> out) noexcept {
  for (std::size_t n = first; n < out.size(); ++n) {
    out[n] = pmf(model, static_cast<std::int64_t>(n), t);
  }
}

/// A rule for the integral over the dropout time, good enough for the terms below `terms`.
struct DropoutRule {
  std::size_t terms;
  double widest;      // half the range of v, against the singularity at distance pi
  double most_steep;  // |slope of the log density| times half the range
  std::size_t nodes;
  const double* at;
  const double* weight;
};

template <std::size_t N>
DropoutRule rule_of(std::size_t terms, double widest, double most_steep) noexcept {
  const auto& rule = math::gauss_legendre<N>();
  return {terms, widest, most_steep, N, rule.nodes.data(), rule.weights.data()};
}

/// Adds to each term its integral over the dropout time D = m (e^v - 1), v from 0 to 2 half.
TILL_INLINE void add_dropouts_here(const ParetoNbd& model,
                                   double half,
                                   const DropoutRule& rule,
                                   std::span<double> out) noexcept {
  constexpr std::size_t kMostGroups = 4;
  const auto& [r, alpha, s, beta] = model;
  const double m = std::min(alpha, beta);
  const std::size_t groups = rule.nodes / math::kLanes;
  std::array<math::Lanes, kMostGroups> mass{};
  std::array<math::Lanes, kMostGroups> w{};
  for (std::size_t i = 0; i < groups; ++i) {
    const math::Lanes v = half * (1.0 + math::load(rule.at + i * math::kLanes));
    const math::Lanes D = m * math::expm1(v);
    const math::Lanes log_density =
        v - (s + 1.0) * math::log1p(D / beta) - r * math::log1p(D / alpha);
    mass[i] = math::load(rule.weight + i * math::kLanes) * (half * (s * m / beta)) *
              math::exp(log_density);
    w[i] = D / (alpha + D);
  }
  for (std::size_t n = 0; n < out.size(); ++n) {
    const auto count = static_cast<double>(n);
    math::Lanes sum = math::lanes(0.0);
    for (std::size_t i = 0; i < groups; ++i) {
      sum += mass[i];
      mass[i] *= w[i] * ((r + count) / (count + 1.0));
    }
    out[n] += math::sum(sum);
  }
}

TILL_FOR_EACH_PROCESSOR(
    void,
    add_dropouts,
    (const ParetoNbd& model, double half, const DropoutRule& rule, std::span<double> out),
    add_dropouts_here,
    (model, half, rule, out))

/// The dropout times until t.
struct Dropouts {
  Dropouts(const ParetoNbd& model, double t, std::size_t terms) noexcept {
    static const std::array kRules = {rule_of<16>(8, 1.0, 4.0), rule_of<32>(24, 2.5, 12.0)};
    const auto& [r, alpha, s, beta] = model;
    half = 0.5 * std::log1p(t / std::min(alpha, beta));
    const double steepest = half * std::max({1.0, r + s, r * t / (alpha + t) + s * t / (beta + t)});
    for (const DropoutRule& one : kRules) {
      if (rule == nullptr && half <= one.widest && steepest <= one.most_steep &&
          (terms <= one.terms || &one == &kRules.back())) {
        rule = &one;
      }
    }
  }

  double half = 0.0;                  ///< Of the range of v.
  const DropoutRule* rule = nullptr;  ///< The cheapest that will do, if one does.
};

}  // namespace

void pmf_from_zero(const Nbd& model, double t, std::span<double> out) noexcept {
  if (!arrivals_from_zero(model.r, model.alpha, t, out)) {
    one_by_one(model, t, 0, out);
  }
}

void pmf_from_zero(const BgNbd& model, double t, std::span<double> out) noexcept {
  const std::optional<Arrivals> arrivals = arrivals_from_zero(model.r, model.alpha, t, out);
  const std::optional<double> beyond =
      arrivals ? arrivals_beyond(*arrivals, out.size()) : std::nullopt;
  if (!beyond) {
    one_by_one(model, t, 0, out);
    return;
  }
  // n purchases: n arrivals, none of which made the customer leave; or n or more, and they left at
  // the n-th. Both after staying at n - 1.
  double n_or_more = *beyond;
  for (std::size_t n = out.size(); n-- > 1;) {
    const double stays = model.b + static_cast<double>(n - 1);
    n_or_more += out[n];
    out[n] = (stays * out[n] + model.a * n_or_more) / (model.a + stays);
  }
  double stayed = 1.0;
  for (std::size_t n = 1; n < out.size(); ++n) {
    const double stays = model.b + static_cast<double>(n - 1);
    out[n] *= stayed;
    stayed *= stays / (model.a + stays);
  }
}

void pmf_from_zero(const MbgNbd& model, double t, std::span<double> out) noexcept {
  if (out.empty()) {
    return;
  }
  pmf_from_zero(after_first(model), t, out);
  const double leaves = model.a / (model.a + model.b);
  const double stays = model.b / (model.a + model.b);
  for (double& mass : out) {
    mass *= stays;
  }
  out.front() += leaves;
}

void pmf_from_zero(const ParetoNbd& model, double t, std::span<double> out) noexcept {
  // The arrivals until t where the customer stayed, until a dropout at D where not: the integral of
  // pareto_nbd.cpp, with the same nodes for all terms.
  const Dropouts dropouts(model, t, out.size());
  if (dropouts.rule == nullptr || !arrivals_from_zero(model.r, model.alpha, t, out)) {
    one_by_one(model, t, 0, out);
    return;
  }
  const std::span<double> first = out.first(std::min(out.size(), dropouts.rule->terms));
  const double stays = std::exp(-model.s * std::log1p(t / model.beta));
  for (double& mass : first) {
    mass *= stays;
  }
  add_dropouts(model, dropouts.half, *dropouts.rule, first);
  one_by_one(model, t, first.size(), out);
}

std::optional<double> leaves_before_buying(const ParetoNbd& model, double t) noexcept {
  const Dropouts dropouts(model, t, 1);
  if (dropouts.rule == nullptr) {
    return std::nullopt;
  }
  double leaves = 0.0;
  add_dropouts(model, dropouts.half, *dropouts.rule, {&leaves, 1});
  return leaves;
}

}  // namespace till::models
