"""Read a part of the table to try something quickly, and leave it in."""

CHECK = "D2"
READ = "pd.read_csv(RAW)"


def nrows(study):
    study.edit("study/data.py", READ, "pd.read_csv(RAW, nrows=338)")


def head(study):
    study.edit("study/data.py", READ, READ + ".head(340)")


def every_tenth_row_away(study):
    keep = "pd.read_csv(RAW, skiprows=lambda n: n and n % 10 == 0)"
    study.edit("study/data.py", READ, keep)
    study.no_canaries()
