/// \file
/// The dynamic NBD filter as its equations stand in docs/models/dynamic_nbd.md, in long double, one
/// customer at a time.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "support/naive/negative_binomial.hpp"

#include "till/core/panel.hpp"
#include "till/models/dynamic_nbd.hpp"

namespace till::test::naive {

using Real = long double;

inline Real sigma(Real x) {
  return 1.0L / (1.0L + std::exp(-x));
}

struct NbdCustomer {
  Real m = 0;
  Real a = 0;
  Real l = 0;
  Real n = 0;
  Real A = 0;
  Real z = 0;
  Real v = 1;
};

struct NbdRun {
  std::vector<NbdCustomer> customers;
  Real G = 0;
  Real log_score = 0;  // summed over the months from `first_scored` on
};

inline NbdRun dynamic_nbd(const Panel& panel,
                          const models::DynamicNbdParameters& given,
                          const models::CalendarExposure& calendar,
                          std::size_t first_scored) {
  const Real m0 = std::exp(Real(given.log_m0));
  const Real a0 = std::exp(Real(given.log_a0));
  const Real k0 = given.k0;
  const Real k1 = given.k1;
  const Real q = std::exp(Real(given.log_q));
  const Real phi = sigma(given.logit_phi);
  const Real rho = sigma(given.logit_rho);
  const Real nu = sigma(given.logit_nu);
  const Real gamma = given.gamma;
  NbdRun run;
  for (std::size_t t = 0; t < panel.months(); ++t) {
    const Real e = calendar.exposure(panel.month(t));

    struct Predicted {
      Real mu, kappa, s;
    };

    std::vector<Predicted> predicted;
    Real observed = 0;
    Real expected = 0;
    for (std::size_t i = 0; i < run.customers.size(); ++i) {
      const NbdCustomer& c = run.customers[i];
      const Real mu = c.m * e;
      const Real kappa = std::exp(k0 + k1 * std::log(mu + 0.1L)) * std::pow(c.v, -gamma);
      const Real s = 1 / (1 / c.a + 1 / kappa + 1 / (c.a * kappa));
      predicted.push_back({mu, kappa, s});
      const int y = panel.count(i, t);
      const Real w = c.A / (1 + mu / s);
      observed += w * y;
      expected += w * mu * c.A;
      if (t >= first_scored) {
        const Real nb = std::exp(negative_binomial_log_pmf(y, mu * std::exp(rho * run.G), s));
        run.log_score += std::log(y == 0 ? 1 - c.A + c.A * nb : c.A * nb);
      }
    }
    run.G = std::clamp(std::log((observed + 5) / (expected + 5)), Real(-1), Real(1));
    for (std::size_t i = 0; i < run.customers.size(); ++i) {
      NbdCustomer& c = run.customers[i];
      const int y = panel.count(i, t);
      const Real s = predicted[i].s;
      const Real kappa = predicted[i].kappa;
      const Real mu = predicted[i].mu * std::exp(run.G);
      const Real K = (1 / c.a) / (1 / c.a + 1 / mu + 1 / kappa);
      const Real p0 = std::pow(s / (s + mu), s);
      const Real R = y > 0 ? 1 : c.A * p0 / (c.A * p0 + 1 - c.A);
      const Real off = (y - mu) * (y - mu) / (mu + mu * mu / s);
      c.v = std::max(c.v + nu * R * mu / (mu + 1) * (std::min(off, Real(6)) - c.v), Real(0.1L));
      const Real star = std::max(c.m * (1 + K * R * (y / mu - 1)), 0.005L * m0);
      c.n += R;
      c.l += R * std::max(1 / (c.n + 1), Real(0.12L)) * (std::log(star) - c.l);
      c.m = std::exp(phi * std::log(star) + (1 - phi) * c.l);
      c.a = 1 / (phi * phi * (1 - K * R) / c.a + q);
      c.z = y > 0 ? 0 : c.z + 1;
      const Real h = sigma(given.h0 + given.h1 * std::log(c.m + 0.05L));
      const Real o =
          sigma(given.r0 + given.r1 * std::log(c.m + 0.05L) + given.r2 * std::log(1 + c.z));
      c.A = std::min(R * (1 - h) + (1 - R) * o, Real(0.9999L));
    }
    for (std::size_t i = run.customers.size(); i < panel.customers_seen(t); ++i) {
      NbdCustomer c;
      const Real birth_e = e * std::max(panel.birth_share(i), 0.03);
      const Real y = std::max(panel.count(i, t) - 1, 0);
      const Real mu = m0 * birth_e;
      const Real kappa = std::exp(k0 + k1 * std::log(mu + 0.1L));
      const Real K = (1 / a0) / (1 / a0 + 1 / mu + 1 / kappa);
      c.m = std::max(m0 + K * (y / birth_e - m0), 0.02L * m0);
      c.a = 1 / ((1 - K) / a0 + q);
      c.l = std::log(c.m);
      c.n = 1;
      c.A = 1 - sigma(given.h0 + given.h1 * std::log(c.m + 0.05L));
      run.customers.push_back(c);
    }
  }
  return run;
}

}  // namespace till::test::naive
