"""What the hook after generation proves, says and leaves behind, seen from outside by cookiecutter's command line."""

import re
import shutil
import signal
import socketserver
import subprocess
import sys
import threading
import time
from pathlib import Path

import jinja2
import pytest
from conftest import INSIDE, ORIGIN, PYPROJECT, ROOT, Proxy, heed_sigint, isolated, new_hub, run, unreachable, wait_for


@pytest.fixture
def changed(small, tmp_path):
    """Write one file of the small template otherwise; returns the changed template."""

    def change(name, text):
        folder = tmp_path / "changed"
        shutil.copytree(small, folder)
        (folder / INSIDE / name).write_text(text)
        run("git", "commit", "-qam", "change", cwd=folder, env=isolated(tmp_path))
        return folder

    return change


@pytest.fixture
def env(tmp_path):
    """Variables for a whole proof; temporary files, and so logs, lie in tmp_path/logs."""
    (tmp_path / "home").mkdir()
    (tmp_path / "logs").mkdir()
    env = isolated(tmp_path / "home") | {"ML_TEMPLATE_PROOF": "full", "TMPDIR": str(tmp_path / "logs")}
    env["GIT_CEILING_DIRECTORIES"] = str(tmp_path)
    return env


@pytest.fixture
def out(tmp_path):
    (tmp_path / "out").mkdir()
    return tmp_path / "out"


def make(template, out, env, *options, check=True):
    return run("cookiecutter", "--no-input", *options, template, "project_slug=mine", cwd=out, env=env, check=check)


def only(env, tmp_path, *tools):
    """PATH with cookiecutter and the named tools, and nothing else."""
    folder = tmp_path / "only"
    folder.mkdir()
    for tool in ("cookiecutter", *tools):
        (folder / tool).symlink_to(shutil.which(tool, path=env["PATH"]))
    return {**env, "PATH": str(folder)}


@pytest.mark.parametrize("installer", ["uv", "pip"])
def test_a_proof_builds_tests_and_commits(installer, small, out, env, tmp_path):
    if installer == "pip":
        env = only(env, tmp_path)
        env["PATH"] += ":/usr/bin:/bin"
    assert bool(shutil.which("uv", path=env["PATH"])) == (installer == "uv")
    done = make(small, out, env)
    said = done.stdout + done.stderr
    steps = ["Can every file be read?", "Does its environment build?", "Do its tests pass?"]
    assert "Next: cd mine && make run" in said and "Collecting" not in said
    found = [said.index(step) for step in steps]
    assert found == sorted(found) and "1 passed" in said
    project = out / "mine"
    assert (project / ".venv" / "installed-lock").is_file()
    assert list(project.glob(".venv/lib/python*/site-packages/pluggy/__pycache__/*.pyc"))
    assert run("git", "log", "--format=%s", cwd=project, env=env).stdout == "Start from ml-science-template v1.0.0\n"
    assert run("git", "branch", "--show-current", cwd=project, env=env).stdout == "main\n"
    assert run("git", "status", "--porcelain", cwd=project, env=env).stdout == ""
    tracked = set(run("git", "ls-files", cwd=project, env=env).stdout.split())
    assert {".copier-answers.yml", ".gitignore", "requirements/dev.txt", "Makefile"} <= tracked
    assert not [name for name in tracked if name.startswith((".venv", ".pytest_cache")) or "__pycache__" in name]
    assert not list((tmp_path / "logs").glob("mine-*")), "a log of a proof that went well is litter"


def test_the_repository_is_there_before_setup_which_installs_the_commit_hook(changed, out, env):
    template = changed(
        "tests/test_small.py", "from pathlib import Path\n\n\ndef test_it():\n    assert Path('.git').is_dir()\n"
    )
    assert "1 passed" in make(template, out, env).stderr


def test_a_quick_proof_asks_for_the_checks_and_not_for_the_tests(changed, out, env):
    makefile = "setup:\n\techo built\ncheck:\n\techo 22 passed\ntest:\n\tfalse\n"
    quick = {name: value for name, value in env.items() if name != "ML_TEMPLATE_PROOF"}  # it is the default
    said = make(changed("Makefile", makefile), out, quick).stderr
    assert "built" in said and "22 passed" in said and "mine is ready" in said
    assert "make test" in said, "it says how to run the rest"


def test_no_network_is_said_aloud_and_the_project_is_kept(small, out, env, tmp_path):
    done = make(small, out, unreachable(env, tmp_path))
    assert "Not exercised: environment and tests" in done.stderr and "make setup test" in done.stderr
    project = out / "mine"
    assert not (project / ".venv").exists()
    assert run("git", "status", "--porcelain", cwd=project, env=env).stdout == ""
    assert run("git", "rev-list", "--count", "HEAD", cwd=project, env=env).stdout == "1\n"


RED = {
    "files": ("pyproject.toml", "[tool\n", "pyproject.toml: cannot be read"),
    "unrendered": ("pyproject.toml", PYPROJECT + "# {{ '{{' }} cookiecutter.x }}\n", "the template left a mark"),
    "setup": ("requirements/dev.txt", "pluggy==1.5.0 --hash=sha256:" + "0" * 64 + "\n", "Hash mismatch"),
    "test": ("tests/test_small.py", "def test_red():\n    assert 1 == 2\n", "1 failed"),
}


@pytest.mark.parametrize("kind", RED)
@pytest.mark.parametrize("keep", [False, True], ids=["removed", "kept"])
def test_a_proof_that_fails_says_what_and_where_the_log_is(kind, keep, changed, out, env):
    name, text, reason = RED[kind]
    options = ["--keep-project-on-failure"] if keep else []
    done = make(changed(name, text), out, env, *options, check=False)
    assert done.returncode == 1
    said = {"setup": "setup: exit code 2", "test": "test: exit code 2"}.get(kind, "files:\npyproject.toml: ")
    assert f"The new project failed its proof. {said}" in done.stderr
    for hint in ("--keep-project-on-failure", "ML_TEMPLATE_PROOF=files"):
        assert hint in done.stderr
    with open(re.search(r"The log: (.*)", done.stderr)[1]) as log:
        assert reason in log.read()
    assert reason in done.stderr
    assert (out / "mine").exists() == keep
    assert not (out / "mine" / ".git").exists()


@pytest.fixture
def slow(env, out, tmp_path):
    """Variables in which uv never ends: it begins an environment, and notes its process and its child's."""
    folder = tmp_path / "slow"
    folder.mkdir()
    (folder / "uv").write_text('#!/bin/sh\nmkdir -p .venv/bin\nsleep 300 &\necho "$$ $!" > ../started\nwait\n')
    (folder / "uv").chmod(0o755)
    return env | {"PATH": f"{folder}:{env['PATH']}"}


def assert_gone(pids):
    for pid in pids:
        until = time.monotonic() + 20
        while time.monotonic() < until:
            try:
                with open(f"/proc/{pid}/stat") as stat:
                    if stat.read().split()[2] == "Z":  # ended; its new parent has not looked yet
                        break
            except FileNotFoundError:
                break
            time.sleep(0.05)
        else:
            pytest.fail(f"process {pid} still runs")


def test_a_step_that_takes_too_long_is_ended_with_its_children(small, out, slow):
    done = make(small, out, slow | {"ML_TEMPLATE_LIMIT_S": "3"}, check=False)
    assert done.returncode == 1 and "setup: stopped after 3 s (ML_TEMPLATE_LIMIT_S sets the limit)" in done.stderr
    assert_gone((out / "started").read_text().split())
    assert not (out / "mine").exists()


def hook_of(project, tmp_path, small):
    """The hook as cookiecutter runs it, for a project that is already there."""
    text = (ROOT / "hooks" / "post_gen_project.py").read_text(encoding="utf-8")
    context = {"project_slug": "mine", "_repo_dir": str(small), "_output_dir": str(project.parent),
               "_template": str(small), "__answers_file": ".copier-answers.yml"}  # fmt: skip
    path = tmp_path / "hook.py"
    path.write_text(jinja2.Template(text).render(cookiecutter=context), encoding="utf-8")
    return path


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_leaves_nothing_that_looks_whole(sign, small, out, slow, tmp_path):
    make(small, out, {**slow, "ML_TEMPLATE_PROOF": "files"})
    project = out / "mine"
    shutil.rmtree(project / ".git")
    child = subprocess.Popen([sys.executable, hook_of(project, tmp_path, small)], cwd=project, env=slow,
                             stderr=subprocess.PIPE, text=True, preexec_fn=heed_sigint)  # fmt: skip
    wait_for(out / "started")
    child.send_signal(sign)
    said = child.communicate(timeout=60)[1]
    assert child.returncode == 130
    assert "Interrupted: mine has all its files, without an environment, not tested, not committed." in said
    assert "Traceback" not in said.split("\nInterrupted: mine")[-1]
    assert not (project / ".venv").exists() and not (project / ".git").exists()
    assert (project / "pyproject.toml").exists()
    assert_gone((out / "started").read_text().split())


def test_ctrl_c_at_the_terminal(small, out, slow):
    import pexpect

    child = pexpect.spawn("cookiecutter", ["--no-input", str(small), "project_slug=mine"], cwd=str(out), env=slow,
                          encoding="utf-8", timeout=60, preexec_fn=heed_sigint)  # fmt: skip
    child.expect("Does its environment build")
    wait_for(out / "started")
    child.sendintr()
    child.expect("Interrupted: mine has all its files")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus != 0
    assert_gone((out / "started").read_text().split())
    assert (out / "mine" / "pyproject.toml").exists() and not (out / "mine" / ".git").exists()


def test_progress_is_one_line_at_a_terminal(small, out, env, tmp_path):
    import pexpect

    env = only(env, tmp_path)
    env["PATH"] += ":/usr/bin:/bin"  # pip, which says more than uv
    printed, failed = pexpect.run(
        "cookiecutter --no-input -o elsewhere " + str(small) + " project_slug=mine", cwd=str(out), timeout=300,
        env=env | {"PWD": str(out)}, encoding="utf-8", withexitstatus=True,
    )  # fmt: skip
    assert not failed and "\r\x1b[KCollecting pytest" in printed
    assert printed.count("\n") < 20 and "1 passed" in printed and "Next: cd elsewhere/mine && make run" in printed


@pytest.mark.parametrize("engine", ["cookiecutter", "copier"])
@pytest.mark.parametrize("known", [True, False])
def test_an_author_whom_nobody_named_is_said_aloud(engine, known, small, out, env):
    env = env | {"ML_TEMPLATE_PROOF": "files"}
    name = "Grace Hopper"
    if engine == "cookiecutter":
        if not known:
            Path(env["GIT_CONFIG_GLOBAL"]).write_text("")
        done = make(small, out, env, check=False)
    else:
        more = ("--data", f"author_name={name}") if known else ()
        done = run("copier", "copy", "--defaults", *more, small, out / "mine", cwd=out, env=env)
    note = "NOTE: its author is Ada Lovelace, an example. Write yours into CITATION.cff, pyproject.toml, LICENSE"
    assert (note in done.stdout + done.stderr) == (not known)


def test_inside_another_repository_nothing_is_initialised(small, out, env):
    run("git", "init", "-q", cwd=out, env=env)
    done = make(small, out, {**env, "ML_TEMPLATE_PROOF": "files"})
    assert "lies in another git repository" in done.stderr and not (out / "mine" / ".git").exists()


def steps_of(done):
    """Return what it says is to be typed next, line by line."""
    return [line.strip() for line in done.stderr.splitlines() if line.startswith("    ")]


@pytest.mark.parametrize(
    ("config", "said", "repair"),
    [
        ("[user]\n    useConfigOnly = true\n", "Please tell me who you are", ["user.name Me", "user.email me@x.org"]),
        ("[user]\n    name = Me\n    email = me@x.org\n[commit]\n    gpgsign = true\n[gpg]\n    program = false\n",
         "gpg failed to sign the data", ["commit.gpgsign false"]),
    ],
    ids=["no name", "no key"],
)  # fmt: skip
def test_without_a_commit_the_files_are_staged_and_what_git_said_is_shown(config, said, repair, small, out, env):
    Path(env["GIT_CONFIG_GLOBAL"]).write_text(config)
    done = make(small, out, {**env, "ML_TEMPLATE_PROOF": "files"})
    project = out / "mine"
    assert "All files are staged, but git made no commit. It says:" in done.stderr and said in done.stderr
    assert "is ready, but NOT COMMITTED" in done.stderr + done.stdout
    assert "A  pyproject.toml" in run("git", "status", "--porcelain", cwd=project, env=env).stdout
    for setting in repair:
        run("git", "config", "--global", *setting.split(), cwd=project, env=env)
    assert steps_of(done)[1] == "(put right what git says above)" and steps_of(done)[-1] == "make run"
    run("sh", "-ec", "\n".join([steps_of(done)[0], *steps_of(done)[2:-1]]), cwd=out, env=env)
    assert run("git", "status", "--porcelain", cwd=project, env=env).stdout == ""


def test_without_git_the_project_is_whole_and_the_way_on_is_said(small, out, env, tmp_path):
    done = make(small, out, only({**env, "ML_TEMPLATE_PROOF": "files"}, tmp_path))
    assert "git is not here" in done.stderr and (out / "mine" / "pyproject.toml").exists()
    run("sh", "-ec", "\n".join(steps_of(done)[:-1]), cwd=out, env=env)
    assert run("git", "status", "--porcelain", cwd=out / "mine", env=env).stdout == ""


def test_the_repository_of_another_folder_is_left_alone(small, out, env, tmp_path):
    """GIT_DIR and its like are set within hooks of git, and by hand for files kept in a home."""
    other = tmp_path / "other"
    other.mkdir()
    run("git", "init", "-q", cwd=other, env=env)
    elsewhere = {"GIT_DIR": str(other / ".git"), "GIT_WORK_TREE": str(other), "GIT_INDEX_FILE": str(other / "index")}
    copy = shutil.copytree(small, tmp_path / "copy", ignore=shutil.ignore_patterns(".git"))
    make(copy, out, {**env, "ML_TEMPLATE_PROOF": "files"} | elsewhere)
    assert run("git", "rev-list", "--count", "HEAD", cwd=out / "mine", env=env).stdout == "1\n"
    assert run("git", "status", "--porcelain", cwd=out / "mine", env=env).stdout == ""
    assert not (other / "index").exists() and run("git", "branch", "--all", cwd=other, env=env).stdout == ""


@pytest.mark.parametrize("umask", ["077", "000"])
def test_whatever_the_umask_and_the_usual_branch(umask, small, out, env):
    with open(env["GIT_CONFIG_GLOBAL"], "a") as file:
        file.write("[init]\n    defaultBranch = trunk\n")
    files = {**env, "ML_TEMPLATE_PROOF": "files"}
    run("sh", "-c", f"umask {umask}; cookiecutter --no-input {small} project_slug=mine", cwd=out, env=files)
    assert run("git", "branch", "--show-current", cwd=out / "mine", env=env).stdout == "main\n"
    modes = {line.split()[0] for line in run("git", "ls-files", "-s", cwd=out / "mine", env=env).stdout.splitlines()}
    assert modes == {"100644"}


def test_pip_as_a_user_or_behind_a_proxy_with_a_password_keeps_the_project(small, out, env, tmp_path):
    """A whole render, by pip alone."""
    env = only(env, tmp_path)
    env["PATH"] += ":/usr/bin:/bin"
    (tmp_path / "pip.conf").write_text("[global]\nuser = true\n")
    assert "1 passed" in make(small, out, env | {"PIP_CONFIG_FILE": str(tmp_path / "pip.conf")}).stderr
    shutil.rmtree(out / "mine")
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Proxy) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        proxy = {
            "HTTPS_PROXY": f"http://127.0.0.1:{server.server_address[1]}",
            "PIP_INDEX_URL": "https://registry.example.org/simple",
        }
        done = make(small, out, unreachable(env, tmp_path) | proxy)
        server.shutdown()
    assert "Not exercised: environment and tests" in done.stderr and "the proxy asks for a password" in done.stderr
    assert run("git", "rev-list", "--count", "HEAD", cwd=out / "mine", env=env).stdout == "1\n"


def test_cruft_checks_the_files_and_no_more(small, out, tmp_path, env):
    (tmp_path / "served").mkdir()
    served = new_hub(small, tmp_path / "served") | {"ML_TEMPLATE_PROOF": "full"}
    done = run("cruft", "create", "-y", ORIGIN, cwd=out, env=served)
    assert "Can every file be read?" in done.stderr and "environment" not in done.stderr
    (project,) = out.iterdir()
    assert (project / ".cruft.json").is_file() and not (project / ".git").exists() and not (project / ".venv").exists()


def test_without_make_the_files_are_checked_and_the_rest_is_said_to_be_open(small, out, env, tmp_path):
    done = make(small, out, only(env, tmp_path, "git"))
    assert "Not exercised: environment and tests (no make)." in done.stderr
    assert run("git", "rev-list", "--count", "HEAD", cwd=out / "mine", env=env).stdout == "1\n"


@pytest.mark.parametrize("build", ["", "cpu"])
def test_a_study_with_networks_is_locked_and_built_for_the_build_of_pytorch_that_is_named(
    build, small, out, env, tmp_path
):
    env = only(env, tmp_path, "git") | ({"TORCH": build} if build else {})
    (Path(env["PATH"]) / "make").write_text(f'#!/bin/sh\necho "$2 $3" >> "{tmp_path}/steps"\n')
    (Path(env["PATH"]) / "make").chmod(0o755)
    template = shutil.copytree(small, tmp_path / "both")
    for name in ("study/network.py", "tests/test_network.py"):
        (template / INSIDE / name).parent.mkdir(exist_ok=True)
        (template / INSIDE / name).write_text("")
    run("git", "add", "--all", cwd=template, env=env)
    run("git", "commit", "-qm", "networks", cwd=template, env=env)
    said = run(
        "cookiecutter", "--no-input", template, "project_slug=mine", "framework=PyTorch", cwd=out, env=env
    ).stderr
    assert ("as nobody said which build of PyTorch" in said) == (not build), said
    steps = (tmp_path / "steps").read_text().split("\n") if build else []
    assert [step.partition(" PYTHON")[0] for step in steps[:-1]] == (["setup", "lock setup", "test"] if build else [])
    assert (out / "mine" / "study" / "network.py").exists()
    run("cookiecutter", "--no-input", template, "project_slug=other", cwd=out, env=env | {"ML_TEMPLATE_PROOF": "files"})
    assert not list((out / "other").rglob("*network.py"))


def test_a_template_with_changes_is_said(changed, out, env):
    template = changed("pyproject.toml", PYPROJECT + "\n")
    (template / "README.md").write_text("changed\n")
    done = make(template, out, {**env, "ML_TEMPLATE_PROOF": "files"})
    assert "uncommitted changes" in done.stderr and "newer than the latest release" in done.stderr
