"""Measure the store of runs, in a rendered project with a finished run: python benchmarks/store.py PROJECT.

Makes 1,000 records of one real one, with other ids, times, statuses and values, in a temporary copy; prints seconds on
the wall and CPU seconds of each command, Python's start included.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path

RECORDS = 1000
COMMANDS = {
    "runs": [],
    "runs --where": ["--where", "verdict == 'supported' and metric > 0.9"],
    "runs dashboard": ["dashboard"],
}


def fill(folder, real):
    """Write the records."""
    began = datetime.fromisoformat(real["started"])
    for n in range(RECORDS):
        run = real | {"id": f"{n:06d}", "started": (began + timedelta(hours=n)).isoformat(), "wall_s": 60 + n % 7}
        run["verdict"] = ("supported", "equivalent", "no conclusion")[n % 3]
        run["estimates"]["role"]["candidate"][run["metrics"][0]] |= {"value": 0.85 + (n % 100) / 1000}
        if n % 10 == 0:
            run |= {"status": ("failed", "killed")[n % 20 == 0], "error": "ValueError: made for this measurement"}
            run = {key: value for key, value in run.items() if key not in ("estimates", "verdict")}
        (folder / run["id"]).mkdir(parents=True)
        (folder / run["id"] / "run.json").write_text(json.dumps(run, indent=2), encoding="utf-8")


def main(project):
    """Print the table."""
    found = [json.loads(path.read_text(encoding="utf-8")) for path in Path(project).glob("runs/*/run.json")]
    finished = [run for run in found if run["status"] == "finished"]
    if not finished:
        sys.exit(f"{project}: there is no finished run: make run")
    python = Path(project, ".venv", "bin", "python").absolute()
    with tempfile.TemporaryDirectory(prefix="bench-") as place:
        study = Path(place, "study")
        shutil.copytree(project, study, ignore=shutil.ignore_patterns(".venv", ".git", "runs", "results"))
        fill(study / "runs", finished[0])
        print(f"{f'{RECORDS} records':18}{'wall s':>8}{'CPU s':>8}")
        for name, arguments in COMMANDS.items():
            start, before = time.perf_counter(), os.times()
            subprocess.run([python, "-m", "harness", "runs", *arguments], cwd=study, check=True, capture_output=True)
            wall, after = time.perf_counter() - start, os.times()
            cpu = after.children_user + after.children_system - before.children_user - before.children_system
            print(f"{name:18}{wall:8.2f}{cpu:8.2f}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]) if len(sys.argv) == 2 else __doc__)
