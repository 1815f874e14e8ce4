"""Stages: what each part of a run read and wrote, by hash, and what it used: seconds, CPU, memory."""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil

from harness import files

ALIVE = "alive.json"  # the last sign of life of a run that goes on
EVERY_S = 1.0  # a look at the processes costs milliseconds


class Meter:
    """
    Measure the stages of a run, with all its processes, and leave a sign of life while it goes on.

    Memory is the most that was seen, by a look every second and at the ends of stages: what processes share, such as
    the table, counts once where the system tells (the proportional set size of Linux); else it is resident memory.
    """

    def __init__(self, sources: dict[str, str]) -> None:
        self.known = dict(sources)  # name -> SHA-256 of what can be read: the run's sources, then what stages wrote
        self.stages: list[dict[str, Any]] = []
        self.peak, self.began = 0, time.perf_counter()
        self.folder: Path | None = None
        self.after: Callable[[], None] = lambda: None  # what to do when a stage ends
        self.progress = ""  # how many of the fits are done
        self.spent: dict[psutil.Process, float] = {}  # process -> its CPU seconds when it was last seen
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._watch, daemon=True)
        self.thread.start()

    def _watch(self) -> None:
        while not self.over.wait(EVERY_S):
            self.look()
            if self.folder and not self.over.is_set():
                alive = {"seen": datetime.now(UTC).isoformat(), "progress": self.progress}
                files.write_json(self.folder / ALIVE, alive | self.used())

    def tell(self, progress: str) -> None:
        """Take note of how far it is."""
        self.progress = progress

    def look(self) -> float:
        """Return the CPU seconds of this process and its children; remember the most memory so far."""
        memory, this = 0, psutil.Process()
        for process in [this, *this.children(recursive=True)]:
            with contextlib.suppress(psutil.NoSuchProcess):  # a child that has just ended
                times = process.cpu_times()
                self.spent[process] = times.user + times.system  # kept when it is gone, so that no sum ever falls
                known = process.memory_info().rss
                with contextlib.suppress(psutil.AccessDenied):  # elsewhere than on Linux even of its own children
                    known = getattr(process.memory_full_info(), "pss", known)
                memory += known
        self.peak = max(self.peak, memory)
        return sum(self.spent.values())

    def used(self, began: float | None = None, spent: float = 0.0) -> dict[str, float]:
        """Return what was used until now, in all or since a moment when so many CPU seconds had been spent."""
        cpu, wall = self.look() - spent, time.perf_counter() - (began or self.began)
        return {"wall_s": round(wall, 3), "cpu_s": round(cpu, 2), "memory_mb": round(self.peak / 1e6, 1)}

    def stop(self) -> None:
        """Stop looking."""
        self.over.set()
        self.thread.join()

    @contextlib.contextmanager
    def stage(self, name: str, *reads: str) -> Iterator[dict[str, str]]:
        """Measure a stage that reads sources or what earlier stages wrote; yield a dict for the hashes of its own."""
        began, before, self.peak = time.perf_counter(), self.peak, 0
        cpu = self.look()
        stage: dict[str, Any] = {"name": name, "started": datetime.now(UTC).isoformat(), "writes": {}}
        stage["reads"] = {read: self.known[read] for read in reads}
        self.stages.append(stage)
        try:
            yield stage["writes"]
        finally:
            stage |= self.used(began, cpu)
            self.peak = max(self.peak, before)
            self.known |= stage["writes"]
            self.after()


def orphans(run: dict[str, Any]) -> Iterator[str]:
    """Yield a message for each thing that a stage of a record read although nothing made it: no source, no stage."""
    known = dict(run["sources"])
    for stage in run["stages"]:
        for name, digest in stage["reads"].items():
            if known.get(name) != digest:
                yield f"stage {stage['name']!r} read {name}, which is neither a source nor what an earlier stage wrote"
        known |= stage["writes"]
