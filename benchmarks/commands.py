"""Measure what the harness costs, in a rendered project: python benchmarks/commands.py PROJECT.

Prints CPU seconds (children included, median of five) of each command, and their ratio to starting Python at all, so
that machines can be compared. Bytecode is there after the first, uncounted, call.
"""

import os
import statistics
import subprocess
import sys

COMMANDS = {
    "python -c pass": ["-c", "pass"],
    "harness --help": ["-m", "harness", "--help"],
    "harness check": ["-m", "harness", "check"],
    "harness run --workers 1": ["-m", "harness", "run", "--workers", "1"],
    "harness run --workers 2": ["-m", "harness", "run", "--workers", "2"],
}


def cpu_seconds(argv, folder):
    """CPU seconds of one call, its children included."""
    before = os.times()
    subprocess.run(argv, cwd=folder, check=True, capture_output=True)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def main(folder):
    """Print the table."""
    python = os.path.join(os.path.abspath(folder), ".venv", "bin", "python")
    base = None
    print(f"{'command':26}{'CPU s':>8}{'ratio':>8}")
    for name, arguments in COMMANDS.items():
        seconds = statistics.median([cpu_seconds([python, *arguments], folder) for _ in range(6)][1:])
        base = base or seconds
        print(f"{name:26}{seconds:8.2f}{seconds / base:8.1f}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]) if len(sys.argv) == 2 else __doc__)
