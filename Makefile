.DEFAULT_GOAL := help
.PHONY: help run test test-postgres unit lint format docs

PYTEST = .venv/bin/pytest -n 2 --dist worksteal
# Where SQL differs most between the two databases: in `make test` these run on both.
ON_BOTH = $(addprefix tests/integration/agent_api/test_,audit.py backup_by_command.py calls.py case_search.py cases.py database.py flow.py \
	idempotency.py live_events.py transcripts.py)

help: ## This list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: ## Set everything up and bring the hotline up in the foreground (Ctrl-C ends it)
	@scripts/bootstrap.sh
	@exec .venv/bin/hotline up

test: ## Set everything up, then lint, types, contracts and every test
	@scripts/bootstrap.sh dev,postgres
	@.venv/bin/hotline setup --for-tests
	@$(MAKE) --no-print-directory lint
	@$(PYTEST) tests
	@$(PYTEST) --database postgresql $(ON_BOTH)

test-postgres: ## The tests of the API, telephony and pages on a PostgreSQL that they start
	@scripts/bootstrap.sh dev,postgres
	@.venv/bin/hotline setup --for-tests
	@$(PYTEST) --database postgresql tests/integration tests/acceptance

unit: ## The unit tests only
	@scripts/bootstrap.sh dev,postgres
	@$(PYTEST) tests/unit

lint: ## ruff, mypy, import contracts, console lint and types
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports
	@.venv/bin/hotline setup console-checks

format: ## Put the code in the house's form
	@.venv/bin/ruff format .
	@.venv/bin/ruff check --fix .

docs: ## Write the generated pages of the documentation
	@.venv/bin/python -m hotline.reference
