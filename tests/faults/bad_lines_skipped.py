"""Let pandas skip the lines that it cannot read."""

CHECK = "D2"
FILE = "data/raw/penguins-raw.csv"
LINE = "Nest never observed with full clutch.\n"


def _break_a_line(study):
    first, rest = study.read(FILE).split(LINE, 1)
    study.write(FILE, first + LINE.replace(" with", ", with") + rest)


def skip(study):
    _break_a_line(study)
    study.edit("study/data.py", "pd.read_csv(RAW)", 'pd.read_csv(RAW, on_bad_lines="skip")')
    study.harness("manifest")


def warn(study):
    _break_a_line(study)
    study.edit("study/data.py", "pd.read_csv(RAW)", 'pd.read_csv(RAW, on_bad_lines="warn", engine="python")')
    study.harness("manifest")
