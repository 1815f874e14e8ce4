"""A result's life by the command line: run, accept, check, replay; and a mistake, told in a sentence."""

from harness import files
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from harness.method import inputs, plan
from harness.provenance import record

ROOT = Path(__file__).parents[1]
RESULT = ("P1", "P2", "P3", "P4", "P5", "P8", "P9", "B2", "N1", "N2", "N3")  # checks of what was accepted
FEW = {"folds": 2, "repeats": 1, "seeds": 1, "draws": 2, "benchmark": ""}  # a run of seconds


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A committed copy of this repository, in a path with a space and an accent, with a plan that runs in seconds."""
    copy = tmp_path_factory.mktemp("a study, \u00e0 part") / "copy"
    left = shutil.ignore_patterns(".git", ".venv", "runs", "results", "dist", "__pycache__", ".*_cache")
    shutil.copytree(ROOT, copy, ignore=left, symlinks=True)
    short = plan.read(ROOT / files.PLAN).model_dump(mode="json", exclude={"ablations", "nuisances"})
    short["evaluation"] |= FEW
    short["rows"]["subgroups"] = []
    short["nuisances"] = {"random": ["row_order"]}
    lines = []
    for section, keys in short.items():  # what JSON says of text, numbers and lists, TOML says too
        stated = {key: json.dumps(value, ensure_ascii=False) for key, value in keys.items() if value is not None}
        lines += [f"[{section}]", *(f"{key} = {value}" for key, value in stated.items())]
    lines += ["[waivers.P7]", 'reason = "a run of seconds has few pairs"', "date = 2026-01-01"]
    (copy / files.PLAN).write_text("\n".join(lines), "utf-8")
    git(copy, "init", "-q")
    commit(copy)
    return copy


def git(folder, *arguments):
    author = ("-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "core.hooksPath=/dev/null")
    subprocess.run(["git", *author, *arguments], cwd=folder, check=True, capture_output=True)


def commit(folder):
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "test")


def harness(folder, *arguments, **variables):
    """Exit code and output of a command of the harness."""
    command = [sys.executable, "-m", "harness", *arguments]
    environment = os.environ | {"COLUMNS": "200", "PYTHONUTF8": "1"} | variables
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8")
    return done.returncode, done.stdout + done.stderr


def test_run_accept_check_replay(small):
    """One life of a result; the replay has another folder, time zone, hash seed and number of workers."""
    code, said = harness(small, "run", "--workers", "1", TZ="Asia/Tokyo", PYTHONHASHSEED="1", LC_ALL="C")
    assert code == 0, said
    assert re.search(r"(supported|not supported|equivalent|no conclusion): .* interval\), margin ", said)
    (run,) = record.runs(small)
    assert run["status"] == "finished" and run["committed"] and run["verdict"] in said

    code, said = harness(small, "accept", run["id"])
    assert code == 0, said
    assert run["id"] in (small / "MODEL_CARD.md").read_text("utf-8")
    commit(small)

    code, said = harness(small, "check", *RESULT)
    assert code == 0 and "0 failed" in said, said
    aside = " not exercised: answers there rest on" in said  # N3, while some other check fails in this repository
    assert f"{len(RESULT) - aside} passed" in said, said
    code, said = harness(small, "replay", "--here", "--workers", "2", TZ="America/Lima", PYTHONHASHSEED="2")
    assert code == 0 and "replay: identical" in said, said


def test_a_mistake_is_a_sentence(small):
    """A misspelt key in the plan stops the run with the file and the key, and without a traceback."""
    path = small / files.PLAN
    before = path.read_text("utf-8")
    path.write_text(before.replace("margin =", "margn ="), "utf-8")
    code, said = harness(small, "run")
    path.write_text(before, "utf-8")
    assert code == 1 and "Traceback" not in said
    assert "plan.toml: [question] margn: 'margn' is not a key of the plan; did you mean 'margin'?" in said
