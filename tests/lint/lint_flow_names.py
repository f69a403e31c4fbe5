#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""C knows no flow by name: what the shipped definitions call themselves, their states and their moves stands in no
string of src/."""
import glob
import os
import re
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
# Words that a flow shares with C, HTTP, SQL, the acts of authority or the moves that are built in.
COMMON = {"serve", "result", "file", "urgent", "closed", "void", "sign", "submit", "object", "pass", "fail", "drop", "take", "return",
          "merge", "hand", "done", "open", "note", "reason", "extend", "refuse", "call", "major", "inform"}
names = set()
for path in glob.glob(os.path.join(ROOT, "defs", "flows", "*.yaml")):
    text = open(path, encoding="utf-8").read()
    names.update(re.findall(r"^flow: *(\S+)", text, re.M))
    for section in ("states", "moves"):
        block = re.search(rf"^{section}:[^\n]*\n((?:[ #][^\n]*\n|\n)*)", text, re.M)
        names.update(re.findall(r"^  (\w+):", block.group(1), re.M) if block else [])
faults = []
for path in glob.glob(os.path.join(ROOT, "src", "**", "*.[ch]"), recursive=True):
    text = re.sub(r"/\*.*?\*/", "", open(path, encoding="utf-8").read(), flags=re.S)
    for literal in re.findall(r'"((?:[^"\\\n]|\\.)*)"', text):
        if literal in names - COMMON:
            faults.append(f'{os.path.relpath(path, ROOT)}: "{literal}" is a flow\'s, a state\'s or a move\'s name')
print("\n".join(faults))
sys.exit(1 if faults else 0)
