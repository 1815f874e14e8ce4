"""Progress: a bar of fits, beside it the epochs of those under way."""

import contextlib
import time
from pathlib import Path

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
