"""Rows that load() leaves out are told from rows that it puts together."""

import numpy as np
import pandas as pd
import pytest

from harness.checks import dropped, readers

rng = np.random.default_rng(0)
PEOPLE = pd.DataFrame({"who": [f"p{n}" for n in range(40)], "age": rng.integers(20, 90, 40), "site": list("abcd") * 10})
VISITS = pd.DataFrame({"who": [f"p{n}" for n in range(40)] * 3, "day": np.repeat([1, 2, 3], 40)})
VISITS["mass"] = rng.normal(70, 5, 120).round(1)
STATIONS = pd.DataFrame({"site": [f"{letter}{n}" for letter in "abcde" for n in ("", 1, 2)] * 4}).drop_duplicates()
TABLES = {"people": PEOPLE, "visits": VISITS, "stations": STATIONS.assign(height=range(15))}
TABLES["gaps"] = PEOPLE.assign(age=PEOPLE["age"].where(PEOPLE.index % 7 != 3))
TABLES["twice"] = pd.concat([PEOPLE, PEOPLE[5:6].assign(age=33)])
TABLES["early"], TABLES["late"] = PEOPLE[:25], PEOPLE[25:]


def means(read):
    return read("visits").groupby("who")["mass"].mean().to_frame()


def wide(read):
    return read("visits").pivot(index="who", columns="day", values="mass").add_prefix("day ").dropna()


def joined(read):
    return read("people").merge(read("stations"), on="site").set_index("who")


def means_of_people(read):
    return read("people").set_index("who").join(means(read))


def day_before(read):
    visits = read("visits").sort_values(["who", "day"])
    visits["before"] = visits.groupby("who")["mass"].shift(1)
    return visits.dropna().set_index(visits.dropna()["who"] + " " + visits.dropna()["day"].astype(str))


def one_measured_twice(read):
    return read("twice").groupby("who").agg({"age": "mean", "site": "first"})


def windows(read):
    mass = read("visits")["mass"].rolling(10).mean()[9::10]
    return mass.to_frame().set_index("window " + mass.index.astype(str))


def two_files(read):
    return pd.concat([read("early"), read("late")]).set_index("who")


def gaps(read):
    return read("gaps").dropna().set_index("who")


def gaps_joined(read):
    return read("gaps").merge(read("stations"), on="site").dropna().set_index("who")


def young(read):
    table = two_files(read)
    return table[table["age"] < 80]


def first_ones(read):
    return read("people").head(30).set_index("who")


def read_twice(read):
    ages = read("people").groupby("site")["age"].mean()
    return read("people").join(ages.rename("usual"), on="site").set_index("who")


@pytest.mark.parametrize(
    "make", [means, wide, joined, means_of_people, day_before, one_measured_twice, windows, read_twice]
)
def test_rows_that_are_put_together_are_no_concern(look, make):
    assert look(make) == []


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (two_files, None),
        (gaps, "reads 40 rows of gaps.csv and gives 34: row 4 of 40"),
        (gaps_joined, "reads 40 rows of gaps.csv and gives 34: row 4 of 40"),
        (young, "reads 40 rows of early.csv and gives"),
        (first_ones, "reads 40 rows of people.csv and gives 30: 'p30'"),
    ],
)
def test_rows_that_are_left_out_are_told(look, make, said):
    found = look(make)
    assert (found == []) if said is None else (len(found) == 1 and said in found[0])


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"nrows": 30}, "there are more after them"),
        ({"nrows": 40}, None),
        ({"skipfooter": 2, "engine": "python"}, "it has 2 more"),
        ({"skiprows": lambda n: n % 2 == 1}, "it has 20 more"),
        ({"skiprows": [1]}, None),
        ({"skiprows": np.array([1])}, None),
        ({"on_bad_lines": "skip"}, None),
    ],
)
def test_options_that_take_rows_away_are_told(look, options, said):
    found = look(lambda read: read("people", **options))
    assert (found == []) if said is None else (len(found) == 1 and said in found[0])


def test_a_look_at_the_first_lines_takes_nothing_away(look):
    assert look(lambda read: read("people")[read("people", nrows=1).columns].set_index("who")) == []


def test_a_footer_is_no_row(look, tmp_path):
    text = PEOPLE.to_csv(index=False) + "Source: a survey\nAsk: the authors\n"
    (tmp_path / "people.csv").write_text(text, "utf-8")
    assert look(lambda read: read("people", skipfooter=2, engine="python")) == []


@pytest.fixture
def look(tmp_path):
    """Write the tables; say what is told of a function that makes a table of them."""
    for name, table in TABLES.items():
        table.to_csv(tmp_path / f"{name}.csv", index=False)

    def look_at(make):
        def load():
            return make(lambda name, **options: pd.read_csv(tmp_path / f"{name}.csv", **options))

        with readers.watched() as seen:
            table = load()
        found = [*dropped.cut_short(seen)] or [*dropped.left_out(load, seen, len(table))]
        return [says for _, says in found]

    return look_at
