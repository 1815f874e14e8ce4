"""Data beside git, really: a web server, DVC and its remote, a commit of closed data, Croissant's own library."""

import hashlib
import http.server
import json
import logging
import shutil
import signal
import subprocess
import sys
import threading

import pytest
from conftest import ROOT, commit_all, harness, run

SHIPPED = ROOT / "{{cookiecutter.project_slug}}" / "data"
BIG = b"n,square\n" + b"".join(b"%d,%d\n" % (n, n * n) for n in range(200_000))  # over 1 MB


def records(path):
    """Read the only table that a Croissant file describes, by MLCommons' own library; it must find nothing to say."""
    logging.getLogger("absl").setLevel(logging.ERROR)
    import mlcroissant

    dataset = mlcroissant.Dataset(path)
    assert not dataset.metadata.ctx.issues.errors and not dataset.metadata.ctx.issues.warnings
    (table,) = dataset.metadata.record_sets
    return list(dataset.records(table.id))


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_croissant_is_valid_and_a_changed_byte_is_noticed(tmp_path):
    from mlcroissant._src.core.context import Context
    from mlcroissant._src.core.rdf import make_context

    made = shutil.copytree(SHIPPED, tmp_path / "data")
    rows = records(made / "croissant.json")
    assert len(rows) == 344
    assert rows[0]["penguins-raw/Culmen%20Length%20%28mm%29"] == 39.1 and rows[0]["penguins-raw/Sex"] == b"MALE"
    stated = json.loads((made / "croissant.json").read_text(encoding="utf-8"))
    assert stated["conformsTo"][0] == "http://mlcommons.org/croissant/1.1"
    assert stated["@context"] == make_context(Context(conforms_to=stated["conformsTo"][0]))
    raw = made / "raw" / "penguins-raw.csv"
    raw.write_bytes(raw.read_bytes().replace(b"39.1", b"39.2", 1))
    with pytest.raises(Exception, match="raw/penguins-raw.csv") as caught:
        records(made / "croissant.json")
    assert "is not identical with the reference" in str(caught.value.__cause__)


# --- fetch


class Mirror(http.server.BaseHTTPRequestHandler):
    """Serves the file well, or in one of the ways in which it goes wrong."""

    asked, half, go_on = [], threading.Event(), threading.Event()

    def do_GET(self):
        self.asked.append(self.path)
        if self.path == "/gone":
            return self.send_error(404)
        body = BIG.replace(b"9", b"8") if self.path == "/wrong" else BIG
        self.send_response(200)
        self.send_header("Content-Length", str(len(BIG)))
        self.end_headers()
        if self.path in ("/cut", "/slow"):
            self.wfile.write(body[: len(BIG) // 2])
            self.half.set()
            if self.path == "/slow":
                self.go_on.wait(60)
            return None  # and the connection ends here
        return self.wfile.write(body)

    def log_message(self, *arguments):
        pass


@pytest.fixture(scope="module")
def mirrors():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Mirror)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    Mirror.go_on.set()
    server.shutdown()


@pytest.fixture(scope="module")
def kept_elsewhere(copy_project, python, hub, mirrors, tmp_path_factory):
    """A committed study with data/raw/big.csv, that is listed and has an address, and is not in git."""
    folder = copy_project(tmp_path_factory.mktemp("fetch") / "study")
    big = folder / "data" / "raw" / "big.csv"
    big.write_bytes(BIG)
    sources(folder, f"{mirrors}/right")
    with (folder / "data" / "DATASHEET.md").open("a") as file:
        file.write("\n`raw/big.csv`: squares.\n")
    with (folder / ".gitignore").open("a") as file:
        file.write("/data/raw/big.csv\n")
    harness(folder, python, "manifest", env=hub)
    commit_all(folder, "Squares", hub)
    big.unlink()
    return folder


@pytest.fixture
def study(kept_elsewhere, tmp_path):
    return shutil.copytree(kept_elsewhere, tmp_path / "study", symlinks=True)


def sources(folder, *addresses):
    (folder / "data" / "sources.toml").write_text(f'["raw/big.csv"]\nurl = {list(addresses)}\n')


def test_fetch_tries_mirrors_aloud_until_the_hash_is_right(study, python, hub, mirrors):
    listed = (study / "data" / "MANIFEST.sha256").read_text()
    assert f"{hashlib.sha256(BIG).hexdigest()}  raw/big.csv\n" in listed
    done = harness(study, python, "check", "D1", env=hub, check=False)
    assert done.returncode == 1
    assert "data/raw/big.csv is missing (data/MANIFEST.sha256); bring it: python -m harness fetch" in done.stderr
    harness(study, python, "manifest", env=hub, check=False)  # while the file is away
    assert (study / "data" / "MANIFEST.sha256").read_text() == listed

    sources(
        study, "http://127.0.0.1:9/x", *(f"{mirrors}/{path}" for path in ("wrong", "cut", "gone", "right", "never"))
    )
    Mirror.asked.clear()
    said = harness(study, python, "fetch", env=hub).stdout
    assert Mirror.asked == ["/wrong", "/cut", "/gone", "/right"]
    assert (study / "data" / "raw" / "big.csv").read_bytes() == BIG
    parts = said.split(" ...\n")
    for part, words in zip(parts[1:], ("refused", "other bytes", "Incomplete", "404", "is here now"), strict=True):
        assert words in part, said
    assert [path.name for path in (study / "data" / "raw").iterdir() if path.name.startswith(".")] == []
    assert not list((study / "runs").glob(".fetch*"))
    sources(study, f"{mirrors}/right")
    assert run("git", "status", "--porcelain", cwd=study, env=hub).stdout == ""
    Mirror.asked.clear()
    assert "data/raw/big.csv is here\n" in harness(study, python, "fetch", env=hub).stdout
    assert Mirror.asked == []
    table = harness(study, python, "check", "D1", "D3", "D4", env=hub).stdout
    assert "3 passed, 0 failed" in table


@pytest.mark.parametrize("path", ["wrong", "cut", "gone"])
def test_fetch_leaves_nothing_of_what_is_wrong(study, python, hub, mirrors, path):
    sources(study, f"{mirrors}/{path}")
    done = harness(study, python, "fetch", env=hub, check=False)
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert "data/raw/big.csv: none of its 1 address(es) in data/sources.toml gave it" in done.stderr
    assert [path.name for path in (study / "data" / "raw").iterdir()] == ["penguins-raw.csv"]


def test_fetch_overwrites_nothing(study, python, hub):
    (study / "data" / "raw" / "big.csv").write_bytes(b"mine\n")
    done = harness(study, python, "fetch", env=hub, check=False)
    assert done.returncode == 1 and "data/raw/big.csv has other bytes than data/MANIFEST.sha256 lists" in done.stderr
    assert (study / "data" / "raw" / "big.csv").read_bytes() == b"mine\n"


def test_a_fetch_that_is_killed_leaves_nothing_that_git_or_a_check_sees(study, python, hub, mirrors):
    sources(study, f"{mirrors}/slow")
    Mirror.half.clear()
    fetch = subprocess.Popen([python, "-m", "harness", "fetch"], cwd=study, env=hub, stdout=subprocess.DEVNULL)
    assert Mirror.half.wait(60)
    fetch.send_signal(signal.SIGKILL)
    fetch.wait()
    assert [path.name for path in (study / "data" / "raw").iterdir()] == ["penguins-raw.csv"]
    sources(study, f"{mirrors}/right")
    assert run("git", "status", "--porcelain", cwd=study, env=hub).stdout == ""
    harness(study, python, "fetch", env=hub)


# --- closed data


def test_a_commit_of_closed_data_is_refused(copy_project, python, hub, tmp_path):
    folder = copy_project(tmp_path / "study")
    assert harness(folder, python, "check", "D3", "D4", env=hub).stdout.count("2 passed, 0 failed") == 1  # as shipped
    run(".venv/bin/pre-commit", "install", cwd=folder, env=hub)
    page = folder / "data" / "DATASHEET.md"
    page.write_text(page.read_text().replace("access: open", "access: closed"))
    harness(folder, python, "manifest", env=hub)

    def commit(check=False):
        run("git", "add", "--all", cwd=folder, env=hub)
        return run("git", "commit", "-m", "Closed", cwd=folder, env=hub, check=check)

    done = commit()
    assert done.returncode == 1
    said = " ".join((done.stdout + done.stderr).split())
    assert "data/raw/penguins-raw.csv is in git, but data/DATASHEET.md says access: closed; take it out: git rm" in said
    with (folder / ".gitignore").open("a") as file:
        file.write("/data/raw/*\n")
    run("git", "rm", "-q", "--cached", "data/raw/penguins-raw.csv", cwd=folder, env=hub)  # as it says
    commit(check=True)
    assert (folder / "data" / "raw" / "penguins-raw.csv").is_file()
    (folder / "data" / "raw" / "more.csv").write_text("name\nAda\n")
    run("git", "add", "--force", "data/raw/more.csv", cwd=folder, env=hub)
    done = commit()
    assert done.returncode == 1 and "data/raw/more.csv is in git" in done.stdout + done.stderr


# --- DVC


@pytest.mark.slow
def test_dvc_keeps_the_data_and_git_its_note(copy_project, python, hub, tmp_path):
    """What docs/howto.md says of DVC, with a remote that is a folder."""
    uv, apart = f"{sys.prefix}/bin/uv", tmp_path / "dvc"
    run(uv, "venv", "-q", apart, cwd=tmp_path, env=hub)
    run(uv, "pip", "install", "-q", "--python", apart / "bin" / "python", "dvc", cwd=tmp_path, env=hub)
    env = hub | {"DVC_NO_ANALYTICS": "1", "PATH": f"{apart / 'bin'}:{hub['PATH']}"}
    folder = copy_project(tmp_path / "study")
    (folder / "data" / "raw" / "big.csv").write_bytes(BIG.replace(b"\n", b"\r\n"))
    with (folder / "data" / "DATASHEET.md").open("a") as file:
        file.write("\n`raw/big.csv`: squares.\n")
    page = (ROOT / "docs" / "howto.md").read_text(encoding="utf-8")
    (block,) = (part for part in page.split("```sh\n") if part.startswith("dvc init"))
    lines = [line.split("  #")[0].strip() for line in block.partition("```")[0].splitlines()]
    script = "\n".join(lines).replace("/shared/my-study", str(tmp_path / "remote"))
    run("bash", "-ec", script, cwd=folder, env=env)
    tracked = run("git", "ls-files", "data", cwd=folder, env=env).stdout.split()
    assert "data/raw/big.csv.dvc" in tracked and "data/raw/big.csv" not in tracked
    assert run("git", "status", "--porcelain", cwd=folder, env=env).stdout == ""

    clone = tmp_path / "clone"
    run("git", "clone", "-q", folder, clone, cwd=tmp_path, env=env)
    done = harness(clone, python, "check", "D1", env=env, check=False)
    assert (
        done.returncode == 1 and "data/raw/big.csv is missing (data/MANIFEST.sha256); bring it: dvc pull" in done.stderr
    )
    listed = (clone / "data" / "MANIFEST.sha256").read_text()
    harness(clone, python, "manifest", env=env, check=False)
    assert (clone / "data" / "MANIFEST.sha256").read_text() == listed
    run("dvc", "pull", "-q", cwd=clone, env=env)
    assert harness(clone, python, "check", "D1", "D3", "D4", env=env).stdout.count("3 passed, 0 failed") == 1
    run(python, "tests/test_files.py", cwd=clone, env=env)
