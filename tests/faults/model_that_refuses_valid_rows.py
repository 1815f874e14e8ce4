"""Forget that the schema allows a gap or a rare value, which no row at hand shows."""

CHECK = "M4"


def a_gap(study):
    study.edit(
        "study/models.py", 'make_pipeline(SimpleImputer(strategy="median"), StandardScaler())', "StandardScaler()"
    )
    study.write("study/plan.toml", study.read("study/plan.toml").partition("[ablations]")[0])


def an_island(study):
    study.edit("study/data.py", '"Torgersen"]', '"Torgersen", "Anvers"]')
    study.edit("study/models.py", '"ignore"', '"error"')
    study.harness("manifest", check=False)
