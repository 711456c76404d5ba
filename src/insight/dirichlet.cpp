#include "insight/dirichlet.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "till/math/hypergeometric.hpp"
#include "till/math/negative_binomial.hpp"

namespace till::insight {

namespace {

constexpr std::int64_t kFewestCustomers = 20;
constexpr double kLeastShape = 1e-2;
constexpr double kMostShape = 1e3;
constexpr double kLeastSwitching = 1e-3;
constexpr double kMostSwitching = 1e4;  // beyond, nothing tells it from one mix for all

/// Returns where a function of one variable that falls and then rises is least, by golden section.
double least_of(double low, double high, const std::function<double(double)>& function) {
  constexpr double kSection = 0.6180339887498949;
  constexpr double kWidth = 1e-7;
  double inner_low = high - kSection * (high - low);
  double inner_high = low + kSection * (high - low);
  double at_low = function(inner_low);
  double at_high = function(inner_high);
  while (high - low > kWidth) {
    if (at_low < at_high) {
      high = inner_high;
      inner_high = inner_low;
      at_high = at_low;
      inner_low = high - kSection * (high - low);
      at_low = function(inner_low);
    } else {
      low = inner_low;
      inner_low = inner_high;
      at_low = at_high;
      inner_high = low + kSection * (high - low);
      at_high = function(inner_high);
    }
  }
  return 0.5 * (low + high);
}

/// Returns log P(n = 0) of a negative binomial.
double log_none(double mean, double shape) {
  return -shape * std::log1p(mean / shape);
}

/// Returns the mean of a negative binomial of which those of at least 1 have this mean, > 1.
double mean_of_all(double mean_of_buyers, double shape) {
  // mean / P(n >= 1) grows from 1 to the mean itself.
  double low = 0.0;
  double high = mean_of_buyers;
  for (int step = 0; step < 200 && high - low > 1e-14 * high; ++step) {
    const double mean = 0.5 * (low + high);
    (mean / -std::expm1(log_none(mean, shape)) < mean_of_buyers ? low : high) = mean;
  }
  return 0.5 * (low + high);
}

/// Returns log P(none of a product) and log E[n; none of it] where tastes are alike: n is thinned.
std::pair<double, double> none_of_alike(const Dirichlet& model, double share) {
  const double rate = 1.0 + share * model.mean / model.shape;
  return {-model.shape * std::log(rate),
          std::log(model.mean * (1.0 - share)) - (model.shape + 1.0) * std::log(rate)};
}

std::pair<double, double> none_of(const Dirichlet& model, double share) {
  if (!model.switching) {
    return none_of_alike(model, share);
  }
  const double s = *model.switching;
  const double k = model.shape;
  const double a = s * (1.0 - share);
  const double z = model.mean / (model.mean + k);
  const double log_rest = -std::log1p(model.mean / k);
  return {k * log_rest + math::log_hypergeometric_2f1(k, a, s, z),
          std::log(model.mean * (1.0 - share)) + (k + 1.0) * log_rest +
              math::log_hypergeometric_2f1(k + 1.0, a + 1.0, s + 1.0, z)};
}

/// Returns the share of buyers of anything who buy a product.
double penetration_of(const Dirichlet& model, double log_none_of_it) {
  return std::expm1(log_none_of_it) / std::expm1(log_none(model.mean, model.shape));
}

/// Returns how unlikely the numbers of buyers are, but for a constant.
double surprise(const Dirichlet& model,
                std::span<const ShareAndBuyers> products,
                double customers) {
  double sum = 0.0;
  for (const ShareAndBuyers& product : products) {
    const double expected =
        std::clamp(penetration_of(model, none_of(model, product.share).first), 1e-12, 1.0 - 1e-12);
    const auto buyers = static_cast<double>(product.customers);
    sum -= buyers * std::log(expected) + (customers - buyers) * std::log1p(-expected);
  }
  return sum;
}

}  // namespace

DirichletProduct dirichlet_product(const Dirichlet& model, double share) {
  const auto [log_none_of_it, log_rest] = none_of(model, share);
  const double buyers = -std::expm1(log_none_of_it);
  DirichletProduct product;
  product.penetration = penetration_of(model, log_none_of_it);
  product.purchases = model.mean * share / buyers;
  product.share_of_requirements = model.mean * share / (model.mean - std::exp(log_rest));
  return product;
}

std::optional<Dirichlet> fit_dirichlet(std::span<const PurchasesOfCustomers> customers,
                                       std::span<const ShareAndBuyers> products) {
  double n = 0.0;
  double sum = 0.0;
  for (const PurchasesOfCustomers& of : customers) {
    n += static_cast<double>(of.customers);
    sum += static_cast<double>(of.customers) * static_cast<double>(of.purchases);
  }
  if (n < static_cast<double>(kFewestCustomers) || products.size() < 2 || sum <= n) {
    return std::nullopt;
  }
  const double mean_of_buyers = sum / n;
  Dirichlet model;
  model.shape =
      std::exp(least_of(std::log(kLeastShape), std::log(kMostShape), [&](double log_shape) {
        const double shape = std::exp(log_shape);
        const double mean = mean_of_all(mean_of_buyers, shape);
        double value = n * std::log(-std::expm1(log_none(mean, shape)));
        for (const PurchasesOfCustomers& of : customers) {
          value -= static_cast<double>(of.customers) *
                   math::negative_binomial_log_pmf(static_cast<double>(of.purchases), mean, shape);
        }
        return value;
      }));
  model.mean = mean_of_all(mean_of_buyers, model.shape);
  const double switching =
      std::exp(least_of(std::log(kLeastSwitching), std::log(kMostSwitching), [&](double log_s) {
        model.switching = std::exp(log_s);
        return surprise(model, products, n);
      }));
  model.switching = switching;
  const double at_switching = surprise(model, products, n);
  model.switching = std::nullopt;
  if (at_switching < surprise(model, products, n)) {
    model.switching = switching;
  }
  return model;
}

}  // namespace till::insight
