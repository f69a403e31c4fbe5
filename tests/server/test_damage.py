# SPDX-License-Identifier: Apache-2.0
"""What a damaged store is told: it is refused or each fault is named, in a line, and nothing breaks."""
import os
import sqlite3
import unittest

import gw


class Damage(unittest.TestCase):
    def setUp(self):
        self.folder = gw.Folder()
        self.addCleanup(self.folder.close)
        self.store = gw.demo_store(self.folder)

    def alter(self, *statements):
        db = sqlite3.connect(self.store)
        for text in statements:
            db.execute(text)
        db.commit()
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        db.close()

    def check(self):
        done = gw.run("check", "--store", self.store, check=False)
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        return done

    def test_what_is_no_store_is_refused_and_stays_as_it_is(self):
        foreign = os.path.join(self.folder.path, "other.db")
        db = sqlite3.connect(foreign)
        db.execute("CREATE TABLE letters (text TEXT)")
        db.commit()
        db.close()
        empty = self.folder.file("empty.db", b"")
        for path in (foreign, empty):
            for command in (("check",), ("rebuild",), ("export", "ledger"), ("serve", "--listen", "127.0.0.1:0")):
                done = gw.run(*command, "--store", path, check=False)
                self.assertEqual((done.returncode, done.stdout), (1, ""))
                self.assertEqual(done.stderr, f"gridward: {path} is no store of gridward, or what was in it is gone\n")
        db = sqlite3.connect(foreign)
        self.assertEqual([r[0] for r in db.execute("SELECT name FROM sqlite_master")], ["letters"])
        db.close()

    def test_pages_that_cannot_be_read_are_no_crash(self):
        db = sqlite3.connect(self.store)
        size, = db.execute("PRAGMA page_size").fetchone()
        root, = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'ledger'").fetchone()
        db.close()
        with open(self.store, "r+b") as file:
            file.seek((root - 1) * size)
            file.write(b"\0" * size)
        for command in (("check",), ("rebuild",), ("export", "ledger")):
            done = gw.run(*command, "--store", self.store, check=False)
            self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
            self.assertIn("gridward: The store failed", done.stderr)

    def test_a_file_that_was_cut_is_no_crash(self):
        size = os.path.getsize(self.store)
        for left in (size - 4096, size // 2, 5000, 100):
            os.truncate(self.store, left)
            self.check()

    def test_keys_that_are_gone_are_found_and_come_back(self):
        server = gw.Server(self.store, now="2026-11-23T09:00:00+08:00")
        member = server.sign_in("member")
        first = member.file((109.06, 34.32), {"category": "21", "description": "疏散通道"}, key="once")
        server.stop()
        self.alter("DELETE FROM ledger_keys WHERE key = 'once'")
        self.assertEqual(self.check().stdout, "keys: the index of keys is not what the ledger says; gridward rebuild mends it\n")
        gw.run("rebuild", "--store", self.store)
        gw.run("check", "--store", self.store)
        server = gw.Server(self.store, now="2026-11-23T09:00:00+08:00")
        self.addCleanup(server.stop)
        again = server.sign_in("member").file((109.06, 34.32), {"category": "21", "description": "疏散通道"}, key="once")
        self.assertEqual((again.status, again.json["id"]), (200, first.json["id"]))

    def test_an_id_that_would_be_given_twice_is_found(self):
        self.alter("UPDATE ledger_head SET seq = 5 WHERE region = 1")
        self.assertIn("chain: region 1 gave ids up to 5, areas has ", self.check().stdout)


if __name__ == "__main__":
    unittest.main()
