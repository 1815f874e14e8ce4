"""Score by a metric of one's own, and explain it at more length after the run was accepted."""

REFIT = True
METRICS = '''"""Metrics of this study."""

from study.losses import wrong


def misses(truth, said):
    """Birds in a hundred that are taken for the other sex."""
    return 100 * wrong(truth, said).mean()
'''
LOSSES = '''"""Losses."""


def wrong(truth, said):
    """Return 1 where the two differ."""
    return (truth != said) * 1
'''
STATED = """[metrics.misses]
unit = "birds in 100"
greater_is_better = false
low = 0
high = 100

[data]  #"""


def docstring_edited(study):
    study.write("study/metrics.py", METRICS)
    study.write("study/losses.py", LOSSES)
    study.edit("study/plan.toml", 'metric = "roc_auc"', 'metric = "misses"')
    study.edit("study/plan.toml", "margin = 0.02", "margin = 5.0")
    study.edit("study/plan.toml", "[data]  #", STATED)
    study.quick()
    study.accept(study.run_id())
    line = next(line for line in study.read("README.md").splitlines() if line.startswith("| candidate |"))
    score = line.strip("|").split("|")[2].strip()
    study.append("README.md", f"\nThe forest takes {score} birds in 100 for the other sex (misses).\n")
    study.edit("study/metrics.py", "Birds in a hundred", "Of a hundred birds those")
    study.append("study/losses.py", "\n# Nothing else is lost.\n")
