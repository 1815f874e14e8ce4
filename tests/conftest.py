"""What the template's tests share: a clean copy of it, a hub that serves it, renders, and one built project."""

import json
import os
import re
import shutil
import signal
import socketserver
import subprocess
import sys
import tempfile
import time
import tomllib
import zipfile
from datetime import date
from pathlib import Path
from urllib.parse import unquote, urlparse

import pytest
import yaml
from filelock import FileLock
from warm import Warm
from xdist.scheduler import LoadScopeScheduling

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent  # of this repository's environment
INSIDE = "{{cookiecutter.project_slug}}"
LIMIT_S = 900
# Each of their tests is for itself, or shares little.
SPREAD = ("tests/test_faults.py", "tests/nightly/test_replays.py", "tests/nightly/test_studies.py")
BARE = "bare/org/ml-science-template.git"  # below the home of a hub
ORIGIN = "https://github.com/org/ml-science-template"
WARM = {}  # by interpreter and variables
NOWHERE = "http://127.0.0.1:9/simple"  # nothing listens there
# What the small template keeps, and its pyproject.toml.
KEEP = {"LICENSE", "{{cookiecutter.__answers_file}}", "Makefile", ".gitignore"}
PYPROJECT = '[tool.pytest.ini_options]\ntestpaths = ["tests"]\n[tool.cruft]\nskip = [".git"]\n'
GITCONFIG = """\
[user]
    name = Test
    email = test@example.org
[init]
    defaultBranch = main
[url "file://{bare}/"]
    insteadOf = https://github.com/
    insteadOf = git@github.com:
"""


def run(*argv, cwd, env=None, check=True, limit=LIMIT_S):
    """Run a command; when it fails, show all it said (check=False: the caller looks at the exit code)."""
    done = subprocess.run(
        [str(arg) for arg in argv],
        cwd=cwd,
        env=env,
        text=True,
        encoding="utf-8",
        errors="replace",
        timeout=limit,
        stdin=subprocess.DEVNULL,
        capture_output=True,
    )
    return succeeded(done, cwd) if check else done


def succeeded(done, cwd):
    """Return a command that ended with 0; of another show all it said."""
    if done.returncode:
        command = " ".join(map(str, done.args))
        pytest.fail(f"{command}\nin {cwd}\nexit {done.returncode}\n{done.stdout}\n{done.stderr}", pytrace=False)
    return done


def harness(folder, python, *arguments, env, check=True, without=(), **variables):
    """Run a command of the harness: once for each Python and variables as it is, then in forks of a warm process."""
    env = env | {"COLUMNS": "200"} | variables
    if arguments[0] == "run" and "--workers" not in arguments:
        arguments += ("--workers", "1")  # the other processors have other tests to do
    key = (str(python), *sorted(variables.items()))
    if "PYTHONPATH" in variables or not (without or key in WARM):  # another judge is soon gone
        WARM.setdefault(key, None)
        return run(python, "-m", "harness", *arguments, cwd=folder, env=env, check=check)
    if WARM.get(key) is None:
        WARM[key] = Warm(python, env)
    done = WARM[key](*map(str, arguments), cwd=folder, env=env, without=without)
    return succeeded(done, folder) if check else done


def commit_all(folder, message, env):
    """Commit everything that is not ignored."""
    run("git", "add", "-A", cwd=folder, env=env)
    run("git", "commit", "-q", "--allow-empty", "--no-verify", "-m", message, cwd=folder, env=env)


def copy_template(folder):
    """Copy the files of this working tree that git tracks or would track."""
    listed = run("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", cwd=ROOT).stdout
    for name in filter(None, listed.split("\0")):
        source, target = ROOT / name, Path(folder) / name
        if source.is_file() and "__pycache__" not in source.parts:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)
    return Path(folder)


def pins(*names):
    """The entries of the shipped lock for some packages."""
    lock = (ROOT / INSIDE / "requirements" / "dev.txt").read_text(encoding="utf-8")
    entries = re.findall(r"^[a-z].*?(?=^[a-z]|\Z)", lock, re.M | re.S)
    chosen = [entry for entry in entries if re.match(r"[\w.-]+", entry)[0] in names]
    assert len(chosen) == len(names)
    return "".join(chosen)


def unreachable(env, tmp_path):
    """The same variables, with a package registry that does not answer, and nothing cached."""
    drop = ("PIP_", "UV_")
    return {name: value for name, value in env.items() if not name.startswith(drop)} | {
        "UV_DEFAULT_INDEX": NOWHERE, "UV_CACHE_DIR": str(tmp_path / "uv-cache"), "UV_HTTP_RETRIES": "1",
        "PIP_INDEX_URL": NOWHERE, "PIP_NO_CACHE_DIR": "1", "PIP_RETRIES": "1", "PIP_CONFIG_FILE": os.devnull,
    }  # fmt: skip


def fake_wheel(folder, name, version, **files):
    """Write a wheel that holds next to nothing: modules by name; return its path."""
    info = f"{name}-{version}.dist-info"
    entries = {f"{module}.py": text for module, text in files.items()} | {
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    entries[f"{info}/RECORD"] = "".join(f"{entry},,\n" for entry in [*entries, f"{info}/RECORD"])
    path = Path(folder) / f"{name}-{version}-py3-none-any.whl"
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        for entry, text in entries.items():
            archive.writestr(entry, text)
    return path


class Proxy(socketserver.StreamRequestHandler):
    """A proxy that wants a password."""

    def handle(self):
        while self.rfile.readline().strip():
            pass
        self.wfile.write(
            b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        )


def as_toml(value):
    """Write a value in one line: what JSON says of text, numbers and lists, TOML says too."""
    if not isinstance(value, dict):
        return value.isoformat() if isinstance(value, date) else json.dumps(value)
    return "{ " + ", ".join(f"{json.dumps(key)} = {as_toml(one)}" for key, one in value.items()) + " }"


def short_plan(folder, **evaluation):
    """Make the plan one of seconds: two folds, four repeats, no ablations, subgroups and benchmark, one nuisance.

    What is given of the evaluation stays. The file is written anew, each value in a line of its own; not committed. The
    forest gets 20 trees.
    """
    models = Path(folder) / "study" / "models.py"
    models.write_text(models.read_text(encoding="utf-8").replace("n_estimators=50", "n_estimators=20"), "utf-8")
    path = Path(folder) / "study" / "plan.toml"
    plan = tomllib.loads(path.read_text(encoding="utf-8"))
    plan.pop("ablations", None)
    plan["rows"]["subgroups"], plan["nuisances"] = [], {"random": ["row_order"]}
    plan["evaluation"] |= {"folds": 2, "repeats": 4, "seeds": 1, "draws": 2, "benchmark": ""} | evaluation
    if not plan["evaluation"]["benchmark"]:
        plan.pop("benchmark", None)
    lines = []
    for section, keys in plan.items():
        lines += [f"[{section}]", *(f"{key} = {as_toml(value)}" for key, value in keys.items()), ""]
    path.write_text("\n".join(lines), encoding="utf-8")


def wait_for(path, patience_s=60):
    """Wait until a file has content."""
    until = time.monotonic() + patience_s
    while not (path.exists() and path.read_text().strip()):
        assert time.monotonic() < until, f"{path} did not appear"
        time.sleep(0.05)


class ByFile(LoadScopeScheduling):
    """Keep a file in one process, since its tests share what is costly to make; but for those that are SPREAD."""

    def _split_scope(self, nodeid):
        """Name the unit that a test belongs to."""
        return unit(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Take that for xdist's own by scope."""
    return ByFile(config, log) if config.getvalue("dist") == "loadscope" else None


def unit(nodeid):
    """Name the unit that a test belongs to: its file, or itself where its file is SPREAD."""
    path = nodeid.partition("::")[0]
    return nodeid if path in SPREAD else path


def pytest_collection_modifyitems(config, items):
    """Put files with slow tests first, and last what is SPREAD, so that no process is left with them at the end.

    ML_TEMPLATE_PART=2/6 takes the second sixth of the units.
    """
    if asked := os.environ.get("ML_TEMPLATE_PART"):
        n, of = map(int, asked.split("/"))
        chosen = set(sorted({unit(item.nodeid) for item in items})[n - 1 :: of])
        config.hook.pytest_deselected(items=[item for item in items if unit(item.nodeid) not in chosen])
        items[:] = [item for item in items if unit(item.nodeid) in chosen]
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: (item.nodeid.startswith(SPREAD), item.path not in slow))


def interpreter(version):
    """Find a Python: of pyenv, or as uv finds them."""
    root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    found = sorted(root.glob(f"{version}.*/bin/python3"))
    if found:
        return found[-1]
    done = run(BIN / "uv", "python", "find", "--no-python-downloads", version, cwd=ROOT.anchor, check=False)
    if done.returncode:
        pytest.skip(f"not exercised: there is no Python {version} on this machine")
    return done.stdout.strip()


def build_environment(folder, env, *, venv=".venv", lock="requirements/dev.txt", python=sys.executable):
    """Build an environment of a study from its lock: from the cache alone, and only if that does not do, online."""
    run(BIN / "uv", "venv", "--quiet", "--python", python, venv, cwd=folder, env=env)
    made = Path(folder) / venv
    sync = [BIN / "uv", "pip", "sync", "--quiet", "--require-hashes"]
    sync += ["--python", made / "bin" / "python", lock]
    if run(*sync, "--offline", cwd=folder, env=env, check=False).returncode:
        run(*sync, cwd=folder, env=env)
    (made / "installed-lock").touch()
    return made / "bin" / "python"


def heed_sigint():
    """For a child's start: a shell's background jobs, such as `make test &`, would ignore Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def isolated(home):
    """Environment variables without the user's git, cookiecutter and copier settings, but with the downloads."""
    home = Path(home)
    drop = ("GIT_", "COPIER_", "COOKIECUTTER_", "CRUFT_", "XDG_", "ML_TEMPLATE_", "VIRTUAL_ENV", "PYTHON", "PYTEST_")
    drop += ("MAKE", "MFLAGS", "NIGHTLY", "CI_LAST", "TORCH")  # of what runs the tests
    env = {name: value for name, value in os.environ.items() if not name.startswith(drop)}
    caches = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    env |= {
        "HOME": str(home),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "UV_CACHE_DIR": os.environ.get("UV_CACHE_DIR", str(caches / "uv")),
        "PIP_CACHE_DIR": os.environ.get("PIP_CACHE_DIR", str(caches / "pip")),
        "GIT_CONFIG_GLOBAL": str(home / "gitconfig"),
        "GIT_CONFIG_SYSTEM": os.devnull,
        "GIT_CEILING_DIRECTORIES": tempfile.gettempdir(),
        "COOKIECUTTER_CONFIG": str(home / "cookiecutterrc"),
        "COPIER_CACHE_DIR": str(home / "copier-cache"),
        "COPIER_SETTINGS_PATH": str(home / "copier-settings.yml"),
        "ML_TEMPLATE_PROOF": "files",
    }
    (home / "gitconfig").write_text(GITCONFIG.format(bare=home / "bare"))
    (home / "cookiecutterrc").write_text(f'cookiecutters_dir: "{home}/cc/"\nreplay_dir: "{home}/replay/"\n')
    (home / "copier-settings.yml").write_text("{}\n")  # an empty file crashes copier 9.19
    return env


def release(folder, tag, env):
    """Commit everything in the template's copy and tag it."""
    if not (folder / ".git").exists():
        run("git", "init", "-q", "-b", "main", cwd=folder, env=env)
    commit_all(folder, f"Release {tag}", env)
    run("git", "tag", tag, cwd=folder, env=env)


def new_hub(template, home):
    """Serve the template as github.com/org/ml-science-template; returns the environment in which it is so.

    After `release(template, "v1.1.0", env)` push it with `git push HUB main --tags`, HUB as in BARE.
    """
    env = isolated(home)
    bare = Path(home) / BARE
    run("git", "clone", "-q", "--bare", template, bare, cwd=template, env=env)
    return env


@pytest.fixture(scope="session")
def template(tmp_path_factory):
    """A clean copy of this working tree as a git repository, committed and tagged v1.0.0."""
    folder = copy_template(tmp_path_factory.mktemp("template") / "ml-science-template")
    release(folder, "v1.0.0", isolated(tmp_path_factory.mktemp("author")))
    return folder


@pytest.fixture(scope="session")
def small(tmp_path_factory):
    """The template with little in it, so that a whole proof takes seconds."""
    folder = copy_template(tmp_path_factory.mktemp("small") / "ml-science-template")
    for path in (folder / INSIDE).rglob("*"):
        if path.is_file() and path.name not in KEEP:
            path.unlink()
    (folder / INSIDE / "requirements" / "dev.txt").write_text(
        pins("pytest", "iniconfig", "packaging", "pluggy", "pygments", "colorama")
    )
    (folder / INSIDE / "pyproject.toml").write_text(PYPROJECT)
    (folder / INSIDE / "tests").mkdir(exist_ok=True)
    (folder / INSIDE / "tests" / "test_small.py").write_text("def test_it():\n    assert True\n")
    release(folder, "v1.0.0", isolated(tmp_path_factory.mktemp("author")))
    return folder


@pytest.fixture(scope="session")
def hub(template, tmp_path_factory):
    """Environment variables with which github.com/org/ml-science-template is a local clone of the template."""
    return new_hub(template, tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="session")
def render(hub):
    """Render from the hub into a folder, by one engine, without a proof; returns the project's folder."""

    def render_(engine, folder, **answers):
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        before = set(folder.iterdir())
        pairs = [f"{name}={value}" for name, value in answers.items()]
        if engine == "copier":
            data = [part for pair in pairs for part in ("--data", pair)]
            unnamed = folder / "copier-made"
            run("copier", "copy", "--defaults", *data, "gh:org/ml-science-template", unnamed, cwd=folder, env=hub)
            recorded = yaml.safe_load((unnamed / ".copier-answers.yml").read_text(encoding="utf-8"))
            return unnamed.rename(folder / recorded["project_slug"])
        if engine == "cookiecutter":
            run("cookiecutter", "--no-input", "gh:org/ml-science-template", *pairs, cwd=folder, env=hub)
        elif engine == "cruft":
            run("cruft", "create", "-y", "--extra-context", json.dumps(answers), ORIGIN, cwd=folder, env=hub)
        else:
            raise ValueError(engine)
        (made,) = set(folder.iterdir()) - before
        return made

    return render_


@pytest.fixture(scope="session")
def torch_place():
    """Where `make lock TORCH=` finds a build of PyTorch for CPUs: the folder that pip is set up to take one from."""
    ask = [sys.executable, "-m", "pip", "install", "--dry-run", "--quiet", "--ignore-installed", "--no-deps"]
    done = run(*ask, "--report", "-", "torch==2.13.0", cwd=ROOT, check=False)
    found = [] if done.returncode else json.loads(done.stdout)["install"]
    paths = [Path(unquote(urlparse(one["download_info"]["url"]).path)) for one in found]
    if not paths or "+cpu" not in paths[0].name or not paths[0].is_file():
        pytest.skip("not exercised: no build of PyTorch for CPUs lies on this machine")
    return paths[0].parent


@pytest.fixture(scope="session")
def project(render, hub, tmp_path_factory):
    """A default render by cookiecutter, committed, with .venv built. Read-only: use copy_project to change it.

    It is made once for all processes.
    """
    shared = tmp_path_factory.getbasetemp()
    shared = shared.parent if "PYTEST_XDIST_WORKER" in os.environ else shared
    with FileLock(shared / "project.lock"):
        if not (made := shared / "project.done").exists():
            folder = render("cookiecutter", tmp_path_factory.mktemp("project"))
            build_environment(folder, hub)
            assert run("git", "status", "--porcelain", cwd=folder, env=hub).stdout == ""
            made.write_text(str(folder), encoding="utf-8")
    return Path(made.read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def python(project):
    """The shared environment's Python."""
    return str(project / ".venv" / "bin" / "python")


@pytest.fixture(scope="session")
def copy_project(project, hub):
    """Copy the built project to a new folder; the environment is shared by a link, git is clean."""

    def copy(folder):
        folder = Path(folder)
        shutil.copytree(project, folder, symlinks=True, ignore=shutil.ignore_patterns(".venv", "runs", "__pycache__"))
        (folder / ".venv").symlink_to(project / ".venv", target_is_directory=True)
        with (folder / ".git" / "info" / "exclude").open("a") as file:
            file.write("/.venv\n")  # a link is not a folder, so the project's own `.venv/` does not cover it
        assert run("git", "status", "--porcelain", cwd=folder, env=hub).stdout == ""
        return folder

    return copy
