"""The ledger: when the sealed test rows were opened, by whom and why. It shows peeking; it cannot prevent it."""

import json
from datetime import UTC, datetime
from functools import partial

import numpy as np
from rich.progress import track
from sklearn.metrics import get_scorer
from threadpoolctl import threadpool_limits

from . import StudyError, record, seeds, verdict

RESAMPLES = 500


def bootstrap(score, dataset, seed):
    """
    Percentile interval of a score over resampled groups: what other test rows could have said.

    Parameters
    ----------
    score : callable
        (X, y) -> float.
    dataset : Dataset
    seed : int

    Returns
    -------
    dict
        ``value``, ``low``, ``high``; resamples in which the score is undefined are left out.

    Notes
    -----
    Groups, not rows, are drawn with replacement, since the rows of a group are not independent (Efron and Tibshirani
    1993, An Introduction to the Bootstrap, chapter 8).
    """
    rng = np.random.default_rng(seed)
    groups = list(dataset.groups.reset_index(drop=True).groupby(dataset.groups.to_numpy()).groups.values())
    drawn = (np.concatenate([groups[n] for n in rng.integers(len(groups), size=len(groups))]) for _ in range(RESAMPLES))
    drawn = track(drawn, "resampling", total=RESAMPLES)

    def defined(rows):
        try:
            return score(dataset.X.iloc[rows], dataset.y.iloc[rows])
        except ValueError:  # as of a class that was not drawn
            return np.nan

    with threadpool_limits(1):
        values = [defined(rows) for rows in drawn]
    tail = (1 - verdict.CONFIDENCE) / 2
    low, high = np.nanquantile(values, [tail, 1 - tail])
    return {"value": float(score(dataset.X, dataset.y)), "low": float(low), "high": float(high)}


def unseal(root, study, reason):
    """
    Score the candidate, fitted on all development rows, once on the sealed rows, and add that to the ledger.

    Returns
    -------
    dict
        The new last line of results/ledger.jsonl.

    Raises
    ------
    StudyError
        Unless everything, the plan above all, is committed.
    """
    if not record.is_committed(root):
        raise StudyError("unseal: commit everything first, so that what was decided before the test is on record")
    plan, path = study.plan, root / "results" / "ledger.jsonl"
    seed = seeds.child(plan.evaluation.seed, "model", "unseal")
    seeds.seed_everything(seed)
    with threadpool_limits(1):
        model = study.models[plan.models.candidate](seed).fit(study.development.X, study.development.y)
    earlier = path.read_text(encoding="utf-8") if path.is_file() else ""
    scores = {name: partial(get_scorer(name), model) for name in plan.metrics}
    entry = {
        "opened": earlier.count("\n") + 1,
        "time": datetime.now(UTC).isoformat(),
        "user": record.user(),
        "commit": record.git(root, "rev-parse", "HEAD"),
        "reason": reason,
        "rows": len(study.sealed.y),
        "scores": {name: bootstrap(score, study.sealed, seed) for name, score in scores.items()},
    }
    path.parent.mkdir(exist_ok=True)
    record.write_text(path, earlier + json.dumps(entry, ensure_ascii=False) + "\n")
    return entry
