"""The store of runs: filtered as pandas would, damaged records named; each number of a report leads to a file."""

import html
import json
import re

import pandas as pd
import pytest
from test_report import explanation, failed, run, scores

from harness.exceptions import StudyError
from harness.provenance import record, runs, trace, tracking
from harness.report import page, template

SOME = [
    {"id": "a", "status": "finished", "verdict": "supported", "metrics": ["f1"], "cpus": 2, "branch": "main"},
    {
        "id": "b",
        "status": "finished",
        "verdict": "equivalent",
        "metrics": ["f1"],
        "cpus": 8,
        "branch": None,
        "committed": False,
    },
    {"id": "c", "status": "failed", "error": "ValueError: <b>no</b>", "cpus": 4},
]
for one, value in zip(SOME, (0.95, 0.8), strict=False):
    one["estimates"] = {"role": {"candidate": {"f1": {"value": value, "low": value - 0.1, "high": value}}}}
# Of numbers what SQL's three values give: unknown and false is false, unknown or true is true, not unknown is unknown.
SELECTED = {
    "verdict == 'supported' and metric > 0.9": "a",
    "metric > 0.9 or status == 'failed'": "ac",
    "not (metric > 0.9)": "b",
    "not (metric > 0.9 and cpus > 100)": "abc",
    "not (metric > 0.9 or cpus > 100)": "b",
    "not committed": "b",
    "high > 0.5 and high < 0.9": "b",
    "branch == 'x'": "",
    "branch != 'x'": "abc",
    "host == 'x'": "",
    "0.6 < low < 0.8": "b",
    "branch.isna() and status == 'finished'": "b",
    "estimates_role_candidate_f1_value < 0.9": "b",
    "error.str.contains('no')": "c",
    "cpus == 2 or cpus == 4": "ac",
}
REFUSED = {
    "vrdict == 'x'": "'vrdict' is not in any record; did you mean 'verdict'?",
    "estimates_role_candidat_f1_value > 1": "did you mean 'estimates_role_candidate_f1_value'?",
    "status = 'failed'": "equality is ==",
    "status > 1": "cannot be read",
    "(status": "cannot be read",
    "open('x')": "cannot be read",
    "(lambda: 1)()": "cannot be read",
    "": "cannot be read",
    "cpus": "is no condition",
    "cpus.sum() > 1": "is no condition",
}


@pytest.mark.parametrize(("expression", "ids"), SELECTED.items())
def test_where(expression, ids):
    assert "".join(one["id"] for one in runs.where(SOME, expression)) == ids


@pytest.mark.parametrize(("expression", "says"), REFUSED.items())
def test_where_refuses(expression, says):
    with pytest.raises(StudyError, match=re.escape(says)):
        runs.where(SOME, expression)


def put(root, runs):
    for one in runs:
        (root / "runs" / one["id"]).mkdir(parents=True)
        (root / "runs" / one["id"] / "run.json").write_text(json.dumps(one), "utf-8")


def test_damaged_and_missing(tmp_path):
    put(tmp_path, SOME)
    (tmp_path / "runs" / "d").mkdir()
    (tmp_path / "runs" / "d" / "run.json").write_text('{"id":', "utf-8")
    listed = runs.aligned(*runs.HEADER, rows=map(runs.row, record.runs(tmp_path))).splitlines()
    assert [line.split()[:2] for line in listed[1:]] == [
        ["d", "unreadable"],
        ["c", "failed"],
        ["b", "finished"],
        ["a", "finished"],
    ]
    with pytest.raises(StudyError, match="'../a' is not a run"):
        runs.folder_of(tmp_path, "../a")


def test_tables_of_text_and_of_tables():
    assert runs.row(SOME[1])[-1] == "dirty" and runs.row(SOME[1] | {"replay_of": "a"})[-1] == "replay of a"
    assert runs.aligned("id", "MB", rows=[("one", 12.5), ("two", None)]) == "id   MB\none  12.5\ntwo"
    old, new = {"rows": {"sealed": 0.2, "more": {}}, "seed": 1}, {"rows": {"sealed": 0.3, "more": {}}}
    assert runs.flat(old) == {"rows.sealed": 0.2, "rows.more": {}, "seed": 1}
    assert list(runs.differences(old, new)) == [("rows.sealed", 0.2, 0.3), ("seed", 1, None)]


@pytest.mark.parametrize("runs", [[], SOME[:1], SOME])
def test_dashboard(tmp_path, runs):
    started = {"started": "2026-01-02T03:04:05+00:00", "wall_s": 1.5, "cpu_s": 2.0, "memory_mb": 100.0}
    put(tmp_path, [one | started for one in runs])
    shown = page.write_dashboard(tmp_path).read_text("utf-8")
    assert shown.count('<a xlink:href="') == len(runs[:2]) and "<script" not in shown and "{{" not in shown
    assert ("&lt;b&gt;no&lt;/b&gt;" in shown) == (len(runs) == 3)
    assert ("There is no run yet." in shown) == (not runs)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("why")
    for name, content in (("run", run()), ("explanation", explanation()), ("failures", failed())):
        (place / f"{name}.json").write_text(json.dumps(content), "utf-8")
    scores().to_csv(place / "scores.csv", index=False)
    page.write_report(place)
    return place


# By hand, from the facts in test_report.py.
PRINTED = {
    "95 %": ("run.json", "plan.question.alpha", 0.05),
    "12.5 %": ("run.json", "comparisons[0].posterior.worse", 0.125),
    "+0.3000": ("run.json", "comparisons[0].value", 0.3),
    "\u22120.00660": ("run.json", "budget[0].rows[1].shift", -0.0066),
    "0.00660": ("run.json", "budget[0].rows[1].shift", -0.0066),
    "< 0.001": ("run.json", "comparisons[4].p_holm", 0.0001),
    "1e-06": ("run.json", "plan.replay.rtol", 1e-6),
    "0.432": ("explanation.json", "shap.mean_abs.x", 0.4321),
    "0.0711": ("failures.json", "calibration.classes[0].brier.value", 0.0711),
}


@pytest.mark.parametrize("text", PRINTED)
def test_why(folder, text):
    assert trace.why(folder, text)[0][:3] == PRINTED[text]


def test_what_was_judged_comes_before_seconds_that_are_as_large(tmp_path):
    facts = {"wall_s": 0.3} | run() | {"wall_s": 0.3}
    (tmp_path / "run.json").write_text(json.dumps(facts), "utf-8")
    first, *_, last = trace.why(tmp_path, "0.3")
    assert first.key == "comparisons[0].value" and last.key != first.key


def test_why_knows_an_error_by_the_sign_that_is_shown(folder):
    """The log loss of the candidate is 0.15 [0.00, 0.61]; the record has the scorer's -0.15, and -0.61 is its low."""
    place = trace.why(folder, "0.609")[0]
    assert place[1:] == ("estimates.role.candidate.neg_log_loss.low", pytest.approx(-0.609, abs=1e-3), "negated")
    assert not trace.why(folder, "-0.609") and trace.why(folder, "+0.609")
    assert trace.why(folder, "0.150")[0].how == "negated"


def test_a_list_of_runs_shows_and_filters_an_error_as_it_is():
    stated = {"mean_error": {"label": "MAE", "unit": "mpg", "greater_is_better": False, "low": 0.0}}
    run = {"id": "a", "status": "finished", "metrics": ["mean_error"], "plan": {"metrics": stated}}
    run["estimates"] = {"role": {"candidate": {"mean_error": {"value": -2.1, "low": -4.5, "high": 0.0}}}}
    assert runs.row(run)[3] == "2.10 [0.00, 4.50] MAE, mpg"
    assert runs.where([run], "metric < 2.2 and high > 4 and low == 0") == [run]


def test_why_finds_no_more_than_there_is(folder):
    assert not trace.why(folder, "0.1235") and not trace.why(folder, "+0.00660")
    with pytest.raises(StudyError, match="is no number"):
        trace.why(folder, "many")


def test_every_number_of_a_page_is_found(folder):
    """Except years of citations; the axes of figures are scales, and code is no number."""
    shown = (folder / "report.html").read_text("utf-8").partition("<body>")[2]
    shown = re.sub(r"<svg.*?</svg>|<code>.*?</code>|<[^>]+>", " ", shown, flags=re.S)
    text = html.unescape(shown) + template.render("publish/card.md", folder, model=None)
    text = re.sub(r"Nadeau and Bengio 2003", "", text)
    numbers = set(re.findall(r"(?<![\w.])(?:< )?[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?(?:\s?%)?(?!\w|\.\w)", text))
    assert len(numbers) > 50
    assert not [one for one in numbers if not trace.why(folder, one)]


def test_tracking_that_is_not_there_is_a_sentence(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(tracking.importlib.util, "find_spec", lambda name: None)
    monkeypatch.delenv(tracking.URI, raising=False)
    tracking.send(tmp_path, tmp_path)
    assert capsys.readouterr().err == ""
    monkeypatch.setenv(tracking.URI, "http://127.0.0.1:9")
    tracking.send(tmp_path, tmp_path)
    assert "requirements/tracking.txt" in capsys.readouterr().err
    monkeypatch.setattr(tracking.importlib.util, "find_spec", lambda name: True)
    monkeypatch.setenv(tracking.URI, "file:./store")
    assert "no store of files" in tracking.problem(tmp_path, tmp_path, 1)


def test_what_is_sent_are_numbers(tmp_path):
    """MLflow refuses a metric that is a text, such as where a fit was done."""
    row = {"kind": "role", "name": "candidate", "repeat": 0, "seed": 0, "fold": 0, "roc_auc": 0.75}
    pd.DataFrame([row | {"machine": "node7", "variant": "deep"}]).to_csv(tmp_path / "scores.csv", index=False)
    run = {"wall_s": 1.0, "cpu_s": 1.0, "memory_mb": 1.0, "plan": {"evaluation": {"seeds": 1, "folds": 5}}}
    assert ("role.candidate.roc_auc", 0.75, 0) in tracking.metrics(tmp_path, run)
    assert all(isinstance(value, int | float) for _, value, _ in tracking.metrics(tmp_path, run))
