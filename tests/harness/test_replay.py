"""Replay compares number by number: a difference does not hide, and what differs decides how close is close enough."""

import copy
import json

import numpy as np
import pandas as pd
import pytest
import shipped

from harness import files
from harness.exceptions import StudyError
from harness.plan import sections
from harness.provenance import clone, machine, replay, reproduced, tolerance

RULE = sections.Replay(rtol=1e-7)


def scores(values, **more):
    """Return a long table with the given values of a metric called m."""
    table = pd.DataFrame({"kind": "role", "name": "candidate", "repeat": 0, "fold": range(len(values)), "m": values})
    facts = {"seed": 0, "n_train": 3, "n_test": 1, "features_in": 4, "features_out": 4, "fit_s": 0.1, "score_s": 0.1}
    return table.assign(**facts | {"machine": "a", "variant": "deep"} | more)


def compare(old, new, tier, sigma=0.0, rule=RULE):
    """Status of the metric m."""
    return tolerance.score_rows(old, new, tier, rule, {"m": sigma})[1].status


@pytest.mark.parametrize(
    ("factor", "found"),
    [
        (1.0, ["identical"] * 4),
        (1 + 1e-9, ["outside", "within tolerance", "within tolerance", "outside"]),
        (1 + 1e-6, ["outside", "outside", "within tolerance", "outside"]),
        (-1.0, ["outside"] * 4),
        (np.nan, ["outside"] * 4),
        (np.inf, ["outside"] * 4),
    ],
)
def test_numbers_are_compared_by_their_tier(factor, found):
    old, new = scores([0.5, 0.25, 0.75]), scores([0.5, 0.25, 0.75 * factor])
    assert [compare(old, new.assign(fit_s=9.0, machine="b"), tier) for tier in (1, 2, 3, 4)] == found


@pytest.mark.parametrize(
    ("shift", "sigma", "status"),
    [
        (0.4, 0.0, "within tolerance"),  # the mean moves by 0.1 = 0.4 / 4 folds; one of 8 test rows is 0.125
        (0.6, 0.0, "outside"),  # 0.15 > 0.125
        (0.6, 0.08, "within tolerance"),  # 0.15 < 2 x 0.08
        (0.6, 0.07, "outside"),  # 0.15 > 2 x 0.07
    ],
)
def test_tier_3_compares_means_with_one_test_row_or_the_spread_over_seeds(shift, sigma, status):
    old, new = scores([0.5] * 4, n_test=2), scores([0.5, 0.5, 0.5, 0.5 - shift], n_test=2)
    assert compare(old, new, 3, sigma) == status


def test_what_is_undefined_is_undefined_again():
    old, new = scores([0.5, np.nan, 0.0]), scores([0.5, 0.5, 0.0])
    assert compare(old, old, 1) == "identical"
    for one, two in ((old, new), (new, old)):
        assert compare(one, two, 2, rule=sections.Replay(rtol=1)) == compare(one, two, 3, 9.0) == "outside"


def test_what_a_fit_reports_of_itself_is_no_number_to_compare():
    old = scores([0.5, 0.25], diagnostics=["", "no convergence: lbfgs failed to converge"])
    found = tolerance.score_rows(old, old.assign(diagnostics=""), 1, RULE, {})
    assert [(row.metric, row.status) for row in found] == [("counts", "identical"), ("m", "identical")]


@pytest.mark.parametrize("count", tolerance.COUNTS)
def test_counts_are_equal_whatever_differs(count):
    old, new = scores([0.5, 0.5], trials=1000000), scores([0.5, 0.5], trials=1000000)
    new[count] += [0, 1]
    for tier in (1, 2, 3):
        assert tolerance.score_rows(old, new, tier, RULE, {})[0][:1] + ("outside",) == ("counts", "outside")
        assert tolerance.score_rows(old, new, tier, RULE, {})[0].status == "outside"


@pytest.mark.parametrize("key", tolerance.FITS)
def test_other_fits_are_not_compared(key):
    old = scores([0.5, 0.25])
    with pytest.raises(tolerance.NotComparable):
        tolerance.score_rows(old, old.assign(**{key: 7}), 4, RULE, {})


def test_other_metrics_and_fewer_fits_are_not_compared():
    old = scores([0.5, 0.25])
    for other in (scores([0.5]), old.rename(columns={"m": "other"})):
        with pytest.raises(tolerance.NotComparable):
            tolerance.score_rows(old, other, 4, RULE, {})


def test_predictions():
    """Labels are equal but in tier 3, numbers as scores, in parts of the largest of their column."""
    old = pd.DataFrame({"name": "x", "row": ["a", "b"], "fold": 0, "truth": ["m", "f"], "prediction": ["m", "m"]})
    old["decision"] = [2.0, 0.0]
    near, flipped = old.assign(decision=[2.0, 1e-9]), old.assign(prediction=["m", "f"])
    for new, worst in (
        (near, ["outside", "within tolerance", "identical"]),
        (flipped, ["outside"] * 2 + ["identical"]),
    ):
        for tier, status in zip((1, 2, 3), worst, strict=True):
            assert tolerance.worst_of(tolerance.prediction_rows(old, new, tier, RULE)) == status
    for tier in (1, 2, 3):  # another row
        assert tolerance.prediction_rows(old, old.assign(row=["a", "c"]), tier, RULE)[0].status == "outside"


RUN = {
    "id": "one", "lock_sha256": "1" * 64, "packages": {"numpy": "2.0"}, "python": "3.11.7", "processor": "A",
    "platform": "Linux", "accelerators": [], "thread_pools": [{"internal_api": "openblas", "num_threads": 2}],
    "variables": {"TZ": "UTC"}, "torch": {"version": "2", "devices": ["cpu"], "capability": "AVX2"},
    "plan": {"evaluation": {"seed": 1, "folds": 5}, "replay": {"rtol": 1e-6}},
    "sources": {"data/raw/a.csv": "a" * 64, "study/models.py": "b" * 64, "study/plan.toml": "c" * 64},
}  # fmt: skip
# A change, the tier that it asks for, and what is said of it; in the order in which they explain a difference.
CHANGES = [
    (["sources", "data/raw/a.csv"], "f" * 64, 4, "data: data/raw/a.csv differs"),
    (["sources", "study/models.py"], "f" * 64, 4, "code: study/models.py differs"),
    (["plan", "evaluation", "seed"], 2, 4, "seed: evaluation.seed 1 -> 2"),
    (["lock_sha256"], "f" * 64, 3, "lock: requirements/harness.txt differs"),
    (["packages", "numpy"], "2.1", 3, "packages: numpy 2.0 -> 2.1"),
    (["python"], "3.12.1", 2, "Python: Python 3.11.7 -> 3.12.1"),
    (["processor"], "B", 2, "processor: processor A -> B"),
    (["platform"], "Darwin", 2, "operating system: system Linux -> Darwin"),
    (["accelerators"], ["G"], 3, "accelerators: accelerators [] -> ['G']"),
    (["torch", "devices"], ["G"], 3, "devices of PyTorch: devices ['cpu'] -> ['G']"),
    (["torch", "capability"], "AVX512", 2, "settings of PyTorch: capability AVX2 -> AVX512"),
    (["thread_pools"], [], 2, "threads: pools ['openblas 2'] -> []"),
    (["variables", "OMP_NUM_THREADS"], "2", 2, "threads: OMP_NUM_THREADS None -> 2"),
    (["variables", "TZ"], "CET", 1, "variables: TZ UTC -> CET"),
]


def changed(run, place, value):
    """Return a copy of a record with one thing changed."""
    new = part = copy.deepcopy(run)
    for key in place[:-1]:
        part = part[key]
    part[place[-1]] = value
    return new


@pytest.mark.parametrize(("place", "value", "tier", "said"), CHANGES)
def test_what_differs_decides_the_tier(place, value, tier, said):
    assert tolerance.differing(RUN, changed(RUN, place, value)) == (tier, [said])


def test_what_differs_is_told_in_the_order_in_which_it_explains():
    new = RUN
    for place, value, _, _ in reversed(CHANGES):
        new = changed(new, place, value)
    tier, said = tolerance.differing(RUN, new)
    assert tier == 4 and [line.partition(":")[0] for line in said] == [what for what, _, _ in tolerance.CIRCUMSTANCES]
    assert tolerance.differing(RUN, RUN) == (1, [])


def test_a_record_from_before_pytorch_was_recorded_can_be_compared():
    old = {key: value for key, value in RUN.items() if key != "torch"}
    assert tolerance.differing(old, old | {"torch": {}}) == (1, [])
    assert tolerance.differing(old, RUN)[0] == 3


def test_another_plan_is_not_comparable_but_another_tolerance_is():
    with pytest.raises(tolerance.NotComparable, match="another plan: study/plan.toml: evaluation.folds 5 -> 9"):
        tolerance.differing(RUN, changed(RUN, ["plan", "evaluation", "folds"], 9))
    assert tolerance.differing(RUN, changed(RUN, ["plan", "replay", "rtol"], 0.1)) == (1, [])


def test_a_replay_is_not_the_newest_run(tmp_path):
    for name, more in (("1", {}), ("2", {"replay_of": "1"}), ("3", {"committed": False})):
        (tmp_path / "runs" / name).mkdir(parents=True)
        run = {"id": name, "status": "finished", "committed": True} | more
        files.write_json(tmp_path / "runs" / name / "run.json", run)
    assert replay.subject(tmp_path) == tmp_path / "runs" / "1"
    assert replay.subject(tmp_path, "2") == tmp_path / "runs" / "2"


def test_deviations_are_read(tmp_path):
    assert replay.deviations(tmp_path, "one") == []
    (tmp_path / "study").mkdir()
    (tmp_path / "study" / "DEVIATIONS.md").write_text(
        "# Deviations\n\nRun one:\nother BLAS.\n\nRun two: nil.\n", "utf-8"
    )
    assert replay.deviations(tmp_path, "one") == ["Run one:\nother BLAS."]


def test_a_patch_that_is_not_the_recorded_one_is_refused(tmp_path):
    with pytest.raises(StudyError, match="is missing"):
        clone.apply_patch(tmp_path, tmp_path / "uncommitted.patch", "0" * 64)
    (tmp_path / "uncommitted.patch").write_text("other", "utf-8")
    with pytest.raises(StudyError, match="not the one that the run wrote"):
        clone.apply_patch(tmp_path, tmp_path / "uncommitted.patch", "0" * 64)


def test_listed_data_that_is_nowhere_is_named(tmp_path):
    root, study = tmp_path / "root", tmp_path / "clone"
    (root / "data" / "raw").mkdir(parents=True)
    (study / "data").mkdir(parents=True)
    (study / "data" / "MANIFEST.sha256").write_text(f"{'0' * 64}  raw/big table.csv\n", "utf-8")
    with pytest.raises(StudyError, match="data/raw/big table.csv is listed, but neither in git nor here"):
        clone.bring_data(root, study)
    (root / "data" / "raw" / "big table.csv").write_text("x", "utf-8")
    clone.bring_data(root, study)
    assert (study / "data" / "raw" / "big table.csv").read_text("utf-8") == "x"


SAID = {"user": "ada", "host": "a", "name": "Ada", "started": "2026-01-01T10:00:00+00:00"}


@pytest.mark.parametrize(
    ("by", "name", "independent"),
    [
        ({"user": "grace", "host": "a", "date": "2026-01-02T10:00:00+00:00"}, "Grace", "yes"),
        ({"user": "ada", "host": "a", "date": "2026-01-02T10:00:00+00:00"}, "Grace", "same user and host"),
        ({"user": "grace", "host": "b", "date": "2026-01-01T23:00:00+00:00"}, "Grace", "same date"),
        ({"user": "grace", "host": "b", "date": "2026-01-02T10:00:00+00:00"}, "ada ", "same name"),
        ({"user": "ada", "host": "b", "date": "2026-01-02T01:00:00+00:00"}, "Grace", "yes"),
        (
            {"user": "ada", "host": "a", "date": "2026-01-01T23:30:00+00:00"},
            "Ada",
            "same user and host, same date, same name",
        ),
    ],
)
def test_an_entry_says_whether_it_is_independent_and_the_old_ones_stay(tmp_path, by, name, independent):
    run = RUN | SAID
    files.write_json(tmp_path / "run.json", run)
    there = dict.fromkeys(replay.SHORT, "x") | {"id": "two"}
    found = {"by": by, "repeated": there, "status": "outside", "tier": "T1", "rows": [{"status": "outside"}]}
    found |= {"commit": "c" * 40, "environment": "fresh", "differs": [], "cause": tolerance.UNKNOWN}
    for _ in range(2):
        reproduced.sign(tmp_path, tmp_path, found, name)
    page = (tmp_path / reproduced.NAME).read_text("utf-8")
    assert page.count("outside (T1)") == 2 and page.count("# Reproductions") == 1 and tolerance.UNKNOWN in page
    assert [line for line in page.splitlines() if line.startswith("- independent:") and independent in line]


def test_only_the_accepted_result_is_signed(tmp_path):
    for name in ("results", "other"):
        (tmp_path / name).mkdir()
    (tmp_path / "other" / "run.json").write_text(json.dumps({"id": "x", "status": "finished"}), "utf-8")
    with pytest.raises(StudyError, match="only a replay of the accepted result"):
        reproduced.refuse(tmp_path, tmp_path / "other", None)
    (tmp_path / "results" / "run.json").write_text(json.dumps({"id": "y", "status": "finished"}), "utf-8")
    with pytest.raises(StudyError, match="only a replay of the accepted result"):
        reproduced.refuse(tmp_path, tmp_path / "other", None)
    with pytest.raises(StudyError, match="leave --at out"):
        reproduced.refuse(tmp_path, tmp_path / "results", "HEAD")
    reproduced.refuse(tmp_path, tmp_path / "results", None)


def test_what_was_not_committed_is_put_back_wherever_the_study_lies_in_its_repository(tmp_path):
    for below in ("", "part/of it"):
        root, again = tmp_path / f"here{len(below)}" / below, tmp_path / f"again{len(below)}"
        (root / "study").mkdir(parents=True)
        (root / "study" / "models.py").write_text("a\n", "utf-8")
        shipped.commit(tmp_path / f"here{len(below)}")
        (root / "study" / "models.py").write_text("b\n", "utf-8")
        (root / "study" / "n\u00e9w \u00e0.bin").write_bytes(b"\0\1\2\xff")
        (root / "beside.txt").write_text("is no part of a run\n", "utf-8")
        digest = machine.write_patch(root, tmp_path)
        study = clone.clone(root, again, files.git(root, "rev-parse", "HEAD"))
        clone.apply_patch(study, tmp_path / machine.PATCH, digest)
        assert {path.name: path.read_bytes() for path in (study / "study").iterdir()} == {
            "models.py": b"b\n",
            "n\u00e9w \u00e0.bin": b"\0\1\2\xff",
        }
        assert not (study / "beside.txt").exists()
    shipped.git(root, "checkout", "-q", ".")
    shipped.git(root, "clean", "-fdq")
    assert machine.write_patch(root, tmp_path) is None
