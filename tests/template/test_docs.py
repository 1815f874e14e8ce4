"""What README and docs say is what the repository does: their commands run, their tables agree with the code."""

import json
import re

import catalogue
from conftest import ROOT, run
from pages import blocks, shell

from harness.checks import registry
from harness.method import verdict
from harness.method.plan import Plan

STUDY = ROOT / "{{cookiecutter.project_slug}}"


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
    assert ours == ["make demo", "make test", "make nightly", "make help"]  # the first two are what .ci/run calls
    said = run("make", "--no-print-directory", "help", cwd=ROOT).stdout
    assert all(f"{line} " in said for line in ours[:3])
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert all(f"timed {line}\n" in ci for line in ours[:3])


def rows(heading):
    """The code names in the first column of a table in docs/reference.md."""
    section = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8").partition(f"## {heading}\n")[2]
    return [row.split("|")[1].strip() for row in section.partition("\n## ")[0].splitlines() if row.startswith("|")][2:]


def test_reference_lists_the_questions():
    asked = json.loads((ROOT / "cookiecutter.json").read_text(encoding="utf-8"))
    assert rows("Questions") == [f"`{name}`" for name in asked if not name.startswith("_")]


def test_reference_lists_every_key_of_the_plan():
    """Those of the schema, with their defaults, whether the shipped plan uses them or not."""
    sections = {name: part.annotation for name, part in Plan.model_fields.items()}
    sections = {name: part for name, part in sections.items() if hasattr(part, "model_fields")}
    assert sections.keys() == {"question", "data", "rows", "models", "evaluation", "nuisances", "replay"}
    table = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8").partition("## study/plan.toml\n")[2]
    lines = table.partition("\n## ")[0].splitlines()
    for section, part in sections.items():
        for key, field in part.model_fields.items():
            listed = [line for line in lines if re.match(rf"\| `\[{section}[].].*\b{key}\b", line)]
            assert listed, (section, key)
            if field.default and isinstance(field.default, int | float | str):
                shown = {json.dumps(field.default), str(field.default)}
                assert any(one in listed[0] for one in shown), (key, field.default, listed[0])


def test_reference_lists_every_file_of_the_harness():
    section = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8").partition("## The harness, in")[2]
    listed = set(re.findall(r"`([\w/]+(?:\.py|/))`", section.partition("\n## ")[0]))
    package = ROOT / "src" / "harness"
    named = [*package.glob("*.py"), *package.glob("[mip]*/*.py"), *package.glob("report/*.py")]
    there = {path.name for path in named} - {"__init__.py", "__main__.py"}
    rooms = {f"{path.name}/" for path in package.iterdir() if (path / "__init__.py").is_file()}
    assert listed - {"src/harness/", "cli/run.py"} == there | rooms


def test_reference_states_the_rule_of_the_verdict():
    words = [row[0] for row in verdict.RULE]
    assert rows("The verdict") == words[1:]  # the first two, about the floor and about the rival, are one row there


def test_reference_lists_the_checks():
    known = registry.registered()
    page = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
    assert rows("Checks") == [one.code for one in known]
    for one in known:
        assert f"| {one.code} | {one.name} | {'first ' if one.before_run else ''}|" in page


def test_the_page_of_faults_is_that_of_the_catalogue():
    """Every fault, every innocent change, and nothing else; `make faults` writes the page."""
    page = catalogue.PAGE.read_text(encoding="utf-8")
    faults, innocent = (catalogue.entries(kind) for kind in ("faults", "innocent"))
    missed = [one for one in faults if one.missed]
    counts = f"{len(faults) - len(missed)} are caught, {len(missed)} are not."
    assert f"**{len(faults)} variants of {len({one.stem for one in faults})} faults: {counts}" in page
    assert f"{len(innocent)} innocent changes: " in page
    assert set(re.findall(r"\]\(\.\./tests/faults/(\w+)\.py\)", page)) == {one.stem for one in faults}
    assert set(re.findall(r"^- (.*)$", page, re.M)) == {one.said for one in innocent}


def test_reference_lists_every_command():
    page = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
    commands = {path.stem for path in (ROOT / "src" / "harness" / "cli").glob("*.py")} - {"__init__", "options"}
    assert not [one for one in commands if not re.search(rf"`harness {one}[ `]", page)]
    targets = re.findall(r"^([a-z-]+):.*##", (STUDY / "Makefile").read_text(encoding="utf-8"), re.M)
    assert all(f"| `{target}` |" in page for target in targets if target != "help"), targets


def test_readme_draws_the_rendered_tree(template):
    """Every top-level name of a render stands in README's picture, and every name in it is there."""
    drawn = (ROOT / "README.md").read_text(encoding="utf-8").partition("```text\n")[2].partition("```")[0]
    names = {path.name for path in (template / STUDY.name).iterdir()} - {"{{cookiecutter.__answers_file}}"}
    hidden = {".gitattributes", ".gitignore"}  # too small for the picture
    for name in names - hidden:
        assert re.search(rf"(^|\s){re.escape(name)}(/|\s|$)", drawn, re.M), name
    for name in re.findall(r"^  ([\w.]+)/", drawn, re.M):
        assert name in names | {"runs", "results"}, name


def test_the_ownership_rule_is_the_same_sentence_everywhere():
    rule = "What you see in this folder is yours, but for what is said to be made; the judge is a dependency, "
    rule += "the first line of the lock."
    for path in (ROOT / "README.md", STUDY / "README.md", STUDY / "CONTRIBUTING.md"):
        assert rule in re.sub(r"\s+", " ", path.read_text(encoding="utf-8")), path


def test_the_page_shows_the_studies_as_they_are():
    """Every fenced piece of a plan or of data.py in docs/howto.md stands, line by line, in one of the studies."""
    page = (ROOT / "docs" / "howto.md").read_text(encoding="utf-8")
    page = page.partition("## A check that fails for a good reason")[0]  # tests/faults and tests/innocent hold the rest
    known = [
        path.read_text(encoding="utf-8")
        for kind in ("py", "toml")
        for path in (ROOT / "tests" / "studies").glob(f"*/*.{kind}")
    ]
    pieces = re.findall(r"```(?:toml|python)\n(.*?)```", page, re.S)
    assert len(pieces) == 7
    for piece in pieces:
        assert any(piece in text for text in known), piece
