/// \file
/// Quadrature: integrals of positive functions that are known by their logarithms.
///
/// What a model of hidden lifetimes and rates computes is a sum over what is not seen, and every
/// term is positive: added up as it stands nothing cancels. The functions here do that for
/// integrands that rise to one peak and fall, after a change of variable that makes them smooth.
///
/// Layer:   math (core).   Threads: pure.
/// Sources: [DLMF] 3.5(v) -- keys resolve in docs/references.md.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>

#include "till/math/gamma.hpp"
#include "till/math/log_space.hpp"

// NOLINTBEGIN(bugprone-float-loop-counter): doubles that count are whole, and exact.

namespace till::math {

/// Nodes on [-1, 1] and weights of the Gauss-Legendre rule of N points.
template <std::size_t N>
struct GaussLegendre {
  std::array<double, N> nodes;
  std::array<double, N> weights;
};

/// Writes the rule of n points: the zeros of a Legendre polynomial, by Newton's method.
void gauss_legendre(std::size_t n, double* nodes, double* weights) noexcept;

/// Returns the rule of N points, computed once.
template <std::size_t N>
[[nodiscard]] const GaussLegendre<N>& gauss_legendre() noexcept {
  static const GaussLegendre<N> kRule = [] {
    GaussLegendre<N> result{};
    gauss_legendre(N, result.nodes.data(), result.weights.data());
    return result;
  }();
  return kRule;
}

/// Where an integrand matters.
struct Support {
  double from;
  double to;
  double peak;  ///< About the largest value of the logarithm in there.
};

/// Returns the part of [from, to] where the integrand is above e^-46 of its peak.
///
/// \param log_f  logarithm of a function with one peak; -infinity is allowed, NaN is not.
/// \param guess  where to look first.
template <class LogF>
[[nodiscard]] Support support_of(const LogF& log_f, double from, double to, double guess) noexcept {
  constexpr double kDrop = 46.0;
  double top = std::clamp(guess, from, to);
  double peak = log_f(top);
  // Climb: stride doubles while it climbs, and halves until its ends are near the top.
  double stride = 1.0;
  for (int i = 0; i < 400; ++i) {
    const double right = std::min(top + stride, to);
    const double left = std::max(top - stride, from);
    const double at_right = log_f(right);
    const double at_left = log_f(left);
    if (at_right > peak && at_right >= at_left) {
      top = right;
      peak = at_right;
      stride *= 2.0;
    } else if (at_left > peak) {
      top = left;
      peak = at_left;
      stride *= 2.0;
    } else if (peak - std::min(at_right, at_left) < 2.0 ||
               stride < 1e-14 * (1.0 + std::fabs(top))) {
      break;
    } else {
      stride *= 0.5;
    }
  }
  const auto edge = [&](double limit) {
    double inside = top;
    double outside = limit;
    double reach = std::max(stride, 1e-14 * (1.0 + std::fabs(top)));
    for (;;) {  // outwards
      const double next = limit > top ? std::min(top + reach, limit) : std::max(top - reach, limit);
      if (log_f(next) < peak - kDrop) {
        outside = next;
        break;
      }
      inside = next;
      if (next == limit) {
        return limit;
      }
      reach *= 2.0;
    }
    for (int i = 0; i < 6; ++i) {  // back, so that no panel is wasted
      const double middle = 0.5 * (inside + outside);
      (log_f(middle) < peak - kDrop ? outside : inside) = middle;
    }
    return outside;
  };
  return {edge(from), edge(to), peak};
}

/// Calls visit(w, weight) for the nodes of an integral over a support, about 80 and more for wide
/// ones. The integrand must be analytic within a distance of pi from the real axis, as functions of
/// e^w are.
template <class Visit>
void visit_nodes(const Support& support, const Visit& visit) noexcept {
  constexpr std::size_t kPoints = 20;
  constexpr double kPanelWidth = 3.0;
  const GaussLegendre<kPoints>& rule = gauss_legendre<kPoints>();
  const double width = support.to - support.from;
  const double panels = std::max(4.0, std::ceil(width / kPanelWidth));
  const double half = 0.5 * width / panels;
  for (double panel = 0.0; panel < panels; panel += 1.0) {
    const double centre = support.from + (2.0 * panel + 1.0) * half;
    for (std::size_t i = 0; i < kPoints; ++i) {
      visit(centre + half * rule.nodes[i], half * rule.weights[i]);
    }
  }
}

/// Returns the logarithm of the integral of e^log_f over [from, to].
///
/// \param log_f  logarithm of a function with one peak, analytic within a distance of pi of the
/// real
///               axis; -infinity is allowed, NaN is not.
/// \param guess  where to look for the peak first.
/// Accuracy: 1e-13 relative.   Cost: 120 evaluations and more, as the peak is wide.
template <class LogF>
[[nodiscard]] double log_integral(const LogF& log_f,
                                  double from,
                                  double to,
                                  double guess) noexcept {
  if (!(to > from)) {
    return kLogZero;
  }
  const Support support = support_of(log_f, from, to, guess);
  if (!(support.peak > kLogZero)) {
    return kLogZero;
  }
  double sum = 0.0;
  visit_nodes(support,
              [&](double w, double weight) { sum += weight * std::exp(log_f(w) - support.peak); });
  return support.peak + std::log(sum);
}

/// A range cut into panels, each smooth enough for one Gauss-Legendre rule.
struct Panels {
  static constexpr std::size_t kMost = 256;
  std::array<double, kMost + 1> edges{};  ///< count + 1 of them, ascending.
  std::size_t count = 0;
  double peak = kLogZero;  ///< About the largest value of the logarithm.
  double log_area = kLogZero;
};

/// Calls visit(w, weight) for the nodes of all panels.
template <class Visit>
void visit_nodes(const Panels& panels, const Visit& visit) noexcept {
  constexpr std::size_t kPoints = 20;
  const GaussLegendre<kPoints>& rule = gauss_legendre<kPoints>();
  for (std::size_t panel = 0; panel < panels.count; ++panel) {
    const double half = 0.5 * (panels.edges[panel + 1] - panels.edges[panel]);
    const double centre = 0.5 * (panels.edges[panel + 1] + panels.edges[panel]);
    for (std::size_t i = 0; i < kPoints; ++i) {
      visit(centre + half * rule.nodes[i], half * rule.weights[i]);
    }
  }
}

/// Cuts [from, to] into panels for the integral of e^log_f, whatever its shape: a panel whose
/// halves add up to something else is halved. For integrands with several peaks or nearby
/// singularities; others are cheaper by log_integral().
///
/// \pre from <= to, both finite.
/// Accuracy: 1e-13 relative.   Cost: 40 evaluations a panel, at most Panels::kMost panels.
template <class LogF>
[[nodiscard]] Panels panels_of(const LogF& log_f, double from, double to) noexcept {
  constexpr std::size_t kStart = 8;
  constexpr double kTolerance = 1e-13;
  constexpr double kNegligible = 40.0;
  constexpr std::size_t kPoints = 20;

  struct Piece {
    double from;
    double to;
    double log_area;
  };

  const GaussLegendre<kPoints>& rule = gauss_legendre<kPoints>();
  Panels result;
  const auto piece = [&](double left, double right) {
    const double half = 0.5 * (right - left);
    const double centre = 0.5 * (right + left);
    std::array<double, kPoints> values{};
    double top = kLogZero;
    for (std::size_t i = 0; i < kPoints; ++i) {
      values[i] = log_f(centre + half * rule.nodes[i]);
      top = std::max(top, values[i]);
    }
    result.peak = std::max(result.peak, top);
    if (!(top > kLogZero)) {
      return Piece{left, right, kLogZero};
    }
    double sum = 0.0;
    for (std::size_t i = 0; i < kPoints; ++i) {
      sum += rule.weights[i] * std::exp(values[i] - top);
    }
    return Piece{left, right, top + std::log(half * sum)};
  };
  if (!(to > from)) {
    return result;
  }
  // The pieces still to be looked at, the leftmost last; those to the left are done.
  std::array<Piece, Panels::kMost> open{};
  std::size_t count = 0;
  double total = kLogZero;
  for (std::size_t i = kStart; i-- > 0;) {
    const double step = (to - from) / static_cast<double>(kStart);
    const double left = from + step * static_cast<double>(i);
    open[count] = piece(left, i + 1 == kStart ? to : left + step);
    total = log_add(total, open[count].log_area);
    ++count;
  }
  result.edges[0] = from;
  while (count > 0) {
    const Piece whole = open[--count];
    const double middle = 0.5 * (whole.from + whole.to);
    const Piece left = piece(whole.from, middle);
    const Piece right = piece(middle, whole.to);
    const double halves = log_add(left.log_area, right.log_area);
    const bool is_done = !(std::fabs(std::expm1(halves - whole.log_area)) > kTolerance) ||
                         std::max(halves, whole.log_area) < total - kNegligible ||
                         result.count + count + 2 >= Panels::kMost ||
                         !(middle > whole.from && middle < whole.to);
    if (is_done) {
      result.log_area = log_add(result.log_area, whole.log_area);
      result.edges[++result.count] = whole.to;
    } else {
      total = std::max(total, halves);
      open[count++] = right;
      open[count++] = left;
    }
  }
  return result;
}

/// Returns log E[e^log_h(P)] for P ~ Beta(a, b).
///
/// The integral over w = log(p / (1 - p)), on which the density falls as e^(a w) and e^(-b w): too
/// slowly for a small a or b, so what is beyond `scale` is added in closed form.
/// \param log_h  called as log_h(p, 1 - p); smooth, with one peak times the density.
/// \param scale  > 0: log_h is as at p = 0 to rounding where p < 1e-17 / scale, and as at p = 1
///               where 1 - p < 1e-17 / scale.
template <class LogH>
[[nodiscard]] double log_beta_mean(double a, double b, double scale, const LogH& log_h) noexcept {
  const auto log_f = [&](double w) {
    // log p and log (1 - p) without rounding either.
    const double tail = std::log1p(std::exp(-std::fabs(w)));
    const double log_p = w > 0.0 ? -tail : w - tail;
    const double log_q = w > 0.0 ? -w - tail : -tail;
    return a * log_p + b * log_q + log_h(std::exp(log_p), std::exp(log_q));
  };
  const double reach = 39.2 + std::log(std::max({scale, 1.0, a, b}));
  const double low_tail = -a * reach - std::log(a) + log_h(0.0, 1.0);
  const double high_tail = -b * reach - std::log(b) + log_h(1.0, 0.0);
  const double middle = log_integral(log_f, -reach, reach, std::log(a / b));
  return log_add(middle, log_add(low_tail, high_tail)) - log_beta(a, b);
}

}  // namespace till::math

// NOLINTEND(bugprone-float-loop-counter)
