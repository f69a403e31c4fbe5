#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every error that src/ shows to others is in the catalogue of src/web/errors.c, so that `gridward describe errors` leaves
none out, and the catalogue names none twice."""
import glob
import os
import re
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
NO_ERROR = {"CALL_SENT"}  # a sign between handlers and the life of a request, never an answer


def bare(*path):
    text = open(os.path.join(ROOT, *path), encoding="utf-8").read()
    return re.sub(r"/\*.*?\*/", "", text, flags=re.S)


listed = re.findall(r"&([A-Z][A-Z0-9_]+)", bare("src", "web", "errors.c"))
faults = [f"src/web/errors.c: {name} stands there twice" for name in sorted(set(listed)) if listed.count(name) > 1]
for path in sorted(glob.glob(os.path.join(ROOT, "src", "*", "*.c"))):
    short = os.path.relpath(path, ROOT)
    if short.startswith("src/app/"):
        continue  # above web: what only the command line says
    faults += [f"{short}: {name} is missing in src/web/errors.c" for name in re.findall(r"^(?:const\s+Err|Err\s+const)\s+(\w+)\s*=", bare(short), re.M)
               if name not in listed and name not in NO_ERROR]
print("\n".join(faults))
sys.exit(1 if faults else 0)
