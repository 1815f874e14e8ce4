"""Let tidy() say other things in another time zone or locale, for another user, or where files are newer."""

CHECK = "R3"
DATA = "study/data.py"
IMPORTS = "import pandas as pd\nimport pandera"
RETURN = "    return table.set_index("


def _put(study, imports, lines):
    """Let the mass follow what ``lines`` call ``more``."""
    study.edit(DATA, IMPORTS, IMPORTS.replace("import pandas", f"{imports}import pandas", 1))
    study.edit(DATA, RETURN, f'{lines}    table["body_mass_g"] += more\n{RETURN}')


def the_day_in_the_local_zone(study):
    """Hours after midnight in Greenwich: only west of it they are of the day before."""
    _put(
        study,
        "from datetime import datetime\n",
        '    seconds = (pd.to_datetime(raw["Date Egg"]) - pd.Timestamp("1970-01-01")).dt.total_seconds() + 5400\n'
        "    more = [datetime.fromtimestamp(at).day for at in seconds]\n",
    )


def hours_between_two_local_times(study):
    """Once a year an hour is missing in between."""
    _put(
        study,
        "import time\n",
        '    first, last = (time.mktime(time.strptime(day, "%Y-%m-%d")) for day in ("2009-03-20", "2009-04-10"))\n'
        "    more = (last - first) / 3600 - 500\n",
    )


def the_zone_of_the_machine(study):
    """A time with its zone is shown in the zone that dateutil finds."""
    _put(
        study,
        "import dateutil.tz\n",
        '    laid = pd.to_datetime(raw["Date Egg"], utc=True).dt.tz_convert(dateutil.tz.tzlocal())\n'
        "    more = laid.dt.hour.astype(float)\n",
    )


def numbers_by_the_locale(study):
    """Where a comma parts the decimals, a point parts thousands."""
    _put(
        study,
        "import locale\n\n",
        '    locale.setlocale(locale.LC_ALL, "")\n    more = locale.atof("1.5")\n',
    )


def months_by_the_locale(study):
    """A May is a Mai elsewhere."""
    _put(
        study,
        "import locale\n\n",
        '    locale.setlocale(locale.LC_TIME, "")\n'
        '    more = pd.to_datetime(raw["Date Egg"]).dt.strftime("%B").str.startswith("Dec").astype(float)\n'
        '    more += [len(f"{day:%A}") for day in pd.to_datetime(raw["Date Egg"])]\n',
    )


def sorted_by_another_program(study):
    """Its order of capital and small letters is that of the locale."""
    _put(
        study,
        "import subprocess\n\n",
        '    done = subprocess.run(["sort"], input="B\\na\\nC\\n", capture_output=True, text=True, check=True)\n'
        '    more = float(done.stdout.index("a"))\n',
    )


def correction_in_a_variable(study):
    """Whoever calibrated the scale sets SCALE_OFFSET."""
    _put(study, "import os\n\n", '    more = float(os.environ.get("SCALE_OFFSET", 0))\n')


def mode_in_a_variable(study):
    """It is asked whether there is one, by getenv."""
    _put(study, "from os import getenv\n\n", '    more = 0.0 if getenv("FULL_PRECISION") is None else 0.25\n')


def calibration_in_the_home(study):
    """A file that only its author has; who lacks it, goes without."""
    _put(
        study,
        "",
        '    own = Path("~/gitconfig").expanduser()\n    more = 1.0 if own.exists() else 0.0\n',
    )


def who_weighs(study):
    """Each observer has a scale, known by the first letter."""
    _put(study, "import getpass\n\n", "    more = float(ord(getpass.getuser()[0]) % 5)\n")


def the_computer_of_the_lab(study):
    """At the lab's computer all is in grams."""
    _put(study, "import platform\n\n", "    more = float(sum(map(ord, platform.node())) % 997)\n")


def sum_kept_in_the_temporary_folder(study):
    """Computed once, and read there ever after."""
    _put(
        study,
        "import tempfile\n\n",
        '    kept = Path(tempfile.gettempdir(), "penguins-offset.txt")\n'
        '    more = float(kept.read_text(encoding="utf-8")) if kept.exists() else float(len(kept.parent.name))\n',
    )


def newest_file_first(study):
    """The year of the field season is that in which the file was saved."""
    _put(
        study,
        "from datetime import UTC, datetime\n",
        "    more = datetime.fromtimestamp(RAW.stat().st_mtime, UTC).year - 2000\n",
    )


def permissions_of_a_new_file(study):
    """A file counts as checked if others may read it."""
    _put(
        study,
        "import os\nimport tempfile\n",
        "    with tempfile.TemporaryDirectory() as place:\n"
        '        Path(place, "seen").touch()\n'
        '        more = float(Path(place, "seen").stat().st_mode & 0o044)\n',
    )


def buckets_by_hash(study):
    """hash() of a text is another in each process."""
    _put(study, "", '    more = (raw["Individual ID"].map(hash) % 3).astype(float)\n')
