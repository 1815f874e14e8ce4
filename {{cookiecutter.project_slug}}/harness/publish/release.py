"""The release: one archive of everything committed, results included, with its hash beside it."""

import subprocess
import tomllib

from .. import StudyError, record


def pack(root, folder):
    """Write <name>-<version>.zip, and its .sha256, of the present commit; refuse if a result or a commit is missing."""
    if not (root / "results" / "run.json").is_file() or not record.is_committed(root):
        raise StudyError("release: accept a run (python -m harness accept ID) and commit everything first")
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    name = f"{project['name']}-{project['version']}"
    archive = folder / f"{name}.zip"
    folder.mkdir(parents=True, exist_ok=True)
    command = ["git", "archive", f"--prefix={name}/", f"--output={archive}", "HEAD"]
    subprocess.run(command, cwd=root, check=True)
    record.write_text(folder / f"{archive.name}.sha256", f"{record.file_hash(archive)}  {archive.name}\n")
    return archive
