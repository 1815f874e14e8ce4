"""The export: the accepted candidate, trained on all development rows, as files that others can load."""

import json
import multiprocessing
import platform
import re
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from harness import cells, files
from harness.fits import fit
from harness.method import inputs, jobs, selection, splits
from harness.method.inputs import Study
from harness.method.jobs import Job
from harness.provenance import machine
from harness.publish import formats
from harness.study import data_module

PACKAGES = ["scikit-learn", "numpy", "pandas", "skops", "skl2onnx", "onnx", "onnxruntime"]
NETWORK = ["torch", "skorch", "safetensors"]


def final_model(study: Study) -> tuple[Any, Job]:
    """Fit the candidate on all development rows; return it, and its job, with the variant that was chosen."""
    job = jobs.final(study, study.development)
    with threadpool_limits(1):
        train = fit.training_rows(job, study.development)
        job = selection.settled(job, train, fit.fit)
        return fit.fit(job, train), job


def rows(study: Study) -> pd.DataFrame:
    """Return the features of all rows that may be looked at: development and canaries, never the sealed ones."""
    return pd.concat([study.development.X, study.canaries.X])


def input_schema(schema: Any, X: pd.DataFrame) -> list[dict[str, Any]]:
    """List the columns that a model takes: name, dtype, whether values may be missing, what else the schema demands."""
    columns: list[dict[str, Any]] = []
    for name, dtype in X.dtypes.items():
        column = schema.columns[name]
        checks = [{"check": check.name or "own", **(check.statistics or {})} for check in column.checks]
        columns.append({"name": name, "dtype": str(dtype), "nullable": column.nullable, "checks": checks})
        if isinstance(dtype, pd.CategoricalDtype):
            columns[-1]["values"] = dtype.categories.tolist()
        if cells.is_array(X[name]):
            columns[-1]["array"] = str(np.asarray(X[name].dropna().iloc[0]).dtype)
    return json.loads(json.dumps(columns, default=str))


def example(X: pd.DataFrame) -> dict[str, Any]:
    """Take one row as an example, the first that is complete, as JSON has it."""
    complete = X.dropna()
    row = (complete if len(complete) else X).iloc[[0]]
    values = json.loads(row.to_json(orient="records", date_format="iso", double_precision=15))[0]
    exact = {name: float(row[name].iloc[0]) for name in row if isinstance(values[name], float)}
    return {"row": str(row.index[0]), "input": values | exact}


def example_rows(facts: dict[str, Any]) -> pd.DataFrame:
    """Make a table of one row, as the model takes it, from the example and the input schema in model.json."""
    types = {column["name"]: column["dtype"] for column in facts["input"]}
    types |= {column["name"]: pd.CategoricalDtype(column["values"]) for column in facts["input"] if "values" in column}
    row = dict(facts["example"]["input"])
    row |= {one["name"]: np.asarray(row[one["name"]], one["array"]) for one in facts["input"] if "array" in one}
    return pd.DataFrame([row])[list(types)].astype(types)


def export(root: Path, run: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Write model.json, and the model in each format that comes back as it was, to a new folder; return the former."""
    folder.mkdir()
    study = inputs.read(root)
    model, job = final_model(study)
    X = rows(study)
    installed = machine.installed_packages()
    packages = PACKAGES + [name for name in NETWORK if name in installed]
    facts: dict[str, Any] = {
        "run": run["id"],
        **{key: run[key] for key in ("commit", "plan_sha256", "data_sha256", "lock_sha256")},
        "model": run["plan"]["models"]["candidate"],
        "task": study.task,
        **({"variant": job.variant} if job.variant else {}),
        "seed": job.model_seed,
        "rows": len(splits.before_gap(study.development)),
        "versions": {"python": platform.python_version(), **{name: installed.get(name) for name in packages}},
        "input": input_schema(data_module().SCHEMA, X),
        "example": example(X),
    }
    with threadpool_limits(1):
        samples = [(table, fit.outputs(model, table)) for table in (X, example_rows(facts))]
    facts["example"]["output"] = samples[1][1]
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:  # it never sees the model fitted
        facts["formats"] = {kind: formats.ship(kind, model, samples, folder, pool) for kind in formats.variants(model)}
    text = re.sub(r"\[[\s\d.,eE+-]+\]", lambda found: " ".join(found[0].split()), files.json_text(facts))
    files.write_text(folder / "model.json", text)  # numbers of an array side by side
    return facts
