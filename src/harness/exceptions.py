"""What goes wrong in a study, said so that its author can mend it."""

import difflib
import traceback
from collections.abc import Iterable
from pathlib import Path

from pydantic import ValidationError


class StudyError(Exception):
    """Something that the study's author can mend; the message says what, where and how. Shown without a traceback."""


def refusal(path: str, key: str, wrong: str, what: str, allowed: Iterable[str]) -> str:
    """
    Say that a name does not exist, and which one was probably meant.

    Examples
    --------
    >>> refusal("plan.toml", "[models] rival", "forrest", "a model", ["forest", "linear"])
    "plan.toml: [models] rival: 'forrest' is not a model; did you mean 'forest'?"
    """
    close = difflib.get_close_matches(wrong, allowed, n=1) or [name for name in allowed if name.endswith(wrong)]
    hint = f"did you mean {close[0]!r}?" if close else f"there are: {', '.join(sorted(allowed))}"
    return f"{path}: {key}: {wrong!r} is not {what}; {hint}"


def refusals(path: str, error: ValidationError, what: str, allowed: list[str]) -> str:
    """
    Return a line for each key that a pydantic model refused, with what is wrong: unknown, missing or of another type.

    ``path`` is the file as it is shown, ``what`` what a key is, such as "a key of the plan", ``allowed`` all of them.
    """
    lines = []
    for problem in error.errors():
        kind, message = problem["type"], problem["msg"].removeprefix("Value error, ")
        *table, key = [*map(str, problem["loc"])] or [""]
        if kind == "value_error":  # about a table as a whole
            table, key = [*table, key], ""
        where = f"[{'.'.join(table)}] {key}".removeprefix("[] ").strip() if any(table) else key
        if kind == "extra_forbidden":
            lines.append(refusal(path, where, key, what, allowed))
            continue
        if kind != "value_error":
            message = "is missing: write it" if kind == "missing" else f"{message} (it says {problem['input']!r})"
        lines.append(": ".join(filter(None, [path, where, message])))
    return "\n".join(dict.fromkeys(lines))


def blame(error: Exception, what: str, path: str) -> StudyError:
    """Make of an exception that the study's own code raised a StudyError that names its last line in study/."""
    frames = [(Path(frame.filename), frame.lineno) for frame in traceback.extract_tb(error.__traceback__)]
    own = [f"study/{file.name}:{line}" for file, line in frames if file.parent.name == "study"]
    return StudyError(f"{own[-1] if own else path}: {what}: {type(error).__name__}: {error}")
