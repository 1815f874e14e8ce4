"""Every fault of tests/faults turns its check red and no other; no innocent change turns any; no check is idle."""

import json
import os
import re
import shlex
import shutil
from pathlib import Path

import pytest
from catalogue import Study, entries, steady
from conftest import commit_all
from filelock import FileLock

# By `make faults`; else one variant of each file, and less is refitted.
EVERY = "FAULTS_SEEN" in os.environ and not os.environ.get("FAULTS_FIRST")
VARIANTS = list(entries("faults"))


def asked(found):
    """All variants, or the first of each file."""
    return found if EVERY else list({one[0]: one for one in reversed(found)}.values())


FAULTS, INNOCENT = asked(VARIANTS), asked(list(entries("innocent")))
FIRST = {module.CHECK: (stem, module, variant) for stem, module, variant in reversed(VARIANTS)}
SOURCES = Path(__file__).parents[1] / "{{cookiecutter.project_slug}}" / "harness" / "checks"
REGISTERED = re.compile(r'^@check\("([^"]+)"(.*)$', re.M)
UNDO = re.compile(r"git checkout \w+ -- (?:'[^']+'|[^\s;,]+)")  # as a message gives it, to be typed
CHECKS = {code: rest for path in SOURCES.glob("*.py") for code, rest in REGISTERED.findall(path.read_text("utf-8"))}


def note(kind, stem, variant, **facts):
    """Leave what was seen to `make faults`."""
    if place := os.environ.get("FAULTS_SEEN"):
        path = Path(place) / f"{kind}-{stem}-{variant}.json"
        path.write_text(json.dumps({"kind": kind, "stem": stem, "variant": variant} | facts), encoding="utf-8")


@pytest.fixture(scope="session")
def bases(copy_project, python, hub, tmp_path_factory):
    """A committed render without a result, and one with an accepted result; made once for all processes."""
    shared = tmp_path_factory.getbasetemp()
    shared = shared.parent if "PYTEST_XDIST_WORKER" in os.environ else shared
    places = {"fresh": shared / "fresh" / "study", "accepted": shared / "accepted" / "study"}
    with FileLock(shared / "faults.lock"):
        if not (shared / "faults.done").exists():
            for folder in places.values():
                folder.parent.mkdir()
                copy_project(folder)
            study = Study(places["accepted"], python, hub)
            study.accept(study.run_id("--workers", "2"))  # the other process waits for it
            (shared / "faults.done").touch()
    return places


@pytest.fixture
def put(bases, python, hub, tmp_path):
    """Put what a person does into a copy of a base, and commit it."""

    def put_(module, variant):
        folder = tmp_path / "study"
        base = bases[getattr(module, "BASE", "fresh")]
        shutil.copytree(base, folder, symlinks=True, ignore=shutil.ignore_patterns("__pycache__", ".cache"))
        study = Study(folder, python, hub)
        getattr(module, variant)(study)
        commit_all(folder, "Done in a hurry", hub)
        return study

    return put_


def failed(findings):
    """Codes of the checks that failed."""
    return {code for code, one in findings.items() if one["status"] == "failed"}


def checked(study, code, whole):
    """Exercise all checks that do not fit models, and of those that do the one of this code, or all of them."""
    if "refits=True" not in CHECKS[code]:
        return study.checked()
    if whole:
        return study.checked("--refit")
    (fine, findings), (red, own) = study.checked(), study.checked(code)
    return fine or red, findings | own


def without(study, code):
    """Take a check out of the harness: it is not registered any more."""
    (path,) = (path for path in SOURCES.glob("*.py") if f'@check("{code}"' in path.read_text(encoding="utf-8"))
    name = f"harness/checks/{path.name}"
    text, n = re.subn(rf'(?m)^@check\("{re.escape(code)}".*\n', "", study.read(name))
    assert n == 1
    study.write(name, text)


def test_every_check_has_a_fault():
    assert FIRST.keys() == CHECKS.keys()


@pytest.mark.slow
@pytest.mark.parametrize(("stem", "module", "variant"), FAULTS, ids=lambda one: one if isinstance(one, str) else "")
def test_a_fault_turns_its_check_red_and_no_other(put, stem, module, variant):
    first, study = FIRST[module.CHECK] == (stem, module, variant), put(module, variant)
    code, findings = checked(study, module.CHECK, whole=EVERY and first)
    also = {one for one in getattr(module, "ALSO", ()) if findings[one]["status"] != "not exercised"}
    red, expected = failed(findings), {module.CHECK, *also}
    said = findings.get(module.CHECK, {}).get("evidence") or [{"says": ""}]
    message = steady(said[0]["says"])
    note("fault", stem, variant, caught=red == expected and code == 1, message=message, failed=sorted(red))
    evidence = {name: findings[name]["evidence"][:3] for name in red}
    assert red == expected and code == 1, json.dumps([sorted(red), sorted(expected), evidence], indent=1)
    if first:
        without(study, module.CHECK)
        refit = EVERY and "refits=True" in CHECKS[module.CHECK]
        seen = failed(study.checked(*["--refit"] * refit)[1]) - {"H1", *also}  # H1: the harness was edited just now
        note("removal", stem, variant, code=module.CHECK, seen=sorted(seen))
        assert seen == set(getattr(module, "ELSE", ()))
        study.git("checkout", "--", "harness")
    if commands := {command for one in said for command in UNDO.findall(one["says"])}:
        for command in commands:
            study.run(*shlex.split(command))
        assert module.CHECK not in failed(study.checked(module.CHECK)[1])


@pytest.mark.slow
@pytest.mark.parametrize(("stem", "module", "variant"), INNOCENT, ids=lambda one: one if isinstance(one, str) else "")
def test_an_innocent_change_turns_no_check_red(put, stem, module, variant):
    code, findings = put(module, variant).checked(*["--refit"] * (EVERY and getattr(module, "REFIT", False)))
    note("innocent", stem, variant, failed=sorted(failed(findings)))
    assert code == 0, {name: findings[name]["evidence"][:3] for name in failed(findings)}
