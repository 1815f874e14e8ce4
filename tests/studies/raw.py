"""Put the raw data of a study in its place: python raw.py NAME FOLDER, by the Python of a rendered project.

FOLDER is its data/raw; what lay there is removed, but for the penguins, whose table comes with the template.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn import datasets


def diabetes(folder):
    table = datasets.load_diabetes(as_frame=True, scaled=False).frame
    table.rename(columns={"target": "progression"}).to_csv(folder / "diabetes.csv", index_label="patient")


def breast_cancer(folder):
    bunch = datasets.load_breast_cancer(as_frame=True)
    table = bunch.data.assign(diagnosis=bunch.target_names[bunch.target])
    table.to_csv(folder / "breast_cancer.csv", index_label="tumour")


def series(folder):
    """Levels follow the week before, and rain the more the higher they are; noise has a standard deviation of 3 cm."""
    rng, rows = np.random.default_rng(12), []
    weeks = pd.date_range("2017-01-02", "2021-12-27", freq="7D")
    season = 10 - 12 * np.cos(2 * np.pi * np.arange(len(weeks)) / 52)
    for gauge, base in {"north": 15, "bridge": 20, "mouth": 25}.items():
        rain, level = rng.gamma(2, 7, len(weeks)), 80.0
        for n in range(1, len(weeks)):
            before, level = level, base + 0.6 * level + 0.01 * level * rain[n] + rng.normal(0, 3)
            temperature = season[n] + rng.normal(0, 3)
            missing, frozen = rng.random() < 0.03, temperature < -5
            cells = [before, rain[n], rain[n - 1], np.nan if missing else temperature, frozen]
            rows.append([weeks[n].date(), gauge, level, *cells])
    columns = ["week", "gauge", "level", "level_before", "rain", "rain_before", "temperature", "frozen"]
    pd.DataFrame(rows, columns=columns).to_csv(folder / "levels.csv", index=False)


def survival(folder):
    """Age and marker make life shorter, by Weibull's law; the young leave the ward's care sooner."""
    rng, rows = np.random.default_rng(1982), 400
    age, marker, stage = (
        rng.normal(62, 11, rows).clip(20, 95).round(),
        rng.normal(0, 1, rows).round(2),
        rng.integers(1, 4, rows),
    )
    expected = np.exp(4.0 - 0.03 * (age - 62) - 0.9 * marker - 0.2 * (stage - 2))
    death, leaving = expected * rng.weibull(1.3, rows), np.exp(3.5 + 0.05 * (age - 62)) * rng.weibull(1.0, rows)
    seen = np.minimum(death, leaving).clip(0.1, 240).round(1)
    table = pd.DataFrame({"age": age, "marker": marker, "stage": stage, "months": seen, "died": (death <= leaving) * 1})
    table.to_csv(folder / "patients.csv", index_label="patient")


if __name__ == "__main__":
    name, folder = sys.argv[1], Path(sys.argv[2])
    if name != "species":
        for path in folder.glob("*.csv"):
            path.unlink()
        {"diabetes": diabetes, "breast_cancer": breast_cancer, "series": series, "survival": survival}[name](folder)
