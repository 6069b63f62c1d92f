# Footnote's commands. Each makes what it needs, and costs nothing where that is there already.
#
#   make chat      install, index the starter articles, open the chat page (PORT=7860)
#   make test      run every test
#   make check     format, lint, types, tests: what a change must pass
#   make eval      ask the evaluation questions, print the table, compare with the last accepted run
#   make crowd     the same among thousands of other articles (FOOTNOTE_BENCH_DATA; half an hour the first time)
#   make install   only the environment in .venv
#   make browser   Debian's chromium, for the browser tests (without it they are skipped)
#   make clean     remove the environment, caches and the starter index

PYTHON ?= python3
PORT ?= 7860

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
INSTALLED := $(VENV)/.installed
FOR_DEVELOPMENT := $(VENV)/.installed-dev

.DEFAULT_GOAL := help
.PHONY: help chat test check eval crowd install browser clean

help:
	@sed -n 's/^#   //p' Makefile

chat: $(INSTALLED)
	$(BIN)/qa --index starter chat --port $(PORT)

test: $(FOR_DEVELOPMENT)
	$(BIN)/python -m pytest

check: $(FOR_DEVELOPMENT)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest

eval: $(FOR_DEVELOPMENT)
	$(BIN)/qa --index starter eval

crowd: $(FOR_DEVELOPMENT)
	$(BIN)/qa eval --crowd

install: $(INSTALLED)

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Footnote needs Python 3.11 or newer; name one: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -c 'import ensurepip' || \
	  { echo "Python's venv is missing; type: sudo apt-get install python3-venv"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(INSTALLED): pyproject.toml constraints.txt | $(BIN)/python
	$(PIP) install --quiet -c constraints.txt -e .
	@touch $@

$(FOR_DEVELOPMENT): pyproject.toml constraints.txt | $(BIN)/python
	$(PIP) install --quiet -c constraints.txt -e ".[dev]"
	@touch $(INSTALLED) $@

browser:
	@if command -v chromium || command -v chromium-browser || command -v google-chrome; then \
	  echo "A browser is there."; \
	elif ! command -v apt-get >/dev/null; then \
	  echo "This system has no apt-get: install chromium by hand for the browser tests."; exit 1; \
	elif [ "$$(id -u)" = 0 ]; then \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium; \
	elif command -v sudo >/dev/null; then \
	  sudo apt-get update -qq && sudo apt-get install -y -qq --no-install-recommends chromium; \
	else \
	  echo "Installing chromium needs root or sudo; type as root: apt-get install chromium"; exit 1; \
	fi

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist
	find qa tests -name __pycache__ -type d -prune -exec rm -rf {} +
	find index -mindepth 1 ! -name README.md -delete
