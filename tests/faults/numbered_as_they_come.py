"""Number the groups in the order in which they come in the file."""

CHECK = "L1.2"
NEST = '    table["nest"] = year_and_species + raw["Individual ID"].str.extract(r"^(N\\d+)A", expand=False)\n'


def factorized(study):
    study.edit("study/data.py", NEST, NEST + '    table["nest"] = pd.factorize(table["nest"])[0].astype(str)\n')
