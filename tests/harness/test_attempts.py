"""The list of attempts: every run that there was, and none ever leaves it."""

import copy
import json

import pytest

from harness.checks import history
from harness.provenance import attempts


def run(name, seed=1, difference=0.01, **more):
    """Return the record of a run."""
    stated = {"question": {"direction": "better"}, "evaluation": {"seed": seed, "folds": 5}, "waivers": {}}
    compared = [{"kind": "role", "name": "rival", "value": difference}]
    facts = {"id": name, "status": "finished", "started": name, "ended": name, "verdict": "supported", "plan": stated}
    return facts | {"comparisons": compared, "metrics": ["accuracy"], "sources": {"study/models.py": "a"}} | more


@pytest.fixture
def keep(tmp_path):
    """Put runs into runs/, write the list into results/, return its rows."""
    (tmp_path / "results").mkdir()

    def kept(*runs):
        for one in runs:
            (tmp_path / "runs" / one["id"]).mkdir(parents=True, exist_ok=True)
            (tmp_path / "runs" / one["id"] / "run.json").write_text(json.dumps(one), "utf-8")
        attempts.write(tmp_path, tmp_path / "results")
        return attempts.listed(tmp_path)

    return kept


def test_every_run_is_listed_failed_ones_too(keep):
    broken = {"id": "2", "status": "failed", "started": "2", "error": "ValueError: no"}
    rows = keep(run("1", difference=-0.1), broken, run("3", seed=2))
    assert list(rows) == ["1", "2", "3"] and rows["2"]["status"] == "failed" and rows["2"]["plan"] == ""
    assert rows["1"]["difference"] == "-0.1" and rows["1"]["plan"] == rows["3"]["plan"] != ""


def test_tries_and_replays_are_marked(keep):
    rows = keep(run("1", exploratory=True), run("2", replay_of="0"), run("3"))
    assert [row["kind"] for row in rows.values()] == ["try", "replay", "run"]


def test_no_run_leaves_the_list(keep, tmp_path):
    keep(run("1"), run("2", status="running"))
    for name in ("1", "2"):
        (tmp_path / "runs" / name / "run.json").unlink()
        (tmp_path / "runs" / name).rmdir()
    rows = keep(run("3"))
    assert list(rows) == ["1", "2", "3"] and rows["2"]["status"] == "running"


def test_a_run_that_went_on_is_written_again_and_no_other(keep):
    keep(run("1"), run("2", status="running"))
    rows = keep(run("1", difference=0.5), run("2"))
    assert rows["1"]["difference"] == "0.01" and rows["2"]["status"] == "finished"


def test_seed_and_waivers_make_no_other_plan_but_folds_do():
    first, other = run("1"), run("2", seed=7)
    other["plan"]["waivers"] = {"N4": {"reason": "So that."}}
    assert [attempts.row(first)[key] for key in ("plan", "study")] == [
        attempts.row(other)[key] for key in ("plan", "study")
    ]
    other["plan"]["evaluation"]["folds"] = 6
    assert attempts.row(first)["plan"] != attempts.row(other)["plan"]


@pytest.mark.parametrize(
    ("differences", "accepted", "told"),
    [
        ((0.01, 0.02, 0.03), "3", True),
        ((0.01, 0.02, 0.03), "2", False),  # not the best
        ((0.03, 0.02, 0.01), "1", False),  # the first
        ((0.01, 0.03), "2", False),  # two seeds are no search
        ((0.02, 0.02, 0.02), "3", False),
    ],
)
def test_the_luckiest_of_three_seeds(keep, differences, accepted, told):
    runs = [run(str(n), seed=n, difference=one) for n, one in enumerate(differences, 1)]
    (mine,) = [one for one in runs if one["id"] == accepted]
    found = list(history.luckiest(mine, keep(*runs)))
    assert bool(found) == told and all("is the best of 3 that differ in their seed alone" in one for one in found)


def test_what_an_own_metric_measures_is_part_of_the_question():
    """Its code is no part of what is studied, so that another one is another question about the same."""
    first = run("1")
    stated = {"accuracy": {"greater_is_better": True, "low": 0.0, "high": None, "response_method": "predict"}}
    first["plan"]["metrics"], first["sources"] = stated, first["sources"] | {"study/metrics.py": "b"}
    edited = first | {"sources": first["sources"] | {"study/metrics.py": "c"}}
    turned = copy.deepcopy(first)
    turned["plan"]["metrics"]["accuracy"]["greater_is_better"] = False
    relabelled = copy.deepcopy(first)
    relabelled["plan"]["metrics"]["accuracy"]["label"] = "hits"
    rows = [attempts.row(one) for one in (first, edited, turned, relabelled)]
    assert len({row["study"] for row in rows}) == 1
    assert [row["question"] == rows[0]["question"] for row in rows] == [True, False, False, True]
