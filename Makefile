# `make run` opens the desk, `make test` proves it. Everything installed is pinned by hash in the two locks.

PYTHON ?= $(shell command -v python3.11 || command -v python3 || echo python3)
VENV ?= .venv
PORT ?= 8080
DATA ?= var
WORKERS ?= 4
ROUNDS ?= 5

BIN := $(VENV)/bin
PIP := $(BIN)/pip --disable-pip-version-check --quiet
# The build tools of the editable install come from the lock as well, hence no build isolation.
EDITABLE := $(PIP) install --no-deps --no-build-isolation --editable .
PINNED := $(PIP) install --require-hashes --requirement
COMPILE := $(BIN)/uv pip compile $(UPGRADE) --quiet --system-certs --universal --python-version 3.11 --generate-hashes --no-header \
	--annotation-style line --no-emit-package frontdesk
ROOMY := $(shell df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 && $$4 > 2000000 {print "/dev/shm"}')
TEMPORARY := $(if $(ROOMY),TMPDIR=$(ROOMY))
BUILD_TOOLS := printf 'hatchling>=1.26\neditables\n'

.PHONY: install run test accept check format bench understand faults lock clean
.DELETE_ON_ERROR:

install: $(VENV)/.installed

run: install
	@PORT="$(PORT)" DATA="$(DATA)" exec $(BIN)/frontdesk run

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	{ echo "The desk needs Python 3.11 or newer. Install it, or name one: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || \
	{ echo "Python's venv module is missing. On Debian: apt-get install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.installed: $(VENV)/.made requirements.lock pyproject.toml
	$(PINNED) requirements.lock
	$(EDITABLE)
	@touch $@

$(VENV)/.developing: $(VENV)/.installed requirements-dev.lock
	$(PINNED) requirements-dev.lock
	@touch $@

# In memory where there is room: the tests make thousands of small databases, and each commit would wait for the disk.
# `make test COVERAGE=1` measures besides, which takes more than twice as long; .ci/run does.
test: $(VENV)/.developing
ifndef COVERAGE
	$(TEMPORARY) $(BIN)/pytest -n $(WORKERS) --dist loadgroup
else
	@$(BIN)/coverage erase
	$(TEMPORARY) $(BIN)/coverage run -m pytest -n $(WORKERS) --dist loadgroup
	@$(BIN)/coverage combine --quiet
	$(BIN)/coverage report --skip-covered --fail-under=90
	$(BIN)/coverage report --skip-covered --include='rules/*' --fail-under=100
endif

accept: $(VENV)/.developing
	ACCEPT=1 $(BIN)/pytest tests/transcripts tests/test_house.py tests/test_deploy.py --accept

check: $(VENV)/.developing
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/deptry .

format: $(VENV)/.developing
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.developing
	@PYTHON="$(BIN)/python" sh benchmarks/setup.sh
	$(BIN)/python benchmarks/run.py --rounds $(ROUNDS)

understand: $(VENV)/.developing
	$(BIN)/python -m tests.understanding.measure --write

faults: $(VENV)/.developing
	@rm -f var/promises.jsonl
	FRONTDESK_FAULTS=full $(BIN)/pytest tests/on_postgres tests/storage tests/transcripts tests/attendance \
		tests/complaints tests/reception tests/faults tests/rules/test_every_day.py tests/browser/test_line.py
	$(BIN)/python -m tests.faults.promises --write

# The runtime set is resolved first; the developers' set adds to it without moving a version. UPGRADE=--upgrade renews.
lock: $(VENV)/.made
	@test -x $(BIN)/uv || $(PIP) install uv
	$(BUILD_TOOLS) | $(COMPILE) pyproject.toml - --output-file requirements.lock
	$(BUILD_TOOLS) | $(COMPILE) --extra dev --constraints requirements.lock pyproject.toml - --output-file requirements-dev.lock
	@! grep -nE '://|--(extra-)?index-url|--find-links|--trusted-host' requirements.lock requirements-dev.lock || \
	{ echo "A lock names an index or a host; remove it." >&2; exit 1; }

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage benchmarks/var
