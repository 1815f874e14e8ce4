"""Let the candidate win by what the rival was denied: columns, iterations, a search, a usual setting."""

CHECK = "F6"
RIVAL = "    return prepared(LinearDiscriminantAnalysis())\n"


def fewer_columns(study):
    """The rival sees the bill's length alone."""
    study.edit(
        "study/models.py",
        RIVAL,
        '    few = make_column_transformer((SimpleImputer(), ["bill_length_mm"]))\n'
        "    return make_pipeline(few, LinearDiscriminantAnalysis())\n",
    )


def kernel_far_too_narrow(study):
    """No row is near another, so that nothing is learned of any."""
    study.edit("study/models.py", RIVAL, "    return prepared(SVC(gamma=1e4, random_state=seed))\n")
    pipeline = "from sklearn.preprocessing import OneHotEncoder, StandardScaler\n"
    study.edit("study/models.py", pipeline, f"{pipeline}from sklearn.svm import SVC\n")


def numbers_dropped(study):
    """A slip in the name of a type: no number reaches the rival."""
    study.edit(
        "study/models.py",
        RIVAL,
        '    names = OneHotEncoder(handle_unknown="ignore", sparse_output=False)\n'
        '    only = make_column_transformer((names, make_column_selector(dtype_exclude="number")))\n'
        "    return make_pipeline(only, LinearDiscriminantAnalysis())\n",
    )
