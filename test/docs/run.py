#!/usr/bin/env python3
"""Keeps the documentation true: runs what it shows and compares what comes out.

    test/docs/run.py --till build/release/bin/till              check README.md and docs/
    test/docs/run.py --till ... docs/guide/ingest.md            check some pages
    test/docs/run.py --till ... --update docs/guide/ingest.md   write what came out into them

Every fenced block that begins with ```console is run; blocks with other words are not. A line that
begins with "$ " is a command, with what follows it up to the end of a here-document or of lines that
end in a backslash; the lines below are its output, standard error included. In them "…" stands for
anything within a line, and a line of "…" alone for any lines.

Each page is one shell session in a folder that looks like a fresh checkout, so a page makes the files
it needs. A command that fails must be followed by "$ echo $?", which shows the exit code.
```console demo is run only where `make demo` was, and skipped elsewhere.

Without --update it also checks links between pages; that each verb, flag, error code and cited source is
documented; and that no page shows a flag that till does not have. A README without a block is a failure.
"""

import argparse
import dataclasses
import difflib
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
TIMEOUT_SECONDS = 300  # of one page
HEREDOC = re.compile(r"<<-?\s*['\"]?(\w+)['\"]?")


@dataclasses.dataclass
class Step:
    """One command of a page."""

    line: int           # of the command, 1 is the first of the page
    command: str
    output_begin: int   # lines [output_begin, output_end) of the page, 0-based
    output_end: int
    expected: list[str]


def steps_of(lines, demo):
    """Returns the commands of a page, and how many blocks were skipped."""
    steps, skipped, at = [], 0, 0
    while at < len(lines):
        opening = re.fullmatch(r"```console(?: (\w+))?", lines[at].rstrip("\n"))
        at += 1
        if opening is None:
            continue
        end = next(i for i in range(at, len(lines)) if lines[i].startswith("```"))
        if opening[1] not in (None, "demo"):
            raise SystemExit(f"line {at}: ```console {opening[1]} is not known")
        if opening[1] == "demo" and not demo:
            skipped += 1
            at = end + 1
            continue
        while at < end:
            if not lines[at].startswith("$ "):
                raise SystemExit(f"line {at + 1}: a console block must begin with a command")
            begin = at
            command = [lines[at][2:].rstrip("\n")]
            at += 1
            document = HEREDOC.search(command[0])
            if document:
                while True:
                    command.append(lines[at].rstrip("\n"))
                    at += 1
                    if command[-1] == document[1]:
                        break
            while command[-1].endswith("\\"):
                command.append(lines[at].rstrip("\n"))
                at += 1
            output = at
            while at < end and not lines[at].startswith("$ "):
                at += 1
            steps.append(Step(begin + 1, "\n".join(command), output, at,
                              [line.rstrip("\n") for line in lines[output:at]]))
        at = end + 1
    return steps, skipped


def run_page(steps, till, folder):
    """Runs the commands in one shell. Returns (exit code, output) of each that was reached."""
    mark = "\x1e"
    script = [f"mark() {{ local code=$?; printf '{mark}%d{mark}' $code; return $code; }}"]
    for step in steps:
        script += [step.command, "mark"]
    environment = dict(os.environ, PATH=f"{till.parent}{os.pathsep}{os.environ['PATH']}", LC_ALL="C.UTF-8",
                       TZ="UTC", HOME=str(folder))
    for name in ("NO_COLOR", "COLUMNS", "TERM"):
        environment.pop(name, None)
    # Through a file: standard output and error in the order in which they were written.
    with open(folder.parent / "output", "wb+") as output:
        subprocess.run(["bash", "-c", "\n".join(script)], cwd=folder, env=environment, stdin=subprocess.DEVNULL,
                       stdout=output, stderr=subprocess.STDOUT, timeout=TIMEOUT_SECONDS, check=False)
        output.seek(0)
        pieces = output.read().decode("utf-8", errors="replace").split(mark)
    return [(int(code), text) for text, code in zip(pieces[0::2], pieces[1::2])]


def line_matches(expected, actual):
    pattern = ".*".join(re.escape(part) for part in expected.split("…"))
    return re.fullmatch(pattern, actual) is not None


def matches(expected, actual):
    """Returns whether lines are as expected; a line of "…" alone stands for any lines, or none."""
    if not expected:
        return not actual
    if expected[0].strip() == "…":
        return any(matches(expected[1:], actual[i:]) for i in range(len(actual) + 1))
    return bool(actual) and line_matches(expected[0], actual[0]) and matches(expected[1:], actual[1:])


def copy_checkout(folder):
    """Makes a folder that looks like the checkout. What commands may write to is a copy."""
    for entry in ROOT.iterdir():
        if entry.name not in ("build", "docs", ".git"):
            (folder / entry.name).symlink_to(entry)
    shutil.copytree(ROOT / "docs", folder / "docs")
    (folder / "build").mkdir()
    if (ROOT / "build/demo").exists():
        (folder / "build/demo").symlink_to(ROOT / "build/demo")


def check_page(path, till, demo, update):
    """Returns (commands run, blocks skipped, failures)."""
    name = path.relative_to(ROOT)
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    steps, skipped = steps_of(lines, demo)
    if not steps:
        return 0, skipped, []
    with tempfile.TemporaryDirectory(prefix="till-docs-") as temporary:
        folder = pathlib.Path(temporary, "till")
        folder.mkdir()
        copy_checkout(folder)
        results = run_page(steps, till, folder)
        results = [(code, text.replace(str(folder), "…")) for code, text in results]
    failures, replacements = [], []
    for index, step in enumerate(steps):
        if index >= len(results):
            failures.append(f"{name}:{step.line}: the shell ended before $ {step.command}")
            break
        code, text = results[index]
        actual = [line.rstrip() for line in text.splitlines()]
        if not matches(step.expected, actual):
            replacements.append((step, actual))
            difference = difflib.unified_diff(step.expected, actual, "documented", "actual", lineterm="", n=2)
            failures.append(f"{name}:{step.line}: $ {step.command}\n    " + "\n    ".join(difference))
        follower = steps[index + 1].command if index + 1 < len(steps) else ""
        if code != 0 and follower != "echo $?":
            failures.append(f"{name}:{step.line}: exit code {code} of $ {step.command}")
    if update and replacements:
        for step, actual in reversed(replacements):
            lines[step.output_begin:step.output_end] = [line + "\n" for line in actual]
        path.write_text("".join(lines), encoding="utf-8")
    return len(steps), skipped, failures


# --- what pages say about each other and about the program ------------------------------------------


def prose_of(text):
    """Returns a page without its fenced blocks."""
    return re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)


def anchors_of(text):
    anchors = set(re.findall(r'<a id="([^"]+)"', text))
    for heading in re.findall(r"^#+ +(.*)$", prose_of(text), flags=re.MULTILINE):
        plain = re.sub(r"[^\w\- ]", "", re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading).lower())
        anchors.add(plain.strip().replace(" ", "-"))
    return anchors


def check_links(pages):
    failures = []
    for page in pages:
        text = prose_of(page.read_text(encoding="utf-8"))
        targets = re.findall(r"\]\(([^)\s]+)\)", text) + re.findall(r'(?:src|href)="([^"]+)"', text)
        for target in targets:
            if re.match(r"[a-z]+:", target):
                continue
            file, _, anchor = target.partition("#")
            there = (page.parent / file).resolve() if file else page
            if not there.exists():
                failures.append(f"{page.relative_to(ROOT)}: link to {target}: there is no such file")
            elif anchor and anchor not in anchors_of(there.read_text(encoding="utf-8")):
                failures.append(f"{page.relative_to(ROOT)}: link to {target}: there is no such heading")
    return failures


def check_vocabulary(pages, till):
    """Holds the program's verbs and flags, the error codes and the cited sources against the pages."""
    def till_says(*words):
        return subprocess.run([till, *words], capture_output=True, text=True, check=True).stdout

    texts = {page.relative_to(ROOT).as_posix(): page.read_text(encoding="utf-8") for page in pages}
    everything = "\n".join(texts.values())
    failures = []

    verbs = re.findall(r"^  ([a-z-]+) ", till_says("--help").split("Verbs:")[1].split("\n\n")[0], flags=re.MULTILINE)
    flags = {"--help", "--version"}
    for verb in verbs:
        guide = f"docs/guide/{verb.replace('-', '_')}.md"
        if guide not in texts:
            failures.append(f"{guide} is missing: till has a verb {verb}")
        if f"`{verb}`" not in texts["README.md"]:
            failures.append(f"README.md does not name the verb {verb}")
        flags |= set(re.findall(r"--[a-z][a-z-]*", till_says(verb, "--help")))
    for flag in sorted(flags):
        if not re.search(rf"`[^`\n]*{flag}(?![\w-])", everything):
            failures.append(f"no page explains {flag}")
    for name, text in texts.items():
        for command in re.findall(r"^(?:\$ )?till .*(?:\\\n.*)*", text, flags=re.MULTILINE):
            for flag in re.findall(r"(?<!\S)--[a-z][a-z-]*", command):
                if flag not in flags and f"{flag} is not a flag" not in text:
                    failures.append(f"{name} shows {flag}, which no verb of till has")

    codes = re.search(r"enum class ErrorCode \{(.*?)\};", (ROOT / "include/till/core/error.hpp").read_text(), re.DOTALL)
    for code in re.findall(r"^\s+(\w+),", codes[1], flags=re.MULTILINE):
        anchor = re.sub(r"(?<!^)(?=[A-Z])", "_", code).lower()
        if anchor not in anchors_of(texts["docs/guide/errors.md"]):
            failures.append(f"docs/guide/errors.md has no heading {anchor}")

    for header in sorted((ROOT / "include").rglob("*.hpp")):
        sources = re.search(r"/// Sources:(.*)", header.read_text(encoding="utf-8"))
        for key in re.findall(r"\[([A-Z][\w-]*)\]", sources[1]) if sources else []:
            if f"[{key}]" not in texts["docs/references.md"]:
                failures.append(f"docs/references.md does not resolve [{key}] of {header.relative_to(ROOT)}")
    return failures


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--till", type=pathlib.Path, default=ROOT / "build/release/bin/till")
    parser.add_argument("--update", action="store_true", help="write what came out into the pages")
    parser.add_argument("pages", nargs="*", type=pathlib.Path)
    options = parser.parse_args()

    till = options.till.resolve()
    everything = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
    pages = [page.resolve() for page in options.pages] or everything
    demo = (ROOT / "build/demo/shop.duckdb").exists()

    commands, skipped, failures = 0, 0, []
    for page in pages:
        try:
            run, left_out, failed = check_page(page, till, demo, options.update)
        except SystemExit as error:
            run, left_out, failed = 0, 0, [f"{page.relative_to(ROOT)}: {error}"]
        except subprocess.TimeoutExpired:
            run, left_out, failed = 0, 0, [f"{page.relative_to(ROOT)}: not done after {TIMEOUT_SECONDS} s"]
        if page == ROOT / "README.md" and run == 0:
            failed.append("README.md: no command was run")
        commands += run
        skipped += left_out
        failures += failed
    if not options.update:
        failures += check_links(pages)
        if not options.pages:
            failures += check_vocabulary(everything, till)
    for failure in failures:
        print(failure, file=sys.stderr)
    print(f"{commands} commands of {len(pages)} pages, {len(failures)} failures"
          + (f", {skipped} blocks skipped: they need make demo" if skipped else ""))
    return 0 if options.update or not failures else 1


if __name__ == "__main__":
    sys.exit(main())
