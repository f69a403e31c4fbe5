# SPDX-License-Identifier: Apache-2.0
"""A register of subjects comes in by file: all that is wrong is told in one pass, with row and column; whole or nothing."""
import csv
import gzip
import http.client
import io
import sqlite3
import unittest

import freeze
import gw
import rows


class Import(unittest.TestCase):
    def setUp(self):
        self.folder = gw.Folder()
        self.addCleanup(self.folder.close)
        self.store = gw.demo_store(self.folder)

    def count(self, sql="SELECT count(*) FROM subjects"):
        with sqlite3.connect(f"file:{self.store}?mode=ro", uri=True) as db:
            return db.execute(sql).fetchone()[0]

    def takes(self, content, *options, name="subjects.csv"):
        path = self.folder.file(name, content)
        return gw.run("import", "subjects", path, "--store", self.store, *(options or ("--datum", "WGS84")), check=False)

    def test_a_broken_file_of_fifty_thousand_tells_all_faults_at_once_and_nothing_goes_in(self):
        table = rows.subjects(50000)
        at = {name: i for i, name in enumerate(table[0])}
        faults = {2: ("kind", "castle"), 777: ("uscc", "92610179DM10000157"), 12001: ("lon", "0.5"), 25000: ("l", "7"),
                  25001: ("name", ""), 38123: ("main_phone", "call me"), 49999: ("opened", "2026-02-30"), 50001: ("status", "gone")}
        for line, (column, value) in faults.items():
            table[line - 1][at[column]] = value
        table[776][at["uscc_reason"]] = ""
        table[40000][at["code"]] = table[10][at["code"]]  # said twice
        before, entries = self.count(), self.count("SELECT count(*) FROM ledger")
        done = self.takes(rows.text(table))
        self.assertEqual(done.returncode, 1, done.stdout[-500:] + done.stderr[-500:])
        said = done.stdout + done.stderr
        for line, (column, _) in faults.items():
            self.assertRegex(said, rf"(?m)^.*\b{line}\b.*\b{column}\b", f"row {line}, column {column}\n{said[-3000:]}")
        self.assertRegex(said, r"\b40001\b.*\bcode\b")
        self.assertEqual(len([x for x in said.splitlines() if "column " in x or "列" in x]), len(faults) + 1, said[-3000:])
        self.assertEqual((self.count(), self.count("SELECT count(*) FROM ledger")), (before, entries), "whole or nothing")

    def test_a_new_name_of_a_person_is_told_as_a_change_of_the_ground(self):
        code = self.count("SELECT code FROM persons WHERE code IS NOT NULL AND region = 1 ORDER BY id LIMIT 1")
        before = self.count("SELECT no FROM ledger_head WHERE region = 1")
        path = self.folder.file("persons.csv", f"code,name\n{code},改名后\n")
        gw.run("import", "persons", path, "--store", self.store)
        server = gw.Server(self.store, now=gw.DEMO_NOW)
        self.addCleanup(server.stop)
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=gw.PATIENCE)
        self.addCleanup(connection.close)
        connection.request("GET", "/api/v1/events", headers={"Cookie": server.sign_in("member").cookie, "Last-Event-ID": str(before)})
        stream, told = connection.getresponse(), set()
        while "event: hello" not in told:
            told.add(stream.readline().decode().strip())
        self.assertIn("event: epoch", told)

    def test_a_good_file_goes_in_whole_once_and_is_seen_at_once(self):
        content, before = rows.text(rows.subjects(5000)), self.count()
        done = self.takes(gzip.compress(content.encode()), "--datum", "WGS84", name="subjects.csv.gz")
        self.assertIn("5000 rows in", done.stdout, done.stderr)
        self.assertEqual(self.count(), before + 5000)
        again = self.takes(content)
        self.assertEqual((again.returncode, self.count()), (0, before + 5000), "the same file again does nothing")
        server = gw.Server(self.store, now="2026-11-23T09:00:00+08:00")
        self.addCleanup(server.stop)
        self.assertEqual(server.sign_in("leader").get("/api/v1/subjects/count").json["count"], before + 5000)
        kept = gw.run("check", "--store", self.store, check=False)
        self.assertEqual(kept.returncode, 0, kept.stdout)

    def test_a_file_that_says_no_datum_or_is_no_table_is_refused(self):
        table = rows.text(rows.subjects(3))
        path, before = self.folder.file("s.csv", table), self.count()
        done = gw.run("import", "subjects", path, "--store", self.store, check=False)
        self.assertIn(done.returncode, (1, 2), done.stdout)
        self.assertIn("datum", done.stdout + done.stderr)
        for content in (b"", b"\x00\x01\x02", b"PK\x03\x04" + b"\x00" * 100, "code,name\n\"unfinished".encode(), "no,such,columns\n1,2,3\n".encode(),
                        "\u540d\u79f0".encode("gb18030"), table.encode()[:-40] + b"\xff\xfe", b"\x1f\x8b" + b"x" * 50):
            done = self.takes(content, "--datum", "WGS84", name="odd.csv")
            self.assertEqual(done.returncode, 1, (content[:20], done.stdout, done.stderr))
            self.assertTrue((done.stdout + done.stderr).strip())
        self.assertEqual(self.count(), before)


KINDS = ("areas", "departments", "rules", "authorities", "persons", "seats", "absences", "roster", "accounts", "divisions", "outlines", "subjects")
LIKE_AREAS = KINDS[1:9]  # read by the same reader
ODD = {"nothing": b"", "a null": b"\x00", "noise": bytes(range(256)) * 40, "half a quote": b'code,name\n"never ends', "no such columns": b"a,b,c\n1,2,3\n",
       "half a line": b"code,name\nx", "not UTF-8": "代码,名称\n1,灞桥\n".encode("gb18030"), "UTF-16 without a mark": "code,name\n".encode("utf-16-le"),
       "a zip": b"PK\x03\x04" + bytes(200), "half a gzip": gzip.compress(b"code,name\n" * 999)[:60], "a bomb": gzip.compress(b"," * (16 << 20)),
       "one long line": b"code," + b"x" * (1 << 20), "many empty lines": b"code,name\n" + b"\n" * 200000 + b"x\n", "json": b'{"type":"FeatureCollection"}',
       "deep json": b'{"type":"FeatureCollection","features":' + b"[" * 100000, "html": b"<html><body>404</body></html>",
       "no rings": b'{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"code":"610179","name":"x"},'
                   b'"geometry":{"type":"Polygon","coordinates":[]}}]}',
       "huge numbers": b'{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"code":"610179","name":"x","level":"cell"},'
                       b'"geometry":{"type":"Polygon","coordinates":[[[1e308,-1e308],[9e99,0],[0,0],[1e308,-1e308]]]}}]}'}


class RoundTrip(unittest.TestCase):
    """What is exported of the demo's district is taken back and changes nothing; what spreadsheets make of a table is taken, too."""

    @classmethod
    def setUpClass(cls):
        cls.folder = gw.Folder()
        cls.addClassCleanup(cls.folder.close)
        cls.store = gw.demo_store(cls.folder)

    def bring(self, kind, content, *options):
        return gw.run("import", kind, self.folder.file(f"{kind}.csv", content), *options, "--store", self.store)

    def test_every_kind_comes_back_unchanged_in_both_languages(self):
        for kind in KINDS[:9] + ("subjects",):
            for lang in ("zh", "en"):
                with self.subTest(kind=kind, lang=lang):
                    table = gw.run("export", kind, "--lang", lang, "--store", self.store).stdout
                    rows = len(list(csv.reader(io.StringIO(table)))) - 1
                    self.assertGreater(rows, 0)
                    self.assertTrue(table.startswith("\ufeff"))
                    done = self.bring(kind, table, *(("--datum", "wgs84") if kind == "subjects" else ()))
                    self.assertRegex(done.stdout + done.stderr, rf"\b{rows} rows in, 0 (changes in 0 acts|accounts opened)")

    def test_templates_are_taken_and_say_what_may_stand_in_them(self):
        for kind in KINDS[:9] + ("subjects",):
            for lang, word in (("zh", "必填"), ("en", "required")):
                with self.subTest(kind=kind, lang=lang):
                    table = gw.run("import", kind, "--template", "--lang", lang).stdout
                    help_ = gw.run("import", kind, "--lang", lang, "--help").stdout
                    notes = [line[2:] for line in table.lstrip("\ufeff").splitlines() if line.startswith("# ")]
                    self.assertTrue(all(note in help_ for note in notes), "help and template say the same")
                    self.assertIn(word, "".join(notes))
                    done = self.bring(kind, table, *(("--datum", "wgs84") if kind == "subjects" else ()))
                    self.assertRegex(done.stdout + done.stderr, r"\b0 rows in")
        self.assertIn("fire 消防", gw.run("import", "rules", "--template", "--lang", "zh").stdout)

    def test_what_spreadsheets_leave_behind_is_taken_in_every_encoding(self):
        table = "序号;人员编号;姓名;在编;执法证起;执法证号;;\n1;Ｘ０１;\u3000一\u200b名\u00a0;否;2024年3月5日;C-1;;\n;;;;;;;\n"
        for number, encoding in enumerate(("utf-8-sig", "utf-16", "gb18030", "utf-8")):
            content = table.replace("Ｘ０１", f"Ｘ０{number}").replace("\u00a0", " ").replace("\u200b", "" if encoding == "gb18030" else "\u200b")
            done = self.bring("persons", content.encode(encoding))
            self.assertIn("1 rows in, 2 changes", done.stdout, encoding)
            self.assertIn("序号", done.stderr, "what is left out is told")
        with sqlite3.connect(f"file:{self.store}?mode=ro", uri=True) as db:
            self.assertEqual(db.execute("SELECT code, name FROM persons WHERE code LIKE 'X0%' ORDER BY code").fetchall(),
                             [("X00", "一名"), ("X01", "一名"), ("X02", "一名"), ("X03", "一名")])

    def test_a_word_of_none_is_refused_with_what_it_may_be(self):
        path = self.folder.file("absences.csv", "person,reason,from\nP161,度假,2027-05-01\n")
        done = gw.run("import", "absences", path, "--store", self.store, "--lang", "zh", check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("row 2, column reason: word: 没有“度假”这一项,可填:休假(leave)、病假(sick)", done.stderr)


class Hostile(unittest.TestCase):
    """Every importer meets what is no file of its kind: a clear word, exit 1, and nothing is half in."""

    @classmethod
    def setUpClass(cls):
        cls.folder = gw.Folder()
        cls.addClassCleanup(cls.folder.close)
        freeze.load(cls.folder)
        cls.store = cls.folder.store

    def state(self):
        with sqlite3.connect(f"file:{self.store}?mode=ro", uri=True) as db:
            return db.execute("SELECT region, no, chain FROM ledger_head ORDER BY region").fetchall(), db.execute(
                "SELECT count(*) FROM divisions").fetchone()

    def test_every_importer_refuses_every_odd_file_and_writes_nothing(self):
        before = self.state()
        for name, content in ODD.items():
            path = self.folder.file("odd", content)
            for kind in KINDS:
                if kind in LIKE_AREAS and name not in ("noise", "half a quote", "half a line"):
                    continue
                options = ("--datum", "wgs84") if kind in ("outlines", "subjects") else ()
                with self.subTest(kind=kind, file=name):
                    done = gw.run("import", kind, path, *options, "--store", self.store, check=False)
                    said = done.stdout + done.stderr
                    self.assertEqual(done.returncode, 1, said[:500])
                    self.assertTrue(said.strip() and "Sanitizer" not in said and "runtime error" not in said, said[:2000])
                    self.assertLess(len(said), 200000, "not every line of noise is told")
                    self.assertEqual(self.state(), before)

    def test_a_file_that_is_not_there_and_a_kind_that_is_none(self):
        for kind in KINDS:
            done = gw.run("import", kind, self.folder.path + "/nothing", "--datum", "wgs84", "--store", self.store, check=False)
            self.assertIn(done.returncode, (1, 2), kind)
        self.assertEqual(gw.run("import", "castles", self.folder.path + "/odd", "--store", self.store, check=False).returncode, 2)


if __name__ == "__main__":
    unittest.main()
