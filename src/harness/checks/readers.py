"""What study/data.py reads, watched while it reads, and changed on the way: how `load` answers to other data."""

import contextlib
import importlib.util
import inspect
import sys
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from harness.checks.engine import NotExercised
from harness.study import data_module

READERS = [name for name in dir(pd) if name.startswith("read_")]


class Read(NamedTuple):
    """One call of a reader of pandas: which, of what, how, where it stands, and how the table looked."""

    reader: object
    arguments: tuple
    options: dict
    line: int | None
    rows: int
    columns: tuple
    numbers: int  # how many of its columns are numbers

    @property
    def source(self):
        """What it read: the file, and of a workbook the sheet."""
        first = next(iter(self.arguments), None) or next(iter(self.options.values()), None)
        return str(first), str(self.options.get("sheet_name"))

    @property
    def file(self):
        """Name of the file, as far as it is one."""
        return Path(self.source[0]).name


@contextlib.contextmanager
def watched(change=None):
    """
    Within, note every table that the study reads through pandas, under whatever name it imported the reader.

    Parameters
    ----------
    change : callable
        Takes the number of the call and the table; returns the table that the study gets to see.
    """
    seen = []

    def watching(reader):
        def read(*arguments, **options):
            table = reader(*arguments, **options)
            if not isinstance(table, pd.DataFrame):
                return table
            frame = sys._getframe(1)
            line = frame.f_lineno if frame.f_code.co_filename.endswith("data.py") else None
            numbers = table.select_dtypes("number").shape[1]
            seen.append(Read(reader, arguments, options, line, len(table), tuple(table.columns), numbers))
            return change(len(seen) - 1, table) if change else table

        return read

    stand_ins = {getattr(pd, name): watching(getattr(pd, name)) for name in READERS}
    modules = [pd, *(module for name, module in sys.modules.items() if name.startswith("study."))]
    places = [(module, name, value) for module in modules for name, value in vars(module).items()]
    places = [one for one in places if inspect.isfunction(one[2]) and one[2] in stand_ins]
    try:
        for module, name, reader in places:
            setattr(module, name, stand_ins[reader])
        yield seen
    finally:
        for module, name, reader in places:
            setattr(module, name, reader)


@contextlib.contextmanager
def executed_anew(root):
    """Within, study/data.py has been executed once more, with what it imports from study/, as a module of its own."""
    known = {name: module for name, module in sys.modules.items() if name.startswith("study.")}
    for name in known:
        del sys.modules[name]
    try:
        spec = importlib.util.spec_from_file_location("study.data", root / "study" / "data.py")
        assert spec and spec.loader  # a file that ends with .py has both
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        yield module
    finally:
        for name in [name for name in sys.modules if name.startswith("study.")]:
            del sys.modules[name]
        sys.modules.update(known)


def data():
    """Return study/data.py."""
    return data_module("study/data.py")


def loaded_twice():
    """Return what load() gives; raise NotExercised if that is another table each time, so that nothing can be told."""
    table, again = data().load(), data().load()
    if not table.equals(again):
        raise NotExercised("load() gives another table each time: R3 says why")
    return table
