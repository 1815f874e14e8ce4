"""What study/data.py reads, watched while it reads, and changed on the way: how `load` answers to other data."""

import contextlib
import functools
import importlib.util
import sys

import pandas as pd

from .. import inputs


@contextlib.contextmanager
def watched(change=lambda table, number: table):
    """
    Within, every table that the study reads through pandas is noted, and may be changed before the study sees it.

    Parameters
    ----------
    change : callable
        Of a table and its number, in the order of reading; gives the table that the study gets.

    Yields
    ------
    list of (str, dict, pandas.DataFrame)
        Reader, options and table of each reading, as it was read.
    """
    seen, names = [], [name for name in dir(pd) if name.startswith("read_")]
    readers = {name: getattr(pd, name) for name in names}

    def watching(name, reader):
        @functools.wraps(reader)
        def read(*arguments, **options):
            table = reader(*arguments, **options)
            if not isinstance(table, pd.DataFrame):
                return table
            seen.append((name, options, table))
            return change(table, len(seen) - 1)

        return read

    substitutes = {id(reader): watching(name, reader) for name, reader in readers.items()}
    own = [module for name, module in sys.modules.items() if name.startswith("study.")]
    places = [(place, name, one) for place in (pd, *own) for name, one in vars(place).items() if id(one) in substitutes]
    try:
        for place, name, reader in places:
            setattr(place, name, substitutes[id(reader)])
        yield seen
    finally:
        for place, name, reader in places:
            setattr(place, name, reader)


@contextlib.contextmanager
def executed_anew(root):
    """Within, study/data.py has been executed once more, with what it imports from study/, as a module of its own."""
    known = {name: module for name, module in sys.modules.items() if name.startswith("study.")}
    for name in known:
        del sys.modules[name]
    try:
        spec = importlib.util.spec_from_file_location("study.data", root / "study" / "data.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        yield module
    finally:
        for name in [name for name in sys.modules if name.startswith("study.")]:
            del sys.modules[name]
        sys.modules.update(known)


def data():
    """Return study/data.py."""
    return inputs.data_module("study/data.py")
