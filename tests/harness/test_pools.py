"""Processes of this machine: lists of calls one after the other, with large arrays that they share."""

import subprocess
import sys

HELD = """
def held(array, n):  # in a cycle, so that the worker holds the array until it ends
    cycle = {"array": array}
    cycle["self"] = cycle
    return n
"""
MAIN = """
import numpy as np
from harness.fits import pools
from helper import held

if __name__ == "__main__":
    array, do_all = np.zeros(300_000), pools.local(2)
    for calls in ([(array, n) for n in range(4)], []):
        print(*do_all(held, calls))
"""


def test_a_second_list_of_calls_gives_nothing_up_that_workers_still_hold(tmp_path):
    (tmp_path / "helper.py").write_text(HELD, encoding="utf-8")
    (tmp_path / "main.py").write_text(MAIN, encoding="utf-8")
    done = subprocess.run([sys.executable, "main.py"], cwd=tmp_path, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "0 1 2 3\n\n", "")
