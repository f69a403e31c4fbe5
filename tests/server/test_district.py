# SPDX-License-Identifier: Apache-2.0
"""A district that nobody has seen installs itself by docs/imports.md, word for word: the files and commands that the page shows,
the first hazard there from end to end, and the ground changing under open cases."""
import csv
import io
import os
import re
import shlex
import shutil
import sqlite3
import unittest

import gw

PAGE = os.path.join(gw.ROOT, "docs", "imports.md")
HERE, BORDER = (110.015, 30.005), (110.01, 30.005)
PASSWORD = "District-2026-first"
FIRST, SECOND, THIRD = "990101001001001", "990101001001002", "990101001002001"


def blocks():
    """What the page fences: [(language, rest of the line, text)]."""
    with open(PAGE, encoding="utf-8") as page:
        return re.findall(r"^```(\w+) ?([^\n]*)\n(.*?)^```$", page.read(), re.M | re.S)


def play(part, folder, skip=()):
    """The page's commands of one block, as they stand: {command: what it said}."""
    text = next(text for language, rest, text in blocks() if language == "sh" and rest == part)
    said = {}
    for line in text.splitlines():
        words = shlex.split(line)
        assert words[0] == "gridward", line
        if words[1] not in skip:
            said[" ".join(words[1:3])] = gw.run(*words[1:], cwd=folder).stdout
    return said


class District(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        """One district, of which each test has a copy."""
        cls.made = gw.Folder()
        cls.addClassCleanup(cls.made.close)
        for language, name, text in blocks():
            if language != "sh":
                cls.made.file(name, text)
        cls.said = play("", cls.made.path)
        server = gw.Server(os.path.join(cls.made.path, "district.db"), now="2026-12-01T08:00:00+08:00")
        cls.first_sign_in(server)
        server.stop()

    @classmethod
    def first_sign_in(cls, server):
        for row in csv.DictReader(io.StringIO(cls.said["import accounts"])):
            one = server.sign_in(row["account"], row["password"])
            done = one.send("PUT", "/api/v1/session/password", {"old": row["password"], "new": PASSWORD}, key=None)
            assert done.status == 200, done.text

    def setUp(self):
        self.folder = gw.Folder()
        self.addCleanup(self.folder.close)
        shutil.copytree(self.made.path, self.folder.path, dirs_exist_ok=True)
        self.store = os.path.join(self.folder.path, "district.db")

    def serve(self, now):
        server = gw.Server(self.store, now=now)
        self.addCleanup(server.stop)
        self.who = {}
        return server

    def sign_in(self, server):
        self.who = {name: server.sign_in(name, PASSWORD) for name in ("zhao", "qian", "sun", "wu", "chen", "wang")}
        return self.who

    def file(self, text):
        answer = self.who["zhao"].file(HERE, {"category": "21", "description": text})
        self.assertEqual(answer.status, 201, answer.text)
        return answer.json

    def move(self, name, case, move, **fields):
        answer = self.who[name].move(self.who[name].case(case), move, fields)
        self.assertEqual(answer.status, 200, f"{move}: {answer.text}")
        return answer.json

    def sees(self, case, *names):
        return tuple(self.who[name].get(f"/api/v1/cases/{case['id']}").status for name in names)

    def cell(self, place=HERE, **query):
        answer = self.who["wang"].get("/api/v1/locate", lon=place[0], lat=place[1], **query)
        return answer.json["cell"]["code"] if answer.status == 200 else None

    def holds(self):
        done = gw.run("check", "--store", self.store, check=False)
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_the_page_brings_a_district_in_and_its_first_hazard_is_closed(self):
        self.assertRegex(self.said["check --store"], r"ok: \d+ entries")
        again = play("", self.folder.path, skip=("init", "check"))
        for command, said in again.items():
            self.assertRegex(said, r" 0 changes in 0 acts|^account,person,password\r?\n$|1 rows in, 0 changes", command)
        server = self.serve("2026-12-01T09:00:00+08:00")
        who = self.sign_in(server)
        self.assertEqual([self.cell(p) for p in ((110.005, 30.005), BORDER, (110.025, 30), (110.03, 30.005), (110.02, 30.01))],
                         [FIRST, SECOND, THIRD, None, None], "left and lower borders belong")
        case = self.file("通道堆物")
        self.assertEqual((case["area"]["code"], case["duty"]["person"]["name"], case["state"]), (SECOND, "钱二", "reported"))
        self.assertEqual(who["qian"].get("/api/v1/cases", duty="me").json["items"][0]["id"], case["id"])
        self.assertEqual(who["sun"].get(f"/api/v1/cases/{case['id']}").status, 404, "another community's officer")
        self.move("qian", case, "inform", grade="general", deadline="2026-12-08")
        self.move("zhao", case, "sign")
        self.move("zhao", case, "submit", note="已清")
        self.assertEqual(self.move("qian", case, "pass")["state"], "closed")
        blind = who["wang"].get("/api/v1/blindspots").json
        self.assertFalse([b for b in blind["items"] if b["kind"] in ("overlap", "gap", "subject-no-cell")], blind)
        server.stop()
        self.holds()

    def test_open_cases_and_subjects_follow_when_the_ground_changes(self):
        server = self.serve("2026-12-01T09:00:00+08:00")
        self.sign_in(server)
        case = self.file("电线老化")
        shop = self.who["wang"].get("/api/v1/subjects").json["items"][0]
        self.assertEqual(shop["area"]["code"], SECOND)
        server.stop()
        play("later", self.folder.path)
        self.assertIn("1 rows in, 0 changes", play("later", self.folder.path)["import areas"], "the same again does nothing")
        self.holds()
        server = self.serve("2026-12-20T09:00:00+08:00")
        who = self.sign_in(server)
        self.assertEqual((self.cell(), who["wang"].case(case)["duty"]["person"]["name"]), (SECOND, "钱二"), "not before its day")
        who["wang"].clock("2027-01-01T08:00:00+08:00")
        after = who["wang"].case(case)
        self.assertEqual((after["area"]["code"], after["duty"]["person"]["name"]), (THIRD, "孙三"))
        self.assertEqual(who["wang"].get(f"/api/v1/subjects/{shop['id']}").json["area"]["code"], THIRD)
        self.assertEqual((self.cell(), self.cell(asof="2026-12-31T20:00:00+08:00")), (THIRD, SECOND))
        self.assertIn(case["id"], [c["id"] for c in who["sun"].get("/api/v1/cases", duty="me").json["items"]])
        self.assertEqual(who["qian"].get(f"/api/v1/cases/{case['id']}").status, 404)
        followed = [e for e in who["wang"].get(f"/api/v1/cases/{case['id']}/ledger").json["items"] if e["verb"] == "follow"]
        self.assertEqual(len(followed), 1)
        who["wang"].clock("2027-02-28T20:00:00+08:00")
        fresh = self.file("灭火器过期")
        self.assertEqual(self.sees(fresh, "wu", "chen"), (200, 404), "the village is the first street's still")
        who["wang"].clock("2027-03-01T08:00:00+08:00")
        self.assertEqual(self.sees(fresh, "wu", "chen"), (404, 200), "and the second's then")
        server.stop()
        self.holds()
        with sqlite3.connect(self.store) as db:
            before = db.execute("SELECT * FROM cases").fetchall()
        gw.run("rebuild", "--store", self.store)
        with sqlite3.connect(self.store) as db:
            self.assertEqual(db.execute("SELECT * FROM cases").fetchall(), before)

    def bring(self, kind, text):
        return gw.run("import", kind, self.folder.file("more.csv", text), "--store", self.store).stdout

    def test_open_cases_follow_a_new_holder_a_department_renamed_and_one_that_ends(self):
        server = self.serve("2026-12-01T09:00:00+08:00")
        self.sign_in(server)
        case = self.who["zhao"].file(HERE, {"category": "21", "description": "通道堆物"}, matter="fire").json
        other = self.file("说不清是谁的")
        self.assertEqual(other["department"]["name"], "应急管理局")
        server.stop()
        self.bring("seats", "role,anchor,person,from\nresponsible_officer,990101001001,Y03,2026-12-02\n")
        self.bring("departments", "code,name,from\nfire,消防救援局,2026-12-02\n")
        self.bring("departments", "code,name,to,successor\nemergency,应急管理局,2026-12-02,fire\n")
        server = self.serve("2026-12-01T09:30:00+08:00")
        who = self.sign_in(server)
        before = who["wang"].case(case)
        self.assertEqual((before["duty"]["person"]["name"], before["department"]["name"]), ("钱二", "消防救援大队"))
        who["wang"].clock("2026-12-02T09:00:00+08:00")
        after = who["wang"].case(case)
        self.assertEqual((after["duty"]["person"]["name"], after["department"]["name"]), ("孙三", "消防救援局"))
        self.assertEqual(after["duty"]["seat"], before["duty"]["seat"], "the seat is the same, its holder another")
        self.assertEqual(who["wang"].case(other)["department"]["name"], "消防救援局", "what it had open is its successor's")
        self.assertEqual(self.file("又一件")["department"]["name"], "消防救援局", "the successor leads what the other led")

        def names(asof):
            return {d["name"] for d in who["wang"].get("/api/v1/departments", asof=asof).json["items"]}
        self.assertEqual(names("2026-12-01T12:00:00+08:00"), {"应急管理局", "消防救援大队"})
        self.assertEqual(names("2026-12-02T12:00:00+08:00"), {"消防救援局"})
        server.stop()
        self.holds()

    def test_a_store_has_one_writer(self):
        server = self.serve("2026-12-01T09:00:00+08:00")
        for command in (("import", "persons", self.folder.path + "/persons.csv"), ("user", "add", "x", "--seat", "leader@990101"), ("rebuild",)):
            done = gw.run(*command, "--store", self.store, check=False)
            self.assertEqual(done.returncode, 1, command)
            self.assertIn("stop that first", done.stderr)
        self.holds()
        server.kill()
        gw.run("user", "password", "zhao", "--store", self.store)  # who is killed claims nothing

    def test_a_name_that_is_in_use_leaves_nobody_behind(self):
        def persons():
            with sqlite3.connect(self.store) as db:
                return db.execute("SELECT count(*) FROM persons").fetchone()
        before = persons()
        done = gw.run("user", "add", "zhao", "--seat", "leader@990101", "--store", self.store, check=False)
        self.assertEqual((done.returncode, persons()), (1, before), done.stderr)
        path = self.folder.file("more.csv", "account,person\nA b,Y01\nzhao,Y02\nneu,Y99\nneu2,\nneu3,Y04\n")
        done = gw.run("import", "accounts", path, "--store", self.store, check=False)
        self.assertEqual([line.split(": ")[:2] for line in done.stderr.splitlines()[1:]],
                         [["row 2, column account", "account-name"], ["row 3, column account", "account-taken"],
                          ["row 4, column person", "unknown"], ["row 5, column person", "required"]])
        self.assertEqual(done.stdout, "", "whole or nothing")


if __name__ == "__main__":
    unittest.main()
