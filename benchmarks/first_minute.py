"""Measure the first minute beside that of scientific-python/cookie: python benchmarks/first_minute.py [ROUNDS].

From an empty folder, with warm caches of packages, on the wall, in turn: the peer is rendered and its first test
passes (`cookiecutter`, `git commit`, `uv run pytest`); a study is rendered, which ends with its first contract tests;
`make try` in it gives a verdict. The peer is the template that the source package sp-repo-review holds. Printed are
seconds and ratios, the median of the rounds; leave the machine alone meanwhile. It takes some minutes.
"""

import os
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time
from pathlib import Path

TEMPLATE = Path(__file__).parents[1]
PEER = "sp-repo-review==2026.8.14"
GOALS = {"first contract test / its first test": "<= 3", "first verdict / its first test": "<= 6"}


def seconds(folder, *commands):
    """Seconds on the wall of commands in a folder, each of which must succeed."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    names = {"GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"}
    environment = os.environ | {"PATH": path} | dict.fromkeys(names, "bench@example.org")
    for name in ("PYTHONDONTWRITEBYTECODE", "VIRTUAL_ENV"):
        environment.pop(name, None)
    began = time.perf_counter()
    for command in commands:
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"{' '.join(map(str, command))}:\n{done.stdout}{done.stderr}")
    return time.perf_counter() - began


def peer(place):
    """Fetch the peer and make it a repository, as cookiecutter would have it in its cache; return its folder."""
    seconds(place, [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--no-binary", ":all:", PEER])
    (archive,) = place.glob("*.tar.gz")
    with tarfile.open(archive) as source:
        source.extractall(place, filter="data")
    return next(path for path in place.iterdir() if path.is_dir())


def once(place, cookie):
    """Return the seconds of one round."""
    place.mkdir()
    first = seconds(place, ["cookiecutter", "--no-input", cookie, "backend=hatch"])
    git = (["git", "init", "-q"], ["git", "add", "-A"], ["git", "commit", "-q", "-m", "Begin"])
    first += seconds(place / "package", *git, ["uv", "run", "pytest"])
    rendered = seconds(place, ["cookiecutter", "--no-input", TEMPLATE])
    tried = rendered + seconds(place / "my-study", ["make", "try"])
    return first, rendered, tried


def main(rounds=3):
    """Print seconds and ratios."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        place = Path(name)
        cookie = peer(place)
        once(place / "warm-up", cookie)
        found = [once(place / f"round-{n}", cookie) for n in range(rounds)]
    for n, (what, goal) in enumerate(GOALS.items(), 1):
        ratio = statistics.median(row[n] / row[0] for row in found)
        detail = ", ".join(f"{row[n]:.1f} s / {row[0]:.1f} s" for row in found)
        print(f"{what:38}{ratio:6.2f}  {goal}  {detail}", flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
