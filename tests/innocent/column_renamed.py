"""Give a column another name, everywhere."""

import re


def mass(study):
    for name in ("study/data.py", "study/models.py", "study/plan.toml", "README.md", "MODEL_CARD.md"):
        study.write(name, re.sub(r"\bbody_mass_g\b", "mass", study.read(name)))
    study.harness("manifest")
