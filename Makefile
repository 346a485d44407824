# make test    everything that must hold, in the order of what fails first
# make demo    the example app, run by token and by HMAC against a platform in one process
# make bench   how fast it is, beside requests and tcex (minutes; no part of make test)
#
# Both make what they need themselves. Another interpreter: make test PYTHON=python3.13

SHELL := /bin/bash
# Hundreds of processes are started: where none may keep compiled files, each compiles all that it imports.
unexport PYTHONDONTWRITEBYTECODE
PYTHON ?= python3
VENV := .venv$(if $(filter-out python3,$(PYTHON)),-$(notdir $(PYTHON)))
BIN := $(VENV)/bin
# The stamp's name holds the interpreter, so that another one remakes the environment.
INTERPRETER := $(shell $(PYTHON) -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])' 2>/dev/null || echo missing)
READY := $(VENV)/.ready-$(INTERPRETER)
STEP = @printf '\n== %s\n'
# A continuous check has one order, so that what it refuses is the change and not what a new order brought up.
PYTEST := -m pytest $(if $(CI),--randomly-seed=1)
AGAIN := $(if $(CI),tests/again build/tests.log $(BIN)/python $(PYTEST),false)

.PHONY: test demo bench check lint format types layers docs tests coverage fix clean

test: check tests coverage
	@printf '\n'; grep -E '^=+ .* in [0-9.]+s.* =+$$' build/tests.log | tail -n 1

demo: $(READY)
	@$(BIN)/python demo.py

bench: $(READY)
	@$(BIN)/python -m benchmarks --record $(BENCH)

check: lint format types layers docs

$(READY): pyproject.toml tests/prepare
	@tests/prepare '$(VENV)' '$(PYTHON)'
	@rm -f $(VENV)/.ready-* && touch $@

lint: $(READY)
	$(STEP) 'lint: ruff check'
	@$(BIN)/ruff check

format: $(READY)
	$(STEP) 'format: ruff format --check'
	@$(BIN)/ruff format --check

types: $(READY)
	$(STEP) 'types: mypy --strict'
	@$(BIN)/mypy

layers: $(READY)
	$(STEP) 'layers: imports go down'
	@$(BIN)/lint-imports --no-logo

docs: $(READY)
	$(STEP) 'docs: mkdocs build --strict'
	@NO_MKDOCS_2_WARNING=true $(BIN)/mkdocs build --strict --quiet --site-dir build/site

tests: $(READY)
	$(STEP) 'tests: pytest, in any order, side by side'
	@mkdir -p build && rm -f .coverage .coverage.*
	@set -o pipefail; export PATH="$(CURDIR)/$(BIN):$$PATH"; $(BIN)/coverage run $(PYTEST) -n auto --maxprocesses=8 $(TESTS) \
		</dev/null 2>&1 | tee build/tests.log || $(AGAIN)

coverage: tests
	$(STEP) 'coverage: lines and branches'
	@$(BIN)/coverage combine --quiet
	@$(BIN)/coverage report

fix: $(READY)
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format

clean:
	rm -rf .venv .venv-* build dist .coverage .coverage.* .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
