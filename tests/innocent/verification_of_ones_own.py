"""Add to what verifies: targets, jobs, hooks, rules, options of pytest; or take a part out and say why."""

LINT = True
VARIANTS = {"forge_that_is_not_used": {"LINT": False}, "hook_taken_out_with_a_reason": {"LINT": False}}
HOOKS = ".pre-commit-config.yaml"


def targets_and_options(study):
    study.edit("Makefile", "\t$(BIN)/pytest\n", "\t$(BIN)/pytest -q --durations=5\n")
    study.edit("Makefile", "\t$(BIN)/harness check\n", "\t$(BIN)/harness check --all\n\t@echo done\n")
    study.append("Makefile", "\nfigures: .venv/installed-lock\n\t$(BIN)/python study/figures.py\n")
    study.edit("pyproject.toml", "xfail_strict = true\n", 'xfail_strict = true\nmarkers = ["slow: takes minutes"]\n')


def job_of_ones_own(study):
    study.append(
        ".gitlab-ci.yml",
        "\npages:\n  when: manual\n  image: docker.io/library/python:3.12.12-bookworm\n  script:\n    - make setup\n    - make check\n",
    )
    study.edit(".github/workflows/verify.yml", "on:\n  push:\n", "on:\n  workflow_dispatch:\n  push:\n")


def hook_of_ones_own(study):
    hook = "      - id: no-todo\n        name: no TODO left\n        entry: TODO-BEFORE-SUBMISSION\n        language: pygrep\n        files: ^study/\n"
    study.edit(HOOKS, "      - id: merge-conflict\n", hook + "      - id: merge-conflict\n")
    study.edit(HOOKS, "name: no private keys\n", "name: no private key of anybody\n")


def more_rules(study):
    study.edit("pyproject.toml", '"BLE", "S110"', '"BLE", "RUF100", "S110"')


def contract_reformatted(study):
    text = study.read("tests/test_contract.py").replace("check(subject)\n", "check(subject)  # as the judge asks it\n")
    study.write("tests/test_contract.py", text)


def forge_that_is_not_used(study):
    study.path(".gitlab-ci.yml").unlink()


def hook_taken_out_with_a_reason(study):
    before, _, rest = study.read(HOOKS).partition("      - id: environment-exact\n")
    study.write(HOOKS, before + "      - id: large-files\n" + rest.partition("      - id: large-files\n")[2])
    study.write(
        "study/DEVIATIONS.md", "# Deviations\n\nThe hook environment-exact is out: the group's conda list has ranges.\n"
    )
