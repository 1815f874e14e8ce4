"""Leave rows out by EXCLUDE, with a reason, or take other canaries."""

EXCLUDED = 'EXCLUDE = {"not measured": lambda table: table[MEASURED].isna().all(axis=1)}'


def a_reason_more(study):
    more = '    "light for an adult": lambda table: table["body_mass_g"] < 2900,\n'
    study.edit("study/data.py", EXCLUDED, EXCLUDED.replace("{", "{\n    ").replace("}", ",\n" + more + "}"))


def another_canary(study):
    old = '"PAL0910 Adelie N81A1" = "FEMALE"\n'
    study.edit("study/plan.toml", old, old + '"PAL0708 Adelie N1A1" = "MALE"\n')


def no_canaries(study):
    study.no_canaries()
