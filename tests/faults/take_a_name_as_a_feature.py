"""Give the models the ring or the running number of a row as a feature."""

CHECK = "L2.2"
RETURN = "    return table.set_index("


def _feature(study, name, column="", line=""):
    study.feature(name)
    if line:
        study.edit("study/data.py", '        "sex": pa.Column(str', f'        {column},\n        "sex": pa.Column(str')
        study.edit("study/data.py", RETURN, line + RETURN)


def the_group(study):
    _feature(study, "nest")
    study.edit("study/data.py", '"nest": pa.Column(str)', '"nest": pa.Column(str, pa.Check.str_length(min_value=5))')
    study.harness("manifest")


def the_ring(study):
    column = '"ring": pa.Column(str, pa.Check.str_matches("^N"))'
    _feature(study, "ring", column, '    table["ring"] = raw["Individual ID"]\n')
    study.harness("manifest")


def the_number(study):
    raw = study.read("data/raw/penguins-raw.csv").splitlines()
    raw = [f"{line},{n or 'No'}" for n, line in enumerate(raw)]
    study.write("data/raw/penguins-raw.csv", "\n".join(raw) + "\n")
    column = '"number": pa.Column(int, pa.Check.in_range(1, 10_000))'
    _feature(study, "number", column, '    table["number"] = raw["No"]\n')
    study.harness("manifest")


def the_ring_in_a_sentence(study):
    column = '"note": pa.Column(str, pa.Check.str_length(20, 200))'
    line = '    table["note"] = "the bird that has the ring " + raw["Individual ID"] + " was seen at its nest"\n'
    _feature(study, "note", column, line)
    study.harness("manifest")
