"""What came of the checks: what the plan waives, and all of it as a table, as sentences, as JSON, as tests."""

import datetime
import inspect
import json
import sys
from pathlib import Path
from typing import Any, NamedTuple

from harness import files, study
from harness.checks.engine import Check, Subject, run_check
from harness.checks.registry import all_checks
from harness.exceptions import StudyError, refusal
from harness.method import plan

STATUSES = ("passed", "failed", "waived", "not exercised")
LATER = "fits models: make test exercises it, and `harness check --refit` does"


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


def examine(subject, checks, known=None, refit=False):
    """
    Exercise checks.

    Parameters
    ----------
    subject : Subject
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
    found, waived = [], waivers(subject.root, known or checks)
    for one in checks:
        if one.refits and not refit:
            found.append(Finding(one, "not exercised", [LATER]))
            continue
        status, evidence = run_check(one, subject)
        waiver = waived.get(one.code)
        found.append(Finding(one, "waived" if waiver and status == "failed" else status, evidence, waiver))
    return found


def parametrize_with_checks():
    """
    Make one test of each check: a decorator of a pytest function of the arguments ``check`` and ``subject``.

    ``check(subject)`` fails the test with what the check says, skips it where the check could not be exercised, and
    expects the failure (xfail) where the plan waives it. The names of the tests are the codes: ``pytest -k L1.2``.

    Examples
    --------
    In tests/test_contract.py of a study::

        @parametrize_with_checks()
        def test_study(check, subject):
            check(subject)
    """
    import pytest  # of the tests, and of nothing else

    root = study.find_root(Path(sys._getframe(1).f_globals["__file__"]).parent)
    study.use(root)
    try:
        known = all_checks(root)
    except StudyError as error:
        raise pytest.Collector.CollectError(str(error)) from None

    def case(one):
        def exercise(subject):
            try:
                (found,) = examine(subject, [one], known, refit=True)
            except StudyError as error:
                pytest.fail(str(error), pytrace=False)
            if found.status == "not exercised":
                pytest.skip(f"not exercised: {found.evidence[0]}")
            if found.status == "waived":
                pytest.xfail(f"waived on {found.waiver.date}: {found.waiver.reason}")
            if found.status == "failed":
                pytest.fail("\n".join(failures([found])), pytrace=False)

        return exercise

    subject = Subject(root)
    cases = [pytest.param(case(one), subject, id=one.code) for one in known]
    return pytest.mark.parametrize(("check", "subject"), cases)


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
    idle: dict[str, list[Any]] = {}
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
        elif one.status == "passed" and one.evidence:
            yield f"{name} passed, but {one.evidence[0]}"
    yield from failures(found)


def failures(found):
    """Say of each check that failed what should hold, and where it does not."""
    for one in found:
        if one.status == "failed":
            shown = [f"  {sentence}" for sentence in one.evidence[:10]]
            more = [f"  ... and {len(one.evidence) - 10} more"] if len(one.evidence) > 10 else []
            holds = inspect.cleandoc(one.check.find.__doc__).partition("\n")[0]
            more.append(f"  Why, and what to do: `harness check --explain {one.check.code}`")
            yield "\n".join([f"\n{one.check.code} {one.check.name} failed. What should hold: {holds}", *shown, *more])
