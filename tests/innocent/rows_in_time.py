"""Ask about the future: rows in the order of time, as dates, ISO text or numbers."""


def dates(study):
    study.in_time('pd.to_datetime(raw["Date Egg"])', "2009-11-01")


def iso_text(study):
    study.in_time('raw["Date Egg"]', "2009-11-01")
