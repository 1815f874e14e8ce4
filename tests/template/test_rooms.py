"""The rooms of the package: the method can be read in an afternoon."""

from conftest import ROOT

MOST, MOST_OF_A_FILE = 1500, 210


def test_the_method_can_be_read_in_an_afternoon():
    folder = ROOT / "src" / "harness" / "method"
    lines = {path.name: len(path.read_text(encoding="utf-8").splitlines()) for path in folder.glob("*.py")}
    assert max(lines.values()) <= MOST_OF_A_FILE
    assert sum(lines.values()) <= MOST
