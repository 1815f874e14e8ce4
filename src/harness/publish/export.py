"""
The export: the accepted candidate, trained on all development rows, as files that others can load.

What is shipped was loaded again in a fresh process and compared on every row; what was not has its reason in
model.json. No pickle is written or loaded: loading one runs whatever is in it. The bytes of a skops file are not the
same twice, so they are never compared with those of another export.
"""

import json
import platform
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pandas as pd
import skops.io
from threadpoolctl import threadpool_limits

from harness import files
from harness.exceptions import StudyError
from harness.method import fit, inputs, jobs
from harness.method.inputs import Study
from harness.provenance import machine
from harness.publish import reload
from harness.study import data_module

FACTS = "model.json"
ATTEMPTS = [  # of two ONNX files the first that agrees is shipped: some operators do not take 64-bit numbers
    {"format": "skops", "file": "model.skops"},
    {"format": "onnx", "file": "model.double.onnx", "numbers": "double"},
    {"format": "onnx", "file": "model.float.onnx", "numbers": "float"},
]
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
    numeric = {name: pd.api.types.is_numeric_dtype(X[name]) for name in X}
    columns = [(name, (number if numeric[name] else kinds.StringTensorType)([None, 1])) for name in X]
    options = {"zipmap": False} if hasattr(model, "classes_") else None
    path.write_bytes(to_onnx(model, initial_types=columns, options=options).SerializeToString())


WRITERS = {"skops": write_skops, "onnx": write_onnx}


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


def export(root: Path, run: dict[str, Any], folder: Path) -> dict[str, Any]:
    """
    Write model.json and the model, in each format in which it comes back as it was, into a new folder.

    The study has to be as it was in the run. Return what model.json holds.
    """
    folder.mkdir()
    study = inputs.read(root)
    model, seed = final_model(study)
    X = reload.rows(study)
    installed = machine.installed_packages()
    facts: dict[str, Any] = {
        "run": run["id"],
        **{key: run[key] for key in ("commit", "plan_sha256", "data_sha256", "lock_sha256")},
        "model": run["plan"]["models"]["candidate"],
        "task": study.task,
        "seed": seed,
        "rows": len(study.development.y),
        "versions": {"python": platform.python_version(), **{name: installed.get(name) for name in PACKAGES}},
        "input": input_schema(data_module("study/data.py").SCHEMA, X),
        "example": example(X),
    }
    with threadpool_limits(1):
        said = fit.outputs(model, X)
        facts["example"]["output"] = fit.outputs(model, reload.example_rows(facts))
    attempts = [attempted(one, model, X, folder) for one in ATTEMPTS]
    draft = folder / reload.DRAFT
    draft.write_text(json.dumps(facts | {"attempts": attempts, "said": said}), encoding="utf-8")
    command = [sys.executable, "-m", "harness.publish.reload", str(folder)]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True)
    if done.returncode:
        raise StudyError(f"accept: the process that reloads the model ended with {done.returncode}:\n{done.stderr}")
    attempts = json.loads(draft.read_text(encoding="utf-8"))
    draft.unlink()
    facts |= {"formats": {kind: chosen(folder, kind, attempts) for kind in WRITERS}}
    files.write_json(folder / FACTS, facts)
    return facts


def attempted(attempt: dict[str, Any], model: Any, X: pd.DataFrame, folder: Path) -> dict[str, Any]:
    """Write a model in one format; return what there is to say of it, with the reason if it cannot be written."""
    found = dict(attempt)
    try:
        WRITERS[attempt["format"]](model, X, folder / attempt["file"], found)
    except Exception as error:  # whatever it is, it is why this format is not shipped
        found["reason"] = f"it cannot be written: {reload.told(error)}"
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
