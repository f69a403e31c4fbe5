# The front door; meson does the work.
.PHONY: all run check bench fmt clean

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

fmt:
	@git ls-files '*.c' '*.h' | xargs clang-format -i

clean:
	rm -rf build build-*
