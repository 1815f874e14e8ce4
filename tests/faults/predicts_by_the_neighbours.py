"""Scale, rank or centre by the rows that are asked about, so that a prediction depends on its neighbours."""

CHECK = "M3"


def median_of_those_asked_about(study):
    study.edit("study/models.py", 'X["species"].map(self.medians_)', 'X["bill_depth_mm"].median()')


def scaled_in_predict(study):
    study.edit(
        "study/models.py", "import OneHotEncoder, StandardScaler", "import FunctionTransformer, OneHotEncoder, scale"
    )
    study.edit("study/models.py", "StandardScaler()", "FunctionTransformer(scale)")
    plan = study.read("study/plan.toml").replace("standardscaler", "functiontransformer")
    study.write("study/plan.toml", plan)
