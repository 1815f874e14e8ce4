"""What others get: the model, the cards and checklists, the metadata, the archive."""

import re

WAITING = re.compile(r"(?:[-*] +)?\*[^*\s][^*]*\*")  # a line that is wholly in italics waits for the author


def sections(text):
    r"""
    Collect the lines below each heading of a Markdown page, of whatever level; "" for those before the first.

    Examples
    --------
    >>> sections("# Data\nBirds.\n## Uses\n*Who?*")
    {'': [], 'Data': ['Birds.'], 'Uses': ['*Who?*']}
    """
    found = {"": []}
    for line in text.splitlines():
        if heading := re.fullmatch(r"#+ +(.+?)\s*", line):
            found.setdefault(heading[1], [])
        else:
            found[[*found][-1]].append(line)
    return found


def placeholders(text):
    r"""
    List the headings under which a line waits for the author.

    Examples
    --------
    >>> placeholders("## Uses\n\n*Who may use it?*\n\n## Limits\n*Some* and *none*")
    ['Uses']
    """
    return [name for name, lines in sections(text).items() if any(WAITING.fullmatch(one.strip()) for one in lines)]
