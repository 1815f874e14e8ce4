"""Make more rows by copies with a little noise, before anything is split, under names of their own."""

CHECK = "L1.4"
DATA, RETURN = "study/data.py", "    return pd.read_csv(RAW)\n"
COPY = """    raw = pd.read_csv(RAW)
    more = raw.iloc[{which}].copy()
    more["Individual ID"] = "N7" + more["Individual ID"].str[1:]
{noise}    return pd.concat([raw, more], ignore_index=True)
"""
NUMBERS = '["Culmen Length (mm)", "Culmen Depth (mm)", "Flipper Length (mm)", "Body Mass (g)"]'


def a_half_more_from_a_seeded_generator(study):
    noise = f"    noise = np.random.default_rng(1).normal(1, 0.006, (len(more), 4))\n    more[{NUMBERS}] *= noise\n"
    study.edit(DATA, RETURN, COPY.format(which="::2", noise=noise))
    study.edit(DATA, "import pandas as pd\n", "import numpy as np\nimport pandas as pd\n")


def another_calliper(study):
    """As if measured again by somebody who reads a little more."""
    noise = '    more["Culmen Length (mm)"] += 0.3\n    more["Culmen Depth (mm)"] += 0.1\n'
    study.edit(DATA, RETURN, COPY.format(which="10:90", noise=noise))


def in_the_raw_file(study):
    """A simulation was added to the table."""
    lines = study.read("data/raw/penguins-raw.csv").splitlines()
    more = []
    for n, line in enumerate(lines[1:160:2]):
        cells = line.replace(",N", ",N8", 1).split(",")
        cells = [
            str(round(float(cell) + 0.1 * (n % 3 + 1), 1)) if "." in cell and cell[0] != "-" and i < 13 else cell
            for i, cell in enumerate(cells)
        ]
        more.append(",".join(cells))
    study.write("data/raw/penguins-raw.csv", "\n".join([*lines, *more]) + "\n")
    study.harness("manifest")
