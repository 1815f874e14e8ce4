"""Writes are whole or not at all, those of several files too, whenever they are stopped."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from harness import files

NAMES = ("a.txt", "b.txt", "new.txt")


def contents(folder):
    return {path.name: path.read_text("utf-8") for path in folder.iterdir()}


@pytest.fixture
def folder(tmp_path):
    """A folder with two files."""
    for name in NAMES[:2]:
        (tmp_path / name).write_text("old", "utf-8")
    return tmp_path


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("number", range(len(NAMES)))
@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError("No space left on device")])
def test_what_does_not_come_to_its_end_is_taken_back(folder, monkeypatch, error, number, after):
    before, count, real = contents(folder), iter(range(9)), os.replace

    def replace(*paths):
        stop = next(count) == number
        if after or not stop:
            real(*paths)
        if stop:
            raise error

    monkeypatch.setattr(os, "replace", replace)
    usual = signal.getsignal(signal.SIGINT)
    with pytest.raises((KeyboardInterrupt, OSError)), files.all_or_nothing():
        for name in NAMES:
            files.write_text(folder / name, "new")
    assert contents(folder) == before and not files.UNDO and signal.getsignal(signal.SIGINT) == usual


def test_what_comes_to_its_end_stays_and_the_outer_one_decides(folder):
    with files.all_or_nothing(), files.all_or_nothing():
        for name in NAMES:
            files.write_text(folder / name, "new")
    assert contents(folder) == dict.fromkeys(NAMES, "new")
    with pytest.raises(ValueError, match="late"), files.all_or_nothing():
        with files.all_or_nothing():
            files.write_text(folder / "a.txt", "newer")
        raise ValueError("late")
    assert contents(folder) == dict.fromkeys(NAMES, "new")


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_cannot_hurry_what_an_error_takes_back(folder, monkeypatch, sign):
    before, real = contents(folder), files.put_back

    def put_back(path, content):
        path.write_text("half", "utf-8")
        signal.raise_signal(sign)
        real(path, content)

    monkeypatch.setattr(files, "put_back", put_back)
    with pytest.raises((OSError, KeyboardInterrupt)) as raised, files.all_or_nothing():
        files.write_text(folder / "a.txt", "new")
        raise OSError("full")
    assert contents(folder) == before and raised.type is OSError


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_a_second_signal_does_not_stop_what_the_first_began_to_clear(folder, monkeypatch, sign):
    before, unlink = contents(folder), Path.unlink

    def late(path, **how):
        signal.raise_signal(sign)
        unlink(path, **how)

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", lambda *_: signal.raise_signal(sign))
        patch.setattr(Path, "unlink", late)
        with pytest.raises(KeyboardInterrupt), files.all_or_nothing():
            files.write_text(folder / "a.txt", "new")
    assert contents(folder) == before


def test_what_comes_to_its_end_hears_signals_again(folder):
    signs = (signal.SIGINT, signal.SIGTERM)
    usual = [signal.getsignal(sign) for sign in signs]
    with files.all_or_nothing():
        files.write_text(folder / "a.txt", "new")
    now = [signal.getsignal(sign) for sign in signs]
    for sign, handler in zip(signs, usual, strict=True):
        signal.signal(sign, handler)  # other tests need them, whatever came of this one
    assert now == usual


CHILD = """
import sys
from pathlib import Path
from harness import files
with files.all_or_nothing():
    for n in range(100000):
        files.write_text(Path(sys.argv[1], f"{n % 7}.txt"), str(n))
        if n == 3000:
            print("a lot to take back", flush=True)
"""


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_impatient_signals_leave_nothing_half_written(tmp_path, sign):
    (tmp_path / "0.txt").write_text("old", "utf-8")
    default = lambda: signal.signal(signal.SIGINT, signal.default_int_handler)  # noqa: E731
    with subprocess.Popen([sys.executable, "-c", CHILD, tmp_path], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True, preexec_fn=default) as child:  # fmt: skip
        child.stdout.readline()
        # Thousands a second, many of them while it takes back; as fast as this process can, and a signal would
        # interrupt the first line of the handler of the one before, until Python has no stack left.
        while child.poll() is None:
            child.send_signal(sign)
            time.sleep(0.0001)
        said = child.stderr.read()
    assert contents(tmp_path) == {"0.txt": "old"}, said
    assert said.count("Stopped: every file is as it was before.") == 1


def test_no_two_lists_of_parts_look_alike():
    assert files.parts_hash("ab", "c") != files.parts_hash("a", "bc")
    assert files.parts_hash("a") == files.parts_hash(b"a")
