"""Checks of the verification itself: what `make` and CI ask is what the template ships, and no part was taken out."""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import yaml

from harness import files
from harness.checks.engine import DEVIATIONS, Note, at, check

TARGETS = {  # of the Makefile: what `make -n` has to print, in one line
    "verify": "{bin}/harness verify",
    "check": r"{bin}/harness check( --(all|refit))*",
    "replay": r"{bin}/harness replay \|\| \[ \$\? -eq 3 \].*",
    "test": r"{bin}/pytest( (-[qvls]+|--(cov|durations|tb|color)\S*|-n \w+))*",
    "lint": r".*{bin}/ruff check( --quiet)? \|\| failed=1; {bin}/ruff format --check \|\| failed=1; "
    r"hooks=\$\(\S+ {bin}/pre-commit run --all-files 2>&1\) \|\| failed=1;.* \[ \$failed = 0 \] &&.* exit 1; \}",
}
BIN = re.escape(".venv/bin")
CI = {"GitHub": ".github/workflows", "GitLab": ".gitlab-ci.yml"}
ASKED = "make verify"
HOOKS, CONTRACT = ".pre-commit-config.yaml", "tests/test_contract.py"
SHIPPED = json.loads(Path(__file__).with_name("shipped.json").read_text("utf-8"))  # hook, or file -> `short` of it
SAMPLE = """import os, sys
import pickle
import numpy as np
from study.data import read
def f(a=[]):
    np.random.rand()
    x = a == None
    try:
        pickle.load(open("f", "r"))
    except Exception:
        pass
"""
RULES = ["B006", "BLE001", "D103", "E711", "F401", "I001", "NPY002", "S110", "S301", "SIM115", "TID251", "UP015"]


def short(facts):
    """Return twelve characters that tell a hook, or the syntax of a module, from any other."""
    return files.text_hash(json.dumps(facts, sort_keys=True))[:12]


def syntax(text):
    """Return the syntax of a module without its docstrings; None if it has none."""
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return None
    return [
        ast.unparse(one) for one in tree.body if not (isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant))
    ]


def hooks(root):
    """Return the keys of the settings of pre-commit that are not its repos, and its hooks by their ids."""
    stated = parsed(root / HOOKS)
    listed = [hook for repo in stated.get("repos", []) for hook in repo.get("hooks", [])]
    return stated.keys() - {"repos"}, {hook["id"]: {key: hook[key] for key in hook if key != "name"} for hook in listed}


@check("E3", "verification-whole")
def verification_whole(subject):
    """
    Nothing was taken out of what verifies: targets of make, jobs of CI, hooks, rules of ruff, the contract test.

    Detected: `make -n` prints what each target would do; a job of CI has to ask `make verify`, on its own and not by
        hand; hooks and tests/test_contract.py are compared with those of the template; a module with one fault of each
        kind is shown to ruff under the name of study/models.py.
    Why: green is worth what was asked; a check that is not asked any more has not passed.
    Do: take the file from git again. If it is meant, say why in study/DEVIATIONS.md, with the name that the message
        gives, such as `make test` or `hook secrets`.
    """
    found = [*targets(subject.root), *jobs(subject.root), *changed_hooks(subject.root), *silent_rules(subject.root)]
    text = files.read_text(subject.root / CONTRACT)
    if short(syntax(text)) != SHIPPED[CONTRACT]:
        found.append((CONTRACT, CONTRACT, "asks other things than the contract of the template" if text else "is gone"))
    for file, name, message in found:
        if not subject.explains(name):
            yield at(file, f"{message}; put it back, or say why in {DEVIATIONS}, naming {name}")
    for forge, name in CI.items():
        if not (subject.root / name).exists():
            yield Note(f"there is no {name}: nothing is asked on {forge}")


def targets(root):
    """Yield of each target of the Makefile that does not do what it is for the file, the target, and what is wrong."""
    if shutil.which("make") is None:
        return
    env = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS", "GNUMAKE"))}
    for target, wanted in TARGETS.items():
        command = ["make", "--no-print-directory", "-n", target]
        said = subprocess.run(command, cwd=root, env=env, capture_output=True, text=True).stdout
        lines = said.replace("\\\n", " ").splitlines()
        pattern = re.compile(wanted.replace("{bin}", BIN))
        if not any(pattern.fullmatch(" ".join(line.split())) for line in lines):
            yield "Makefile", f"make {target}", f"`make {target}` does not do what it is for"


def runs(step):
    """Whether a step, or a job of GitLab, asks `make verify` whatever came before, and is heard when it fails."""
    lines = step.get("run", step.get("script", ()))
    lines = lines.splitlines() if isinstance(lines, str) else lines
    quiet = step.keys() & {"if", "continue-on-error", "allow_failure"} or step.get("when", "always") in (
        "manual",
        "never",
    )
    return not quiet and any(isinstance(line, str) and line.strip() == ASKED for line in lines)


def parsed(path):
    """Return what a YAML file holds, as a dict; an empty one if it is missing, or cannot be read by a forge either."""
    try:
        stated = yaml.safe_load(files.read_text(path))
    except yaml.YAMLError:
        return {}
    return stated if isinstance(stated, dict) else {}


def moments(stated):
    """Return at which events a workflow starts: one, a list, or a table of them."""
    return {stated} if isinstance(stated, str) else {*stated}


def jobs(root):
    """Yield the file of a forge's CI if there is one, and no job in it asks `make verify`."""
    by_itself = {"push", "pull_request"}
    for forge, name in CI.items():
        paths = sorted((root / name).glob("*.y*ml")) if forge == "GitHub" else [root / name]
        asked = False
        for stated in (parsed(path) for path in paths if path.is_file()):
            if forge == "GitLab":
                asked |= any(runs(job) for job in stated.values() if isinstance(job, dict))
            elif by_itself & moments(stated.get(True, stated.get("on", ()))):  # YAML takes `on` for true
                each = [job for job in stated.get("jobs", {}).values() if not job.keys() & {"if", "continue-on-error"}]
                asked |= any(runs(step) for job in each for step in job.get("steps", ()))
        if (root / name).exists() and not asked:
            yield name, name, f"no job asks `{ASKED}`, on each push, and fails if it does"


def changed_hooks(root):
    """Yield of each hook of the template that is gone, other or kept from files the file, its id, and what is wrong."""
    narrowed, present = hooks(root)
    for key in sorted(narrowed & {"exclude", "files", "default_stages"}):
        yield HOOKS, f"hook {key}", f"the setting {key} takes files or moments from all hooks"
    for name in (name for name in SHIPPED if name != CONTRACT):
        if name not in present:
            yield HOOKS, f"hook {name}", f"hook {name} is gone"
        elif short(present[name]) != SHIPPED[name]:
            yield HOOKS, f"hook {name}", f"hook {name} is not that of the template"


def silent_rules(root):
    """Yield each rule that ruff does not ask any more of the models."""
    ruff = Path(sys.executable).with_name("ruff")
    if not ruff.is_file():
        return
    command: list[str | Path] = [
        ruff,
        "check",
        "--force-exclude",
        "--output-format=json",
        "--stdin-filename=study/models.py",
        "-",
    ]
    said = subprocess.run(command, cwd=root, input=SAMPLE, capture_output=True, text=True).stdout
    reported = {one["code"] for one in json.loads(said or "[]")}
    for rule in RULES:
        if rule not in reported:
            yield "pyproject.toml", rule, f"ruff does not ask {rule} of study/models.py"
