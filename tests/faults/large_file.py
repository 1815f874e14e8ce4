"""Commit a large file: the weights of a network, a picture of ten megabytes."""

CHECK = "lint"
PLACE = ("hook id: large-files", "study/weights.bin")
VARIANTS = {"table": {"PLACE": ("hook id: large-files", "data/extracted.csv")}}


def weights(study):
    study.path("study/weights.bin").write_bytes(bytes(2_000_000))


def table(study):
    study.write("data/extracted.csv", "a,b\n" + f"{'x' * 999},2\n" * 1_100)
