"""A network: what PyTorch trains, behind ``fit`` and ``predict`` by skorch."""

import numpy as np
import torch
from harness.seeds import seed_everything
from harness.training import BackupAndRestore
from skorch import NeuralNetClassifier
from skorch.callbacks import EarlyStopping
from skorch.dataset import ValidSplit
from torch import nn

from study.models import prepared

DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
ACTIVATIONS = {"relu": nn.ReLU, "tanh": nn.Tanh}


class Perceptron(nn.Module):
    """
    Layers that are fully connected; the first takes as many numbers as come.

    Parameters
    ----------
    depth, width : int
        Hidden layers, and the units of each.
    activation : str
        One of ACTIVATIONS.
    classes : int
        What it tells apart.
    """

    def __init__(self, depth=2, width=16, activation="relu", classes=2):
        super().__init__()
        hidden = [part for _ in range(depth) for part in (nn.LazyLinear(width), ACTIVATIONS[activation]())]
        self.layers = nn.Sequential(*hidden, nn.LazyLinear(classes))

    def forward(self, X):
        """Return a number for each class, from which softmax makes probabilities."""
        return self.layers(X)


class Network(NeuralNetClassifier):
    """
    A classifier of skorch whose classes have names, and whose seed is a parameter.

    ``train_split`` cuts off the rows that stop the training early. In a run the harness cuts them, so that rows that
    depend on each other stay together.
    """

    def __init__(self, *args, random_state=None, **settings):
        super().__init__(*args, **settings)
        self.random_state = random_state

    def fit(self, X, y):
        """Learn. First weights and order of the rows follow from the seed."""
        seed_everything(self.random_state)
        self.names_, numbers = np.unique(y, return_inverse=True)
        return super().fit(np.asarray(X, "float32"), numbers)

    @property
    def classes_(self):
        """The names, in the order of the probabilities."""
        return self.names_

    def predict_proba(self, X):
        """Tell the probability of each class."""
        return super().predict_proba(np.asarray(X, "float32"))

    def predict(self, X):
        """Name the likeliest class."""
        return self.names_[self.predict_proba(X).argmax(axis=1)]


def network(seed):
    """Two hidden layers of 16 units; the training stops once rows beside it are told no better for five epochs."""
    return prepared(
        Network(
            Perceptron,
            module__depth=2,
            module__width=16,
            module__activation="relu",
            criterion=nn.CrossEntropyLoss,
            optimizer=torch.optim.AdamW,
            lr=0.02,
            max_epochs=40,
            batch_size=64,
            iterator_train__shuffle=True,
            train_split=ValidSplit(5),
            callbacks=[("stop", EarlyStopping(patience=5, load_best=True)), ("backup", BackupAndRestore())],
            callbacks__valid_acc=None,
            callbacks__print_log=None,
            device=DEVICE,
            verbose=0,
            random_state=seed,
        )
    )
