"""Keep tables that are too large for git in runs/, with their hashes in the record; or have none but the hashes."""

BASE = "accepted"


def kept(study):
    manifest = study.read("results/MANIFEST.sha256").splitlines(keepends=True)
    tables = ("predictions.csv", "splits.csv")
    study.write("results/MANIFEST.sha256", "".join(line for line in manifest if not line.strip().endswith(tables)))
    for name in tables:
        study.path(f"results/{name}").unlink()
    study.harness("card")


def cloned(study):
    kept(study)
    for name in ("predictions.csv", "splits.csv"):
        study.path(f"runs/{study.facts()['id']}/{name}").unlink()
