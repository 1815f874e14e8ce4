"""Croissant 1.1 (MLCommons): data/croissant.json, made of datasheet, manifest and schema, describes the data."""

import json
import re
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pandas as pd

from harness import files
from harness.exceptions import StudyError
from harness.fits import cache
from harness.provenance import datasheet, machine, rawdata
from harness.study import data_module

PATH = "data/croissant.json"
VERSIONS = ["http://mlcommons.org/croissant/1.1", "http://mlcommons.org/croissant/RAI/1.0"]
TABLES = files.load(Path(__file__).parent, "croissant.toml")
CONTEXT = TABLES["context"] | {term: f"cr:{term}" for term in TABLES["terms"]}


def describe(root: Path) -> dict[str, Any]:
    """Describe the data; raise StudyError where manifest, datasheet or schema are not what they must be."""
    data = root / "data"
    if wrong := [*rawdata.manifest_problems(data)]:
        raise StudyError("\n".join(wrong))
    facts, sections = datasheet.read(root)
    listed, addresses = rawdata.listed(data), rawdata.sources(data)
    page = (root / datasheet.PATH).read_text(encoding="utf-8")
    sets = rawdata.file_sets(listed)
    single = {*listed}.difference(*sets.values())
    for entry in dict.fromkeys(name.split("/")[1] for name in [*(one for one in listed if one in single), *sets]):
        if entry not in page:
            raise StudyError(f"{datasheet.PATH}: it does not tell what raw/{entry} is: it has to describe your data")
    schema = data_module().SCHEMA
    own = facts.license.startswith("LicenseRef-")
    tables = [kept_rows(root, name, listed[name]) for name in listed if name.endswith(".csv") and name in single]
    images = [pictures(name) for name in sets if media_type(name).startswith("image/")]
    kinds = {name: "sc:Person" for name in facts.creators} | {facts.publisher: "sc:Organization"}
    return {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": VERSIONS,
        "name": facts.name,
        "description": facts.description,
        "url": facts.url,
        "version": facts.version,
        "license": facts.license if own else f"https://spdx.org/licenses/{facts.license}.html",
        "creator": [{"@type": kinds[name], "name": name} for name in facts.creators],
        "publisher": {"@type": kinds[facts.publisher], "name": facts.publisher},
        "datePublished": facts.date_published.isoformat(),
        "keywords": facts.keywords,
        "citeAs": facts.cite_as,
        "conditionsOfAccess": f"{facts.access}: {facts.access_rule} {facts.retention}",
        **{term: sections[heading] for heading, term in TABLES["rai"].items() if sections.get(heading)},
        "variableMeasured": [variable(name, column) for name, column in schema.columns.items()],
        "distribution": [
            {
                "@type": "cr:FileObject",
                "@id": quote(name),
                "name": name,
                "sha256": digest,
                "contentUrl": addresses.get(name, [name])[0],  # or its place beside this description
                "contentSize": f"{(data / name).stat().st_size} B",
                "encodingFormat": media_type(name),
            }
            for name, digest in listed.items()
            if name in single
        ]
        + [file_set(name, names) for name, names in sets.items()],
        "recordSet": [table for table in tables if table] + images,
    }


def media_type(name: str) -> str:
    """Name the media type of a file by how its name ends."""
    return TABLES["formats"].get(name.rpartition(".")[2], "application/octet-stream")


def file_set(pattern: str, names: list[str]) -> dict[str, Any]:
    """Describe many files of one kind, which lie beside this description: in no archive, so that none contains them."""
    folder, _, end = pattern.rpartition("/")
    depths = sorted({name.count("/") - folder.count("/") for name in names})
    return {
        "@type": "cr:FileSet",
        "@id": quote(pattern),
        "name": pattern,
        "description": f"{len(names)} files; {rawdata.MANIFEST} lists the SHA-256 of each.",
        "encodingFormat": media_type(pattern),
        "includes": ["/".join([folder, *["*"] * (depth - 1), end]) for depth in depths],
    }


def pictures(pattern: str) -> dict[str, Any]:
    """Describe a set of image files as rows: the name of each, and the picture."""
    key, source = (
        quote(f"{pattern.rpartition('/')[0].removeprefix('raw/')}/files"),
        {"fileSet": {"@id": quote(pattern)}},
    )
    fields = [("file", "sc:Text", "filename"), ("image", "sc:ImageObject", "content")]
    return {
        "@type": "cr:RecordSet",
        "@id": key,
        "name": f"files {pattern}",
        "field": [
            {"@type": "cr:Field", "@id": f"{key}/{name}", "name": name, "dataType": kind}
            | {"source": source | {"extract": {"fileProperty": of}}}
            for name, kind, of in fields
        ],
    }


def kind(dtype: object) -> str:
    """Name Croissant's type for one of pandas or pandera."""
    return next((name for start, name in TABLES["types"].items() if str(dtype).lower().startswith(start)), "sc:Text")


def variable(name: str, column: Any) -> dict[str, Any]:
    """Describe a column of SCHEMA: its type, its limits, and its unit if its description ends with one, "(mm)"."""
    facts = {"@type": "sc:PropertyValue", "name": name}
    if str(column.dtype) != "object":  # which may be anything
        facts["dataType"] = kind(column.dtype)
    for check in column.checks:
        stated = {key: value for key, value in (check.statistics or {}).items() if str(value) not in ("inf", "-inf")}
        facts |= {name: limit(stated[key]) for key, name in TABLES["limits"].items() if key in stated}
    if column.description:
        unit = re.search(r"\(([^()]+)\)$", column.description)
        facts |= {"description": column.description} | ({"unitText": unit[1]} if unit else {})
    return facts


def limit(value: Any) -> Any:
    """Return a limit as JSON can hold it: a number, a text, or a list of such, whose order does not change."""
    value = sorted(value, key=str) if isinstance(value, set | frozenset | range) else value
    return json.loads(json.dumps(value, default=lambda item: item.tolist() if hasattr(item, "tolist") else str(item)))


def kept_rows(root: Path, name: str, digest: str) -> dict[str, Any]:
    """Describe the rows of a CSV file, if that can be done; kept by its hash, since of a large one it takes seconds."""
    key = files.parts_hash(machine.judge(), pd.__version__, name, digest)
    kept: dict[str, Any] = cache.kept(root / files.CACHE / "tables", key, partial(rows, root / "data", name))
    return kept


def rows(data: Path, name: str) -> dict[str, Any]:
    """Describe the rows of a CSV file; {} if they are not comma-separated UTF-8 with a name for each column."""
    try:
        table, header = pd.read_csv(data / name), pd.read_csv(data / name, header=None, nrows=1, dtype=str)
    except ValueError:  # pandas' own errors, too
        return {}
    if [*table] != header.iloc[0].tolist() or (len(table.columns) == 1 and re.search("[;\t|]", table.columns[0])):
        return {}
    key, source = quote(name.removeprefix("raw/").removesuffix(".csv")), {"fileObject": {"@id": quote(name)}}
    fields = [
        {"@type": "cr:Field", "@id": f"{key}/{quote(str(column), safe='')}", "name": column, "dataType": kind(dtype)}
        | {"source": source | {"extract": {"column": column}}}
        for column, dtype in table.dtypes.items()
    ]
    return {"@type": "cr:RecordSet", "@id": key, "name": f"rows of {name}", "field": fields}
