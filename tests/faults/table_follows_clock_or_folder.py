"""Let read() or tidy() use the date of today, the working folder or the machine's text encoding."""

CHECK = "R3"
RETURN = "    return table.set_index("


def age_of_today(study):
    study.edit("study/data.py", "import pandas as pd\n", "import pandas as pd\n")
    age = '    table["body_mass_g"] += pd.Timestamp.now().year - pd.to_datetime(raw["Date Egg"]).dt.year\n'
    study.edit("study/data.py", RETURN, age + RETURN)


def path_from_the_working_folder(study):
    study.edit("study/data.py", 'Path(__file__).parents[1] / "data"', 'Path("data")')


def encoding_of_the_machine(study):
    study.append("study/data.py", "")
    study.edit(
        "study/data.py",
        "    return pd.read_csv(RAW)\n",
        "    with open(RAW) as file:\n        return pd.read_csv(file)\n",
    )
    study.edit(
        "data/raw/penguins-raw.csv",
        "PAL0708,1,Adelie Penguin (Pygoscelis adeliae)",
        "PAL0708,1,Adelie Penguin (Ad\u00e9lie)",
    )
    study.harness("manifest", check=False)
