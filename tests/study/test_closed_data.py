"""The commit hook of a study refuses raw data that are not open, and says the way out."""

from conftest import harness, run


def test_a_commit_of_closed_data_is_refused(copy_project, python, hub, tmp_path):
    folder = copy_project(tmp_path / "study")
    assert harness(folder, python, "check", "D3", env=hub).stdout.count("1 passed, 0 failed") == 1  # as shipped
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
    assert "data/raw/penguins-raw.csv: is in git, but data/DATASHEET.md says access: closed; take it out: git" in said
    with (folder / ".gitignore").open("a") as file:
        file.write("/data/raw/*\n")
    run("git", "rm", "-q", "--cached", "data/raw/penguins-raw.csv", cwd=folder, env=hub)  # as it says
    commit(check=True)
    assert (folder / "data" / "raw" / "penguins-raw.csv").is_file()
    (folder / "data" / "raw" / "more.csv").write_text("name\nAda\n")
    run("git", "add", "--force", "data/raw/more.csv", cwd=folder, env=hub)
    done = commit()
    assert done.returncode == 1 and "data/raw/more.csv: is in git" in done.stdout + done.stderr
