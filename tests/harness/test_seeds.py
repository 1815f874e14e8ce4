"""Seeds: one root, a child of its own for every use, and a note of what the plan's were."""

import json
import os
import random
import sys
from types import SimpleNamespace

import numpy as np
import pytest

from harness import seeds


def test_a_generator_draws_the_same_again():
    first, again = (seeds.generator(8, "noise").integers(100, size=3).tolist() for _ in range(2))
    assert first == again != seeds.generator(8, "other").integers(100, size=3).tolist()


def test_the_global_generators_are_seeded():
    drawn = []
    for _ in range(2):
        seeds.seed_everything(1)
        drawn.append((random.random(), np.random.random()))
    assert drawn[0] == drawn[1]


def test_children_of_the_plan_are_noted():
    assert seeds.named(8) == {"root": 8}
    assert seeds.noting(8, lambda: seeds.noted(8, "split", 0)) == [2353093076, ["split/0"]]
    assert seeds.noting(8, lambda: None) == [None, []]
    assert seeds.named(8) == {"root": 8, "split/0": 2353093076}


@pytest.fixture
def torch(monkeypatch):
    """PyTorch as far as seeds know it, with one GPU, imported by a study."""
    state = {"deterministic": False}
    made = SimpleNamespace(
        state=state,
        __version__="2.13.0+cu130",
        manual_seed=lambda seed: state.update(seed=seed),
        use_deterministic_algorithms=lambda on: state.update(deterministic=on),
        are_deterministic_algorithms_enabled=lambda: state["deterministic"],
        initial_seed=lambda: 2**40 + 5,
        cuda=SimpleNamespace(
            device_count=lambda: 1, is_available=lambda: True, get_device_name=lambda gpu: f"GPU {gpu}"
        ),
        version=SimpleNamespace(cuda="13.0"),
        backends=SimpleNamespace(
            cudnn=SimpleNamespace(benchmark=True, version=lambda: 92000),
            cpu=SimpleNamespace(get_cpu_capability=lambda: "AVX2"),
        ),
    )
    monkeypatch.setitem(sys.modules, "torch", made)
    monkeypatch.setenv(seeds.CUBLAS, "")
    monkeypatch.delenv(seeds.CUBLAS)
    return made


def test_where_a_study_imports_pytorch_it_is_seeded_and_made_deterministic(torch):
    seeds.seed_everything(5)
    assert torch.state == {"seed": 5, "deterministic": True} and not torch.backends.cudnn.benchmark
    assert os.environ["CUBLAS_WORKSPACE_CONFIG"] == ":4096:8"


def test_what_was_set_and_the_device_are_told_for_the_record(torch):
    assert seeds.of_torch() == {
        "version": "2.13.0+cu130",
        "devices": ["GPU 0"],
        "cuda": "13.0",
        "cudnn": 92000,
        "capability": "AVX2",
        "deterministic": True,
        "cudnn_benchmark": False,
        "CUBLAS_WORKSPACE_CONFIG": ":4096:8",
    }
    torch.cuda.is_available = lambda: False
    assert seeds.of_torch()["devices"] == ["cpu"]


def test_a_worker_of_a_loader_seeds_python_and_numpy_by_what_pytorch_gave_it(torch):
    drawn = []
    for _ in range(2):
        seeds.seed_worker(0)
        drawn.append((random.random(), np.random.random()))
    random.seed(5)
    assert drawn[0] == drawn[1] and drawn[0][0] == random.random()


def test_the_state_of_all_generators_is_kept_as_json_and_taken_over(torch):
    torch.uint8, torch.tensor = "uint8", lambda numbers, dtype: np.array(numbers, dtype)
    torch.get_rng_state, torch.set_rng_state = lambda: np.array([1, 2]), lambda kept: setattr(torch, "kept", kept)
    torch.cuda.get_rng_state_all = lambda: [np.array([3]), np.array([4])]
    torch.cuda.set_rng_state_all = lambda kept: setattr(torch.cuda, "kept", kept)
    random.gauss(0, 1), np.random.normal()  # which keep a second number for later
    kept = json.loads(json.dumps(seeds.state()))
    drawn = [random.gauss(0, 1), random.random(), np.random.normal(), np.random.random()]
    seeds.seed_everything(9)
    seeds.set_state(kept)
    assert [random.gauss(0, 1), random.random(), np.random.normal(), np.random.random()] == drawn
    assert torch.kept.tolist() == [1, 2] and [one.tolist() for one in torch.cuda.kept] == [[3], [4]]
    torch.cuda.is_available, torch.cuda.kept = lambda: False, None
    seeds.set_state(seeds.state())
    assert torch.cuda.kept is None


def test_pytorch_is_left_alone_where_no_study_imports_it(monkeypatch):
    monkeypatch.delitem(sys.modules, "torch", raising=False)
    seeds.seed_everything(1)
    assert seeds.of_torch() == {} and "torch" not in sys.modules
