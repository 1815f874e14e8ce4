"""Choose another licence, everywhere."""

TEXT = "{} License\n\nPermission to use, copy, modify, and/or distribute this software is hereby granted.\n"


def isc(study):
    study.write("LICENSE", TEXT.format("ISC"))
    for name in ("pyproject.toml", "CITATION.cff"):
        study.write(name, study.read(name).replace('"MIT"', '"ISC"'))
    study.harness("card")


def one_that_no_list_knows(study):
    study.write("LICENSE", "Ask the harbour master.\n")
    for name in ("pyproject.toml", "CITATION.cff"):
        study.write(name, study.read(name).replace('"MIT"', '"LicenseRef-Harbour"'))
    study.harness("card")
