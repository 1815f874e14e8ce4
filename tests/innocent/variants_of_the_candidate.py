"""Let each fit of the candidate choose among settings that the plan names, and say why the rival has none."""

NAMED = """[variants]
unchanged = {}
leaves = { randomforestclassifier__min_samples_leaf = [2, 10] }

[waivers.F3]
reason = "The discriminant function of the field has nothing to be tuned."
date = 2026-01-02

[ablations]"""


def in_a_result(study):
    study.edit("study/plan.toml", "[ablations]", NAMED)
    study.quick()
    study.accept(study.run_id())
