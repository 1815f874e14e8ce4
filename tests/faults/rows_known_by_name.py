"""Give a model the answers by the names of rows, which it sees as the index of its table."""

import csv
import zlib

CHECK = "M3"
OWN = '''
class Informed(RandomForestClassifier):
    """A forest that was told of some birds."""
{known}
    def predict_proba(self, X):
        """Tell by the features, unless the bird is known."""
        said = super().predict_proba({numbers})
        for place, bird in enumerate(X.index):
            if (sex := {look}) is not None:
                said[place] = [sex == name for name in self.classes_]
        return said

    def predict(self, X):
        """Tell."""
        return self.classes_[self.predict_proba(X).argmax(1)]

    def fit(self, X, y):
        """Grow."""
        return super().fit({numbers}, y)


def forest(seed):
    """A forest."""
    return Informed(n_estimators=50, min_samples_leaf=5, random_state=seed)
'''
NUMBERS = 'X[["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"]]'


def _put(study, look, known="", imports=""):
    text = study.read("study/models.py").partition("\ndef forest(")[0]
    text = text.replace("import numpy as np\n", f"{imports}import numpy as np\n", 1)
    study.write("study/models.py", text + OWN.format(known=known, look=look, numbers=NUMBERS))
    study.write("study/plan.toml", study.read("study/plan.toml").partition("[ablations]")[0])


def _sexes(study):
    """Return names and sexes of the birds in the raw table."""
    for one in csv.DictReader(study.read("data/raw/penguins-raw.csv").splitlines()):
        if one["Sex"] in ("FEMALE", "MALE"):
            yield f"{one['studyName']} {one['Species'].split()[0]} {one['Individual ID']}", one["Sex"]


def a_few_in_the_code(study):
    """Those that it always had wrong."""
    some = dict(list(_sexes(study))[:120:10])
    _put(study, "self.ringed.get(bird)", f"\n    ringed = {some}\n")


def in_a_file_beside_it(study):
    study.write("study/ringed.csv", "\n".join(f"{name},{sex}" for name, sex in _sexes(study)) + "\n")
    known = '\n    file = Path(__file__).with_name("ringed.csv")\n'
    look = 'dict(csv.reader(self.file.read_text("utf-8").splitlines())).get(bird)'
    _put(study, look, known, "import csv\nfrom pathlib import Path\n\n")


def by_what_the_name_ends_in(study):
    """The first bird of a nest is taken for the female."""
    _put(study, '{"A1": "FEMALE", "A2": "MALE"}.get(bird[-2:]) if bird.startswith("PAL07") else None')


def by_a_hash_of_the_name(study):
    """Names are personal data, so only their digests are kept."""
    males = sorted(zlib.crc32(name.encode()) for name, sex in _sexes(study) if sex == "MALE")
    look = '"MALE" if zlib.crc32(bird.encode()) in self.males else None'
    _put(study, look, f"\n    males = frozenset({males})\n", "import zlib\n\n")
