"""Tables of studies that nobody made by hand: python tables.py NAME FOLDER writes FOLDER/NAME."""

import sys
from pathlib import Path

import numpy as np
import pandas as pd


def yields(rng):
    """A regression whose rows come in farms: decimal commas, a column that names rows, one that does not vary."""
    farm = np.repeat([f"farm {n:02}" for n in range(24)], 8)
    rain, soil = rng.gamma(9, 60, len(farm)), rng.choice(["clay", "loam", "sand"], len(farm))
    base = pd.Series(farm).map(dict(zip(np.unique(farm), rng.normal(0, 4, 24), strict=True)))
    grain = 30 + 0.04 * rain + 6 * (soil == "loam") + base + rng.normal(0, 3, len(farm))
    plot = [f"{name} / {n % 8}" for n, name in enumerate(farm)]
    table = pd.DataFrame({"plot": plot, "farm": farm, "rain (mm)": rain.round(1), "soil": soil, "country": "DE"})
    return table.assign(**{"irrigated": rng.random(len(farm)) < 0.3, "yield, t/ha": grain.round(2)})


def faults(rng):
    """Two classes in the order of time, the day before the month; no column names the rows."""
    day = pd.date_range("2023-01-03", periods=260, freq="2D")
    load, heat = rng.gamma(4, 12, 260), 15 - 10 * np.cos(2 * np.pi * np.arange(260) / 180) + rng.normal(0, 2, 260)
    failed = rng.random(260) < 1 / (1 + np.exp(-(load - 55) / 10 - (heat - 20) / 8))
    table = pd.DataFrame({"day": day.strftime("%d.%m.%Y"), "load": load, "heat": heat.round(1)})
    return table.assign(failed=failed.astype(int))


def wines(rng):
    """Four classes, independent rows, values that are missing in three ways."""
    kind = rng.choice(["amber", "pale", "ruby", "tawny"], 240, p=[0.2, 0.3, 0.3, 0.2])
    shift = pd.Series(kind).map({"amber": 0.0, "pale": 1.0, "ruby": 2.0, "tawny": 3.0})
    acid = pd.Series((3 + 0.5 * shift + rng.normal(0, 0.5, 240)).round(2), dtype=object)
    acid[rng.random(240) < 0.1] = "?"
    sugar = (2 - 0.2 * shift + rng.normal(0, 0.5, 240)).where(rng.random(240) > 0.1)
    cask = pd.Series(rng.choice(["oak", "steel"], 240)).where(rng.random(240) > 0.05)
    table = pd.DataFrame({"bottle_id": 5000 + rng.permutation(900)[:240], "acid": acid, "sugar": sugar.round(3)})
    return table.assign(cask=cask, kind=pd.Series(kind).where(rng.random(240) > 0.03))


TABLES = {
    "yields.csv": (yields, {"sep": ";", "decimal": ","}),
    "faults.csv": (faults, {}),
    "port-wines.csv": (wines, {}),
}

if __name__ == "__main__":
    make, options = TABLES[sys.argv[1]]
    make(np.random.default_rng(7)).to_csv(Path(sys.argv[2], sys.argv[1]), index=False, **options)
