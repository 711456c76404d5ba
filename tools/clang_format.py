#!/usr/bin/env python3
"""Formats the C and C++ of this checkout, or with --check only says what is not formatted.

Usage: clang_format.py CLANG_FORMAT [--check]
"""

import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent


def main():
    program, check = sys.argv[1], sys.argv[2:] == ["--check"]
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "*.cpp", "*.hpp", "*.c", "*.h"],
        cwd=ROOT, check=True, capture_output=True, text=True).stdout.splitlines()
    files = sorted({name for name in listed if (ROOT / name).is_file()})
    mode = ["--dry-run", "-Werror"] if check else ["-i"]
    status = subprocess.run([program, *mode, *files], cwd=ROOT).returncode if files else 0
    print(f"{len(files)} files {'checked' if check else 'formatted'}")
    if status and check:
        print("make format mends these")
    return status


if __name__ == "__main__":
    sys.exit(main())
