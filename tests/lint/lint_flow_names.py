#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""C knows no flow by name: what the shipped definitions call themselves, their states, moves, terms and choices stands in no
string of src/, neither whole, nor between quotes in SQL or in an expression, nor as a part of a path or a dotted name."""
import glob
import os
import re
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
# Words that a flow shares with C, HTTP, SQL, kinds of files, subjects and their proposals, the acts of authority, the figures of the map
# or the moves that are built in.
COMMON = {"serve", "result", "file", "urgent", "closed", "void", "sign", "submit", "object", "pass", "fail", "drop", "take", "return",
          "merge", "hand", "done", "open", "note", "reason", "extend", "refuse", "call", "major", "inform",
          "area", "department", "suspected", "photo", "paused", "accept"}
STRING = r'"(?:[^"\\\n]|\\.)*"'


def names_of(text):
    names = set(re.findall(r"^flow: *(\S+)", text, re.M))
    for section in ("states", "moves", "terms"):
        block = re.search(rf"^{section}:[^\n]*\n((?:[ #][^\n]*\n|\n)*)", text, re.M)
        names.update(re.findall(r"^  (\w+):", block.group(1), re.M) if block else [])
    for block in re.findall(r"^    of:\n((?:      [^\n]*\n)+)", text, re.M):
        names.update(re.findall(r"^      (\w+):", block, re.M))
    return names


def literals_of(text):
    """Each string with its line, those that stand side by side as the one that the compiler makes of them."""
    text = re.sub(r"^\s*#\s*include[^\n]*", "", text, flags=re.M)
    text = re.sub(STRING + r"|//[^\n]*|/\*.*?\*/", lambda m: m.group() if m.group()[0] == '"' else re.sub(r"[^\n]", " ", m.group()),
                  text, flags=re.S)
    for found in re.finditer(rf"{STRING}(?:\s*{STRING})*", text):
        whole = "".join(part[1:-1] for part in re.findall(STRING, found.group()))
        yield text[:found.start()].count("\n") + 1, whole.replace('\\"', '"').replace("\\n", " ")


names = set()
for path in glob.glob(os.path.join(ROOT, "defs", "flows", "*.yaml")):
    names |= names_of(open(path, encoding="utf-8").read())
names -= COMMON
faults = [] if len(names) > 40 else [f"only {len(names)} names were found: does this script still read the definitions?"]
for path in sorted(glob.glob(os.path.join(ROOT, "src", "**", "*.[ch]"), recursive=True)):
    for line, literal in literals_of(open(path, encoding="utf-8").read()):
        said = set(re.findall(r"['\"](\w+)['\"]", literal))
        if " " not in literal:
            said.update(re.split(r"[^\w-]+", literal))
        for name in sorted(said & names):
            faults.append(f'{os.path.relpath(path, ROOT)}:{line}: "{name}" is a flow\'s, a state\'s, a move\'s, a term\'s or a choice\'s name')
print("\n".join(faults))
sys.exit(1 if faults else 0)
