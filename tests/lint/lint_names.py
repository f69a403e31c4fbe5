#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""One thing, one name: a file name and a type name stand once in src/ (a .c file and its .h are one file), and names that files once had
stand in docs/decisions.md alone."""
import collections
import glob
import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

RETIRED = {  # folder → names that files of it once had
    "base": "due limit order",
    "store": "engine gather vault vault_tidy",
    "def": "code def publish seed shape",
    "grid": "blind check feature ground inside lead look settle sheet sight tree view who",
    "subject": "act follow inside marks rules unseen uscc",
    "work": "book clock enter file inside like move offer permit seen sights stand tell tick verify work",
    "web": "describe",
    "main": "bench describe house house_fact house_heads house_syslog keep kinds load serve upkeep user",
}


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


def retired():
    """Lines of prose, code and tests that name a file as it was once called: with its folder, or bare when no file bears the name today."""
    today = {os.path.basename(p)[:-2] for p in glob.glob(os.path.join(ROOT, "**", "*.[ch]"), recursive=True)}
    folders = "|".join(rf"{folder}/(?:{names.replace(' ', '|')})" for folder, names in RETIRED.items())
    bare = "|".join(sorted({n for names in RETIRED.values() for n in names.split()} - today))
    old = re.compile(rf"(?<![\w/])(?:{folders})\.[ch]\b|(?<![\w/.])(?:{bare})\.[ch]\b")
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, text=True, capture_output=True, check=True).stdout.split("\n")
    for path in listed:
        if not re.search(r"\.(c|h|md|py|mjs|ts|vue|sh|build)$", path) or path in ("docs/decisions.md", "tests/lint/lint_names.py"):
            continue
        if not os.path.exists(os.path.join(ROOT, path)):
            continue
        with open(os.path.join(ROOT, path), encoding="utf-8") as text:
            for number, line in enumerate(text, 1):
                if found := old.search(line):
                    yield f"{path}:{number}: {found.group()} is called otherwise now"


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
    faults += retired()
    print("\n".join(faults), end="\n" if faults else "")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
