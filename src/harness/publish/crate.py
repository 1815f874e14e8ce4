"""The archive described by itself: a Process Run Crate 0.5 on RO-Crate 1.1, with the SHA-256 of every file."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from harness import files
from harness.provenance import rawdata, runs
from harness.provenance.datasheet import Facts
from harness.publish import metadata

METADATA = "ro-crate-metadata.json"
PROCESS = "https://w3id.org/ro/wfrun/process/0.5"
TERMS = "https://w3id.org/ro/terms/workflow-run#"  # of these two the context of RO-Crate 1.1 knows nothing
EXTRA = {"sha256": f"{TERMS}sha256", "environment": f"{TERMS}environment"}
TYPES = {".csv": "text/csv", ".html": "text/html", ".json": "application/json", ".md": "text/markdown"}
TYPES |= {".py": "text/x-python", ".onnx": "application/octet-stream", ".skops": "application/zip"}
TYPES |= {".safetensors": "application/octet-stream"}


def listed(folder: Path) -> dict[str, Path]:
    """List all files of a folder but the description, by their path in it."""
    return {name: path for name, path in files.listed(folder).items() if name != METADATA}


def of_folders(folder: Path, graph: dict[str, Any]) -> dict[str, str]:
    """Return the SHA-256, by the manifest of raw data, of each file that a description tells of by its folder alone."""
    places = tuple(unquote(name) for name in graph if name.startswith("data/raw/") and name.endswith("/"))
    known = {f"data/{name}": digest for name, digest in rawdata.listed(folder / "data").items()}
    return {name: digest for name, digest in known.items() if name.startswith(places) and quote(name) not in graph}


def describe(folder: Path, run: dict[str, Any], day: str, terms: Facts, closed: list[str]) -> dict[str, Any]:
    """Describe a folder to become an archive on a day, with the accepted run, but for raw files that are ``closed``."""
    from rocrate.model.contextentity import ContextEntity
    from rocrate.rocrate import ROCrate  # of the extra [publish]

    crate, cited = ROCrate(version="1.1"), metadata.citation(folder)
    crate.metadata.extra_terms.update(EXTRA)

    def add(at: str, kind: str, /, **facts: Any) -> Any:
        known = {key: value for key, value in facts.items() if value not in (None, [], {})}
        return crate.add(ContextEntity(crate, at, properties={"@type": kind} | known))

    def add_license(name: str) -> Any:
        return add(metadata.license_url(name), "CreativeWork", name=name, description=f"The licence {name}")

    entries, data_license, there = {}, add_license(terms.license), listed(folder)
    digests = {name: files.file_hash(path) for name, path in there.items()}
    raw = {name.removeprefix("data/"): digest for name, digest in digests.items() if name.startswith("data/raw/")}
    sets = {f"data/{name}": names for name, names in rawdata.file_sets(raw).items()}
    digests |= {f"data/{name}": digest for name, digest in rawdata.folded(raw).items()}
    within = {f"data/{name}" for names in sets.values() for name in names}
    for name, path in there.items():
        if name not in within:
            facts: dict[str, Any] = {"name": name, "sha256": digests[name], "contentSize": str(path.stat().st_size)}
            facts["encodingFormat"] = TYPES.get(path.suffix, "text/plain")
            entries[name] = crate.add_file(path, name, properties=facts)
    for name, names in sets.items():
        place = f"{name.rpartition('/')[0]}/"
        told = f"{len(names)} files, {name}; {rawdata.MANIFEST} has the SHA-256 of each."
        entries[name] = crate.dereference(place) or crate.add_dataset(folder / place, place, properties={"name": place})
        entries[name]["description"] = " ".join(filter(None, [entries[name].get("description"), told]))
    for name in entries:
        if name.startswith("data/raw/"):
            entries[name]["license"] = data_license

    people = {}
    for author in cited["authors"]:
        name, facts = metadata.full_name(author), metadata.person(author)
        if "affiliation" in facts:
            where = facts["affiliation"]["name"]
            facts["affiliation"] = add(f"#{quote(where)}", "Organization", name=where)
        people[name] = add(facts.pop("@id", f"#{quote(name)}"), facts.pop("@type"), **facts | {"name": name})
    who = run["user"] if run["name"] == "unknown" else run["name"]

    def read(name: str, digest: str) -> Any:
        """Return what the run read: the file, or the folder of a set, if it is here as it was then."""
        if name in entries and digests[name] == digest:
            return entries[name]
        place = f"As the run read it, at commit {run['commit']}; it is no single file of this archive."
        return add(f"#read-{quote(name)}", "CreativeWork", name=name, description=place, identifier=f"sha256:{digest}")

    def setting(name: str) -> Any:
        value = run[name] if isinstance(run[name], str | int | float) else json.dumps(run[name])
        return add(f"#environment-{name}", "PropertyValue", name=name, value=value)

    url, root = cited.get("repository-code"), crate.root_dataset
    software = {"name": f"{cited['title']}: harness", "version": run["commit"], "url": url}
    places = ("results", f"runs/{run['id']}")  # the other of what is too large for git
    wrote = {f"{place}/{name}" for stage in run["stages"] for name in stage["writes"] for place in places}
    root["mentions"] = add(
        f"#run-{run['id']}",
        "CreateAction",
        name=f"The accepted run, {run['id']}",
        description=f"{run['command']}: {run['verdict']}",
        startTime=f"{run['started'][:19]}+00:00",  # the profile likes seconds
        endTime=f"{run['ended'][:19]}+00:00",
        actionStatus="http://schema.org/CompletedActionStatus",
        agent=people.get(who) or add("#agent", "Person", name=who),
        instrument=add(url or "#study", "SoftwareApplication", **software),
        object=[read(name, digest) for name, digest in run["sources"].items()],
        result=[entries[name] for name in entries if name in wrote | {"results/run.json", "results/report.html"}],
        environment=[setting(name) for name in runs.ENVIRONMENT if run[name]],
    )
    root["name"], root["description"] = cited["title"], cited.get("abstract") or cited["title"]
    root["datePublished"], root["version"] = str(cited.get("date-released") or day), cited["version"]
    authors = list(people.values())
    root["license"], root["author"] = add_license(cited["license"]), authors if len(authors) > 1 else authors[0]
    root["conformsTo"] = add(PROCESS, "CreativeWork", name="Process Run Crate", version="0.5")
    if cited.get("doi"):
        root["identifier"] = f"https://doi.org/{cited['doi']}"
    if closed:
        reason = f"The raw data are {terms.access} (data/DATASHEET.md). Left out, but listed in data/MANIFEST.sha256"
        root["conditionsOfAccess"] = f"{reason}: {', '.join(closed)}."
    return crate.metadata.generate()
