"""What came of the checks: what the plan waives, and all of it as a table, as sentences, as JSON, as tests."""

import datetime
import functools
import inspect
import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from harness import files, study
from harness.checks.engine import NO_RESULT, Check, Subject, run_check
from harness.checks.registry import all_checks
from harness.exceptions import StudyError, refusal
from harness.plan import plan, sections

PLACE = re.compile(r"(?P<file>[\w.][\w./ -]*\.\w+|[A-Z]\w+)(?::(?P<line>\d+))?: ")
HEADER = ("code", "check", "status")
STATUSES = ("passed", "failed", "waived", "not exercised")
LATER = "fits models, as `make test` and `harness check --refit` do"
SHOWN = 10  # sentences of a check that failed


def place_of(sentence):
    """Return the place that evidence was made with, else the file with which its sentence begins."""
    start = PLACE.match(sentence)
    begins = {"file": start["file"], "line": start["line"] and int(start["line"])} if start else {}
    return getattr(sentence, "place", begins)


class Finding(NamedTuple):
    """What came of one check; ``evidence`` says why it failed, or why it was not exercised."""

    check: Check
    status: str
    evidence: list
    waiver: sections.Waiver | None = None

    @property
    def title(self):
        """Code and name of the check."""
        return f"{self.check.code} {self.check.name}"

    def facts(self):
        """As JSON has it."""
        check, waiver = self.check, self.waiver and self.waiver.model_dump(mode="json")
        evidence = [{"message": str(sentence)} | place_of(sentence) for sentence in self.evidence]
        facts = {"code": check.code, "name": check.name, "status": self.status, "refits": check.refits}
        return facts | {"evidence": evidence, "waiver": waiver}


def waivers(root, known):
    """Return the waivers of the plan, by code; none if the plan cannot be read, which P0 says."""
    try:
        stated = plan.read(root / files.PLAN).waivers
    except StudyError:
        return {}
    codes = [check.code for check in known]
    today = datetime.datetime.now(datetime.UTC).date() + datetime.timedelta(days=1)  # it is tomorrow somewhere
    wrong = []
    for code, waiver in stated.items():
        if code not in codes:
            wrong.append(refusal(files.PLAN, "[waivers]", code, "a check", codes))
        elif waiver.date > today:
            wrong.append(f"{files.PLAN}: [waivers] {code}: its date, {waiver.date}, has not come yet")
    if wrong:
        raise StudyError("\n".join(wrong))
    return stated


def examine(subject, checks, known=None, refit=False):
    """
    Exercise checks, those that fit models only if ``refit``; return a Finding of each.

    A check that fails and is waived in the plan is "waived"; a waiver of one that passes changes nothing. ``known`` are
    the checks that a waiver may name, by default these.
    """
    findings, waived = [], waivers(subject.root, known or checks)
    for check in checks:
        if check.refits and not refit:
            findings.append(Finding(check, "not exercised", [LATER]))
            continue
        status, evidence = run_check(check, subject)
        waiver = waived.get(check.code)
        findings.append(Finding(check, "waived" if waiver and status == "failed" else status, evidence, waiver))
    return findings


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
    fail = functools.partial(pytest.fail, pytrace=False)
    endings: dict[str, Callable] = {
        "failed": fail,
        "waived": pytest.xfail,
        "not exercised": pytest.skip,
        "passed": lambda message: None,
    }

    def exercise(check, subject):
        try:
            (finding,) = examine(subject, [check], known, refit=True)
        except StudyError as error:
            fail(str(error))
        endings[finding.status]("\n".join(messages([finding])))

    subject = Subject(root)
    cases = [pytest.param(functools.partial(exercise, check), subject, id=check.code) for check in known]
    return pytest.mark.parametrize(("check", "subject"), cases)


def counts(findings):
    """Count the checks by what came of them; all of them stay in the count."""
    return dict.fromkeys(STATUSES, 0) | Counter(finding.status for finding in findings)


def total(findings):
    """Return the counts in a line; below it how to run those that fit models, and where to read of the others."""
    known = counts(findings)
    text = ", ".join(f"{n} {status}" for status, n in known.items())
    if fit := sum(finding.evidence[:1] == [LATER] for finding in findings):
        text += f"\nNot exercised: {fit} that fit models (`make test` runs them)"
        waits = sum(finding.evidence[:1] == [NO_RESULT] for finding in findings)
        text += f"; {waits} since no result is accepted yet" * (waits > 0)
        if more := known["not exercised"] - fit - waits:
            text += f"; {more} for {'a reason' if more == 1 else 'reasons'} that `harness check --all` states"
    return text


def as_json(findings):
    """Return all there is to say, for machines."""
    return json.dumps({"counts": counts(findings), "checks": [finding.facts() for finding in findings]}, indent=2)


def explain(check):
    """Return how a check finds out, why it matters, what to do, and how it is waived."""
    waiver = f'[waivers."{check.code}"]\nreason = "why this is no fault here"\ndate = {datetime.date.today()}'
    text = f"{check.code} {check.name}\n\n{inspect.cleandoc(check.find.__doc__)}"
    return f"{text}\n\nOnly if it errs here, say why in {files.PLAN}; every report will show that:\n\n{waiver}"


def messages(findings):
    """Yield why checks were not exercised, by reason; then waivers and notes; at the end what failed, and where."""
    idle: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        if finding.status == "not exercised":
            idle[finding.evidence[0]].append(finding)
    for reason, group in idle.items():
        title = group[0].title if len(group) == 1 else ", ".join(finding.check.code for finding in group)
        yield f"{title} not exercised: {reason}"
    for finding in findings:
        waiver, evidence = finding.waiver, finding.evidence
        if finding.status == "waived":
            yield f"{finding.title} waived on {waiver.date}: {waiver.reason} ({len(evidence)} x: {evidence[0]})"
        elif finding.status == "passed" and waiver:
            yield f"{finding.title} passed: its waiver in {files.PLAN} is not needed any more"
        elif finding.status == "passed" and evidence:
            yield f"{finding.title} passed, but {evidence[0]}"
    yield from failures(findings)


def failures(findings):
    """Yield of each check that failed what should hold, and where it does not."""
    for finding in findings:
        if finding.status == "failed":
            holds = inspect.cleandoc(finding.check.find.__doc__).partition("\n")[0]
            lines = [f"\n{finding.title} failed. What should hold: {holds}"]
            lines += [f"  {sentence}" for sentence in finding.evidence[:SHOWN]]
            if more := finding.evidence[SHOWN:]:
                lines.append(f"  ... and {len(more)} more")
            yield "\n".join([*lines, f"  Why, and what to do: `harness check --explain {finding.check.code}`"])
