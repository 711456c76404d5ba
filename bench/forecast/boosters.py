#!/usr/bin/env python3
"""XGBoost or LightGBM: the same stacked months, losses, sizes of trees; scores of the months after, and CPU time.

    boosters.py LOG... --end 2020-01 [--origins 12] [--customer COLUMN] [--timestamp COLUMN]

With the packages of peers.txt (build/bench/forecast_peers/bin/python). Columns are those that peer.py makes of counts and days; each
library learns from the twelve months before each origin, and is scored on the one that begins there (docs/decisions/0013-xgboost.md).
"""

import argparse
import time

import lightgbm
import numpy as np
import peer
import xgboost

ROUNDS = 200


def xgboost_means(loss, rows, counts, offsets, new_rows, new_offset, threads):
    trees = peer.Trees(peer.Recipe(loss, ROUNDS, "days", 12))
    trees.learn(rows, counts, offsets, threads)
    return trees.means(new_rows, np.full(len(new_rows), new_offset), threads)


def lightgbm_means(loss, rows, counts, offsets, new_rows, new_offset, threads):
    parameters = {"num_threads": threads, "max_bin": 127, "learning_rate": 0.05, "max_depth": 5, "num_leaves": 32,
                  "min_sum_hessian_in_leaf": 5, "min_data_in_leaf": 1, "bagging_fraction": 0.8, "bagging_freq": 1,
                  "feature_fraction": 0.5, "lambda_l2": 2, "seed": 1, "verbosity": -1, "boost_from_average": False}
    parameters |= {"poisson": {"objective": "poisson", "poisson_max_delta_step": 0.7},
                   "tweedie": {"objective": "tweedie", "tweedie_variance_power": 1.5},
                   "negative_binomial": {"objective": peer.negative_binomial}}[loss]
    log_mean = np.log(max(counts.mean(), 1e-6))
    data = lightgbm.Dataset(rows, counts, init_score=offsets + log_mean)
    booster = lightgbm.train(parameters, data, ROUNDS)
    margins = booster.predict(new_rows, raw_score=True, num_threads=threads) + new_offset + log_mean
    return np.clip(np.exp(margins), peer.LEAST_MEAN, 3 * counts.max())


LIBRARIES = {"XGBoost": xgboost_means, "LightGBM": lightgbm_means}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("log", nargs="+")
    parser.add_argument("--end", required=True, help="the month after the last that is scored")
    parser.add_argument("--origins", type=int, default=12)
    parser.add_argument("--customer", default="customer_id")
    parser.add_argument("--timestamp", default="timestamp")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    panel, _ = peer.read(options.log, options.customer, options.timestamp, options.end)
    features, months = peer.Features(panel), len(panel.months)
    found = {(name, loss): [0.0, 0.0, 0, 0.0, 0.0] for name in LIBRARIES for loss in ("poisson", "tweedie", "negative_binomial")}
    for month in range(months - options.origins, months):
        known = panel.before(month)
        season = peer.Exposure(known, panel.weekday, 2.0)

        def offset(t):
            return peer.season_offset(season, panel, t, panel.months[t])

        lessons = range(max(month - 12, 1), month)
        seen = {t: int(np.searchsorted(known.birth_months, t)) for t in lessons}
        rows = np.vstack([features.at(t)[0] for t in lessons])
        counts = np.concatenate([known.counts[:seen[t], t] for t in lessons])
        offsets = np.concatenate([np.full(seen[t], offset(t)) for t in lessons])
        new, y = features.at(month)[0], panel.counts[:len(known.births), month]
        for (name, loss), sums in found.items():
            begun, wall = time.process_time(), time.monotonic()
            means = LIBRARIES[name](loss, rows, counts, offsets, new, offset(month), options.threads)
            sums[0] += time.process_time() - begun
            sums[4] += time.monotonic() - wall
            sums[1] += 2 * peer.losses(y, means).sum()
            sums[2] += len(y)
            sums[3] += ((y - means) ** 2).sum()
    print(f"xgboost {xgboost.__version__}, lightgbm {lightgbm.__version__}, {options.threads} threads, {options.origins} origins, "
          f"{found['XGBoost', 'poisson'][2]:,} customer-months scored, the last learns from {len(rows):,} x {rows.shape[1]}")
    print(f"{'library':10} {'loss':18} {'deviance':>9} {'RMSE':>8} {'CPU s/origin':>13} {'s/origin':>9}")
    for (name, loss), (cpu, deviance, n, squares, wall) in found.items():
        print(f"{name:10} {loss:18} {deviance / n:9.4f} {(squares / n) ** 0.5:8.3f} {cpu / options.origins:13.2f} {wall / options.origins:9.2f}")


if __name__ == "__main__":
    main()
