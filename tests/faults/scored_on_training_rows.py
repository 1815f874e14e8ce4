"""Score on the training rows: a test loader that returns the training set, or training rows that hold the test rows."""

CHECK = "M6"
ALSO = {"E2"}  # the judge is edited


def test_loader_returns_the_training_set(study):
    study.edit_judge(
        "fits/fit.py",
        "return dataset.X[job.columns].iloc[job.test], dataset.y.iloc[job.test]",
        "return dataset.X[job.columns].iloc[job.train], dataset.y.iloc[job.train]",
    )
