"""Draw from NumPy's or Python's global generator in fit, or from one that the module keeps, not from the seed."""

CHECK = "R2"
OWN = '''
class Noisy(RandomForestClassifier):
    """A forest that is grown on slightly blurred measurements."""

    def fit(self, X, y):
        """Blur, then grow."""
        return super().fit(X + {draw}, y)


def forest(seed):'''


def _put(study, imports, draw, before=""):
    study.edit("study/models.py", "import numpy as np\n", f"{imports}import numpy as np\n")
    study.edit("study/models.py", "\ndef forest(seed):", before + OWN.format(draw=draw))
    study.edit("study/models.py", "prepared(RandomForestClassifier", "prepared(Noisy")
    plan = study.read("study/plan.toml").replace('"randomforestclassifier__', '"noisy__')
    study.write("study/plan.toml", plan)


def numpys(study):
    _put(study, "", "np.random.normal(0, 0.1, X.shape)")


def pythons(study):
    _put(study, "import random\n\n", "random.gauss(0, 0.1)")


def one_for_the_whole_module(study):
    _put(study, "", "RNG.normal(0, 0.1, X.shape)", "\nRNG = np.random.default_rng(2007)\n\n")


def one_of_the_operating_system(study):
    _put(study, "", "np.random.default_rng().normal(0, 0.1, X.shape)")
