"""Change how the harness draws folds, and keep the result that came of the old ones."""

CHECK = "P4"
ALSO = {"H1"}  # the harness was edited for it
BASE = "accepted"


def another_root(study):
    study.append(
        "harness/seeds.py", "\n\n_child = child\n\n\ndef child(root, *name):\n    return _child(root, 'v2', *name)\n"
    )
