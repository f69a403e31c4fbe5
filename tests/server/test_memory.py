# SPDX-License-Identifier: Apache-2.0
"""What one request looks at, and what it takes: counts are what pages hold; beyond the bound of rows a count says "at least", a
list that it is partial, and nothing on it is out of reach; no request takes 16 MiB, nor does a thousand of them stay."""
import os
import subprocess
import unittest

import gw
import hungry
import shape

ROLES = ("leader", "office", "department", "chief", "deputy", "officer", "member", "standin", "inspector", "enterprise", "auditor")
FILTERS = ({}, {"open": 1}, {"open": 0}, {"duty": "me"}, {"filed": "me"}, {"q": "消防"}, {"late": 1})
FEW = 700  # rows: less than there are of anything


class Bounds(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = gw.Folder()
        cls.addClassCleanup(cls.folder.close)
        gw.run("demo", "--store", cls.folder.store, "--days", "3", "--now", gw.DEMO_NOW, "--quiet")
        cls.server = gw.Server(cls.folder.store, now=gw.DEMO_NOW)
        cls.addClassCleanup(cls.server.stop)
        other = gw.Folder()
        cls.addClassCleanup(other.close)
        cls.tight = gw.Server(gw.demo_store(other, cls.folder.store), "--rows-most", str(FEW), now=gw.DEMO_NOW)
        cls.addClassCleanup(cls.tight.stop)
        cls.document = cls.server.anyone().get("/api/openapi.json").json

    def paged(self, who, noun, limit=200, **query):
        """Ids of all pages, and how many pages were partial."""
        ids, partial, cursor = [], 0, None
        while True:
            answer = who.get(f"/api/v1/{noun}", limit=limit, cursor=cursor, **query)
            page = answer.json
            if page.get("partial") and not partial:
                self.assertEqual(shape.answer_faults(self.document, "GET", f"/api/v1/{noun}", answer), [])
            self.assertLessEqual(len(page["items"]), limit)
            self.assertNotEqual(page.get("partial"), False, "it is said only when it is so")
            if page.get("partial"):
                self.assertLess(len(page["items"]), limit)
                self.assertTrue(page["next"])
                partial += 1
            ids += [x["id"] for x in page["items"]]
            self.assertNotEqual(page["next"], cursor or "", "each page gets on")
            cursor = page["next"]
            if not cursor:
                return ids, partial

    def test_a_count_is_what_the_pages_hold(self):
        for role in ROLES:
            who = self.server.sign_in(role)
            for noun, query in [("cases", f) for f in FILTERS] + [("subjects", {"colour": "red"}), ("subjects", {"q": "公司1"})]:
                with self.subTest(role=role, noun=noun, query=query):
                    ids, partial = self.paged(who, noun, **query)
                    self.assertEqual(who.get(f"/api/v1/{noun}/count", **query).json, {"count": len(ids)})
                    self.assertEqual((partial, len(set(ids))), (0, len(ids)))

    def test_beyond_the_bound_a_count_says_at_least(self):
        whole, tight = self.server.sign_in("leader"), self.tight.sign_in("leader")
        for noun, query in (("subjects", {}), ("subjects", {"q": "公司"})):
            with self.subTest(noun=noun, query=query):
                answer = tight.get(f"/api/v1/{noun}/count", **query)
                self.assertEqual(shape.answer_faults(self.document, "GET", f"/api/v1/{noun}/count", answer), [])
                said = answer.json
                self.assertIs(said.get("at_least"), True)
                self.assertLessEqual(said["count"], whole.get(f"/api/v1/{noun}/count", **query).json["count"])

    def test_beyond_the_bound_a_list_is_partial_and_nothing_is_out_of_reach(self):
        for role in ("leader", "department", "member"):
            whole, tight = self.server.sign_in(role), self.tight.sign_in(role)
            for noun, query in (("subjects", {"colour": "red"}), ("subjects", {"q": "100"})):
                with self.subTest(role=role, noun=noun, query=query):
                    ids, partial = self.paged(tight, noun, **query)
                    self.assertEqual(ids, self.paged(whole, noun, **query)[0])
                    self.assertGreater(partial, 0)

    def test_cases_are_counted_and_listed_to_the_end_whatever_the_bound(self):
        for role in ("leader", "department", "member"):
            whole, tight = self.server.sign_in(role), self.tight.sign_in(role)
            for query in ({}, {"open": 0}, {"q": "消防"}, {"flow": "none"}):
                with self.subTest(role=role, query=query):
                    ids, partial = self.paged(tight, "cases", **query)
                    self.assertEqual((ids, partial), (self.paged(whole, "cases", **query)[0], 0))
                    self.assertEqual(tight.get("/api/v1/cases/count", **query).json, {"count": len(ids)})

    def test_a_map_that_was_not_counted_to_the_end_says_so(self):
        whole, tight = self.server.sign_in("leader"), self.tight.sign_in("leader")
        for then in (None, "2026-11-19T12:00:00+08:00"):
            answer = tight.get("/api/v1/map", asof=then)
            self.assertEqual(shape.answer_faults(self.document, "GET", "/api/v1/map", answer), [])
            exact, least = whole.get("/api/v1/map", asof=then).json, answer.json
            self.assertIs(least["partial"], True)
            self.assertNotIn("partial", exact)
            for name, n in least["figures"].items():
                self.assertLessEqual(n, exact["figures"][name], name)


class Memory(unittest.TestCase):
    """On the binary that is shipped: what sanitizers hold says nothing. Two months, for a year takes a minute to make:
    bench/memory.py has it."""

    @classmethod
    def setUpClass(cls):
        subprocess.run([os.path.join(gw.ROOT, "tools", "build.sh")], check=True)
        cls.addClassCleanup(setattr, gw, "BINARY", gw.BINARY)
        gw.BINARY = os.path.join(gw.ROOT, "build", "gridward")
        cls.folder = gw.Folder()
        cls.addClassCleanup(cls.folder.close)
        gw.run("demo", "--store", cls.folder.store, "--days", "60", "--now", gw.DEMO_NOW, "--quiet")

    def setUp(self):
        self.server = gw.Server(self.folder.store, now=gw.DEMO_NOW)
        self.addCleanup(self.server.stop)
        self.pid = self.server.process.pid

    def test_no_request_takes_sixteen_megabytes(self):
        for role in ("leader", "department", "member"):
            for what, ask in hungry.requests(self.server.sign_in(role)).items():
                with self.subTest(role=role, what=what):
                    self.assertLess(hungry.peak(self.pid, ask), 16 << 10)

    def test_a_thousand_requests_leave_less_than_thirty_two_megabytes(self):
        start = hungry.held(self.pid)
        ways = [ask for role in ("leader", "department", "member") for ask in hungry.requests(self.server.sign_in(role)).values()]
        for i in range(1000):
            ways[i * 7 % len(ways)]()
        self.assertLess(hungry.held(self.pid) - start, 32 << 10)


if __name__ == "__main__":
    unittest.main()
