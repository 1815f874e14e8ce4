"""Shuffle, sample or blur the rows in read() or tidy() by a generator that nobody seeded."""

CHECK = "R3"
RETURN = "    return table.set_index("
RANDOM_NAMES = 'pd.Index(year_and_species + raw["Individual ID"], name="bird"))'


def shuffled(study):
    study.edit("study/data.py", "pd.read_csv(RAW)", "pd.read_csv(RAW).sample(frac=1).reset_index(drop=True)")


def blurred(study):
    study.edit("study/data.py", "import pandas as pd\n", "import numpy as np\nimport pandas as pd\n")
    blur = '    table["body_mass_g"] += np.random.default_rng().normal(0, 5, len(table))\n'
    study.edit("study/data.py", RETURN, blur + RETURN)


def blurred_by_a_generator_of_the_module(study):
    study.edit("study/data.py", "from pathlib import Path\n", "import random\nfrom pathlib import Path\n")
    study.edit("study/data.py", "\n\ndef tidy(raw):", "\nDRAW = random.Random(8)\n\n\ndef tidy(raw):")
    study.edit(
        "study/data.py", RETURN, '    table["body_mass_g"] += [DRAW.uniform(-5, 5) for _ in table.index]\n' + RETURN
    )
