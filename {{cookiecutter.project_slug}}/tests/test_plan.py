"""A plan that says something impossible is refused with the file and the key."""

import pytest

from harness import StudyError, plan

GOOD = """
[question]
claim = "The candidate is better than the rival."
metric = "r2"
why = "It is the usual one."
margin = 0.1
[models]
floor = "a"
linear = "a"
rival = "a"
candidate = "b"
[evaluation]
seed = 0
folds = 5
repeats = 2
sealed = 0.2
[ablations]
without_x = ["x"]
"""


def read(tmp_path, text):
    path = tmp_path / "plan.toml"
    path.write_text(text, "utf-8")
    planned = plan.read(path)
    plan.resolve(planned, path, ["a", "b"], ["x", "y"])
    return planned


def test_a_good_plan(tmp_path):
    planned = read(tmp_path, GOOD)
    assert planned.evaluation.seed == 0 and planned.metrics == ["r2"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("margin =", "margn =", "[question] margn: 'margn' is not a key of the plan; did you mean 'margin'?"),
        ("margin = 0.1\n", "", "[question] margin: Field required"),
        ("margin = 0.1", "margin = -0.1", "[question] margin: Input should be greater than 0"),
        ("margin = 0.1", 'margin = "0.1"', "[question] margin: Input should be a valid number (it says '0.1')"),
        ("folds = 5", "folds = 1", "[evaluation] folds: Input should be greater than or equal to 2"),
        ("folds = 5", "folds = true", "[evaluation] folds: Input should be a valid integer"),
        ("seed = 0", "seed = 0.5", "[evaluation] seed: Input should be a valid integer"),
        ('rival = "a"', 'rivals = "a"', "[models] rivals: 'rivals' is not a key of the plan; did you mean 'rival'?"),
        ('candidate = "b"', 'candidate = "c"', "[models] candidate: 'c' is not a function of a seed"),
        ('metric = "r2"', 'metric = "r3"', "[question] metric: 'r3' is not a scikit-learn scorer"),
        ('["x"]', '["z"]', "[ablations] without_x: 'z' is not in FEATURES of study/data.py; there are: x, y"),
        ("[models]", "[models", "cannot be read: "),
    ],
)
def test_a_bad_plan(tmp_path, old, new, said):
    assert GOOD.count(old) == 1
    with pytest.raises(StudyError) as refused:
        read(tmp_path, GOOD.replace(old, new))
    assert f"plan.toml: {said}" in str(refused.value)


def test_all_that_is_wrong_is_said_at_once(tmp_path):
    with pytest.raises(StudyError) as refused:
        read(tmp_path, GOOD.replace("margin", "margn").replace("folds", "fold"))
    assert len(str(refused.value).splitlines()) == 4  # two unknown, two missing
