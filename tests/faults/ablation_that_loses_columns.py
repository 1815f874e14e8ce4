"""Take away the scaler together with the columns it scaled: "No Standardisation", by a step that drops the rest."""

CHECK = "A1"
FOREST = "prepared(RandomForestClassifier(n_estimators=50, min_samples_leaf=5, random_state=seed))"
LINE = 'without_scaling = { step = "columntransformer__pipeline__standardscaler" }'
OWN = '''
class Standardised(ClassifierMixin, BaseEstimator):
    """A forest, on standardised numbers or not."""

    def __init__(self, standardise=True, random_state=None):
        self.standardise = standardise
        self.random_state = random_state

    def fit(self, X, y):
        """Prepare, then grow."""
        steps = [("names", OneHotEncoder(handle_unknown="ignore"), ["species", "island"])]
        if self.standardise:
            steps.append(("numbers", StandardScaler(), make_column_selector(dtype_include="number")))
        forest = RandomForestClassifier(n_estimators=100, random_state=self.random_state)
        self.model_ = make_pipeline(ColumnTransformer(steps), forest).fit(X, y)
        self.classes_ = self.model_.classes_
        return self

    def predict_proba(self, X):
        """Tell."""
        return self.model_.predict_proba(X)

    def predict(self, X):
        """Tell."""
        return self.model_.predict(X)


def forest(seed):'''


def by_drop(study):
    study.edit(
        "study/plan.toml", LINE, 'without_scaling = { parameter = "columntransformer__pipeline", value = "drop" }'
    )


def by_a_flag_of_ones_own(study):
    study.edit("study/models.py", "import make_column_selector", "import ColumnTransformer, make_column_selector")
    study.edit("study/models.py", "\ndef forest(seed):", OWN)
    study.edit("study/models.py", FOREST, "Standardised(random_state=seed)")
    plan = study.read("study/plan.toml").partition("[ablations]")[0]
    study.write(
        "study/plan.toml", plan + '[ablations]\nwithout_scaling = { parameter = "standardise", value = false }\n'
    )


def step_that_makes_the_features(study):
    study.edit("study/models.py", "import OneHotEncoder, S", "import OneHotEncoder, PolynomialFeatures, S")
    study.edit(
        "study/models.py",
        'strategy="median"), StandardScaler())',
        'strategy="median"), PolynomialFeatures(2), StandardScaler())',
    )
    study.edit(
        "study/plan.toml",
        LINE,
        LINE + '\nwithout_products = { step = "columntransformer__pipeline__polynomialfeatures" }',
    )
