"""Name a file by its place on one's own machine."""

CHECK = "lint"
PLACE = ("hook id: own-machine", "study/data.py:9:OLD = Path(")
VARIANTS = {
    "windows": {"PLACE": ("hook id: own-machine", "notebooks/look.ipynb:8:")},
    "store_of_mlflow": {"PLACE": ("hook id: own-machine", "notebooks/track.ipynb:8:")},
    "in_pieces": {"PLACE": ("hook id: own-machine", "study/data.py:", 'os.path.expanduser("~/cache")')},
    "in_settings": {"PLACE": ("hook id: own-machine-settings", "study/paths.yaml:1:")},
}
RAW = 'RAW = Path(__file__).parents[1] / "data" / "raw" / "penguins-raw.csv"'


def home_folder(study):
    study.edit("study/data.py", RAW, f'{RAW}\nOLD = Path("/home/ada/thesis/penguins-raw.csv")')


def windows(study):
    study.notebook("notebooks/look.ipynb", 'folder = r"C:\\Users\\Ada\\thesis\\results"\nprint(folder)\n')


def store_of_mlflow(study):
    """As the notebook of the course that this template comes from."""
    study.notebook("notebooks/track.ipynb", 'STORE = "file:///content/drive/mlruns"\n', "print(STORE)\n")


def in_pieces(study):
    study.append("study/data.py", '\n\ndef cache():\n    """Say where."""\n    import os\n\n')
    study.append("study/data.py", '    return os.path.join(os.path.expanduser("~/cache"), f"{RAW.stem}.csv")\n')


def in_settings(study):
    study.write("study/paths.yaml", "scans: /mnt/lab/scans\n")
