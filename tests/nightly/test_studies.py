"""Other studies under the same contract: only study/ and data/ change, as docs/howto/kinds.md says; and a network."""

import json
import logging
import os
import re
import sys

import mlcroissant
import pytest
from catalogue import Study
from conftest import ROOT, build_environment, commit_all, harness, run, short_plan

# What is known of each beforehand: rows (tests/studies/raw.py and the data's own pages), what guessing scores, what the
# rival's search tries in a fit, and the word that follows.
FACTS = {
    "species": {
        "task": "classification",
        "read": 344,
        "excluded": {"never measured": 2, "no species": 0},
        "canaries": 3,
        "floor": (0.333, 0.334),  # one species of three is always right
        "trials": 0,
        "verdict": "equivalent",
    },
    "diabetes": {
        "task": "regression",
        "read": 442,
        "excluded": {"no progression": 0},
        "canaries": 2,
        "floor": (-69, -62),  # mean absolute deviation of the whole target: 65.6
        "waived": 1,  # only the rival is searched, with a reason
        "trials": 2 * 10 * 6,  # two data sets, ten folds, a grid of 3 x 2
        "verdict": "supported",
    },
    "breast_cancer": {
        "task": "classification",
        "read": 569,
        "excluded": {"no diagnosis": 0},
        "canaries": 0,
        "floor": (0.5, 0.5),
        "waived": 1,
        "trials": 10 * (8 + 3),  # a third of the eight goes into the second round
        "verdict": "supported",  # of a claim that the candidate is worse
    },
    "series": {
        "task": "regression",
        "read": 780,
        "excluded": {"frozen gauge": 27, "no level": 0},
        "canaries": 0,
        "floor": (-18, -13),
        "trials": 0,
        "verdict": "not supported",
        "said": "trees against products: mean absolute error higher by ",
    },
    "text": {
        "task": "classification",
        "read": 400,
        "excluded": {"no again": 0},
        "canaries": 0,
        "roles": ("floor", "linear", "rival"),
        "floor": (0.5, 0.5),
        "trials": 0,
        "verdict": "supported",
        "said": "pairs against words: ROC AUC higher by 0.4",  # single words tell nothing of who was not content
    },
    "images": {
        "task": "classification",
        "read": 2000,
        "excluded": {"no stripes": 0},
        "canaries": 0,
        "roles": ("floor", "linear", "rival"),
        "floor": (0.5, 0.5),
        "also": ("requirements",),  # pillow, which reads them
        "trials": 0,
        "verdict": "supported",
        "said": "by_changes against by_pixels: ROC AUC higher by 0.4",  # stripes begin anywhere, so no pixel tells
    },
    "survival": {
        "task": "regression",
        "read": 400,
        "excluded": {"no survival": 0},
        "canaries": 0,
        "floor": (0.5, 0.5),  # who says the same of all ranks nobody
        "trials": 0,
        "verdict": "supported",
        "said": "Harrell's C higher by 0.",
    },
    "trees": {
        "task": "regression",
        "read": 31,
        "excluded": {"no volume": 0},
        "canaries": 0,
        "roles": ("floor", "rival"),
        "floor": (-13.604, -13.603),  # 31 / 30 of the mean absolute deviation of R's trees$Volume
        "trials": 0,
        "verdict": "no conclusion",
    },
    "households": {
        "task": "regression",
        "read": 600,
        "excluded": {"no heat": 0},
        "canaries": 0,
        "roles": ("floor", "rival"),
        "floor": (-262, -242),  # weighted mean deviation of all: 251.7; unweighted 340.3
        "trials": 0,
        "verdict": "supported",
        "said": "EUR (",
    },
    "upper": {
        "task": "regression",
        "read": 500,
        "excluded": {"no wait": 0},
        "canaries": 0,
        "roles": ("floor", "domain", "rival"),
        "floor": (-13.7, -12.4),  # pinball loss of the mean of all: 13.07
        "trials": 0,
        "verdict": "supported",
        "said": "pinball loss at 0.9 lower by ",
    },
    "orchards": {
        "also": ("requirements",),
        "builds": True,  # with Optuna
        "task": "regression",
        "read": 300,
        "excluded": {"no apples": 0},
        "canaries": 0,
        "roles": ("floor", "rival"),
        "floor": (-15.5, -13.3),  # mean absolute deviation of all: 14.4
        "trials": 12 * (20 + 10 + 30 + 15 + 5),  # roles, ablation, nuisances, learning curve, planted column
        "verdict": "supported",
        "said": "Settings tried in each fit: machine 12, ridge 12.",
    },
    "welds": {
        "task": "classification",
        "read": 400,
        "excluded": {"no crack": 0, "no pore": 0, "no slag": 0},
        "canaries": 0,
        "roles": ("floor", "rival"),
        "floor": (0.47, 0.56),  # of what most have (pore and slag), said of all: 0.503
        "trials": 0,
        "verdict": "supported",
        "said": "F1 of a weld higher by ",
    },
    "stations": {
        "task": "regression",
        "read": 1200,
        "excluded": {"first month of a station": 40, "no no2": 0, "on neither side of the seal (new groups)": 427},
        "canaries": 0,
        "roles": ("floor", "rival"),
        "floor": (-9.5, -7.5),  # mean absolute deviation of all: 7.6; of other stations and months it is more
        "trials": 0,
        "verdict": "supported",
    },
}


PICTURE = re.compile(r"data/raw/img/\d+\.png$")  # of 2000


@pytest.fixture
def put_in(copy_project, python, hub, tmp_path):
    """Make a committed repository of another study, as docs/howto.md tells a person to."""

    def put(name):
        folder = copy_project(tmp_path / name)
        Study(folder, python, hub).become(name)
        if FACTS.get(name, {}).get("builds"):  # it imports what nobody else does
            (folder / ".venv").unlink()  # it is everybody's
            build_environment(folder, hub)
        commit_all(folder, "My own study", hub)
        return folder

    return put


@pytest.mark.slow
@pytest.mark.parametrize("name", FACTS)
def test_another_study_keeps_the_contract(put_in, python, hub, name):
    """Tests, run, accept, check and replay, with nothing edited outside study/ and data/."""
    folder, facts = put_in(name), FACTS[name]
    status = run("git", "diff", "--name-status", "--no-renames", "HEAD~1", cwd=folder, env=hub).stdout
    changed = "".join(f"{line}\n" for line in status.replace("\t", " ").splitlines() if not PICTURE.search(line))
    page = (ROOT / "docs" / "howto" / "kinds.md").read_text(encoding="utf-8")
    assert f"<!-- {name} -->\n```text\n{changed}```" in page, f"docs/howto/kinds.md: git says now of {name}:\n{changed}"
    mine = {"study", "data", *facts.get("also", ())}
    assert {line.split()[1].partition("/")[0] for line in changed.splitlines()} <= mine
    if not (folder / ".venv").is_symlink():
        python = str(folder / ".venv" / "bin" / "python")

    run(python, "-m", "pytest", "-q", cwd=folder, env=hub)  # the contract
    said = harness(folder, python, "run", env=hub).stdout
    (path,) = folder.glob("runs/*/run.json")
    found = json.loads(path.read_text(encoding="utf-8"))
    rows, wanted = found["rows"], {key: facts[key] for key in ("read", "excluded", "canaries")}
    assert {key: rows[key] for key in wanted} == wanted
    assert rows["development"] + rows["sealed"] + rows["canaries"] + sum(rows["excluded"].values()) == rows["read"]
    assert (found["task"], found["trials"]) == (facts["task"], facts["trials"])
    compared = {(one["kind"], one["name"]): one for one in found["comparisons"]}
    assert {("role", role) for role in facts.get("roles", ("floor", "linear", "domain", "rival"))} < set(compared)
    scores = table(path.with_name("scores.csv"))
    low, high = facts["floor"]
    assert low <= mean(scores, found["metrics"][0], "role", "floor") <= high
    assert found["verdict"] == facts["verdict"] and f"{found['verdict']}: " in said and facts.get("said", "") in said

    harness(folder, python, "accept", found["id"], env=hub)
    assert len(rows_of(folder / "data" / "croissant.json")) == facts["read"]
    commit_all(folder, "Accept", hub)
    waived = facts.get("waived", 0)
    assert f", 0 failed, {waived} waived, " in harness(folder, python, "check", env=hub).stdout
    assert "replay: identical" in harness(folder, python, "replay", "--here", env=hub).stdout
    if not rows["sealed"]:
        assert "No rows were sealed" in (folder / "MODEL_CARD.md").read_text(encoding="utf-8")
        assert "No row is sealed" in harness(folder, python, "unseal", "--reason", "x", check=False, env=hub).stderr


def rows_of(path):
    """Read the first table that a Croissant file describes, by MLCommons' own library; nothing may be wrong."""
    logging.getLogger("absl").setLevel(logging.ERROR)
    dataset = mlcroissant.Dataset(path)
    assert not dataset.metadata.ctx.issues.errors and not dataset.metadata.ctx.issues.warnings
    table, *_ = dataset.metadata.record_sets
    return list(dataset.records(table.id))


def table(path):
    """The long table as a list of dicts."""
    header, *lines = (line.split(",") for line in path.read_text(encoding="utf-8").splitlines())
    return [dict(zip(header, line, strict=True)) for line in lines]


def mean(scores, metric, kind, name):
    """Mean of a metric over the fits of this kind and name."""
    values = [float(row[metric]) for row in scores if (row["kind"], row["name"]) == (kind, name)]
    return sum(values) / len(values)


@pytest.mark.slow
def test_a_replay_builds_the_environment_of_its_commit(put_in, python, hub):
    """The accepted run was made under another lock than the present one."""
    folder = put_in("diabetes")
    short_plan(folder)
    commit_all(folder, "A short plan", hub)
    harness(folder, python, "run", env=hub)
    (path,) = folder.glob("runs/*/run.json")
    harness(folder, python, "accept", path.parent.name, env=hub)
    (folder / "requirements" / "study.in").write_text("numpy\npandas\npandera\nscikit-learn\nsix\n")
    run(python, "-m", "harness", "lock", cwd=folder, env=hub)
    commit_all(folder, "A package more", hub)
    said = harness(folder, python, "replay", env=hub).stdout
    assert "building a fresh environment" in said and "replay: identical" in said


BEGUN = {  # what `harness new-study` is told of each table of tests/tables.py
    "yields.csv": ["--target", "yield, t/ha", "--task", "regression", "--group", "farm"],
    "faults.csv": ["--target", "failed", "--task", "classification", "--time", "day"],
    "port-wines.csv": ["--target", "kind", "--task", "classification"],
}


@pytest.mark.slow
@pytest.mark.parametrize("name", BEGUN)
def test_a_study_begun_by_the_tutorial_leads_to_a_checked_result(copy_project, python, hub, tmp_path, name):
    """New study, run, lint, accept, check and tests, with nothing edited; what waits for a person is in few files."""
    folder = copy_project(tmp_path / "my-study")
    run(python, ROOT / "tests" / "tables.py", name, tmp_path, cwd=folder, env=hub)
    run(python, "-m", "harness", "new-study", "--csv", f"../{name}", *BEGUN[name], cwd=folder, env=hub)
    commit_all(folder, "The question", hub)
    before = run("git", "ls-files", cwd=folder, env=hub).stdout.splitlines()
    waiting = [file for file in before if re.search(r" # \*.*\*$", (folder / file).read_text("utf-8", "replace"), re.M)]
    assert len(waiting) == 4

    said = harness(folder, python, "run", env=hub).stdout
    assert "forest against linear: " in said and "make accept" in said
    (record,) = folder.glob("runs/*/run.json")
    assert {"scores.tex", "scores.csv", "verdict.pdf", "verdict.svg"} <= {*os.listdir(record.parent / "figures")}
    run("make", "accept", cwd=folder, env=hub)  # after lint
    commit_all(folder, "Accept", hub)
    assert not (folder / "results" / "figures").exists()
    assert ", 0 failed, 0 waived, " in harness(folder, python, "check", "--refit", env=hub).stdout
    run(python, "-m", "pytest", "-q", cwd=folder, env=hub)
    assert "A model that has two roles is shown once." in (folder / "results" / "report.html").read_text("utf-8")
    refused = harness(folder, python, "release", env=hub, check=False)
    assert refused.returncode == 1
    assert all(f"{file}:" in refused.stderr for file in [*waiting, "README.md", "MODEL_CARD.md"])
    command = " ".join(f'"{part}"' if " " in part else part for part in BEGUN["yields.csv"])
    assert f"new-study --csv ../yields.csv {command}\n" in (ROOT / "docs" / "tutorial.md").read_text("utf-8")


# What a reader does who has the repository and model.json: the lines that it gives, its schema, its example.
READER = """
import pandas as pd
{load}
told = json.load(open('results/model/model.json'))
rows = pd.DataFrame([told['example']['input']]).astype({{one['name']: one['dtype'] for one in told['input']}})
print(json.dumps([model(rows).softmax(1).tolist(), facts['classes'], facts['nonlinearity']]))
"""


@pytest.mark.slow
def test_a_network_keeps_the_contract(render, hub, torch_place, tmp_path):
    """A render with PyTorch: lock, setup, run, accept, replay and verify; its weights say the same elsewhere."""
    folder = render("cookiecutter", tmp_path, framework="PyTorch")
    env = hub | {"TORCH": str(torch_place)}
    run("make", "setup", f"PYTHON={sys.executable}", cwd=folder, env=env)
    assert "torch==2.13.0+cpu" in run("make", "lock", "setup", cwd=folder, env=env).stdout
    for lock in (folder / "requirements").glob("*.txt"):
        assert "://" not in (text := lock.read_text("utf-8")) and str(torch_place) not in text
    short_plan(folder)
    commit_all(folder, "A short plan", env)
    python = folder / ".venv" / "bin" / "python"

    harness(folder, python, "run", env=env)
    (path,) = folder.glob("runs/*/run.json")
    found = json.loads(path.read_text("utf-8"))
    told = {"version": "2.13.0+cpu", "devices": ["cpu"], "cuda": None, "deterministic": True}
    assert told.items() <= found["torch"].items() and found["packages"]["torch"] == "2.13.0+cpu"
    again = harness(folder, python, "run", env=env).stdout
    assert f"{found['fits']} of {found['fits']} fits were kept" in again

    run("make", "accept", cwd=folder, env=env)  # after lint
    shipped = json.loads((folder / "results" / "model" / "model.json").read_text("utf-8"))
    assert {kind: one.get("reason") for kind, one in shipped["formats"].items()} == {"safetensors": None, "onnx": None}
    code = READER.format(load="\n".join(shipped["formats"]["safetensors"]["load"]))
    (chances,), classes, nonlinearity = json.loads(run(python, "-c", code, cwd=folder, env=env).stdout)
    ((*wanted,),) = shipped["example"]["output"]["predict_proba"]
    assert chances == pytest.approx(wanted, abs=1e-6) and classes == shipped["example"]["output"]["classes"]
    assert nonlinearity == "softmax"
    curves = json.loads((folder / "results" / "failures.json").read_text("utf-8"))["curves"]
    assert all({"train_loss", "valid_loss"} == one["curves"].keys() for one in curves) and len(curves) == 2  # folds
    assert "epoch by epoch" in (folder / "results" / "report.html").read_text("utf-8")
    commit_all(folder, "Accept", env)
    said = run("make", "replay", cwd=folder, env=env).stdout
    assert "building a fresh environment" in said and "replay: identical" in said
    said = run(python, "-m", "harness", "verify", "--fast", cwd=folder, env=env).stdout
    assert "FAILED" not in said and "PASSED, but not exercised: " in said
    assert run("git", "status", "--porcelain", cwd=folder, env=env).stdout == ""
