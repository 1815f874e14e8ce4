"""A plan that says something impossible is refused with the file and the key."""

import tomllib
from types import SimpleNamespace

import pandas as pd
import pytest
from sklearn.dummy import DummyClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from harness.cli.plan import origins, warn
from harness.exceptions import StudyError
from harness.method import inputs
from harness.plan import plan
from harness.study import Dataset

GOOD = """
[question]
claim = "The candidate is better than the rival."
falsified_by = "The interval lies below the margin."
metric = "r2"
why = "It is the usual one."
margin = 0.1
agreed_with = "Nobody but this test."
[data]
target = "t"
features = ["x", "y"]
[rows]
dependence = "none"
reason = "They were drawn one by one."
sealed = 0.2
[models]
linear = "a"
domain = "a"
rival = "a"
candidate = "b"
[evaluation]
seed = 0
folds = 5
repeats = 2
[ablations]
without_x = { columns = ["x"] }
"""
SCHEMA = SimpleNamespace(columns=dict.fromkeys("txyz"))


def read(tmp_path, text):
    path = tmp_path / "plan.toml"
    path.write_text(text, "utf-8")
    planned = plan.read(path)
    inputs.resolve(planned, SCHEMA, ["a", "b"])
    return planned


def test_a_good_plan(tmp_path):
    planned = read(tmp_path, GOOD)
    assert planned.evaluation.seed == 0 and planned.metric_names == ["r2"] and planned.confidence == 0.95
    assert planned.nuisance_names() == {"split": "random", "initialisation": "random", "row_order": "random"}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("margin =", "margn =", "[question] margn: 'margn' is not a key of the plan; did you mean 'margin'?"),
        ("margin = 0.1\n", "", "[question] margin: is missing: write it"),
        ("margin = 0.1", "margin = -0.1", "[question] margin: Input should be greater than 0"),
        (
            "margin = 0.1",
            "margin = 2.0",
            "[question] margin: r2 goes from 0 to 1, so 2 is all of it; 2 per cent is 0.02",
        ),
        ("margin = 0.1", 'margin = "0.1"', "[question] margin: Input should be a valid number (it says '0.1')"),
        ("folds = 5", "folds = 1", "[evaluation] folds: Input should be greater than or equal to 2"),
        ("folds = 5", "folds = true", "[evaluation] folds: Input should be a valid integer"),
        ("seed = 0", "seed = 0.5", "[evaluation] seed: Input should be a valid integer"),
        ('rival = "a"', 'rivals = "a"', "[models] rivals: 'rivals' is not a key of the plan; did you mean 'rival'?"),
        ('candidate = "b"', 'candidate = "c"', "[models] candidate: 'c' is not a function of a seed"),
        (
            'metric = "r2"',
            'metric = "r3"',
            "[question] metric: 'r3' is not a scorer of scikit-learn or a function of study/metrics.py; ",
        ),
        ("[ablations]", "[variants]\nonly = {a = 1}\n[ablations]", "[variants]: one alone leaves nothing to choose"),
        (
            "[ablations]",
            "[variants]\nfew = {select__k = [2, 3]}\n[ablations]\nall_of_them = {step = 'select'}",
            "[ablations.all_of_them]: [variants] choose 'select', or a part of it",
        ),
        (
            "[ablations]",
            "[variants]\ndeep = {depth = [2, 3]}\n[ablations]\nshallow = {parameter = 'depth', value = 1}",
            "[ablations.shallow]: [variants] choose 'depth', or a part of it. Take it out of one of them",
        ),
        ('["x"]', '["z"]', "[ablations] without_x: 'z' is not in [data] features; there are: x, y"),
        ("sealed = 0.2", 'sealed = 0.2\nsubgroups = ["w"]', "[rows] subgroups: 'w' is not a column of SCHEMA"),
        ("sealed = 0.2\n", "", "[rows]: sealed is missing: write sealed = 0.2"),
        ("sealed = 0.2", "sealed_from = 3", "[rows]: it takes sealed = a share of the groups"),
        ('"none"', '"time"', "[rows]: with dependence = 'time' the newest rows are sealed: sealed_from ="),
        ('"none"', '"group"', "[data] group: [rows] dependence is 'group': name the column that tells it"),
        ('["x", "y"]', '["x", "y"]\ngroup = "z"', "[data] group: it is 'z', but [rows] dependence is 'none'"),
        ('["x", "y"]', '["x", "y"]\ntime = "z"', "[data] time: it is 'z', but [rows] dependence is 'none'"),
        ("sealed = 0.2", 'sealed = 0.2\npanel = "new groups"', "[rows]: panel: it is for groups that are seen again"),
        ('["x", "y"]', '["x", "w"]', "[data] features: 'w' is not a column of SCHEMA; there are: t, x, y, z"),
        ('"t"', '"u"', "[data] target: 'u' is not a column of SCHEMA"),
        (
            '"t"',
            '"x"',
            "[data]: target: 'x' is also a feature, the group, the time or the weight: it would give the answer away",
        ),
        (
            '["x", "y"]',
            '["x", "y"]\ncanaries = { a = [1] }',
            "[data.canaries.a] list[float]: List should have at least 2 items",
        ),
        ("[models]", '[models]\nfloor = "a"', "[models]: floor: it is a dummy that comes with the harness"),
        ("seed = 0", 'seed = 0\nbenchmark = "mine"', "[benchmark]: it is [data] of the module of study/ that"),
        ('"none"', '"some"', "[rows] dependence: Input should be 'none', 'group', 'time' or 'space'"),
        ('columns = ["x"]', 'columns = ["x"], step = "y"', "[ablations.without_x]: an ablation names exactly one of"),
        ('columns = ["x"]', 'parameter = "y"', "[ablations.without_x]: parameter and value come together"),
        ("without_x", "linear", "[ablations] linear: that name has a meaning of its own"),
        ("[ablations]", "[nuisances]\nrandom = ['sea']\n[ablations]", "[nuisances.random] 0: Input should be 'split'"),
        ('agreed_with = "Nobody but this test."', "", "[question] agreed_with: is missing: write it"),
        ("margin = 0.1", 'margin = 0.1\nfamily = ["domain"]', "[question]: family: the claim is about the rival"),
        ("[data]", "[metrics.r2]\nhigh = inf\n[data]", "[metrics.r2] high: Input should be a finite number"),
        ("[models]", "[models", "cannot be read: "),
    ],
)
def test_a_bad_plan(tmp_path, old, new, said):
    assert GOOD.count(old) == 1
    with pytest.raises(StudyError) as refused:
        read(tmp_path, GOOD.replace(old, new))
    assert f"plan.toml: {said}" in str(refused.value)


def test_a_role_may_be_left_out_unless_the_family_names_it(tmp_path):
    text = GOOD.replace('linear = "a"\ndomain = "a"\n', "")
    assert read(tmp_path, text).models.named == {"rival": "a", "candidate": "b"}
    with pytest.raises(StudyError, match=r"\[question\] family: 'linear' is not in \[models\]"):
        read(tmp_path, text.replace("margin = 0.1", 'margin = 0.1\nfamily = ["linear", "rival"]'))


def test_all_that_is_wrong_is_said_at_once(tmp_path):
    with pytest.raises(StudyError) as refused:
        read(tmp_path, GOOD.replace("margin", "margn").replace("folds", "fold"))
    assert len(str(refused.value).splitlines()) == 4  # two unknown, two missing


TIMED = GOOD.replace('"none"', '"time"').replace("sealed = 0.2", "sealed_from = 5")
TIMED = TIMED.replace('["x", "y"]', '["x", "y"]\ntime = "z"')


def test_time_has_one_order(tmp_path):
    with pytest.raises(StudyError, match="repeats: folds in the order of time are the same each time; it must be 1"):
        read(tmp_path, TIMED)
    planned = read(tmp_path, TIMED.replace("repeats = 2", "repeats = 1").replace("folds = 5", "folds = 8"))
    assert "split" not in planned.nuisance_names()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("", "", r"\[rows\] panel: \[data\] names a group and a time. Write panel = 'known groups' if"),
        ("sealed_from", 'panel = "new groups"\nsealed_from', "it takes sealed, a share of the groups"),
        ("sealed_from", 'panel = "known groups"\nsealed = 0.2\nsealed_from', "the newest rows are sealed"),
        ('group = "x"\n', "", r"\[data\] group: \[rows\] panel is 'known groups': name the"),
    ],
)
def test_a_panel_says_whether_its_groups_are_known(tmp_path, old, new, said):
    group = 'group = "x"\n'
    text = TIMED.replace("repeats = 2", "repeats = 1").replace("folds = 5", "folds = 8").replace('["x", "y"]', '["y"]')
    text = text.replace('columns = ["x"]', 'columns = ["y"]').replace('time = "z"', f'{group}time = "z"')
    known = text.replace("sealed_from", 'panel = "known groups"\nsealed_from')
    assert read(tmp_path, known).rows.cut_once
    new_groups = text.replace("sealed_from", 'panel = "new groups"\nsealed = 0.2\nsealed_from')
    planned = read(tmp_path, new_groups.replace("repeats = 1", "repeats = 3"))
    assert "split" in planned.nuisance_names() and not planned.rows.cut_once
    with pytest.raises(StudyError, match=said):
        read(tmp_path, known.replace(old, new) if group == old else text.replace(old, new))


def test_every_value_has_an_origin(tmp_path):
    planned = read(tmp_path, GOOD)
    found = {key: (value, origin) for key, value, origin in origins(planned, tmp_path / "plan.toml")}
    assert found["question.margin"] == (0.1, f"line {GOOD.splitlines().index('margin = 0.1') + 1}")
    assert found["question.alpha"] == (0.05, "default")
    assert found["replay.rtol"] == (1e-6, "default")
    assert found["ablations.without_x"] == ({"columns": ["x"]}, f"line {len(GOOD.splitlines())}")
    assert found["models.candidate"][1] == "line 20"


class Untagged:
    """No scikit-learn estimator."""


@pytest.mark.parametrize(
    ("candidate", "y", "said"),
    [
        (DecisionTreeClassifier, [0.5, 1.25, 2.5], "'b' is a classifier, but the target is continuous"),
        (DecisionTreeRegressor, ["a", "b", "a"], "'b' is no classifier, but the target is no number"),
        (DecisionTreeClassifier, ["a", "b", "a"], "classification"),
        (DecisionTreeRegressor, [1, 2, 3], "regression"),
        (lambda: make_pipeline(StandardScaler(), DecisionTreeClassifier()), [0, 1, 1], "classification"),
        (Untagged, ["a", "b", "a"], "classification"),
        (Untagged, [0.5, 1.5, 2.5], "regression"),
    ],
)
def test_the_candidate_tells_the_task(candidate, y, said):
    functions = {"a": lambda seed: Untagged(), "b": lambda seed: candidate()}
    try:
        assert inputs.task_of(plan.Plan.model_validate(tomllib.loads(GOOD)), functions, pd.Series(y)) == said
    except StudyError as error:
        assert said in str(error)


@pytest.mark.parametrize("dummy", [DummyClassifier(), make_pipeline(StandardScaler(), DummyClassifier())])
def test_no_role_but_the_floor_is_a_dummy(dummy):
    functions = {"a": lambda seed: dummy, "b": lambda seed: DecisionTreeClassifier()}
    with pytest.raises(StudyError, match=r"\[models\] linear: 'a' is a dummy, as the floor is already"):
        inputs.task_of(plan.Plan.model_validate(tomllib.loads(GOOD)), functions, pd.Series(["a", "b"]))


@pytest.mark.parametrize(("task", "said"), [("classification", ["b"] * 3), ("regression", [2.0] * 3)])
def test_the_floor_knows_nothing(task, said):
    """The commonest class is b; the mean of 1, 1 and 4 is 2."""
    y = {"classification": ["a", "b", "b"], "regression": [1, 1, 4]}[task]
    assert inputs.FLOORS[task](0).fit([[1], [2], [3]], y).predict([[1], [2], [3]]).tolist() == said


def test_a_model_that_cannot_be_built_is_named():
    with pytest.raises(StudyError, match="study/models.py: forest: TypeError: .*n_estimator"):
        inputs.build({"forest": lambda seed: DummyClassifier(n_estimator=20)}, "forest", 1)


@pytest.mark.parametrize(
    ("development", "sealed", "said"),
    [
        (["a"] * 6 + ["b"] * 2, ["c"] * 2, "development has 2 groups, the largest with 75% of the rows; sealed has 1 "),
        (
            range(40),
            ["c"] * 3 + ["d"],
            "development has 40 groups, the largest with 2% of the rows; sealed has 2 groups,",
        ),
        (list(range(20)) + [7] * 9, range(10), "the largest with 34% of the rows; sealed has 10 groups"),
        (range(40), range(10), ""),
    ],
)
def test_few_or_unequal_groups_are_warned_of_on_either_side_of_the_seal(capsys, development, sealed, said):
    sides = [SimpleNamespace(groups=pd.Series(groups), y=groups) for groups in (development, sealed)]
    planned = SimpleNamespace(data=SimpleNamespace(group="site"), rows=SimpleNamespace(sealed=None))
    warn(SimpleNamespace(development=sides[0], sealed=sides[1], plan=planned, task="regression"))
    told = capsys.readouterr().err
    assert told.startswith("Warning: study/plan.toml: [data] group: ") and said in told if said else not told


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ("abababababab", ""),  # the first two train, then each two are a fold
        ("abaaababaaab", "2 of 5 folds have no row to test of a class (b)"),
        ("cabcabababab", "5 of 5 folds have no row to test of a class (a, c)"),
    ],
)
def test_folds_that_lack_a_class_are_warned_of(capsys, answers, said):
    y, times = pd.Series(list(answers)), pd.Series(range(len(answers)))
    rows = Dataset(times.to_frame(), y, times.astype(str), times)
    planned = SimpleNamespace(data=SimpleNamespace(group=""), evaluation=SimpleNamespace(folds=5, seed=1))
    planned.rows = SimpleNamespace(sealed=None)
    warn(SimpleNamespace(development=rows, sealed=rows, plan=planned, task="classification"))
    told = capsys.readouterr().err
    assert f"Warning: study/plan.toml: [evaluation] folds: {said}" in told if said else not told


@pytest.mark.parametrize(
    ("asked", "said"), [(0.2, "2 groups, 45 rows, 45\u00a0% of all, not 20\u00a0%"), (0.4, ""), (0, "")]
)
def test_a_seal_that_is_larger_than_asked_for_is_warned_of(capsys, asked, said):
    groups = pd.Series(["few"] * 5 + ["many"] * 40 + [f"one {n}" for n in range(55)])
    sides = [SimpleNamespace(groups=part, y=part, times=None) for part in (groups[45:], groups[:45])]
    planned = SimpleNamespace(data=SimpleNamespace(group=""), rows=SimpleNamespace(sealed=asked))
    warn(SimpleNamespace(development=sides[0], sealed=sides[1], plan=planned, task="regression"))
    told = capsys.readouterr().err
    assert f"Warning: study/plan.toml: [rows] sealed: that seals {said}" in told if said else not told
