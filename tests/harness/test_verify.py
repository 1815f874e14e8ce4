"""The end of `make verify`: what was verified, what was not, what to do next."""

import json
from xml.etree import ElementTree

import pytest

from harness import verify
from harness.words import typed

GOOD = '<testsuites><testsuite tests="3" failures="0" errors="0" skipped="1">{}</testsuite></testsuites>'
SKIPPED = '<testcase name="b"><skipped message="not exercised: no network"/></testcase>'


def printed(*checks):
    """Return what `check --json` prints of checks: (code, status, refits)."""
    waiver = {"date": "2026-01-02", "reason": "known"}
    told = [
        {"code": code, "name": "it", "status": status, "refits": refits, "evidence": [{"says": f"{code} says"}]}
        | {"waiver": waiver if status == "waived" else None}
        for code, status, refits in checks
    ]
    names = ("passed", "failed", "waived", "not exercised")
    counts = {name: [status for _, status, _ in checks].count(name) for name in names}
    return json.dumps({"counts": counts, "checks": told})


def shown(capsys, *steps):
    verify.summary(steps, [1.0] * len(steps))
    return capsys.readouterr().out


def test_what_was_not_looked_at_is_told(capsys):
    tests = verify.tested(0, ElementTree.fromstring(GOOD.format(SKIPPED)))
    checks = printed(("A", "passed", False), ("B", "waived", False), ("C", "not exercised", False))
    idle = verify.checked(
        0, printed(("A", "not exercised", False), ("B", "not exercised", False)).replace("B says", "A says")
    )
    assert idle.missing == ("A it, B it: A says",)
    fits = verify.checked(0, printed(("F", "not exercised", True)))
    said = shown(capsys, tests, verify.checked(0, checks), verify.replayed(3, "replay: within tolerance\n", "results"))
    assert "2 passed, 1 skipped" in said and "1 passed, 1 waived, 1 not exercised" in said
    assert (
        "  b: not exercised: no network\n  B it, waived on 2026-01-02: known\n  C it: C says\nNEXT\n  nothing" in said
    )
    assert fits.missing == () and fits.outcome == "1 by the tests"  # the tests fit models


def test_the_first_failure_is_what_to_do_next(capsys):
    lint = verify.Step("lint", True, "passed", "make lint")
    checks = verify.checked(1, printed(("A", "passed", False), ("B", "failed", False)))
    assert "B it failed:\n  B says" in capsys.readouterr().out
    said = shown(capsys, lint, checks, verify.replayed(4, "replay: outside\n", "results"))
    assert "1 passed, 1 FAILED" in said and "outside" in said
    assert typed("\nNEXT\n  check failed; alone it is shown by: python -m harness check B (with --explain:") in said


def test_a_step_that_breaks_down_has_failed():
    broken = verify.tested(3, None), verify.checked(1, ""), verify.replayed(1, "Traceback ...", "results")
    assert [(one.passed, one.outcome) for one in broken] == [(False, "FAILED")] * 3


@pytest.mark.parametrize(("code", "status", "passed"), [(0, "identical", True), (5, "not comparable", False)])
def test_replay_without_an_accepted_result_asks_for_one(capsys, code, status, passed):
    step = verify.replayed(code, f"replay: {status}\n", "20260102T030405Z-abcdef")
    assert (step.passed, step.outcome) == (passed, status)
    assert step.todo == "python -m harness accept 20260102T030405Z-abcdef, then git add -A && git commit"
    none = verify.replayed(0, "replay: not exercised: there is no run of a committed study yet (make run)\n", None)
    said = shown(capsys, none)
    assert none.passed and "not exercised: there is no run" not in said.partition("NOT VERIFIED")[0]
    assert "  replay: there is no run of a committed study yet (make run)\n" in said
    assert said.endswith(typed("  make run, then python -m harness accept ID, then git add -A && git commit\n"))


def test_every_step_is_taken_whatever_came_of_the_others(monkeypatch, capsys):
    taken = []

    def call(module, *arguments, shown=True):
        taken.append(module)
        return 1, ""

    monkeypatch.setattr(verify, "call", call)
    assert verify.main() == 1
    assert taken == ["ruff", "ruff", "harness.upkeep.lock", "pytest", "harness", "harness"]


@pytest.mark.parametrize(("target", "commands"), [("lint", verify.LINT), ("test", [verify.TEST])])
def test_its_commands_are_those_of_make(target, commands):
    recipe = (verify.ROOT / "Makefile").read_text("utf-8").partition(f"\n{target}:")[2].partition("\n\n")[0]
    lines = [line.removeprefix("\t$(BIN)/").removeprefix("python -m ") for line in recipe.splitlines()[1:]]
    assert lines == [" ".join(command) for command in commands]


def test_a_command_is_typed_with_the_python_that_runs(monkeypatch):
    place = verify.ROOT / ".venv" / "bin" / "python"
    monkeypatch.chdir(verify.ROOT)
    monkeypatch.setattr("sys.executable", str(place))
    said = "run it again: python -m harness card; python -m pytest; /usr/bin/python -m harness; python3 -m harness"
    assert typed(said) == said.replace(": python", ": .venv/bin/python").replace("; python -m", "; .venv/bin/python -m")
    monkeypatch.setattr("sys.executable", "/usr/bin/python")
    assert typed(said) == said
