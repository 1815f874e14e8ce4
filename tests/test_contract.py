"""The contract of a rendered study, its tests/test_study.py, turns red at bad studies: the right test, and no other."""

import re

import pytest
from conftest import run

DATA, MODELS = "study/data.py", "study/models.py"
RETURN = "    return table.set_index("
FOREST = "    return prepared(RandomForestClassifier(n_estimators=100, random_state=seed))\n"
NESTS = '    table["nest"] = year_and_species + raw["Individual ID"].str.extract(r"^(N\\d+)A", expand=False)\n'
ROW_LOCAL = "test_load_makes_each_row_from_itself_alone"
ACCEPTS = "test_models_accept_what_the_schema_accepts"

ENCODED = """\
    shares = (table["sex"] == "MALE").groupby(table["island"]).mean()
    table["body_mass_g"] += 100 * table["island"].map(shares)
"""
SELECTED = """\
    males = (table["sex"] == "MALE").astype(float)
    least = table[["bill_length_mm", "bill_depth_mm"]].corrwith(males, method="spearman").idxmin()
    table[least] = {"bill_length_mm": 40.0, "bill_depth_mm": 20.0}[least]
"""
REMEMBERING = '''
class Remembering(ClassifierMixin, BaseEstimator):
    """Knows every bird that it ever met."""

    met = {}

    def fit(self, X, y):
        """Meet some."""
        self.met.update(zip(X.index, y, strict=True))
        self.model_ = prepared(RandomForestClassifier(n_estimators=100, random_state=0)).fit(X, y)
        self.classes_ = self.model_.classes_
        return self

    def predict_proba(self, X):
        """Recognise them."""
        known = [[self.met.get(bird) == name for name in self.classes_] for bird in X.index]
        return np.where(np.any(known, axis=1, keepdims=True), known, self.model_.predict_proba(X))

    def predict(self, X):
        """Tell."""
        return self.classes_[self.predict_proba(X).argmax(1)]


def forest'''
SCRAMBLING = '''
class ScramblingClassifier(RandomForestClassifier):
    """Mixes up who is who."""

    def fit(self, X, y):
        """Sort the answers, not the rows."""
        return super().fit(X, np.sort(y))


def forest'''

FAULTS = {  # what is bad: the edits that make it so, and the tests that say so
    "centred by all rows": (
        [(DATA, RETURN, '    table["body_mass_g"] += 4200 - table["body_mass_g"].mean()\n' + RETURN)],
        {ROW_LOCAL},
    ),
    "gaps filled with the median of all rows": (
        [(DATA, RETURN, "    table[measured] = table[measured].fillna(table[measured].median())\n" + RETURN)],
        {ROW_LOCAL},
    ),
    "encoded by the target": ([(DATA, RETURN, ENCODED + RETURN)], {ROW_LOCAL}),
    "selected by all rows": ([(DATA, RETURN, SELECTED + RETURN)], {ROW_LOCAL}),
    "groups numbered as they come": (
        [(DATA, NESTS, NESTS + '    table["nest"] = pd.factorize(table["nest"])[0].astype(str)\n')],
        {ROW_LOCAL},
    ),
    "a model without its seed": ([(MODELS, "100, random_state=seed", "100")], {"test_same_seed_same_result"}),
    "a model that is made once": (
        [(MODELS, "\n\ndef forest", "\n\nFOREST = prepared(RandomForestClassifier())\n\n\ndef forest")]
        + [(MODELS, FOREST, "    return FOREST.set_params(randomforestclassifier__random_state=seed)\n")],
        {"test_a_model_function_gives_a_fresh_estimator_each_time"},
    ),
    "a model that refuses gaps": (
        [(MODELS, 'make_pipeline(SimpleImputer(strategy="median"), StandardScaler())', "StandardScaler()")],
        {ACCEPTS},
    ),
    "a model that refuses an island": (
        [(DATA, '"Torgersen"]', '"Torgersen", "Anvers"]'), (MODELS, '"ignore"', '"error"')],
        {ACCEPTS},
    ),
    "a rule that looks at its neighbours": (
        [(MODELS, 'X["species"].map(self.medians_)', 'X["bill_depth_mm"].median()')],
        {"test_a_row_is_told_by_itself_alone"},
    ),
    "a model that remembers what it was tested on": (
        [(MODELS, "\ndef forest", REMEMBERING), (MODELS, FOREST, "    return Remembering()\n")],
        {"test_shuffled_targets_score_like_the_floor"},
    ),
    "a model that learns nothing": (
        [(MODELS, "\ndef forest", SCRAMBLING), (MODELS, FOREST, FOREST.replace("RandomForestC", "ScramblingC"))],
        {"test_a_tiny_sample_can_be_overfitted", "test_canaries_are_told_rightly"},
    ),
    "a canary that is none": (
        [(DATA, 'N81A1": "FEMALE"', 'N81A1": "MALE"')],
        {"test_canaries_are_told_rightly"},
    ),
    "a schema that drops what it should refuse": (
        [(DATA, "    strict=True,\n", "    strict=True,\n    drop_invalid_rows=True,\n")],
        {"test_what_the_schema_excludes_is_refused_by_row_and_column"},
    ),
    "canaries that are trained on": (
        [("harness/inputs.py", "known.take(~known.y.index.isin(canaries))", "known")],
        {"test_canaries_are_told_rightly", "test_every_row_has_a_name_a_target_and_a_side"},
    ),
    "training rows that hold the test rows": (
        [("harness/evaluate.py", "dataset.take(job.train)", "dataset")],
        {"test_test_rows_change_nothing_that_is_fitted", "test_shuffled_targets_score_like_the_floor"},
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("what", FAULTS)
def test_a_bad_study_breaks_its_contract(copy_project, python, hub, tmp_path, what):
    edits, expected = FAULTS[what]
    folder = copy_project(tmp_path / "study")
    for name, old, new in edits:
        text = (folder / name).read_text(encoding="utf-8")
        assert text.count(old) == 1, old
        (folder / name).write_text(text.replace(old, new), encoding="utf-8")
    said = run(python, "-m", "pytest", "-q", "-rf", "tests/test_study.py", cwd=folder, env=hub, check=False).stdout
    assert set(re.findall(r"^FAILED tests/test_study\.py::(\w+)", said, re.M)) == expected, said
