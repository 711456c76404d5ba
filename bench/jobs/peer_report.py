#!/usr/bin/env python3
"""Makes the tables of till's report in Python: peer_report.py LOG

Reads the file with the types it has, makes every table that the report's sections show, and prints as JSON
what till says, too, so that the two can be compared, and the seconds that each section took. Written as an
analyst would who knows pandas: columns typed and ids categorical, group-bys, merges and arrays instead of
loops, what several sections need made once, and the field's libraries for what they have: statsmodels for
decompositions, regressions, survival and intervals, scipy for tests, ruptures for changes, powerlaw for tails.
The one loop is that over products, whose growth statsmodels fits one at a time. docs/benchmarks.md says where
a method is not till's.
"""

import functools
import json
import sys
import time
import warnings

import numpy
import pandas
import powerlaw
import ruptures
import statsmodels.api
from scipy import optimize, sparse, special, stats
from statsmodels.stats.proportion import proportion_confint
from statsmodels.tsa.seasonal import STL

LARGEST_BASKET, MIN_SUPPORT, DORMANT_AFTER, RATE = 200, 0.001, 3, 0.05
WHOLE_ROW = ["customer", "product", "timestamp", "quantity", "amount"]


def read(log):
    sales = pandas.read_csv(log, usecols=["customer_id", "product_id", "timestamp", "quantity", "amount"],
                            parse_dates=["timestamp"], date_format="%Y-%m-%dT%H:%M:%SZ",
                            dtype={"customer_id": "category", "product_id": "category"})
    for name in ("customer_id", "product_id"):  # read in pieces, categories are not in order
        sales[name] = sales[name].cat.reorder_categories(sorted(sales[name].cat.categories))
    sales["customer"] = sales["customer_id"].cat.codes
    sales["product"] = sales["product_id"].cat.codes
    time_of = sales["timestamp"].to_numpy("datetime64[s]")
    sales["second"] = time_of.astype("int64")
    sales["day"] = time_of.astype("datetime64[D]").astype("int32")
    sales["month"] = time_of.astype("datetime64[M]").astype("int32")
    return sales


def q_values(p_values):
    return stats.false_discovery_control(p_values) if len(p_values) else numpy.array([])


class Tables:
    """What several sections need, made where it is first asked for."""

    def __init__(self, sales):
        self.sales = sales
        self.products = sales["product_id"].cat.categories

    @functools.cached_property
    def repeated(self):
        return self.sales.duplicated(WHOLE_ROW)

    @functools.cached_property
    def hours(self):
        """Transactions by day and hour, without gaps."""
        day = self.sales["day"].to_numpy()
        cell = (day - day.min()) * 24 + self.sales["second"].to_numpy() % 86400 // 3600
        return pandas.DataFrame(numpy.bincount(cell, minlength=24 * (day.max() - day.min() + 1)).reshape(-1, 24),
                                index=pandas.to_datetime(numpy.arange(day.min(), day.max() + 1), unit="D"))

    @functools.cached_property
    def days(self):
        return self.hours.sum(axis=1)

    @functools.cached_property
    def trading_days(self):
        """Days of each month, each with the weight of its day of the week in the whole log."""
        weekday = self.days.groupby(self.days.index.dayofweek).mean()
        weight = pandas.Series((weekday / self.days.mean()).loc[self.days.index.dayofweek].to_numpy(), self.days.index)
        return weight.groupby(self.days.index.to_period("M")).sum()

    @functools.cached_property
    def customer_days(self):
        return self.sales.groupby(["customer", "day"]).size().reset_index(name="n")

    @functools.cached_property
    def customer_months(self):
        return self.sales.groupby(["customer", "month"]).size().reset_index(name="n")

    @functools.cached_property
    def intervals(self):
        """Days since the day of the same customer's purchase before; missing for the first."""
        return self.customer_days["day"] - self.customer_days.groupby("customer")["day"].shift()

    @functools.cached_property
    def product_months(self):
        return self.sales.groupby(["product", "month"]).size().unstack(fill_value=0)

    @functools.cached_property
    def product_trends(self):
        """Steady growth with a yearly wave for each product, quasi-Poisson."""
        counts, days = self.product_months.to_numpy(), numpy.log(self.trading_days.to_numpy())
        t = numpy.arange(counts.shape[1]) / 12
        design = numpy.column_stack([numpy.ones_like(t), t, numpy.cos(2 * numpy.pi * t), numpy.sin(2 * numpy.pi * t)])
        enough, rows, expected = counts.sum(axis=1) >= 24, [], numpy.full(counts.shape, numpy.nan)
        for product in numpy.flatnonzero(enough):
            fit = statsmodels.api.GLM(counts[product], design, statsmodels.api.families.Poisson(), offset=days).fit(scale="X2")
            expected[product] = fit.mu
            rows.append((product, fit.params[1], fit.bse[1], fit.pvalues[1], fit.scale))
        return pandas.DataFrame(rows, columns=["product", "slope", "error", "p", "scale"]).set_index("product"), expected, design


def describe(tables):
    sales = tables.sales
    active = numpy.flatnonzero(tables.days)
    columns = pandas.DataFrame({name: [str(sales[name].dtype), int(sales[name].isna().sum()), sales[name].nunique(),
                                       str(sales[name].min()), str(sales[name].max())]
                                for name in ("timestamp", "quantity", "amount")}, ["type", "missing", "distinct", "minimum", "maximum"])
    rows_of = sales["customer"].value_counts()
    return {"rows": len(sales), "customers": len(rows_of), "products": sales["product"].nunique(),
            "active_days": len(active), "longest_gap": int(numpy.diff(active).max()) - 1, "columns": len(columns.T),
            "returns": int((sales["quantity"] < 0).sum()), "customers_with_one_row": int((rows_of == 1).sum())}


def ranked(sales, name):
    """Returns ids by their transactions, with shares."""
    found = sales.groupby(name, observed=True).size().reset_index(name="n").sort_values(["n", name], ascending=[False, True])
    found["share"] = found["n"] / found["n"].sum()
    found["cumulative"] = found["share"].cumsum()
    return found


def activity(tables):
    found = ranked(tables.sales, "customer_id")
    return {"rows": [[str(id_of), int(n)] for id_of, n in found[["customer_id", "n"]].head(100).itertuples(index=False)],
            "median": float(found["n"].median()), "half": int((found["cumulative"] < 0.5).sum()) + 1}


def top_products(tables):
    time_of = tables.sales["timestamp"]
    end = time_of.max() + pandas.Timedelta(microseconds=1)
    middle, begin = end - pandas.DateOffset(months=6), end - pandas.DateOffset(months=12)
    now = ranked(tables.sales[time_of >= middle], "product_id")
    before = ranked(tables.sales[(time_of >= begin) & (time_of < middle)], "product_id")
    previous = dict(zip(before["product_id"], range(1, len(before) + 1)))
    return [[str(id_of), int(n), previous.get(id_of)] for id_of, n in now[["product_id", "n"]].head(5).itertuples(index=False)]


def race(tables):
    """The best five of six months, at every month's end."""
    windows = tables.product_months.T.rolling(6).sum().dropna().iloc[:-1]
    best = numpy.argsort(-windows.to_numpy(), axis=1, kind="stable")[:, :5]
    share = numpy.take_along_axis(windows.to_numpy(), best, 1) / windows.sum(axis=1).to_numpy()[:, None]
    leaders = pandas.Series(tables.products[windows.columns[best[:, 0]]]).value_counts()
    return {"rows": [str(tables.products[windows.columns[product]]) for product in best.ravel()],
            "share": share.ravel().tolist(), "leaders": leaders.to_dict()}


def product_months(tables):
    """Months of the best seller in the last whole year."""
    sales = tables.sales
    best = sales[sales["timestamp"] >= sales["timestamp"].max() - pandas.DateOffset(years=1)].groupby("product").size().idxmax()
    last = pandas.Timestamp(sales["timestamp"].max())
    year = last.year - 1 if last.month < 12 else last.year
    of_year = sales[(sales["timestamp"] >= f"{year}-01-01") & (sales["timestamp"] < f"{year + 1}-01-01")]
    own = of_year[of_year["product"] == best].groupby("month").agg(n=("customer", "size"), customers=("customer", "nunique"))
    own["share"] = own["n"] / of_year.groupby("month").size()
    return {"product": str(tables.products[best]), "year": year, "rows": own[["n", "customers"]].to_numpy().tolist()}


def profile(ratio, groups):
    """Mean of a ratio in each group with its 95 % interval."""
    found = ratio.groupby(groups).agg(["mean", "std", "size"])
    half = stats.t.ppf(0.975, found["size"] - 1) * found["std"] / found["size"] ** 0.5
    return pandas.DataFrame({"index": found["mean"], "low": found["mean"] - half, "high": found["mean"] + half})


def qs(series, period):
    """The QS test of season: likeness to one and two periods before."""
    x, n = series - series.mean(), len(series)
    likeness = [max(0.0, float((x[lag:] * x[:-lag]).sum() / (x * x).sum())) for lag in (period, 2 * period)]
    return float(stats.chi2.sf(n * (n + 2) * sum(r * r / (n - lag) for r, lag in zip(likeness, (period, 2 * period))), 2))


def strength(part, remainder):
    return max(0.0, 1 - float(numpy.var(remainder) / numpy.var(part + remainder)))


def seasonality(tables):
    days, hours = tables.days, tables.hours
    weekly = STL(days.to_numpy(float), period=7, trend=91, robust=True).fit()
    ratio = pandas.Series(days.to_numpy() / weekly.trend, days.index)
    of_week = profile(ratio, days.index.dayofweek)
    adjusted = ratio / of_week["index"].loc[days.index.dayofweek].to_numpy()
    of_month = profile(adjusted, days.index.day)
    by_hour = hours.div(hours.mean(axis=1), axis=0)
    of_hour = pandas.DataFrame({"index": by_hour.mean(), "error": by_hour.sem()})
    weeks = days.iloc[(-days.index[0].dayofweek) % 7:]
    weeks = ratio.loc[weeks.index].to_numpy()[:len(weeks) // 7 * 7].reshape(-1, 7)
    month = days.index.to_period("M")
    blocks = adjusted.groupby([month, days.index.day]).first().unstack().loc[:, 1:28].dropna()
    rate = days.groupby(month).sum() / tables.trading_days
    yearly = STL(numpy.log(rate.to_numpy()), period=12, robust=True).fit()
    without_trend = numpy.log(rate.to_numpy()) - yearly.trend
    of_year = profile(pandas.Series(numpy.exp(without_trend)), rate.index.month)
    design = pandas.get_dummies(rate.index.month, drop_first=True, dtype=float)
    design = statsmodels.api.add_constant(numpy.column_stack([design, numpy.arange(len(rate))]))
    counts = days.groupby(month).sum().to_numpy()
    of_calendar = statsmodels.api.GLM(counts, design, statsmodels.api.families.Poisson(),
                                      offset=numpy.log(tables.trading_days.to_numpy())).fit(scale="X2")
    by_month = [without_trend[rate.index.month == m] for m in range(1, 13)]
    kruskal = stats.kruskal(*by_month).pvalue
    regression = of_calendar.f_test(numpy.eye(design.shape[1])[1:12]).pvalue
    tests = {"month_of_year": min(1.0, 2 * min(kruskal, float(regression))),
             "day_of_week": stats.friedmanchisquare(*weeks.T).pvalue,
             "hour": stats.friedmanchisquare(*by_hour.to_numpy().T).pvalue,
             "day_of_month": stats.friedmanchisquare(*blocks.to_numpy().T).pvalue}
    level = numpy.log(rate.to_numpy()) - yearly.seasonal
    trend = stats.kendalltau(numpy.arange(len(level)), level).pvalue
    slope = stats.theilslopes(level, numpy.arange(len(level)) / 12).slope
    return {"p": tests, "q": dict(zip(tests, q_values(list(tests.values())))), "trend": float(trend), "change": float(numpy.expm1(slope)),
            "qs": [qs(numpy.diff(numpy.log(rate.to_numpy())), 12), qs(numpy.diff(days.to_numpy()), 7)],
            "strength": [strength(yearly.seasonal, yearly.resid), strength(weekly.seasonal, weekly.resid)],
            "transactions": {"month_of_year": days.groupby(days.index.month).sum().tolist(),
                             "day_of_week": days.groupby(days.index.dayofweek).sum().tolist(),
                             "hour": hours.sum().tolist(), "day_of_month": days.groupby(days.index.day).sum().tolist()},
            "index": {"month_of_year": of_year["index"].tolist(), "day_of_week": of_week["index"].tolist(),
                      "hour": of_hour["index"].tolist(), "day_of_month": of_month["index"].tolist()},
            "week_of_hours": hours.groupby(days.index.dayofweek).sum().size}


def gini(counts):
    x = numpy.sort(counts.to_numpy())
    n = len(x)
    return float(2 * (numpy.arange(1, n + 1) * x).sum() / (n * x.sum()) - (n + 1) / n)


def concentration(tables):
    found = {}
    for name, by_month in (("customer", tables.customer_months), ("product", tables.product_months.stack().reset_index(name="n"))):
        by_month = by_month[by_month["n"] > 0]
        counts = by_month.groupby(name)["n"].sum().sort_values(ascending=False)
        curve = counts.cumsum() / counts.sum()
        first = {f"top_{p}": float(curve.iloc[max(1, round(len(curve) * p / 100)) - 1]) for p in (1, 5, 10, 20)}
        tail = powerlaw.Fit(counts.to_numpy(), discrete=True, verbose=False)
        ratio, p = tail.distribution_compare("lognormal", "power_law", normalized_ratio=False)
        found[name + "s"] = {"gini": gini(counts), "ids_for_50": int((curve < 0.5).sum()) + 1,
                             "ids_for_80": int((curve < 0.8).sum()) + 1, **first,
                             "months": by_month.groupby("month")["n"].agg(gini).tolist(),
                             "tail": [float(tail.xmin), float(tail.alpha), float(ratio), float(p)]}
    return found


def cohorts(tables):
    """The triangle with Wilson's intervals; what is not seen yet by a Poisson regression on age and cohort."""
    months = tables.customer_months.copy()
    months["first"] = months.groupby("customer")["month"].transform("min")
    months["age"] = months["month"] - months["first"]
    cells = months.groupby(["first", "age"]).agg(active=("customer", "size"), transactions=("n", "sum"))
    size = cells["active"].xs(0, level="age")
    last = size.index.max()
    whole = pandas.MultiIndex.from_product([size.index, range(last - size.index.min() + 1)], names=["first", "age"])
    cells = cells.reindex(whole, fill_value=0).reset_index()
    cells["customers"] = size.loc[cells["first"]].to_numpy()
    known = cells["first"] + cells["age"] <= last
    seen = cells[known]
    low, high = proportion_confint(seen["active"], seen["customers"], method="wilson")
    cells.loc[known, "low"], cells.loc[known, "high"] = low, high
    later = cells[cells["age"] > 0]
    design = pandas.get_dummies(later[["first", "age"]].astype("category"), drop_first=True, dtype=float)
    design["const"] = 1.0
    of_later, offset = known[later.index], numpy.log(later["customers"])
    for name in ("active", "transactions"):
        fit = statsmodels.api.GLM(later.loc[of_later, name], design[of_later], statsmodels.api.families.Poisson(),
                                  offset=offset[of_later]).fit(scale="X2")
        cells.loc[later.index[~of_later], name + "_forecast"] = fit.predict(design[~of_later], offset=offset[~of_later])
    ages = seen.groupby("age")[["customers", "active", "transactions"]].sum()
    low, high = proportion_confint(ages["active"], ages["customers"], method="wilson")
    return {"cells": seen.loc[seen["active"] > 0, ["active", "transactions"]].to_numpy().tolist(),
            "ages": numpy.column_stack([ages["customers"], ages["active"], low, high]).tolist()}


def flow(tables):
    """Customers by state of each month, from the months of each and the one after."""
    months = tables.customer_months
    after = months.groupby("customer")["month"].shift(-1)
    gap = months["month"] - months.groupby("customer")["month"].shift()
    state = numpy.select([gap.isna(), gap == 1, gap <= DORMANT_AFTER], ["new", "active", "returning"], "resurrected")
    found = months.groupby(["month", state]).size().unstack(fill_value=0)
    first, end = found.index.min(), found.index.max() + 1

    def between(begin, until):
        """How many rows have each month in [begin, until)."""
        wanted = begin < until
        step = numpy.bincount(begin[wanted] - first, minlength=end - first + 1) - numpy.bincount(until[wanted] - first, minlength=end - first + 1)
        return numpy.cumsum(step)[:end - first]

    month, until = months["month"].to_numpy(), after.fillna(end).astype(int).to_numpy()
    found["resting"] = between(month + 1, numpy.minimum(until, month + DORMANT_AFTER))
    found["dormant"] = between(numpy.minimum(month + DORMANT_AFTER, end), until)
    return {name: found.get(name, pandas.Series(0, found.index)).tolist()
            for name in ("new", "active", "returning", "resurrected", "resting", "dormant")}


def shapes(mean, mean_log):
    """Shapes of gamma laws of greatest likelihood, from means and means of logarithms."""
    s = numpy.log(mean) - mean_log
    k = (3 - s + numpy.sqrt((s - 3) ** 2 + 24 * s)) / (12 * s)
    for _ in range(4):
        k = k - (numpy.log(k) - special.digamma(k) - s) / (1 / k - special.polygamma(1, k))
    return k


def regularity(tables):
    """The Erlang shape of all customers, from parts of intervals that follow each other, and each one's own."""
    days, intervals = tables.customer_days, tables.intervals
    before = intervals.groupby(days["customer"]).shift()
    apart = (intervals + before >= 14) & (days.groupby("customer").cumcount() % 2 == 0)
    part = (intervals / (intervals + before))[apart]
    term = float((numpy.log(part) + numpy.log1p(-part)).mean())
    k = optimize.brentq(lambda k: term - 2 * special.digamma(k) + 2 * special.digamma(2 * k), 0.05, 50)
    error = (len(part) * (2 * special.polygamma(1, k) - 4 * special.polygamma(1, 2 * k))) ** -0.5
    own = pandas.DataFrame({"gap": intervals, "log": numpy.log(intervals)}).groupby(days["customer"]).agg(["mean", "count"])
    own = own[own["gap", "count"] >= 10]
    return k, k - 1.96 * error, k + 1.96 * error, shapes(own["gap", "mean"], own["log", "mean"])


def segments(tables):
    customers = tables.customer_days.groupby("customer").agg(last=("day", "max"), days=("day", "size"), n=("n", "sum"))
    customers["spend"] = tables.sales.groupby("customer")["amount"].sum().round(4)
    score = {name: 1 + (5 * (customers[name].rank(method="min") - 1) / len(customers)).astype(int) for name in ("last", "days", "spend")}
    worth, recency = (score["days"] + score["spend"] + 1) // 2, score["last"]
    segment = numpy.select(
        [(recency == 5) & (worth >= 4), (recency >= 3) & (worth >= 4), (recency >= 4) & (worth >= 2), recency == 5,
         recency == 4, (recency == 3) & (worth == 3), recency == 3, (worth >= 3) & (worth <= 4), worth == 5],
        ["champions", "loyal_customers", "potential_loyalists", "new_customers", "promising", "need_attention",
         "about_to_sleep", "at_risk", "cannot_lose_them"], "hibernating")
    customers["idle"] = tables.sales["day"].max() - customers["last"]
    return customers.groupby(segment).agg(customers=("n", "size"), purchase_days=("days", "mean"), idle_days=("idle", "mean"),
                                          transactions=("n", "sum"), spend=("spend", "mean"))


def lifecycle(tables):
    days, intervals = tables.customer_days, tables.intervals.dropna()
    first = days.groupby("customer")["day"].min()
    second = tables.customer_days[tables.intervals.notna()].groupby("customer")["day"].min() - first
    watched = second.fillna(int(days["day"].max()) - first)
    survival = statsmodels.api.SurvfuncRight(watched.to_numpy(), second.notna().to_numpy(int))
    low, high = survival.quantile_ci(0.5) if survival.surv_prob.min() < 0.5 else (None, None)
    at = {days_later: 1 - float(survival.surv_prob[numpy.searchsorted(survival.surv_times, days_later, "right") - 1])
          for days_later in (1, 7, 30, 90, 180, 365)}
    quantile = {q: int(numpy.quantile(intervals, q, method="inverted_cdf")) for q in (0.1, 0.25, 0.5, 0.75, 0.9)}
    k, k_low, k_high, own = regularity(tables)
    of_segment = segments(tables)
    return {"flow": flow(tables), "intervals": len(intervals), "mean_interval": float(intervals.mean()),
            "interval_quantiles": list(quantile.values()), "second_purchase": at, "median_second": [low is not None, high is not None],
            "regularity": [k, k_low, k_high, float(own.median())], "segments": of_segment["customers"].to_dict(),
            "spend": of_segment["spend"].to_dict()}


def dirichlet(bought, penetration, share):
    """Fits the NBD of what customers buy, and the switching that explains how many buy each product."""
    counts = bought.value_counts()
    n, times = counts.index.to_numpy(), counts.to_numpy()

    def nbd(point):
        mean, shape = numpy.exp(point)
        law = stats.nbinom(shape, shape / (shape + mean))
        return -(times * (law.logpmf(n) - numpy.log1p(-law.pmf(0)))).sum()  # of those who bought

    mean, shape = numpy.exp(optimize.minimize(nbd, numpy.log([bought.mean(), 1.0]), method="Nelder-Mead").x)
    weight = times / times.sum()

    def buyers(switching):
        other = switching * (1 - share)[:, None]
        none = special.gammaln(other + n) + special.gammaln(switching) - special.gammaln(other) - special.gammaln(switching + n)
        return 1 - numpy.exp(none) @ weight

    switching = numpy.exp(optimize.minimize_scalar(lambda s: ((buyers(numpy.exp(s)) - penetration) ** 2).sum(),
                                                   bounds=(-3, 12), method="bounded").x)
    return float(mean), float(shape), float(switching), buyers(switching)


def affinity(tables):
    """Pairs in baskets of a customer and a day: those of products in a thousandth of the baskets."""
    lines = tables.sales[["customer", "day", "product"]].drop_duplicates()
    basket = lines.groupby(["customer", "day"]).ngroup()
    size = basket.map(basket.value_counts())
    lines = lines.assign(basket=basket, size=size)[size <= LARGEST_BASKET]
    baskets = lines["basket"].nunique()
    counts = lines["product"].value_counts().sort_index()
    frequent = counts[counts >= max(5, MIN_SUPPORT * baskets)]
    kept = lines[lines["product"].isin(frequent.index)]
    # By chance, given how large baskets are: products drawn at random, size by size.
    sizes = lines.drop_duplicates("basket")["size"].value_counts().sort_index()
    of_size = lines.groupby(["size", "product"]).size().unstack(fill_value=0)
    expected = numpy.zeros((len(frequent), len(frequent)))
    for of, n in sizes[sizes.index > 1].items():
        share = of_size.loc[of].to_numpy() / n
        own = of_size.loc[of].reindex(frequent.index).to_numpy() / n
        spread = (share * (1 - share)).sum()  # none where there is one basket of a size
        apart = numpy.outer(1 - own, 1 - own) / spread if spread > 0 else 0
        expected += n * numpy.outer(own, own) * numpy.maximum(1 - apart, (of - 1) / of)
    pairs = kept[["basket", "customer", "product"]].merge(kept[["basket", "product"]], on="basket")
    pairs = pairs[pairs["product_x"] < pairs["product_y"]]
    met = pairs.groupby(["product_x", "product_y", "customer"]).size().reset_index(name="n")
    met["square"] = met["n"] ** 2
    met = met.groupby(["product_x", "product_y"]).agg(n=("n", "sum"), square=("square", "sum"), customers=("n", "size")).reset_index()
    a, b = (frequent.index.get_indexer(met[name]) for name in ("product_x", "product_y"))
    n_a, n_b = frequent.to_numpy()[a], frequent.to_numpy()[b]
    met["expected"] = expected[a, b]
    met["support"] = met["n"] / baskets
    met["lift"] = met["n"] * baskets / (n_a * n_b)
    met["confidence"] = met["n"] / numpy.minimum(n_a, n_b)
    met["conviction"] = (1 - numpy.maximum(n_a, n_b) / baskets) / (1 - met["confidence"]).replace(0, numpy.nan)
    effect = met["square"] / met["n"]
    n, total = numpy.round(met["n"] / effect), numpy.round(n_a * n_b / met["expected"] / effect)
    of_a, of_b = numpy.round(n_a / effect), numpy.round(n_b / effect)
    met["p"] = stats.hypergeom.sf(n - 1, numpy.maximum(total, of_a + of_b - n), of_a, of_b)
    met["ratio"] = met["n"] / met["expected"]
    met["low"] = stats.chi2.ppf(0.025, 2 * n) / 2 / n * met["ratio"]
    met["high"] = stats.chi2.ppf(0.975, 2 * n + 2) / 2 / n * met["ratio"]
    tested = len(frequent) * (len(frequent) - 1) // 2
    met["q"] = q_values(numpy.concatenate([met["p"], numpy.ones(tested - len(met))]))[:len(met)]
    told = met[met["n"] >= max(3, MIN_SUPPORT * baskets)].sort_values(["p", "ratio"], ascending=[True, False])
    # Loyalty, beside the NBD-Dirichlet.
    of_customer = kept.groupby("customer").size()
    bought = kept.groupby(["product", "customer"]).size().reset_index(name="n")
    buyers = bought.groupby("product")["n"].agg(["size", "sum"])
    requirements = bought.assign(all=of_customer.loc[bought["customer"]].to_numpy()).groupby("product")["all"].sum()
    loyal = pandas.DataFrame({"customers": buyers["size"], "penetration": buyers["size"] / len(of_customer),
                              "baskets_per_customer": buyers["sum"] / buyers["size"],
                              "share_of_requirements": buyers["sum"] / requirements}).sort_values("customers", ascending=False)
    largest = loyal.head(200).index
    law = dirichlet(of_customer, buyers["size"].loc[largest].to_numpy() / len(of_customer), (frequent / frequent.sum()).loc[largest].to_numpy())
    ids = tables.products
    return {"baskets": int(baskets), "products": len(frequent), "tested": tested, "found": int((met["q"] <= RATE).sum()),
            "pairs": [[*sorted((ids[x], ids[y])), int(n), float(lift), float(support), int(customers), float(by_chance), float(p)]
                      for x, y, n, lift, support, customers, by_chance, p in
                      told[["product_x", "product_y", "n", "lift", "support", "customers", "expected", "p"]].itertuples(index=False)],
            "loyalty": [[ids[product], *map(float, row)] for product, *row in loyal.head(20).itertuples()], "dirichlet": law[:3]}


def any_change(counts, design, days):
    """p-value of each product for having a change of level and growth somewhere: least squares on logarithms."""
    y = numpy.log((counts.T + 0.5) / days[:, None])
    n, shortest = len(y), 3

    def unexplained(columns):
        _, residual, _, _ = numpy.linalg.lstsq(columns, y, rcond=None)
        return residual

    steady = unexplained(design)
    cuts = range(shortest, n - shortest + 1)
    broken = numpy.array([unexplained(numpy.column_stack([design, numpy.arange(n) >= cut, (numpy.arange(n) >= cut) * design[:, 1]]))
                          for cut in cuts])
    best = broken.min(axis=0)
    ratio = (steady - best) / 2 / (best / (n - design.shape[1] - 2))
    return numpy.minimum(1, len(cuts) * stats.f.sf(ratio, 2, n - design.shape[1] - 2)), y


def every_break(tables):
    """The p-values of any_change() by till's own test: a quasi-Poisson fit of each break in each product."""
    counts, days, family = tables.product_months.to_numpy(), numpy.log(tables.trading_days.to_numpy()), statsmodels.api.families.Poisson()
    trends, _, design = tables.product_trends
    n, shortest = len(days), 3
    with_break = [numpy.column_stack([design, numpy.arange(n) >= cut, (numpy.arange(n) >= cut) * design[:, 1]])
                  for cut in range(shortest, n - shortest + 1)]

    def p_value(y):
        steady = statsmodels.api.GLM(y, design, family, offset=days).fit()
        broken = min((statsmodels.api.GLM(y, columns, family, offset=days).fit() for columns in with_break), key=lambda fit: fit.deviance)
        ratio = (steady.deviance - broken.deviance) / 2 / (broken.pearson_chi2 / broken.df_resid)
        return min(1, len(with_break) * stats.f.sf(ratio, 2, broken.df_resid))

    return {"changed": int((q_values(numpy.array([p_value(counts[product]) for product in trends.index])) <= RATE).sum())}


def dynamics(tables):
    months, days = tables.product_months, tables.trading_days.to_numpy()
    counts = months.to_numpy()
    recent, before = slice(-3, None), slice(-15, -12)
    share = counts[:, recent].sum(axis=1) / counts[:, recent].sum()
    share_before = counts[:, before].sum(axis=1) / counts[:, before].sum()
    with numpy.errstate(divide="ignore", invalid="ignore"):
        momentum = counts[:, recent].sum(axis=1) / days[recent].sum() / (counts[:, before].sum(axis=1) / days[before].sum()) - 1
    trends, _, design = tables.product_trends
    bound = stats.t.ppf(0.975, counts.shape[1] - design.shape[1])
    growth = numpy.expm1(trends["slope"])
    low, high = numpy.expm1(trends["slope"] - bound * trends["error"]), numpy.expm1(trends["slope"] + bound * trends["error"])
    certain = q_values(trends["p"]) <= RATE
    p_value, y = any_change(counts[trends.index], design, days)
    q_value = q_values(p_value)
    changes = {}
    for place in numpy.flatnonzero(q_value <= RATE):
        signal = numpy.column_stack([y[:, place], design])
        spread = numpy.var(y[:, place] - design @ numpy.linalg.lstsq(design, y[:, place], rcond=None)[0])
        changes[place] = ruptures.Pelt(model="linear", min_size=6, jump=1).fit_predict(signal, pen=2 * spread * numpy.log(len(y)))
    cell = (counts > 0).cumsum(axis=1)
    first, last = (cell == 0).sum(axis=1), counts.shape[1] - 1 - (counts[:, ::-1] > 0).argmax(axis=1)
    rate = counts.sum(axis=1) / days.sum()
    status = pandas.Series("unclear", months.index)
    status[trends.index] = numpy.where(~certain, "steady", numpy.where(trends["slope"] > 0, "growing", "fading"))
    quiet_before = numpy.concatenate([[0], days.cumsum()])[first]
    quiet_after = days[::-1].cumsum()[::-1]
    quiet_after = numpy.concatenate([quiet_after, [0]])[last + 1]
    status[(first >= counts.shape[1] - 12) & (numpy.exp(-rate * quiet_before) < 0.001)] = "new"
    status[(last <= counts.shape[1] - 4) & (numpy.exp(-rate * quiet_after) < 0.001)] = "ended"
    sales = tables.sales
    when = months.columns.to_numpy()
    paid = [sales[(sales["month"] >= begin) & (sales["month"] <= end)].groupby("product")[["amount", "quantity"]].agg(["sum", "size"])
            for begin, end in ((when[-3], when[-1]), (when[-15], when[-13]))]
    price = [part["amount", "sum"] / part["quantity", "sum"] for part in paid]
    pieces = [part["quantity", "sum"] / part["quantity", "size"] for part in paid]
    table = pandas.DataFrame({"share": share, "share_change": share - share_before, "momentum": momentum, "status": status,
                              "price": price[0], "price_change": price[0] / price[1] - 1, "quantity_change": pieces[0] / pieces[1] - 1})
    table.loc[trends.index, ["growth", "low", "high", "certainty"]] = numpy.column_stack([growth, low, high, 1 - q_value])
    table.insert(0, "n", counts.sum(axis=1))
    table = table.sort_values("n", ascending=False)
    return {"products": len(table), "tested": len(trends), "changed": len(changes), "status": table["status"].value_counts().to_dict(),
            "rows": [[tables.products[product], *map(float, row)] for product, *row in
                     table[["n", "share", "share_change", "momentum", "price"]].itertuples()],
            "growth": table["growth"].head(20).tolist()}


def unusual_days(tables):
    """Bursts and silences: negative binomial about the weeks around and the day of the week."""
    days = tables.days
    level = (days.rolling(57, center=True, min_periods=29).sum() - days) / (days.rolling(57, center=True, min_periods=29).count() - 1)
    weekday = (days / level).groupby(days.index.dayofweek).transform("median")
    expected = (level * weekday).to_numpy()
    residual = (days.to_numpy() - expected) ** 2 / expected
    usual = residual <= numpy.quantile(residual, 0.99)
    spread = max(1e-9, float(((residual - 1) / expected)[usual].mean()))
    law = stats.nbinom(1 / spread, 1 / (1 + spread * expected))
    return numpy.minimum(1, 2 * numpy.minimum(law.cdf(days), law.sf(days - 1)))


def repeated_days(tables):
    """Double loads, and days whose rows are all those of one earlier day."""
    sales = tables.sales
    rows = sales.groupby("day").size()
    repeated = tables.repeated.groupby(sales["day"]).sum()
    double = numpy.where(repeated >= 0.25 * rows, stats.binom.sf(repeated - 1, rows, repeated.sum() / rows.sum()), 1.0)
    key = sales[["customer", "product", "day"]].assign(second=sales["second"] % 86400).drop_duplicates()
    key = key[key.duplicated(["customer", "product", "second"], keep=False)]
    both = key.merge(key, on=["customer", "product", "second"])
    both = both[both["day_x"] > both["day_y"]].groupby(["day_x", "day_y"]).size()
    same = both.groupby("day_x").max().reindex(rows.index, fill_value=0)
    return double, int(((same == rows) & (rows >= 10)).sum())


def unusual_products(tables):
    """The month of each product that is least like its trend and wave."""
    trends, expected, design = tables.product_trends
    counts, mu = tables.product_months.to_numpy()[trends.index], expected[trends.index]
    root = design * numpy.sqrt(mu)[:, :, None]
    leverage = numpy.einsum("pmi,pij,pmj->pm", root, numpy.linalg.pinv(numpy.einsum("pmi,pmj->pij", root, root)), root)
    residual = (counts - mu) / numpy.sqrt(trends["scale"].to_numpy()[:, None] * mu * numpy.clip(1 - leverage, 1e-6, None))
    n, k = counts.shape[1], design.shape[1]
    outside = residual * numpy.sqrt((n - k - 1) / numpy.clip(n - k - residual ** 2, 1e-6, None))
    return numpy.minimum(1, n * 2 * stats.t.sf(numpy.abs(outside).max(axis=1), n - k - 1))


def unusual_customers(tables):
    """Busiest day, longest silence, instants within a minute, gaps that are too even."""
    days = tables.customer_days
    busiest = days.groupby("customer")["n"].agg(["max", "mean", "var", "size"])
    busiest = busiest[busiest["size"] >= 8]
    others = (busiest["mean"] * busiest["size"] - busiest["max"]) / (busiest["size"] - 1)
    burst = numpy.minimum(1, busiest["size"] * stats.nbinom.sf(busiest["max"] - 2, 2.0, 2.0 / (2.0 + numpy.maximum(others - 1, 0.1))))
    gap = pandas.DataFrame({"gap": tables.intervals, "log": numpy.log(tables.intervals)}).groupby(days["customer"]).agg(["mean", "max", "count"])
    gap = gap.loc[busiest.index]
    since = int(days["day"].max()) - days.groupby("customer")["day"].max().loc[busiest.index]
    longest = numpy.maximum(gap["gap", "max"], since)
    k = numpy.minimum(1.0, shapes(gap["gap", "mean"], gap["log", "mean"]))
    silence = numpy.minimum(1, (gap["gap", "count"] + 1) * stats.gamma.sf(longest, k, scale=gap["gap", "mean"] / k))
    at = tables.sales[["customer", "second"]].drop_duplicates().sort_values(["customer", "second"])
    key = at["customer"].to_numpy("int64") * 2**36 + at["second"].to_numpy()
    within = numpy.searchsorted(key, key + 60) - numpy.arange(len(key))
    most = pandas.Series(within).groupby(at["customer"].to_numpy()).agg(["max", "size"])
    most = most[most["size"] >= 10]
    mean = max(1e-9, float(within.mean()) - 1)
    rush = numpy.where(most["max"] >= 10, numpy.minimum(1, most["size"] * stats.poisson.sf(most["max"] - 2, mean)), 1.0)
    step = at.groupby("customer")["second"].diff()
    even = step.groupby(at["customer"]).agg(["mean", "std", "count"])
    even = even[even["count"] >= 30]
    bot = stats.chi2.cdf((even["count"] - 1) * (even["std"] / even["mean"] / 0.1) ** 2, even["count"] - 1)
    return [numpy.asarray(p) for p in (burst, silence, rush, bot)]


def anomalies(tables):
    days, (double, again), products = unusual_days(tables), repeated_days(tables), unusual_products(tables)
    customers = unusual_customers(tables)
    q = q_values(numpy.nan_to_num(numpy.concatenate([days, double, products, *customers]), nan=1.0))
    parts = numpy.split(q <= RATE, numpy.cumsum([len(days) + len(double), len(products)]))
    return {"days": int(parts[0].sum()) + again, "products": int(parts[1].sum()), "customers": int(parts[2].sum()),
            "tested": [len(days) + len(double), len(products), sum(map(len, customers))]}


SECTIONS = (describe, activity, top_products, race, product_months, seasonality, concentration, cohorts, lifecycle, affinity,
            dynamics, anomalies)


def main():
    warnings.simplefilter("ignore")
    begun = time.process_time(), time.monotonic()

    def since(then):
        return {"cpu_s": time.process_time() - then[0], "wall_s": time.monotonic() - then[1]}

    tables = Tables(read(sys.argv[1]))
    seconds, answers = {"read": since(begun)}, {}
    for section in SECTIONS + ((every_break,) if "--every-break" in sys.argv else ()):
        begun = time.process_time(), time.monotonic()
        answers[section.__name__] = section(tables)
        seconds[section.__name__] = since(begun)
    json.dump({"seconds": seconds, "answers": answers}, sys.stdout)


if __name__ == "__main__":
    main()
