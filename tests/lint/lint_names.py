#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""One thing, one name: a file name and a type name stand once in src/. A .c file and its .h are one file; meson.build is no name of ours."""
import collections
import glob
import os
import re
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def bare(text):
    return re.sub(r'"(?:[^"\\\n]|\\.)*"|/\*.*?\*/', "", text, flags=re.S)


def types(text):
    """The names that a file's typedefs give; a typedef that only names a struct of another file again gives none."""
    text = bare(text)
    for found in re.finditer(r"\btypedef\s+(struct|union|enum)\b\s*(\w*)\s*(\{)?", text):
        if not found.group(3):
            continue
        depth, at = 1, found.end()
        while depth:
            depth += {"{": 1, "}": -1}.get(text[at], 0)
            at += 1
        yield re.match(r"\s*(\w+)", text[at:]).group(1)
    for found in re.finditer(r"^struct\s+(\w+)\s*\{", text, re.M):
        yield found.group(1)


def main():
    files, named = collections.defaultdict(set), collections.defaultdict(set)
    for path in sorted(glob.glob(os.path.join(ROOT, "src", "*", "*.[ch]"))):
        short = os.path.relpath(path, ROOT)
        files[os.path.basename(path)[:-2]].add(short[:-2])
        with open(path, encoding="utf-8") as text:
            for name in types(text.read()):
                named[name].add(short)
    faults = [f"{' and '.join(sorted(where))}: a file name stands once" for where in files.values() if len(where) > 1]
    faults += [f"{' and '.join(sorted(where))}: the type {name} stands once" for name, where in sorted(named.items()) if len(where) > 1]
    print("\n".join(faults), end="\n" if faults else "")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
