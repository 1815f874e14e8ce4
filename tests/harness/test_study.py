"""The contract: what any study has to keep, whatever its data and models are. It is the checks that fit models."""

from pathlib import Path

import pytest

from harness import checks
from harness.method import inputs
from harness.checks import engine

ROOT = Path(__file__).parents[1]
REFITTING = [one for one in checks.CHECKS if one.refits]


@pytest.fixture(scope="session")
def found():
    return {one.check.code: one for one in engine.examine(ROOT, REFITTING, checks.CHECKS, refit=True)}


@pytest.mark.parametrize("code", [one.code for one in REFITTING])
def test_the_study_keeps_the_contract(found, code):
    one = found[code]
    if one.status == "not exercised":
        pytest.skip(f"not exercised: {one.evidence[0]}")
    if one.status == "failed":
        pytest.fail("\n".join(engine.told([one])), pytrace=False)


def test_every_row_has_a_name_a_target_and_a_side():
    study = inputs.read(ROOT)
    development, sealed = study.development, study.sealed
    names = [*development.X.index, *sealed.X.index, *study.canaries.X.index]
    assert len(set(names)) == len(names)
    assert development.y.notna().all() and sealed.y.notna().all()
    assert not set(development.groups) & set(sealed.groups)
