"""A result is refused where it is worthless, accepted and opened from a commit alone, and its runs can be told."""

import html
import json
import re
import shutil
import subprocess

import pytest
from conftest import commit_all, harness, run, short_plan

from harness import report

# A number as a page shows it, not part of a word, a hash or an identifier.
NUMBER = re.compile(r"(?<![\w.#])(?:< )?[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?(?:[ \u00a0]%)?(?![\w.]*\w)")


def edit(name, old, new):
    def change(folder):
        text = (folder / name).read_text(encoding="utf-8")
        assert text.count(old) == 1
        (folder / name).write_text(text.replace(old, new), encoding="utf-8")

    return change


def record(folder, besides=()):
    (path,) = (path for path in folder.glob("runs/*/run.json") if path.parent.name not in besides)
    return json.loads(path.read_text(encoding="utf-8"))


def flip_a_byte(folder):
    path = folder / "data" / "raw" / "penguins-raw.csv"
    data = bytearray(path.read_bytes())
    data[5000] ^= 1
    path.write_bytes(data)


REFUSALS = {
    "a changed byte": (flip_a_byte, "data/raw/penguins-raw.csv:32: has changed (data/MANIFEST.sha256)"),
    "a misspelt key": (
        edit("study/plan.toml", "repeats =", "repeat ="),
        "study/plan.toml: [evaluation] repeat: 'repeat' is not a key of the plan; did you mean 'repeats'?",
    ),
    "a model that is not there": (
        edit("study/plan.toml", 'candidate = "forest"', 'candidate = "forrest"'),
        "study/plan.toml: [models] candidate: 'forrest' is not a function of a seed in study/models.py",
    ),
    "a model without its seed": (
        edit("study/models.py", "n_estimators=50, min_samples_leaf=5, random_state=seed", "n_estimators=50"),
        "forest: randomforestclassifier__random_state is None whatever the seed",
    ),
    "a typing error": (
        edit("study/models.py", "def forest(seed):", "def forest(seed:"),
        "study/models.py cannot be imported: ",
    ),
    "a package that is not locked": (
        edit("requirements/study.in", "scikit-learn", "scikit-learn\nseaborn"),
        "requirements/harness.txt does not follow requirements/study.in",
    ),
    "the target among the features": (
        edit("study/plan.toml", 'features = ["bill', 'features = ["sex", "bill'),
        "study/plan.toml: [data]: target: 'sex' is also a feature, the group, the time",
    ),
    "a misspelt feature": (
        edit("study/plan.toml", '"body_mass_g", "species"', '"body_mass_g", "specis"'),
        "study/plan.toml: [data] features: 'specis' is not a column of SCHEMA; did you mean 'species'?",
    ),
    "a file that is not there": (
        edit("study/data.py", '"penguins-raw.csv"', '"penguin-raw.csv"'),
        "read(): FileNotFoundError: [Errno 2] No such file or directory",
    ),
    "a value out of range": (
        edit("study/data.py", "in_range(2000, 7500)", "in_range(2701, 7500)"),
        "row 'PAL0809 Chinstrap N72A1', column 'body_mass_g': 2700.0 fails in_range(2701, 7500)",
    ),
}


@pytest.mark.parametrize("what", REFUSALS)
def test_a_run_that_would_be_worthless_is_refused(copy_project, python, hub, tmp_path, what):
    change, said = REFUSALS[what]
    folder = copy_project(tmp_path / "study")
    change(folder)
    done = harness(folder, python, "run", env=hub, check=False)
    assert done.returncode == 1 and said in done.stderr, done.stderr
    assert "Traceback" not in done.stderr and not (folder / "runs").exists()  # refused before anything was written


@pytest.fixture(scope="module")
def accepted(copy_project, python, hub, tmp_path_factory):
    """A study of seconds whose first run is accepted; and a second run, with another margin, that is not committed."""
    folder = copy_project(tmp_path_factory.mktemp("result") / "study")
    short_plan(folder)
    harness(folder, python, "run", env=hub)  # from a dirty tree
    dirty = record(folder)
    assert dirty["committed"] is False
    for command in (["accept", dirty["id"]], ["unseal", "--reason", "x"], ["release"]):
        done = harness(folder, python, *command, env=hub, check=False)
        assert done.returncode == 1 and "commit" in done.stderr.lower() and "Traceback" not in done.stderr, (
            command,
            done,
        )
    assert not (folder / "results").exists() and not (folder / "dist").exists()
    commit_all(folder, "Plan", hub)
    shutil.rmtree(folder / "runs" / dirty["id"])
    harness(folder, python, "run", env=hub)
    first = record(folder)
    harness(folder, python, "accept", first["id"], env=hub)
    commit_all(folder, "Accept", hub)
    assert " 0 failed" in harness(folder, python, "check", env=hub).stdout
    edit("study/plan.toml", "margin = 0.02", "margin = 0.5")(folder)
    harness(folder, python, "run", env=hub)
    return folder, first, record(folder, {first["id"]})["id"]


def shown(page):
    """What a reader sees of a page of HTML or Markdown, but for code and for the ticks of figures."""
    page = re.sub(r"(?s)<style.*?</style>|<svg.*?</svg>|<code>.*?</code>|<title>.*?</title>|`[^`]*`", " ", page)
    page = re.sub(r"(?s)\[\[.*?\]\]|\[%.*?%\]|<[^>]+>", " ", page)
    return html.unescape(page).replace("\u2212", "-")


@pytest.mark.slow
@pytest.mark.parametrize("place", [".", "notebooks"])
def test_the_shipped_notebook_reads_what_was_accepted_or_else_what_a_run_wrote(accepted, python, hub, tmp_path, place):
    folder = shutil.copytree(accepted[0], tmp_path / "study", symlinks=True)
    cells = json.loads((folder / "notebooks" / "result.ipynb").read_text("utf-8"))["cells"]
    code = [line for cell in cells if cell["cell_type"] == "code" for line in [*cell["source"], "\n"]]
    code = "".join(code) + "print(list(_shown.index))".replace("_shown", 'pd.DataFrame(explained["features"])')
    assert accepted[1]["id"] in run(python, "-c", code, cwd=folder / place, env=hub).stdout
    shutil.rmtree(folder / "results")
    assert accepted[2] in run(python, "-c", code, cwd=folder / place, env=hub).stdout


@pytest.mark.slow
def test_every_number_of_report_card_and_readme_is_traced(accepted, python, hub):
    """But for those that stand in the templates themselves, such as the year of a method."""
    folder, _, _ = accepted
    (package,) = map(str, report.__path__)
    made = [path for kind in ("html", "md") for path in (folder / package).parent.rglob(f"*.{kind}")]
    constants = " ".join(shown(path.read_text("utf-8")) for path in made)
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


def test_runs_are_listed_shown_and_compared(accepted, python, hub):
    folder, first, second = accepted
    first = first["id"]
    said = harness(folder, python, "runs", env=hub).stdout.splitlines()
    assert [line.split()[0] for line in said[1:]] == [second, first]  # the newest first
    assert said[1].endswith(" dirty") and said[2].endswith(" accepted")
    where = "metric > 0.5 and plan_question_margin == 0.5"  # more of these: tests/harness/test_store.py
    found = harness(folder, python, "runs", "--where", where, env=hub).stdout.splitlines()[1:]
    assert [line.split()[0] for line in found] == [second]
    told = harness(folder, python, "runs", "show", second, env=hub).stdout
    assert "study/plan.toml" in told and "splits.csv" in told
    differs = harness(folder, python, "runs", "compare", "results", second, env=hub).stdout
    assert "plan.question.margin" in differs and "data: nothing differs" in differs
    assert re.search(r"environment: nothing differs", differs)
    done = harness(folder, python, "runs", "show", first[1:], check=False, env=hub)
    assert done.returncode == 1 and first in done.stderr
    path = harness(folder, python, "runs", "dashboard", env=hub).stdout.strip()
    page = (folder / "runs" / "dashboard.html").read_text("utf-8")
    assert (
        path.endswith("runs/dashboard.html") and first in page and second in page and page.count('<a xlink:href="') == 2
    )


@pytest.mark.slow
def test_the_test_is_opened_from_a_commit_and_every_opening_is_on_the_ledger(accepted, python, hub, tmp_path):
    folder = shutil.copytree(accepted[0], tmp_path / "study", symlinks=True)
    run("git", "checkout", "-q", "study", cwd=folder, env=hub)
    said = harness(folder, python, "unseal", "--reason", "the paper is written", env=hub).stdout
    assert "opened 1 time(s)" in said and re.search(r"ROC AUC 0\.9\d+ \[0\.\d+, [01]\.\d+\]", said)
    commit_all(folder, "Unseal", hub)
    harness(folder, python, "unseal", "--again", "--reason", "again", env=hub)
    ledger = [json.loads(line) for line in (folder / "results" / "ledger.jsonl").read_text("utf-8").splitlines()]
    assert [entry["opened"] for entry in ledger] == [1, 2] and ledger[0]["reason"] == "the paper is written"
    assert 0.9 < ledger[0]["scores"]["roc_auc"]["value"] < 1
    assert ledger[0]["rows"] == accepted[1]["rows"]["sealed"]
