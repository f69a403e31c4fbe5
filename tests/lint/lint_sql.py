#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""One SQL text for SQLite and PostgreSQL (docs/sql.md): each SQL("…") keeps to the shared dialect, names the region,
and only the two doors read scoped nouns."""
import glob
import os
import re
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BANNED = [
    (r"\bINSERT OR\b", "write ON CONFLICT"), (r"\bAUTOINCREMENT\b", "ids come from the ledger"),
    (r"\bSTRICT\b", "types are checked in C"), (r"\bILIKE\b", "not in SQLite"), (r"\bANY\s*\(", "not in SQLite"),
    (r"(?i)\b(group_concat|string_agg)\b", "aggregate in C"), (r"(?i)\bavg\s*\(", "send sum and count"),
    (r"(?i)\bnow\s*\(|\bCURRENT_TIMESTAMP\b", "time is an argument"), (r"\bFOR UPDATE\b", "not in SQLite"),
    (r"\bTRIGGER\b", "logic is in C"), (r"\bLATERAL\b", "not in SQLite"), (r"\bMERGE\b", "not in SQLite"),
    (r"\bLISTEN\b|\bNOTIFY\b", "not behind Citus"), (r"\bstrftime\b|\bdate\s*\(", "dates are integers"),
    (r"\?", "parameters are $1 … $n"), (r"\bFOREIGN KEY\b|\bREFERENCES\b", "check proves references"),
    (r"\bSET region\b", "a row's region never changes"), (r"(?i)\brandom\s*\(", "chance is an argument"),
    (r"(?<!AS BIGINT\) )\$\d+ IS (NOT )?NULL", "CAST($n AS BIGINT) IS NULL"),
]
DRIVER = {"sqlite.c", "expr.c"}  # the engine's own words
DOORS = (("cases", "src/work/"), ("subjects", "src/subject/"))
faults = []
for path in sorted(glob.glob(os.path.join(ROOT, "src", "**", "*.c"), recursive=True)):
    text = open(path, encoding="utf-8").read()
    short = os.path.relpath(path, ROOT)
    if os.path.basename(path) in DRIVER:
        continue
    for found in re.finditer(r'SQL\(((?:\s*"(?:[^"\\]|\\.)*")+)\s*\)', text):
        sql = "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', found.group(1)))
        at = f"{short}:{text[:found.start()].count(chr(10)) + 1}"
        faults += [f"{at}: {pattern!r}: {instead}: {sql[:80]}" for pattern, instead in BANNED if re.search(pattern, sql)]
        faults += [f"{at}: {table} is read through its doors in {owner}" for table, owner in DOORS
                   if re.search(rf"\bFROM {table}\b", sql) and not short.startswith(owner)]
        if re.search(r"\b(cases|areas|seats|subjects|seat_holds|area_spans|case_finders)\b", sql) and "region" not in sql:
            faults.append(f"{at}: a statement on a region's table says region = $n: {sql[:80]}")
print("\n".join(faults))
sys.exit(1 if faults else 0)
