# SPDX-License-Identifier: Apache-2.0
"""An outsider folds the exported ledger and gets the same tables; and notices what was tampered with."""
import sqlite3
import subprocess
import sys
import unittest

import gw

# The engine's own, and what idle turns of a server write again after a rebuild.
IDLE = ("sqlite_", "fulltext", "case_texts", "map_days")


class Fold(unittest.TestCase):
    def setUp(self):
        self.folder = gw.Folder()
        self.addCleanup(self.folder.close)
        self.store = gw.demo_store(self.folder)
        server = gw.Server(self.store, now="2026-11-23T09:00:00+08:00")
        member, officer = server.sign_in("member"), server.sign_in("officer")
        case = member.file((109.06, 34.32), {"category": "21", "description": "疏散通道"}).json
        officer.move(case, "inform", {"grade": "general", "deadline": "2026-12-04"})
        member.clock("2026-11-26T09:00:00+08:00")
        server.stop()

    def fold(self):
        export = self.folder.file("export.ndjson", gw.run("export", "ledger", "--store", self.store).stdout)
        return subprocess.run([sys.executable, gw.ROOT + "/tests/server/fold.py", export, self.store], text=True, stdout=subprocess.PIPE)

    def test_the_fold_of_an_outsider_is_the_store(self):
        done = self.fold()
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertRegex(done.stdout.splitlines()[-1], r"^\d{2,} entries, \d{5,} rows, 0 faults$")

    def test_rebuild_gives_the_same_store(self):
        before = self.dump()
        gw.run("rebuild", "--store", self.store)
        self.assertEqual(self.dump(), before)
        self.assertEqual(self.fold().returncode, 0)

    def test_what_was_tampered_with_is_named_by_both(self):
        db = sqlite3.connect(self.store)
        db.execute("UPDATE cases SET due = due + 1")
        db.commit()
        db.close()
        self.assertIn("cases", self.fold().stdout)
        done = gw.run("check", "--store", self.store, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("cases", done.stdout)

    def dump(self):
        db = sqlite3.connect(f"file:{self.store}?mode=ro", uri=True)
        tables = [r[0] for r in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        return {t: sorted(map(repr, db.execute(f"SELECT * FROM {t}"))) for t in tables if not t.startswith(IDLE)}


if __name__ == "__main__":
    unittest.main()
