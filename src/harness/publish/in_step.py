"""Checks of what is published: all of it is made from what lies here, and tells the same."""

import contextlib
import re
from collections.abc import Iterator

from packaging.version import InvalidVersion, Version

from harness import files
from harness.checks.engine import CHECKS, NotExercised, Subject, at, check, fails
from harness.exceptions import StudyError
from harness.publish import checklists, made, metadata

FIGURE, NUMBER = re.compile(r"(<svg.*?</svg>)", re.DOTALL), re.compile(r"-?\d+(?:\.\d+)?")


@check("N1", "made-in-step", requires=("S2", "P5", "T1"))
def made_in_step(subject: Subject) -> Iterator[str]:
    """
    Whatever is made of the study and its result is as it would be made now: report, pages, checklists, metadata.

    Detected: results/report.html with its figures, numbers in MODEL_CARD.md and README.md, codemeta.json,
        data/croissant.json and CHECKLISTS.md are made again and compared; the last one not while another check fails,
        since its answers rest on the checks.
    Why: these pages are all that most readers, and all machines, see.
    Do: `harness card` writes them again; what you want to say yourself, say outside the marks, or below an
        item.
    """
    result = (subject.root / "results" / "run.json").is_file()  # with the first one all pages come
    pages = [(path, text) for path, text in made.made(subject) if result or path.is_file()]
    if not pages:
        raise NotExercised("nothing is made yet (`harness card`, or accept)")
    for path, text in pages:
        name = path.relative_to(subject.root).as_posix()
        try:
            if name == checklists.PATH and any_fails(subject):
                continue
            if not alike(files.read_text(path), text()):
                yield at(name, "is not what follows from the files here: `harness card`")
        except StudyError as error:
            if not (fails("D1", subject) or fails("C1", subject)):  # they tell of it
                yield from str(error).splitlines()


def alike(text: str, other: str) -> bool:
    """
    Compare two pages; places in a figure up to a thousandth, since another machine may round otherwise.

    Examples
    --------
    >>> alike('<svg><path d="M 1.50004"/></svg> 0.91', '<svg><path d="M 1.50005"/></svg> 0.91')
    True
    >>> alike('<svg><path d="M 2"/></svg>', '<svg><path d="M 1.999999"/></svg>')
    True
    >>> alike('<svg><path d="M 1.5"/></svg> 0.91', '<svg><path d="M 1.6"/></svg> 0.91')
    False
    """
    if text == other:
        return True
    parts = [FIGURE.split(page) for page in (text, other)]
    numbers = [[float(number) for figure in page[1::2] for number in NUMBER.findall(figure)] for page in parts]
    rest = [[NUMBER.sub("0", part) if n % 2 else part for n, part in enumerate(page)] for page in parts]
    return rest[0] == rest[1] and all(abs(one - two) < 1e-3 for one, two in zip(*numbers, strict=True))


def any_fails(subject: Subject) -> bool:
    """Return whether a check fails that the plan does not waive, of those that fit no models."""
    try:
        excused = {"N1", *subject.plan.waivers}
    except NotExercised:
        return True
    return any(fails(other.code, subject) for other in CHECKS if not (other.code in excused or other.refits))


@check("C1", "metadata-agree")
def metadata_agree(subject: Subject) -> Iterator[str]:
    """
    CITATION.cff names what its format asks for, pyproject.toml gives the same facts, and the licence has its text.

    Detected: version, authors and licence are compared, the version with the newest tag too; LICENSE is not empty.
    Why: a citation of another version or of other people leads to another study; without a licence nobody may use it.
    Do: edit CITATION.cff and pyproject.toml to the same facts; put the text of the licence into LICENSE.
    """
    yield from metadata.disagreements(subject.root)
    version = str(metadata.citation(subject.root).get("version"))
    tag = files.git(subject.root, "describe", "--tags", "--abbrev=0", "--match", "v[0-9]*") or ""
    with contextlib.suppress(InvalidVersion):  # such as a tag of something else
        if Version(tag) > Version(version):
            yield at(metadata.CITATION, f"version is {version!r}, but there is a tag {tag} already: raise the version")
