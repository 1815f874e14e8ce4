"""The records of a real study: listed, filtered, shown, compared, on a page, and every printed number traced."""

import html
import json
import re
import subprocess

import pytest
from conftest import commit_all, harness

# A number as a page shows it, not part of a word, a hash or an identifier.
NUMBER = re.compile(r"(?<![\w.#])(?:< )?[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?(?:[ \u00a0]%)?(?![\w.]*\w)")


@pytest.fixture(scope="module")
def study(copy_project, python, hub, tmp_path_factory):
    """A study with two runs that differ in one line of the plan, the first of them accepted."""
    folder = copy_project(tmp_path_factory.mktemp("store") / "study")
    path = folder / "study" / "plan.toml"
    plan = path.read_text(encoding="utf-8").replace('"load_breast_cancer"', '""')
    plan = re.sub(r"(?m)^(folds|repeats) = .*$", r"\1 = 2", plan)
    path.write_text(plan.replace("seed = 2007", "seed = 2007\ndraws = 2"), encoding="utf-8")
    commit_all(folder, "A plan of seconds", hub)
    harness(folder, python, "run", env=hub)
    (first,) = (one.parent.name for one in folder.glob("runs/*/run.json"))
    harness(folder, python, "accept", first, env=hub)
    commit_all(folder, "Accept", hub)
    path.write_text(path.read_text(encoding="utf-8").replace("margin = 0.02", "margin = 0.5"), encoding="utf-8")
    harness(folder, python, "run", env=hub)
    (second,) = {one.parent.name for one in folder.glob("runs/*/run.json")} - {first}
    return folder, first, second


def shown(page):
    """What a reader sees of a page of HTML or Markdown, but for code and for the ticks of figures."""
    page = re.sub(r"(?s)<style.*?</style>|<svg.*?</svg>|<code>.*?</code>|<title>.*?</title>|`[^`]*`", " ", page)
    page = re.sub(r"(?s)\[\[.*?\]\]|\[%.*?%\]|<[^>]+>", " ", page)
    return html.unescape(page).replace("\u2212", "-")


@pytest.mark.slow
def test_every_number_of_report_card_and_readme_is_traced(study, python, hub):
    """But for those that stand in the templates themselves, such as the year of a method."""
    folder, _, _ = study
    made = folder / "harness"
    constants = " ".join(
        shown(path.read_text("utf-8")) for path in [made / "report.html", *(made / "publish").glob("*.md")]
    )
    pages = [(folder / "results" / "report.html").read_text("utf-8")]
    for name in ("MODEL_CARD.md", "README.md"):
        text = (folder / name).read_text("utf-8")
        assert text.count("numbers: begin (made by the harness) -->") == 1
        pages.append(text.partition("numbers: begin (made by the harness) -->")[2].partition("<!-- numbers: end")[0])
    numbers = {one for page in pages for one in NUMBER.findall(shown(page))} - set(NUMBER.findall(constants))
    assert len(numbers) > 150
    ask = "import json, sys; from pathlib import Path; from harness.provenance import trace; "
    ask += "print(json.dumps([one for one in json.load(sys.stdin) if not trace.why(Path('results'), one)]))"
    done = subprocess.run(
        [python, "-c", ask], cwd=folder, env=hub, input=json.dumps(sorted(numbers)), capture_output=True, text=True
    )
    assert json.loads(done.stdout) == [], done.stderr
    said = harness(folder, python, "runs", "why", "0.02", env=hub).stdout
    assert "results/run.json: plan.question.margin = 0.02" in said
    done = harness(folder, python, "runs", "why", "0.123456789", check=False, env=hub)
    assert done.returncode == 1 and "stands nowhere in results" in done.stderr


def test_the_list_shows_filters_and_compares(study, python, hub):
    folder, first, second = study
    said = harness(folder, python, "runs", env=hub).stdout.splitlines()
    assert [line.split()[0] for line in said[1:]] == [second, first]  # the newest first
    assert "dirty" in said[1] and "dirty" not in said[2]
    for where, ids in [
        ("metric > 0.5 and plan.question.margin == 0.5", [second]),
        ("committed", [first]),
        ("error == 'x'", []),
        ("status == 'finished' and not committed or wall_s < 0", [second]),
    ]:
        found = harness(folder, python, "runs", "--where", where, env=hub).stdout.splitlines()[1:]
        assert [line.split()[0] for line in found] == ids, where
    done = harness(folder, python, "runs", "--where", "metrik > 1", check=False, env=hub)
    assert done.returncode == 1 and "did you mean 'metric'?" in done.stderr and "Traceback" not in done.stderr
    told = harness(folder, python, "runs", "show", second, env=hub).stdout
    assert "study/plan.toml" in told and "splits.csv" in told
    differs = harness(folder, python, "runs", "compare", "results", second, env=hub).stdout
    assert "plan.question.margin" in differs and "data: nothing differs" in differs
    assert re.search(r"environment: nothing differs", differs)
    done = harness(folder, python, "runs", "show", first[:-1], check=False, env=hub)
    assert done.returncode == 1 and first in done.stderr
    path = harness(folder, python, "runs", "dashboard", env=hub).stdout.strip()
    page = (folder / "runs" / "dashboard.html").read_text("utf-8")
    assert path.endswith("runs/dashboard.html") and first in page and second in page and page.count("<circle") == 2
