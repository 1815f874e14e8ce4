"""
A plugin of pytest that notes what became of each test, for `harness verify`.

With HARNESS_PROBE=contract it asks the tests of the contract alone, whose checks then all fail: one that does not fail
is not asked by `make test`.
"""

import json
import os
from pathlib import Path

import pytest

from harness.checks import findings

CONTRACT = "tests/test_contract.py"
SEEN: dict[str, str] = {}  # test -> "passed", "failed", "skipped", or "" while it was not run
PROBING = os.environ.get("HARNESS_PROBE") == "contract"

if PROBING:
    findings.examine = lambda subject, checks, *_, **__: [
        findings.Finding(one, "failed", ["as it should"]) for one in checks
    ]


def pytest_itemcollected(item):
    """Note a test, before anything takes it out."""
    SEEN.setdefault(item.nodeid, "")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """Leave the tests of one's own out."""
    if PROBING:
        items[:] = [item for item in items if item.nodeid.startswith(CONTRACT)]


def pytest_collectreport(report):
    """Note a module that cannot be imported."""
    if report.failed:
        SEEN[report.nodeid] = "failed"


def pytest_runtest_logreport(report):
    """Note what became of a test; what was once failed stays so."""
    if report.when == "call" or report.outcome != "passed":
        SEEN[report.nodeid] = "failed" if SEEN.get(report.nodeid) == "failed" else report.outcome


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session):
    """Write it down."""
    if not hasattr(session.config, "workerinput"):
        Path(os.environ["HARNESS_SEEN"]).write_text(json.dumps(SEEN), encoding="utf-8")
