"""Write a metric that fails, or gives what is outside its range."""

CHECK = "run"
PLACE = ("study/metrics.py", "hits", "as role", "fold 0")
VARIANTS = {"not_described": {"PLACE": ("study/plan.toml: [metrics.hits]", "greater_is_better = true or false")}}
METRICS = '"""Metrics of this study."""\n\n\ndef hits(truth, said):\n    """Share of hits."""\n    return {}\n'
STATED = "[metrics.hits]\ngreater_is_better = true\nlow = 0\nhigh = 1\n\n[data]  #"


def _put(study, code, stated=STATED):
    study.write("study/metrics.py", METRICS.format(code))
    study.edit("study/plan.toml", 'metric = "roc_auc"', 'metric = "hits"')
    study.edit("study/plan.toml", "[data]  #", stated)
    study.quick()


def fails(study):
    _put(study, "sum(truth == said) / len(truth[truth == 'UNKNOWN'])")


def not_a_number(study):
    _put(study, "float('nan')")


def in_percent(study):
    """Its range is that of a share."""
    _put(study, "100 * (truth == said).mean()")


def not_described(study):
    _put(study, "(truth == said).mean()", "[data]  #")
