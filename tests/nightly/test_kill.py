"""Runs that are killed, that run side by side, or that find a damaged cache, all end with the same bits."""

import hashlib
import json
import os
import random
import re
import shutil
import signal
import subprocess
import time

import pytest
from conftest import commit_all, harness, short_plan

KILLS = int(os.environ.get("ML_TEMPLATE_KILLS", "1"))  # make nightly KILLS=5
FOLDS = 3  # as few as a plan may ask for whose alpha is 0.4
SECONDS = ("fit_s", "score_s", "machine")


def start(folder, python, env):
    """Begin a run, in a process group of its own."""
    argv = [python, "-m", "harness", "run", "--workers", "2"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "stdin": subprocess.DEVNULL}
    return subprocess.Popen(argv, cwd=folder, env=env, text=True, start_new_session=True, **pipes)


def finish(process):
    """What a run that was started said, and how many fits it did itself."""
    said, _ = process.communicate(timeout=600)
    assert process.returncode == 0, said
    return said, own_fits(said)


def again(folder, python, env):
    """Run undisturbed, by one worker; return the same."""
    said = harness(folder, python, "run", env=env)
    return said.stdout, own_fits(said.stdout)


def own_fits(said):
    """How many fits a run did itself."""
    kept, fits = re.search(r"(\d+) of (\d+) fits were kept", said).groups()
    return int(fits) - int(kept)


def scores(folder, path=None):
    """The long table of a run, the newest, without the seconds, as text: equal text is equal bits."""
    path = path or max(folder.glob("runs/*/scores.csv"), key=lambda one: one.stat().st_mtime_ns)
    rows = [line.split(",") for line in path.read_text(encoding="utf-8").splitlines()]
    chosen = [n for n, name in enumerate(rows[0]) if name not in SECONDS]
    return [[row[n] for n in chosen] for row in rows]


def entries(folder):
    """The cache's finished entries."""
    return sorted((folder / "runs" / ".cache").glob("*/*.json"))


def assert_sound(folder):
    """Every entry is whole: it has the hash that it names, of its own name and the same JSON text."""
    for path in entries(folder):
        kept = json.loads(path.read_text(encoding="utf-8"))
        parts = [path.stem.encode(), json.dumps(kept["result"]).encode()]
        stated = b"".join(f"{len(part)}:".encode() + part for part in parts)
        assert kept["sha256"] == hashlib.sha256(stated).hexdigest(), path


@pytest.fixture(scope="module")
def study(copy_project, python, hub, tmp_path_factory):
    """A quick study, run once without a disturbance: its folder, its scores, and how many fits it has."""
    folder = copy_project(tmp_path_factory.mktemp("kill") / "study")
    short_plan(folder, folds=FOLDS, repeats=1, benchmark="load_breast_cancer")
    plan = folder / "study" / "plan.toml"
    plan.write_text(plan.read_text("utf-8").replace("[question]\n", "[question]\nalpha = 0.4\n"), "utf-8")
    commit_all(folder, "Quick", hub)
    _, fits = again(folder, python, hub)
    assert len(entries(folder)) == fits
    return folder, scores(folder), fits


@pytest.fixture
def cold(study, tmp_path):
    """The study in a folder of its own, with no runs."""
    return copied(study, tmp_path, "runs")


@pytest.fixture
def warm(study, tmp_path):
    """The study in a folder of its own, with the runs of the first."""
    return copied(study, tmp_path)


def copied(study, tmp_path, *without):
    return shutil.copytree(study[0], tmp_path / "study", symlinks=True, ignore=shutil.ignore_patterns(*without))


@pytest.mark.slow
@pytest.mark.parametrize("kill", range(KILLS))
def test_a_killed_run_resumes_and_ends_with_the_same_bits(study, cold, python, hub, kill):
    """SIGKILL to the whole process group, at a random moment between the first import and the last fit."""
    _, expected, fits = study
    process, moment = start(cold, python, hub), random.Random(kill)
    wanted = moment.randrange(fits - 10)  # ten are not done in the tenth of a second until the kill
    while len(entries(cold)) < wanted:
        assert process.poll() is None, process.communicate()
        time.sleep(0.005)
    time.sleep(moment.random() * (0.1 if wanted else 3))
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    survived = len(entries(cold))
    print(f"killed with {survived} of {fits} fits done")
    assert wanted <= survived < fits and not list(cold.glob("runs/*/report.html"))
    assert_sound(cold)
    said, done = finish(start(cold, python, hub))
    assert "damaged" not in said and done == fits - survived
    assert scores(cold) == expected and len(entries(cold)) == fits
    assert_sound(cold)


@pytest.mark.slow
def test_two_runs_side_by_side(study, cold, python, hub):
    """Both begin with an empty cache, so that they write the same entries at the same time."""
    _, expected, fits = study
    for process in [start(cold, python, hub) for _ in range(2)]:
        assert "damaged" not in finish(process)[0]
    found = list(cold.glob("runs/*/scores.csv"))
    assert len(found) == 2 and all(scores(cold, path) == expected for path in found)
    assert len(entries(cold)) == fits
    assert_sound(cold)


def truncate(data):
    return data[: len(data) // 2]


def flip(data):
    place = random.Random(1).randrange(len(data))
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


def change_a_digit(data):
    """Still JSON, and another score."""
    digit = re.search(rb"0\.\d(\d)", data)
    return data[: digit.start(1)] + str((int(digit[1]) + 1) % 10).encode() + data[digit.end(1) :]


def test_a_second_run_does_nothing_again_and_damage_is_done_again(study, warm, python, hub):
    _, expected, fits = study
    before = {path: path.stat().st_mtime_ns for path in entries(warm)}
    said, done = again(warm, python, hub)
    assert done == 0 and "damaged" not in said and scores(warm) == expected
    assert {path: path.stat().st_mtime_ns for path in entries(warm)} == before
    one, other = (json.loads(path.read_text(encoding="utf-8"))["seeds"] for path in warm.glob("runs/*/run.json"))
    assert one == other and any(name.startswith("failures/") for name in one)

    damages = [truncate, flip, change_a_digit, lambda data: b"", lambda data: b"[]"]
    chosen = random.Random(0).sample(entries(warm), len(damages))
    for path, damage in zip(chosen, damages, strict=True):
        path.write_bytes(damage(path.read_bytes()))
    said, done = again(warm, python, hub)
    told = re.sub(r"\s", "", said)  # however the line is broken
    assert all(f"{path.name}isdamaged" in told for path in chosen)
    assert done == len(damages) and scores(warm) == expected
    assert_sound(warm)


@pytest.mark.slow
def test_a_change_redoes_only_what_it_touches(study, warm, python, hub):
    """
    A remark touches nothing, the rival's setting the rival, the common preparation all that use it.

    Any code that changes touches the domain's rule, a class of the study, which may use all that is there.
    """
    _, expected, fits = study
    models = warm / "study" / "models.py"
    text = models.read_text(encoding="utf-8")
    all_but_the_floor = fits - 2 * FOLDS  # here and on the benchmark
    for old, new, redone in [
        ("\n\n\ndef discriminant", "\n\n\n# A remark.\ndef discriminant", 0),
        ("LinearDiscriminantAnalysis())", 'LinearDiscriminantAnalysis(solver="lsqr"))', 3 * FOLDS),
        ("fillna(0)", "fillna(0.5)", FOLDS),  # the domain's rule, which the benchmark does not see
        ("drop=", "dtype='float32', drop=", all_but_the_floor),
    ]:
        assert text.count(old) == 1, old
        models.write_text(text.replace(old, new), encoding="utf-8")
        count = len(entries(warm))
        _, done = again(warm, python, hub)
        assert done == redone == len(entries(warm)) - count, new
    models.write_text(text, encoding="utf-8")
    assert again(warm, python, hub)[1] == 0 and scores(warm) == expected


def test_a_change_in_the_data_redoes_all_that_see_the_row(study, warm, python, hub):
    """One bird's mass is corrected: every fit on the development rows is done again, the benchmark is not."""
    _, _, fits = study
    raw = warm / "data" / "raw" / "penguins-raw.csv"
    lines = raw.read_text(encoding="utf-8").splitlines(keepends=True)
    (at,) = [n for n, line in enumerate(lines) if line.startswith("PAL0708,1,Adelie")]
    lines[at] = lines[at].replace(",3750,", ",3751,")
    raw.write_text("".join(lines), encoding="utf-8")
    harness(warm, python, "manifest", env=hub)
    _, done = again(warm, python, hub)
    assert done == fits - 4 * FOLDS
