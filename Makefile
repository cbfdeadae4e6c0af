# The verbs of this project; CONTRIBUTING.md says when to use which.
# PYTHON=/path/to/python make test   picks the interpreter (3.11 or later).

VENV := .venv
RUN := $(VENV)/.ready-run
DEV := $(VENV)/.ready-dev
BIN := $(VENV)/bin
# One lock command for all files: every platform, every hash, and nothing of this machine in it.
COMPILE := $(BIN)/uv pip compile --no-config --quiet --universal --python-version 3.11 \
	--generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links

.DELETE_ON_ERROR:
.PHONY: help demo test lint bench sweep fuzz mutants docs lock clean

help:
	@echo "make demo    a whole account on this machine: plan, apply, change, plan again (no key)"
	@echo "make test    lint, then every test"
	@echo "make lint    ruff and mypy"
	@echo "make sweep   the full fault sweep (minutes)"
	@echo "make fuzz    damaged inputs, guided by coverage; SECONDS_EACH=60 for each target"
	@echo "make mutants mutation testing of what decides (half an hour, goes on where it stopped)"
	@echo "make bench   the benchmarks"
	@echo "make docs    write docs/reference anew, and the output that README and guide show"
	@echo "make lock    resolve the pinned requirements anew"
	@echo "make clean   remove the virtual environment and caches"

demo: $(RUN)
	$(BIN)/reconciler demo

test: lint
	$(BIN)/python -m pytest -n 2 --dist worksteal

lint: $(DEV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

sweep: $(DEV)
	$(BIN)/python -m pytest tests -n 2 --dist worksteal -m sweep

SECONDS_EACH := 60
fuzz: $(DEV)
	$(BIN)/python -m pip install --quiet --no-deps --require-hashes -r requirements/fuzz.txt
	$(BIN)/python -m tests.fuzz.run --seconds $(SECONDS_EACH)

MUTANTS := --jobs 2 # --again, --survivors, --only plan.guards
mutants: $(DEV)
	$(BIN)/python -m pip install --quiet --no-deps --require-hashes -r requirements/mutants.txt
	$(BIN)/python -m tests.mutants.run $(MUTANTS)

bench: $(DEV)
	$(BIN)/python -m benchmarks

docs: $(DEV)
	$(BIN)/python -m tests.docs.generate

# The environment is made once; a stamp older than what it was made from makes it again.
$(RUN): scripts/setup pyproject.toml requirements/run.txt requirements/build.txt
	scripts/setup run
	@touch $@

$(DEV): $(RUN) requirements/dev.txt requirements/testdata.txt
	scripts/setup dev
	@touch $@

# `make lock` keeps the pins that still fit; `make lock UPGRADE=--upgrade` takes the newest.
# requirements/testdata.txt is kept by hand: what it names is installed without dependencies.
lock: $(DEV)
	$(COMPILE) $(UPGRADE) pyproject.toml -o requirements/run.txt
	$(COMPILE) $(UPGRADE) --group build -o requirements/build.txt
	$(COMPILE) $(UPGRADE) --group release -o requirements/release.txt
	$(COMPILE) $(UPGRADE) pyproject.toml --group dev -c requirements/run.txt \
		-c requirements/build.txt -o requirements/dev.txt
	$(COMPILE) $(UPGRADE) --group fuzz -c requirements/dev.txt -o requirements/fuzz.txt
	$(COMPILE) $(UPGRADE) --group mutants -c requirements/dev.txt -o requirements/mutants.txt

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis dist build
