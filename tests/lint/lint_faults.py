#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Each fault that a definition of a flow can have is shown by a pair in tests/def/golden: a file, and the sentences that are
said of it, in both languages, as FILE:LINE:COL: code: sentence."""
import glob
import os
import re
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
GOLDEN = os.path.join(ROOT, "tests", "def", "golden")
ELSEWHERE = {  # faults that no flow can have, and what shows them
    "bad-code": "code lists: tests/def/test_code.c", "attribute": "code lists: tests/def/test_code.c",
    "steps": "at run time: tests/store/test_expr.c", "result": "at run time: tests/store/test_expr.c"}


def read(*path):
    with open(os.path.join(ROOT, *path), encoding="utf-8") as text:
        return text.read()


codes = {m: "src/case/flow_fault.h" for m in re.findall(r'X\(FAULT_\w+, "([\w-]+)"', read("src", "case", "flow_fault.h"))}
for path in sorted(glob.glob(os.path.join(ROOT, "src", "def", "*.c"))):
    short = os.path.relpath(path, ROOT)
    codes.update({m: short for m in re.findall(r'const Err \w+ =\s*FAULT\(\s*"([\w-]+)"', read(short))})
codes.update({m: "src/store/expr.c" for m in re.findall(r'ERROR\(ERR_INVALID, "([\w-]+)"', read("src", "store", "expr.c"))})
codes.update({m: "src/base/time_limit.c" for m in re.findall(r'\.code = "([\w-]+)"', read("src", "base", "time_limit.c"))})
faults, shown = [], set()
if len(codes) < 60:
    faults.append(f"only {len(codes)} codes of faults were found: does this script still read the sources?")
for path in sorted(glob.glob(os.path.join(GOLDEN, "*.yaml"))):
    name = os.path.basename(path)
    if not os.path.exists(path[:-5] + ".err"):
        faults.append(f"{name}: nothing says what is said of it")
        continue
    lines = read("tests", "def", "golden", name[:-5] + ".err").splitlines()
    for line in lines:
        said = re.fullmatch(re.escape(name) + r":[1-9]\d*:[1-9]\d*: ([a-z-]+): \S.*", line)
        if said:
            shown.add(said.group(1))
        else:
            faults.append(f"{name[:-5]}.err: no FILE:LINE:COL: code: sentence: {line}")
    if not lines or len(lines) % 2 or not re.search("[\u4e00-\u9fff]", "".join(lines[:len(lines) // 2])):
        faults.append(f"{name[:-5]}.err: as many sentences in Chinese, first, as in English are expected")
for path in glob.glob(os.path.join(GOLDEN, "*.err")):
    if not os.path.exists(path[:-4] + ".yaml"):
        faults.append(f"{os.path.basename(path)}: its definition is missing")
faults += [f"{where}: no pair in tests/def/golden shows the fault {code}" for code, where in sorted(codes.items())
           if code not in shown and code not in ELSEWHERE]
faults += [f"a pair shows {code}, which is none" for code in sorted(shown - set(codes))]
faults += [f"{code} need not be left out: a pair shows it" for code in sorted(set(ELSEWHERE) & shown)]
print("\n".join(faults))
sys.exit(1 if faults else 0)
