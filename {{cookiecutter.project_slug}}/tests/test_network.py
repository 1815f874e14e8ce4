"""The network is determined by its seed: weights, order of the rows, a training that goes on, weights from a file."""

import random

import numpy as np
import pandas as pd
import pytest
import torch
from harness.seeds import generator, loader
from safetensors.torch import load_file, save_file
from skorch.callbacks import Callback
from torch.utils.data import DataLoader, Dataset

from study.network import DEVICE, Perceptron, network


@pytest.fixture(scope="module")
def rows():
    """Two numbers and a name of 120 rows, and what they are."""
    draw = generator(1, "rows")
    X = pd.DataFrame(draw.normal(size=(120, 2)), columns=["a", "b"]).assign(c=draw.choice(["x", "y"], 120))
    return X, pd.Series(np.where(X["a"] + draw.normal(size=120) > 0, "more", "less"))


class Batches(Callback):
    """Note which rows come in which order."""

    def on_batch_begin(self, net, batch, training=False, **more):
        """Note a batch."""
        self.seen = [*getattr(self, "seen", []), *batch[0].cpu().numpy().tolist()]


def fitted(rows, seed, **settings):
    """Fit the network, with other settings than its own where some are given."""
    model = network(seed)
    model[-1].set_params(**settings)
    return model.fit(*rows)


def weights(model):
    """Return all weights as one list of numbers."""
    return np.concatenate([value.cpu().numpy().ravel() for value in model[-1].module_.state_dict().values()]).tolist()


def test_the_same_seed_gives_the_same_weights(rows):
    first, again, other = (weights(fitted(rows, seed)) for seed in (1, 1, 2))
    assert first == again != other


def test_the_same_seed_gives_the_same_order_of_rows(rows):
    orders = [Batches() for _ in range(3)]
    for order, seed in zip(orders, (1, 1, 2), strict=True):
        fitted(rows, seed, callbacks=[order], max_epochs=2, train_split=None)
    first, again, other = (order.seen for order in orders)
    assert first == again != other
    assert first[:120] != first[120:]


class Noisy(Dataset):
    """Forty numbers, each with noise that is drawn where it is read."""

    def __len__(self):
        return 40

    def __getitem__(self, number):
        return number + random.random()


def test_workers_of_a_loader_draw_by_the_seed():
    orders = [DataLoader(Noisy(), 8, shuffle=True, num_workers=2, **loader(seed, "order")) for seed in (1, 1, 2)]
    first, again, other = (torch.cat([*order]).tolist() for order in orders)
    assert first == again != other


class Epochs(Callback):
    """Count the epochs that are done here; end the training before one of them, as a kill does."""

    def __init__(self, killed_before=None):
        self.killed_before, self.done = killed_before, 0

    def on_epoch_begin(self, net, **more):
        """Count one."""
        if len(net.history) == self.killed_before:
            raise MemoryError
        self.done += 1


@pytest.mark.parametrize(("epoch", "epochs"), [(2, 40), (6, 7), (8, 40)])
def test_a_training_that_was_killed_goes_on_and_ends_as_one_that_was_not(rows, tmp_path, epoch, epochs):
    whole = fitted(rows, 1, max_epochs=epochs)
    kept = {"callbacks__backup__dirname": str(tmp_path), "callbacks__backup__every_s": 0, "max_epochs": epochs}
    with pytest.raises(MemoryError):
        fitted(rows, 1, callbacks=[*network(1)[-1].callbacks, Epochs(epoch)], **kept)
    count = Epochs()
    later = fitted(rows, 1, callbacks=[*network(1)[-1].callbacks, count], **kept)
    assert count.done == len(whole[-1].history) - (epoch - 1)  # those before are not done again
    assert weights(later) == weights(whole)
    losses = [model[-1].history[:, ("train_loss", "valid_loss")] for model in (whole, later)]
    assert losses[0] == losses[1]


def test_weights_from_a_file_say_the_same(rows, tmp_path):
    model = fitted(rows, 1)
    save_file(model[-1].module_.state_dict(), tmp_path / "weights.safetensors")
    again = Perceptron().to(DEVICE)
    again.load_state_dict(load_file(tmp_path / "weights.safetensors", DEVICE))
    X = torch.tensor(np.asarray(model[:-1].transform(rows[0]), "float32"), device=DEVICE)
    with torch.inference_mode():
        assert torch.equal(again(X), model[-1].module_(X))
