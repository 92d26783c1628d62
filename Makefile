# One-word jobs. Everything is made in build/; CMake does the work, these are its usual calls.
.DEFAULT_GOAL := help
.PHONY: help run build test check asan tsan fuzz valgrind strict clang tidy format format-check coroutines check-ktls check-sandbox rfc-status headers docs bench bandwidth conformance install clean \
        build-dependencies test-dependencies check-dependencies fuzz-dependencies

DIR ?= .
PORT ?= 2121
PREFIX ?= /usr/local
JOBS ?= $(shell nproc)
SECONDS ?= 60
TARGET ?=

# Used where they are installed: a compiler cache and a faster linker.
extras := $(if $(shell command -v ccache),-DCMAKE_CXX_COMPILER_LAUNCHER=ccache) \
          $(if $(shell command -v mold),-DCMAKE_EXE_LINKER_FLAGS=-fuse-ld=mold)

# What git knows, so that nothing that was made is looked at.
sources = $(shell git ls-files --cached --others --exclude-standard '*.cpp' '*.hpp')

# $(call configure,preset): once; CMake itself sees when it has to be done again.
configure = { [ -f build/$(1)/build.ninja ] || cmake --preset $(1) $(extras); }

help:  ## show these lines
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 24

run: build  ## share DIR (this directory) read-only with everybody at PORT (2121)
	@exec build/ferry serve --port '$(PORT)' '$(DIR)'

build: build-dependencies  ## make the program, build/ferry
	@$(call configure,release)
	@cmake --build --preset release --parallel $(JOBS) --target ferry_program
	@ln -sf release/ferry build/ferry

test: test-dependencies  ## build everything for development and run all tests
	@$(call configure,dev)
	@cmake --build --preset dev --parallel $(JOBS)
	ctest --preset dev --parallel 2

check: check-dependencies format-check headers docs strict clang tidy coroutines asan tsan  ## what must pass before a change is sent
	@$(MAKE) --no-print-directory test

asan: test-dependencies  ## the tests with the address and undefined behaviour sanitizers
	@$(call configure,asan)
	@cmake --build --preset asan --parallel $(JOBS)
	ctest --preset asan --parallel 2 --label-regex 'unit|conversation|socket|daemon'

tsan: check-dependencies  ## the tests with the thread sanitizer
	@$(call configure,tsan)
	@cmake --build --preset tsan --parallel $(JOBS)
	ctest --preset tsan --parallel 2 --label-regex 'unit|conversation|socket|daemon'

fuzz: fuzz-dependencies  ## fuzz each parser and the server for SECONDS (60); TARGET=name: only that one
	@$(call configure,fuzz)
	@cmake --build --preset fuzz --parallel $(JOBS)
	tests/fuzz/run --seconds $(SECONDS) $(TARGET)

valgrind: test-dependencies  ## unit tests, conversations and tests over sockets under Valgrind's memcheck
	@tools/install-dependencies valgrind
	@$(call configure,dev)
	@cmake --build --preset dev --parallel $(JOBS)
	tools/run-under-valgrind build/dev

strict: test-dependencies  ## g++ with optimisation; a warning is an error
	@$(call configure,strict)
	@cmake --build --preset strict --parallel $(JOBS)

clang: check-dependencies  ## clang++; a warning is an error
	@$(call configure,clang)
	@cmake --build --preset clang --parallel $(JOBS)

tidy: clang  ## clang-tidy, as .clang-tidy says
	run-clang-tidy-19 -quiet -p build/clang -j $(JOBS) '^$(CURDIR)/(src|examples)/'

coroutines: check-dependencies  ## the forms of co_await that g++ 12 miscompiles
	@$(call configure,clang)
	tools/check-coroutines build/clang

bandwidth: build  ## measure how exactly the limits of bandwidth are kept; three minutes
	bench/bandwidth --ferry build/ferry

headers: check-dependencies  ## each public header alone, with both compilers
	@tools/check-headers g++ clang++-19

docs: check-dependencies  ## write the API reference, build/docs/html/index.html; a warning is an error
	@mkdir -p build
	@FERRY_VERSION=$$(sed -n 's/^project(ferry VERSION \([0-9.]*\) .*/\1/p' CMakeLists.txt) doxygen docs/reference/Doxyfile

check-ktls: build  ## kernel TLS, in a virtual machine with Debian's kernel; apart from make check
	@tools/install-dependencies machine
	tools/check-in-machine kernel-tls build/ferry

check-sandbox: test-dependencies  ## the sandbox, in a virtual machine with Debian's kernel; apart from make check
	@tools/install-dependencies machine
	@$(call configure,dev)
	@cmake --build --preset dev --parallel $(JOBS) --target ferry_program unit_sandbox
	tools/check-in-machine sandbox build/dev/ferry build/dev/tests/unit_sandbox

rfc-status: test-dependencies  ## write docs/RFC-STATUS.md from the command table
	@$(call configure,dev)
	@cmake --build --preset dev --parallel $(JOBS) --target rfc_status
	build/dev/tools/rfc-status/rfc-status > docs/RFC-STATUS.md

format: check-dependencies  ## lay out all sources as .clang-format says
	clang-format-19 -i $(sources)

format-check: check-dependencies
	clang-format-19 --dry-run -Werror $(sources)

bench: build  ## compare with other servers and write docs/BENCHMARKS.md; as root, twelve minutes
	@cmake --build --preset release --parallel $(JOBS) --target limits
	bench/compare --ferry build/ferry --limits build/release/bench/limits/limits

conformance: build  ## judge ferry and other servers by the RFCs and write docs/CONFORMANCE.md; as root, ten minutes
	bench/conformance --ferry build/ferry

install: build-dependencies  ## build and install library, headers and program below PREFIX (/usr/local)
	@$(call configure,release)
	@cmake --build --preset release --parallel $(JOBS)
	cmake --install build/release --prefix '$(PREFIX)'

clean:  ## remove everything that was made
	rm -rf build

build-dependencies:
	@tools/install-dependencies build

test-dependencies:
	@tools/install-dependencies build test

fuzz-dependencies:
	@tools/install-dependencies build fuzz

check-dependencies:
	@tools/install-dependencies build test check
