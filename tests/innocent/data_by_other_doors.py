"""Keep raw data behind a link and list them, or write the list by a tool that prints hashes in upper case."""


def behind_a_link(study):
    study.write("runs/scratch/1.txt", "Biscoe, 12 nests\n")
    study.path("data/raw/notes").symlink_to("../../runs/scratch", target_is_directory=True)
    study.harness("manifest")
    study.commit("Notes, on the scratch disk")


def hashes_in_upper_case(study):
    lines = study.read("data/MANIFEST.sha256").splitlines(keepends=True)
    study.write("data/MANIFEST.sha256", "".join(line[:64].upper() + line[64:] for line in lines))
