"""Bad answers are refused by both engines, in the same words, before anything is written."""

import re
import shutil

import copier
import pytest
import yaml
from conftest import INSIDE, ROOT, copy_template, run
from cookiecutter.main import cookiecutter

RULES = {  # what the message must say, word for word
    "line80": '1-80 characters on one line, no spaces at the ends, no control characters, none of " \\ { } $ ` < >',
    "line200": '1-200 characters on one line, no spaces at the ends, no control characters, none of " \\ { } $ ` < >',
    "slug": "2-50 characters: a-z and 0-9, single hyphens between words, a letter first, no Windows device (con ...)",
    "email": "an address such as name@example.org, without quotes",
    "year": "a year such as 2026",
    "license": None,  # the engines' own words
}
BAD = [
    *[("project_slug", slug, "slug") for slug in (
        "../evil", "..", ".", "/tmp/evil", "a/b", "a\\b", "~", ".git", "-x", "x-", "a--b", "1abc", "3d-vision", "a",
        "My-Study", "my_study", " my-study", "my-study ", "my study", "my-study\n", "a\x07b", "x" * 51, "x" * 300,
        "étude", "研究", "$(id)", "`id`", "a;b", "a<b>", "a\"b", "a'b", "{x}", "CON", "a:b", "a*b", "my.study",
        "con", "prn", "aux", "nul", "com1", "lpt9",
    )],
    *[("project_name", name, "line80") for name in (
        " x", "x ", "\u3000x", "x" * 81, 'a "b"', "a\\b", "a\nb", "a\tb", "a\x00b", "a\x7fb", "a\x85b", "a\u2028b",
        "a{b", "a}b", "$HOME", "`id`", "a<b", "a>b", "a\u202eb", "a\ufeffb", "a\ufffeb",
    )],
    *[("author_name", name, "line80") for name in ("", 'Ada "L"', "Ada\n", "x" * 300, "a\\", "$(id)", "<b>Ada</b>")],
    *[("description", text, "line200") for text in ("", "x" * 201, "a\nb", 'a "b"', "a\\nb", "${x}", "`x`", " x")],
    *[("author_email", mail, "email") for mail in (
        "", "ada", "ada@", "@example.org", "ada@example", "ada@example.o", "a b@example.org", "ada@example.org\n",
        "a\"b@example.org", "ada@exa mple.org", "<ada@example.org>", "x" * 250 + "@example.org",
    )],
    *[("license", name, "license") for name in ("", "GPL", "mit", "MIT\n")],
    *[("copyright_year", year, "year") for year in ("26", "20266", "year", "2026\n", "1850")],
]  # fmt: skip


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """The template with one rendered file: the answers are what is tested."""
    folder = copy_template(tmp_path_factory.mktemp("plain"))
    inside = folder / INSIDE
    for path in inside.rglob("*"):
        if path.is_file() and path.name not in ("{{cookiecutter.__answers_file}}",):
            path.unlink()
    return folder


def everything(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def by_cookiecutter(plain, folder, answers):
    names = {"copyright_year": "__copyright_year"}
    context = {names.get(name, name): value for name, value in answers.items()}
    cookiecutter(str(plain), no_input=True, extra_context=context, output_dir=str(folder))


def by_copier(plain, folder, answers):
    copier.run_copy(str(plain), folder / "made", data=answers, defaults=True, quiet=True, overwrite=True)


ENGINES = {"cookiecutter": by_cookiecutter, "copier": by_copier}


@pytest.fixture
def isolated_here(hub, monkeypatch):
    for name in ("HOME", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "COOKIECUTTER_CONFIG", "COPIER_CACHE_DIR",
                 "COPIER_SETTINGS_PATH", "ML_TEMPLATE_PROOF"):  # fmt: skip
        monkeypatch.setenv(name, hub[name])


def test_there_are_enough_of_them():
    assert len(set(BAD)) == len(BAD) >= 60


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("name", "value", "rule"), BAD, ids=lambda part: repr(part)[:40])
def test_a_bad_answer_is_refused_and_nothing_is_written(
    engine, name, value, rule, plain, tmp_path, capfd, isolated_here
):
    folder = tmp_path / "out" / "deep"
    folder.mkdir(parents=True)
    with pytest.raises(Exception) as error:  # noqa: B017, PT011 (each engine has its own)
        ENGINES[engine](plain, folder, {name: value})
    said = capfd.readouterr().err + str(error.value)
    if RULES[rule]:
        assert RULES[rule] in said, said
    assert everything(tmp_path) == ["out", "out/deep"]
    assert not list(ROOT.parent.glob("evil*")) and everything(plain)


GOOD = [
    {"project_name": "O'Brien & Söhne: 100% #1 研究 \U0001f680"},
    {"author_name": "A\u0301da, Gräfin (v.) L.; Jr. | [x] *y* _z_ ~ ^ = + / ! ? @ , - \U0001f469\u200d\U0001f52c"},
    {"description": "- # : & * ? | ' % @ ! = ~ " + "x" * 170},
    {"author_email": "o'brien+x=y/z_{}@sub.example-host.org".replace("{}", "!#%&*?^|~")},
    {"project_slug": "a1"},
    {"project_slug": "numpy"},  # nothing is imported by its slug
    {"project_slug": "com10"},
    {"project_slug": "x" * 50},
    {"copyright_year": "1999"},
]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("answers", GOOD, ids=lambda answers: next(iter(answers)))
def test_a_good_answer_is_kept_as_it_is(engine, answers, plain, tmp_path, isolated_here):
    ENGINES[engine](plain, tmp_path, answers)
    (path,) = tmp_path.glob("*/.copier-answers.yml")
    recorded = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert {name: recorded[name] for name in answers} == answers


DEFAULT_SLUGS = {
    "My Study": "my-study",
    "3D vision": "study-3d-vision",
    "研究": "study-1",
    "X": "study-x",
    "  Ice: a -- second, look?".strip(): "ice-a-second-look",
    "a" * 49 + " b": "a" * 49,  # the cut at 50 would end with a hyphen
    "7" * 60: "study-" + "7" * 44,
    "O'Brien & Co": "o-brien-co",
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("name", "slug"), DEFAULT_SLUGS.items())
def test_every_name_has_a_usable_default_slug(engine, name, slug, plain, tmp_path, isolated_here):
    ENGINES[engine](plain, tmp_path, {"project_name": name})
    (path,) = tmp_path.glob("*/.copier-answers.yml")
    assert yaml.safe_load(path.read_text(encoding="utf-8"))["project_slug"] == slug


def test_jinja_typed_at_a_prompt_is_refused_though_cookiecutter_runs_it_on_the_command_line(plain, tmp_path, hub):
    """The one case that no hook can refuse: `cookiecutter T project_name='x {{ 7*7 }}'` arrives as `x 49`."""
    import pexpect

    child = pexpect.spawn("cookiecutter", [str(plain)], cwd=str(tmp_path), env=hub, encoding="utf-8", timeout=60)
    child.expect("What is your study called")
    child.sendline("x {{ 7*7 }}")
    for prompt in ("folder and repository", "find out", "Your name", "e-mail", "May others use", "models made with"):
        child.expect(prompt)
        child.sendline("")
    child.expect(re.escape("project_name: " + RULES["line80"]))
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 1 and everything(tmp_path) == []
    bad = ["--data", "project_name=x {{ 7*7 }}"]
    done = run("copier", "copy", "--defaults", *bad, plain, "made", cwd=tmp_path, env=hub, check=False)
    assert done.returncode == 1 and RULES["line80"] in done.stderr and everything(tmp_path) == []


def test_copier_asks_again_at_the_prompt_and_shows_labels(plain, tmp_path, hub):
    import pexpect

    child = pexpect.spawn("copier", ["copy", str(plain), "made"], cwd=str(tmp_path), env=hub, encoding="utf-8",
                          timeout=60, dimensions=(50, 200))  # fmt: skip
    child.expect("What is your study called")
    child.sendline("")
    child.expect("Name of its folder")
    child.sendline("X")  # typed after the default: my-studyX
    child.expect("2-50 characters")
    child.sendcontrol("h")
    child.sendline("")
    for prompt in ("What does it find out", "Your name", "Your e-mail", "May others use", "models made with"):
        child.expect(prompt)
        if prompt == "May others use":
            child.expect("MIT - yes, if they name you")
        if prompt == "models made with":
            child.expect("scikit-learn - small, quick")
        child.sendline("")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0 and (tmp_path / "made" / ".copier-answers.yml").is_file()


def test_the_author_is_offered_from_git_where_the_engine_can(render, hub, tmp_path):
    for engine, name in (("cookiecutter", "Test"), ("cruft", "Test"), ("copier", "Ada Lovelace")):
        folder = render(engine, tmp_path / engine)
        assert yaml.safe_load((folder / ".copier-answers.yml").read_text())["author_name"] == name
    assert hub["GIT_CONFIG_GLOBAL"]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_file_that_asks_for_an_answer_nobody_gives_is_an_error(engine, plain, tmp_path, isolated_here):
    template = tmp_path / "template"
    shutil.copytree(plain, template)
    (template / INSIDE / "a.txt").write_text("{{ cookiecutter.nope }}\n")
    (tmp_path / "out").mkdir()
    with pytest.raises(Exception, match="has no attribute 'nope'"):
        ENGINES[engine](template, tmp_path / "out", {})
    assert everything(tmp_path / "out") == []


def test_unknown_settings_in_the_environment_are_refused(plain, hub, tmp_path):
    for name, value in (("ML_TEMPLATE_PROOF", "maybe"), ("ML_TEMPLATE_LIMIT_S", "soon")):
        done = run("cookiecutter", "--no-input", plain, cwd=tmp_path, env={**hub, name: value}, check=False)
        assert done.returncode == 1 and f"{name} in the environment: " in done.stderr and everything(tmp_path) == []
