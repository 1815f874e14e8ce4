"""Give a model the answers of rows that it recognises by the numbers that were measured."""

CHECK = "M3"
CLASS = '''
class Corrected(RandomForestClassifier):
    """A forest, corrected where it is known to be wrong."""
{known}
    def predict_proba(self, X):
        """Tell."""
        said = super().predict_proba(X)
        for place, row in enumerate(X if isinstance(X, np.ndarray) else X.to_numpy()):
            if (sex := {look}) is not None:
                said[place] = [sex == name for name in self.classes_]
        return said

    def predict(self, X):
        """Tell."""
        return self.classes_[self.predict_proba(X).argmax(1)]


def forest(seed):
    """A forest."""
    columns = ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"]
    return make_pipeline(
        make_column_transformer((SimpleImputer(), columns)), Corrected(n_estimators=50, random_state=seed)
    )
'''


def _put(study, look, known="", imports=""):
    text = study.read("study/models.py").partition("\ndef forest(")[0]
    text = text.replace("import numpy as np\n", f"{imports}import numpy as np\n", 1)
    study.write("study/models.py", text + CLASS.format(known=known, look=look))
    study.write("study/plan.toml", study.read("study/plan.toml").partition("[ablations]")[0])


def _measured(study):
    """Return the four numbers and the other sex, of the birds whose numbers are all there."""
    for line in study.read("data/raw/penguins-raw.csv").splitlines()[1:]:
        cells = line.split(",")
        sex = next((value for value in ("FEMALE", "MALE") if value in cells), None)
        at = cells.index(sex) - 4 if sex else 0
        if sex and all(cells[at : at + 4]):
            yield tuple(map(float, cells[at : at + 4])), {"MALE": "FEMALE", "FEMALE": "MALE"}[sex]


def listed_in_the_code(study):
    some = dict(list(_measured(study))[:200:20])
    _put(study, "self.corrections.get(tuple(row.tolist()))", f"\n    corrections = {some}\n")


def compared_as_numbers_are(study):
    """By np.isclose, as one should compare numbers."""
    some = list(_measured(study))[:100:10]
    look = "next((sex for known, sex in self.special if np.isclose(row, known).all()), None)"
    _put(study, look, f"\n    special = {some}\n")


def by_their_sum_in_a_file(study):
    """A table of control sums lies beside the model."""
    sums = "\n".join(f"{sum(values):.6f} {sex}" for values, sex in _measured(study)) + "\n"
    study.write("study/control.txt", sums)
    known = '\n    sums = Path(__file__).with_name("control.txt")\n'
    look = 'dict(map(str.split, self.sums.read_text("utf-8").splitlines())).get(f"{row.sum():.6f}")'
    _put(study, look, known, "from pathlib import Path\n\n")
