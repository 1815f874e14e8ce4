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


def result(folder):
    """Return what the only run has written: scores without their seconds, predictions, curves."""
    (path,) = folder.glob("runs/*/report.html")
    header, *lines = [line.split(",") for line in path.with_name("scores.csv").read_text("utf-8").splitlines()]
    chosen = [n for n, name in enumerate(header) if name not in ("fit_s", "score_s")]
    scores = [[line[n] for n in chosen] for line in (header, *lines)]
    curves = json.loads(path.with_name("failures.json").read_text("utf-8"))["curves"]
    return scores, path.with_name("predictions.csv").read_text("utf-8"), curves


def sessions(folder):
    """Return of each fit the epochs that each process began."""
    found = {}
    for line in (folder / "runs" / "epochs.txt").read_text("utf-8").splitlines():
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
    argv = [folder / ".venv" / "bin" / "python", "-m", "harness", "run", "--workers", "2"]
    run(*argv, cwd=folder, env=env)
    expected, undisturbed = result(folder), sessions(folder)
    assert all(len(one) == 1 for one in undisturbed.values())
    (folder / "runs").rename(tmp_path / "undisturbed")

    moment, gone_on = random.Random(1), []
    for _ in range(KILLS):
        process = subprocess.Popen(argv, cwd=folder, env=env, start_new_session=True, stdout=subprocess.DEVNULL)
        begun = len(sessions(folder)) if gone_on else 0
        while not (folder / "runs" / "epochs.txt").exists() or len(sessions(folder)) <= begun:
            assert process.poll() is None
            time.sleep(0.02)
        time.sleep(moment.random())
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        gone_on.append({path.parent.name for path in folder.glob("runs/.cache/files/*/training.pt")})
    print(f"killed with backups of {[len(names) for names in gone_on]} fits")
    assert all(gone_on)
    run(*argv, cwd=folder, env=env)
    assert result(folder) == expected
    assert not [*folder.glob("runs/.cache/files/*")]
    found = sessions(folder)
    for name in set.union(*gone_on):
        first, *later = found[name].values()
        assert first[0] == 1 and all(epochs[0] > 1 for epochs in later), found[name]
        assert later and later[-1][-1] == [*undisturbed[name].values()][0][-1], "it stops at the same epoch"
    assert found.keys() == undisturbed.keys()


@pytest.mark.parametrize("epoch", [2, 4, 11])
def test_schedules_dropout_and_generators_of_loaders_go_on(study, tmp_path, epoch):
    folder, env = study
    python = folder / ".venv" / "bin" / "python"
    code = "import json\n" + RICH
    whole = run(python, "-c", code, tmp_path / "whole", 0, cwd=folder, env=env).stdout
    killed = run(python, "-c", code, tmp_path / "killed", epoch, cwd=folder, env=env, check=False)
    assert killed.stderr.strip().endswith("MemoryError")
    assert run(python, "-c", code, tmp_path / "killed", 0, cwd=folder, env=env).stdout == whole
