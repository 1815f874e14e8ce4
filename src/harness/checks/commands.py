"""Commands that the repository's files give: of images, make, continuous integration, scripts and notebooks."""

import ast
import re
from typing import NamedTuple

from harness.checks import sources
from harness.checks.registry import at, remembered

IMAGES = ("Dockerfile*", "*.Dockerfile", "Containerfile", "docker/Dockerfile*", ".devcontainer/Dockerfile*")
DEFINITIONS = ("*.def", "Singularity*")
CI = (".github/workflows/*.y*ml", ".gitlab-ci.yml", ".gitlab/*.y*ml", ".circleci/*.y*ml", "azure-pipelines.y*ml")
MAKE = ("Makefile", "makefile", "*.mk")
SCRIPTS = ("*.sh", "scripts/*.sh", "study/*.sh", "*.slurm", "*.sbatch")
STARTS = {"run", "call", "check_call", "check_output", "Popen", "system", "popen", "getoutput", "getstatusoutput"}
SAID = re.compile(r"\s*(?:[-@+]|- |RUN |run: )*\s*(?:echo|printf|name:|- name:|#)")
PRINTED = re.compile(r"""\b(echo|printf|print)\b[\s(]+(?:"[^"]*"|'[^']*')""")


class Line(NamedTuple):
    """A command, one line of it however long, and where it stands."""

    file: str
    line: int
    text: str
    cell: int | None = None

    def at(self, says):
        """Make evidence of a sentence."""
        place = f"code cell {self.cell}, line {self.line}: " if self.cell else ""
        return at(self.file, place + says, None if self.cell else self.line)

    def bare(self):
        """Return the command without its comment, and without the texts that it only prints."""
        return re.split(r"\s#", PRINTED.sub(r"\1", self.text))[0]

    def parts(self):
        """Yield the commands that it joins, without what is only printed."""
        for part in re.split(r"&&|\|\||[;|]", self.bare()):
            if not SAID.match(part):
                yield part


def files(root, patterns):
    """Yield the files of these patterns, with their text."""
    for path in sorted({path for pattern in patterns for path in root.glob(pattern) if path.is_file()}):
        if path.suffix != ".dockerignore":
            yield path.relative_to(root).as_posix(), path.read_text(encoding="utf-8", errors="replace")


def joined(text):
    r"""
    Yield number and text of the lines, those that end with a backslash joined with the next; comments are left out.

    Examples
    --------
    >>> list(joined("# a\nRUN b \\\n  c\nd"))
    [(2, 'RUN b   c'), (4, 'd')]
    """
    first, held = None, ""
    for number, line in enumerate(text.splitlines(), start=1):
        if line.lstrip().startswith("#"):
            continue
        first, held = first or number, held + line
        if held.endswith("\\"):
            held = held[:-1]
        else:
            if held:
                yield first, held
            first, held = None, ""


@remembered
def given(root, patterns=(*IMAGES, *DEFINITIONS, *CI, *MAKE, *SCRIPTS)):
    """List the lines of the files of these patterns."""
    return [Line(file, number, line) for file, text in files(root, patterns) for number, line in joined(text)]


def of_code(root):
    """Yield the commands that notebooks and modules of the study give to a shell."""
    for piece in sources.cells(root):
        bash = re.match(r"%%(bash|sh|script)\b", piece.text)
        for number, line in joined(piece.text):
            if bash or line.lstrip().startswith(("!", "%")) or re.match(r"[\w, ]+=\s*[!%]", line):
                yield Line(piece.file, number, line, piece.cell)
    for piece in sources.readable([*sources.modules(root), *sources.cells(root)]):
        for call, name in piece.calls():
            if name in STARTS or ast.unparse(call.func) in ("pip.main", "get_ipython().system"):
                words = [one.value for arg in call.args for one in ast.walk(arg) if isinstance(one, ast.Constant)]
                start = "pip " if ast.unparse(call.func) == "pip.main" else ""
                yield Line(piece.file, call.lineno, start + " ".join(map(str, words)), piece.cell)
