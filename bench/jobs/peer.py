#!/usr/bin/env python3
"""Answers three questions about a simulated log with another tool: peer.py pandas|polars|duckdb LOG PRODUCT

Reads the file with the types it has, asks, and prints the answers as JSON: the thousand most active
customers, the months of PRODUCT in 2018, the five best sellers of January to June 2019. Written as the
tool's own documentation would: columns typed, only those read that are needed, nothing tuned further.
"""

import json
import sys


def with_pandas(log, product):
    import pandas

    sales = pandas.read_csv(log, usecols=["customer_id", "product_id", "timestamp"], parse_dates=["timestamp"],
                            date_format="%Y-%m-%dT%H:%M:%SZ", dtype={"customer_id": str, "product_id": str})
    time = sales["timestamp"]

    def most(column, rows, count):
        counts = rows.groupby(column).size().reset_index(name="n")
        counts = counts.sort_values(["n", column], ascending=[False, True]).head(count)
        return [[name, int(n)] for name, n in counts.itertuples(index=False)]

    months = time[(sales["product_id"] == product) & (time >= "2018-01-01") & (time < "2019-01-01")].dt.month
    counts = months.value_counts()
    window = sales[(time >= "2019-01-01") & (time < "2019-07-01")]
    return {"activity": most("customer_id", sales, 1000),
            "product_frequency": [int(counts.get(month, 0)) for month in range(1, 13)],
            "top_products": most("product_id", window, 5)}


def with_polars(log, product):
    import datetime

    import polars

    # "Z" makes the column an instant of UTC.
    sales = polars.scan_csv(log, schema_overrides={"customer_id": polars.String, "product_id": polars.String}).select(
        "customer_id", "product_id",
        time=polars.col("timestamp").cast(polars.String).str.to_datetime("%Y-%m-%dT%H:%M:%SZ", time_zone="UTC")).collect()
    time = polars.col("time")

    def day(year, month):
        return datetime.datetime(year, month, 1, tzinfo=datetime.timezone.utc)

    def most(column, rows, count):
        counts = rows.group_by(column).agg(n=polars.len()).sort(["n", column], descending=[True, False]).head(count)
        return [list(row) for row in counts.iter_rows()]

    months = sales.filter((polars.col("product_id") == product) & (time >= day(2018, 1)) & (time < day(2019, 1)))
    counts = dict(months.group_by(time.dt.month()).agg(polars.len()).iter_rows())
    window = sales.filter((time >= day(2019, 1)) & (time < day(2019, 7)))
    return {"activity": most("customer_id", sales, 1000),
            "product_frequency": [counts.get(month, 0) for month in range(1, 13)],
            "top_products": most("product_id", window, 5)}


def with_duckdb(log, product):
    import duckdb

    database = duckdb.connect()
    database.execute(
        "CREATE TABLE sales AS SELECT customer_id, product_id, timestamp FROM read_csv(?, header = true, columns = "
        "{'customer_id': 'VARCHAR', 'product_id': 'VARCHAR', 'timestamp': 'TIMESTAMP', 'quantity': 'DOUBLE', "
        "'amount': 'DOUBLE', 'receipt': 'BIGINT', 'line': 'BIGINT'})", [log])
    activity = database.execute(
        "SELECT customer_id, count(*) AS n FROM sales GROUP BY 1 ORDER BY n DESC, 1 LIMIT 1000").fetchall()
    counts = dict(database.execute(
        "SELECT month(timestamp), count(*) FROM sales WHERE product_id = ? AND timestamp >= '2018-01-01' "
        "AND timestamp < '2019-01-01' GROUP BY 1", [product]).fetchall())
    top = database.execute(
        "SELECT product_id, count(*) AS n FROM sales WHERE timestamp >= '2019-01-01' AND timestamp < '2019-07-01' "
        "GROUP BY 1 ORDER BY n DESC, 1 LIMIT 5").fetchall()
    return {"activity": [list(row) for row in activity],
            "product_frequency": [counts.get(month, 0) for month in range(1, 13)],
            "top_products": [list(row) for row in top]}


if __name__ == "__main__":
    tools = {"pandas": with_pandas, "polars": with_polars, "duckdb": with_duckdb}
    if len(sys.argv) != 4 or sys.argv[1] not in tools:
        sys.exit(__doc__.split("\n")[0])
    json.dump(tools[sys.argv[1]](sys.argv[2], sys.argv[3]), sys.stdout)
