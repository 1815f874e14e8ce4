"""
What the pages of the site say of the code, read off the code.

A line ``<!-- generated: NAME -->`` of a page becomes what the function NAME of `PAGES` returns, as Markdown. Whatever
lacks its sentence is an error, so that the strict build stops.
"""

import ast
import inspect
import json
import re
import tomllib
from pathlib import Path

import typer
import yaml

from harness import checks
from harness.__main__ import COMMANDS, module_of
from harness.method.verdict import RULE
from harness.plan.plan import Plan
from harness.provenance.schema import Record, Start

ROOT = Path(__file__).resolve().parents[1]
STUDY = ROOT / "{{cookiecutter.project_slug}}"
PACKAGE = ROOT / "src" / "harness"
REPORT = "shipped-study.html"
MARK = re.compile(r"^<!-- generated: (\w+) -->$", re.M)
LIMITS = {"exclusiveMinimum": "> {}", "minimum": ">= {}", "exclusiveMaximum": "< {}", "maximum": "<= {}"}
TAKES = {int: "N", str: "TEXT", Path: "PATH"}  # options, by their type
TYPES = {"integer": "whole number", "boolean": "true or false", "string": "text", "object": "table", "null": "null"}
VALUE = "true or false or whole number or number or text"


def fill(page):
    """Put into a page what its marks ask for."""
    return MARK.sub(lambda mark: PAGES[mark[1]](), page)


def table(*header, rows):
    """Write a table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in lines) + "\n"


def code(text):
    """Write a text as code."""
    return f"`{text}`"


def plain(text):
    """Write a docstring as Markdown: one line, and no sign of it means anything but the backtick."""
    parts = re.split("(`[^`]*`)", " ".join(text.split()))
    return "".join(part if part.startswith("`") else re.sub(r"([*_<\[\]])", r"\\\1", part) for part in parts)


# The plan and the record: two schemas of pydantic.


def kind(value, optional=True):
    """Name the type of a value of a JSON schema, with its limits; null is none where the key may be left out."""
    if "$ref" in value or "allOf" in value:
        return "table"
    if "anyOf" in value:
        kinds = (kind(one) for one in value["anyOf"] if not optional or one.get("type") != "null")
        return " or ".join(dict.fromkeys(kinds)).replace(VALUE, "value")
    if "const" in value or "enum" in value:
        return " or ".join(code(json.dumps(one)) for one in value.get("enum", [value.get("const")]))
    if value.get("type") == "array":
        size = value.get("minItems")
        return f"list of {kind(value['items'])}" + (f", {size} or more" if size and "maxItems" not in value else "")
    if value.get("format") == "date":
        return "date"
    name = TYPES.get(value.get("type"), value.get("type", "any"))
    if isinstance(value.get("additionalProperties"), dict):
        return f"table of {kind(value['additionalProperties'])}"
    limits = [text.format(f"{value[key]:g}") for key, text in LIMITS.items() if key in value]
    return ", ".join([name, *limits])


def reference(value, definitions):
    """Find the section that a key of a schema holds, and what its heading adds to the key; None where it holds none."""
    for one in (value, *value.get("anyOf", ()), *value.get("allOf", ())):
        if "$ref" in one:
            return definitions[one["$ref"].rpartition("/")[2]], ""
    named = value.get("additionalProperties")
    if isinstance(named, dict) and "$ref" in named:
        return definitions[named["$ref"].rpartition("/")[2]], ".NAME"
    return None


def sections(shape, definitions, path=""):
    """Yield each section of the plan with its heading, those inside it after it."""
    for key, value in shape["properties"].items():
        if found := reference(value, definitions):
            section, more = found
            name = f"{path}{key}{more}"
            yield name, section
            yield from sections(section, definitions, f"{name}.")


def default(key, value, shape):
    """Write the default of a key, or that it has none."""
    if key in shape.get("required", ()):
        return "required"
    return code(json.dumps(value["default"])) if value.get("default") not in (None, "", [], {}) else "none"


def plan():
    """List every key of the plan, by its schema."""
    shape = Plan.model_json_schema()
    definitions = shape["$defs"]
    text, seen = [], {}
    for name, section in sections(shape, definitions):
        title = section["title"]
        text.append(f"## [{name}]\n")
        if title in seen:
            text.append(f"The same keys as in `[{seen[title]}]`.\n")
            continue
        seen[title] = name
        keys = {key: one for key, one in section["properties"].items() if not reference(one, definitions)}
        rows = [(code(key), kind(one), default(key, one, section), one["description"]) for key, one in keys.items()]
        text += [plain(section["description"]) + "\n", table("key", "type", "default", "meaning", rows=rows)]
    for key, value in shape["properties"].items():
        if not reference(value, definitions):  # its keys are the study's
            text.append(f"## [{key}.NAME]\n\n{plain(value['description'])}\n")
    return "\n".join(text)


def record():
    """List every key of run.json, and of the tables in it, with type and meaning."""
    shape = Record.model_json_schema()
    keys = shape["properties"]
    start = {key: keys[key] for key in Start.model_fields}
    parts = {
        "From the first second on": start,
        "At the end": {key: keys[key] for key in keys if key not in start},
    }
    text = []
    for heading, part in parts.items():
        text += [f"### {heading}\n", table("key", "type", "meaning", rows=facts(part))]
    for name, section in shape["$defs"].items():
        text += [f"### {name}\n", plain(section["description"]) + "\n"]
        text.append(table("key", "type", "meaning", rows=facts(section["properties"])))
    return "\n".join(text)


def facts(keys):
    """Make rows of the keys of a table of the record."""
    return [(code(key), kind(value, optional=False), plain(value["description"])) for key, value in keys.items()]


# Commands: the parser that runs, and the Makefile of a study.


def command_line():
    """Build the whole command line, all modules imported."""
    app = typer.Typer()
    for name in COMMANDS:
        module = module_of(name)
        if hasattr(module, "app"):
            app.add_typer(module.app, name=name)
        else:
            app.command(name)(module.command)
    return typer.main.get_command(app)


def leaves(command, name="harness"):
    """Yield each command by its full name, subcommands after their own."""
    if name != "harness":
        yield name, command
    for part, inner in getattr(command, "commands", {}).items():
        yield from leaves(inner, f"{name} {part}")


def commands():
    """Tell of each command what it does, and its arguments and options."""
    text = []
    for name, command in leaves(command_line()):
        arguments = [one for one in command.params if one.param_type_name == "argument"]
        usage = " ".join([name, *map(spelling, arguments)])
        text += [f"### {name}\n", plain(command.help) + "\n", f"```text\n{usage}\n```\n"]
        rows = [(code(spelling(one)), plain(one.help)) for one in command.params if one.help and one.name != "help"]
        text += [table("option", "meaning", rows=rows)] if rows else []
    return "\n".join(text)


def spelling(parameter):
    """Write an option with what it takes, or the name of an argument."""
    if parameter.param_type_name == "argument":
        return parameter.metavar or parameter.name.upper()
    takes = "" if parameter.is_flag else parameter.metavar or TAKES[parameter.type_descriptor.annotation]
    return f"{', '.join(parameter.opts)} {takes}".strip()


def targets():
    """List the targets of a study's Makefile."""
    makefile = (STUDY / "Makefile").read_text(encoding="utf-8")
    found = re.findall(r"^([a-z-]+):.*?## (.*)$", makefile, re.M)
    return table("command", "what it does", rows=[(code(f"make {name}"), plain(says)) for name, says in found])


# Checks, the rule of the verdict, the questions, the rooms of the package.


def parts(text):
    """Split the docstring of a check into its claim and what follows Detected, Why and Do."""
    claim, *rest = re.split(r"^(Detected|Why|Do): ", inspect.cleandoc(text), flags=re.M)
    return plain(claim), dict(zip(rest[::2], map(plain, rest[1::2]), strict=True))


def list_checks():
    """List all checks: when they are asked, and what should hold."""
    rows = []
    for one in checks.CHECKS:
        when = [word for word, holds in (("before a run", one.before_run), ("fits models", one.refits)) if holds]
        link = f"[{one.code}](#{re.sub(r'[^a-z0-9-]', '', one.code.lower())}-{one.name})"
        rows.append((link, parts(one.find.__doc__)[0], ", ".join(when)))
    return table("check", "what should hold", "when asked", rows=rows)


def explain_checks():
    """Tell of each check how it finds out, why it matters, what to do, and on which others it rests."""
    text = []
    for one in checks.CHECKS:
        claim, said = parts(one.find.__doc__)
        if said.keys() != {"Detected", "Why", "Do"}:
            raise KeyError(f"{one.find.__module__}: {one.code}: its docstring says {sorted(said)} of Detected, Why, Do")
        text += [f"### {one.code} {one.name}\n", claim + "\n"]
        text += [f"{word}\n: {said[word]}\n" for word in ("Detected", "Why", "Do")]
        text += [f"Rests on\n: {', '.join(one.requires)}\n"] if one.requires else []
    return "\n".join(text)


def verdict():
    """List the rows of the rule, in their order."""
    return table("no.", "verdict", "when", rows=[(str(n), row[0], row[1]) for n, row in enumerate(RULE, start=1)])


def questions():
    """List what a render asks, with the default and the rule."""
    rows = []
    for name, asked in yaml.safe_load((ROOT / "copier.yml").read_text(encoding="utf-8")).items():
        if name.startswith("_") or asked.get("ask") is False or asked.get("when") is False:
            continue
        given = "made from the name" if "{" in asked["default"] else asked["default"]
        rule = re.search(r"\{\{ '(.*)' \}\}", asked.get("validator", ""))
        said = rule[1].replace("\\\\", "\\") if rule else "one of " + ", ".join(asked["choices"].values())
        said = re.sub(r"(none of) (.*)", lambda found: f"{found[1]} `` {found[2]} ``", said)
        rows.append((code(name), asked["help"], given, said))
    return table("name", "question", "default", "rule", rows=rows)


def modules():
    """List the rooms of the package from the top down, and the one job of each module."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (contract,) = project["tool"]["importlinter"]["contracts"]
    text = []
    for layer in contract["layers"]:
        for name in layer.split(" : "):
            path = PACKAGE / name
            if path.is_dir():
                rows = [(code(one.name), job(one)) for one in sorted(path.glob("*.py")) if one.stem != "__init__"]
                text += [f"## {name}/\n", job(path / "__init__.py") + "\n", table("module", "its one job", rows=rows)]
            else:
                text += [f"## `{name}.py`\n", job(path.with_suffix(".py")) + "\n"]
    return "\n".join(text)


def job(path):
    """Return the first sentence of a module."""
    says = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    return plain(says.partition("\n\n")[0])


def newest_report():
    """Find the report of the newest finished run in demo/; None if there is none."""
    found = [path for path in ROOT.glob("demo/*/runs/*/report.html") if path.with_name("run.json").is_file()]
    return max(found, default=None)


def report():
    """Lead to the report of the shipped study, or say that it is not there."""
    if newest_report():
        return f'<p><a class="report" href="{REPORT}">Open the report of the shipped study</a></p>'
    return "```{admonition} Left out of this build\nThe report is made by `make demo`; then `make docs` adds it.\n```"


PAGES = {
    "plan": plan,
    "record": record,
    "commands": commands,
    "targets": targets,
    "list_checks": list_checks,
    "explain_checks": explain_checks,
    "verdict": verdict,
    "questions": questions,
    "modules": modules,
    "report": report,
}
