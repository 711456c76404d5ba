#!/usr/bin/env python3
"""Kills till with SIGKILL at random instants, and demands that nothing of it is ever seen again.

    run.py --till build/release/bin/till                     24 kills
    run.py --till ... --kills 200 --rows 200000              more of them, of larger logs

Four scenes take turns: the first ingest of a log is killed; it is killed twice in a row; adding a second
log is killed; a question that writes an answer and a chart is killed. After each kill

- the database holds the files that were ingested whole, and nothing else, or there is none;
- an answer or a chart is there whole, byte for byte, or it is not there.

Then the same is done again, undisturbed: every answer is what it is without a kill, read = accepted +
rejected, and no file is left but those that were asked for.
"""

import argparse
import collections
import datetime
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

NO_SUCH_LOG = {3, 4}  # exit codes: what is there is no database, or holds no log


class Broken(Exception):
    pass


def write_log(path, rng, rows):
    """Writes an unsorted log with some rows that are refused."""
    begin = datetime.datetime(2017, 1, 1)
    with open(path, "w", encoding="utf-8") as file:
        file.write("customer_id,product_id,timestamp\n")
        for _ in range(rows):
            when = begin + datetime.timedelta(seconds=rng.randrange(2 * 365 * 86_400))
            text = "never" if rng.random() < 0.001 else when.isoformat() + "Z"
            file.write(f"c{rng.randrange(rows // 20)},p{rng.randrange(500)},{text}\n")


class Program:
    """Runs till in a folder that also holds its temporary files."""

    def __init__(self, path, folder):
        self.path, self.folder = path.resolve(), folder
        self.environment = {**os.environ, "TMPDIR": str(folder), "HOME": str(folder)}

    def start(self, *words):
        return subprocess.Popen([self.path, *words, "--quiet"], cwd=self.folder, env=self.environment,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def run(self, *words):
        process = self.start(*words)
        stdout, stderr = process.communicate()
        return process.returncode, stdout, stderr

    def succeed(self, *words):
        """Returns what a run that must succeed says."""
        code, stdout, stderr = self.run(*words)
        if code != 0:
            raise Broken(f"till {' '.join(words)}: exit code {code}\n{stderr.decode()}")
        return stdout

    def ask(self, *words):
        return json.loads(self.succeed(*words, "--format", "json"))

    def kill(self, after_s, *words):
        """Kills a run; returns whether it was still running then."""
        process = self.start(*words)
        try:
            process.wait(after_s)
            alive = False
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            alive = True
        process.communicate()
        if process.returncode not in (0, -signal.SIGKILL):
            raise Broken(f"till {' '.join(words)}: exit code {process.returncode}")
        return alive

    def files(self):
        return {path.relative_to(self.folder).as_posix() for path in self.folder.rglob("*")}


QUESTIONS = (("describe", "kept.duckdb"), ("activity", "kept.duckdb"), ("top-products", "kept.duckdb", "--k", "50"),
             ("product-frequency", "kept.duckdb", "--product", "p7", "--year", "2018"))


def told(answer):
    """Returns what of an answer does not depend on how it was asked."""
    return {key: answer[key] for key in ("source", "rows", "summary")}


def answers(program):
    """Returns what the kept log says, and checks that it lost no row."""
    said = [told(program.ask(*question)) for question in QUESTIONS]
    for file in said[0]["summary"]["files"]:
        if file["read"] != file["accepted"] + file["rejected"]:
            raise Broken(f"rows are not conserved: {file}")
    return said


class Scenes:
    def __init__(self, program, rng):
        self.program, self.rng = program, rng
        self.folder = program.folder
        self.empty = program.files()
        self.seconds = {}
        self.expected = {}
        for scene, log in (("first", "a.csv"), ("append", "b.csv")):
            begin = time.monotonic()
            program.ask("ingest", log, "--into", "kept.duckdb")
            self.seconds[scene] = time.monotonic() - begin
            self.expected[scene] = answers(program)
            if scene == "first":
                self.only_a = (self.folder / "kept.duckdb").read_bytes()
        self.only_b = (self.folder / "kept.duckdb").read_bytes()
        begin = time.monotonic()
        program.succeed(*self.question())
        self.seconds["outputs"] = time.monotonic() - begin
        self.outputs = self.written()
        self.clear()

    @staticmethod
    def question():
        return ("activity", "kept.duckdb", "--out", "answer.csv", "--chart", "chart.svg", "--chart", "chart.png")

    def written(self):
        return {name: (self.folder / name).read_bytes() for name in ("answer.csv", "chart.svg", "chart.png")
                if (self.folder / name).exists()}

    def clear(self):
        for name in self.program.files() - self.empty:
            path = self.folder / name
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)

    def instant(self, scene):
        return self.rng.random() * 1.1 * self.seconds[scene]

    def demand_files(self, *names):
        left = self.program.files() - self.empty - set(names)
        if left:
            raise Broken(f"left behind: {sorted(left)}")

    def ingest_again(self, scene, log):
        self.program.ask("ingest", log, "--into", "kept.duckdb")
        if answers(self.program) != self.expected[scene]:
            raise Broken("the answers after a kill differ from those without")
        self.demand_files("kept.duckdb")

    def check_half(self, allowed):
        """After a kill: what is kept is one of the states that were whole, or nothing."""
        code, stdout, stderr = self.program.run("describe", "kept.duckdb", "--format", "json")
        if code in NO_SUCH_LOG and None in allowed:
            return
        if code != 0:
            raise Broken(f"after a kill: exit code {code}\n{stderr.decode()}")
        if told(json.loads(stdout)) not in [state[0] for state in allowed if state]:
            raise Broken("a killed ingest is half there")

    def first(self, kills):
        alive = 0
        for _ in range(kills):
            alive += self.program.kill(self.instant("first"), "ingest", "a.csv", "--into", "kept.duckdb")
            self.check_half([None, self.expected["first"]])
        self.ingest_again("first", "a.csv")
        return alive

    def append(self):
        (self.folder / "kept.duckdb").write_bytes(self.only_a)
        alive = self.program.kill(self.instant("append"), "ingest", "b.csv", "--into", "kept.duckdb")
        self.check_half([self.expected["first"], self.expected["append"]])
        self.ingest_again("append", "b.csv")
        return alive

    def write_outputs(self):
        (self.folder / "kept.duckdb").write_bytes(self.only_b)
        alive = self.program.kill(self.instant("outputs"), *self.question())
        for name, content in self.written().items():
            if content != self.outputs[name]:
                raise Broken(f"{name} is half there")
        self.program.succeed(*self.question())
        if self.written() != self.outputs:
            raise Broken("outputs after a kill differ from those without")
        self.demand_files("kept.duckdb", "answer.csv", "chart.svg", "chart.png")
        return alive


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--till", type=pathlib.Path, required=True, help="the program")
    parser.add_argument("--kills", type=int, default=24)
    parser.add_argument("--rows", type=int, default=20_000, help="of each of the two logs")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    kills = collections.Counter()
    with tempfile.TemporaryDirectory(prefix="till-crash-") as name:
        folder = pathlib.Path(name)
        for log in ("a.csv", "b.csv"):
            write_log(folder / log, rng, options.rows)
        scenes = Scenes(Program(options.till, folder), rng)
        turns = {"first ingest": lambda: scenes.first(1), "append": scenes.append,
                 "outputs": scenes.write_outputs, "twice in a row": lambda: scenes.first(2)}
        while kills.total() < options.kills:
            for what, scene in turns.items():
                try:
                    kills[what] += scene()
                except Broken as problem:
                    print(f"seed {options.seed}, after {dict(kills)}, {what}: {problem}", file=sys.stderr)
                    return 1
                scenes.clear()
    print(f"{kills.total()} kills: " + ", ".join(f"{n} {what}" for what, n in kills.items()) + "; every answer as without")
    return 0


if __name__ == "__main__":
    sys.exit(main())
