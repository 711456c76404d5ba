#!/usr/bin/env python3
"""Decompositions and tests of seasons, by statsmodels and scipy.

Writes test/golden/math/{stl,season_tests,season_series}.csv. Needs statsmodels 0.15, scipy 1.17 and
numpy; takes 5 s. All series are drawn here: none is anybody's data.
"""

import pathlib

import numpy as np
from scipy import stats
from statsmodels.tsa.seasonal import MSTL, STL
from statsmodels.tsa.stattools import acf

ROOT = pathlib.Path(__file__).resolve().parents[2] / "test" / "golden" / "math"
GENERATOR = "tools/golden/seasons.py, statsmodels 0.15, scipy 1.17"


def series(seed, size, period, noise, outliers):
    rng = np.random.default_rng(seed)
    t = np.arange(size)
    y = 10 + 0.02 * t + np.sin(t / 40) + 2 * np.sin(2 * np.pi * t / period)
    y += np.where(t % period == 3, 1.5, 0) + noise * rng.standard_normal(size)
    y[rng.choice(size, outliers, replace=False)] += 8
    return np.round(y, 6)


def write(name, comment, columns, rows):
    lines = [f"# {comment}", f"# Generator: {GENERATOR}.", ",".join(columns)]
    lines += [",".join(repr(float(x)) if not float(x).is_integer() else str(int(x)) for x in row)
              for row in rows]
    (ROOT / name).write_text("\n".join(lines) + "\n")


def decompositions():
    rows = []
    monthly = series(1, 61, 12, 0.5, 3)
    daily = series(2, 150, 7, 0.8, 5)
    for case, (y, options, fit) in enumerate([
        (monthly, {"period": 12, "seasonal": 7, "robust": False}, {"inner_iter": 5, "outer_iter": 0}),
        (monthly, {"period": 12, "seasonal": 7, "robust": True}, {"inner_iter": 2, "outer_iter": 15}),
        (monthly[:24], {"period": 12, "seasonal": 241, "seasonal_deg": 0, "robust": True}, {"inner_iter": 2, "outer_iter": 15}),
        (daily, {"period": 7, "seasonal": 11, "robust": True}, {"inner_iter": 2, "outer_iter": 15}),
        (daily, {"period": 7, "seasonal": 11, "trend": 31, "robust": True, "trend_jump": 3, "low_pass_jump": 3}, {"inner_iter": 2, "outer_iter": 15}),
    ]):
        parts = STL(y, **options).fit(**fit)
        rows += [(case, v, t, s, 0, r, w) for v, t, s, r, w in zip(
            y, parts.trend, parts.seasonal, parts.resid, parts.weights)]
    t = np.arange(150)
    two = np.round(daily + 3 * np.cos(2 * np.pi * t / 30), 6)
    parts = MSTL(two, periods=(7, 30), iterate=2, stl_kwargs={
        "robust": True, "inner_iter": 2, "outer_iter": 15}).fit()
    rows += [(5, v, t, s[0], s[1], r, w) for v, t, s, r, w in zip(
        two, parts.trend, parts.seasonal, parts.resid, parts.weights)]
    write("stl.csv", "Series taken apart; cases are in the generator. Tolerance: 1e-9.",
          ["case", "value", "trend", "season", "season_2", "remainder", "weight"], rows)


def qs(y, s):
    rho = acf(y, nlags=2 * s, fft=False, adjusted=False)
    n = len(y)
    if rho[s] <= 0:
        return 0.0, 1.0
    q = n * (n + 2) * (rho[s] ** 2 / (n - s) + max(0, rho[2 * s]) ** 2 / (n - 2 * s))
    return q, stats.chi2.sf(q, 2)


def epsilon(ranks):
    s = np.cov(ranks.T)
    k = ranks.shape[1]
    return np.trace(s) ** 2 / ((k - 1) * np.sum(s * s))


def tests():
    rows, values = [], []
    for case, (k, blocks, effect, digits) in enumerate([
        (7, 10, 0.0, 6), (7, 10, 0.8, 6), (12, 2, 1.0, 6), (12, 4, 0.0, 1), (4, 30, 0.3, 0), (24, 6, 0.4, 0),
    ]):
        rng = np.random.default_rng(100 + case)
        y = rng.standard_normal((blocks, k))
        y[:, 1:] += 0.5 * y[:, :-1]
        y[:, 2] += effect
        y = np.round(y, digits) + 0.0
        kw = stats.kruskal(*y.T)
        fr = stats.friedmanchisquare(*y.T)
        ranks = np.apply_along_axis(stats.rankdata, 1, y)
        eps = epsilon(ranks)
        fk = stats.f_oneway(*stats.rankdata(y).reshape(y.shape).T)
        f = (blocks - 1) * fr.statistic / (blocks * (k - 1) - fr.statistic)
        fp = stats.f.sf(f, eps * (k - 1), eps * (k - 1) * (blocks - 1))
        flat = y.ravel()
        q, qp = qs(flat, k) if blocks > 2 else (0, 1)
        slope = stats.theilslopes(flat).slope
        n = len(flat)
        score = sum(np.sign(flat[j] - flat[i]) for i in range(n) for j in range(i + 1, n))
        _, equal = np.unique(flat, return_counts=True)
        var = (n * (n - 1) * (2 * n + 5) - np.sum(equal * (equal - 1) * (2 * equal + 5))) / 18
        p = 2 * stats.norm.sf(max(0, abs(score) - 1) / np.sqrt(var))
        rows.append((case, k, blocks, kw.statistic, kw.pvalue, fk.pvalue, fr.statistic, fr.pvalue,
                     eps, fp, q, qp, slope, score / (n * (n - 1) / 2), p))
        values += [(case, v) for v in flat]
    write("season_tests.csv", "Tests of the series in season_series.csv. Tolerance: 1e-11.",
          ["case", "k", "blocks", "h", "h_p", "h_f_p", "q", "q_p", "epsilon", "q_f_p", "qs", "qs_p",
           "slope", "tau", "trend_p"], rows)
    write("season_series.csv", "Series of season_tests.csv, block by block.", ["case", "value"], values)


if __name__ == "__main__":
    decompositions()
    tests()
