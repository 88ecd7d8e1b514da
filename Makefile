.PHONY: demo test test-oldest soak fuzz scale lint docs bench records wheel sbom clean

PYTHON ?= python3
FUZZ_SECONDS ?= 60
# Options of pytest that choose a part: make soak SOAK='-k kills'
SOAK ?=
# make test PYTHON=python3.13 has an environment of its own, .venv-3.13
VENV := .venv$(patsubst python%,-%,$(filter python3.%,$(notdir $(PYTHON))))
BIN := $(VENV)/bin
# LOCK=.ci/locked.txt takes every library by its hash, as continuous integration does; .ci/lock writes that file.
LOCK ?=
# From no index then: what is missing in the lock fails, and is not taken without a hash.
INSTALL := $(BIN)/python -m pip install --quiet $(if $(LOCK),--no-build-isolation --no-index)
LOCKED := $(BIN)/python -m pip install --quiet --require-hashes --no-deps --only-binary :all:

# PyPI has PyTorch for Linux with 2.5 GB of CUDA, so that for processors alone is put first; where its index cannot be
# reached, and pip finds no such wheel by itself, pip goes on with PyPI's.
FOR_PROCESSORS := --retries 0 --index-url https://download.pytorch.org/whl/cpu
TORCH := --quiet --no-deps $(FOR_PROCESSORS) torch

demo: $(VENV)/.installed
	$(BIN)/python pipelines/mammals.py --out demo_output --source bundled
	$(BIN)/python pipelines/wordnet_nouns.py --out demo_output --source bundled

test: $(VENV)/.installed-test
	$(BIN)/python -m pytest -n auto --dist loadfile

soak: $(VENV)/.installed-test
	$(BIN)/python -m pytest -m soak $(SOAK) --figures=docs/reliability_soak.md

# With the oldest Python: make test-oldest PYTHON=python3.11
test-oldest: .venv-oldest/.installed
	NUMBA_CACHE_DIR=$(CURDIR)/.venv-oldest/numba .venv-oldest/bin/python -m pytest -n auto --dist loadfile

fuzz: $(VENV)/.installed-fuzz
	$(BIN)/python tests/fuzz/readers.py --seconds $(FUZZ_SECONDS) --figures docs/reliability_fuzz.md

scale: $(VENV)/.installed-test
	$(BIN)/python benchmarks/scale.py --formats --table docs/reliability_formats.md
	$(BIN)/python benchmarks/readers.py --table docs/reliability_readers.md
	$(BIN)/python benchmarks/rdf.py --table docs/reliability_rdf.md
	$(BIN)/python benchmarks/scale.py --table docs/reliability_scale.md
	$(BIN)/python benchmarks/scale.py --training --table docs/reliability_training.md

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

# The same bytes from the same commit.
wheel: $(VENV)/.installed-test
	PYTHON=$(BIN)/python .ci/wheel

# What a plain installation brings along, as CycloneDX has it. The second installation leaves no path of this folder in it.
sbom: wheel $(VENV)/.installed-sbom
	$(PYTHON) -m venv --clear --without-pip .venv-sbom
	$(BIN)/python -m pip --python .venv-sbom/bin/python install --quiet dist/*.whl
	$(BIN)/python -m pip --python .venv-sbom/bin/python install --quiet --no-index --no-deps --force-reinstall \
		--find-links dist nx-poincare
	$(BIN)/cyclonedx-py environment --output-reproducible --output-file dist/sbom.cdx.json .venv-sbom/bin/python

clean:
	rm -rf .venv .venv-* .fuzz demo_output build *.egg-info docs/_build docs/_generated docs/api docs/inside

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: setup.cfg pyproject.toml | $(VENV)/bin/python
	$(if $(LOCK),$(LOCKED) -r $(LOCK))
	$(INSTALL) -e .
	touch $@

$(VENV)/.installed-test: $(VENV)/.installed
	$(if $(LOCK),$(LOCKED) $(FOR_PROCESSORS) -r .ci/torch_cpu.txt || $(LOCKED) -r .ci/locked_torch.txt)
	$(if $(LOCK),,-$(BIN)/python -m pip install $(TORCH)==2.13.0)
	$(INSTALL) -e ".[test]"
	touch $@

.venv-oldest/.installed: setup.cfg pyproject.toml .ci/oldest.txt
	$(PYTHON) -m venv --clear .venv-oldest
	-.venv-oldest/bin/python -m pip install $(TORCH)==2.6.0
	.venv-oldest/bin/python -m pip install --quiet --constraint .ci/oldest.txt -e ".[test]"
	touch $@

$(VENV)/.installed-lint: $(VENV)/.installed-test
	$(INSTALL) -e ".[lint]"
	touch $@

$(VENV)/.installed-fuzz: $(VENV)/.installed
	$(INSTALL) -e ".[fuzz]"
	touch $@

$(VENV)/.installed-sbom: $(VENV)/.installed
	$(INSTALL) -e ".[sbom]"
	touch $@

$(VENV)/.installed-docs: $(VENV)/.installed
	$(INSTALL) -e ".[docs]"
	touch $@
