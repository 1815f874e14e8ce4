"""What the record of a run costs: its parts alone, over the whole run as the record itself has it.

    python benchmarks/recording.py PROJECT      (a rendered study with its environment and a finished run)

The circumstances are asked for once, the processes are looked at every second and twice a stage.
"""

import subprocess
import sys
from pathlib import Path

INSIDE = """
import json, sys, time
from pathlib import Path
from harness import files
from harness.provenance import machine, stages

root = Path.cwd()
run = json.loads(max(root.glob("runs/*/run.json"), key=lambda path: path.stat().st_mtime).read_text("utf-8"))

def seconds(work, times):
    start = time.perf_counter()
    for _ in range(times):
        work()
    return (time.perf_counter() - start) / times

meter = stages.Meter({})
once = seconds(lambda: machine.describe(root), 5)
once += seconds(lambda: machine.write_patch(root, root / "runs"), 3)
look, write = seconds(meter.look, 50), seconds(lambda: files.write_json(root / "runs" / "bench.json", run), 20)
(root / "runs" / "bench.json").unlink()
stages_ = len(run["stages"])
whole = once + look * (run["wall_s"] + 2 * stages_) + write * (stages_ + 2)
print(f"circumstances {once:.3f} s, one look {look * 1000:.1f} ms, one record written {write * 1000:.1f} ms")
cpu = run["cpu_s"]
print(f"recording / whole run: {whole / cpu:.4f}  ({whole:.2f} s of {cpu:.1f} s of CPU; goal 0.03 or 0.3 s)")
"""


def main(project):
    """Print the table."""
    python = Path(project, ".venv", "bin", "python").absolute()
    return subprocess.run([python, "-c", INSIDE], cwd=project).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]) if len(sys.argv) == 2 else __doc__)
