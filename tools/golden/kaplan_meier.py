#!/usr/bin/env python3
"""Survival curves by statsmodels, with intervals by scipy.

Writes test/golden/math/kaplan_meier.csv. Needs statsmodels 0.15, scipy 1.17 and numpy; takes 2 s. All
times are drawn here: none is anybody's data.
"""

import pathlib

import numpy as np
from scipy import stats
from statsmodels.duration.survfunc import SurvfuncRight

ROOT = pathlib.Path(__file__).resolve().parents[2] / "test" / "golden" / "math"


def times(case):
    rng = np.random.default_rng(200 + case)
    size, mean, watched = [(12, 20, 30), (60, 40, 200), (300, 90, 120), (40, 5, 1000), (500, 30, 45)][case]
    event = np.ceil(rng.exponential(mean, size))
    end = np.ceil(rng.uniform(1, watched, size))
    return np.minimum(event, end).astype(int), (event <= end).astype(int)


def main():
    lines = ["# Survival of right-censored times: the steps of the curve; cases are in the generator. A row without",
             "# a survival is one time of the case: `events` with the event, `at_risk` without. Tolerance: 1e-12.",
             "# Generator: tools/golden/kaplan_meier.py, statsmodels 0.15, scipy 1.17.",
             "case,kind,time,at_risk,events,survival,standard_error,low,high"]
    for case in range(5):
        time, status = times(case)
        for t in np.unique(time):
            d = int(np.sum((time == t) & (status == 1)))
            lines.append(f"{case},0,{t},{int(np.sum(time == t)) - d},{d},0,0,0,0")
        curve = SurvfuncRight(time, status)
        sample = stats.CensoredData(uncensored=time[status == 1], right=time[status == 0])
        interval = stats.ecdf(sample).sf.confidence_interval(0.95, method="log-log")
        for i, t in enumerate(curve.surv_times):
            events = int(curve.n_events[i])
            survival = curve.surv_prob[i]
            if events == 0 or survival == 0:
                continue  # where nobody is left, the intervals are till's own convention
            at = float(t)
            row = (survival, curve.surv_prob_se[i], interval.low.evaluate(at), interval.high.evaluate(at))
            lines.append(f"{case},1,{int(t)},{int(curve.n_risk[i])},{events}," + ",".join(repr(float(x)) for x in row))
    (ROOT / "kaplan_meier.csv").write_text("\n".join(lines) + "\n")


main()
