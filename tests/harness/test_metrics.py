"""Metrics of one's own: resolved by the plan, scored as scikit-learn scores, refused where they say what cannot be."""

import importlib
import inspect
import sys
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import get_scorer, make_scorer, mean_pinball_loss
from test_evaluate import study
from test_kept_fits import outcome, plain_study

from harness.exceptions import StudyError
from harness.fits import evaluation, keys, recorded, syntax
from harness.method import inputs
from harness.plan import metrics
from harness.plan.plan import Plan

METRICS = '''
"""Metrics of the field."""

from functools import partial

import numpy as np
from sklearn.metrics import make_scorer, mean_pinball_loss, ndcg_score

from study.pairs import share

LABEL = "no metric"
UNUSED = make_scorer(mean_pinball_loss)
upper_quantile_loss = partial(mean_pinball_loss, alpha=0.9)


def concordance(truth, said):
    """Harrell's C of times that were said; a time that is not known to the end is negative."""
    time, died = np.abs(truth), truth > 0
    first = died[:, None] & (time[:, None] < time)
    return share(said[None, :] - said[:, None], first)


def ranking(truth, said):
    """Normalised discounted cumulative gain."""
    return ndcg_score([truth], [said])


def absent(truth, said):
    return float("nan")


def endless(truth, said):
    return float("inf")


def text(truth, said):
    return "good"


def list_of_two(truth, said):
    return [0.5, 0.5]


def broken(truth, said):
    return 1 / len(truth[:0])


def two(truth, said):
    return 2.0


def certainty(truth, said):
    """Mean probability of the second class where it is true."""
    return said[truth == "y"].mean()
'''
PAIRS = '''
"""Pairs."""

import numpy as np


def share(difference, pairs):
    """Share of pairs whose difference is positive; none counts half."""
    return (1 + np.sign(difference)[pairs].mean()) / 2
'''
UP, DOWN = {"greater_is_better": True}, {"greater_is_better": False}


@pytest.fixture
def own(tmp_path, monkeypatch):
    """Make the study that is imported one of these files; return a function that writes a study anew."""
    real = {name: sys.modules[name] for name in sys.modules if name.partition(".")[0] == "study"}
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    made = []

    def forget():
        for name in [name for name in sys.modules if name.partition(".")[0] == "study"]:
            del sys.modules[name]
        for function in (keys.study_code, syntax.reached, keys.surroundings):
            function.cache_clear()
        importlib.invalidate_caches()

    def write(metrics=METRICS, pairs=PAIRS):
        root = tmp_path / f"study {len(made)}"
        made.append(root)
        texts = {"study/__init__.py": "", "study/pairs.py": pairs, "requirements/harness.txt": "numpy==2.0.0\n"}
        texts |= {"study/metrics.py": metrics} if metrics else {}
        for name, content in texts.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(content, "utf-8")
        monkeypatch.syspath_prepend(root)
        forget()
        return root

    write()
    yield write
    forget()
    sys.modules.update(real)


def with_metric(name, further=(), make=study, **stated):
    """Return a study with a metric of its own, and others."""
    first = make()
    planned = first.plan.model_dump()
    planned["question"] |= {"metric": name, "further_metrics": list(further), "margin": 0.01}
    planned["metrics"] = {name: stated} if stated else {}
    return first._replace(plan=Plan.model_validate(planned))


def scored(name, truth, said, **stated):
    """Score what a model says by a metric of the study."""
    model = recorded.Recorded(pd.DataFrame({"prediction": said}), [], "regression")
    scorers = with_metric(name, **stated).scorers
    return metrics.scores_of(model, pd.DataFrame(index=range(len(said))), pd.Series(truth), scorers, "it")[name]


def test_survival_ranking_and_quantiles(own):
    """
    Worked out by hand: of the pairs 1-2, 1-3, 1-4 and 3-4 (2 left early), three are in order; then one of four is tied.

    The others are the examples of scikit-learn's pages on ndcg_score and mean_pinball_loss.
    """
    times = [1.0, -2.0, 3.0, 4.0]
    assert scored("concordance", times, [10.0, 40.0, 30.0, 20.0], **UP) == 0.75
    assert scored("concordance", times, [10.0, 40.0, 30.0, 30.0], **UP) == 0.875
    relevance, told = [10, 0, 0, 1, 5], [0.1, 0.2, 0.3, 4.0, 70.0]
    assert scored("ranking", relevance, told, **UP) == pytest.approx(0.6956940443813076)
    # 0.9 of each unit that was said too little, 0.1 of each too much: once one too little, of three
    assert scored("upper_quantile_loss", [1.0, 2.0, 3.0], [0.0, 2.0, 3.0], **DOWN) == pytest.approx(-0.3)


def test_it_scores_as_a_scorer_of_scikit_learn_does(own):
    """In every fit, with the sign of scorers; and it is given what it asks for."""
    found = evaluation.evaluate(
        with_metric("upper_quantile_loss", ["neg_mean_absolute_error"], low=0.0, **DOWN), workers=2
    )
    rows = found.scores[found.scores["kind"] == "role"].query("repeat == 0 and seed == 0")
    told = found.predictions.groupby(["name", "fold"])
    by_hand = {key: -mean_pinball_loss(one["truth"], one["prediction"], alpha=0.9) for key, one in told}
    scores = rows.set_index(["name", "fold"])["upper_quantile_loss"].to_dict()
    assert scores == pytest.approx(by_hand) and min(scores.values()) < -1


def test_it_is_given_probabilities_where_it_asks_for_them_and_is_left_open_where_there_are_none(own):
    X, y = pd.DataFrame(index=range(3)), pd.Series(["y", "n", "y"])
    told = pd.DataFrame(
        {"prediction": ["y"] * 3, "probability of n": [0.8, 0.4, 0.1], "probability of y": [0.2, 0.6, 0.9]}
    )
    graded, bare = (recorded.Recorded(one, ["n", "y"], "classification") for one in (told, told[["prediction"]]))
    asked = with_metric("certainty", response_method="predict_proba", **UP).scorers
    assert metrics.scores_of(graded, X, y, asked, "it")["certainty"] == pytest.approx(0.55)
    further = {"accuracy": get_scorer("accuracy")} | asked
    assert np.isnan(metrics.scores_of(bare, X, y, further, "it")["certainty"])
    with pytest.raises(StudyError, match="'certainty' cannot score it .*predict_proba"):
        metrics.scores_of(bare, X, y, asked, "it")


@pytest.mark.parametrize(
    ("name", "stated", "said"),
    [
        ("broken", UP, r"study/metrics.py:\d+: broken: ZeroDivisionError: "),
        ("absent", UP, "study/metrics.py: absent: it gives nan, which is no number "),
        ("endless", UP, "study/metrics.py: endless: it gives inf, which is no number "),
        ("text", UP, "study/metrics.py: text: ValueError: could not convert"),
        ("list_of_two", UP, "study/metrics.py: list_of_two: TypeError: "),
        ("two", UP | {"low": 0.0, "high": 1.0}, "two: it gives 2, and its range goes from 0 to 1 "),
        ("two", DOWN | {"low": 3.0}, "two: it gives 2, and its range goes from 3 to inf "),
    ],
)
@pytest.mark.parametrize("place", ["first", "further"])
def test_what_cannot_be_is_refused_by_name_and_fold(own, name, stated, said, place):
    asked = with_metric(name, **stated)
    if place == "further":
        question = asked.plan.question.model_copy(update={"metric": "r2", "further_metrics": [name]})
        asked = asked._replace(plan=asked.plan.model_copy(update={"question": question}))
    with pytest.raises(StudyError, match=rf"{said}.*\(mean as role \w+, fold 0\)"):
        evaluation.evaluate(asked, workers=1)


def test_what_is_undefined_of_a_part_of_the_rows_is_a_value_error_there(own):
    """As scorers of scikit-learn raise it: a subgroup has no score, and says why."""
    scorer = with_metric("broken", **UP).scorers["broken"]
    model = recorded.Recorded(pd.DataFrame({"prediction": [1.0, 2.0]}), [], "regression")
    with pytest.raises(ValueError, match="broken: ZeroDivisionError"):
        recorded.score(scorer, model, pd.Series([1.0, 2.0]), np.array([0, 1]))


def refused(question=None, metrics=None, columns=("a", "b", "y")):
    planned = study().plan.model_dump() | {"metrics": metrics or {}}
    planned["question"] |= question or {}
    with pytest.raises(StudyError) as caught:
        names = ("mean", "plain", "line")
        inputs.resolve(Plan.model_validate(planned), SimpleNamespace(columns=dict.fromkeys(columns)), names)
    return str(caught.value)


def test_names_that_are_none_or_not_described_are_refused(own):
    say = "say which way is better: greater_is_better = true or false"
    assert "'concordanc' is not a scorer" in refused({"metric": "concordanc"})
    assert "did you mean 'concordance'?" in refused({"metric": "concordanc"})
    assert "did you mean 'accuracy'?" in refused({"further_metrics": ["acuracy"]})
    assert f"[metrics.concordance]: it is a function of study/metrics.py, so {say}" in refused(
        {"metric": "concordance"}
    )
    assert say in refused({"metric": "concordance"}, {"concordance": {"label": "C"}})
    told = {"r2": {"unit": "%", "low": 0.0, "greater_is_better": False}}
    assert refused({"metric": "r2"}, told).count("scikit-learn says that of its metrics. Delete the line.") == 2
    for name in ("UNUSED", "LABEL"):
        assert f"{name!r} is not a scorer" in refused({"metric": name})


def test_a_metric_may_not_take_the_name_of_one_of_scikit_learn(own):
    own(METRICS.replace("def two", "def r2"))
    said = refused({"metric": "r2", "further_metrics": ["concordance"]}, {"concordance": UP})
    assert said == "study/metrics.py: r2: scikit-learn has a metric of that name. Take another."


def test_a_study_without_metrics_py_has_those_of_scikit_learn(own):
    own(metrics="")
    assert "'concordance' is not a scorer of scikit-learn" in refused({"metric": "concordance"})
    own(metrics="import nothing_of_that_name\n")
    assert "study/metrics.py cannot be imported" in refused({"metric": "concordance"})


@pytest.mark.parametrize(
    ("stated", "said"),
    [
        ({"idle": UP}, r"\[metrics.idle\]: \[question\] names no such metric, nor do its further_metrics"),
        ({"concordance": UP | {"low": 1.0, "high": 0.0}}, "low: 1 is not below high, 0"),
        ({"concordance": UP | {"low": 0.5, "high": 0.505}}, "margin: concordance goes from 0.5 to 0.505, so 0.01 is"),
    ],
)
def test_what_the_plan_says_of_metrics_fits_together(stated, said):
    planned = study().plan.model_dump() | {"metrics": stated}
    planned["question"] |= {"metric": "concordance", "margin": 0.01}
    with pytest.raises(ValueError, match=said):
        Plan.model_validate(planned)


CHANGES = {
    "its code": {"metrics": METRICS.replace("alpha=0.9", "alpha=0.2")},
    "a helper": {"pairs": PAIRS.replace("mean()) / 2", "mean()) / 3")},
}


@pytest.mark.parametrize("what", CHANGES)
def test_kept_fits_are_done_again_where_the_code_of_the_metric_has_changed(own, tmp_path, what):
    """What is kept gives what is fresh, and that is another score."""
    name = {"its code": "upper_quantile_loss", "a helper": "concordance"}[what]

    def scores(root, folder):
        return outcome(with_metric(name, make=plain_study, **UP)._replace(root=root), folder)

    before = scores(own(), tmp_path / "kept")
    root = own(**CHANGES[what])
    fresh, kept = scores(root, None), scores(root, tmp_path / "kept")
    pd.testing.assert_frame_equal(kept, fresh, check_exact=True)
    assert not fresh[name].equals(before[name])


def test_kept_fits_stay_where_words_have_changed_and_go_where_the_range_has(own, tmp_path):
    def done(root, **stated):
        asked = with_metric("concordance", make=plain_study, **UP | stated)._replace(root=root)
        return evaluation.evaluate(asked, workers=1, folder=tmp_path / "kept").done

    everything = done(own())
    assert everything and done(own()) == 0
    assert done(own(METRICS.replace('"""Harrell\'s C of', '"""A remark. Harrell\'s C of'))) == 0
    assert done(own(), low=0.0, high=1.0) == everything


def test_it_takes_what_scikit_learn_hands_on(own):
    """By its signature: weights reach it as they reach a metric of scikit-learn."""
    scorer = with_metric("upper_quantile_loss", **DOWN).scorers["upper_quantile_loss"]
    model = recorded.Recorded(pd.DataFrame({"prediction": [0.0, 2.0, 3.0]}), [], "regression")
    X, weights = pd.DataFrame(index=range(3)), [3.0, 1.0, 1.0]
    theirs = make_scorer(mean_pinball_loss, greater_is_better=False, alpha=0.9)
    assert "sample_weight" in inspect.signature(scorer._score_func).parameters  # which is what it asks
    assert scorer(model, X, [1.0, 2.0, 3.0], sample_weight=weights) == pytest.approx(
        theirs(model, X, [1.0, 2.0, 3.0], sample_weight=weights)
    )
