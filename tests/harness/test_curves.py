"""Curves of a training: what each kind of model noted of its epochs, in the run and in the report."""

import json
from types import SimpleNamespace

import numpy as np
import pytest
import test_report
from sklearn.linear_model import Ridge
from sklearn.neural_network import MLPRegressor
from sklearn.pipeline import make_pipeline
from test_evaluate import study

from harness.fits import curves, evaluation
from harness.report import page

EPOCHS = [  # as skorch's history notes them
    {"epoch": 1, "dur": 0.1, "batches": [{}], "train_batch_count": 2, "train_loss": 2.0, "train_loss_best": True},
    {"epoch": 2, "dur": 0.1, "batches": [{}], "train_batch_count": 2, "train_loss": 1.5, "train_loss_best": True},
]


def test_the_numbers_of_each_epoch_are_taken_and_nothing_else():
    assert curves.of_fit(SimpleNamespace(history=EPOCHS)) == {"train_loss": [2.0, 1.5]}
    assert curves.of_fit(make_pipeline("passthrough", SimpleNamespace(history=EPOCHS))) == {"train_loss": [2.0, 1.5]}
    assert curves.of_fit(SimpleNamespace(history=[])) == curves.of_fit(Ridge()) == {}
    assert curves.of_fit(SimpleNamespace(history="of the idea")) == {}


def test_what_an_epoch_lacks_or_is_no_number_is_none():
    """A score that comes after the callback that stops the training is missing in the last epoch."""
    epochs = [
        {"epoch": 1, "loss": 2.0, "auc": 0.5},
        {"epoch": 2, "loss": float("nan"), "auc": 0.6},
        {"epoch": 3, "loss": 1.0},
    ]
    found = curves.of_fit(SimpleNamespace(history=epochs))
    assert found == {"loss": [2.0, None, 1.0], "auc": [0.5, 0.6, None]}


@pytest.mark.filterwarnings("ignore:Stochastic Optimizer")
def test_a_run_keeps_those_of_each_role_in_the_folds_of_the_first_repeat():
    def perceptron(seed):
        return MLPRegressor(hidden_layer_sizes=(2,), max_iter=4, random_state=seed)

    models = {"perceptron": perceptron}
    made = study(candidate="perceptron", models=models, nuisances={"random": []}, ablations={})
    found = evaluation.evaluate(made, workers=1).curves
    assert [(one["name"], one["fold"]) for one in found] == [("candidate", fold) for fold in range(4)]
    losses = [one["curves"]["train_loss"] for one in found]
    assert all(len(line) == 4 for line in losses) and losses[0] != losses[1]


def test_the_report_draws_them_where_there_are_any(tmp_path):
    folder = test_report.write(tmp_path / "run", test_report.run())
    assert "epoch by epoch" not in page.write_report(folder).read_text("utf-8")
    told = json.loads((folder / "failures.json").read_text("utf-8"))
    told["curves"] = [
        {
            "name": name,
            "fold": fold,
            "curves": {"train_loss": [*np.linspace(2, 1, 5 + fold)], "valid_loss": [2.0, None, 1.5]},
        }
        for name in ("candidate", "rival")
        for fold in range(3)
    ]
    (folder / "failures.json").write_text(json.dumps(told), "utf-8")
    text = page.write_report(folder, apart=True).read_text("utf-8")
    assert "epoch by epoch" in text and "train_loss" in text and "valid_loss" in text
    svg = (folder / "figures" / "curves.svg").read_text("utf-8")
    assert svg.count("stroke-width: 0.6") == 6, "a thin line for each fold and curve of the candidate"
