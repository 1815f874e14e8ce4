"""Raw data that is kept elsewhere is fetched from the address that gives it, and nothing that is wrong gets in."""

import hashlib
import http.server
import os
import shutil
import signal
import subprocess
import sys
import threading

import pytest
import shipped

BIG = b"n,square\n" + b"".join(b"%d,%d\n" % (n, n * n) for n in range(200_000))  # over 1 MB


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


def harness(folder, *arguments):
    argv = [sys.executable, "-m", "harness", *arguments]
    return subprocess.run(argv, cwd=folder, capture_output=True, text=True, env=os.environ | {"COLUMNS": "200"})


def unchanged(folder):
    done = subprocess.run(["git", "status", "--porcelain"], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout == ""


@pytest.fixture(scope="module")
def kept_elsewhere(root, mirrors, tmp_path_factory):
    """A committed study with data/raw/big.csv, that is listed and has an address, and is not in git."""
    folder = shutil.copytree(root, tmp_path_factory.mktemp("fetch") / "study")
    big = folder / "data" / "raw" / "big.csv"
    big.write_bytes(BIG)
    sources(folder, f"{mirrors}/right")
    with (folder / "data" / "DATASHEET.md").open("a") as file:
        file.write("\n`raw/big.csv`: squares.\n")
    with (folder / ".gitignore").open("a") as file:
        file.write("/data/raw/big.csv\n")
    assert harness(folder, "manifest").returncode == 0
    shipped.git(folder, "add", "-A")
    shipped.git(folder, "commit", "-q", "-m", "Squares")
    big.unlink()
    return folder


@pytest.fixture
def study(kept_elsewhere, tmp_path):
    return shutil.copytree(kept_elsewhere, tmp_path / "study")


def sources(folder, *addresses):
    (folder / "data" / "sources.toml").write_text(f'["raw/big.csv"]\nurl = {list(addresses)}\n')


def test_fetch_tries_mirrors_aloud_until_the_hash_is_right(study, mirrors):
    listed = (study / "data" / "MANIFEST.sha256").read_text()
    assert f"{hashlib.sha256(BIG).hexdigest()}  raw/big.csv\n" in listed
    done = harness(study, "check", "D1")
    assert done.returncode == 1
    assert "data/raw/big.csv: is missing (data/MANIFEST.sha256); bring it: `harness fetch`" in done.stderr
    harness(study, "manifest")  # while the file is away
    assert (study / "data" / "MANIFEST.sha256").read_text() == listed

    sources(
        study, "http://127.0.0.1:9/x", *(f"{mirrors}/{path}" for path in ("wrong", "cut", "gone", "right", "never"))
    )
    Mirror.asked.clear()
    said = harness(study, "fetch").stdout
    assert Mirror.asked == ["/wrong", "/cut", "/gone", "/right"]
    assert (study / "data" / "raw" / "big.csv").read_bytes() == BIG
    parts = said.split(" ...\n")
    for part, words in zip(parts[1:], ("refused", "does not match", "Incomplete", "404", "is here now"), strict=True):
        assert words in part, said
    assert [path.name for path in (study / "data" / "raw").iterdir() if path.name.startswith(".")] == []
    assert not list((study / "runs").glob(".fetch*"))
    sources(study, f"{mirrors}/right")
    assert unchanged(study)
    Mirror.asked.clear()
    assert "data/raw/big.csv is here\n" in harness(study, "fetch").stdout
    assert Mirror.asked == []
    table = harness(study, "check", "D1", "D3").stdout
    assert "2 passed, 0 failed" in table


@pytest.mark.parametrize("path", ["wrong", "cut", "gone"])
def test_fetch_leaves_nothing_of_what_is_wrong(study, mirrors, path):
    sources(study, f"{mirrors}/{path}")
    done = harness(study, "fetch")
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert "data/raw/big.csv: none of its 1 address(es) in data/sources.toml gave it" in done.stderr
    assert [path.name for path in (study / "data" / "raw").iterdir()] == ["penguins-raw.csv"]


def test_fetch_overwrites_nothing(study):
    (study / "data" / "raw" / "big.csv").write_bytes(b"mine\n")
    done = harness(study, "fetch")
    assert done.returncode == 1 and "data/raw/big.csv has other bytes than data/MANIFEST.sha256 lists" in done.stderr
    assert (study / "data" / "raw" / "big.csv").read_bytes() == b"mine\n"


def test_a_fetch_that_is_killed_leaves_nothing_that_git_or_a_check_sees(study, mirrors):
    sources(study, f"{mirrors}/slow")
    Mirror.half.clear()
    fetch = subprocess.Popen([sys.executable, "-m", "harness", "fetch"], cwd=study, stdout=subprocess.DEVNULL)
    assert Mirror.half.wait(60)
    fetch.send_signal(signal.SIGKILL)
    fetch.wait()
    assert [path.name for path in (study / "data" / "raw").iterdir()] == ["penguins-raw.csv"]
    sources(study, f"{mirrors}/right")
    assert unchanged(study)
    assert harness(study, "fetch").returncode == 0
