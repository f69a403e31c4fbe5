# SPDX-License-Identifier: Apache-2.0
"""Names are for ever: the ledger of every release that was frozen (tests/server/freeze.py) folds into today's tables, the store
keeps the laws, and what was done then can be gone on with."""
import glob
import gzip
import hashlib
import json
import os
import re
import sqlite3
import subprocess
import sys
import unittest

import gw

FROZEN = sorted(glob.glob(os.path.join(gw.ROOT, "tests", "data", "ledger-*.ndjson.gz")))
SEQ = (1 << 33) - 1


class Migration(unittest.TestCase):
    def thaw(self, entries):
        """A store that holds these entries and nothing else, as one that was copied from the release would; not yet folded."""
        folder = gw.Folder()
        self.addCleanup(folder.close)
        gw.run("init", "--store", folder.store)
        db = sqlite3.connect(folder.store)
        for table in ("ledger", "ledger_head", "ledger_keys"):
            db.execute(f"DELETE FROM {table}")
        heads = {}
        for e in entries:
            db.execute("INSERT INTO ledger VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                       ((e["region"] << 33) + e["no"], e["region"], e["no"], e["at"], e["actor"], e["seat"], e["for"], e["verb"], e["on_table"],
                        e["on_id"], e["v"], e["key"], e["body"], bytes.fromhex(e["hash"])))
            head = heads.setdefault(e["region"], {"seq": 0, "epoch": 0, "chain": bytes(32)})
            body = json.loads(e["body"])
            head.update(no=e["no"], at=e["at"], chain=hashlib.sha256(head["chain"] + bytes.fromhex(e["hash"])).digest())
            head["epoch"] += body.get("epoch", False)
            head["seq"] = max([head["seq"]] + [row[2] & SEQ for row in body["rows"] if row[2] >> 33 == e["region"]])
        for region, h in heads.items():
            db.execute("INSERT INTO ledger_head (region, no, seq, at, epoch, chain) VALUES (?, ?, ?, ?, ?, ?)",
                       (region, h["no"], h["seq"], h["at"], h["epoch"], h["chain"]))
        db.commit()
        db.close()
        os.remove(folder.store + ".head")  # of the entries that stood there before
        return folder

    def test_the_frozen_ledger_of_each_release_folds_into_todays_tables(self):
        self.assertTrue(FROZEN)
        for path in FROZEN:
            with self.subTest(ledger=os.path.basename(path)):
                with gzip.open(path, "rt", encoding="utf-8") as text:
                    lines = text.read()
                entries = [json.loads(line) for line in lines.splitlines()]
                folder = self.thaw(entries)
                before = gw.run("check", "--store", folder.store, check=False)
                self.assertEqual(before.returncode, 1, "nothing was folded yet, and check says so")
                said = gw.run("rebuild", "--store", folder.store).stdout
                changes = sum(len(json.loads(e["body"])["rows"]) for e in entries)
                self.assertEqual([int(n) for n in re.findall(r"\d+", said)], [len(entries), changes])
                done = gw.run("check", "--store", folder.store, check=False)
                self.assertEqual((done.returncode, done.stdout.splitlines()[-1]), (0, f"ok: {len(entries)} entries, {changes} rows"), done.stdout)
                export = folder.file("frozen.ndjson", lines)
                fold = subprocess.run([sys.executable, gw.ROOT + "/tests/server/fold.py", export, folder.store], text=True, stdout=subprocess.PIPE)
                self.assertEqual(fold.returncode, 0, fold.stdout)
                self.assertEqual(gw.run("export", "ledger", "--store", folder.store).stdout, lines, "not a byte of it has changed")
                self.goes_on(folder)

    def goes_on(self, folder):
        """A release reads what an older one wrote, and people go on with it."""
        with sqlite3.connect(f"file:{folder.store}?mode=ro", uri=True) as db:
            states = dict(db.execute("SELECT state, count(*) FROM cases GROUP BY state"))
            chief = next(iter(db.execute("SELECT anchor.code FROM seats JOIN area_spans AS anchor ON anchor.area = seats.area "
                                         "WHERE role = 'region_deputy' OR role = 'grid_chief'")))[0]
        self.assertTrue({"reported", "submitted", "attending", "assessing", "void"} <= set(states), states)
        gw.run("user", "add", "later", "--seat", f"responsible_officer@{chief}", "--password", "Thawed-ledger-1", "--store", folder.store)
        server = gw.Server(folder.store, now="2030-01-02T09:00:00+08:00")
        self.addCleanup(server.stop)
        who = server.sign_in("later", "Thawed-ledger-1")
        cases = who.get("/api/v1/cases", limit=200).json["items"]
        self.assertEqual(len(cases), sum(states.values()), "who minds the office sees them all")
        for case in cases:
            history = who.get(f"/api/v1/cases/{case['id']}/ledger").json["items"]
            self.assertGreaterEqual(len(history), 1)
            self.assertEqual(who.get(f"/api/v1/cases/{case['id']}/moves").status, 200)
        new = who.file((109.06, 34.32), {"category": "21", "description": "多年以后"})
        self.assertEqual(new.status, 201, new.text)


if __name__ == "__main__":
    unittest.main()
