"""Correct a value, or flip a byte by accident, in the raw file itself."""

CHECK = "D1"
FILE = "data/raw/penguins-raw.csv"


def mass_in_the_file(study):
    study.edit(FILE, "N1A1,Yes,2007-11-11,39.1,18.7,181,3750,MALE", "N1A1,Yes,2007-11-11,39.1,18.7,181,4750,MALE")


def a_byte_flipped(study):
    content = bytearray(study.path(FILE).read_bytes())
    content[len(content) // 2] ^= 1
    study.path(FILE).write_bytes(content)


def unknown_sexes_filled(study):
    study.write(FILE, study.read(FILE).replace("4250,NA,9.1", "4250,MALE,9.1"))
