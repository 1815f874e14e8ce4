"""Change a metric of the study after the run was accepted, and keep the result."""

CHECK = "S1"
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


def _accepted(study):
    study.write("study/metrics.py", METRICS)
    study.write("study/losses.py", LOSSES)
    study.edit("study/plan.toml", 'metric = "roc_auc"', 'metric = "misses"')
    study.edit("study/plan.toml", "[data]  #", STATED)
    study.quick()
    study.accept(study.run_id())


def its_code(study):
    _accepted(study)
    study.edit("study/metrics.py", "100 * wrong", "1 - wrong")


def its_helper(study):
    _accepted(study)
    study.edit("study/losses.py", "(truth != said) * 1", "(truth != said) * (truth == said)")
