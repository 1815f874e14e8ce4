"""Raw data that cannot be committed: fetched from the addresses in data/sources.toml, held against its listed hash."""

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import pooch

from harness import files
from harness.exceptions import StudyError
from harness.provenance import rawdata


def fetch(root: Path, say: Callable[[str], object]) -> None:
    """Bring every file that data/sources.toml names and say each attempt; StudyError names what is not here then."""
    data = root / "data"
    listed, sources = rawdata.listed(data), rawdata.sources(data)
    if not sources:
        raise StudyError("data/sources.toml: it names no file. docs/howto.md shows how to write one there.")
    wrong = []
    for name, addresses in sources.items():
        path = data / name
        if name not in listed:
            wrong.append(f"data/{name}: its hash is not in data/MANIFEST.sha256: add the line 'SHA256  {name}'")
        elif path.is_file() and files.file_hash(path) == listed[name]:
            say(f"data/{name} is here")
        elif path.is_file():
            wrong.append(f"data/{name} has other bytes than data/MANIFEST.sha256 lists: move it away, and fetch again")
        elif not any(bring(path, address, listed[name], root / "runs", say) for address in addresses):
            reason = f"none of its {len(addresses)} address(es) in data/sources.toml gave it (why: above)"
            wrong.append(f"data/{name}: {reason}; a copy from elsewhere will do, its hash decides")
    if wrong:
        raise StudyError("\n".join(wrong))


def bring(path: Path, address: str, digest: str, room: Path, say: Callable[[str], object]) -> bool:
    """Download a file, whole or not at all; return whether it came with the right hash, and say why not."""
    pooch.get_logger().setLevel("ERROR")
    room.mkdir(exist_ok=True)
    say(f"{address} ...")
    with tempfile.TemporaryDirectory(prefix=".fetch-", dir=room) as place:  # git ignores it, even if this is killed
        try:
            kept = pooch.retrieve(address, f"sha256:{digest}", fname="file", path=place)
        except (OSError, ValueError) as error:  # requests' errors, too; a ValueError of other bytes than are listed
            say(f"  refused: {type(error).__name__}: {error}")
            return False
        path.parent.mkdir(parents=True, exist_ok=True)
        part = Path(shutil.move(kept, path.with_name(f".{path.name}.part")))
        part.chmod(0o644)
        part.replace(path)
    say(f"  data/{path.name} is here now")
    return True
