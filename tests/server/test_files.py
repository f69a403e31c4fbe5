# SPDX-License-Identifier: Apache-2.0
"""The vault: what is acknowledged is on disk or the process ends; what no entry names goes after a week and nothing else does;
nobody fills the disk."""
import hashlib
import http.client
import os
import signal
import socket
import sqlite3
import unittest

import gw
from story import MONDAY, POINT, Story, picture

PROPER = {"category": "21", "description": "疏散通道堆放酒水,只能侧身过"}


def put(who, data, **more):
    return who.send("PUT", "/api/v1/files", raw=data, key=None, **more)


class Disk(unittest.TestCase):
    """A disk that loses what it was given to keep."""

    def setUp(self):
        self.folder = gw.Folder()
        self.addCleanup(self.folder.close)
        self.store = gw.demo_store(self.folder)
        self.log, self.fails = (os.path.join(self.folder.path, name) for name in ("synced", "fails"))
        self.env = gw.shim(self.folder, "vault_sync.c", SHIM_LOG=self.log, SHIM_FAILS=self.fails)
        self.server = gw.Server(self.store, now=MONDAY, env=self.env)
        self.addCleanup(lambda: self.server.stop())
        self.member = self.server.sign_in("member")

    def synced(self):
        with open(self.log, encoding="utf-8") as log:
            return [line.rstrip("\n").split(".files")[1] for line in log]

    def ends(self, which, data):
        """No answer and no process; the log says why, once."""
        self.folder.file("fails", which)
        with self.assertRaises((http.client.HTTPException, OSError)):
            put(self.member, data)
        self.assertEqual(self.server.process.wait(60), -signal.SIGABRT)
        self.assertEqual(self.server.said().count("vault what=sync"), 1)
        self.server.kill()
        os.unlink(self.fails)
        self.server = gw.Server(self.store, now=MONDAY)
        member = self.server.sign_in("member")
        answer = put(member, data)
        self.assertIn(answer.status, (200, 201))
        self.assertEqual(member.get(f"/api/v1/files/{answer.json['hash']}").bytes, data)
        self.server.stop()
        self.assertEqual(gw.run("check", "--store", self.store, check=False).returncode, 0)

    def test_a_file_that_cannot_be_synced_ends_the_process(self):
        self.ends("file", picture(1))

    def test_a_folder_that_cannot_be_synced_ends_the_process(self):
        self.ends("dir", picture(2))

    def test_bytes_folder_and_folder_of_folders_are_synced_before_the_answer(self):
        data = picture(3)
        first = "/" + hashlib.sha256(data).hexdigest()[:2]
        before = len(self.synced()) if os.path.exists(self.log) else 0
        self.assertEqual(put(self.member, data).status, 201)
        synced = self.synced()[before:]
        self.assertEqual([os.path.dirname(s) and s.startswith("/incoming-") for s in synced].count(True), 1)
        self.assertIn("", synced)
        self.assertEqual(synced[-1], first)

    def test_a_folder_that_a_crash_left_unsynced_is_synced(self):
        data = picture(4)
        first = os.path.join(self.store + ".files", hashlib.sha256(data).hexdigest()[:2])
        os.makedirs(first, exist_ok=True)
        self.assertEqual(put(self.member, data).status, 201)
        self.assertIn("", self.synced())


class Loose(Story):
    """What no entry names goes after a week of the server's clock."""

    def there(self, *hashes):
        return [self.member.get(f"/api/v1/files/{h}").status == 200 and self.on_disk(h) for h in hashes]

    def on_disk(self, h):
        return os.path.exists(os.path.join(self.store + ".files", h[:2], h))

    def at(self, day):
        self.member.clock(f"2026-{day}T09:00:00+08:00")

    def test_a_week_and_no_longer(self):
        loose, used = self.photo(self.member, 1), self.photo(self.member, 2)
        self.report(self.member, fields={**PROPER, "before": [used]})
        self.at("11-30")
        self.assertEqual(self.there(loose, used), [True, True])
        self.member.clock("2026-11-30T09:00:01+08:00")
        self.assertEqual(self.there(loose, used), [False, True])

    def test_an_act_that_names_what_is_gone_is_told_and_goes_when_it_is_sent_again(self):
        loose = self.photo(self.member, 1)
        self.at("12-01")
        answer = self.member.file(POINT, {**PROPER, "before": [loose]}, key="the same")
        self.assertEqual((answer.status, answer.codes()), (422, {"fields.before": "file-gone"}))
        self.assertEqual(self.photo(self.member, 1), loose)
        answer = self.member.file(POINT, {**PROPER, "before": [loose]}, key="the same")
        self.assertEqual(answer.status, 201, answer.text)
        self.at("12-20")
        self.assertEqual(self.there(loose), [True])

    def test_who_sends_it_again_has_another_week(self):
        loose = self.photo(self.member, 1)
        self.at("11-29")
        self.photo(self.officer, 1)
        self.at("12-05")
        self.assertEqual(self.there(loose), [True])

    def test_what_only_an_older_version_of_a_row_names_stays(self):
        case = self.informed()
        self.does(self.member, case, "sign")
        first, second = self.photo(self.member, 1), self.photo(self.member, 2)
        self.does(self.member, case, "submit", {"after": [first]})
        self.does(self.officer, case, "fail", {"reason": "没有整改到位", "deadline": "2026-12-11"})
        self.does(self.member, case, "submit", {"after": [second]})
        self.assertEqual(self.member.case(case)["fields"]["after"], [second])
        self.at("12-20")
        self.assertEqual(self.there(first, second), [True, True])

    def test_what_a_proposal_or_a_batch_names_stays(self):
        first, second = self.photo(self.member, 1), self.photo(self.member, 2)
        told = self.member.post("/api/v1/proposals", {"kind": "new", "place": {"lon": POINT[0], "lat": POINT[1]}, "fields": {"name": "新店"}, "photos": [first]})
        self.assertEqual(told.status, 201, told.text)
        case = self.member.case(self.informed())
        self.does(self.member, case, "sign")
        case = self.member.case(case)
        item = {"key": "one", "id": case["id"], "move": "submit", "version": case["version"], "fields": {"after": [second]}}
        self.assertEqual(self.member.post("/api/v1/batch", {"items": [item]}, key=None).json["items"][0]["status"], 200)
        self.at("12-20")
        self.assertEqual(self.there(first, second), [True, True])

    def test_a_store_of_before_loses_nothing_that_its_entries_name(self):
        used, loose, lost = (self.photo(self.member, n) for n in (1, 2, 3))
        for photo in (used, lost):
            self.report(self.member, fields={**PROPER, "before": [photo]})
        self.at("11-24")
        self.server.stop()
        with sqlite3.connect(self.store) as db:  # as it was: nothing is known, and one row did not survive a crash
            db.execute("UPDATE files SET used = NULL")
            db.execute("DELETE FROM file_marks")
            db.execute("DELETE FROM files WHERE hash = ?", (lost,))
        db.close()
        self.server = gw.Server(self.store, now="2026-12-20T09:00:00+08:00")
        self.people = {}
        self.at("12-21")
        self.assertEqual(self.there(used, loose, lost), [True, False, True])

    def test_rebuilding_forgets_no_name(self):
        used = self.photo(self.member, 1)
        self.report(self.member, fields={**PROPER, "before": [used]})
        self.at("11-24")
        self.server.stop()
        gw.run("rebuild", "--store", self.store)
        self.server = gw.Server(self.store, now="2026-12-20T09:00:00+08:00")
        self.people = {}
        self.at("12-21")
        self.assertEqual(self.there(used), [True])

    def test_more_go_than_one_turn_takes(self):
        hashes = [self.photo(self.member, n) for n in range(150)]
        self.at("12-01")
        self.assertEqual(sum(map(self.on_disk, hashes)), 0)


class Shares(Story):
    def serve(self, *options):
        self.server.stop()
        self.server = gw.Server(self.store, *options, now=MONDAY)
        self.server.document = self.server.anyone().get("/api/openapi.json").json
        self.people = {}

    def large(self, seed):
        return picture(seed) + b"\0" * (400 << 10)

    def full(self, answer):
        self.assertEqual((answer.status, answer.json["code"]), (429, "file-share"), answer.text)
        self.assertEqual(answer.header("Retry-After"), "3600")

    def test_of_what_no_entry_names(self):
        self.serve("--files-loose", "1")
        self.member.clock("2026-11-23T09:00:01+08:00")
        hashes = [put(self.member, self.large(n)).json["hash"] for n in (1, 2)]
        self.full(put(self.member, self.large(3)))
        self.assertEqual(put(self.member, self.large(1)).status, 200, "what waits for its report comes again")
        self.assertEqual(put(self.officer, self.large(3)).status, 201, "each has a share of his own")
        self.report(self.member, fields={**PROPER, "before": hashes})
        self.member.clock("2026-11-23T09:01:00+08:00")
        self.assertEqual(put(self.member, self.large(4)).status, 201)

    def test_of_a_day(self):
        self.serve("--files-day", "1")
        hashes = [put(self.member, self.large(n)).json["hash"] for n in (1, 2)]
        self.report(self.member, fields={**PROPER, "before": hashes})
        self.full(put(self.member, self.large(3)))
        self.member.clock("2026-11-24T09:00:00+08:00")
        self.assertEqual(put(self.member, self.large(3)).status, 201)

    def test_the_disk_is_left_to_the_ledger_before_the_body_is_read(self):
        self.serve("--files-reserve", str(1 << 30))
        with socket.create_connection(("127.0.0.1", self.server.port), timeout=30) as s:
            s.sendall((f"PUT /api/v1/files HTTP/1.1\r\nHost: h\r\nCookie: {self.member.cookie}\r\nX-CSRF-Token: {self.member.csrf}\r\n"
                       "Content-Length: 20000000\r\nExpect: 100-continue\r\n\r\n").encode())
            said = s.recv(65536)
            self.assertIn(b" 507 ", said[:20])
            self.assertIn(b"file-reserve", said)
        self.report(self.member)


if __name__ == "__main__":
    unittest.main()
