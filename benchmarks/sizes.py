"""Measure what 10 and 100 times the rows cost, in a rendered project: python benchmarks/sizes.py PROJECT [ROWS ...].

A generated study of 40 columns, in groups of 10 rows, takes the place of the project's, in a temporary copy: at 3,000,
30,000 and 300,000 rows, or as many as are named. Printed are CPU seconds (children included) of each stage of a run,
of `accept`, of `check` and of a second, unchanged run, with their ratios to the size before; a second run and a replay
over the first run, on the wall; memory, the largest of a look each second; and what results/ holds. What models take is
told apart by a bare loop: the same models in five folds of the same rows, by scikit-learn in two processes. Leave the
machine alone meanwhile: it takes some twenty minutes.
"""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np
import pandas as pd
import psutil

SIZES = (3_000, 30_000, 300_000)
COLUMNS, IN_GROUP = 40, 10
LEFT = (".git", ".venv", "runs", "results", "dist", "__pycache__", "raw")
DATA = '''
"""Generated rows: 40 columns, groups of 10."""
from pathlib import Path

import pandas as pd
import pandera.pandas as pa

FEATURES = [f"f{n:02d}" for n in range(40)]
SCHEMA = pa.DataFrameSchema(
    {name: pa.Column(float, pa.Check.in_range(-20, 20)) for name in FEATURES}
    | {"site": pa.Column(str), "y": pa.Column(int, pa.Check.isin([0, 1]))},
    index=pa.Index(str, unique=True),
)


def read():
    return pd.read_csv(Path(__file__).parents[1] / "data" / "raw" / "rows.csv")


def tidy(raw):
    return raw.set_index("row")
'''
MODELS = '''
"""A boosting, and what costs little beside it."""
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB


def linear(seed):
    return LogisticRegression(random_state=seed)


def bayes(seed):
    return GaussianNB()


def boosting(seed):
    return HistGradientBoostingClassifier(max_iter=50, early_stopping=False, random_state=seed)
'''
BARE = """
from pathlib import Path
import joblib
import pandas as pd
from sklearn.metrics import get_scorer
from sklearn.model_selection import GroupKFold
from study import data, models
from threadpoolctl import threadpool_limits

def score(name, seed, X, y, train, test):
    with threadpool_limits(1):
        model = getattr(models, name)(seed).fit(X.iloc[train], y.iloc[train])
        return get_scorer("roc_auc")(model, X.iloc[test], y.iloc[test])

if __name__ == "__main__":
    (splits,) = Path("runs").glob("*/splits.csv")
    part = pd.read_csv(splits, index_col="row")["part"]
    table = data.SCHEMA.validate(data.tidy(data.read())).loc[part.index[part == "development"]]
    X, y = table[data.FEATURES], table["y"]
    folds = list(enumerate(GroupKFold(5).split(X, y, table["site"])))
    calls = [(name, seed, X, y, *fold) for name in ("boosting", "linear", "bayes") for seed, fold in folds]
    joblib.Parallel(2)(joblib.delayed(score)(*call) for call in calls)
"""
PLAN = """
[question]
claim = "A boosting tells the class better than a naive Bayes classifier."
falsified_by = "The interval of the difference, boosting minus bayes, lies below the margin."
metric = "roc_auc"
why = "It needs no threshold."
margin = 0.02
agreed_with = "Nobody: it is a benchmark."
[data]
target = "y"
features = [{features}]
group = "site"
[rows]
dependence = "group"
reason = "Rows of a site share an offset."
sealed = 0.2
[models]
linear = "linear"
rival = "bayes"
candidate = "boosting"
[evaluation]
seed = 0
folds = 5
repeats = 2
draws = 2
[ablations]
without_f00 = {{ columns = ["f00"] }}
"""


def table(rows, seed=0):
    """Make the raw rows: columns of noise, five of which tell of the class, and an offset of each group."""
    rng = np.random.default_rng(seed)
    groups = np.repeat(np.arange(-(-rows // IN_GROUP)), IN_GROUP)[:rows]
    X = rng.standard_normal((rows, COLUMNS)) + 0.5 * rng.standard_normal((groups[-1] + 1, COLUMNS))[groups]
    signal = X[:, 0] + X[:, 1] * X[:, 2] + np.abs(X[:, 3]) - X[:, 4]
    y = (signal + 2 * rng.standard_normal(rows) > signal.mean()).astype(int)
    made = pd.DataFrame(X.round(4), columns=[f"f{n:02d}" for n in range(COLUMNS)])
    made.insert(0, "row", [f"r{n:06d}" for n in range(rows)])
    return made.assign(site=[f"s{n:05d}" for n in groups], y=y)


def put(project, folder, rows):
    """Copy the project, give it the generated study, and commit all but the rows."""
    shutil.copytree(project, folder, ignore=shutil.ignore_patterns(*LEFT))
    (folder / ".venv").symlink_to(Path(project, ".venv").resolve())
    plan = PLAN.format(features=", ".join(f'"f{n:02d}"' for n in range(COLUMNS)))
    for name, text in {"data.py": DATA, "models.py": MODELS, "plan.toml": plan}.items():
        (folder / "study" / name).write_text(text, encoding="utf-8")
    raw = folder / "data" / "raw"
    raw.mkdir()
    table(rows).to_csv(raw / "rows.csv", index=False)
    for name, line in {".gitignore": "/data/raw/\n", "data/DATASHEET.md": "\nGenerated: `raw/rows.csv`.\n"}.items():
        with (folder / name).open("a", encoding="utf-8") as file:
            file.write(line)
    harness(folder, "manifest")
    nobody = ["-c", "user.name=Bench", "-c", "user.email=bench@example.org", "-c", "core.hooksPath=/dev/null"]
    for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "Begin"]):
        subprocess.run(["git", *nobody, *arguments], cwd=folder, check=True)
    return folder


def harness(folder, *arguments, ends=(0,)):
    """Measure a command of the harness."""
    return command(folder, "-m", "harness", *arguments, ends=ends)


def command(folder, *arguments, ends=(0,)):
    """Return seconds, of CPU and on the wall, and memory in MB of all processes, of a command of Python."""
    began, seen, over = time.perf_counter(), [0], threading.Event()
    with tempfile.TemporaryFile() as log:
        child = subprocess.Popen([".venv/bin/python", *arguments], cwd=folder, stdout=log, stderr=log)
        process = psutil.Process(child.pid)

        def look():
            while not over.wait(1):
                seen.append(held(process))

        looking = threading.Thread(target=look)
        looking.start()
        _, status, used = os.wait4(child.pid, 0)
        wall = time.perf_counter() - began
        over.set()
        looking.join()
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode not in ends:
            log.seek(0)
            sys.exit(f"python {' '.join(arguments)}: {log.read().decode()}")
    return {"cpu_s": used.ru_utime + used.ru_stime, "wall_s": wall, "memory_mb": max(seen) / 1e6}


def held(process):
    """Return the bytes of memory of a process and its children; what they share counts once, on Linux."""
    total = 0
    with contextlib.suppress(psutil.Error):  # it has just ended
        for one in [process, *process.children(recursive=True)]:
            with contextlib.suppress(psutil.Error):
                used = one.memory_full_info()
                total += getattr(used, "pss", used.rss)
    return total


def measure(folder):
    """Return CPU seconds by stage or command, ratios, memory in MB, and sizes in MB of one study."""
    first = harness(folder, "run", "--workers", "2")
    bare = command(folder, "-c", BARE)
    (record,) = folder.glob("runs/*/run.json")
    run = json.loads(record.read_text(encoding="utf-8"))
    seconds = {f"stage {stage['name']}": stage["cpu_s"] for stage in run["stages"]}
    accept = harness(folder, "accept", run["id"])
    check = harness(folder, "check", ends=(0, 1))
    again = harness(folder, "run", "--workers", "2")
    replay = harness(folder, "replay", "--here", "--workers", "2")
    seconds |= {"run": first["cpu_s"], "accept": accept["cpu_s"], "check": check["cpu_s"], "second run": again["cpu_s"]}
    ratios = {"second run / run": again["wall_s"] / first["wall_s"], "replay / run": replay["wall_s"] / first["wall_s"]}
    memory = {f"memory, stage {stage['name']}": stage["memory_mb"] for stage in run["stages"]}
    rows = pd.read_csv(folder / "data" / "raw" / "rows.csv")
    table = {"memory, check": check["memory_mb"], "the table": rows.memory_usage(deep=True).sum() / 1e6}
    memory |= {"memory, run": run["memory_mb"], "memory, bare loop": bare["memory_mb"]} | table
    sizes = {path.name: path.stat().st_size / 1e6 for path in sorted((folder / "results").rglob("*")) if path.is_file()}
    sizes = {f"results/{name}": size for name, size in sizes.items() if size > 0.05} | {"results/": sum(sizes.values())}
    return seconds, ratios, memory | sizes, run


def main(project, sizes):
    """Print the table."""
    found = []
    for rows in sizes:
        with tempfile.TemporaryDirectory(prefix="bench-") as place:
            seconds, ratios, megabytes, run = measure(put(project, Path(place, "study"), rows))
        found.append((seconds, megabytes))
        print(f"\n{rows:,} rows: {run['fits']} fits, {run['verdict']}, {run['wall_s']:.0f} s on the wall")
        for name, value in seconds.items():
            before = found[-2][0].get(name) if len(found) > 1 else None
            print(f"  {name:34}{value:10.2f} CPU s" + (f"{value / before:8.1f} times" if before else ""))
        for name, value in ratios.items():
            print(f"  {name:34}{value:10.3f} (wall)")
        for name, value in megabytes.items():
            print(f"  {name:34}{value:10.2f} MB", flush=True)
        if len(found) > 1:
            names = ("memory, run", "memory, bare loop", "the table")
            ours, bare, table = (megabytes[name] - found[0][1][name] for name in names)
            beyond = f"{ours / table:10.2f} tables; {(ours - bare) / table:.2f} of them not in the bare loop"
            print(f"  {f'memory beyond that of {sizes[0]:,} rows':34}{beyond}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], [int(n) for n in sys.argv[2:]] or SIZES) if len(sys.argv) > 1 else __doc__)
