"""Files of a fit: each has a folder of its own, from which one that was killed goes on, and which is gone with it."""

import functools
import os
import re
import signal
import time
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from rich.console import Console
from shipped import TEMPLATE
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.linear_model import Ridge
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from test_evaluate import study

from harness import files
from harness.exceptions import StudyError
from harness.fits import cache, estimators, evaluation, progress

STEPS = 5


class Walker(RegressorMixin, BaseEstimator):
    """Learn in steps, of which it keeps each in a file; predict how many were done in the process that ended."""

    def __init__(self, dirname="of its own", dies_after=None, then=None):
        self.dirname, self.dies_after, self.then = dirname, dies_after, then

    def fit(self, X, y):
        """Go on from the file, if there is one; die as the parameters say."""
        self.place_ = place = Path(self.dirname, "steps")
        step = int(place.read_text()) if place.exists() else 0
        self.done_ = 0
        while step < STEPS:
            step, self.done_ = step + 1, self.done_ + 1
            place.write_text(str(step))
            place.with_name(files.PROGRESS).write_text(f"step {step} of {STEPS}\n")
            if step == self.dies_after:
                self.then()
        return self

    def predict(self, X):
        """Return the number of steps, for every row."""
        return np.full(len(X), float(self.done_))


def plan_of(build):
    """Return a study of few fits, all of one model."""
    evaluation = {"seed": 1, "folds": 4, "repeats": 2, "seeds": 1, "draws": 2}
    everyone = dict.fromkeys(("linear", "domain", "rival", "candidate"), build.__name__)
    more = {"models": everyone, "ablations": {}, "nuisances": {"random": []}, "evaluation": evaluation}
    first = study(**(more | {"models": None}), candidate="line")
    return first._replace(models={"floor": first.models["floor"], "candidate": build})


def walker(seed):
    return Walker()


def folders(folder):
    """List what is kept of fits under way."""
    return [*(folder / files.FIT_FILES).glob("*")]


def test_a_fit_that_was_killed_goes_on_in_its_folder_which_is_gone_when_it_is_kept(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def mortal(seed):
        return Walker(dies_after=3, then=lambda: (tmp_path / "died").exists() or die())

    def die():
        (tmp_path / "died").touch()
        raise SystemExit  # tests/nightly/test_training.py kills

    made, kept = plan_of(mortal), tmp_path / "cache"
    with pytest.raises(SystemExit):
        evaluation.evaluate(made, 1, kept)
    (left,) = folders(kept)
    assert (left / "steps").read_text() == "3"

    scores = evaluation.evaluate(made, 1, kept).scores.query("name == 'candidate'")
    truth = evaluation.evaluate(plan_of(walker), 1).scores.query("name == 'candidate'")
    metric = "neg_mean_absolute_error"
    first, *others = (scores[metric] - truth[metric]).abs()
    assert first and not any(others), "the first went on after step 3, all others began"
    assert not folders(kept) and not (tmp_path / "of its own").exists()


def test_a_folder_is_that_of_the_key_and_none_is_in_the_key(tmp_path):
    seen = []

    class Telling(Walker):
        def fit(self, X, y):
            seen.append(Path(self.dirname))
            return super().fit(X, y)

    def telling(seed):
        return Telling()

    evaluation.evaluate(plan_of(telling), 1, tmp_path)
    assert len({*seen}) == len(seen) and {path.parent for path in seen} == {tmp_path / files.FIT_FILES}
    kept = {path.stem for path in tmp_path.glob("*/*.json")}
    assert {path.name for path in seen} < kept  # the floor keeps no files
    seen.clear()
    evaluation.evaluate(plan_of(telling), 1)  # without a cache
    assert len({*seen}) == len(seen) and not any(path.exists() for path in seen)


def test_callbacks_that_keep_files_do_so_there_and_no_path_stays_in_the_model(tmp_path):
    one, two, other = (SimpleNamespace(dirname="here"), SimpleNamespace(dirname=""), SimpleNamespace())
    net = SimpleNamespace(callbacks=[("kept", one), two, other, Ridge])
    with estimators.files_in(make_pipeline("passthrough", net), tmp_path / "a" / "b"):
        assert one.dirname == two.dirname == str(tmp_path / "a" / "b") and (tmp_path / "a" / "b").is_dir()
    assert (one.dirname, two.dirname) == ("here", "")
    net.callbacks = "disable"
    for none in (net, Ridge(), GridSearchCV(Walker(), {}), make_pipeline(Ridge())):
        with estimators.files_in(none, tmp_path / "c"):
            assert not (tmp_path / "c").exists(), "fits within a search would go on from each other"


def test_raw_data_stay_closed_to_a_model_that_keeps_files(root, tmp_path):
    (raw,) = (root / "data" / "raw").glob("*.csv")
    __import__("study.data")

    def curious(seed):
        return Walker(dies_after=2, then=raw.read_text)

    with pytest.raises(StudyError, match=r"data/raw/penguins-raw\.csv is opened by a model"):
        evaluation.evaluate(plan_of(curious), 1, tmp_path)


def test_what_is_left_of_fits_that_are_kept_or_forgotten_is_swept(tmp_path):
    for name in ("aa kept", "bb forgotten", "cc killed"):
        cache.files_of(tmp_path, name).mkdir(parents=True)
    cache.path(tmp_path, "aa kept").parent.mkdir()
    cache.path(tmp_path, "aa kept").touch()
    long_ago = time.time() - 31 * 24 * 3600
    os.utime(cache.files_of(tmp_path, "bb forgotten"), (long_ago, long_ago))
    cache.sweep(tmp_path)
    assert [path.name for path in folders(tmp_path)] == ["cc killed"]


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("after", [None, ValueError("of a half-trained network")])
def test_a_stop_that_a_model_swallows_leaves_no_fit(tmp_path, after, sign):
    """As skorch does, which ends the training at KeyboardInterrupt as if it had stopped early."""

    class Deaf(Walker):
        def fit(self, X, y):
            try:
                return super().fit(X, y)
            except KeyboardInterrupt:
                if after:
                    raise after from None
                return self

    def deaf(seed):
        return Deaf(dies_after=2, then=lambda: os.kill(os.getpid(), sign))

    usual = signal.signal(sign, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            evaluation.evaluate(plan_of(deaf), 1, tmp_path)
        assert signal.getsignal(sign) is signal.default_int_handler
    finally:
        signal.signal(sign, usual)
    assert len(folders(tmp_path)) == 1


def test_the_bar_shows_what_the_fits_under_way_are_at(tmp_path):
    left, now = (cache.files_of(tmp_path, name) for name in ("left", "now"))
    for folder in (left, now):
        folder.mkdir(parents=True)
        (folder / files.PROGRESS).write_text(f"epoch 7 of {len(folder.name)}0\n")
    os.utime(left / files.PROGRESS, (1, 1))
    column = progress.UnderWay(tmp_path)
    column.start_s -= 60
    begun, ended = SimpleNamespace(finished=False), SimpleNamespace(finished=True)
    assert str(column.render(begun)) == "epoch 7 of 30"
    (now / files.PROGRESS).write_text("epoch 8\nof 30\n")
    assert str(column.render(begun)) == "epoch 7 of 30"  # asked a moment ago
    column.due_s = 0
    assert str(column.render(begun)) == "epoch 8 of 30" and str(column.render(ended)) == ""
    assert str(progress.UnderWay(tmp_path / "none").render(begun)) == ""


@pytest.mark.parametrize("terminal", [False, True])
def test_a_log_has_the_bar_alone(tmp_path, monkeypatch, terminal):
    monkeypatch.setattr(Console, "is_terminal", terminal)
    shown = [type(column) for column in progress.bar(tmp_path).columns]
    assert (progress.UnderWay in shown) == terminal and len(shown) == 4 + terminal
    assert progress.UnderWay not in [type(column) for column in progress.bar(None).columns]


def test_the_model_of_the_documentation_goes_on_with_the_same_bits(tmp_path, monkeypatch):
    page = (TEMPLATE.parent / "docs" / "howto" / "networks.md").read_text("utf-8")
    exec(re.search(r"<!-- own -->\n```python\n(.*?)```", page, re.S)[1], scope := {})
    X = np.random.default_rng(1).normal(size=(40, 3))
    y = np.where(X[:, 0] + X[:, 1] ** 2 > 0.5, "more", "less")
    made = functools.partial(scope["Perceptron"], random_state=1)
    whole, begun = made().fit(X, y), made(dirname=str(tmp_path))
    orders, usual = iter(range(12)), np.random.permutation
    monkeypatch.setattr(np.random, "permutation", lambda rows: (next(orders), usual(rows))[1])
    with pytest.raises(StopIteration):
        begun.fit(X, y)
    assert (tmp_path / "progress.txt").read_text("utf-8") == "epoch 12 of 50"
    done, monkeypatched = [], lambda rows: (done.append(rows), usual(rows))[1]
    monkeypatch.setattr(np.random, "permutation", monkeypatched)
    later = made(dirname=str(tmp_path)).fit(X, y)
    assert len(done) == 38 and (later.weights_ == whole.weights_).all() and (later.predict(X) == whole.predict(X)).all()
