#!/usr/bin/env python3
"""Fits of the Gamma-Gamma by scipy: test/golden/fits/gamma_gamma_{spend,fits}.csv.

Needs numpy 2 and scipy 1.17; takes 2 s. Independent of till: customers are drawn by numpy, the
likelihood is written down from the paper with scipy's gamma functions, and maximised by
Nelder-Mead from the truth, twice, to 1e-12.
"""

import pathlib

import numpy as np
from scipy.optimize import minimize
from scipy.special import betaln

ROOT = pathlib.Path(__file__).resolve().parents[2] / "test" / "golden" / "fits"
TRUTHS = [(4.0, 5.0, 30.0, 300), (1.5, 2.2, 900.0, 150), (20.0, 3.0, 0.05, 80)]


def minus_log_likelihood(log_parameters, m, x):
    p, q, gamma = np.exp(log_parameters)
    total = m * x
    return -np.sum(-np.log(m) - betaln(p * x, q) + q * np.log(gamma / (gamma + total))
                   + p * x * np.log(total / (gamma + total)))


def main():
    random = np.random.default_rng(20130222)
    spend = ["# Mean spend and number of purchases of simulated customers.",
             "# Generator: tools/golden/gamma_gamma.py, numpy 2.", "case,monetary_value,frequency"]
    fits = ["# Maximum likelihood for gamma_gamma_spend.csv. Tolerance: 1e-9 of the log-likelihood, 1e-4 of",
            "# the parameters. Generator: tools/golden/gamma_gamma.py, scipy 1.17.",
            "case,p,q,gamma,log_likelihood,expected_spend_of_new"]
    for case, (p, q, gamma, customers) in enumerate(TRUTHS):
        x = random.geometric(0.3, customers)
        rate = random.gamma(q, 1.0 / gamma, customers)
        m = np.array([random.gamma(p, 1.0 / nu, n).mean() for nu, n in zip(rate, x)]).round(6)
        spend += [f"{case},{v:.6f},{n}" for v, n in zip(m, x)]
        best = np.log([p, q, gamma])
        for _ in range(3):
            best = minimize(minus_log_likelihood, best, (m, x), method="Nelder-Mead",
                            options={"xatol": 1e-12, "fatol": 1e-12, "maxiter": 20000, "maxfev": 20000}).x
        value = -minus_log_likelihood(best, m, x)
        p, q, gamma = np.exp(best)
        fits.append(f"{case},{p:.10g},{q:.10g},{gamma:.10g},{value:.14g},{p * gamma / (q - 1):.10g}")
    (ROOT / "gamma_gamma_spend.csv").write_text("\n".join(spend) + "\n")
    (ROOT / "gamma_gamma_fits.csv").write_text("\n".join(fits) + "\n")


if __name__ == "__main__":
    main()
