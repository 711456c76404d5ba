#!/usr/bin/env python3
"""Next month for every customer, in pandas, numba, scipy and XGBoost: what `till forecast` is timed against.

    peer.py LOG... --month 2019-07 --out forecast.csv [--customer COLUMN] [--timestamp COLUMN] [--threads 2]

The members of `till forecast --model auto` (docs/models/ensemble.md), written as one would in Python: whole columns
in numpy, loops in numba, two threads wherever a library has them. Seven fits: at the start of each of the last six
months, to weigh members and to learn the distribution, and at the end. What can be kept from one to the next is kept:
features, and where searches begin. Writes one row a customer: the mean, and five quantiles.
"""

import argparse
import dataclasses
import warnings

import numba
import numpy as np
import pandas as pd
import xgboost
from scipy.optimize import minimize
from scipy.special import betainc, betaln, digamma, expit, gammaln, hyp2f1

CUSTOMERS = 8_000       # that members learn from and are weighed on
LOOK_BACK = 6           # months
OLDEST_LESSON = 24      # months
LEAST_MEAN = 1e-9
SMALLEST_MEAN = 0.02    # in deviances
QUANTILES = (0.5, 0.05, 0.25, 0.75, 0.95)

PRIOR_DEVIATION = np.array([2.0, 1.5, 1.5, 0.4, 1.5, 2.0, 1.5, 0.5, 1.5, 0.5, 1.0, 1.5, 1.0, 0.5])
START = np.array([0.0, 0.0, 1.0, 0.1, -2.0, 2.0, -3.0, -0.3, -2.5, 0.2, -0.5, -1.0, -1.5, 0.4])

warnings.filterwarnings("ignore", category=RuntimeWarning)


# --- the panel


class Panel:
    """Counts of customers by month and the days they bought on, customers in the order of birth."""

    def __init__(self, counts, active, births, daily, months):
        self.counts, self.active, self.births, self.daily, self.months = counts, active, births, daily, months
        self.starts = np.array([start for start, _, _ in months] + [months[-1][0] + months[-1][1]])
        self.birth_months = np.searchsorted(self.starts, births, side="right") - 1

    def before(self, month):
        seen = int(np.searchsorted(self.birth_months, month))
        days = self.starts[month]
        return Panel(self.counts[:seen, :month], self.active[:seen, :days], self.births[:seen], self.daily[:days],
                     self.months[:month])

    def sampled(self, size):
        n = len(self.births)
        chosen = np.arange(n) if n <= size else np.arange(size) * n // size
        return Panel(self.counts[chosen], self.active[chosen], self.births[chosen], self.daily, self.months)

    def birth_shares(self):
        ends = self.starts[1:][self.birth_months]
        lengths = np.diff(self.starts)[self.birth_months]
        return (ends - self.births) / lengths


def read(paths, customer, timestamp, cutoff):
    """Returns the panel of whole months before a month, and the customers' ids."""
    frames = [pd.read_csv(path, engine="pyarrow", usecols=[customer, timestamp], dtype_backend="pyarrow")
              for path in paths]
    log = pd.concat(frames) if len(frames) > 1 else frames[0]
    times = pd.to_datetime(log[timestamp], utc=True).to_numpy("datetime64[us]")
    known = times < np.datetime64(cutoff, "us")
    codes, ids = pd.factorize(log[customer].to_numpy()[known], sort=True)
    times = times[known]
    first = times.min().astype("datetime64[M]")
    starts = np.arange(first, np.datetime64(cutoff, "M") + 1)
    begin = starts.astype("datetime64[D]")
    lengths = np.diff(begin).astype(int)
    months = [(int((day - begin[0]).astype(int)), int(length), int(month.astype(int)) % 12)
              for day, length, month in zip(begin[:-1], lengths, starts[:-1])]
    month = (times.astype("datetime64[M]") - first).astype(int)
    moments = (times - begin[0].astype("datetime64[us]")).astype(float) / 86_400e6
    births = np.full(len(ids), np.inf)
    np.minimum.at(births, codes, moments)
    order = np.argsort(births, kind="stable")
    place = np.empty(len(ids), int)
    place[order] = np.arange(len(ids))
    codes = place[codes]
    total_days = int(lengths.sum())
    counts = np.bincount(codes * len(months) + month, minlength=len(ids) * len(months)).reshape(len(ids), -1)
    days = moments.astype(int)
    active = np.zeros((len(ids), total_days), bool)
    active[codes, days] = True
    panel = Panel(counts.astype(float), active, births[order], np.bincount(days, minlength=total_days), months)
    panel.weekday = (int(begin[0].astype("datetime64[D]").astype(int)) + 3) % 7
    return panel, np.asarray(ids)[order]


class Exposure:
    """How many usual months a month counts: weekdays, and shrunken effects of the months of the year."""

    def __init__(self, panel, weekday, penalty):
        self.weekday = weekday
        days = (np.arange(len(panel.daily)) + weekday) % 7
        sold = np.bincount(days, weights=panel.daily, minlength=7) + 20 / 7
        self.weights = sold / np.bincount(days, minlength=7).clip(1)
        self.weights *= 7 / self.weights.sum()
        self.effects = np.zeros(12)
        n = len(panel.months)
        if n >= 15:
            used = np.arange(2, n)
            seen = np.searchsorted(panel.birth_months, used, side="right")
            totals = panel.counts.sum(axis=0)[used]
            y = np.log((totals + 0.5) / seen / np.array([self.of(panel.months[t]) for t in used]))
            knots = np.arange(0, n + 6, 6)
            trend = np.array([np.interp(used, knots, row) for row in np.eye(len(knots))]).T
            dummies = np.eye(12)[[panel.months[t][2] for t in used]]
            X = np.hstack([trend, dummies])
            ridge = np.diag([0.05] * len(knots) + [penalty] * 12)
            self.effects = np.linalg.solve(X.T @ X + ridge, X.T @ y)[len(knots):]
            self.effects -= self.effects.mean()

    def of(self, month):
        start, length, of_year = month
        days = self.weights[(np.arange(start, start + length) + self.weekday) % 7].sum()
        return days / 30.4 * np.exp(self.effects[of_year])


# --- the dynamic NBD filter


@numba.njit(cache=True, inline="always")
def logistic(x):
    return 1.0 / (1.0 + np.exp(-x))


@numba.njit(cache=True, error_model="numpy")
def filter_pass(p, counts, birth_months, shares, exposures, first_scored, track):
    """Returns the log score of the scored months; writes what is known when each month begins."""
    n, months = counts.shape
    m0, a0, q, phi, rho, nu = np.exp(p[0]), np.exp(p[1]), np.exp(p[4]), logistic(p[5]), logistic(p[11]), logistic(p[12])
    m, a, l, e = np.empty(n), np.empty(n), np.empty(n), np.empty(n)
    A, z, v, shape = np.empty(n), np.empty(n), np.empty(n), np.empty(n)
    score, level, seen = 0.0, 0.0, 0
    for t in range(months + 1):
        exposure = exposures[t]
        carried = np.exp(rho * level)
        observed, expected = 5.0, 5.0
        for i in range(seen):
            mu = m[i] * exposure
            kappa = np.exp(p[2] + p[3] * np.log(mu + 0.1) - p[13] * np.log(v[i]))
            s = 1.0 / (1.0 / a[i] + 1.0 / kappa + 1.0 / (a[i] * kappa))
            shape[i] = s
            if track.shape[0] > 0:
                track[t, i, 0], track[t, i, 1], track[t, i, 2] = A[i], mu * carried, s
                track[t, i, 3], track[t, i, 4], track[t, i, 5] = l[i], v[i], a[i]
            if t == months:
                continue
            y = counts[i, t]
            if t >= first_scored:
                mean = mu * carried
                log_none = -s * np.log1p(mean / s)
                if y == 0.0:
                    score += np.log(1.0 - A[i] + A[i] * np.exp(log_none))
                else:
                    rise = 0.0
                    if y < 12:
                        for k in range(int(y)):
                            rise += np.log((s + k) / (k + 1.0))
                    else:
                        rise = _lgamma(s + y) - _lgamma(s) - _lgamma(y + 1.0)
                    score += np.log(A[i]) + log_none + rise + y * np.log(mean / (s + mean))
            w = A[i] / (1.0 + mu / s)
            observed += w * y
            expected += w * mu * A[i]
        if t == months:
            break
        level = min(max(np.log(observed / expected), -1.0), 1.0)
        factor = np.exp(level)
        for i in range(seen):
            y = counts[i, t]
            s = shape[i]
            raw = m[i] * exposure
            kappa = np.exp(p[2] + p[3] * np.log(raw + 0.1) - p[13] * np.log(v[i]))
            mu = raw * factor
            K = (1.0 / a[i]) / (1.0 / a[i] + 1.0 / mu + 1.0 / kappa)
            R = 1.0
            z[i] = z[i] + 1.0 if y == 0.0 else 0.0
            if y == 0.0:
                none = A[i] * np.exp(-s * np.log1p(mu / s))
                R = none / (none + 1.0 - A[i])
            off = (y - mu) * (y - mu) / (mu + mu * mu / s)
            v[i] = max(v[i] + nu * R * mu / (mu + 1.0) * (min(off, 6.0) - v[i]), 0.1)
            moved = np.log(max(m[i] * (1.0 + K * R * (y / mu - 1.0)), 0.005 * m0))
            e[i] += R
            l[i] += R * max(1.0 / (e[i] + 1.0), 0.12) * (moved - l[i])
            m[i] = np.exp(phi * moved + (1.0 - phi) * l[i])
            a[i] = 1.0 / (phi * phi * (1.0 - K * R) / a[i] + q)
            log_rate = np.log(m[i] + 0.05)
            h = logistic(p[6] + p[7] * log_rate)
            o = logistic(p[8] + p[9] * log_rate + p[10] * np.log1p(z[i]))
            A[i] = min(R * (1.0 - h) + (1.0 - R) * o, 0.9999)
        while seen < n and birth_months[seen] <= t:
            i = seen
            born = exposure * max(shares[i], 0.03)
            y = max(counts[i, t] - 1.0, 0.0)
            mu = m0 * born
            kappa = np.exp(p[2] + p[3] * np.log(mu + 0.1))
            K = (1.0 / a0) / (1.0 / a0 + 1.0 / mu + 1.0 / kappa)
            m[i] = max(m0 + K * (y / born - m0), 0.02 * m0)
            a[i] = 1.0 / ((1.0 - K) / a0 + q)
            l[i], e[i], z[i], v[i] = np.log(m[i]), 1.0, 0.0, 1.0
            A[i] = 1.0 - logistic(p[6] + p[7] * np.log(m[i] + 0.05))
            seen += 1
    return score


@numba.njit(cache=True, inline="always")
def _lgamma(x):
    shift = 0.0
    while x < 8.0:
        shift += np.log(x)
        x += 1.0
    r = 1.0 / x
    return (x - 0.5) * np.log(x) - x + 0.9189385332046727 + r * (1 / 12 - r * r * (1 / 360 - r * r / 1260)) - shift


@numba.njit(cache=True, parallel=True)
def filter_scores(points, counts, birth_months, shares, exposures, first_scored):
    out = np.empty(len(points))
    for j in numba.prange(len(points)):
        out[j] = filter_pass(points[j], counts, birth_months, shares, exposures, first_scored, np.empty((0, 0, 0)))
    return out


class Filter:
    def __init__(self, panel, weekday, before):
        self.exposure = Exposure(panel, weekday, 1.0)
        months = len(panel.months)
        last = panel.counts[:, -12:]
        prior = START.copy()
        prior[0] = np.log(max(last.sum() / max(len(panel.births) * last.shape[1], 1), 1e-4))
        if before is None:
            small = panel.sampled(1_000)
            steady, lively = prior.copy(), prior.copy()
            steady[[2, 4, 5, 6]] = 4.0, -5.0, 4.0, -4.0
            lively[[2, 3, 6, 7, 8, 10, 13]] = -1.5, 0.8, -1.4, -0.6, 0.0, -1.2, 2.0
            start = min((self.climb(small, prior, x, 60) for x in (prior, steady, lively)), key=lambda r: r.fun).x
        else:
            start = before.values
        self.values = self.climb(panel.sampled(6_000), prior, start, 100 if before is None else 30).x

    def climb(self, panel, prior, start, steps):
        months = len(panel.months)
        arguments = (panel.counts, panel.birth_months, panel.birth_shares(),
                     np.array([self.exposure.of(month) for month in panel.months] + [1.0]),
                     max(months - 18, min(3, months - 1)))

        def loss(x):
            step = 1e-5
            points = np.vstack([x, x + step * np.eye(len(x))])
            values = -filter_scores(points, *arguments)
            values += 0.5 * (((points - prior) / PRIOR_DEVIATION) ** 2).sum(axis=1)
            return values[0], (values[1:] - values[0]) / step

        return minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": steps, "ftol": 1e-8})

    def track(self, panel, target):
        """Returns what is known of each customer when each month begins, and the one after the panel."""
        months = len(panel.months)
        out = np.full((months + 1, len(panel.births), 6), np.nan)
        exposures = np.array([self.exposure.of(month) for month in panel.months] + [self.exposure.of(target)])
        filter_pass(self.values, panel.counts, panel.birth_months, panel.birth_shares(), exposures, months, out)
        return out


# --- buy till you die


def histories(panel):
    end = panel.starts[-1]
    days = panel.active.sum(axis=1)
    last = panel.active.shape[1] - 1 - panel.active[:, ::-1].argmax(axis=1)
    T = np.maximum(end - panel.births, 0.1)
    x = np.maximum(days - 1.0, 0.0)
    t_x = np.where(x > 0, np.clip(last + 0.5 - panel.births, np.minimum(0.5, 0.5 * T), T), 0.0)
    return x, t_x, T, panel.counts.sum(axis=1), np.maximum(days, 1)


class MbgNbd:
    size = 4

    @staticmethod
    def parts(p, x, t_x, T):
        r, alpha, a, b = p
        common = gammaln(r + x) - gammaln(r) + r * np.log(alpha) - betaln(a, b)
        lives = common + betaln(a, b + x + 1) - (r + x) * np.log(alpha + T)
        gone = common + betaln(a + 1, b + x) - (r + x) * np.log(alpha + t_x)
        return lives, gone

    @staticmethod
    def log_likelihood(p, x, t_x, T):
        return np.logaddexp(*MbgNbd.parts(p, x, t_x, T))

    @staticmethod
    def expected(p, x, t_x, T, t):
        r, alpha, a, b = p
        lives, gone = MbgNbd.parts(p, x, t_x, T)
        alive = expit(lives - gone)
        some = hyp2f1(r + x, b + x + 1, a + b + x, t / (alpha + T + t))
        shrunk = np.exp((r + x) * np.log((alpha + T) / (alpha + T + t)))
        return alive, alive * (a + b + x) / (a - 1) * (1 - shrunk * some)


class ParetoNbd:
    size = 4

    @staticmethod
    def parts(p, x, t_x, T):
        r, alpha, s, beta = p
        both = r + s + x
        larger, gap, second = (alpha, alpha - beta, s + 1) if alpha >= beta else (beta, beta - alpha, r + x)

        def log_term(t):
            return np.log(hyp2f1(both, second, both + 1, gap / (larger + t))) - both * np.log(larger + t)

        at_last, at_end = log_term(t_x), log_term(T)
        log_gone = np.log(s / both) + at_last + np.log1p(-np.exp(np.minimum(at_end - at_last, -1e-12)))
        log_lives = -(r + x) * np.log(alpha + T) - s * np.log(beta + T)
        return log_lives, log_gone

    @staticmethod
    def log_likelihood(p, x, t_x, T):
        r, alpha, s, beta = p
        constant = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + s * np.log(beta)
        return constant + np.logaddexp(*ParetoNbd.parts(p, x, t_x, T))

    @staticmethod
    def expected(p, x, t_x, T, t):
        r, alpha, s, beta = p
        alive = expit(np.subtract(*ParetoNbd.parts(p, x, t_x, T)))
        stays = 1 - np.exp((s - 1) * np.log((beta + T) / (beta + T + t)))
        return alive, alive * (r + x) * (beta + T) / ((alpha + T) * (s - 1)) * stays


class BuyTillYouDie:
    """A model of histories times the month's exposure, rows a day and the level of the last six months."""

    def __init__(self, model, panel, weekday, before):
        self.model = model
        self.exposure = Exposure(panel, weekday, 2.0)
        x, t_x, T, rows, days = histories(panel)
        self.rows_per_day = rows.sum() / days.sum()

        def loss(log_p):
            value = -model.log_likelihood(np.exp(log_p), x, t_x, T).sum()
            return value if np.isfinite(value) else 1e12

        start = np.log([1.0, 10.0, 1.1, 5.0]) if before is None else before.log_values
        fit = minimize(loss, start, method="L-BFGS-B", bounds=[(-8, 10)] * model.size, options={"ftol": 1e-9})
        self.log_values, self.level = fit.x, 1.0
        months = len(panel.months)
        ratios = []
        for t in range(max(months - 6, 2), months):
            known = panel.before(t)
            expected = self.forecast(known, panel.months[t])[1].sum()
            ratios.append(np.log((panel.counts[:len(known.births), t].sum() + 5) / (expected + 5)))
        if ratios:
            variance = (0.25**2 + ((ratios - np.mean(ratios)) ** 2).sum()) / len(ratios)
            self.level = np.exp(np.mean(ratios) * 0.25**2 / (0.25**2 + variance / len(ratios)))

    def forecast(self, panel, month):
        x, t_x, T, rows, days = histories(panel)
        alive, occasions = self.model.expected(np.exp(self.log_values), x, t_x, T, month[1])
        usual = panel.months[-12:]
        factor = (self.exposure.of(month) / month[1] / sum(map(self.exposure.of, usual)) *
                  sum(length for _, length, _ in usual))
        rows = (rows + 3 * self.rows_per_day) / (days + 3)
        return alive, np.maximum(occasions * rows * factor * self.level, LEAST_MEAN)


# --- features


def gap_features(panel, starts):
    """Returns what is known of gaps between days when each month begins: counts, sums, squares, longest, last, day."""
    out = np.zeros((len(starts), len(panel.births), 6))
    gaps_of(panel.active, starts, out)
    return out


@numba.njit(cache=True)
def gaps_of(active, starts, out):
    for i in range(active.shape[0]):
        gaps, total, squares, longest, last, last_day = 0.0, 0.0, 0.0, 0.0, 0.0, -1
        t = 0
        for day in range(active.shape[1] + 1):
            while t < len(starts) and starts[t] == day:
                for k, value in enumerate((gaps, total, squares, longest, last, float(last_day))):
                    out[t, i, k] = value
                t += 1
            if day < active.shape[1] and active[i, day]:
                if last_day >= 0:
                    gap = float(day - last_day)
                    gaps, total, squares, last = gaps + 1, total + gap, squares + gap * gap, gap
                    longest = max(longest, gap)
                last_day = day


class Features:
    """What is known of each customer when a month begins; computed once for all fits."""

    def __init__(self, panel):
        self.panel, self.kept = panel, {}
        self.gaps = gap_features(panel, panel.starts)
        self.days = np.zeros((len(panel.births), panel.active.shape[1] + 1), np.int32)
        np.cumsum(panel.active, axis=1, out=self.days[:, 1:])
        self.remembered = np.zeros((2, len(panel.months) + 1, len(panel.births)))
        for k, memory in enumerate((0.3, 0.1)):
            for t in range(len(panel.months)):
                y, was = panel.counts[:, t], self.remembered[k, t]
                self.remembered[k, t + 1] = np.where(panel.birth_months == t, y, was + memory * (y - was))

    def at(self, month):
        """Returns columns of counts, and behind them those of days; and those heads read."""
        if month not in self.kept:
            self.kept[month] = self.make(month)
        return self.kept[month]

    def make(self, month):
        panel = self.panel.before(month)
        n = len(panel.births)
        seen = (month - panel.birth_months)[:, None]
        lags = np.full((n, 13), np.nan)
        for k in range(min(13, month)):
            lags[:, k] = panel.counts[:, month - 1 - k]
        lags[np.arange(13) >= seen] = np.nan
        columns = [lags]
        by_span = {}
        for span in (3, 6, 12):
            values = lags[:, :span]
            size = np.minimum(seen[:, 0], span)
            mean = np.nansum(values, axis=1) / size
            deviation = np.sqrt(np.nansum((values - mean[:, None]) ** 2, axis=1) / size)
            deviation[size < 2] = np.nan
            share = (values > 0).sum(axis=1) / size
            ordered = np.sort(values, axis=1)
            row = np.arange(n)
            median = 0.5 * (ordered[row, (size - 1) // 2] + ordered[row, size // 2])
            by_span[span] = mean, deviation, share
            columns += [c[:, None] for c in (mean, deviation, share, ordered[row, size - 1], median)]
        total = panel.counts.sum(axis=1)
        active_months = (panel.counts > 0).sum(axis=1)
        last_month = month - 1 - (panel.counts[:, ::-1] > 0).argmax(axis=1)
        silent = np.where(active_months > 0, month - 1 - last_month, seen[:, 0])
        tenure = seen[:, 0] - 1 + panel.birth_shares()
        second = np.where(seen[:, 0] > 1, 0.5 * (lags[:, 0] + lags[:, 1]), lags[:, 0])
        yearly = np.where(seen[:, 0] >= 13,
                          np.log((lags[:, 11] + 0.5) / (0.5 * (lags[:, 10] + lags[:, 12]) + 0.5)), np.nan)

        def rate(span):
            used = range(max(month - span, 0), month)
            customers = sum(np.searchsorted(panel.birth_months, t, side="right") for t in used)
            return np.log((panel.counts[:, max(month - span, 0):].sum() + 1) / (customers + 1))

        columns += [c[:, None] for c in (second, silent, tenure, total, total / (tenure + 1), yearly,
                                         np.full(n, rate(1) - rate(3)), np.full(n, rate(3) - rate(12)))]
        own = np.hstack(columns)
        gaps, gap_sum, squares, longest, last_gap, last_day = self.gaps[month, :n].T
        cutoff = panel.starts[-1]
        recency, tenure_days = cutoff - last_day, cutoff - panel.births
        active_days = self.days[:n, cutoff]
        gap = gap_sum / gaps
        days = [self.remembered[0, month, :n], self.remembered[1, month, :n], active_months, recency, tenure_days,
                recency / np.maximum(tenure_days, 1)]
        days += [active_days - self.days[:n, max(cutoff - window, 0)] for window in (7, 14, 28, 84, 364)]
        days += [active_days, total / np.maximum(active_days, 1), gap,
                 np.where(gaps > 1, np.sqrt(np.maximum(squares / gaps - gap**2, 0)), np.nan),
                 np.where(gaps > 0, last_gap, np.nan), recency / gap, np.where(gaps > 0, recency / longest, np.nan)]
        mean, deviation, share = by_span[12]
        widths = np.column_stack([np.log1p(recency / 30), np.log1p(tenure_days / 30), share,
                                  np.where(np.isnan(deviation), 0, np.log((deviation + 0.3) / (mean + 0.3))),
                                  np.log1p(lags[:, 0])])
        return np.hstack([own, np.column_stack(days)]).astype(np.float32), widths


# --- boosted trees


def season_offset(season, panel, t, month):
    """Returns ln of a month's exposure against the mean of the three before the t-th."""
    return np.log(season.of(month) / np.mean([season.of(each) for each in panel.months[max(t - 3, 0):t]]))


def negative_binomial(margins, matrix):
    y = matrix.get_label()
    mean = np.exp(np.clip(margins, -30, 30))
    return (mean - y) / (1 + mean / 3), mean * (1 + y / 3) / (1 + mean / 3) ** 2


@dataclasses.dataclass(frozen=True)
class Recipe:
    loss: str
    rounds: int
    group: str  # of features
    oldest: int  # month learned from
    eta: float = 0.05
    corrects_filter: bool = False  # else the season alone is an offset


class Trees:
    """The trees of one recipe, on stacked past months."""

    def __init__(self, recipe):
        self.recipe = recipe

    def learn(self, rows, counts, offsets, threads):
        parameters = {"tree_method": "hist", "max_bin": 128, "nthread": threads, "seed": 1, "eta": self.recipe.eta, "max_depth": 5,
                      "min_child_weight": 5, "subsample": 0.8, "colsample_bytree": 0.5, "lambda": 2, "verbosity": 0}
        self.log_mean = 0.0 if self.recipe.corrects_filter else np.log(max(counts.mean(), 1e-6))
        self.largest = 3 * counts.max()
        matrix = xgboost.QuantileDMatrix(rows, counts, base_margin=offsets + self.log_mean, max_bin=128, nthread=threads)
        objective = None
        if self.recipe.loss == "negative_binomial":
            objective = negative_binomial
            parameters["base_score"] = 0.0
        elif self.recipe.loss == "poisson":
            parameters |= {"objective": "count:poisson", "max_delta_step": 0.7}
        else:
            parameters |= {"objective": "reg:tweedie", "tweedie_variance_power": 1.5}
        self.booster = xgboost.train(parameters, matrix, self.recipe.rounds, obj=objective)

    def means(self, rows, offsets, threads):
        margins = (offsets + self.log_mean).astype(np.float32)
        out = self.booster.inplace_predict(rows, base_margin=margins, predict_type="margin")
        return np.clip(np.exp(out), LEAST_MEAN, self.largest)


RECIPES = {
    "trees_negative_binomial": Recipe("negative_binomial", 200, "models", 12),
    "trees_tweedie": Recipe("tweedie", 150, "days", 12),
    "trees_poisson": Recipe("poisson", 200, "days", 24),
    "trees_over_filter": Recipe("poisson", 100, "models", 24, eta=0.1, corrects_filter=True),
}


# --- the members


class Members:
    def __init__(self, panel, features, weekday, threads, before):
        months = len(panel.months)
        self.filter = Filter(panel, weekday, before and before.filter)
        self.mbg_nbd = BuyTillYouDie(MbgNbd, panel, weekday, before and before.mbg_nbd)
        self.pareto_nbd = BuyTillYouDie(ParetoNbd, panel, weekday, before and before.pareto_nbd)
        self.season = Exposure(panel, weekday, 2.0)
        lessons = range(max(months - OLDEST_LESSON, 1), months)
        track = self.filter.track(panel, panel.months[-1])
        seen = {t: int(np.searchsorted(panel.birth_months, t)) for t in lessons}
        base = {t: features.at(t) for t in lessons}
        views = {t: self.views(panel.before(t), panel.months[t], track[t, :seen[t]]) for t in lessons}
        self.trees = {}
        for name, recipe in RECIPES.items():
            used = [t for t in lessons if months - t <= recipe.oldest]
            rows = np.vstack([self.columns(base[t], views[t], recipe) for t in used])
            counts = np.concatenate([panel.counts[:seen[t], t] for t in used])
            offsets = np.concatenate([self.offsets(panel, t, panel.months[t], views[t], recipe) for t in used])
            self.trees[name] = Trees(recipe)
            self.trees[name].learn(rows, counts, offsets, threads)

    def offsets(self, panel, t, month, views, recipe):
        mean = views[1]["dynamic_nbd"]
        if recipe.corrects_filter:
            return np.log(np.maximum(mean, SMALLEST_MEAN))
        return np.full(len(mean), season_offset(self.season, panel, t, month))

    @staticmethod
    def columns(base, views, recipe):
        return base[0] if recipe.group == "days" else np.hstack([base[0], views[0]])

    def views(self, known, month, state):
        """Returns what the models say of a month as columns, and their means."""
        awake, mean, shape, long_run, volatility, precision = state.T
        (mbg_alive, mbg), (pareto_alive, pareto) = (m.forecast(known, month) for m in (self.mbg_nbd, self.pareto_nbd))

        def log(values):
            return np.log(np.maximum(values, LEAST_MEAN))

        columns = np.column_stack([log(awake * mean), log(mean), awake, log(shape), long_run, volatility, log(precision),
                                   log(mbg), mbg_alive, log(pareto), pareto_alive]).astype(np.float32)
        return columns, {"dynamic_nbd": awake * mean, "mbg_nbd": mbg, "pareto_nbd": pareto}, (awake, mean, shape)

    def ask(self, panel, features, target, threads):
        """Returns the members' means of the month after a panel, and what a head reads."""
        months = len(panel.months)
        base = features.at(months)
        views = self.views(panel, target, self.filter.track(panel, target)[months])
        means = {name: np.maximum(each, LEAST_MEAN) for name, each in views[1].items()}
        for name, trees in self.trees.items():
            offsets = self.offsets(panel, months, target, views, trees.recipe)
            means[name] = trees.means(self.columns(base, views, trees.recipe), offsets, threads)
        awake, mean, shape = views[2]
        held = np.clip(awake, 1e-6, 1 - 1e-6)
        widths = {"days": base[1][:, :4], "awake": np.log(held / (1 - held)),
                  "filter": np.log(np.maximum(awake * mean, LEAST_MEAN)), "last": base[1][:, 4],
                  "shape": np.log(np.minimum(shape, 1e6)), "volatility": np.log(np.maximum(views[0][:, 5], 1e-3))}
        return means, widths, views[2]


# --- the ensemble


def losses(y, mean):
    held = np.maximum(mean, SMALLEST_MEAN)
    return np.where(y > 0, y * np.log(np.maximum(y, 1) / held), 0) - (y - held)


class Pool:
    def __init__(self, lessons):
        y = np.concatenate([counts for _, _, _, counts in lessons])
        means = {name: np.concatenate([lesson[0][name] for lesson in lessons]) for name in lessons[0][0]}
        deviances = {name: 2 * losses(y, each).mean() for name, each in means.items()}
        least = min(deviances.values())
        self.names = [name for name in means if deviances[name] <= 1.1 * least]
        X = np.column_stack([means[name] for name in self.names])
        equal = X.mean(axis=1)
        weight = 1 / (1 + equal) ** 2
        shape = np.clip((weight * equal**2).sum() / max((weight * ((y - equal) ** 2 - equal)).sum(), 1e-9), 0.05, 50)
        best = np.inf
        for geometric in (False, True):
            weights = 0.5 / len(self.names) + 0.5 * self.best(X, y, geometric, shape)
            deviance = 2 * losses(y, self.mean(X, weights, geometric)).mean()
            if deviance < best:
                best, self.weights, self.geometric = deviance, weights, geometric

    @staticmethod
    def mean(X, weights, geometric):
        return np.maximum(np.exp(np.log(X) @ weights) if geometric else X @ weights, LEAST_MEAN)

    @staticmethod
    def best(X, y, geometric, shape):
        inputs = np.log(X) if geometric else X

        def loss(x):
            weights = np.exp(x - x.max())
            weights /= weights.sum()
            mean = Pool.mean(X, weights, geometric)
            held = np.maximum(mean, SMALLEST_MEAN)
            value = (losses(y, mean) + (y + shape) * np.log(shape + held) - y * np.log(held)).mean() + 1e-4 * (x**2).sum()
            slope = np.where(held > mean, 0, 1 - y / mean + (y + shape) / (shape + mean) - y / mean) / len(y)
            by_weight = (slope * mean) @ inputs if geometric else slope @ inputs
            return value, weights * (by_weight - weights @ by_weight) + 2e-4 * x

        x = minimize(loss, np.zeros(X.shape[1]), jac=True, method="L-BFGS-B", bounds=[(-12, 12)] * X.shape[1]).x
        weights = np.exp(x - x.max())
        return weights / weights.sum()

    def of(self, means):
        return self.mean(np.column_stack([means[name] for name in self.names]), self.weights, self.geometric)


def log_nb(y, mean, shape):
    return (gammaln(y + shape) - gammaln(shape) - gammaln(y + 1) - shape * np.log1p(mean / shape) +
            y * (np.log(mean) - np.log(shape + mean)))


class Head:
    """A zero-inflated negative binomial around a mean: ln shape and logit of zero are linear."""

    def __init__(self, covariates, means, y):
        self.center, self.scale = covariates.mean(axis=0), np.maximum(covariates.std(axis=0), 1e-3)
        Z = self.terms(covariates)
        n, size = len(y), Z.shape[1]
        zero = [0, 1, 2, 3, 4, 5, 6, size - 1]
        ridge = np.full(size + len(zero), max(2e-3, 1 / n))
        ridge[[size - 1, -1]] = 0
        none = y == 0

        def loss(x):
            log_shape, logit = Z @ x[:size], Z[:, zero] @ x[size:]
            k, pi = np.exp(np.clip(log_shape, -2.9, 9)), expit(np.clip(logit, -14, 4))
            m = means / (1 - pi)
            at_zero = np.exp(-k * np.log1p(m / k))
            probability = pi + (1 - pi) * at_zero
            score = np.where(none, np.log(probability), np.log1p(-pi) + log_nb(y, m, k))
            by_k = k * (digamma(k + y) - digamma(k) - np.log1p(m / k) + (m - y) / (k + m))
            by_k = np.where(none, (1 - pi) * at_zero * by_k / probability, by_k)
            by_pi = np.where(none, pi * (1 - pi) * ((1 - at_zero) - at_zero * k * m / (m + k)) / probability,
                             -pi + pi * (y - m * (y + k) / (m + k)))
            by_k[(log_shape < -2.9) | (log_shape > 9)] = 0
            by_pi[(logit < -14) | (logit > 4)] = 0
            gradient = np.concatenate([Z.T @ by_k, Z[:, zero].T @ by_pi]) / n
            return -score.mean() + (ridge * x**2).sum(), -gradient + 2 * ridge * x

        start = np.zeros(len(ridge))
        start[-1] = -3
        self.zero, self.size = zero, size
        self.x = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[(-10, 10)] * len(start),
                          options={"maxiter": 120}).x

    def terms(self, covariates):
        z = np.clip((covariates - self.center) / self.scale, -6, 6)
        return np.hstack([z, np.ones((len(z), 1))])

    def parts(self, covariates, means):
        """Returns weight, mean and shape of the count where it is not surely 0."""
        Z = self.terms(covariates)
        k = np.exp(np.clip(Z @ self.x[:self.size], -2.9, 9))
        weight = 1 - expit(np.clip(Z[:, self.zero] @ self.x[self.size:], -14, 4))
        return weight, means / weight, k


def covariates_of(widths, means):
    log_mean = np.log(means)
    return np.column_stack([log_mean, widths["days"], widths["awake"], widths["filter"] - log_mean,
                            widths["last"] - log_mean, widths["shape"], widths["volatility"]])


def moved(state, means):
    awake, mean, shape = state
    weight = np.clip(np.maximum(awake, means / (2 * np.maximum(mean, LEAST_MEAN))), 1e-6, 1)
    return weight, means / weight, shape


def log_probability(part, y):
    weight, mean, shape = part
    none = np.exp(-shape * np.log1p(mean / shape))
    return np.where(y == 0, np.log(1 - weight + weight * none), np.log(weight) + log_nb(y, mean, shape))


def quantile(parts, shares, level):
    """Returns the smallest count that is not exceeded with this probability, of every customer."""
    def below(y):
        return sum(share * (1 - part[0] + part[0] * betainc(part[2], y + 1, part[2] / (part[2] + part[1])))
                   for part, share in zip(parts, shares))

    low = np.full(len(parts[0][0]), -1.0)
    high = np.full(len(low), 1.0)
    while True:
        short = below(high) < level
        if not short.any():
            break
        high[short] *= 4
    while (high - low > 1).any():
        middle = np.floor(0.5 * (low + high))
        enough = below(np.maximum(middle, 0)) >= level
        enough &= middle >= 0
        low, high = np.where(enough, low, np.minimum(middle, high - 1)), np.where(enough, middle, high)
    return high.astype(int)


def forecast(panel, target, weekday, threads):
    """Returns means and quantiles of the month after a panel."""
    sample = panel.sampled(CUSTOMERS)
    features = Features(sample)
    months = len(panel.months)
    members, lessons = None, []
    for month in range(max(months - LOOK_BACK, 4), months):
        known = sample.before(month)
        members = Members(known, features, weekday, threads, members)
        answer = members.ask(known, features, sample.months[month], threads)
        lessons.append((*answer, sample.counts[:len(known.births), month]))
    members = Members(sample, features, weekday, threads, members)
    pool = Pool(lessons)
    means = np.concatenate([pool.of(lesson[0]) for lesson in lessons])
    y = np.concatenate([lesson[3] for lesson in lessons])
    covariates = np.vstack([covariates_of(lesson[1], pool.of(lesson[0])) for lesson in lessons])
    head = Head(covariates, means, y)
    states = [np.concatenate(each) for each in zip(*(lesson[2] for lesson in lessons))]
    ours, theirs = log_probability(head.parts(covariates, means), y), log_probability(moved(states, means), y)
    share = 0.5
    for _ in range(40):
        share = np.clip((1 / (1 + np.exp(np.minimum(theirs - ours, 500)) * (1 - share) / share)).mean(), 1e-3, 1 - 1e-3)
    share = 0.25 + 0.5 * share
    everybody = features if len(sample.births) == len(panel.births) else Features(panel)
    each, widths, state = members.ask(panel, everybody, target, threads)
    means = pool.of(each)
    parts = [head.parts(covariates_of(widths, means), means), moved(state, means)]
    return means, [quantile(parts, (share, 1 - share), level) for level in QUANTILES]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("log", nargs="+")
    parser.add_argument("--month", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--customer", default="customer_id")
    parser.add_argument("--timestamp", default="timestamp")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    numba.set_num_threads(options.threads)
    panel, ids = read(options.log, options.customer, options.timestamp, options.month)
    last = np.datetime64(options.month, "M")
    length = int(((last + 1).astype("datetime64[D]") - last.astype("datetime64[D]")).astype(int))
    target = (int(panel.starts[-1]), length, int(last.astype(int)) % 12)
    means, quantiles = forecast(panel, target, panel.weekday, options.threads)
    out = pd.DataFrame({"customer_id": ids, "expected_transactions": means})
    for name, values in zip(("median", "q05", "q25", "q75", "q95"), quantiles):
        out[name] = values
    out.sort_values("expected_transactions", ascending=False).to_csv(options.out, index=False)


if __name__ == "__main__":
    main()
