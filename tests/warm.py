"""The harness's commands, each in a fork of a process that has imported the packages already: a second less for each.

As a program, started by a study's Python, it reads requests, one JSON a line, and answers each with an exit code.
Nothing of harness/ and study/ is imported before the fork.
"""

import json
import os
import runpy
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

PACKAGES = "jsonschema pandera.pandas pydantic rich.console scipy.stats sklearn.ensemble sklearn.inspection typer yaml"
LIMIT_S = 900


class Warm:
    """Runs ``python -m harness ARGUMENTS`` as `subprocess.run` does, but from a process that is warm.

    That process ends with this one, when nobody can ask it any more.
    """

    def __init__(self, python, env):
        """Start that process."""
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        self.process = subprocess.Popen([python, __file__], env=env, encoding="utf-8", **pipes)

    def __call__(self, *arguments, cwd, env):
        """Run a command; return what `subprocess.run` returns."""
        with tempfile.TemporaryDirectory() as folder:
            out, err = Path(folder, "out"), Path(folder, "err")
            request = {"arguments": arguments, "cwd": str(cwd), "env": env, "out": str(out), "err": str(err)}
            print(json.dumps(request), file=self.process.stdin, flush=True)
            code = int(self.process.stdout.readline())
            said = (path.read_text(encoding="utf-8", errors="replace") for path in (out, err))
            return subprocess.CompletedProcess(("harness", *arguments), code, *said)


def act(arguments, cwd, env, out, err):
    """Become ``python -m harness ARGUMENTS`` in this folder, with these variables."""
    signal.alarm(LIMIT_S)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for stream, path in ((1, out), (2, err)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT), stream)
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(env)
    sys.path[0], sys.argv = cwd, ["harness", *arguments]
    runpy.run_module("harness", run_name="__main__", alter_sys=True)


def main():
    """Fork for each request, one after the other."""
    for name in PACKAGES.split():
        __import__(name)
    for line in sys.stdin:
        if not (child := os.fork()):
            return act(**json.loads(line))
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    main()
