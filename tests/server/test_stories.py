# SPDX-License-Identifier: Apache-2.0
"""Promises to people. Each test is one sentence that a district could hold us to; played over HTTP on the demo's ground with
the demo's accounts, at times that the test sets."""
import threading
import unittest
import uuid

from story import POINT, Story


class Stories(Story):
    # ---- the main job ----

    def test_a_time_limit_lies_between_today_and_a_year_from_now(self):
        self.member.clock("2026-11-24T00:30:00+08:00")  # still the day before by UTC
        for deadline in ("0001-01-01", "2026-11-23", "2027-11-26", "9999-12-31"):
            refused = self.does(self.officer, self.report(self.member), "inform", {"grade": "general", "deadline": deadline}, status=422)
            self.assertIn("between today and a year from now", refused["detail"] + str(refused["errors"]))
        case = self.does(self.officer, self.report(self.member), "inform", {"grade": "general", "deadline": "2026-11-24"})
        case = self.does(self.officer, case, "sign")
        for deadline in ("2026-11-20", "9999-12-31"):
            self.does(self.officer, case, "extend", {"deadline": deadline, "reason": "设备未到"}, status=422)
        self.assertEqual(self.officer.case(case)["due"], "2026-11-25T00:00:00+08:00")

    def test_the_main_job_from_report_to_closing(self):
        preview = self.member.post("/api/v1/preview", {"flow": "hazard", "place": {"lon": POINT[0], "lat": POINT[1], "datum": "WGS84"},
                                                       "fields": {"category": "21"}}, key=None)
        self.assertEqual(preview.status, 200, preview.text)
        case = self.report(self.member)
        self.assertEqual(case["state"], "reported")
        self.assertEqual(case["version"], 1)
        self.assertEqual(case["duty"]["role"], "responsible_officer")
        self.assertEqual(case["duty"]["person"]["id"], self.officer.person["id"])
        self.assertEqual(preview.json["duty"]["person"], case["duty"]["person"], "what was promised before sending holds")
        self.assertEqual(preview.json["due"], case["due"])
        self.assertTrue(case["due"].startswith("2026-11-25T00:00:00"), case["due"])  # 24:00 of Tuesday
        self.assertTrue(case["due_lines"])
        self.assertIn(case["id"], [c["id"] for c in self.officer.get("/api/v1/cases", duty="me", open="1").json["items"]])
        case = self.does(self.officer, case, "inform", {"grade": "general", "deadline": "2026-12-04"})
        self.assertEqual(case["state"], "informed")
        case = self.does(self.member, case, "sign")
        self.assertEqual(case["state"], "rectifying")
        self.assertTrue(case["due"].startswith("2026-12-05T00:00:00"), case["due"])  # 24:00 of the deadline
        case = self.does(self.member, case, "submit", {"after": [self.photo(self.member, 2)], "note": "已清理"})
        self.assertEqual(case["state"], "submitted")
        case = self.does(self.officer, case, "pass", {"note": "现场已恢复"})
        self.assertEqual(case["state"], "closed")
        verbs = [e["verb"] for e in self.officer.get(f"/api/v1/cases/{case['id']}/ledger").json["items"]]
        self.assertEqual(len(verbs), 5)

    def test_nobody_touches_it_and_it_climbs_to_the_deputy_in_charge_and_then_the_chief(self):
        case = self.report(self.member)
        self.member.clock("2026-11-24T23:59:00+08:00")
        self.assertFalse(self.officer.case(case)["late"])
        self.assertEqual(self.officer.case(case)["risen"], [])
        self.member.clock("2026-11-25T00:00:00+08:00")
        seen = self.deputy.case(case)
        self.assertTrue(seen["late"])
        self.assertEqual([r["role"] for r in seen["risen"]], ["deputy_in_charge"])
        self.assertEqual(seen["duty"]["role"], "responsible_officer", "rising moves no duty")
        self.assertIn(case["id"], [c["id"] for c in self.deputy.get("/api/v1/cases", duty="me").json["items"]])
        self.assertNotIn(case["id"], [c["id"] for c in self.chief.get("/api/v1/cases", duty="me").json["items"]])
        self.member.clock("2026-11-28T00:00:00+08:00")  # three working days later
        self.assertEqual([r["role"] for r in self.chief.case(case)["risen"]], ["deputy_in_charge", "grid_chief"])
        case = self.does(self.chief, case, "inform", {"grade": "general", "deadline": "2026-12-04"})
        self.assertEqual(case["state"], "informed", "who it rose to may do every duty move")

    def test_fixed_on_the_spot_with_both_photos_and_checked_by_somebody_else(self):
        fields = {"category": "21", "description": "通道已当场清开", "before": [self.photo(self.officer, 3)], "after": [self.photo(self.officer, 4)]}
        lacking = self.member.file(POINT, dict(fields, after=None), move="file_fixed")
        self.assertEqual((lacking.status, lacking.codes()), (422, {"fields.after": "required"}))
        case = self.member.file(POINT, fields, move="file_fixed").json
        self.assertEqual(case["state"], "submitted")
        self.does(self.member, case, "pass", status=403)
        self.assertEqual(self.does(self.officer, case, "pass")["state"], "closed")
        own = self.officer.file(POINT, fields, move="file_fixed").json
        barred = self.officer.move(own, "pass")
        self.assertEqual(barred.status, 403, barred.text)
        self.assertNotIn("pass", self.offered(self.officer, own))
        self.assertIn("pass", self.offered(self.deputy, own), "with one officer only it falls to the next rung, never to nobody")
        self.assertIn(own["id"], [c["id"] for c in self.deputy.get("/api/v1/cases", duty="me").json["items"]])

    def test_a_suspected_major_goes_to_the_department_and_the_office_cannot_close_it(self):
        case = self.report(self.member, matter="fire")
        case = self.does(self.officer, case, "inform", {"grade": "major"})
        self.assertEqual(case["state"], "assessing")
        self.assertEqual(case["duty"]["role"], "department_officer")
        self.assertEqual(case["duty"]["person"]["id"], self.department.person["id"])
        self.assertFalse(self.offered(self.officer, case) & {"pass", "drop", "determine", "accept"})
        self.does(self.officer, case, "determine", {"verdict": "general", "reason": "x", "deadline": "2026-12-04"}, status=403)
        self.does(self.officer, case, "pass", status=409)

    def test_an_objection_raised_twice_goes_to_arbitration(self):
        case = self.informed()
        case = self.does(self.officer, case, "object", {"reason": "房东负责"})
        self.assertEqual(case["state"], "reported")
        case = self.does(self.officer, case, "inform", {"grade": "general", "deadline": "2026-12-04"})
        case = self.does(self.officer, case, "object", {"reason": "仍不同意"})
        self.assertEqual(case["state"], "arbitration")
        self.assertEqual(case["duty"]["role"], "safety_committee_office")
        self.assertEqual(case["duty"]["person"]["id"], self.office.person["id"])

    def test_two_officers_move_at_once_and_one_gets_stale(self):
        case, answers, start = self.report(self.member), [], threading.Barrier(2)
        self.member.clock("2026-11-25T00:00:00+08:00")  # it has risen to the deputy, who may do every duty move, too
        case = self.officer.case(case)

        def act(who, move, fields):
            start.wait()
            answers.append(who.move(case, move, fields))
        both = [threading.Thread(target=act, args=a) for a in ((self.officer, "inform", {"grade": "general", "deadline": "2026-12-04"}),
                                                               (self.deputy, "drop", {"reason": "不属实"}))]
        for t in both:
            t.start()
        for t in both:
            t.join()
        self.assertEqual(sorted(a.status for a in answers), [200, 409])
        self.assertEqual(next(a for a in answers if a.status == 409).json["code"], "stale")
        self.assertEqual(self.officer.case(case)["version"], case["version"] + 1)

    def test_the_same_key_twice_has_one_effect(self):
        key = str(uuid.uuid4())
        fields = {"category": "21", "description": "同一条"}
        first, again = self.member.file(POINT, fields, key=key), self.member.file(POINT, fields, key=key)
        self.assertEqual((first.status, again.status), (201, 200))
        self.assertEqual(first.json["id"], again.json["id"])
        other = self.member.file(POINT, dict(fields, description="另一条"), key=key)
        self.assertEqual((other.status, other.json["code"]), (409, "key-reused"))
        self.server.stop()
        self.start(self.store)
        self.assertEqual(self.member.file(POINT, fields, key=key).json["id"], first.json["id"], "across a restart, too")

    def test_an_urgent_clock_does_not_sleep(self):
        self.member.clock("2026-11-28T22:50:00+08:00")  # Saturday night
        case = self.member.file(POINT, {"description": "后厨漏气,已关阀"}, move="file_urgent").json
        self.assertEqual(case["state"], "urgent")
        self.assertTrue(case["due"].startswith("2026-11-28T23:05:00"), case["due"])
        self.assertEqual(case["duty"]["role"], "duty_room")
        self.member.clock("2026-11-28T23:05:00+08:00")
        self.assertTrue(self.deputy.case(case)["risen"])

    # ---- who sees ----

    def test_a_person_of_another_office_sees_nothing_but_the_finder_sees_his_own(self):
        far = next(c for c in self.cells() if c["office"] != self.office_of(POINT))
        case = self.report(self.member, place=far["inside"])
        mine = self.member.get(f"/api/v1/cases/{case['id']}")
        self.assertEqual(mine.status, 200, "who filed always sees what they filed")
        self.assertIn(case["id"], [c["id"] for c in self.member.get("/api/v1/cases", filed="me").json["items"]])
        before = self.officer.get("/api/v1/cases/count").json["count"]
        self.assertEqual(self.officer.get(f"/api/v1/cases/{case['id']}").status, 404)
        self.assertEqual(self.officer.get(f"/api/v1/cases/{case['id']}/ledger").status, 404)
        self.assertEqual(self.officer.move(case, "drop", {"reason": "x"}).status, 404)
        self.assertNotIn(case["id"], [c["id"] for c in self.officer.get("/api/v1/cases").json["items"]])
        self.report(self.member, place=far["inside"])
        self.assertEqual(self.officer.get("/api/v1/cases/count").json["count"], before)

    def office_of(self, point):
        path = self.member.get("/api/v1/locate", lon=point[0], lat=point[1]).json["path"]
        return path[1]["id"]

    def cells(self):
        """Points of the demo's ground, each well inside a cell, with the office above it."""
        for i in range(1, 40):
            for k in range(1, 40):
                point = (round(108.96 + i * 0.005, 4), round(34.22 + k * 0.005, 4))
                answer = self.member.get("/api/v1/locate", lon=point[0], lat=point[1])
                if answer.status == 200:
                    yield {"office": answer.json["path"][1]["id"], "inside": point, "cell": answer.json["cell"]}

    def test_outside_every_cell_is_refused_with_the_nearest(self):
        answer = self.member.get("/api/v1/locate", lon=0, lat=0)
        self.assertEqual((answer.status, answer.json["code"]), (404, "outside"))
        filed = self.member.file((0, 0), {"category": "21", "description": "x"})
        self.assertEqual((filed.status, filed.json["code"]), (422, "outside"))

    # ---- visits ----

    def test_a_finding_becomes_a_hazard_in_one_move(self):
        subject = self.member.get("/api/v1/subjects", limit=1).json["items"][0]
        visit = self.member.post("/api/v1/cases", {"flow": "visit", "move": "find", "subject": subject["id"],
                                                   "fields": {"finding": "灭火器压力不足", "category": "23"}})
        self.assertEqual(visit.status, 201, visit.text)
        children = self.member.get("/api/v1/cases", parent=visit.json["id"]).json["items"]
        self.assertEqual([c["flow"] for c in children], ["hazard"])
        self.assertEqual(children[0]["fields"]["description"], "灭火器压力不足")
        self.assertEqual(children[0]["subject"], subject["id"] if isinstance(children[0]["subject"], int) else children[0]["subject"])

    def test_a_refused_visit_is_telephoned_once_and_then_left_alone(self):
        subject = self.member.get("/api/v1/subjects", limit=1).json["items"][0]
        visit = self.member.post("/api/v1/cases", {"flow": "visit", "subject": subject["id"], "fields": {"result": "refused"}}).json
        self.assertEqual((visit["state"], visit["duty"]["role"]), ("turned_away", "responsible_officer"))
        self.assertEqual(self.does(self.officer, visit, "call", {"answer": "declined"})["state"], "declined")

    # ---- five finders ----

    def test_the_same_hazard_by_two_finders_is_kept_once_and_both_are_told(self):
        first, second = self.report(self.member), self.report(self.standin)
        self.assertEqual(second["similar"], [], "a stranger to the cell is told of nothing that he may not see")
        seen = self.officer.case(second)["similar"]
        self.assertTrue(any(s["id"] == first["id"] for s in seen), seen)
        merged = self.does(self.officer, second, "merge", {"into": first["id"]})
        self.assertEqual(self.standin.case(second)["state"], merged["state"])
        self.assertEqual(self.standin.get(f"/api/v1/cases/{first['id']}").status, 200, "each finder keeps a link")


if __name__ == "__main__":
    unittest.main()
