"""Checks of the plan: it says beforehand what is asked, in a way that can be answered."""

from .. import StudyError, inputs, plan
from .data import rows_valid
from .registry import NotExercised, check, once


@check("P0", "study-readable", before_run=True)
def study_readable(root):
    """
    Plan, data and models are there, complete, and name nothing that the others do not have.

    Detected: the plan is read, each name in it is looked up, each model is built.
    Why: a key that is misspelt or left out is a decision that nobody took; a default would take it in silence.
    Do: correct what each line names; `python -m harness plan` prints every value and where it came from.
    """
    plan.read(root / inputs.PATH)
    try:
        rows_valid(root)
    except StudyError:
        raise NotExercised("load() gives no valid table: D5 says why") from None
    once(("study", root), lambda: inputs.read(root))
