# The commands a person types; each is a line or two over tools/ and the release preset. `make` lists them.
BUILD := build/release
FLOE := $(BUILD)/bin/floe
PREFIX ?= /usr/local
ROWS ?= 20000

.DEFAULT_GOAL := help
.PHONY: help bootstrap build generate demo compile-demo test test-all test-long test-services bench install format lint clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

bootstrap: ## install what the build needs (Debian 12; root or sudo)
	@tools/bootstrap.sh

$(BUILD)/build.ninja:
	@cmake --preset release > /dev/null

build: bootstrap $(BUILD)/build.ninja ## build floe into build/release
	@cmake --build --preset release -- --quiet

generate: ## write everything that follows from libfloe-core/spec
	@tools/generate_interfaces.py

demo: build ## run examples/customer-360 end to end (ROWS=N orders)
	@tools/demo.sh run $(ROWS)

compile-demo: build ## compile examples/customer-360 only and print the artifact's path
	@tools/demo.sh compile

test: ## install the peers, build, and pass what a change has to pass: what it can reach in full, the rest smoked
	@tools/bootstrap.sh --peers
	@/usr/bin/python3 tools/ci.py

test-all: ## the same with all tests, real servers among them (up to 3 hours)
	@tools/bootstrap.sh --peers
	@/usr/bin/python3 tools/ci.py --tier all

test-long: ## the random and long runs (hours); each prints its seed
	@tools/bootstrap.sh --peers
	@/usr/bin/python3 tools/ci.py --tier long

test-services: ## build the servers written in Go once, and run the tests against them
	@tools/bootstrap.sh --peers
	@tools/services.sh
	@$(MAKE) --no-print-directory build
	@tools/test.py services

bench: ## measure against dbt-core and DuckDB; results in bench/results
	@tools/bootstrap.sh --peers
	@tools/peers.sh dbt2 floe_core
	@$(MAKE) --no-print-directory build
	@bench/run.py

install: build ## install into PREFIX (default /usr/local)
	@cmake --install $(BUILD) --prefix "$(PREFIX)" > /dev/null

format: ## rewrite the sources with clang-format 19
	@tools/check_style.py --fix-format

lint: ## clang-tidy 19 on the changed files, include rules, format
	@tools/lint.py

clean: ## remove build/release
	@rm -rf $(BUILD)
