"""The release: an archive that validators accept, refusals by name, and nothing that is tampered with passes."""

import hashlib
import json
import re
import shutil
import sys
import zipfile
from io import BytesIO
from pathlib import Path
from urllib.parse import unquote

import pytest
import requests
import yaml
from conftest import ROOT, commit_all, harness, run, short_plan
from requests_cache import CachedSession
from urllib3 import HTTPResponse

BIN = Path(sys.executable).parent
CONTEXT = ROOT / "tests" / "crate" / "context-1.1.jsonld"
SECOND = """
  - given-names: Zo\u00eb
    family-names: M\u00fcller
    orcid: https://orcid.org/0000-0002-1825-0097
    affiliation: Example University
repository-code: https://example.org/my-study
"""


def edit(name, pattern, new):
    """Make a change: replace a pattern, which is there once, in a file."""

    def change(folder):
        text, count = re.subn(pattern, new, (folder / name).read_text("utf-8"), flags=re.M)
        assert count == 1, (name, pattern, count)
        (folder / name).write_text(text, "utf-8")

    return change


def tag(folder, env, *arguments):
    run("git", "tag", "-f", *(arguments or ["v0.1.0"]), cwd=folder, env=env)


def make_ready(folder):
    """Write what a release asks of its author."""
    card, sheet = folder / "MODEL_CARD.md", folder / "data" / "DATASHEET.md"
    card.write_text(re.sub(r"^\*[^*]+\*$", "Said.", card.read_text("utf-8"), flags=re.M), "utf-8")
    if not sheet.read_text("utf-8").startswith("---\n"):
        sheet.write_text("---\nlicense: CC0-1.0\naccess: open\n---\n" + sheet.read_text("utf-8"), "utf-8")


@pytest.fixture(scope="module")
def released(copy_project, python, hub, tmp_path_factory):
    """A study of two authors whose accepted result is tagged and released; and the archive."""
    folder = copy_project(tmp_path_factory.mktemp("release") / "a study")
    short_plan(folder)
    edit("CITATION.cff", r"(    email: .*)\n", rf"\1{SECOND}")(folder)
    edit("pyproject.toml", r"^(authors = .*)\]", '\\1, { name = "Zo\u00eb M\u00fcller" }]')(folder)
    (folder / "study" / "some notes \u00fc.md").write_text("Notes.\n", "utf-8")
    make_ready(folder)
    commit_all(folder, "Plan", hub)
    harness(folder, python, "run", env=hub)
    (made,) = folder.glob("runs/2*")
    harness(folder, python, "accept", made.name, env=hub)
    commit_all(folder, "Accept", hub)
    tag(folder, hub)
    done = harness(folder, python, "release", env=hub)
    assert "T1 ledger-intact not exercised" in done.stderr
    return folder, Path(done.stdout.strip())


def contents(archive):
    with zipfile.ZipFile(archive) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def graph(files):
    found = json.loads(files["ro-crate-metadata.json"])["@graph"]
    return {one["@id"]: one for one in found}


def test_every_file_is_listed_with_its_hash(released, hub):
    folder, archive = released
    run("sha256sum", "-c", f"{archive}.sha256", cwd=archive.parent, env=hub)
    assert archive.name == "my-study-0.1.0.zip"
    files = contents(archive)
    described = {unquote(name): one for name, one in graph(files).items() if one["@type"] == "File"}
    tracked = run("git", "ls-files", "-z", cwd=folder, env=hub).stdout.split("\0")
    assert described.keys() == files.keys() - {"ro-crate-metadata.json"} == set(tracked) - {""}
    for name, one in described.items():
        assert one["sha256"] == hashlib.sha256(files[name]).hexdigest(), name
        assert one["contentSize"] == str(len(files[name]))
        assert files[name] == (folder / name).read_bytes()
    assert {"results/run.json", "requirements/harness.txt", "study/some notes \u00fc.md"} <= described.keys()


def test_the_crate_says_what_was_run_by_whom_on_what(released):
    folder, archive = released
    entities = graph(contents(archive))
    record = json.loads((folder / "results" / "run.json").read_text("utf-8"))
    root, action = entities["./"], entities[f"#run-{record['id']}"]
    citation = yaml.safe_load((folder / "CITATION.cff").read_text("utf-8"))
    assert (root["name"], root["description"], root["version"]) == (citation["title"], citation["abstract"], "0.1.0")
    assert root["license"] == {"@id": "https://spdx.org/licenses/MIT"} and root["mentions"] == {"@id": action["@id"]}
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", root["datePublished"])
    assert [entities[one["@id"]]["name"] for one in root["author"]] == [
        citation["authors"][0]["name"],
        "Zo\u00eb M\u00fcller",
    ]
    assert root["author"][1] == {"@id": "https://orcid.org/0000-0002-1825-0097"}
    assert entities[action["agent"]["@id"]]["@type"] == "Person"
    assert entities[action["instrument"]["@id"]] == {
        "@id": "https://example.org/my-study", "@type": "SoftwareApplication", "name": "My Study: harness",
        "url": "https://example.org/my-study", "version": record["commit"],
    }  # fmt: skip
    assert action["startTime"][:19] == record["started"][:19] and action["endTime"][:19] == record["ended"][:19]
    read, wrote = ({unquote(one["@id"]) for one in action[key]} for key in ("object", "result"))
    assert {"study/plan.toml", "study/models.py", "requirements/harness.txt", "data/MANIFEST.sha256"} <= read
    assert any(name.startswith("data/raw/") for name in read) and "#read-harness" in read
    assert {"results/scores.csv", "results/predictions.csv", "results/run.json", "results/report.html"} <= wrote
    settings = {entities[one["@id"]]["name"]: entities[one["@id"]]["value"] for one in action["environment"]}
    assert settings["python"] == record["python"] and "num_threads" in settings["thread_pools"]


def test_the_same_commit_makes_the_same_bytes(released, python, hub, tmp_path):
    folder, archive = released
    again = harness(folder, python, "release", "--out", tmp_path, env=hub).stdout.strip()
    assert Path(again).parent == tmp_path and Path(again).read_bytes() == archive.read_bytes()


# ---- validators


class Local(requests.adapters.BaseAdapter):
    """Answers every request with the context."""

    def send(self, request, **_):
        response = requests.Response()
        response.status_code, response.url, response.request = 200, request.url, request
        response.headers["Content-Type"] = "application/ld+json"
        response.raw = HTTPResponse(BytesIO(CONTEXT.read_bytes()), response.headers, 200, preload_content=False)
        return response

    def close(self):
        pass


@pytest.fixture(scope="module")
def validate(hub, tmp_path_factory):
    """Validate a crate without a network; return what is wrong with it."""
    place = tmp_path_factory.mktemp("validator")
    session = CachedSession(str(place / "cache"), backend="sqlite", expire_after=-1)
    session.mount("https://", Local())
    for accepted in ("application/ld+json, application/json", "application/ld+json, application/json, */*;q=0.1"):
        session.get("https://w3id.org/ro/crate/1.1/context", headers={"Accept": accepted})
    session.close()

    def validated(archive, level="required"):
        crate = place / "crate"  # unpacked: of an archive, the validator cannot write its findings as JSON
        shutil.rmtree(crate, ignore_errors=True)
        with zipfile.ZipFile(archive) as packed:
            packed.extractall(crate)
        options = ["--offline", "--cache-path", place / "cache", "-p", "process-run-crate-0.5", "-l", level]
        command = [BIN / "rocrate-validator", "-y", "validate", "--no-paging", *options]
        run(*command, "-f", "json", "-o", place / "out.json", crate, cwd=place, env=hub, check=False)
        said = json.loads((place / "out.json").read_text("utf-8"))
        (place / "out.json").unlink()
        assert said["passed"] == (not said["issues"])
        return {issue["message"] for issue in said["issues"]}

    return validated


def test_the_crate_is_valid_and_the_validator_can_say_no(released, validate, tmp_path):
    _, archive = released
    assert validate(archive) == set()
    advice = ("publisher", "affiliation", "organization SHOULD have", "SHOULD be an absolute URI")  # nobody knows these
    better = validate(archive, "recommended")
    assert all(any(part in message for part in advice) for message in better), better
    files = contents(archive)
    described = json.loads(files["ro-crate-metadata.json"])
    for one in described["@graph"]:
        one.pop("instrument", None)
    without = pack(tmp_path / "without.zip", files | {"ro-crate-metadata.json": json.dumps(described).encode()})
    assert any("MUST have an instrument" in message for message in validate(without))
    files.pop("LICENSE")
    assert validate(pack(tmp_path / "missing.zip", files))


def test_citation_is_valid(released):
    folder, _ = released
    schema = ["--builtin-schema", "vendor.citation-file-format"]
    run(BIN / "check-jsonschema", *schema, folder / "CITATION.cff", cwd=folder)


# ---- refusals


def remove(name):
    return lambda folder: (folder / name).unlink()


def at_tag(*steps):
    """Make a change of tags."""

    def change(folder, env):
        for step in steps:
            run("git", "tag", *step, cwd=folder, env=env)

    return change


NOT_COMMITTED = {"work that is not committed": (edit("README.md", r"\Z", "More.\n"), ["not everything is committed"])}
TAGS = {
    "no tag": (at_tag(["-d", "v0.1.0"]), ["this commit has no tag v0.1.0: git tag v0.1.0"]),
    "a tag elsewhere": (at_tag(["-f", "v0.1.0", "HEAD~1"]), ["v0.1.0 is the tag of another commit"]),
    "a tag of another version": (
        at_tag(["-d", "v0.1.0"], ["v0.2.0"]),
        [
            "this commit has the tag v0.2.0, CITATION.cff says version 0.1.0",
            "C1 metadata-agree: CITATION.cff: version is '0.1.0', but there is a tag v0.2.0 already",
        ],
    ),
}
REFUSED = {
    "a stale version in CITATION.cff": (
        edit("CITATION.cff", r'^version: "0.1.0"', 'version: "0.2.0"'),
        [
            "this commit has the tag v0.1.0, CITATION.cff says version 0.2.0",
            "C1 metadata-agree: CITATION.cff: version is '0.2.0', pyproject.toml: [project] version is '0.1.0'",
            "N1 made-in-step: codemeta.json: is not what follows",
        ],
    ),
    "a stale version in pyproject.toml": (
        edit("pyproject.toml", r'^version = "0.1.0"', 'version = "0.0.9"'),
        ["C1 metadata-agree: CITATION.cff: version is '0.1.0', pyproject.toml: [project] version is '0.0.9'"],
    ),
    "a stale version in codemeta.json": (
        edit("codemeta.json", '"version": "0.1.0"', '"version": "0.0.9"'),
        ["N1 made-in-step: codemeta.json: is not what follows from the files here: `harness card`"],
    ),
    "a stale date": (
        edit("CITATION.cff", r"^license:", "date-released: 2001-01-01\nlicense:"),
        [
            "CITATION.cff: date-released 2001-01-01 is before the accepted run",
            "N1 made-in-step: codemeta.json",
        ],
    ),
    "places that wait": (
        lambda folder: [
            edit(name, r"\Z", "\n*What is it for?*\n")(folder)
            for name in ("MODEL_CARD.md", "data/DATASHEET.md", "README.md")
        ],
        [
            rf"{name}:\d+ waits for its author: What is it for"
            for name in ("README.md", "MODEL_CARD.md", "data/DATASHEET.md")
        ],
    ),
    "no text of the licence": (remove("LICENSE"), ["LICENSE is missing", "C1 metadata-agree: LICENSE"]),
    "no licence to cite": (
        edit("CITATION.cff", r"^license:.*\n", ""),
        ["CITATION.cff: there is no license", "C1 .*CITATION.cff: license is None", "N1 made-in-step: codemeta.json"],
    ),
    "terms that nobody stated": (
        edit("data/DATASHEET.md", r"^license:.*", "license: LicenseRef-not-stated"),
        ["data/DATASHEET.md: license: LicenseRef-not-stated gives nobody any rights", "N1 made-in-step: .*croissant"],
    ),
    "no licence of the data": (
        edit("data/DATASHEET.md", r"^license:.*\n", ""),
        ["D3 access-respected: .*license", "N1 made-in-step: .*license"],
    ),
    "an edited score": (
        edit("results/scores.csv", r"\A(.*\n(?:.*\n)*?.*0\.9)\d", r"\g<1>0"),
        ["S2 results-as-accepted: results/scores.csv has changed", "S2 results-as-accepted: results/scores.csv is not"],
    ),
    "an edited explanation": (
        edit("results/explanation.json", r"\A\{", "{ "),
        [
            "S2 results-as-accepted: results/explanation.json has changed",
            "S2 results-as-accepted: results/explanation.json is",
        ],
    ),
    "a missing result": (
        remove("results/failures.json"),
        [
            "S2 results-as-accepted: results/failures.json is missing",
            "S2 results-as-accepted: results/failures.json is not",
        ],
    ),
    "no result": (
        lambda folder: shutil.rmtree(folder / "results"),
        ["no result is accepted: `harness accept ID`, then commit", "N. "],
    ),
}


@pytest.fixture
def mine(released, tmp_path):
    folder = tmp_path / "mine"
    shutil.copytree(released[0], folder, symlinks=True, ignore=shutil.ignore_patterns("runs", "dist", "__pycache__"))
    return folder


@pytest.mark.parametrize("what", [*NOT_COMMITTED, *TAGS, *REFUSED])
def test_what_must_not_be_released_is_refused_by_name(mine, python, hub, what):
    change, expected = (NOT_COMMITTED | TAGS | REFUSED)[what]
    if what in TAGS:
        change(mine, hub)
    else:
        change(mine)
    if what in REFUSED:
        commit_all(mine, what, hub)
        tag(mine, hub)
    done = harness(mine, python, "release", env=hub, check=False)
    assert done.returncode == 1 and "Traceback" not in done.stderr and not (mine / "dist").exists()
    head, *reasons = done.stderr.splitlines()
    assert head == "release: not yet:"
    known = [
        re.compile(line if "\\d" in line or ".*" in line or "." in line[:2] else re.escape(line)) for line in expected
    ]
    certain = [line for line in known if not line.pattern.startswith(("D. ", "N. "))]  # of checks that may not be there
    known.append(re.compile("N1 made-in-step: CHECKLISTS.md"))  # answers rest on what was changed
    assert all(any(line.match(reason.strip()) for line in known) for reason in reasons), reasons
    assert all(any(line.match(reason.strip()) for reason in reasons) for line in certain), reasons


def test_all_reasons_are_listed_at_once(mine, python, hub):
    for what in ("places that wait", "no text of the licence", "an edited explanation"):
        REFUSED[what][0](mine)
    said = harness(mine, python, "release", env=hub, check=False).stderr
    for part in (
        "not everything is committed",
        "README.md:",
        "LICENSE is missing",
        "results/explanation.json has changed",
    ):
        assert part in said


def test_data_that_are_not_open_stay_out(mine, python, hub, validate):
    edit("data/DATASHEET.md", r"^access:.*$", "access: restricted")(mine)
    edit(".gitignore", r"\Z", "/data/raw/*.csv\n")(mine)
    run("git", "rm", "-q", "--cached", "data/raw/penguins-raw.csv", cwd=mine, env=hub)
    harness(mine, python, "manifest", env=hub)
    commit_all(mine, "Restricted", hub)
    harness(mine, python, "run", env=hub)
    (made,) = mine.glob("runs/*/run.json")
    harness(mine, python, "accept", made.parent.name, env=hub)
    commit_all(mine, "Accept", hub)
    tag(mine, hub)
    done = harness(mine, python, "release", env=hub)
    archive, left = Path(done.stdout.strip()), "data/raw/penguins-raw.csv"
    files = contents(archive)
    assert not [name for name in files if name.startswith("data/raw/")] and "data/MANIFEST.sha256" in files
    assert f"{left} is left out: access is restricted" in done.stderr
    said = graph(files)["./"]["conditionsOfAccess"]
    assert "The raw data are restricted" in said and left in said
    assert validate(archive) == set()
    harness(mine, python, "release", "--verify", archive, env=hub)


# ---- an archive that was changed


def pack(path, files):
    with zipfile.ZipFile(path, "w") as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return path


def listed_again(files, name, old, new):
    """Change a file, and its hash in the crate, as one who forgets a version would."""
    before, after = files[name], files[name].replace(old, new, 1)
    assert before != after
    crate = files["ro-crate-metadata.json"].decode()
    hashes = [hashlib.sha256(content).hexdigest() for content in (before, after)]
    return files | {name: after, "ro-crate-metadata.json": crate.replace(*hashes).encode()}


TAMPERED = {
    "a byte": (
        lambda files: files | {"results/scores.csv": files["results/scores.csv"].replace(b"0.9", b"0.8", 1)},
        ["results/scores.csv has changed (ro-crate-metadata.json)"],
    ),
    "a missing file": (
        lambda files: {name: content for name, content in files.items() if name != "LICENSE"},
        ["LICENSE is missing", "LICENSE is missing or empty"],
    ),
    "a file more": (
        lambda files: files | {"results/more.csv": b""},
        ["results/more.csv is not listed (ro-crate-metadata.json)"],
    ),
    "no description": (
        lambda files: {name: content for name, content in files.items() if name != "ro-crate-metadata.json"},
        ["ro-crate-metadata.json cannot be read"],
    ),
    "a stale pyproject.toml": (
        lambda files: listed_again(files, "pyproject.toml", b'version = "0.1.0"', b'version = "0.0.9"'),
        ["version is '0.1.0', pyproject.toml: [project] version is '0.0.9'"],
    ),
    "a stale CITATION.cff": (
        lambda files: listed_again(files, "CITATION.cff", b'"0.1.0"', b'"0.0.9"'),
        ["CITATION.cff: version is '0.0.9'", "in CITATION.cff it is '0.0.9'"],
    ),
    "a stale crate": (
        lambda files: (
            files
            | {
                "ro-crate-metadata.json": files["ro-crate-metadata.json"].replace(
                    b'"version": "0.1.0"', b'"version": "0.0.9"'
                )
            }
        ),
        ["ro-crate-metadata.json: version is '0.0.9', in CITATION.cff it is '0.1.0'"],
    ),
}


@pytest.mark.parametrize("what", TAMPERED)
def test_an_archive_that_was_changed_is_told(released, python, hub, tmp_path, what):
    folder, archive = released
    change, expected = TAMPERED[what]
    said = harness(folder, python, "release", "--verify", archive, env=hub).stdout
    assert f"all {len(contents(archive)) - 1} files are as listed" in said
    changed = pack(tmp_path / "changed.zip", change(contents(archive)))
    done = harness(folder, python, "release", "--verify", changed, env=hub, check=False)
    lines = done.stderr.splitlines()
    assert done.returncode == 1 and len(lines) == len(expected), lines
    assert all(part in line for part, line in zip(expected, lines, strict=True)), lines


def test_a_damaged_archive_is_told(released, python, hub, tmp_path):
    folder, archive = released
    damaged = bytearray(archive.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    (tmp_path / archive.name).write_bytes(damaged)
    shutil.copy(f"{archive}.sha256", tmp_path)
    done = harness(folder, python, "release", "--verify", tmp_path / archive.name, env=hub, check=False)
    assert done.returncode == 1 and "is not the file whose SHA-256 is in my-study-0.1.0.zip.sha256" in done.stderr
    (tmp_path / archive.name).write_bytes(b"no archive")
    done = harness(folder, python, "release", "--verify", tmp_path / archive.name, env=hub, check=False)
    assert done.returncode == 1 and "cannot be read" in done.stderr and "Traceback" not in done.stderr
