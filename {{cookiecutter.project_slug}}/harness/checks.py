"""Checks: named reasons not to believe the result. The docstring of a check is what its user reads."""

import ast
import json
import math
import sys
from importlib import metadata
from typing import NamedTuple

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from . import StudyError, dataset, inputs, plan, record, report, seeds, splits, verdict
from .upkeep import lock

CHECKS = []


class Check(NamedTuple):
    """One reason; ``find`` takes the repository and yields a sentence for each place where it went wrong."""

    code: str
    name: str
    before_run: bool  # a run would be worthless, so `run` asks first
    find: object


class NotExercised(Exception):
    """There is nothing yet that a check could look at; the message says what is missing."""


def check(code, name, before_run=False):
    """Register a function as a check."""
    return lambda find: CHECKS.append(Check(code, name, before_run, find)) or find


def outcome(one, root):
    """Exercise a check: "passed", "failed" or "not exercised", and the sentences that say why."""
    try:
        evidence = list(one.find(root))
    except NotExercised as reason:
        return "not exercised", [str(reason)]
    except SyntaxError as error:
        evidence = [f"{error.filename}:{error.lineno}: {error.msg}"]
    except StudyError as error:
        evidence = str(error).splitlines()
    return "failed" if evidence else "passed", evidence


def requirements(path):
    """Read the requirements that a file states itself, those for this Python and platform, by name."""
    lines = path.read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    stated = [line.partition("#")[0].partition("--hash")[0].strip() for line in lines]
    found = [Requirement(line) for line in stated if line and not line.startswith("-")]
    return {canonicalize_name(one.name): one for one in found if one.marker is None or one.marker.evaluate()}


def accepted(root):
    """Return the folder of the accepted result."""
    if not (root / "results" / "run.json").is_file():
        raise NotExercised("no result is accepted yet (python -m harness accept ID)")
    return root / "results"


@check("D1", "data-unchanged", before_run=True)
def data_unchanged(root):
    """Every file in data/raw has the hash that data/MANIFEST.sha256 lists."""
    return dataset.manifest_problems(root / "data")


@check("E1", "lock-in-step", before_run=True)
def lock_in_step(root):
    """The locks were made from the present requirements/*.in, and nobody edited them."""
    locks = [root / "requirements" / f"{name}.txt" for name in lock.LOCKS]
    return (f"{line.replace(f'{root}/', '')}: make lock setup" for line in lock.problems(locks))


@check("E2", "installed-as-locked", before_run=True)
def installed_as_locked(root):
    """Each package of requirements/harness.txt is installed in the version that is locked."""
    installed = {canonicalize_name(one.name): one.version for one in metadata.distributions()}
    for name, pin in requirements(root / "requirements" / "harness.txt").items():
        if f"=={installed.get(name)}" != str(pin.specifier):
            yield f"{name} {installed.get(name, 'is missing')}; harness.txt locks {pin.specifier}: make setup"


def sources(root):
    """Yield path and Python text of the study's modules, and of its notebooks' code."""
    for path in sorted((root / "study").rglob("*.py")):
        yield path, path.read_text(encoding="utf-8")
    for path in sorted((root / "notebooks").rglob("*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
        yield path, "\n".join("" if line.startswith(("%", "!")) else line for line in code.splitlines())


def imports(text, name="<string>"):
    r"""
    List line and top-level module of every absolute import.

    Examples
    --------
    >>> imports("import numpy.linalg as la\nfrom . import data\nfrom sklearn.svm import SVC")
    [(1, 'numpy'), (3, 'sklearn')]
    """
    found = []
    for node in ast.walk(ast.parse(text, name)):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module] if isinstance(node, ast.ImportFrom) and not node.level else []
        found += [(node.lineno, name.partition(".")[0]) for name in names]
    return sorted(found)


@check("E3", "imports-declared", before_run=True)
def imports_declared(root):
    """Whatever study/ and notebooks/ import is named in requirements/study.in, so that the lock pins it."""
    declared = set(requirements(root / "requirements" / "study.in"))
    tools = set(requirements(root / "requirements" / "dev.in"))
    providers = metadata.packages_distributions()
    for path, text in sources(root):
        allowed = declared | tools if path.name.startswith("test_") else declared
        where = path.relative_to(root).as_posix()
        for line, module in imports(text, where):
            names = {canonicalize_name(name) for name in providers.get(module, [module])}
            if module not in sys.stdlib_module_names | {"study"} and not names & allowed:
                add = (
                    f"is not declared: add {' or '.join(sorted(names))} to requirements/study.in, then make lock setup"
                )
                yield f"{where}:{line}: {module} {'reads the study, never the reverse' if module == 'harness' else add}"


@check("R1", "models-seeded", before_run=True)
def models_seeded(root):
    """Every random_state of every model in the plan comes from the seed that its function is given."""
    try:
        functions = inputs.model_functions()
    except StudyError as error:
        raise NotExercised(str(error)) from None
    for _, name in plan.read(root / "study" / "plan.toml").models:
        if name in functions and hasattr(functions[name](1), "get_params"):
            first, second = (functions[name](seed).get_params() for seed in (1, 2))
            for key in first:
                if key.rpartition("__")[2] == "random_state" and first[key] == second[key]:
                    where = f"study/models.py:{functions[name].__code__.co_firstlineno}: {name}"
                    yield f"{where}: {key} is {first[key]} whatever the seed: pass random_state=seed"


@check("L3.2", "groups-apart")
def groups_apart(root):
    """No group has rows on both sides of the seal, or of a fold."""
    study = inputs.read(root)
    groups, evaluation = study.development.groups, study.plan.evaluation
    if groups.is_unique:
        raise NotExercised("every row is its own group: GROUP in study/data.py is None")
    sides = [("the seal", set(groups), set(study.sealed.groups))]
    for repeat in range(evaluation.repeats):
        seed = seeds.child(evaluation.seed, "split", repeat)
        for fold, (train, test) in enumerate(splits.folds(study.development, evaluation.folds, seed, study.stratify)):
            sides.append((f"fold {fold} of repeat {repeat}", set(groups.iloc[train]), set(groups.iloc[test])))
    for where, one, other in sides:
        yield from (f"group {group!r} is on both sides of {where}" for group in sorted(one & other))


@check("P1", "study-kept")
def study_kept(root):
    """The plan, the models and the data are still those with which the accepted result was made."""
    commit = record.read(accepted(root))["commit"]
    inputs_of_a_run = ["study", "data/raw", "data/MANIFEST.sha256", ":!study/test_*.py"]
    changed = record.git(root, "diff", "--name-only", commit, "--", *inputs_of_a_run)
    if changed is None:
        raise NotExercised(f"git does not know the commit of the accepted run, {commit}")
    for name in changed.splitlines():
        yield f"{name} has changed since the accepted run: run and accept again, or take the change back"


def same(one, other):
    """Compare facts of a record; numbers up to rounding, since other libraries may sum in another order."""
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-12) if isinstance(one, float) and other else one == other


@check("P2", "scores-as-recorded")
def scores_as_recorded(root):
    """The accepted scores are those that the run wrote, and the accepted verdict is the one that follows from them."""
    folder = accepted(root)
    run = record.read(folder)
    if record.file_hash(folder / "scores.csv") != run["scores_sha256"]:
        yield "results/scores.csv was edited: accept the run again (python -m harness accept ID)"
    judged = verdict.judge(plan.Plan.model_validate(run["plan"]), record.read_scores(folder))
    for key, value in judged.items():
        if not same(value, run[key]):
            yield f"results/run.json: {key} does not follow from results/scores.csv: accept the run again"


@check("N1", "card-as-recorded")
def card_as_recorded(root):
    """The numbers in MODEL_CARD.md are those of the accepted result."""
    numbers = report.render("card.md", accepted(root))
    if report.card_parts(root / "MODEL_CARD.md")[1].strip() != numbers.strip():
        yield "MODEL_CARD.md: its numbers are not those of results/: python -m harness card"
