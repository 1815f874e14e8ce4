"""Record where the project came from, prove that it builds, make the first commit.

ML_TEMPLATE_PROOF=files in the environment checks the files only; ML_TEMPLATE_LIMIT_S sets every time limit below.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

# JSON never has three quotes in a row, so no answer can end this literal.
CTX = json.loads(r"""{{ cookiecutter | tojson }}""")

# {% raw %}
LIMITS_S = {"git": 60, "files": 60, "environment": 3600, "tests": 1800}
TITLES = {
    "files": "Can every file be read?",
    "environment": "Does its environment build? (.venv, from requirements/dev.txt)",
    "tests": "Do its tests pass?",
}
UNREACHABLE = 69  # what harness.upkeep.environment says when there is no network
POSIX = os.name == "posix"
PYTHON = str(Path(".venv", "bin/python" if POSIX else "Scripts/python.exe"))
SLUG = CTX["project_slug"]


def limit(step):
    """Return the seconds that a step may take."""
    return float(os.environ.get("ML_TEMPLATE_LIMIT_S") or LIMITS_S[step])


def say(*lines):
    """Tell the user."""
    print(*lines, sep="\n", file=sys.stderr, flush=True)


# ---- where the project came from


def git(*args, cwd=None):
    """Return what a git command says, or None if it fails."""
    try:
        done = subprocess.run(["git", *args], cwd=cwd, capture_output=True, encoding="utf-8", timeout=limit("git"))
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def template_folder():
    """Return the template as cookiecutter used it. `_repo_dir` may be relative to a folder that we are not told."""
    named, out = Path(CTX["_repo_dir"]).expanduser(), Path(CTX["_output_dir"])
    bases = [Path(os.environ["PWD"])] if os.environ.get("PWD") else []
    for base in (bases + [out, *out.parents]) if not named.is_absolute() else [Path("/")]:
        found = (base / named).resolve()
        if (found / "cookiecutter.json").is_file() and (found / "copier.yml").is_file():
            return found
    return None


def archived(here):
    """Return (source, commit) of a zip made by `git archive`, None for what it does not tell."""
    path = here / ".git_archival.txt"
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    found = dict(re.findall(r"^(source|describe-name): ([^\s$]+)$", text, re.M))
    return found.get("source"), found.get("describe-name")


def origin():
    """Return (source, commit) as copier would have written them, None for what is not known."""
    typed, here = CTX["_template"], template_folder()
    if here is None or typed.endswith(".zip"):
        return archived(here) if here else (None, None)
    top = git("rev-parse", "--show-toplevel", cwd=here)
    if top is None or Path(top).resolve() != here:  # no git, or a copy without history
        return str(here), archived(here)[1]
    commit = git("describe", "--tags", "--always", cwd=here)
    if git("status", "--porcelain", cwd=here):
        say("WARNING: the template has uncommitted changes; an update will take them for yours.")
    if typed.startswith(("gh:", "gl:")):  # copier knows these two short forms
        return typed, commit
    url = git("config", "--get", "remote.origin.url", cwd=here)  # not `remote get-url`: that applies insteadOf
    local = not re.match(r"(\w+\+)?(git|ssh|file|https?)://|\w+@[\w.]+:", typed)
    if local and (Path(typed).is_absolute() or typed.startswith((".", "~")) or url is None):
        return str(here), commit
    url = re.sub(r"^((?:\w+\+)?https?://)[^/@]*@", r"\1", url or typed)  # never write a token into the project
    if not url.endswith(".git") and not url.startswith(("git@", "git://", "git+")) and not Path(url).is_dir():
        url = "git+" + url  # copier does not take every such address for git
    return url, commit


def record():
    """Write the origin into the answers file, so that `copier update` works; return the commit."""
    path = Path(CTX["__answers_file"])
    source, commit = origin()
    text = path.read_text(encoding="utf-8")
    for key, value in (("_src_path", source), ("_commit", commit)):
        if value:
            quoted = '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
            text = re.sub(rf"^(?:# )?{key}: .*$", lambda _, line=f"{key}: {quoted}": line, text, count=1, flags=re.M)
    path.write_text(text, encoding="utf-8", newline="\n")
    if not (source and commit):
        say(f"WARNING: the template's version is not known. Fill in {path} before the first `make update`.")
    elif re.search(r"-\d+-g[0-9a-f]+$", commit):
        say(f"NOTE: made from {commit}, newer than the latest release: `make update` waits for the next one.")
    asked = CTX.get("_checkout") or ""
    if commit and re.fullmatch(r"v\d[\w.]*", asked) and asked != commit:
        say(f"WARNING: {asked} was asked for, but the template in use is {commit}. An old download?")
    return commit


# ---- does it build?


def stop(process):
    """End a child and its children: ask first, then make sure."""
    if not POSIX:
        process.terminate()
        process.wait()
        return
    for sign, patience_s in ((signal.SIGINT, 10), (signal.SIGKILL, 10)):
        try:
            os.killpg(process.pid, sign)
            process.wait(patience_s)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            continue


def watched(step, argv, log):
    """Run a step, showing and logging what it says as it comes; return its exit code, None if it took too long."""
    say(f"\n--- {TITLES[step]}")
    late = threading.Event()
    with subprocess.Popen(
        argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=POSIX
    ) as process:
        timer = threading.Timer(limit(step), lambda: (late.set(), stop(process)))
        timer.start()
        try:
            while part := os.read(process.stdout.fileno(), 65536):
                sys.stderr.buffer.write(part)
                sys.stderr.flush()
                log.write(part)
            process.wait()
        finally:  # also at Ctrl-C
            timer.cancel()
            if process.poll() is None:
                stop(process)
    return None if late.is_set() else process.returncode


def prove(log):
    """Run the steps of the proof; return what failed, or None."""
    steps = {"files": [sys.executable, "tests/test_files.py"]}
    if "_repo_dir" in CTX and os.environ.get("ML_TEMPLATE_PROOF", "build") == "build":
        steps["environment"] = [sys.executable, "-m", "harness.upkeep.environment"]
        steps["tests"] = [PYTHON, "-m", "pytest", "-q"]
        with open("requirements/dev.txt", encoding="utf-8") as lock:
            if "\npytest-xdist==" in lock.read():
                steps["tests"] += ["--numprocesses", "logical", "--maxprocesses", "4", "--dist", "loadfile"]
                steps["tests"] += ["--no-loadscope-reorder"]
    for step, argv in steps.items():
        code = watched(step, argv, log)
        if code is None:
            return f"{step}: stopped after {limit(step):g} s (ML_TEMPLATE_LIMIT_S sets the limit)"
        if step == "environment" and code == UNREACHABLE:
            say("\nNot exercised: environment and tests (no network). Later, in the project: make setup test")
            return None
        if code:
            return f"{step}: exit code {code}"
    return None


def first_commit(commit):
    """Make the project a repository, unless it lies in one, and commit everything."""
    by_hand = f'    cd {SLUG} && git init -b main && git add -A && git commit -m "Start from ml-science-template"'
    if shutil.which("git") is None:
        say("There is no git here, so no first commit. Install git, then:", by_hand)
    elif git("rev-parse", "--is-inside-work-tree") == "true":
        say("The project lies in another git repository: nothing is committed, that is yours to do.")
    elif git("init", "-q", "-b", "main") is None or git("add", "-A") is None:
        say("git could not make a repository here. By hand:", by_hand)
    elif git("commit", "-q", "--no-verify", "-m", f"Start from ml-science-template {commit or ''}".strip()) is None:
        say(
            "All files are staged, but git made no commit; mostly it does not know your name. Tell it, then commit:",
            '    git config --global user.name "Your Name" && git config --global user.email you@example.org',
            f'    cd {SLUG} && git commit -m "Start from ml-science-template"',
        )


def interrupted():
    """Leave nothing that looks whole; say what there is. Return the exit code."""
    if not Path(".venv", "installed-lock").is_file():
        shutil.rmtree(".venv", ignore_errors=True)
    have = "with its environment" if Path(".venv").exists() else "without an environment"
    say(f"\nInterrupted: {SLUG} has all its files, {have}, not tested, not committed. Delete it, or: make setup test")
    return 130


def main():
    """Do it all; return the exit code."""
    handle, path = tempfile.mkstemp(prefix=f"{SLUG}-", suffix=".log")
    try:
        with os.fdopen(handle, "wb") as log:
            # Without `_repo_dir` the caller is cruft, which keeps its own record and runs this at every update.
            commit = record() if "_repo_dir" in CTX else None
            failed = prove(log)
            if not failed and "_repo_dir" in CTX:
                first_commit(commit)
    except KeyboardInterrupt:
        return interrupted()
    if failed:
        say(
            f"\nThe new project failed its proof. {failed}",
            f"The log: {path}",
            "To keep the project and look into it: cookiecutter --keep-project-on-failure ...",
            "To skip environment and tests: ML_TEMPLATE_PROOF=files cookiecutter ...",
        )
        return 1
    os.unlink(path)
    say(f"\n{SLUG} is ready. Next: cd {SLUG} && make setup run")
    return 0


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ended from outside: clean up as at Ctrl-C
    sys.exit(main())
# {% endraw %}
