"""The archive described by itself: a Process Run Crate 0.5 on RO-Crate 1.1, with the SHA-256 of every file."""

import json
import tempfile
import zipfile
import zlib
from datetime import datetime
from pathlib import Path
from urllib.parse import unquote

from .. import StudyError, record
from . import metadata

METADATA = "ro-crate-metadata.json"
PROCESS = "https://w3id.org/ro/wfrun/process/0.5"
TERMS = "https://w3id.org/ro/terms/workflow-run#"  # of these two the context of RO-Crate 1.1 knows nothing
EXTRA = {"sha256": f"{TERMS}sha256", "environment": f"{TERMS}environment"}
TYPES = {
    ".csv": "text/csv",
    ".html": "text/html",
    ".ipynb": "application/x-ipynb+json",
    ".json": "application/json",
    ".jsonl": "application/jsonl",
    ".md": "text/markdown",
    ".onnx": "application/octet-stream",
    ".py": "text/x-python",
    ".skops": "application/zip",
    ".toml": "application/toml",
    ".yml": "application/yaml",
}
ENVIRONMENT = ("python", "platform", "processor", "cpus", "memory_gb", "accelerators", "thread_pools", "variables")


def files(folder):
    """List all files of a folder but the description, by their path in it."""
    found = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    return {name: found[name] for name in sorted(found) if name != METADATA}


def describe(folder, run, day, terms, closed):
    """
    Describe a folder that is to become an archive.

    Parameters
    ----------
    folder : pathlib.Path
        All files of the archive.
    run : dict
        The record of the accepted run.
    day : str
        Date of the release, unless CITATION.cff has one.
    terms : dict
        Of the datasheet: ``license`` and ``access`` of the raw data.
    closed : list of str
        Files of data/raw that are left out.

    Returns
    -------
    dict
        To be written to ro-crate-metadata.json.
    """
    from rocrate.model.contextentity import ContextEntity
    from rocrate.rocrate import ROCrate

    crate, cited = ROCrate(version="1.1"), metadata.citation(folder)
    crate.metadata.extra_terms.update(EXTRA)

    def add(name, kind, **facts):
        return crate.add(ContextEntity(crate, name, properties={"@type": kind} | facts))

    def add_license(name):
        return add(metadata.license_url(name), "CreativeWork", name=name, description=f"SPDX licence {name}")

    data_license, listed = add_license(terms["license"]), {}
    for name, path in files(folder).items():
        facts = {"name": name, "sha256": record.file_hash(path), "contentSize": str(path.stat().st_size)}
        facts["encodingFormat"] = TYPES.get(path.suffix, "text/plain")
        listed[name] = crate.add_file(path, name, properties=facts)
        if name.startswith("data/raw/"):
            listed[name]["license"] = data_license
    people = {}
    for number, author in enumerate(cited["authors"], 1):
        facts = metadata.person(author) | {"name": metadata.full_name(author)}
        facts.pop("affiliation", None)
        people[facts["name"]] = add(facts.pop("@id", f"#author-{number}"), facts.pop("@type"), **facts)
    who = run["name"] if run["name"] != "unknown" else run["user"]
    agent = people.get(who) or add("#agent", "Person", name=who)

    def read(name, digest):
        """Return what the run read: the file, if it is here as it was then."""
        if name in listed and listed[name]["sha256"] == digest:
            return listed[name]
        told = f"As it was at commit {run['commit']}; this archive does not hold it so."
        return add(f"#read-{name}", "CreativeWork", name=name, description=told, identifier=f"sha256:{digest}")

    def setting(name):
        value = run[name] if isinstance(run[name], str | int | float) else json.dumps(run[name])
        return add(f"#environment-{name}", "PropertyValue", name=name, value=value)

    where = cited.get("repository-code")
    software = {"name": f"{cited['title']}: python -m harness", "version": run["commit"]} | (
        {"url": where} if where else {}
    )
    action = add(
        f"#run-{run['id']}",
        "CreateAction",
        name=f"The accepted run, {run['id']}",
        description=f"{run['command']}: {run['verdict']}",
        startTime=second(run["started"]),
        endTime=second(run["ended"]),
        actionStatus="http://schema.org/CompletedActionStatus",
        agent=agent,
        instrument=add(where or "#study", "SoftwareApplication", **software),
        object=[read(name, digest) for name, digest in run["sources"].items()],
        result=[listed[name] for name in results(run, listed)],
        environment=[setting(name) for name in ENVIRONMENT if run[name] or run[name] == 0],
    )
    root = crate.root_dataset
    root["name"], root["description"] = cited["title"], cited.get("abstract") or cited["title"]
    root["datePublished"], root["version"] = str(cited.get("date-released") or day), cited["version"]
    root["license"], root["author"] = add_license(cited["license"]), list(people.values())
    root["conformsTo"] = add(PROCESS, "CreativeWork", name="Process Run Crate", version="0.5")
    root["mentions"] = action
    if cited.get("doi"):
        root["identifier"] = f"https://doi.org/{cited['doi']}"
    if closed:
        told = f"Left out, but listed with hashes in data/MANIFEST.sha256: {', '.join(closed)}."
        root["conditionsOfAccess"] = f"The raw data are {terms['access']}: see data/DATASHEET.md. {told}"
    return crate.metadata.generate()


def results(run, names):
    """Name the files of an archive that a run wrote; the ledger and the exported model came later."""
    wrote = {f"results/{name}" for stage in run["stages"] for name in stage["writes"]}
    return [name for name in names if name in wrote | {"results/run.json", "results/report.html"}]


def second(time):
    """
    Write a time as the profile likes it, to the second.

    Examples
    --------
    >>> second("2026-03-01T12:30:00.123456+00:00")
    '2026-03-01T12:30:00+00:00'
    """
    return datetime.fromisoformat(time).isoformat(timespec="seconds")


def problems(folder):
    """Yield a sentence for each way in which an unpacked archive is not what it says of itself."""
    try:
        graph = {one["@id"]: one for one in json.loads((folder / METADATA).read_text(encoding="utf-8"))["@graph"]}
    except (OSError, ValueError, KeyError) as error:
        yield f"{METADATA} cannot be read: {error}"
        return
    listed = {unquote(name): one["sha256"] for name, one in graph.items() if "sha256" in one}
    there = files(folder)
    for name in sorted(listed | there):
        if name not in there:
            yield f"{name} is missing"
        elif name not in listed:
            yield f"{name} is not listed in {METADATA}"
        elif record.file_hash(there[name]) != listed[name]:
            yield f"{name} is not the file whose SHA-256 is in {METADATA}"
    if {metadata.CITATION, metadata.PYPROJECT} <= set(there):
        yield from metadata.disagreements(folder)
        told, cited = graph.get("./", {}).get("version"), metadata.citation(folder)["version"]
        if told != cited:
            yield f"{METADATA}: version is {told!r}, in {metadata.CITATION} it is {cited!r}"


def verify(archive):
    """
    Re-hash every file of an archive; return how many there are.

    Raises
    ------
    StudyError
        Naming each file that was tampered with, is missing or is not listed, and each version that is stale.
    """
    beside = archive.with_name(f"{archive.name}.sha256")
    found = []
    with tempfile.TemporaryDirectory(prefix="verify-") as place:
        try:
            with zipfile.ZipFile(archive) as packed:
                packed.extractall(place)
        except (OSError, zipfile.BadZipFile, zlib.error) as error:
            raise StudyError(f"{archive} cannot be unpacked: {error}") from None
        try:
            for problem in problems(Path(place)):
                found.append(f"{archive.name}: {problem}")
        except StudyError as error:
            found.append(f"{archive.name}: {error}")
        number = len(files(Path(place)))
    if beside.is_file() and beside.read_text(encoding="utf-8").split()[:1] != [record.file_hash(archive)]:
        found.append(f"{archive.name} is not the file whose SHA-256 is in {beside.name}")
    if found:
        raise StudyError("\n".join(found))
    return number
