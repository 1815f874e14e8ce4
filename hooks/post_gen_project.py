"""Record where the project came from, prove that it builds, make the first commit.

ML_TEMPLATE_PROOF in the environment: quick (default), full (all tests), files; ML_TEMPLATE_LIMIT_S: limit of a step.
"""

import ast
import collections
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import tomllib
from pathlib import Path

# JSON never has three quotes in a row, so no answer can end this literal.
CTX = json.loads(r"""{{ cookiecutter | tojson }}""")

# {% raw %}
LIMIT_S = float(os.environ.get("ML_TEMPLATE_LIMIT_S") or 3600)  # for a step
ONLY = {"PyTorch": ["study/network.py", "tests/test_network.py"]}  # copier.yml leaves the same ones out
CHOOSE = "make setup, then make lock setup TORCH=cpu (or cu130 ..., see CONTRIBUTING.md), make test, and commit."
TORCH, PROOF = os.environ.get("TORCH"), os.environ.get("ML_TEMPLATE_PROOF", "quick")  # TORCH: its build or place
STEPS = {
    "setup": "Does its environment build? (.venv, from requirements/dev.txt)",
    "lock setup": f"Can its packages be locked and built, with PyTorch for {TORCH}?",
    "check": "Does it pass the checks that take seconds? (make test runs also those that fit models)",
    "test": "Do its tests pass? (some need a result: they are skipped until there is one)",
}
ELSEWHERE = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY")  # another's
PYTHON = getattr(sys, "_base_executable", sys.executable)  # not that of an environment, which may go
AUTHORED = "CITATION.cff, pyproject.toml, LICENSE and MODEL_CARD.md"
READERS = {".py": ast.parse, ".json": json.loads, ".ipynb": json.loads, ".toml": tomllib.loads}
SLUG, NETWORK = CTX["project_slug"], CTX.get("framework") == "PyTorch"


def say(*lines):
    """Tell the user."""
    print(*lines, sep="\n", file=sys.stderr, flush=True)


def git(*args, cwd=None):
    """Return what a git command says, or None if it fails."""
    try:
        done = subprocess.run(["git", *args], cwd=cwd, capture_output=True, encoding="utf-8", timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def template_folder():
    """Return the template as cookiecutter used it. `_repo_dir` may be relative to a folder that we are not told."""
    out = Path(CTX["_output_dir"])
    for base in (Path(os.environ.get("PWD") or out), out, *out.parents):
        found = (base / Path(CTX["_repo_dir"]).expanduser()).resolve()
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


def faults():
    """Yield what is wrong with the files: one cannot be parsed, or the template left a mark in it."""
    for path in sorted(Path().rglob("*")):
        if not path.is_file() or path.suffix == ".whl" or path.parts[0] == ".git":
            continue
        try:
            text = path.read_text(encoding="utf-8")
            READERS.get(path.suffix, str)(text)
        except (SyntaxError, ValueError) as error:
            yield f"{path}: cannot be read: {error}"
        else:
            marks = re.findall(r"{[{%].*cookiecutter\..*", text)
            yield from (f"{path}: the template left a mark: {mark}" for mark in marks)


def show(line):
    """Let a line take the place of the one before, for whoever watches; a log of many lines would hide the rest."""
    if sys.stderr.isatty():
        print(f"\r\033[K{line.strip()[: shutil.get_terminal_size().columns - 1]}", end="", file=sys.stderr, flush=True)


def make(step, log):
    """Run a step and log what it says; return its exit code, and whether it had a network.

    Shown is the last line; of a step that fails, what led to it.
    """
    say(f"\n--- {STEPS[step]}")
    last, reached = collections.deque(maxlen=40), True  # lines shown of a failure; the log has all
    argv = ["make", "--no-print-directory", *step.split(), f"PYTHON={PYTHON}"]
    streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    with subprocess.Popen(argv, start_new_session=True, **streams) as process:
        timer = threading.Timer(LIMIT_S, os.killpg, (process.pid, signal.SIGKILL))
        timer.start()
        try:
            for line in process.stdout:
                reached &= b"The package registry could not be reached" not in line  # as `make setup` says
                log.write(line)
                last.append(line.decode("utf-8", "replace").rstrip())
                show(last[-1])
        except KeyboardInterrupt:
            os.killpg(process.pid, signal.SIGKILL)
            raise
        finally:
            timer.cancel()
    show("")
    say(*(last if process.returncode else ["yes", *[*last][-1 - (step == "check") :]]))
    return process.returncode, reached


def prove(log):
    """Run the steps of the proof; return what failed, or None."""
    say("--- Can every file be read?")
    if found := list(faults()):
        log.write("\n".join(found).encode())
        return "\n".join(["files:", *found])
    say("yes")
    if "_repo_dir" not in CTX or PROOF == "files":
        return None
    if shutil.which("make") is None:
        return say("\nNot exercised: environment and tests (no make).")
    if NETWORK and not TORCH:
        return say("\nNot exercised: environment and tests, as nobody said which build of PyTorch. Choose one:", CHOOSE)
    for step in ["setup", *["lock setup"] * NETWORK, "test" if PROOF == "full" else "check"]:
        code, reached = make(step, log)
        if not reached:
            return say("\nNot exercised: environment and tests (no network). Later, in the project: make setup test")
        if code:
            late = f"stopped after {LIMIT_S:g} s (ML_TEMPLATE_LIMIT_S sets the limit)"
            return f"{step}: {late if code == -signal.SIGKILL else f'exit code {code}'}"
    return None


def first_commit(commit, inside):
    """Commit everything, unless the project lies inside another repository; return what is left to type for that."""
    message = f"Start from ml-science-template {commit or ''}".strip()
    typed = f'git add -A && git commit -m "{message}"'
    if inside:
        say("The project lies in another git repository: nothing is committed, that is yours to do.")
        return [typed]
    if git("add", "-A") is None:
        say("git is not here, or could make no repository.")
        return [f"git init -b main && {typed}"]
    done = subprocess.run(["git", "commit", "-q", "--no-verify", "-m", message], capture_output=True, text=True)
    if done.returncode == 0:
        return []
    say("All files are staged, but git made no commit. It says:", done.stderr.strip())
    return ["(put right what git says above)", typed]


def main():
    """Do it all; return the exit code."""
    for name in ELSEWHERE:
        os.environ.pop(name, None)
    for name in [] if NETWORK else ONLY["PyTorch"]:
        Path(name).unlink(missing_ok=True)
    handle, path = tempfile.mkstemp(prefix=f"{SLUG}-", suffix=".log")
    ours = "_repo_dir" in CTX  # else the caller is cruft, which keeps its own record and runs this at every update
    inside, made = git("rev-parse", "--is-inside-work-tree") == "true", False
    try:
        with os.fdopen(handle, "wb") as log:
            commit = record() if ours else None
            made = ours and not inside and git("init", "-q", "-b", "main") is not None  # `make setup` adds its hook
            failed = prove(log)
        steps = first_commit(commit, inside) if ours and not failed else []
    except KeyboardInterrupt:
        if made:  # a repository without a commit looks like more than it is
            shutil.rmtree(".git")
        if not Path(".venv", "installed-lock").is_file():
            shutil.rmtree(".venv", ignore_errors=True)
        have = "with its environment" if Path(".venv").exists() else "without an environment"
        say(f"\nInterrupted: {SLUG} has all its files, {have}, not tested, not committed.")
        say("Delete it, or in it: make setup test")
        return 130
    if failed:
        if made:
            shutil.rmtree(".git")
        say(f"\nThe new project failed its proof. {failed}", f"The log: {path}")
        say("To keep it: cookiecutter --keep-project-on-failure ... Without a build: ML_TEMPLATE_PROOF=files ...")
        return 1
    os.unlink(path)
    if CTX.get("author_name") == "Ada Lovelace":  # git knows no name, and nobody gave one
        when = " before you commit" if steps else ""
        say(f"\nNOTE: its author is Ada Lovelace, an example. Write yours into {AUTHORED}{when}.")
    shell = os.environ.get("PWD")  # the folder from which the user called
    place = os.path.relpath(Path.cwd(), shell) if shell and Path.cwd().is_relative_to(shell) else SLUG
    typed = "\n".join(f"    {step}" for step in [f"cd {place}", *steps, "make run"])
    later = f", but NOT COMMITTED, and a result needs a commit. Next:\n{typed}"
    say(f"\n{SLUG} is ready{later if steps else f'. Next: cd {place} && make run'}")
    return 0


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ended from outside: clean up as at Ctrl-C
    sys.exit(main())
# {% endraw %}
