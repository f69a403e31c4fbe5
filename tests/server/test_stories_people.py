# SPDX-License-Identifier: Apache-2.0
"""Promises about people who leave, are away, come back, or were never there: no work and no cell is left to nobody, and what
nobody minds is on the list of blind spots at once."""
import unittest

from story import POINT, Story


class People(Story):
    def seat(self, role):
        """The seat of that role that answers at the demo's point."""
        located = self.member.get("/api/v1/locate", lon=POINT[0], lat=POINT[1]).json
        return next(d["seat"] for d in located["duty"] if d["role"] == role)

    def looked_up(self, seat):
        return self.chief.get(f"/api/v1/seats/{seat}").json

    def ends(self, hold, status=200, **body):
        answer = self.chief.post(f"/api/v1/holds/{hold['id']}/end", body)
        self.assertEqual(answer.status, status, answer.text)
        return answer.json

    def sits(self, seat, person, how="holder"):
        answer = self.chief.post(f"/api/v1/seats/{seat}/holds", {"person": person, "how": how})
        self.assertEqual(answer.status, 201, answer.text)
        return answer.json

    def revisit(self):
        """A visit that found a closed door: the member of the cell goes again."""
        cell = self.member.get("/api/v1/locate", lon=POINT[0], lat=POINT[1]).json["cell"]["id"]
        subject = self.member.get("/api/v1/subjects", area=cell, limit=1).json["items"][0]["id"]
        answer = self.member.post("/api/v1/cases", {"flow": "visit", "subject": subject, "fields": {"result": "no-entry"}})
        self.assertEqual((answer.status, answer.json["state"], answer.json["duty"]["role"]), (201, "again", "grid_member"), answer.text)
        return answer.json

    def mine(self, who):
        return {c["id"] for c in who.get("/api/v1/cases", duty="me", open="1", limit=200).json["items"]}

    def spots(self, who, **query):
        return who.get("/api/v1/blindspots", limit=200, **query).json["items"]

    # ---- who leaves ----

    def test_a_member_leaves_and_is_refused_until_the_stand_in_holds_then_the_cases_follow(self):
        seat = self.seat("grid_member")
        self.ends(self.looked_up(seat)["stand_in"])  # nobody stands in any more
        case = self.revisit()
        before = self.looked_up(seat)
        refused = self.ends(before["holder"], 409)
        self.assertEqual(refused["code"], "would-orphan")
        self.assertIn("grid member", refused["detail"])
        self.assertEqual(self.looked_up(seat), before, "nothing was changed")
        self.assertIn(case["id"], self.mine(self.member))
        self.sits(seat, self.standin.person["id"], "stand_in")
        self.ends(before["holder"])
        self.assertEqual(self.looked_up(seat)["answers"]["id"], self.standin.person["id"])
        self.assertEqual(self.chief.case(case)["duty"]["person"]["id"], self.standin.person["id"])
        self.assertEqual(self.chief.case(case)["due"], case["due"], "the clock does not begin anew")
        self.assertIn(case["id"], self.mine(self.standin))
        self.assertNotIn(case["id"], self.mine(self.member))
        self.assertEqual(self.does(self.standin, case, "revisit", {"result": "fine"})["state"], "done")

    def test_a_seat_is_handed_over_in_one_act_and_open_work_follows_it(self):
        officer, deputy = self.seat("responsible_officer"), self.deputy.person["id"]
        hazard = self.report(self.member)
        old = self.looked_up(officer)["holder"]
        self.sits(officer, deputy)
        now = self.looked_up(officer)
        self.assertEqual((now["holder"]["person"]["id"], now["holder"]["from"]), (deputy, "2026-11-23T09:00:00+08:00"))
        self.assertEqual(self.chief.get(f"/api/v1/seats/{officer}", asof="2026-11-23T08:59:59+08:00").json["holder"]["person"], old["person"])
        self.assertEqual(self.chief.case(hazard)["duty"]["person"]["id"], deputy, "no grace for hazards")
        self.does(self.officer, self.chief.case(hazard), "inform", {"grade": "general"}, status=404)
        self.does(self.deputy, hazard, "inform", {"grade": "general", "deadline": "2026-12-04"})

    # ---- nobody there ----

    def test_a_vacant_cell_is_answered_for_by_the_next_seat_and_shows_as_a_blind_spot_at_once(self):
        seat = self.seat("grid_member")
        cell = self.looked_up(seat)["area"]["id"]
        case = self.revisit()
        self.assertEqual(self.spots(self.chief, area=cell), [])
        self.ends(self.looked_up(seat)["stand_in"])
        self.ends(self.looked_up(seat)["holder"], reason="空岗,招录中")
        spot = self.spots(self.chief, area=cell)
        self.assertEqual([(b["kind"], b["seat"], b["reason"], b["since"]) for b in spot],
                         [("no-member", seat, "空岗,招录中", "2026-11-23T09:00:00+08:00")])
        after = self.officer.case(case)
        self.assertEqual((after["duty"]["role"], after["duty"]["person"]["id"]), ("responsible_officer", self.officer.person["id"]))
        self.assertIn(case["id"], self.mine(self.officer), "the next seat has it in the same act")
        located = self.officer.get("/api/v1/locate", lon=POINT[0], lat=POINT[1]).json
        self.assertNotIn("grid_member", [d["role"] for d in located["duty"]])
        self.assertEqual(self.report(self.officer)["duty"]["role"], "responsible_officer")
        self.sits(seat, self.standin.person["id"])
        self.assertEqual(self.spots(self.chief, area=cell), [], "and is off the list when somebody sits down")

    def test_a_subject_without_cell_or_lead_department_is_a_blind_spot_at_once(self):
        before = self.spots(self.office)
        opened = self.office.post("/api/v1/subjects", {"name": "无名钢构棚", "kind": "unlicensed", "status": "open", "uscc_reason": "none",
                                                       "key": False})
        self.assertEqual(opened.status, 201, opened.text)
        shed = opened.json
        new = [b for b in self.spots(self.office) if b not in before]
        self.assertEqual([(b["kind"], b["subject"]) for b in new], [("subject-no-cell", {"id": shed["id"], "name": "无名钢构棚"})])
        self.assertEqual([s["id"] for s in self.office.get("/api/v1/subjects", blind="1").json["items"]], [shed["id"]])
        self.assertEqual(self.spots(self.officer), before, "not on the list of who may not see it")
        self.assertEqual(self.spots(self.office, asof="2026-11-22T09:00:00+08:00"), before, "as it was")
        placed = self.office.send("PATCH", f"/api/v1/subjects/{shed['id']}", {"version": shed["version"], "place": {
            "lon": POINT[0], "lat": POINT[1], "datum": "WGS84"}})
        self.assertEqual(placed.status, 200, placed.text)
        self.assertEqual(self.spots(self.office), before)
        closed = self.office.post("/api/v1/subjects", {"name": "早已搬走", "kind": "unlicensed", "status": "moved", "uscc_reason": "none",
                                                       "key": False})
        self.assertEqual((closed.status, self.spots(self.office)), (201, before), "who has moved away needs nobody")

    # ---- who is away ----

    def test_who_is_away_is_stood_in_for_and_takes_over_again(self):
        case, person = self.revisit(), self.member.person["id"]
        away = self.member.post(f"/api/v1/persons/{person}/absences", {"reason": "sick", "to": "2026-11-25T00:00:00+08:00"})
        self.assertEqual(away.status, 201, away.text)
        self.assertEqual(self.officer.case(case)["duty"]["person"]["id"], self.standin.person["id"])
        self.assertIn(case["id"], self.mine(self.standin))
        self.member.clock("2026-11-25T00:00:00+08:00")
        self.assertEqual(self.officer.case(case)["duty"]["person"]["id"], person)

    # ---- nights and holidays ----

    def test_at_night_general_clocks_sleep_and_urgent_ones_go_to_who_has_the_shift(self):
        self.member.clock("2026-11-24T22:00:00+08:00")  # a Tuesday night
        plain = self.report(self.member)
        urgent = self.member.file(POINT, {"description": "后厨漏气,已关阀"}, move="file_urgent").json
        self.assertTrue(plain["due"].startswith("2026-11-26T00:00:00"), plain["due"])  # 24:00 of Wednesday, the next working day
        self.assertTrue(urgent["due"].startswith("2026-11-24T22:15:00"), urgent["due"])
        self.assertEqual(urgent["duty"]["role"], "duty_room")
        shift = self.leader.get(f"/api/v1/seats/{urgent['duty']['seat']}").json["shift"]
        self.assertEqual(urgent["duty"]["person"], shift["person"], "whoever has the shift, by the roster")
        self.member.clock("2026-11-25T08:30:00+08:00")  # the shift ends while nobody has acknowledged it
        after = self.officer.case(urgent)
        self.assertEqual(after["duty"]["role"], "responsible_officer", "the next candidate has it when the room is left")
        self.assertTrue({"deputy_in_charge", "grid_chief"} <= {r["role"] for r in after["risen"]}, after["risen"])
        day = self.member.file(POINT, {"description": "配电箱冒烟"}, move="file_urgent").json
        self.assertEqual(day["duty"]["role"], "responsible_officer", "by day nobody sits in the duty room")

    def test_a_festival_is_for_general_clocks_only(self):
        self.member.clock("2026-11-28T10:00:00+08:00")  # a Saturday
        self.assertTrue(self.report(self.member)["due"].startswith("2026-12-01T00:00:00"), "Monday is the first working day")
        urgent = self.member.file(POINT, {"description": "后厨漏气,已关阀"}, move="file_urgent").json
        self.assertTrue(urgent["due"].startswith("2026-11-28T10:15:00"), urgent["due"])


if __name__ == "__main__":
    unittest.main()
