# Everything a fresh machine needs: Python 3.11 or newer, and make. `make help` lists the commands.
.DEFAULT_GOAL := help
.PHONY: help setup system demo test check images verify conformance bench schemas lock clean

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.complete
BASE_IMAGE ?=
IMAGES := $(BIN)/python -m sandbox images $(if $(BASE_IMAGE),--base-image $(BASE_IMAGE))
PYTEST_ARGS ?=

help: ## list the commands
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

setup: $(STAMP) ## make the virtual environment from the locked packages

$(STAMP): pyproject.toml tests/requirements.txt .ci/system
	@sh .ci/system python
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "$(PYTHON) is older than 3.11; install Python 3.11 or newer, or run make PYTHON=python3.12 …" >&2; exit 1; }
	@echo "setting up $(VENV)"
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r tests/requirements.txt
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(STAMP)

demo: setup ## grade sample submissions of every challenge and write the reports to reports/
	@sh .ci/system engine
	$(BIN)/grader demo --out reports

test: setup ## run every test
	@sh .ci/system engine browser git
	$(BIN)/python -m pytest -m "not alone" -n 2 --dist loadfile $(PYTEST_ARGS)
	$(BIN)/python -m pytest -m alone $(PYTEST_ARGS)

check: setup ## lint, format, types and the import rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q tests/test_structure.py

images: setup ## build the candidate's and the examiner's images (BASE_IMAGE=python:3.12-slim to name a base)
	@sh .ci/system engine images
	$(IMAGES)

verify: setup ## grade every reference solution and compare with its expected verdict
	@sh .ci/system engine
	$(BIN)/grader verify

conformance: setup ## show what every engine contains, case by case, as a table
	@sh .ci/system engine
	$(BIN)/python -m tests.conformance.table

bench: setup ## measure what the README and ARCHITECTURE claim
	@sh .ci/system engine
	$(BIN)/python -m tests.benchmarks

schemas: setup ## write the published JSON Schemas again
	$(BIN)/python -m grader.score_sheet > grader/score_sheet.schema.json
	$(BIN)/python -m grader.challenge > grader/challenge.schema.json

lock: setup ## resolve the locked packages again (needs uv)
	cd sandbox/images && for role in candidate examiner database; do uv pip compile --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-header --upgrade -q $$role.in -o $$role.txt; done
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --upgrade -q \
		pyproject.toml --extra dev -c sandbox/images/examiner.txt -c sandbox/images/database.txt -o tests/requirements.txt

clean: ## remove what the commands above made
	rm -rf $(VENV) reports build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
