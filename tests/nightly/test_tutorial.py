"""The tutorial, typed from beginning to end; what the shipped study says in it fits the data."""

import json
import re

import pytest
from conftest import INSIDE, ROOT, run
from pages import blocks, shell

STUDY = ROOT / INSIDE
TUTORIAL = ROOT / "docs" / "tutorial.md"
LINES = [line for block in blocks(TUTORIAL) for line in block]
# The result is made in one place of the world, and verified in another.
HERE = {"TZ": "Asia/Tokyo", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "1"}
THERE = "export TZ=America/Lima LC_ALL=C PYTHONHASHSEED=77"
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def walked(hub, tmp_path_factory):
    """The study at the end of the tutorial, and what was printed on the way."""
    folder = tmp_path_factory.mktemp("first-\u00fcber")
    verified = LINES.index("make verify")
    printed = shell([*LINES[:verified], THERE, *LINES[verified:]], folder, hub | HERE).stdout
    return folder / "my-study", printed


def test_tutorial(walked, hub):
    """From nothing to an accepted, verified result, and an update that has nothing to do."""
    folder, printed = walked
    verdict_line = re.search(r"^([\w ]+): forest against discriminant", printed, re.M)  # not that of the try
    assert verdict_line[1] in TUTORIAL.read_text(encoding="utf-8")
    assert re.search(r"^ *replay +identical ", printed, re.M) and "already up to date" in printed
    assert run("git", "status", "--porcelain", cwd=folder, env=hub).stdout == ""


def test_readme_of_a_study_knows_no_command_that_the_tutorial_does_not_type():
    """So that each of them has been run."""
    assert {line for block in blocks(STUDY / "README.md") for line in block} <= {*LINES}


def test_the_shipped_study_fits_its_data(walked):
    """344 birds, 11 of unknown sex (data/DATASHEET.md); the report stands by itself."""
    folder, printed = walked
    record = json.loads((folder / "results" / "run.json").read_text(encoding="utf-8"))
    rows = record["rows"]
    assert rows["excluded"] == {"not measured": 2, "no sex": 9} and rows["canaries"] == 3
    assert rows["development"] + rows["sealed"] + rows["canaries"] + 11 == rows["read"] == 344
    verdict = r"(supported|not supported|equivalent|no conclusion)"
    line = (
        rf"(?m)^{verdict}: forest against discriminant: ROC AUC (higher|lower) by \S+ \(\S+ against \S+\), 95% interval"
    )
    assert record["verdict"] == re.search(line, printed)[1]
    floor = next(row for row in record["comparisons"] if (row["kind"], row["name"]) == ("role", "floor"))
    assert 0.35 < floor["low"] < floor["value"] < 0.5  # guessing has 0.5, nothing has more than 1
    report = folder / "runs" / record["id"] / "report.html"
    page = report.read_text(encoding="utf-8")
    assert str(report) in printed and page.count("<svg") > 8 and "[[" not in page and "[%" not in page
    assert "candidate (forest)" in page and "<script" not in page
    assert "http" not in page.replace("http://www.w3.org", "")
