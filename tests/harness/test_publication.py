"""What is published tells the same everywhere: each fault is a sentence of its own."""

import hashlib
import json
import re

import pytest
import shipped

from harness.exceptions import StudyError
from harness.publish import crate, metadata, release

CFF = """
cff-version: 1.2.0
message: Cite it.
title: A study
authors:
  - given-names: Zo\u00eb
    family-names: M\u00fcller
    orcid: https://orcid.org/0000-0002-1825-0097
    affiliation: Example University
version: "1.2.0"
date-released: 2026-03-01
doi: 10.5281/zenodo.1234567
license: MIT
"""
PYPROJECT = """
[project]
name = "a-study"
version = "1.2.0"
license = "MIT"
authors = [{ name = "Zo\u00eb M\u00fcller" }]
requires-python = ">=3.11"
"""


@pytest.fixture
def root(tmp_path):
    (tmp_path / "CITATION.cff").write_text(CFF, "utf-8")
    (tmp_path / "pyproject.toml").write_text(PYPROJECT, "utf-8")
    (tmp_path / "LICENSE").write_text("MIT License\n", "utf-8")
    return tmp_path


def test_codemeta_in_the_terms_of_codemeta(root):
    assert list(metadata.disagreements(root)) == []
    assert metadata.codemeta(root) == {
        "@context": "https://w3id.org/codemeta/3.1",
        "@type": "SoftwareSourceCode",
        "name": "A study",
        "version": "1.2.0",
        "datePublished": "2026-03-01",
        "identifier": "https://doi.org/10.5281/zenodo.1234567",
        "license": "https://spdx.org/licenses/MIT",
        "author": [
            {
                "@type": "Person",
                "@id": "https://orcid.org/0000-0002-1825-0097",
                "givenName": "Zo\u00eb",
                "familyName": "M\u00fcller",
                "affiliation": {"@type": "Organization", "name": "Example University"},
            }
        ],
        "programmingLanguage": "Python",
        "runtimePlatform": "Python >=3.11",
    }


def test_a_name_in_several_pieces_is_one_text():
    name = {"given-names": "Charles", "name-particle": "de", "family-names": "Gaulle", "name-suffix": "Jr."}
    assert metadata.full_name(name) == "Charles de Gaulle Jr."
    assert metadata.person({"name": "Ada"}) == {"@type": "Person", "name": "Ada"}


def test_lines_that_wait_for_their_author_are_numbered(tmp_path):
    (tmp_path / "CARD.md").write_text("**Note.** One *word*.\n\n*Who may use it?*\n- *And who not?*", "utf-8")
    first, second = release.waiting(tmp_path / "CARD.md", "CARD.md")
    assert first == "CARD.md:3 waits for its author: Who may use it?"
    assert second == "CARD.md:4 waits for its author: And who not?"
    assert list(release.waiting(tmp_path / "none.md", "none.md")) == []


FAULTS = [
    ("pyproject.toml", 'version = "1.2.0"', 'version = "1.1.0"', "[project] version is '1.1.0'"),
    ("pyproject.toml", '"MIT"', '"Apache-2.0"', "license is 'MIT', pyproject.toml: [project] license is 'Apache-2.0'"),
    ("pyproject.toml", "M\u00fcller", "Mueller", "authors is ['Zo\u00eb M\u00fcller']"),
    ("LICENSE", "MIT License\n", " ", "LICENSE is missing or empty: put the text of MIT there"),
    ("CITATION.cff", "title: A study", "", "CITATION.cff: the key 'title' is missing"),
    ("CITATION.cff", "title: A study", "title: [", "CITATION.cff cannot be read"),
]


@pytest.mark.parametrize(("name", "old", "new", "sentence"), FAULTS)
def test_what_does_not_agree_is_one_sentence(root, name, old, new, sentence):
    text = (root / name).read_text("utf-8")
    (root / name).write_text(text.replace(old, new, 1), "utf-8")
    try:
        (told,) = metadata.disagreements(root)
    except StudyError as error:
        told = str(error)
    assert sentence in told


def test_an_archive_lists_what_is_in_it(root):
    listed = [
        {"@id": name, "@type": "File", "sha256": hashlib.sha256((root / name).read_bytes()).hexdigest()}
        for name in ("CITATION.cff", "pyproject.toml", "LICENSE")
    ]
    (root / crate.METADATA).write_text(json.dumps({"@graph": [{"@id": "./", "version": "1.2.0"}, *listed]}), "utf-8")
    assert list(release.problems(root)) == []
    (root / "more.txt").write_text("", "utf-8")
    assert list(release.problems(root)) == ["more.txt is not listed (ro-crate-metadata.json)"]
    with pytest.raises(StudyError, match=re.escape("nothing.zip cannot be read")):
        release.verify(root / "nothing.zip")


def test_files_that_are_described_by_their_folder_are_held_against_the_manifest(root):
    lines = []
    for n in range(30):
        path = root / "data" / "raw" / "a b" / f"{n}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(bytes([n]))
        lines.append(f"{hashlib.sha256(bytes([n])).hexdigest()}  raw/a b/{n}.png\n")
    (root / "data" / "MANIFEST.sha256").write_text("".join(lines), "utf-8")
    single = ("CITATION.cff", "pyproject.toml", "LICENSE", "data/MANIFEST.sha256")
    graph = [{"@id": name, "sha256": hashlib.sha256((root / name).read_bytes()).hexdigest()} for name in single]
    graph += [{"@id": "./", "version": "1.2.0"}, {"@id": "data/raw/a%20b/", "@type": "Dataset"}]
    (root / crate.METADATA).write_text(json.dumps({"@graph": graph}), "utf-8")
    assert list(release.problems(root)) == []
    (root / "data" / "raw" / "a b" / "7.png").write_bytes(b"x")
    (root / "data" / "raw" / "a b" / "8.png").unlink()
    (root / "data" / "raw" / "a b" / "99.png").write_bytes(b"")
    wrong = [line.partition(" (")[0] for line in release.problems(root)]
    assert wrong == [
        "data/raw/a b/7.png has changed", "data/raw/a b/8.png is missing", "data/raw/a b/99.png is not listed"
    ]  # fmt: skip


def test_what_still_speaks_of_the_example_is_named_once_its_data_are_gone(tmp_path):
    folder = shipped.commit(shipped.copy(tmp_path / "mine"))
    assert list(release.leftovers(folder)) == []
    (folder / "data" / "MANIFEST.sha256").write_text(f"{'0' * 64}  raw/wells.csv\n", "utf-8")
    found = list(release.leftovers(folder))
    named = {message.partition(":")[0] for message in found}
    assert {"README.md", "data/DATASHEET.md", "study/plan.toml", "study/data.py"} <= named
    assert any(message.startswith("README.md:") and "'Palmer penguins'" in message for message in found)
    (folder / "README.md").write_text("# Wells\n\nA penguin is no well; Palmer drilled them.\n", "utf-8")
    assert not [message for message in release.leftovers(folder) if message.startswith("README.md")]
