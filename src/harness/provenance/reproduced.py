"""REPRODUCED.md: who repeated the accepted result, where and when, and what came out; one signed entry a replay."""

from collections import Counter
from pathlib import Path
from typing import Any

from harness import files
from harness.exceptions import StudyError
from harness.provenance import record, replay

NAME = "REPRODUCED.md"
HEAD = """# Reproductions

Made by `harness replay --sign NAME`, whatever came out; add nothing by hand. A reproduction is *independent*
if another person made it (another name), as another user or on another machine, on another date.
"""


def refuse(root: Path, folder: Path, at: str | None) -> None:
    """Raise StudyError unless the accepted result is what is replayed, at its own commit."""
    if not replay.is_accepted(root, record.read(folder)["id"]):
        raise StudyError("replay: --sign: only a replay of the accepted result is signed. `harness accept ID` first.")
    if at:
        raise StudyError("replay: --sign: it is for the recorded commit; leave --at out")


def in_common(run: dict[str, Any], by: dict[str, Any], name: str) -> list[str]:
    """List what a reproduction has in common with the run, so that it is not independent of it."""
    sides = [
        {"user and host": (side["user"], side["host"]), "date": moment[:10], "name": who.strip().casefold()}
        for side, moment, who in ((run, run["started"], run["name"]), (by, by["date"], name))
    ]
    return [key for key, value in sides[0].items() if value == sides[1][key]]


def sign(root: Path, folder: Path, outcome: dict[str, Any], name: str) -> None:
    """Append an entry to REPRODUCED.md, made on first use."""
    run, by, repeated = record.read(folder), outcome["by"], outcome["repeated"]
    counts = Counter(row["status"] for row in outcome["rows"])
    same = ", ".join(f"same {key}" for key in in_common(run, by, name))
    facts = {
        "by": f"{name}, user {by['user']} on {by['host']}, {by['date']}",
        "independent": f"no: not independent: {same} as the run" if same else "yes",
        "run": f"{run['id']} of {run['name']}, user {run['user']} on {run['host']}, {run['started']}",
        "commit": outcome["commit"],
        "data": f"sha256 {repeated['data_sha256']} (data/MANIFEST.sha256)",
        "environment": f"{outcome['environment']}; Python {repeated['python']}; {repeated['processor']}; "
        f"{repeated['platform']}",
        "lock": f"sha256 {repeated['lock_sha256']} ({files.LOCK})",
        "outcome": f"{outcome['status']} ({outcome['tier'] or 'no tier'}); rows: {dict(counts) or 'none'}",
        "what differs": "; ".join(outcome["differs"]) or outcome["cause"] or "nothing that is recorded",
        "repetition": repeated["id"],
    }
    lines = "".join(f"- {key}: {value}\n" for key, value in facts.items())
    entry = f"\n## {by['date'][:10]}: {outcome['status']}, {name}\n\n{lines}"
    files.write_text(root / NAME, (files.read_text(root / NAME) or HEAD) + entry)
    print(f"{NAME}: an entry more; commit it")
