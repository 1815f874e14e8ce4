"""An accepted result ships its model and its card: real runs on small plans, reloaded, tampered with, interrupted."""

import json
import re
import shutil
import signal
import subprocess
import time

import conftest
import pytest
import yaml
from conftest import ROOT, commit_all, run, short_plan

STUDIES = ROOT / "tests" / "studies"
WITH_LAMBDA = '''

def no_gaps(seed):
    """Logistic regression, whose first step only this process knows."""
    from sklearn.preprocessing import FunctionTransformer

    return make_pipeline(FunctionTransformer(lambda X: X), logistic(seed))
'''
# What a reader does who has the repository and model.json: the lines that it gives, its schema, its example.
READER = """
import pandas as pd
{load}
told = json.load(open('results/model/model.json'))
X = pd.DataFrame([told['example']['input']]).astype({{one['name']: one['dtype'] for one in told['input']}})
print(json.dumps([model.predict(X).tolist() == told['example']['output']['predict'],
                  model.predict_proba(X).tolist() == told['example']['output']['predict_proba']]))
"""
SEALED = """
import json, pathlib, skops.io
from sklearn.metrics import get_scorer
from harness.method import inputs
study = inputs.read(pathlib.Path.cwd())
types = json.load(open('results/model/model.json'))['formats']['skops']['types']
model = skops.io.load('results/model/model.skops', trusted=types)
print(get_scorer('roc_auc')(model, study.sealed.X, study.sealed.y))
"""


@pytest.fixture(scope="module")
def harness(python, hub):
    def command(folder, *arguments, check=True):
        return conftest.harness(folder, python, *arguments, env=hub, check=check)

    return command


@pytest.fixture(scope="module")
def study(copy_project, hub, tmp_path_factory):
    """A small plan, committed."""
    folder = copy_project(tmp_path_factory.mktemp("model") / "a study")
    short_plan(folder)
    commit_all(folder, "Plan", hub)
    return folder


@pytest.fixture(scope="module")
def accepted(study, harness, hub):
    """The shipped candidate, a forest, run and accepted; returns the folder and what accept said."""
    harness(study, "run")
    started = time.monotonic()
    said = harness(study, "accept", newest(study)).stdout
    print(f"accept took {time.monotonic() - started:.1f} s")
    commit_all(study, "Accept", hub)
    return study, said


def newest(folder):
    return max((path.parent for path in folder.glob("runs/*/run.json")), key=lambda path: path.stat().st_mtime).name


def facts(folder, name="model/model.json"):
    return json.loads((folder / "results" / name).read_text(encoding="utf-8"))


def bytes_of(folder):
    return {path.name: path.read_bytes() for path in (folder / "results").rglob("*") if path.is_file()}


def test_the_model_comes_back_elsewhere(accepted, python, hub):
    """A forest: bit by bit as skops; not as ONNX, whose operators have 32-bit thresholds."""
    folder, said = accepted
    told, record = facts(folder), facts(folder, "run.json")
    assert (told["run"], told["commit"], told["rows"]) == (
        record["id"],
        record["commit"],
        record["rows"]["development"],
    )
    skops = told["formats"]["skops"]
    assert (skops["largest_difference"], skops["rows"]) == (0, told["rows"] + 3)  # and the canaries
    assert "sklearn.tree._tree.Tree" in skops["types"] and skops["needs"] == []
    assert "its outputs differ by up to 0." in told["formats"]["onnx"]["reason"]
    assert "model as onnx: not shipped, as what comes back is not exactly this model: as double numbers, " in said
    assert {path.name for path in (folder / "results" / "model").iterdir()} == {"model.skops", "model.json"}
    read = run(python, "-c", READER.format(load="\n".join(skops["load"])), cwd=folder, env=hub).stdout
    assert json.loads(read) == [True, True]
    types = {one["name"]: one for one in told["input"]}
    assert types["species"]["checks"] == [{"check": "isin", "allowed_values": ["Adelie", "Chinstrap", "Gentoo"]}]
    assert told["versions"]["scikit-learn"] == record["packages"]["scikit-learn"]


def as_they_are(record):
    """The candidate's scores by metric; a loss is not negated."""
    scores = {name: one["value"] for name, one in record["estimates"]["role"]["candidate"].items()}
    return scores | {"log_loss": -scores.pop("neg_log_loss")}


def test_card_and_readme_hold_the_numbers_of_the_record(accepted, harness, python, hub):
    folder, said = accepted
    card, record = (folder / "MODEL_CARD.md").read_text(encoding="utf-8"), facts(folder, "run.json")
    front = yaml.safe_load(card.split("---\n")[1])
    assert (front["license"], front["pipeline_tag"]) == ("mit", "tabular-classification")
    (result,) = front["model-index"][0]["results"]
    told = {one["type"]: one["value"] for one in result["metrics"]}
    assert told == as_they_are(record)
    assert result["dataset"]["revision"] == record["data_sha256"]
    places = "4 places wait for you in MODEL_CARD.md: Intended use, Factors, Ethical considerations, Caveats and"
    assert places in said and places in harness(folder, "card").stdout
    readme = (folder / "README.md").read_text(encoding="utf-8")
    assert all(f"\n| {role} | {name} |" in readme for role, name in record["plan"]["models"].items())
    assert f"`{record['command']}` at commit `{record['commit']}`" in readme
    for target in re.findall(r"\]\(([\w./-]+)\)", readme):
        assert (folder / target).exists(), target
    assert run("git", "status", "--porcelain", cwd=folder, env=hub).stdout == ""  # `card` wrote the same again
    checked = harness(folder, "check", "--all")
    assert " 0 failed," in checked.stdout and not re.search("N[12] .* not exercised", checked.stderr)


def test_the_card_can_be_read_by_the_hub_that_it_is_made_for(accepted):
    hub = pytest.importorskip("huggingface_hub", reason="not exercised: huggingface_hub is not installed here")
    folder, _ = accepted
    card, record = hub.ModelCard.load(folder / "MODEL_CARD.md"), facts(folder, "run.json")
    assert card.data.license == "mit" and card.data.library_name == "sklearn" and "skops" in card.data.tags
    told = {one.metric_type: one.metric_value for one in card.data.eval_results}
    assert told == as_they_are(record)
    (one,) = {one.dataset_revision for one in card.data.eval_results}
    assert one == record["data_sha256"] and card.data.eval_results[0].source_url == "results/run.json"


def test_a_tampered_model_turns_its_check_red(accepted, harness, hub):
    folder, _ = accepted
    path = folder / "results" / "model" / "model.skops"
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    done = harness(folder, "check", check=False)
    run("git", "checkout", "-q", ".", cwd=folder, env=hub)
    assert done.returncode == 1 and "1 of" in done.stderr
    assert "S2 results-as-accepted failed" in done.stderr and "results/model/model.skops has changed" in done.stderr


def test_an_accept_that_is_killed_leaves_the_old_result(accepted, harness, python, hub):
    folder, _ = accepted
    before = bytes_of(folder)
    command = [python, "-m", "harness", "accept", newest(folder)]
    with subprocess.Popen(command, cwd=folder, env=hub, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        until = time.monotonic() + 60
        while not (folder / ".accept" / "new" / "model" / "model.skops").is_file():
            assert process.poll() is None and time.monotonic() < until, process.communicate()
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
    assert bytes_of(folder) == before
    assert run("git", "status", "--porcelain", cwd=folder, env=hub).stdout == ""
    assert ", 0 failed, " in harness(folder, "check").stdout
    (folder / "results").rename(folder / ".accept" / "old")  # as if it had been killed between the two moves
    harness(folder, "accept", newest(folder))
    assert not (folder / ".accept").exists() and bytes_of(folder).keys() == before.keys()
    run("git", "checkout", "-q", ".", cwd=folder, env=hub)


REFUSED = {
    "another model": ("study/models.py", "n_estimators=20", "n_estimators=19", "study/models.py"),
    "another plan": ("study/plan.toml", "margin = 0.02", "margin = 0.03", "study/plan.toml"),
    "another datum": ("data/raw/penguins-raw.csv", "Yes", "No", "data/raw/penguins-raw.csv"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_not_the_runs_is_not_exported(accepted, harness, hub, what):
    folder, _ = accepted
    name, old, new, said = REFUSED[what]
    path, before = folder / name, bytes_of(folder)
    text = path.read_bytes()
    path.write_bytes(text.replace(old.encode(), new.encode(), 1))
    commit_all(folder, "Another", hub)
    done = harness(folder, "accept", newest(folder), check=False)
    run("git", "reset", "-q", "--hard", "HEAD~1", cwd=folder, env=hub)
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert f"accept: not as in run {newest(folder)}: {said}. The exported model would not be the run's" in done.stderr
    assert bytes_of(folder) == before


def test_an_unknown_run_is_named(accepted, harness):
    folder, _ = accepted
    for wrong in (newest(folder)[1:], f"../runs/{newest(folder)}"):
        done = harness(folder, "accept", wrong, check=False)
        assert done.returncode == 1 and f"did you mean '{newest(folder)}'?" in done.stderr, done.stderr


@pytest.mark.slow
def test_what_scores_the_sealed_rows_is_what_is_shipped(accepted, harness, python, hub, tmp_path):
    folder = tmp_path / "opened"
    shutil.copytree(accepted[0], folder, symlinks=True)
    harness(folder, "unseal", "--reason", "to compare")
    (line,) = (folder / "results" / "ledger.jsonl").read_text(encoding="utf-8").splitlines()
    score = json.loads(line)["scores"]["roc_auc"]["value"]
    assert float(run(python, "-c", SEALED, cwd=folder, env=hub).stdout) == score
    card = (folder / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert f"value: {score}\n" in card and "split: sealed" in card
    commit_all(folder, "Opened", hub)
    harness(folder, "accept", newest(folder))
    assert (folder / "results" / "ledger.jsonl").read_text(encoding="utf-8") == f"{line}\n"  # it survives an accept
    assert f"value: {score}\n" in (folder / "MODEL_CARD.md").read_text(encoding="utf-8")


def another_candidate(folder, name, harness, hub):
    path = folder / "study" / "plan.toml"
    text = re.sub(r'(?m)^candidate = "\w+"', f'candidate = "{name}"', path.read_text(encoding="utf-8"))
    path.write_text(text, encoding="utf-8")
    commit_all(folder, f"Candidate {name}", hub)
    harness(folder, "run")
    return harness(folder, "accept", newest(folder)).stdout


@pytest.fixture
def mine(study, tmp_path):
    """The same study with what it has fitted so far."""
    return shutil.copytree(study, tmp_path / "mine", symlinks=True)


def test_a_linear_model_is_exact_as_onnx(mine, harness, python, hub):
    said = another_candidate(mine, "logistic", harness, hub)
    onnx = facts(mine)["formats"]["onnx"]
    assert onnx["largest_difference"] <= 1e-5 and onnx["rows"] == facts(mine)["rows"] + 3
    assert f"results/model/model.onnx: reloaded, it predicts the same on {onnx['rows']} rows" in said
    told = facts(mine)["example"]
    columns = {name: [[value]] for name, value in told["input"].items()}
    ask = "\n".join([
        "import numpy, json",
        f"columns = {columns!r}",
        "kind = lambda rows: numpy.float32 if isinstance(rows[0][0], float) else object",
        "columns = {name: numpy.array(rows, kind(rows)) for name, rows in columns.items()}",
        *onnx["load"],
        "print(json.dumps([outputs[0].tolist(), outputs[1].tolist()]))",
    ])  # fmt: skip
    labels, chances = json.loads(run(python, "-c", ask, cwd=mine, env=hub).stdout)
    assert labels == told["output"]["predict"]
    assert chances[0] == pytest.approx(told["output"]["predict_proba"][0], abs=1e-5)


@pytest.mark.slow
def test_a_model_that_cannot_be_saved_is_accepted_with_a_reason(mine, harness, hub):
    with (mine / "study" / "models.py").open("a", encoding="utf-8") as file:
        file.write(WITH_LAMBDA)
    said = another_candidate(mine, "no_gaps", harness, hub)
    assert "model as skops: not shipped, as what comes back is not exactly this model: reloaded in a fresh" in said
    assert "AttributeError" in said
    assert "<lambda>" in said
    assert [path.name for path in (mine / "results" / "model").iterdir()] == ["model.json"]
    commit_all(mine, "Accept", hub)
    assert ", 0 failed, " in harness(mine, "check").stdout
    card = (mine / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert "- no `model.skops`. What was tried: reloaded in a fresh process: " in card


@pytest.mark.slow
def test_a_regression_by_a_class_of_the_study(copy_project, python, harness, hub, tmp_path):
    folder = copy_project(tmp_path / "diabetes")
    shutil.rmtree(folder / "study")
    shutil.copytree(STUDIES / "diabetes", folder / "study", ignore=shutil.ignore_patterns("__pycache__"))
    run(python, STUDIES / "raw.py", "diabetes", folder / "data" / "raw", cwd=folder, env=hub)
    shutil.move(folder / "study" / "DATASHEET.md", folder / "data" / "DATASHEET.md")
    harness(folder, "manifest")
    short_plan(folder)
    another_candidate(folder, "mass_index", harness, hub)
    skops = facts(folder)["formats"]["skops"]
    assert (skops["largest_difference"], skops["needs"]) == (0, ["study"])
    assert "study.models.MassIndex" in skops["types"] and "MassIndex" in facts(folder)["formats"]["onnx"]["reason"]
    card = (folder / "MODEL_CARD.md").read_text(encoding="utf-8")
    front = yaml.safe_load(card.split("---\n")[1])
    assert front["pipeline_tag"] == "tabular-regression" and front["metrics"][0] == "mean_absolute_error"
    assert facts(folder)["example"]["output"]["predict_proba"] is None
