"""Checks of rows and of the accepted result: each fault turns its check, and only that one, red."""

from harness import files
import json
import subprocess
import tomllib

import numpy as np
import pandas as pd
import pytest

from harness import checks
from harness.method import budget, inputs, jobs, plan, test_set, verdict
from harness.provenance import record
from harness.study import Dataset
from harness.provenance import machine, stages

PLAN = """
[question]
claim = "The candidate is better than the rival."
falsified_by = "It is not better."
metric = "accuracy"
why = "It is the usual one."
margin = 0.125
agreed_with = "Nobody but this test."
[rows]
dependence = "DEPENDENCE"
reason = "They were made by a test."
sealed = 0.2
[models]
floor = "a"
linear = "a"
domain = "a"
rival = "a"
candidate = "b"
[evaluation]
seed = 0
folds = 3
repeats = 2
"""


def exercised(root):
    """Status and sentences of the checks of rows and of results, by code."""
    asked = {"D2", "L1.4", "L3.1", "L3.2", "P1", "P2", "P3", "P4", "P5", "P8", "P9", "T1"}
    return {one.code: checks.outcome(one, root) for one in checks.CHECKS if one.code in asked}


def only(found, code):
    """Say what a check said, if it alone failed."""
    assert [one for one, (status, _) in found.items() if status == "failed"] == [code], found
    return "\n".join(found[code][1])


def study(dependence="group"):
    """Return a study of 60 rows in pairs, 12 of them sealed; rows of a time are as old as their number."""
    index = pd.Index([f"row {n}" for n in range(60)])
    X = pd.DataFrame(np.random.default_rng(0).normal(size=(60, 4)), index, list("abcd"))
    times = pd.Series(range(60), index) if dependence == "time" else None
    groups = index.to_series() if times is not None else pd.Series(np.arange(60) // 2, index).astype(str)
    rows, text = Dataset(X, pd.Series(np.arange(60.0), index), groups, times), PLAN.replace("DEPENDENCE", dependence)
    if times is not None:
        text = text.replace("sealed = 0.2", "sealed_from = 48").replace("repeats = 2", "repeats = 1")
    planned = plan.Plan.model_validate(tomllib.loads(text))
    counts = {"read": 61, "excluded": {"no y": 1}, "canaries": 0, "development": 48, "groups": 24, "sealed": 12}
    sides = rows.take(np.arange(48)), rows.take(np.arange(48, 60)), rows.take([])
    return inputs.Study(planned, {}, "regression", *sides, {}, counts, None)


@pytest.fixture
def look(monkeypatch, tmp_path):
    """Exercise the checks on a study that is given as it is."""

    def look_at(made):
        monkeypatch.setattr(inputs, "read", lambda root: made)
        return exercised(tmp_path)

    return look_at


def with_row(made, name, like, side="development", **changed):
    """Put what another row says, but for some columns, into a row."""
    rows = getattr(made, side)
    X = rows.X.copy()
    X.loc[name] = made.development.X.loc[like].to_numpy()
    for column, value in changed.items():
        X.loc[name, column] += value
    return made._replace(**{side: rows._replace(X=X)})


def test_rows_that_are_as_they_should_be(look):
    assert {code for code, (status, _) in look(study()).items() if status == "passed"} == {"D2", "L1.4", "L3.2"}
    assert {code for code, (status, _) in look(study("time")).items() if status == "passed"} == {"D2", "L1.4", "L3.1"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda made: made._replace(rows=made.rows | {"read": 62}), "62 rows were read, 61 are accounted for"),
        (lambda made: made._replace(rows=made.rows | {"sealed": 11, "read": 60}), "12 rows are sealed, 11 are counted"),
        (lambda made: made._replace(canaries=made.sealed.take([3])), "row 'row 51' is on two sides"),
    ],
)
def test_a_row_that_is_lost_or_doubled_is_told(look, change, said):
    assert said in only(look(change(study())), "D2")


def test_duplicates_in_different_groups_are_told(look):
    assert "row 'row 8': is the same as row 'row 21'" in only(look(with_row(study(), "row 21", "row 8")), "L1.4")
    across = with_row(study(), "row 59", "row 8", "sealed", c=0.001)
    assert "row 'row 8': is as good as the same as row 'row 59'" in only(look(across), "L1.4")
    assert look(with_row(study(), "row 9", "row 8"))["L1.4"] == ("passed", [])  # the same group


def test_equal_rows_that_are_to_be_expected_are_no_evidence(look):
    made = with_row(study(), "row 21", "row 8")
    whole = [rows._replace(X=rows.X.round()) for rows in (made.development, made.sealed)]
    status, (reason,) = look(made._replace(development=whole[0], sealed=whole[1]))["L1.4"]
    assert status == "not exercised" and "no feature is continuous" in reason
    few = [rows._replace(X=rows.X[["a"]].round(1)) for rows in (made.development, made.sealed)]
    status, (reason,) = look(made._replace(development=few[0], sealed=few[1]))["L1.4"]
    assert status == "not exercised" and "equal by chance" in reason


def test_a_test_that_is_older_than_its_training_is_told(look, monkeypatch):
    made = study("time")
    older = made.sealed._replace(times=made.sealed.times - 1)
    assert only(look(made._replace(sealed=older)), "L3.1") == "the seal: training goes up to 47, testing starts at 47"
    shuffled = [(np.arange(0, 48, 2), np.arange(1, 48, 2))]
    monkeypatch.setattr(jobs, "folds", lambda *_: shuffled)
    assert "fold 0 of repeat 0: training goes up to 46, testing starts at 1" in only(look(made), "L3.1")


def test_a_group_on_both_sides_is_told(look, monkeypatch):
    made = study()
    groups = made.sealed.groups.where(made.sealed.groups != "29", "7")
    said = only(look(made._replace(sealed=made.sealed._replace(groups=groups))), "L3.2")
    assert said.startswith("group '7' is on both sides of the seal: ")
    monkeypatch.setattr(jobs, "folds", lambda *_: [(np.arange(1, 48), np.arange(1))])
    assert "group '0' is on both sides of fold 0 of repeat 1" in only(look(made), "L3.2")


def git(root, *arguments):
    author = ("-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "core.hooksPath=/dev/null")
    subprocess.run(["git", *author, *arguments], cwd=root, check=True, capture_output=True)


def commit(root):
    git(root, "add", "-A")
    git(root, "commit", "-q", "--allow-empty", "-m", "test")


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8", newline="\n")


def table(planned):
    """Return a long table of scores that nothing was fitted for; the candidate is better by a fifth."""
    rng = np.random.default_rng(0)
    runs = [("role", name, draw) for name in plan.ROLES for draw in range(2)]
    runs += [("nuisance", name, draw) for name in planned.nuisance_names() for draw in range(5)]
    runs += [("joint", "all", draw) for draw in range(5)]
    rows = [(*one, 0, fold) for one in runs for fold in range(3)]
    found = pd.DataFrame(rows, columns=["kind", "name", "repeat", "seed", "fold"])
    found["accuracy"] = rng.normal(0.7, 0.01, len(found)) - 0.2 * found["name"].isin(plan.ROLES[:-1])
    return found.assign(n_train=32, n_test=16)


@pytest.fixture
def root(tmp_path, monkeypatch):
    """A repository with an accepted result, of which every check is green."""
    made = study()
    monkeypatch.setattr(inputs, "read", lambda root: made)
    empty = ("study/models.py", "study/test_mine.py", "data/raw/a.csv", "data/MANIFEST.sha256", files.LOCK)
    for name in empty:
        write(tmp_path / name, "")
    write(tmp_path / files.PLAN, PLAN.replace("DEPENDENCE", "group"))
    git(tmp_path, "init", "-q")
    commit(tmp_path)
    write_run(tmp_path, made)
    commit(tmp_path)
    return tmp_path


def write_run(root, made):
    """Write into results/ what a run of a study would, as it would."""
    folder, scores, facts = root / "results", table(made.plan), machine.circumstances(root)
    meter = stages.Meter(facts["sources"])
    with record.recording(root, facts, meter, folder) as (_, run):
        with meter.stage("all", *facts["sources"]) as wrote:
            wrote["splits.csv"] = files.write_table(folder / "splits.csv", jobs.split_table(made))
            for name in ("scores.csv", "predictions.csv"):
                wrote[name] = files.write_table(folder / name, scores)
        run |= {f"{name}_sha256": wrote[f"{name}.csv"] for name in ("splits", "scores", "predictions")}
        run |= {"plan": made.plan.model_dump(mode="json"), "metrics": ["accuracy"], "task": "regression", "opened": 0}
        run |= {
            "rows": made.rows,
            "table_sha256": 64 * "0",
            "patch_sha256": None,
            "seeds": {"root": 0},
            "duplicates": [],
        }
        run |= {"fits": len(scores), "trials": 0, "ablation_proofs": []}
        run["started"] = "2999-01-01T00:00:00+00:00"  # after each commit that a test makes
        run |= verdict.judge(made.plan, scores) | {"budget": [budget.budget(made.plan, scores, "accuracy")]}


def edit(name, old, new):
    """Make a fault: other words in a file."""

    def change(root):
        text = (root / name).read_text("utf-8")
        assert old in text
        write(root / name, text.replace(old, new, 1))

    return change


def recorded(**changed):
    """Make a fault: other facts in the record."""

    def change(root):
        run = record.read(root / "results")
        files.write_json(root / "results" / "run.json", run | changed)

    return change


def smaller_margin(root):
    """Make a fault: another margin in the record, and the verdict that follows from it."""
    run = record.read(root / "results")
    run["plan"]["question"]["margin"] = 0.1875
    judged = verdict.judge(plan.Plan.model_validate(run["plan"]), record.read_scores(root / "results"))
    files.write_json(root / "results" / "run.json", run | judged)


def other_splits(root):
    """Make a fault: splits that another library made, recorded as they were made."""
    before = record.read(root / "results")["splits_sha256"]
    digest = files.write_table(root / "results" / "splits.csv", jobs.split_table(study()).iloc[::-1])
    text = (root / "results" / "run.json").read_text("utf-8")
    write(root / "results" / "run.json", text.replace(before, digest))


FAULTS = {
    "another model": (edit("study/models.py", "", "import numpy\n"), "P1", "study/models.py has changed"),
    "other data": (edit("data/raw/a.csv", "", "x\n"), "P1", "data/raw/a.csv has changed"),
    "a digit of a score": (edit("results/scores.csv", "0.7", "0.8"), "P2", "results/scores.csv was edited"),
    "another row in a fold": (edit("results/splits.csv", ",1", ",0"), "P2", "results/splits.csv was edited"),
    "another verdict": (edit("results/run.json", '"supported"', '"equivalent"'), "P2", "verdict does not follow"),
    "a smaller budget": (edit("results/run.json", '"systematic": 0.0', '"systematic": 0.00'), "P2", "budget does not"),
    "another margin": (
        edit(files.PLAN, "margin = 0.125", "margin = 0.0625"),
        "P3",
        "study/plan.toml: question.margin was 0.125 in the accepted run and is 0.0625 now",
    ),
    "another margin in the record": (smaller_margin, "P3", "question.margin was 0.1875 in the accepted run"),
    "another hash of the plan": (recorded(plan_sha256="0" * 64), "P3", "its plan_sha256 is not that of"),
    "a plan after the run": (recorded(started="2001-01-01T00:00:00+00:00"), "P3", "after the run had started"),
    "other splits": (other_splits, "P4", "the same data and plan give other splits now"),
    "a field less in the record": (
        edit("results/run.json", '"table_sha256"', '"table"'),
        "P5",
        "'table_sha256' is a required property",
    ),
    "a table that nothing made": (
        edit("results/run.json", '"study/models.py": "', '"study/elsewhere.py": "'),
        "P5",
        "stage 'all' read study/models.py, which is neither a source nor",
    ),
    "a row less in the record": (recorded(rows=study().rows | {"read": 60}), "D2", "60 rows were read, 61 are"),
}


@pytest.mark.parametrize("what", FAULTS)
def test_a_fault_turns_one_check_red(root, what):
    change, code, said = FAULTS[what]
    assert {status for status, _ in exercised(root).values()} == {"passed", "not exercised"}
    change(root)
    assert said in only(exercised(root), code)


def test_what_may_change_may_change(root):
    """A comment in the plan, the study's own tests and notes."""
    for change in (edit(files.PLAN, "", "# as agreed\n"), edit("study/test_mine.py", "", "# mine\n")):
        change(root)
    write(root / "study" / "notes.md", "Of no consequence.\n")
    commit(root)
    assert "failed" not in {status for status, _ in exercised(root).values()}


def test_a_commit_that_git_does_not_know_is_said(root):
    recorded(commit="0" * 40)(root)
    found = exercised(root)
    assert found["P2"][0] == "passed"
    for code in ("P1", "P3", "P4"):
        assert found[code][0] == "not exercised" and "git does not know the commit" in found[code][1][0]


def test_a_record_of_an_earlier_harness_is_said(root):
    write(root / "results" / "run.json", json.dumps({"rows": {"development": 48, "sealed": 12, "excluded": 1}}))
    assert all("earlier harness" in exercised(root)[code][1][0] for code in ("P1", "P2", "P3", "P4", "P5"))
    assert exercised(root)["D2"][0] == "passed"


@pytest.fixture
def opened(root):
    """The same repository after two openings of the test."""
    digest, previous = record.read(root / "results")["plan_sha256"], test_set.FIRST
    for number in (1, 2):
        path = root / test_set.PATH
        text = path.read_text("utf-8") if path.exists() else ""
        line = json.dumps({"opened": number, "plan_sha256": digest, "reason": "r", "previous": previous})
        write(path, f"{text}{line}\n")
        previous = test_set.hashlib.sha256(line.encode()).hexdigest()
        commit(root)
    return root


def last_line_away(root):
    lines = (root / test_set.PATH).read_text("utf-8").splitlines(keepends=True)
    write(root / test_set.PATH, lines[0])


LEDGER_FAULTS = {
    "another reason": (edit(test_set.PATH, '"r"', '"s"'), "is gone: git checkout"),
    "the last line away": (last_line_away, "is gone: git checkout"),
    "the ledger away": (lambda root: (root / test_set.PATH).unlink(), "is gone: git checkout"),
    "a new line that does not follow": (
        lambda root: write(root / test_set.PATH, (root / test_set.PATH).read_text("utf-8") + "x\n"),
        "line 3 does not follow",
    ),
}


@pytest.mark.parametrize("what", LEDGER_FAULTS)
@pytest.mark.parametrize("committed", [True, False])
def test_a_ledger_that_was_changed_is_told(opened, what, committed):
    assert exercised(opened)["T1"] == ("passed", [])
    change, said = LEDGER_FAULTS[what]
    change(opened)
    if committed:
        commit(opened)
    assert said in only(exercised(opened), "T1")


def test_the_command_of_the_message_mends_a_ledger_that_was_rewritten_twice(opened):
    for reason, other in (("r", "s"), ("s", "t")):
        edit(test_set.PATH, f'"{reason}"', f'"{other}"')(opened)
        commit(opened)
    said = only(exercised(opened), "T1")
    subprocess.run(said.partition(" is gone: ")[2].split(), cwd=opened, check=True, capture_output=True)
    commit(opened)
    assert exercised(opened)["T1"] == ("passed", [])


def test_a_ledger_counts_before_a_run_is_accepted(opened):
    (opened / "results" / "run.json").unlink()
    assert exercised(opened)["T1"] == ("passed", [])
    last_line_away(opened)
    assert "is gone: git checkout" in only(exercised(opened), "T1")


def test_an_opening_under_another_plan_needs_a_sentence(opened):
    """The plan was changed after the test had been opened, and the run made again."""
    edit(files.PLAN, "", "# after a look\n")(opened)
    commit(opened)
    head, digest = files.git(opened, "rev-parse", "HEAD"), files.file_hash(opened / files.PLAN)
    old = record.read(opened / "results")["plan_sha256"][:12]
    recorded(id="another run", commit=head, plan_sha256=digest)(opened)
    assert f"opening 1 was under another plan, {old}" in only(exercised(opened), "T1")
    write(opened / "study" / "DEVIATIONS.md", f"Under {old} the margin was in other units.\n")
    assert exercised(opened)["T1"] == ("passed", [])
