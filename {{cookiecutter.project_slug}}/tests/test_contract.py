"""The contract: what any study has to keep. One test a check: `pytest -k L1.2`."""

from harness.checks import parametrize_with_checks


@parametrize_with_checks()
def test_study(check, subject):
    check(subject)
