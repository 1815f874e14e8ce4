"""What the unit tests share: one study to judge, the shipped one, as a git repository."""

import sys

import pytest
import shipped

from harness import study


@pytest.fixture(scope="session")
def root(tmp_path_factory):
    """The shipped study, filled in and committed; `study` is its package. Not to be changed: copy it."""
    folder = shipped.commit(shipped.copy(tmp_path_factory.mktemp("study") / "my-study"))
    study.use(folder)
    yield folder
    sys.path.remove(str(folder))
