# SPDX-License-Identifier: Apache-2.0
"""What a damaged store is told: it is refused or each fault is named, in a line, and nothing breaks; nor is it said to be well."""
import os
import random
import re
import shutil
import socket
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
            self.assertIn("The store failed", done.stdout + done.stderr)

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

    def test_a_case_that_cannot_be_read_is_an_error_and_no_empty_object(self):
        server = gw.Server(self.store, now="2026-11-23T09:00:00+08:00")
        self.addCleanup(server.stop)
        member = server.sign_in("member")
        case = member.file((109.06, 34.32), {"category": "21", "description": "疏散通道"}).json["id"]
        self.alter(f"UPDATE cases SET fields = '{{' WHERE id = {case}")
        member.file((109.06, 34.32), {"category": "21", "description": "后来的"})  # readers look anew behind it
        for path in (f"/api/v1/cases/{case}", "/api/v1/cases?filed=me", "/api/v1/cases?q=%E7%96%8F%E6%95%A3"):
            answer = member.get(path)
            self.assertEqual((answer.status, answer.json["code"]), (500, "store"), path)
        self.assertEqual(server.said().count("code=store"), 3, server.said())

    def test_an_id_that_would_be_given_twice_is_found(self):
        self.alter("UPDATE ledger_head SET seq = 5 WHERE region = 1")
        self.assertIn("chain: region 1 gave ids up to 5, areas has ", self.check().stdout)

    # ---- the engine's own pages ----

    def index_cells(self):
        """Where the entries of a leaf page of an index lie in the store's file, as (from, to)."""
        db = sqlite3.connect(self.store)
        size, = db.execute("PRAGMA page_size").fetchone()
        page, = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'subjects_1'").fetchone()
        db.close()
        with open(self.store, "rb") as file:
            while True:
                file.seek((page - 1) * size)
                data = file.read(size)
                places = [int.from_bytes(data[at:at + 2], "big") for at in range(8, 8 + 2 * int.from_bytes(data[3:5], "big"), 2)]
                if data[0] == 10:  # a leaf; above it stand pages of kind 2, which name their children
                    return [((page - 1) * size + at, (page - 1) * size + at + 1 + data[at]) for at in places if data[at] < 128]
                self.assertEqual(data[0], 2)
                page = int.from_bytes(data[8:12], "big")

    def test_a_single_bit_of_an_index_is_found(self):
        cells = self.index_cells()
        chance = random.Random(20261129)
        for _ in range(8):
            place, bit = chance.randrange(*chance.choice(cells)), 1 << chance.randrange(8)
            self.flip(place, bit)
            done = self.check()
            self.assertRegex(done.stdout + done.stderr, r"(?m)^store: |^gridward: The store failed", f"bit {bit} of byte {place}")
            self.flip(place, bit)
        gw.run("check", "--store", self.store)

    def flip(self, place, bit):
        with open(self.store, "r+b") as file:
            file.seek(place)
            byte, = file.read(1)
            file.seek(place)
            file.write(bytes((byte ^ bit,)))

    # ---- what was acknowledged and is gone ----

    def refused(self, *command):
        done = gw.run(*command, "--store", self.store, check=False)
        self.assertEqual((done.returncode, done.stdout), (1, ""), done.stdout + done.stderr)
        return done.stderr

    def serve_refuses(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:  # a store that it takes ends it, too, with 2
            return self.refused("serve", "--listen", f"127.0.0.1:{taken.getsockname()[1]}")

    def killed(self):
        """A store whose server was killed behind acts that its witness knows of; how much of the write-ahead log holds them."""
        server = gw.Server(self.store, now="2026-11-23T09:00:00+08:00")
        member = server.sign_in("member")
        for i in range(5):
            self.assertEqual(member.file((109.06, 34.32), {"category": "21", "description": f"{i}"}).status, 201)
        size = os.path.getsize(self.store + "-wal")
        member.clock("2026-11-23T09:01:00+08:00")
        server.kill()
        return size

    def put_back(self, kept):
        for end in ("", "-wal", "-shm", ".head"):
            if os.path.exists(kept + end):
                shutil.copy(kept + end, self.store + end)

    def test_a_write_ahead_log_that_was_cut_is_found_and_stays_so_until_a_person_accepts_it(self):
        size = self.killed()
        kept = os.path.join(self.folder.path, "kept.db")
        for end in ("", "-wal", "-shm", ".head"):
            shutil.copy(self.store + end, kept + end)
        gw.run("check", "--store", self.store)
        chance = random.Random(20261130)
        for cut in [0, size - 1] + [chance.randrange(size) for _ in range(23)]:
            self.put_back(kept)
            os.truncate(self.store + "-wal", cut)
            said = self.serve_refuses()
            heads = re.search(r"Region 1: the store's head is (\d+) [0-9a-f]{64}, but \S+\.head has witnessed (\d+) [0-9a-f]{64} \(2026-11-23T09:01:00\+08:00\)", said)
            self.assertTrue(heads, f"cut at {cut} of {size}: {said}")
            self.assertLess(int(heads.group(1)), int(heads.group(2)))
        self.assertRegex(self.check().stdout, r"(?m)^witness: Region 1: the store's head is ")
        for command in (("rebuild",), ("user", "close", "member"), ("defs", "apply", self.folder.path)):
            self.assertIn("has witnessed", self.refused(*command))
        for reason in ("", "  "):
            self.assertEqual(gw.run("check", "--store", self.store, "--accept-head", reason, check=False).returncode, 2)
        done = gw.run("check", "--store", self.store, "--accept-head", "磁盘损坏，按残存账本继续")
        self.assertIn("accepted: Region 1: the store's head is ", done.stdout)
        db = sqlite3.connect(self.store)
        notes = db.execute("SELECT reason FROM security_log WHERE event = 'head'").fetchall()
        db.close()
        self.assertEqual(len(notes), 1)
        self.assertRegex(notes[0][0], r"^磁盘损坏，按残存账本继续 \(witness-against: 1, \d+ [0-9a-f]{64}, \d+ [0-9a-f]{64} ")
        server = gw.Server(self.store, now="2026-11-23T09:00:00+08:00")
        self.addCleanup(server.stop)
        self.assertEqual(server.sign_in("member").file((109.06, 34.32), {"category": "21", "description": "再报"}).status, 201)

    def test_what_the_witness_does_not_know_yet_is_said_and_is_no_fault(self):
        server = gw.Server(self.store, now="2026-11-23T09:00:00+08:00")
        member = server.sign_in("member")
        member.clock("2026-11-23T09:01:00+08:00")
        for i in range(2):
            self.assertEqual(member.file((109.06, 34.32), {"category": "21", "description": f"{i}"}).status, 201)
        server.kill()
        lines = gw.run("check", "--store", self.store).stdout.splitlines()
        region = re.fullmatch(r"region 1: witnessed up to (\d+) at 2026-11-23T09:01:00\+08:00; (\d+) to (\d+) unwitnessed", lines[1])
        self.assertEqual([int(n) - int(region.group(1)) for n in region.groups()], [0, 1, 2])
        self.assertRegex(lines[-1], r"^ok: \d+ entries, \d+ rows$")
        server = gw.Server(self.store, now="2026-11-23T09:02:00+08:00")
        server.stop()
        self.assertRegex(gw.run("check", "--store", self.store).stdout, rf"(?m)^region 1: witnessed up to {region.group(3)} at 2026-11-23T09:02:00\+08:00$")

    def test_a_store_of_another_past_is_refused(self):
        other = gw.Folder()
        self.addCleanup(other.close)
        gw.run("init", "--store", other.store)
        shutil.copy(other.store + ".head", self.store + ".head")
        self.assertIn("Region 0: the store's head is ", self.serve_refuses())
        self.assertRegex(self.check().stdout, r"(?m)^witness: Region 0: ")

    def test_a_broken_witness_is_a_fault_and_a_missing_one_a_warning(self):
        with open(self.store + ".head", "a") as head:
            head.write("head 9 9\n")
        self.assertIn("is no witness of a ledger's heads", self.serve_refuses())
        self.assertIn("witness: ", self.check().stdout)
        os.remove(self.store + ".head")
        done = gw.run("check", "--store", self.store)
        self.assertIn("level=warn witness=none", done.stderr)
        server = gw.Server(self.store, now="2026-11-23T09:00:00+08:00")
        self.assertIn("level=warn witness=none", server.said())
        server.stop()  # and leaves one
        self.assertNotIn("witness=none", gw.run("check", "--store", self.store).stderr)

    def test_the_syslog_hears_of_each_head_that_has_changed(self):
        wall = gw.Shift(self.folder)
        server = gw.Server(self.store, "--witness-syslog", now="2026-11-23T09:00:00+08:00", env=wall.env)
        self.addCleanup(server.stop)
        member = server.sign_in("member")
        member.file((109.06, 34.32), {"category": "21", "description": "一"})
        member.clock("2026-11-23T09:01:00+08:00")
        member.clock("2026-11-23T09:02:00+08:00")
        with open(self.store + ".head") as head:
            no, chain = re.search(r"(?m)^head 1 (\d+) ([0-9a-f]{64})", head.read()).groups()
        self.assertEqual(wall.syslog(), [f"gridward region=1 no={no} chain={chain} at=2026-11-23T09:01:00+08:00"])

    def test_who_writes_leaves_a_witness(self):
        os.remove(self.store + ".head")
        gw.run("user", "add", "newcomer", "--seat", "grid_member@610179401006002", "--store", self.store)
        lines = gw.run("check", "--store", self.store).stdout.splitlines()
        self.assertTrue(all("unwitnessed" not in line for line in lines), lines)
        self.assertRegex(lines[1], r"^region 1: witnessed up to \d+ at ")
        fresh = gw.Folder()
        self.addCleanup(fresh.close)
        gw.run("init", "--store", fresh.store)
        os.remove(fresh.store)  # what its witness tells of is lost, and no new store takes its place unseen
        done = gw.run("init", "--store", fresh.store, check=False)
        self.assertEqual((done.returncode, done.stderr), (1, f"gridward: {fresh.store}.head exists already\n"))


if __name__ == "__main__":
    unittest.main()
