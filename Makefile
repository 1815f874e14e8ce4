# The commands of this repository. `make help` prints them. Each makes its own .venv when that is missing or old.
PYTHON ?= python3
BIN := .venv/bin
STUDY := {{cookiecutter.project_slug}}

# Caches inside the template would be rendered: keep them out.
export PYTHONDONTWRITEBYTECODE := 1
export RUFF_CACHE_DIR := $(CURDIR)/.ruff_cache

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo test faults bench lint sums lock

help:  ## print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-6s %s\n", $$1, $$2}' Makefile

demo: .venv/installed-lock  ## render a study with default answers into demo/, prove that it builds, run its experiment
	@# Caches that lie in the template would be rendered with it.
	@[ ! -e .git ] || git clean -fdXq -- "$(STUDY)"
	rm -rf demo
	mkdir demo
	@# The ceiling makes demo/ a place outside this repository, so that the study gets its own.
	GIT_CEILING_DIRECTORIES="$(CURDIR)" PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/cookiecutter --no-input --output-dir demo .
	$(MAKE) -C demo/*/ check run

test: .venv/installed-lock  ## run the template's tests
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder

faults: .venv/installed-lock  ## put every fault of tests/faults into a study: which are caught, which alarms are false
	$(BIN)/python tests/catalogue.py

bench: demo  ## measure again what the docs claim: about half an hour
	$(BIN)/python benchmarks/commands.py demo/*/
	$(BIN)/python benchmarks/recording.py demo/*/
	$(BIN)/python benchmarks/power.py demo/*/
	$(BIN)/python benchmarks/harness.py demo/*/
	$(BIN)/python benchmarks/store.py demo/*/

lint: .venv/installed-lock  ## style of this repository and of the template in place, locks and checksums in step; changes nothing
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	cd "$(STUDY)" && ../$(BIN)/ruff check && ../$(BIN)/ruff format --check
	cd "$(STUDY)" && ../$(BIN)/python -m harness.upkeep.sums --check
	cd "$(STUDY)" && ../$(BIN)/python -m harness.upkeep.lock --check
	cd "$(STUDY)" && ../$(BIN)/python -m harness.upkeep.lock --check --folder ../requirements

sums: .venv/installed-lock  ## after editing harness/ or tests/ of the template: write their checksums anew
	cd "$(STUDY)" && ../$(BIN)/python -m harness.upkeep.sums

lock: .venv/installed-lock  ## after editing a .in file, here or in the template: lock again, keeping the other versions
	cd "$(STUDY)" && ../$(BIN)/python -m harness.upkeep.lock
	cd "$(STUDY)" && ../$(BIN)/python -m harness.upkeep.lock --folder ../requirements

.venv/installed-lock: requirements/dev.txt
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed: make PYTHON=python3.12 ..." if sys.version_info < (3, 11) else 0)'
	rm -rf .venv
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@
