"""The datasheet of the data: what machines need in its front matter, the sections of Gebru et al. (2021) below it."""

import datetime
from pathlib import Path
from typing import Annotated, Literal

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from pydantic_core import PydanticCustomError

from harness import files
from harness.exceptions import StudyError, refusals
from harness.markdown import WAITING, front_matter, sections

PATH = "data/DATASHEET.md"
SECTIONS = ["Motivation", "Composition", "Collection process", "Preprocessing, cleaning, labelling"]
SECTIONS += ["Uses", "Distribution", "Maintenance"]


def known_licence(name: str) -> str:
    """Return the licence as SPDX writes it."""
    try:
        return canonicalize_license_expression(name)
    except InvalidLicenseExpression:
        message = "Input should be an SPDX licence (https://spdx.org/licenses), or LicenseRef-NAME for your own terms"
        raise PydanticCustomError("licence", message) from None


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Sentence = Annotated[str, StringConstraints(strip_whitespace=True, min_length=10)]
Address = Annotated[str, StringConstraints(pattern=r"^https?://\S+$")]
Version = Annotated[str, StringConstraints(pattern=r"^\d+\.\d+\.\d+$")]
Names = Annotated[list[Text], Field(min_length=1)]


class Facts(BaseModel):
    """The front matter: who may have which data from whom."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: Text
    description: Sentence
    license: Annotated[str, AfterValidator(known_licence)]
    url: Address
    creators: Names  # people; whoever is the publisher too counts as an organisation
    publisher: Text
    version: Version  # what Croissant asks for
    date_published: datetime.date
    keywords: Names
    cite_as: Sentence
    access: Literal["open", "restricted", "closed"]
    access_rule: Sentence
    retention: Sentence


def read(root: Path) -> tuple[Facts, dict[str, str]]:
    """
    Read the front matter of the datasheet, and of each heading what stands below it, as one line.

    Lines that wait for the author are left out. A StudyError names each key or section that is missing or wrong.
    """
    keys, page = front_matter(PATH, files.read_text(root / PATH))
    try:
        facts = Facts.model_validate(keys)
    except ValidationError as error:
        raise StudyError(refusals(PATH, error, "a key of the datasheet", list(Facts.model_fields))) from None
    below = sections(page)
    if missing := [f"{PATH}: the section '## {name}' is missing" for name in SECTIONS if name not in below]:
        raise StudyError("\n".join(missing))
    kept = {name: [line for line in lines if not WAITING.fullmatch(line.strip())] for name, lines in below.items()}
    return facts, {name: " ".join(" ".join(lines).split()) for name, lines in kept.items()}
