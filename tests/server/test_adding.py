# SPDX-License-Identifier: Apache-2.0
"""What docs/adding.md promises: its commands are run in a copy of the source, which is built, and what they add is used."""
import json
import os
import re
import shutil
import subprocess
import tempfile
import unittest

import gw
import shape

PAGE = os.path.join(gw.ROOT, "docs", "adding.md")
TAKEN = ["src", "data", "defs", "docs", "tools", "tests/adding", "ui/dist", "ui/unbuilt.html", "meson.build", "meson_options.txt"]


def built():
    """The binary of a copy of the source in which the page's commands were run."""
    folder = tempfile.mkdtemp(prefix="gridward-adding-")
    for name in TAKEN:
        source, made = os.path.join(gw.ROOT, name), os.path.join(folder, name)
        os.makedirs(os.path.dirname(made), exist_ok=True)
        if os.path.isdir(source):
            shutil.copytree(source, made)
        elif os.path.exists(source):
            shutil.copy(source, made)
    with open(PAGE, encoding="utf-8") as page:
        for commands in re.findall(r"```sh\n(.*?)```", page.read(), re.S):
            subprocess.run(["sh", "-eu", "-c", commands], cwd=folder, check=True)
    log = os.path.join(folder, "log")
    with open(log, "w") as out:
        subprocess.run(["meson", "setup", "build", "-Dtests=false", "-Doptimization=0", "-Ddebug=false"], cwd=folder, check=True, stdout=out, stderr=out)
        done = subprocess.run(["ninja", "-C", "build", "gridward"], cwd=folder, stdout=out, stderr=out)
    if done.returncode:
        with open(log) as said:
            raise AssertionError(said.read()[-4000:])
    return folder, os.path.join(folder, "build", "gridward")


class Adding(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = gw.Folder()
        gw.demo_store(cls.folder)  # of the house as it is: an older store gets the new table and column
        cls.source, binary = built()
        cls.was, gw.BINARY = gw.BINARY, binary
        cls.server = gw.Server(cls.folder.store)
        cls.people = {name: cls.server.sign_in(name) for name in ("office", "officer", "member", "enterprise", "leader")}
        cls.subject = next(s["subject"]["id"] for s in cls.people["enterprise"].get("/api/v1/me").json["seats"] if s["subject"])

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()
        cls.folder.close()
        gw.BINARY = cls.was
        shutil.rmtree(cls.source, ignore_errors=True)

    def opened(self, **more):
        body = {"code": "M1", "kind": "powder", "subject": self.subject, "place": {"lon": 109.06, "lat": 34.32}, **more}
        return self.people["office"].send("POST", "/api/v1/extinguishers", body)

    def test_the_noun_is_at_most_sixty_lines(self):
        with open(os.path.join(gw.ROOT, "tests", "adding", "extinguisher.c"), encoding="utf-8") as noun:
            self.assertLessEqual(len(noun.readlines()), 60)

    def test_a_row_is_opened_listed_counted_filtered_and_read(self):
        office = self.people["office"]
        made = self.opened(code="A1", valid_until="2027-01-01")
        self.assertEqual(made.status, 201, made.text)
        self.assertEqual(office.get(f"/api/v1/extinguishers/{made.json['id']}").json, made.json)
        foam = self.opened(code="A2", kind="foam", note="三楼走廊").json
        for query, wanted in (({"kind": "foam"}, [foam["id"]]), ({"q": "走廊"}, [foam["id"]]), ({"area": foam["area"], "q": "A1"}, [made.json["id"]])):
            found = office.get("/api/v1/extinguishers", **query).json["items"]
            self.assertEqual([row["id"] for row in found], wanted, query)
            self.assertEqual(office.get("/api/v1/extinguishers/count", **query).json["count"], len(wanted))

    def test_it_lies_in_the_cell_of_its_place(self):
        here = self.people["member"].get("/api/v1/locate", lon=109.06, lat=34.32).json["cell"]["id"]
        self.assertEqual(self.opened(code="B1").json["area"], here)
        far = self.opened(code="B2", place={"lon": 0, "lat": 0})
        self.assertEqual((far.status, far.json["errors"][0]["code"]), (422, "outside"))

    def test_a_change_names_the_version_it_saw_and_stands_in_the_history(self):
        office, row = self.people["office"], self.opened(code="C1").json
        path = f"/api/v1/extinguishers/{row['id']}"
        changed = office.send("PATCH", path, {"version": row["version"], "charged": True})
        self.assertEqual((changed.status, changed.json["charged"]), (200, True))
        self.assertEqual(office.send("PATCH", path, {"version": row["version"], "charged": False}).json["code"], "stale")
        told = office.get(path + "/ledger").json["items"]
        self.assertEqual([(e["verb"], e["title"]) for e in told], [("open_extinguisher", "Enter"), ("change_extinguisher", "Change")])
        self.assertEqual([c["name"] for c in told[1]["changes"]], ["charged"])

    def test_all_that_is_wrong_is_told_at_once(self):
        bad = self.people["office"].send("POST", "/api/v1/extinguishers", {"kind": "water", "subject": 7, "nothing": 1})
        self.assertEqual(bad.status, 422, bad.text)
        self.assertEqual({e["field"]: e["code"] for e in bad.json["errors"]},
                         {"code": "required", "kind": "choice", "subject": "ref", "nothing": "unknown"})

    def test_the_enterprise_sees_and_opens_its_own_and_nobody_elses(self):
        enterprise, mine = self.people["enterprise"], self.opened(code="D1").json
        other = next(s["id"] for s in self.people["leader"].get("/api/v1/subjects", limit=50).json["items"] if s["id"] != self.subject)
        theirs = self.opened(code="D2", subject=other).json
        seen = [row["id"] for row in enterprise.get("/api/v1/extinguishers", limit=200).json["items"]]
        self.assertIn(mine["id"], seen)
        self.assertNotIn(theirs["id"], seen)
        self.assertEqual(enterprise.get(f"/api/v1/extinguishers/{theirs['id']}").status, 404)
        for subject, status in ((self.subject, 201), (other, 403)):
            self.assertEqual(enterprise.send("POST", "/api/v1/extinguishers", {"code": "D3", "kind": "foam", "subject": subject}).status, status)

    def test_openapi_and_the_desk_know_it(self):
        office = self.people["office"]
        document = office.get("/api/openapi.json").json
        row = self.opened(code="E1")
        self.assertEqual(shape.answer_faults(document, "POST", "/api/v1/extinguishers", row), [])
        noun = next(n for n in office.get("/api/v1/nouns").json["items"] if n["name"] == "extinguishers")
        self.assertEqual([v["verb"] for v in noun["verbs"]], ["open", "change"])
        self.assertIn("place", [f["name"] for f in noun["verbs"][0]["form"]])
        self.assertEqual([c["title"] for c in noun["columns"]][1:4], ["Number", "Kind", "Subject"])

    def test_what_was_opened_is_folded_again_from_the_ledger(self):
        row = self.opened(code="F1").json
        self.assertEqual(gw.run("check", "--store", self.folder.store, check=False).stdout.splitlines()[-1][:3], "ok:")
        self.assertGreater(row["id"], 0)

    def test_a_file_of_rows_comes_in_again_and_goes_out_as_it_came(self):
        folder = gw.Folder()
        try:
            gw.demo_store(folder, self.folder.store)
            template = gw.run("import", "extinguishers", "--template").stdout
            self.assertIn("code,kind,subject,lon,lat,valid_until,charged,note", template)
            code = self.people["leader"].get(f"/api/v1/subjects/{self.subject}").json["code"]
            table = folder.file("rows.csv", f"编号,类型,监管对象,经度,纬度,有效期至\nX1,干粉,{code},109.06,34.32,2027年1月1日\nX2,foam,{code},109.06,34.32,\n")
            more = ("--store", folder.store, "--datum", "wgs84")
            self.assertIn("2 rows in, 2 changes", gw.run("import", "extinguishers", table, *more).stdout)
            self.assertIn("2 rows in, 0 changes", gw.run("import", "extinguishers", table, *more).stdout)
            told = gw.run("export", "extinguishers", "--store", folder.store).stdout
            self.assertIn(f"X1,powder,{code},109.06,34.32,2027-01-01,,", told)
            back = folder.file("back.csv", told)
            self.assertIn(" 0 changes", gw.run("import", "extinguishers", back, *more).stdout)
            wrong = folder.file("wrong.csv", "code,kind,subject,lon,lat\nY1,water,none,,\n")
            refused = gw.run("import", "extinguishers", wrong, *more, check=False)
            self.assertEqual(refused.returncode, 1)
            self.assertIn("row 2, column kind", refused.stderr)
            self.assertIn("row 2, column subject", refused.stderr)
        finally:
            folder.close()

    def test_a_column_of_subjects_is_taken_shown_and_told(self):
        office = self.people["office"]
        subject = office.get(f"/api/v1/subjects/{self.subject}").json
        self.assertIsNone(subject["fire_class"])
        changed = office.send("PATCH", f"/api/v1/subjects/{self.subject}", {"version": subject["version"], "fire_class": "乙"})
        self.assertEqual((changed.status, changed.json["fire_class"]), (200, "乙"), changed.text)
        last = office.get(f"/api/v1/subjects/{self.subject}/ledger").json["items"][-1]
        self.assertIn({"name": "fire_class", "title": "Fire class", "kind": "text", "value": "乙"}, last["changes"])
        noun = next(n for n in office.get("/api/v1/nouns").json["items"] if n["name"] == "subjects")
        self.assertIn("fire_class", [c["name"] for c in noun["columns"]])
