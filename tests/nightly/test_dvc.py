"""DVC keeps the data and git its note, as docs/howto/data.md says."""

import pytest
from conftest import BIN, ROOT, harness, run

BIG = b"n,square\r\n" + b"".join(b"%d,%d\r\n" % (n, n * n) for n in range(200_000))  # over 1 MB


@pytest.mark.slow
def test_dvc_keeps_the_data_and_git_its_note(copy_project, python, hub, tmp_path):
    """What docs/howto/data.md says of DVC, with a remote that is a folder."""
    uv, apart = BIN / "uv", tmp_path / "dvc"
    run(uv, "venv", "-q", apart, cwd=tmp_path, env=hub)
    run(uv, "pip", "install", "-q", "--python", apart / "bin" / "python", "dvc", cwd=tmp_path, env=hub)
    env = hub | {"DVC_NO_ANALYTICS": "1", "PATH": f"{apart / 'bin'}:{hub['PATH']}"}
    folder = copy_project(tmp_path / "study")
    (folder / "data" / "raw" / "big.csv").write_bytes(BIG)
    with (folder / "data" / "DATASHEET.md").open("a") as file:
        file.write("\n`raw/big.csv`: squares.\n")
    page = (ROOT / "docs" / "howto" / "data.md").read_text(encoding="utf-8")
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
    assert done.returncode == 1
    assert "data/raw/big.csv: is missing (data/MANIFEST.sha256); bring it: `dvc pull`" in done.stderr
    run("dvc", "pull", "-q", cwd=clone, env=env)
    assert harness(clone, python, "check", "D1", "D3", env=env).stdout.count("2 passed, 0 failed") == 1
