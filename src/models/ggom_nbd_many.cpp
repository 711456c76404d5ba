// The GGom/NBD for many customers: the integral over the hidden lifetime by Gauss-Legendre rules of
// 16 nodes, eight nodes at once, on panels cut by what is known of the integrand. A history that
// needs more panels than are kept is left to ggom_nbd.cpp, which finds them by halving.

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "ggom_lifetime.hpp"

#include "till/math/gamma.hpp"
#include "till/math/lanes.hpp"
#include "till/math/log_space.hpp"
#include "till/math/quadrature.hpp"
#include "till/models/ggom_nbd.hpp"

namespace till::models {

namespace {

using math::kLanes;
using math::Lanes;
using math::lanes;
using math::load;

constexpr std::size_t kNodes = 16;
constexpr std::size_t kMostPanels = 64;

// The rule of 16 nodes is right to 1e-13 where the logarithm of the integrand changes by no more
// than 16 over a panel, and the panel is no wider than four distances to the nearest singularity
// over pi (the bounds of pareto_nbd_many.cpp).
constexpr double kSteepest = 16.0;
constexpr double kWidest = 4.0;
constexpr double kNegligible = 42.0;

struct Cut {
  std::array<double, kMostPanels + 1> edges{};
  std::size_t panels = 0;
  double peak = math::kLogZero;           // about the largest log density of leaving
  double purchase_peak = math::kLogZero;  // of a first purchase; for x = 0
  bool is_complete = false;
};

/// log of the density of a first purchase at tau(v), over v, before dropout.
double log_first_purchase(const GgomNbd& model, const Lifetime& lifetime, double v) noexcept {
  const double y = lifetime.tau(v);
  return v + std::log(lifetime.m * model.r / model.alpha) -
         (model.r + 1.0) * std::log1p(y / model.alpha) - model.s * risk(model, y);
}

/// Cuts the range of v into panels.
///
/// Over v the logarithm of the integrand changes by 1 + p m e^v / (A + m (e^v - 1)) at most from
/// purchases, and by b m e^v (s + |beta - 1| e^(-b y)) / calm(y) from the risk. The integrand is
/// singular at a distance of pi, where A + m (e^v - 1) = 0, and where calm(y) = 0: there b y is
/// log |1 - beta| plus an odd multiple of pi i if beta > 1, an even one if not.
Cut cut(const GgomNbd& model, const PurchaseHistory& history, const Lifetime& lifetime) noexcept {
  const double p = model.r + history.x + (history.x == 0.0 ? 1.0 : 0.0);
  const double b = model.b;
  const double turn = std::log(std::abs(1.0 - model.beta));
  const double turn_width = model.beta > 1.0 ? kWidest : 2.0 * kWidest;
  constexpr double kTurnReach = 12.0;  // beyond it the singularity changes nothing
  const auto log_density = lifetime.log_density(model.r + history.x);
  const auto steepness = [&](double v) {
    const double grown = lifetime.m * std::exp(v);
    const double fallen = std::exp(-b * lifetime.tau(v));
    const double level = model.beta * fallen + (1.0 - fallen);
    return 1.0 + p * grown / (lifetime.A - lifetime.m + grown) +
           b * grown * (model.s + std::abs(model.beta - 1.0) * fallen) / level;
  };
  Cut result;
  const auto look = [&](double v) {
    const double level = log_density(v);
    result.peak = std::max(result.peak, level);
    double above = level - result.peak;
    if (history.x == 0.0) {
      const double purchase = log_first_purchase(model, lifetime, v);
      result.purchase_peak = std::max(result.purchase_peak, purchase);
      above = std::max(above, purchase - result.purchase_peak);
    }
    return above;
  };
  double v = 0.0;
  double steep = steepness(v);
  double width = kWidest;
  look(v);
  while (v < lifetime.end) {
    if (result.panels == kMostPanels) {
      return result;
    }
    width = std::min({2.0 * width, kWidest, lifetime.end - v});
    double next = v + width;
    double steep_next = steepness(next);
    for (int halving = 0; halving < 60; ++halving) {
      const double from = b * lifetime.tau(v);
      const double to = b * lifetime.tau(next);
      const bool is_turning = from - turn < kTurnReach && to - turn > -kTurnReach;
      if (width * std::max(steep, steep_next) <= kSteepest &&
          !(is_turning && to - from > turn_width)) {
        break;
      }
      width *= 0.5;
      next = v + width;
      steep_next = steepness(next);
    }
    v = lifetime.end - next < 1e-12 * lifetime.end ? lifetime.end : next;
    steep = steep_next;
    result.edges[++result.panels] = v;
    // From here on it grows by e^v and by the fall of calm(y) at most.
    const double rise = (lifetime.end - v) + std::log(std::max(1.0, calm(model, lifetime.tau(v))));
    if (look(v) + rise < -kNegligible) {
      break;
    }
  }
  result.is_complete = true;
  return result;
}

/// Sums over the nodes, each in units of e^scale.
struct Sums {
  Lanes gone = lanes(0.0);
  Lanes log_a = lanes(0.0);     // log(1 + (tau - t_x) / A)
  Lanes by_alpha = lanes(0.0);  // (r tau - x alpha) / (alpha + tau)
  Lanes by_b = lanes(0.0);
  Lanes risk = lanes(0.0);
  Lanes by_beta = lanes(0.0);
  Lanes purchase = lanes(0.0);  // a first purchase, in units of its own peak
};

TILL_INLINE double add_history(const GgomNbd& model,
                               const PurchaseHistory& history,
                               double weight,
                               const double* nodes,
                               const double* node_weights,
                               std::span<double, 5> gradient) noexcept {
  constexpr double kSmall = 30.0;  // b y, from which e^(b y) swamps 1
  const auto& [r, alpha, b, s, beta] = model;
  const auto& [x, t_x, T, unused] = history;
  const Lifetime lifetime(model, history);
  const Cut panels = cut(model, history, lifetime);
  const double p = r + x;
  const double log_alive = lifetime.log_alive(p);
  const double scale = std::max(log_alive, panels.peak);
  if (!panels.is_complete || !std::isfinite(scale)) {
    return add_log_likelihood(model, history, weight, gradient);
  }
  const double log_front = std::log(lifetime.m * s * b) - scale;
  const double log_beta = std::log(beta);
  const double purchase_front = std::log(lifetime.m * r / alpha) - panels.purchase_peak;
  Sums sum;
  for (std::size_t panel = 0; panel < panels.panels; ++panel) {
    const double half = 0.5 * (panels.edges[panel + 1] - panels.edges[panel]);
    const double centre = 0.5 * (panels.edges[panel + 1] + panels.edges[panel]);
    for (std::size_t node = 0; node < kNodes; node += kLanes) {
      const Lanes v = centre + half * load(nodes + node);
      const Lanes node_weight = half * load(node_weights + node);
      const Lanes wanted = lifetime.m * math::expm1(v);
      const Lanes grown = math::choose(wanted < lifetime.idle, wanted, lanes(lifetime.idle));
      const Lanes tau = t_x + grown;
      const Lanes b_tau = b * tau;
      const Lanes fall = math::expm1(-b_tau);
      const Lanes fallen = 1.0 + fall;
      const Lanes level = beta * fallen - fall;
      const Lanes log_level = math::log(level);
      const Lanes log_a = math::log1p(grown / lifetime.A);
      const auto is_small = b_tau < kSmall;
      const Lanes risk_there =
          math::choose(is_small,
                       math::log1p(math::expm1(math::choose(is_small, b_tau, lanes(0.0))) / beta),
                       b_tau + log_level - log_beta);
      const Lanes survival = -s * risk_there;
      const Lanes mass = node_weight * math::exp(log_front + v - p * log_a - log_level + survival);
      sum.gone += mass;
      sum.log_a += mass * log_a;
      sum.by_alpha += mass * (r * tau - x * alpha) / (alpha + tau);
      sum.risk += mass * risk_there;
      sum.by_b += mass * (1.0 + b_tau - (s + 1.0) * b_tau / level);
      sum.by_beta += mass * (-s * fall - beta * fallen) / level;
      if (x == 0.0) {
        sum.purchase += node_weight * math::exp(purchase_front + v - (r + 1.0) * log_a + survival);
      }
    }
  }
  const double alive = std::exp(log_alive - scale);
  const double level = calm(model, T);
  const double risk_at_end = risk(model, T);
  const double gone = math::sum(sum.gone);
  const double total = alive + gone;
  const double share = weight / total;
  const double log_a = math::sum(sum.log_a) + alive * std::log1p(lifetime.idle / lifetime.A);
  gradient[0] +=
      r * (weight * (math::digamma_rise(r, x) - std::log1p(t_x / alpha)) - share * log_a);
  gradient[1] += share * (math::sum(sum.by_alpha) + alive * (r * T - x * alpha) / (alpha + T));
  gradient[2] += share * (math::sum(sum.by_b) - alive * s * b * T / level);
  gradient[3] += share * (gone - s * (math::sum(sum.risk) + alive * risk_at_end));
  gradient[4] += share * (math::sum(sum.by_beta) - alive * s * std::expm1(-b * T) / level);
  if (x == 0.0) {
    // Close to 1 the logarithm is that of the complement.
    const double log_purchase = panels.purchase_peak + std::log(math::sum(sum.purchase));
    if (log_purchase < -1.0) {
      return weight * std::log1p(-std::exp(log_purchase));
    }
  }
  return weight * (math::log_rising(r, x) - r * std::log1p(t_x / alpha) -
                   x * std::log(alpha + t_x) + scale + std::log(total));
}

TILL_INLINE double sum_with_gradient(const GgomNbd& model,
                                     const PurchaseHistories& histories,
                                     double* gradient) noexcept {
  const auto& rule = math::gauss_legendre<kNodes>();
  double sum = 0.0;
  for (std::size_t i = 0; i < histories.size(); ++i) {
    sum += add_history(model,
                       histories[i],
                       histories.weight(i),
                       rule.nodes.data(),
                       rule.weights.data(),
                       std::span<double, 5>(gradient, 5));
  }
  return sum;
}

TILL_FOR_EACH_PROCESSOR(double,
                        sum_with_gradient_here,
                        (const GgomNbd& model,
                         const PurchaseHistories& histories,
                         double* gradient),
                        sum_with_gradient,
                        (model, histories, gradient))

}  // namespace

double log_likelihood(const GgomNbd& model,
                      const PurchaseHistories& histories,
                      std::span<double, 5> gradient) noexcept {
  std::fill(gradient.begin(), gradient.end(), 0.0);
  return sum_with_gradient_here(model, histories, gradient.data());
}

}  // namespace till::models
