"""The command line: `harness COMMAND`. Each command is a module of harness.cli, imported when it is asked for."""

import importlib
import sys

import typer

from harness.exceptions import StudyError
from harness.words import typed

COMMANDS = {
    "run": "Evaluate what study/plan.toml says; write runs/<id>/; print the verdict.",
    "plan": "Print the whole plan, and where each value came from.",
    "accept": "Make a run the result.",
    "replay": "Repeat the accepted run elsewhere and compare, number by number.",
    "unseal": "Score the candidate once on the sealed test rows, and write the ledger.",
    "check": "Reasons not to believe the result, each by name.",
    "runs": "List, show and compare runs; find where a number came from.",
    "report": "Write the report of a run again.",
    "card": "Write what is made again: numbers in card and README, checklists, metadata.",
    "release": "Pack the accepted result with all that is committed into one archive.",
    "manifest": "List the files of data/raw with their checksums.",
    "fetch": "Fetch the raw files that are not here, and check their checksums.",
    "lock": "Lock the packages again, keeping the other versions.",
    "verify": "Style, tests, checks and replay: what CI runs.",
}


def main():
    """Import the command that is asked for, and run it; a fault of the study is shown without a traceback."""
    app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
    app.callback()(lambda: None)
    for name, help_text in COMMANDS.items():
        if name not in sys.argv[1:2]:
            app.command(name, help=help_text)(lambda: None)
        elif name == "runs":
            app.add_typer(importlib.import_module("harness.cli.runs").app, name=name)
        else:
            app.command(name)(importlib.import_module(f"harness.cli.{name}").command)
    try:
        app(prog_name="harness")
    except StudyError as error:
        sys.exit(typed(str(error)))


if __name__ == "__main__":
    main()
