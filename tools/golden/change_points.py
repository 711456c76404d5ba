#!/usr/bin/env python3
"""Change points and regressions of counts, by ruptures and statsmodels.

Writes test/golden/math/change_points.csv, count_regression.csv and count_pieces.csv. Needs ruptures 1.1.10,
statsmodels 0.15 and numpy 2; takes 10 s. Independent of till: the cuttings are those of ruptures' PELT over a
Poisson deviance, and over the deviance of statsmodels' log-linear Poisson regression, written here for it; the
regressions are statsmodels' generalised linear models with Pearson's dispersion.
"""

import pathlib
import warnings

import numpy as np
import ruptures
import statsmodels.api as sm
from ruptures.base import BaseCost

ROOT = pathlib.Path(__file__).resolve().parents[2] / "test" / "golden" / "math"
GENERATOR = "tools/golden/change_points.py"
# Perfectly fitted pieces make statsmodels warn.
warnings.simplefilter("ignore")


class PoissonCost(BaseCost):
    """The deviance of one rate; the signal's columns are counts and exposures."""

    model = ""
    min_size = 1

    def fit(self, signal):
        self.signal = signal
        return self

    def error(self, start, end):
        y, e = self.signal[start:end].T
        rate = y.sum() / e.sum()
        fitted = rate * e
        some = y > 0
        return 2 * (np.sum(y[some] * np.log(y[some] / fitted[some])) - np.sum(y - fitted))


class LineCost(PoissonCost):
    """The deviance of a rate that grows steadily."""

    def error(self, start, end):
        y, e = self.signal[start:end].T
        if not y.any():
            return 0.0
        x = sm.add_constant(np.arange(start, end, dtype=float))
        return sm.GLM(y, x, family=sm.families.Poisson(), offset=np.log(e)).fit().deviance


def series(rng, levels, slope, dispersion):
    rates = np.concatenate([np.full(n, rate) for n, rate in levels])
    exposure = 28.0 + rng.integers(0, 4, len(rates))
    mean = rates * exposure / 30 * np.exp(slope * np.arange(len(rates)))
    if dispersion > 1:
        mean = rng.gamma(mean / (dispersion - 1), dispersion - 1)
    return rng.poisson(mean).astype(float), exposure


CASES = [
    ([(36, 20)], 0.0, 1, 3, 8.0),
    ([(18, 20), (18, 40)], 0.0, 1, 3, 8.0),
    ([(10, 50), (8, 20), (12, 90)], 0.0, 1, 2, 8.0),
    ([(12, 200), (12, 150), (12, 300), (12, 280)], 0.0, 3, 3, 25.0),
    ([(40, 60)], 0.03, 1, 3, 9.0),
    ([(20, 4), (3, 60), (20, 4)], 0.0, 1, 1, 10.0),
    ([(24, 0.4), (12, 3)], 0.0, 1, 4, 6.0),
    ([(6, 30)], 0.0, 1, 6, 1.0),
    ([(15, 30), (15, 25)], 0.0, 1, 1, 0.5),
]


def main():
    rng = np.random.default_rng(20180601)
    cuts, pieces, fits = [], [], []
    for case, (levels, slope, dispersion, least, penalty) in enumerate(CASES):
        y, e = series(rng, levels, slope, dispersion)
        for rows, cost, shortest in ((cuts, PoissonCost(), least), (pieces, LineCost(), max(least, 3))):
            if len(y) < 2 * shortest:
                found = []
            else:
                model = ruptures.Pelt(custom_cost=cost, min_size=shortest, jump=1)
                found = model.fit(np.column_stack([y, e])).predict(pen=penalty)[:-1]
            rows += [
                f"{case},{i},{y[i]:.0f},{e[i]:.0f},{shortest},{penalty},{int(i in found)}" for i in range(len(y))
            ]
        if len(y) < 12:
            continue
        t = np.arange(len(y)) / 12
        x = np.column_stack([np.ones(len(y)), t, np.cos(2 * np.pi * t), np.sin(2 * np.pi * t)])
        fit = sm.GLM(y, x, family=sm.families.Poisson(), offset=np.log(e)).fit(scale="X2", tol=1e-14, maxiter=200)
        known = ",".join(f"{v:.15g}" for v in (*fit.params, *fit.bse, fit.deviance, fit.scale))
        fits += [f"{case},{i},{y[i]:.0f},{e[i]:.0f},{fit.fittedvalues[i]:.15g},{known}" for i in range(len(y))]

    cut = "case,index,count,exposure,least,penalty,starts"
    (ROOT / "change_points.csv").write_text(
        "# Cuttings of counts into stretches of one Poisson rate; starts = 1 where one begins, but for the first.\n"
        f"# Generator: {GENERATOR}, ruptures 1.1.10. Exact.\n" + "\n".join([cut, *cuts]) + "\n"
    )
    (ROOT / "count_pieces.csv").write_text(
        "# The same counts in stretches of steady growth each.\n"
        f"# Generator: {GENERATOR}, ruptures 1.1.10, statsmodels 0.15. Exact.\n" + "\n".join([cut, *pieces]) + "\n"
    )
    names = "b0,b1,b2,b3,error0,error1,error2,error3,deviance,dispersion"
    (ROOT / "count_regression.csv").write_text(
        "# Quasi-Poisson regressions on years t, cos 2 pi t and sin 2 pi t; dispersion is not held at 1.\n"
        f"# Generator: {GENERATOR}, statsmodels 0.15, tolerance of its steps 1e-14. Tolerance here: 1e-7.\n"
        + "\n".join([f"case,index,count,exposure,fitted,{names}", *fits]) + "\n"
    )


if __name__ == "__main__":
    main()
