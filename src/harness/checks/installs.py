"""Checks of the files that install: images start from one that stays, packages come from the lock."""

import re

import yaml

from harness.checks import commands
from harness.checks.registry import NotExercised, at, check

FROM = re.compile(r"\s*FROM\s+(?:--platform=\S+\s+)?(?P<image>\S+)(?:\s+AS\s+(?P<stage>\S+))?", re.I)
COPIED = re.compile(r"\s*COPY\s.*--from=(?P<image>\S*[/:]\S*)", re.I)
ARGUMENT = re.compile(r"\$\{?(\w+)(?::?-([^}]*))?\}?")
EXACT = re.compile(r"@sha256:[0-9a-f]{64}$|:[^/]*(\d+\.\d+\.\d+|\d{8})[^/]*$")
FETCHED = ("docker", "library", "oras", "shub")  # Bootstrap: of Apptainer; others take a local file
INSTALL = re.compile(r"(?<![\w./-])(?:\S*/)?(pip[\d.]*|conda|mamba|micromamba)((?:\s+-\S+)*)\s+install\b(.*)")
PIP_PINNED = re.compile(r"(pip|uv|pip-tools)==\d[\w.]*")
LOCAL = re.compile(r"\.|\.?\.?/\S*|\S+\.whl")
CONDA_PINNED = re.compile(r"[\w.:-]+={1,2}\d+\.\d+\.\S+")
VALUED = {"-r", "--requirement", "-c", "--constraint", "-i", "--index-url", "--extra-index-url", "-t", "--target"}
VALUED |= {"-n", "--name", "-p", "--prefix", "--channel", "--python", "--find-links", "-f"}
HOW = "name it in requirements/study.in, make lock setup, and install requirements/harness.txt with --require-hashes"
LISTS = ("environment*.y*ml", "conda*.y*ml", "requirements.txt")


def images(file, text):
    r"""
    Yield line and name of every image that a Dockerfile or a definition of Apptainer starts from.

    Examples
    --------
    >>> list(images("Dockerfile", "ARG V=3\nFROM python:${V} AS one\nFROM one"))
    [(2, 'python:3')]
    >>> list(images("a.def", "Bootstrap: docker\nFrom: ubuntu\n%post\n  ls"))
    [(2, 'ubuntu')]
    """
    stages, arguments, source = {"scratch"}, {}, ""
    definition = file.endswith(".def") or file.startswith("Singularity")
    for number, line in commands.joined(text):
        if definition and (said := re.match(r"(Bootstrap|From)\s*:\s*(\S+)", line, re.I)):
            if said[1].lower() == "bootstrap":
                source = said[2].lower()
            elif source in FETCHED:
                yield number, said[2]
        elif argument := re.match(r"\s*ARG\s+(\w+)=[\"']?([^\"'\s]*)", line):
            arguments[argument[1]] = argument[2]
        elif found := (not definition) and (FROM.match(line) or COPIED.match(line)):
            image = ARGUMENT.sub(lambda one: arguments.get(one[1]) or one[2] or one[0], found["image"])
            if image.lower() not in stages:
                yield number, image
            if stage := found.groupdict().get("stage"):
                stages.add(stage.lower())


@check("E5", "base-image-exact")
def base_image_exact(root):
    """
    Images start from one that cannot move: an exact version (python:3.12.12-slim-bookworm) or a digest.

    Detected: FROM and COPY --from in Dockerfiles, From: in definitions of Apptainer; arguments take their defaults.
    Why: python:3.12 or latest is another image next month, and the study in it another study.
    Do: write the third number of the version, or name@sha256:... as `docker images --digests` prints it.
    """
    found = list(commands.files(root, (*commands.IMAGES, *commands.DEFINITIONS)))
    if not found:
        raise NotExercised("there is neither a Dockerfile nor a definition of Apptainer")
    for file, text in found:
        for number, image in images(file, text):
            if "$" in image:
                yield at(file, f"{image} depends on an argument without a default: give it one (ARG ...=)", number)
            elif not EXACT.search(image):
                how = "write an exact version, as in python:3.12.12-slim-bookworm, or a digest, name@sha256:..."
                yield at(file, f"the image {image} moves: {how}", number)


def unlocked(part):
    """
    Return what a command installs past the lock, or None.

    Examples
    --------
    >>> unlocked("RUN pip install --no-cache-dir pandas scipy")
    'pandas scipy'
    >>> unlocked("python -m pip install --require-hashes -r requirements/harness.txt")
    >>> unlocked("pip install pip==25.3")
    """
    if not (found := INSTALL.search(part)):
        return None
    words = iter(found[3].split("#")[0].replace('"', " ").replace("'", " ").split())
    options, named, lists = [], [], []
    for word in words:
        if word in ("-r", "--requirement", "-f", "--file"):
            lists.append(next(words, ""))
        elif word in VALUED:
            next(words, None)
        elif word.startswith("-"):
            options.append(word)
        else:
            named.append(word.rstrip(")],}"))
    named = [one for one in named if one and not LOCAL.fullmatch(one)]
    if found[1].startswith("pip"):
        if "--require-hashes" in options or "PIP_REQUIRE_HASHES=1" in part:
            return None
        return " ".join([*lists, *(one for one in named if not PIP_PINNED.fullmatch(one))]) or None
    return " ".join(one for one in named if not CONDA_PINNED.fullmatch(one)) or None


def packages(file, text):
    r"""
    List the packages of environment.yml or requirements.txt.

    Examples
    --------
    >>> packages("environment.yml", "channels: [nvidia]\ndependencies:\n- python=3.12\n- pip: [scipy]")
    ['python=3.12', 'scipy']
    """
    if file.endswith(".txt"):
        return [line.split("#")[0].strip() for line in text.splitlines() if re.match(r"\w", line)]
    try:
        found = (yaml.safe_load(text) or {}).get("dependencies") or []
    except (yaml.YAMLError, AttributeError):
        return []
    inner = [one for named in found if isinstance(named, dict) for one in named.get("pip") or []]
    return [one for one in [*found, *inner] if isinstance(one, str)]


@check("E6", "installs-from-lock")
def installs_from_lock(root):
    """
    Wherever packages are installed, they are those of the lock, by their hashes.

    Detected: pip and conda install in images, Makefile, continuous integration, scripts, notebooks and study/*.py are
    read, and lists of packages beside the lock (environment.yml, requirements.txt).
    Why: what is installed past the lock is the newest of that day, so that the study is another one tomorrow.
    Do: name the package in requirements/study.in, make lock setup; install with pip install --require-hashes -r.
    """
    for line in [*commands.given(root), *commands.of_code(root)]:
        for part in line.parts():
            if (names := unlocked(part)) is not None:
                yield line.at(f"installs {names.strip()} past the lock: {HOW}")
    for file, text in commands.files(root, LISTS):
        for name in packages(file, text):
            if not re.search(r"==?\s*\d", name) and not name.startswith(("pip", "-", "#")):
                number = next((n for n, line in enumerate(text.splitlines(), start=1) if name in line), None)
                yield at(file, f"{name} has no exact version, and no lock: {HOW}", number)
