"""Touch the record up after it was committed: another command, another machine, fewer trials, an earlier start."""

import hashlib
import json

CHECK = "S2"
BASE = "accepted"


def another_command(study):
    facts = study.facts()
    study.state(facts | {"argv": [*facts["argv"], "--workers", "1"], "command": facts["command"] + " --workers 1"})
    study.harness("card")


def a_better_machine(study):
    study.state(study.facts() | {"processor": "AMD EPYC 9654", "memory_gb": 1024.0, "wall_s": 3.1})


def later_than_the_plan(study):
    study.state(study.facts() | {"started": "2999-01-01T00:00:00+00:00"})


def scores_forged_with_all_that_follows(study):
    """Better scores, and then the hashes, the verdict and the manifest that they give."""
    path = study.path("results/scores.csv")
    rows = path.read_text(encoding="utf-8").splitlines()
    columns = rows[0].split(",")
    metric = columns.index("roc_auc")
    for n, row in enumerate(rows):
        cells = row.split(",")
        if cells[:2] == ["role", "candidate"]:
            cells[metric] = repr(min(1.0, float(cells[metric]) + 0.01))
            rows[n] = ",".join(cells)
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    old, new = study.facts()["scores_sha256"], hashlib.sha256(path.read_bytes()).hexdigest()
    facts = json.loads(study.read("results/run.json").replace(old, new))
    study.state(facts)
    again = "from harness import files; from harness.method import budget, verdict; from harness.plan import plan; "
    again += "from pathlib import Path; "
    again += "from harness.provenance import accepted, record; folder = Path('results'); run = record.read(folder); "
    again += "stated = plan.Plan.model_validate(run['plan']); scores = record.read_scores(folder); "
    again += "run |= verdict.judge(stated, scores); "
    again += "run['budget'] = [budget.budget(stated, scores, one) for one in stated.metric_names]; "
    again += "files.write_json(folder / 'run.json', run); accepted.write_manifest(folder)"
    study.run(study.python, "-c", again)
    study.harness("card")


def manifest_made_anew(study):
    """Another command, and the manifest that goes with it."""
    study.state(study.facts() | {"command": "python -m harness run --workers 7"})
    again = (
        "from harness.provenance import accepted; from pathlib import Path; accepted.write_manifest(Path('results'))"
    )
    study.run(study.python, "-c", again)
    study.harness("card")
