#!/usr/bin/env python3
"""Fits a model to a simulated log with lifetimes and predicts: peer_models.py bg_nbd|mbg_nbd|pareto_nbd LOG

From the file to the purchases that every customer is expected to make in the 31 days after the log.
Prints as JSON how many customers there are and what they are expected to buy together.
"""

import json
import sys

FITTERS = {"bg_nbd": "BetaGeoFitter", "mbg_nbd": "ModifiedBetaGeoFitter", "pareto_nbd": "ParetoNBDFitter"}


def predicted(model, log):
    import lifetimes
    import pandas
    from lifetimes.utils import summary_data_from_transaction_data

    sales = pandas.read_csv(log, usecols=["customer_id", "timestamp"], parse_dates=["timestamp"],
                            date_format="%Y-%m-%dT%H:%M:%SZ", dtype={"customer_id": str})
    customers = summary_data_from_transaction_data(sales, "customer_id", "timestamp", freq="D")
    # By the week, as till does: by the day its searches end elsewhere.
    history = customers["frequency"], customers["recency"] / 7, customers["T"] / 7
    fitter = getattr(lifetimes, FITTERS[model])()
    fitter.fit(*history)
    expected = fitter.conditional_expected_number_of_purchases_up_to_time(31 / 7, *history)
    return {"customers": len(customers), "expected": float(expected.sum())}


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] not in FITTERS:
        sys.exit(__doc__.split("\n")[0])
    json.dump(predicted(sys.argv[1], sys.argv[2]), sys.stdout)
