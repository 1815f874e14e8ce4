# The commands of this repository. `make help` prints them. Each makes its own .venv when that is missing or old.
PYTHON ?= python3
BIN := .venv/bin
STUDY := {{cookiecutter.project_slug}}
# Random answers that all engines have to render alike, by night; 10000 take half an hour: make nightly ANSWERS=10000
ANSWERS ?= 200
# Kills of a run, at random moments.
KILLS ?= 5
# Where the site is built.
SITE ?= docs/_site
# What `make test` runs, if not all: make test TESTS=tests/harness
TESTS ?=
READY := .venv/installed-package
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
# As many processes as cores, so that more threads would only wait for each other.
THREADS := OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1
PYTEST := $(THREADS) $(BIN)/python -m pytest --numprocesses auto --dist loadscope --no-loadscope-reorder

# Caches inside the template would be rendered: keep them out. What a study runs may keep its own.
export PYTHONDONTWRITEBYTECODE := 1
COMPILING := env -u PYTHONDONTWRITEBYTECODE
export RUFF_CACHE_DIR := $(CURDIR)/.ruff_cache
export MYPY_CACHE_DIR := $(CURDIR)/.mypy_cache

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo test nightly faults bench docs lint wheel lock

help:  ## print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' Makefile

demo: $(READY)  ## render a study with default answers into demo/, build it, run its experiment
	@# Caches that lie in the template would be rendered with it.
	@[ ! -e .git ] || git clean -fdXq -- "$(STUDY)"
	rm -rf demo
	mkdir demo
	@# The ceiling makes demo/ a place outside this repository, so that the study gets its own.
	GIT_CEILING_DIRECTORIES="$(CURDIR)" PATH="$(CURDIR)/$(BIN):$$PATH" $(COMPILING) $(BIN)/cookiecutter --no-input --output-dir demo .
	@echo 'make demo does the next step, too:'
	$(COMPILING) $(MAKE) -C demo/*/ run

test: $(READY)  ## all tests but those of tests/nightly; one fault of each check
	$(PYTEST) $(TESTS)

nightly: $(READY) faults  ## what is slow: updates, replays, kills, containers, Pythons, studies, benchmarks, all faults
	ML_TEMPLATE_ANSWERS=$(ANSWERS) ML_TEMPLATE_KILLS=$(KILLS) $(PYTEST) tests/nightly \
		tests/template/test_render.py::test_random_answers_render_alike_and_can_be_read

faults: $(READY)  ## put every fault of tests/faults into a study: what catches it, and which alarms are false
	$(THREADS) $(BIN)/python tests/catalogue.py

bench: demo  ## measure again what the docs claim: about an hour
	$(BIN)/python benchmarks/first_minute.py
	$(BIN)/python benchmarks/commands.py demo/*/
	$(BIN)/python benchmarks/recording.py demo/*/
	$(BIN)/python benchmarks/power.py demo/*/
	$(BIN)/python benchmarks/evaluation.py demo/*/
	$(BIN)/python benchmarks/workers.py demo/*/
	$(BIN)/python benchmarks/store.py demo/*/
	$(BIN)/python benchmarks/sizes.py demo/*/

docs: $(READY)  ## build the site into docs/_site; with the report of the study, if make demo has made one
	rm -rf "$(SITE)"
	$(BIN)/sphinx-build -b html -W --keep-going -n -q docs "$(SITE)"
	@echo "site: $(SITE)/index.html"

lint: $(READY)  ## style, layers and types; locks in step; changes nothing
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	cd "$(STUDY)" && ../$(BIN)/ruff check && ../$(BIN)/ruff format --check
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/harness lock --check --folder "$(STUDY)/requirements"
	$(BIN)/harness lock --check --folder requirements

wheel: $(READY)  ## after editing src/: build the judge into the study's requirements/wheels, and lock it
	rm -f "$(STUDY)"/requirements/wheels/ml_science_harness-*.whl
	SOURCE_DATE_EPOCH=1767225600 $(BIN)/python -m flit_core.wheel --outdir "$(STUDY)/requirements/wheels" .
	$(BIN)/harness lock --upgrade ml-science-harness --folder "$(STUDY)/requirements"
	$(BIN)/harness lock --upgrade ml-science-harness --folder requirements
	@touch .venv/installed-lock $(READY)  # of which only that line differs, and the package is installed editable

lock: $(READY)  ## after editing a .in file, here or in the template: lock again, keeping the other versions
	$(BIN)/harness lock --folder "$(STUDY)/requirements"
	$(BIN)/harness lock --folder requirements

# pip installs uv by its hash, and uv the rest, in a tenth of the time; where it does not get through, pip does it.
.venv/installed-lock: requirements/dev.txt
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed: make PYTHON=python3.12 ..." if sys.version_info < (3, 11) else 0)'
	rm -rf .venv
	$(PYTHON) -m venv .venv
	sed -n '/^uv==/,/^[^ ]/{/^uv==/p;/^ /p;}' requirements/dev.txt > .venv/uv.txt
	$(PIP) --require-hashes -r .venv/uv.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --compile-bytecode --require-hashes -r requirements/dev.txt || \
	$(PIP) --require-hashes -r requirements/dev.txt
	@touch $@

.venv/installed-package: .venv/installed-lock pyproject.toml
	$(PIP) --no-deps --no-build-isolation -e .
	@touch $@
