"""Take a part of what verifies out: a target of make, a job of CI, a hook, a rule of ruff, the contract test."""

CHECK = "E3"
CONTRACT = "tests/test_contract.py"
HOOKS = ".pre-commit-config.yaml"
WORKFLOW = ".github/workflows/verify.yml"


def verify_that_lints(study):
    study.edit("Makefile", "\t$(BIN)/harness verify\n", "\t$(BIN)/ruff check  # the rest takes too long\n")


def a_later_rule_of_make_for_check(study):
    study.append("Makefile", "\n-include local.mk\n")
    study.write("local.mk", "check:\n\t@echo '60 passed'\n")


def one_check_for_all(study):
    study.edit("Makefile", "\t$(BIN)/harness check\n", "\t$(BIN)/harness check D1 D5\n")


def tests_of_one_name(study):
    study.edit("Makefile", "\t$(BIN)/pytest\n", "\t$(BIN)/pytest -k 'not L1 and not R2'\n")


def another_environment(study):
    study.edit("Makefile", "BIN := .venv/bin\n", "BIN := tools\n")


def job_by_hand(study):
    text = study.read(WORKFLOW)
    head, _, rest = text.partition("on:\n")
    study.write(WORKFLOW, f"{head}on:\n  workflow_dispatch:\n\npermissions{rest.partition('permissions')[2]}")


def job_under_a_condition(study):
    study.edit(WORKFLOW, "  verify:\n    runs-on", "  verify:\n    if: github.actor == 'ada'\n    runs-on")


def job_that_only_checks_the_style(study):
    study.edit(".gitlab-ci.yml", "    - make verify\n", "    - make lint\n")


def job_that_waits_for_a_click(study):
    study.edit(".gitlab-ci.yml", "  timeout: 60 minutes\n", "  timeout: 60 minutes\n  when: manual\n")


def hook_taken_out(study):
    before, _, rest = study.read(HOOKS).partition("      - id: secrets\n")
    study.write(HOOKS, before + "      - id: secret-files\n" + rest.partition("      - id: secret-files\n")[2])


def hook_that_always_passes(study):
    study.edit(HOOKS, "entry: .venv/bin/harness lock --check\n", 'entry: "true"\n')


def hook_at_another_moment(study):
    study.edit(HOOKS, "      - id: notebook-fits\n", "      - id: notebook-fits\n        stages: [manual]\n")


def files_kept_from_all_hooks(study):
    study.edit(HOOKS, "repos:\n  - repo: local\n", "exclude: ^(study|notebooks)/\nrepos:\n  - repo: local\n")


def rules_in_another_file(study):
    study.write("ruff.toml", 'line-length = 120\n[lint]\nselect = ["E", "F", "I"]\n')


def rules_not_for_models(study):
    study.edit(
        "pyproject.toml",
        '"test_*.py" = ["D", "TID251"]\n',
        '"test_*.py" = ["D", "TID251"]\n"study/m*.py" = ["BLE", "S"]\n',
    )


def contract_of_some_checks(study):
    code = "import pytest\n\nfrom harness.checks import CHECKS, Subject, run_check\n\n\n"
    code += '@pytest.mark.parametrize("check", [one for one in CHECKS if not one.refits])\ndef test_study(check):\n'
    code += '    assert run_check(check, Subject("."))[0] != "failed"\n'
    study.write(CONTRACT, code)


def contract_gone(study):
    study.path(CONTRACT).unlink()
