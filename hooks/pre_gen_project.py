"""Refuse what the rendered files could not hold. The same rules in the same words as copier.yml: a test compares."""

import json
import os
import re
import sys

# JSON never has three quotes in a row, so no answer can end this literal.
ANSWERS = json.loads(r"""{{ cookiecutter | tojson }}""")

# {% raw %}
# name: (regular expression, what to say)
RULES = {
    "project_name": (
        r"""\A(?!\s)[^\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff"\\{}$`<>]{1,80}(?<!\s)\Z""",
        '1-80 characters on one line, no spaces at the ends, no control characters, none of " \\ { } $ ` < >',
    ),
    "project_slug": (
        r"""\A(?!(?:con|prn|aux|nul|com[1-9]|lpt[1-9])\Z)(?=.{2,50}\Z)[a-z][a-z0-9]*(?:-[a-z0-9]+)*\Z""",
        "2-50 characters: a-z and 0-9, single hyphens between words, a letter first, no Windows device (con ...)",
    ),
    "description": (
        r"""\A(?!\s)[^\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff"\\{}$`<>]{1,200}(?<!\s)\Z""",
        '1-200 characters on one line, no spaces at the ends, no control characters, none of " \\ { } $ ` < >',
    ),
    "author_name": (
        r"""\A(?!\s)[^\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff"\\{}$`<>]{1,80}(?<!\s)\Z""",
        '1-80 characters on one line, no spaces at the ends, no control characters, none of " \\ { } $ ` < >',
    ),
    "author_email": (
        r"""\A(?=.{3,254}\Z)[A-Za-z0-9.!#%&'*+/=?^_|~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z0-9-]{2,}\Z""",
        "an address such as name@example.org, without quotes",
    ),
    "copyright_year": (
        r"""\A(?:19|20)[0-9]{2}\Z""",
        "a year such as 2026",
    ),
}
PROOFS = ("quick", "full", "files")


def problems(answers):
    """Yield what is wrong with the answers, a line each."""
    for name, (pattern, message) in RULES.items():
        value = str(answers.get(name, ""))
        if not re.search(pattern, value):
            yield f"{name}: {message} (got {value!r})"


def main():
    """Refuse, before a file is written, what could not work."""
    found = list(problems({**ANSWERS, "copyright_year": ANSWERS["__copyright_year"]}))
    proof = os.environ.get("ML_TEMPLATE_PROOF", "quick")
    if proof not in PROOFS:
        found.append(f"ML_TEMPLATE_PROOF in the environment: one of {', '.join(PROOFS)} (got {proof!r})")
    limit = os.environ.get("ML_TEMPLATE_LIMIT_S") or "1"
    if not re.fullmatch(r"\d+(\.\d+)?", limit):
        found.append(f"ML_TEMPLATE_LIMIT_S in the environment: a number of seconds (got {limit!r})")
    if sys.version_info < (3, 11):  # noqa: UP036 (cookiecutter may run on an older one)
        found.append(f"Python: 3.11 or newer is needed; cookiecutter runs on {sys.version.split()[0]}")
    if found:
        print("This template cannot use these answers:", file=sys.stderr)
        for line in found:
            print(f"  - {line}", file=sys.stderr)
        print("Nothing was written. Run again with other answers.", file=sys.stderr)
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
# {% endraw %}
