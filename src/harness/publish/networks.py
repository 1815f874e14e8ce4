"""A network of PyTorch as files: its weights, its module by name, and the preparation in front of it; or one graph."""

import importlib
import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from harness import files

# By the loss: what makes probabilities of a module's output. Whether it is so, the comparison tells.
NONLINEAR = {"CrossEntropyLoss": "softmax", "BCEWithLogitsLoss": "sigmoid"}


def split(model: Any) -> tuple[Any, Any]:
    """Take a fitted model apart: what is in front of its last step, or None, and that step."""
    return (model[:-1] if len(model.steps) > 1 else None, model[-1]) if hasattr(model, "steps") else (None, model)


def is_network(model: Any) -> bool:
    """Return whether the last step of a fitted model holds a module of PyTorch, as skorch keeps it."""
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(getattr(split(model)[1], "module_", None), torch.nn.Module)


def described(last: Any) -> dict[str, Any]:
    """Return what it takes to build a network anew: class and parameters of its module, and what its output means."""
    kind = type(last.module_)
    parameters = {name: value for name, value in last.get_params().items() if name.startswith("module__")}
    named: dict[str, Any] = {"class": f"{kind.__module__}.{kind.__qualname__}"}
    named["parameters"] = {name.removeprefix("module__"): value for name, value in parameters.items()}
    json.dumps(named)  # what cannot be written there cannot be built from it: that is a reason, said by who asked
    classes = np.asarray(last.classes_).tolist() if hasattr(last, "classes_") else None
    return {"module": named, "classes": classes, "nonlinearity": NONLINEAR.get(type(last.criterion_).__name__)}


def write_safetensors(model: Any, path: Path, facts: dict[str, Any], prepare: Callable[..., None]) -> None:
    """Write the weights; and the preparation by a function, with the facts of its file."""
    import safetensors.torch  # of the study

    before, last = split(model)
    weights = {name: value.detach().cpu().contiguous() for name, value in last.module_.state_dict().items()}
    safetensors.torch.save_file(weights, path)
    facts |= described(last) | {"needs": ["study"]}
    if before is not None:
        place = path.with_name("preparation.skops")
        prepare(before, None, place, front := {"file": place.name})
        facts["preparation"] = front | {"sha256": files.file_hash(place)}


def by_safetensors(path: Path, facts: dict[str, Any], prepared: Callable[..., Any]) -> Callable[..., Any]:
    """Build the module anew and load its weights; return a function from rows to its outputs."""
    import safetensors.torch
    import torch

    room, _, kind = facts["module"]["class"].rpartition(".")
    module = getattr(importlib.import_module(room), kind)(**facts["module"]["parameters"])
    module.load_state_dict(safetensors.torch.load_file(path))
    front = (
        prepared(path.with_name("preparation.skops"), facts["preparation"]) if "preparation" in facts else np.asarray
    )

    def outputs(X: pd.DataFrame) -> dict[str, Any]:
        with torch.inference_mode():
            raw = module.eval()(torch.tensor(np.asarray(front(X), "float32")))
            return meaning(chance(raw, facts["nonlinearity"]).numpy(), facts["classes"])

    return outputs


def chance(raw: Any, nonlinearity: str | None) -> Any:
    """Make probabilities of what a module returns, a row for each; or leave it, where it is the prediction."""
    if nonlinearity == "sigmoid":
        ones = raw.reshape(-1, 1).sigmoid()
        return sys.modules["torch"].cat([1 - ones, ones], 1)
    return raw.softmax(1) if nonlinearity == "softmax" else raw


def meaning(numbers: np.ndarray, classes: list[Any] | None) -> dict[str, Any]:
    """Return prediction and probabilities by the names of the classes; without classes, the numbers themselves."""
    if classes is None:
        return {"predict": numbers}
    return {"predict": np.asarray(classes)[numbers.argmax(axis=1)], "predict_proba": numbers}


def graph(model: Any, convert: Callable[..., Any], X: pd.DataFrame, facts: dict[str, Any]) -> bytes:
    """Return model and preparation as one ONNX graph from columns to probabilities, or to the prediction."""
    import onnx
    import torch

    before, last = split(model)
    facts |= described(last)

    class Said(torch.nn.Module):
        """The module, and what makes probabilities of its output."""

        def __init__(self) -> None:
            super().__init__()
            self.module = last.module_

        def forward(self, rows: Any) -> Any:
            return chance(self.module(rows), facts["nonlinearity"])

    rows = torch.tensor(
        np.asarray(X if before is None else before.transform(X.iloc[:2]), "float32"), device=last.device
    )
    names = {"input_names": ["rows"], "output_names": ["said"], "dynamic_axes": {"rows": {0: "n"}}}
    torch.onnx.export(Said().eval(), (rows,), stream := io.BytesIO(), dynamo=False, **names)
    network = onnx.load_from_string(stream.getvalue())
    if before is None:
        raise ValueError("a network without a preparation in front of it takes no columns by name")
    front = convert(before, {"": network.opset_import[0].version})
    network.ir_version = front.ir_version
    return onnx.compose.merge_models(front, network, io_map=[(front.graph.output[0].name, "rows")]).SerializeToString()
