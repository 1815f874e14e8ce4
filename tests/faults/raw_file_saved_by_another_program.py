"""Open the raw file in a spreadsheet or an editor, look, and save it: other line ends, a mark, another encoding."""

CHECK = "D1"
FILE = "data/raw/penguins-raw.csv"


def _save(study, change):
    study.path(FILE).write_bytes(change(study.path(FILE).read_bytes()))


def crlf(study):
    _save(study, lambda content: content.replace(b"\n", b"\r\n"))


def byte_order_mark(study):
    _save(study, lambda content: b"\xef\xbb\xbf" + content)


def no_last_line_end(study):
    _save(study, lambda content: content.rstrip(b"\n"))
