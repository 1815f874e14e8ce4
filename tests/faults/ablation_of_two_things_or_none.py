"""Let an ablation change two things at once, or nothing at all."""

CHECK = "A1"
LINE = 'without_depth = { parameter = "randomforestclassifier__max_depth", value = 1 }'
OWN = '''
class Coupled(RandomForestClassifier):
    """A forest whose trees are fewer where they are shallow."""

    def set_params(self, **parameters):
        """Set."""
        if parameters.get("max_depth") == 1:
            parameters["n_estimators"] = 5
        return super().set_params(**parameters)


def forest(seed):'''


def fewer_trees_with_less_depth(study):
    study.edit("study/models.py", "\ndef forest(seed):", OWN)
    study.edit("study/models.py", "prepared(RandomForestClassifier", "prepared(Coupled")
    study.write("study/plan.toml", study.read("study/plan.toml").replace('"randomforestclassifier__', '"coupled__'))


def value_that_it_has_already(study):
    study.edit("study/plan.toml", LINE, LINE.replace("max_depth", "n_estimators").replace("= 1 }", "= 50 }"))
