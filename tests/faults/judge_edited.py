"""Edit the judge, so that it asks for less: where it is installed, or the wheel that it comes from."""

import hashlib

CHECK = "E2"
VARIANTS = {"wheel": {"CHECK": "E1"}, "wheel_and_its_hash": {"CHECK": "E1"}}


def threshold(study):
    study.edit_judge("checks/features.py", "HIGHEST = 0.99 ", "HIGHEST = 1.01 ")


def _wheel(study):
    (path,) = study.path("requirements/wheels").glob("*.whl")
    old = hashlib.sha256(path.read_bytes()).hexdigest()
    path.write_bytes(path.read_bytes() + b"\0")
    return old, hashlib.sha256(path.read_bytes()).hexdigest()


def wheel(study):
    _wheel(study)


def wheel_and_its_hash(study):
    old, new = _wheel(study)
    for name in ("harness", "dev", "tracking"):
        study.write(f"requirements/{name}.txt", study.read(f"requirements/{name}.txt").replace(old, new))
