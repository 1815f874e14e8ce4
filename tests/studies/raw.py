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


def trees(folder):
    girth = [8.3, 8.6, 8.8, 10.5, 10.7, 10.8, 11.0, 11.0, 11.1, 11.2, 11.3, 11.4, 11.4, 11.7, 12.0, 12.9, 12.9, 13.3]
    girth += [13.7, 13.8, 14.0, 14.2, 14.5, 16.0, 16.3, 17.3, 17.5, 17.9, 18.0, 18.0, 20.6]
    height = [70, 65, 63, 72, 81, 83, 66, 75, 80, 75, 79, 76, 76, 69, 75, 74, 85, 86, 71, 64, 78, 80, 74, 72, 77, 81]
    height += [82, 80, 80, 80, 87]
    volume = [10.3, 10.3, 10.2, 16.4, 18.8, 19.7, 15.6, 18.2, 22.6, 19.9, 24.2, 21.0, 21.4, 21.3, 19.1, 22.2, 33.8]
    volume += [27.4, 25.7, 24.9, 34.5, 31.7, 36.3, 38.3, 42.6, 55.4, 55.7, 58.3, 51.5, 51.0, 77.0]
    table = pd.DataFrame({"girth": girth, "height": height, "volume": volume}, index=range(1, 32))
    table.to_csv(folder / "trees.csv", index_label="tree")


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


def images(folder, number=2000):
    """Stripes of any phase, width and contrast, with noise: warp runs down, weft across."""
    from PIL import Image  # of the lock of a study that asks for it

    rng, rows = np.random.default_rng(1601), []
    (folder / "img").mkdir()
    for n in range(number):
        loom, stripes = rng.choice(["new", "old"]), ("warp", "weft")[n % 2]
        wave = 40 * np.sin(2 * np.pi * (np.arange(16) / rng.uniform(4, 8) + rng.random()))
        grey = rng.normal(128 + wave, 25 if loom == "new" else 35, (16, 16)).clip(0, 255).astype("uint8")
        rows.append([f"img/{n:04}.png", loom, stripes])
        Image.fromarray(grey if stripes == "warp" else grey.T).save(folder / rows[-1][0])
    pd.DataFrame(rows, columns=["file", "loom", "stripes"]).to_csv(folder / "pictures.csv", index=False)


def text(folder):
    """What is "good" pleases, what is "not good" does not, of "bad" the reverse; one guest in twelve ticks wrongly."""
    rng, rows = np.random.default_rng(1972), []
    things = ["bed", "breakfast", "view", "pool", "garden", "lift", "staff", "bath", "street", "terrace"]
    for n in range(1, 401):
        here, there = rng.choice(things, 2, replace=False)
        praise, negated = rng.random(2) < 0.5
        opinion = rng.choice(["good", "lovely", "clean"] if praise else ["bad", "noisy", "dirty"])
        when = f"{rng.choice(['we stayed', 'I spent', 'my family had'])} {rng.integers(2, 15)} nights"
        said = f"{when} and the {here} was {'not ' if negated else ''}{opinion} while the {there} is as it is"
        content = (praise != negated) != (rng.random() < 1 / 12)
        rows.append([n, said, rng.choice(["summer", "winter"]), "yes" if content else "no"])
    pd.DataFrame(rows, columns=["guest", "text", "season", "again"]).to_csv(folder / "guests.csv", index=False)


def households(folder):
    """Heat costs more in old houses, by a threshold; these were drawn five times as often as the others."""
    rng, rows = np.random.default_rng(1934), 600
    area, people = rng.gamma(8, 12, rows).clip(15, 390).round(), rng.integers(1, 7, rows)
    old = rng.random(rows) < 0.6
    age = np.where(old, rng.integers(40, 120, rows), rng.integers(0, 40, rows))
    heat = 200 + 4 * area * np.where(age > 40, 2.5, 1.0) + 40 * people + rng.normal(0, 80, rows)
    table = pd.DataFrame({"area": area, "people": people, "age_of_house": age, "stands_for": np.where(old, 40, 200)})
    table.assign(heat=heat.clip(0).round(2)).set_axis(range(1, rows + 1)).to_csv(
        folder / "households.csv", index_label="household"
    )


def upper(folder):
    """Waits grow, and vary, with the queue for each of the staff, three times as much around noon."""
    rng, rows = np.random.default_rng(1978), 500
    hour, staff, queue = rng.uniform(7, 19, rows).round(1), rng.integers(2, 9, rows), rng.poisson(12, rows)
    mean = 5 + 10 * queue / staff * np.where(np.abs(hour - 12.5) < 1.5, 3, 1)
    wait = (mean * rng.gamma(6, 1 / 6, rows)).round(1)
    table = pd.DataFrame({"hour": hour, "staff": staff, "queue": queue, "wait": wait})
    table.set_axis(range(1, rows + 1)).to_csv(folder / "calls.csv", index_label="call")


def orchards(folder):
    """Trees bear most at a middle age and with enough water, and the more the better the soil of their orchard."""
    rng = np.random.default_rng(2019)
    orchard = np.repeat([f"orchard {n:02}" for n in range(50)], 6)
    soil = np.repeat(rng.normal(0, 4, 50), 6)
    water, sun, age = rng.uniform(10, 90, 300), rng.normal(7, 1.5, 300).clip(1).round(1), rng.uniform(2, 40, 300)
    apples = 30 + soil + 40 * np.exp(-(((age - 18) / 8) ** 2)) + 0.5 * np.minimum(water, 50) + 2 * sun
    table = pd.DataFrame({"orchard": orchard, "tree": np.tile(range(6), 50), "water": water.round(1), "sun": sun})
    table = table.assign(age=age.round(1), apples=(apples + rng.normal(0, 4, 300)).clip(0).round(1))
    table.to_csv(folder / "orchards.csv", index=False)


def stations(folder):
    """Traffic makes the air worse, the less wind the more; each station is a little better or worse than that."""
    rng = np.random.default_rng(2018)
    station, month = np.repeat(range(40), 30), np.tile(pd.date_range("2020-01-01", periods=30, freq="MS"), 40)
    street, road, width = (np.repeat(part, 30) for part in rng.gamma([[9], [4], [12]], [[0.6], [10], [1.5]], (3, 40)))
    traffic = road * rng.uniform(0.8, 1.2, 1200)
    wind = (np.tile(rng.gamma(6, 1, 30), 40) * rng.uniform(0.7, 1.3, 1200)).round(1)
    no2 = 12 + street + traffic * 1.5 * np.exp(-wind / 4) - 0.3 * width + rng.normal(0, 2, 1200)
    names, month = [f"station {n:02}" for n in station], pd.DatetimeIndex(month).strftime("%Y-%m-%d")
    table = pd.DataFrame({"station": names, "month": month})
    table = table.assign(traffic=traffic.clip(0, 190).round(1), width=width.round(1), wind=wind)
    table["no2"] = no2.clip(0, 390).round(1)
    table.to_csv(folder / "stations.csv", index=False)


def welds(folder):
    """Each defect lies in a ball of the readings, which overlap; so that a weld may have several, and no line tells."""
    rng = np.random.default_rng(1950)
    readings = rng.normal(0, 1, (400, 8))
    table = pd.DataFrame(readings.round(3), columns=[f"reading_{n}" for n in range(1, 9)])
    for n, name in enumerate(["crack", "pore", "slag"]):
        far = np.sqrt((readings[:, n : n + 3] ** 2).sum(axis=1)) + rng.normal(0, 0.2, 400)
        table[name] = (far < 1.6) * 1
    table.set_axis(range(1, 401)).to_csv(folder / "welds.csv", index_label="weld")


if __name__ == "__main__":
    name, folder = sys.argv[1], Path(sys.argv[2])
    if name != "species":
        for path in folder.glob("*.csv"):
            path.unlink()
        made = {"diabetes": diabetes, "breast_cancer": breast_cancer, "series": series}
        made |= {"survival": survival, "trees": trees, "images": images, "text": text, "households": households}
        made |= {"upper": upper, "orchards": orchards, "stations": stations, "welds": welds}
        made[name](folder, *map(int, sys.argv[3:]))
