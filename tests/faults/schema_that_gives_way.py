"""Make the schema give way to what it refuses: rows dropped, warnings only, a placeholder as a class."""

CHECK = "D6"


def drop_invalid_rows(study):
    study.edit("study/data.py", "    strict=True,\n", "    strict=True,\n    drop_invalid_rows=True,\n")


def warnings_only(study):
    study.edit("study/data.py", "pa.Check.in_range(150, 250)", "pa.Check.in_range(150, 250, raise_warning=True)")


def dot_allowed(study):
    study.edit("study/data.py", 'isin(["FEMALE", "MALE"])', 'isin(["FEMALE", "MALE", "."])')
    study.harness("manifest")
