"""Name the zone, the locale and the encoding; ask surroundings for what no number depends on."""

REFIT = True
DATA = "study/data.py"
IMPORTS = "import pandas as pd\nimport pandera"
RETURN = "    return table.set_index("


def _put(study, imports, lines):
    study.edit(DATA, IMPORTS, IMPORTS.replace("import pandas", f"{imports}import pandas", 1))
    study.edit(DATA, RETURN, lines + RETURN)


def times_in_named_zones(study):
    """Local times of the station, with its summer time."""
    _put(
        study,
        "from datetime import UTC, datetime\n\n",
        '    laid = pd.to_datetime(raw["Date Egg"]).dt.tz_localize("America/Punta_Arenas").dt.tz_convert("UTC")\n'
        '    table["body_mass_g"] += laid.dt.hour * 0.5 + datetime.fromtimestamp(1_258_000_000, UTC).hour\n',
    )


def a_log_of_who_and_where(study):
    """What is printed is no number of the study's."""
    _put(
        study,
        "import getpass\nimport os\nimport platform\nimport sys\nimport tempfile\n\n",
        "    who = f\"{getpass.getuser()} {platform.node()} {os.environ.get('DEBUG', '')} {Path.home()}\"\n"
        "    with tempfile.TemporaryDirectory() as place:\n"
        '        Path(place, "who.txt").write_text(who, encoding="utf-8")\n'
        "    print(who, file=sys.stderr)\n",
    )


def workers_in_a_variable(study):
    """How many of them there are changes no score."""
    study.edit("study/models.py", "import numpy as np\n", "import os\n\nimport numpy as np\n")
    study.edit(
        "study/models.py", "min_samples_leaf=5, ", 'min_samples_leaf=5, n_jobs=int(os.environ.get("WORKERS", "1")), '
    )
    study.append("study/__init__.py", '\nimport os\n\nos.environ.setdefault("OMP_NUM_THREADS", "1")\n')


def hashes_that_stay(study):
    """Of whole numbers, and by hashlib."""
    _put(
        study,
        "import hashlib\n\n",
        '    table["body_mass_g"] += raw["Sample Number"].map(hash) % 2\n'
        '    table["body_mass_g"] += [hashlib.sha256(name.encode()).digest()[0] % 3 for name in raw["Individual ID"]]\n',
    )


def months_written_out(study):
    """English names of months, read by a list and not by the locale."""
    _put(
        study,
        "",
        '    months = ["", "January", "February", "March", "April", "May", "June", "July", "August"]\n'
        '    months += ["September", "October", "November", "December"]\n'
        '    table["body_mass_g"] += [months.index(f"{name}") * 0.5 for name in pd.to_datetime(raw["Date Egg"]).dt.month_name()]\n',
    )
