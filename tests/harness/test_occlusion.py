"""Occlusion against models whose outputs are sums of what words and pixels add."""

import json

import numpy as np
import pandas as pd
import pytest

from harness import cells
from harness.inspection import importance, occlusion

WORTH = {"good": 3.0, "not": -1.0, "able": 5.0}
SAID = ["the bed was good", "Not Good, but notable", "notable for its plain walls", "nothing to say of this"]
TEXTS = [f"{SAID[n % 4]} {2 * letter}" for n, letter in enumerate("abcdefghijklmnopqrst")]


def by_words(X):
    """Add what each word is worth, each time that it stands there."""
    said = [sum(WORTH.get(word.lower(), 0) for word in cells.WORD.findall(text)) for text in X["text"]]
    return np.array(said)[:, None]


def by_pixels(X):
    """Add the pixels of the upper half, three times each."""
    return np.array([3.0 * np.asarray(cell)[:4].sum() for cell in X["image"]])[:, None]


def images(rows=12, shape=(8, 8), seed=0):
    drawn = np.random.default_rng(seed).integers(0, 256, (rows, *shape)).astype("uint8")
    return pd.DataFrame({"image": pd.Series(list(drawn), dtype=object)})


def test_a_word_changes_what_it_is_worth_wherever_it_stands():
    rows = pd.DataFrame({"text": TEXTS, "n": 1.0})
    (told,) = occlusion.occlusion(by_words, 0, rows, rows, 0)
    assert (told["feature"], told["kind"]) == ("text", "text") and len(told["words"]) == occlusion.SHOWN
    good, no, *others = told["words"]
    assert good == {"word": "good", "rows": 10, "change": 3.0, "sd": 0.0}
    assert no == {"word": "not", "rows": 5, "change": -1.0, "sd": 0.0}  # of "notable" nothing is taken
    assert {row["change"] for row in others} == {0.0}


def test_of_a_long_text_some_words_are_taken_by_the_seed(monkeypatch):
    monkeypatch.setattr(occlusion, "WORDS", 2)
    rows = pd.DataFrame({"text": TEXTS})
    one, again, other = (occlusion.occlusion(by_words, 0, rows, rows, seed) for seed in (0, 0, 1))
    assert one == again != other
    assert sum(row["rows"] for row in one[0]["words"]) <= 2 * len(rows)


def test_a_part_changes_by_its_distance_from_the_mean():
    train, rows = images(40), images(seed=1)
    (told,) = occlusion.occlusion(by_pixels, 0, train, rows, 0)
    mean = np.mean(train["image"].tolist(), axis=0).astype("uint8").astype(float)
    expected = 3 * np.abs(np.array(rows["image"].tolist(), float) - mean).mean(axis=0)
    expected[4:] = 0
    assert told["sizes"] == [[1] * 8] * 2 and np.array(told["change"]) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("shape", "sizes"),
    [((20, 9, 3), [[3, 3, 3, 3, 2, 2, 2, 2], [2, 1, 1, 1, 1, 1, 1, 1]]), ((3, 8, 8), [[1] * 8] * 2), ((40,), None)],
)
def test_colours_are_no_place_and_a_signal_has_one_axis(shape, sizes):
    train = images(4, shape)
    (told,) = occlusion.occlusion(by_pixels, 0, train, train, 0)
    assert told["sizes"] == (sizes or [[3] * 8 + [2] * 8])


def test_what_cannot_be_cut_says_why():
    other = pd.DataFrame({"image": [np.zeros((8, 8)), np.zeros((9, 8))]})
    assert occlusion.occlusion(by_pixels, 0, images(), other, 0)[0]["why"] == "arrays of other shapes"
    cube = images(3, (9, 9, 9))
    assert "no signal's and no image's" in occlusion.occlusion(by_pixels, 0, cube, cube, 0)[0]["why"]


def test_texts_and_arrays_stand_on_no_axis():
    rows = pd.DataFrame({"text": TEXTS}).assign(image=images(len(TEXTS))["image"], name=["a", "b"] * 10)
    none = {"grid": [], "mean": [], "ice": []}
    assert importance.dependence(by_words, 0, rows, rows["text"]) == none
    assert importance.dependence(by_words, 0, rows, rows["image"]) == none
    assert importance.dependence(by_words, 0, rows, rows["name"])["grid"] == ["a", "b"]


def test_lists_are_given_back_as_lists():
    rows = pd.DataFrame({"image": [np.arange(8.0).tolist(), np.ones(8).tolist()]})
    (told,) = occlusion.occlusion(by_pixels, 0, rows, rows, 0)
    assert json.loads(json.dumps(told)) == told and told["change"][0][4:] == [0.0] * 4
