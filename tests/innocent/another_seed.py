"""Take another seed, run and accept anew, as one may before the plan is final."""


def run_twice(study):
    study.quick()
    study.accept(study.run_id())
    study.edit("study/plan.toml", "seed = 2007", "seed = 2008")
    study.commit("Another seed")
    study.accept(study.run_id())
