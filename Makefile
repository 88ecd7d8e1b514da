.PHONY: demo test test-oldest soak fuzz lint docs bench records clean

PYTHON ?= python3
FUZZ_SECONDS ?= 60
# make test PYTHON=python3.13 has an environment of its own, .venv-3.13
VENV := .venv$(patsubst python%,-%,$(filter python3.%,$(notdir $(PYTHON))))
BIN := $(VENV)/bin

# PyPI has PyTorch for Linux with 2.5 GB of CUDA, so that for processors alone is put first; where its index cannot be
# reached, and pip finds no such wheel by itself, pip goes on with PyPI's.
TORCH := --quiet --no-deps --retries 0 --index-url https://download.pytorch.org/whl/cpu torch

demo: $(VENV)/.installed
	$(BIN)/python pipelines/mammals.py --out demo_output --source bundled
	$(BIN)/python pipelines/wordnet_nouns.py --out demo_output --source bundled

test: $(VENV)/.installed-test
	$(BIN)/python -m pytest -n auto --dist loadfile

soak: $(VENV)/.installed-test
	$(BIN)/python -m pytest -m soak

# With the oldest Python: make test-oldest PYTHON=python3.11
test-oldest: .venv-oldest/.installed
	NUMBA_CACHE_DIR=$(CURDIR)/.venv-oldest/numba .venv-oldest/bin/python -m pytest -n auto --dist loadfile

fuzz: $(VENV)/.installed-fuzz
	$(BIN)/python tests/fuzz/readers.py --seconds $(FUZZ_SECONDS)

lint: $(VENV)/.installed-lint
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

docs: $(VENV)/.installed-docs
	$(BIN)/python -m sphinx -W --keep-going -q -b html docs docs/_build/html
	@echo "built docs/_build/html/index.html"

bench: $(VENV)/.installed-test
	$(BIN)/python benchmarks/main_job.py
	$(BIN)/python benchmarks/peers.py

records: $(VENV)/.installed
	$(BIN)/python benchmarks/records.py

clean:
	rm -rf .venv .venv-* .fuzz demo_output build *.egg-info docs/_build docs/_generated docs/api docs/inside

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: setup.cfg pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet -e .
	touch $@

$(VENV)/.installed-test: $(VENV)/.installed
	-$(BIN)/python -m pip install $(TORCH)==2.13.0
	$(BIN)/python -m pip install --quiet -e ".[test]"
	touch $@

.venv-oldest/.installed: setup.cfg pyproject.toml .ci/oldest.txt
	$(PYTHON) -m venv --clear .venv-oldest
	-.venv-oldest/bin/python -m pip install $(TORCH)==2.6.0
	.venv-oldest/bin/python -m pip install --quiet --constraint .ci/oldest.txt -e ".[test]"
	touch $@

$(VENV)/.installed-lint: $(VENV)/.installed-test
	$(BIN)/python -m pip install --quiet -e ".[lint]"
	touch $@

$(VENV)/.installed-fuzz: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet -e ".[fuzz]"
	touch $@

$(VENV)/.installed-docs: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet -e ".[docs]"
	touch $@
