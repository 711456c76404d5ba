#!/usr/bin/env python3
"""Makes the tables of till's report with pandas: peer_report.py LOG

Reads the file with the types it has, makes the tables section by section, and prints as JSON what till
says, too, so that they can be compared, and the CPU seconds that each section took. Written as one would who
knows pandas: columns typed and ids categorical, group-bys and merges on integer codes instead of loops,
days and months as numbers. Where a section of till's goes further (tests, intervals, forecasts, changes
of trend), only its tables are made here.
"""

import json
import sys
import time

import numpy
import pandas

TOP, MOST_PAIRS = 100, 50


def read(log):
    sales = pandas.read_csv(log, usecols=["customer_id", "product_id", "timestamp", "quantity", "amount"],
                            parse_dates=["timestamp"], date_format="%Y-%m-%dT%H:%M:%SZ",
                            dtype={"customer_id": "category", "product_id": "category"})
    for name in ("customer_id", "product_id"):  # read in pieces, categories are not in order
        sales[name] = sales[name].cat.reorder_categories(sorted(sales[name].cat.categories))
    sales["customer"] = sales["customer_id"].cat.codes
    sales["product"] = sales["product_id"].cat.codes
    time_of = sales["timestamp"].to_numpy("datetime64[s]")
    sales["day"] = time_of.astype("datetime64[D]").astype("int32")
    sales["month"] = time_of.astype("datetime64[M]").astype("int32")
    return sales


def describe(sales):
    active = numpy.sort(sales["day"].unique())
    profile = {name: [int(sales[name].isna().sum()), int(sales[name].nunique()), str(sales[name].min()), str(sales[name].max())]
               for name in ("timestamp", "quantity", "amount")}
    return {"rows": len(sales), "customers": int(sales["customer"].nunique()), "products": int(sales["product"].nunique()),
            "active_days": len(active), "longest_gap": int(numpy.diff(active).max()) - 1,
            "returns": int((sales["quantity"] < 0).sum()), "instants": profile["timestamp"][1],
            "duplicates": int(sales.duplicated(["customer", "product", "timestamp", "quantity", "amount"]).sum())}


def most(sales, name, count):
    counts = sales.groupby(name, observed=True).size().reset_index(name="n")
    counts = counts.sort_values(["n", name], ascending=[False, True]).head(count)
    return [[str(id_of), int(n)] for id_of, n in counts.itertuples(index=False)]


def activity(sales):
    return most(sales, "customer_id", TOP)


def top_products(sales):
    end = sales["timestamp"].max() + pandas.Timedelta(microseconds=1)
    window = sales[sales["timestamp"] >= end - pandas.DateOffset(months=6)]
    return most(window, "product_id", 5)


def product_months(sales):
    months = sales.groupby(["product", "month"]).agg(n=("customer", "size"), customers=("customer", "nunique"))
    return {"cells": len(months), "transactions": int(months["n"].sum()), "customers": int(months["customers"].sum())}


def seasonality(sales):
    """Profiles per trading day: months of the year, days of the week, hours; and hour by weekday."""
    days = sales.groupby("day").size()
    days = days.reindex(range(days.index.min(), days.index.max() + 1), fill_value=0)
    date = pandas.to_datetime(days.index, unit="D")
    weekday = days.groupby(date.dayofweek).mean()
    adjusted = days / weekday.loc[date.dayofweek].to_numpy()
    months = adjusted.groupby(date.month).mean()
    of_month = adjusted.groupby(date.day).mean()
    hours = sales.groupby([(sales["day"] + 3) % 7, sales["timestamp"].dt.hour]).size()
    return {"weekday": (weekday / weekday.mean()).round(4).tolist(), "months": (months / months.mean()).round(4).tolist(),
            "days_of_month": len(of_month), "hours": len(hours)}


def concentration(sales):
    def gini(counts):
        x = numpy.sort(counts.to_numpy())
        n = len(x)
        return float(2 * (numpy.arange(1, n + 1) * x).sum() / (n * x.sum()) - (n + 1) / n)

    found = {}
    for name in ("customer", "product"):
        counts = sales.groupby(name).size()
        shares = counts.sort_values(ascending=False).cumsum() / counts.sum()
        by_month = sales.groupby(["month", name]).size().groupby("month").agg(gini)
        found[name + "s"] = {"gini": gini(counts), "ids_for_80": int((shares < 0.8).sum()) + 1, "months": len(by_month)}
    return found


def cohorts(sales):
    months = sales.groupby(["customer", "month"]).size().reset_index(name="n")
    months["first"] = months.groupby("customer")["month"].transform("min")
    months["age"] = months["month"] - months["first"]
    cells = months.groupby(["first", "age"]).agg(active=("customer", "size"), transactions=("n", "sum")).reset_index()
    return cells.to_numpy().tolist()


def lifecycle(sales):
    months = sales[["customer", "month"]].drop_duplicates().sort_values(["customer", "month"])
    gap = months["month"] - months.groupby("customer")["month"].shift()
    state = numpy.select([gap.isna(), gap == 1, gap <= 3], ["new", "active", "returning"], "resurrected")
    flow = months.groupby(["month", state]).size().unstack(fill_value=0)

    days = sales.groupby(["customer", "day"]).size().reset_index(name="n")
    before = days.groupby("customer")["day"].shift()
    intervals = (days["day"] - before).dropna()
    customers = days.groupby("customer").agg(last=("day", "max"), days=("day", "size"), first=("day", "min"))
    customers["spend"] = sales.groupby("customer")["amount"].sum().round(4)
    n = len(customers)
    score = {name: 1 + (5 * (customers[name].rank(method="min") - 1) / n).astype(int) for name in ("last", "days", "spend")}
    worth = (score["days"] + score["spend"] + 1) // 2
    recency = score["last"]
    segment = numpy.select(
        [(recency == 5) & (worth >= 4), (recency >= 3) & (worth >= 4), (recency >= 4) & (worth >= 2), recency == 5,
         recency == 4, (recency == 3) & (worth == 3), recency == 3, (worth >= 3) & (worth <= 4), worth == 5],
        ["champions", "loyal_customers", "potential_loyalists", "new_customers", "promising", "need_attention",
         "about_to_sleep", "at_risk", "cannot_lose_them"], "hibernating")
    second = days[before.notna()].groupby("customer")["day"].min() - customers["first"]
    end = int(sales["day"].max())
    time_to = second.fillna(end - customers["first"])
    at = pandas.DataFrame({"events": second.notna(), "n": 1}).groupby(time_to).sum()
    at_risk = at["n"][::-1].cumsum()[::-1]
    survival = (1 - at["events"] / at_risk).cumprod()
    return {"flow": {name: flow.get(name, pandas.Series(0, flow.index)).tolist()
                     for name in ("new", "active", "returning", "resurrected")},
            "median_interval": int(numpy.sort(intervals.to_numpy())[int(numpy.ceil(0.5 * len(intervals))) - 1]),
            "intervals": len(intervals), "bought_again_in_90": float(1 - survival.loc[:90].iloc[-1]),
            "segments": pandas.Series(segment).value_counts().to_dict()}


def affinity(sales):
    """Pairs in baskets of a customer and a day: those of products in a thousandth of the baskets."""
    lines = sales[["customer", "day", "product"]].drop_duplicates()
    basket = lines.groupby(["customer", "day"]).ngroup()
    size = basket.map(basket.value_counts())
    lines = lines.assign(basket=basket)[size <= 200]
    baskets = lines["basket"].nunique()
    counts = lines["product"].value_counts()
    frequent = counts[counts >= max(5, 0.001 * baskets)]
    kept = lines[lines["product"].isin(frequent.index)][["basket", "product"]]
    pairs = kept.merge(kept, on="basket")
    pairs = pairs[pairs["product_x"] < pairs["product_y"]]
    met = pairs.groupby(["product_x", "product_y"]).size().reset_index(name="n")
    met = met[met["n"] >= max(3, 0.001 * baskets)]
    met["lift"] = met["n"] * baskets / (frequent.loc[met["product_x"]].to_numpy() * frequent.loc[met["product_y"]].to_numpy())
    ids = sales["product_id"].cat.categories
    first = met.sort_values("n", ascending=False).head(MOST_PAIRS)
    buyers = lines.groupby("product")["customer"].nunique()
    penetration = buyers / lines["customer"].nunique()
    return {"baskets": int(baskets), "products": len(frequent), "penetration": float(penetration.max()),
            "pairs": [[*sorted((ids[a], ids[b])), int(n), round(float(lift), 6)]
                      for a, b, n, lift in first.itertuples(index=False)]}


def dynamics(sales):
    """Share, momentum and a log-linear trend of each product."""
    months = sales.groupby(["product", "month"]).size().unstack(fill_value=0)
    recent, before = months.iloc[:, -3:].sum(axis=1), months.iloc[:, -15:-12].sum(axis=1)
    share = recent / recent.sum()
    t = (numpy.arange(months.shape[1]) - (months.shape[1] - 1) / 2) / 12
    growth = (numpy.log(months.to_numpy() + 0.5) @ t) / (t @ t)
    window = sales[sales["month"] >= months.columns[-3]]
    price = window.groupby("product")["amount"].sum() / window.groupby("product")["quantity"].sum()
    ids = sales["product_id"].cat.categories
    best = share.sort_values(ascending=False).index[:5]
    return {"products": len(months), "grow": int((growth > 0).sum()), "priced": len(price), "fading": int((recent < before).sum()),
            "share": {ids[product]: round(float(share[product]), 8) for product in best}}


def anomalies(sales):
    """Days against their weeks, rows that repeat another by day, busiest days, silences and speed of customers."""
    days = sales.groupby("day").size()
    level = days.rolling(29, center=True, min_periods=15).median()
    weekday = (days / level).groupby((days.index + 3) % 7).transform("median")
    expected = level * weekday
    unusual = ((days - expected).abs() > 4 * expected ** 0.5).sum()
    repeated = sales.duplicated(["customer", "product", "timestamp", "quantity", "amount"]).groupby(sales["day"]).sum()
    of_customer = sales.groupby(["customer", "day"]).size().reset_index(name="n")
    busiest = of_customer.groupby("customer")["n"].agg(["max", "mean", "size"])
    silent = of_customer["day"] - of_customer.groupby("customer")["day"].shift()
    longest = silent.groupby(of_customer["customer"]).agg(["max", "mean"])
    at = sales[["customer", "timestamp"]].drop_duplicates().sort_values(["customer", "timestamp"])
    gap = at.groupby("customer")["timestamp"].diff().dt.total_seconds()
    spread = gap.groupby(at["customer"]).agg(["mean", "std", "size"])
    minute = at.groupby(["customer", at["timestamp"].dt.floor("min")]).size()
    return {"days": int(unusual), "repeated": int(repeated.sum()), "customers": len(busiest[busiest["size"] >= 8]),
            "silences": int((longest["max"] > 5 * longest["mean"]).sum()), "bots": int((spread["std"] < 0.1 * spread["mean"]).sum()),
            "rush": int(minute.max())}


SECTIONS = (describe, activity, top_products, product_months, seasonality, concentration, cohorts, lifecycle, affinity,
            dynamics, anomalies)


def main():
    begun = time.process_time()
    sales = read(sys.argv[1])
    seconds, answers = {"read": time.process_time() - begun}, {}
    for section in SECTIONS:
        begun = time.process_time()
        answers[section.__name__] = section(sales)
        seconds[section.__name__] = time.process_time() - begun
    json.dump({"seconds": seconds, "answers": answers}, sys.stdout)


if __name__ == "__main__":
    main()
