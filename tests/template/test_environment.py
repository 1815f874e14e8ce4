"""`make setup`: the environment is exact, hashed, compiled, with uv and with pip; a half-built one is known as such."""

import hashlib
import os
import re
import shutil
import signal
import socketserver
import subprocess
import sys
import threading

import pytest
from conftest import INSIDE, ROOT, Proxy, fake_wheel, heed_sigint, isolated, pins, run, unreachable, wait_for

INSTALLERS = ("uv", "pip")
SYNC = ("pip-tools", "build", "click", "pyproject-hooks", "packaging", "wheel", "setuptools", "pip")
WHEELS = ROOT / INSIDE / "requirements" / "wheels"
SMALL = "requirements/small.txt"


@pytest.fixture(params=INSTALLERS)
def installer(request, tmp_path):
    """Environment variables under which uv, or only pip, is on PATH."""
    env = isolated(tmp_path)
    bin_ = tmp_path / "bin"
    bin_.mkdir()
    if request.param == "uv":
        found = shutil.which("uv", path=env["PATH"])
        assert found, "these tests need uv"
        (bin_ / "uv").symlink_to(found)
    env["PATH"] = os.pathsep.join([str(bin_), "/usr/bin", "/bin"])
    assert bool(shutil.which("uv", path=env["PATH"])) == (request.param == "uv")
    env |= {"PYTHONDONTWRITEBYTECODE": "1", "VIRTUAL_ENV": "/elsewhere"}  # must not hinder
    return request.param, env


@pytest.fixture
def folder(tmp_path):
    """A folder with the rendered Makefile and a lock of one small package."""
    folder = tmp_path / "a study"  # with a space
    (folder / "requirements").mkdir(parents=True)
    shutil.copy(ROOT / INSIDE / "Makefile", folder / "Makefile")
    (folder / "requirements" / "dev.txt").write_text(pins("pluggy"))
    return folder


def setup(folder, env, *options, check=True):
    return run("make", "setup", f"PYTHON={sys.executable}", *options, cwd=folder, env=env, check=check)


def packages(folder):
    return {path.name.split("-")[0] for path in (folder / ".venv").glob("lib/python*/site-packages/*.dist-info")}


def test_it_builds_what_the_lock_says(installer, folder):
    _, env = installer
    done = setup(folder, env)
    assert "Commit hook not installed" in done.stdout
    marker = folder / ".venv" / "installed-lock"
    assert marker.read_text() == (folder / "requirements" / "dev.txt").read_text()
    assert packages(folder) - {"pip", "setuptools"} == {"pluggy"}
    assert setup(folder, env).returncode == 0 and packages(folder) - {"pip", "setuptools"} == {"pluggy"}


def test_another_lock_can_be_named(installer, folder):
    _, env = installer
    (folder / SMALL).write_text(pins("iniconfig"))
    setup(folder, env, f"LOCK={SMALL}")
    assert packages(folder) - {"pip", "setuptools"} == {"iniconfig"}


def test_what_the_lock_does_not_have_is_taken_away(installer, folder):
    _, env = installer
    lock = folder / "requirements" / "dev.txt"
    lock.write_text(pins(*SYNC, "pluggy"))
    setup(folder, env)
    (folder / ".venv" / "kept").touch()
    lock.write_text(pins(*SYNC, "iniconfig"))
    setup(folder, env)
    assert "iniconfig" in packages(folder) and "pluggy" not in packages(folder)
    assert (folder / ".venv" / "kept").exists(), "it was built anew instead of being synced"


@pytest.mark.parametrize("layout", ["folder", "index", "address"])
def test_pytorch_comes_from_where_one_says(layout, installer, folder, tmp_path):
    _, env = installer
    wheel = fake_wheel(
        tmp_path / "some builds" / "torch" if layout != "folder" else tmp_path / "some builds", "torch", "0.9+cpu"
    )
    (wheel.parent / "index.html").write_text(f'<html><body><a href="{wheel.name}">{wheel.name}</a></body></html>')
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    lock = folder / "requirements" / "dev.txt"
    lock.write_text(pins("pluggy") + f"torch==0.9+cpu \\\n    --hash=sha256:{digest}\n")
    place = tmp_path / "some builds"
    setup(folder, env, f"TORCH={place.as_uri() if layout == 'address' else place}")
    assert "torch" in packages(folder)


def test_a_build_that_only_uv_can_find_is_said_to_be(installer, folder, tmp_path):
    name, env = installer
    (folder / "requirements" / "dev.txt").write_text(f"torch==0.9+cpu \\\n    --hash=sha256:{'0' * 64}\n")
    done = setup(folder, unreachable(env, tmp_path) | {"UV_HTTP_RETRIES": "0"}, check=False)
    assert done.returncode
    said = "Which index has PyTorch for cpu, only uv knows: put uv on PATH"
    assert (said in done.stderr) == (name == "pip" and "could not be built" in done.stderr), done.stderr


@pytest.mark.parametrize("half", ["no marker", "no python"])
def test_what_is_not_whole_is_built_anew(half, installer, folder):
    _, env = installer
    setup(folder, env)
    venv = folder / ".venv"
    (venv / "old").touch()
    if half == "no marker":
        (venv / "installed-lock").unlink()
    else:
        for path in venv.glob("bin/python*"):
            path.unlink()
    setup(folder, env)
    assert not (venv / "old").exists() and (venv / "installed-lock").is_file()


@pytest.mark.parametrize(
    "lock",
    [lambda text: re.sub(r"sha256:\w{8}", "sha256:00000000", text), lambda text: "pluggy==1.5.0\n"],
    ids=["an altered hash", "no hash"],
)
def test_a_fault_of_the_lock_is_a_failure_and_is_not_taken_for_an_environment(lock, installer, folder):
    _, env = installer
    path = folder / "requirements" / "dev.txt"
    path.write_text(lock(path.read_text()))
    done = setup(folder, env, check=False)
    assert done.returncode and "setup: The environment could not be built; the reason is above." in done.stderr
    assert not (folder / ".venv" / "installed-lock").exists()
    assert "make setup" in run("make", "run", cwd=folder, env=env, check=False).stderr


def test_an_environment_that_could_not_follow_its_lock_is_not_taken_for_one(folder, tmp_path):
    env = isolated(tmp_path)
    setup(folder, env)
    marker, path = folder / ".venv" / "installed-lock", folder / "requirements" / "dev.txt"
    path.write_text(pins("iniconfig").replace("sha256:", "sha256:0000")[:90] + "\n")
    assert marker.exists() and setup(folder, env, check=False).returncode and not marker.exists()


def test_no_network_is_told_apart_and_leaves_nothing(installer, folder, tmp_path):
    _, env = installer
    done = setup(folder, unreachable(env, tmp_path), check=False)
    assert done.returncode and "setup: The package registry could not be reached" in done.stderr, done.stdout
    assert not (folder / ".venv").exists()


def test_no_network_does_not_cost_the_environment_one_has(installer, folder, tmp_path):
    _, env = installer
    lock = folder / "requirements" / "dev.txt"
    lock.write_text(pins(*SYNC))
    setup(folder, env)
    before, old = lock.read_text(), packages(folder)
    lock.write_text(before + pins("pluggy"))
    assert "could not be reached" in setup(folder, unreachable(env, tmp_path), check=False).stderr
    assert packages(folder) == old and (folder / ".venv" / "installed-lock").read_text() == before


def test_a_fault_of_the_lock_outweighs_a_hitch_of_the_network(folder, tmp_path):
    """Both installers try again before they give up."""
    env, bin_ = isolated(tmp_path), tmp_path / "bin"
    bin_.mkdir()
    env["PATH"] = f"{bin_}:/usr/bin:/bin"
    hitch = "WARNING: Retrying after connection broken by NewConnectionError"
    mismatch = "error: Hash mismatch for pluggy"
    for said, sentence in ((hitch, "could not be reached"), (f"{hitch}\n{mismatch}", "could not be built")):
        (bin_ / "uv").write_text(f"#!/bin/sh\necho '{said}' >&2\nexit 2\n")
        (bin_ / "uv").chmod(0o755)
        assert sentence in setup(folder, env, check=False).stderr


SETTINGS = {
    "user": ({"PIP_USER": "1"}, "[global]\nuser = true\n"),
    "target": ({"PIP_TARGET": "{elsewhere}"}, "[install]\ntarget = {elsewhere}\n"),
    "prefix": ({"PIP_PREFIX": "{elsewhere}"}, "[install]\nprefix = {elsewhere}\n"),
    "root": ({"PIP_ROOT": "{elsewhere}"}, "[global]\nroot = {elsewhere}\n"),
    "dry run": ({"PIP_DRY_RUN": "1"}, "[install]\ndry-run = true\n"),
    "only in an environment": ({"PIP_REQUIRE_VIRTUALENV": "1"}, "[global]\nrequire-virtualenv = true\n"),
}


@pytest.mark.parametrize("by", ["variables", "configuration"])
@pytest.mark.parametrize("what", SETTINGS)
def test_where_pip_would_put_packages_elsewhere_makes_no_difference(what, by, folder, tmp_path):
    env, elsewhere = isolated(tmp_path) | {"PATH": "/usr/bin:/bin"}, tmp_path / "elsewhere"
    variables, configuration = SETTINGS[what]
    if by == "variables":
        env |= {name: value.format(elsewhere=elsewhere) for name, value in variables.items()}
    else:
        (tmp_path / "pip.conf").write_text(configuration.format(elsewhere=elsewhere))
        env["PIP_CONFIG_FILE"] = str(tmp_path / "pip.conf")
    setup(folder, env)
    run(folder / ".venv" / "bin" / "python", "-I", "-c", "import pluggy", cwd=folder, env=env)
    assert "pluggy" in packages(folder) and not elsewhere.exists()


@pytest.mark.parametrize("lie", ["nothing", "another version"])
def test_what_was_not_installed_is_not_said_to_be(lie, folder, tmp_path):
    """An installer that ends well and has installed nothing, or something else."""
    env, bin_ = isolated(tmp_path), tmp_path / "bin"
    bin_.mkdir()
    real = shutil.which("uv", path=env["PATH"])
    other = f'{real} pip install --quiet --python .venv/bin/python "pluggy<1.5"' if lie != "nothing" else ":"
    (bin_ / "uv").write_text(f'#!/bin/sh\ncase "$1" in venv) exec {real} "$@";; *) {other};; esac\n')
    (bin_ / "uv").chmod(0o755)
    done = setup(folder, env | {"PATH": f"{bin_}:/usr/bin:/bin"}, check=False)
    assert done.returncode and "Not installed as locked: pluggy." in done.stdout
    assert "setup: The environment could not be built" in done.stderr
    assert not (folder / ".venv" / "installed-lock").exists()


@pytest.fixture
def proxy(tmp_path):
    """Environment variables with which all goes by such a proxy, and nothing is cached."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Proxy) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_address[1]}"
        far = "https://registry.example.org/simple"
        yield {"HTTPS_PROXY": address, "https_proxy": address, "UV_DEFAULT_INDEX": far, "PIP_INDEX_URL": far}
        server.shutdown()


def test_a_proxy_that_wants_a_password_is_a_network_that_is_not_there(installer, folder, proxy, tmp_path):
    _, env = installer
    done = setup(folder, unreachable(env, tmp_path) | proxy, check=False)
    assert done.returncode and not (folder / ".venv").exists()
    said = "The package registry could not be reached: the proxy asks for a password. Write it into HTTPS_PROXY."
    assert f"setup: {said}" in done.stderr, done.stdout


MORTAL = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"] if os.getuid() == 0 else []  # root may write


@pytest.mark.parametrize("home", ["not writable", "not there"])
def test_a_home_that_cannot_be_written_to_does_not_hinder(home, installer, folder, tmp_path):
    _, env = installer
    (tmp_path / "home").mkdir(mode=0o555)
    env = {name: value for name, value in env.items() if name not in ("UV_CACHE_DIR", "PIP_CACHE_DIR")}
    env |= {"HOME": str(tmp_path / "home") if home == "not writable" else "/proc/nowhere"}
    run(*MORTAL, "make", "setup", f"PYTHON={sys.executable}", cwd=folder, env=env)
    assert "pluggy" in packages(folder)


def test_a_folder_that_cannot_be_written_to_is_named_and_stays_as_it_is(installer, folder):
    _, env = installer
    folder.chmod(0o555)
    done = run(*MORTAL, "make", "setup", f"PYTHON={sys.executable}", cwd=folder, env=env, check=False)
    folder.chmod(0o755)
    assert done.returncode and "Permission denied" in done.stdout and "could not be built" in done.stderr
    assert not (folder / ".venv").exists() and "Traceback" not in done.stdout


@pytest.mark.parametrize("umask", ["077", "000"])
def test_whatever_the_umask(umask, installer, folder):
    _, env = installer
    run("sh", "-c", f"umask {umask}; make setup PYTHON={sys.executable}", cwd=folder, env=env)
    run(folder / ".venv" / "bin" / "python", "-I", "-c", "import pluggy", cwd=folder, env=env)


def test_a_python_without_venv_says_so_in_its_own_words(folder, tmp_path):
    """As Debian's, where the package python3-venv is missing."""
    words = "The virtual environment was not created successfully because ensurepip is not available."
    bare = tmp_path / "python3"
    bare.write_text(f'#!/bin/sh\ncase "$*" in *venv*) echo "{words}" >&2; exit 1;; esac\necho "{tmp_path}/python3"\n')
    bare.chmod(0o755)
    env = isolated(tmp_path) | {"PATH": "/usr/bin:/bin"}
    done = run("make", "setup", f"PYTHON={bare}", cwd=folder, env=env, check=False)
    assert done.returncode and words in done.stdout and not (folder / ".venv" / "installed-lock").exists()


def test_the_repository_of_another_folder_is_left_alone(folder, tmp_path):
    """GIT_DIR and its like are set within hooks of git, and by hand for files kept in a home."""
    env, other = isolated(tmp_path), tmp_path / "other"
    other.mkdir()
    run("git", "init", "-q", cwd=other, env=env)
    (folder / "requirements" / "dev.txt").write_text(pins("pre-commit", "cfgv", "identify", "nodeenv", "pyyaml",
        "virtualenv", "distlib", "filelock", "platformdirs", "python-discovery"))  # fmt: skip
    (folder / ".pre-commit-config.yaml").write_text("repos: []\n")
    run("git", "init", "-q", cwd=folder, env=env)
    setup(folder, env | {"GIT_DIR": str(other / ".git"), "GIT_WORK_TREE": str(other)})
    assert (folder / ".git/hooks/pre-commit").is_file() and not (other / ".git/hooks/pre-commit").exists()


def test_no_lock_is_a_failure(installer, folder):
    _, env = installer
    (folder / "requirements" / "dev.txt").unlink()
    done = setup(folder, env, check=False)
    assert done.returncode and "requirements/dev.txt" in done.stdout and "Traceback" not in done.stdout + done.stderr


def test_an_old_python_is_refused_with_a_sentence(folder, tmp_path):
    old = tmp_path / "python3.10"
    old.write_text('#!/bin/sh\nexec python3 -c "import sys; sys.version_info = (3, 10, 4); exec(sys.argv[2])" "$@"\n')
    old.chmod(0o755)
    done = run("make", "setup", f"PYTHON={old}", cwd=folder, env=isolated(tmp_path), check=False)
    assert done.returncode and not (folder / ".venv").exists()
    assert done.stderr.startswith("setup: Python 3.11 or newer is needed, this is 3.10.")


def test_an_interruption_leaves_no_environment_that_looks_whole(folder, tmp_path):
    env = isolated(tmp_path)
    slow = tmp_path / "bin"
    slow.mkdir()
    (slow / "uv").write_text('#!/bin/sh\nmkdir -p .venv/bin\necho "$$" > started\nexec sleep 300\n')
    (slow / "uv").chmod(0o755)
    env["PATH"] = f"{slow}:/usr/bin:/bin"
    child = subprocess.Popen(["make", "setup", f"PYTHON={sys.executable}"], cwd=folder, env=env, text=True,
                             stderr=subprocess.PIPE, preexec_fn=heed_sigint, start_new_session=True)  # fmt: skip
    wait_for(folder / "started")
    os.killpg(child.pid, signal.SIGINT)  # as Ctrl-C at a terminal
    child.communicate(timeout=60)
    assert child.returncode and not (folder / ".venv" / "installed-lock").exists()
    with pytest.raises(ProcessLookupError):
        os.kill(int((folder / "started").read_text()), 0)


# ---- the wheel that lies beside the locks


@pytest.fixture
def judged(folder, tmp_path):
    """A study whose lock names the judge alone, by its hash, and a copy of its wheel."""
    shutil.copytree(WHEELS, folder / "requirements" / "wheels")
    lock = (ROOT / INSIDE / "requirements" / "harness.txt").read_text(encoding="utf-8")
    entry = re.search(r"^ml-science-harness==.*?(?=^ {4}# |^[a-z])", lock, re.M | re.S)[0]
    (folder / "requirements" / "judge.txt").write_text(f"--find-links wheels\n{entry}")
    (tmp_path / "elsewhere").mkdir()
    run("uv", "venv", "--quiet", "--seed", tmp_path / "venv", cwd=tmp_path, env=isolated(tmp_path))
    return folder


def install(how, study, tmp_path):
    """Install the judge alone, from a folder that is not the study's; return what came of it."""
    lock, python, env = study / "requirements" / "judge.txt", tmp_path / "venv" / "bin" / "python", isolated(tmp_path)
    commands = {
        "pip": [python, "-m", "pip", "install", "--no-deps", "--no-index", "--require-hashes", "-r", lock],
        "uv": ["uv", "pip", "sync", "--no-index", "--require-hashes", "--python", python, lock],
        "pip-sync": ["pip-sync", "--python-executable", python, "--pip-args", "--no-deps --no-index", lock],
    }
    return run(*commands[how], cwd=tmp_path / "elsewhere", env=env, check=False)


@pytest.mark.parametrize("how", ["pip", "uv", "pip-sync"])
def test_the_judge_is_installed_from_its_wheel_whatever_the_working_folder(how, judged, tmp_path):
    done = install(how, judged, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "venv" / "bin" / "harness").is_file()


@pytest.mark.parametrize("how", ["pip", "uv", "pip-sync"])
def test_a_changed_byte_of_the_judge_is_refused(how, judged, tmp_path):
    (wheel,) = (judged / "requirements" / "wheels").glob("*.whl")
    data = bytearray(wheel.read_bytes())
    data[10] ^= 1  # of a date: still a zip that can be read
    wheel.write_bytes(data)
    done = install(how, judged, tmp_path)
    said = done.stdout + done.stderr
    assert done.returncode and re.search(r"[Hh]ash mismatch|DO NOT MATCH THE HASHES", said), said
    assert not (tmp_path / "venv" / "bin" / "harness").exists()
