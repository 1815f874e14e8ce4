"""Put the table together in the order in which the system lists files, or in that of a set."""

CHECK = "R3"
READ = "return pd.read_csv(RAW)"


def _split(study):
    header, *lines = study.read("data/raw/penguins-raw.csv").splitlines(keepends=True)
    study.path("data/raw/penguins-raw.csv").unlink()
    for name in ("PAL0708", "PAL0809", "PAL0910"):
        study.write(f"data/raw/{name}.csv", header + "".join(line for line in lines if line.startswith(name)))
    sheet = study.read("data/DATASHEET.md")
    study.write("data/DATASHEET.md", sheet.replace("penguins-raw.csv", "PAL0708.csv, PAL0809.csv, PAL0910.csv"))
    study.edit("study/data.py", ' / "penguins-raw.csv"', "")


def files_by_glob(study):
    _split(study)
    study.edit("study/data.py", READ, 'return pd.concat(map(pd.read_csv, RAW.glob("*.csv")), ignore_index=True)')
    study.harness("manifest", check=False)


def files_by_listdir(study):
    _split(study)
    study.edit("study/data.py", "from pathlib import Path\n", "import os\nfrom pathlib import Path\n")
    read = "return pd.concat([pd.read_csv(RAW / name) for name in os.listdir(RAW)], ignore_index=True)"
    study.edit("study/data.py", READ, read)
    study.harness("manifest", check=False)


def files_of_a_set(study):
    _split(study)
    names = '{"PAL0708.csv", "PAL0809.csv", "PAL0910.csv"}'
    study.edit(
        "study/data.py", READ, f"return pd.concat([pd.read_csv(RAW / name) for name in {names}], ignore_index=True)"
    )
    study.harness("manifest", check=False)


def species_of_a_set(study):
    merge = """raw = pd.read_csv(RAW)
    return pd.concat([raw[raw["Species"] == name] for name in set(raw["Species"])], ignore_index=True)"""
    study.edit("study/data.py", READ, merge)
