#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every error that a header of src/ names is in the catalogue of src/web/errors.c, so that `gridward describe errors`
leaves none out, and the catalogue names none twice."""
import glob
import os
import re
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
text = open(os.path.join(ROOT, "src", "web", "errors.c"), encoding="utf-8").read()
listed = re.findall(r"&([A-Z][A-Z0-9_]+)", text)
faults = [f"src/web/errors.c: {name} stands there twice" for name in sorted(set(listed)) if listed.count(name) > 1]
for path in sorted(glob.glob(os.path.join(ROOT, "src", "*", "*.h"))):
    short = os.path.relpath(path, ROOT)
    if short.startswith("src/main/"):
        continue  # above web: what only the command line says
    header = re.sub(r"/\*.*?\*/", "", open(path, encoding="utf-8").read(), flags=re.S)
    for block in re.findall(r"extern const Err\s+([^;]*);", header):
        for name in re.findall(r"(?<![*\w])([A-Z][A-Z0-9_]+)\b(?!\s*\[)", block):
            if name not in listed and name != "CALL_SENT":
                faults.append(f"{short}: {name} is missing in src/web/errors.c")
print("\n".join(faults))
sys.exit(1 if faults else 0)
