"""Checks of the repository: no secret and no large file in git, a licence, and the template's files as they came."""

import re

from harness import files
from harness.checks.registry import NotExercised, at, check, once
from harness.exceptions import StudyError
from harness.publish.metadata import CITATION, PYPROJECT, citation, project

TEMPLATES = ("harness/", "tests/", "results/", "data/raw/", "requirements/", "runs/")  # nobody writes secrets there
TOKENS = {
    "a key of Amazon": r"AKIA[0-9A-Z]{16}(?![0-9A-Za-z])",
    "a token of GitHub": r"gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{22,}",
    "a token of GitLab": r"glpat-[\w-]{20}",
    "a token of Slack": r"xox[abprs]-[\w-]{10,}",
    "a token of Hugging Face": r"hf_[A-Za-z0-9]{30,}",
    "a key of Google": r"AIza[\w-]{35}",
    "a secret key": r"sk-(?:proj-|ant-)?(?=[\w-]*\d)[A-Za-z0-9_-]{20,}",
    "a web token": r"eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]+",
    "a private key": r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY",
    "a password in an address": r"://[^/\s:@'\"]+:(?P<address>[^/\s:@'\"]{4,})@",
    "a password": r"(?:\b|_)(?i:password|passwd|passphrase)[\"']?\]?\s*[:=]\s*[\"'](?P<word>[^\s\"']{4,})[\"']",
    "a key or token": r"(?:\b|_)(?i:secret|token|api_?key|access_?key|secret_?key)[\"']?\]?\s*[:=]\s*"
    r"[\"'](?P<key>(?=[^\s\"']*\d)[^\s\"']{12,})[\"']",
    "a password in settings": r"^\s*(?:\w+_)?(?i:password)\s*:\s*(?P<setting>[^\s\"'|>{$<].{3,})$",
}
SECRET = re.compile("|".join(f"(?P<k{n}>{pattern})" for n, pattern in enumerate(TOKENS.values())), re.M)
NO_SECRET = r"[${<*]|x{3}|your|example|change|placeholder|dummy|redacted|\.\.\.|\bpass(word)?\b|\bnone\b"
PLACEHOLDER = re.compile(NO_SECRET, re.I)
ALLOWED = "pragma: allowlist" + " secret"  # of detect-secrets, which the commit hook calls
SECRET_FILES = r"\.env(\.(?!example|template|sample)\w+)?|id_(rsa|dsa|ecdsa|ed25519)|\.netrc|\.pypirc|kaggle\.json"
KEY_FILES = re.compile(rf"(^|/)({SECRET_FILES})$")
LARGE = 1024 * 1024  # bytes, as in .pre-commit-config.yaml
TEXT_LIMIT = 500_000  # nobody types a longer file
LICENSES = ("LICENSE", "LICENSE.txt", "LICENSE.md", "COPYING", "LICENCE")
WORDING = {  # the beginning of an SPDX identifier -> what its text says
    "MIT": "Permission is hereby granted, free of charge",
    "BSD-": "Redistribution and use in source and binary forms",
    "BSD-3": "Neither the name",
    "Apache-2.0": "Apache License Version 2.0",
    "GPL-": "GNU GENERAL PUBLIC LICENSE",
    "LGPL-": "GNU LESSER GENERAL PUBLIC LICENSE",
    "AGPL-": "GNU AFFERO GENERAL PUBLIC LICENSE",
    "MPL-2.0": "Mozilla Public License",
    "EUPL-": "European Union Public Licence",
    "CC0": "CC0 1.0",
    "ISC": "Permission to use, copy, modify, and",
    "Unlicense": "free and unencumbered software",
}
BLANK = re.compile(r"<year>|\[year\]|\[fullname\]|<copyright holders?>|<name of author>")


def tracked(root):
    """List the files that git keeps."""
    names = once(("tracked", root), lambda: files.git(root, "ls-files", "-z"))
    if names is None:
        raise NotExercised("there is no git repository here")
    return [name for name in names.split("\0") if name and (root / name).is_file()]


def secrets(text):
    """
    Yield line and kind of what looks like a secret, but for placeholders and lines that say that it is none.

    Examples
    --------
    >>> list(secrets("token = os.environ['TOKEN']")), list(secrets("# AKIA" + "IOSFODNN7" + "ABCDEFG"))
    ([], [(1, 'a key of Amazon')])
    """
    for found in SECRET.finditer(text):
        kind = next(name for n, name in enumerate(TOKENS) if found[f"k{n}"])
        value = found["address"] or found["word"] or found["key"] or found["setting"]
        line = text[text.rfind("\n", 0, found.start()) + 1 :].partition("\n")[0]
        if not (value and PLACEHOLDER.search(value)) and ALLOWED not in line:
            yield text.count("\n", 0, found.start()) + 1, kind


@check("G1", "no-secrets")
def no_secrets(root):
    """
    No file that git keeps holds a password, a token or a private key.

    Detected: the well-known forms of keys, and what is assigned to a name like password, in every text but the made
    ones; files such as .env.
    Why: whoever can read the repository can act in your name, and git keeps it after you have deleted it.
    Do: revoke it now where it was issued; read it from the environment (os.environ); .env stays untracked.
    """
    do = "revoke it, and read it from the environment (os.environ)"
    for name in tracked(root):
        if KEY_FILES.search(name):
            yield at(name, f"such a file holds secrets: git rm --cached {name}, name it in .gitignore, and revoke them")
        elif not name.startswith(TEMPLATES) and (root / name).stat().st_size < TEXT_LIMIT:
            try:
                text = (root / name).read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue
            settings = name.endswith((".yml", ".yaml", ".ini", ".cfg"))
            for line, kind in secrets(text):
                if settings or kind != "a password in settings":
                    yield at(name, f"this looks like {kind}: {do}", line)


@check("G2", "no-large-file")
def no_large_file(root):
    """
    No file in git is larger than 1 MB.

    Detected: the size of every file that git keeps, but for results/ and what git-lfs stores elsewhere.
    Why: every clone, and every replay, fetches all versions of it for ever.
    Do: git rm --cached FILE, name it in .gitignore, and its address in data/sources.toml (python -m harness fetch).
    """
    for name in tracked(root):
        size = (root / name).stat().st_size
        if size > LARGE and not name.startswith("results/"):
            if (files.git(root, "check-attr", "filter", "--", name) or "").endswith(": lfs"):
                continue
            do = f"git rm --cached {name}, name it in .gitignore, its address in data/sources.toml"
            yield at(name, f"{size / LARGE:.1f} MB in git: {do}")


def words(text):
    """Return a text with single spaces, in small letters, for comparing."""
    return " ".join(text.split()).lower()


@check("G3", "licensed")
def licensed(root):
    """
    LICENSE is there, filled in, and the licence that pyproject.toml names.

    Detected: the text of LICENSE is compared with the wording of the licence of that SPDX identifier.
    Why: without a licence nobody may use the study; with two of them nobody knows how.
    Do: put the text of the licence into LICENSE, and its identifier into pyproject.toml and CITATION.cff.
    """
    try:
        name, cited = project(root).get("license"), citation(root).get("license")
    except StudyError:
        raise NotExercised(f"{CITATION} or {PYPROJECT} cannot be read: C1 says why") from None
    found = next((one for one in LICENSES if (root / one).is_file()), None)
    if found is None:
        yield at("LICENSE", f"is missing: put the text of {name or 'a licence'} there")
        return
    text = (root / found).read_text(encoding="utf-8", errors="replace")
    if not text.strip():
        yield at(found, f"is empty: put the text of {name or 'a licence'} there")
        return
    if blank := BLANK.search(text):
        yield at(found, f"{blank[0]} is not filled in: write year and name", text.count("\n", 0, blank.start()) + 1)
    if name != cited or not isinstance(name, str):  # which C1 says
        return
    wanted = [said for start, said in WORDING.items() if name.startswith(start) and " OR " not in name]
    if missing := [said for said in wanted if words(said) not in words(text)]:
        yield at(found, f"it is not the text of {name}, which {PYPROJECT} names: {missing[0]!r} is not in it", 1)
