"""The harness's commands, each in a fork of a process that has imported the judge already: two seconds less for each.

As a program, started by a study's Python, it reads requests, one JSON a line, and answers each with an exit code.
Nothing of study/ is imported before the fork, and nothing is kept from one request to the next.
"""

import atexit
import gc
import importlib
import json
import os
import runpy
import signal
import subprocess
import sys
import tempfile
import threading
import traceback
from pathlib import Path

# What the commands import when they are asked for; without shap, which takes seconds and which few of them need.
MODULES = """
harness.cli.check harness.cli.run harness.cli.accept harness.cli.card harness.cli.manifest
matplotlib.pyplot pandera.pandas pydantic rich.table scipy.stats sklearn.datasets sklearn.discriminant_analysis
sklearn.dummy sklearn.ensemble sklearn.inspection sklearn.linear_model sklearn.model_selection sklearn.neighbors
sklearn.pipeline sklearn.tree typer yaml
"""
LIMIT_S = 900


class Warm:
    """Runs ``python -m harness ARGUMENTS`` as `subprocess.run` does, but from a process that is warm.

    That process ends with this one, when nobody can ask it any more.
    """

    def __init__(self, python, env):
        """Start that process."""
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        self.process = subprocess.Popen([python, __file__], env=env, encoding="utf-8", **pipes)

    def __call__(self, *arguments, cwd, env, without=()):
        """Run a command, perhaps without some of the checks; return what `subprocess.run` returns."""
        with tempfile.TemporaryDirectory() as folder:
            out, err = Path(folder, "out"), Path(folder, "err")
            request = {"arguments": arguments, "cwd": str(cwd), "env": env, "out": str(out), "err": str(err)}
            print(json.dumps(request | {"without": list(without)}), file=self.process.stdin, flush=True)
            code = self.process.stdout.readline()
            assert code, "the warm process has ended: see what it said"
            said = (path.read_text(encoding="utf-8", errors="replace") for path in (out, err))
            return subprocess.CompletedProcess(("harness", *arguments), int(code), *said)


def act(arguments, cwd, env, out, err, without):
    """Become ``python -m harness ARGUMENTS`` in this folder, with these variables, without these checks."""
    signal.alarm(LIMIT_S)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for stream, path in ((1, out), (2, err)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT), stream)
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(env)
    take_out(without)
    sys.path[0], sys.argv = cwd, ["harness", *arguments]
    code = 1
    try:
        runpy.run_module("harness", run_name="__main__", alter_sys=True)
        code = 0
    except SystemExit as end:
        code = end.code or 0
        if isinstance(code, str):
            print(code, file=sys.stderr)
            code = 1
    except BaseException:
        traceback.print_exc()
    finally:  # to take down an interpreter with a thousand modules would take longer than most commands
        threading._shutdown()
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def take_out(codes):
    """Take checks out of the judge, as if nobody had written them."""
    registered = importlib.import_module("harness.checks").CHECKS
    known = {one.code for one in registered}
    if unknown := set(codes) - known:
        sys.exit(f"there is no check {', '.join(sorted(unknown))} to take out")
    registered[:] = [one for one in registered if one.code not in codes]


def main():
    """Fork for each request, one after the other."""
    for name in MODULES.split():
        importlib.import_module(name)
    assert importlib.import_module("harness.checks").CHECKS  # who asks for them makes their modules be imported
    gc.freeze()  # what is here stays; the forks share it
    for line in sys.stdin:
        if not (child := os.fork()):
            return act(**json.loads(line))
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    main()
