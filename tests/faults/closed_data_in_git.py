"""Have data in git that is not open to everyone."""

CHECK = "D3"
ACCESS = "access: open #"
IGNORE = "data/raw/*\n"


def _not_open(study, access):
    study.edit("data/DATASHEET.md", ACCESS, f"access: {access} #")


def said_after_the_commit(study):
    _not_open(study, "closed")
    study.harness("manifest")


def forced_past_gitignore(study):
    _not_open(study, "restricted")
    study.append(".gitignore", IGNORE)
    study.git("rm", "-q", "--cached", "data/raw/penguins-raw.csv")
    study.write("data/raw/nests.csv", "nest,latitude\nPAL0708 Adelie N1,-64.77\n")
    study.append("data/DATASHEET.md", "\n`raw/nests.csv`: where the nests are.\n")
    study.harness("manifest")
    study.git("add", "--force", "data/raw/nests.csv")


def copy_beside_a_notebook(study):
    _not_open(study, "restricted")
    study.append(".gitignore", IGNORE)
    study.git("rm", "-q", "--cached", "data/raw/penguins-raw.csv")
    study.write("notebooks/penguins.csv", study.read("data/raw/penguins-raw.csv"))
    study.harness("manifest")
