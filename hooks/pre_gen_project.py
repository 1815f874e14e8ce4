"""Refuse what the rendered files could not hold. The same rules in the same words as copier.yml: a test compares."""

import json
import os
import re
import sys

# JSON never has three quotes in a row, so no answer can end this literal.
ANSWERS = json.loads(r"""{{ cookiecutter | tojson }}""")

# {% raw %}
# name: (regular expression, what to say)
RULES = {
    "project_name": (
        r"""\A(?!\s)[^\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff"\\{}$`<>]{1,80}(?<!\s)\Z""",
        '1-80 characters on one line, no spaces at the ends, no control characters, none of " \\ { } $ ` < >',
    ),
    "project_slug": (
        r"""\A(?=.{2,50}\Z)[a-z][a-z0-9]*(?:-[a-z0-9]+)*\Z""",
        "2-50 characters: a-z and 0-9, single hyphens between words, a letter first",
    ),
    "description": (
        r"""\A(?!\s)[^\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff"\\{}$`<>]{1,200}(?<!\s)\Z""",
        '1-200 characters on one line, no spaces at the ends, no control characters, none of " \\ { } $ ` < >',
    ),
    "author_name": (
        r"""\A(?!\s)[^\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff"\\{}$`<>]{1,80}(?<!\s)\Z""",
        '1-80 characters on one line, no spaces at the ends, no control characters, none of " \\ { } $ ` < >',
    ),
    "author_email": (
        r"""\A(?=.{3,254}\Z)[A-Za-z0-9.!#%&'*+/=?^_|~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z0-9-]{2,}\Z""",
        "an address such as name@example.org, without quotes",
    ),
    "copyright_year": (
        r"""\A(?:19|20)[0-9]{2}\Z""",
        "a year such as 2026",
    ),
}
RESERVED = frozenset(
    """
abc aifc altair and annotated_doc annotated_types antigravity argparse array as assert ast async asynchat
asyncio asyncore atexit attr attrs audioop aux await base64 bdb binascii bisect bokeh break build builtins bz2
calendar case catboost certifi cfgv cgi cgitb charset_normalizer chunk class click cloudpickle cmath cmd code
codecarbon codecs codeop collections colorama colorsys com1 com2 com3 com4 com5 com6 com7 com8 com9 compileall
con concurrent configparser contextlib contextvars continue contourpy cookiecutter copier copy copyreg
cprofile cruft crypt csv ctypes curses cv2 cycler dask dask_jobqueue data dataclasses datasets datetime
dateutil dbm decimal def del detect_secrets difflib dis distlib distributed distutils docs doctest dunamai dvc
elif else email encodings ensurepip enum errno except execnet false fastjsonschema faulthandler fcntl filecmp
fileinput filelock finally flax fnmatch fonttools for fractions from ftplib functools funcy gc genericpath
getopt getpass gettext glob global graphlib grp gzip h5py harness hashlib heapq hmac html http hydra identify
idlelib idna if imaplib imblearn imghdr imp import importlib in iniconfig inspect io ipaddress ipykernel
ipython is itertools jax jinja2 jinja2_ansible_filters joblib json jsonschema jsonschema_specifications
jupyter jupyter_core jupyterlab keras keyword kiwisolver lambda lib2to3 lightgbm lightning linecache locale
logging lpt1 lpt2 lpt3 lpt4 lpt5 lpt6 lpt7 lpt8 lpt9 lzma mailbox mailcap markdown_it_py markupsafe marshal
match math matplotlib mdurl mimetypes mkdocs mlflow mmap modulefinder mpl_toolkits msilib msvcrt
multiprocessing mypy_extensions narwhals nbconvert nbformat nbstripout netrc networkx nis nntplib nodeenv none
nonlocal not notebook notebooks nt ntpath nturl2path nul numbers numpy numpy_financial omegaconf onnx
onnxruntime opcode operator optparse optuna or os ossaudiodev packaging pandas pandera parsl pass pathlib
pathspec pdb pickle pickletools pil pillow pip pip_tools pipes piptools pkg_resources pkgutil platform
platformdirs plistlib plotly pluggy plumbum polars pooch poplib posix posixpath pprint pre_commit
pre_commit_hooks prn profile prompt_toolkit pstats psutil pty pwd py_compile pyarrow pyclbr pydantic
pydantic_core pydantic_settings pydoc pydoc_data pyexpat pygments pylab pyparsing pyproject_hooks pytest
pytest_xdist python_dateutil python_discovery pyyaml questionary queue quopri raise random re readline
referencing reprlib requests requirements resource results return rich rlcompleter rocrate rpds_py ruamel_yaml
ruff runpy runs sched scikit_learn scipy scripts seaborn secrets select selectors setuptools shap shellingham
shelve shlex shutil signal simpleeval site skimage skl2onnx sklearn skops smtpd smtplib snakemake sndhdr
socket socketserver sphinx spwd sqlite3 src sre_compile sre_constants sre_parse ssl stat statistics
statsmodels string stringprep struct study submitit subprocess sunau sympy symtable sys sysconfig syslog
tabnanny tarfile telnetlib tempfile tensorflow termios test tests textwrap this threading threadpoolctl time
timeit tkinter token tokenize tomllib torch torchvision tqdm trace traceback tracemalloc traitlets
transformers true try tty turtle turtledemo type typeguard typer types typing typing_extensions typing_inspect
typing_inspection tzdata unicodedata unittest urllib urllib3 uu uuid uv venv virtualenv wandb warnings wave
wcwidth weakref webbrowser wheel while winreg winsound with wsgiref xdist xdrlib xgboost xml xmlrpc yaml yield
zipapp zipfile zipimport zlib zoneinfo
""".split()  # noqa: SIM905 (a list of words stays a list of words)
)
PROOFS = ("build", "files")


def problems(answers):
    """Yield what is wrong with the answers, a line each."""
    for name, (pattern, message) in RULES.items():
        value = str(answers.get(name, ""))
        if not re.search(pattern, value):
            yield f"{name}: {message} (got {value!r})"
    slug = str(answers.get("project_slug", ""))
    if slug.replace("-", "_") in RESERVED:
        yield f"project_slug: {slug} is a Python keyword, a standard module, a dependency or a reserved file name"


def main():
    """Refuse, before a file is written, what could not work."""
    found = list(problems({**ANSWERS, "copyright_year": ANSWERS["__copyright_year"]}))
    proof = os.environ.get("ML_TEMPLATE_PROOF", "build")
    if proof not in PROOFS:
        found.append(f"ML_TEMPLATE_PROOF in the environment: one of {', '.join(PROOFS)} (got {proof!r})")
    limit = os.environ.get("ML_TEMPLATE_LIMIT_S") or "1"
    if not re.fullmatch(r"\d+(\.\d+)?", limit):
        found.append(f"ML_TEMPLATE_LIMIT_S in the environment: a number of seconds (got {limit!r})")
    if sys.version_info < (3, 11):  # noqa: UP036 (cookiecutter may run on an older one)
        found.append(f"Python: 3.11 or newer is needed; cookiecutter runs on {sys.version.split()[0]}")
    if found:
        print("This template cannot use these answers:", file=sys.stderr)
        for line in found:
            print(f"  - {line}", file=sys.stderr)
        print("Nothing was written. Run again with other answers.", file=sys.stderr)
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
# {% endraw %}
