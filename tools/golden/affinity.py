#!/usr/bin/env python3
"""Measures of pairs of products by mlxtend.

Writes test/golden/insight/affinity.csv. Needs mlxtend 0.25, pandas and numpy; takes 3 s. All baskets are
drawn here: they are nobody's data.
"""

import pathlib

import numpy as np
import pandas as pd
from mlxtend.frequent_patterns import apriori, association_rules

ROOT = pathlib.Path(__file__).resolve().parents[2] / "test" / "golden" / "insight"

# products, baskets, how often a basket gets one more, customers
LOGS = [(4, 40, 0.5, 40), (8, 120, 0.6, 15), (12, 150, 0.7, 60), (6, 80, 0.8, 8), (20, 200, 0.75, 100)]


def baskets(case):
    products, n, more, customers = LOGS[case]
    rng = np.random.default_rng(300 + case)
    drawn = []
    for day in range(n):
        basket = set()
        while not basket or rng.random() < more:
            basket.add(int(products * rng.random() * rng.random()))
        if case == 1 and 2 in basket:
            basket.add(5)
        drawn.append((int(rng.integers(customers)), day, sorted(basket)))
    return drawn


def main():
    lines = ["# Baskets of simulated logs (kind 0: customer a, day n, product b) and the measures of their pairs (kind 1:",
             "# product a then b, n baskets with both). A conviction of -1 is infinite. Tolerance: 1e-12.",
             "# Generator: tools/golden/affinity.py, mlxtend 0.25.",
             "case,kind,a,b,n,support,confidence,lift,conviction"]
    for case in range(len(LOGS)):
        drawn = baskets(case)
        for customer, day, basket in drawn:
            lines += [f"{case},0,{customer},{product},{day},0,0,0,0" for product in basket]
        table = pd.DataFrame([{p: True for p in basket} for _, _, basket in drawn]).fillna(False).astype(bool)
        sets = apriori(table, min_support=1e-9, use_colnames=True, max_len=2)
        rules = association_rules(sets, metric="support", min_threshold=0.0)
        for rule in rules.itertuples():
            (a,), (b,) = rule.antecedents, rule.consequents
            conviction = -1 if np.isinf(rule.conviction) else float(rule.conviction)
            lines.append(f"{case},1,{a},{b},{round(rule.support * len(drawn))},{float(rule.support)!r},"
                         f"{float(rule.confidence)!r},{float(rule.lift)!r},{conviction!r}")
    ROOT.mkdir(exist_ok=True)
    (ROOT / "affinity.csv").write_text("\n".join(lines) + "\n")


main()
