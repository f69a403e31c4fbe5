# The front door; meson does the work.
.PHONY: all run check bench torture fmt clean

KILLS ?= 500

all:
	@tools/setup.sh build
	@tools/build.sh

run:
	@./run

check:
	@./check

bench:
	@tools/setup.sh bench
	@python3 bench/run.py

torture:
	@tools/setup.sh build
	@tools/build.sh
	@GRIDWARD=$(CURDIR)/build/gridward tests/watch.py --cpu 14400 python3 tests/crash/torture.py $(KILLS)

fmt:
	@git ls-files '*.c' '*.h' | xargs clang-format -i

clean:
	rm -rf build build-*
