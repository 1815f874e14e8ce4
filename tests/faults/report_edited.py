"""Let results/report.html show something else than the record, and list the file anew."""

CHECK = "N1"
BASE = "accepted"
VARIANTS = {"of_before_the_opening": {"BASE": "opened"}, "of_another_number_of_openings": {"BASE": "opened"}}
REPORT = "results/report.html"


def _list_anew(study):
    again = "from harness.provenance import accepted; from pathlib import Path; "
    again += "accepted.write_manifest(Path('results'))"
    study.run(study.python, "-c", again)


def headline_in_nicer_words(study):
    before, mark, rest = study.read(REPORT).partition("<h1>")
    study.write(REPORT, f"{before}{mark}Promising{rest[rest.index('.') :]}")
    _list_anew(study)


def section_taken_out(study):
    before, _, rest = study.read(REPORT).partition('<h2 id="where-it-fails"')
    study.write(REPORT, before + "<h2" + rest.partition("<h2")[2])
    _list_anew(study)


def bar_made_longer(study):
    before, mark, figure = study.read(REPORT).partition('<path d="M ')
    number, _, rest = figure.partition(" ")
    study.write(REPORT, f"{before}{mark}{float(number) + 25} {rest}")
    _list_anew(study)


def written_over_by_a_notebook(study):
    """As `nbconvert --output-dir results` does where the notebook is called report.ipynb."""
    study.write(REPORT, "<html><body><h1>Report</h1><p>The forest wins.</p></body></html>\n")
    _list_anew(study)


def of_before_the_opening(study):
    for name in (REPORT, "results/MANIFEST.sha256"):
        study.write(name, study.git("show", f"HEAD~1:{name}"))


def of_another_number_of_openings(study):
    study.harness("unseal", "--again", "--reason", "A second look")
    first = {name: study.git("show", f"HEAD:{name}") for name in (REPORT, "results/MANIFEST.sha256")}
    for name, text in first.items():
        study.write(name, text)
