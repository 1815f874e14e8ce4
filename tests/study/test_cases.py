"""Cases from reports of the public: small inputs of a fault, each with the outcome that is right."""

import json
import re
import shutil

import pytest
from conftest import ROOT, commit_all, harness

CASES = ROOT / "tests" / "cases"


@pytest.mark.slow
def test_fits_are_done_anew_by_a_replay_and_once_a_code_is_declared_a_category(copy_project, python, hub, tmp_path):
    """The values stay the same, the type changes what the models see: the verdict is another; a replay keeps no fit."""
    folder, case = copy_project(tmp_path / "sites"), CASES / "cache_category"
    shutil.rmtree(folder / "data" / "raw")
    for name in ("data.py", "models.py", "plan.toml"):
        shutil.copy(case / name, folder / "study")
    (folder / "data" / "raw").mkdir()
    shutil.copy(case / "sites.csv", folder / "data" / "raw")

    def difference():
        harness(folder, python, "manifest", env=hub)
        commit_all(folder, "Sites", hub)
        said = harness(folder, python, "run", env=hub).stdout
        newest = max(folder.glob("runs/*/run.json"))
        return json.loads(newest.read_text())["comparisons"][0], re.search(r"(\d+) of (\d+) fits were kept", said)

    first, _ = difference()
    again = harness(folder, python, "run", "--out", tmp_path / "out", env=hub).stdout  # as a replay does
    assert re.search(r"\b0 of \d+ fits were kept", again), again
    path = folder / "study" / "data.py"
    text = path.read_text(encoding="utf-8").replace('"zone": pa.Column(int)', '"zone": pa.Column("category")')
    path.write_text(text.replace('set_index("site")', 'set_index("site").astype({"zone": "category"})'), "utf-8")
    second, kept = difference()
    assert kept[1] == "0"
    shutil.rmtree(folder / "runs" / ".cache")
    third, _ = difference()
    assert second == third != first
