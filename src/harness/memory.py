"""Memory: a table for which there is too little is refused before it is worked on."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import psutil

from harness.exceptions import StudyError

GROUPS = Path("/sys/fs/cgroup")
TABLES = 3  # that a run holds in memory: raw rows, the table, what is made of it; without what models take
WAYS_OUT = (
    "Read less of it: the columns that are used, as float32 or category where that is enough (pd.read_parquet takes "
    "columns=..., DuckDB a query); or run where there is more memory."
)


def limits() -> Iterator[int]:
    """Yield the limits of memory of this process's control group and of those around it, of cgroup v2 and v1."""
    with contextlib.suppress(OSError):  # another system has none
        for line in Path("/proc/self/cgroup").read_text(encoding="utf-8").splitlines():
            _, kinds, group = line.split(":", 2)
            top, name = (GROUPS, "memory.max") if not kinds else (GROUPS / "memory", "memory.limit_in_bytes")
            if kinds not in ("", "memory"):
                continue
            place = Path(group.strip("/"))
            for folder in (place, *place.parents):
                with contextlib.suppress(OSError, ValueError):  # it has no limit, or "max"
                    yield int((top / folder / name).read_text(encoding="utf-8"))


def left() -> int:
    """Return the bytes of memory that this process can still have: of the machine, or of its control groups."""
    held = psutil.Process().memory_info().rss
    return min([psutil.virtual_memory().available, *(limit - held for limit in limits())])


def refuse_too_large(raw: Any) -> None:
    """Raise StudyError if a run of these raw rows, a table or a dict of tables, needs more memory than there is."""
    tables = raw.values() if isinstance(raw, dict) else [raw]
    size = sum(int(one.memory_usage(deep=True).sum()) for one in tables if isinstance(one, pd.DataFrame))
    if (TABLES - 1) * size > (rest := left()):
        takes = f"the rows take {size / 1e9:.1f} GB of memory, a run {TABLES} times that"
        raise StudyError(f"study/data.py: read(): {takes}, and {rest / 1e9:.1f} GB are left. {WAYS_OUT}")
