"""
The export: the accepted candidate, trained on all development rows, as files that others can load.

What is shipped was loaded again in a process that never saw it fitted (``python -m harness.publish.export FOLDER``) and
compared on every row; what was not has its reason in model.json. No pickle is written or loaded: loading one runs
whatever is in it. The bytes of a skops file are not the same twice, so no two of them are compared.
"""

import json
import platform
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import skops.io
from threadpoolctl import threadpool_limits

from harness import files
from harness.exceptions import StudyError
from harness.method import fit, inputs, jobs
from harness.method.inputs import Study
from harness.provenance import machine
from harness.study import data_module, enter

DRAFT = "draft.json"  # what the present process and the fresh one tell each other
TOLERANCE = {"skops": 0.0, "onnx": 1e-5}  # bit by bit; 32-bit numbers, which ONNX computes with, have seven digits
ATTEMPTS = [  # of two ONNX files the first that agrees is shipped: some operators do not take 64-bit numbers
    {"format": "skops", "file": "model.skops"},
    {"format": "onnx", "file": "model.double.onnx", "numbers": "double"},
    {"format": "onnx", "file": "model.float.onnx", "numbers": "float"},
]
Outputs = Callable[[pd.DataFrame], dict[str, Any]]
PACKAGES = ["scikit-learn", "numpy", "pandas", "skops", "skl2onnx", "onnx", "onnxruntime"]
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


WRITERS = {"skops": write_skops, "onnx": write_onnx}


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
    """Return the largest difference of outputs, relative where a value exceeds 1; ValueError if a label differs."""
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


def final_model(study: Study) -> tuple[Any, int]:
    """Fit the candidate on all development rows; return it, and the seed that it got."""
    job = jobs.final(study, study.development)
    with threadpool_limits(1):
        return fit.fit(job, fit.training_rows(job, study.development)), job.model_seed


def input_schema(schema: Any, X: pd.DataFrame) -> list[dict[str, Any]]:
    """List the columns that a model takes: name, dtype, whether values may be missing, what else the schema demands."""
    found: list[dict[str, Any]] = []
    for name, dtype in X.dtypes.items():
        column = schema.columns[name]
        checks = [{"check": one.name or "own", **(one.statistics or {})} for one in column.checks]
        found.append({"name": name, "dtype": str(dtype), "nullable": column.nullable, "checks": checks})
        if isinstance(dtype, pd.CategoricalDtype):
            found[-1]["values"] = dtype.categories.tolist()
    return json.loads(json.dumps(found, default=str))


def example(X: pd.DataFrame) -> dict[str, Any]:
    """Take one row as an example, the first that is complete, as JSON has it."""
    complete = X[X.notna().all(axis=1)]
    row = (complete if len(complete) else X).iloc[[0]]
    values = json.loads(row.to_json(orient="records", date_format="iso", double_precision=15))[0]
    exact = {name: float(row[name].iloc[0]) for name in row if isinstance(values[name], float)}
    return {"row": str(row.index[0]), "input": values | exact}


def rows(study: Study) -> pd.DataFrame:
    """Return the features of all rows that may be looked at: development and canaries, never the sealed ones."""
    return pd.concat([study.development.X, study.canaries.X])


def example_rows(facts: dict[str, Any]) -> pd.DataFrame:
    """Make a table of one row, as the model takes it, from the example and the input schema in model.json."""
    types = {one["name"]: one["dtype"] for one in facts["input"]}
    types |= {one["name"]: pd.CategoricalDtype(one["values"]) for one in facts["input"] if "values" in one}
    return pd.DataFrame([facts["example"]["input"]])[list(types)].astype(types)


def export(root: Path, run: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Write model.json, and the model in each format that comes back as it was, to a new folder; return the former."""
    folder.mkdir()
    study = inputs.read(root)
    model, seed = final_model(study)
    X = rows(study)
    installed = machine.installed_packages()
    facts: dict[str, Any] = {
        "run": run["id"],
        **{key: run[key] for key in ("commit", "plan_sha256", "data_sha256", "lock_sha256")},
        "model": run["plan"]["models"]["candidate"],
        "task": study.task,
        "seed": seed,
        "rows": len(study.development.y),
        "versions": {"python": platform.python_version(), **{name: installed.get(name) for name in PACKAGES}},
        "input": input_schema(data_module().SCHEMA, X),
        "example": example(X),
    }
    with threadpool_limits(1):
        said = fit.outputs(model, X)
        facts["example"]["output"] = fit.outputs(model, example_rows(facts))
    attempts = [attempted(one, model, X, folder) for one in ATTEMPTS]
    draft = folder / DRAFT
    draft.write_text(json.dumps(facts | {"attempts": attempts, "said": said}), encoding="utf-8")
    command = [sys.executable, "-m", "harness.publish.export", str(folder)]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True)
    if done.returncode:
        raise StudyError(f"accept: the process that reloads the model ended with {done.returncode}:\n{done.stderr}")
    attempts = json.loads(draft.read_text(encoding="utf-8"))
    draft.unlink()
    facts |= {"formats": {kind: chosen(folder, kind, attempts) for kind in WRITERS}}
    files.write_json(folder / "model.json", facts)
    return facts


def attempted(attempt: dict[str, Any], model: Any, X: pd.DataFrame, folder: Path) -> dict[str, Any]:
    """Write a model in one format; return what there is to say of it, with the reason if it cannot be written."""
    found = dict(attempt)
    try:
        WRITERS[attempt["format"]](model, X, folder / attempt["file"], found)
    except Exception as error:  # whatever it is, it is why this format is not shipped
        found["reason"] = f"it cannot be written: {told(error)}"
    return found


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
        try_again(draft.parent, inputs.read(enter()), facts)
    draft.write_text(json.dumps(facts["attempts"]), encoding="utf-8")
