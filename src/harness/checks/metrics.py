"""The check of the metrics: what is told of, or computed beside the harness, was planned."""

import ast
import re
from pathlib import Path

from harness.checks import prose, sources
from harness.checks.registry import at, check, planned

SCORE = re.compile(r"(?!get_|silhouette|make_|check_)\w+(_score|_error|_loss|_corrcoef)")


@check("N8", "metrics-planned")
def metrics_planned(root):
    """
    A metric that is told of, or computed beside the harness, is one that the plan names.

    Detected: names of scikit-learn's metrics beside numbers in README.md and MODEL_CARD.md; scores that notebooks, and
        modules of study/ that the models do not use, import from sklearn.metrics.
    Why: of many metrics one will always please; one that is chosen after the result was seen proves nothing.
    Do: name it in `further_metrics` of the plan and run again, or leave it out.
    """
    metrics = planned(root).metrics
    stated = {*map(prose.family, metrics), "neg_brier_score"}  # the report tells of Brier's score without being asked
    says = f"which the plan does not name ({', '.join(metrics)}): leave it out, or plan it"
    for one in prose.scores(root):
        if one.metric not in stated:
            yield at(one.said.file, f"{one.number} beside {one.metric}, {says}", one.said.line)
    for piece, line, name in computed(root):
        if prose.family(_scorer(name)) not in stated | set(metrics):
            yield piece.at(line, f"{name} is computed, {says}")


def _scorer(function):
    """
    Name the scorer that a function of sklearn.metrics is made into.

    Examples
    --------
    >>> [_scorer(one) for one in ("f1_score", "log_loss", "mean_absolute_error", "matthews_corrcoef")]
    ['f1', 'neg_log_loss', 'neg_mean_absolute_error', 'matthews_corrcoef']
    """
    name = re.sub(r"_score(_loss)?$", "", function)
    return f"neg_{name}" if name.endswith(("_error", "_loss")) or function == "brier_score_loss" else name


def computed(root):
    """Yield piece, line and name of each score of sklearn.metrics that notebooks and side modules of study/ import."""
    modules = {Path(one.file).stem: one for one in sources.readable(sources.modules(root))}
    used, waiting = set(), {"models", "data", "net", "__init__"}
    while waiting:
        used |= waiting
        waiting = {one for name in waiting & modules.keys() for one in _of_study(modules[name].tree)} - used
    side = [one for name, one in modules.items() if name not in used and not name.startswith("test_")]
    for piece in [*sources.readable(sources.cells(root)), *side]:
        yield from ((piece, *one) for one in _imported(piece.tree))


def _of_study(tree):
    """Yield the names of all that a module imports from study/."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            module = f"study.{node.module or ''}" if node.level else node.module
            names = [f"{module}.{one.name}" for one in node.names]
        else:
            names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
        yield from (part for name in names if name.startswith("study.") for part in name.split(".")[1:] if part)


def _imported(tree):
    """Yield line and name of each score that is imported from sklearn.metrics, or asked of the module."""
    for node in ast.walk(tree):
        names = []
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sklearn.metrics"):
            names = [one.name for one in node.names]
        elif isinstance(node, ast.Attribute) and ast.unparse(node.value) in ("metrics", "sklearn.metrics"):
            names = [node.attr]
        yield from ((node.lineno, one) for one in names if SCORE.fullmatch(one))
