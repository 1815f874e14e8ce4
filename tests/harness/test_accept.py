"""What `accept` takes of a run is what the run wrote."""

import pytest

from harness import files
from harness.exceptions import StudyError
from harness.publish import accept


@pytest.fixture
def run(tmp_path):
    """Return the record of a run whose folder holds a table, and a page that somebody put there."""
    for name in ("scores.csv", "run.json", "notes.html"):
        (tmp_path / name).write_text(name, "utf-8")
    return {"stages": [{"writes": {"table": "0" * 64, "scores.csv": files.file_hash(tmp_path / "scores.csv")}}]}


def test_a_file_that_the_run_did_not_write_stays_where_it_is(tmp_path, run):
    assert accept.written(tmp_path, run) == ["run.json", "scores.csv"]


@pytest.mark.parametrize("text", ["another", None])
def test_a_table_that_was_changed_or_taken_away_is_refused(tmp_path, run, text):
    path = tmp_path / "scores.csv"
    path.write_text(text, "utf-8") if text else path.unlink()
    with pytest.raises(StudyError, match="scores.csv was changed after the run wrote it"):
        accept.written(tmp_path, run)
