"""The report: every number at its place, in words, from the files of a run's folder alone."""

import json
import re
from html.parser import HTMLParser
from types import SimpleNamespace
from xml.etree import ElementTree

import pandas as pd
import pytest

from harness import scales, words
from harness.cli import report
from harness.method import outlook, verdict
from harness.report.page import write_report

HOSTILE = "</title><script>alert('x')</script> & {{ 1 + 1 }}"
ROLES = ("floor", "linear", "domain", "rival", "candidate")
METRICS = SimpleNamespace(metric_names=["roc_auc", "neg_log_loss"], confidence=0.95)
METRICS.scales = {name: scales.scale(name) for name in METRICS.metric_names}
CLOSED = {"meta", "br", "link"}


def comparison(kind, name, value, **more):
    one = {"kind": kind, "name": name, "value": value, "low": value - 0.02, "high": value + 0.02, "error": 0.01, "n": 4}
    chances = {"worse": 0.125, "equivalent": 0.625, "better": 0.25}
    one |= {"p_holm": None, "posterior": chances, "confirmatory": False, "verdict": None}
    return one | more


def budget(metric, value):
    terms = {"statistical": 0.0123, "systematic": 0.0045, "total": 0.0131}
    terms |= {"joint": 0.01, "quadrature": 0.02, "ratio": 0.5}
    rows = [{"name": "split", "effect": "random effect", "n": 5, "shift": 0.0, "uncertainty": 0.0031}]
    rows += [{"name": "imputer", "effect": "two-point choice", "n": 1, "shift": -0.0066, "uncertainty": 0.0033}]
    for row, counted in zip(rows, ("in the statistical", "systematic"), strict=True):
        row["counted"] = counted
    return {"metric": metric, "value": value, "rows": rows} | terms


def run():
    question = {"claim": f"It is so. {HOSTILE}", "falsified_by": "Another outcome.", "agreed_with": "Ada & Bo."}
    question |= {"metric": "roc_auc", "why": "Because.", "margin": 0.05, "direction": "better"}
    question |= {"family": ["rival"], "alpha": 0.05}
    planned = {
        "question": question,
        "rows": {"dependence": "group", "reason": "Two to a nest.", "subgroups": ["site"]},
        "models": {role: f"model_{role}" for role in ROLES},
        "evaluation": {"seed": 1, "folds": 2, "repeats": 2, "seeds": 1, "draws": 5, "benchmark": ""},
        "replay": {"rtol": 1e-6},
        "waivers": {"L1.4": {"reason": "Twins, & <b>on purpose</b>.", "date": "2026-01-31"}},
    }
    compared = [comparison("role", role, 0.3) for role in ("floor", "linear", "domain")]
    main = {"confirmatory": True, "verdict": "equivalent", "p_holm": 0.0421}
    compared += [comparison("role", "rival", 0.01, **main), comparison("ablation", "without_x", 0.07, p_holm=0.0001)]
    shapes = {"parameters": [], "features_in": [6, 4], "features_out": [10, 8]}
    counts = {"read": 100, "excluded": {"no target": 7, "measured twice": 3}, "canaries": 2, "sealed": 18}
    facts = {key: f"some {key}" for key in ("id", "command", "commit", "python", "platform", "user", "host", "started")}
    facts |= {f"{key}_sha256": f"hash of {key}" for key in ("plan", "data", "lock", "splits", "scores")}
    return facts | {
        "status": "finished",
        "committed": True,
        "wall_s": 12.5,
        "plan": planned,
        "metrics": ["roc_auc", "neg_log_loss"],
        "task": "classification",
        "rows": counts | {"development": 70, "groups": 35},
        "trials": 12,
        "duplicates": [["bird 1", "bird 2", "near"]],
        "ablation_proofs": [{"name": "without_x", "removed": "columns x, <b>y</b>"} | shapes],
        "verdict": "equivalent",
        "reason": "the whole interval lies within the margin",
        "comparisons": compared,
        "budget": [budget("roc_auc", 0.875), {"metric": "neg_log_loss", "value": None, "why": "not defined"}],
        "opened": 0,
        "fits": len(scores()),
        "estimates": {kind: verdict.estimates(METRICS, scores(), kind) for kind in ("role", "benchmark")},
    }


def scores():
    """
    Scores of 0.7, 0.8, 0.9 and 1.0 for every role; only the candidate has a log loss.

    Mean 0.85; standard deviation 0.1291; standard error sqrt(1/4 + 35/35) times that; 3.182 of it either side is 0.459.
    """
    rows = [
        {"kind": "role", "name": role, "repeat": n // 2, "seed": 0, "fold": n % 2, "roc_auc": 0.7 + n / 10}
        for role in ROLES
        for n in range(4)
    ]
    table = pd.DataFrame(rows).assign(n_train=35, n_test=35)
    return table.assign(neg_log_loss=table["roc_auc"].where(table["name"] == "candidate") - 1)


def explanation():
    features = [{"feature": "x", "mean": 0.2, "sd": 0.03, "claimed": True}]
    features += [{"feature": "$s$ <i>", "mean": 0.1, "sd": 0.03, "claimed": True}]
    features += [{"feature": "planted_noise", "mean": 0.001, "sd": 0.01, "claimed": False}]
    curves = {"x": {"grid": [1.0, 2.0], "mean": [0.1, 0.2], "ice": [[0.0, 0.3]]}}
    curves["$s$ <i>"] = {"grid": ["a", "b"], "mean": [0.1, 0.2], "ice": [[0.0, 0.3]]}
    shap = {"method": "TreeExplainer", "mean_abs": {"x": 0.4321}, "additivity": 1e-15, "rows": 50, "output": "P"}
    told = {"features": features, "together": [], "level": 0.0171, "tree": None, "shap": shap}
    words = [{"word": "<b>not", "rows": 23, "change": -0.0481, "sd": 0.7129}]
    words += [{"word": "once", "rows": 1, "change": 0.0512, "sd": None}]
    within = [{"feature": "note", "kind": "text", "words": words}]
    within += [{"feature": "photo", "kind": "array", "sizes": [[2, 1], [1, 1]], "change": [[0.1, 0.2], [0.0, 0.3]]}]
    within += [{"feature": "echo", "kind": "array", "sizes": [[8, 7]], "change": [[0.1, 0.2]]}]
    within += [{"feature": "cube", "kind": "array", "why": "arrays of other shapes"}]
    return told | {"dependence": curves, "occlusion": within, "output": "probability of <b>Y</b>"}


def failed():
    score = {"value": 0.9, "low": 0.8, "high": 0.95, "why": None}
    part = {"column": "site", "part": "<p>", "rows": 3, "units": 2, "value": None, "low": None, "high": None}
    bins = [{"said": 0.2, "share": 0.25, "low": 0.1, "high": 0.4, "n": 30}]
    brier = {"value": 0.0711, "low": 0.0574, "high": 0.0911}
    one = {"class": "Y", "share": 0.5, "brier": brier, "brier_of_share": 0.25, "error": 0.05, "noise": 0.04}
    worst = [{"row": "bird <3>", "truth": "Y", "prediction": "N", "size": 0.0123}]
    return {
        "rows": 70,
        "confusion": {"classes": ["N", "Y"], "counts": [[31, 4], [6, 29]]},
        "calibration": {"why": None, "classes": [one | {"bins": bins}]},
        "learning": [{"share": 1.0, "rows": 35, "mean": 0.85, "sd": 0.01, "n": 2}],
        "subgroups": [{"column": "", "part": "all", "rows": 70, "units": 35} | score, part | {"why": "one class only"}],
        "worst": {"measure": "probability of the truth", "rows": worst},
        "everyone": {"rows": ["bird 7", "bird 9"], "roles": ["candidate", "rival"], "expected": 0.75},
    }


def write(folder, facts):
    folder.mkdir(exist_ok=True)
    for name, content in (("run", facts), ("explanation", explanation()), ("failures", failed())):
        (folder / f"{name}.json").write_text(json.dumps(content), "utf-8")
    scores().to_csv(folder / "scores.csv", index=False)
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write(tmp_path_factory.mktemp("run"), run())


@pytest.fixture(scope="module")
def page(folder):
    return write_report(folder).read_text("utf-8")


class Reader(HTMLParser):
    """Text of each table row and paragraph, and whether every tag is closed in its turn."""

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.sources, self.text = [], set(), [], ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.sources += [value for name, value in attrs if name in ("src", "href", "xlink:href")]
        if tag not in CLOSED:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.add(tag)
        self.sources += [value for name, value in attrs if name in ("src", "href", "xlink:href")]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag
        self.text += "\n" if tag in ("tr", "p", "li", "h1", "h2", "h3") else ""

    def handle_data(self, data):
        self.text += " ".join(data.split()) + " " if data.strip() else ""


@pytest.fixture(scope="module")
def lines(page):
    return [" ".join(line.split()) for line in Reader(page).text.splitlines()]


def test_it_is_one_page_that_asks_nothing_of_others(page):
    reader = Reader(page)
    assert not reader.open and "script" not in reader.tags and "img" not in reader.tags
    assert all(source.startswith("#") for source in reader.sources)
    assert not re.search(r"url\((?!#)|@import", page)
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert page.count("<svg") == 12 and "nan" not in Reader(page).text.lower().split()
    assert all(f'id="{one}"' in page for one in re.findall(r"url\(#([^)]+)\)", page)) and ids


def test_text_of_the_study_is_text(page, lines):
    assert "<script" not in page and "<b>y</b>" not in page and "bird <3>" not in page and "<p> " not in page
    assert f"It is so. {HOSTILE}" in lines  # also what looks like a field of the template
    assert "{%" not in page and page.count("{{") == page.count("{{ 1 + 1 }}")
    assert ">$s$ &lt;i&gt;</text>" in page  # not set as a formula


@pytest.mark.parametrize(
    "line",
    [
        "No. Equivalent: the ROC AUC of model_candidate and that of model_rival differ by less than 0.05.",
        "The sealed test rows were opened 0 times .",
        "candidate (model_candidate) 0.850 [0.391, 1.000] 0.150 [0.000, 0.609]",
        "rival (model_rival) 0.850 [0.391, 1.000] undefined",
        "rival (model_rival) +0.0100 [-0.0100, +0.0300] 0.042 12.5 % / 62.5 % / 25 % confirmatory: equivalent",
        "linear (model_linear) +0.3000 [+0.2800, +0.3200] not tested 12.5 % / 62.5 % / 25 % exploratory",
        "without_x +0.0700 [+0.0500, +0.0900] < 0.001 12.5 % / 62.5 % / 25 % exploratory",
        "without_x columns x, <b>y</b> parameters that changed: none 6 to 4 10 to 8",
        "ROC AUC of model_candidate: 0.8750 \u00b1 0.0123 \u00b1 0.0045 (value \u00b1 statistical \u00b1 systematic)",
        "split (in the statistical) random effect, 5 draws 0.00310",
        "imputer (systematic) two-point choice 0.00330 (shift -0.00660)",
        "ratio joint / quadrature 0.500",
        "x 0.2000 \u00b1 0.0300 yes 0.432",
        "planted_noise 0.0010 \u00b1 0.0100 no none",
        "Y 0.0711 [0.0574, 0.0911] 0.250 0.0500 0.0400",
        "all 70 35 0.900 [0.800, 0.950]",
        "site <p> 3 2 undefined: one class only",
        "bird <3> Y N 0.0123",
        "read 100",
        "left out: measured twice 3",
        "canaries: known cases, in no training 2",
        "commit some commit",
        "plan_sha256 hash of plan",
        "L1.4 Twins, & <b>on purpose</b>. 2026-01-31",
        "fits 20, and 12 settings tried by searches within them",
    ],
)
def test_each_number_is_at_its_place(lines, line):
    line = re.sub(r"(\d) %", "\\1 %", line)
    assert line in lines, min(lines, key=lambda one: abs(len(one) - len(line)))


@pytest.mark.parametrize(
    "said",
    [
        "100 read = 100 left out",
        "Equal rows in different groups: 1 (bird 1 and bird 2: near).",
        "bird 7; bird 9. That is 2 where models that err independently would share 0.8",
        "what it reached by luck is the level (0.0171)",
        "harness replay some id",
    ],
)
def test_each_sentence_is_there(lines, said):
    assert said in " ".join(lines)


def test_rows_that_are_missing_are_cried_out(tmp_path):
    facts = run()
    facts["rows"]["read"] = 101
    text = write_report(write(tmp_path, facts)).read_text("utf-8")
    assert "ROWS ARE MISSING" in text and "101 read but 100" in " ".join(Reader(text).text.split())


def test_a_run_without_conclusion_says_what_next_and_no_other_does(tmp_path, page):
    facts = run()
    rival = words.main_comparison(facts)
    rival |= {"low": -0.02, "high": 0.06, "error": 0.04 / 3.182446, "p_claim": 1.0, "p_holm": 1.0, "value": 0.02}
    facts |= {"verdict": "no conclusion"}
    facts["outlook"] = outlook.after(facts)
    shown = write_report(write(tmp_path / "open", facts)).read_text("utf-8")
    assert "<p>What next: if the difference stays, an interval of 0.0300 to each side, not 0.0400, " in shown
    assert "What next" not in page


def test_the_contents_lead_to_every_section(page):
    titles = re.findall(r'<h2 id="([^"]+)">([^<]+)</h2>', page)
    assert re.findall(r'<a href="#([^"]+)">([^<]+)</a>', page) == titles and page.count("<h2") == len(titles) == 9


def test_every_figure_has_words_for_who_cannot_see_it(page):
    shown = re.findall(r'<div role="img" aria-label="([^"]+)"><svg', page)
    assert len(shown) == page.count("<svg") and shown == re.findall(r"<figcaption>([^<]+)</figcaption>", page)


def test_numbers_of_a_column_have_equal_digits(tmp_path):
    facts = run()
    for pair, high in zip(facts["comparisons"], (0.05, 0.5, 5.0, 0.004, 0.3), strict=False):
        pair |= {"value": 0.0123456, "low": -0.0123456, "high": high}
    text = write_report(write(tmp_path, facts)).read_text("utf-8")
    (table,) = re.findall(r"<h3>Candidate minus the others</h3>.*?</table>", text, re.S)
    digits = {len(number) for number in re.findall(r"<td>[+-]\d+\.(\d+) \[", table)}
    assert len(digits) == 1, table
    assert words.difference_text(words.main_comparison(facts)) in table and words.headline(facts) in text


def test_texts_and_arrays_are_explained_as_a_whole_and_by_what_is_in_them(page, lines):
    for name, what in {"note": "a text", "photo": "an array", "echo": "an array", "cube": "an array"}.items():
        whole = f"Each cell of {name} is {what}: the numbers above are of the column as a whole"
        assert sum(whole in line for line in lines) == 1
    assert any(line.split()[:3] == ["<b>not", "23", "-0.05"] for line in lines) or lines == 0, lines
    assert any("It is not explained at this level: arrays of other shapes." in line for line in lines)
    assert page.count("Mean absolute change of the output without a part") == 2  # caption, and for who cannot see it


def test_it_is_opened_in_a_browser_where_there_is_one(folder, monkeypatch, capsys):
    opened = []
    monkeypatch.setattr(report.study, "enter", lambda: folder.parent)
    monkeypatch.setattr(report.runs, "folder_of", lambda *_: folder)
    monkeypatch.setattr(report.page, "write_report", lambda _: folder / "report.html")
    monkeypatch.setattr(report.webbrowser, "open", lambda address: bool(opened.append(address)))
    report.command("some id", show=True)
    said = capsys.readouterr()
    assert opened == [(folder / "report.html").as_uri()] and said.out == f"{folder / 'report.html'}\n"
    assert said.err == "report: no browser can be opened here. Open that file in one.\n"


def test_openings_of_the_test_are_told(tmp_path):
    entry = {"opened": 1, "time": "2026-01-02T03:04:05+00:00", "user": "ada", "reason": "the <end>", "rows": 18}
    entry["scores"] = {"roc_auc": {"value": 0.8, "low": 0.7, "high": 0.9, "method": "bootstrap of 9 units"}}
    folder = write(tmp_path, run())
    (folder / "ledger.jsonl").write_text(f"{json.dumps(entry)}\n{json.dumps(entry | {'opened': 2})}\n", "utf-8")
    text = Reader(write_report(folder).read_text("utf-8")).text
    assert "The sealed test rows were opened 2 times" in text
    assert "Opening 1, 2026-01-02T03:04, by ada: the <end> ROC AUC 0.800 [0.700, 0.900]" in " ".join(text.split())


def test_a_regression_without_ablations(tmp_path):
    facts = run() | {"task": "regression", "ablation_proofs": []}
    facts["comparisons"] = [one for one in facts["comparisons"] if one["kind"] == "role"]
    folder = write(tmp_path, facts)
    told = failed()
    told["residuals"] = {"mean": {"value": 0.5, "low": 0.1, "high": 0.9}, "sd": 2.5, "quantiles": {"median": -0.25}}
    told["residuals"]["points"] = [[1.0, 0.5], [2.0, -0.5]]
    (folder / "failures.json").write_text(json.dumps(told), "utf-8")
    page = write_report(folder).read_text("utf-8")
    text = " ".join(Reader(page).text.split())
    assert 'aria-label="Truth and prediction' in page and "truth - prediction" in page
    assert "mean +0.500 [+0.100, +0.900] (95 % interval, bootstrap), standard deviation 2.50; median -0.250." in text
    assert "The plan names none." in text and "has these rows among its worst tenth" in text


def test_the_same_run_gives_the_same_page(folder, page):
    assert write_report(folder).read_text("utf-8") == page


def test_figures_and_scores_can_be_put_into_a_paper(tmp_path):
    folder = write(tmp_path, run())
    page = write_report(folder, apart=True).read_text("utf-8")
    drawn = {path.stem for path in folder.glob("figures/*.svg")}
    assert {"verdict", "scores", "learning"} < drawn == {path.stem for path in folder.glob("figures/*.pdf")}
    for name in drawn:
        svg = (folder / "figures" / f"{name}.svg").read_text("utf-8")
        ElementTree.fromstring(svg)
        assert svg in page
        assert (folder / "figures" / f"{name}.pdf").read_bytes().startswith(b"%PDF-")
    latex = (folder / "figures" / "scores.tex").read_text("utf-8")
    assert r"candidate & model_candidate & 0.850 [0.391, 1.000] & 0.150 [0.000, 0.609] \\" in latex.replace(r"\_", "_")
    table = pd.read_csv(folder / "figures" / "scores.csv").set_index(["role", "metric"])
    assert table.loc[("candidate", "roc_auc"), "high"] == 1
    assert table.loc[("candidate", "roc_auc"), "value"] == pytest.approx(0.85)


def test_one_model_in_two_roles_is_shown_once(tmp_path):
    facts = run()
    facts["plan"]["models"]["linear"] = facts["plan"]["models"]["rival"]
    page = write_report(write(tmp_path, facts)).read_text("utf-8")
    text = " ".join(Reader(page).text.split())
    assert "rival and linear (model_rival) 0.850" in text and "rival and linear (model_rival) +0.0100" in text
    assert "linear (model_rival) +0.3000" not in text and "A model that has two roles is shown once." in text
    assert ">rival and linear: model_rival</text>" in page


def test_one_model_that_scores_otherwise_in_another_role_is_shown_twice():
    facts = run()
    facts["plan"]["models"]["linear"] = facts["plan"]["models"]["rival"]
    facts["estimates"]["role"]["linear"] = facts["estimates"]["role"]["linear"] | {"roc_auc": None}
    assert words.shown_roles(facts)["linear"] == "linear"


def test_an_error_is_shown_as_it_is_and_not_negated():
    scale = scales.scale("neg_log_loss")
    assert scale.turned({"value": -0.5, "low": -3.0, "high": -0.1}) == {"value": 0.5, "low": 0.1, "high": 3}
    assert scale.turned({"value": 0.5, "low": None, "high": None}) == {"value": -0.5, "low": None, "high": None}
    assert str(scale.turned(0.0)) == "0.0" and scale.turned(None) is None


def test_the_sentence():
    assert words.sentence(run()) == (
        "equivalent: model_candidate against model_rival: ROC AUC higher by 0.0100 (0.8500 against 0.8500), "
        "95% interval of the difference [-0.0100, +0.0300], margin 0.05: the whole interval lies within the margin"
    )


@pytest.mark.parametrize("verdict", words.MEANING)
@pytest.mark.parametrize(("direction", "word"), [("better", "higher"), ("worse", "lower")])
def test_what_a_verdict_means(verdict, direction, word):
    facts = run() | {"verdict": verdict}
    facts["plan"]["question"]["direction"] = direction
    said = words.meaning(facts)
    assert "{" not in said and "0.05" in said and (f" {word} than that of " in said or verdict == "equivalent")
    other = {"higher": "lower", "lower": "higher"}[word]
    facts = error() | {"verdict": verdict}
    facts["plan"]["question"]["direction"] = direction
    assert f" {other} than that of " in words.meaning(facts) or verdict == "equivalent"


def error():
    """What differs where the metric is an error of the study: 2.1 mpg of the candidate, 2.78 of its rival."""
    facts = run()
    question = facts["plan"]["question"] | {"metric": "mean_error", "margin": 0.25}
    stated = {"mean_error": {"label": "MAE", "unit": "mpg", "greater_is_better": False, "low": 0.0, "high": None}}
    made = {"plan": facts["plan"] | {"question": question, "metrics": stated}, "metrics": ["mean_error"]}
    made |= {"verdict": "supported", "reason": "the whole interval lies beyond the margin"}
    score = {role: {"mean_error": {"value": -2.78, "low": -3.28, "high": 0.0}} for role in ROLES}
    score["candidate"] = {"mean_error": {"value": -2.1, "low": -2.5, "high": -1.7}}
    made["comparisons"] = [comparison("role", role, 0.3) for role in ("floor", "linear", "domain")]
    made["comparisons"] += [comparison("role", "rival", 0.68) | {"low": 0.26, "high": 1.3}]
    made["comparisons"] += [comparison("ablation", "without_x", 0.07)]
    return made | {"budget": [budget("mean_error", -2.1)], "estimates": {"role": score, "benchmark": {}}}


def test_a_report_of_an_error_says_lower_where_lower_is_better(tmp_path):
    """By its label, with its unit and its natural sign, everywhere; the record keeps the signed scores."""
    facts, told = run() | error(), failed()
    told["learning"][0] |= {"mean": -2.2, "sd": 0.1}
    told["subgroups"][0] |= {"value": -2.2, "low": -2.6, "high": -1.9}
    folder = write(tmp_path, facts)
    (folder / "failures.json").write_text(json.dumps(told), "utf-8")
    page = write_report(folder, apart=True).read_text("utf-8")
    text = " ".join(Reader(page).text.split())
    for said in (
        "Yes. Supported: the MAE of model_candidate is lower than that of model_rival by more than 0.25 mpg.",
        "MAE lower by 0.68 mpg (2.10 against 2.78), 95% interval of the difference [-1.30, -0.26]",
        "Measured by MAE, mpg (lower is better)",
        "had not seen; lower is better.",
        "candidate (model_candidate) 2.10 [1.70, 2.50]",
        "rival (model_rival) 2.78 [0.00, 3.28]",
        "rival (model_rival) -0.68 [-1.30, -0.26]",
        "without_x -0.07",
        "A negative difference says that the part helps.",
        "The rise of MAE, mpg when a feature is shuffled",
        "MAE, mpg of model_candidate: 2.1000 \u00b1 0.0123",
        "(shift +0.00660)",
        "MAE, mpg 2.200 \u00b1 0.100",
        "all 70 35 2.200 [1.900, 2.600]",
    ):
        assert said in text, said
    assert "mean_error" not in text and "negated" not in text and "-2.1" not in text
    ahead = re.findall(r">(model_\w+) ahead<", (folder / "figures" / "verdict.svg").read_text("utf-8"))
    assert ahead == ["model_candidate", "model_rival"]  # from left to right
    assert ">difference in MAE, mpg</text>" in page and ">rise of MAE, mpg</text>" in page


def test_which_way_is_better_is_told_of_several_metrics():
    known = [scales.scale(name) for name in ("neg_log_loss", "neg_brier_score")]
    assert scales.directions(known) == "lower is better"
