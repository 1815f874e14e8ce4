"""Accept a new result and leave the figure of the old one in the README."""

CHECK = "S2"
MISSED = {
    "figure_in_the_readme": "No check knows which result a figure was drawn from; the report in results/ is held by S2.",
    "figure_in_a_notebook": "No check knows which result a figure was drawn from; the report in results/ is held by S2.",
}
BASE = "accepted"


def _again(study):
    """Accept a second run of the same study."""
    study.accept(study.attempt("20990101T000000Z-dddddd", 30))


def figure_in_the_readme(study):
    study.write("docs/scores.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>\n")
    study.append("README.md", "\n![Scores of all models](docs/scores.svg)\n")
    study.commit("A figure")
    _again(study)


def figure_in_a_notebook(study):
    study.write("notebooks/figures/roc.png", "PNG\n")
    study.notebook("notebooks/figure.ipynb", "print('see above')")
    facts = study.facts("notebooks/figure.ipynb")
    cell = {"cell_type": "markdown", "id": "m", "metadata": {}, "source": ['<img width="5" src="figures/roc.png">']}
    study.state(facts | {"cells": [cell, *facts["cells"]]}, "notebooks/figure.ipynb")
    study.commit("A figure")
    _again(study)


def report_of_another_run(study):
    text = study.read("results/report.html").replace(study.facts()["id"], "20200101T000000Z-eeeeee")
    study.write("results/report.html", text)
