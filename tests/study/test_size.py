"""The environment of a study: at most 700 MB, and each large package has its reason in the docs."""

import json
import platform
import re
import sys

import pytest
from conftest import ROOT, run

PAGE = ROOT / "docs" / "why" / "environment.md"
LARGE, MOST = 20e6, 700e6
MEASURE = """
import importlib.metadata, json
def is_own(file):
    return file.suffix != ".pyc" and not {"test", "tests"} & {*file.parts}
sizes = {}
for package in importlib.metadata.distributions():
    files = [file.locate() for file in package.files or [] if is_own(file)]
    sizes[package.name] = sum(path.stat().st_size for path in files if path.is_file())
print(json.dumps(sizes))
"""


@pytest.mark.skipif(
    (sys.platform, platform.machine(), sys.version_info[:2]) != ("linux", "x86_64", (3, 11)),
    reason="not exercised: the table is of Linux on x86-64, Python 3.11",
)
def test_the_environment_is_small_and_each_large_package_has_its_reason(python, tmp_path):
    sizes = json.loads(run(python, "-c", MEASURE, cwd=tmp_path).stdout)
    stated = dict(re.findall(r"^\| ([\w-]+) \| (\d+) \|", PAGE.read_text(encoding="utf-8"), re.M))
    large = {name: size for name, size in sizes.items() if size > LARGE}
    assert {*large} == {*stated}
    sizes_stated = {name: float(stated[name]) for name in large}
    assert sizes_stated == pytest.approx({name: size / 1e6 for name, size in large.items()}, rel=0.2)
    assert sum(sizes.values()) <= MOST
