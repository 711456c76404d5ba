#!/usr/bin/env python3
"""Writes the golden rows of the models, test/golden/models/buy_till_you_die.csv.

Each value is computed from the definition of its model - sums and integrals over what is hidden - with
mpmath at 50 digits, and again at 70; a row whose two values differ in the 25th digit stops the program.
Needs mpmath (PyPI). Takes half a minute.
"""

import pathlib
import sys

import mpmath
from mpmath import mp, mpf

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
OUT = ROOT / "test/golden/models/buy_till_you_die.csv"

HISTORIES = [("0", "0", "31"), ("1", "2.5", "31"), ("4", "28", "30"), ("35", "51", "52"), ("3", "7", "80")]
HORIZONS = ["4.345", "60"]

PARETO = ["0.6 9 0.7 13", "2 6 1 6", "0.01 20 3 0.5", "12 0.4 0.02 300"]
BG = ["0.3 5 0.8 2.2", "1 10 1 1", "4 0.3 0.02 0.05"]
GGOM = ["0.6 9 0.002 0.7 0.03", "0.7 5 0.1 0.5 2"]
MIXTURE = ["0.9 5 0.4 0.8 1 0.5 0.2"]


def breaks(low, high, scale):
    """Panels of an integral over (low, high), finer near low."""
    points = [low]
    step = scale / 64
    while points[-1] + step < high:
        points.append(points[-1] + step)
        step *= 2
    return points + [high]


def nbd(r, alpha, n, t):
    """P(N(t) = n)."""
    return (mpmath.rf(r, n) / mpmath.factorial(n) * (alpha / (alpha + t)) ** r * (t / (alpha + t)) ** n)


class Lifetimes:
    """A continuous lifetime with survival S and density f."""

    def __init__(self, r, alpha, S, f, scale):
        self.r, self.alpha, self.S, self.f, self.scale = r, alpha, S, f, scale

    def over(self, value, low, high):
        return mpmath.quad(lambda y: value(y) * self.f(y), breaks(low, high, self.scale))

    def parts(self, x, t_x, T):
        kernel = lambda y: mpmath.rf(self.r, x) * self.alpha ** self.r / (self.alpha + y) ** (self.r + x)
        return kernel(T) * self.S(T), self.over(kernel, t_x, T)

    def expectation(self, t):
        return self.r / self.alpha * mpmath.quad(self.S, breaks(mpf(0), t, self.scale))

    def pmf(self, n, t):
        count = lambda y: nbd(self.r, self.alpha, n, y)
        return count(t) * self.S(t) + self.over(count, mpf(0), t)


def pareto(r, alpha, s, beta):
    return Lifetimes(r, alpha, lambda y: (beta / (beta + y)) ** s,
                     lambda y: s / beta * (beta / (beta + y)) ** (s + 1), min(alpha, beta))


def gompertz(r, alpha, b, s, beta):
    return Lifetimes(r, alpha, lambda y: (beta / (beta + mpmath.expm1(b * y))) ** s,
                     lambda y: s * b * beta ** s * mpmath.exp(b * y) / (beta + mpmath.expm1(b * y)) ** (s + 1),
                     min(alpha, 1 / b, beta / b))


def continuous(model, build, texts):
    for text in texts:
        def values():
            life = build(*[mpf(v) for v in text.split()])
            for x, t_x, T in HISTORIES:
                alive, gone = life.parts(int(x), mpf(t_x), mpf(T))
                history = (x, t_x, T, "", "", "")
                yield "loglik", history, mpmath.log(alive + gone)
                yield "p_alive", history, alive / (alive + gone)
            for t in HORIZONS:
                yield "expectation", ("", "", "", t, "", ""), life.expectation(mpf(t))
                for n in (0, 1, 6):
                    yield "pmf", ("", "", "", t, str(n), ""), life.pmf(n, mpf(t))
        yield from checked(model, text, values)


def stay(a, b, n):
    return mpmath.beta(a, b + n) / mpmath.beta(a, b)


class Purchases:
    """Dropout at purchases, k stages apart; `first` is whether the first purchase may be the last."""

    def __init__(self, k, r, alpha, a, b, first):
        self.k, self.r, self.alpha, self.a, self.b, self.first = k, r, alpha, a, b, first

    def parts(self, x, t_x, T, litt):
        k, r, alpha = self.k, self.r, self.alpha
        extra = 1 if self.first else 0
        front = mpmath.exp((k - 1) * litt) / mpmath.gamma(k) ** x
        silence = mpmath.fsum(mpmath.rf(r, k * x + j) * alpha ** r / (alpha + T) ** (r + k * x + j)
                              * (T - t_x) ** j / mpmath.factorial(j) for j in range(k))
        alive = front * stay(self.a, self.b, x + extra) * silence
        gone = mpf(0)
        if x > 0 or self.first:
            left = mpmath.beta(self.a + 1, self.b + x - 1 + extra) / mpmath.beta(self.a, self.b)
            gone = front * left * mpmath.rf(r, k * x) * alpha ** r / (alpha + t_x) ** (r + k * x)
        return alive, gone

    def due(self, n, t):
        """P(exactly n purchases were due by t), and P(n or more)."""
        below = lambda m: mpmath.fsum(nbd(self.r, self.alpha, i, t) for i in range(m))
        low, high = below(self.k * n), below(self.k * (n + 1))
        return high - low, 1 - low

    def pmf(self, n, t):
        exactly, atleast = self.due(n, t)
        extra = 1 if self.first else 0
        value = stay(self.a, self.b, n + extra) * exactly
        if n > 0 or self.first:
            value += mpmath.beta(self.a + 1, self.b + n - 1 + extra) / mpmath.beta(self.a, self.b) * atleast
        return value


def dropouts(model, texts, first, staged):
    for text in texts:
        def values():
            numbers = [mpf(v) for v in text.split()]
            process = Purchases(int(numbers[0]), *numbers[1:], first) if staged else Purchases(1, *numbers, first)
            for x, t_x, T in HISTORIES:
                litt = "0" if x in ("0", "1") else "2.25"
                alive, gone = process.parts(int(x), mpf(t_x), mpf(T), mpf(litt) if staged else mpf(0))
                history = (x, t_x, T, "", "", f"litt={litt}")
                yield "loglik", history, mpmath.log(alive + gone)
                yield "p_alive", history, alive / (alive + gone)
            for t in HORIZONS:
                for n in (0, 1, 6):
                    yield "pmf", ("", "", "", t, str(n), ""), process.pmf(n, mpf(t))
        yield from checked(model, text, values)


def mixture(model, texts):
    for text in texts:
        def values():
            r, alpha, a, b, *odds = [mpf(v) for v in text.split()]
            chances = [v / (1 + sum(odds)) for v in [mpf(1)] + odds]
            parts = [Purchases(k, r, alpha / k, a, b, True) for k in (1, 2, 4, 8)]
            for x, t_x, T in HISTORIES:
                litt = "0" if x in ("0", "1") else "2.25"
                both = [process.parts(int(x), mpf(t_x), mpf(T), mpf(litt)) for process in parts]
                alive = sum(c * p[0] for c, p in zip(chances, both))
                gone = sum(c * p[1] for c, p in zip(chances, both))
                history = (x, t_x, T, "", "", f"litt={litt}")
                yield "loglik", history, mpmath.log(alive + gone)
                yield "p_alive", history, alive / (alive + gone)
            for t in HORIZONS:
                for n in (0, 1, 6):
                    yield "pmf", ("", "", "", t, str(n), ""), sum(
                        c * p.pmf(n, mpf(t)) for c, p in zip(chances, parts))
        yield from checked(model, text, values)


def checked(model, parameters, values):
    """The rows of one model, computed twice."""
    answers = []
    for digits in (50, 70):
        mp.dps = digits
        answers.append(list(values()))
    for (quantity, arguments, first), (_, _, second) in zip(*answers):
        if abs(first - second) > mpf(10) ** -25 * abs(second):
            sys.exit(f"{model} {parameters} {quantity} {arguments}: {first} and {second}")
        yield [model, quantity, parameters, *arguments, mpmath.nstr(second, 20)]


def main():
    rows = [
        *continuous("pareto_nbd", pareto, PARETO),
        *continuous("ggom_nbd", gompertz, GGOM),
        *dropouts("bg_nbd", BG, False, False),
        *dropouts("mbg_nbd", BG, True, False),
        *dropouts("bg_cnbd_k", ["2 " + BG[0], "5 " + BG[1]], False, True),
        *dropouts("mbg_cnbd_k", ["3 " + BG[0], "12 2.5 0.9 0.3 4"], True, True),
        *mixture("mbg_cnbd_mixture", MIXTURE),
    ]
    with OUT.open("w", newline="\n") as file:
        file.write("# Definitions of the models, integrated and summed by tools/golden/buy_till_you_die.py with mpmath\n"
                   "# at 50 and 70 digits, which agree in 25; 20 digits given. Tolerance: that of till-golden.\n")
        file.write("model,quantity,params,x,t_x,T,t,n,extra,value\n")
        for row in rows:
            file.write(",".join(row) + "\n")
    print(f"{OUT.relative_to(ROOT)}: {len(rows)} rows")


if __name__ == "__main__":
    main()
