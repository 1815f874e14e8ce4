"""Join a second table to the first, and lose the rows that have no partner."""

CHECK = "D2"
LAST = '    return table.set_index(pd.Index(year_and_species + raw["Individual ID"], name="bird"))'
READ = 'pd.read_csv(RAW.parent / "islands.csv")'


def _islands(study, new):
    study.write("data/raw/islands.csv", "island,latitude\nBiscoe,-65.43\nDream,-64.73\n")
    study.append("data/DATASHEET.md", "\n`raw/islands.csv`: where the islands are.\n")
    study.no_canaries()
    study.edit("study/data.py", LAST, new)
    study.edit("study/data.py", '        "nest": pa', '        "latitude": pa.Column(float),\n        "nest": pa')
    study.harness("manifest")


def merge(study):
    _islands(study, LAST + f'.reset_index().merge({READ}, on="island").set_index("bird")')


def join_in_another_way(study):
    new = LAST.replace("return", "birds =") + f'\n    places = {READ}.set_index("island")\n'
    _islands(study, new + '    return birds.join(places, on="island", how="inner")')
