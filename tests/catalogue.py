"""The fault catalogue: what careless people do to a study (tests/faults), and what honest ones do (tests/innocent).

Each file is one fault. Its docstring says what a person does; each of its public functions is one variant of it, which
takes a `Study` and does it. Constants of the file:

CHECK     what catches it: a code of `harness check`, which turns red, and no other; or one of MEANS below.
PLACE     for MEANS: a text, or several that all stand in what it says: the file, its line, the rule or the hook.
BASE      "fresh" (a committed render, no result yet; the default), "accepted" (with an accepted run) or "opened" (with
          its sealed rows scored).
ALSO      codes that cannot but turn red with it.
ELSE      codes that leave the fault to CHECK, and see it when that is taken out.
VARIANTS  {function: {"CHECK": ..., ...}}: a variant that differs from its file.
MISSED    {function: why}: a variant that nothing catches.

The files of tests/innocent are alike, without `CHECK`: nothing may turn red; `REFIT = True` also asks the checks that
fit models, `LINT = True` also `make lint`.

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
from typing import NamedTuple

from conftest import harness, run, short_plan

TESTS = Path(__file__).resolve().parent
ROOT = TESTS.parent
PAGE = ROOT / "docs" / "faults.md"
MEANS = {  # what catches a fault that is not a check: its command, as a message of it shows it
    "lint": ["make", "lint"],
    "run": ["harness", "run"],
    "test": ["make", "test"],
    "setup": ["make", "setup"],
    "verify": ["make", "verify"],
}
PLACES = {"DATASHEET.md": "data", "study.in": "requirements"}  # of what lies in tests/studies beside the code
BEFORE = "refs/faults/before"  # the commit to which a person does something
MOST_MISSED = 25
# The only faults that may have MISSED variants: those of environment, repository, code style and reporting. None of
# leakage, randomness, data, plan and record may be missed.
MAY_MISS = {
    "absolute_path", "bare_score", "checklist_edited", "checklist_ticked_by_hand", "citation_stale",
    "errors_swallowed", "figure_of_an_earlier_result", "image_that_moves", "import_gone", "import_not_declared",
    "installed_by_hand", "judge_edited", "large_file", "licence_other", "lock_edited_by_hand",
    "metric_that_was_not_planned", "more_claimed_than_answered", "notebook_fits", "notebook_out_of_order",
    "number_in_the_card_edited", "number_typed_into_the_readme", "other_python", "packages_past_the_lock",
    "secret_committed", "test_skipped",
}  # fmt: skip
# What nothing can detect: what a person does, why, and an example of it.
UNDETECTABLE = (
    (
        "Write what all rows showed into a model, as a rule",
        "A rule that came from these rows is the same text as a rule that came from a paper.",
        "`bill_depth_mm > 17.6`, found in a plot of all birds, sealed ones too",
    ),
    (
        "Give the answers of categories that a few rows share",
        "What is said of all rows of a combination is a rule, as any model learns it.",
        '`if island == "Torgersen" and flipper_length_mm == 190`, which is one bird',
    ),
    (
        "Measure or note another value than there was, before it is in data/raw",
        "Every check begins with the raw file; nothing says what the world was.",
        "a sex that was guessed from the photograph and typed in as a blood test",
    ),
    (
        "Copy rows with as much noise as honest rows differ by",
        "Such a copy is as far from its origin as any other bird is.",
        "a bird again in another nest, each measure moved by a standard deviation",
    ),
    (
        "Take a model that was trained elsewhere on the same rows",
        "Its weights say what they learned, and not on which rows.",
        "a network downloaded with the penguins among its training data",
    ),
    (
        "Try many models by hand and put only the last into the study",
        "Attempts that were made in another folder leave nothing in this one.",
        "twenty forests in a notebook outside the repository",
    ),
    (
        "Look at the sealed rows outside the harness",
        "The file is there to be opened; the ledger holds openings by `harness unseal` alone.",
        "data/raw opened in a spreadsheet",
    ),
)
HEAD = """\
# The faults that were seen to be caught

Made by `make faults` from `tests/faults/` and `tests/innocent/`; do not edit. Each fault is put into a fresh study as
the template renders it, or into one with an accepted result. Then what should catch it has to: a check of
`harness check` turns red, and no other does; or a command ends with an error and names the place. Where a check is one
that others rest on, it is taken out of the judge, and the fault has to go unseen, or to those that left it to this one.

"""


class Study:
    """A rendered study in the hands of a person."""

    def __init__(self, folder, python, env):
        """Take its folder, its Python, and the environment variables there."""
        self.folder, self.python, self._env = Path(folder), python, env
        self.judge = None  # the folder of a judge of its own

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

    def borrow(self, *packages):
        """Let the study import packages that this repository's environment has, as if they were in its lock."""
        folder = self.folder.parent / "borrowed"
        folder.mkdir()
        for name in packages:
            (folder / name).symlink_to(Path(importlib.util.find_spec(name).origin).parent)
        self._env = self._env | {"PYTHONPATH": str(folder)}

    def run(self, *argv, check=True):
        """Run a command in the study."""
        return run(*argv, cwd=self.folder, env=self._env, check=check)

    def harness(self, *arguments, check=True, without=()):
        """Run a command of the harness, perhaps without some of its checks."""
        own = {"PYTHONPATH": str(self.judge)} if self.judge else {}
        return harness(self.folder, self.python, *arguments, env=self._env, check=check, without=without, **own)

    def edit_judge(self, name, old, new):
        """Replace the one place where ``old`` stands in the judge: in a copy that comes before what is installed."""
        if not self.judge:
            where = "import harness; print(harness.__path__[0])"
            installed = self.run(self.python, "-I", "-c", where).stdout.strip()
            self.judge = self.folder.parent / "judge"
            shutil.copytree(installed, self.judge / "harness", ignore=shutil.ignore_patterns("__pycache__"))
        path = self.judge / "harness" / name
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"harness/{name} holds {text.count(old)} times: {old}"
        path.write_text(text.replace(old, new), encoding="utf-8")

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

    def become(self, name, *options):
        """Make it another study, one of tests/studies, as docs/howto/kinds.md tells a person to."""
        shutil.rmtree(self.path("study"))
        shutil.copytree(TESTS / "studies" / name, self.path("study"), ignore=shutil.ignore_patterns("__pycache__"))
        moved = {name: at for name, at in PLACES.items() if self.path(f"study/{name}").exists()}
        for file, place in moved.items():
            self.path(f"study/{file}").replace(self.path(f"{place}/{file}"))
        self.run(self.python, TESTS / "studies" / "raw.py", name, self.path("data/raw"), *options)
        if "study.in" in moved:
            self.harness("lock")
        self.harness("manifest")

    def feature(self, name):
        """Add a column of the table to the features."""
        self.edit("study/plan.toml", '"island"]\ngroup', f'"island", "{name}"]\ngroup')

    def ungroup(self):
        """Take the rows for independent."""
        plan = "study/plan.toml"
        line = next(one for one in self.read(plan).splitlines(keepends=True) if one.startswith("group = "))
        self.edit(plan, line, "")
        self.edit(plan, 'dependence = "group"', 'dependence = "none"')

    def no_canaries(self):
        """Take the canaries away."""
        head, _, rest = self.read("study/plan.toml").partition("[data.canaries]")
        self.write("study/plan.toml", head + rest[rest.index("[rows]") :])

    def in_time(self, code, sealed_from):
        """Make it a study of rows in the order of time: the day of the egg, which ``code`` computes."""
        data, plan = "study/data.py", "study/plan.toml"
        nest = next(line for line in self.read(data).splitlines() if line.startswith('    table["nest"] = '))
        self.edit(data, nest, f'    table["day"] = {code}')
        self.edit(data, '        "nest": pa.Column(str),\n', '        "day": pa.Column(),\n')
        self.edit(data, """["nest", "sex"]].tolist()\n    ['PAL0708 Adelie N1', 'MALE']""", "\"sex\"]\n    'MALE'")
        group = next(line for line in self.read(plan).splitlines() if line.startswith("group = "))
        self.edit(plan, group, 'time = "day"')
        self.edit(plan, 'dependence = "group"', 'dependence = "time"')
        self.edit(plan, "folds = 5\nrepeats = 5", "folds = 10\nrepeats = 1")
        sealed = next(line for line in self.read(plan).splitlines() if line.startswith("sealed = "))
        self.edit(plan, sealed, f"sealed_from = {json.dumps(sealed_from)}")
        self.harness("manifest")

    def in_panel(self, panel):
        """Make it a panel of places for nests, seen year after year: of "known groups", or of "new groups"."""
        data, plan, day = "study/data.py", "study/plan.toml", 'pd.to_datetime(raw["Date Egg"])'
        site = 'species + " " + raw["Individual ID"].str.extract(r"^(N\\d+)A", expand=False)'
        self.in_time(f'{day}\n    table["site"] = {site}', "2009-11-01")
        column = '"day": pa.Column(),\n'
        named = '"site": pa.Column(str, pa.Check.str_matches(r"^\\w+ N\\d+$")),\n'
        self.edit(data, column, f"{column}        {named}")
        self.edit(plan, 'time = "day"', 'group = "site"\ntime = "day"')
        self.edit(plan, 'dependence = "time"', f'dependence = "time"\npanel = "{panel}"')
        if panel == "new groups":
            self.edit(plan, "sealed_from", "sealed = 0.3\nsealed_from")
            self.edit(plan, "folds = 10\nrepeats = 1", "folds = 3\nrepeats = 3")
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

    def checked(self, *arguments, without=()):
        """Exercise the checks; return exit code and the findings by code."""
        done = self.harness("check", "--json", *arguments, check=False, without=without)
        assert done.stdout.startswith("{"), f"check broke down\n{done.stdout}\n{done.stderr}"
        return done.returncode, {one["code"]: one for one in json.loads(done.stdout)["checks"]}

    def asked(self, means, whole=True):
        """Run the command that should catch a fault; return its exit code and what it said.

        Not ``whole``: of `make lint` only what a commit asks of the files that it changes, which is the same hooks.
        """
        if means == "setup":
            self.path(".venv").unlink()  # it is everybody's
        command, *rest = MEANS[means]
        if means == "lint" and not whole:
            command, *rest = ".venv/bin/pre-commit", "run", "--from-ref", BEFORE, "--to-ref", "HEAD"
        done = self.harness(*rest, check=False) if command == "harness" else self.run(command, *rest, check=False)
        return done.returncode, done.stdout + done.stderr


class Entry(NamedTuple):
    """A variant of a fault, or of an innocent change; see the constants above."""

    kind: str
    stem: str
    variant: str
    said: str
    CHECK: str = ""
    PLACE: tuple = ()
    BASE: str = "fresh"
    ALSO: frozenset = frozenset()
    ELSE: frozenset = frozenset()
    REFIT: bool = False
    LINT: bool = False
    missed: str = ""
    act: object = None

    def __str__(self):
        """Return its name among tests."""
        return f"{self.stem}-{self.variant}"


def entries(kind):
    """List everything in a part of the catalogue: "faults" or "innocent"."""
    found = []
    for path in sorted((TESTS / kind).glob("[a-z]*.py")):
        spec = importlib.util.spec_from_file_location(f"{kind}_{path.stem}", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        constants = vars(module)
        own = [one for one in constants.values() if inspect.isfunction(one) and one.__module__ == spec.name]
        functions = {one.__name__: one for one in own if not one.__name__.startswith("_")}
        variants, missed = constants.get("VARIANTS", {}), constants.get("MISSED", {})
        assert not (variants.keys() | missed.keys()) - functions.keys(), path
        for name, act in functions.items():
            facts = {key: constants[key] for key in Entry._fields if key in constants} | variants.get(name, {})
            if isinstance(facts.get("PLACE"), str):
                facts["PLACE"] = (facts["PLACE"],)
            said = " ".join(inspect.cleandoc(module.__doc__).split())
            found.append(Entry(kind, path.stem, name, said, missed=missed.get(name, ""), act=act, **facts))
    return found


def first(found):
    """Return one entry of each file: the first that is not missed."""
    return list({one.stem: one for one in sorted(reversed(found), key=lambda one: not one.missed)}.values())


def steady(message):
    """Take out of a message what differs from one time to the next: hashes, identities of runs, moments, places."""
    message = re.sub(r"\d{8}T\d{6}Z-[0-9a-f]{6}", "ID", message)
    message = re.sub(r"\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-]\d\d:\d\d)?)?", "DATE", message)
    message = re.sub(r"\b(?=[0-9a-f]*\d)[0-9a-f]{8,64}\b", "HASH", message)
    message = re.sub(r"(?<=git checkout )[0-9a-f]{7}\b", "HASH", message)
    return re.sub(r"(/[\w.-]+)+/study(?=[/\s:'])", "...", message)


def table(*rows):
    """Return the lines of a Markdown table; the first row is its head."""
    head, *others = ([str(cell).replace("|", "\\|") for cell in row] for row in rows)
    return [f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *others)]


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
    faults, innocent = entries("faults"), entries("innocent")
    messages = {(one["stem"], one["variant"]): one["message"] for one in seen}
    rows, told = [], set()
    caught, missed = ([one for one in faults if bool(one.missed) == want] for want in (False, True))
    groups = {}
    for one in caught:
        groups.setdefault((one.CHECK, one.stem), []).append(one)
    for (by, stem), group in sorted(groups.items(), key=lambda pair: (pair[0][0] in MEANS, pair[0])):
        how = f"{len(group)} variant{'s' * (len(group) > 1)}"
        if by in removed.keys() - told:
            others = " and ".join(removed[by])
            how += f"; without the check {others} sees it" if others else "; unseen without the check"
            told.add(by)
        by = f"`{' '.join(MEANS[by])}`" if by in MEANS else by
        link = f"[{group[0].said}](../tests/faults/{stem}.py)"
        rows.append((link, by, messages[stem, group[0].variant], how))
    files = len({one.stem for one in faults})
    lines = [f"**{len(faults)} variants of {files} faults: {len(caught)} are caught, {len(missed)} are not."]
    lines += [f"{len(innocent)} innocent changes: none turned anything red.**", ""]
    lines += [*table(("What a person does", "Caught by", "What it says", "Seen"), *rows), ""]
    lines += ["## Not caught any more", ""]
    idle = [(f"[{one.said}](../tests/faults/{one.stem}.py)", f"`{one.variant}`", one.missed) for one in missed]
    lines += table(("What a person does", "Variant", "Why nothing catches it"), *idle) if idle else ["None."]
    lines += ["", "## What cannot be detected", ""]
    lines += table(("What a person does", "Why nothing can detect it", "Example"), *UNDETECTABLE)
    honest = dict.fromkeys(f"- {one.said}" for one in innocent)
    lines += ["", "## What honest people do, and nothing may cry at", "", *honest, ""]
    return HEAD + "\n".join(lines)


def main():
    """Run the catalogue, print the counts, write the page."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("-k", default="", help="only these, as pytest's -k; writes no page")
    parser.add_argument("--first", action="store_true", help="one fault of each check; writes no page")
    options, start = parser.parse_args(), time.monotonic()
    with tempfile.TemporaryDirectory(prefix="faults-") as place:
        command = [sys.executable, "-m", "pytest", "-q", "--numprocesses", "auto", "--dist", "worksteal"]
        command += [str(TESTS / "test_faults.py"), *(["-k", options.k] if options.k else [])]
        env = os.environ | {"FAULTS_SEEN": place, "FAULTS_FIRST": "1" * options.first}
        done = subprocess.run(command, cwd=ROOT, env=env)
        found = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(Path(place).glob("*.json"))]
    of = {kind: [one for one in found if one["kind"] == kind] for kind in ("fault", "missed", "innocent", "removal")}
    caught = [one for one in of["fault"] if one["caught"]]
    alarms = [one for one in of["innocent"] if one["failed"]]
    removed = {one["code"]: one["seen"] for one in of["removal"]}
    alone = [code for code, others in removed.items() if not others]
    files = len({one["stem"] for one in of["fault"] + of["missed"]})
    print(f"caught: {len(caught)} / {len(of['fault'])}, variants of {files} faults; ", end="")
    print(f"not caught any more, with a reason: {len(of['missed'])}")
    print(f"false alarms: {len(alarms)} / {len(of['innocent'])} innocent changes")
    print(f"checks taken out: {len(removed)}; their fault goes unseen then: {len(alone)}, another sees it: ", end="")
    print(len(removed) - len(alone))
    print(f"in {time.monotonic() - start:.0f} s")
    if not (options.k or options.first or os.environ.get("ML_TEMPLATE_PART") or done.returncode):
        PAGE.write_text(page(caught, removed), encoding="utf-8", newline="\n")
        print(f"{PAGE.relative_to(ROOT)} written")
    sys.exit(done.returncode)


if __name__ == "__main__":
    main()
