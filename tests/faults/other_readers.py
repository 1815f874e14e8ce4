"""Read the table by something else than pd.read_csv, and lose rows, or let rows know each other, on the way."""

CHECK = "L1.2"
DATA, READ = "study/data.py", "    return pd.read_csv(RAW)\n"
VARIANTS = {}  # a variant of each fault for each reader: see below
INDEX = '    return table.set_index(pd.Index(year_and_species + raw["Individual ID"], name="bird"))'
EXCLUDED = 'EXCLUDE = {"not measured": lambda table: table[MEASURED].isna().all(axis=1)'
RETURN = "    return table.set_index("
PACKAGES = ("pyarrow", "openpyxl", "et_xmlfile")  # of readers; a study has them after make lock setup
MADE = {}  # raw files by reader: what a program of pandas made of the csv

# What makes the files of data/raw, the first of them, and how they are read.
READERS = {
    "database": (
        "import sqlite3\nraw.to_sql('birds', sqlite3.connect('data/raw/birds.db'), index=False)\n",
        "birds.db",
        "    import sqlite3\n\n    return pd.read_sql('SELECT * FROM birds', sqlite3.connect(RAW))\n",
    ),
    "numpy": (
        "import numpy\nnumpy.savez('data/raw/birds.npz', **{name: numpy.array([str(cell) for cell in raw[name]]) for name in raw})\n",
        "birds.npz",
        "    import numpy as np\n\n    with np.load(RAW) as arrays:\n"
        "        return pd.DataFrame({name: arrays[name] for name in arrays.files}).replace('nan', None)\n",
    ),
    "json_lines": (
        "raw.to_json('data/raw/birds.jsonl', orient='records', lines=True)\n",
        "birds.jsonl",
        "    import json\n\n    with open(RAW, encoding='utf-8') as file:\n"
        "        return pd.DataFrame([json.loads(line) for line in file])\n",
    ),
    "json_of_each_island": (
        "for name, rows in raw.groupby('Island'):\n    rows.to_json(f'data/raw/{name}.json', orient='records')\n",
        "Biscoe.json",
        "    paths = sorted(RAW.parent.glob('*.json'))\n"
        "    return pd.concat([pd.read_json(path) for path in paths], ignore_index=True)\n",
    ),
    "parquet": ("raw.to_parquet('data/raw/birds.parquet')\n", "birds.parquet", "    return pd.read_parquet(RAW)\n"),
    "excel": ("raw.to_excel('data/raw/birds.xlsx', index=False)\n", "birds.xlsx", "    return pd.read_excel(RAW)\n"),
    "images": (  # of each bird a grey square: the lighter, the heavier
        "from PIL import Image\nname = raw['studyName'] + raw['Species'].str[:3] + raw['Individual ID']\n"
        "for bird, mass in zip(name, raw.pop('Body Mass (g)').fillna(0)):\n"
        "    Image.new('I;16', (8, 8), int(mass)).save(f'data/raw/{bird}.png')\n"
        "raw.assign(file=name + '.png').to_json('data/raw/birds.json', orient='records')\n",
        "birds.json",
        "    import numpy as np\n    from PIL import Image\n\n    raw = pd.read_json(RAW)\n"
        "    means = [np.asarray(Image.open(RAW.with_name(name))).mean() for name in raw['file']]\n"
        "    return raw.assign(**{'Body Mass (g)': pd.Series(means, raw.index).replace(0, float('nan'))})\n",
    ),
}
FAULTS = {  # what catches it, and what is edited
    "rows_dropped": ("D2", INDEX, INDEX + ".dropna()"),
    "answer_in_a_feature": (
        "L2.3",
        RETURN,
        '    table["body_mass_g"] += 100.0 * (table["sex"] == "MALE")\n' + RETURN,
    ),
    "scaled_by_all": ("L1.2", RETURN, '    table["body_mass_g"] -= table["body_mass_g"].mean() - 4200\n' + RETURN),
    "smoothed_along_the_rows": (
        "L1.2",
        RETURN,
        "    table[MEASURED] = table[MEASURED].rolling(3, min_periods=1).mean()\n" + RETURN,
    ),
    "excluded_by_the_answer": (
        "L3.3",
        EXCLUDED,
        EXCLUDED + ', "odd": lambda table: (table["sex"] == "MALE") & (table["body_mass_g"] < 3500)',
    ),
}


def _put_in(study, reader):
    """Put the raw data into other files, and read those."""
    make, first, read = READERS[reader]
    study.borrow(*PACKAGES)
    csv = study.path("data/raw/penguins-raw.csv")
    if reader not in MADE:
        study.run(study.python, "-c", f"import pandas as pd\nraw = pd.read_csv('data/raw/penguins-raw.csv')\n{make}")
        MADE[reader] = {path.name: path.read_bytes() for path in csv.parent.iterdir() if path != csv}
    csv.unlink()
    for name, content in MADE[reader].items():
        study.path(f"data/raw/{name}").write_bytes(content)
    study.edit(DATA, '"penguins-raw.csv"', f'"{first}"')
    study.edit(DATA, READ, read)
    names = " ".join(f"`raw/{name}`" for name in MADE[reader])
    study.write("data/DATASHEET.md", study.read("data/DATASHEET.md").replace("`raw/penguins-raw.csv`", names))
    study.harness("manifest", check=False)


def _variant(reader, fault):
    """Make a variant of the catalogue."""
    code, old, new = FAULTS[fault]

    def act(study):
        _put_in(study, reader)
        study.edit(DATA, old, new)

    act.__name__ = f"{fault}_{reader}"
    VARIANTS[act.__name__] = {"CHECK": code}
    return act


globals().update({act.__name__: act for act in (_variant(reader, fault) for reader in READERS for fault in FAULTS)})


def scaled_after_the_csv_module(study):
    study.edit(DATA, "from pathlib import Path\n", "import csv\nfrom pathlib import Path\n")
    lines = '    with open(RAW, encoding="utf-8", newline="") as file:\n'
    study.edit(DATA, READ, lines + '        return pd.DataFrame(list(csv.DictReader(file))).replace("NA", None)\n')
    study.edit(DATA, *FAULTS["scaled_by_all"][1:])
