"""Let a formatter go over the study, with shorter lines; rename what only the study uses."""


def shorter_lines(study):
    study.run(".venv/bin/ruff", "format", "--line-length", "79", "study")


def renamed(study):
    study.write("study/data.py", study.read("study/data.py").replace("MEASURED", "BODY"))


def moved_into_a_module(study):
    """A table of names gets a module of its own, in a folder of the study."""
    text = study.read("study/data.py")
    start = text.index("COLUMNS = {")
    end = text.index("}\n", start) + 2
    study.write("study/names/__init__.py", '"""Names."""\n')
    study.write("study/names/columns.py", '"""Names of columns."""\n\n' + text[start:end])
    study.write("study/data.py", text[:start] + text[end:])
    study.edit(
        "study/data.py",
        "import pandera.pandas as pa\n",
        "import pandera.pandas as pa\n\nfrom .names.columns import COLUMNS\n",
    )
