"""Print the whole plan, and where each value came from."""

from harness import files, study
from harness.method import plan
from harness.words import print_table


def command() -> None:
    """Print the whole plan, and where each value came from."""
    path = study.enter() / files.PLAN
    rows = [(key, str(value), origin) for key, value, origin in plan.origins(plan.read(path), path)]
    print_table("key", "value", "from", rows=rows)
