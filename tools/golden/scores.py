#!/usr/bin/env python3
"""Scores of count forecasts and Student's t, by mpmath with 40 digits.

Writes test/golden/evaluation/outcome.csv and test/golden/math/student_t.csv. Needs mpmath 1.3; takes
10 s. Independent of till: probabilities of a negative binomial by gamma functions, the CRPS as the
sum over all counts, Student's t by the incomplete beta function.
"""

import pathlib

import mpmath as mp

mp.mp.dps = 40
ROOT = pathlib.Path(__file__).resolve().parents[2] / "test" / "golden"
GENERATOR = "tools/golden/scores.py, mpmath 1.3, 40 digits"

# Parts (weight, mean, shape; shape 0: Poisson) and what came.
CASES = [
    ([(1, "2", 0)], 3),
    ([(1, "2", 0)], 0),
    ([(1, "0.1", "0.5")], 0),
    ([(1, "0.1", "0.5")], 4),
    ([(1, "7.5", "1.25")], 2),
    ([(1, "7.5", "1.25")], 60),
    ([("0.6", "12", "3"), ("0.3", "0.5", "10")], 0),
    ([("0.6", "12", "3"), ("0.3", "0.5", "10")], 5),
    ([("0.6", "12", "3"), ("0.3", "0.5", "10")], 40),
    ([("0.02", "1.5", "2")], 1),
    ([(1, "480", "6")], 300),
    ([(1, "900", 0)], 925),
    ([("0.9", "30", "0.2")], 200),
    ([("0.5", "3", 0), ("0.5", "50", 0)], 3),
]


def number(text):
    return mp.mpf(text)


def pmf_of(mean, shape, k):
    if shape == 0:
        return mp.exp(k * mp.log(mean) - mean - mp.loggamma(k + 1))
    return mp.exp(
        mp.loggamma(k + shape) - mp.loggamma(shape) - mp.loggamma(k + 1)
        + shape * mp.log(shape / (shape + mean)) + k * mp.log(mean / (shape + mean))
    )


def outcome(parts, actual):
    parts = [tuple(number(v) for v in part) for part in parts]
    nothing = 1 - sum(w for w, _, _ in parts)
    mean = sum(w * m for w, m, _ in parts)
    second = sum(w * (m + (m * m / s if s else 0) + m * m) for w, m, s in parts)
    cumulative = mp.mpf(0)
    crps = mp.mpf(0)
    row = {"mean": mean, "variance": second - mean * mean}
    k = 0
    while True:
        p = sum(w * pmf_of(m, s, k) for w, m, s in parts) + (nothing if k == 0 else 0)
        if k == 0:
            row["probability_zero"] = p
        if k == actual:
            row["log_score"] = -mp.log(p)
            row["pit_low"], row["pit_high"] = cumulative, cumulative + p
        cumulative += p
        if "median" not in row and cumulative >= mp.mpf("0.5"):
            row["median"] = mp.mpf(k)
        crps += (cumulative - (1 if k >= actual else 0)) ** 2
        if k > actual and k > mean and 1 - cumulative < mp.mpf(10) ** -12:
            break
        k += 1
    row["crps"] = crps
    return row


def write(path, header, columns, rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [f"# {line}" for line in header] + [",".join(columns)]
    lines += [",".join(row) for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def digits(value):
    return mp.nstr(value, 17, min_fixed=-4, max_fixed=17)


def outcomes():
    results = ["mean", "variance", "probability_zero", "log_score", "crps", "median", "pit_low", "pit_high"]
    rows = []
    for parts, actual in CASES:
        padded = parts + [(0, "1", "1")] * (2 - len(parts))
        inputs = [str(value) for part in padded for value in part] + [str(actual)]
        row = outcome(parts, actual)
        rows.append(inputs + [digits(row[name]) for name in results])
    write(
        ROOT / "evaluation" / "outcome.csv",
        ["What a forecast of a count was worth: a mixture of two negative binomials, the rest surely 0.",
         "shape 0: Poisson. crps is summed until 1e-12 of the distribution is left.",
         f"Generator: {GENERATOR}. Tolerance: 1e-9 for crps, 1e-11 relative for the others."],
        ["weight_1", "mean_1", "shape_1", "weight_2", "mean_2", "shape_2", "actual", *results],
        rows,
    )


def student_t():
    rows = []
    for degrees in (1, 2, 3, 4, 5, 10, 11, 23, 60, 101):
        for t in ("0", "0.1", "1", "2.2", "5", "40"):
            x = number(t)
            within = 1 - mp.betainc(mp.mpf(degrees) / 2, 0.5, 0, degrees / (degrees + x * x), regularized=True)
            rows.append([t, str(degrees), digits(within)])
    write(
        ROOT / "math" / "student_t.csv",
        ["P(|T| <= t) of Student's t.", f"Generator: {GENERATOR}. Tolerance: 1e-14."],
        ["t", "degrees", "within"],
        rows,
    )


outcomes()
student_t()
