"""Leave out rows for how they were measured: no blood sample, a clutch that was never complete."""


def a_reason_more(study):
    old = 'EXCLUDE = {"not measured": lambda table: table[MEASURED].isna().all(axis=1)}'
    study.edit("study/data.py", old, old[:-1] + ', "mass in doubt": lambda table: table["body_mass_g"] % 25 != 0}')
