"""The pilot of a plan: floor and rival alone, fitted as a run does, before anybody has seen the candidate."""

from functools import partial
from pathlib import Path

import pandas as pd

from harness.fits import cache, fit, keys
from harness.method import jobs
from harness.method.inputs import Study
from harness.method.power import Known, told


def known(study: Study, repeats: int, folder: Path | None = None, machine: str = "") -> Known:
    """Fit floor and rival as a run does, in so many repeats; what is kept in ``folder`` no run does again."""
    data, scorers, rows = study.development, study.scorers, []
    of_data = (keys.types(data, study.root), keys.row_hashes(data)) if folder else None
    for repeat in range(repeats):
        cuts, seed = jobs.folds(study, data, repeat), jobs.model_seed(study, repeat)
        for role in ("floor", "rival"):
            first = jobs.of_role(study, role, data, repeat=repeat, model_seed=seed, wants="" if repeat else "outputs")
            for job in jobs.in_folds(first, cuts):
                name = keys.key(job, of_data, scorers, study.root, machine) if of_data else ""
                result = cache.kept(folder, name, partial(fit.do, job, data, scorers))
                rows.append({"name": role, "repeat": repeat, "fold": job.fold} | result["row"])
    return told(study.plan, pd.DataFrame(rows))
