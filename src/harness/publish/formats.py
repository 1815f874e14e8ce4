"""
A model as a file: written in each format, loaded again in another process, and shipped if it says the same.

No pickle is written or loaded: loading one runs whatever is in it. The bytes of a skops file are not the same twice, so
no two of them are compared.
"""

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import skops.io

from harness import files
from harness.method import fit

TOLERANCE = {"skops": 0.0, "onnx": 1e-5}  # bit by bit; 32-bit numbers, which ONNX computes with, have seven digits
ATTEMPTS = [  # of two ONNX files the first that agrees is shipped: some operators do not take 64-bit numbers
    {"format": "skops", "file": "model.skops"},
    {"format": "onnx", "file": "model.double.onnx", "numbers": "double"},
    {"format": "onnx", "file": "model.float.onnx", "numbers": "float"},
]
Outputs = Callable[[pd.DataFrame], dict[str, Any]]
LOAD = {
    "skops": [
        "import json, skops.io  # in the folder of the repository, whose study/ may hold classes of the model",
        "facts = json.load(open('results/model/model.json'))['formats']['skops']  # read its list of types first",
        "model = skops.io.load('results/model/model.skops', trusted=facts['types'])",
    ],
    "onnx": [
        "import onnxruntime",
        "model = onnxruntime.InferenceSession('results/model/model.onnx', providers=['CPUExecutionProvider'])",
        "outputs = model.run(None, columns)  # name -> array of shape (rows, 1), text as object",
    ],
}


def write_skops(model: Any, X: pd.DataFrame, path: Path, attempt: dict[str, Any]) -> None:
    """Write a model as skops; add the types that a reader has to trust, and the folders that they come from."""
    skops.io.dump(model, path, compression=zipfile.ZIP_DEFLATED, compresslevel=9)
    types = skops.io.get_untrusted_types(file=path)
    attempt |= {"types": types, "needs": sorted({one.partition(".")[0] for one in types} & {"study", "harness"})}


def write_onnx(model: Any, X: pd.DataFrame, path: Path, attempt: dict[str, Any]) -> None:
    """Write a model as ONNX, a graph of operators; each column is an input of its own."""
    from skl2onnx import to_onnx  # of the extra [publish]
    from skl2onnx.common import data_types as kinds

    number = {"double": kinds.DoubleTensorType, "float": kinds.FloatTensorType}[attempt["numbers"]]
    types = {name: number if pd.api.types.is_numeric_dtype(X[name]) else kinds.StringTensorType for name in X}
    columns = [(name, kind([None, 1])) for name, kind in types.items()]
    options = {"zipmap": False} if hasattr(model, "classes_") else None
    path.write_bytes(to_onnx(model, initial_types=columns, options=options).SerializeToString())


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


WRITERS = {"skops": write_skops, "onnx": write_onnx}
LOADERS = {"skops": by_skops, "onnx": by_onnx}


def write(attempt: dict[str, Any], model: Any, X: pd.DataFrame, folder: Path) -> dict[str, Any]:
    """Write a model in one format; return it with what loading needs, or why it cannot be written."""
    found = dict(attempt)
    try:
        WRITERS[attempt["format"]](model, X, folder / attempt["file"], found)
    except Exception as error:  # whatever it is, it is why this format is not shipped
        found["reason"] = f"it cannot be written: {in_a_line(error)}"
    return found


def reload(folder: Path, attempts: list[dict[str, Any]], asked: list[tuple[pd.DataFrame, dict[str, Any]]]) -> None:
    """
    Load each format and compare its outputs with those of the model that was fitted, on the rows that are asked about.

    Write into each attempt ``rows`` and ``largest_difference``, or the ``reason`` against it.
    """
    for attempt in (one for one in attempts if "reason" not in one):
        kind = attempt["format"]
        try:
            outputs = LOADERS[kind](folder / attempt["file"], attempt)
            largest = max([compare(expected, outputs(X), kind == "skops") for X, expected in asked])
        except Exception as error:  # whatever it is, it is why this format is not shipped
            attempt["reason"] = f"reloaded in a fresh process: {in_a_line(error)}"
            continue
        attempt |= {"rows": len(asked[0][0]), "largest_difference": largest, "tolerance": TOLERANCE[kind]}
        if not largest <= TOLERANCE[kind]:  # so that what is not a number is no agreement
            attempt["reason"] = f"reloaded in a fresh process, its outputs differ by up to {largest:.2g}"


def in_a_line(error: Exception) -> str:
    """Say in a line what went wrong."""
    return f"{type(error).__name__}: {' '.join(str(error).split())}"[:200]


def compare(expected: dict[str, Any], outputs: dict[str, Any], everything: bool) -> float:
    """Return the largest difference over the methods that both models have; a model may have to have them all."""
    shared = [name for name in expected if name != "classes" and expected[name] is not None]
    missing = [name for name in shared if outputs.get(name) is None]
    if missing and (everything or "predict" in missing):
        raise ValueError(f"it has no {missing[0]}")
    return max(difference(expected[name], outputs[name]) for name in shared if name not in missing)


def difference(expected: Any, outputs: Any) -> float:
    """Return the largest difference of outputs, relative where a value exceeds 1; ValueError if a label differs."""
    one = np.asarray(expected)
    other = np.reshape(outputs, one.shape)
    if one.dtype.kind != "f":
        if wrong := int((one != other).sum()):
            raise ValueError(f"{wrong} of {len(one)} predictions differ")
        return 0.0
    same = (one == other) | (np.isnan(one) & np.isnan(other))
    return float(np.where(same, 0, np.abs(one - other) / np.maximum(1, np.abs(one))).max(initial=0))


def chosen(folder: Path, kind: str, attempts: list[dict[str, Any]]) -> dict[str, Any]:
    """Keep the first file of a format that came back as it was; else say why there is none."""
    of_kind = [one for one in attempts if one["format"] == kind]
    good = next((one for one in of_kind if "reason" not in one), None)
    for one in of_kind:
        if one is not good:
            (folder / one["file"]).unlink(missing_ok=True)
    if good is None:
        return {"reason": "; ".join(dict.fromkeys(one["reason"] for one in of_kind))}
    path = (folder / good["file"]).rename(folder / f"model.{kind}")
    facts = {"file": path.name, "bytes": path.stat().st_size, "sha256": files.file_hash(path)}
    return good | facts | {"load": LOAD[kind]}
