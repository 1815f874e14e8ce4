"""Verify: lint, tests, checks and replay in a row; then what passed, what was not exercised, and what to do next."""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from harness import files
from harness.checks import engine, findings, registry
from harness.checks.verification import CONTRACT
from harness.exceptions import StudyError
from harness.provenance import record, replay
from harness.words import print_table, typed

# What `make lint` and `make test` run, but for the contract, whose checks are asked right after the tests.
LINT = (["ruff", "check", "--quiet"], ["ruff", "format", "--check"], ["pre-commit", "run", "--all-files"])
SKIP = {"SKIP": "ruff-check,ruff-format"}  # of the commit's hooks: they were just run
IDLE = r"(Passed|Skipped)$"  # lines of the hooks that say nothing
PUBLISH = "nothing; before you publish: `harness release` names what is missing"
PROBE = "harness.checks.probe"
TAKEN = "Look for what takes them out: options of pytest, conftest.py, a plugin, an edited test_contract.py."
NO_TESTS = 5  # pytest's exit code where it finds none


class Step(NamedTuple):
    """What came of a step; ``alone`` shows a failure alone, ``missing`` says what was not looked at, and why."""

    name: str
    passed: bool
    outcome: str
    alone: str
    missing: tuple[str, ...] = ()
    todo: str = ""  # what it takes to look at it


def call(root: Path, *command: str, hide: str = "", env: dict[str, str] | None = None) -> int | None:
    """Run a script of this environment, hide lines by a pattern; return its exit code, or None if it is absent."""
    script = Path(sys.executable).with_name(command[0])
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True} if hide else {}
    try:
        done = subprocess.run([script, *command[1:]], cwd=root, env=env or os.environ | SKIP, **pipes)
    except FileNotFoundError:
        print(f"{script}: not found. Run `make setup`.")
        return None
    for line in (done.stdout or "").splitlines():
        if not re.search(hide, line):
            print(line)
    return done.returncode


def lint(root: Path) -> Step:
    """Tools look for bad style, unused packages, secrets, large files and outdated locks."""
    passed = all([call(root, *command, hide=IDLE) == 0 for command in LINT])
    return Step("lint", passed, "passed" if passed else "FAILED", "make lint")


def pytest(root: Path, *options: str, quiet: bool, **variables: str) -> tuple[int | None, dict[str, str]]:
    """Run pytest with its options in the study; return its exit code, and what became of each test that it found."""
    with tempfile.TemporaryDirectory(prefix="tests-") as place:
        seen = Path(place, "seen.json")
        env = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")} | variables
        env["HARNESS_SEEN"] = str(seen)
        code = call(root, "pytest", "-p", PROBE, *options, hide=".*" if quiet else "", env=env)
        return code, json.loads(files.read_text(seen) or "{}")


def tests(root: Path) -> Step:
    """Your own tests, and the examples in docstrings; whether `make test` runs every check."""
    code, seen = pytest(root, f"--ignore={CONTRACT}", quiet=False)
    codes = [each.code for each in registry.all_checks(root)]
    _, asked = pytest(root, "--maxfail=0", quiet=True, HARNESS_PROBE="contract")
    silent = [one for one in codes if asked.get(f"{CONTRACT}::test_study[{one}]") != "failed"]
    why = {"skipped": "it was skipped", "": "it was taken out"}
    missing = [f"tests: {name}: {why[outcome]}" for name, outcome in sorted(seen.items()) if outcome in why]
    missing += [f"tests: {name}: pytest does not find it" for name in unfound(root, seen)]
    if silent:
        print(f"{CONTRACT}: `make test` does not run {', '.join(silent)}. {TAKEN}")
    elif code == NO_TESTS:
        missing = missing or ["tests: the study has none of its own yet"]
        return Step("tests", True, "not exercised", "make test", tuple(missing))
    passed = code == 0 and not silent
    outcome = "passed" + f", {len(missing)} not exercised" * bool(missing) if passed else "FAILED"
    return Step("tests", passed, outcome, "make test", tuple(missing))


def unfound(root: Path, seen: Iterable[str]) -> Iterator[str]:
    """Yield each function of the study's own test modules that pytest did not take for a test."""
    for folder in ("tests", "study"):
        for path in sorted((root / folder).rglob("test_*.py")):
            name = path.relative_to(root).as_posix()
            found = {test.rpartition("::")[2].partition("[")[0] for test in seen if test.startswith(f"{name}::")}
            stated = re.findall(r"^ *(?:async )?def (test_\w+)", path.read_text("utf-8"), re.M)
            yield from (f"{name}::{function}" for function in stated if name != CONTRACT and function not in found)


def check(root: Path, refit: bool = True) -> Step:
    """All checks, also those that fit models."""
    results = findings.examine(engine.Subject(root), registry.all_checks(root), refit=refit)
    print(typed("\n".join(findings.failures(results)) or "no check failed"))
    missing = findings.messages([finding for finding in results if finding.status in ("not exercised", "waived")])
    counts = findings.counts(results).items()
    outcome = ", ".join(f"{n} {status}" for status, n in counts if n).replace("failed", "FAILED")
    failed = next((finding.check.code for finding in results if finding.status == "failed"), "")
    alone = f"`harness check {failed}` (with --explain: why, and what to do)" if failed else "make check"
    return Step("check", not failed, outcome, alone, tuple(missing))


def repeat(root: Path) -> Step:
    """The accepted run, repeated: in this environment if it has the packages of the run, otherwise in a new one."""
    folder, commit = replay.subject(root), "git add -A && git commit"
    if folder is None:
        first = f"{commit}, then " if files.git(root, "status", "--porcelain") else ""
        todo = f"{first}make run, then make accept, then {commit}"
        return Step("replay", True, "not exercised", "make replay", (f"replay: {replay.NONE}",), todo)
    todo = "" if folder == root / "results" else f"`harness accept {folder.name}`, then {commit}"
    here = record.read(folder)["lock_sha256"] == files.file_hash(root / files.LOCK)
    print(f"replaying {folder.relative_to(root)} in a clean clone ...", flush=True)
    outcome = replay.replay(root, folder, here=here)
    replay.show(outcome)
    passed = outcome["status"] in ("identical", "within tolerance")
    return Step("replay", passed, outcome["status"], "make replay", (), todo)


def check_fast(root: Path) -> Step:
    """The checks, without those that fit models (--fast)."""
    return check(root, refit=False)


def no_repeat(root: Path) -> Step:
    """No replay (--fast)."""
    return Step("replay", True, "not exercised", "make replay", ("replay: left out by --fast",), "make verify")


# By what `make` calls them.
STEPS: dict[str, Callable[[Path], Step]] = {"lint": lint, "test": tests, "check": check, "replay": repeat}
FAST = STEPS | {"check": check_fast, "replay": no_repeat}


def verify(root: Path, steps: dict[str, Callable[[Path], Step]] = STEPS) -> bool:
    """Take the steps, whatever came of those before; print a summary; return whether none failed."""
    seconds: dict[Step, float] = {}
    for number, (name, take) in enumerate(steps.items(), 1):
        print(f"\n[{number}/{len(steps)}] {take.__doc__}", flush=True)
        start = time.monotonic()
        try:
            step = take(root)
        except StudyError as error:  # the failure of this step, and not the end
            print(typed(str(error)))
            step = Step(name, False, "FAILED", f"make {name}")
        seconds[step] = time.monotonic() - start
    return summarize(seconds)


def summarize(seconds: dict[Step, float]) -> bool:
    """Print what passed, what was not exercised, and what to do next; return whether no step failed."""
    failed = [f"{step.name} failed; alone it is shown by: {step.alone}" for step in seconds if not step.passed]
    idle = ", ".join(step.name for step in seconds if step.outcome == "not exercised")
    print("\nFAILED" if failed else f"\nPASSED, but not exercised: {idle}" if idle else "\nPASSED")
    rows = [(step.name, step.outcome, f"{duration:.0f}") for step, duration in seconds.items()]
    print_table("step", "outcome", "seconds", rows=rows)
    missing = [message for step in seconds for message in step.missing] or ["nothing"]
    todo = failed[:1] or [step.todo for step in seconds if step.todo] or [PUBLISH]
    print(typed("\n  ".join(["Not exercised, or waived:", *missing])), typed("\n  ".join(["Next:", *todo])), sep="\n")
    return not failed
