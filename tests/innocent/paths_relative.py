"""Name files from the place of the code, speak of paths in docstrings and comments, give addresses."""

LINT = True


def pathlib_paths(study):
    study.append("study/data.py", '\n\nMORE = Path(__file__).resolve().parent / "extra" / "table.csv"\n')
    study.append("study/data.py", 'SOURCE = "https://example.org/home/ada/birds.csv"  # as of /home/ada/birds.csv\n')


def paths_in_a_docstring(study):
    text = '\n\ndef where():\n    """\n    Say where.\n\n    Mine: /home/ada/birds, or C:/Users/Ada.\n    """\n'
    study.append("study/data.py", text + '    return "/"\n')


def settings_of_the_study(study):
    study.write("study/paths.yaml", "# was /home/ada/scans\nscans: data/raw\npage: https://example.org/mnt/lab\n")


def other_slashes(study):
    text = '\n\nROUTES = ["/birds/all", "a/b", r"\\d+/\\w+", "~", "sex ~ species", "N/A", "/"]\n'
    study.append("study/data.py", text)
