"""Skip the lines, or the files, that cannot be read."""

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


def files_that_cannot_be_opened(study):
    study.become("images", 300)
    study.path("data/raw/img/0007.png").write_bytes(b"\x89PNG, half of it")
    whole = """\
    table = pd.read_csv(RAW / "pictures.csv")
"""
    opened = """\
    table = table[[(RAW / name).read_bytes()[:8] == b"\\x89PNG\\r\\n\\x1a\\n" for name in table["file"]]]
"""
    study.edit("study/data.py", whole, whole + opened)
    study.harness("manifest")
