"""The fault catalogue: what careless people do to a study (tests/faults), and what honest ones do (tests/innocent).

Each file is one fault: its docstring says what a person does, `CHECK` which check must turn red, and each of its public
functions is one variant of it, which takes a `Study` and does it. `BASE` is "fresh" (a committed render, no result yet;
the default) or "accepted" (with an accepted run); `ALSO` names checks that cannot but turn red with it, `ELSE` those
that leave the fault to `CHECK` and see it when that is gone. The files of tests/innocent are alike, without `CHECK`:
nothing may turn red; `REFIT = True` also asks the checks that fit models.

`python tests/catalogue.py` (make faults) runs all of it and writes docs/faults.md.
"""

import argparse
import importlib.util
import inspect
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path

from conftest import harness, run, short_plan

TESTS = Path(__file__).resolve().parent
ROOT = TESTS.parent
PAGE = ROOT / "docs" / "faults.md"
HEAD = """\
# The faults that the checks were seen to catch

Made by `make faults` from `tests/faults/` and `tests/innocent/`; do not edit. Each fault is put into a fresh study as
the template renders it (or into one with an accepted result) and committed; then `python -m harness check` has to turn
its check red, and no other. Then the check is taken out of the harness, and the same fault has to go unseen, but where
another check is named that had left it to this one: that is how we know that it is this check that sees it.

"""


class Study:
    """A rendered study in the hands of a person."""

    def __init__(self, folder, python, env):
        """Take its folder, its Python, and the environment variables there."""
        self.folder, self.python, self._env = Path(folder), python, env

    def path(self, name):
        """Return the path of a file."""
        return self.folder / name

    def read(self, name):
        """Return the text of a file."""
        return self.path(name).read_text(encoding="utf-8")

    def write(self, name, text):
        """Write a file."""
        self.path(name).parent.mkdir(parents=True, exist_ok=True)
        self.path(name).write_text(text, encoding="utf-8")

    def edit(self, name, old, new):
        """Replace the one place where ``old`` stands."""
        text = self.read(name)
        assert text.count(old) == 1, f"{name} holds {text.count(old)} times: {old}"
        self.write(name, text.replace(old, new))

    def append(self, name, text):
        """Add text at the end of a file."""
        self.write(name, self.read(name) + text)

    def notebook(self, name, *cells, outputs=False, counts=None):
        """Write a notebook of code cells, stripped, or with outputs and these execution counts."""
        made = [
            {"cell_type": "code", "id": f"cell-{n}", "metadata": {}, "source": text.splitlines(keepends=True)}
            | {"execution_count": counts[n] if counts else None}
            | {"outputs": [{"output_type": "stream", "name": "stdout", "text": ["0.97\n"]}] if outputs else []}
            for n, text in enumerate(cells)
        ]
        self.write(
            name, json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1) + "\n"
        )

    def facts(self, name="results/run.json"):
        """Read a file of facts."""
        return json.loads(self.read(name))

    def state(self, facts, name="results/run.json"):
        """Write a file of facts as the harness does."""
        self.write(name, json.dumps(facts, indent=2, ensure_ascii=False) + "\n")

    def attempt(self, name, minutes=-1, **changed):
        """Put another run of the accepted study into runs/, so many minutes later; return its ID."""
        first = self.facts()["id"]
        text = self.read(f"runs/{first}/run.json").replace(first, name)
        shutil.copytree(self.path(f"runs/{first}"), self.path(f"runs/{name}"))
        facts = json.loads(text) | changed
        for key in ("started", "ended"):
            moment = datetime.fromisoformat(facts[key]) + timedelta(minutes=minutes)
            facts[key] = moment.isoformat()
        self.state(facts, f"runs/{name}/run.json")
        return name

    def run(self, *argv, check=True):
        """Run a command in the study."""
        return run(*argv, cwd=self.folder, env=self._env, check=check)

    def harness(self, *arguments, check=True):
        """Run a command of the harness."""
        return harness(self.folder, self.python, *arguments, env=self._env, check=check)

    def git(self, *arguments):
        """Run git."""
        return self.run("git", *arguments).stdout

    def commit(self, message="Work"):
        """Commit everything, past the commit hook as people in a hurry do."""
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "--no-verify", "-m", message)

    def quick(self):
        """Make the plan one of seconds; commit it."""
        short_plan(self.folder)
        self.commit("A quick plan")

    def in_time(self, code, sealed_from):
        """Make it a study of rows in the order of time: the day of the egg, which ``code`` computes."""
        data, plan = "study/data.py", "study/plan.toml"
        nest = next(line for line in self.read(data).splitlines() if line.startswith('    table["nest"] = '))
        self.edit(data, nest, f'    table["day"] = {code}')
        self.edit(data, '        "nest": pa.Column(str),\n', '        "day": pa.Column(),\n')
        self.edit(data, 'GROUP = "nest"', "GROUP = None")
        self.edit(data, "TIME = None", 'TIME = "day"')
        self.edit(data, """["nest", "sex"]].tolist()\n    ['PAL0708 Adelie N1', 'MALE']""", "\"sex\"]\n    'MALE'")
        self.edit(plan, 'dependence = "group"', 'dependence = "time"')
        self.edit(plan, "folds = 5\nrepeats = 5", "folds = 10\nrepeats = 1")
        sealed = next(line for line in self.read(plan).splitlines() if line.startswith("sealed = "))
        self.edit(plan, sealed, f'sealed_from = "{sealed_from}"')
        self.harness("manifest")

    def run_id(self, *options):
        """Run, and return the ID of the run."""
        before = {path.parent.name for path in self.folder.glob("runs/*/run.json")}
        self.harness("run", *options)
        (new,) = {path.parent.name for path in self.folder.glob("runs/*/run.json")} - before
        return new

    def accept(self, run_id):
        """Accept a run and commit."""
        self.harness("accept", run_id)
        self.commit("Accept")

    def checked(self, *arguments):
        """Exercise the checks; return exit code and the findings by code."""
        done = self.harness("check", "--json", *arguments, check=False)
        assert done.stdout.startswith("{"), f"check broke down\n{done.stdout}\n{done.stderr}"
        return done.returncode, {one["code"]: one for one in json.loads(done.stdout)["checks"]}


def entries(kind):
    """Yield file name, module, and name of the variant of everything in the catalogue."""
    for path in sorted((TESTS / kind).glob("[a-z]*.py")):
        spec = importlib.util.spec_from_file_location(f"{kind}_{path.stem}", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        own = [one for one in vars(module).values() if inspect.isfunction(one) and one.__module__ == spec.name]
        for function in own:
            if not function.__name__.startswith("_"):
                yield path.stem, module, function.__name__


def steady(message):
    """Take out of a message what differs from one time to the next: hashes, identities of runs, moments, places."""
    message = re.sub(r"\d{8}T\d{6}Z-[0-9a-f]{6}", "ID", message)
    message = re.sub(r"\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-]\d\d:\d\d)?)?", "DATE", message)
    message = re.sub(r"\b(?=[0-9a-f]*\d)[0-9a-f]{8,64}\b", "HASH", message)
    return re.sub(r"(/[\w.-]+)+/study(?=[/\s:'])", "...", message)


def said(module):
    """Return the docstring of a file in one line."""
    return " ".join(inspect.cleandoc(module.__doc__).split())


def page(seen, removed):
    """
    Make docs/faults.md.

    Parameters
    ----------
    seen : list of dict
        What the tests noted of each variant that was caught.
    removed : dict
        For each check that was taken out, which others turned red by its fault then.
    """
    modules = {stem: module for stem, module, _ in entries("faults")}
    rows, told = [], set()
    for stem, module in sorted(modules.items(), key=lambda one: (one[1].CHECK, one[0])):
        messages = [one["message"].replace("|", "\\|") for one in seen if one["stem"] == stem]
        how = f"{len(messages)} variant{'s' * (len(messages) > 1)}"
        if module.CHECK in removed.keys() - told:
            others = " and ".join(removed[module.CHECK])
            how += f"; without the check {others} sees it" if others else "; unseen without the check"
        rows.append(f"| {module.CHECK} | [{said(module)}](../tests/faults/{stem}.py) | {messages[0]} | {how} |")
        told.add(module.CHECK)
    innocent = list(entries("innocent"))
    seen_of = f"**{len(seen)} variants of {len(modules)} faults: each turned its check red, and no other. "
    seen_of += f"{len(innocent)} innocent changes: none turned any.**\n"
    table = ["| Check | What a person does | What the check says | Seen |", "| --- | --- | --- | --- |", *rows]
    honest = dict.fromkeys(f"- {said(module)}" for _, module, _ in innocent)
    return HEAD + "\n".join([seen_of, *table, "", "## What honest people do, and no check may cry at", "", *honest, ""])


def main():
    """Run the catalogue, print the counts, write the page."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("-k", default="", help="only these, as pytest's -k; writes no page")
    parser.add_argument("--first", action="store_true", help="one variant of each fault; writes no page")
    options, start = parser.parse_args(), time.monotonic()
    only = options.k
    with tempfile.TemporaryDirectory(prefix="faults-") as place:
        command = [sys.executable, "-m", "pytest", "-q", "--numprocesses", "auto", "--dist", "worksteal"]
        command += [str(TESTS / "test_faults.py"), *(["-k", only] if only else [])]
        done = subprocess.run(
            command, cwd=ROOT, env=os.environ | {"FAULTS_SEEN": place, "FAULTS_FIRST": "1" * options.first}
        )
        found = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(Path(place).glob("*.json"))]
    by_kind = {kind: [one for one in found if one["kind"] == kind] for kind in ("fault", "innocent", "removal")}
    caught = [one for one in by_kind["fault"] if one["caught"]]
    alarms = [one for one in by_kind["innocent"] if one["failed"]]
    removed = {one["code"]: one["seen"] for one in by_kind["removal"]}
    alone = [code for code, others in removed.items() if not others]
    files = len({one["stem"] for one in by_kind["fault"]})
    print(f"caught: {len(caught)} / {len(by_kind['fault'])}, variants of {files} faults")
    print(f"false alarms: {len(alarms)} / {len(by_kind['innocent'])} innocent changes")
    print(f"checks taken out: {len(removed)}; their fault goes unseen then: {len(alone)}, another sees it: ", end="")
    print(len(removed) - len(alone))
    print(f"in {time.monotonic() - start:.0f} s")
    if not (only or options.first or done.returncode):
        PAGE.write_text(page(caught, removed), encoding="utf-8", newline="\n")
        print(f"{PAGE.relative_to(ROOT)} written")
    sys.exit(done.returncode)


if __name__ == "__main__":
    main()
