#!/usr/bin/env python3
"""A PostgreSQL server of its own for as long as a command runs.

    postgresql.py till_log_test --gtest_brief=1     sets TILL_TEST_WAREHOUSE=postgresql://... for it

or, from Python:

    with Server() as server:
        subprocess.run([...], env={**os.environ, "TILL_TEST_WAREHOUSE": server.uri})

The server has its own data folder, listens on loopback at a free port, trusts everybody but the role
`locked`, forgets to flush, orders text as English does (so that who forgets to say otherwise is found out),
and is stopped by its process id. PostgreSQL refuses root, so root runs it as another user.

Exit code 77 where PostgreSQL is not installed: the test is skipped, loudly; with CI=true that is a failure.
"""

import ctypes
import glob
import os
import pathlib
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

SKIPPED = 77
START_S = 30


class Missing(Exception):
    """PostgreSQL is not installed."""


def programs():
    """The folder of initdb and postgres; Debian keeps them out of the PATH."""
    found = shutil.which("initdb")
    folders = [pathlib.Path(found).resolve().parent] if found else []
    folders += map(pathlib.Path, sorted(glob.glob("/usr/lib/postgresql/*/bin"), reverse=True))
    for folder in folders:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise Missing("PostgreSQL is not installed: run tools/setup test, or apt-get install postgresql-15")


def someone_else():
    """Keyword arguments of subprocess that make root somebody who may run a server."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            user = pwd.getpwnam(name)
            return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        except KeyError:
            pass
    raise Missing("there is no user `postgres` or `nobody` to run PostgreSQL as")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def stop_with_parent():
    """Ends the server when this script is killed: 1 is PR_SET_PDEATHSIG, SIGINT a fast shutdown."""
    ctypes.CDLL(None).prctl(1, signal.SIGINT)


class Server:
    def __init__(self):
        self.bin = programs()
        self.user = someone_else()
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="till-postgresql-"))
        self.data = self.folder / "data"
        self.process = None
        self.port = free_port()

    @property
    def uri(self):
        return self.uri_of("postgres")

    def uri_of(self, database):
        return f"postgresql://till@127.0.0.1:{self.port}/{database}"

    def psql(self, sql, database="postgres"):
        """Runs SQL, and returns its rows as text."""
        done = subprocess.run([self.bin / "psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", sql,
                               self.uri_of(database)], capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"{sql}: {done.stderr.strip()}")
        return done.stdout

    def start(self):
        settings = {
            "port": self.port, "listen_addresses": "127.0.0.1", "unix_socket_directories": "", "fsync": "off",
            "synchronous_commit": "off", "full_page_writes": "off", "max_wal_size": "256MB",
            "shared_buffers": "64MB", "autovacuum": "off", "log_min_messages": "warning",
        }
        words = [str(self.bin / "postgres"), "-D", str(self.data)]
        for name, value in settings.items():
            words += ["-c", f"{name}={value}"]
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/",
                                            preexec_fn=stop_with_parent, start_new_session=True, **self.user)
        end = time.monotonic() + START_S
        ready = [self.bin / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        while subprocess.run(ready, check=False).returncode != 0:
            if self.process.poll() is not None or time.monotonic() > end:
                raise RuntimeError("PostgreSQL does not start:\n" + (self.folder / "log").read_text())
            time.sleep(0.02)

    def stop(self):
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.send_signal(signal.SIGQUIT)
                self.process.wait(10)
        self.process = None

    def __enter__(self):
        try:
            if self.user:
                os.chown(self.folder, self.user["user"], self.user["group"])
            done = subprocess.run([self.bin / "initdb", "-D", self.data, "-U", "till", "-A", "trust", "-E", "UTF8",
                                   "--no-sync", "--locale=C.UTF-8", "--locale-provider=icu",
                                   "--icu-locale=en-US"], capture_output=True, text=True, cwd="/", **self.user)
            if done.returncode != 0:
                raise RuntimeError("initdb failed:\n" + done.stdout + done.stderr)
            access = self.data / "pg_hba.conf"
            access.write_text("host all locked 127.0.0.1/32 scram-sha-256\n" + access.read_text())
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


def main():
    try:
        server = Server()
    except Missing as missing:
        print(f"SKIPPED: {missing}", file=sys.stderr)
        return 1 if os.environ.get("CI") == "true" else SKIPPED
    with server:
        return subprocess.run(sys.argv[1:], env={**os.environ, "TILL_TEST_WAREHOUSE": server.uri}).returncode


if __name__ == "__main__":
    sys.exit(main())
