# Two commands: `make demo` shows the product, `make test` checks it. Both set everything up first.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python3.14; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
RUN = .venv/bin/python -m

.PHONY: demo test setup setup-dev check lock clean

demo: setup
	@$(RUN) downchatter demo $(ARGS)

test: setup-dev check
	$(RUN) pytest -n auto --dist loadfile --no-loadscope-reorder $(ARGS)

setup:
	@if [ -z "$(PYTHON)" ]; then echo "setup: Python 3.11 or newer is needed and none was found; install one and run make again" >&2; exit 1; fi
	@$(PYTHON) .ci/setup.py

setup-dev:
	@if [ -z "$(PYTHON)" ]; then echo "setup: Python 3.11 or newer is needed and none was found; install one and run make again" >&2; exit 1; fi
	@$(PYTHON) .ci/setup.py --dev

check:
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(RUN) mypy
	.venv/bin/python .venv/bin/lint-imports --no-cache

# The locks name packages and hashes, never where they were downloaded from.
LOCK = $(RUN) uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header
lock:
	$(LOCK) pyproject.toml --group build -o requirements.lock
	$(LOCK) pyproject.toml --group build --group dev -o requirements-dev.lock

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
