#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Folders are floors: a file includes its own folder and those above it in the list, no other. What belongs to one floor alone
(a library, SQL, the wall's clock, the log) is asked for nowhere else."""
import glob
import os
import re
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
FLOORS = ["base", "store", "ledger", "def", "grid", "noun", "subject", "case", "sum", "doc", "web", "app"]
OWNERS = {  # the headers of a library are included by these files alone
    r"sqlite": r"src/store/(sqlite|expr|wal_vfs)\.c$",
    r"libpq|postgres": r"src/store/postgres\.c$",
    r"libfyaml": r"src/def/yaml\.c$",
    r"sodium": r"src/base/crypt\.c$",
    r"nettle/": r"src/base/crypt\.c$",
    r"zlib": r"src/base/file\.c$",
}
CALLS = [  # what is called in these files alone
    (r"\btime_wall\s*\(", r"src/(base/(time|wall|log)\.[ch]|(web|app)/\w+\.c)$", "nouns are told the time"),
    (r"\b(clock_gettime|gettimeofday|timespec_get|ftime)\s*\(|\btime\s*\(\s*(NULL|0|&)", r"src/base/time\.c$",
     "time_wall and time_ticks are the clocks"),
    (r"\blog_(error|warn|info|debug|line)\s*\(", r"src/(base/log\.[ch]|(store|web|app)/\w+\.c|case/sweep\.c)$", "nouns never log"),
    (r"\b(setlocale|setenv|putenv|tzset)\s*\(", r"$^", "nothing here depends on the machine's settings"),
    (r"\bSQL\s*\(", r"src/(store|ledger|def|grid|noun|subject|case|app)/\w+\.[ch]$", "web never writes SQL"),
]


def bare(text):
    """Without comments; lines keep their numbers, strings what stands in them."""
    return re.sub(r'"(?:[^"\\\n]|\\.)*"|//[^\n]*|/\*.*?\*/',
                  lambda m: m.group() if m.group()[0] == '"' else re.sub(r"[^\n]", " ", m.group()), text, flags=re.S)


def faults_of(path, text):
    floor = path.split("/")[1]
    text = bare(text)
    for number, line in enumerate(text.split("\n"), 1):
        found = re.match(r"\s*#\s*include\b\s*(.*?)\s*$", line)
        if not found:
            continue
        name = re.fullmatch(r'(["<])([^">]+)[">]', found.group(1))
        if not name:
            yield f"{path}:{number}: an include names its file"
            continue
        quoted, name = name.group(1) == '"', name.group(2)
        yield from (f"{path}:{number}: only {owner} may include {name}" for library, owner in OWNERS.items()
                    if not quoted and re.match(library, name) and not re.search(owner, path))
        other = name.split("/")[0]
        if other in FLOORS:
            if FLOORS.index(other) > FLOORS.index(floor):
                yield f"{path}:{number}: {floor}/ is below {other}/ and may not include {name}"
            if ".." in name:
                yield f"{path}:{number}: {name} leaves its floor"
        elif quoted:
            yield f"{path}:{number}: an include names its floor, as in \"{floor}/{os.path.basename(name)}\""
    for pattern, owner, why in CALLS:
        for found in re.finditer(pattern, text):
            if not re.search(owner, path):
                yield f"{path}:{text[:found.start()].count(chr(10)) + 1}: {found.group().strip()}: {why}"
    if floor == "web":
        for found in re.finditer(r'"(?:[^"\\\n]|\\.)*"', text):
            if re.search(r"(?i)\bselect\b.*\bfrom\b|\binsert into\b|\bupdate \w+ set\b|\bdelete from\b", found.group()):
                yield f"{path}:{text[:found.start()].count(chr(10)) + 1}: web never writes SQL"
    if path.endswith(".c"):  # a prototype of one's own would reach any floor past its header
        for found in re.finditer(r"^(?!static\b|typedef\b|return\b|else\b)(?:extern\b[^;{]*;|[A-Za-z_][\w \n*]*\b\w+\([^{};]*\);)", text, re.M):
            yield f"{path}:{text[:found.start()].count(chr(10)) + 1}: what another file defines is declared in its header"


faults = []
for path in sorted(glob.glob(os.path.join(ROOT, "src", "**", "*.[ch]"), recursive=True)):
    faults += faults_of(os.path.relpath(path, ROOT), open(path, encoding="utf-8").read())
print("\n".join(faults))
sys.exit(1 if faults else 0)
