"""How the bytes of a raw file differ from those that were listed, if git still has them."""

import hashlib
import subprocess

from .. import record

ENCODINGS = ("utf-8-sig", "cp1252", "latin-1")  # the last one reads anything
LARGEST = 100_000_000  # bytes of a file that is compared line by line


def listed(root, name, digest):
    """Return the commit and the bytes of a file of data/ that have the hash which was listed; None if git has none."""
    if (root / "data" / name).stat().st_size > LARGEST:
        return None
    log = record.git(root, "log", "-3", "--format=%H", "--", "data/MANIFEST.sha256", f"data/{name}") or ""
    for commit in log.split():
        held = subprocess.run(["git", "show", f"{commit}:data/{name}"], cwd=root, capture_output=True)
        if held.returncode == 0 and hashlib.sha256(held.stdout).hexdigest() == digest:
            return commit[:10], held.stdout
    return None


def blob(path):
    """Return the name that git gives to the bytes of a file, whether it tracks them or not."""
    content = path.read_bytes()
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def text(content):
    """Return what a file says, whatever its encoding; None if it is no text."""
    if b"\0" in content:
        return None
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue


def difference(old, new):
    r"""
    Tell how a file has changed: in its line ends, its mark, its encoding, or from which line on.

    Returns
    -------
    str, int or None
        What has changed, and the line, if it is one.

    Examples
    --------
    >>> difference(b"a\n1\n", b"a\r\n1\r\n")
    ('not in what it says, only in its line ends: CRLF, was LF', None)
    >>> difference(b"a\n1\n", b"a\n2\n")
    ("line 2 was '1', is '2'", 2)
    """
    one, two = text(old), text(new)
    if one is None or two is None:
        return f"it is no text; {len(new)} bytes, were {len(old)}", None
    was, now = one.splitlines(), two.splitlines()
    if was == now:
        kinds = [
            ("line ends", *("CRLF" if b"\r\n" in it else "CR" if b"\r" in it else "LF" for it in (old, new))),
            ("byte-order mark (BOM)", *("there" if it.startswith(b"\xef\xbb\xbf") else "absent" for it in (old, new))),
            ("encoding", *("UTF-8" if _is_utf8(it) else "another" for it in (old, new))),
        ]
        told = [f"its {what}: {after}, was {before}" for what, before, after in kinds if before != after]
        return f"not in what it says, only in {' and '.join(told) or 'the end of its last line'}", None
    n = next((n for n, (a, b) in enumerate(zip(was, now, strict=False)) if a != b), min(len(was), len(now)))
    if n == len(was):
        return f"{len(now) - n} lines were added at its end", n + 1
    if n == len(now):
        return f"its last {len(was) - n} lines are gone", n
    more = f", and it has {len(now)} lines, had {len(was)}" if len(now) != len(was) else ""
    return f"line {n + 1} was {_short(was[n], now[n])}, is {_short(now[n], was[n])}{more}", n + 1


def _is_utf8(content):
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _short(line, other):
    """Return the part of a line in which it differs from another, with a little of what is around it."""
    if len(line) <= 40:
        return repr(line)
    start = next((n for n, (a, b) in enumerate(zip(line, other, strict=False)) if a != b), 0)
    start = max(0, start - 12)
    return repr(("..." if start else "") + line[start : start + 32] + ("..." if start + 32 < len(line) else ""))
