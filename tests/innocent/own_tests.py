"""Write one's own tests beside the study, with pytest; skip one with a reason."""

LINT = True


def tests(study):
    code = "import pytest\n\nfrom study import data\n\n\ndef test_birds():\n    assert len(data.read()) > 300\n\n\n"
    code += '@pytest.mark.skipif(not data.EXCLUDE, reason="no row is left out")\ndef test_time():\n    assert data.EXCLUDE\n\n\n'
    code += (
        '@pytest.mark.skip(reason="the field station has not answered yet")\ndef test_station():\n    data.answer()\n'
    )
    study.write("study/test_mine.py", code)
