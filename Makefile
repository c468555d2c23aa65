# `make` says what there is. Every target sets up what it needs; a second run starts at once.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
UV     := uv==0.13.9
CQL    := tests/cql/node_modules
FHIR   := tests/service/medplum/node_modules
CLIENT := .venv-healthchain

# --only-binary: no install step runs code of a package, or fetches a build tool that is not locked.
INSTALL := $(BIN)/python -m pip --disable-pip-version-check install -qq --no-input

.PHONY: help demo test lint docs bench lock setup clean
.DEFAULT_GOAL := help

help:
	@echo "make demo    show what the engine answers for the example patients"
	@echo "make test    the whole test suite; every line and branch of ccr_rules is covered"
	@echo "make lint    style, types, and which way imports point"
	@echo "make docs    write the generated pages anew, as docs/rulesets; the others are listed in CONTRIBUTING.md"
	@echo "make bench   how fast it is"
	@echo "make lock    write the locks again from pyproject.toml; UPGRADE=1 takes newer versions"
	@echo "make setup   only create $(VENV)"
	@echo "make clean   remove everything that make made"
	@echo
	@echo "Needs Python 3.11 to 3.14 as python3, or named: make test PYTHON=python3.12"
	@echo "make test needs Node.js 20.19 or later too, with npm: an engine of other people runs exported CQL, and a FHIR"
	@echo "server of other people is asked by the service; Java 17 or later, for Spark; and PostgreSQL, of which the tests"
	@echo "start one of their own"

demo: $(VENV)/.installed
	@$(BIN)/ccr demo

test: $(VENV)/.installed $(VENV)/.spark $(CQL)/.installed $(FHIR)/.installed $(CLIENT)/.installed
	@command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || { \
		echo "the tests start a PostgreSQL of their own, which is not here (Debian: apt-get install postgresql)" >&2; exit 1; }
	$(BIN)/pytest -n auto --cov --cov-report=term --benchmark-disable

lint: $(VENV)/.installed
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

docs: $(VENV)/.installed
	$(BIN)/python -m tests.documents.write

bench: $(VENV)/.installed
	$(BIN)/pytest benchmarks/single_patient.py --benchmark-only --benchmark-columns=median,iqr,rounds
	$(BIN)/python -m benchmarks.loading
	$(BIN)/python -m benchmarks.steady

setup: $(VENV)/.installed

# The packages, exactly as locked, in a fresh environment: nothing of an older lock stays behind. durable-rules alone is
# built here, by the setuptools that is locked; without a compiler all the rest works. Python 3.13 and later leave it out.
$(VENV)/.locked: requirements.lock requirements-durable.lock
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(None if (3, 11) <= v < (3, 15) else \
		f"ccr-rules needs Python 3.11 to 3.14, and $(PYTHON) is {v[0]}.{v[1]}: make PYTHON=python3.12 ...")'
	@echo "Setting up $(VENV): about half a minute, once"
	@$(PYTHON) -m venv --clear $(VENV)
	@$(INSTALL) --require-hashes --no-deps --only-binary :all: -r requirements.lock
	@$(INSTALL) --require-hashes --no-deps --no-build-isolation -r requirements-durable.lock 2>$(VENV)/durable.log || echo \
		"durable-rules could not be built; $(VENV)/durable.log says why. It needs a C compiler and the headers of Python" \
		"(Debian: apt-get install gcc python3-dev), then make clean. Until then there is no second opinion, and its" \
		"tests fail; everything else works."
	@touch $@

# The plugins are installed as their users would, beside the package; each is off until it is listed.
PLUGINS := $(sort $(dir $(wildcard plugins/*/pyproject.toml)))

$(VENV)/.installed: $(VENV)/.locked pyproject.toml $(addsuffix pyproject.toml,$(PLUGINS))
	@$(INSTALL) --no-index --no-deps --no-build-isolation -e . $(addprefix -e ./,$(PLUGINS))
	@touch $@

# The translator and the engine that exported CQL is tested with, and a FHIR server that the service is tested with,
# exactly as locked. --ignore-scripts: no install step runs code of a package.
%/node_modules/.installed: %/package.json %/package-lock.json
	@command -v node >/dev/null && command -v npm >/dev/null || { \
		echo "make test uses Node.js, which is not here: install Node.js 20.19 or later, with npm" >&2; exit 1; }
	@cd $* && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null
	@touch $@

# HealthChain, a CDS Hooks client of other people, in an environment of its own: it needs older versions of what the
# service runs on, and a Python before 3.14. It speaks to the service over HTTP, so that any such Python will do.
$(CLIENT)/.installed: requirements-healthchain.lock
	@set -e; for python in $(PYTHON) python3.13 python3.12 python3.11; do \
		if "$$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; then \
			echo "Setting up $(CLIENT), a client for the tests: about half a minute, once"; \
			"$$python" -m venv --clear $(CLIENT); \
			$(CLIENT)/bin/python -m pip --disable-pip-version-check install -qq --no-input \
				--require-hashes --no-deps --only-binary :all: -r requirements-healthchain.lock; \
			touch $@; exit 0; fi; done; \
	echo "the tests run HealthChain, a client that needs Python 3.11, 3.12 or 3.13: install one of them" >&2; exit 1

# Spark is large, and only the tests need it. It has no wheel either; what is built is kept in pip's cache.
$(VENV)/.spark: $(VENV)/.locked requirements-spark.lock
	@command -v java >/dev/null || { echo "the tests run Spark, which needs Java 17 or later" \
		"(Debian: apt-get install default-jre-headless)" >&2; exit 1; }
	@echo "Adding Spark to $(VENV): a minute or two, once"
	@$(INSTALL) --require-hashes --no-deps --no-build-isolation -r requirements-spark.lock
	@touch $@

# One lock for every supported Python and platform, and one each for what is built from source.
# --no-header: nothing of this machine is written into them.
LOCK := pip compile --no-config --quiet --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate --no-emit-index-url --no-emit-find-links $(if $(UPGRADE),--upgrade)
EXTRA := import sys, tomllib; \
	print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"][sys.argv[1]], sep="\n")

lock:
	@set -e; tmp=$$(mktemp -d); trap 'rm -rf "$$tmp"' EXIT; \
	$(PYTHON) -m venv "$$tmp"; \
	"$$tmp/bin/python" -m pip --disable-pip-version-check install -qq --no-input --only-binary :all: $(UV); \
	"$$tmp/bin/uv" $(LOCK) --only-binary :all: pyproject.toml --group dev --group plugins --extra population --extra service --extra postgres \
		--output-file requirements.lock; \
	"$$tmp/bin/python" -c '$(EXTRA)' durable > "$$tmp/durable.in"; \
	"$$tmp/bin/uv" $(LOCK) --no-binary :all: "$$tmp/durable.in" --output-file requirements-durable.lock; \
	"$$tmp/bin/python" -c '$(EXTRA)' spark > "$$tmp/spark.in"; \
	"$$tmp/bin/uv" $(LOCK) "$$tmp/spark.in" --output-file requirements-spark.lock; \
	"$$tmp/bin/uv" $(LOCK) --only-binary :all: --group healthchain --output-file requirements-healthchain.lock; \
	if grep -nE '://|^ *-[^-]|^--' requirements*.lock; then \
		echo "a lock names a place" >&2; exit 1; fi

clean:
	rm -rf $(VENV) $(CQL) $(FHIR) $(CLIENT) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis \
		.benchmarks .coverage .coverage.* htmlcov
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
