"""Each benchmark runs to its end, of little: `make bench` takes an hour, and nobody waits for it after each change."""

import re
import subprocess
import sys

import commands
import evaluation
import first_minute
import power
import pytest
import recording
import sizes
import store
import workers
from conftest import harness

LITTLE = {"rows": 500, "trees": 2, "repeats": 2}
MORE = {"rows": 500, "trees": 2, "repeats": 4}


@pytest.fixture(scope="module")
def measured(copy_project, python, hub, tmp_path_factory):
    """A study with a finished run."""
    folder = copy_project(tmp_path_factory.mktemp("measured") / "study")
    harness(folder, python, "run", env=hub)
    return folder


def numbers(text, pattern):
    """Return the numbers that a pattern finds in what was printed."""
    return [float(number) for number in re.findall(pattern, text)]


@pytest.mark.slow
def test_commands(measured, capfd):
    commands.main(str(measured))
    seconds = dict(re.findall(r"^(\S.*?) {2,}(\d+\.\d+)", capfd.readouterr().out, re.M))
    assert seconds.keys() == commands.COMMANDS.keys()
    assert float(seconds["python -c pass"]) < float(seconds["harness --help"]) < float(seconds["harness check"])


def test_recording(measured, capfd):
    assert recording.main(str(measured)) == 0
    (share,) = numbers(capfd.readouterr().out, r"recording / whole run: (\S+) ")
    assert 0 < share < 1


def test_store(measured, capfd):
    store.main(str(measured))
    assert len(numbers(capfd.readouterr().out, r"(?m)^runs.* (\d+\.\d+)$")) == len(store.COMMANDS)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("part", "last"),
    [(power.rates, "by the t-test that takes folds for independent"), (power.predicted, "standard errors apart: goal")],
)
def test_power(part, last, monkeypatch, capfd):
    for name, value in {"DATA_SETS": 2, "ROWS": 400, "FORETOLD": 2}.items():
        monkeypatch.setattr(power, name, value)
    part()
    assert last in capfd.readouterr().out


@pytest.mark.slow
def test_power_as_it_is_called(project):
    done = subprocess.run(
        [sys.executable, power.__file__, project, "spread"], check=True, capture_output=True, text=True
    )
    assert "136 pairs of models on 8 tasks" in done.stdout and re.search(r"; the least 0\.\d\d$", done.stdout)


@pytest.mark.slow
def test_evaluation(project, capfd):
    evaluation.main(str(project), dict.fromkeys(evaluation.SIZES, LITTLE) | {"jobs": MORE})
    said = capfd.readouterr().out
    assert said.count(" s / ") == 6 and numbers(said, r"around each fit and its scores: (-?\d+) ms")


@pytest.mark.slow
def test_workers(project, capfd):
    workers.main(str(project), LITTLE)
    assert len(numbers(capfd.readouterr().out, r"one worker / two .* (\d+\.\d+)  >= ")) == 2


@pytest.mark.slow
def test_sizes(project, capfd):
    sizes.main(str(project), [600, 1200])
    said = capfd.readouterr().out
    ours, bare = numbers(said, r"memory, (?:run|bare loop) +(\S+) MB")[-2:]
    assert ours > bare > 100 and "of them not in the bare loop" in said  # each has at least the libraries


@pytest.mark.slow
def test_first_minute(capfd):
    first_minute.main(rounds=1)
    assert len(numbers(capfd.readouterr().out, r" first test +(\d+\.\d+)  <=")) == 2
