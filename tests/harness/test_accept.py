"""What `accept` takes of a run is what the run wrote."""

from types import SimpleNamespace

import pytest
import shipped

from harness import files
from harness.cli import accept as command
from harness.exceptions import StudyError
from harness.plan import plan
from harness.provenance import accepted, machine
from harness.publish import accept


@pytest.fixture
def run(tmp_path):
    """Return the record of a run whose folder holds a table, and a page that somebody put there."""
    for name in ("scores.csv", "run.json", "notes.html"):
        (tmp_path / name).write_text(name, "utf-8")
    return {"stages": [{"writes": {"table": "0" * 64, "scores.csv": files.file_hash(tmp_path / "scores.csv")}}]}


def test_a_file_that_the_run_did_not_write_stays_where_it_is(tmp_path, run):
    assert accept.written(tmp_path, run) == ["run.json", "scores.csv"]


def test_tables_of_rows_that_are_too_large_for_git_stay_where_they_are(tmp_path, run, monkeypatch):
    (tmp_path / "splits.csv").write_bytes(bytes(accepted.LARGE))
    run["stages"][0]["writes"]["splits.csv"] = files.file_hash(tmp_path / "splits.csv")
    assert accept.written(tmp_path, run) == ["run.json", "scores.csv", "splits.csv"]
    monkeypatch.setattr(accepted, "LARGE", 5)  # scores.csv is longer, but has no line for each row
    assert accept.written(tmp_path, run) == ["run.json", "scores.csv"]


@pytest.mark.parametrize("text", ["another", None])
def test_a_table_that_was_changed_or_taken_away_is_refused(tmp_path, run, text):
    path = tmp_path / "scores.csv"
    path.write_text(text, "utf-8") if text else path.unlink()
    with pytest.raises(StudyError, match="scores.csv was changed after the run wrote it"):
        accept.written(tmp_path, run)


def test_a_remark_in_the_plan_leaves_the_run_and_a_margin_does_not(tmp_path):
    root = shipped.commit(shipped.copy(tmp_path / "mine"))
    stated = plan.read(root / files.PLAN).model_dump(mode="json")
    run = {"plan": stated, "sources": machine.sources(root), "commit": files.git(root, "rev-parse", "HEAD")}
    path = root / files.PLAN
    path.write_text(f"# Decided in May.\n{path.read_text('utf-8')}", "utf-8")
    assert accepted.changed_sources(root, run) == ([], [files.PLAN])
    path.write_text(path.read_text("utf-8").replace("margin = 0.02", "margin = 0.03"), "utf-8")
    assert accepted.changed_sources(root, run) == ([files.PLAN], [])
    path.write_text("margin = ", "utf-8")
    assert accepted.changed_sources(root, run) == ([files.PLAN], [])


def test_packages_that_the_run_was_made_with_by_a_waiver_are_no_others(tmp_path, monkeypatch):
    monkeypatch.setattr(machine, "unlike_lock", lambda root: iter(["numpy 2.1; locked is 2.0"]))
    assert accept.other_packages(tmp_path, {"unlike_lock": ["numpy 2.1; locked is 2.0"]}) == []
    assert accept.other_packages(tmp_path, {"unlike_lock": []}) == ["numpy 2.1; locked is 2.0"]


def test_what_is_accepted_although_a_check_fails_says_so(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(command.study, "enter", lambda: tmp_path)
    monkeypatch.setattr(command.accept, "accept", lambda root, run_id: {"formats": {}})
    monkeypatch.setattr(command.made, "refresh", lambda root: "")
    monkeypatch.setattr(command.shutil, "rmtree", lambda path: None)
    monkeypatch.setattr(command.registry, "all_checks", lambda root: ["all"])
    wrong = SimpleNamespace(status="failed", title="L2.3 features-without-answer")
    right = SimpleNamespace(status="passed", title="L1.2 row-from-itself")
    monkeypatch.setattr(command.findings, "examine", lambda subject, checks: [right, wrong])
    command.command("latest")
    said = capsys.readouterr().err
    assert said.startswith("These checks fail, so do not publish yet: L2.3 features-without-answer.")
