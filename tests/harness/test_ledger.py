"""The sealed test: opened only from a commit, scored once, and every opening leaves its line."""

import hashlib
import json

import numpy as np
import pandas as pd
import pytest
from shipped import TEMPLATE, git
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.dummy import DummyRegressor
from sklearn.metrics import roc_auc_score
from sklearn.tree import DecisionTreeClassifier

from harness.exceptions import StudyError
from harness.fits import test_set
from harness.method import inputs
from harness.plan import plan, sections
from harness.study import Dataset


@pytest.fixture(autouse=True)
def few_resamples(monkeypatch):
    monkeypatch.setattr(test_set, "RESAMPLES", 200)


class Counted(ClassifierMixin, BaseEstimator):
    """A tree that counts how often it is fitted, and on how many rows, and how often it is asked."""

    fits, asked = [], []

    def fit(self, X, y):
        self.fits.append(len(X))
        self.tree_ = DecisionTreeClassifier(random_state=0).fit(X, y)
        self.classes_ = self.tree_.classes_
        return self

    def predict(self, X):
        self.asked.append(len(X))
        return self.tree_.predict(X)

    def predict_proba(self, X):
        return self.tree_.predict_proba(X)


def constant(seed):
    return DummyRegressor(strategy="constant", constant=0.0)


def counted(seed):
    return Counted()


def study(y, groups, metrics, candidate, sealed):
    """Return a study whose one feature is the target; ``sealed`` tells which rows are."""
    index = pd.Index([f"row {n}" for n in range(len(y))])
    y, groups = pd.Series(y, index), pd.Series(groups, index)
    rows = Dataset(y.astype("category").cat.codes.astype(float).to_frame("x"), y, groups)
    text = {
        "question": {
            "claim": "The candidate is better.",
            "falsified_by": "It is not better.",
            "metric": metrics[0],
            "further_metrics": metrics[1:],
            "why": "It can be worked out.",
            "margin": 0.1,
            "agreed_with": "Nobody but this test.",
        },
        "rows": {"dependence": "none", "reason": "They were made one by one.", "sealed": 0.2},
        "data": {"target": "y", "features": ["x"]},
        "models": dict.fromkeys(["linear", "domain", "rival", "candidate"], candidate.__name__),
        "evaluation": {"seed": 1, "folds": 2, "repeats": 1},
    }
    task = "classification" if hasattr(candidate(0), "predict_proba") else "regression"
    parts = rows.take(~sealed), rows.take(sealed), rows.take([])
    return inputs.Study(
        plan.Plan.model_validate(text), dict.fromkeys(sections.ROLES, candidate), task, *parts, {}, {}, None, TEMPLATE
    )


def birds(right=True):
    """Return a study of two classes in pairs; told by x, or not told by it at all."""
    y = np.array(["a", "b"] * 200)
    made = study(y, np.arange(400) // 2, ["accuracy", "roc_auc"], counted, np.arange(400) >= 300)
    if right:
        return made
    noise = made.sealed.X.assign(x=np.random.default_rng(0).integers(0, 2, 100).astype(float))
    return made._replace(sealed=made.sealed._replace(X=noise))


@pytest.mark.parametrize("per_group", [1, 4])
def test_the_interval_knows_that_the_rows_of_a_group_say_the_same(per_group):
    """Mean absolute error of 400 values, equal within a group: its standard error is sd / sqrt(number of groups)."""
    values = np.repeat(np.random.default_rng(0).normal(size=400 // per_group), per_group)
    order = np.random.default_rng(1).permutation(400)
    y, groups = np.append(values[order], [1.0] * 9), np.append(order // per_group, [999] * 9)
    made = study(y, groups, ["neg_mean_absolute_error", "neg_log_loss"], constant, np.arange(409) < 400)
    (found,) = test_set.score(made).values()  # a metric that the model does not admit is left out
    assert found["value"] == pytest.approx(-np.abs(values).mean())
    half = 1.96 * np.abs(values).std() / np.sqrt(400 / per_group)
    assert found["high"] - found["low"] == pytest.approx(2 * half, rel=0.2)
    assert found["method"] == "bootstrap of " + {1: "400 rows", 4: "100 groups"}[per_group]


def test_the_candidate_is_fitted_once_and_asked_once_for_all_resamples():
    made = birds(right=False)
    Counted.fits.clear(), Counted.asked.clear()
    found = test_set.score(made)
    assert Counted.fits == [300] and len(Counted.asked) <= 2  # a scorer's own, and the recorded one
    truth = made.sealed.y == "b"
    assert found["accuracy"]["value"] == ((made.sealed.X["x"] == 1) == truth).mean()
    assert found["roc_auc"]["value"] == pytest.approx(roc_auc_score(truth, made.sealed.X["x"]))
    assert found["accuracy"]["low"] < found["accuracy"]["value"] < found["accuracy"]["high"]


def test_a_perfect_score_has_an_exact_interval_or_none():
    """50 of 50 pairs right: Clopper and Pearson's lower bound is 0.025 ** (1 / 50)."""
    found = test_set.score(birds())
    assert found["accuracy"] == {"value": 1.0, "low": pytest.approx(0.025 ** (1 / 50)), "high": 1.0} | {
        "method": "Clopper and Pearson, 50 groups"
    }
    assert found["roc_auc"]["low"] is None and "all resamples of 50 groups score the same" in found["roc_auc"]["method"]


@pytest.fixture
def root(tmp_path):
    (tmp_path / "study").mkdir()
    (tmp_path / "study" / "plan.toml").write_text("# the plan\n", "utf-8")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-q", "-m", "plan")
    return tmp_path


def test_every_opening_adds_a_line_that_holds_the_hash_of_the_one_before(root):
    made, first = birds(), test_set.unseal(root, birds(), " the paper is written\n")
    assert first["reason"] == "the paper is written" and (first["rows"], first["groups"]) == (100, 50)
    assert first["plan_sha256"] == hashlib.sha256(b"# the plan\n").hexdigest()
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "opened")
    second = test_set.unseal(root, made, "once more, t\u00fcchtig")
    line = (root / "results" / "ledger.jsonl").read_bytes().splitlines()[0]
    assert second["previous"] == hashlib.sha256(line).hexdigest() and first["previous"] == "0" * 64
    assert [one["opened"] for one in test_set.entries(root)] == [1, 2] and len(test_set.entries(root)) == 2


def test_an_uncommitted_study_is_not_opened(root):
    (root / "study" / "plan.toml").write_text("# another plan\n", "utf-8")
    with pytest.raises(StudyError, match="Commit everything first"):
        test_set.refuse(root, "why not", again=False)
    git(root, "checkout", "-q", ".")
    with pytest.raises(StudyError, match="--reason"):
        test_set.refuse(root, "  ", again=False)
    assert len(test_set.entries(root)) == 0 and not (root / "results").exists()


def test_a_second_opening_is_refused_until_it_is_asked_for(root):
    test_set.unseal(root, birds(), "the paper is written")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "opened")
    said = r"open already \(opening 1 on 20\d\d-\d\d-\d\d\). To score it once more, add --again."
    with pytest.raises(StudyError, match=said):
        test_set.refuse(root, "", again=False)
    test_set.refuse(root, "a referee asks", again=True)


FORGERIES = {
    "a changed word": (2, lambda lines: [lines[0].replace("reason 1", "reason 7"), *lines[1:]]),
    "a line less": (2, lambda lines: [lines[0], lines[2]]),
    "the first line less": (1, lambda lines: lines[1:]),
    "another order": (1, lambda lines: [lines[1], lines[0], lines[2]]),
    "a line twice": (2, lambda lines: [lines[0], *lines]),
    "half a line": (3, lambda lines: [*lines[:2], lines[2][:20]]),
    "another count": (3, lambda lines: [*lines[:2], lines[2].replace('"opened": 3', '"opened": 4')]),
}


@pytest.mark.parametrize("what", FORGERIES)
def test_a_line_that_does_not_follow_is_named(tmp_path, what):
    lines, previous = [], test_set.FIRST
    for number in (1, 2, 3):
        lines.append(json.dumps({"opened": number, "reason": f"reason {number}", "previous": previous}))
        previous = hashlib.sha256(lines[-1].encode()).hexdigest()
    path = tmp_path / test_set.PATH
    path.parent.mkdir()
    path.write_text("\n".join(lines) + "\n", "utf-8")
    assert len(test_set.entries(tmp_path)) == 3
    wrong, forge = FORGERIES[what]
    path.write_text("\n".join(forge(lines)) + "\n", "utf-8")
    with pytest.raises(StudyError, match=f"ledger.jsonl: line {wrong} does not follow"):
        test_set.entries(tmp_path)
