"""Checks of the code: it runs elsewhere, its errors are heard, its tests are run."""

import ast
import re
from pathlib import Path

from harness.checks import commands, sources
from harness.checks.registry import at, check

FOLDERS = "home|Users|root|mnt|media|scratch|gpfs|lustre|nfs|content/drive|kaggle|Volumes|opt|srv"
MACHINE = rf"(?:file:/+|sqlite:////)\w|(?:/(?:{FOLDERS})(?:/|$)|~[/\\]|[A-Za-z]:[\\/](?![/\\]))"
ABSOLUTE = re.compile(MACHINE)
IN_TEXT = re.compile(rf"(?:[\"']|[:=]\s*|^\s*-\s+)(?P<path>(?:{MACHINE})[^\"'#]*)")
SETTINGS = ("study/**/*.toml", "study/**/*.y*ml", "study/**/*.json", "study/**/*.cfg", "study/**/*.ini", "data/*.toml")
ALL = {"Warning", "ConvergenceWarning"}  # to ignore these is to ignore what matters
EVERY = {"Exception", "BaseException"}
HEARD = {"warn", "warning", "error", "exception", "critical", "print", "info", "fail", "skip"}
TOOLS = r"python[\d.]*|pytest|make|ruff|pip|uv|jupyter|papermill|pre-commit|snakemake|docker build"
JUDGED = re.compile(rf"\b(?:{TOOLS})\b|\$\((?:BIN|MAKE|PYTHON)\b")
DEAF = {  # what lets a failure pass
    r"continue-on-error:\s*true": "continue-on-error",
    r"allow_failure:\s*true": "allow_failure",
    r"allow[_-]errors(?!\s*[=:]\s*[Ff]alse)": "allow_errors",
    r"--nbmake-allow|--nbval-lax|--continue-on-collection-errors": "an option",
    r"^\s*\.IGNORE\b": ".IGNORE",
    r"PYTHONWARNINGS\s*[=:]\s*[\"']?ignore(?!:)|python[\d.]*\s.*-W\s*ignore(?!:)": "warnings that are ignored",
}
IGNORED = re.compile(r"\|\|\s*(true|:|/bin/true|exit 0|echo\b)")


@check("K1", "no-absolute-path")
def no_absolute_path(root):
    r"""
    Neither code nor settings name a place of one machine: /home/..., C:\..., ~/....

    Detected: strings of study/*.py and notebooks (docstrings and addresses are no paths), and values in settings.
    Why: such a file exists for one person on one machine; for all others the study stops there, or reads another.
    Do: start from the file itself, Path(__file__).parents[1] / "data" / ..., or name the source in data/sources.toml.
    """
    how = 'start from the file, as in Path(__file__).parents[1] / "data"'
    for piece in sources.readable([*sources.modules(root), *sources.cells(root)]):
        for node in piece.strings():
            if ABSOLUTE.match(node.value) and "\n" not in node.value:
                yield piece.at(node.lineno, f"{node.value!r} is a place of one machine: {how}")
        for call, name in piece.calls():
            if name == "home" and ast.unparse(call.func).endswith("Path.home"):
                yield piece.at(call.lineno, f"Path.home() is a place of one person: {how}")
    for file, text in commands.files(root, SETTINGS):
        for number, line in enumerate(text.splitlines(), start=1):
            if not line.lstrip().startswith("#") and (found := IN_TEXT.search(line)):
                yield at(file, f"{found['path'].strip()!r} is a place of one machine: name it from the project", number)


def catches_all(handler):
    """Whether it catches whatever goes wrong."""
    return handler.type is None or bool(last_names(handler.type) & EVERY)


def said_nothing(handler):
    """Whether what caught an error neither raises one nor tells anybody."""
    for node in (node for one in handler.body for node in ast.walk(one)):
        if isinstance(node, ast.Raise) or (isinstance(node, ast.Name) and node.id == handler.name):
            return False
        if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in HEARD:
            return False
    return True


def last_names(node):
    """Return the last part of the names in an expression or a tuple of them; {None} if there is none."""
    parts = node.elts if isinstance(node, ast.Tuple) else [node]
    return {getattr(one, "attr", getattr(one, "id", None)) for one in parts}


def constant(node, value):
    """Whether an expression is this constant."""
    return isinstance(node, ast.Constant) and node.value == value


def ignores_all(call, name):
    """Whether a call of the module warnings, or numpy's seterr, hushes everything."""
    keywords = {one.arg: one.value for one in call.keywords}
    if name == "seterr":
        return constant(keywords.get("all", call.args[0] if call.args else None), "ignore")
    order = ("action", "message", "category") if name == "filterwarnings" else ("action", "category")
    given = dict(zip(order, call.args, strict=False)) | keywords
    if not constant(given.get("action"), "ignore"):
        return False
    category, message = given.get("category"), given.get("message")
    narrow = category is not None and not last_names(category) & ALL
    return not narrow and (message is None or constant(message, ""))


@check("K4", "errors-heard")
def errors_heard(root):
    """
    No error and no warning is swallowed: not in study/, and not by the commands that are to find errors.

    Detected: filterwarnings("ignore") without naming a warning, except without a raise or a word;
    || true, continue-on-error, allow_errors, allow_failure and their like where Python, make or tests are called.
    Why: a model that did not converge, a row that was not read and a test that failed all look like success.
    Do: let it stop, or name the one warning or error that is meant, and say what then happens.
    """
    meant = "name the one that is meant"
    for piece in sources.readable(sources.modules(root)):
        if Path(piece.file).name.startswith("test_"):
            continue
        for node in ast.walk(piece.tree):
            if isinstance(node, ast.ExceptHandler) and catches_all(node) and said_nothing(node):
                kind = ast.unparse(node.type) if node.type else "every error"
                yield piece.at(node.lineno, f"{kind} is caught, and nobody hears of it: {meant}, or raise")
        for call, name in piece.calls():
            if name in ("filterwarnings", "simplefilter", "seterr") and ignores_all(call, name):
                yield piece.at(call.lineno, f"{name} hushes every warning: {meant} (category=, message=)")
            if name == "suppress" and any(last_names(one) & EVERY for one in call.args):
                yield piece.at(call.lineno, f"every error is suppressed: {meant}")
    yield from deaf(root)


def deaf(root):
    """Yield evidence of commands whose failure passes."""
    lines = commands.given(root)
    for line in lines:
        code = line.bare()
        for pattern, name in DEAF.items():
            if re.search(pattern, code):
                yield line.at(f"{name} lets what fails pass: let it fail, and mend what does")
        ignored = IGNORED.search(code)
        before = re.split(r"&&|;", code[: ignored.start()])[-1] if ignored else ""
        if ignored and JUDGED.search(before) and not commands.SAID.match(before):
            yield line.at(f"'{ignored[0]}' lets what fails pass: let it fail, and mend what does")
        if line.file.lower().endswith(("makefile", ".mk")) and re.match(r"\t@?-", line.text) and JUDGED.search(code):
            yield line.at("the '-' before the command lets it fail unheard: take it away")
        if re.search(r"\bset \+e\b", code):
            later = (one for one in lines if one.file == line.file and one.line > line.line)
            if not any(re.search(r"\bset -\w*e", one.text) for one in later):
                yield line.at("after set +e nothing stops: take it away, or set -e again")
    for piece in sources.readable([*sources.modules(root), *sources.cells(root)]):
        for call, _ in piece.calls():
            if any(one.arg == "allow_errors" and constant(one.value, True) for one in call.keywords):
                yield piece.at(call.lineno, "allow_errors lets a notebook that stops pass: take it away")
    for file, text in commands.files(root, ("pyproject.toml",)):
        for number, line in enumerate(text.splitlines(), start=1):
            if re.match(r"\s*filterwarnings\s*=\s*\[?\s*[\"']ignore[\"']", line):
                yield at(file, "pytest hears no warning: name the one that is meant ('ignore:...')", number)


@check("K6", "tests-not-skipped")
def tests_not_skipped(root):
    """
    Tests of the study that are skipped, or expected to fail, say why.

    Detected: skip and xfail of pytest in study/test_*.py without a reason.
    Why: a test that is silently skipped is counted by its reader as one that passed.
    Do: mend what it found, take the test away, or write reason="...".
    """
    for piece in sources.readable(sources.modules(root)):
        if not Path(piece.file).name.startswith("test_"):
            continue
        called = {id(call.func): call for call, _ in piece.calls()}
        for node in ast.walk(piece.tree):
            if isinstance(node, ast.Attribute) and re.fullmatch(r"pytest(\.mark)?\.(skip|xfail)", ast.unparse(node)):
                call = called.get(id(node))
                if not (call and (call.args or any(one.arg == "reason" for one in call.keywords))):
                    yield piece.at(node.lineno, f"{node.attr} without a reason: write reason='...', or mend the test")
