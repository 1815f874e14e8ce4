"""Trainings that are killed go on where they were, and end as one that nobody killed: weights, curves, predictions."""

import json
import os
import random
import signal
import subprocess
import sys
import time

import pytest
from conftest import commit_all, run, short_plan

KILLS = 10
LONGER = {  # seconds a fit, which tells of each epoch
    "patience=5": "patience=12",
    "batch_size=64": "batch_size=4",
    "BackupAndRestore())]": 'BackupAndRestore(0)), ("told", Told())]',
    "from skorch.callbacks import EarlyStopping\n": "from skorch.callbacks import Callback, EarlyStopping\n",
    "\n\ndef network(seed)": '''

class Told(Callback):
    """Tell which epoch of which fit begins."""

    def on_epoch_begin(self, net, **more):
        """Tell it."""
        import os

        folder = os.path.basename(dict(net.callbacks_)["backup"].dirname)
        with open("runs/epochs.txt", "a") as file:
            file.write(f"{os.getpid()} {folder} {len(net.history)}\\n")


def network(seed)''',
}
# All that a training may draw from or go by, beside what the study's own network has.
RICH = """
import sys, numpy as np, torch
from harness import seeds
from harness.training import BackupAndRestore
from skorch import NeuralNetRegressor
from skorch.callbacks import Callback, EarlyStopping, EpochScoring, LRScheduler
from torch import nn

class Kill(Callback):
    def on_epoch_begin(self, net, **more):
        if len(net.history) == int(sys.argv[2]):
            raise MemoryError

seeds.seed_everything(3)
X = np.random.normal(size=(64, 3)).astype("float32")
net = NeuralNetRegressor(
    nn.Sequential(nn.LazyLinear(8), nn.BatchNorm1d(8), nn.Dropout(0.3), nn.LazyLinear(1)),
    optimizer=torch.optim.SGD, optimizer__momentum=0.9, lr=0.05, max_epochs=12, batch_size=16, verbose=0,
    callbacks=[
        ("backup", BackupAndRestore(0, sys.argv[1])), ("kill", Kill()),
        ("slower", LRScheduler("ReduceLROnPlateau", monitor="valid_loss", patience=1)),
        ("score", EpochScoring("r2", lower_is_better=False)), ("stop", EarlyStopping(patience=20, load_best=True)),
    ],
    iterator_train__shuffle=True, iterator_train__num_workers=2,
    **{f"iterator_train__{name}": value for name, value in seeds.loader(3, "batches").items()},
)
net.fit(X, X.sum(axis=1, keepdims=True) + np.random.normal(size=(64, 1)).astype("float32"))
rates = [group["lr"] for group in net.optimizer_.param_groups]
notes = [{name: value for name, value in epoch.items() if name not in ("dur", "batches")} for epoch in net.history]
print(json.dumps([rates, notes, net.predict(X).tolist()], default=float))
"""


@pytest.fixture(scope="module")
def study(render, hub, torch_place, tmp_path_factory):
    """Return a render with PyTorch, built, and the variables with which it was."""
    folder, env = render("cookiecutter", tmp_path_factory.mktemp("training"), framework="PyTorch"), hub
    env |= {"TORCH": str(torch_place), "OMP_NUM_THREADS": "1"}
    run("make", "setup", f"PYTHON={sys.executable}", cwd=folder, env=env)
    run("make", "lock", "setup", cwd=folder, env=env)
    return folder, env


def result(runs):
    """Return what the only finished run has written: scores without their seconds, predictions, curves."""
    (path,) = runs.glob("*/report.html")
    header, *lines = [line.split(",") for line in path.with_name("scores.csv").read_text("utf-8").splitlines()]
    chosen = [n for n, name in enumerate(header) if name not in ("fit_s", "score_s")]
    scores = [[line[n] for n in chosen] for line in (header, *lines)]
    curves = json.loads(path.with_name("failures.json").read_text("utf-8"))["curves"]
    return scores, path.with_name("predictions.csv").read_text("utf-8"), curves


def sessions(runs):
    """Return of each fit the epochs that each process began."""
    found = {}
    for line in (runs / "epochs.txt").read_text("utf-8").splitlines():
        process, fit, epoch = line.split()
        found.setdefault(fit, {}).setdefault(process, []).append(int(epoch))
    return found


@pytest.mark.slow
def test_a_run_that_is_killed_ten_times_while_its_networks_learn(study, tmp_path):
    """SIGKILL to the whole process group, at random moments at which a fit has a backup."""
    folder, env = study
    short_plan(folder)
    module = folder / "study" / "network.py"
    text = module.read_text("utf-8")
    for old, new in LONGER.items():
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    module.write_text(text, "utf-8")
    commit_all(folder, "Longer", env)
    finish(folder, env)
    undisturbed = (folder / "runs").rename(tmp_path / "undisturbed")
    killed = [killed_while_learning(folder, env, random.Random(kill)) for kill in range(KILLS)]
    finish(folder, env)
    compare(folder / "runs", undisturbed, killed)


def command(folder, workers):
    """Return the command of a run."""
    return [folder / ".venv" / "bin" / "python", "-m", "harness", "run", "--workers", str(workers)]


def finish(folder, env):
    """Run undisturbed."""
    run(*command(folder, 2), cwd=folder, env=env)


def killed_while_learning(folder, env, moment):
    """Kill a run while a fit has a backup of this process; return the fits that have any."""
    start = time.time()
    process = subprocess.Popen(
        command(folder, 1), cwd=folder, env=env, start_new_session=True, stdout=subprocess.DEVNULL
    )
    while not [path for path in backups(folder) if path.stat().st_mtime > start]:
        assert process.poll() is None
        time.sleep(0.02)
    time.sleep(moment.random() * 2)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    return {path.parent.name for path in backups(folder)}


def backups(folder):
    """List the backups of the fits under way."""
    return [*folder.glob("runs/.cache/files/*/training.pt")]


def compare(runs, undisturbed, killed):
    """Hold a run that was killed against one that was not."""
    assert result(runs) == result(undisturbed) and not [*runs.glob(".cache/files/*")]
    once, found = sessions(undisturbed), sessions(runs)
    assert found.keys() == once.keys() and all(len(one) == 1 for one in once.values())
    went_on = [epochs for of_fit in found.values() for epochs in [*of_fit.values()][1:]]
    print(
        f"went on in epoch {[epochs[0] for epochs in went_on]}, with backups at the kills of {[*map(len, killed)]} fits"
    )
    for name, of_fit in found.items():
        first, *later = of_fit.values()
        assert first[0] == 1 and (name not in set.union(*killed) or all(epochs[0] > 1 for epochs in later)), of_fit
        assert [first, *later][-1][-1] == [*once[name].values()][0][-1], "it stops after the same epoch"
    assert len(went_on) >= KILLS / 2, "most kills hit a training, and not what comes after it"


@pytest.mark.parametrize("epoch", [2, 4, 11])
def test_schedules_dropout_and_generators_of_loaders_go_on(study, tmp_path, epoch):
    folder, env = study
    python = folder / ".venv" / "bin" / "python"
    code = "import json\n" + RICH
    whole = run(python, "-c", code, tmp_path / "whole", 0, cwd=folder, env=env).stdout
    killed = run(python, "-c", code, tmp_path / "killed", epoch, cwd=folder, env=env, check=False)
    assert killed.stderr.strip().endswith("MemoryError")
    assert run(python, "-c", code, tmp_path / "killed", 0, cwd=folder, env=env).stdout == whole


def test_a_backup_that_cannot_be_read_is_named_and_the_fit_begins_anew(study, tmp_path):
    folder, env = study
    argv = [folder / ".venv" / "bin" / "python", "-c", "import json\n" + RICH]
    whole = run(*argv, tmp_path / "whole", 0, cwd=folder, env=env).stdout
    (tmp_path / "whole" / "training.pt").write_bytes(b"half of a f")
    said, again = run(*argv, tmp_path / "whole", 0, cwd=folder, env=env).stdout.splitlines()
    assert "training.pt cannot be read (" in said and again == whole.strip()
