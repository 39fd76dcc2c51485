# Everything to run and to check CitedFAQ; `make` alone lists the targets. tools/setup_env.py makes the environment.

# Any Python from 3.11 on: it makes the environment, and all else runs on the environment's own.
PYTHON ?= python3
# Never taken from the shell, where some keep the machine's name under HOST.
HOST = 127.0.0.1
PORT ?= 7860
# More arguments for a target's command: make index ARGS=--full, make test ARGS="tests/test_passages.py -k list"
ARGS =

PY = .venv/bin/python
MAKEFLAGS += --no-print-directory

.DEFAULT_GOAL := help
.PHONY: help run example index test lint types format check check-long clean env env-dev
.NOTPARALLEL:

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' Makefile

run: env ## set up, index what changed in corpus/ and serve (HOST=, PORT=)
	@$(PY) ingest.py || { test -e index/current && echo "Serving the last good index." >&2; }
	@exec $(PY) app.py --host $(HOST) --port $(PORT) $(ARGS)

example: env ## serve a small clinic website with the chat on it (http://127.0.0.1:8080)
	@$(PY) ingest.py || test -e index/current
	@exec $(PY) tools/serve_example.py $(ARGS)

index: env ## index what changed in corpus/ (ARGS=--full for all of it)
	@$(PY) ingest.py $(ARGS)

lint: env-dev ## the linter and the formatter's check
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .

types: env-dev ## the type checker
	@$(PY) -m mypy

# LONG=1 asks the tests for their full counts instead of samples; tests marked "long" run only then.
# All of them run in two processes, a file of tests in one of them. COVERAGE=1 measures which lines and branches they
# run, which takes up to half as long again.
test: env-dev ## all tests, with samples where counts are large (ARGS="tests/test_x.py" for one file)
	@CHROMIUM="$$(tools/find_chromium.sh)" NGINX="$$(tools/find_nginx.sh)" $(PY) -m pytest \
		$(if $(LONG),-m "") $(if $(ARGS),$(ARGS),-n 2 --dist loadfile --no-loadscope-reorder) \
		$(if $(COVERAGE),--cov --cov-report=term-missing:skip-covered)

check: lint types ## lint, types, and all tests with their coverage: what must pass before a commit
	@$(MAKE) test COVERAGE=1

check-long: lint types ## the same with the full counts
	@$(MAKE) test COVERAGE=1 LONG=1

format: env-dev ## let the formatter and the linter mend what they can
	@$(PY) -m ruff check --fix .
	@$(PY) -m ruff format .

clean: ## remove the environment, the caches and the built index
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage .coverage.* htmlcov
	find citedfaq tests tools -name __pycache__ -type d -prune -exec rm -rf {} +
	find index -mindepth 1 ! -name .gitignore -delete

env:
	@$(PYTHON) tools/setup_env.py

env-dev:
	@$(PYTHON) tools/setup_env.py --dev
