"""Leave the licence out, or keep the text of another one than is named."""

CHECK = "C1"
MISSED = {
    "text_of_another": "No check compares the text of a licence with the wording of its SPDX name.",
    "not_filled_in": "No check reads the text of a licence; copyright holder and year stand in CITATION.cff too.",
}


def text_of_another(study):
    study.write("LICENSE", "Apache License\nVersion 2.0, January 2004\n")


def emptied(study):
    study.write("LICENSE", "\n")


def taken_away(study):
    study.path("LICENSE").unlink()


def not_filled_in(study):
    lines = study.read("LICENSE").splitlines(keepends=True)
    changed = ["Copyright (c) [year] [fullname]\n" if line.startswith("Copyright") else line for line in lines]
    study.write("LICENSE", "".join(changed))
