#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""One SQL text for SQLite and PostgreSQL (docs/sql.md): each SQL("…") keeps to the shared dialect, names the region,
only the two doors read scoped nouns, and only the ledger's applier writes state."""
import glob
import os
import re
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BANNED = [
    (r"\bINSERT OR\b", "write ON CONFLICT"), (r"\bAUTOINCREMENT\b", "ids come from the ledger"),
    (r"\bSTRICT\b", "types are checked in C"), (r"\bILIKE\b", "not in SQLite"), (r"\bANY\s*\(", "not in SQLite"),
    (r"\b(group_concat|string_agg)\b", "aggregate in C"), (r"\bavg\s*\(", "send sum and count"),
    (r"\bnow\s*\(|\bCURRENT_(TIMESTAMP|DATE|TIME)\b", "time is an argument"), (r"\bFOR UPDATE\b", "not in SQLite"),
    (r"\bTRIGGER\b", "logic is in C"), (r"\bLATERAL\b", "not in SQLite"), (r"\bMERGE\b", "not in SQLite"),
    (r"\bLISTEN\b|\bNOTIFY\b", "not behind Citus"), (r"\b(strftime|julianday|datetime)\b|\bdate\s*\(", "dates are integers"),
    (r"\?", "parameters are $1 … $n"), (r"\bFOREIGN KEY\b|\bREFERENCES\b", "check proves references"),
    (r"\bSET region\b", "a row's region never changes"), (r"\brandom\s*\(", "chance is an argument"),
    (r"(?<!AS BIGINT\) )\$\d+ IS (NOT )?NULL", "CAST($n AS BIGINT) IS NULL"),
    (r"\bLIKE\b(?!.*\bESCAPE\b)", "LIKE says its ESCAPE, which PostgreSQL has and SQLite has not"),
    (r"\bGLOB\b|\bREGEXP\b|\bMATCH\b", "not in PostgreSQL"), (r"\browid\b|\bsqlite_|\bPRAGMA\b", "not in PostgreSQL"),
    (r"::|\bjson_\w+\s*\(|->", "not in both"), (r"\bTRUE\b|\bFALSE\b", "flags are 0 and 1"), (r"`|\[", "quoting of one engine alone"),
]
DRIVER = {"src/store/sqlite.c", "src/store/expr.c", "src/store/fulltext.c"}  # the engine's own words
DOORS = (("cases", "src/case/"), ("case_finders", "src/case/"), ("subjects", "src/subject/"))
LITERAL = r'"(?:[^"\\]|\\.)*"'


def spelled(body, macros):
    """What stands in SQL( … ): strings, and macros of this file that are strings; None when it is something else."""
    parts = re.findall(rf"{LITERAL}|\w+|\S", body)
    words = [macros.get(p, p) for p in parts]
    if not all(w.startswith('"') for w in words):
        return None
    return "".join(w[1:-1] for w in words).replace('\\"', '"')


def tables():
    """The names of tables by their class."""
    found = {}
    for path in glob.glob(os.path.join(ROOT, "src", "**", "*.c"), recursive=True):
        text = open(path, encoding="utf-8").read()
        for name, kind in re.findall(r'\.name = "(\w+)",\s*\.class = CLASS_(\w+)', text):
            found[name] = kind, os.path.relpath(path, ROOT).rsplit("/", 1)[0] + "/"
    return found


known = tables()
state = {name for name, (kind, _) in known.items() if kind == "STATE"}
faults = [] if len(state) > 20 else [f"only {len(state)} tables of state were found: does this script still read the sources?"]
for path in sorted(glob.glob(os.path.join(ROOT, "src", "**", "*.[ch]"), recursive=True)):
    text = open(path, encoding="utf-8").read()
    short = os.path.relpath(path, ROOT)
    if short in DRIVER:
        continue
    macros = {name: "".join(('"', "".join(p[1:-1] for p in re.findall(LITERAL, value)), '"'))
              for name, value in re.findall(rf"^#define (\w+)\s+((?:{LITERAL}\s*)+)$", text, re.M)}
    if short != "src/store/store.h" and re.search(r"\(Sql\)\s*\{|\bSql \w+ = \{", text):
        faults.append(f"{short}: a statement is written as SQL(\"…\")")
    for found in re.finditer(r"\bSQL\(((?:[^()\"]|\"(?:[^\"\\]|\\.)*\")*)\)", text):
        if re.search(r"#define\s+$", text[:found.start()]):
            continue
        at = f"{short}:{text[:found.start()].count(chr(10)) + 1}"
        sql = spelled(found.group(1), macros)
        if sql is None:
            faults.append(f"{at}: SQL(…) holds strings, and macros of its own file that are strings: {found.group(1)[:60]}")
            continue
        faults += [f"{at}: {pattern!r}: {instead}: {sql[:80]}" for pattern, instead in BANNED if re.search(pattern, sql, re.I)]
        named = set(re.findall(r"(?i)\b(?:FROM|JOIN|INTO|UPDATE|,)\s+(\w+)", sql)) & set(known)
        faults += [f"{at}: {table} is read through its doors in {owner}" for table, owner in DOORS
                   if table in named and not short.startswith(owner)]
        written = set(re.findall(r"(?i)\b(?:INSERT INTO|UPDATE|DELETE FROM)\s+(\w+)", sql)) & set(known)
        faults += [f"{at}: {table} is state: an act records it, the applier writes it" for table in sorted(written & state)]
        faults += [f"{at}: {table} is written in {known[table][1]} alone" for table in sorted(written - state)
                   if not short.startswith(known[table][1])]
        if any(known[t][0] not in ("REFERENCE", "LEDGER") for t in named) and not re.search(r"\bregion\b", sql):
            faults.append(f"{at}: a statement on a region's table says region = $n: {sql[:80]}")
    calls = len(re.findall(r"\bSQL\(", re.sub(r"/\*.*?\*/|#define\s+SQL\(", "", text, flags=re.S)))
    if calls != len(re.findall(r"\bSQL\(((?:[^()\"]|\"(?:[^\"\\]|\\.)*\")*)\)", re.sub(r"/\*.*?\*/|#define\s+SQL\(", "", text, flags=re.S))):
        faults.append(f"{short}: a statement that this script cannot read")
print("\n".join(faults))
sys.exit(1 if faults else 0)
