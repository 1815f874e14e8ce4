"""Add a check of one's own to study/checks.py."""

BASE = "accepted"


def that_holds(study):
    study.write(
        "study/checks.py",
        '"""What only we know of these birds."""\n\n\ndef bills_are_longer_than_deep(table):\n'
        '    """A bill is longer than it is deep; if not, look the bird up."""\n'
        '    for bird in table.index[table["bill_length_mm"] < table["bill_depth_mm"]]:\n'
        '        yield f"{bird} has its bill noted the wrong way round"\n',
    )
