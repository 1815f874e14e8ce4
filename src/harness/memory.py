"""Memory: a table for which there is too little is refused before it is worked on."""

import contextlib
from pathlib import Path
from typing import Any

import pandas as pd
import psutil

from harness.exceptions import StudyError

TABLES = 3  # that a run holds in memory: raw rows, the table, what is made of it; without what models take
WAYS_OUT = (
    "Read less of it: the columns that are used, as float32 or category where that is enough (pd.read_parquet takes "
    "columns=..., DuckDB a query); or run where there is more memory."
)


def left() -> int:
    """Return the bytes of memory that this process can still have: of the machine, or of its control group."""
    available = psutil.virtual_memory().available
    with contextlib.suppress(OSError, ValueError):  # there is no group, or its limit is "max"
        limit = int(Path("/sys/fs/cgroup/memory.max").read_text(encoding="utf-8"))
        available = min(available, limit - psutil.Process().memory_info().rss)
    return available


def refuse_too_large(raw: Any) -> None:
    """Raise StudyError if a run of these raw rows, a table or a dict of tables, needs more memory than there is."""
    tables = raw.values() if isinstance(raw, dict) else [raw]
    size = sum(int(one.memory_usage(deep=True).sum()) for one in tables if isinstance(one, pd.DataFrame))
    if (TABLES - 1) * size > (rest := left()):
        takes = f"the rows take {size / 1e9:.1f} GB of memory, a run {TABLES} times that"
        raise StudyError(f"study/data.py: read(): {takes}, and {rest / 1e9:.1f} GB are left. {WAYS_OUT}")
