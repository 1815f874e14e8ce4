"""The rendered Dockerfile: its style, and, where the tools exist, a real build and a real run."""

import csv
import json
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

import pytest
from conftest import commit_all, harness, run, short_plan

NEEDED = ("buildah", "podman", "debootstrap", "runc")
STORAGE = '[storage]\ndriver = "overlay"\ngraphroot = "{0}/graph"\nrunroot = "{0}/run"\n'
# Works inside a container too: no limits raised, no cgroups made, the network of the machine.
CONTAINERS = """\
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
netns = "host"
[engine]
cgroup_manager = "cgroupfs"
runtime = "runc"
events_logger = "file"
"""


@pytest.fixture(scope="module")
def study(render, tmp_path_factory):
    return render("cookiecutter", tmp_path_factory.mktemp("container"))


def base_of(study):
    return re.search(r"^FROM (\S+)$", (study / "Dockerfile").read_text(), re.M).group(1)


def test_hadolint_finds_nothing(study):
    run(Path(sys.executable).with_name("hadolint"), "--no-color", study / "Dockerfile", cwd=study)


def test_base_image_has_an_exact_version(study):
    assert re.fullmatch(r"docker\.io/library/python:3\.\d+\.\d+-slim-[a-z]+", base_of(study))


@pytest.fixture(scope="module")
def image(study, hub):
    """An image built from the rendered Dockerfile, and the environment in which podman sees it."""
    missing = [tool for tool in NEEDED if shutil.which(tool) is None]
    if missing:
        pytest.skip(f"not exercised: no container can be built here without {', '.join(missing)}")
    if os.geteuid():
        pytest.skip("not exercised: only root can make the stand-in base image")
    store = Path(tempfile.mkdtemp(prefix="container-test-"))
    (store / "storage.conf").write_text(STORAGE.format(store))
    (store / "containers.conf").write_text(CONTAINERS)
    env = {name: value for name, value in hub.items() if name != "STORAGE_DRIVER"}
    env |= {"CONTAINERS_STORAGE_CONF": f"{store}/storage.conf", "CONTAINERS_CONF": f"{store}/containers.conf"}
    env |= {"BUILDAH_ISOLATION": "chroot"}
    try:
        script = Path(__file__).parent / "container" / "base-image.sh"
        made = run(script, base_of(study), store, cwd=store, env=env, check=False)
        if made.returncode:
            said = (made.stderr.strip().splitlines() or ["no message"])[-1]
            pytest.skip(f"not exercised: the stand-in base image could not be made: {said}")
        build = [
            "buildah",
            "build",
            "--pull-never",
            "--network",
            "host",
            "--layers",
            "--tag",
            "localhost/study:test",
            ".",
        ]
        run(*build, cwd=study, env=env)
        yield env
    finally:
        run("buildah", "rm", "--all", cwd=store, env=env, check=False)
        run("buildah", "rmi", "--all", "--force", cwd=store, env=env, check=False)
        shutil.rmtree(store)


def in_container(env, *argv, options=()):
    return run(
        "podman", "run", "--pull=never", "--rm", *options, "localhost/study:test", *argv, cwd="/", env=env
    ).stdout


@pytest.mark.slow
def test_the_container_is_not_root(image):
    assert in_container(image, "id", "-u").strip() == "1000"


@pytest.mark.slow
def test_the_harness_answers_in_the_container(image):
    assert "run" in in_container(image, "harness", "--help")
    assert in_container(image, "ls", "-A", "/study").split() == [
        "data",
        "pyproject.toml",
        "requirements",
        "runs",
        "study",
    ]


def read_scores(runs):
    """Read what was fitted, and its scores, from the one run in a folder; not how many seconds it took."""
    (path,) = runs.glob("*/scores.csv")
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows
    cells = [text for row in rows for name, text in row.items() if not name.endswith("_s")]
    numbers = [text for text in cells if re.fullmatch(r"[-+.\de]+", text)]
    return [text for text in cells if text not in numbers], list(map(float, numbers))


@pytest.mark.slow
def test_a_run_in_the_container_has_the_scores_of_the_host(image, python, copy_project, hub, tmp_path):
    runs = tmp_path / "runs"
    runs.mkdir()
    os.chown(runs, 4242, 4242)  # as the Dockerfile says: a user of the host, whom the image does not know
    host = copy_project(tmp_path / "host")
    short_plan(host)
    volumes = [f"{runs}:/study/runs"]
    volumes += [f"{host}/study/{name}:/study/study/{name}:ro" for name in ("plan.toml", "models.py")]
    options = [part for volume in volumes for part in ("--volume", volume)]
    in_container(image, options=["--user", "4242:4242", *options])
    harness(host, python, "run", env=hub)
    words, scores = read_scores(host / "runs")
    assert {"candidate", "rival"} <= set(words)
    # The same packages, perhaps another Python: equal but for rounding.
    assert read_scores(runs) == (words, pytest.approx(scores, rel=1e-9))


def test_apptainer_takes_the_image_of_the_dockerfile(study):
    """Name, folder and command are those of the Dockerfile. The build itself is not exercised: it needs Apptainer."""
    docker, definition = ((study / name).read_text() for name in ("Dockerfile", "apptainer.def"))
    (name,) = re.findall(r"docker build -t (\S+) \.", docker)
    assert re.findall(r"docker build -t (\S+) \.", definition) == [name]
    (saved, image), (source,) = (
        *re.findall(r"docker save -o (\S+) (\S+)$", definition, re.M),
        re.findall(r"^From: (\S+)$", definition, re.M),
    )
    assert (saved, image) == (source, name) and re.search(r"^Bootstrap: docker-archive$", definition, re.M)
    folder = re.search(r"^WORKDIR (\S+)$", docker, re.M).group(1)
    command = re.search(r'^CMD \["(.+)"\]$', docker, re.M).group(1).replace('", "', " ")
    assert f'cd {folder} && exec {command} "$@"' in definition
    assert definition.count(f"runs:{folder}/runs") == 2 and f'-v "$PWD/runs:{folder}/runs"' in docker
    sections = set(re.findall(r"^%(\w+)", definition, re.M))
    assert sections <= {"labels", "runscript"}  # nothing is installed that the image does not have


@pytest.mark.slow
def test_a_run_is_replayed_in_the_image(image, python, copy_project, hub, tmp_path):
    """The clone is made outside, since the image has no git; what was recorded there is compared with what was here."""
    host = copy_project(tmp_path / "host")
    short_plan(host)
    commit_all(host, "A small plan", hub)
    harness(host, python, "run", env=hub)
    done = run(
        python,
        "-m",
        "harness",
        "replay",
        "--image",
        "localhost/study:test",
        cwd=host,
        env=image | {"CONTAINER": "podman"},
        check=False,
    )
    assert done.returncode in (0, 3), done.stdout + done.stderr
    (path,) = host.glob("runs/*/replay.json")
    found = json.loads(path.read_text(encoding="utf-8"))
    assert found["repeated"]["git"] == "git is not installed" and found["environment"] == "localhost/study:test"
    assert (
        found["differs"] and found["tier"] in ("T2", "T3") and os.stat(path.parent / "run.json").st_uid == os.getuid()
    )
