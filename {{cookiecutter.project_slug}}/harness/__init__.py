"""The judge: it reads study/ and says what its result is worth."""

import difflib
import traceback
from pathlib import Path


class StudyError(Exception):
    """Something that the study's author can mend; the message says what, where and how. Shown without a traceback."""


def refusal(path, key, wrong, what, allowed):
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


def blame(error, what, path):
    """Make of an exception that the study's own code raised a StudyError that names its last line in study/."""
    frames = [(Path(one.filename), one.lineno) for one in traceback.extract_tb(error.__traceback__)]
    own = [f"study/{file.name}:{line}" for file, line in frames if file.parent.name == "study"]
    return StudyError(f"{own[-1] if own else path}: {what}: {type(error).__name__}: {error}")
