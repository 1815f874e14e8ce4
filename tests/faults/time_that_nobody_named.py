"""Say that rows are independent, although they came in the order of time and what is asked for drifts with it."""

from innocent.strangers import _one_of_each_nest

CHECK = "L3.2"
DATA = "study/data.py"
FORMATS = {"iso": "{0:04}-{1:02}-{2:02}", "german": "{2}.{1}.{0}", "american": "{1}/{2}/{0} 0{3}:30 PM"}


def _seen(study, form):
    """Note when a bird was seen: the males mostly earlier."""

    def cell(n, cells):
        day = 3 * (n * 37 % 50) + (120 if "FEMALE" in cells else 0)
        return FORMATS[form].format(2009, 1 + day // 28, 1 + day % 28, 1 + n % 9)

    _one_of_each_nest(study, "Seen", cell)


def a_date_in_the_table(study):
    _seen(study, "iso")
    study.edit(
        DATA, '        "sex": pa.Column(', '        "seen": pa.Column("datetime64[ns]"),\n        "sex": pa.Column('
    )
    line = '    table["seen"] = pd.to_datetime(raw["Seen"]).astype("datetime64[ns]")\n'
    study.edit(DATA, "    return table.set_index(", line + "    return table.set_index(")
    study.harness("manifest")


def a_date_as_text_in_the_table(study):
    """Day first."""
    _seen(study, "german")
    study.edit(DATA, '        "sex": pa.Column(', '        "seen": pa.Column(str),\n        "sex": pa.Column(')
    study.edit(DATA, "    return table.set_index(", '    table["seen"] = raw["Seen"]\n    return table.set_index(')
    study.harness("manifest")


def a_time_in_the_raw_file(study):
    """What read() gives holds date and time; tidy() makes nothing of them."""
    _seen(study, "american")
