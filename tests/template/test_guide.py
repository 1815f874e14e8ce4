"""CHECKLISTS.md as it is shipped; the four phases of CONTRIBUTING.md; docs/practices.md: what they name is there."""

import json
import re

import pytest
import yaml
from conftest import INSIDE, ROOT, harness, run

STUDY = ROOT / INSIDE
WRITE = "from harness.publish import checklists; from pathlib import Path; print(checklists.write(Path('.')))"
GUIDE = (STUDY / "CONTRIBUTING.md").read_text(encoding="utf-8")
PRACTICES = (ROOT / "docs" / "practices.md").read_text(encoding="utf-8")
MADE = {"results", "runs", "dist", "REPRODUCED.md", "ID", ".venv"}  # not there on the first day


def code(text):
    """What a page sets as code."""
    return re.findall(r"`([^`\n]+)`", text)


def commands(text):
    """The harness commands that a page names, with their subcommands and options, without what stands for something."""
    found = [re.match(r"(?:python )?-m harness ((?:[a-z]+ ?)+)(--[a-z]+)?", one) for one in code(text)]
    return sorted({(one[1].strip(), one[2] or "") for one in found if one})


def test_the_shipped_checklists_are_what_a_fresh_render_makes(copy_project, python, hub, tmp_path):
    """To make them again: in the rendered folder of the template, python -c WRITE."""
    folder = copy_project(tmp_path / "study")
    assert int(run(python, "-c", WRITE, cwd=folder, env=hub).stdout) > 0
    assert run("git", "status", "--porcelain", cwd=folder, env=hub).stdout == ""
    (folder / "CHECKLISTS.md").unlink()
    run(python, "-c", WRITE, cwd=folder, env=hub)
    assert run("git", "status", "--porcelain", cwd=folder, env=hub).stdout == ""


@pytest.mark.parametrize(("command", "option"), commands(GUIDE))
def test_every_command_of_the_four_phases_is_there(project, python, hub, command, option):
    said = harness(project, python, *command.split(), "--help", env=hub).stdout
    assert f"harness {command}" in said and option in said


def test_the_guide_has_four_phases_on_one_page():
    assert re.findall(r"^\| \*\*(\w+)\*\*", GUIDE, re.M) == ["Planning", "Execution", "Review", "Publication"]
    assert len(GUIDE.splitlines()) <= 60
    for row in re.findall(r"^\| (?:\*\*\w+\*\* )?\| .+", GUIDE, re.M):
        assert code(row.split("|")[3]) or "pull request" in row, row


def test_every_make_target_of_the_guide_is_there():
    targets = set(re.findall(r"^([a-z-]+):", (STUDY / "Makefile").read_text(encoding="utf-8"), re.M))
    named = {word for one in code(GUIDE) if one.startswith("make ") for word in one.split()[1:]}
    assert len(named) > 8 and named <= targets, named - targets


def test_both_hosts_ask_the_reviewer_the_same():
    ours = (STUDY / ".github" / "pull_request_template.md").read_bytes()
    assert (STUDY / ".gitlab" / "merge_request_templates" / "Default.md").read_bytes() == ours


def test_practices_are_all_there():
    assert re.findall(r"^\| (\d+) \|", PRACTICES, re.M) == [str(n) for n in range(1, 89)]
    assert all(row.split("|")[3].strip() for row in PRACTICES.splitlines() if re.match(r"\| \d+ \|", row))


def test_what_practices_name_is_there(project, python, hub):
    """Files, checks, commands, make targets and keys of the plan."""
    ask = "from harness import checks; print([c.code for c in checks.CHECKS])"
    checks = yaml.safe_load(run(python, "-c", ask, cwd=project, env=hub).stdout)
    listed = re.findall(r"\b(?:check|checks) ((?:[A-Z]\d(?:\.\d)?(?:, | and )?)+)", PRACTICES)
    named = {one for group in listed for one in re.findall(r"[A-Z]\d(?:\.\d)?", group)}
    assert named and named <= set(checks), named - set(checks)
    for name in code(PRACTICES):
        path = name.partition("#")[0].rstrip("/")
        if re.fullmatch(r"[\w./-]+", path) and ("/" in path or path.endswith((".md", ".toml", ".json", ".cff"))):
            assert path.split("/")[0] in MADE or (project / path).exists(), name
    ask = "from harness import plan; from pathlib import Path; "
    ask += "print(plan.read(Path('study/plan.toml')).model_dump_json())"
    planned = json.loads(run(python, "-c", ask, cwd=project, env=hub).stdout)
    recorded = json.loads((project / "harness" / "run.schema.json").read_text(encoding="utf-8"))["properties"]
    for name, key in re.findall(r"`([\w./]+)#([\w.]+)`", PRACTICES):
        found = {"study/plan.toml": planned, "results/run.json": recorded}[name]
        for part in key.split("."):
            assert part in found, (name, key)
            found = found[part]
    for command, option in commands(PRACTICES):
        said = harness(project, python, *command.split(), "--help", env=hub).stdout
        assert option in said, command
