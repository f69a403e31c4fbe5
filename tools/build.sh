#!/bin/sh
# Builds gridward as it is shipped: for speed, optimised across files. Quiet when nothing is to do.
# usage: tools/build.sh [FOLDER [MESON OPTION…]]   FOLDER: build
set -eu
cd "$(dirname "$0")/.."
folder=${1:-build}
[ $# -eq 0 ] || shift
mkdir -p "$folder"
log=$folder/build.log
[ -f "$folder/build.ninja" ] || meson setup "$folder" -Dtests=false --buildtype=release -Db_lto=true "$@" >"$log" 2>&1 || { cat "$log" >&2; exit 1; }
ninja -C "$folder" >"$log" 2>&1 || { cat "$log" >&2; exit 1; }
