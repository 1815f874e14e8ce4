"""Every engine writes the same files, and they can be read whatever legal text the answers hold.

`ML_TEMPLATE_ANSWERS=10000 pytest tests/template/test_render.py -k random` draws 10,000 sets of answers.
"""

import contextlib
import os
import random
import re
import runpy
import shlex
import shutil
import stat
import sys
import tempfile
import time
import tomllib
from pathlib import Path

import copier
import jinja2
import plumbum
import pytest
import yaml
from conftest import INSIDE, ORIGIN, ROOT, copy_template, run
from cookiecutter.main import cookiecutter

ANSWERS_FILE = ".copier-answers.yml"
HUB = "gh:org/ml-science-template"
FRAMEWORKS = ("scikit-learn", "PyTorch")
LICENSES = {  # answer: a line that only this licence has
    "MIT": "Permission is hereby granted, free of charge, to any person obtaining a copy",
    "BSD-3-Clause": "3. Neither the name of the copyright holder nor the names of its",
    "Apache-2.0": "                           Version 2.0, January 2004",
}
HOSTILE = {
    "quotes accents CJK emoji": {
        "project_name": "O'Brien & Söhne: 100% #1 研究 🚀",
        "author_name": "Zoë ''Ada'' Müller-Ångström, Dr. (h.c.)",
        "author_email": "o'brien+x=y/z!#%&*?^|~@example.org",
        "description": "It's 100% new: 研究の再現性, naïve façade #1 👩\u200d🔬 & 'more'",
    },
    "YAML and Markdown marks": {
        "project_name": "--- - ? : # | & * ! % @ ' [x](y) **z** ...",
        "author_name": "# %TAG ! tag:yaml.org,2002: &a *a",
        "description": "| - [ ] *a* _b_ ~c~ ![i](u) | - | : # '' ''' % @ = ; !ref ../../etc",
    },
    "words that YAML would take for something else": {
        "project_name": "null",
        "author_name": "2026-01-01",
        "description": "~",
    },
    "as long as allowed": {
        "project_name": "長" * 80,
        "project_slug": "x" * 50,
        "author_name": "🚀" * 80,
        "author_email": "a" * 200 + "@example.org",
        "description": "é" * 200,
    },
}


@pytest.fixture(scope="module", autouse=True)
def isolated_process(hub):
    """The engines run in this process, with the hub's variables."""
    with pytest.MonkeyPatch.context() as patch, plumbum.local.env(**hub):  # copier asks plumbum, not os.environ
        for name in set(os.environ) - set(hub):
            if name != "PYTEST_CURRENT_TEST":
                patch.delenv(name)
        for name, value in hub.items():
            patch.setenv(name, value)
        yield


def by_cookiecutter(folder, answers):
    return Path(cookiecutter(HUB, no_input=True, extra_context=answers, output_dir=str(folder)))


def by_copier(folder, answers):
    copier.run_copy(HUB, folder / "made", data=answers, defaults=True, quiet=True)
    return folder / "made"


def by_cruft(folder, answers):
    import cruft

    return Path(cruft.create(ORIGIN, no_input=True, extra_context=answers, output_dir=folder))


ENGINES = {"cookiecutter": by_cookiecutter, "copier": by_copier, "cruft": by_cruft}


def tree(folder, *, origin=True):
    """Every file with its mode and bytes, every folder; what is made afterwards (git) or by nature differs left out."""
    found = {}
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        if name.split("/")[0] in (".git", ".cruft.json"):
            continue
        mode = stat.filemode(path.lstat().st_mode)
        data = None if path.is_dir() else path.read_bytes()
        if name == ANSWERS_FILE and not origin:
            data = b"".join(x for x in data.splitlines(True) if not re.match(rb"(# )?(_commit|_src_path): ", x))
        found[name] = (mode, data)
    return found


def assert_same(ours, theirs):
    assert sorted(ours) == sorted(theirs)
    differ = [name for name in ours if ours[name] != theirs[name]]
    assert not differ, differ


def recorded(folder):
    answers = yaml.safe_load((folder / ANSWERS_FILE).read_text(encoding="utf-8"))
    return {name: value for name, value in answers.items() if not name.startswith("_")}


def assert_dockerfile(text):
    """Every instruction is one that exists; labels can be read as a shell would."""
    known = {"FROM", "ARG", "ENV", "LABEL", "RUN", "COPY", "WORKDIR", "USER", "CMD", "ENTRYPOINT", "SHELL"}
    for line in re.sub(r"\\\n", " ", re.sub(r"^#.*\n", "", text, flags=re.M)).splitlines():
        if line.strip():
            assert line.split()[0] in known, line
            shlex.split(line)


def faults(folder):
    """What the hook after generation says of the files of a folder."""
    text = (ROOT / "hooks" / "post_gen_project.py").read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as place, contextlib.chdir(folder):
        path = Path(place, "hook.py")
        path.write_text(jinja2.Template(text).render(cookiecutter={"project_slug": "mine"}), encoding="utf-8")
        return list(runpy.run_path(str(path))["faults"]())


def assert_readable(folder, template):
    """Every file parses, Python is the template's byte for byte, and the answers arrive as they were given."""
    assert faults(folder) == []
    for path in folder.rglob("*.whl"):
        assert path.read_bytes() == (template / INSIDE / path.relative_to(folder)).read_bytes(), path
    for path in folder.rglob("*.py"):
        assert path.read_bytes() == (template / INSIDE / path.relative_to(folder)).read_bytes(), path
    for path in folder.rglob("*.md"):
        if front := re.match(r"---\n(.*?\n)---\n", path.read_text(encoding="utf-8"), re.S):
            assert isinstance(yaml.safe_load(front[1]), dict), path
    for path in [*folder.rglob("*.yml"), *folder.rglob("*.yaml"), *folder.rglob("*.cff")]:
        assert isinstance(yaml.safe_load(path.read_text(encoding="utf-8")), dict), path
    assert_dockerfile((folder / "Dockerfile").read_text(encoding="utf-8"))
    answers = recorded(folder)
    project = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert (project["name"], project["description"], project["license"]) == (
        answers["project_slug"], answers["description"], answers["license"])  # fmt: skip
    assert project["authors"] == [{"name": answers["author_name"], "email": answers["author_email"]}]
    text = (folder / "LICENSE").read_text(encoding="utf-8")
    assert [name for name, line in LICENSES.items() if line in text] == [answers["license"]]
    assert re.search(rf"Copyright .*{answers['copyright_year']},? {re.escape(answers['author_name'])}\n", text)
    assert text.strip("\n") + "\n" == text
    citation = yaml.safe_load((folder / "CITATION.cff").read_text(encoding="utf-8"))
    assert answers["author_name"] in citation["authors"][0].values() and citation["license"] == answers["license"]


@pytest.mark.parametrize("texts", HOSTILE)
@pytest.mark.parametrize("license_", LICENSES)
def test_three_engines_write_the_same_files_and_all_can_be_read(license_, texts, template, tmp_path):
    framework = FRAMEWORKS[list(HOSTILE).index(texts) % 2]
    answers = {"author_name": "Ada", "author_email": "ada@example.org", "framework": framework}
    answers |= HOSTILE[texts] | {"license": license_}
    made = {}
    for name, engine in ENGINES.items():
        (tmp_path / name).mkdir()
        made[name] = engine(tmp_path / name, answers)
    assert recorded(made["copier"]).items() >= answers.items()
    assert_same(tree(made["cookiecutter"]), tree(made["copier"]))
    assert_same(tree(made["cookiecutter"], origin=False), tree(made["cruft"], origin=False))
    assert_readable(made["cookiecutter"], template)
    run("make", "-n", "help", cwd=made["cookiecutter"])
    assert (made["copier"] / "study" / "network.py").exists() == (framework == "PyTorch")


NETWORK = ("network.py", "test_network.py")  # of the render with PyTorch


def test_a_fresh_render_is_just_the_templates_files(template, render, tmp_path):
    """Only the files of the template, each with its own mode; none of them a link, empty folders nowhere."""
    folder = render("cookiecutter", tmp_path)
    source = template / INSIDE
    names = {path.relative_to(source).as_posix().replace("{{cookiecutter.__answers_file}}", ANSWERS_FILE): path
             for path in source.rglob("*") if path.is_file() and path.name not in NETWORK}  # fmt: skip
    made = {name: path for name, path in tree(folder).items() if path[1] is not None}
    assert sorted(names) == sorted(made)
    assert {name: stat.filemode(path.stat().st_mode)[3] for name, path in names.items()} == {
        name: entry[0][3] for name, entry in made.items()
    }
    assert not [name for name, (_, data) in tree(folder).items() if data is None and not any((folder / name).iterdir())]


WRONG = {  # file: (content, what the hook must say about it)
    "a.py": (b"x = (\n", "a.py: cannot be read"),
    "b.toml": (b"x = \n", "b.toml: cannot be read"),
    "c.json": (b"{", "c.json: cannot be read"),
    "d.ipynb": (b"", "d.ipynb: cannot be read"),
    "e.py": (b"# \xff\n", "e.py: cannot be read"),
    "f.md": (b"fine\n{{ cookiecutter.x }}\n", "f.md: the template left a mark: {{ cookiecutter.x }}"),
    "g.txt": (b"{%- if cookiecutter.x %}\n", "g.txt: the template left a mark"),
}
FINE = {"k.csv": b"a\r\n", "l.whl": b"PK\xff", "m.yml": b"a: !reference [b]\n", "p.tex": b"{{\\bf cookiecutter}}\n"}


def test_the_hook_names_every_file_that_cannot_be_read_and_no_other(tmp_path):
    for name, content in {**{name: content for name, (content, _) in WRONG.items()}, **FINE}.items():
        (tmp_path / name).write_bytes(content)
    said = faults(tmp_path)
    assert len(said) == len(WRONG), said
    assert all(line.startswith(wanted) for line, (_, wanted) in zip(said, WRONG.values(), strict=True)), said
    for name in WRONG:
        (tmp_path / name).unlink()
    assert faults(tmp_path) == []


def test_a_render_is_small_and_none_of_it_is_the_judge(render, hub, tmp_path):
    """Whoever opens it for the first time can read all of it."""
    folder = render("cookiecutter", tmp_path)
    names = run("git", "ls-files", cwd=folder, env=hub).stdout.splitlines()
    assert len(names) <= 45
    top = {path.name for path in folder.iterdir()} | {".git", ".venv"}
    assert len(top) <= 22, sorted(top)
    made = ("data/raw/", "requirements/dev.txt", "requirements/harness.txt", "requirements/tracking.txt", "LICENSE")
    read = [name for name in names if not name.startswith(made) and not name.endswith(".whl")]
    assert sum((folder / name).read_bytes().count(b"\n") for name in read) <= 1900
    assert not (folder / "harness").exists()


# ---- any legal answers

SETS = int(os.environ.get("ML_TEMPLATE_ANSWERS") or 40)
CLASSES = [  # the first and last of each class of characters that an answer may hold
    "  ", "!!", "#%", "''", "()", "*/", "09", ":;", "==", "?Z", "[[", "]]", "^_", "az", "||", "~~", "\xa0\xff",
    "\u0100\u024f", "\u0300\u036f", "\u0370\u03ff", "\u0400\u04ff", "\u0590\u05ff", "\u0600\u06ff", "\u0900\u097f",
    "\u0e00\u0e7f", "\u1e00\u1eff", "\u2000\u200f", "\u2010\u2027", "\u202f\u2065", "\u206a\u206f", "\u2070\u2bff",
    "\u3000\u30ff", "\u4e00\u9fff", "\uac00\ud7a3", "\ue000\uf8ff", "\uf900\ufaff", "\ufe00\ufe0f", "\uff00\uffef",
    "\ufff9\ufffd", "\U00010000\U0001007f", "\U0001f300\U0001faff", "\U00020000\U0002a6df", "\U000e0100\U000e01ef",
    "\U0010fff0\U0010ffff",
]  # fmt: skip
AWKWARD = ["'", "''", "- ", ": ", " #", "%", "---", "...", "!!", "[x]", "&a", "*a", "null", "true", "1e3", "\u200d"]


def text(draw, longest):
    """Return a random text; not always a legal one."""
    size = draw.choice([1, 2, 5, 20, longest])
    parts = [
        draw.choice(AWKWARD) if draw.random() < 0.2 else chr(draw.randint(*map(ord, draw.choice(CLASSES))))
        for _ in range(size)
    ]
    return "".join(parts)[: draw.randint(1, longest)]


def answers_like(draw, legal):
    """Return a random set of legal answers."""
    slug = "abcdefghijklmnopqrstuvwxyz"
    mail = slug.upper() + slug + "0123456789.!#%&'*+/=?^_|~-"
    makers = {
        "project_name": lambda: text(draw, 80),
        "project_slug": lambda: "-".join(
            "".join(draw.choices(slug + "0123456789", k=draw.randint(1, 12))) for _ in range(draw.randint(1, 4))
        ),
        "description": lambda: text(draw, 200),
        "author_name": lambda: text(draw, 80),
        "author_email": lambda: "".join(draw.choices(mail, k=draw.randint(1, 30))) + "@ex-ample.o" + draw.choice(slug),
        "copyright_year": lambda: str(draw.randint(1900, 2099)),
    }
    answers = {"license": draw.choice(list(LICENSES)), "framework": draw.choice(FRAMEWORKS)}
    for name, maker in makers.items():
        while not legal(name, value := maker()):
            pass
        answers[name] = value
    return answers


@pytest.fixture(scope="module")
def legal(tmp_path_factory):
    """Whether the hook before generation takes an answer."""
    source = (ROOT / "hooks" / "pre_gen_project.py").read_text(encoding="utf-8")
    path = tmp_path_factory.mktemp("rules") / "rules.py"
    path.write_text(jinja2.Template(source).render(cookiecutter={}), encoding="utf-8")
    problems = runpy.run_path(str(path))["problems"]
    return lambda name, value: not any(line.startswith(f"{name}: ") for line in problems({name: value}))


def test_random_answers_render_alike_and_can_be_read(legal, tmp_path, tmp_path_factory):
    """From a plain folder without hooks and without files that hold no answer, which is fast; other tests have them."""
    plain = copy_template(tmp_path_factory.mktemp("plain"))
    for path in (plain / INSIDE).rglob("*"):
        if path.is_file() and "cookiecutter" not in path.name and b"cookiecutter." not in path.read_bytes():
            path.unlink()
    started, seen = time.monotonic(), set()
    for number in range(SETS):
        answers = answers_like(random.Random(number), legal)
        seen |= set("".join(answers.values()))
        context = {("__" + name if name == "copyright_year" else name): value for name, value in answers.items()}
        folder = tmp_path / str(number)
        ours = Path(cookiecutter(str(plain), no_input=True, extra_context=context, accept_hooks=False,
                                 output_dir=str(folder / "a")))  # fmt: skip
        copier.run_copy(str(plain), folder / "b", data=answers, defaults=True, quiet=True)
        try:
            assert recorded(ours) == answers
            assert_same(tree(ours, origin=False), tree(folder / "b", origin=False))
            assert_readable(ours, plain)
        except AssertionError:
            print(f"answers number {number}: {answers!r}", file=sys.stderr)
            raise
        shutil.rmtree(folder)
    print(f"{SETS} sets of answers, {len(seen)} different characters, {time.monotonic() - started:.0f} s")
    assert SETS < 40 or all(any(first <= char <= last for char in seen) for first, last in CLASSES)


# ---- answers of the releases so far


RECORDED = sorted((ROOT / "tests" / "template" / "answers").glob("*.yml"))


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
@pytest.mark.parametrize("engine", ["cookiecutter", "copier"])
def test_recorded_answers_of_every_release_still_render_and_stay_as_they_are(engine, path, template, tmp_path):
    answers = {k: v for k, v in yaml.safe_load(path.read_text(encoding="utf-8")).items() if not k.startswith("_")}
    given = dict(answers)
    if engine == "cookiecutter":
        given["__copyright_year"] = given.pop("copyright_year")
    folder = ENGINES[engine](tmp_path, given)
    assert {name: recorded(folder)[name] for name in answers} == answers
    assert_readable(folder, template)


def test_every_release_has_recorded_answers():
    tags = run("git", "tag", "--list", "v*", cwd=ROOT).stdout.split()
    assert {path.stem for path in RECORDED} >= set(tags) | {"v1.0.0"}
