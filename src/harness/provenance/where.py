"""Filter records by an expression, with the three values of SQL: true, false and unknown."""

import ast
import json
from collections.abc import Callable, Iterable
from typing import Any

import simpleeval

from harness.exceptions import StudyError, refusal
from harness.provenance import record, runs


def where(records: Iterable[dict[str, Any]], expression: str) -> list[dict[str, Any]]:
    """
    Keep the runs for which an expression holds.

    Parameters
    ----------
    expression : str
        In Python's notation: comparisons, arithmetic, ``and``, ``or``, ``not``, and no calls. Names are the keys of
        run.json, with dots for those inside them, and ``metric``, ``low``, ``high``: the candidate's primary metric.

    Returns
    -------
    list of dict
        As in SQL, what is missing is unknown, and what follows from it is unknown too; unknown does not match.

    Raises
    ------
    StudyError
        If the expression cannot be read, or names what no record has.

    Examples
    --------
    >>> some = [{"id": "a", "cpus": 2}, {"id": "b", "cpus": 8}, {"id": "c"}]
    >>> [run["id"] for run in where(some, "cpus > 4")], [run["id"] for run in where(some, "not cpus > 4")]
    (['b'], ['a'])
    """
    try:
        tree = ast.parse(expression.strip(), mode="eval").body
    except SyntaxError as error:
        hint = "; equality is ==" if "==" not in expression and "=" in expression else ""
        raise StudyError(f"--where: {expression!r} cannot be read: {error.msg}{hint}") from None
    names = dict.fromkeys(json.loads(record.SCHEMA.read_text(encoding="utf-8"))["properties"])
    names |= dict.fromkeys(["metric", "low", "high"])
    there, lacking, known, kept = set(), {}, dict(names), []

    def member(container: Any, key: Any, path: str) -> Any:
        if container is None:
            return None
        try:
            there.add(path) if container[key] is not None else None
            return container[key]
        except (KeyError, IndexError, TypeError):
            lacking[path] = [str(name) for name in container] if isinstance(container, dict) else []

    def logic(node: ast.BoolOp) -> bool | None:
        """``and`` and ``or`` of three values."""
        values = [None if one is None else bool(one) for one in map(evaluator._eval, node.values)]
        decisive = isinstance(node.op, ast.Or)
        return decisive if decisive in values else None if None in values else not decisive

    def unknown(operator: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *values: None if None in values else operator(*values)

    operators = {
        kind: one if kind in (ast.Is, ast.IsNot) else unknown(one) for kind, one in simpleeval.DEFAULT_OPERATORS.items()
    }
    evaluator = simpleeval.SimpleEval(operators, functions={})
    evaluator.nodes |= {
        ast.BoolOp: logic,
        ast.Name: lambda node: member(known, node.id, node.id),
        ast.Attribute: lambda node: member(evaluator._eval(node.value), node.attr, ast.unparse(node)),
        ast.Subscript: lambda node: member(evaluator._eval(node.value), evaluator._eval(node.slice), ast.unparse(node)),
    }
    for run in [{}, *records]:  # of the empty one all is unknown, but each name has to exist
        estimate = runs.primary(run)[1]
        known = names | run | {"metric": estimate.get("value")} | {end: estimate.get(end) for end in ("low", "high")}
        try:
            kept += [run] if evaluator.eval(expression, tree) and run else []
        except (simpleeval.InvalidExpression, TypeError, ArithmeticError, ValueError) as error:
            raise StudyError(f"--where: {expression!r} cannot be told of run {run.get('id')}: {error}") from None
    for path in lacking.keys() - there:
        last = path.rpartition(".")[2]
        raise StudyError(refusal("--where", path, last, "in any record", lacking[path]))
    return kept
