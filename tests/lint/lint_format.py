#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every C file stands as .clang-format says (`make fmt` mends it)."""
import glob
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
files = [p for folder in ("src", "tests", "bench") for p in sorted(glob.glob(os.path.join(ROOT, folder, "**", "*.[ch]"), recursive=True))]
done = subprocess.run(["clang-format", "--dry-run", "--Werror", "--ferror-limit=1", *files], cwd=ROOT, text=True,
                      stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
print(done.stdout[:4000], end="")
sys.exit(done.returncode)
