"""Citation metadata: CITATION.cff is the one source, also for Zenodo; codemeta.json is made from it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from harness import files
from harness.exceptions import StudyError

CITATION, CODEMETA, LICENSE, PYPROJECT = "CITATION.cff", "codemeta.json", "LICENSE", "pyproject.toml"
REQUIRED = ("cff-version", "message", "title", "authors")  # by the schema of the Citation File Format 1.2.0
# CITATION.cff -> CodeMeta
SAME = {"title": "name", "abstract": "description", "version": "version", "date-released": "datePublished"}
SAME |= {"keywords": "keywords", "repository-code": "codeRepository", "url": "url"}


def citation(root: Path) -> dict[str, Any]:
    """Read CITATION.cff."""
    cited = files.load(root, CITATION)
    if missing := [key for key in REQUIRED if not (isinstance(cited, dict) and cited.get(key))]:
        raise StudyError(f"{CITATION}: the key {missing[0]!r} is missing. The Citation File Format asks for it.")
    if not (isinstance(cited["authors"], list) and all(isinstance(author, dict) for author in cited["authors"])):
        raise StudyError(f"{CITATION}: authors is no list of people. Give each a name or family-names.")
    return cited


def full_name(author: dict[str, Any]) -> str:
    """Return the name of an author as one text."""
    parts = ("given-names", "name-particle", "family-names", "name-suffix")
    return author.get("name") or " ".join(author[part] for part in parts if author.get(part))


def person(author: dict[str, Any]) -> dict[str, Any]:
    """Describe an author in the words of schema.org; ``name`` is for one who is named in one piece."""
    affiliation = author.get("affiliation")
    facts = {
        "@type": "Person",
        "@id": author.get("orcid"),
        "name": author.get("name"),
        "givenName": author.get("given-names"),
        "familyName": " ".join(author[part] for part in ("name-particle", "family-names") if author.get(part)),
        "email": author.get("email"),
        "affiliation": affiliation and {"@type": "Organization", "name": affiliation},
    }
    return {key: value for key, value in facts.items() if value}


def license_url(name: str) -> str:
    """Return the address of a licence in the SPDX list; of another one its own."""
    return name if "://" in name else f"https://spdx.org/licenses/{name}"


def codemeta(root: Path) -> dict[str, Any]:
    """Describe the study by CodeMeta 3.1, from CITATION.cff and, for Python, pyproject.toml."""
    cited = citation(root)
    facts: dict[str, Any] = {"@context": "https://w3id.org/codemeta/3.1", "@type": "SoftwareSourceCode"}
    known = {name: cited[key] for key, name in SAME.items() if cited.get(key)}
    facts |= {name: value if isinstance(value, list) else str(value) for name, value in known.items()}
    facts |= {"identifier": f"https://doi.org/{cited['doi']}"} if cited.get("doi") else {}
    facts |= {"license": license_url(cited["license"])} if cited.get("license") else {}
    facts |= {"author": [person(author) for author in cited["authors"]], "programmingLanguage": "Python"}
    return facts | {"runtimePlatform": f"Python {project(root)['requires-python']}"}


def project(root: Path) -> dict[str, Any]:
    """Read the table [project] of pyproject.toml."""
    table = files.load(root, PYPROJECT).get("project", {})
    if "requires-python" not in table:
        raise StudyError(f"{PYPROJECT}: [project] requires-python is missing. Say which Pythons will do, as '>=3.11'.")
    return table


def has_license(root: Path) -> bool:
    """Return whether there is a text in LICENSE."""
    return bool(files.read_text(root / LICENSE).strip())


def disagreements(root: Path) -> Iterator[str]:
    """Yield a message for each fact on which CITATION.cff and pyproject.toml do not agree; a licence has its text."""
    cited, known = citation(root), project(root)
    cited["authors"] = [full_name(author) for author in cited["authors"]]
    stated = known | {"authors": [author.get("name") for author in known.get("authors", [])]}
    for key in ("version", "license", "authors"):
        if (ours := cited.get(key)) != (theirs := stated.get(key)):
            yield f"{CITATION}: {key} is {ours!r}, {PYPROJECT}: [project] {key} is {theirs!r}: make them the same"
    if not has_license(root):
        yield f"{LICENSE} is missing or empty: put the text of {known.get('license') or 'a licence'} there"
