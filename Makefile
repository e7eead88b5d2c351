# Everything runs in a virtual environment of its own; nothing needs root.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PEERS := tests/peers
EXECUTIONS ?= 1000000
DATAGRAMS ?= 1000000
CUTS ?= 100000
KILLS ?= 100
SEEDS ?= 10000
SEED ?= 1
SCENARIOS ?= boda-site chaji swap depot
DAYS ?= 30

define make_environment
@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Laconic needs Python 3.11 or newer, this is %d.%d; run: make demo PYTHON=python3.12" % sys.version_info[:2])'
$(PYTHON) -m venv --clear $(VENV)
endef

.PHONY: help demo test tests fuzz fuzz-link powercut torture simulate check lint mypy pyright format footprint docs vectors goldens benchmarks calibration kernel codec-figures link-figures storage-figures clean

help:
	@echo "make demo       chargers, gateway, link, expander and CSMS on this machine, with a live view"
	@echo "make test       format check, lint, types and all tests (as root also those over real networks)"
	@echo "make fuzz EXECUTIONS=1000000   fuzz the decoders on all cores, print one line of JSON"
	@echo "make fuzz-link DATAGRAMS=1000000   fuzz both ends of the link, print one line of JSON"
	@echo "make powercut CUTS=100000   cut the power of journal and outbox at random moments, print one line of JSON"
	@echo "make torture KILLS=100   kill -9 gateway and expander under load, print one line of JSON"
	@echo "make simulate SEEDS=10000   play so many days of the whole system, print one line of JSON"
	@echo "make test PYTEST='tests/codec -x'   the same with arguments for pytest"
	@echo "make check      format check, lint and types only"
	@echo "make format     rewrite the code in the project's format"
	@echo "make docs       rewrite the generated pages of docs/"
	@echo "make codec-figures TRACES=folder   measure the codec, rewrite docs/codec-figures.md (10 minutes)"
	@echo "make link-figures   measure the link, rewrite docs/link-figures.md (10 minutes; latencies need root)"
	@echo "make storage-figures   measure journal, outbox and gateway, rewrite docs/storage-figures.md (half an hour; as root also the block device)"
	@echo "make benchmarks SCENARIOS=chaji DAYS=30   run the benchmark, rewrite its tables (hours)"
	@echo "make calibration   compare the benchmark's model with live runs, rewrite docs/calibration.md (two hours and a half; needs root)"
	@echo "make kernel     compare the model of TCP with the kernel, packet by packet (needs root)"
	@echo "make goldens    rewrite the goldens of the benchmark"
	@echo "make vectors    rewrite the test vectors of the wire profile"
	@echo "make footprint  memory, idle CPU and added latency of a gateway with 20 chargers"

demo: $(VENV)/.gateway
	$(BIN)/laconic demo $(DEMO)

# Types are checked beside the tests, which leave a core idle now and then.
test: lint $(PEERS)/node_modules/.installed
	@$(MAKE) --no-print-directory --jobs=3 mypy pyright tests

tests: $(VENV)/.dev $(PEERS)/node_modules/.installed
	$(BIN)/python -m tests.support.suite $(PYTEST)

fuzz-link: $(VENV)/.gateway
	@$(BIN)/python -m laconic_bench.fuzz_link --datagrams $(DATAGRAMS) --seed $(SEED)

# These add their result to docs/records.md.
fuzz: $(VENV)/.dev
	@$(BIN)/python -m tests.support.fuzz_decoder --executions $(EXECUTIONS) --seed $(SEED) --record

powercut: $(VENV)/.dev
	@$(BIN)/python -m tests.support.powercut --cuts $(CUTS) --seed $(SEED) --record

simulate: $(VENV)/.dev
	@$(BIN)/python -m tests.support.simulate --days $(SEEDS) --seed $(SEED) --record

torture: $(VENV)/.dev
	@$(BIN)/python -m tests.support.torture --kills $(KILLS) --seed $(SEED) --record

lint: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

check: lint
	@$(MAKE) --no-print-directory --jobs=2 --output-sync mypy pyright

# One beside the other: each uses one core.
mypy pyright: $(VENV)/.dev
	$(BIN)/$@

format: $(VENV)/.dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: $(VENV)/.dev
	$(BIN)/python -m laconic_gateway.config.docs --update
	$(BIN)/python -m laconic_codec.registry.build --update
	$(BIN)/python -m tests.support.wire_profile --update

codec-figures: $(VENV)/.dev
	$(BIN)/python -m laconic_bench.codec_figures $(if $(TRACES),--traces $(TRACES)) > codec-figures.tmp
	mv codec-figures.tmp docs/codec-figures.md

link-figures: $(VENV)/.gateway
	$(BIN)/python -m laconic_bench.link_figures --datagrams $(DATAGRAMS) --seed $(SEED) > link-figures.tmp
	mv link-figures.tmp docs/link-figures.md

storage-figures: $(VENV)/.gateway
	$(BIN)/python -m laconic_bench.storage_figures > storage-figures.tmp
	mv storage-figures.tmp docs/storage-figures.md

# Packet by packet, in real time: the model of TCP beside the kernel. Needs root and a quiet machine.
kernel: $(VENV)/.dev
	LACONIC_KERNEL=1 $(BIN)/pytest tests/bench/model/tcp/kernel

goldens: $(VENV)/.dev
	$(BIN)/python -m tests.support.goldens --update

# Files of results stay in build/, to be looked at with `laconic bench report`.
benchmarks: $(VENV)/.gateway
	mkdir -p build
	for scenario in $(SCENARIOS); do \
		$(BIN)/laconic bench run --scenario $$scenario --days $(DAYS) --json build/$$scenario.json || exit 1; \
	done
	for link in "2g 30" "nbiot 120" "nbiot 30" "lte 120" "lte 30"; do \
		set -- $$link; \
		$(BIN)/laconic bench run --link $$1 --nat-timeout-seconds $$2 --days 3 \
			-c laconic -c coap-zstd -c ocppj-tls -c ocppj-deflate --json build/boda-site-$$1-$$2.json || exit 1; \
	done
	$(BIN)/laconic bench run --scenario bad-day --days 3 --json build/bad-day.json
	$(BIN)/laconic bench run --days 3 --outage 1.4:2h --address-change 2.5 --json build/boda-site-outage.json
	$(BIN)/python -m laconic_bench.results.docs_tables --docs docs/benchmarks.md --readme README.md \
		$(SCENARIOS:%=build/%.json) build/bad-day.json build/boda-site-*.json

# One link after the other: at the same time they would be in each other's way.
calibration: $(VENV)/.gateway
	mkdir -p build
	for link in 2g lte; do \
		$(BIN)/python -m laconic_bench.calibration run --link $$link --lossless --json build/calibration-$$link-lossless.json || exit 1; \
		$(BIN)/python -m laconic_bench.calibration run --link $$link --json build/calibration-$$link.json || exit 1; \
	done
	$(BIN)/python -m laconic_bench.calibration run --link "no link" --json build/calibration-none.json
	$(BIN)/python -m laconic_bench.calibration page build/calibration-2g-lossless.json build/calibration-2g.json \
		build/calibration-lte-lossless.json build/calibration-lte.json build/calibration-none.json > calibration.tmp
	mv calibration.tmp docs/calibration.md

vectors: $(VENV)/.dev
	$(BIN)/python -m tests.support.vectors.make --update

footprint: $(VENV)/.gateway
	$(BIN)/python -m laconic_bench.footprint

$(VENV)/.gateway: pyproject.toml
	$(make_environment)
	$(BIN)/pip install --quiet --editable ".[gateway,bench]"
	@touch $@

$(VENV)/.dev: pyproject.toml
	$(make_environment)
	$(BIN)/pip install --quiet --editable ".[dev]"
	@touch $@ $(VENV)/.gateway

$(PEERS)/node_modules/.installed: $(PEERS)/package.json $(PEERS)/package-lock.json
	npm ci --prefix $(PEERS) --no-audit --no-fund --loglevel=error
	@touch $@

clean:
	rm -rf $(VENV) $(PEERS)/node_modules .mypy_cache .pytest_cache .ruff_cache .hypothesis
