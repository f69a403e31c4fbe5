#!/bin/sh
# Installs the Debian packages that are missing. Quiet and quick when nothing is.
# usage: tools/setup.sh build|ui|test|bench|browser   ui: what the pages are built with; browser: all of it, and Chromium
set -eu
build="gcc libc6-dev make meson ninja-build pkg-config python3 libsqlite3-dev
libsodium-dev nettle-dev libfyaml-dev zlib1g-dev libcmocka-dev"
test="clang libclang-rt-14-dev clang-format libgeos-dev git"
browser="chromium fonts-noto-cjk"
ui=
command -v npm >/dev/null || ui="nodejs npm"
case "${1:-build}" in
build) want=$build ;;
ui) want=$ui ;;
test) want="$build $test" ;;
bench) want="$build $test valgrind" ;;
browser) want="$build $ui $test $browser" ;;
*) echo "usage: tools/setup.sh build|ui|test|bench|browser" >&2; exit 2 ;;
esac
missing=
for p in $want; do
    dpkg-query -W -f '${Status}' "$p" 2>/dev/null | grep -q 'ok installed' || missing="$missing $p"
done
[ -n "$missing" ] || exit 0
root=
if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || { echo "please install as root: apt-get install$missing" >&2; exit 1; }
    root=sudo
fi
echo "installing:$missing"
export DEBIAN_FRONTEND=noninteractive
$root apt-get -q -o DPkg::Lock::Timeout=300 update >/dev/null
# shellcheck disable=SC2086
$root apt-get -q -y -o DPkg::Lock::Timeout=300 install --no-install-recommends $missing >/dev/null
