"""Exercise checks, those of the study's own too; tell what came out, and what the plan waives."""

import datetime
import inspect
import json
from typing import NamedTuple

from harness import files
from harness.checks.registry import CHECKS, Check, NotExercised, outcome, readable, remembering
from harness.exceptions import StudyError, blame, refusal
from harness.method import plan
from harness.study import import_module

STATUSES = ("passed", "failed", "waived", "not exercised")
OWN = "study/checks.py"
LATER = "fits models: make test exercises it, and python -m harness check --refit does"


class Finding(NamedTuple):
    """What came of one check; ``evidence`` says why it failed, or why it was not exercised."""

    check: Check
    status: str
    evidence: list
    waiver: plan.Waiver | None = None

    def facts(self):
        """As JSON has it."""
        evidence = [{"says": str(one)} | getattr(one, "place", {}) for one in self.evidence]
        facts = {"code": self.check.code, "name": self.check.name, "status": self.status, "refits": self.check.refits}
        return facts | {"evidence": evidence, "waiver": self.waiver and self.waiver.model_dump(mode="json")}


def every(root):
    """List the harness's checks, and then those of the study: the public functions of study/checks.py."""
    if not (root / OWN).is_file():
        return CHECKS
    module = import_module("checks")
    own = [one for name, one in vars(module).items() if inspect.isfunction(one) and not name.startswith("_")]
    return CHECKS + [made(one) for one in own if one.__module__ == module.__name__]


def made(function):
    """Make a check of a function of the study, which takes the valid table and yields sentences."""
    line = function.__code__.co_firstlineno
    if not function.__doc__:
        raise StudyError(f"{OWN}:{line}: {function.__name__}: it needs a docstring: what should hold, and what to do")
    if len(inspect.signature(function).parameters) != 1:
        raise StudyError(f"{OWN}:{line}: {function.__name__}: its one argument is the table that load() gives")

    def find(root):
        try:
            found = list(function(readable(root).table) or ())
        except NotExercised:
            raise
        except Exception as error:  # it is the study's code
            raise blame(error, function.__name__, OWN) from error
        return [f"{OWN}:{line}: {sentence}" for sentence in found]

    find.__doc__ = function.__doc__
    return Check(f"study.{function.__name__}", function.__name__.replace("_", "-"), find)


def chosen(known, codes):
    """Return the checks of these codes; raise StudyError if there is none of a code."""
    by_code = {one.code: one for one in known}
    wrong = [refusal("check", "CODE", code, "a check", list(by_code)) for code in codes if code not in by_code]
    if wrong:
        raise StudyError("\n".join(wrong))
    return [by_code[code] for code in codes]


def waivers(root, known):
    """Return the waivers of the plan, by code; none if the plan cannot be read, which P0 says."""
    try:
        found = plan.read(root / files.PLAN).waivers
    except StudyError:
        return {}
    codes = [one.code for one in known]
    wrong = [refusal(files.PLAN, "[waivers]", code, "a check", codes) for code in found if code not in codes]
    today = datetime.datetime.now(datetime.UTC).date() + datetime.timedelta(days=1)  # it is tomorrow somewhere
    wrong += [
        f"{files.PLAN}: [waivers] {code}: its date, {one.date}, has not come yet"
        for code, one in found.items()
        if one.date > today
    ]
    if wrong:
        raise StudyError("\n".join(wrong))
    return found


def examine(root, checks, known=None, refit=False):
    """
    Exercise checks.

    Parameters
    ----------
    root : pathlib.Path
    checks : list of Check
    known : list of Check
        All there are, by default these; a waiver names one of them.
    refit : bool
        Exercise those that fit models too.

    Returns
    -------
    list of Finding
        A check that fails and is waived in the plan is "waived"; a waiver of one that passes changes nothing.
    """
    found, waived = [], waivers(root, known or checks)
    with remembering():
        for one in checks:
            if one.refits and not refit:
                found.append(Finding(one, "not exercised", [LATER]))
                continue
            status, evidence = outcome(one, root)
            waiver = waived.get(one.code)
            status = "waived" if waiver and status == "failed" else status
            found.append(Finding(one, status, evidence, waiver))
    return found


def counts(found):
    """How many checks came out how; all of them stay in the count."""
    return {status: [one.status for one in found].count(status) for status in STATUSES}


def total(found):
    """Say so in a line, and how many of those not exercised fit models."""
    fit = sum(one.check.refits and one.status == "not exercised" for one in found)
    text = ", ".join(f"{n} {status}" for status, n in counts(found).items())
    return f"{text} ({fit} of them fit models: make test)" if fit else text


def as_json(found):
    """All there is to say, for machines."""
    return json.dumps({"counts": counts(found), "checks": [one.facts() for one in found]}, indent=2)


def explain(one):
    """How a check finds out, why it matters, what to do, and how it is waived."""
    waiver = f'[waivers."{one.code}"]\nreason = "why this is no fault here"\ndate = {datetime.date.today()}'
    text = f"{one.code} {one.name}\n\n{inspect.cleandoc(one.find.__doc__)}"
    return f"{text}\n\nOnly if it errs here, say why in {files.PLAN}; every report will show that:\n\n{waiver}"


def told(found):
    """Say of what did not pass why: reasons why checks were idle, waivers, and at the end what failed, and where."""
    idle = {}
    for one in found:
        if one.status == "not exercised":
            idle.setdefault(one.evidence[0], []).append(one.check)
    for reason, checks in idle.items():
        name = ", ".join(one.code for one in checks) if len(checks) > 1 else f"{checks[0].code} {checks[0].name}"
        yield f"{name} not exercised: {reason}"
    for one in found:
        name = f"{one.check.code} {one.check.name}"
        if one.status == "waived":
            yield f"{name} waived on {one.waiver.date}: {one.waiver.reason} ({len(one.evidence)} x: {one.evidence[0]})"
        elif one.status == "passed" and one.waiver:
            yield f"{name} passed: its waiver in {files.PLAN} is not needed any more"
    yield from failures(found)


def failures(found):
    """Say of each check that failed what should hold, and where it does not."""
    for one in found:
        if one.status == "failed":
            shown = [f"  {sentence}" for sentence in one.evidence[:10]]
            more = [f"  ... and {len(one.evidence) - 10} more"] if len(one.evidence) > 10 else []
            holds = inspect.cleandoc(one.check.find.__doc__).partition("\n")[0]
            more.append(f"  Why, and what to do: python -m harness check --explain {one.check.code}")
            yield "\n".join([f"\n{one.check.code} {one.check.name} failed. What should hold: {holds}", *shown, *more])
