"""The judge: it reads study/ and says what its result is worth."""


class StudyError(Exception):
    """Something that the study's author can mend; the message says what, where and how. Shown without a traceback."""
