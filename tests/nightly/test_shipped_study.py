"""The shipped study as it is: what it says fits the data; a replay in other surroundings gives the same bits."""

import json
import re

import pytest
from conftest import commit_all, harness, run


@pytest.mark.slow
def test_the_shipped_study(copy_project, python, hub, tmp_path):
    """With fewer repeats; the replay shares nothing but commit and packages."""
    first = copy_project(tmp_path / "first \u00fcber")
    path = first / "study" / "plan.toml"
    text = path.read_text(encoding="utf-8")
    assert text.count("repeats = 5") == 1
    path.write_text(text.replace("repeats = 5", "repeats = 2"), encoding="utf-8")
    commit_all(first, "Fewer repeats", hub)
    variables = {"TZ": "Asia/Tokyo", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "1"}
    said = harness(first, python, "run", "--workers", "2", env=hub, **variables).stdout
    (path,) = first.glob("runs/*/run.json")
    run_ = json.loads(path.read_text(encoding="utf-8"))
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
    assert "candidate (forest)" in page and "<script" not in page
    assert "http" not in page.replace("http://www.w3.org", "")
    assert run("git", "status", "--porcelain", cwd=first, env=hub).stdout == ""

    other = {"TZ": "America/Lima", "LC_ALL": "C", "PYTHONHASHSEED": "77"}
    said = harness(first, python, "replay", "--here", "--workers", "2", env=hub, **other).stdout
    assert "replay: identical" in said and "runs/" in said  # nothing is accepted yet: it takes the run
