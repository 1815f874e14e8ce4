"""Tag a release, raise the version everywhere, and go on working."""


def tag_and_go_on(study):
    study.commit("Ready")
    study.git("tag", "v0.1.0")
    study.git("tag", "draft-for-charles")


def next_version(study):
    study.git("tag", "v0.1.0")
    for name in ("pyproject.toml", "CITATION.cff"):
        study.write(name, study.read(name).replace('"0.1.0"', '"0.2.0"'))
    study.harness("card")
