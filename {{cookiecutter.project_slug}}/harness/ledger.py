"""The ledger: when the sealed test rows were opened, by whom and why. It shows peeking; it cannot prevent it."""

import json
from datetime import UTC, datetime

from sklearn.metrics import get_scorer

from . import StudyError, record, seeds


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
    model = study.models[plan.models.candidate](seed).fit(study.development.X, study.development.y)
    earlier = path.read_text(encoding="utf-8") if path.is_file() else ""
    entry = {
        "opened": earlier.count("\n") + 1,
        "time": datetime.now(UTC).isoformat(),
        "user": record.user(),
        "commit": record.git(root, "rev-parse", "HEAD"),
        "reason": reason,
        "rows": len(study.sealed.y),
        "scores": {name: float(get_scorer(name)(model, study.sealed.X, study.sealed.y)) for name in plan.metrics},
    }
    path.parent.mkdir(exist_ok=True)
    record.write_text(path, earlier + json.dumps(entry, ensure_ascii=False) + "\n")
    return entry
