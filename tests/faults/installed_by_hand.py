"""Install another version of a package by hand, past the lock."""

import re

CHECK = "E2"


def other_version(study):
    """The lock is of another version, as if the installed one had been changed; the lock agrees with itself."""
    path = "requirements/harness.txt"
    study.write(path, re.sub(r"(?m)^joblib==\S+", "joblib==1.0.0", study.read(path), count=1))
    script = "from pathlib import Path; from harness.upkeep import lock\n"
    script += "for name in ('harness', 'dev', 'tracking'):\n"
    script += "    path = Path('requirements', name + '.txt')\n"
    script += "    text = path.read_text(encoding='utf-8')\n"
    script += "    body = text.split('\\n', 1)[1]\n"
    script += "    body = ''.join(x for x in body.splitlines(True) if ' sha256:' not in x or not x.startswith('# '))\n"
    script += "    head = ''.join(f'# {a} {b}\\n' for a, b in lock.made_from(path, body).items())\n"
    script += "    path.write_text(lock.HEADER + head + body, encoding='utf-8', newline='\\n')\n"
    study.run(study.python, "-c", script)
