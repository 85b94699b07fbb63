"""What the comparisons share: Python packages in an environment of their own, and gatefold's bench programs."""

import importlib.util
import json
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def with_packages(folder, needed, *options):
    """Runs the script again with the environment in `folder`, made if need be, when packages are missing here.

    `needed` names the package of each module; `options` are pip's.
    """
    missing = [package for module, package in needed.items() if importlib.util.find_spec(module) is None]
    if not missing:
        return
    if Path(sys.prefix) == folder.resolve():
        sys.exit(f"{folder} lacks {', '.join(missing)} although pip put it there: remove it and run this again")
    python = folder / "bin" / "python"
    if not python.exists():
        print(f"making {folder}", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    # What is there already is left as it is.
    subprocess.run([python, "-m", "pip", "install", "--quiet", *needed.values(), *options], check=True)
    sys.exit(subprocess.run([python, *sys.argv]).returncode)


def built(bench):
    """Path of a bench program, built first."""
    command = ["cargo", "bench", "-p", "gatefold", "--bench", bench, "--no-run", "--message-format=json"]
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    artifacts = (json.loads(line) for line in done.stdout.splitlines())
    found = [a["executable"] for a in artifacts if a.get("executable") and a["target"]["name"] == bench]
    return found[-1]


class Program:
    """A bench program, which stays and measures on command."""

    def __init__(self, program, threads, *options):
        command = [program, "--serve", "--threads", str(threads), *map(str, options)]
        # Candle's own threads read this.
        environment = {**os.environ, "RAYON_NUM_THREADS": str(threads)}
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        self.process = subprocess.Popen(command, env=environment, text=True, **pipes)
        self.hello = self.answer()
        self.peak = None

    def answer(self):
        line = self.process.stdout.readline()
        if not line:
            sys.exit("the bench program ended early")
        return json.loads(line)

    def ask(self, line):
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()
        answer = self.answer()
        self.peak = answer.get("peak_memory_mib", self.peak)
        return answer

    def close(self):
        self.process.stdin.close()
        self.process.wait()

    def cpu_ms(self):
        """Processor time so far; the number is Linux's clock of another process (clock_getcpuclockid)."""
        return time.clock_gettime(~self.process.pid << 3 | 2) * 1e3
