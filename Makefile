# make demo   the tour, from a bare checkout with only Python >= 3.11
# make test   the tests, likewise
# make check  lint, format, types, spelling
# make bench  speed beside other tools; DATA=DIR for texts of your own

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
DATA ?=

.PHONY: demo test check format bench clean

demo: $(VENV)/.installed
	$(BIN)/nextword demo

# Several processes share the tests, so a network takes one thread; where a test asks for two, they wait asleep.
test: $(VENV)/.tested
	OMP_NUM_THREADS=1 GOMP_SPINCOUNT=1000 $(BIN)/python -m pytest -q --numprocesses auto --dist loadfile --no-loadscope-reorder

check: $(VENV)/.checked
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/codespell

format: $(VENV)/.checked
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.tested
	$(BIN)/python benchmarks/ngram.py $(if $(DATA),--data $(DATA))
	$(BIN)/python benchmarks/word2vec.py $(if $(DATA),--data $(DATA))
	$(BIN)/python benchmarks/vectors.py
	$(BIN)/python benchmarks/formats.py
	$(BIN)/python benchmarks/outputs.py
	$(BIN)/python benchmarks/neural_speed.py

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "nextword needs Python 3.11 or later; set PYTHON=python3.12, for example"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --upgrade pip
	touch $@

$(VENV)/.installed: $(VENV)/.made pyproject.toml constraints.txt
	$(PIP) install -c constraints.txt -e '.[neural,plot,tasks]'
	touch $@

# kenlm is built from source, which needs a C++ compiler and CMake; without them its tests are skipped.
$(VENV)/.tested: $(VENV)/.installed
	$(PIP) install -c constraints.txt -e '.[all]' --group test
	$(PIP) install -c constraints.txt kenlm || echo "kenlm cannot be built here: the tests beside it are skipped"
	touch $@

$(VENV)/.checked: $(VENV)/.tested
	$(PIP) install -c constraints.txt --group check
	touch $@

clean:
	rm -rf $(VENV) demo .pytest_cache .mypy_cache .ruff_cache .hypothesis
