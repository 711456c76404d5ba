#!/usr/bin/env python3
"""Runs clang-tidy over src/ and apps/, two files at a time, skipping what passed before.

Usage: clang_tidy.py CLANG_TIDY BUILD_FOLDER [FILE...]   (the folder holds compile_commands.json)

A file that passed leaves a stamp named by the hash of all that decides the answer: the program, its
configuration, the compile command, the file and every header it reaches by "name". Tests are left to the
compilers' warnings: GoogleTest's macros would need a dozen exceptions to say nothing new.
"""

import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
INCLUDE = re.compile(rb'^[ \t]*#[ \t]*include[ \t]*"([^"]+)"', re.M)


def reached(path, folders, seen):
    """Adds the path, and the files that it includes by "name", to `seen`."""
    if path in seen or not path.is_file():
        return
    seen.add(path)
    for name in INCLUDE.findall(path.read_bytes()):
        for folder in (path.parent, *folders):
            reached((folder / name.decode()).resolve(), folders, seen)


def stamp_of(entry, program):
    digest = hashlib.sha256()
    digest.update(program.encode())
    digest.update((ROOT / ".clang-tidy").read_bytes())
    digest.update(entry["command"].encode())
    files = set()
    folders = [pathlib.Path(name) for name in re.findall(r"-(?:I|isystem )(\S+)", entry["command"])]
    reached(pathlib.Path(entry["file"]), folders, files)
    for path in sorted(files):
        digest.update(str(path).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def main():
    tidy, build = sys.argv[1], pathlib.Path(sys.argv[2]).resolve()
    asked = {str(pathlib.Path(name).resolve()) for name in sys.argv[3:]}
    stamps = build / "clang-tidy-passed"
    stamps.mkdir(exist_ok=True)
    program = subprocess.run([tidy, "--version"], check=True, capture_output=True, text=True).stdout
    entries = [
        entry for entry in json.loads((build / "compile_commands.json").read_text())
        if pathlib.Path(entry["file"]).is_relative_to(ROOT / "src")
        or pathlib.Path(entry["file"]).is_relative_to(ROOT / "apps")
    ]
    if asked:
        entries = [entry for entry in entries if str(pathlib.Path(entry["file"]).resolve()) in asked]
        missing = asked - {str(pathlib.Path(entry["file"]).resolve()) for entry in entries}
        if missing:
            sys.exit(f"clang_tidy: not compiled from src/ or apps/: {', '.join(sorted(missing))}")
    due = [(entry, stamps / stamp_of(entry, program)) for entry in entries]
    due = [(entry, stamp) for entry, stamp in due if not stamp.exists()]

    def run(job):
        entry, stamp = job
        done = subprocess.run([tidy, "--quiet", "-p", str(build), entry["file"]],
                              capture_output=True, text=True)
        if done.returncode == 0:
            stamp.touch()
        return entry["file"], done

    failed = 0
    with concurrent.futures.ThreadPoolExecutor(min(2, os.cpu_count() or 1)) as pool:
        for file, done in pool.map(run, due):
            if done.returncode:
                failed += 1
                print(f"--- {pathlib.Path(file).relative_to(ROOT)}\n{done.stdout}{done.stderr}")
    print(f"{len(entries)} files, {len(due)} due, {failed} with warnings")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
