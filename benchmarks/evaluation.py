"""Measure the evaluation, in a rendered project: python benchmarks/evaluation.py PROJECT.

A synthetic study of some two minutes takes the place of the project's, in a temporary copy. All is printed as ratios,
of seconds on the wall and of CPU seconds (children included), so that machines can be compared; leave the machine
alone meanwhile. It takes some ten minutes.

1. `python -m harness run --workers 1` over a bare scikit-learn loop of the same fits, scores and explanations; with
   10 times the rows, too.
2. One worker over two, each from an empty cache.
3. A second run of the unchanged study over the first.
4. What 10 times the rows, and 10 times the jobs, cost; beside it, what the fits and scores themselves took. What the
   further jobs cost beyond that, for each: the overhead of a fit.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

BARE = Path(__file__).with_name("bare_loop.py")
LEFT = (".git", ".venv", "runs", "results", "dist", "__pycache__")
SIZES = {
    "study": {"rows": 3000, "trees": 500, "repeats": 3},
    "large": {"rows": 30_000, "trees": 60, "repeats": 2},
    "small": {"rows": 1000, "trees": 20, "repeats": 2},
    "rows": {"rows": 10_000, "trees": 20, "repeats": 2},
    "jobs": {"rows": 1000, "trees": 20, "repeats": 27},
}
DATA = '''
"""Synthetic rows, of which {rows} are made."""
import numpy as np
import pandas as pd
import pandera.pandas as pa
from sklearn.datasets import make_classification

SCHEMA = pa.DataFrameSchema({{name: pa.Column(float) for name in "abcdefgh"}} | {{"y": pa.Column(int)}})


def read():
    X, y = make_classification({rows}, 8, n_informative=8, n_redundant=0, flip_y=0.2, random_state=0)
    return pd.DataFrame(X, columns=list("abcdefgh")).assign(y=y)


def tidy(raw):
    return raw.rename_axis("row")
'''
MODELS = '''
"""Two forests, and two that cost little."""
from sklearn.ensemble import ExtraTreesClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

def pipeline(model): return make_pipeline(StandardScaler(), model)
def linear(seed): return pipeline(LogisticRegression(random_state=seed))
def domain(seed): return DecisionTreeClassifier(max_depth=2, random_state=seed)
def rival(seed): return pipeline(ExtraTreesClassifier({trees}, max_depth=8, random_state=seed))
def candidate(seed): return pipeline(RandomForestClassifier({trees}, max_depth=8, random_state=seed))
'''
PLAN = """
[question]
claim = "One forest is better than the other."
falsified_by = "An interval below the margin."
metric = "roc_auc"
why = "It needs no threshold."
margin = 0.02
agreed_with = "Nobody: it is a benchmark."
further_metrics = ["neg_log_loss"]
[data]
target = "y"
features = ["a", "b", "c", "d", "e", "f", "g", "h"]
[rows]
dependence = "none"
reason = "The rows are drawn one by one."
sealed = 0.2
[models]
linear = "linear"
domain = "domain"
rival = "rival"
candidate = "candidate"
[evaluation]
seed = 0
folds = 5
repeats = {repeats}
draws = 3
[ablations]
without_a = {{ columns = ["a"] }}
"""


def put(project, folder, rows, trees, repeats, random=None):
    """Copy the project and give it the synthetic study."""
    shutil.copytree(project, folder, ignore=shutil.ignore_patterns(*LEFT))
    (folder / ".venv").symlink_to(Path(project, ".venv").resolve())
    plan = PLAN.format(repeats=repeats) + ("" if random is None else f"[nuisances]\nrandom = {random}\n")
    texts = {"data.py": DATA.format(rows=rows), "models.py": MODELS.format(trees=trees), "plan.toml": plan}
    for name, text in texts.items():
        (folder / "study" / name).write_text(text, encoding="utf-8")
    return folder


def seconds(folder, *arguments):
    """Seconds of a command by the project's Python, in its folder: on the wall, and of CPU."""
    one_thread = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")}
    python, start, before = str(folder / ".venv" / "bin" / "python"), time.perf_counter(), os.times()
    done = subprocess.run(
        [python, *map(str, arguments)], cwd=folder, env=os.environ | one_thread, capture_output=True, text=True
    )
    if done.returncode:
        sys.exit(done.stdout + done.stderr)
    after = os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return time.perf_counter() - start, cpu


def run(folder, workers, cold=True):
    """Seconds of a run."""
    if cold:
        shutil.rmtree(folder / "runs", ignore_errors=True)
    return seconds(folder, "-m", "harness", "run", "--workers", workers)


def inside(folder):
    """How many fits the newest run has, and the seconds that they and their scores took."""
    path = max(folder.glob("runs/*/scores.csv"), key=lambda one: one.stat().st_mtime_ns)
    header, *rows = (line.split(",") for line in path.read_text(encoding="utf-8").splitlines())
    fit, score = header.index("fit_s"), header.index("score_s")
    return len(rows), sum(float(row[fit]) + float(row[score]) for row in rows)


def say(what, one, other, detail="", goal=""):
    """Print a line of the table: the ratio of two pairs of seconds."""
    wall, cpu = (above / below for above, below in zip(one, other, strict=True))
    print(f"{what:22}{wall:7.3f}{cpu:7.3f}  {goal:8}{one[0]:7.1f} s / {other[0]:.1f} s  {detail}", flush=True)


def main(project, sizes=SIZES):
    """Print the table."""
    with tempfile.TemporaryDirectory(prefix="bench-") as place:
        study = put(project, Path(place, "study"), **sizes["study"])
        run(put(project, Path(place, "warm-up"), rows=200, trees=2, repeats=2), 2)  # bytecode and pages of libraries
        print(f"{'':22}{'wall':>7}{'CPU':>7}  goal (of the wall)")
        one = run(study, 1)
        fits, _ = inside(study)
        (scores,) = study.glob("runs/*/scores.csv")
        bare = seconds(study, BARE, scores)
        say("harness / bare loop", one, bare, f"{fits} fits, one worker", "<= 1.10")
        large = put(project, Path(place, "large"), **sizes["large"])
        one_large = run(large, 1)
        (scores,) = large.glob("runs/*/scores.csv")
        bare_large = seconds(large, BARE, scores)
        what = f"the same, {sizes['large']['rows']:,} rows"
        say(what, one_large, bare_large, f"{inside(large)[0]} fits, one worker", "<= 1.10")
        two = run(study, 2)
        say("one worker / two", one, two, goal=">= 1.8")
        again = run(study, 2, cold=False)
        say("second run / first", again, two, "the whole command", "<= 0.05")

        small = put(project, Path(place, "small"), **sizes["small"], random=[])
        base, (n, base_within) = run(small, 1), inside(small)
        for what in ("rows", "jobs"):
            grown = put(project, Path(place, what), **sizes[what], random=[])
            took, (fits, within) = run(grown, 1), inside(grown)
            detail = f"{fits} / {n} fits; they and their scores alone: {within / base_within:.1f}"
            times = fits / n if what == "jobs" else sizes[what]["rows"] / sizes["small"]["rows"]
            say(f"{times:.0f} times the {what}", took, base, detail)
        around = (took[0] - base[0] - within + base_within) / (fits - n)  # of the jobs, which came last
        print(f"around each fit and its scores: {1000 * around:.0f} ms  (< 20)")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]) if len(sys.argv) == 2 else __doc__)
