#!/usr/bin/env python3
"""Makes the corner shop: sales.csv and products.csv, invented, the same bytes every time.

    docs/examples/corner_shop/make.py

Two years of a small shop in Berlin. Thirty-six customers differ in how often they come, some come
for a while only; ice cream sells in summer, stollen in December, oat milk only since March 2018.
"""

import datetime
import pathlib
import random

FIRST_DAY = datetime.date(2017, 1, 2)
LAST_DAY = datetime.date(2018, 12, 31)

# sku, name, department, price, how well it sells in January ... December.
ALL_YEAR = [1.0] * 12
SUMMER = [0.1, 0.1, 0.2, 0.7, 1.6, 2.6, 3.2, 2.8, 1.2, 0.3, 0.1, 0.1]
ADVENT = [0.1, 0, 0, 0, 0, 0, 0, 0, 0.1, 0.6, 2.4, 4.5]
PRODUCTS = [
    ("1001", "Coffee beans", "Drinks", 8.90, 1.0, ALL_YEAR),
    ("1002", "Black tea", "Drinks", 3.50, 0.5, [1.5, 1.4, 1.2, 0.9, 0.7, 0.5, 0.5, 0.5, 0.8, 1.1, 1.4, 1.5]),
    ("1003", "Lemonade", "Drinks", 1.80, 0.6, SUMMER),
    ("2001", "Milk", "Dairy", 1.20, 2.2, ALL_YEAR),
    ("2002", "Butter", "Dairy", 2.30, 1.0, ALL_YEAR),
    ("2003", "Mountain cheese", "Dairy", 5.60, 0.6, ALL_YEAR),
    ("2004", "Oat milk", "Dairy", 1.90, 1.5, ALL_YEAR),
    ("3001", "Rye bread", "Bakery", 3.20, 2.0, ALL_YEAR),
    ("3002", "Pretzel", "Bakery", 0.90, 1.4, ALL_YEAR),
    ("3003", "Stollen", "Bakery", 9.50, 0.5, ADVENT),
    ("4001", "Bananas", "Fruit", 1.70, 1.6, ALL_YEAR),
    ("4002", "Strawberries", "Fruit", 3.90, 0.7, [0, 0, 0, 0.4, 2.8, 3.6, 1.5, 0.2, 0, 0, 0, 0]),
    ("5001", "Ice cream", "Frozen", 2.50, 0.8, SUMMER),
]
OAT_MILK_SINCE = datetime.date(2018, 3, 1)


def main():
    # Only random() and expovariate(): their numbers are the same in every version of Python.
    rng = random.Random(20170102)
    days = (LAST_DAY - FIRST_DAY).days + 1
    rows = []
    for number in range(1, 37):
        customer = f"C{number:03}"
        days_between = 4 + 80 * rng.random() ** 2.5
        first = int(days * 0.6 * rng.random() ** 2) if number > 8 else 0
        last = days if rng.random() < 0.7 else first + int((days - first) * rng.random())
        day = first + rng.expovariate(1 / days_between)
        while day < last:
            date = FIRST_DAY + datetime.timedelta(days=int(day))
            day += max(1.0, rng.expovariate(1 / days_between))
            if date.weekday() == 6:  # closed on Sundays
                continue
            minute = 8 * 60 + int(12 * 60 * rng.random())
            when = f"{date} {minute // 60:02}:{minute % 60:02}"
            weights = [
                0.0 if sku == "2004" and date < OAT_MILK_SINCE else weight * season[date.month - 1]
                for sku, _, _, _, weight, season in PRODUCTS
            ]
            basket = set()
            for _ in range(1 + int(3 * rng.random())):
                at = rng.random() * sum(weights)
                index = 0
                while at >= weights[index]:
                    at -= weights[index]
                    index += 1
                basket.add(index)
            rows.append((when, customer, [(i, 1 + int(2 * rng.random() ** 3)) for i in sorted(basket)]))
    rows.sort()

    folder = pathlib.Path(__file__).parent
    with open(folder / "sales.csv", "w", encoding="utf-8", newline="\n") as file:
        file.write("receipt,date,customer,sku,quantity,amount\n")
        for receipt, (when, customer, basket) in enumerate(rows, start=1):
            for index, quantity in basket:
                sku, price = PRODUCTS[index][0], PRODUCTS[index][3]
                file.write(f"{receipt},{when},{customer},{sku},{quantity},{price * quantity:.2f}\n")
    with open(folder / "products.csv", "w", encoding="utf-8", newline="\n") as file:
        file.write("sku,name,department,price\n")
        for sku, name, department, price, _, _ in PRODUCTS:
            file.write(f"{sku},{name},{department},{price:.2f}\n")


if __name__ == "__main__":
    main()
