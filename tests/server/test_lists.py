# SPDX-License-Identifier: Apache-2.0
"""Lists of cases: filters, sorts, periods and fields over HTTP. A count is the number of rows that the same reader pages
through, each once, whoever asks and whatever is asked."""
import csv
import io
import random
import unittest
import urllib.parse

import gw

MONDAY = "2026-11-23T09:00:00+08:00"
ROLES = ("leader", "office", "department", "chief", "deputy", "officer", "member", "standin", "inspector", "enterprise", "auditor",
         "security", "system")
POINTS = ((109.06, 34.32), (109.055, 34.318), (109.03, 34.30), (109.01, 34.29))
SORTS = ("number", "-number", "due", "-due", "opened", "-opened", "ended", "-ended", "area", "-area", None)


class Lists(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = gw.Folder()
        cls.addClassCleanup(cls.folder.close)
        cls.server = gw.Server(gw.demo_store(cls.folder), now=MONDAY)
        cls.addClassCleanup(cls.server.stop)
        cls.document = cls.server.document = cls.server.anyone().get("/api/openapi.json").json
        cls.people = {name: cls.server.sign_in(name) for name in ROLES}
        member, officer = cls.people["member"], cls.people["officer"]
        filed = []
        for i in range(24):
            answer = member.file(POINTS[i % 4], {"category": ("21", "11")[i % 2], "description": f"第{i}处"}, matter="fire")
            if answer.status == 201:
                filed.append(answer.json)
            cls.people["leader"].clock(f"2026-11-23T09:{i:02}:30+08:00")
        for case in filed[::3]:
            officer.move(case, "suspect", {"reason": "可能重大"})
        for case in filed[1::3]:
            officer.move(case, "drop", {"reason": "误报"})
        subject = next(s["subject"] for s in cls.people["enterprise"].get("/api/v1/me").json["seats"] if s["subject"])
        about = member.file(POINTS[0], {"category": "21", "description": "企业的"}, subject=subject["id"] if isinstance(subject, dict) else subject)
        assert about.status == 201, about.text
        cls.here = member.get("/api/v1/locate", lon=POINTS[0][0], lat=POINTS[0][1]).json

    def rows(self, who, **query):
        """All rows of all pages, in order."""
        items, cursor = [], None
        while True:
            page = who.get("/api/v1/cases", limit=7, **query, **({"cursor": cursor} if cursor else {}))
            self.assertEqual(page.status, 200, page.text)
            self.assertNotIn("partial", page.json)
            items += page.json["items"]
            cursor = page.json["next"]
            if not cursor:
                return items

    def some_query(self, dice):
        seat = self.people["officer"].get("/api/v1/me").json["seats"][0]["id"]
        may = {"flow": ("hazard", "visit"), "state": ("reported", "assessing", "void"), "open": ("1", "0"), "late": ("1",),
               "area": (self.here["cell"]["id"], self.here["path"][1]["id"]), "duty": ("me",), "filed": ("me",), "seat": (seat,),
               "fields[category]": ("21", "11", "nothing"), "fields[grade]": ("general", "major"), "fields[source]": ("visit",),
               "period": ("opened", "ended", "due"), "from": ("2026-11-01T00:00:00+08:00", MONDAY), "to": ("2026-11-24T00:00:00+08:00",)}
        query = {name: dice.choice(values) for name, values in may.items() if dice.random() < 0.2}
        sort = dice.choice(SORTS)
        return dict(query, sort=sort) if sort else query

    def test_a_count_is_the_rows_of_all_pages_for_each_account(self):
        dice = random.Random(8)
        found = 0
        for name, who in self.people.items():
            for _ in range(14):
                query = self.some_query(dice)
                ids = [c["id"] for c in self.rows(who, **query)]
                answer = who.get("/api/v1/cases/count", **{k: v for k, v in query.items() if k != "sort"}).json
                self.assertEqual((answer, len(set(ids))), ({"count": len(ids)}, len(ids)), (name, query))
                found += len(ids)
        self.assertGreater(found, 100)

    def test_a_list_is_sorted_by_what_it_says_and_turned_round_by_a_dash(self):
        leader = self.people["leader"]
        keys = {"number": lambda c: c["id"], "due": lambda c: c["due"] or "9", "opened": lambda c: c["opened"],
                "ended": lambda c: c["ended"] or "9"}
        for sort, key in keys.items():
            rows = [key(c) for c in self.rows(leader, sort=sort)]
            self.assertEqual(rows, sorted(rows), sort)
            self.assertGreater(len(set(rows)), 1, sort)
        rows = [c["opened"] for c in self.rows(leader, sort="-opened")]
        self.assertEqual(rows, sorted(rows, reverse=True))
        refused = leader.get("/api/v1/cases", sort="colour")
        self.assertEqual((refused.status, refused.codes()), (422, {"sort": "choice"}))

    def test_a_cursor_of_another_order_is_refused(self):
        leader = self.people["leader"]
        cursor = leader.get("/api/v1/cases", limit=1, sort="-number").json["next"]
        self.assertEqual(leader.get("/api/v1/cases", cursor=cursor, sort="number").codes(), {"cursor": "cursor"})
        self.assertEqual(leader.get("/api/v1/cases", cursor=cursor).codes(), {"cursor": "cursor"})

    def test_a_field_that_its_flow_marks_filters_and_no_other(self):
        leader = self.people["leader"]
        rows = self.rows(leader, **{"fields[category]": "21", "open": "1"})
        self.assertTrue(rows and all(c["fields"]["category"] == "21" for c in rows))
        refused = leader.get("/api/v1/cases/count", **{"fields[description]": "x", "fields[colour]": "red"})
        self.assertEqual((refused.status, refused.codes()), (422, {"fields[description]": "unknown", "fields[colour]": "unknown"}))
        for name in ("fields", "fields[]", "flow[x]"):
            self.assertEqual(leader.get("/api/v1/cases/count", **{name: "x"}).status, 422, name)

    def test_a_masked_field_finds_only_what_is_seen_whole(self):
        whole = self.people["officer"].get("/api/v1/cases/count", **{"fields[source]": "visit"}).json["count"]
        self.assertGreater(whole, 0)
        enterprise = self.people["enterprise"]
        self.assertGreater(enterprise.get("/api/v1/cases/count").json["count"], 0)
        self.assertEqual(enterprise.get("/api/v1/cases/count", **{"fields[source]": "visit"}).json["count"], 0)

    def test_a_period_names_its_date(self):
        leader = self.people["leader"]
        span = {"from": "2026-11-23T00:00:00+08:00", "to": "2026-11-27T00:00:00+08:00"}
        for period in ("opened", "ended", "due"):
            rows = self.rows(leader, period=period, **span)
            self.assertTrue(rows, period)
            self.assertTrue(all(span["from"] <= c[period] < span["to"] for c in rows), period)
        self.assertEqual(self.rows(leader, **span), self.rows(leader, period="opened", **span))
        self.assertEqual(leader.get("/api/v1/cases", period="entered").codes(), {"period": "choice"})

    # ---- search ----

    def said(self, who, q):
        """The ids that a text finds; their count says the same."""
        ids = [c["id"] for c in self.rows(who, q=q)]
        self.assertEqual(who.get("/api/v1/cases/count", q=q).json, {"count": len(ids)}, q)
        return ids

    def test_a_case_is_found_by_its_number_its_subject_and_its_finder(self):
        leader, member = self.people["leader"], self.people["member"]
        subject = next(s for s in leader.get("/api/v1/subjects", limit=200).json["items"] if s["address"] and len(s["name"]) > 5 and all("一" <= x <= "龥" for x in s["name"]))
        with open(f"{gw.ROOT}/data/pinyin_initials.txt", encoding="utf-8") as table:
            letters = table.read().replace("\n", "")
        initials = "".join(letters[ord(x) - 0x4E00] for x in subject["name"])
        case = member.file(POINTS[1], {"category": "21", "description": "只有这里写着琉璃瓦松动"}, subject=subject["id"]).json
        for q in (f"{case['id'] >> 33}-{case['id'] & (1 << 33) - 1}", str(case["id"]), subject["name"][3:8], subject["address"], "琉璃瓦", "璃",
                  initials[1:5], case["filed"]["person"]["name"]):
            self.assertIn(case["id"], self.said(leader, q), q)
        self.assertNotIn(case["id"], self.said(self.people["enterprise"], "琉璃瓦"))
        self.assertEqual(self.said(leader, "瓦琉"), [])

    def test_who_found_it_is_no_way_for_its_subject_to_find_it(self):
        name = self.people["member"].get("/api/v1/me").json["person"]["name"]
        self.assertTrue(self.said(self.people["officer"], name))
        self.assertEqual(self.said(self.people["enterprise"], name), [])

    def test_an_ended_case_is_found_before_and_after_it_is_put_into_the_store(self):
        member, officer = self.people["member"], self.people["officer"]
        case = member.file(POINTS[0], {"category": "21", "description": "此处为珐琅器皿,电话 13912345678"}).json
        for turn in range(3):
            self.assertEqual(self.said(officer, "珐琅"), [case["id"]])
            self.assertEqual(self.said(officer, "5678"), [case["id"]])
            if turn == 0:
                self.assertEqual(officer.move(case, "drop", {"reason": "误报"}).status, 200)
            self.people["leader"].clock(f"2026-11-23T10:0{turn}:00+08:00")

    # ---- the export ----

    def table(self, who, lang="en", **query):
        """The note, the titles and the lines of an export."""
        asked = "?" + urllib.parse.urlencode(query) if query else ""
        answer = who.send("GET", "/api/v1/cases/export" + asked, headers={"Accept-Language": lang})
        self.assertEqual((answer.status, answer.header("Content-Type")), (200, "text/csv; charset=utf-8"), answer.text[:300])
        self.assertTrue(answer.bytes.startswith(b"\xef\xbb\xbf"))
        note, titles, *lines = csv.reader(io.StringIO(answer.bytes.decode("utf-8-sig"), newline=""))
        self.assertTrue(all(len(line) == len(titles) for line in lines))
        return note[0], [dict(zip(titles, line)) for line in lines]

    def test_an_export_has_the_rows_of_the_list_for_each_account(self):
        dice = random.Random(9)
        number = lambda c: f"{c['id'] >> 33}-{c['id'] & (1 << 33) - 1}"
        for name, who in self.people.items():
            for _ in range(4):
                query = self.some_query(dice)
                self.assertEqual([line["Number"] for line in self.table(who, **query)[1]],
                                 [number(c) for c in self.rows(who, **query)], (name, query))

    def test_an_export_says_as_of_which_entry_and_asked_for_what(self):
        note, _ = self.table(self.people["leader"], flow="hazard", open="1")
        self.assertRegex(note, r"^As at entry \d+, 2026-11-23 \d\d:\d\d; filters: flow=hazard open=1$")
        note, lines = self.table(self.people["leader"], lang="zh")
        self.assertRegex(note, r"^截至第 \d+ 号记录,2026-11-23 \d\d:\d\d;筛选条件:无$")
        self.assertEqual(lines[0]["流程"], "隐患")

    def test_an_export_speaks_in_words_and_hides_what_the_list_hides(self):
        line = self.table(self.people["leader"], flow="hazard", sort="-number")[1][0]
        self.assertTrue(line["Hazard category"] and not line["Hazard category"].isdigit(), line)
        self.assertTrue(line["Filed by"] and line["Source of finding"], line)
        self.assertTrue(line["Area code"].startswith("'6"), "a long code stays a text")
        lines = self.table(self.people["enterprise"])[1]
        self.assertTrue(lines)
        for line in lines:
            self.assertEqual((line["Source of finding"], line["Filed by"]), ("", ""), line)

    def test_no_cell_of_an_export_is_a_formula(self):
        member = self.people["member"]
        for text in ("=1+1", "+1+1", "-1+1", "@SUM(1)"):
            self.assertEqual(member.file(POINTS[0], {"category": "21", "description": text}, matter="fire").status, 201)
        texts = [line["Description"] for line in self.table(member, flow="hazard", sort="-number")[1][:4]]
        self.assertEqual(texts, ["'@SUM(1)", "'-1+1", "'+1+1", "'=1+1"])


if __name__ == "__main__":
    unittest.main()
