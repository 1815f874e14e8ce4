"""Edit the answers of CHECKLISTS.md by hand, or leave them behind."""

CHECK = "N1"
BASE = "accepted"


def no_made_a_yes(study):
    text = study.read("CHECKLISTS.md").replace("**author must answer**", "**yes**", 1)
    study.write("CHECKLISTS.md", text.replace("<br>**no**:", "<br>**yes**:", 1))


def taken_away(study):
    study.path("CHECKLISTS.md").unlink()
