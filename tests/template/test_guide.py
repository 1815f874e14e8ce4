"""The four phases of a study's CONTRIBUTING.md, and docs/why/practices.md: what they name is there."""

import re
import sys

import pytest
from conftest import INSIDE, ROOT

from harness import checks
from harness.__main__ import main
from harness.plan import plan
from harness.provenance import schema

STUDY = ROOT / INSIDE
GUIDE = (STUDY / "CONTRIBUTING.md").read_text(encoding="utf-8")
PRACTICES = (ROOT / "docs" / "why" / "practices.md").read_text(encoding="utf-8")
MADE = {"results", "runs", "dist", "REPRODUCED.md", "CHECKLISTS.md", "codemeta.json", "ID", ".venv"}
MADE |= {"data/croissant.json"}  # not there on the first day


def code(text):
    """What a page sets as code."""
    return re.findall(r"`([^`\n]+)`", text)


def commands(text):
    """The harness commands that a page names, with their subcommands and options, without what stands for something."""
    found = [re.match(r"harness ((?:[a-z]+ ?)+)(?:[A-Z]+ ?)?(--[a-z]+)?", one) for one in code(text)]
    return sorted({(one[1].strip(), one[2] or "") for one in found if one})


def test_the_guide_has_four_phases_on_one_page():
    assert re.findall(r"^\| \*\*(\w+)\*\*", GUIDE, re.M) == ["Planning", "Execution", "Review", "Publication"]
    assert len(GUIDE.splitlines()) <= 60
    for row in re.findall(r"^\| (?:\*\*\w+\*\* )?\| .+", GUIDE, re.M):
        assert code(row.split("|")[3]) or "pull request" in row, row


def test_every_make_target_of_the_guide_is_there():
    targets = set(re.findall(r"^([a-z-]+):", (STUDY / "Makefile").read_text(encoding="utf-8"), re.M))
    named = {word for one in code(GUIDE) if one.startswith("make ") for word in one.split()[1:] if "=" not in word}
    assert len(named) > 8 and named <= targets, named - targets


def test_practices_are_all_there():
    assert re.findall(r"^\| (\d+) \|", PRACTICES, re.M) == [str(n) for n in range(1, 89)]
    assert all(row.split("|")[3].strip() for row in PRACTICES.splitlines() if re.match(r"\| \d+ \|", row))


@pytest.mark.parametrize(("command", "option"), sorted({*commands(GUIDE), *commands(PRACTICES)}))
def test_every_command_that_is_named_is_there(command, option, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["harness", *command.split(), "--help"])
    with pytest.raises(SystemExit, match="0"):
        main()
    said = capsys.readouterr().out
    assert f"harness {command}" in said and option in said


def test_what_practices_name_is_there():
    """Files, checks, and keys of plan and record."""
    listed = re.findall(r"\b(?:check|checks) ((?:[A-Z]\d(?:\.\d)?(?:, | and )?)+)", PRACTICES)
    named = {one for group in listed for one in re.findall(r"[A-Z]\d(?:\.\d)?", group)}
    known = {one.code for one in checks.CHECKS}
    assert named and named <= known, named - known
    for name in code(PRACTICES):
        path = name.partition("#")[0].rstrip("/")
        if re.fullmatch(r"[\w./-]+", path) and ("/" in path or path.endswith((".md", ".toml", ".json", ".cff"))):
            assert {path, path.split("/")[0]} & MADE or (STUDY / path).exists() or (ROOT / path).exists(), name
    planned = plan.read(STUDY / "study" / "plan.toml").model_dump(mode="json")
    recorded = schema.MEANING
    for name, key in re.findall(r"`([\w./]+)#([\w.]+)`", PRACTICES):
        found = {"study/plan.toml": planned, "results/run.json": recorded}[name]
        for part in key.split("."):
            assert part in found, (name, key)
            found = found[part]
