/// \file
/// The hidden lifetime of a GGom/NBD customer, as the integrals over it see it.
///
/// Layer:   models (private).   Threads: pure.
#pragma once

#include <algorithm>
#include <cmath>
#include <span>

#include "till/core/purchase_history.hpp"
#include "till/models/ggom_nbd.hpp"

namespace till::models {

/// log(1 + (e^(b y) - 1) / beta), the cumulative risk: P(alive at y) = e^(-s risk).
inline double risk(const GgomNbd& model, double y) noexcept {
  const double growth = model.b * y;
  return growth < 1.0
             ? std::log1p(std::expm1(growth) / model.beta)
             : growth + std::log1p((model.beta - 1.0) * std::exp(-growth)) - std::log(model.beta);
}

/// (beta + e^(b y) - 1) e^(-b y): the slope of the risk is b over this.
inline double calm(const GgomNbd& model, double y) noexcept {
  return model.beta * std::exp(-model.b * y) - std::expm1(-model.b * y);
}

// As for the Pareto/NBD (pareto_nbd.cpp), with the Gompertz lifetime in the place of the
// exponential one. Its density may rise before it falls, so the panels are found by halving.
struct Lifetime {
  Lifetime(const GgomNbd& parameters, const PurchaseHistory& history) noexcept
      : model(parameters),
        t_x(history.t_x),
        A(parameters.alpha + history.t_x),
        m(std::min(A, calm(parameters, history.t_x) / parameters.b)),
        idle(history.T - history.t_x),
        end(std::log1p(idle / m)) {}

  [[nodiscard]] double tau(double v) const noexcept {
    return std::min(t_x + m * std::expm1(v), t_x + idle);
  }

  /// log of (1 + (tau - t_x)/A)^-p times the density of the lifetime, over v.
  [[nodiscard]] auto log_density(double p) const noexcept {
    return [this, p](double v) {
      const double y = tau(v);
      return v + std::log(m * model.s * model.b) - p * std::log1p(m * std::expm1(v) / A) -
             std::log(calm(model, y)) - model.s * risk(model, y);
    };
  }

  /// log of (1 + (T - t_x)/A)^-p P(alive at T).
  [[nodiscard]] double log_alive(double p) const noexcept {
    return -p * std::log1p(idle / A) - model.s * risk(model, t_x + idle);
  }

  GgomNbd model;
  double t_x;
  double A;
  double m;
  double idle;
  double end;
};

/// Adds weight times the gradient of one log-likelihood, whatever the shape of its integrand;
/// returns weight times the log-likelihood.
double add_log_likelihood(const GgomNbd& model,
                          const PurchaseHistory& history,
                          double weight,
                          std::span<double, 5> gradient) noexcept;

}  // namespace till::models
