"""Measure what two workers save, in a rendered project: python benchmarks/workers.py PROJECT.

The study is that of benchmarks/evaluation.py, of some two minutes, by the environment of this repository, which has
Dask. Printed are ratios of seconds on the wall, each run from an empty cache; leave the machine alone meanwhile.

1. What the machine itself gives: twice the seconds of a process that fits forests, over those of two such at once. On
   cores that are shared with others, or are halves of one, that is less than two, and bounds what comes below.
2. One worker over two processes of this machine.
3. One worker over two workers of a Dask scheduler.

Beside each of these: what a fit costs more by two than by one, all that is not shared between them included.
"""

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from distributed import LocalCluster
from evaluation import SIZES, inside, put, seconds

FORESTS = """
from sklearn.datasets import make_classification
from sklearn.ensemble import RandomForestClassifier
X, y = make_classification({rows}, 8, n_informative=8, n_redundant=0, flip_y=0.2, random_state=0)
for seed in range(10 * {repeats}):
    RandomForestClassifier({trees}, max_depth=8, random_state=seed).fit(X, y).predict_proba(X)
"""
WAIVER = '\n[waivers.E2]\nreason = "The packages are those of the template."\ndate = 2026-11-01\n'


def run(folder, *options):
    """Seconds of a run, on the wall."""
    shutil.rmtree(folder / "runs", ignore_errors=True)
    return seconds(folder, "-m", "harness", "run", *options)[0]


def study(project, folder, **size):
    """Put the study into a folder, with the environment of this repository."""
    put(project, folder, **size)
    (folder / ".venv").unlink()
    (folder / ".venv").symlink_to(sys.prefix)
    with (folder / "study" / "plan.toml").open("a", encoding="utf-8") as plan:
        plan.write(WAIVER)
    return folder


def at_once(count, size):
    """Seconds of so many processes that fit forests at once, on the wall."""
    began = time.perf_counter()
    children = [subprocess.Popen([sys.executable, "-c", FORESTS.format(**size)]) for _ in range(count)]
    if any([child.wait() for child in children]):
        sys.exit("a process that fits forests has failed")
    return time.perf_counter() - began


def main(project, size=SIZES["study"]):
    """Print the table."""
    alone, two = at_once(1, size), at_once(2, size)
    print(f"{'the machine itself, of two':33}{2 * alone / two:6.2f}  {'':6}  {2 * alone:.1f} s / {two:.1f} s")
    with (
        tempfile.TemporaryDirectory(prefix="bench-") as place,
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
    ):
        far = ("--scheduler", cluster.scheduler_address)
        warm_up = study(project, Path(place, "warm-up"), rows=200, trees=2, repeats=2)
        run(warm_up, "--workers", 2)
        run(warm_up, *far)  # what workers import at first
        folder = study(project, Path(place, "study"), **size)
        one = run(folder, "--workers", 1)
        fits, _ = inside(folder)
        for what, goal, options in (("processes", ">= 1.8", ("--workers", 2)), ("workers of Dask", ">= 1.7", far)):
            two = run(folder, *options)
            more = 1000 * (2 * two - one) / fits
            print(f"one worker / two {what:16}{one / two:6.2f}  {goal}  {one:.1f} s / {two:.1f} s  {more:.0f} ms a fit")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]) if len(sys.argv) == 2 else __doc__)
