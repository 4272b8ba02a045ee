# Everything a developer runs. Each target installs what it needs (setup/, into a cache outside the clone) and says so.

MEMBERS ?= 100000
PERIOD ?= 2026-10
SEED ?= 1
SEEDS ?= 20
FROM ?= 1
TIMES ?= 1
PORT ?= 8080

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help setup tools servers node demo up test e2e faults check bench bench-admin bench-operator golden generate pictures verify image kind format clean
# The recipes share two cores, a broker and a database: one at a time.
.NOTPARALLEL:

# Node 24 and the programs of node_modules first on PATH.
run := source setup/env.sh;

# Tests beside the code need no server; those in tests/ may start PostgreSQL, Kafka and a Kubernetes control plane, two files
# at once but for those whose leases, breakers and kills run by the clock; those in tests/e2e need a whole cluster, which
# `make e2e` brings up.
unit_tests := '{admin,bench,bill-page,billing,consumers,controllers,crds,database,desk,dispatcher,events,jobs,local,notification,platform,plugin,receipts}/**/*.test.ts'
timed := channels|commands|delivery|demo|faults|kafka|local|receipts|runtime
server_tests := 'tests/!(e2e|$(timed))/**/*.test.ts'
timed_tests := 'tests/@($(timed))/**/*.test.ts'
e2e_tests := 'tests/e2e/**/*.test.ts'
run_tests := node --import ./tests/support/exit-guard.ts --test

help: ## Print this help
	@echo "billing-operator: monthly telecom billing as a Kubernetes operator"
	@echo
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

setup: ## Install all that `make test` needs, once: Node, packages, Kafka, PostgreSQL, a Kubernetes
	@setup/all.sh

tools:
	@setup/all.sh --without-broker

servers:
	@setup/all.sh --without-cluster

node:
	@setup/all.sh --with-node

demo: servers ## Bill and deliver a month on this machine (MEMBERS=100000 PERIOD=2026-10 SEED=1; SERVE=1 leaves the dashboard open)
	@$(run) node main.ts local demo --members $(MEMBERS) --period $(PERIOD) --seed $(SEED) $(if $(SERVE),--serve --port $(PORT))

up: servers ## The whole system with its dashboard until Ctrl-C; then again from where it was (MEMBERS=10000 PERIOD=2026-10 PORT=8080)
	@$(run) node main.ts local up --members $(if $(filter command line environment,$(origin MEMBERS)),$(MEMBERS),10000) --period $(PERIOD) --seed $(SEED) --port $(PORT)

test: setup check ## Check, then the tests with real PostgreSQL, Kafka and Kubernetes control plane
	@$(run) failed=0; \
	$(run_tests) --test-concurrency=2 --test-timeout=900000 $(server_tests) || failed=1; \
	$(run_tests) --test-concurrency=1 --test-timeout=900000 $(timed_tests) || failed=1; \
	exit $$failed

e2e: node ## The tests on a real cluster: node, KEDA, Helm; Linux as root
	@$(run) KUBEBUILDER_ASSETS= $(run_tests) --test-concurrency=1 --test-timeout=1800000 $(e2e_tests)

faults: servers ## Delivery while everything goes wrong (SEEDS=20 from FROM=1, or one again: SEED=17 TIMES=1)
	@$(run) node --disable-warning=TimeoutNegativeWarning tests/faults/run.ts $(if $(filter command line environment,$(origin SEED)),--seed $(SEED) --times $(TIMES),--seeds $(SEEDS) --from $(FROM))

check: tools ## The fast gate: format, lint, types, import directions, dead code, unit tests
	@$(run) prettier --check --log-level=warn .
	@$(run) eslint .
	@$(run) tsc --noEmit
	@$(run) tsc --noEmit -p admin/dashboard/browser
	@$(run) depcruise --config .dependency-cruiser.js --output-type err .
	@$(run) knip
	@$(run) node --test $(unit_tests)

bench: setup ## Measure settlement and delivery (MEMBERS=100000), into bench/results/latest.json
	@$(run) node bench/run.ts --members $(MEMBERS)

bench-admin: servers ## Measure the admin API with a year of MEMBERS present, into bench/results/admin.json
	@$(run) node --disable-warning=TimeoutNegativeWarning bench/admin.ts --members $(MEMBERS)

bench-operator: node ## Measure the operator, and MEMBERS settled on a real node, into bench/results/operator.json; Linux as root
	@$(run) KUBEBUILDER_ASSETS= node bench/operator.ts --members $(MEMBERS)

generate: tools ## Write anew what is generated: CustomResourceDefinitions, dashboards, the table of API routes
	@$(run) node crds/generate.ts && node charts/dashboards/generate.ts && node admin/generate.ts

pictures: servers ## Take the pictures of messages in docs/images anew, by headless Chromium; look at them
	@$(run) node tests/pictures/run.ts

golden: tools ## Compute the golden bills anew; review the difference as money
	@$(run) node billing/golden/regenerate.ts

verify: golden generate ## Regenerate everything that is generated and fail if that changes a file
	@git diff --exit-code

image: tools ## The container image: by docker, or without it as .local/image/billing-operator.tar
	@image/build.sh

kind: tools ## A cluster on a laptop with Docker: kind, KEDA, the chart, 10,000 members and a BillingRun
	@setup/kind.sh

format: tools ## Format all files
	@$(run) prettier --write --log-level=warn .

clean: ## Remove what runs left in this clone; the cache and node_modules stay
	rm -rf .local bench/results coverage
