"""Training that goes on: a network of skorch that is killed while it learns ends as if nobody had killed it."""

import json
import os
import time
from pathlib import Path
from typing import Any, Self

import numpy as np
import torch
from skorch.callbacks import Callback

from harness import files, seeds

PLAIN = (bool, int, float, str, type(None), np.generic, torch.Tensor)  # what a file can hold
LOADERS = ("iterator_train", "iterator_valid")


class BackupAndRestore(Callback):
    """
    Keep the state of a training; where one is kept, go on from it, and end with the same bits.

    Named after the callback of Keras that does so. The state is that at the end of an epoch: weights, optimizer,
    criterion, history, what the other callbacks noted (such as what stops the training early), and all generators of
    random numbers. It is taken where the next epoch begins, so that the order of the callbacks does not matter.

    Parameters
    ----------
    every_s : float
        Seconds between two backups, at least. A fit that is quicker writes nothing.
    dirname : str
        Folder. In a run the harness gives each fit one of its own; without one nothing is kept.

    Examples
    --------
    >>> network = NeuralNetClassifier(Module, callbacks=[EarlyStopping(), BackupAndRestore()])  # doctest: +SKIP
    """

    def __init__(self, every_s: float = 10, dirname: str = "") -> None:
        self.every_s, self.dirname = every_s, dirname

    def initialize(self) -> Self:
        """Make the folder."""
        if self.dirname:
            os.makedirs(self.dirname, exist_ok=True)
        return self

    def on_train_begin(self, net: Any, X: Any = None, y: Any = None, **more: Any) -> None:
        """Read what is kept, so that only the epochs that are left are done."""
        self.backup_, self.kept_, self.max_epochs_ = Path(self.dirname, "training.pt"), {}, net.max_epochs
        self.backup_due_ = time.monotonic() + self.every_s
        self.progress_due_ = time.monotonic() + 1
        if self.dirname and self.backup_.is_file() and not net.history:
            self.kept_ = read(self.backup_)
            net.max_epochs -= len(self.kept_.get("history", []))

    def on_epoch_begin(self, net: Any, dataset_train: Any = None, dataset_valid: Any = None, **more: Any) -> None:
        """Take over what is kept; later, keep the state if it is time."""
        now = time.monotonic()
        if self.kept_:
            restore(net, self.kept_)
            self.kept_ = {}
        elif self.dirname and now >= self.backup_due_ and net.history[:-1]:
            part = self.backup_.with_suffix(".part")
            with part.open("wb") as file:
                torch.save(state(net), file)
                os.fsync(file.fileno())
            os.replace(part, self.backup_)  # whole or not at all
            self.backup_due_ = now + self.every_s
        if self.dirname and now >= self.progress_due_:
            Path(self.dirname, files.PROGRESS).write_text(f"epoch {len(net.history)} of {self.max_epochs_}", "utf-8")
            self.progress_due_ = now + 1

    def on_train_end(self, net: Any, X: Any = None, y: Any = None, **more: Any) -> None:
        """Leave the parameter as it was."""
        net.max_epochs = self.max_epochs_


def read(path: Path) -> dict[str, Any]:
    """Return the state that a file holds; {} of one that cannot be read, which is named. No code of it is run."""
    try:
        return torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # whatever its reader stumbles over in half a file
        print(f"training: {path} cannot be read ({type(error).__name__}); the fit begins anew", flush=True)
        return {}


def holders(net: Any) -> dict[str, Any]:
    """Return what holds a state, by name: the other callbacks, and the network itself."""
    return {"": net} | {name: one for name, one in net.callbacks_ if not isinstance(one, BackupAndRestore)}


def made(holder: Any) -> dict[str, Any]:
    """Return what was made in fitting, by name; a class is not, such as that of a schedule."""
    return {name: value for name, value in vars(holder).items() if name.endswith("_") and not isinstance(value, type)}


def generators(net: Any) -> dict[str, Any]:
    """Return the generators that the data loaders of a network have for themselves."""
    found = {name: net.get_params_for(name).get("generator") for name in LOADERS}
    return {name: generator for name, generator in found.items() if generator is not None}


def is_plain(value: Any) -> bool:
    """Return whether a value can be kept as it is: a number, a text, a tensor, or weights by name."""
    return isinstance(value, PLAIN) or isinstance(value, dict) and all(torch.is_tensor(one) for one in value.values())


def state(net: Any) -> dict[str, Any]:
    """Return the state of a network at the end of its last epoch, where the next one has just begun."""
    parts, notes = {}, {}
    for name, holder in holders(net).items():
        values = made(holder).items()
        parts[name] = {key: value.state_dict() for key, value in values if hasattr(value, "state_dict")}
        plain = {} if holder is net else {key: value for key, value in values if is_plain(value)}
        notes[name] = {key: value.item() if isinstance(value, np.generic) else value for key, value in plain.items()}
    return {
        "parts": parts,  # modules, optimizers, schedules
        "notes": notes,  # the best epoch, and how long it is ago
        "generators": {name: generator.get_state() for name, generator in generators(net).items()},
        "history": json.loads(json.dumps(net.history[:-1], default=lambda value: value.tolist())),  # also NumPy's
        "seeds": seeds.state(),
    }


def restore(net: Any, kept: dict[str, Any]) -> None:
    """Give a network a state that was kept; its next epoch has just begun."""
    for name, holder in holders(net).items():
        for key, value in kept["parts"][name].items():
            getattr(holder, key).load_state_dict(value)
        for key, value in kept["notes"][name].items():
            setattr(holder, key, value)
    for name, generator in generators(net).items():
        generator.set_state(kept["generators"][name])
    net.history[:] = kept["history"]
    net.on_epoch_begin(net)  # notes the epoch
    seeds.set_state(kept["seeds"])
