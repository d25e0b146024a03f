# What a person or CI can ask of Muddle. Needs the Rust toolchain, Python 3 and Node; anything else is installed here or
# named when it cannot be.

CARGO   ?= cargo
DATA    ?= ./muddle-data
LISTEN  ?= 127.0.0.1:4600
CARGO_TARGET_DIR ?= target
DEBUG   := $(CARGO_TARGET_DIR)/debug/muddle
RELEASE := $(CARGO_TARGET_DIR)/release/muddle

.DEFAULT_GOAL := help
.PHONY: help demo run test rust-test clients durability-short crash-short pilots-short pilots-real lint fmt bench pilots crash abuse abuse-short durability docs

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 22

demo: ## build, open a messy refund desk, let a careful automation work through an outage, grade it
	$(CARGO) build --release --quiet --bin muddle
	$(RELEASE) demo

run: ## serve on LISTEN (127.0.0.1:4600), data in DATA (./muddle-data)
	$(CARGO) build --release --quiet --bin muddle
	$(RELEASE) serve --listen $(LISTEN) --data $(DATA)

test: rust-test clients durability-short crash-short abuse-short pilots-short pilots-real ## everything

rust-test:
	$(CARGO) test --workspace --no-fail-fast

clients: ## the official SDKs, Python and Node, against a server of their own
	$(CARGO) build --bin muddle
	tests/clients/run.sh --server $(DEBUG)
	tests/clients/wire.sh --server $(DEBUG)

durability-short:
	tests/durability/run.sh --short

crash-short:
	tests/durability/crash.sh --kills 5

abuse-short: ## what one candidate's load costs the others, small and without the latency figure
	tests/abuse/run.sh --short --server $(DEBUG)

pilots-short:
	PROFILE=dev tests/pilots/run.sh --seeds 1-2

pilots-real: ## one careful pilot against the real clock and vendors as slow as on any day, ten cases
	PROFILE=dev tests/pilots/run.sh --real

durability: ## fsync before answer under strace, disk full, stops under load, and the broken build that must fail
	tests/durability/run.sh

crash: ## 100 kill -9 under load: nothing acknowledged is lost
	tests/durability/crash.sh --kills 100

abuse: ## every lever of a hostile candidate from four connections beside a prober: aborts, answers of 500, latency, memory
	tests/abuse/run.sh

pilots: ## every pilot and ablation on seeds 1 to 20
	tests/pilots/run.sh --seeds 1-20

bench: ## the figures of docs/benchmarks.md (needs wrk from Debian's packages; installs it where it may)
	tests/bench/run.sh

lint: ## formatting and clippy, warnings are errors
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace --all-targets --quiet -- -D warnings

fmt: ## format
	$(CARGO) fmt --all

docs: ## write the generated files again: schemas, OpenAPI, the tables of docs/grading.md
	MUDDLE_WRITE_GENERATED=1 $(CARGO) test --quiet -p muddle-scenario --test files the_schema_file
	MUDDLE_WRITE_GENERATED=1 $(CARGO) test --quiet -p muddle-tests --test it -- the_generated the_description
	MUDDLE_WRITE_GENERATED=1 $(CARGO) test --quiet -p muddle-grade --lib the_page_lists_the_tables
