PORT ?= 7071
DATA ?= .local
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Many tests wait for servers, disks and clocks: four workers keep two cores busy.
PYTEST := $(BIN)/python -m pytest -n 4 --dist worksteal

.DEFAULT_GOAL := help
.PHONY: help run run-azure demo test test-azure check faults fuzz bench

help: ## List the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1|\2/' | column -t -s '|'

$(BIN)/run-ready: requirements.txt devhost/requirements.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt -r devhost/requirements.txt
	@touch $@

$(BIN)/test-ready: $(BIN)/run-ready requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

run: $(BIN)/run-ready ## Start Cosell Desk with a demo set (PORT=7071 DATA=.local)
	@$(BIN)/python -m demo run --port $(PORT) --data $(DATA)

run-azure: $(BIN)/run-ready ## The same on Azurite and a Cosmos DB server of this machine (Node.js)
	@$(BIN)/python -m tests.emulators.start --mirror $(DATA)/uploads $(BIN)/python -m demo run --port $(PORT) --data $(DATA)

demo: $(BIN)/run-ready ## Load the demo set into a running app (PORT=7071 DATA=.local)
	@$(BIN)/python -m demo load --port $(PORT) --data $(DATA)

check: $(BIN)/test-ready ## What to run before each commit: lint, types, import rules, fast tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(PYTEST) -m "not slow and not faults and not fuzz"

test: $(BIN)/test-ready ## Everything: lint, types, import rules, all tests, the functions on both pairs of stores
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(PYTEST) -m "not faults and not fuzz"
	@$(MAKE) --no-print-directory test-azure

# A real storage account has one container `uploads`, and only one process may use it.
test-azure: $(BIN)/test-ready ## Of these, the functions suite on a local Cosmos DB server and Azurite alone (Node.js)
	COSELL_STORE=azure $(BIN)/python -m pytest -n $(if $(BLOB_CONNECTION),0,2) -m "not slow and not faults and not fuzz" tests/functions

faults: $(BIN)/test-ready ## Crash points and storms (long)
	$(BIN)/python -m pytest -m faults

fuzz: $(BIN)/test-ready ## Random plays and damaged documents, new ones each time (FUZZ_PLAYS=2000 FUZZ_MUTATIONS=250 FUZZ_SEED=...)
	$(BIN)/python -m pytest -n 2 -m fuzz

bench: $(BIN)/test-ready ## Measure, beside a floor or a peer (long)
	$(BIN)/python -m benchmarks
