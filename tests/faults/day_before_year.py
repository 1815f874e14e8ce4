"""Leave the time as the text that the field book has, day first, whose order is not that of time."""

CHECK = "run"
PLACE = ("study/data.py: column 'day': it is the time, and no number or date",)


def day_first(study):
    study.in_time('raw["Date Egg"].str.replace(r"(\\d+)-(\\d+)-(\\d+)", r"\\3.\\2.\\1", regex=True)', "11.11.2009")


def american(study):
    study.in_time('pd.to_datetime(raw["Date Egg"]).dt.strftime("%m/%d/%Y")', "11/11/2009")
