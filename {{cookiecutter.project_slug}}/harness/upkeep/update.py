"""Take what is new from the template: its files, then locks, environment and tests. Standard library only."""

import argparse
import re
import subprocess
import sys
from pathlib import Path

from . import TEST

ANSWERS, CRUFT = Path(".copier-answers.yml"), Path(".cruft.json")
UNDO = "To give the update up: make undo-update (or: git add --all . && git stash push -- .)"
STEPS = {  # what has to work before an update is committed
    "locking the packages": ["harness.upkeep.lock"],
    "building the environment": ["harness.upkeep.environment"],
    "testing": [*TEST, "-q"],
}


def git(*argv):
    """Return the lines that git prints."""
    argv = ["git", "-c", "core.quotePath=false", *argv]
    return subprocess.run(argv, check=True, stdout=subprocess.PIPE, encoding="utf-8").stdout.splitlines()


def version():
    """Return the version of the template that the project has, or None."""
    text = ANSWERS.read_text(encoding="utf-8") if ANSWERS.is_file() else ""
    found = re.search(r"""^_commit: *["']?(\w[^\s"']*)""", text, re.M)
    return found and found[1]


def refusal():
    """Say why there can be no update now, or return None."""
    try:
        changes = git("status", "--porcelain")
    except (OSError, subprocess.CalledProcessError):
        return "git finds no repository here. Run `git init`, commit everything, then update again."
    if changes:
        return "\n".join(["this is not committed; commit it or `git stash -u`, then update again:", *changes])
    if not version():
        says = f"{ANSWERS} does not say which version of the template this project was made from. Write it there, as in"
        how = "(the newest release on the day the project was made), commit, then update again."
        return f"{says}\n  _commit: v1.0.0\n{how}"


def copier(*options):
    """Run copier's update, show what it says without its tracebacks, and return its exit code."""
    argv = [sys.executable, "-m", "copier", "update", "--defaults", "--quiet", "--conflict", "inline", *options]
    done = subprocess.run(argv, stderr=subprocess.PIPE, encoding="utf-8", errors="replace")
    print(re.sub(r"(?m)^Traceback .*\n( .*\n)+", "", done.stderr), end="", file=sys.stderr)
    return done.returncode


def conflicts():
    """List the files in which an update met changes of the project."""
    unmerged = {line.split("\t", 1)[1] for line in git("ls-files", "--unmerged")}
    return sorted(unmerged | set(git("ls-files", "--others", "--exclude-standard", "*.rej")))


def main():
    """Update to the newest release of the template, or to a given one."""
    parser = argparse.ArgumentParser(prog="python -m harness.upkeep.update", description=main.__doc__)
    parser.add_argument("--to", metavar="TAG", help="this release; default: the newest")
    to = parser.parse_args().to
    if problem := refusal():
        sys.exit(f"update: {problem}")
    before, failed = version(), copier("--vcs-ref", to) if to else copier()
    changed = git("status", "--porcelain")
    if failed:
        sys.exit(f"update: copier could not do it, see above. {UNDO if changed else 'Nothing was changed.'}")
    if not changed:
        print(f"already up to date: this is the template's {before}")
        return
    if CRUFT.exists():  # one updater a project: cruft would go on from a state that is past
        CRUFT.unlink()
        print(f"{CRUFT} is removed: from now on `make update` takes the place of `cruft update`.")
    if found := conflicts():  # copier ends with 0 all the same
        listed = "\n  ".join(["update: you and the template changed the same lines of", *found])
        how = "In each, keep what is right between <<<<<<< and >>>>>>> (X.rej: work it into X, remove X.rej)."
        sys.exit(f"{listed}\n{how}\nThen: git add --all . && make lock setup test, and commit.\n{UNDO}")
    for name, argv in STEPS.items():
        if subprocess.run([sys.executable, "-m", *argv]).returncode:
            sys.exit(f"update: {version()} is in, but {name} failed, see above. Put it right and commit.\n{UNDO}")
    print(f"Updated from {before} to {version()}. Read `git diff`, `git status`; then: git add --all . && git commit")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(f"\nupdate: interrupted. {UNDO}")
