"""Install a package by hand, past the lock: another version, or one that no lock names."""

import re

CHECK = "E2"


def _lock(study, *names, change):
    """Change locks so that they still agree with themselves."""
    for name in names:
        path = f"requirements/{name}.txt"
        study.write(path, change(study.read(path)))
    script = "from pathlib import Path; from harness import lock\n"
    script += "for name in ('harness', 'dev', 'tracking'):\n"
    script += "    path = Path('requirements', name + '.txt')\n"
    script += "    text = path.read_text(encoding='utf-8')\n"
    script += "    body = text.split('\\n', 1)[1]\n"
    script += "    body = ''.join(x for x in body.splitlines(True) if ' sha256:' not in x or not x.startswith('# '))\n"
    script += "    head = ''.join(line for _, line in lock.head(path, body))\n"
    script += "    path.write_text(lock.HEADER + head + body, encoding='utf-8', newline='\\n')\n"
    study.run(study.python, "-c", script)


def other_version(study):
    """The lock is of another version, as if the installed one had been changed."""
    _lock(study, "harness", change=lambda text: re.sub(r"(?m)^joblib==\S+", "joblib==1.0.0", text, count=1))


def one_that_no_lock_names(study):
    """The locks are without a package that is installed, as if it had been installed on top."""
    entry = r"(?ms)^iniconfig==.*?(?=^\S)"
    _lock(study, "dev", "tracking", change=lambda text: re.sub(entry, "", text, count=1))
