"""Sample by a fixed seed and list files in sorted order in read()."""

REFIT = True


def seeded_and_sorted(study):
    study.edit(
        "study/data.py",
        "    return pd.read_csv(RAW)\n",
        '    raw = pd.concat(map(pd.read_csv, sorted(RAW.parent.glob("*.csv")))).sample(frac=1, random_state=3)\n'
        "    return raw.reset_index(drop=True)\n",
    )
