"""Act: in a process of its own, load and fit in the surroundings of a scene, and tell what came of it."""

import contextlib
import os
import pickle
import random
import sys
from pathlib import Path
from unittest import mock

import numpy as np
import pandas as pd
from joblib import parallel_config
from threadpoolctl import threadpool_limits

from harness import seeds
from harness.checks.surroundings import changes
from harness.checks.surroundings.ask import Answer, same
from harness.exceptions import StudyError
from harness.method import fit, jobs
from harness.study import data_module, load_dataset, model_functions

SEED, OTHERS = 1, (3, 4, 5)
NOISES = {"random": random.seed, "numpy": np.random.seed}  # before anything is salted
RAW = Path.cwd() / "data" / "raw"  # the process starts in the folder of the study


def purge():
    """Forget the modules of the study, so that they are imported anew."""
    for name in [one for one in sys.modules if one.partition(".")[0] == "study"]:
        del sys.modules[name]


def act(request, scene):
    """Do what a scene asks for, in its surroundings."""
    changed, contexts = set(scene.changes), {"clock": changes.clock, "folder": changes.folder, "zone": changes.zone}
    noises = {name: 2 if name in changed else 1 for name in (*NOISES, "torch")}
    with contextlib.ExitStack() as stack:
        stack.enter_context(changes.cpus(2 if "cpus" in changed else 1))
        stack.enter_context(changes.listing("listing" in changed))
        for name in changed & contexts.keys():
            stack.enter_context(contexts[name]())
        stack.enter_context(mock.patch.object(seeds, "seed_everything", lambda seed: seed_globally(noises)))
        purge()
        seed_globally(noises)
        loaded = load("before" in changed)
        if scene.hidden:
            hide(request.rows.y.index[request.train])
        return Answer(loaded, *fits(request, scene, "before" in changed))


def seed_globally(noises):
    """Bring the global generators into a state that the seed of a model says nothing of."""
    for name, seed in NOISES.items():
        seed(noises[name])
    if "torch" in sys.modules:
        sys.modules["torch"].manual_seed(noises["torch"])


def load(twice):
    """Load, and tell all that a run starts from."""
    try:
        data = data_module("study/data.py")
        if twice:
            data.load()
        table, known, excluded = load_dataset(data)
    except StudyError as error:
        return str(error)
    except Exception as error:  # it is the study's code
        return f"{type(error).__name__}: {error}"
    facts = {"features": list(known.X.columns), "groups": known.groups.tolist(), "excluded": excluded}
    return facts | {"table": table, "canaries": getattr(data, "CANARIES", {})}


def hide(given):
    """Let load() say from now on of every row but those that are given what it says of the first of them."""
    data = data_module("study/data.py")
    real, columns = data.load, [*data.FEATURES, data.TARGET]

    def without(*arguments, **options):
        table = real(*arguments, **options)
        if isinstance(table, pd.DataFrame) and set(columns) <= set(table.columns):
            others = ~table.index.isin(given)
            for column in columns:
                table[column] = table[column].where(~others, table.loc[given[0], column])
        return table

    data.load = without


OPENED = []


def listen():
    """Note every file that is opened from now on, while the first note says so."""

    def hear(event, told):
        if event == "open" and OPENED and isinstance(told[0], str):
            OPENED.append(os.path.abspath(told[0]))

    sys.addaudithook(hear)


def noted(do):
    """Do something; return what it returns, and the raw file that was opened meanwhile, if one was."""
    OPENED[:] = ["from now on"]
    try:
        return do(), next((file for file in OPENED if Path(file).is_relative_to(RAW)), None)
    finally:
        OPENED.clear()


def fits(request, scene, prepare):
    """Fit every model that is asked about, and tell what it says of the other rows."""
    said, draws, opened = {}, {}, {}
    try:
        functions, opened[""] = noted(model_functions)
    except StudyError as error:
        return dict.fromkeys(request.models, str(error)), {}, {}
    for name in request.models:

        def fit(seed, name=name):
            return outputs(request, functions, name, seed)

        if prepare:
            fit(9)
        said[name], opened[name] = noted(lambda fit=fit: fit(SEED))
        if scene.lively and not isinstance(said[name], str):
            draws[name] = liveliness(said[name], fit)
    return said, draws, opened


def liveliness(one, fit):
    """Tell whether a model draws random numbers, and if so, whether its seed says which."""
    if not same(one, fit(SEED + 1)):
        return "alive"
    changes.SALT[0] = 7
    other = fit(SEED)
    changes.SALT[0] = 0
    if same(one, other):
        return "none"
    return "alive" if any(not same(one, fit(seed)) for seed in OTHERS) else "dead"


def outputs(request, functions, name, seed):
    """Fit a model on the training rows, and return all that it says of the others, or why it cannot be fitted."""
    rows, train = request.rows, request.train
    job = jobs.Job("role", name, request.task, "development", functions[name], list(rows.X.columns), seed, train=train)
    test = np.setdiff1d(np.arange(len(rows.y)), train)
    try:
        return fit.outputs(fit.fit(job, rows.take(train)), rows.X.iloc[test])
    except Exception as error:  # it is the study's code
        return f"{type(error).__name__}: {error}"


def main(place):
    """Answer a request."""
    request = pickle.loads(Path(place, "request").read_bytes())
    if any(one.lively for one in request.scenes):
        changes.salt_everything()
    listen()
    # One thread, as in a run; workers would need copies of what is patched here.
    with threadpool_limits(1), parallel_config("sequential"):
        answers = [act(request, one) for one in request.scenes]
    Path(place, "answers").write_bytes(pickle.dumps(answers))


if __name__ == "__main__":
    main(sys.argv[1])
