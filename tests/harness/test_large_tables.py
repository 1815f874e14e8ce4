"""Tables of rows that are too large for git: they stay in runs/, known by their hash to all that asks for them."""

import json
import shutil
from types import SimpleNamespace

import pandas as pd
import pytest

from harness import files
from harness.checks import engine, result
from harness.provenance import accepted, replay, tolerance
from harness.publish import checklists

PREDICTED = pd.DataFrame({"name": "x", "row": ["a", "b"], "fold": 0, "truth": [1.5, 2.5], "prediction": [1.0, 2.0]})
SCORES = pd.DataFrame({"kind": ["role"], "name": "x", "repeat": 0, "seed": 0, "fold": 0, "m": 0.5})
SPLITS = pd.DataFrame({"row": ["a", "b"], "part": "development", "repeat 0": 0})


def write(folder, predicted=PREDICTED):
    """Write what a run leaves, so far as it is asked here."""
    folder.mkdir(parents=True, exist_ok=True)
    tables = {"predictions": predicted, "splits": SPLITS, "scores": SCORES}
    hashes = {name: files.write_table(folder / f"{name}.csv", table) for name, table in tables.items()}
    run = dict.fromkeys((*replay.SHORT, "budget", "sources", "variables"), []) | {"id": folder.name, "committed": True}
    run |= {"plan": {"replay": {}}, "packages": {}, "stages": [{"writes": {f"{k}.csv": v for k, v in hashes.items()}}]}
    run |= {f"{name}_sha256": digest for name, digest in hashes.items()}
    files.write_json(folder / "run.json", run)
    return folder


@pytest.fixture
def root(tmp_path, monkeypatch):
    """Return a study whose accepted run left the tables of its rows in runs/."""
    monkeypatch.setattr(tolerance, "differing", lambda old, new: (new.get("tier", 1), []))
    monkeypatch.setattr(tolerance, "claim", lambda old, new: "")
    write(tmp_path / "runs" / "one")
    (tmp_path / "results").mkdir()
    for name in ("run.json", "scores.csv"):
        shutil.copy(tmp_path / "runs" / "one" / name, tmp_path / "results")
    accepted.write_manifest(tmp_path / "results")
    return tmp_path


def checked(root):
    """Return what S2 says."""
    run = json.loads((root / "results" / "run.json").read_text("utf-8"))
    found = result.results_as_accepted(SimpleNamespace(root=root, accepted=(root / "results", run)))
    return [(type(one) is engine.Note, str(one)) for one in found]


def test_they_are_found_in_any_run_that_made_the_same(root):
    run = json.loads((root / "results" / "run.json").read_text("utf-8"))
    assert accepted.left_out(root / "results") == ["predictions.csv", "splits.csv"]
    assert accepted.table(root / "results", run, "predictions.csv") == root / "runs" / "one" / "predictions.csv"
    shutil.move(root / "runs" / "one", root / "runs" / "again")
    assert accepted.table(root / "results", run, "predictions.csv") == root / "runs" / "again" / "predictions.csv"
    shutil.rmtree(root / "runs")
    assert accepted.table(root / "results", run, "predictions.csv") is None


def test_a_table_that_was_taken_away_is_none_that_was_left_out(root):
    shutil.copy(root / "runs" / "one" / "splits.csv", root / "results")
    accepted.write_manifest(root / "results")
    (root / "results" / "splits.csv").unlink()
    assert accepted.left_out(root / "results") == ["predictions.csv"]
    assert replay.compare(root / "results", root / "runs" / "one", set())["cause"].startswith("splits.csv of what was")
    said = f"results/splits.csv is not what the run wrote, by results/run.json: {result.AGAIN}"
    assert (False, said) in checked(root)


def test_the_check_holds_what_lies_in_runs_against_the_record(root):
    assert checked(root) == []
    path = root / "runs" / "one" / "predictions.csv"
    path.write_text(path.read_text("utf-8").replace("1.0", "1.5"), "utf-8")
    said = "runs/one/predictions.csv is not what the run wrote, by results/run.json: run and accept again"
    assert checked(root) == [(False, said)]
    shutil.rmtree(root / "runs")
    assert [is_note for is_note, _ in checked(root)] == [True, True]


@pytest.mark.parametrize(
    ("there", "factor", "tier", "status", "said"),
    [
        (True, 1, 1, "identical", 0),
        (True, 1 + 1e-9, 2, "within tolerance", 0),
        (True, 2, 2, "outside", 0),
        (False, 1, 1, "identical", 0),  # the hash says so
        (False, 2, 1, "outside", 1),
        (False, 1 + 1e-9, 2, "identical", 1),  # of scores and splits; and that is said
    ],
)
def test_a_replay_compares_them_or_says_that_it_cannot(root, there, factor, tier, status, said):
    again = PREDICTED.assign(prediction=PREDICTED["prediction"] * factor)
    kept = write(root / "runs" / "repeated", again)
    run = json.loads((kept / "run.json").read_text("utf-8"))
    files.write_json(kept / "run.json", run | {"tier": tier})
    if not there:
        shutil.rmtree(root / "runs" / "one")
    outcome = replay.compare(root / "results", kept, set())
    assert outcome["status"] == status and len(outcome["differs"]) == said
    assert all(line.startswith("predictions.csv could not be compared number by number") for line in outcome["differs"])


def test_the_evidence_of_a_table_in_runs_is_its_hash(root):
    subject = SimpleNamespace(root=root)
    link = "[results/run.json: splits_sha256](results/run.json)"
    assert checklists.exercised(subject, "results/splits.csv") == ("yes", link)
    assert checklists.exercised(subject, "results/other.csv") == ("no", "`results/other.csv`")
