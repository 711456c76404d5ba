#!/usr/bin/env python3
"""Compares answers with ../shared/golden/questions.json, on the logs of ../shared/data; both may be missing.

The numbers were computed with pandas: most active customers, products by month, the top 5 of six months.
"""

import json
import pathlib
import subprocess
import sys

SHARED = pathlib.Path(__file__).resolve().parents[3] / "shared"
FILES = {
    "car_makes": ["car_makes/transactions_1.csv.gz", "car_makes/transactions_2.csv.gz"],
    "online_retail_ii": ["online_retail_ii.csv.gz"],
}


def ask(*words):
    done = subprocess.run(["till", *words, "--format", "json", "--quiet"], stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)


def answers_of(log):
    """Yields (question, expected, found) of one log."""
    database = f"{log['log']}.duckdb"
    files = [str(SHARED / "data" / name) for name in FILES[log["log"]]]
    source = ask("ingest", *files, "--into", database)["source"]
    yield "rows", log["rows"], source["accepted"] + source["rejected"]
    activity = ask("activity", database)
    yield "customers", log["customers"], activity["summary"]["customers"]
    yield "rows with a customer", log["rows_with_customer"], activity["summary"]["transactions"]
    expected = [tuple(pair) for pair in log["activity"]]
    yield "activity", expected, [(r["customer_id"], r["transactions"]) for r in activity["rows"][:len(expected)]]
    for product, years in log["monthly"].items():
        for year, months in years.items():
            rows = ask("product-frequency", database, "--product", product, "--year", year)["rows"]
            yield f"{product} in {year}", months, [row["transactions"] for row in rows]
    for as_of, best in log["top_products"].items():
        rows = ask("top-products", database, "--as-of", as_of)["rows"]
        found = [(row["product_id"], row["transactions"]) for row in rows]
        yield f"top products at {as_of}", [tuple(pair) for pair in best], found


def main():
    golden = SHARED / "golden/questions.json"
    logs = json.loads(golden.read_text(encoding="utf-8")) if golden.exists() else []
    logs = [log for log in logs if all((SHARED / "data" / name).exists() for name in FILES[log["log"]])]
    if not logs:
        print("no logs here: nothing was compared")
        return 0
    agreed = 0
    for log in logs:
        for question, expected, found in answers_of(log):
            if expected != found:
                print(f"{log['log']}: {question}: {found}, but must be {expected}")
                return 1
            agreed += 1
    print(f"{agreed} answers agree")
    return 0


if __name__ == "__main__":
    sys.exit(main())
