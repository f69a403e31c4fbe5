# SPDX-License-Identifier: Apache-2.0
"""The command map over HTTP: outlines of a level in one answer, figures that are the counts of the list, for what one sees
alone, now and then; subjects as points; who answers in a cell and who is on duty."""
import gzip
import unittest

import gw
import shape

NOW = "2026-11-23T09:00:00+08:00"  # a Monday
POINT = (109.06, 34.32)
HAZARD = {"flow": "hazard", "place": {"lon": POINT[0], "lat": POINT[1]},
          "fields": {"category": "21", "description": "疏散通道堆放酒水,只能侧身过"}}
MIDNIGHT = "2026-11-23T00:00:00+08:00"
FIGURES = ("open", "late", "new", "suspected", "major")


class Map(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = gw.Folder()
        cls.addClassCleanup(cls.folder.close)
        cls.server = gw.Server(gw.demo_store(cls.folder), now=NOW)
        cls.addClassCleanup(cls.server.stop)
        cls.document = cls.server.document = cls.server.anyone().get("/api/openapi.json").json
        for name in ("member", "officer", "chief", "office", "leader", "enterprise", "auditor", "department"):
            setattr(cls, name, cls.server.sign_in(name))

    def fits(self, method, path, answer):
        self.assertEqual(shape.answer_faults(self.document, method, path, answer), [], answer.text[:600])
        return answer

    def refused(self, answer, status, code):
        self.assertEqual((answer.status, answer.json["code"]), (status, code), answer.text)

    def hazard(self, **more):
        answer = self.member.post("/api/v1/cases", dict(HAZARD, **more))
        self.assertEqual(answer.status, 201, answer.text)
        return answer.json

    def figures(self, who, **query):
        answer = self.fits("GET", "/api/v1/map", who.get("/api/v1/map", **query))
        self.assertEqual(answer.status, 200)
        for name in FIGURES:
            self.assertEqual(answer.json["figures"][name], sum(c[name] for c in answer.json["cells"]))
        return answer.json["figures"]

    def counts(self, who, **query):
        count = lambda **more: who.get("/api/v1/cases/count", flow="hazard", **query, **more).json["count"]
        return {"open": count(open=1), "late": count(open=1, late=1), "new": count(**{"from": MIDNIGHT}),
                "suspected": count(state="assessing", open=1), "major": count(state="major", open=1)}

    def equal(self, who, **query):
        figures = self.figures(who, **query)
        self.assertEqual({name: figures[name] for name in FIGURES}, self.counts(who, **query))
        return figures

    def root(self):
        return self.leader.get("/api/v1/me").json["region"]["id"]

    def cell(self):
        return self.leader.get("/api/v1/locate", lon=POINT[0], lat=POINT[1]).json

    # ---- outlines ----

    def test_the_outlines_of_a_level_are_those_of_its_areas(self):
        root = self.root()
        for level, wanted in (("street", 7), ("village", 62), ("cell", 248), ("region", 1)):
            path = f"/api/v1/areas/{root}/outlines"
            answer = self.fits("GET", path, self.member.get(path, level=level))
            features = answer.json["features"]
            self.assertEqual((answer.header("Content-Type"), len(features)), ("application/geo+json; charset=utf-8", wanted))
            for feature in features[::40]:
                self.assertEqual(feature, self.member.get(f"/api/v1/areas/{feature['id']}/outline").json)
        office = self.cell()["path"][1]
        below = self.member.get(f"/api/v1/areas/{office['id']}/outlines").json["features"]
        self.assertTrue(0 < len(below) < 248)
        self.assertTrue(all(f["properties"]["code"].startswith(office["code"]) for f in below))
        self.assertEqual(self.member.get(f"/api/v1/areas/{root}/outlines", asof="2018-01-01T00:00:00+08:00").status, 404)
        self.refused(self.member.get("/api/v1/areas/999999/outlines"), 404, "not-found")
        self.assertEqual(self.member.get(f"/api/v1/areas/{root}/outlines", level="x").codes(), {"level": "choice"})

    def test_outlines_are_asked_for_once_and_packed(self):
        path = f"/api/v1/areas/{self.root()}/outlines"
        plain = self.member.get(path)
        tag = plain.header("ETag")
        self.assertIsNone(plain.header("Content-Encoding"))
        packed = self.member.send("GET", path, headers={"Accept-Encoding": "gzip"})
        self.assertEqual((packed.header("Content-Encoding"), packed.header("Vary")), ("gzip", "Accept-Encoding"))
        self.assertEqual(gzip.decompress(packed.bytes), plain.bytes)
        self.assertLess(len(packed.bytes) * 3, len(plain.bytes))
        again = self.member.send("GET", path, headers={"If-None-Match": tag})
        self.assertEqual((again.status, again.bytes, again.header("ETag")), (304, b"", tag))
        other = self.member.send("GET", path + "?level=street", headers={"If-None-Match": tag})
        self.assertEqual(other.status, 200)

    # ---- figures ----

    def test_figures_are_the_counts_of_the_list_for_each_account(self):
        for who in (self.member, self.officer, self.chief, self.office, self.leader, self.enterprise, self.auditor, self.department):
            self.equal(who)
        self.equal(self.leader, area=self.cell()["path"][1]["id"])
        self.refused(self.leader.get("/api/v1/map", area=999999), 404, "not-found")

    def test_what_is_filed_counts_at_once_in_its_cell(self):
        cell = self.cell()["cell"]["id"]
        before, here = self.figures(self.officer), self.figures(self.officer, area=cell)
        self.hazard()
        after = self.equal(self.officer)
        self.assertEqual((after["open"], after["new"]), (before["open"] + 1, before["new"] + 1))
        self.assertEqual(self.equal(self.officer, area=cell)["open"], here["open"] + 1)
        self.assertEqual(self.figures(self.auditor)["open"], 0)

    def test_another_offices_people_do_not_count_it(self):
        office = self.cell()["path"][1]["id"]
        point = next(p for p in ((109.0 + i / 100, 34.25 + k / 100) for i in range(12) for k in range(12))
                     if self.member.get("/api/v1/locate", lon=p[0], lat=p[1]).status == 200
                     and self.member.get("/api/v1/locate", lon=p[0], lat=p[1]).json["path"][1]["id"] != office)
        chief, leader, member = (self.figures(who)["open"] for who in (self.chief, self.leader, self.member))
        self.hazard(place={"lon": point[0], "lat": point[1]})
        self.assertEqual(self.equal(self.chief)["open"], chief)
        self.assertEqual(self.equal(self.leader)["open"], leader + 1)
        self.assertEqual(self.equal(self.member)["open"], member + 1)  # who filed it sees it

    def test_suspected_and_major_are_what_the_definition_calls_so(self):
        before = self.equal(self.leader)
        case = self.hazard(matter="fire")
        case = self.officer.post(f"/api/v1/cases/{case['id']}/moves/suspect", {"version": 1, "fields": {"reason": "出口锁闭"}}).json
        self.assertEqual(self.equal(self.leader)["suspected"], before["suspected"] + 1)
        done = self.department.post(f"/api/v1/cases/{case['id']}/moves/determine", {"version": case["version"], "fields": {
            "verdict": "major", "standard": "GB 35181", "opinion_no": "浐消〔2026〕1号", "panel": 3, "reason": "集体研究"}})
        self.assertEqual(done.status, 200, done.text)
        after = self.equal(self.leader)
        self.assertEqual((after["suspected"], after["major"]), (before["suspected"], before["major"] + 1))
        said = next(f["flow"] for f in self.leader.get("/api/v1/flows").json["items"] if f["name"] == "hazard")["measures"]
        self.assertEqual({m["figure"]: m.get("of") for m in said if "figure" in m}["suspected"], ["assessing"])

    def test_sites_and_vacant_cells_are_those_of_their_lists(self):
        for who in (self.leader, self.chief, self.enterprise):
            figures = self.figures(who)
            self.assertEqual(figures["sites"], who.get("/api/v1/subjects/count", site=1, status="open").json["count"])
        answer = self.leader.get("/api/v1/map").json
        blind = [b["area"]["id"] for b in self.leader.get("/api/v1/blindspots", limit=200).json["items"] if b["kind"] == "no-member"]
        self.assertEqual(answer["vacant"], blind)
        self.assertEqual(answer["figures"]["vacant"], len(blind))

    # ---- people ----

    def test_the_chain_of_a_cell_with_the_street_contact_and_phones_in_part(self):
        here = self.cell()
        path = f"/api/v1/areas/{here['cell']['id']}/duty"
        seen = self.fits("GET", path, self.leader.get(path)).json
        self.assertEqual([d["role"] for d in seen["duty"]],
                         ["grid_member", "responsible_officer", "deputy_in_charge", "grid_chief", "street_contact"])
        self.assertEqual([d["person"] for d in seen["duty"][:4]], [d["person"] for d in here["duty"]])
        self.assertEqual(seen["departments"], here["departments"])
        self.assertRegex(seen["duty"][0]["phone"], r"^1\d{10}$")
        self.assertTrue(seen["duty"][0]["why"])
        masked = self.auditor.get(path).json["duty"][0]["phone"]
        self.assertRegex(masked, r"^1\d\d\*{4}\d{4}$")
        self.refused(self.leader.get("/api/v1/areas/999999/duty"), 404, "not-found")

    def test_who_is_on_duty_and_the_holiday(self):
        day = self.leader.get("/api/v1/map").json
        self.assertTrue(day["working"])
        self.assertEqual([(d["now"], d["from"]) for d in day["duty"]], [(False, "2026-11-23T18:00:00+08:00")])
        night = self.leader.get("/api/v1/map", asof="2026-11-23T20:00:00+08:00").json["duty"][0]
        self.assertTrue(night["now"] and night["leader"]["name"] and night["person"]["name"])
        self.assertRegex(self.auditor.get("/api/v1/map").json["duty"][0]["phone"], r"\*{4}")
        past = self.leader.get("/api/v1/map", asof="2026-10-03T09:00:00+08:00").json
        self.assertFalse(past["working"])
        self.assertEqual((past["holiday"]["from"], past["holiday"]["to"]), ("2026-10-01T00:00:00+08:00", "2026-10-08T00:00:00+08:00"))
        before = self.leader.get("/api/v1/map", asof="2026-09-28T09:00:00+08:00").json
        self.assertEqual(before["holiday"], past["holiday"])

    # ---- points ----

    def all_points(self, who, **query):
        found, cursor = [], None
        while True:
            answer = self.fits("GET", "/api/v1/subjects/points", who.get("/api/v1/subjects/points", **query, **({"cursor": cursor} if cursor else {})))
            self.assertEqual(answer.status, 200, answer.text)
            self.assertLessEqual(len(answer.json["items"]), 5000)
            found += answer.json["items"]
            cursor = answer.json["next"]
            if not cursor:
                return found

    def test_points_are_the_subjects_that_one_sees(self):
        for who in (self.leader, self.chief, self.enterprise, self.auditor):
            points = self.all_points(who)
            self.assertEqual(len(points), who.get("/api/v1/subjects/count").json["count"])
            self.assertEqual(len({p[0] for p in points}), len(points))
        red = self.all_points(self.leader, colour="red")
        self.assertEqual({p[3] for p in red}, {"red"})
        self.assertEqual(len(red), self.leader.get("/api/v1/subjects/count", colour="red").json["count"])
        one = self.leader.get(f"/api/v1/subjects/{red[0][0]}").json
        self.assertEqual((one["place"]["lon"], one["place"]["lat"]), (red[0][1], red[0][2]))

    def test_points_of_a_box_are_in_it(self):
        whole = self.all_points(self.leader)
        box = (109.05, 34.30, 109.06, 34.31)
        inside = {p[0] for p in whole if box[0] <= p[1] <= box[2] and box[1] <= p[2] <= box[3]}
        asked = self.all_points(self.leader, box=",".join(map(str, box)))
        self.assertTrue(inside)
        self.assertEqual({p[0] for p in asked}, inside)
        for bad in ("1,2,3", "1,2,3,4,5", "109,34,108,35", "a,b,c,d", "0,0,0,91", ","):
            self.assertEqual(self.leader.get("/api/v1/subjects/points", box=bad).status, 422, bad)


class Past(unittest.TestCase):
    """A day that has passed reads as it was."""

    def test_figures_of_a_day_before(self):
        folder = gw.Folder()
        self.addCleanup(folder.close)
        server = gw.Server(gw.demo_store(folder), now=NOW)
        self.addCleanup(server.stop)
        member, officer, leader = (server.sign_in(n) for n in ("member", "officer", "leader"))
        case = member.post("/api/v1/cases", dict(HAZARD, move="file_urgent")).json
        pick = lambda **q: {k: v for k, v in leader.get("/api/v1/map", **q).json["figures"].items() if k in FIGURES}
        monday = pick()
        self.assertEqual((monday["open"], monday["new"], monday["late"]), (1, 1, 0))
        server_clock = lambda t: self.assertEqual(leader.post("/api/v1/clock", {"now": t}).status, 200)
        server_clock("2026-11-24T09:00:00+08:00")
        officer.post(f"/api/v1/cases/{case['id']}/moves/attend", {"version": 1, "fields": {}})
        server_clock("2026-11-25T09:00:00+08:00")
        self.assertEqual(pick(asof=NOW), monday)
        evening = pick(asof="2026-11-23T23:00:00+08:00")
        self.assertEqual((evening["open"], evening["new"], evening["late"]), (1, 1, 1))
        self.assertEqual(pick(asof="2026-11-22T09:00:00+08:00")["open"], 0)


if __name__ == "__main__":
    unittest.main()
