# Two commands matter: `make run` and `make test`. Everything else is listed by `make help`.
PYTHON ?= python3
PORT ?= 8000
DATA ?= data
DEMO ?= 1
VENV := .venv
BIN := $(VENV)/bin

# Some machines forbid Python to keep what it compiled; every process would then compile all packages anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run test check format lock screenshots translations bench clean

help: ## List these commands
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

# One stamp per lock: nothing is fetched again until a lock changes.
$(BIN)/uv: locks/uv.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Commonweal needs Python 3.11 or newer; $$($(PYTHON) --version) is here. Try: make PYTHON=python3.12 run"; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r locks/uv.lock
	@touch $@

$(VENV)/run.stamp: $(BIN)/uv locks/run.lock pyproject.toml
	@echo "Getting the packages Commonweal needs …"
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r locks/run.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable .
	@touch $@

$(VENV)/dev.stamp: $(VENV)/run.stamp locks/dev.lock
	@echo "Getting the packages the tests need …"
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r locks/dev.lock
	@touch $@

run: $(VENV)/run.stamp ## Serve a living demonstration community (DEMO=0: a real, empty instance; PORT=, DATA=)
	@PORT=$(PORT) DATA=$(DATA) DEMO=$(DEMO) $(BIN)/commonweal run

# The long ones (journeys, the hostile corpus) stand first, so that no core waits for the other at the end.
test: $(VENV)/dev.stamp ## Run every test on SQLite
	@$(BIN)/pytest -n auto --dist loadfile --no-loadscope-reorder

check: $(VENV)/dev.stamp ## Lint, types, import arrows, migrations, templates, docs
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/djlint src --lint --quiet
	$(BIN)/mypy
	$(BIN)/python -m tests.architecture.migrations
	$(BIN)/pytest tests/architecture

format: $(VENV)/dev.stamp ## Put Python in the house style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: $(BIN)/uv ## Pin every dependency, with hashes and without host names
	$(BIN)/uv pip compile --universal --generate-hashes --no-header --quiet --python-version 3.11 pyproject.toml -o locks/run.lock
	$(BIN)/uv pip compile --universal --generate-hashes --no-header --quiet --python-version 3.11 pyproject.toml --group dev -o locks/dev.lock

screenshots: $(VENV)/dev.stamp ## Picture every page at two widths in both schemes
	$(BIN)/python -m tests.journeys.screenshots

translations: $(VENV)/dev.stamp ## Gather and compile the translated texts (needs gettext)
	$(BIN)/python -m tests.architecture.translations --write

bench: $(VENV)/dev.stamp ## Measure the pages
	$(BIN)/python bench/pages.py

clean: ## Remove the environment (never the data)
	rm -rf $(VENV)
