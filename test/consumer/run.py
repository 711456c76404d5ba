#!/usr/bin/env python3
"""Uses till as another project would: installed, and as a subdirectory.

    run.py --build build/release

Installs the build into a folder of its own, builds docs/examples/best_sellers against it with nothing else
in reach, and compares its answer and picture with those of the program; does the same with the installed
examples/evaluate_saved_model. Then has a project with
add_subdirectory compile the same source.
"""

import argparse
import json
import os
import pathlib
import shlex
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]


def run(*command, **options):
    """Runs a command; returns its output, or ends with all it printed."""
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, check=False, **options)
    if done.returncode != 0:
        sys.exit(f"FAILED {' '.join(map(str, command))}\n{done.stdout}")
    return done.stdout


def main():
    parser = argparse.ArgumentParser(description="Uses till as another project would.")
    parser.add_argument("--build", type=pathlib.Path, required=True, help="a build folder of till")
    build = parser.parse_args().build.resolve()
    passed = 0

    with tempfile.TemporaryDirectory(prefix="till-consumer-") as name:
        folder = pathlib.Path(name)
        prefix = folder / "prefix"
        run("cmake", "--install", build, "--prefix", prefix)
        run("cmake", "-S", ROOT / "docs/examples/best_sellers", "-B", folder / "installed",
            f"-DCMAKE_PREFIX_PATH={prefix}", "-DCMAKE_BUILD_TYPE=Release")
        run("cmake", "--build", folder / "installed")
        # Where README says that a program finds DuckDB: in ../lib/till beside itself.
        program = prefix / "bin" / "best_sellers"
        os.rename(folder / "installed" / "best_sellers", program)

        log = ROOT / "docs/examples/corner_shop/sales.csv"
        answer = run(program, log, folder / "library.svg")
        expected = run(prefix / "bin" / "till", "top-products", log, "--k", "3", "--quiet",
                       "--chart", folder / "program.svg")
        if answer != expected:
            sys.exit(f"FAILED the library answers\n{answer}but the program\n{expected}")
        if (folder / "library.svg").read_bytes() != (folder / "program.svg").read_bytes():
            sys.exit("FAILED the library draws another picture than the program")
        passed += 1

        # A model that the program kept, evaluated by a program of its own.
        run("cmake", "-S", prefix / "share/till/examples", "-B", folder / "examples",
            f"-DCMAKE_PREFIX_PATH={prefix}", "-DCMAKE_BUILD_TYPE=Release")
        run("cmake", "--build", folder / "examples")
        run("cmake", "--install", folder / "examples", "--prefix", prefix)
        model = folder / "shop.till"
        run(prefix / "bin" / "till", "fit", log, "--model", "dynamic_nbd", "--as-of", "2018-09-01", "--quiet",
            "--out", model)
        scores = run(prefix / "bin" / "evaluate_saved_model", model, log, "--pictures", folder / "pictures")
        title = run(prefix / "bin" / "till", "evaluate", log, "--model-file", model, "--quiet").splitlines()[0]
        if title not in scores or "bias" not in scores:
            sys.exit(f"FAILED evaluate_saved_model prints\n{scores}but the program\n{title}")
        pictures = sorted(path.name for path in (folder / "pictures").glob("*.png") if path.stat().st_size > 5000)
        if pictures != ["calibration.png", "deciles.png", "frequency.png", "leaderboard.png", "tracking.png"]:
            sys.exit(f"FAILED evaluate_saved_model draws {pictures}")
        passed += 1

        # The one file as that project would compile it; all of till a second time would prove no more.
        run("cmake", "-S", ROOT / "test/consumer", "-B", folder / "subdirectory", f"-DTILL_SOURCE={ROOT}",
            "-DCMAKE_EXPORT_COMPILE_COMMANDS=ON", "-G", "Ninja")
        commands = json.loads((folder / "subdirectory/compile_commands.json").read_text(encoding="utf-8"))
        ours = [entry for entry in commands if pathlib.Path(entry["file"]).name == "best_sellers.cpp"]
        if len(ours) != 1:
            sys.exit(f"FAILED the project compiles best_sellers.cpp {len(ours)} times")
        run(*shlex.split(ours[0]["command"]), cwd=ours[0]["directory"])
        passed += 1
    print(f"{passed} passed, 0 failed")


if __name__ == "__main__":
    main()
