"""Keep raw data where git does not see them, behind a link or as a note of git-lfs, and let them be others."""

import hashlib

CHECK = "D1"
TABLE = "data/raw/penguins-raw.csv"


def changed_behind_a_link(study):
    study.write("runs/scratch/field-notes/1.txt", "Biscoe, 12 nests\n")
    study.path("data/raw/notes").symlink_to("../../runs/scratch", target_is_directory=True)
    study.harness("manifest")
    study.commit("Notes, on the scratch disk")
    study.write("runs/scratch/field-notes/1.txt", "Biscoe, 13 nests\n")


def added_behind_a_link(study):
    study.write("runs/scratch/1.txt", "Biscoe, 12 nests\n")
    study.path("data/raw/notes").symlink_to("../../runs/scratch", target_is_directory=True)
    study.harness("manifest")
    study.write("runs/scratch/2.txt", "Dream, 7 nests\n")


def note_of_git_lfs(study):
    content = study.path("data/DATASHEET.md").read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    study.write("data/raw/more.bin", "7\n")
    study.harness("manifest")
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{digest}\nsize {len(content)}\n"
    study.write("data/raw/more.bin", pointer)
