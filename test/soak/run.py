#!/usr/bin/env python3
"""Ingests small random logs, whole and broken, and asks random questions, for as long as one likes.

    run.py --till build/dev/bin/till --minutes 60            an hour under the address sanitizer
    run.py --till ... --minutes 1 --seed 7                   another one

Each round writes a log of up to 2,000 rows - CSV, TSV or JSON lines, plain or gzip, times written in one
of several ways, ids in many scripts - with rows broken on purpose, and knows what must come out: how many
rows are accepted and why the others are not, and every answer, as bench/claims/answers works them out in
plain Python. The log is then added to and asked again. Between such rounds files of noise are thrown at
the program, which must refuse them with an error of its own. A sanitizer that finds anything, a leak
included, ends the program with an exit code that is none of till's.

Stops at the first difference and leaves the folder of the round, named on standard error.
"""

import argparse
import collections
import datetime
import gzip
import importlib.machinery
import importlib.util
import json
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import time
import zoneinfo

ROOT = pathlib.Path(__file__).resolve().parents[2]
OWN_EXIT_CODES = {2, 3, 4, 5, 6, 7, 8}
UTC = datetime.timezone.utc
PLAIN_IDS = ["c{}", "Zoë{}", "客户{}", "{}", "00{}", "x y {}"]
QUOTED_IDS = PLAIN_IDS + ["a,{}", 'the "{}"', "two\nlines {}", "'; DROP TABLE till.files; -- {}"]


class Difference(Exception):
    pass


def load_answers():
    """Returns bench/claims/answers as a module."""
    loader = importlib.machinery.SourceFileLoader("answers", str(ROOT / "bench/claims/answers/run"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("answers", loader))
    sys.dont_write_bytecode = True
    loader.exec_module(module)
    return module


class Program:
    def __init__(self, path):
        self.path = path.resolve()
        self.asked = 0

    def run(self, *words):
        self.asked += 1
        return subprocess.run([self.path, *map(str, words)], capture_output=True, check=False)

    def ask(self, *words):
        """Returns an answer as JSON has it."""
        done = self.run(*words, "--format", "json", "--quiet")
        if done.returncode != 0 or done.stderr:
            raise Difference(f"till {words}: exit code {done.returncode}\n{done.stderr.decode(errors='replace')}")
        return json.loads(done.stdout)

    def refused(self, *words):
        """Whether the program refuses; it must then say so itself."""
        done = self.run(*words, "--quiet")
        if done.returncode == 0:
            return False
        if done.returncode not in OWN_EXIT_CODES or not done.stderr.startswith(b"till: error: "):
            raise Difference(f"till {words}: exit code {done.returncode}\n{done.stderr.decode(errors='replace')}")
        return True


class InventedLog:
    """Rows with what must become of them."""

    def __init__(self, rng, zone):
        self.zone = zone
        self.accepted = []                      # (instant, customer, product)
        self.rejected = collections.Counter()   # by reason
        self.format = rng.choice(["csv", "csv", "tsv", "json"])
        self.times = rng.choice(["instant", "offset", "local", "epoch", "epoch_ms"])
        quoted = self.format == "json" or rng.random() < 0.5
        self.ids = QUOTED_IDS if quoted else PLAIN_IDS
        self.may_leave_open = not quoted        # else the quote would end somewhere in a later row

    def written_time(self, instant):
        """Returns a time as the log writes it."""
        if self.times == "instant":
            return instant.isoformat().replace("+00:00", "Z")
        if self.times == "offset":
            return instant.astimezone(datetime.timezone(datetime.timedelta(hours=2))).isoformat(" ")
        if self.times == "local":
            return instant.astimezone(self.zone).replace(tzinfo=None).isoformat(" ")
        micros = (instant - datetime.datetime(1970, 1, 1, tzinfo=UTC)) // datetime.timedelta(microseconds=1)
        return str(micros // 1_000_000 if self.times == "epoch" else micros // 1000)

    def row(self, customer, product, when):
        if self.format == "json":
            return json.dumps({"customer_id": customer, "product_id": product, "timestamp": when}).encode()
        mark = "\t" if self.format == "tsv" else ","
        cells = []
        for cell in (customer, product, when):
            if any(c in cell for c in mark + '"\n'):
                cell = '"' + cell.replace('"', '""') + '"'
            cells.append(cell)
        return mark.join(cells).encode()

    def broken_row(self, rng, row):
        """Returns a row that must be refused, and why."""
        whole = self.row("c1", "p1", "when") if self.format == "json" else row
        kind = rng.choice(["time", "product", "form", "bytes", "nul", "open"])
        if kind == "time":
            return self.row("c1", "p1", "32nd of May"), "invalid_timestamp"
        if kind == "product":
            return self.row("c1", "", self.written_time(datetime.datetime(2018, 1, 1, 12, tzinfo=UTC))), "missing_product"
        if kind == "bytes":
            return whole.replace(b"\n", b" ")[:-2] + b"\xff\xfe" + whole[-2:], "invalid_utf8"
        if kind == "nul":
            return whole.replace(b"\n", b" ") + b"\0", "nul_byte"
        if self.format == "json":
            return whole[:-1], "invalid_json"
        mark = b"\t" if self.format == "tsv" else b","
        if kind == "open" and self.may_leave_open:
            return b"c1" + mark + b'"p1' + mark + b"2018-01-01", "unclosed_quote"
        return row + mark + b"more", "wrong_column_count"

    def write(self, path, rng, customers, products, n):
        lines = [] if self.format == "json" else [
            ("\t" if self.format == "tsv" else ",").join(["customer_id", "product_id", "timestamp"]).encode()]
        broken = rng.choice([0, 0, 0.01, 0.2])
        sorted_ = rng.random() < 0.5
        begin = datetime.datetime(2016, 11, 20, tzinfo=UTC)
        moments = [begin + datetime.timedelta(seconds=rng.randrange(3 * 365 * 86_400)) for _ in range(n)]
        for instant in sorted(moments) if sorted_ else moments:
            if self.times == "local":  # an hour that clocks show twice or never is no round trip
                shown = instant.astimezone(self.zone)
                if shown.fold or shown.replace(fold=1).utcoffset() != shown.utcoffset():
                    continue
            customer = "" if rng.random() < 0.03 else rng.choice(self.ids).format(rng.randrange(customers))
            product = rng.choice(self.ids).format(rng.randrange(products))
            row = self.row(customer, product, self.written_time(instant))
            # The first rows stay whole: they tell the delimiter and how times are written.
            if len(lines) > 50 and rng.random() < broken:
                row, reason = self.broken_row(rng, row)
                self.rejected[reason] += 1
            else:
                self.accepted.append((instant, customer, product))
            lines.append(row)
        end = b"\r\n" if self.format != "json" and rng.random() < 0.3 else b"\n"
        data = end.join(lines) + (end if rng.random() < 0.9 else b"")
        if end == b"\r\n" and self.ids is QUOTED_IDS:
            data = b"\n".join(lines) + b"\n"  # line feeds in ids are to stay what they are
        path.write_bytes(gzip.compress(data, 1) if rng.random() < 0.3 else data)


def check_answers(answers, program, invented, kept, rng):
    log = answers.Log.__new__(answers.Log)
    log.zone = invented.zone
    log.rows = sorted(invented.accepted, key=lambda row: row[0])
    log.times = [row[0] for row in log.rows]
    def compare(question, expected, *words):
        rows = program.ask(*words)["rows"]
        if rows != expected:
            raise Difference(f"{question}: Python says {expected}\ntill says {rows}")
    if any(customer for _, customer, _ in log.rows):
        compare("activity", answers.activity(log), "activity", kept)
    for _ in range(2):
        instant, _, product = rng.choice(log.rows)
        year = instant.astimezone(log.zone).year
        compare(f"product-frequency {product} {year}", answers.product_frequency(log, product, year),
                "product-frequency", kept, f"--product={product}", "--year", year)
    for _ in range(2):
        moment = (log.times[0] + (log.times[-1] - log.times[0]) * rng.random()).replace(microsecond=0)
        k, months = rng.randrange(1, 30), rng.choice([1, 3, 6, 12])
        compare(f"top-products {moment} {k} {months}", answers.top_products(log, moment, k, months),
                "top-products", kept, "--as-of", moment.isoformat(), "--k", k, "--window", f"{months}mo")


def whole_round(answers, program, folder, rng):
    zone_name = rng.choice(["UTC", "Europe/Paris", "America/New_York", "Asia/Kathmandu"])
    invented = InventedLog(rng, zoneinfo.ZoneInfo(zone_name))
    kept = folder / "kept.duckdb"
    customers, products = rng.randrange(1, 300), rng.randrange(1, 100)
    for part in range(rng.choice([1, 1, 2])):
        path = folder / f"log{part}"
        invented.write(path, rng, customers, products, rng.choice([60, 300, 2000]))
        format_flags = {"epoch": ["--timestamp-format", "epoch"], "epoch_ms": ["--timestamp-format", "epoch_ms"]}
        words = ["ingest", path, "--into", kept, "--time-zone", zone_name, *format_flags.get(invented.times, [])]
        answer = program.ask(*words)
        source = answer["source"]
        if (source["accepted"], source["rejected"]) != (len(invented.accepted), invented.rejected.total()):
            raise Difference(f"Python accepts {len(invented.accepted)} and rejects {invented.rejected}, till says {answer}")
        if program.ask(*words)["rows"][0]["status"] != "known":
            raise Difference("the same file was added twice")
        check_answers(answers, program, invented, kept, rng)
    rejects = collections.Counter(program.ask("describe", kept)["summary"]["rejects"])
    rejects["unclosed_quote"] += rejects.pop("malformed_quote", 0)  # one that the next open quote closes
    if +rejects != invented.rejected:
        raise Difference(f"Python rejects {invented.rejected}, till says {rejects}")
    if rng.random() < 0.2:
        verb = rng.choice(["activity", "top-products"])
        chart = folder / ("chart." + rng.choice(["svg", "png", "html", "json"]))
        program.ask(verb, kept, "--chart", chart)
        if not chart.stat().st_size:
            raise Difference("an empty chart")


def noisy_round(program, folder, rng):
    """Throws noise at the program."""
    path = folder / "noise"
    kind = rng.choice(["bytes", "text", "cut", "flipped"])
    invented = InventedLog(rng, zoneinfo.ZoneInfo("UTC"))
    invented.write(path, rng, 20, 20, 200)
    data = path.read_bytes()
    if kind == "bytes":
        data = rng.randbytes(rng.randrange(1, 20_000))
    elif kind == "text":
        data = bytes(rng.choice(b'ab1,;\t"\n\r{}:-') for _ in range(rng.randrange(1, 5000)))
    elif kind == "cut":
        data = data[:rng.randrange(1, len(data))]
    else:
        data = bytearray(data)
        for _ in range(rng.randrange(1, 20)):
            data[rng.randrange(len(data))] = rng.randrange(256)
    path.write_bytes(data)
    kept = folder / "kept.duckdb"
    if program.refused("ingest", path, "--into", kept):
        if kept.exists():
            raise Difference("a refused first file leaves a database behind")
        return
    source = program.ask("describe", kept)
    files = source["summary"]["files"]
    if any(file["read"] != file["accepted"] + file["rejected"] for file in files):
        raise Difference(f"rows are not conserved: {files}")
    data = bytearray(kept.read_bytes())  # and a damaged database: an answer or an error, no crash
    for _ in range(rng.randrange(1, 50)):
        data[rng.randrange(len(data))] = rng.randrange(256)
    kept.write_bytes(data[:rng.choice([len(data), rng.randrange(len(data))])])
    program.refused(rng.choice(["activity", "describe", "top-products"]), kept)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--till", type=pathlib.Path, required=True, help="the program")
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    answers = load_answers()
    program = Program(options.till)
    end = time.monotonic() + 60 * options.minutes
    rounds = 0
    while time.monotonic() < end:
        rng = random.Random(f"{options.seed}/{rounds}")
        folder = pathlib.Path(tempfile.mkdtemp(prefix="till-soak-"))
        try:
            if rounds % 4 == 3:
                noisy_round(program, folder, rng)
            else:
                whole_round(answers, program, folder, rng)
        except Difference as difference:
            print(f"round {rounds} of seed {options.seed}, kept in {folder}:\n{difference}", file=sys.stderr)
            return 1
        shutil.rmtree(folder)
        rounds += 1
        if rounds % 50 == 0:
            print(f"{rounds} rounds, {program.asked:,} runs of the program", flush=True)
    print(f"{rounds} rounds, {program.asked:,} runs of the program: all as Python says, no leak")
    return 0


if __name__ == "__main__":
    os.environ.pop("ASAN_OPTIONS", None)
    sys.exit(main())
