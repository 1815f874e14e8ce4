"""Progress: a bar of fits, beside it the epochs of those under way; and Ctrl-C, which ends a fit without a result."""

import contextlib
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rich.progress import Progress, ProgressColumn, Task
from rich.text import Text

from harness import files

SHOWN, WIDTH = 4, 40  # fits in the line, and letters of each


class UnderWay(ProgressColumn):
    """What the fits under way say that they are at, such as their epochs."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder, self.start_s, self.due_s, self.said = folder, time.time(), 0.0, ""

    def render(self, task: Task) -> Text:
        """Return what they say, asked once in a second; what a killed run has left is not under way."""
        if time.monotonic() >= self.due_s:
            said = []
            for path in sorted((self.folder / files.FIT_FILES).glob(f"*/{files.PROGRESS}")):
                with contextlib.suppress(OSError):  # the fit has just ended
                    text = " ".join(path.read_text("utf-8", "replace").split())
                    said += [text[:WIDTH]] if path.stat().st_mtime >= self.start_s else []
            self.said, self.due_s = ", ".join(filter(None, said[:SHOWN])), time.monotonic() + 1
        return Text("" if task.finished else self.said, no_wrap=True, overflow="ellipsis")


def bar(folder: Path | None) -> Progress:
    """Return a bar of progress, at a terminal with what the fits say that keep files in a folder of the cache."""
    shown = Progress()
    if folder and shown.console.is_terminal:  # in a log it would be out of date
        shown.columns = (*shown.columns, UnderWay(folder))
    return shown


@contextlib.contextmanager
def interruptible() -> Iterator[None]:
    """
    Raise KeyboardInterrupt after Ctrl-C or SIGTERM, whatever is called swallows it.

    A network of skorch takes it for a wish to stop early, and what it has learned by then would be kept as the fit.
    """
    now = {sign: signal.getsignal(sign) for sign in (signal.SIGINT, signal.SIGTERM)}
    usual = {sign: handler for sign, handler in now.items() if callable(handler)}
    heard: list[KeyboardInterrupt] = []

    def hear(sign: int, frame: Any) -> None:
        try:
            usual[signal.Signals(sign)](sign, frame)
        except KeyboardInterrupt as error:
            heard.append(error)
            raise

    if not usual or threading.current_thread() is not threading.main_thread():
        yield  # they reach another process, or another thread
        return
    for sign in usual:
        signal.signal(sign, hear)
    try:
        yield
    finally:
        for sign, handler in usual.items():
            signal.signal(sign, handler)
        if heard:
            raise heard[0]
