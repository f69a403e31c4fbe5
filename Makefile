# The front door; meson does the work.
.PHONY: all run check bench fmt clean

all:
	@tools/setup.sh build
	@[ -f build/build.ninja ] || meson setup build -Dtests=false --buildtype=release
	@ninja -C build

run:
	@./run

check:
	@./check

bench:
	@tools/setup.sh test
	@python3 bench/run.py

fmt:
	@git ls-files '*.c' '*.h' | xargs clang-format -i

clean:
	rm -rf build build-*
