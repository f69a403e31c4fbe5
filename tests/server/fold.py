# SPDX-License-Identifier: Apache-2.0
"""An outsider folds an exported ledger: written from docs/ledger.md alone, sharing no code with the server.

usage: fold.py EXPORT.ndjson STORE   compares every state table of the store with the fold; prints faults, exit 1 on any.
"""
import base64
import hashlib
import json
import sqlite3
import struct
import sys

HEADER = ("region", "no", "at", "actor", "seat", "for", "verb", "on_table", "on_id", "v", "key")


def header_field(value):
    if value is None:
        return b"\xff\xff\xff\xff"
    data = str(value).encode()
    return struct.pack(">I", len(data)) + data


def entry_hash(entry):
    header = b"".join(header_field(entry[name]) for name in HEADER)
    return hashlib.sha256(b"\x00" + header + entry["body"].encode()).digest()


class Fold:
    def __init__(self):
        self.tables, self.chains, self.last, self.faults = {}, {}, {}, []
        self.entries = 0

    def take(self, entry):
        region, no = entry["region"], entry["no"]
        self.entries += 1
        if no != self.last.get(region, 0) + 1:
            self.faults.append(f"region {region}: entry {no} follows {self.last.get(region, 0)}")
        self.last[region] = no
        digest = entry_hash(entry)
        if digest.hex() != entry["hash"]:
            self.faults.append(f"entry {region}/{no} is not what was hashed")
        self.chains[region] = hashlib.sha256(self.chains.get(region, bytes(32)) + digest).digest()
        for table, op, row_id, prev, columns in json.loads(entry["body"])["rows"]:
            self.change(self.tables.setdefault(table, {}), table, op, row_id, prev, columns, region, no)

    def change(self, rows, table, op, row_id, prev, columns, region, no):
        old = rows.get(row_id)
        if op == "put":
            if old is not None or prev != 0:
                self.faults.append(f"entry {region}/{no}: {table} {row_id} is put twice")
            rows[row_id] = dict(columns, id=row_id, region=region, entry=no)
        elif old is None or old["entry"] != prev:
            self.faults.append(f"entry {region}/{no}: {table} {row_id} does not follow entry {prev}")
        elif op == "set":
            old.update(columns, entry=no)
        else:
            del rows[row_id]


def compare(fold, db):
    """Every row and column of the live tables; absent columns of a put are the defaults of the schema."""
    db.row_factory = sqlite3.Row
    listed = [r[0] for r in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    for table in set(fold.tables) - set(listed):
        fold.faults.append(f"the store has no table {table}")
    for table in listed:
        described = db.execute(f"PRAGMA table_info({table})").fetchall()
        names = [c["name"] for c in described]
        if names[:3] != ["id", "region", "entry"]:
            continue  # not a state table
        defaults = {c["name"]: None if c["dflt_value"] is None else c["dflt_value"].strip("'") for c in described}
        folded = fold.tables.get(table, {})
        seen = set()
        for live in db.execute(f"SELECT * FROM {table}"):
            seen.add(live["id"])
            compare_row(fold, table, live, folded.get(live["id"]), names, defaults)
        for row_id in set(folded) - seen:
            fold.faults.append(f"{table} {row_id} is missing in the store")


def compare_row(fold, table, live, row, names, defaults):
    if row is None:
        fold.faults.append(f"{table} {live['id']} is not in the ledger")
        return
    for name in names:
        want = row.get(name, defaults[name] if name not in row else None)
        have = live[name]
        if isinstance(have, bytes):
            have = base64.b64encode(have).decode()
        if isinstance(have, int) and isinstance(want, str):
            want = int(want)
        if want != have:
            fold.faults.append(f"{table} {live['id']}.{name}: the ledger says {want!r}, the store {have!r}")
            return


def main(export, store):
    fold = Fold()
    with open(export, encoding="utf-8") as lines:
        for line in lines:
            fold.take(json.loads(line))
    db = sqlite3.connect(f"file:{store}?mode=ro", uri=True)
    for region, no, chain in db.execute("SELECT region, no, chain FROM ledger_head").fetchall():
        if fold.last.get(region, 0) != no or (no and fold.chains[region] != chain):
            fold.faults.append(f"region {region}: the head is not the end of the chain")
    compare(fold, db)
    for fault in fold.faults[:20]:
        print(fault)
    print(f"{fold.entries} entries, {sum(map(len, fold.tables.values()))} rows, {len(fold.faults)} faults")
    return 1 if fold.faults else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
