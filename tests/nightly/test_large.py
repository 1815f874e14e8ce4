"""A large table, from its run to its release: what has a line for each row stays out of git, and is not lost."""

import hashlib
import json
import re
import zipfile

import pytest
import sizes
from conftest import commit_all, harness, run

ROWS = 5_000
MOST = 2e6  # bytes of results/
EXAMPLE = "Palmer (penguins|Station|Archipelago)|palmerpenguins"


@pytest.fixture(scope="module")
def large(project, python, hub, tmp_path_factory):
    """A study of many rows whose run is accepted and committed."""
    folder = sizes.put(project, tmp_path_factory.mktemp("large") / "study", ROWS)
    ignored = folder / ".gitignore"
    ignored.write_text(ignored.read_text("utf-8").replace("/data/raw/\n", ""), "utf-8")
    commit_all(folder, "Plan", hub)
    harness(folder, python, "run", env=hub)
    said = harness(folder, python, "accept", "latest", env=hub).stdout
    assert "predictions.csv stays in runs/: too large for git" in said
    commit_all(folder, "Accept", hub)
    return folder


def record(folder):
    return json.loads((folder / "results" / "run.json").read_text("utf-8"))


def test_what_is_committed_is_small_and_knows_the_rest_by_its_hash(large, hub):
    kept = [path for path in (large / "results").rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in kept) < MOST
    assert "predictions.csv" not in {path.name for path in kept}
    (there,) = large.glob("runs/2*/predictions.csv")
    assert hashlib.sha256(there.read_bytes()).hexdigest() == record(large)["predictions_sha256"]
    assert run("git", "status", "--porcelain", cwd=large, env=hub).stdout == ""


def test_a_replay_compares_every_prediction(large, python, hub):
    done = harness(large, python, "replay", "--here", "--workers", "1", env=hub)
    assert done.stdout.rstrip().endswith("replay: identical")
    (outcome,) = large.glob("runs/2*/replay.json")
    assert json.loads(outcome.read_text("utf-8"))["status"] == "identical"


def test_a_release_takes_the_table_along(large, python, hub):
    for name, old in (
        ("MODEL_CARD.md", r"^\*[^*]+\*$"),
        ("README.md", EXAMPLE),
        ("data/DATASHEET.md", EXAMPLE),
    ):
        path = large / name
        path.write_text(re.sub(old, "rows", path.read_text("utf-8"), flags=re.M), "utf-8")
    harness(large, python, "card", env=hub)
    commit_all(large, "Say the rest", hub)
    run("git", "tag", "v0.1.0", cwd=large, env=hub)
    archive = harness(large, python, "release", env=hub).stdout.strip()
    with zipfile.ZipFile(archive) as packed:
        (name,) = (one for one in packed.namelist() if one.endswith("predictions.csv"))
        assert hashlib.sha256(packed.read(name)).hexdigest() == record(large)["predictions_sha256"]
