.PHONY: demo test lint bench records clean

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

demo: $(VENV)/.installed
	$(BIN)/python pipelines/mammals.py --out demo_output --source bundled
	$(BIN)/python pipelines/wordnet_nouns.py --out demo_output --source bundled

test: $(VENV)/.installed-test
	$(BIN)/python -m pytest

lint: $(VENV)/.installed-lint
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(VENV)/.installed-test
	$(BIN)/python benchmarks/main_job.py
	$(BIN)/python benchmarks/peers.py

records: $(VENV)/.installed
	$(BIN)/python benchmarks/records.py

clean:
	rm -rf $(VENV) demo_output build *.egg-info

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: setup.cfg pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet -e .
	touch $@

$(VENV)/.installed-test: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet -e ".[test]"
	touch $@

$(VENV)/.installed-lint: $(VENV)/.installed-test
	$(BIN)/python -m pip install --quiet -e ".[lint]"
	touch $@
