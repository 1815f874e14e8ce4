"""
Reload: an exported model is loaded in a process that never saw it fitted, and asked again about the same rows.

``python -m harness.publish.reload FOLDER`` reads from the folder what `export` wrote there, and writes what it found.
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import skops.io
from threadpoolctl import threadpool_limits

from harness import study as place
from harness.method import fit, inputs
from harness.method.inputs import Study

DRAFT = "draft.json"  # what the present process and the fresh one tell each other
TOLERANCE = {"skops": 0.0, "onnx": 1e-5}  # bit by bit; 32-bit numbers, which ONNX computes with, have seven digits

Outputs = Callable[[pd.DataFrame], dict[str, Any]]


def rows(study: Study) -> pd.DataFrame:
    """Return the features of all rows that may be looked at: development and canaries, never the sealed ones."""
    return pd.concat([study.development.X, study.canaries.X])


def example_rows(facts: dict[str, Any]) -> pd.DataFrame:
    """Make a table of one row, as the model takes it, from the example and the input schema in model.json."""
    types = {
        one["name"]: pd.CategoricalDtype(one["values"]) if "values" in one else one["dtype"] for one in facts["input"]
    }
    return pd.DataFrame([facts["example"]["input"]])[list(types)].astype(types)


def by_skops(path: Path, attempt: dict[str, Any]) -> Outputs:
    """Load a model with the listed types trusted, and no others; return a function from rows to its outputs."""
    model = skops.io.load(path, trusted=attempt["types"])
    return lambda X: fit.outputs(model, X)


def by_onnx(path: Path, attempt: dict[str, Any]) -> Outputs:
    """Load a model without scikit-learn; return a function from rows to its outputs."""
    import onnxruntime  # of the extra [publish]

    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    number = {"double": np.float64, "float": np.float32}[attempt["numbers"]]

    def outputs(X: pd.DataFrame) -> dict[str, Any]:
        dtypes = {name: number if pd.api.types.is_numeric_dtype(X[name]) else object for name in X}
        found = session.run(None, {name: X[[name]].to_numpy(dtype) for name, dtype in dtypes.items()})
        return dict(zip(("predict", "predict_proba"), found, strict=False))

    return outputs


LOADERS = {"skops": by_skops, "onnx": by_onnx}


def difference(said: Any, again: Any) -> float:
    """
    Return the largest difference between two models' outputs of the same rows, relative where a value exceeds 1.

    ValueError if a predicted label differs, or there is another number of outputs.
    """
    one = np.asarray(said)
    other = np.reshape(again, one.shape)
    if one.dtype.kind != "f":
        if wrong := int((one != other).sum()):
            raise ValueError(f"{wrong} of {len(one)} predictions differ")
        return 0.0
    same = (one == other) | (np.isnan(one) & np.isnan(other))
    return float(np.where(same, 0, np.abs(one - other) / np.maximum(1, np.abs(one))).max(initial=0))


def told(error: Exception) -> str:
    """Say in a line what went wrong."""
    return f"{type(error).__name__}: {' '.join(str(error).split())}"[:200]


def compare(said: dict[str, Any], again: dict[str, Any], everything: bool) -> float:
    """Return the largest difference over the methods that both models have; a model may have to have them all."""
    shared = [name for name in said if name != "classes" and said[name] is not None]
    missing = [name for name in shared if again.get(name) is None]
    if missing and (everything or "predict" in missing):
        raise ValueError(f"it has no {missing[0]}")
    return max(difference(said[name], again[name]) for name in shared if name not in missing)


def try_again(folder: Path, study: Study, facts: dict[str, Any]) -> None:
    """Load each format and compare; write into it ``rows`` and ``largest_difference``, or the ``reason`` against it."""
    asked = [(rows(study), facts["said"]), (example_rows(facts), facts["example"]["output"])]
    for attempt in facts["attempts"]:
        if "reason" in attempt:
            continue
        kind = attempt["format"]
        try:
            outputs = LOADERS[kind](folder / attempt["file"], attempt)
            found = max([compare(said, outputs(X), kind == "skops") for X, said in asked])
        except Exception as error:  # whatever it is, it is why this format is not shipped
            attempt["reason"] = f"reloaded in a fresh process: {told(error)}"
            continue
        attempt |= {"rows": len(asked[0][0]), "largest_difference": found, "tolerance": TOLERANCE[kind]}
        if not found <= TOLERANCE[kind]:  # so that what is not a number is no agreement
            attempt["reason"] = f"reloaded in a fresh process, its outputs differ by up to {found:.2g}"


if __name__ == "__main__":
    draft = Path(sys.argv[1], DRAFT)
    facts = json.loads(draft.read_text(encoding="utf-8"))
    with threadpool_limits(1):
        try_again(draft.parent, inputs.read(place.enter()), facts)
    draft.write_text(json.dumps(facts["attempts"]), encoding="utf-8")
