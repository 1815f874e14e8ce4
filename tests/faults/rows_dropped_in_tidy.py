"""Leave rows out inside read() or tidy(), where nobody counts them."""

CHECK = "D2"
READ = "    return pd.read_csv(RAW)\n"
RETURN = '    return table.set_index(pd.Index(year_and_species + raw["Individual ID"], name="bird"))'


def dropna(study):
    study.edit("study/data.py", RETURN, RETURN + ".dropna(subset=MEASURED)")


def only_full_clutches(study):
    kept = READ.replace("\n", ".query('`Clutch Completion` == \"Yes\"').reset_index(drop=True)\n")
    study.edit("study/data.py", READ, kept)


def query_with_the_reader_under_another_name(study):
    study.edit("study/data.py", "import pandas as pd\n", "import pandas as pd\nfrom pandas import read_csv as get\n")
    study.edit("study/data.py", READ, "    return get(RAW)\n")
    study.edit("study/data.py", RETURN, RETURN + '.query("not body_mass_g < 3000")')
