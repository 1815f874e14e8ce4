"""What the judge holds the study's hooks and contract test against is what the template ships."""

import json
from pathlib import Path

from shipped import TEMPLATE

from harness.checks import verification

PLACE = Path(verification.__file__).with_name("shipped.json")


def test_the_hooks_and_the_contract_are_those_of_the_template():
    """When they are to be others, write what is printed into src/harness/checks/shipped.json."""
    contract = verification.syntax((TEMPLATE / verification.CONTRACT).read_text("utf-8"))
    shipped = {name: verification.short(hook) for name, hook in verification.hooks(TEMPLATE)[1].items()}
    shipped[verification.CONTRACT] = verification.short(contract)
    print(json.dumps(shipped, indent=1))
    assert json.loads(PLACE.read_text("utf-8")) == shipped
