"""Change how the judge draws folds, and keep the result that came of the old ones."""

CHECK = "S1"
ALSO = {"E2"}  # the judge was edited for it
BASE = "accepted"


def another_root(study):
    study.edit_judge("seeds.py", "zlib.crc32(name.encode())", 'zlib.crc32(("v2/" + name).encode())')
