"""Builds of PyTorch: which one a lock names, where it is looked for; and what packages weigh."""

import sys

import pytest
from packaging.requirements import Requirement
from packaging.tags import sys_tags

from harness import builds, sizes
from harness.exceptions import StudyError
from harness.provenance import clone

CPU = """\
six==1.0
torch==2.13.0 ; sys_platform == 'darwin' \\
    --hash=x
torch==2.13.0+cpu ; sys_platform != 'darwin' \\
"""
FOUND = {  # TORCH, the lock -> what uv is told
    ("", "torch==2.13.0 \\\n"): [],
    ("", CPU): ["--torch-backend", "cpu"],
    ("cu130", CPU): ["--torch-backend", "cu130"],
    ("registry", CPU): [],
    ("https://example.org/whl", CPU): ["--index", "https://example.org/whl"],
}


@pytest.mark.parametrize("case", FOUND, ids=str)
def test_where_pytorch_is_looked_for(case, monkeypatch):
    monkeypatch.setenv("TORCH", case[0])
    assert builds.options(case[1]) == FOUND[case]


def test_pip_is_told_the_same_but_for_builds_by_name():
    assert builds.for_pip(["--index", "https://example.org/whl"]) == ["--extra-index-url", "https://example.org/whl"]
    assert builds.for_pip(["--find-links", "/a b"]) == ["--find-links", "/a b"]
    assert builds.for_pip(["--torch-backend", "cpu"]) == builds.for_pip([]) == []


def test_a_folder_of_wheels_becomes_an_index_of_pytorch_alone(tmp_path, monkeypatch):
    for name in ("torch-2.0+cpu-cp311-cp311-linux_x86_64.whl", "torchvision-1.0-py3-none-any.whl", "numpy-2.0-x.whl"):
        (tmp_path / name).touch()
    (tmp_path / "index").mkdir()
    monkeypatch.setenv("TORCH", str(tmp_path))
    assert builds.options("", tmp_path / "index") == ["--index", (tmp_path / "index").as_uri()]
    assert sorted(path.name for path in (tmp_path / "index").iterdir()) == ["torch", "torchvision"]
    assert "torch-2.0%2Bcpu-cp311" in (tmp_path / "index" / "torch" / "index.html").read_text()
    assert builds.options("") == ["--find-links", str(tmp_path)]


def test_what_is_no_place_is_refused(monkeypatch):
    monkeypatch.setenv("TORCH", "cuda")
    with pytest.raises(StudyError, match=r"^TORCH=cuda: neither a folder here nor a build of PyTorch\."):
        builds.options("")


@pytest.mark.parametrize("installer", ["uv", "pip"])
def test_a_replay_builds_with_the_build_of_its_lock(installer, tmp_path, monkeypatch):
    called = []
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "harness.txt").write_text(CPU)
    monkeypatch.setattr(clone, "call", lambda folder, *command: called.append([*map(str, command)]))
    monkeypatch.setattr(clone.lock, "find_uv", lambda: "uv" if installer == "uv" else None)
    monkeypatch.setenv("TORCH", "https://example.org/whl")
    clone.build(tmp_path)
    option = "--index" if installer == "uv" else "--extra-index-url"
    assert called[-1][called[-1].index(option) + 1] == "https://example.org/whl"


def test_what_cuda_brings_is_told_once_nobody_asked_for_a_build(monkeypatch):
    new = [Requirement("torch==2.13.0"), Requirement("nvidia-cublas==13.1")]
    monkeypatch.delenv("TORCH", raising=False)
    assert "make lock TORCH=cpu" in builds.advice(new) and not builds.advice(new[:1])
    monkeypatch.setenv("TORCH", "cu130")
    assert not builds.advice(new)


def test_new_is_what_no_lock_had_and_holds_here():
    other = "darwin" if sys.platform != "darwin" else "linux"
    now = f"six==1.0 \\\n    --hash=x\nnew==2.0 \\\n    --hash=x\nelsewhere==1 ; sys_platform == '{other}' \\\n"
    assert [str(pin) for pin in sizes.new([CPU], [now, now])] == ["new==2.0"]


def test_the_file_that_fits_here_is_weighed(tmp_path):
    best, *_, worst = (f"a-1-{tag}.whl" for tag in sys_tags())
    wheels = [{"url": f"https://example.org/{name}", "size": size} for name, size in [(worst, 1), (best, 2)]]
    assert sizes.size({"wheels": [*wheels, {"url": "https://example.org/a-1-cp27-cp27m-win32.whl", "size": 3}]}) == 2
    assert sizes.size({"wheels": [], "sdist": {"url": "https://example.org/a-1.tar.gz", "size": 4}}) == 4
    (tmp_path / "a-1-py3-none-any.whl").write_bytes(b"12345")
    assert sizes.size({"wheels": [{"url": (tmp_path / "a-1-py3-none-any.whl").as_uri()}]}) == 5
    assert sizes.size({"wheels": [{"url": "https://example.org/a-1-py3-none-any.whl"}]}) is None


def test_sizes_are_told_the_heaviest_first_and_what_is_not_known_by_name():
    pins = [Requirement(f"{name}==1") for name in "abcdefg"] + [Requirement("torch==2.13.0")]
    known = dict(zip("abcdef", [1e6, 2e6, 3e6, 4e6, 5e6, 6e6], strict=True)) | {"torch": 527e6, "g": None}
    assert sizes.sentence(pins, known) == (
        "new in the locks: 8 packages, 548 MB to download here: torch==2.13.0 527 MB, f==1 6.0 MB, e==1 5.0 MB, "
        "d==1 4.0 MB, c==1 3.0 MB, 2 more 3.0 MB; of unknown size: g==1"
    )
    assert sizes.sentence([], {}) == ""
