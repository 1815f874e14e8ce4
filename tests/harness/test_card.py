"""The card and README: every number between the marks is the record's, every sentence outside is the author's."""

import json

import pytest
import yaml
from test_report import run, write

from harness import files, words
from harness.exceptions import StudyError
from harness.markdown import placeholders, sections, waiting
from harness.provenance import record
from harness.publish import card
from harness.report import template

CARD = f"""---
license: mit
{card.FRONT[0]}
of yesterday
{card.FRONT[1]}
tags: [mine]
---
# Mine
## Intended use
*Who?*
## Quantitative analyses
{template.BEGIN}
of yesterday
{template.END}
mine too
"""
OPENED = {"opened": 1, "scores": {"roc_auc": {"value": 0.8125, "low": 0.7, "high": 0.9, "method": "bootstrap"}}}
MODEL = {
    "run": "some id",
    "rows": 70,
    "formats": {
        "skops": {"file": "model.skops", "sha256": "5b0", "rows": 72, "largest_difference": 0.0},
        "onnx": {"reason": "float32 is too coarse"},
    },
}


@pytest.fixture
def root(tmp_path):
    """A repository whose accepted result is the run of test_report."""
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "my-study"\n', "utf-8")
    (tmp_path / "MODEL_CARD.md").write_text(CARD, "utf-8")
    (tmp_path / "README.md").write_text(f"about\n{template.BEGIN}\nnothing yet\n{template.END}\nthe rest\n", "utf-8")
    facts = run() | {"version": record.VERSION}
    (write(tmp_path / "results", facts) / "model").mkdir()
    (tmp_path / "results" / "model" / "model.json").write_text(json.dumps(MODEL), "utf-8")
    return tmp_path


def stale(root):
    """Names of the pages that are not as they would be made now."""
    made = card.pages(root, root / "results")
    return [path.name for path, text in made if path.read_text("utf-8") != text]


def written(root):
    for path, text in card.pages(root, root / "results"):
        files.write_text(path, text)
    return [(root / name).read_text("utf-8") for name in ("MODEL_CARD.md", "README.md")]


def front(text):
    return yaml.safe_load(text.split("---\n")[1])


def test_numbers_are_written_and_sentences_stay(root):
    text, readme = written(root)
    assert text.startswith("---\nlicense: mit\n") and text.endswith("\nmine too\n") and "yesterday" not in text
    assert f"\n{card.FRONT[1]}\ntags: [mine]\n---\n# Mine\n" in text
    assert readme.startswith("about\n") and readme.endswith(f"\n{template.END}\nthe rest\n") and "yet" not in readme
    for shown in (text, readme):
        assert words.sentence(run()) in shown and "{{" not in shown and "{%" not in shown
        assert "| candidate | model_candidate | 0.850 [0.391, 1.000] | 0.150 [0.000, 0.609] |\n" in shown
    assert "says why:\n\n- L1.4, since 2026-01-31: Twins, & <b>on purpose</b>.\n\nThe model, fitted" in text
    assert "`some command` at commit `some commit`" in readme
    assert "0.8750 \u00b1 0.0123 \u00b1 0.0045" in text and "were opened 0 times." in text
    assert "`results/model/model.skops` (SHA-256 `5b0`): loaded in a fresh process, its outputs for 72 rows, " in text
    assert "- no `model.onnx`. What was tried: float32 is too coarse\n" in text
    assert written(root) == [text, readme]


def test_a_plan_without_waivers_is_not_told_of_them(root):
    facts = run() | {"version": record.VERSION}
    facts["plan"]["waivers"] = {}
    write(root / "results", facts)
    assert "Checks that may fail" not in written(root)[0]


def test_the_model_index_holds_the_estimates_of_the_candidate(root):
    """Keys as https://huggingface.co/docs/hub/model-cards names them; 0.85 is worked out in test_report."""
    found = front(written(root)[0])
    assert (found["license"], found["tags"]) == ("mit", ["mine"])
    assert (found["pipeline_tag"], found["metrics"]) == ("tabular-classification", ["roc_auc", "log_loss"])
    ((result,),) = [one["results"] for one in found["model-index"]]
    assert found["model-index"][0]["name"] == "my-study-model_candidate"
    assert result["task"] == {"type": "tabular-classification"}
    assert result["dataset"]["revision"] == "hash of data" and result["dataset"]["type"] == "my-study"
    assert result["source"]["url"] == "results/run.json"
    record = run()["estimates"]["role"]["candidate"]
    area, loss = result["metrics"]
    assert (area["type"], area["name"].partition(",")[0], loss["type"]) == ("roc_auc", "ROC AUC", "log_loss")
    assert area["value"] == record["roc_auc"]["value"] == pytest.approx(0.85)
    assert area["args"] == {key: record["roc_auc"][key] for key in ("low", "high")} | {"confidence": 0.95}
    assert loss["value"] == pytest.approx(0.15) and loss["args"]["low"] == -record["neg_log_loss"]["high"]


def test_openings_of_the_test_are_told(root):
    line = json.dumps(OPENED)
    (root / "results" / "ledger.jsonl").write_text(f"{line}\n{json.dumps(OPENED | {'opened': 2})}\n", "utf-8")
    text, _ = written(root)
    assert "were opened 2 times" in text and "Opening 2: ROC AUC 0.812 [0.700, 0.900]." in text
    _, first, second = front(text)["model-index"][0]["results"]
    assert first["dataset"]["split"] == "sealed" and first["metrics"][0]["value"] == 0.8125
    assert second["metrics"][0]["name"] == "ROC AUC, opening 2"


@pytest.mark.parametrize("nothing", [None, {"value": None, "low": None, "high": None}])
def test_a_model_that_admits_no_further_metric_leaves_it_out(root, nothing):
    facts = run()
    facts["estimates"]["role"]["candidate"]["neg_log_loss"] = nothing
    write(root / "results", facts)
    (result,) = front(written(root)[0])["model-index"][0]["results"]
    assert [one["type"] for one in result["metrics"]] == ["roc_auc"]


@pytest.mark.parametrize("text", ["about, without marks\n", None])
def test_a_readme_without_marks_is_left_alone(root, text):
    (root / "README.md").write_text(text, "utf-8") if text else (root / "README.md").unlink()
    assert [path.name for path, _ in card.pages(root, root / "results")] == ["MODEL_CARD.md"]


BROKEN = {
    "no mark": (template.END, "", "it needs the line '<!-- numbers: begin"),
    "a mark twice": (template.END, template.END * 2, "once each"),
    "the first mark twice": (template.BEGIN, template.BEGIN * 2, "once each"),
    "no mark in the front matter": (card.FRONT[0], "", "it needs the line '# numbers: begin"),
    "no YAML": ("license: mit", "license: [mit", "the front matter cannot be read"),
    "no front matter": ("---\nlicense", "license", "it must begin with a front matter"),
    "an open front matter": ("tags: [mine]\n---\n", "", "it must begin with a front matter|cannot be read"),
    "no licence": ("license: mit\n", "", "there is no license. Write one, such as `license: mit`"),
    "a key that is made": ("tags: [mine]", "metrics: [accuracy]", "metrics is made by the harness"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_card_that_cannot_be_written_is_refused_and_nothing_changes(root, what):
    old, new, said = BROKEN[what]
    path, readme = root / "MODEL_CARD.md", (root / "README.md").read_text("utf-8")
    path.write_text(CARD.replace(old, new, 1), "utf-8")
    with pytest.raises(StudyError, match=rf"MODEL_CARD\.md: .*({said})"):
        written(root)
    assert path.read_text("utf-8") == CARD.replace(old, new, 1) and (root / "README.md").read_text("utf-8") == readme


STALE = {
    "a digit of the card": ("MODEL_CARD.md", "[0.391, 1.000]", "[0.491, 1.000]"),
    "a value in front": ("MODEL_CARD.md", "low: 0.39", "low: 0.49"),
    "a digit of README": ("README.md", "[0.391, 1.000]", "[0.491, 1.000]"),
    "the hash of the model": ("MODEL_CARD.md", "`5b0`", "`5b1`"),
}


@pytest.mark.parametrize("what", STALE)
def test_an_edited_number_is_stale(root, what):
    name, old, new = STALE[what]
    written(root)
    assert stale(root) == []
    path = root / name
    assert old in path.read_text("utf-8")
    path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")
    assert stale(root) == [name]


def test_sections_are_the_lines_below_each_heading():
    assert sections("# Data\nBirds.\n## Uses\n*Who?*") == {"": [], "Data": ["Birds."], "Uses": ["*Who?*"]}


def test_places_that_wait_for_the_author_are_named(tmp_path):
    path = tmp_path / "MODEL_CARD.md"
    path.write_text(
        "# A\n\n*x*\n\n## B\nSome *words* here.\n*One* and *two*\n**bold**\n* a point\n* b*\n\n*y z?*\n*More.*\n",
        "utf-8",
    )
    assert placeholders(path.read_text("utf-8")) == ["A", "B", "B"]
    assert waiting(path) == "3 places wait for you in MODEL_CARD.md: A, B"
    path.write_text("# A\n*x*\n", "utf-8")
    assert waiting(path) == "1 place waits for you in MODEL_CARD.md: A"
    path.write_text("# A\nx\n", "utf-8")
    assert waiting(path) == ""
