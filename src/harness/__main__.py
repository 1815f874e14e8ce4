"""The command line: `harness COMMAND`. Each command is a module of harness.cli, imported when it is asked for."""

import ast
import gc
import importlib
import os
import sys
from pathlib import Path
from types import ModuleType

import typer

from harness import cli
from harness.exceptions import StudyError
from harness.words import typed

COMMANDS = ["run", "plan", "accept", "replay", "unseal", "check", "runs"]
COMMANDS += ["new-study", "report", "card", "release", "manifest", "fetch", "lock", "verify"]
# By these, git would take another repository for that of the working folder: a hook of git sets them, or a shell.
OF_ANOTHER = ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY"]


def module_of(name: str) -> ModuleType:
    """Import the module of a command."""
    return importlib.import_module(f"harness.cli.{name.replace('-', '_')}")


def summary(name: str) -> str:
    """Return what a command does, the docstring of its module, without importing it: pandas alone takes 0.4 s."""
    source = Path(cli.__path__[0], f"{name.replace('-', '_')}.py").read_text(encoding="utf-8")
    return ast.get_docstring(ast.parse(source)) or ""


def main() -> None:
    """Import the command that is asked for, and run it; a fault of the study is shown without a traceback."""
    app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
    app.callback()(lambda: None)
    # Fits have one thread each (`fit.do`), and threads of BLAS that wait cost more than they do for the rest.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    for name in OF_ANOTHER:
        os.environ.pop(name, None)
    gc.disable()  # imports make a million objects, none of them garbage
    try:
        for name in COMMANDS:
            if name not in sys.argv[1:2]:
                app.command(name, help=summary(name))(lambda: None)
            elif name == "runs":
                app.add_typer(module_of(name).app, name=name)
            else:
                app.command(name)(module_of(name).command)
        gc.freeze()  # nor will they be
        gc.enable()
        app(prog_name="harness")
    except StudyError as error:
        sys.exit(typed(str(error)))
    except OSError as error:  # a full disk, a folder that may not be written to, a program that is not there
        place = f": {error.filename}" if error.filename else ""
        sys.exit(
            f"harness {' '.join(sys.argv[1:2])}: {error.strerror or error}{place}. The command was stopped by that."
        )
    except KeyboardInterrupt:  # while something is imported; later typer says "Aborted."
        sys.exit(130)


if __name__ == "__main__":
    main()
