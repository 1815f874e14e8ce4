"""Every fault of tests/faults is caught by what it says, and by no other; no innocent change turns anything red."""

import json
import os
import re
import shlex
import shutil
from functools import cache
from pathlib import Path

import pytest
from catalogue import BEFORE, MAY_MISS, MEANS, MOST_MISSED, Study, entries, first, steady
from conftest import commit_all
from filelock import FileLock

# By `make faults`; else one fault of each check, one variant of each innocent change, and less is refitted.
EVERY = "FAULTS_SEEN" in os.environ and not os.environ.get("FAULTS_FIRST")
ALL, HONEST = entries("faults"), entries("innocent")
FIRST = {one.CHECK: one for one in reversed(ALL) if not one.missed}
FAULTS, INNOCENT = (ALL, HONEST) if EVERY else ([*FIRST.values()], first(HONEST))
FAULTS = sorted(FAULTS, key=lambda one: one.BASE != "fresh")  # one process makes the others while one has these to do
UNDO = re.compile(r"git checkout \w+ -- (?:'[^']+'|[^\s;,]+)")  # as a message gives it, to be typed
VARIANTS = 442  # that the catalogue had when it was whole: none may be dropped


@cache
def checks():
    """The checks of the judge by code; the package is installed here too."""
    from harness.checks import CHECKS

    return {one.code: one for one in CHECKS}


@cache
def required():
    """Codes of checks on which others rest."""
    return {code for one in checks().values() for code in getattr(one, "requires", ())}


def note(kind, one, **facts):
    """Leave what was seen to `make faults`."""
    if place := os.environ.get("FAULTS_SEEN"):
        path = Path(place) / f"{kind}-{one}.json"
        facts = {"kind": kind, "stem": one.stem, "variant": one.variant} | facts
        path.write_text(json.dumps(facts), encoding="utf-8")


def accepted(study):
    """Run and accept a short plan."""
    study.edit("study/plan.toml", "repeats = 5", "repeats = 2\ndraws = 2")  # a third of the fits
    study.edit("study/plan.toml", 'benchmark = "load_breast_cancer"', 'benchmark = ""')
    study.commit("A short plan")
    study.accept(study.run_id())


def opened(study):
    """Open the sealed rows."""
    study.harness("unseal", "--reason", "To see")
    study.commit("Open the test")


PREPARED = {"accepted": accepted, "opened": opened}


@pytest.fixture(scope="session")
def base(copy_project, python, hub, tmp_path_factory):
    """The study that a fault begins with, by the name of its BASE; made once for all processes, when it is needed."""
    shared = tmp_path_factory.getbasetemp()
    shared = shared.parent if "PYTEST_XDIST_WORKER" in os.environ else shared

    def base_(name):
        folder, done = shared / name / "study", shared / f"{name}.done"
        with FileLock(shared / f"{name}.lock"):
            if not done.exists():
                folder.parent.mkdir()  # which fails if another process did not get to the end
                if name == "opened":
                    shutil.copytree(base_("accepted"), folder, symlinks=True)
                else:
                    copy_project(folder)
                study = Study(folder, python, hub)
                if name in PREPARED:
                    PREPARED[name](study)
                if name != "fresh":
                    study.checked("N1")
                study.git("update-ref", BEFORE, "HEAD")
                done.touch()
        return folder

    return base_


def passed_over(folder, names):
    """What a copy of a base leaves out: fits that are kept, not reports, and what is compiled."""
    return {name for name in names if (name != "reports" if folder.endswith("/.cache") else name == "__pycache__")}


@pytest.fixture
def put(base, python, hub, tmp_path):
    """Put what a person does into a copy of a base, and commit it."""

    def put_(one):
        folder = tmp_path / "study"
        shutil.copytree(base(one.BASE), folder, symlinks=True, ignore=passed_over)
        study = Study(folder, python, hub)
        one.act(study)
        commit_all(folder, "Done in a hurry", hub)
        return study

    return put_


def failed(findings):
    """Codes of the checks that failed."""
    return {code for code, one in findings.items() if one["status"] == "failed"}


def evidence(findings):
    """What those say that failed."""
    return json.dumps({code: findings[code]["evidence"][:3] for code in sorted(failed(findings))}, indent=1)


def checked(study, code, whole):
    """Exercise all checks that do not fit models, and of those that do the one of this code, or all of them."""
    if not checks()[code].refits:
        return study.checked()
    if whole:
        return study.checked("--refit")
    return study.checked(*(other for other, one in checks().items() if not one.refits), code)


def test_every_check_has_a_fault():
    assert {one.CHECK for one in ALL if not one.missed} - MEANS.keys() == checks().keys()


def test_no_fault_is_dropped_and_few_are_missed():
    assert len(ALL) >= VARIANTS
    missed = [one for one in ALL if one.missed]
    assert len(missed) <= MOST_MISSED and {one.stem for one in missed} <= MAY_MISS
    assert {one.stem for one in ALL} >= MAY_MISS
    assert all(one.CHECK and (one.PLACE or one.CHECK not in MEANS) for one in ALL if not one.missed)


def caught_by_a_check(one, study):
    """Assert that its check turns red, and no other; that it goes unseen without; that the way back is one."""
    lead, whole = FIRST[one.CHECK] is one, EVERY and FIRST[one.CHECK] is one
    code, findings = checked(study, one.CHECK, whole)
    also = {other for other in one.ALSO & findings.keys() if findings[other]["status"] != "not exercised"}
    red, expected = failed(findings), {one.CHECK, *also}
    messages = [found["message"] for found in findings.get(one.CHECK, {}).get("evidence", ())] or [""]
    note("fault", one, caught=red == expected and code == 1, message=steady(messages[0]), failed=sorted(red))
    assert red == expected and code == 1, f"{sorted(red)}, not {sorted(expected)}: {evidence(findings)}"
    if one.ELSE or (lead and one.CHECK in required()):
        refit = ["--refit"] * (EVERY and checks()[one.CHECK].refits)
        seen = failed(study.checked(*refit, without=[one.CHECK])[1]) - also
        note("removal", one, code=one.CHECK, seen=sorted(seen))
        assert seen == set(one.ELSE)
    if commands := {command for message in messages for command in UNDO.findall(message)}:
        for command in commands:
            study.run(*shlex.split(command))
        assert one.CHECK not in failed(study.checked(one.CHECK)[1])


def caught_by_a_command(one, study):
    """Assert that its command ends with an error and names the place."""
    code, said = study.asked(one.CHECK, whole=FIRST[one.CHECK] is one)
    flat = " ".join(said.split())
    lines = [line.strip() for line in said.splitlines() if one.PLACE[0] in line]
    named = all(part in said or part in flat for part in one.PLACE)
    note("fault", one, caught=named and code != 0, message=steady((lines or one.PLACE)[0]), failed=[])
    assert code and named, f"exit {code}, wanted {one.PLACE}:\n{said}"


@pytest.mark.slow
@pytest.mark.parametrize("one", FAULTS, ids=str)
def test_a_fault_is_caught_by_what_it_says_and_no_other(put, one):
    study = put(one)
    if one.missed:  # else it is not missed any more
        code, findings = study.checked()
        note("missed", one)
        assert code == 0, evidence(findings)
    elif one.CHECK in MEANS:
        caught_by_a_command(one, study)
    else:
        caught_by_a_check(one, study)


@pytest.mark.slow
@pytest.mark.parametrize("one", INNOCENT, ids=str)
def test_an_innocent_change_turns_nothing_red(put, one):
    study = put(one)
    code, findings = study.checked(*["--refit"] * (EVERY and one.REFIT))
    linted, said = study.asked("lint", whole=False) if one.LINT else (0, "")
    note("innocent", one, failed=sorted(failed(findings)) + ["lint"] * (linted != 0))
    assert code == 0, evidence(findings)
    assert linted == 0, said
