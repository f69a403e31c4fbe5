#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Folders are floors: a file includes its own folder and those above it in the list, no other."""
import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
FLOORS = ["base", "store", "ledger", "def", "grid", "subject", "work", "sum", "doc", "web", "main"]
OWNERS = {  # a library's header is included by these files alone
    "sqlite3.h": r"src/store/(sqlite|expr|gather)\.c$",
    "libpq-fe.h": r"src/store/postgres\.c$",
    "microhttpd.h": r"src/web/http\w*\.[ch]$",
    "libfyaml.h": r"src/def/def\.c$",
    "sodium.h": r"src/base/crypt\.c$",
    "nettle/sha2.h": r"src/base/crypt\.c$",
}


def faults_of(path, text):
    floor = path.split("/")[1]
    for number, line in enumerate(text.split("\n"), 1):
        found = re.match(r'#include ([<"])([^>"]+)[>"]', line)
        if not found:
            continue
        name = found.group(2)
        if name in OWNERS and not re.search(OWNERS[name], path):
            yield f"{path}:{number}: only {OWNERS[name]} may include <{name}>"
        other = name.split("/")[0]
        if found.group(1) == '"' and other in FLOORS and FLOORS.index(other) > FLOORS.index(floor):
            yield f"{path}:{number}: {floor}/ is below {other}/ and may not include {name}"
    if floor == "web" and re.search(r'"(SELECT|INSERT INTO|UPDATE|DELETE FROM) ', text):
        yield f"{path}: web never writes SQL"


listed = subprocess.run(["git", "ls-files", "src"], cwd=ROOT, text=True, stdout=subprocess.PIPE, check=True).stdout.split()
faults = []
for path in listed:
    whole = os.path.join(ROOT, path)
    if path.endswith((".c", ".h")) and os.path.exists(whole):
        faults += faults_of(path, open(whole, encoding="utf-8").read())
print("\n".join(faults))
sys.exit(1 if faults else 0)
