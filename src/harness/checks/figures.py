"""The check of the figures that are shown: they are of the accepted result."""

import re
from pathlib import PurePosixPath

from harness import files
from harness.checks import prose, sources
from harness.checks.registry import accepted, at, check

IMAGE = re.compile(r"!\[[^\]]*\]\(\s*<?([^)\s>]+)|<img\b[^>]*?\bsrc=[\"']([^\"']+)", re.I)

NO_FIGURE = re.compile(
    r"\.jpe?g\b|photo|sketch|diagram|set-?up|map\b|logo|badge|flow|schem|overview|protocol|architect", re.I
)


@check("N7", "figures-current")
def figures_current(root):
    """
    The figures that README.md, MODEL_CARD.md and the notebooks show, and the report, are of the accepted result.

    Detected: a figure in git that was committed after a first result was accepted, but before the present one was, is
        one of an earlier result; results/report.html has to name the accepted run. What is called a photo (.jpg),
        sketch, diagram, map, logo or overview is left alone.
    Why: a figure is believed before the text, and nobody sees its age.
    Do: draw it again from results/ and commit it; accept the run again for the report. Call a sketch a sketch.
    """
    folder, run = accepted(root)
    report = folder / "report.html"
    if not report.is_file() or run["id"] not in report.read_text(encoding="utf-8"):
        yield f"results/report.html is not the report of run {run['id']}: accept the run again"
    shown = sorted(set(images(root)))
    if not shown:
        return
    history = (files.git(root, "log", "--format=%H", "--reverse", "--", "results/run.json") or "").split()
    holds = (files.git(root, "log", "--format=%H", "-S", run["id"], "--", "results/run.json") or "").split()
    if not holds or history[0] == holds[-1]:
        return  # it is the first result: what is older was not made of another one
    earlier = f"{history[0]}..{holds[-1]}~"
    since = (files.git(root, "log", "--format=", "--name-only", earlier) or "").split("\n")
    since += (files.git(root, "show", "--format=", "--name-only", history[0]) or "").split("\n")
    now = (files.git(root, "log", "--format=", "--name-only", f"{holds[-1]}~..HEAD") or "").split("\n")
    changed = (files.git(root, "status", "--porcelain", "--no-renames") or "").split("\n")
    fresh = {*now, *(line[2:].strip().strip('"') for line in changed)}
    for page, line, name in shown:
        if name in since and name not in fresh:
            yield at(page, f"{name} is older than the accepted result: draw it again from results/ and commit it", line)


def images(root):
    """Yield page, line and path of each local image that a page or a notebook shows."""
    texts = [(name, 0, (root / name).read_text(encoding="utf-8")) for name in prose.PAGES if (root / name).is_file()]
    for name, notebook in sources.notebooks(root).items():
        cells = [] if isinstance(notebook, Exception) else enumerate(notebook["cells"], 1)
        texts += [(name, n, "".join(one["source"])) for n, one in cells if one["cell_type"] == "markdown"]
    for page, number, text in texts:
        for found in IMAGE.finditer(text):
            place = (found[1] or found[2]).split("#")[0]
            if "//" in place or place.startswith("data:") or NO_FIGURE.search(found[0]):
                continue
            parts = []
            for part in (PurePosixPath(page).parent / place).parts:
                parts = parts[:-1] if part == ".." else [*parts, part]
            yield page, number or text.count("\n", 0, found.start()) + 1, "/".join(parts)
