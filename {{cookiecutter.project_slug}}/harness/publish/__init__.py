"""What others get: the model, the cards and checklists, the metadata, the archive."""

import re


def placeholders(text):
    r"""
    Find the places that wait for the author, lines wholly in italics; return the heading above each.

    Examples
    --------
    >>> placeholders("## Uses\n*Who may?*\nWe *do*.\n## Harms\n**Bold.**\n\n*Whom?*\n")
    ['Uses', 'Harms']
    """
    heading, found = "the beginning", []
    for line in text.splitlines():
        if title := re.match(r"#+ +(.+)", line):
            heading = title[1].strip()
        elif re.fullmatch(r"\*[^*\s](?:[^*]*[^*\s])?\*", line.strip()):
            found.append(heading)
    return found


def waiting(path):
    """Say how many places of a file wait for the author, and under which headings; "" if none does."""
    found = placeholders(path.read_text(encoding="utf-8"))
    count = f"{len(found)} place{'s wait' if len(found) > 1 else ' waits'} for you in {path.name}"
    return f"{count}: {', '.join(dict.fromkeys(found))}" if found else ""
