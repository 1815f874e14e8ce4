"""The rendered study as a whole: its scores, its refusals, and another study under the same contract."""

import json
import os
import re
import shutil
import stat

import pytest
from conftest import commit_all, harness, run, short_plan


def record(folder):
    (path,) = folder.glob("runs/*/run.json")
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.slow
def test_the_shipped_study(copy_project, python, hub, tmp_path):
    """What it says fits the data; a replay that shares nothing but commit and packages gives the same bits."""
    first = copy_project(tmp_path / "first \u00fcber")
    edit("study/plan.toml", "repeats = 5", "repeats = 2")(first)
    commit_all(first, "Fewer repeats", hub)
    said = harness(
        first, python, "run", "--workers", "1", env=hub, TZ="Asia/Tokyo", LC_ALL="C.UTF-8", PYTHONHASHSEED="1"
    ).stdout
    run_ = record(first)
    # 344 birds, 11 of unknown sex (data/DATASHEET.md)
    rows = run_["rows"]
    assert rows["excluded"] == {"not measured": 2, "no sex": 9} and rows["canaries"] == 3
    assert rows["development"] + rows["sealed"] + rows["canaries"] + 11 == rows["read"] == 344
    assert run_["verdict"] in ("supported", "not supported", "equivalent", "no conclusion")
    assert re.search(rf"{run_['verdict']}: forest - discriminant = \S+ \[\S+, \S+\] roc_auc \(95% interval\)", said)
    floor = next(one for one in run_["comparisons"] if (one["kind"], one["name"]) == ("role", "floor"))
    assert 0.35 < floor["low"] < floor["value"] < 0.5  # guessing has 0.5, nothing has more than 1
    (report,) = first.glob("runs/*/report.html")
    page = report.read_text(encoding="utf-8")
    assert str(report) in said and page.count("<svg") > 8 and "[[" not in page and "[%" not in page
    assert (
        "candidate (forest)" in page and "<script" not in page and "http" not in page.replace("http://www.w3.org", "")
    )
    assert run("git", "status", "--porcelain", cwd=first, env=hub).stdout == ""

    other = {"TZ": "America/Lima", "LC_ALL": "C", "PYTHONHASHSEED": "77"}
    said = harness(first, python, "replay", "--here", "--workers", "2", env=hub, **other).stdout
    assert "replay: identical" in said and "runs/" in said  # nothing is accepted yet: it takes the run
    assert re.search(r"\bP1\b.* not exercised: no result is accepted", harness(first, python, "check", env=hub).stderr)


def flip_a_byte(folder):
    path = folder / "data" / "raw" / "penguins-raw.csv"
    data = bytearray(path.read_bytes())
    data[5000] ^= 1
    path.write_bytes(data)


def edit(name, old, new):
    def change(folder):
        text = (folder / name).read_text(encoding="utf-8")
        assert text.count(old) == 1
        (folder / name).write_text(text.replace(old, new), encoding="utf-8")

    return change


REFUSALS = {
    "a changed byte": (flip_a_byte, "data/raw/penguins-raw.csv has changed"),
    "a misspelt key": (
        edit("study/plan.toml", "repeats =", "repeat ="),
        "study/plan.toml: [evaluation] repeat: 'repeat' is not a key of the plan; did you mean 'repeats'?",
    ),
    "a model that is not there": (
        edit("study/plan.toml", 'candidate = "forest"', 'candidate = "forrest"'),
        "study/plan.toml: [models] candidate: 'forrest' is not a function of a seed in study/models.py",
    ),
    "an import that is not pinned": (
        edit("study/models.py", '"""The models:', 'import seaborn\n\n"""The models:'),
        "study/models.py:1: seaborn is not declared: add seaborn to requirements/study.in",
    ),
    "a model without its seed": (
        edit("study/models.py", "n_estimators=100, random_state=seed", "n_estimators=100"),
        "forest: randomforestclassifier__random_state is None whatever the seed",
    ),
    "a typing error": (
        edit("study/models.py", "def forest(seed):", "def forest(seed:"),
        "study/models.py:",
    ),
    "a package that is not locked": (
        edit("requirements/study.in", "scikit-learn", "scikit-learn\nseaborn"),
        "requirements/harness.txt does not follow requirements/study.in",
    ),
    "the target among the features": (
        edit("study/data.py", 'FEATURES = ["bill', 'FEATURES = ["sex", "bill'),
        "study/data.py: TARGET: 'sex' is also a feature or the group",
    ),
    "a misspelt feature": (
        edit("study/data.py", '"species", "island"]', '"specis", "island"]'),
        "study/data.py: FEATURES: 'specis' is not a column of SCHEMA; did you mean 'species'?",
    ),
    "a file that is not there": (
        edit("study/data.py", '"penguins-raw.csv"', '"penguin-raw.csv"'),
        "load(): FileNotFoundError: [Errno 2] No such file or directory",
    ),
    "a value out of range": (
        edit("study/data.py", "in_range(2000, 7500)", "in_range(2701, 7500)"),
        "row 'PAL0809 Chinstrap N72A1', column 'body_mass_g': 2700.0 fails in_range(2701, 7500)",
    ),
}


@pytest.mark.parametrize("what", REFUSALS)
def test_a_run_that_would_be_worthless_is_refused(copy_project, python, hub, tmp_path, what):
    change, said = REFUSALS[what]
    folder = copy_project(tmp_path / "study")
    change(folder)
    for command in ("run", "check"):
        done = harness(folder, python, command, env=hub, check=False)
        assert done.returncode == 1 and said in done.stderr, done.stderr
        assert "Traceback" not in done.stderr
    assert not (folder / "runs").exists()  # refused before anything was written


@pytest.mark.slow
def test_a_result_is_accepted_opened_and_released_only_from_a_commit(copy_project, python, hub, tmp_path):
    folder = copy_project(tmp_path / "study")
    short_plan(folder)
    harness(folder, python, "run", env=hub)  # from a dirty tree
    dirty = record(folder)
    assert dirty["committed"] is False
    for command in (["accept", dirty["id"]], ["unseal", "--reason", "x"], ["release"]):
        done = harness(folder, python, *command, env=hub, check=False)
        assert done.returncode == 1 and "commit" in done.stderr and "Traceback" not in done.stderr, (command, done)
    assert not (folder / "results").exists() and not (folder / "dist").exists()

    commit_all(folder, "Plan", hub)
    shutil.rmtree(folder / "runs" / dirty["id"])
    harness(folder, python, "run", env=hub)
    run_ = record(folder)
    harness(folder, python, "accept", run_["id"], env=hub)
    card = (folder / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert run_["id"] in card and card.count("| candidate | forest |") == 1
    commit_all(folder, "Accept", hub)

    # What no longer belongs to the accepted result, or does not follow from it, is named.
    for change, said in [
        (edit("study/models.py", "n_estimators=100", "n_estimators=99"), "study/models.py has changed since"),
        (
            edit("results/run.json", f'\n  "verdict": "{run_["verdict"]}"', '"verdict": "better"'),
            "verdict does not follow",
        ),
        (
            edit("results/run.json", '"roc_auc",\n      "value": 0.9', '"roc_auc",\n"value": 0.8'),
            "budget does not follow",
        ),
    ]:
        change(folder)
        done = harness(folder, python, "check", env=hub, check=False)
        assert done.returncode == 1 and said in done.stderr, done.stderr
        run("git", "checkout", "-q", ".", cwd=folder, env=hub)
    harness(folder, python, "check", env=hub)

    said = harness(folder, python, "unseal", "--reason", "the paper is written", env=hub).stdout
    assert "opened 1 time(s)" in said and re.search(r"roc_auc 0\.9\d+ \[0\.\d+, [01]\.\d+\]", said)
    commit_all(folder, "Unseal", hub)
    harness(folder, python, "unseal", "--reason", "again", env=hub)
    ledger = [json.loads(line) for line in (folder / "results" / "ledger.jsonl").read_text("utf-8").splitlines()]
    assert [entry["opened"] for entry in ledger] == [1, 2] and ledger[0]["reason"] == "the paper is written"
    assert 0.9 < ledger[0]["scores"]["roc_auc"]["value"] < 1 and ledger[0]["rows"] == run_["rows"]["sealed"]
    commit_all(folder, "Unseal again", hub)

    refused = harness(folder, python, "release", env=hub, check=False)
    assert refused.returncode == 1 and "no tag v0.1.0" in refused.stderr and "waits for its author" in refused.stderr
    card = folder / "MODEL_CARD.md"
    card.write_text(re.sub(r"(?m)^\*[^*]+\*$", "Said.", card.read_text(encoding="utf-8")), encoding="utf-8")
    harness(folder, python, "card", env=hub)
    commit_all(folder, "Ready", hub)
    run("git", "tag", "v0.1.0", cwd=folder, env=hub)
    archive = harness(folder, python, "release", env=hub).stdout.strip()
    harness(folder, python, "release", "--verify", archive, env=hub)
    run("sha256sum", "-c", f"{archive}.sha256", cwd=folder / "dist", env=hub)
    assert run("git", "status", "--porcelain", cwd=folder, env=hub).stdout == ""
    listed = run(python, "-m", "zipfile", "-l", archive, cwd=folder, env=hub).stdout
    assert "results/run.json" in listed and "requirements/harness.txt" in listed


def test_an_altered_result_does_not_replay(copy_project, python, hub, tmp_path):
    """One digit of the accepted scores is changed by hand."""
    folder = copy_project(tmp_path / "study")
    short_plan(folder)
    commit_all(folder, "Plan", hub)
    harness(folder, python, "run", env=hub)
    harness(folder, python, "accept", record(folder)["id"], env=hub)
    path = folder / "results" / "scores.csv"
    text = path.read_text(encoding="utf-8")
    digit = re.search(r"0\.9(\d)", text)
    altered = text[: digit.start(1)] + str((int(digit[1]) + 1) % 10) + text[digit.end(1) :]
    path.write_text(altered, encoding="utf-8")
    commit_all(folder, "Nobody will notice", hub)
    done = harness(folder, python, "replay", "--here", env=hub, check=False)
    assert done.returncode == 4 and "replay: outside" in done.stdout
    assert "what differs first: recorded files were edited: scores.csv" in done.stdout
    done = harness(folder, python, "check", env=hub, check=False)
    assert done.returncode == 1 and "P2 scores-as-recorded failed" in done.stderr


def test_help_is_fast(project, python, hub):
    """Help imports neither scikit-learn nor pandas; the seconds are measured in benchmarks/."""
    script = "import sys, runpy; sys.argv = ['harness', '--help']\n"
    script += "try: runpy.run_module('harness', run_name='__main__', alter_sys=True)\n"
    script += "except SystemExit: print({'sklearn', 'pandas', 'matplotlib', 'pydantic'} & set(sys.modules))"
    assert run(python, "-c", script, cwd=project, env=hub).stdout.strip().endswith("set()")


def test_nothing_rendered_speaks_of_the_templates_own_tests(project):
    """The student's repository knows the template by its name alone."""
    for path in sorted(project.rglob("*")):
        if path.is_file() and not {".git", ".venv"} & set(path.relative_to(project).parts):
            assert not re.search(rb"test_life|test_sync|test_render|conftest|copy_project", path.read_bytes()), path
            assert not path.stat().st_mode & stat.S_IXUSR or os.name == "nt", path
