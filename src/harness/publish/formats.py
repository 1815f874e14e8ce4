"""
A model as a file: written in each format, loaded again in another process, and shipped if it says the same.

No pickle is written or loaded: loading one runs whatever is in it.
"""

import functools
import textwrap
import zipfile
from collections.abc import Callable
from concurrent.futures import Executor
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import skops.io
from threadpoolctl import threadpool_limits

from harness import files
from harness.fits import fit
from harness.publish import networks

# Bit by bit; 32-bit numbers, which ONNX and networks compute with, have seven digits.
TOLERANCE = {"skops": 0.0, "onnx": 1e-5, "safetensors": 1e-5}
# Of two ONNX files the first that agrees is shipped: some operators do not take 64-bit numbers.
VARIANTS: dict[str, list[dict[str, str]]] = {"skops": [{}], "onnx": [{"numbers": "double"}, {"numbers": "float"}]}
NETWORK: dict[str, list[dict[str, str]]] = {"safetensors": [{}], "onnx": [{"numbers": "float"}]}
Outputs = Callable[[pd.DataFrame], dict[str, Any]]
Samples = list[tuple[pd.DataFrame, dict[str, Any]]]  # rows, and what the fitted model says of them
LOAD = files.load(Path(__file__).parent, "formats.toml")  # the lines that load each


def write_skops(model: Any, X: pd.DataFrame, path: Path, facts: dict[str, Any]) -> None:
    """Write a model as skops; add the types that a reader has to trust, and the folders that they come from."""
    skops.io.dump(model, path, compression=zipfile.ZIP_DEFLATED, compresslevel=9)
    types = skops.io.get_untrusted_types(file=path)
    facts |= {"types": types, "needs": sorted({name.partition(".")[0] for name in types} & {"study", "harness"})}


def write_onnx(model: Any, X: pd.DataFrame, path: Path, facts: dict[str, Any]) -> None:
    """Write a model as ONNX, a graph of operators; each column is an input of its own."""
    from skl2onnx import to_onnx  # of the extra [publish]
    from skl2onnx.common import data_types as kinds

    number = {"double": kinds.DoubleTensorType, "float": kinds.FloatTensorType}[facts["numbers"]]
    types = {name: number if pd.api.types.is_numeric_dtype(X[name]) else kinds.StringTensorType for name in X}
    columns = [(name, kind([None, 1])) for name, kind in types.items()]
    if networks.is_network(model):
        convert = functools.partial(to_onnx, initial_types=columns)
        path.write_bytes(networks.graph(model, lambda front, opset: convert(front, target_opset=opset), X, facts))
        return
    options = {"zipmap": False} if hasattr(model, "classes_") else None
    path.write_bytes(to_onnx(model, initial_types=columns, options=options).SerializeToString())


def by_skops(path: Path, facts: dict[str, Any]) -> Outputs:
    """Load a model with the listed types trusted, and no others; return a function from rows to its outputs."""
    model = skops.io.load(path, trusted=facts["types"])
    return lambda X: fit.outputs(model, X)


def by_onnx(path: Path, facts: dict[str, Any]) -> Outputs:
    """Load a model without scikit-learn; return a function from rows to its outputs."""
    import onnxruntime  # of the extra [publish]

    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    number = {"double": np.float64, "float": np.float32}[facts["numbers"]]

    def outputs(X: pd.DataFrame) -> dict[str, Any]:
        dtypes = {name: number if pd.api.types.is_numeric_dtype(X[name]) else object for name in X}
        results = session.run(None, {name: X[[name]].to_numpy(dtype) for name, dtype in dtypes.items()})
        if "module" in facts:
            return networks.meaning(results[0], facts["classes"])
        return dict(zip(("predict", "predict_proba"), results, strict=False))

    return outputs


def write_safetensors(model: Any, X: pd.DataFrame, path: Path, facts: dict[str, Any]) -> None:
    """Write the weights of a network as safetensors, and the preparation in front of it as skops."""
    networks.write_safetensors(model, path, facts, write_skops)


def by_safetensors(path: Path, facts: dict[str, Any]) -> Outputs:
    """Build a network anew, with the listed types of its preparation trusted; return a function to its outputs."""
    return networks.by_safetensors(path, facts, lambda at, of: skops.io.load(at, trusted=of["types"]).transform)


WRITERS = {"skops": write_skops, "onnx": write_onnx, "safetensors": write_safetensors}
LOADERS = {"skops": by_skops, "onnx": by_onnx, "safetensors": by_safetensors}


def variants(model: Any) -> dict[str, list[dict[str, str]]]:
    """Return the formats that hold a fitted model, each with its variants in the order in which they are tried."""
    return NETWORK if networks.is_network(model) else VARIANTS


def ship(kind: str, model: Any, samples: Samples, folder: Path, pool: Executor) -> dict[str, Any]:
    """
    Write a model in a format, in its first variant that says the same of samples when a process of a pool reloads it.

    Return what model.json says of the file, or the reasons why there is none.
    """
    path, reasons = folder / f"model.{kind}", []
    for variant in variants(model)[kind]:
        facts: dict[str, Any] = {"format": kind, "file": path.name, **variant}
        step, named = "it cannot be written", f"as {variant['numbers']} numbers, " if variant else ""
        try:
            WRITERS[kind](model, samples[0][0], path, facts)
            step = "reloaded in a fresh process"
            difference = pool.submit(reload, kind, path, facts, samples).result()
        except Exception as error:  # whatever it is, it is why this format is not shipped
            said = " ".join(str(error).replace(f"{folder}/", "").split())  # others read it, who have no such folder
            reasons.append(textwrap.shorten(f"{named}{step}: {type(error).__name__}: {said}", 240, placeholder=" ..."))
            continue
        if difference <= TOLERANCE[kind]:  # so that what is not a number is no agreement
            facts |= {"rows": len(samples[0][0]), "largest_difference": difference, "tolerance": TOLERANCE[kind]}
            return facts | {
                "bytes": path.stat().st_size,
                "sha256": files.file_hash(path),
                "load": LOAD["graph" if kind == "onnx" and "module" in facts else kind],
            }
        allowed = f"where {TOLERANCE[kind]:g} is allowed"
        reasons.append(f"{named}{step}, its outputs differ by up to {difference:.2g}, {allowed}")
    path.unlink(missing_ok=True)
    return {"reason": "; ".join(dict.fromkeys(reasons))}


def reload(kind: str, path: Path, facts: dict[str, Any], samples: Samples) -> float:
    """Load a model here; return the largest difference of its outputs for samples."""
    with threadpool_limits(1):
        outputs = LOADERS[kind](path, facts)
        return max(compare(expected, outputs(X), kind == "skops") for X, expected in samples)


def compare(expected: dict[str, Any], outputs: dict[str, Any], everything: bool) -> float:
    """Return the largest difference over the methods that both models have; a model may have to have them all."""
    shared = [name for name in expected if name != "classes" and expected[name] is not None]
    missing = [name for name in shared if outputs.get(name) is None]
    if missing and (everything or "predict" in missing):
        raise ValueError(f"it has no {missing[0]}")
    return max(difference(expected[name], outputs[name]) for name in shared if name not in missing)


def difference(expected: Any, outputs: Any) -> float:
    """Return the largest difference of outputs, relative where a value exceeds 1; ValueError if a label differs."""
    then = np.asarray(expected)
    now = np.reshape(outputs, then.shape)
    if then.dtype.kind != "f":
        if wrong := int((then != now).sum()):
            raise ValueError(f"{wrong} of {len(then)} predictions differ")
        return 0.0
    same = (then == now) | (np.isnan(then) & np.isnan(now))
    return float(np.where(same, 0, np.abs(then - now) / np.maximum(1, np.abs(then))).max(initial=0))
