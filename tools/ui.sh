#!/bin/sh
# Builds the pages into ui/dist, when a source is newer than what was built; each text file with its gzip beside it.
# Takes the machine's node when it is new enough, else node 22 from npm into build/node. Quiet when nothing is to do.
# usage: tools/ui.sh [node]   node: installs what is needed to run node and prints the folder it lies in
set -eu
cd "$(dirname "$0")/.."
fits() { "$1" -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 22 || (a == 22 && b >= 12) || (a == 20 && b >= 19) ? 0 : 1)' 2>/dev/null; }
find_node() {
    if command -v node >/dev/null && fits node; then
        NODE=$(dirname "$(command -v node)")
        return
    fi
    NODE=$PWD/build/node/node_modules/node/bin
    if [ ! -x "$NODE/node" ]; then
        command -v npm >/dev/null || { echo "npm is missing: tools/setup.sh ui" >&2; exit 1; }
        mkdir -p build/node
        npm install --prefix build/node --no-fund --no-audit --loglevel=error node@22 >build/node.log 2>&1 || { cat build/node.log >&2; exit 1; }
    fi
    PATH=$NODE:$PATH
}
stamp=ui/dist/.built
# What the pages are made of, by content: a fresh clone has no meaningful times.
sources() { git ls-files -co --exclude-standard ui 2>/dev/null || find ui -type f ! -path '*/node_modules/*' ! -path '*/dist/*'; }
state() { (sources; echo docs/openapi.json) | LC_ALL=C sort | grep -v '^ui/dist/' | tr '\n' '\0' | xargs -0 sha256sum 2>/dev/null | sha256sum | cut -c1-64; }
if [ "${1:-}" = node ]; then
    find_node
    echo "$NODE"
    exit 0
fi
now=$(state)
# What the server says of itself, as types for the pages.
types=ui/src/api/schema.d.ts
[ -f "$types" ] && [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$now" ] && exit 0
find_node
mkdir -p build
lock=$(sha256sum ui/package-lock.json | cut -c1-64)
if [ ! -d ui/node_modules ] || [ "$(cat ui/node_modules/.lock 2>/dev/null)" != "$lock" ]; then
    (cd ui && npm ci --no-fund --no-audit --loglevel=error) >build/ui-npm.log 2>&1 || { cat build/ui-npm.log >&2; exit 1; }
    echo "$lock" >ui/node_modules/.lock
fi
(cd ui && node node_modules/openapi-typescript/bin/cli.js ../docs/openapi.json -o ../"$types") >build/ui-types.log 2>&1 || { cat build/ui-types.log >&2; exit 1; }
(cd ui && node node_modules/vite/bin/vite.js build --logLevel warn) >build/ui.log 2>&1 || { cat build/ui.log >&2; exit 1; }
find ui/dist -type f \( -name '*.js' -o -name '*.css' -o -name '*.html' -o -name '*.svg' -o -name '*.webmanifest' \) -exec gzip -9 -n -k -f {} +
echo "$now" >"$stamp"
