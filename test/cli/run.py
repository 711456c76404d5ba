#!/usr/bin/env python3
"""Runs till from outside: every test/cli/<verb>/<case>.test, each in a folder of its own.

    run.py --till build/release/bin/till              all cases
    run.py --till ... top-products/ties               those whose path contains the word
    run.py --till ... --update                        writes what came out into the cases; read the diff

To add a case, write a file like this one and run it with --update:

    description: Products with equal counts are ranked by id.
    group: top-products

    --- file log.csv
    customer_id,product_id,timestamp
    c1,pear,2018-01-01T10:00:00Z
    c1,apple,2018-01-02T10:00:00Z
    --- command
    till top-products log.csv
    --- exit 0
    --- stdout
    ...
    --- stderr

The name of a case is its path. `command` is a script for bash with `till` in its PATH, in which nothing
is wrong to use that a shell has: pipes, several commands, `ls` to see what is left. `terminal 80` beside
the other parts gives it a terminal of so many columns, whose output is then all in stdout. A part that is
missing expects nothing (exit: 0).

`validate.py VERB`, in $CLI_TESTS, checks JSON against its schema.

Cases of the group `postgresql` have the URI of an empty database of their own in $DATABASE, on a server that
lives as long as the run (test/support/postgresql.py), and psql in their PATH; <database> in output is that URI.
Where PostgreSQL is not installed they are skipped, which CI=true does not let pass.

In expected output a line `...` stands for any lines, and a line that begins with `~ ` is a regular
expression for one line. What differs by place or build is written <folder> and <version>, an escape
character <esc>; <no newline> ends output without a line feed.
"""

import argparse
import concurrent.futures
import contextlib
import difflib
import os
import pathlib
import pty
import re
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
import postgresql  # noqa: E402  (of test/support)

TIMEOUT_S = 60
POSTGRESQL = "postgresql"  # a group
PART = re.compile(r"^--- (file|command|exit|stdout|stderr|terminal)(?: (.*))?$")


class BadCase(Exception):
    pass


class Case:
    """One .test file: a header and parts."""

    def __init__(self, path):
        self.path = path
        self.name = path.relative_to(HERE).with_suffix("").as_posix()
        self.header, self.files, self.parts = [], [], {}
        current = self.header
        for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
            match = PART.match(line)
            if not match:
                current.append(line)
                continue
            kind, argument = match[1], match[2]
            current = []
            if kind == "file":
                self.files.append((argument, current))
            elif kind in self.parts:
                raise BadCase(f"{self.name}:{number}: a second {kind}")
            else:
                self.parts[kind] = (argument, current)
        keys = dict(line.split(": ", 1) for line in self.header if ": " in line)
        for key in ("description", "group"):
            if key not in keys:
                raise BadCase(f"{self.name}: the header has no {key}")
        self.group = keys["group"]
        if "command" not in self.parts:
            raise BadCase(f"{self.name}: there is no command")

    @staticmethod
    def text(lines):
        """The content of a part; the line feed before the next part belongs to the last line."""
        while lines and lines[-1] == "":
            lines = lines[:-1]
        return "".join(line + "\n" for line in lines)

    @property
    def command(self):
        return self.text(self.parts["command"][1])

    @property
    def terminal(self):
        return int(self.parts["terminal"][0]) if "terminal" in self.parts else None

    def expected(self):
        exit_code = int(self.parts["exit"][0]) if "exit" in self.parts else 0
        output = [self.text(self.parts[kind][1]) if kind in self.parts else "" for kind in ("stdout", "stderr")]
        return exit_code, *output

    def rewrite(self, exit_code, stdout, stderr):
        """Puts what came out into the file; expectations that were met stay as they are."""
        _, old_stdout, old_stderr = self.expected()
        stdout = old_stdout if matches(old_stdout, stdout) else stdout
        stderr = old_stderr if matches(old_stderr, stderr) else stderr
        text = self.text(self.header) + "\n"
        for name, lines in self.files:
            text += f"--- file {name}\n{self.text(lines)}"
        if self.terminal:
            text += f"--- terminal {self.terminal}\n"
        text += f"--- command\n{self.command}--- exit {exit_code}\n--- stdout\n{stdout}--- stderr\n{stderr}"
        self.path.write_text(text, encoding="utf-8")


def matches(expected, actual):
    """Whether output is as expected, `...` and `~ ` understood."""
    pattern = ""
    for line in expected.splitlines():
        if line == "...":
            pattern += r"(?:.*\n)*?"
        elif line.startswith("~ "):
            pattern += f"(?:{line[2:]})\n"
        else:
            pattern += re.escape(line) + "\n"
    return re.fullmatch(pattern, actual) is not None


def run_in_terminal(command, columns, folder, environment):
    """Runs a script with a terminal; returns its exit code and everything the terminal was sent."""
    pid, descriptor = pty.fork()
    if pid == 0:
        os.chdir(folder)
        os.execvpe("bash", ["bash", "-c", command], environment)
    import fcntl
    import termios
    fcntl.ioctl(descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    output, end = b"", time.monotonic() + TIMEOUT_S
    while time.monotonic() < end:
        try:
            piece = os.read(descriptor, 65536)
        except OSError:  # the other side is closed
            break
        if not piece:
            break
        output += piece
    else:
        os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    os.close(descriptor)
    return os.waitstatus_to_exitcode(status), output.replace(b"\r\n", b"\n"), b""


def run(case, till, version, server):
    """Runs a case; returns (exit code, stdout, stderr) as they are written in cases."""
    database = None
    folder = pathlib.Path(tempfile.mkdtemp(prefix="till-cli-"))
    try:
        for name, lines in case.files:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(Case.text(lines), encoding="utf-8")
        environment = {
            "PATH": f"{till.parent}:{os.environ['PATH']}", "HOME": str(folder), "LC_ALL": "C.UTF-8",
            "TERM": "xterm", "TMPDIR": str(folder), "CLI_TESTS": str(HERE), "PYTHONDONTWRITEBYTECODE": "1",
        }
        if case.group == POSTGRESQL:
            name = re.sub("[^a-z]", "_", case.name)
            server.psql(f"CREATE DATABASE {name}")
            database = server.uri_of(name)
            environment["DATABASE"] = database
            environment["PATH"] += f":{server.bin}"
        if case.terminal:
            code, stdout, stderr = run_in_terminal(case.command, case.terminal, folder, environment)
        else:
            # A group of its own, so that a case that hangs ends with all it started.
            process = subprocess.Popen(["bash", "-c", case.command], cwd=folder, env=environment,
                                       stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                       stderr=subprocess.PIPE, start_new_session=True)
            try:
                stdout, stderr = process.communicate(timeout=TIMEOUT_S)
                code = process.returncode
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                stdout, stderr = process.communicate()
                stderr += f"<no end after {TIMEOUT_S} s>\n".encode()
                code = 124

        def written(output):
            text = output.decode("utf-8", "backslashreplace")
            if database is not None:
                text = text.replace(database, "<database>")
            text = text.replace(str(folder), "<folder>").replace("\x1b", "<esc>").replace("\r", "<cr>")
            text = re.sub(rf'("till_version": "|\btill )({re.escape(version)})', r"\1<version>", text)
            return text if text == "" or text.endswith("\n") else text + "<no newline>\n"

        return code, written(stdout), written(stderr)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def difference(what, expected, actual):
    lines = difflib.unified_diff(expected.splitlines(), actual.splitlines(), f"{what} expected", f"{what} found",
                                 lineterm="", n=2)
    return "".join(f"    {line}\n" for line in lines)


def main(stack):
    parser = argparse.ArgumentParser(description="Runs till from outside.")
    parser.add_argument("--till", type=pathlib.Path, required=True, help="the program")
    parser.add_argument("--update", action="store_true", help="write what came out into the cases")
    parser.add_argument("words", nargs="*", help="only cases whose path contains one of these")
    arguments = parser.parse_args()
    till = arguments.till.resolve()
    version = subprocess.run([till, "--version"], capture_output=True, text=True, check=True).stdout.split()[1]

    cases = [Case(path) for path in sorted(HERE.glob("*/*.test"))]
    cases = [case for case in cases
             if not arguments.words or any(word in case.name for word in arguments.words)]
    server, skipped = None, 0
    if any(case.group == POSTGRESQL for case in cases):
        try:
            server = stack.enter_context(postgresql.Server())
        except postgresql.Missing as missing:
            skipped = sum(case.group == POSTGRESQL for case in cases)
            cases = [case for case in cases if case.group != POSTGRESQL]
            print(f"SKIPPED {skipped} cases: {missing}", file=sys.stderr)
    passed = failed = 0
    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
        results = pool.map(lambda case: run(case, till, version, server), cases)
        for case, (code, stdout, stderr) in zip(cases, results):
            wanted_code, wanted_stdout, wanted_stderr = case.expected()
            same = (code == wanted_code and matches(wanted_stdout, stdout) and matches(wanted_stderr, stderr))
            if same:
                passed += 1
                continue
            failed += 1
            if arguments.update:
                case.rewrite(code, stdout, stderr)
                print(f"UPDATED {case.name}")
                continue
            print(f"FAILED {case.name}: {dict(l.split(': ', 1) for l in case.header if ': ' in l)['description']}")
            if code != wanted_code:
                print(f"    exit {code}, but must be {wanted_code}")
            for what, wanted, found in (("stdout", wanted_stdout, stdout), ("stderr", wanted_stderr, stderr)):
                if not matches(wanted, found):
                    print(difference(what, wanted, found), end="")
    print(f"{passed} passed, {failed} {'updated' if arguments.update else 'failed'}")
    if skipped and os.environ.get("CI") == "true":
        return 1
    if not cases and not skipped:
        print("no case matches", file=sys.stderr)
        return 1
    return 1 if failed and not arguments.update else 0


if __name__ == "__main__":
    try:
        with contextlib.ExitStack() as opened:
            sys.exit(main(opened))
    except BadCase as problem:
        sys.exit(f"run.py: {problem}")
