#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every C file stands as .clang-format says (`make fmt` mends it)."""
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
files = subprocess.run(["git", "ls-files", "*.c", "*.h"], cwd=ROOT, text=True, stdout=subprocess.PIPE, check=True).stdout.split()
done = subprocess.run(["clang-format", "--dry-run", "--Werror", "--ferror-limit=1", *files], cwd=ROOT, text=True,
                      stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
print(done.stdout[:4000], end="")
sys.exit(done.returncode)
