"""The judge: it reads study/ and says what its result is worth."""

from harness.exceptions import StudyError

__version__ = "1.0.0"
__all__ = ["StudyError", "__version__"]
