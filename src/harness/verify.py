"""Verify: style, tests, checks and replay in a row; then what was verified, what was not, and what to do next."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

from harness import files
from harness.__main__ import table
from harness.provenance import replay, tolerance
from harness.upkeep import TEST
from harness.words import typed

ROOT = Path(__file__).parents[2]
LINT = (["ruff", "check"], ["ruff", "format", "--check"], ["harness.upkeep.lock", "--check"])
ACCEPT = "{}python -m harness accept {}, then git add -A && git commit"
PATIENCE_S = 20  # for a step that is stopped to clean up behind itself


class Step(NamedTuple):
    """What came of a step."""

    name: str
    passed: bool
    outcome: str
    alone: str  # the command that shows a failure alone
    missing: tuple = ()  # sentences: what was not looked at, and why
    todo: str = ""  # what it takes to look at it


def call(*command, shown=True):
    """Run a module of this environment; return its exit code and what it printed, which is shown as it comes."""
    width = str(shutil.get_terminal_size().columns)
    variables = os.environ | {"PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8", "COLUMNS": width}
    printed, pipe = [], {"stdout": subprocess.PIPE, "encoding": "utf-8", "errors": "replace"}
    with subprocess.Popen([sys.executable, "-m", *command], cwd=ROOT, env=variables, **pipe) as process:
        try:
            for line in process.stdout:
                printed.append(line)
                if shown:
                    print(line, end="", flush=True)
        except KeyboardInterrupt:  # which Ctrl-C sends to the process too
            try:
                process.wait(PATIENCE_S)
            except subprocess.TimeoutExpired:
                process.terminate()
            raise
    return process.returncode, "".join(printed)


def lint():
    """Style of what is written, and locks in step."""
    passed = [call(*command)[0] == 0 for command in LINT]
    return Step("lint", all(passed), "passed" if all(passed) else "FAILED", "make lint")


def test():
    """The tests; those that they skip as not exercised are told."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "tests.xml"
        code, _ = call(*TEST, f"--junitxml={report}")
        return tested(code, ElementTree.parse(report).getroot() if report.is_file() else None)


def tested(code, report):
    """Read the report of the tests."""
    if report is None:
        return Step("tests", False, "FAILED", "make test")
    suite = next(report.iter("testsuite"))
    failed, skipped = (sum(int(suite.get(key)) for key in keys) for keys in (("failures", "errors"), ("skipped",)))
    counted = {"passed": int(suite.get("tests")) - failed - skipped, "FAILED": failed, "skipped": skipped}
    outcome = ", ".join(f"{n} {what}" for what, n in counted.items() if n)
    why = [(case.get("name"), found.get("message", "")) for case in report.iter("testcase") for found in case]
    missing = tuple(f"{name}: {message}" for name, message in why if "not exercised" in message.lower())
    return Step("tests", code == 0, outcome or "FAILED", "python -m pytest --last-failed", missing)


def check():
    """The checks, as `check --json` tells of them."""
    code, printed = call("harness", "check", "--json", shown=False)
    return checked(code, printed)


def checked(code, printed):
    """Show the checks and what failed; those that fit models are the tests' to exercise."""
    if not printed.startswith("{"):
        return Step("check", False, "FAILED", "make check")
    facts = json.loads(printed)
    checks, missing, left = facts["checks"], [], {}  # left: reason -> names of the checks that it keeps idle
    table("code", "check", "status", rows=[(one["code"], one["name"], one["status"]) for one in checks])
    for one in checks:
        name, says = f"{one['code']} {one['name']}", [found["says"] for found in one["evidence"]]
        if one["status"] == "failed":
            print("\n".join([f"{name} failed:", *(f"  {sentence}" for sentence in says[:10])]))
        elif one["status"] == "waived":
            missing.append(f"{name}, waived on {one['waiver']['date']}: {one['waiver']['reason']}")
        elif one["status"] == "not exercised" and not one["refits"]:
            left.setdefault(says[0], []).append(name)
    short = {reason: [name.split()[0] for name in names] if len(names) > 3 else names for reason, names in left.items()}
    missing += [f"{', '.join(names)}: {reason}" for reason, names in short.items()]
    refits = sum(one["refits"] and one["status"] == "not exercised" for one in checks)
    counted = facts["counts"] | {"not exercised": facts["counts"]["not exercised"] - refits, "by the tests": refits}
    outcome = ", ".join(f"{n} {what.replace('failed', 'FAILED')}" for what, n in counted.items() if n)
    failed = next((one["code"] for one in checks if one["status"] == "failed"), "")
    alone = f"python -m harness check {failed} (with --explain: why, and what to do)" if failed else "make check"
    return Step("check", code == 0, outcome, alone, tuple(missing))


def repeat():
    """The replay: in this environment if the run's lock is the present one, else in a fresh one."""
    folder = replay.subject(ROOT)
    lock = json.loads((folder / "run.json").read_text(encoding="utf-8")).get("lock_sha256") if folder else None
    here = ["--here"] if lock == files.file_hash(ROOT / files.LOCK) else []
    return replayed(*call("harness", "replay", *here), folder and folder.name)


def replayed(code, printed, name):
    """Read what replay says at its end; `name` is the folder's that it repeated: results, a run's, or None."""
    said = next((line for line in reversed(printed.splitlines()) if line.startswith("replay: ")), "replay: FAILED")
    outcome, _, why = said.removeprefix("replay: ").partition(": ")
    passed = code in (tolerance.STATUSES["identical"], tolerance.STATUSES["within tolerance"])
    missing = (f"replay: {why}",) if outcome == "not exercised" else ()
    outcome = outcome if passed or outcome in tolerance.STATUSES else "FAILED"
    todo = "" if name == "results" else ACCEPT.format("" if name else "make run, then ", name or "ID")
    return Step("replay", passed, outcome, "make replay", missing, todo)


def summary(steps, seconds):
    """Say what was verified, what was not, and what to do next."""
    print("\nVERIFIED")
    rows = [(one.name, one.outcome, f"{s:.0f}") for one, s in zip(steps, seconds, strict=True)]
    table("step", "outcome", "seconds", rows=rows)
    missing = [sentence for one in steps for sentence in one.missing] or ["nothing that was asked was left out"]
    print("NOT VERIFIED", *(f"  {sentence}" for sentence in missing), sep="\n")
    failed = [f"{one.name} failed; alone it is shown by: {one.alone}" for one in steps if not one.passed][:1]
    todo = failed or [one.todo for one in steps if one.todo] or ["nothing: commit and push"]
    print("NEXT", *(f"  {typed(sentence)}" for sentence in todo), sep="\n")


def main():
    """Take the steps, one after the other, whatever came of those before; return the exit code."""
    steps, seconds = [], []
    for number, step in enumerate((lint, test, check, repeat), 1):
        print(f"\n[{number}/4] {step.__doc__.partition(chr(10))[0]}", flush=True)
        start = time.monotonic()
        steps.append(step())
        seconds.append(time.monotonic() - start)
    summary(steps, seconds)
    return 0 if all(one.passed for one in steps) else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("\nverify: stopped")
