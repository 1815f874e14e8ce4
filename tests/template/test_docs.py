"""What README and docs say is what the repository does: their commands run, their tables agree with the code."""

import json
import re

import catalogue
import pytest
import yaml
from conftest import ROOT, run

STUDY = ROOT / "{{cookiecutter.project_slug}}"
# What a person would answer by pressing Enter.
ENTER = [
    ("cookiecutter gh:", "cookiecutter --no-input gh:"),
    ("copier copy ", "copier copy --defaults "),
    ("cruft create ", "cruft create -y "),
]


def blocks(path):
    """The shell blocks of a page, as lists of commands without their comments."""
    found = re.findall(r"```sh\n(.*?)```", path.read_text(encoding="utf-8"), re.S)
    return [[line.split("  #")[0].strip() for line in block.splitlines()] for block in found]


def shell(lines, folder, env):
    """Run lines as a person would who presses Enter at every question; stop at the first that fails."""
    script = "set -ex\n" + "\n".join(lines)
    for typed, said in ENTER:
        script = script.replace(typed, said)
    return run("bash", "-c", script, cwd=folder, env=env)


def test_readme(hub, tmp_path):
    *renders, ours = blocks(ROOT / "README.md")
    assert len(renders) == 4 and [line.split()[0] for (line,) in renders] == [
        "cookiecutter",
        "copier",
        "cruft",
        "ML_TEMPLATE_PROOF=files",
    ]
    for n, lines in enumerate(renders):
        (tmp_path / str(n)).mkdir()
        shell(lines, tmp_path / str(n), hub)
        (made,) = (tmp_path / str(n)).iterdir()
        assert (made / "study" / "plan.toml").is_file()
    assert ours == ["make demo", "make test", "make faults", "make help"]  # the first two are what .ci/run calls
    said = run("make", "--no-print-directory", "help", cwd=ROOT).stdout
    assert all(f"{line} " in said for line in ours[:3])
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert re.search(r"^make lint test demo$", ci, re.M)


@pytest.mark.slow
def test_tutorial(hub, tmp_path):
    """From nothing to an accepted, verified result, and an update that has nothing to do."""
    lines = [line for block in blocks(ROOT / "docs" / "tutorial.md") for line in block]
    # Of the tests that `make verify` runs, the contract; the proof of `make demo` runs all of them in such a render.
    said = shell(lines, tmp_path, hub | {"PYTEST_ADDOPTS": "-k contract"}).stdout
    assert re.search(r"equivalent: forest - discriminant", said)  # as the tutorial says
    assert "replay: identical" in said and "already up to date" in said
    assert run("git", "status", "--porcelain", cwd=tmp_path / "my-study", env=hub).stdout == ""
    # The rendered README knows no command that has not just been run.
    typed = {re.sub(r"\$\(ls runs[^)]*\)", "ID", line) for line in lines}
    assert {line for block in blocks(STUDY / "README.md") for line in block} <= typed


def rows(heading):
    """The code names in the first column of a table in docs/reference.md."""
    section = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8").partition(f"## {heading}\n")[2]
    return [row.split("|")[1].strip() for row in section.partition("\n## ")[0].splitlines() if row.startswith("|")][2:]


def test_reference_lists_the_questions():
    asked = json.loads((ROOT / "cookiecutter.json").read_text(encoding="utf-8"))
    assert rows("Questions") == [f"`{name}`" for name in asked if not name.startswith("_")]


def test_reference_lists_every_key_of_the_plan(project, python, hub):
    """Those of the schema, with their defaults, whether the shipped plan uses them or not."""
    ask = "from harness import plan; import json; print(json.dumps({name: {key: field.default for key, field in "
    ask += "part.annotation.model_fields.items() if isinstance(field.default, int | float | str) and field.default}"
    ask += " | {key: None for key, field in part.annotation.model_fields.items() if not field.default or not isinstance"
    ask += "(field.default, int | float | str)} for name, part in plan.Plan.model_fields.items()"
    ask += " if hasattr(part.annotation, 'model_fields')}))"
    known = json.loads(run(python, "-c", ask, cwd=project, env=hub).stdout)
    assert len(known) == 6  # question, rows, models, evaluation, nuisances, replay
    table = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8").partition("## study/plan.toml\n")[2]
    lines = table.partition("\n## ")[0].splitlines()
    for section, keys in known.items():
        for key, default in keys.items():
            listed = [line for line in lines if re.match(rf"\| `\[{section}[].].*\b{key}\b", line)]
            assert listed, (section, key)
            if default is not None:
                assert json.dumps(default) in listed[0] or str(default) in listed[0], (key, default, listed[0])


def test_reference_lists_every_file_of_the_harness():
    listed = set(re.findall(r"`([\w/]+(?:\.py|/))`", " ".join(rows("The harness, in reading order"))))
    there = {path.name for path in (STUDY / "harness").glob("*.py")} - {"__init__.py", "__main__.py"}
    assert listed == there | {"checks/", "provenance/", "publish/", "surroundings/", "upkeep/"}


def test_reference_states_the_rule_of_the_verdict(project, python, hub):
    ask = "from harness import verdict; print([row[0] for row in verdict.RULE])"
    words = yaml.safe_load(run(python, "-c", ask, cwd=project, env=hub).stdout)
    assert rows("The verdict") == words[1:]  # the first two, about the floor and about the rival, are one row there


def test_reference_lists_the_checks(project, python, hub):
    ask = "from harness import checks; print([[c.code, c.name, c.before_run] for c in checks.CHECKS])"
    known = yaml.safe_load(run(python, "-c", ask, cwd=project, env=hub).stdout)
    page = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
    assert rows("Checks") == [code for code, _, _ in known]
    for code, name, first in known:
        assert f"| {code} | {name} | {'first ' if first else ''}|" in page


def test_the_page_of_faults_is_that_of_the_catalogue():
    """Every fault with its check, every innocent change, and nothing else; `make faults` writes the page."""
    page = catalogue.PAGE.read_text(encoding="utf-8")
    faults, innocent = (list(catalogue.entries(kind)) for kind in ("faults", "innocent"))
    wanted = {(module.CHECK, stem) for stem, module, _ in faults}
    assert f"**{len(faults)} variants of {len({stem for stem, _, _ in faults})} faults: " in page
    assert f" {len(innocent)} innocent changes: " in page
    assert set(re.findall(r"^\| (\S+) \| \[.*?\]\(\.\./tests/faults/(\w+)\.py\) \| \S", page, re.M)) == wanted
    honest = {catalogue.said(module) for _, module, _ in innocent}
    assert set(re.findall(r"^- (.*)$", page, re.M)) == honest


def test_reference_lists_every_command(project, python, hub):
    ask = "from harness.__main__ import app; print([c.callback.__name__ for c in app.registered_commands])"
    commands = yaml.safe_load(run(python, "-c", ask, cwd=project, env=hub).stdout)
    page = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
    assert all(re.search(rf"`(-m harness )?{command}[ `]", page) for command in commands), commands
    targets = re.findall(r"^([a-z-]+):.*##", (STUDY / "Makefile").read_text(encoding="utf-8"), re.M)
    assert all(f"| `{target}` |" in page for target in targets if target != "help"), targets


def test_readme_draws_the_rendered_tree(template):
    """Every top-level name of a render stands in README's picture, and every name in it is there."""
    drawn = (ROOT / "README.md").read_text(encoding="utf-8").partition("```text\n")[2].partition("```")[0]
    names = {path.name for path in (template / STUDY.name).iterdir()} - {"{{cookiecutter.__answers_file}}"}
    hidden = {".dockerignore", ".gitattributes", ".gitignore"}  # too small for the picture
    for name in names - hidden:
        assert re.search(rf"(^|\s){re.escape(name)}(/|\s|$)", drawn, re.M), name
    for name in re.findall(r"^  ([\w.]+)/", drawn, re.M):
        assert name in names | {"runs", "results"}, name


def test_the_ownership_rule_is_the_same_sentence_everywhere():
    rule = (
        "`study/`, `data/`, `notebooks/`, `README.md` and `requirements/study.in` are yours; `harness/` and `tests/` "
    )
    rule += "are the template's; `results/` and `requirements/*.txt` are made."
    for path in (ROOT / "README.md", STUDY / "README.md", STUDY / "CONTRIBUTING.md"):
        assert rule in re.sub(r"\s+", " ", path.read_text(encoding="utf-8")), path
