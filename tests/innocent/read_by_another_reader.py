"""Read the same table from a database, numpy's arrays, JSON, Parquet, Excel or images, with nothing wrong on the way."""

from faults.other_readers import READERS, _put_in


def _variant(reader):
    """Make a variant of the catalogue."""

    def act(study):
        _put_in(study, reader)

    act.__name__ = reader
    return act


globals().update({reader: _variant(reader) for reader in READERS})
