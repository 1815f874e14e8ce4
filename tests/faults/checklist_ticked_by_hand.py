"""Tick a reviewers' checklist by hand."""

CHECK = "N1"
BASE = "accepted"


def author_must_answer(study):
    text = study.read("CHECKLISTS.md")
    assert "author must answer" in text
    study.write("CHECKLISTS.md", text.replace("author must answer", "yes", 1))
