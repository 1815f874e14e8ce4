"""Progress: how long fits will take, and a bar of them, beside it the epochs of those under way."""

import contextlib
import time
from collections.abc import Mapping, Sequence
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


def forecast(models: Sequence[str], seconds: Mapping[str, Sequence[float]], workers: int) -> str:
    """
    Return, as a sentence, how many fits are to do and how long that takes, by what fits of the same models took before.

    Parameters
    ----------
    models : sequence of str
        The function that builds the model, of each fit that is to do.
    seconds : mapping of str to sequence of float
        Such a function -> seconds that single fits took, with their scores.
    workers : int
        How many fits are done at once; 0 where nobody knows.

    Examples
    --------
    >>> forecast(["forest"] * 30 + ["dummy"] * 10, {"forest": [3.0, 5.0], "dummy": [0.0]}, 2)
    '40 fits to do: about 1 min'
    >>> forecast(["network"] * 25, {"network": [600.0]}, 64)
    '25 fits to do: about 10 min'
    >>> forecast(["forest"], {}, 2)
    '1 fit to do: how long it takes is known after the first'
    """
    count = f"{len(models)} fit{'s' * (len(models) != 1)} to do"
    means = {name: sum(taken) / len(taken) for name, taken in seconds.items()}
    if not workers or not {*models} <= {*means}:
        return f"{count}: how long it takes is known after the first"
    left = max(sum(means[name] for name in models) / workers, *(means[name] for name in models))
    shown = "less than a minute" if left < 45 else f"about {left / 60:.0f} min"
    return f"{count}: {shown if left < 5400 else f'about {left / 3600:.1f} h'}"


def bar(folder: Path | None) -> Progress:
    """Return a bar of progress, at a terminal with what the fits say that keep files in a folder of the cache."""
    shown = Progress()
    if folder and shown.console.is_terminal:  # in a log it would be out of date
        shown.columns = (*shown.columns, UnderWay(folder))
    return shown
