# Two commands matter: `make run` (set-up and the main job on the sandbox) and `make test` (set-up and every check).
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
READY := .venv/.ready
PEOPLE ?= 2000
SEED ?= 1
SEEDS ?= 1-
MINUTES ?= 15

.PHONY: help setup run plan test lint types sql parse unit test-spark test-dates crash bench bench-rate bench-identity lock clean

help:  ## what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

setup: $(READY)  ## locked, hashed dependencies in .venv, bytecode compiled

# uv comes from the same lock, by its hash; it installs in seconds what takes pip more than a minute.
# Where only pip knows the way to an index (a mirror in pip.conf), pip installs instead.
$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 13))' || \
		{ echo "Python 3.11 or 3.12 is needed; set PYTHON=/path/to/python3.11"; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@awk '/^uv==/{p=1} p{print} p&&!/\\$$/{exit}' requirements.lock > .venv/uv.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r .venv/uv.lock
	@$(BIN)/uv pip install --quiet --require-hashes --compile-bytecode --python $(BIN)/python -r requirements.lock || \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/uv pip install --quiet --no-deps --no-build-isolation --offline --python $(BIN)/python -e .
	@$(BIN)/python -m compileall -q python_models
	@touch $(READY)

run: $(READY)  ## the main job on the sandbox; again on the same home: incremental
	@$(BIN)/contactable run --sandbox --people $(PEOPLE) --seed $(SEED)

plan: $(READY)  ## what the next run would buy, without buying it
	@$(BIN)/contactable plan

test: lint types sql parse unit  ## every check

lint: $(READY)
	@$(BIN)/ruff check . && $(BIN)/ruff format --check --quiet .

types: $(READY)
	@$(BIN)/mypy

sql: $(READY)
	@$(BIN)/sqlfluff lint --processes 2 --disable-progress-bar models tests/dbt

parse: $(READY)
	@CONTACTABLE_HOME=$$(mktemp -d) $(BIN)/dbt --warn-error parse --quiet --profiles-dir profiles --no-partial-parse

unit: $(READY)
	@$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder

test-spark: .venv-spark/.ready  ## the normalising macros on Spark 3.5 against DuckDB; needs Java 17, brings pyspark (300 MB)
	@.venv-spark/bin/python -m pytest -p no:cacheprovider tests/python/engines

.venv-spark/.ready: requirements-spark.lock
	@java -version 2>/dev/null || { echo "Java 17 is needed on the PATH"; exit 2; }
	@test -x .venv-spark/bin/python || $(PYTHON) -m venv .venv-spark
	@.venv-spark/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-spark.lock
	@touch $@

test-dates: $(READY)  ## the date-bound tests at ten dates, in two zones and two locales; DAYS="1 9": only these
	@PYTHONPATH=tests/python $(BIN)/python -m support.any_day $(DAYS)

crash: $(READY)  ## the long crash campaign: SEEDS=1-40, MINUTES=15; fails on anything lost or bought twice
	@PYTHONPATH=tests/python $(BIN)/python -m crash.long --seeds $(SEEDS) --minutes $(MINUTES)

bench: $(READY)  ## wall time and memory of every step; no test asserts a time
	@$(BIN)/python benchmarks/bench_run.py

bench-rate: $(READY)  ## calls a minute against a limit, the journal's cost of a call, what more processes bring
	@$(BIN)/python benchmarks/bench_rate.py

bench-identity: $(READY)  ## pairs right, wrong and lost against a noisy truth: PEOPLE=, LEVEL=, SEED=, DATA=, SCORING=on, ARGS=
	@$(BIN)/python benchmarks/bench_identity.py --people $(if $(filter file,$(origin PEOPLE)),20000,$(PEOPLE)) \
		--level $(or $(LEVEL),medium) --seed $(SEED) $(if $(DATA),--data $(DATA)) $(if $(filter on,$(SCORING)),--scoring) $(ARGS)

lock:  ## resolve anew after a change of pyproject.toml
	@$(BIN)/uv pip compile --quiet --generate-hashes --no-header --no-annotate --python-version 3.11 \
		--extra postgresql --extra matching --extra dev pyproject.toml --output-file requirements.lock
	@$(BIN)/python -c 'import tomllib; \
		print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"]["spark"], sep="\n")' | \
		$(BIN)/uv pip compile --quiet --generate-hashes --no-header --no-annotate --python-version 3.11 \
		--constraint requirements.lock - --output-file requirements-spark.lock

clean:  ## forget the environment and everything written
	@rm -rf .venv .venv-spark target logs .mypy_cache .pytest_cache .ruff_cache
	@find data -mindepth 1 ! -name .gitignore -delete
