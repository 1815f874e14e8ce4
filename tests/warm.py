"""The harness's commands, each in a fork of a process that has imported the judge already: two seconds less for each.

As a program, started by a study's Python, it reads requests, one JSON a line, and answers each with an exit code.
Nothing of study/ is imported before the fork, and nothing is kept from one request to the next. The fresh processes
that checks start elsewhere are forks too: of one process for each seed of hashes, time zone and locale, which Python
reads at its start; that process began with them, and answers at a socket, to all, as long as the tests run.
"""

import atexit
import contextlib
import gc
import hashlib
import importlib.util
import io
import json
import multiprocessing
import os
import pickle
import runpy
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from pathlib import Path

# What studies import, and what the commands do beside, when they are asked for.
LIBRARIES = """
pandas.io.formats.csvs pandera.pandas pandera.strategies.pandas_strategies scipy.stats sklearn.datasets
sklearn.discriminant_analysis sklearn.dummy sklearn.ensemble sklearn.inspection sklearn.linear_model
sklearn.model_selection sklearn.neighbors sklearn.pipeline sklearn.tree
"""
COMMANDS = """
harness.cli.accept harness.cli.card harness.cli.check harness.cli.manifest harness.cli.run harness.cli.unseal
matplotlib.pyplot pydantic rich.table shap typer yaml
"""
EXTRAS = ("onnxruntime", "skl2onnx")  # which not every environment has
LIMIT_S = 900
AT_START = ("PYTHONHASHSEED", "PYTHONUTF8", "LC_ALL", "TZ")


class Warm:
    """Runs ``python -m harness ARGUMENTS`` as `subprocess.run` does, but from a process that is warm.

    That process ends with this one, when nobody can ask it any more.
    """

    def __init__(self, python, env):
        """Start that process."""
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        keeper = os.getppid() if "PYTEST_XDIST_WORKER" in os.environ else os.getpid()  # they share what is elsewhere
        env = {name: value for name, value in env.items() if name != "PYTHONPATH"}  # that of a request, not of all
        self.process = subprocess.Popen([python, __file__, str(keeper)], env=env, encoding="utf-8", **pipes)

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
    importlib.import_module("harness.checks.elsewhere").subprocess = Elsewhere
    importlib.import_module("harness.publish.export").multiprocessing = Forks
    sys.path[:1] = [cwd, *filter(None, env.get("PYTHONPATH", "").split(os.pathsep))]
    sys.argv = ["harness", *arguments]
    finish(lambda: runpy.run_module("harness", run_name="__main__", alter_sys=True))


def finish(do, tell=lambda code: None):
    """Do something and end the process, with the exit code that Python would give, which is told first."""
    code = 1
    try:
        do()
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
        tell(code)
        os._exit(code)


class Elsewhere:
    """Stands in for `subprocess` where checks start fresh processes."""

    @staticmethod
    def run(command, cwd, env, input, capture_output):  # noqa: A002
        """Run ``python -c CODE ARGUMENTS`` in a fork of a process that began with these variables."""
        _, _, code, *arguments = command
        name = hashlib.sha256(repr([sys.executable, *map(env.get, AT_START)]).encode()).hexdigest()[:16]
        folder = Path(tempfile.gettempdir(), f"warm-{os.environ['WARM_KEEPER']}")
        folder.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory() as place, socket.socket(socket.AF_UNIX) as asked:
            connect(asked, folder / name, env)
            err = Path(place, "err")
            request = {"code": code, "arguments": arguments, "cwd": str(cwd), "env": dict(env), "given": input}
            asked.sendall(pickle.dumps(request | {"err": str(err)}))
            asked.shutdown(socket.SHUT_WR)
            answer = asked.recv(16)
            assert answer, "the fork broke down: see what it said"
            return subprocess.CompletedProcess(command, int(answer), b"", err.read_bytes())


class Forks:
    """Stands in for `multiprocessing` where accept loads a model again in a fresh process."""

    @staticmethod
    def get_context(_):
        """Return the context of forks."""
        return multiprocessing.get_context("fork")


def connect(client, path, env):
    """Connect to the process at this socket, and start it if there is none."""
    for attempt in range(600):
        with contextlib.suppress(FileNotFoundError, ConnectionRefusedError):
            return client.connect(str(path))
        if not attempt:
            argv = [sys.executable, __file__, str(path), os.environ["WARM_KEEPER"]]
            own = {name: value for name, value in env.items() if name != "PYTHONPATH"}  # that of a request, not of all
            subprocess.Popen(argv, env=own, start_new_session=True, stdin=subprocess.DEVNULL)
        time.sleep(0.1)
    raise TimeoutError(f"nobody answers at {path}")


def warm(modules):
    """Import these and the LIBRARIES, with what they import at their first table; the forks share all of it."""
    for name in (LIBRARIES + modules).split():
        importlib.import_module(name)
    pandas, pandera = importlib.import_module("pandas"), importlib.import_module("pandera.pandas")
    schema = pandera.DataFrameSchema({"x": pandera.Column(int, pandera.Check.ge(0))})
    table = schema.validate(pandas.DataFrame({"x": [1]}))
    importlib.import_module("sklearn.tree").DecisionTreeRegressor().fit(table, [1])
    gc.freeze()


def serve(path, keeper):
    """Answer at a socket until a process ends: fork, and run what is asked for."""
    warm("harness.checks.scene")
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    server = socket.socket(socket.AF_UNIX)
    try:
        server.bind(path)
    except OSError:
        return  # another was faster
    server.listen()
    server.settimeout(1)
    while lives(int(keeper)):
        with contextlib.suppress(TimeoutError):
            client, _ = server.accept()
            if not os.fork():
                client.settimeout(None)
                return answer(client)
            client.close()
    Path(path).unlink()
    with contextlib.suppress(OSError):  # others are still there
        Path(path).parent.rmdir()


def lives(process):
    """Whether a process is there."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def answer(client):
    """Become what a client asks for; send it the exit code."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    request = pickle.load(client.makefile("rb"))
    os.dup2(os.open(request["err"], os.O_WRONLY | os.O_CREAT), 2)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os.chdir(request["cwd"])
    os.environ.clear()
    os.environ.update(request["env"])
    sys.path[:1] = ["", *request["env"]["PYTHONPATH"].split(os.pathsep)]
    sys.argv = ["-c", *request["arguments"]]
    sys.stdin = io.TextIOWrapper(io.BytesIO(request["given"]))
    finish(lambda: exec(request["code"], {}), tell=lambda code: client.sendall(str(code).encode()))


def take_out(codes):
    """Take checks out of the judge, as if nobody had written them."""
    registered = importlib.import_module("harness.checks").CHECKS
    known = {one.code for one in registered}
    if unknown := set(codes) - known:
        sys.exit(f"there is no check {', '.join(sorted(unknown))} to take out")
    registered[:] = [one for one in registered if one.code not in codes]


def main(keeper):
    """Fork for each request, one after the other; what is started elsewhere ends with the keeper."""
    assert importlib.import_module("harness.checks").CHECKS  # who asks for them makes their modules be imported
    warm(COMMANDS + " ".join(name for name in EXTRAS if importlib.util.find_spec(name)))
    for line in sys.stdin:
        if not (child := os.fork()):
            request = json.loads(line)
            request["env"]["WARM_KEEPER"] = keeper
            return act(**request)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    serve(*sys.argv[1:]) if sys.argv[2:] else main(*sys.argv[1:])
