"""How the bytes of a raw file differ from those that were listed, if git still has them."""

import hashlib
import json
import subprocess

from harness import files

ENCODINGS = ("utf-8-sig", "cp1252", "latin-1")  # the last one reads anything
LARGEST = 100_000_000  # bytes of a file that is compared line by line


def listed(root, name, digest):
    """Return the commit and the bytes of a file of data/ that have the hash which was listed; None if git has none."""
    if (root / "data" / name).stat().st_size > LARGEST:
        return None
    log = files.git(root, "log", "-3", "--format=%H", "--", "data/MANIFEST.sha256", f"data/{name}") or ""
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
    >>> difference(b"Wei\xc3\x9f", b"Wei\xdf")
    ('not in what it says, only in its encoding: another, was UTF-8', None)
    """
    one, two = text(old), text(new)
    if one is None or two is None:
        return f"it is no text; {len(new)} bytes, were {len(old)}", None
    was, now = one.splitlines(), two.splitlines()
    if was == now:
        kinds = [
            ("line ends", *("CRLF" if b"\r\n" in it else "CR" if b"\r" in it else "LF" for it in (old, new))),
            ("byte-order mark (BOM)", *("there" if it.startswith(b"\xef\xbb\xbf") else "absent" for it in (old, new))),
            ("encoding", *("UTF-8" if it == it.decode("utf-8", "ignore").encode() else "another" for it in (old, new))),
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


def of_json(old, new):
    """
    Tell the first place in which two JSON texts differ.

    Examples
    --------
    >>> of_json('{"a": [1, {"name": "mass", "unit": "g"}]}', '{"a": [1, {"name": "mass", "unit": "kg"}]}')
    "mass: unit is 'g', must be 'kg'"
    """
    try:
        one, two = json.loads(old), json.loads(new)
    except ValueError as error:
        return f"it is no JSON: {error}"
    names = []
    while type(one) is type(two) and isinstance(one, dict | list) and one != two:
        if isinstance(two, list):
            if len(one) != len(two):
                return ": ".join([*names, f"{len(one)} entries, must be {len(two)}"])
            key = next(n for n, pair in enumerate(zip(one, two, strict=True)) if pair[0] != pair[1])
            names = [str(two[key]["name"])] if isinstance(two[key], dict) and "name" in two[key] else names
            one, two = one[key], two[key]
        else:
            key = next(key for key in [*two, *one] if one.get(key) != two.get(key))
            names = [*names, key] if not isinstance(two.get(key), dict | list) else names
            one, two = one.get(key), two.get(key)
    was, now = (f"{str(it)[:60]!r}" if it is not None else "absent" for it in (one, two))
    return f"{': '.join(names) or 'its layout'} is {was}, must be {now}" if one != two else "its layout is another"


def _short(line, other):
    """Return the part of a line in which it differs from another, with a little of what is around it."""
    if len(line) <= 40:
        return repr(line)
    start = next((n for n, (a, b) in enumerate(zip(line, other, strict=False)) if a != b), 0)
    start = max(0, start - 12)
    return repr(("..." if start else "") + line[start : start + 32] + ("..." if start + 32 < len(line) else ""))
