#!/bin/sh
# Makes the pictures of docs/tour/ anew: the browser tests play the main job on the demo and take them on the way.
set -eu
cd "$(dirname "$0")/.."
tools/setup.sh browser
tools/ui.sh
PATH=$(tools/ui.sh node):$PATH
tools/build.sh
GRIDWARD=${GRIDWARD:-$PWD/build/gridward} GRIDWARD_TOUR=$PWD/docs/tour node --test tests/ui/newcomer.test.mjs
du -ch docs/tour/*.webp | tail -1
