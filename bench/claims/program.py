"""The program that claims are made about."""

import argparse
import json
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]


def parser(description):
    """Returns a parser of the flags that all claims share."""
    made = argparse.ArgumentParser(description=description)
    made.add_argument("--till", type=pathlib.Path, default=ROOT / "build/release/bin/till", help="the program to ask")
    return made


class Till:
    """Asks the program and counts how often."""

    def __init__(self, path):
        self.path = path.resolve()
        self.asked = 0

    def ask(self, verb, *words):
        """Returns the answer to a question as JSON has it."""
        self.asked += 1
        words = [str(word) for word in words]
        done = subprocess.run([self.path, verb, *words, "--format", "json", "--quiet"], capture_output=True, check=False)
        if done.returncode != 0:
            raise SystemExit(f"till {verb} {' '.join(words)}: exit code {done.returncode}\n{done.stderr.decode()}")
        return json.loads(done.stdout)
