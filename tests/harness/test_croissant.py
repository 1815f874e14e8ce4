"""Croissant: MLCommons' own library reads the data by it, and notices a changed byte."""

import json
import logging
import shutil

import mlcroissant
import numpy as np
import pytest
from PIL import Image

from harness import files
from harness.provenance import rawdata
from harness.publish import croissant


def records(path):
    """Read the only table that a Croissant file describes; the library must find nothing to say of it."""
    logging.getLogger("absl").setLevel(logging.ERROR)
    dataset = mlcroissant.Dataset(path)
    assert not dataset.metadata.ctx.issues.errors and not dataset.metadata.ctx.issues.warnings
    (table,) = dataset.metadata.record_sets
    return list(dataset.records(table.id))


@pytest.mark.filterwarnings("ignore")
def test_the_library_finds_the_files_of_a_set(root, tmp_path):
    pixels = np.arange(30 * 12, dtype="uint8").reshape(30, 3, 4)
    mine = shutil.copytree(root, tmp_path / "mine")
    for n, image in enumerate(pixels):
        (mine / "data" / "raw" / "img").mkdir(exist_ok=True)
        Image.fromarray(image).save(mine / "data" / "raw" / "img" / f"{n:02}.png")
    with (mine / "data" / "DATASHEET.md").open("a", encoding="utf-8") as page:
        page.write("raw/img holds pictures.\n")
    rawdata.write_manifest(mine / "data")
    files.write_json(mine / "data" / "croissant.json", croissant.describe(mine))
    dataset = mlcroissant.Dataset(mine / "data" / "croissant.json")
    assert not dataset.metadata.ctx.issues.errors and not dataset.metadata.ctx.issues.warnings
    found = {one["img/files/file"].decode(): one["img/files/image"] for one in dataset.records("img/files")}
    assert [*found] == [f"{n:02}.png" for n in range(30)]
    assert (np.asarray(found["07.png"].convert("L")) == pixels[7]).all()


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_library_reads_the_shipped_data_and_notices_a_changed_byte(root, tmp_path):
    from mlcroissant._src.core.context import Context
    from mlcroissant._src.core.rdf import make_context

    made = shutil.copytree(root / "data", tmp_path / "data")
    (made / "croissant.json").write_text(files.json_text(croissant.describe(root)), encoding="utf-8")
    rows = records(made / "croissant.json")
    assert len(rows) == 344
    assert rows[0]["penguins-raw/Culmen%20Length%20%28mm%29"] == 39.1 and rows[0]["penguins-raw/Sex"] == b"MALE"
    stated = json.loads((made / "croissant.json").read_text(encoding="utf-8"))
    assert stated["conformsTo"][0] == "http://mlcommons.org/croissant/1.1"
    assert stated["@context"] == make_context(Context(conforms_to=stated["conformsTo"][0]))
    raw = made / "raw" / "penguins-raw.csv"
    raw.write_bytes(raw.read_bytes().replace(b"39.1", b"39.2", 1))
    with pytest.raises(Exception, match="raw/penguins-raw.csv") as caught:
        records(made / "croissant.json")
    assert "is not identical with the reference" in str(caught.value.__cause__)
