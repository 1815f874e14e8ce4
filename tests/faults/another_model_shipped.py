"""Ship another model than that of the accepted run."""

CHECK = "S2"
BASE = "accepted"
ELSE = {"N1"}  # which tells of the model in the card


def file_exchanged(study):
    path = study.path("results/model/model.skops")
    path.write_bytes(path.read_bytes() + b"\0")


def file_away(study):
    study.path("results/model/model.skops").unlink()


def one_more(study):
    study.write("results/model/model_v2.pkl", "pickled")
