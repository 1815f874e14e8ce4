"""Change a version in the lock by hand, or name a package without locking again."""

CHECK = "E1"


def a_package_named_and_not_locked(study):
    study.append("requirements/study.in", "seaborn\n")


def a_hash_taken_out(study):
    lines = study.read("requirements/harness.txt").splitlines(keepends=True)
    first = next(n for n, line in enumerate(lines) if "--hash" in line)
    study.write("requirements/harness.txt", "".join(lines[:first] + lines[first + 1 :]))


def a_comment_of_the_head_taken_out(study):
    lines = study.read("requirements/dev.txt").splitlines(keepends=True)
    study.write("requirements/dev.txt", "".join(line for line in lines if not line.startswith("# study.in")))
