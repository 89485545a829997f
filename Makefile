# Two commands for a newcomer: `make demo` and `make test`. What each does is told in README.md.
SHELL := /bin/bash
# A script ends with make, however make ends.
TIED := exec setpriv --pdeathsig TERM
.DEFAULT_GOAL := help
.PHONY: help demo test test-sqlite check fix services

help: ## Say what there is
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 22

demo: ## Run the portal with invented data (PORT=8123 make demo chooses the port)
	@$(TIED) bin/demo

test: ## The whole suite on SQLite, then on a throw-away PostgreSQL and Redis (ARGS="-k places")
	@$(TIED) bin/test $(ARGS)

test-sqlite: ## The suite on SQLite alone
	@$(TIED) bin/test --sqlite $(ARGS)

check: ## Lint, format, layers, types, migrations, deployment settings
	@$(TIED) bin/check

fix: ## Let the formatters mend what they can
	@$(TIED) bin/fix

services: ## A throw-away PostgreSQL and Redis for development, until Ctrl-C
	@$(TIED) bin/services
