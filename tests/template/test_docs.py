"""What README and docs say is what the repository does: their commands run, their tables are made of the code."""

import json
import re

import catalogue
import generated
import pytest
from conftest import ROOT, run
from pages import blocks, shell

from harness import checks
from harness.method import verdict
from harness.plan import plan
from harness.provenance import schema

DOCS = [path for path in sorted((ROOT / "docs").rglob("*.md")) if "_site" not in path.parts]
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


def test_every_shell_block_is_run_by_a_test():
    """Those of README here; of the tutorial, of fetching and of DVC by tests of their own."""
    shown = {path.relative_to(ROOT / "docs").as_posix(): blocks(path) for path in DOCS if blocks(path)}
    assert shown.keys() == {"tutorial.md", "howto/data.md"}  # tests/nightly/test_tutorial.py
    fetch, dvc = shown["howto/data.md"]  # tests/harness/test_fetch.py, tests/nightly/test_dvc.py
    assert fetch == [".venv/bin/harness fetch"] and dvc[0] == "dvc init"


def first_column(text):
    """The first cells of the rows of all tables of a page."""
    return {cell.strip("`") for cell in re.findall(r"^\| (.*?) \|", text, re.M)} - {"key", "---"}


def test_each_table_of_the_code_has_one_place_in_the_pages():
    marks = [name for path in DOCS for name in generated.MARK.findall(path.read_text(encoding="utf-8"))]
    assert sorted(marks) == sorted(generated.PAGES)


def test_the_reference_of_the_plan_is_that_of_the_schema():
    """Every key with its section, default and meaning, and the sections by their names."""
    page = generated.plan()
    sections = [part for part in plan.SECTIONS if part is not plan.Plan]
    held = {"choices"}  # a section, no key
    assert first_column(page) == {key for part in sections for key in part.model_fields} - held
    assert {one.partition(".")[0] for one in re.findall(r"^## \[(.*)\]$", page, re.M)} == set(plan.Plan.model_fields)
    assert "| `alpha` | number, > 0, < 0.5 | `0.05` | Intervals are those of 1 - alpha. |" in page
    assert "| `margin` | number, > 0 | required | " in page and "The same keys as in `[data]`." in page


def test_the_reference_of_the_record_is_that_of_its_schema():
    page = generated.record()
    assert all(f"| `{name}` | " in page and generated.plain(says) in page for name, says in schema.MEANING.items())
    assert "| `commit` | text or null | Null only where `git` says why. |" in page


def test_the_reference_of_commands_is_that_of_the_parser_and_the_makefile():
    page = generated.commands()
    modules = {path.stem for path in (ROOT / "src" / "harness" / "cli").glob("*.py")} - {"__init__", "options"}
    assert modules == {name.replace("-", "_") for name in re.findall(r"^### harness (\S+)$", page, re.M)}
    assert "harness runs why NUMBER" in page and "| `--workers N` | " in page and "| `--explain` | " in page
    targets = re.findall(r"^([a-z-]+):.*##", (STUDY / "Makefile").read_text(encoding="utf-8"), re.M)
    assert first_column(generated.targets()) - {"command"} == {f"make {name}" for name in targets}


def test_the_reference_of_checks_is_that_of_their_docstrings():
    page, table = generated.explain_checks(), generated.list_checks()
    assert re.findall(r"^### (\S+) (\S+)$", page, re.M) == [(one.code, one.name) for one in checks.CHECKS]
    assert all(page.count(f"\n{word}\n: ") == len(checks.CHECKS) for word in ("Detected", "Why", "Do"))
    assert all(f"| [{one.code}](#" in table for one in checks.CHECKS)


def test_the_reference_states_the_rule_of_the_verdict():
    assert re.findall(r"^\| \d \| (.*?) \|", generated.verdict(), re.M) == [row[0] for row in verdict.RULE]


def test_the_reference_lists_the_questions():
    asked = json.loads((ROOT / "cookiecutter.json").read_text(encoding="utf-8"))
    assert first_column(generated.questions()) - {"name"} == {name for name in asked if not name.startswith("_")}


def test_the_reference_lists_every_module():
    package = ROOT / "src" / "harness"
    listed = re.findall(r"`(\w+\.py)`", generated.modules())
    assert sorted(listed) == sorted(path.name for path in package.rglob("*.py") if path.stem != "__init__")


@pytest.mark.parametrize("path", [ROOT / "README.md", *DOCS], ids=lambda path: path.relative_to(ROOT).as_posix())
def test_lines_of_prose_have_a_hundred_columns(path):
    """Not those of tables, code and pictures, nor of the page that is made."""
    if path == catalogue.PAGE:
        return
    prose = re.sub(r"^(```.*?^```$|\|.*?$|!\[.*?$)", "", path.read_text(encoding="utf-8"), flags=re.M | re.S)
    assert [line for line in prose.splitlines() if len(line) > 100] == []


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
    rule = "Every file in this folder is yours, except those that a command makes. "
    rule += "The harness, `ml-science-harness`, is a package in the lock."
    for path in (ROOT / "README.md", STUDY / "README.md", STUDY / "CONTRIBUTING.md"):
        assert rule in re.sub(r"\s+", " ", path.read_text(encoding="utf-8")), path


def test_the_page_shows_the_studies_as_they_are():
    """Every fenced piece of a plan or of data.py among the recipes stands, line by line, in one of the studies."""
    recipes = [ROOT / "docs" / "howto" / f"{name}.md" for name in ("kinds", "data", "models")]
    page = "\n".join(path.read_text(encoding="utf-8") for path in recipes)
    page = re.sub(
        r"## Rows that are not rows of one csv\n.*?\n(?=## )", "", page, flags=re.S
    )  # tests/innocent holds it
    known = [
        path.read_text(encoding="utf-8")
        for kind in ("py", "toml")
        for path in (ROOT / "tests" / "studies").glob(f"*/*.{kind}")
    ]
    known.append((ROOT / "tests" / "innocent" / "variants_of_the_candidate.py").read_text(encoding="utf-8"))
    pieces = re.findall(r"```(?:toml|python)\n(.*?)```", page, re.S)
    assert len(pieces) == 30
    for piece in pieces:
        assert any(piece in text for text in known), piece


def test_the_page_on_networks_shows_the_rendered_network():
    page = (ROOT / "docs" / "howto" / "networks.md").read_text(encoding="utf-8")
    piece, _ = re.findall(r"```python\n(.*?)```", page, re.S)  # the other: tests/harness/test_fit_files.py
    assert piece.startswith("def network(seed):")
    assert (STUDY / "study" / "network.py").read_text(encoding="utf-8").endswith(piece)
