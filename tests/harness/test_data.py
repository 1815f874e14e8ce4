"""Raw data kept elsewhere, the datasheet, and Croissant."""

import hashlib
import json
from types import SimpleNamespace

import pandera.pandas as pa
import pytest

from harness import files
from harness.exceptions import StudyError
from harness.markdown import placeholders
from harness.provenance import datasheet, rawdata
from harness.publish import croissant

FRONT = """---
name: Two stones
description: What two stones weigh.
license: cc-by-4.0
url: https://example.org/stones
creators: [Mary Anning, The Museum]
publisher: The Museum
version: "1.2.0"
date_published: 1823-12-10
keywords: [stones]
cite_as: Anning M (1823). Two stones.
access: open
access_rule: Everyone may see them.
retention: As long as there are stones.
---
"""
PAGE = "# Stones\n\n## Motivation\n\n*Why?*\n\n## Composition\n\nraw/a.csv, and the folder raw/more.\n\n"
PAGE += "".join(f"## {name}\n\nAs for\nany stone.\n\n" for name in datasheet.SECTIONS[2:])
SCHEMA = {"g": pa.Column(float, pa.Check.in_range(0, 9), description="weight (g)"), "kind": pa.Column(str)}
SCHEMA["kind"].checks = [pa.Check.isin({"q", "b"})]


@pytest.fixture
def root(tmp_path, monkeypatch):
    (tmp_path / "data" / "raw" / "more").mkdir(parents=True)
    (tmp_path / "data" / "raw" / "a.csv").write_bytes(b"g,no,Wei\xc3\x9f? (y)\n1.5,1,y\n,2,\n")
    (tmp_path / "data" / "raw" / "more" / "b.bin").write_bytes(b"\0" * 7)
    (tmp_path / "data" / "DATASHEET.md").write_text(FRONT + PAGE, "utf-8")
    rawdata.write_manifest(tmp_path / "data")
    monkeypatch.setattr(croissant, "data_module", lambda: SimpleNamespace(SCHEMA=pa.DataFrameSchema(SCHEMA)))
    return tmp_path


def edit(root, old, new, name="data/DATASHEET.md"):
    text = (root / name).read_text("utf-8")
    assert old in text
    (root / name).write_text(text.replace(old, new), "utf-8")


# --- raw data that is kept elsewhere


def test_a_manifest_keeps_what_is_kept_elsewhere_and_says_how_to_bring_it(root):
    data, before = root / "data", (root / "data" / "MANIFEST.sha256").read_text("utf-8")
    (data / "raw" / "a.csv").unlink()
    (data / "raw" / "more" / "b.bin").unlink()
    said = list(rawdata.manifest_problems(data))
    assert len(said) == 2 and all("is missing" in one and one.endswith("`harness manifest`") for one in said)
    (data / "sources.toml").write_text('["raw/a.csv"]\nurl = "https://example.org/a.csv"\n', "utf-8")
    (data / "raw" / "more.dvc").write_text("outs:\n", "utf-8")
    first, second = rawdata.manifest_problems(data)
    assert first.endswith("bring it: `harness fetch`") and second.endswith("bring it: `dvc pull`")
    rawdata.write_manifest(data)
    assert (data / "MANIFEST.sha256").read_text("utf-8") == before
    (data / "raw" / "more.dvc").unlink()
    rawdata.write_manifest(data)
    assert list(rawdata.listed(data)) == ["raw/a.csv"]


def test_notes_of_dvc_and_hidden_files_are_no_raw_data(root):
    data = root / "data"
    for name in ("a.csv.dvc", ".gitignore", ".cache/x.csv", "more/.DS_Store"):
        (data / "raw" / name).parent.mkdir(exist_ok=True)
        (data / "raw" / name).write_text("outs:\n", "utf-8")
    assert list(rawdata.hashes(data)) == ["raw/a.csv", "raw/more/b.bin"]
    assert rawdata.hashes(data)["raw/more/b.bin"] == hashlib.sha256(bytes(7)).hexdigest()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('["raw/a.csv"]\nurl = ["https://x.org/a", "doi:10.5281/zenodo.1/a.csv"]\n', None),
        ("[raw/a.csv]\n", " cannot be read"),
        ('["a.csv"]\nurl = "https://x.org/a"\n', ': ["a.csv"]: a path that begins with raw/'),
        ('["raw/a.csv"]\nurls = "https://x.org/a"\n', ': ["raw/a.csv"]: a path'),
        ('["raw/a.csv"]\nurl = "/home/me/a.csv"\n', ": [\"raw/a.csv\"]: url: '/home/me/a.csv' must begin with"),
        ('["raw/a.csv"]\nurl = []\n', ": [\"raw/a.csv\"]: url: '' must begin with"),
        ('["raw/a.csv"]\nurl = 7\n', ': ["raw/a.csv"]: url: 7 must begin with'),
    ],
)
def test_sources(root, text, said):
    (root / "data" / "sources.toml").write_text(text, "utf-8")
    if said is None:
        addresses = ["https://x.org/a", "doi:10.5281/zenodo.1/a.csv"]
        assert rawdata.sources(root / "data") == {"raw/a.csv": addresses}
        return
    with pytest.raises(StudyError) as caught:
        rawdata.sources(root / "data")
    assert str(caught.value).startswith(f"data/sources.toml{said}")


# --- datasheet


def test_the_datasheet_is_read(root):
    facts, told = datasheet.read(root)
    assert (facts.license, facts.date_published.year, facts.creators) == (
        "CC-BY-4.0",
        1823,
        ["Mary Anning", "The Museum"],
    )
    assert told["Uses"] == "As for any stone." and told["Motivation"] == ""  # waits for its author
    assert placeholders((root / "data" / "DATASHEET.md").read_text("utf-8")) == ["Motivation"]


WRONG = {
    "unknown key": ("access:", "acces:", "acces: 'acces' is not a key of the datasheet; did you mean 'access'?"),
    "missing key": ("retention: As long as there are stones.\n", "", "retention: is missing: write it"),
    "value": ("access: open", "access: secret", "access: Input should be 'open', 'restricted' or 'closed' (it says "),
    "licence": ("cc-by-4.0", "free", "license: Input should be an SPDX licence"),
    "version": ('"1.2.0"', "1.2", "version: Input should be a valid string (it says 1.2)"),
    "address": ("https:", "www:", "url: "),
    "no mark": (FRONT, "", "it must begin with a front matter"),
    "not YAML": ("keywords: [stones]", "keywords: [stones", "the front matter cannot be read: "),
    "section": ("## Uses", "## Use", "the section '## Uses' is missing"),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_datasheet_is_refused_by_file_and_key(root, what):
    old, new, said = WRONG[what]
    edit(root, old, new)
    with pytest.raises(StudyError) as caught:
        datasheet.read(root)
    assert f"data/DATASHEET.md: {said}" in str(caught.value)


# --- data that come by other doors


def test_a_hash_in_upper_case_is_the_same(root):
    """As PowerShell's Get-FileHash prints it."""
    path = root / "data" / "MANIFEST.sha256"
    path.write_text(
        "".join(f"{line[:64].upper()}{line[64:]}\n" for line in path.read_text("utf-8").splitlines()), "utf-8"
    )
    assert list(rawdata.manifest_problems(root / "data")) == []


def test_what_lies_behind_a_link_to_a_folder_cannot_change_unseen(root, tmp_path_factory):
    scratch = tmp_path_factory.mktemp("scratch")
    (scratch / "1.txt").write_text("a\n")
    (root / "data" / "raw" / "photos").symlink_to(scratch, target_is_directory=True)
    assert list(rawdata.manifest_problems(root / "data"))[0].startswith("data/raw/photos/1.txt is not listed")
    rawdata.write_manifest(root / "data")
    assert list(rawdata.manifest_problems(root / "data")) == []
    (scratch / "1.txt").write_text("b\n")
    assert list(rawdata.manifest_problems(root / "data"))[0].startswith("data/raw/photos/1.txt has changed")


def test_a_pointer_of_git_lfs_is_not_taken_for_the_data(root):
    """https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md"""
    path, digest = root / "data" / "raw" / "a.csv", rawdata.listed(root / "data")["raw/a.csv"]
    path.write_text(f"version https://git-lfs.github.com/spec/v1\noid sha256:{digest}\nsize 32\n")
    (problem,) = rawdata.manifest_problems(root / "data")
    assert problem.startswith("data/raw/a.csv is a pointer of git-lfs") and problem.endswith("git lfs pull")
    with pytest.raises(StudyError, match="data/raw/a.csv is a pointer of git-lfs.*git lfs pull"):
        rawdata.write_manifest(root / "data")
    assert rawdata.listed(root / "data")["raw/a.csv"] == digest


# --- Croissant


def test_croissant_follows_from_datasheet_manifest_and_schema(root):
    (root / "data" / "sources.toml").write_text('["raw/more/b.bin"]\nurl = ["https://x.org/b", "https://y.org/b"]\n')
    made = croissant.describe(root)
    assert made["conformsTo"][0] == "http://mlcommons.org/croissant/1.1"
    assert made["license"] == "https://spdx.org/licenses/CC-BY-4.0.html" and made["datePublished"] == "1823-12-10"
    assert [one["@type"] for one in made["creator"]] == ["sc:Person", "sc:Organization"]
    table, more = made["distribution"]
    assert table["contentUrl"] == "raw/a.csv" and table["encodingFormat"] == "text/csv"
    assert more["contentUrl"] == "https://x.org/b" and more["contentSize"] == "7 B"
    assert more["sha256"] == hashlib.sha256(bytes(7)).hexdigest()
    (rows,) = made["recordSet"]
    kinds = {one["name"]: one["dataType"] for one in rows["field"]}
    assert kinds == {"g": "sc:Float", "no": "sc:Integer", "Wei\xdf? (y)": "sc:Text"}
    assert rows["field"][2]["@id"] == "a/Wei%C3%9F%3F%20%28y%29"  # no spaces: RFC 3986
    weight, kind = made["variableMeasured"]
    assert (weight["minValue"], weight["maxValue"], weight["unitText"]) == (0, 9, "g")
    assert kind["valueReference"] == ["b", "q"]
    assert made["rai:dataUseCases"] == "As for any stone." and "rai:dataLimitations" not in made
    own = "terms of our own", "LicenseRef-consent"
    edit(root, "cc-by-4.0", own[1])
    assert croissant.describe(root)["license"] == own[1]


def test_types_are_those_of_croissant():
    kinds = [croissant.kind(name) for name in ("Int64", "uint8", "datetime64[ns]", "str")]
    assert kinds == ["sc:Integer", "sc:Integer", "sc:DateTime", "sc:Text"]


@pytest.mark.parametrize(
    "content",
    [b"gr\xfc\xdfe\n1\n", b"site;x1;country\n1;0,5;FI\n", b"id,age,age\n1,2,3\n", b"id,,age\n1,2,3\n"],
    ids=["not UTF-8", "semicolons", "a name twice", "no name"],
)
def test_a_table_whose_columns_cannot_be_named_is_described_as_a_file(root, content):
    (root / "data" / "raw" / "a.csv").write_bytes(content)
    rawdata.write_manifest(root / "data")
    made = croissant.describe(root)
    assert len(made["distribution"]) == 2 and made["recordSet"] == []


def test_who_replaces_the_data_is_led_from_manifest_to_datasheet_to_croissant(root):
    raw = root / "data" / "raw"
    (raw / "a.csv").rename(raw / "mine.csv")
    with pytest.raises(StudyError, match="data/raw/mine.csv is not listed"):
        croissant.describe(root)
    rawdata.write_manifest(root / "data")
    with pytest.raises(StudyError, match="data/DATASHEET.md: it does not tell what raw/mine.csv is"):
        croissant.describe(root)
    edit(root, "raw/a.csv", "raw/mine.csv")
    (root / croissant.PATH).write_text(files.json_text(croissant.describe(root)), "utf-8")
    assert json.loads((root / croissant.PATH).read_text("utf-8"))["distribution"][0]["name"] == "raw/mine.csv"


# --- many files of one kind


@pytest.fixture
def pictures(root):
    """Put 24 pictures into two folders of one, and a text beside them."""
    for n in range(24):
        path = root / "data" / "raw" / "img" / "ab"[n % 2] / f"{n}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(bytes([n]))
    (root / "data" / "raw" / "img" / "about.txt").write_text("Pictures.", "utf-8")
    edit(root, "raw/more.", "raw/more; raw/img.")
    rawdata.write_manifest(root / "data")
    return root


def test_many_files_of_one_kind_are_one_source_whose_hash_follows_each(pictures):
    before = rawdata.folded(rawdata.hashes(pictures / "data"))
    assert [*before] == ["raw/a.csv", "raw/img/about.txt", "raw/more/b.bin", "raw/img/*.png"]
    lines = files.read_text(pictures / "data" / "MANIFEST.sha256").splitlines(keepends=True)
    listed = "".join(line for line in lines if line.endswith(".png\n"))
    assert before["raw/img/*.png"] == hashlib.sha256(listed.encode()).hexdigest()
    (pictures / "data" / "raw" / "img" / "b" / "7.png").write_bytes(b"x")
    after = rawdata.folded(rawdata.hashes(pictures / "data"))
    assert [name for name in before if before[name] != after[name]] == ["raw/img/*.png"]
    assert rawdata.counted(rawdata.listed(pictures / "data"))[-2:] == ["raw/more/b.bin", "raw/img/*.png (24 files)"]


def test_few_files_are_told_one_by_one():
    names = {f"raw/img/{n}.png": "0" for n in range(rawdata.MANY - 1)}
    assert rawdata.folded(names) == names and rawdata.counted(names) == [*names]
    assert [*rawdata.folded(names | {"raw/img/last.png": "0"})] == ["raw/img/*.png"]


def test_croissant_tells_of_many_files_as_a_set(pictures):
    made = croissant.describe(pictures)
    assert [one["name"] for one in made["distribution"]] == [
        "raw/a.csv", "raw/img/about.txt", "raw/more/b.bin", "raw/img/*.png",
    ]  # fmt: skip
    one = made["distribution"][-1]
    assert (one["@type"], one["encodingFormat"], one["includes"]) == ("cr:FileSet", "image/png", ["raw/img/*/*.png"])
    assert one["description"] == "24 files; data/MANIFEST.sha256 lists the SHA-256 of each." and "sha256" not in one
    edit(pictures, "raw/img.", "")
    with pytest.raises(StudyError, match="does not tell what raw/img is"):
        croissant.describe(pictures)


def test_of_many_files_that_are_wrong_some_are_named(pictures):
    for path in (pictures / "data" / "raw" / "img").rglob("*.png"):
        path.write_bytes(b"other")
    *named, last = rawdata.manifest_problems(pictures / "data")
    assert len(named) == rawdata.MANY and last == "... and 4 more"


def test_kept_rows_follow_file_name_and_judge(root, monkeypatch):
    def names():
        rawdata.write_manifest(root / "data")
        return {one["@id"]: [field["name"] for field in one["field"]] for one in croissant.describe(root)["recordSet"]}

    assert [*names()["a"]][0] == "g"
    path = root / "data" / "raw" / "a.csv"
    path.write_bytes(path.read_bytes().replace(b"g,", b"h,", 1))
    assert [*names()["a"]][0] == "h"
    (root / "data" / "raw" / "c.csv").write_bytes(path.read_bytes())
    edit(root, "raw/a.csv", "raw/c.csv and raw/a.csv")
    assert [*names()] == ["a", "c"]
    monkeypatch.setattr(croissant.machine, "judge", lambda: "another")
    monkeypatch.setattr(croissant, "rows", lambda data, name: {"@id": "new", "field": []})
    assert [*names()] == ["new"]
