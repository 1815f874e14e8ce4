"""Croissant: MLCommons' own library reads the data by it, and notices a changed byte."""

import json
import logging
import shutil

import mlcroissant
import pytest

from harness import files
from harness.publish import croissant


def records(path):
    """Read the only table that a Croissant file describes; the library must find nothing to say of it."""
    logging.getLogger("absl").setLevel(logging.ERROR)
    dataset = mlcroissant.Dataset(path)
    assert not dataset.metadata.ctx.issues.errors and not dataset.metadata.ctx.issues.warnings
    (table,) = dataset.metadata.record_sets
    return list(dataset.records(table.id))


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
