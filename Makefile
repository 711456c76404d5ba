# The whole of till in a few words; `make help` lists them. Thin over tools/setup and CMakePresets.json.
# No network beyond the package registries, no root beyond apt-get.

SHELL := /bin/bash -eu -o pipefail
# A second make -j would multiply Ninja's own jobs.
.NOTPARALLEL:
.DEFAULT_GOAL := help
ROWS := 1000000
say = @echo "==> $(1)"

.PHONY: help setup build demo test lint format bench clean

help:  ## This list
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup:  ## Fetch everything till is built, tested and linted with
	@tools/setup build test

build:  ## The optimised program: build/release/bin/till
	@tools/setup build
	$(call say,Building the release)
	@cmake --preset release --log-level=WARNING >/dev/null
	@cmake --build --preset release

demo: build  ## The questions answered on a real log, fetched for it
	@tools/setup demo
	$(call say,Demo)
	@tools/demo

test:  ## Unit tests under sanitizers, then the shipped program from outside
	@tools/setup build test
	$(call say,Unit tests with address and undefined behaviour sanitizers)
	@cmake --preset dev --log-level=WARNING >/dev/null
	@cmake --build --preset dev
	@ctest --preset fast
	$(call say,Those about databases on a PostgreSQL server)
	@ctest --preset postgresql
	$(call say,The release program from outside)
	@cmake --preset release --log-level=WARNING >/dev/null
	@cmake --build --preset release
	@ctest --preset cli

lint:  ## Format, tidy, layers, headers; all of it accepted by clang 14 too
	@tools/setup build test
	$(call say,Building with clang 14)
	@cmake --preset lint --log-level=WARNING >/dev/null
	@cmake --build --preset lint
	$(call say,Lint suite)
	@ctest --preset lint

format:  ## Lay out C++ as .clang-format says
	@tools/setup test
	@tools/clang_format.py build/deps/clang-format/clang_format/data/bin/clang-format

bench:  ## Benchmarks, on a log of ROWS=1000000
	@tools/setup build test
	$(call say,Building the release and the benchmarks)
	@cmake --preset release --log-level=WARNING >/dev/null
	@cmake --build --preset release
	@cmake --preset bench --log-level=WARNING >/dev/null
	@cmake --build --preset bench --target till_benchmarks
	$(call say,Kernels)
	@ctest --preset bench
	$(call say,Whole jobs)
	@bench/jobs/run --rows $(ROWS)

clean:  ## Remove what was built; what was fetched stays in build/deps
	@mkdir -p build
	@find build -mindepth 1 -maxdepth 1 ! -name deps -exec rm -rf {} +
