"""Skip a test that fails, without a word."""

CHECK = "lint"
PLACE = ("hook id: tests-not-skipped", "study/test_mine.py:6:@pytest.mark.skip")
VARIANTS = {
    "xfail": {"PLACE": ("hook id: tests-not-skipped", "study/test_mine.py:6:@pytest.mark.xfail(strict=False)")},
    "within": {"PLACE": ("hook id: tests-not-skipped", "study/test_mine.py:7:    pytest.skip()")},
}
TEST = "import pytest\n\nfrom study import data\n\n\n{}def test_birds():\n    assert len(data.read()) == 1\n"


def skip(study):
    study.write("study/test_mine.py", TEST.format("@pytest.mark.skip\n"))


def xfail(study):
    study.write("study/test_mine.py", TEST.format("@pytest.mark.xfail(strict=False)\n"))


def within(study):
    study.write("study/test_mine.py", TEST.format("").replace("    assert", "    pytest.skip()\n    assert"))
