"""cookiecutter.json, copier.yml and the hook must say the same thing, and nothing that needs trust."""

import ast
import json
import re
import runpy
from pathlib import Path

import jinja2
import pytest
import yaml
from binaryornot.check import is_binary
from conftest import INSIDE, ROOT, copy_template

CC = json.loads((ROOT / "cookiecutter.json").read_text(encoding="utf-8"))
CP = yaml.safe_load((ROOT / "copier.yml").read_text(encoding="utf-8"))
ASKED = [name for name in CC if not name.startswith("_")]
QUESTIONS = [name for name in CP if not name.startswith("_")]
TEXTS = ["project_name", "project_slug", "description", "author_name", "author_email", "copyright_year"]


@pytest.fixture(scope="module")
def hook(tmp_path_factory):
    """The rules of the hook, as it runs: its text rendered by Jinja with harmless answers."""
    text = (ROOT / "hooks" / "pre_gen_project.py").read_text(encoding="utf-8")
    path = tmp_path_factory.mktemp("hook") / "pre_gen_project.py"
    path.write_text(jinja2.Template(text).render(cookiecutter={"project_name": "x"}), encoding="utf-8")
    return runpy.run_path(str(path))


def validator(name):
    """The regular expression and the message of a copier validator, out of their Jinja literals."""
    found = re.match(r"\{% if not \(\w+ \| regex_search\('(.*?)'\)\) %\}\{\{ '(.*?)' \}\}", CP[name]["validator"])
    return re.sub(r"\\(['\\])", r"\1", found[1]), found[2].replace(r"\\", "\\")


def test_the_questions_are_those_of_the_design_in_the_same_order():
    assert ASKED == [
        "project_name",
        "project_slug",
        "description",
        "author_name",
        "author_email",
        "license",
        "framework",
    ]
    assert [*ASKED, "copyright_year", "cookiecutter"] == QUESTIONS
    assert CP["cookiecutter"]["when"] is False and CP["cookiecutter"]["type"] == "json"
    assert CP["copyright_year"]["ask"] is False


@pytest.mark.parametrize("name", ASKED)
def test_same_prompt_choices_and_default(name):
    ours, theirs, prompt = CC[name], CP[name], CC["__prompts__"][name]
    assert theirs["type"] == "str"
    if isinstance(ours, list):
        assert list(theirs["choices"].values()) == ours and theirs["default"] == ours[0]
        assert [prompt[value] for value in ours] == list(theirs["choices"]) and prompt["__prompt__"] == theirs["help"]
        return
    assert prompt == theirs["help"]
    if from_git := re.fullmatch(r"\{\{ from_git\('user\.\w+', '(.*)'\) \}\}", ours):
        assert from_git[1] == theirs["default"]
    else:
        assert ours.replace("cookiecutter.", "") == theirs["default"]


@pytest.mark.parametrize("name", TEXTS)
def test_same_rule_in_the_same_words(hook, name):
    assert validator(name) == hook["RULES"][name]


def test_every_text_has_a_rule(hook):
    assert set(hook["RULES"]) == set(TEXTS) == set(ASKED) - {"license", "framework"} | {"copyright_year"}


@pytest.mark.parametrize("framework", CC["framework"])
def test_what_follows_from_the_framework_is_the_same_for_all_engines(framework):
    answers = {"framework": framework, "license": "MIT", "copyright_year": "2026"}
    conf = {"answers_file": ".copier-answers.yml"}
    text = CP["cookiecutter"]["default"].replace("| to_json", "| tojson")
    known = {"_copier_answers": answers | {"_src_path": "x"}, "_copier_conf": conf}
    theirs = json.loads(jinja2.Template(text).render(**answers, **known))
    follow = [name for name, text in CC.items() if "cookiecutter.framework" in str(text)]
    ours = {name: jinja2.Template(CC[name]).render(cookiecutter=answers) for name in follow}
    assert len(ours) > 3
    assert {name: theirs[name] for name in ours} == ours


def test_the_same_files_are_left_out_by_all_engines():
    hook = (ROOT / "hooks" / "post_gen_project.py").read_text(encoding="utf-8")
    only = ast.literal_eval(re.search(r"^ONLY = (.*)$", hook, re.M)[1])
    assert set(only) < set(CC["framework"])
    guard = "{%% if framework != '%s' %%}/%s{%% endif %%}"
    wanted = [guard % (framework, name) for framework, names in only.items() for name in names]
    assert [line for line in CP["_exclude"] if "framework" in line] == wanted
    assert all((ROOT / INSIDE / name).is_file() for names in only.values() for name in names)


def test_the_early_guard_of_cookiecutter_says_the_rule_of_the_slug(hook):
    assert hook["RULES"]["project_slug"][1] in CC["__one_folder"]


def test_nothing_that_needs_trust():
    assert not {"_tasks", "_migrations", "_jinja_extensions", "_external_data"} & set(CP)


def test_an_update_never_enters_what_is_the_students():
    guard = "{%% if _copier_operation == 'update' %%}/%s{%% endif %%}"
    names = ("study", "data", "notebooks", "tests", "README.md", "requirements/study.in", "requirements/*.txt")
    assert [line for line in CP["_exclude"] if "_copier_operation" in line] == [guard % name for name in names]


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """What a user downloads, relative path to path."""
    folder = copy_template(tmp_path_factory.mktemp("copy"))
    return {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}


def is_text(data):
    try:
        return bool(data.decode("utf-8"))
    except UnicodeDecodeError:
        return False


def test_files_are_such_that_every_engine_writes_the_same_bytes(files):
    suffixes = (".pdf", ".npy", ".npz", ".parquet", ".db", ".so", ".png", ".jpg", ".woff2", ".bin", ".dat", ".zip")
    inside = {name: path for name, path in files.items() if name.startswith(INSIDE)}
    assert len(inside) > 20
    for name, path in inside.items():
        data = path.read_bytes()
        if path.suffix == ".whl":  # cookiecutter copies what binaryornot calls binary, copier what is not UTF-8
            assert is_binary(str(path)) and not is_text(data), name
            continue
        assert data.isascii(), f"{name}: not ASCII, an engine may take it for binary"
        assert b"\r" not in data, f"{name}: CR"
        assert not data.startswith(b"PACK") and not is_binary(str(path)), name
        assert Path(name).suffix not in suffixes, name
        assert not (ROOT / name).is_symlink(), name
        assert "{" not in re.sub(r"\{\{cookiecutter\.\w+\}\}", "", name), f"{name}: control flow in a name"


def test_control_flow_is_only_where_the_design_allows_it(files):
    allowed = {f"{INSIDE}/LICENSE", INSIDE + "/{{cookiecutter.__answers_file}}"}
    for name, path in files.items():
        if not name.startswith(INSIDE) or name in allowed or path.suffix == ".whl":
            continue
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".py":
            assert not re.search(r"\{[{%#]", text), f"{name}: Jinja in Python"
        raw = re.sub(r"\{%-? raw -?%\}.*?\{%-? endraw -?%\}", "", text, flags=re.S)
        assert not re.search(r"\{[%#]", raw), f"{name}: control flow"
        for mark in re.findall(r"\{\{.*?\}\}", raw):
            assert re.fullmatch(r"\{\{ cookiecutter\.\w+ \}\}", mark), f"{name}: {mark}"
