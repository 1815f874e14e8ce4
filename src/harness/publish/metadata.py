"""Citation metadata: CITATION.cff is the one source, also for Zenodo; codemeta.json is made from it."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from harness.exceptions import StudyError

CITATION, CODEMETA, LICENSE, PYPROJECT = "CITATION.cff", "codemeta.json", "LICENSE", "pyproject.toml"
CONTEXT = "https://w3id.org/codemeta/3.1"
REQUIRED = ("cff-version", "message", "title", "authors")  # by the schema of the Citation File Format 1.2.0
SAME = {  # CITATION.cff -> CodeMeta
    "title": "name",
    "abstract": "description",
    "version": "version",
    "date-released": "datePublished",
    "keywords": "keywords",
    "repository-code": "codeRepository",
    "url": "url",
}


def citation(root: Path) -> dict[str, Any]:
    """Read CITATION.cff."""
    try:
        found = yaml.safe_load((root / CITATION).read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise StudyError(f"{CITATION} cannot be read: {' '.join(str(error).split())}") from None
    missing = [key for key in REQUIRED if not (isinstance(found, dict) and found.get(key))]
    if missing:
        raise StudyError(f"{CITATION}: the key {missing[0]!r} is missing, and the Citation File Format asks for it")
    if not (isinstance(found["authors"], list) and all(isinstance(author, dict) for author in found["authors"])):
        raise StudyError(f"{CITATION}: authors must be a list of people, each with a name or family-names")
    return found


def full_name(author: dict[str, Any]) -> str:
    """
    Return the name of an author as one text.

    Examples
    --------
    >>> full_name({"given-names": "Charles", "name-particle": "de", "family-names": "Gaulle", "name-suffix": "Jr."})
    'Charles de Gaulle Jr.'
    """
    parts = ("given-names", "name-particle", "family-names", "name-suffix")
    return author.get("name") or " ".join(author[part] for part in parts if author.get(part))


def person(author: dict[str, Any]) -> dict[str, Any]:
    """
    Describe an author of CITATION.cff in the words of schema.org.

    ``name`` is what the format gives to whoever is named in one piece; a fresh study names its author so.

    Examples
    --------
    >>> person({"given-names": "Ada", "family-names": "Lovelace", "orcid": "https://orcid.org/0000-0000-0000-0000"})
    {'@type': 'Person', '@id': 'https://orcid.org/0000-0000-0000-0000', 'givenName': 'Ada', 'familyName': 'Lovelace'}
    """
    found = {"@type": "Person", "@id": author.get("orcid"), "name": author.get("name")}
    family = " ".join(author[part] for part in ("name-particle", "family-names") if author.get(part))
    found |= {"givenName": author.get("given-names"), "familyName": family, "email": author.get("email")}
    if author.get("affiliation"):
        found["affiliation"] = {"@type": "Organization", "name": author["affiliation"]}
    return {key: value for key, value in found.items() if value}


def license_url(name: str) -> str:
    """Return the address of a licence in the SPDX list; of another one its own."""
    return name if "://" in name else f"https://spdx.org/licenses/{name}"


def codemeta(root: Path) -> dict[str, Any]:
    """Describe the study by CodeMeta 3.1, from CITATION.cff and, for Python, pyproject.toml."""
    cited = citation(root)
    found: dict[str, Any] = {"@context": CONTEXT, "@type": "SoftwareSourceCode"}
    for key, name in SAME.items():
        if cited.get(key):
            found[name] = cited[key] if isinstance(cited[key], list) else str(cited[key])
    found["identifier"] = f"https://doi.org/{cited['doi']}" if cited.get("doi") else None
    found["license"] = license_url(cited["license"]) if cited.get("license") else None
    found["author"] = [person(author) for author in cited["authors"]]
    found |= {"programmingLanguage": "Python", "runtimePlatform": f"Python {project(root)['requires-python']}"}
    return {key: value for key, value in found.items() if value}


def project(root: Path) -> dict[str, Any]:
    """Read the table [project] of pyproject.toml."""
    try:
        found = tomllib.loads((root / PYPROJECT).read_text(encoding="utf-8")).get("project", {})
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise StudyError(f"{PYPROJECT} cannot be read: {error}") from None
    if "requires-python" not in found:
        raise StudyError(f"{PYPROJECT}: [project] requires-python is missing: say which Pythons will do, as '>=3.11'")
    return found


def disagreements(root: Path) -> Iterator[str]:
    """Yield a sentence for each fact on which CITATION.cff and pyproject.toml do not agree; a licence has its text."""
    cited, known = citation(root), project(root)
    names = [full_name(author) for author in cited["authors"]]
    for key, ours, theirs in (
        ("version", cited.get("version"), known.get("version")),
        ("license", cited.get("license"), known.get("license")),
        ("authors", names, [author.get("name") for author in known.get("authors", [])]),
    ):
        if ours != theirs:
            yield f"{CITATION}: {key} is {ours!r}, {PYPROJECT}: [project] {key} is {theirs!r}: make them the same"
    if not ((root / LICENSE).is_file() and (root / LICENSE).read_text(encoding="utf-8").strip()):
        yield f"{LICENSE} is missing or empty: put the text of {known.get('license') or 'a licence'} there"
