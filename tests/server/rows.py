# SPDX-License-Identifier: Apache-2.0
"""Files of subjects of any length, on the demo's ground: its own 15,000 places, each used again under other codes and names."""
import csv
import gzip
import io
import os

import gw

DEMO = os.path.join(gw.ROOT, "defs", "demo", "subjects.csv.gz")


def subjects(count):
    """The lines of a file, the names of the columns first; codes are Z0000001, Z0000002 and so on."""
    with gzip.open(DEMO, "rt", encoding="utf-8", newline="") as text:
        rows = list(csv.reader(line for line in text if not line.startswith("#")))
    head, rows = rows[0], rows[1:]
    at = {name: i for i, name in enumerate(head)}
    made = [head]
    for i in range(count):
        row = list(rows[i % len(rows)])
        row[at["code"]] = f"Z{i + 1:07}"
        row[at["name"]] += f"({i // len(rows) + 2}部)"
        row[at["uscc"]], row[at["uscc_reason"]] = "", "place"
        made.append(row)
    return made


def text(rows):
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()
