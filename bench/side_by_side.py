"""Programs measured from outside, side by side in one run."""

import os
import pathlib
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs/benchmarks.md"


def machine():
    """Returns what the numbers depend on."""
    def line_of(path, key):
        found = [line.split(":", 1)[1].strip() for line in open(path, encoding="utf-8") if line.startswith(key)]
        return found[0] if found else "unknown"

    memory_gb = int(line_of("/proc/meminfo", "MemTotal").split()[0]) / 1024**2
    return {"processor": line_of("/proc/cpuinfo", "model name"), "cores": len(os.sched_getaffinity(0)),
            "memory_gb": round(memory_gb, 1), "system": f"{platform.system()} {'.'.join(platform.release().split('.')[:2])}",
            "load_before": round(os.getloadavg()[0], 1)}


def measure(command, environment=None):
    """Runs a command. Returns (seconds on the clock, CPU seconds, peak MB, standard output)."""
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as complaints:
        begun = time.monotonic()
        process = subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=output,
                                   stderr=complaints, env=environment)
        _, status, used = os.wait4(process.pid, 0)
        wall = time.monotonic() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            complaints.seek(0)
            sys.exit(f"{' '.join(map(str, command))}: exit code {process.returncode}\n{complaints.read().decode()}")
        output.seek(0)
        return wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, output.read().decode()


class Jobs:
    """Jobs by name with what each run of them took."""

    def __init__(self):
        self.runs = {}

    def run(self, name, command, prepare=lambda: None):
        prepare()
        wall, cpu, peak_mb, output = measure(command)
        self.runs.setdefault(name, []).append({"wall_s": wall, "cpu_s": cpu, "peak_mb": peak_mb})
        return output

    def medians(self, name):
        return {key: statistics.median(run[key] for run in self.runs[name]) for key in self.runs[name][0]}


def peers_python(pins_file, folder):
    """Returns the Python that has the peers, installing them where that was not done yet."""
    pins = pins_file.read_text(encoding="utf-8")
    done = folder / "pins.txt"
    if not done.exists() or done.read_text(encoding="utf-8") != pins:
        shutil.rmtree(folder, ignore_errors=True)
        python = shutil.which("python3.11") or sys.executable
        subprocess.run([python, "-m", "venv", folder], check=True)
        subprocess.run([folder / "bin/pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "--no-deps",
                        "--only-binary", ":all:", "--requirement", pins_file], check=True)
        done.write_text(pins, encoding="utf-8")
    return folder / "bin/python"


def write_docs(text, what):
    """Writes what was measured between its marks of docs/benchmarks.md."""
    begin, end = f"<!-- {what}: begin -->", f"<!-- {what}: end -->"
    page = DOCS.read_text(encoding="utf-8")
    before, rest = page.split(begin)
    _, after = rest.split(end)
    DOCS.write_text(f"{before}{begin}\n{text}{end}{after}", encoding="utf-8")
