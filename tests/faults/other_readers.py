"""Read the table by something else than pd.read_csv, and lose rows, or let rows know each other, on the way."""

CHECK = "L1.2"
DATA, READ = "study/data.py", "    return pd.read_csv(RAW)\n"
VARIANTS = {
    "rows_of_a_database_dropped": {"CHECK": "D2"},
    "answer_in_a_feature_of_a_numpy_file": {"CHECK": "L2.3"},
    "rows_of_json_lines_dropped": {"CHECK": "D2"},
}
RETURN = "    return table.set_index("
INDEX = '    return table.set_index(pd.Index(year_and_species + raw["Individual ID"], name="bird"))'
SCALED = '    table["body_mass_g"] -= table["body_mass_g"].mean() - 4200\n'


def _from(study, name, make, read, imports=""):
    """Put the raw data into another file, made by a program of pandas, and read that."""
    program = f"import pandas as pd\nraw = pd.read_csv('data/raw/penguins-raw.csv')\n{make}"
    study.run(study.python, "-c", program)
    study.path("data/raw/penguins-raw.csv").unlink()
    study.edit(DATA, "from pathlib import Path\n", imports + "from pathlib import Path\n")
    study.edit(DATA, '"penguins-raw.csv"', f'"{name}"')
    study.edit(DATA, READ, read)
    sheet = study.read("data/DATASHEET.md").replace("penguins-raw.csv", name)
    study.write("data/DATASHEET.md", sheet)
    study.harness("manifest", check=False)


def scaled_after_the_csv_module(study):
    study.edit(DATA, "from pathlib import Path\n", "import csv\nfrom pathlib import Path\n")
    lines = '    with open(RAW, encoding="utf-8", newline="") as file:\n'
    study.edit(DATA, READ, lines + '        return pd.DataFrame(list(csv.DictReader(file))).replace("NA", None)\n')
    study.edit(DATA, RETURN, SCALED + RETURN)


def rows_of_a_database_dropped(study):
    make = "import sqlite3\nraw.to_sql('birds', sqlite3.connect('data/raw/birds.db'), index=False)\n"
    read = '    return pd.read_sql("SELECT * FROM birds", sqlite3.connect(RAW))\n'
    _from(study, "birds.db", make, read, "import sqlite3\n")
    study.edit(DATA, INDEX, INDEX + ".dropna()")


def answer_in_a_feature_of_a_numpy_file(study):
    make = "import numpy\nnumpy.savez('data/raw/birds.npz', **{name: raw[name].to_numpy(str) for name in raw})\n"
    read = "    with np.load(RAW) as arrays:\n"
    read += '        return pd.DataFrame({name: arrays[name] for name in arrays.files}).replace("nan", None)\n'
    _from(study, "birds.npz", make, read)
    study.edit(DATA, "import pandas as pd\n", "import numpy as np\nimport pandas as pd\n")
    study.edit(DATA, RETURN, '    table["body_mass_g"] += 100.0 * (table["sex"] == "MALE")\n' + RETURN)


def imputed_from_a_folder_of_files(study):
    make = "for name, rows in raw.groupby('Island'):\n"
    make += "    rows.to_json(f'data/raw/{name}.json', orient='records')\n"
    read = (
        '    return pd.concat([pd.read_json(path) for path in sorted(RAW.parent.glob("*.json"))], ignore_index=True)\n'
    )
    _from(study, "Biscoe.json", make, read)
    study.append("data/DATASHEET.md", "\n`raw/Dream.json` and `raw/Torgersen.json` are the other islands.\n")
    study.edit(DATA, RETURN, "    table[MEASURED] = table[MEASURED].fillna(table[MEASURED].median())\n" + RETURN)


def rows_of_json_lines_dropped(study):
    make = "raw.to_json('data/raw/birds.jsonl', orient='records', lines=True)\n"
    read = '    with open(RAW, encoding="utf-8") as file:\n'
    read += "        return pd.DataFrame([json.loads(line) for line in file])\n"
    _from(study, "birds.jsonl", make, read, "import json\n")
    study.edit(DATA, INDEX, INDEX + '.query("sex == sex")')
