"""Accept another run of the same study, with the figures drawn again; a photo stays as it was."""

BASE = "accepted"
VARIANTS = {"sealed_rows_opened_once": {"BASE": "opened"}}
PAGE = "\n![Scores](docs/scores.svg)\n\n![A pair](docs/nest.jpg)\n\n![Sketch of the protocol](docs/protocol.svg)\n"


def figure_drawn_again(study):
    for name in ("scores.svg", "nest.jpg", "protocol.svg"):
        study.write(f"docs/{name}", f"{name}\n")
    study.append("README.md", PAGE)
    study.commit("Figures")
    study.harness("accept", study.attempt("20990101T000000Z-dddddd", 30))
    study.write("docs/scores.svg", "drawn again\n")


def other_data_were_asked_something_else(study):
    plan = study.facts()["plan"]
    plan["question"] |= {"margin": 0.002, "metric": "accuracy"}
    study.attempt("20200101T000000Z-aaaaaa", -60, plan=plan, sources={"data/raw/other.csv": "0" * 64})
    study.accept(study.facts()["id"])


def same_run_once_more(study):
    study.accept(study.facts()["id"])


def sealed_rows_opened_once(study):
    """It is opened already."""
