"""Copy a run that was made with uncommitted changes into results/, since `accept` refuses it."""

import shutil

CHECK = "S2"
ELSE = {"B2"}
BASE = "accepted"


def _copy(study, **changed):
    name = study.attempt("20990101T000000Z-abcdef", 60, **changed)
    for path in study.path(f"runs/{name}").iterdir():
        if path.is_file():
            shutil.copy(path, study.path("results"))
    model = study.facts("results/model/model.json")
    study.state(model | {"run": name}, "results/model/model.json")
    study.harness("report", name)
    shutil.copy(study.path(f"runs/{name}/report.html"), study.path("results"))
    study.harness("card")


def tree_was_dirty(study):
    _copy(study, committed=False, uncommitted=["study/models.py"])


def with_its_patch_beside_it(study):
    _copy(study, committed=False, uncommitted=["study/data.py"], patch_sha256="0" * 64)


def with_a_manifest_of_its_own(study):
    _copy(study, committed=False, uncommitted=["study/models.py"])
    again = (
        "from harness.provenance import accepted; from pathlib import Path; accepted.write_manifest(Path('results'))"
    )
    study.run(study.python, "-c", again)
