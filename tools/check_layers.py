#!/usr/bin/env python3
"""Checks what the style guide says about modules; prints FILE:LINE: what, and fails if there is any.

- A module includes only from its row in cmake/layers.cmake, and no other module's private headers.
- Public headers include only the standard library and till.
- Below apps/: no printing, no ending the process, no environment, wall clock or global randomness.
- No file is called utils, helpers, common or misc.
"""

import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
LAYERS = ROOT / "cmake/layers.cmake"

COMMENT = r"//[^\n]*|/\*.*?\*/"
STRING = r'R"(?P<delimiter>[^(\s]*)\(.*?\)(?P=delimiter)"|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])\''
TOKEN = re.compile(f"(?P<comment>{COMMENT})|(?P<string>{STRING})", re.S)
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.M)
STANDARD_HEADER = re.compile(r"[a-z_0-9]+")
MAIN = re.compile(r"^int main\(", re.M)  # a program that runs while building, no part of the library
NAMELESS = re.compile(r"(^|_)(utils?|helpers?|common|misc)(_|$)")

FORBIDDEN = {
    r"\b(?:std::)?(?:v?f?printf|f?puts|putchar|perror)\s*\(": "prints",
    r"\bstd::(?:cout|cerr|clog|print(?:ln)?)\b|\bfmt::print\b": "prints",
    r"\b(?:std::)?(?:abort|_?exit|_Exit|quick_exit|terminate)\s*\(": "ends the process",
    r"\b(?:std::)?(?:secure_)?getenv\s*\(|\bsetenv\s*\(": "reads or writes the environment",
    r"\bsystem_clock::now\b|\bstd::time\s*\(|\bgettimeofday\s*\(": "reads the clock",
    r"\bstd::rand\b|\bsrand\s*\(|\brandom_device\b": "uses randomness without a seed",
}
FORBIDDEN = [(re.compile(pattern), what) for pattern, what in FORBIDDEN.items()]

# A broken TILL_ASSERT is the one thing that cannot be returned to a caller.
MAY_STOP = {"src/core/check.cpp"}


def layers():
    """module -> the modules it may include, itself among them."""
    rows = re.findall(r"^set\(TILL_LAYER_(\w+)([^)]*)\)", LAYERS.read_text(), re.M)
    return {module: {module, *row.split()} for module, row in rows}


def blank(text, kinds):
    """The text with comments or strings replaced by spaces, so that lines keep their numbers."""
    def replace(match):
        kind = "comment" if match["comment"] is not None else "string"
        return re.sub(r"[^\n]", " ", match[0]) if kind in kinds else match[0]

    return TOKEN.sub(replace, text)


def module_of(path):
    """(module, public) of a file, or (None, False) when it belongs to none."""
    parts = path.parts
    if parts[:2] == ("include", "till") and len(parts) > 3:
        return parts[2], True
    if parts[0] == "src" and len(parts) > 2:
        return parts[1], False
    if parts[0] == "apps" and len(parts) > 2:
        return parts[1], False
    return None, False


def check(path, rows):
    text = (ROOT / path).read_text(encoding="utf-8")
    module, public = module_of(path)
    if module is None:
        return
    if module not in rows:
        yield 1, f"module {module} has no row in {LAYERS.relative_to(ROOT)}"
        return
    code = blank(text, {"comment"})
    for match in INCLUDE.finditer(code):
        line = code.count("\n", 0, match.start(2)) + 1
        quoted, name = match[1] == '"', match[2]
        parts = name.split("/")
        if parts[0] == "till":
            if parts[1] not in rows[module]:
                yield line, f"{module} may not include {name}: it sees only {', '.join(sorted(rows[module]))}"
        elif quoted and len(parts) > 1 and parts[0] in rows and parts[0] != module:
            yield line, f"{name} is private to {parts[0]}"
        elif public and (quoted or not STANDARD_HEADER.fullmatch(name)):
            yield line, f"a public header includes only the standard library and till, not {name}"
    code = blank(code, {"string"})
    if path.parts[0] == "apps" or path.as_posix() in MAY_STOP or MAIN.search(code):
        return
    for pattern, what in FORBIDDEN:
        for match in pattern.finditer(code):
            line = code.count("\n", 0, match.start()) + 1
            yield line, f"{match[0].strip()} {what}: below apps/ nothing may"


def main():
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],
        cwd=ROOT, check=True, capture_output=True, text=True).stdout.splitlines()
    paths = [pathlib.PurePosixPath(line) for line in listed if (ROOT / line).is_file()]
    rows = layers()
    problems = checked = 0
    for path in paths:
        found = []
        if any(NAMELESS.search(part.split(".")[0].lower()) for part in path.parts):
            found.append((1, "utils, helpers, common, misc: name what the functions share"))
        if path.suffix in {".cpp", ".hpp", ".c", ".h"}:
            checked += 1
            found += check(path, rows)
        for line, what in found:
            problems += 1
            print(f"{path}:{line}: {what}")
    print(f"{checked} files checked, {problems} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
