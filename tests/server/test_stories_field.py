# SPDX-License-Identifier: Apache-2.0
"""Promises about the field as it is: weeks without signal, firms that look after themselves, building sites that come and go,
reports that somebody sent out of spite, five finders of one hazard, shops that are not there any more."""
import unittest
import uuid

from story import POINT, Story

PLACE = {"lon": POINT[0], "lat": POINT[1], "datum": "WGS84"}


class Field(Story):
    def proposed(self, who=None, **body):
        answer = (who or self.member).post("/api/v1/proposals", body)
        self.assertEqual(answer.status, 201, answer.text)
        return answer.json

    def accepted(self, proposal, who=None):
        answer = (who or self.officer).post(f"/api/v1/proposals/{proposal['id']}/accept", {})
        self.assertEqual(answer.status, 200, answer.text)
        return answer.json

    def subject(self, number):
        return self.officer.get(f"/api/v1/subjects/{number}").json

    def shop(self):
        """The subject at the demo's point, whose safety officer is the account enterprise."""
        return self.enterprise.get("/api/v1/subjects").json["items"][0]

    # ---- a village without signal ----

    def test_what_was_written_down_a_week_ago_without_signal_arrives_once_and_says_when(self):
        found, key = "2026-11-16T10:30:00+08:00", str(uuid.uuid4())
        body = {"flow": "hazard", "place": PLACE, "fields": {"category": "21", "description": "疏散通道堆放酒水"}}
        first = self.member.post("/api/v1/cases", body, key=key, headers={"X-Client-Time": found})
        again = self.member.post("/api/v1/cases", body, key=key, headers={"X-Client-Time": found})
        self.assertEqual((first.status, again.status, again.json["id"]), (201, 200, first.json["id"]), first.text)
        self.assertEqual(first.json["opened"], "2026-11-23T09:00:00+08:00", "the clock begins when somebody can know of it")
        self.assertTrue(first.json["due"].startswith("2026-11-25T00:00:00"), "nobody is late for a week without signal")
        entry = self.officer.get(f"/api/v1/cases/{first.json['id']}/ledger").json["items"][0]
        self.assertEqual((entry["at"], entry["client"]), ("2026-11-23T09:00:00+08:00", found))

    def test_a_paper_record_is_entered_by_who_stands_in_and_both_names_are_kept(self):
        away = self.member.post(f"/api/v1/persons/{self.member.person['id']}/absences", {"reason": "other", "to": "2026-12-05T00:00:00+08:00"})
        self.assertEqual(away.status, 201, away.text)
        case = self.report(self.standin)
        entry = self.officer.get(f"/api/v1/cases/{case['id']}/ledger").json["items"][0]
        self.assertEqual((entry["actor"]["id"], entry["for"]["id"]), (self.standin.person["id"], self.member.person["id"]))

    # ---- a firm that is looked after by itself, too ----

    def test_a_firm_files_no_hazard_of_the_grids_and_never_checks_itself(self):
        shop = self.shop()
        self.assertEqual(self.enterprise.file(POINT, {"category": "21", "description": "自查"}, subject=shop["id"]).status, 403)
        case = self.report(self.member, subject=shop["id"])
        people = {d["role"]: d["person"]["id"] for d in self.member.get("/api/v1/locate", lon=POINT[0], lat=POINT[1]).json["duty"]}
        self.assertEqual(people["grid_member"], self.member.person["id"], "member and officer of its cell are the government's")
        case = self.does(self.officer, case, "inform", {"grade": "general", "deadline": "2026-12-04"})
        case = self.does(self.enterprise, case, "sign")
        case = self.does(self.enterprise, case, "submit", {"note": "已清理"})
        self.assertEqual(case["duty"]["person"]["id"], self.officer.person["id"])
        self.assertNotIn("pass", self.offered(self.enterprise, case))
        self.does(self.enterprise, case, "pass", status=403)
        self.assertEqual(self.does(self.officer, case, "pass")["state"], "closed")

    # ---- building sites ----

    def test_a_new_site_is_proposed_in_one_message_and_ends_by_being_asked_about(self):
        new = self.proposed(kind="new", place=PLACE, note="新增工地", fields={
            "name": "某路改造3标段", "kind": "site", "site_start": "2026-11-20", "site_end": "2027-10-31", "permit": None, "uscc_reason": "place",
            "parties": [{"role": "owner", "name": "示例建设单位"}, {"role": "contractor", "name": "示例总包"},
                        {"role": "supervisor", "name": "示例监理"}, {"role": "subcontractor", "name": "示例分包"}]})
        self.assertEqual(self.officer.get("/api/v1/subjects", q="某路改造3标段").json["items"], [], "said is not yet so")
        site = self.subject(self.accepted(new)["subject"])
        self.assertEqual((site["kind"], site["site_start"], site["site_end"]), ("site", "2026-11-20", "2027-10-31"))
        self.assertEqual([p["role"] for p in site["parties"]], ["owner", "contractor", "supervisor", "subcontractor"])
        cell = self.member.get("/api/v1/locate", lon=POINT[0], lat=POINT[1]).json["cell"]["id"]
        self.assertEqual((site["area"]["id"], site["department"] is not None), (cell, True))

        def asked():
            return [p for p in self.officer.get("/api/v1/proposals", state="open", limit=200).json["items"] if p["subject"] == site["id"]]
        self.member.clock("2027-02-20T12:00:00+08:00")
        self.assertEqual(asked(), [])
        self.member.clock("2027-02-23T12:00:00+08:00")
        self.assertEqual([p["kind"] for p in asked()], ["unseen"], "ninety days after it was last seen, once")
        self.member.clock("2027-02-25T12:00:00+08:00")
        self.assertEqual(len(asked()), 1)

    # ---- who reports, and why ----

    def test_where_a_report_came_from_is_hidden_from_the_firm(self):
        case = self.report(self.member, subject=self.shop()["id"])
        self.assertEqual(self.officer.case(case)["fields"]["source"], "visit")
        seen = self.enterprise.get(f"/api/v1/cases/{case['id']}")
        self.assertEqual(seen.status, 200, seen.text)
        self.assertFalse(seen.json["fields"].get("source"))
        told = seen.text + self.enterprise.get(f"/api/v1/cases/{case['id']}/ledger").text
        self.assertNotIn(self.member.get("/api/v1/me").json["person"]["name"], told)
        self.assertNotIn('"source":"visit"', told)

    # ---- five finders ----

    def test_five_find_the_same_and_it_is_one_hazard_of_which_all_are_told(self):
        shop = self.shop()["id"]
        finders = (self.member, self.officer, self.standin, self.department, self.member)
        before = self.chief.get("/api/v1/cases/count", open="1").json["count"]
        cases = [self.report(who, subject=shop) for who in finders]
        first = cases[0]
        for case in cases[1:]:
            self.assertIn(first["id"], [s["id"] for s in self.officer.case(case)["similar"]])
            self.does(self.officer, case, "merge", {"into": first["id"]})
        self.assertEqual(self.chief.get("/api/v1/cases/count", open="1").json["count"], before + 1, "counted once")
        for who, case in zip(finders, cases):
            self.assertEqual(who.get(f"/api/v1/cases/{first['id']}").status, 200, "each finder keeps a link to the one that is kept")
            self.assertEqual(who.get(f"/api/v1/cases/{case['id']}").status, 200)
        open_here = [c["id"] for c in self.enterprise.get("/api/v1/cases", open="1", subject=shop, limit=200).json["items"]]
        self.assertEqual([c for c in open_here if c in {x["id"] for x in cases}], [first["id"]], "the firm hears of one")
        self.does(self.officer, first, "inform", {"grade": "general", "deadline": "2026-12-04"})

    # ---- shops that are not there any more ----

    def test_closed_moved_and_renamed_are_one_tap_and_the_officer_confirms(self):
        cell = self.member.get("/api/v1/locate", lon=POINT[0], lat=POINT[1]).json["cell"]["id"]
        shops = [s for s in self.member.get("/api/v1/subjects", area=cell, status="open", limit=200).json["items"]][:3]
        said = [self.proposed(kind="closed", subject=shops[0]["id"]), self.proposed(kind="moved", subject=shops[1]["id"]),
                self.proposed(kind="renamed", subject=shops[2]["id"], fields={"name": "新招牌便利店"})]
        self.assertEqual([self.subject(s["id"])["status"] for s in shops], ["open"] * 3)
        waiting = [p["id"] for p in self.officer.get("/api/v1/proposals", state="open", limit=200).json["items"]]
        self.assertTrue({p["id"] for p in said} <= set(waiting))
        twice = self.member.post("/api/v1/proposals", {"kind": "closed", "subject": shops[0]["id"]})
        self.assertEqual((twice.status, twice.json["code"]), (409, "proposed"))
        self.assertEqual(self.member.post(f"/api/v1/proposals/{said[0]['id']}/accept", {}).status, 403, "not by who said it")
        for p in said:
            self.accepted(p)
        after = [self.subject(s["id"]) for s in shops]
        self.assertEqual([s["status"] for s in after], ["closed", "moved", "open"])
        self.assertEqual(after[2]["name"], "新招牌便利店")


if __name__ == "__main__":
    unittest.main()
