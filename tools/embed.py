#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compiles files into the binary: an assembly of .incbin lines and a C table of path and text.

usage: embed.py OUT.c OUT.S TABLE ROOT PATTERN…   TABLE names the C array; paths are relative to ROOT
"""
import glob
import hashlib
import os
import sys


def write(path, text):
    """Only what has changed is written, so that a build with nothing to do does nothing."""
    if os.path.exists(path) and open(path, encoding="utf-8").read() == text:
        return
    with open(path, "w", encoding="utf-8") as out:
        out.write(text)


def main(out_c, out_s, table, root, *patterns):
    paths = sorted({p for pattern in patterns for p in glob.glob(os.path.join(root, pattern), recursive=True) if os.path.isfile(p)})
    s = ["    .section .rodata\n"]
    for i, path in enumerate(paths):
        digest = hashlib.sha256(open(path, "rb").read()).hexdigest()  # the assembler's inputs are not in any depfile
        s.append(f'/* {digest} */\n    .balign 16\n{table}_{i}:\n    .incbin "{os.path.abspath(path)}"\n{table}_{i}_end:\n    .byte 0\n'
                 f"    .globl {table}_{i}, {table}_{i}_end\n    .hidden {table}_{i}, {table}_{i}_end\n")
    s.append('    .section .note.GNU-stack,"",@progbits\n')
    c = ['#include "def/embedded.h"\n']
    c += [f"extern const char {table}_{i}[], {table}_{i}_end[];\n" for i in range(len(paths))]
    c.append(f"const SeedFile {table}[] = {{\n")
    c += [f'    {{"{os.path.relpath(path, root)}", {table}_{i}, {table}_{i}_end}},\n' for i, path in enumerate(paths)]
    c.append(f"    {{NULL, NULL, NULL}}}};\nconst size_t {table}_count = {len(paths)};\n")
    write(out_c, "".join(c))
    write(out_s, "".join(s))


if __name__ == "__main__":
    main(*sys.argv[1:])
