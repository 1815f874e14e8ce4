"""The evaluation against numbers that can be worked out beforehand."""

import contextlib
import multiprocessing
import random
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from shipped import TEMPLATE
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.compose import make_column_transformer
from sklearn.dummy import DummyRegressor
from sklearn.linear_model import LassoCV, LinearRegression, Ridge, RidgeCV
from sklearn.model_selection import GridSearchCV, KFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from harness.exceptions import StudyError
from harness.fits import cache, diagnostics, estimators, evaluation, fit
from harness.inspection import importance
from harness.method import jobs, splits
from harness.method.inputs import Study
from harness.plan import plan, sections
from harness.study import Dataset

SECONDS = ["fit_s", "score_s"]


class SeedTeller(RegressorMixin, BaseEstimator):
    """Predict the seed; the error then tells which seed a fit was given."""

    def __init__(self, seed):
        self.seed = seed

    def fit(self, X, y):
        """Learn nothing."""
        self.n_features_in_ = X.shape[1]
        return self

    def predict(self, X):
        """Return the seed for every row."""
        return np.full(len(X), float(self.seed))


class Mean:
    """No scikit-learn estimator: fit and predict are all it has, and fit returns nothing."""

    def fit(self, X, y):
        """Learn the mean."""
        self.mean = y.mean()

    def predict(self, X):
        """Return the mean for every row."""
        return np.full(len(X), self.mean)


def mean(seed):
    return DummyRegressor()


def plain(seed):
    return Mean()


def line(seed):
    return LinearRegression()


def teller(seed):
    return SeedTeller(seed)


def search(seed):
    return GridSearchCV(Ridge(), {"alpha": [1e-6, 1.0, 1e9]}, cv=3)


MODELS = {one.__name__: one for one in (mean, plain, line, teller, search)}


def study(rows=40, candidate="line", metric="neg_mean_absolute_error", models=None, per_group=1, **more):
    """Return a study of y = 2 a, with a useless b."""
    index = pd.Index([f"row {n}" for n in range(rows)])
    X = pd.DataFrame({"a": np.arange(rows, dtype=float), "b": np.arange(rows) % 3 - 1.0}, index)
    planned = {
        "question": {
            "claim": "A line is better.",
            "falsified_by": "Its error is not smaller.",
            "metric": metric,
            "why": "It can be worked out.",
            "margin": 0.5,
            "agreed_with": "Nobody but this test.",
        },
        "rows": {"dependence": "none", "reason": "They were made one by one.", "sealed": 0.2},
        "data": {"target": "y", "features": ["a", "b"]},
        "models": {"linear": "line", "domain": "plain", "rival": "mean", "candidate": candidate},
        "evaluation": {"seed": 1, "folds": 4, "repeats": 2, "seeds": 2, "draws": 3},
        "ablations": {"without_a": {"columns": ["a"]}},
        "nuisances": {"choices": {"intercept": {"parameter": "fit_intercept", "value": False}}},
    }
    for section, change in more.items():
        planned[section] = change
    groups = pd.Series([f"group {n // per_group}" for n in range(rows)], index)
    data = Dataset(X, 2 * X["a"], groups)
    stated, functions = plan.Plan.model_validate(planned), MODELS | (models or {})
    by_role = {"floor": mean} | {role: functions[name] for role, name in stated.models}
    return Study(stated, by_role, "regression", data, data, data, {}, {}, X, TEMPLATE)


@pytest.fixture(scope="module", autouse=True)
def no_shap():
    """Leave out the slowest part of an explanation, which has tests of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(importance, "shap_values", lambda *_: {"method": None, "why": "not asked"})
        yield


@pytest.fixture(scope="module")
def found():
    return evaluation.evaluate(study(), workers=1, inspect=importance.inspect)


def test_every_fit_is_there_once(found):
    kinds = found.scores.groupby(["kind", "name"]).size().to_dict()
    role = {("role", role): 2 * 2 * 4 for role in sections.ROLES}  # repeats x seeds x folds
    random = {("nuisance", name): 3 * 4 for name in sections.RANDOM} | {("joint", "all"): 3 * 4}  # draws x folds
    looks = {("learning", str(share)): 4 for share in jobs.SHARES} | {("planted", "planted_noise"): 4}
    assert kinds == role | {("ablation", "without_a"): 16} | random | {("nuisance", "intercept"): 4} | looks
    assert not found.scores.duplicated(evaluation.KEYS).any()
    learned = found.scores[found.scores["kind"] == "learning"].groupby("name")["n_train"].first().to_dict()
    assert (found.scores["n_test"] == 10).all() and learned == {"0.25": 8, "0.5": 15, "0.75": 23}
    assert (found.scores.loc[found.scores["kind"] != "learning", "n_train"] == 30).all()


def test_known_errors(found):
    error = -found.scores.set_index(["kind", "name"])["neg_mean_absolute_error"]
    assert error[("role", "candidate")].max() < 1e-9  # a line through points on a line
    assert error[("ablation", "without_a")].min() > 10  # the useless column alone
    assert error[("nuisance", "intercept")].max() < 1e-9  # the line goes through the origin
    # mean |y - mean y| of 0, 2, ..., 78 is 20
    assert error[("role", "floor")].mean() == pytest.approx(20, rel=0.15)


def test_an_estimator_may_have_fit_and_predict_alone(found):
    scores = found.scores.set_index(["kind", "name"])["neg_mean_absolute_error"]
    assert (scores[("role", "domain")].to_numpy() == scores[("role", "floor")].to_numpy()).all()  # the same mean


def test_roles_are_paired_by_fold(found):
    """Floor and rival are the same model here: fold by fold they agree to the last bit."""
    roles = found.scores[found.scores["kind"] == "role"]
    metric = roles.pivot(index=["repeat", "seed", "fold"], columns="name")["neg_mean_absolute_error"]
    assert (metric["floor"] == metric["rival"]).all()
    assert metric["floor"].nunique() > 2


def test_predictions_are_out_of_fold(found):
    """Each role says something of each row, once, and what the mean says is the mean of the other folds."""
    assert (found.predictions.groupby(["name", "row"]).size() == 1).all()
    floor = found.predictions[found.predictions["name"] == "floor"].set_index("row")
    for _, fold in floor.groupby("fold"):
        others = floor.loc[floor.index.difference(fold.index), "truth"]
        assert fold["prediction"].to_numpy() == pytest.approx(others.mean())
    assert len(floor) == 40


def test_the_number_of_workers_does_not_matter(found, monkeypatch):
    monkeypatch.setattr(jobs, "looks", lambda study, cut: [])  # a worker would import shap first
    told = []
    again = evaluation.evaluate(study(), workers=2, tell=told.append).scores.drop(columns=SECONDS)
    pd.testing.assert_frame_equal(found.scores.drop(columns=SECONDS).iloc[: len(again)], again, check_exact=True)
    assert len(again) > 100
    assert told[-1] == f"{len(told)} of {len(told)} fits"


def test_explanations_are_begun_after_the_roles(monkeypatch):
    begun = []

    def do_all(do, calls):
        for job, *rest in calls:
            begun.append("explanation" if job.wants == "explanation" else "role" if job.kind == "role" else "rest")
            yield do(job, *rest)

    monkeypatch.setattr(evaluation, "pool", lambda *_: contextlib.nullcontext(do_all))
    evaluation.evaluate(study(), workers=1)
    order = ["role", "explanation", "rest"]
    assert set(begun) == set(order) and begun == sorted(begun, key=order.index)


def test_the_order_in_which_fits_are_begun_does_not_matter(found, monkeypatch):
    monkeypatch.setattr(evaluation, "rank", lambda fit: fit[0])  # by key: as good as shuffled
    again = evaluation.evaluate(study(), workers=1, inspect=importance.inspect)
    pd.testing.assert_frame_equal(again.scores.drop(columns=SECONDS), found.scores.drop(columns=SECONDS))
    pd.testing.assert_frame_equal(again.predictions, found.predictions)
    assert again.explanations == found.explanations


def test_the_planted_column_is_in_no_cluster(monkeypatch):
    data, fits = jobs.plan_jobs(study())
    job = next(job for job in fits if job.wants == "explanation")
    X = data[job.data].X.assign(**{jobs.PLANTED: data[job.data].X["a"]})
    monkeypatch.setattr(importance, "explain", lambda *given: given[-1])
    assert importance.inspect(None, job, data[job.data]._replace(X=X), lambda *_: 0.0) == []


def fits(study, kind, name):
    return [job for job in jobs.plan_jobs(study)[1] if (job.kind, job.name) == (kind, name)]


def test_each_nuisance_changes_its_own_thing():
    """Split: other folds; initialisation: another model seed; order: another order of the training rows; no more."""
    told = study(candidate="teller", nuisances={"label_noise": 0.1, "outlier_cut": 3.0})
    base = fits(told, "role", "candidate")[:4]

    def differs(name):
        drawn = fits(told, "nuisance", name)
        again = [base[job.fold] for job in drawn]
        pairs = list(zip(drawn, again, strict=True))
        return {
            "folds": all(one.test.tolist() != other.test.tolist() for one, other in pairs),
            "seed": all(one.model_seed != other.model_seed for one, other in pairs),
            "treated": {name for job in drawn for name, *_ in job.treatments},
            "draws": len({(job.model_seed, job.treatments, tuple(job.test)) for job in drawn if job.fold == 0}),
        }

    nothing = {"folds": False, "seed": False, "treated": set()}
    assert differs("split") == nothing | {"folds": True, "draws": 3}
    assert differs("initialisation") == nothing | {"seed": True, "draws": 3}
    assert differs("row_order") == nothing | {"treated": {"row_order"}, "draws": 3}
    assert differs("label_noise") == nothing | {"treated": {"label_noise"}, "draws": 3}
    assert differs("outlier_cut") == nothing | {"treated": {"outlier_cut"}, "draws": 1}
    joint = fits(told, "joint", "all")
    assert len({job.model_seed for job in joint}) == 3
    assert {name for job in joint for name, *_ in job.treatments} == {"row_order", "label_noise", "outlier_cut"}


def test_no_fold_is_cut_twice(monkeypatch):
    """Once for each of 2 repeats, and for each of 3 draws of the nuisance split, alone and in the 3 joint ones."""
    asked, cut = [], splits.folds
    monkeypatch.setattr(splits, "folds", lambda *given: asked.append(given[2]) or cut(*given))
    jobs.plan_jobs(study())
    assert len(asked) == len(set(asked)) == 2 + 3 + 3


def test_a_seed_for_each_repeat_and_each_restart():
    roles = [job for job in jobs.plan_jobs(study())[1] if job.kind == "role"]
    by_place = {(job.repeat, job.seed): job.model_seed for job in roles}
    assert len(by_place) == len(set(by_place.values())) == 4
    assert all(by_place[job.repeat, job.seed] == job.model_seed for job in roles)  # the same for all models


class Careless(SeedTeller):
    """Draw from the global generators whatever the seed says."""

    def predict(self, X):
        """Return noise."""
        return np.random.random(len(X)) + random.random()


def test_models_that_ignore_their_seed_repeat_all_the_same():
    noisy = study(candidate="careless", models={"careless": Careless}, nuisances={}, ablations={})
    first, second = (evaluation.evaluate(noisy, workers=1).scores["neg_mean_absolute_error"] for _ in range(2))
    assert (first == second).all() and first.nunique() > 10


@pytest.mark.parametrize("within", [lambda search: search, lambda search: make_pipeline("passthrough", search)])
def test_a_search_is_nested_counted_and_keeps_groups_whole(monkeypatch, within):
    """Its inner folds are cut from the training rows alone, without parting a group."""
    searching = study(candidate="search", per_group=2, nuisances={"random": []}, ablations={})
    seen = []

    class Watched(GridSearchCV):
        def fit(self, X, y):
            for inner_train, inner_test in self.cv:
                groups = searching.development.groups[X.index]
                seen.append(set(groups.iloc[inner_train]) & set(groups.iloc[inner_test]))
            return super().fit(X, y)

    monkeypatch.setitem(
        searching.models, "candidate", lambda seed: within(Watched(Ridge(), {"alpha": [1e-6, 1e9]}, cv=3))
    )
    scores = evaluation.evaluate(searching, workers=1).scores.set_index(["kind", "name"])
    assert seen and not any(seen)
    assert (scores.loc[("role", "candidate"), "trials"] == 2).all()
    assert (scores.loc[("role", "linear"), "trials"] == 0).all()
    tried = diagnostics.tried(scores.reset_index())
    assert (tried["candidate"], tried["linear"]) == (2, 1)
    searched = SimpleNamespace(steps=[("scale", object()), ("optuna", SimpleNamespace(n_trials_=40))])
    assert diagnostics.trials(searched) == 40
    assert scores.loc[("role", "candidate"), "neg_mean_absolute_error"].min() > -0.01  # it chose the small alpha


@pytest.mark.parametrize(
    ("model", "folds"),
    [
        (LassoCV(cv=3), 3),
        (LassoCV(cv=KFold(3)), None),  # the author's own choice
        (RidgeCV(), None),  # leaves out one row at a time, by a formula
        (GridSearchCV(Ridge(), {"alpha": [1.0]}), 5),
    ],
)
def test_inner_folds_keep_groups_whole_where_their_number_is_given(model, folds):
    kept = study(per_group=2)
    job = jobs.of_role(kept, "candidate", kept.development, build=lambda seed: model)
    found = fit.fit(job._replace(train=np.arange(len(kept.development.y))), kept.development).cv
    if folds is None:
        assert not isinstance(found, list)
    else:
        groups = kept.development.groups.to_numpy()
        assert len(found) == folds and not any(set(groups[train]) & set(groups[test]) for train, test in found)


class Split:
    """What cuts the rows that stop a training early off, as skorch's ValidSplit does."""

    def __init__(self, cv, stratified=True):
        self.cv, self.stratified, self.random_state = cv, stratified, None


class Net(Ridge):
    """A model with such a part."""

    def __init__(self, alpha=1.0, train_split=None):
        super().__init__(alpha=alpha)
        self.train_split = train_split


@pytest.mark.parametrize("within", [lambda net: net, lambda net: make_pipeline("passthrough", net)])
@pytest.mark.parametrize(("cv", "share"), [(5, 1 / 5), (0.25, 1 / 4)])
def test_rows_that_stop_a_training_early_do_not_depend_on_those_it_learns_from(cv, share, within):
    kept, own = study(per_group=2), Split(cv)
    job = jobs.of_role(kept, "candidate", kept.development, build=lambda seed: within(Net(train_split=own)))
    model = fit.fit(job._replace(train=np.arange(len(kept.development.y))), kept.development)
    split = getattr(model, "steps", [("", model)])[-1][1].train_split
    ((train, valid),) = split.cv
    groups = kept.development.groups.to_numpy()
    assert not set(groups[train]) & set(groups[valid]) and not split.stratified
    assert sorted([*train, *valid]) == [*range(len(groups))] and abs(len(valid) / len(groups) - share) < 0.1
    assert own.cv == cv, "what the study made was changed"


def test_rows_that_stop_a_training_early_are_the_latest_where_there_is_a_time():
    kept = study(per_group=1)
    times = pd.Series(np.arange(len(kept.development.y)), kept.development.y.index)
    rows = kept.development._replace(times=times)
    job = jobs.of_role(kept, "candidate", rows, build=lambda seed: Net(train_split=Split(5)))
    ((train, valid),) = fit.fit(job._replace(train=np.arange(len(times))), rows).train_split.cv
    assert max(train) < min(valid) and max(valid) == len(times) - 1


@pytest.mark.parametrize("split", [None, Split(KFold(3))])
def test_a_split_that_is_the_authors_own_is_left_as_it_is(split):
    kept = study(per_group=2)
    job = jobs.of_role(kept, "candidate", kept.development, build=lambda seed: Net(train_split=split))
    assert fit.fit(job._replace(train=np.arange(len(kept.development.y))), kept.development).train_split is split


def test_a_further_metric_that_a_model_cannot_give_is_missing(found):
    further = study(nuisances={"random": []}, ablations={})
    question = further.plan.question.model_copy(update={"further_metrics": ["roc_auc", "r2"]})
    further = further._replace(plan=further.plan.model_copy(update={"question": question}))
    scores = evaluation.evaluate(further, workers=1).scores
    assert scores["roc_auc"].isna().all() and scores["r2"].notna().all()


@pytest.mark.filterwarnings("ignore:R.2 score is not well-defined")
def test_an_undefined_primary_metric_is_refused():
    """One row has no variance to explain; a regression has no classes to rank."""
    with pytest.raises(StudyError, match=r"'r2' cannot score mean as role floor, fold 0 .* on 1 rows: fewer folds"):
        evaluation.evaluate(study(rows=4, metric="r2"), workers=1)
    with pytest.raises(StudyError, match=r"'roc_auc' cannot score mean as role floor, fold 0 .* on 10 rows: "):
        evaluation.evaluate(study(metric="roc_auc"), workers=1)


def broken(seed):
    return LinearRegression(positive="yes")


def test_a_model_that_fails_is_named():
    with pytest.raises(StudyError, match=r"study/models.py: broken as role candidate, fold 0: InvalidParameterError"):
        evaluation.evaluate(study(candidate="broken", models={"broken": broken}, nuisances={}, ablations={}), workers=1)


def test_importance_finds_the_column_that_matters(found):
    losses = pd.DataFrame([fold["importance"] for fold in found.explanations]).map(np.mean).mean()
    assert set(losses.index) == {"a", "b", "planted_noise"}
    assert losses["a"] > 10 and abs(losses["b"]) < 1e-9


def test_the_split_table_says_where_each_row_went():
    table = jobs.split_table(study()._replace(sealed=study().sealed.take([]), canaries=study().canaries.take([])))
    assert list(table.columns) == ["part", "repeat 0", "repeat 1"] and (table["part"] == "development").all()
    for job in fits(study(), "role", "floor"):
        assert (table[f"repeat {job.repeat}"].iloc[job.test] == job.fold).all()


def test_what_is_kept_is_what_comes_back(tmp_path):
    """A second run does nothing and says the same; a damaged, lost or foreign entry is done again."""
    first = evaluation.evaluate(study(), 1, tmp_path)
    second = evaluation.evaluate(study(), 1, tmp_path)
    # floor and rival are one model, and so are linear and candidate: one fit each
    assert first.done == len(first.scores) - 2 * 16 and second.done == 0 and second.kept == first.done
    pd.testing.assert_frame_equal(first.scores, second.scores, check_exact=True)  # even the seconds
    pd.testing.assert_frame_equal(first.predictions, second.predictions, check_exact=True)
    assert first.explanations == second.explanations


@pytest.mark.parametrize("damage", [b"", b"{", b"null", None])
def test_a_damaged_entry_is_named_and_done_again(tmp_path, capsys, damage):
    first = evaluation.evaluate(study(), 1, tmp_path)
    entry = sorted(tmp_path.rglob("*.json"))[0]
    text = entry.read_bytes()
    entry.write_bytes(text.replace(b'"n_test": 10', b'"n_test": 11') if damage is None else damage)
    again = evaluation.evaluate(study(), 1, tmp_path)
    assert again.done == 1 and f"{entry} is damaged" in capsys.readouterr().out
    pd.testing.assert_frame_equal(first.scores.drop(columns=SECONDS), again.scores.drop(columns=SECONDS))
    assert cache.read(tmp_path, entry.stem) is not None


def test_only_what_changed_is_done_again(tmp_path):
    """Another row touches the fits that see it, another parameter those that have it."""
    evaluation.evaluate(study(), 1, tmp_path)
    other = study(models={"plain": lambda seed: DummyRegressor(strategy="median")})
    again = evaluation.evaluate(other, 1, tmp_path)
    assert again.done == 16  # the domain role's
    changed = study()
    changed.development.X.iloc[0, 1] = 5.0
    changed = evaluation.evaluate(changed, 1, tmp_path)
    assert changed.done == len(changed.scores) - 2 * 16  # every fit trains or tests on every row


def test_features_out_looks_into_a_search():
    """What the last step of the chosen pipeline was given, not what the search was."""
    X, y = study().development.X, study().development.y
    steps = make_pipeline(make_column_transformer((StandardScaler(), ["a"])), Ridge())  # b is dropped
    assert estimators.features_out(steps.fit(X, y), 2) == 1
    assert estimators.features_out(GridSearchCV(steps, {"ridge__alpha": [1.0]}).fit(X, y), 2) == 1


def share(folder, count, at_once):
    """Evaluate over a cache; put how many fits were done here, and what came out."""
    at_once.wait()
    made = evaluation.evaluate(study(), workers=1, folder=folder)
    count.put((made.done, made.kept, made.scores[["neg_mean_absolute_error"]].to_numpy().tolist()))


def test_processes_over_one_cache_do_no_fit_twice(tmp_path):
    """Three at once, as an array job starts them; each ends with all of it."""
    fork = multiprocessing.get_context("fork")
    count, at_once = fork.Queue(), fork.Barrier(3)
    workers = [fork.Process(target=share, args=(tmp_path, count, at_once)) for _ in range(3)]
    for worker in workers:
        worker.start()
    told = [count.get(timeout=120) for _ in workers]
    for worker in workers:
        worker.join()
    entries = len([*tmp_path.glob("*/*.json")])
    assert sum(done for done, _, _ in told) == entries and all(done for done, _, _ in told)
    assert {done + kept for done, kept, _ in told} == {entries} and told[0][2] == told[1][2] == told[2][2]
    assert not [*tmp_path.glob("*/*.lock")]


def test_a_claim_ends_with_the_process_that_made_it(tmp_path):
    fork = multiprocessing.get_context("fork")
    begun, forever = fork.Event(), fork.Event()

    def claim():
        with cache.claimed(tmp_path, "abc", patient=True):
            begun.set()
            forever.wait()

    other = fork.Process(target=claim)
    other.start()
    begun.wait(60)
    with cache.claimed(tmp_path, "abc", patient=False) as is_mine:
        assert not is_mine
    other.kill()
    with cache.claimed(tmp_path, "abc", patient=True) as is_mine:
        assert is_mine


def test_outputs_are_packed():
    more = {"predict_proba": [[0.5, 0.5]], "decision_function": None, "predict": ["a"]}
    made = evaluation.packed({"more": dict(more)})["more"]
    assert isinstance(made["predict_proba"], np.ndarray) and made["predict_proba"].dtype == float
    assert made["decision_function"] is None and made["predict"] == ["a"]
    assert evaluation.packed(None) is None and evaluation.packed({"more": None}) == {"more": None}


def test_the_forecast_is_told_what_kept_fits_took(tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(evaluation.progress, "forecast", lambda *given: asked.append(given) or "")
    first = evaluation.evaluate(study(), 1, tmp_path)
    again = evaluation.evaluate(study(models={"plain": lambda seed: DummyRegressor(strategy="median")}), 1, tmp_path)
    (models, taken, workers), (left, seconds, _) = asked
    assert (len(models), dict(taken), workers, len(left)) == (first.done, {}, 1, again.done)
    kept = first.scores[first.scores["fit_s"] == again.scores["fit_s"]]
    assert sum(map(sum, seconds.values())) == pytest.approx((kept["fit_s"] + kept["score_s"]).sum())
