# SPDX-License-Identifier: Apache-2.0
"""The hazard's table of states, row by row, as promises: who holds it, by when, who may move it on, and with what."""
import unittest

from story import POINT, Story


class Rows(Story):
    def rectifying(self, deadline="2026-12-04"):
        case = self.report(self.member, matter="fire")
        case = self.does(self.officer, case, "inform", {"grade": "general", "deadline": deadline})
        return self.does(self.member, case, "sign")

    def handed(self):
        case = self.report(self.member, matter="fire")
        return self.does(self.officer, case, "hand_over", {"hand_reason": "repeated", "reason": "一年内第二次"})

    def assessing(self):
        case = self.report(self.member, matter="fire")
        return self.does(self.officer, case, "inform", {"grade": "major"})

    def lacks(self, who, case, move, fields, *names):
        answer = who.move(case, move, fields)
        self.assertEqual((answer.status, answer.codes()), (422, {"fields." + n: "required" for n in names}), answer.text)

    # ---- 1 to 5: the area's own work ----

    def test_who_does_not_sign_is_served_before_a_witness_or_with_a_photo(self):
        case = self.informed()
        self.assertTrue(case["due"].startswith("2026-11-25T00:00:00"), "one working day to sign")
        self.lacks(self.officer, case, "serve", {"served": "photo"}, "proof")
        self.assertEqual(self.does(self.officer, case, "serve", {"served": "witness"})["state"], "rectifying")

    def test_who_refuses_is_telephoned_once_and_then_handed_over(self):
        case = self.informed()
        refused = self.officer.move(case, "refuse", {"called": False, "reason": "不配合"})
        self.assertEqual(refused.status, 422, refused.text)
        self.assertIn("Telephone once", refused.text)
        self.assertEqual(self.does(self.officer, case, "refuse", {"called": True, "reason": "电话后仍不配合"})["state"], "handed")

    def test_an_unlicensed_workshop_needs_no_subject_and_goes_over_at_once(self):
        case = self.report(self.member, matter="unlicensed")
        self.assertIsNone(case["subject"])
        case = self.does(self.officer, case, "no_subject", {"keeper": "老王", "reason": "无照经营"})
        self.assertEqual((case["state"], case["duty"]["role"]), ("handed", "department_officer"))

    def test_more_time_is_granted_before_the_limit_and_once_by_the_officer_then_by_the_deputy(self):
        case = self.rectifying()
        case = self.does(self.officer, case, "extend", {"deadline": "2026-12-08", "reason": "配件未到"})
        self.assertTrue(case["due"].startswith("2026-12-09T00:00:00"), case["due"])
        self.does(self.officer, case, "extend", {"deadline": "2026-12-10", "reason": "又"}, status=409)
        case = self.does(self.deputy, case, "extend_more", {"deadline": "2026-12-10", "reason": "分管同意"})
        late = self.rectifying("2026-11-26")
        self.member.clock("2026-11-27T00:00:00+08:00")
        self.assertEqual(self.officer.move(self.officer.case(late), "extend", {"deadline": "2026-12-20", "reason": "晚了"}).status, 422)

    def test_a_fix_that_fails_twice_is_handed_over(self):
        case = self.rectifying()
        for _ in range(2):
            case = self.does(self.member, case, "submit", {"note": "好了"})
            case = self.does(self.officer, case, "fail", {"reason": "没有", "deadline": "2026-12-05"})
        self.assertEqual(case["state"], "handed")

    def test_what_was_closed_is_opened_again_within_thirty_days_and_not_later(self):
        case, other = self.rectifying(), self.rectifying()
        for c in (case, other):
            self.does(self.member, c, "submit", {"note": "好了"})
            self.does(self.officer, c, "pass", {"note": "看过"})
        self.member.clock("2026-12-22T09:00:00+08:00")
        self.assertEqual(self.does(self.officer, case, "reopen", {"reason": "反弹"})["state"], "reported")
        self.member.clock("2026-12-24T09:00:00+08:00")
        self.does(self.officer, self.officer.case(other), "reopen", {"reason": "反弹"}, status=409)

    # ---- 6: handed over, and the area keeps watch ----

    def test_what_is_handed_over_is_the_departments_and_the_area_keeps_watch(self):
        case = self.handed()
        self.assertEqual((case["state"], case["duty"]["person"]["id"]), ("handed", self.department.person["id"]))
        self.assertTrue(case["due"].startswith("2026-12-04T00:00:00"), case["due"])  # eight working days
        self.assertIn(case["id"], [c["id"] for c in self.officer.get("/api/v1/cases", duty="me", open="1", limit=200).json["items"]])
        self.assertFalse(self.offered(self.officer, case) & {"take", "feed_back", "return"})
        case = self.does(self.department, case, "take")
        self.lacks(self.department, case, "feed_back", {"result": "corrected"}, "result_no", "result_on")
        case = self.does(self.department, case, "feed_back", {"result": "corrected", "result_no": "消执〔2026〕1号", "result_on": "2026-11-23"})
        self.assertEqual(case["state"], "closed", "with the result's number and date")

    def test_a_department_returns_it_within_three_days_and_the_committees_office_rules(self):
        case = self.does(self.department, self.handed(), "return", {"return_reason": "boundary", "reason": "不在管辖地域"})
        self.assertEqual((case["state"], case["duty"]["person"]["id"]), ("arbitration", self.office.person["id"]))
        self.lacks(self.office, case, "rule", {"ruling": "department", "reason": "归口"}, "ruling_no", "department")
        body = self.office.get("/api/v1/departments").json["items"][0]["id"]
        ruled = self.office.post(f"/api/v1/cases/{case['id']}/moves/rule", {"version": case["version"], "fields": {
            "ruling": "department", "ruling_no": "裁〔2026〕1号", "reason": "归口", "department": body}})
        self.assertEqual((ruled.status, ruled.json["state"], ruled.json["department"]["id"]), (200, "handed", body), ruled.text)
        old = self.handed()
        self.member.clock("2026-11-27T09:00:00+08:00")
        self.does(self.department, self.department.case(old), "return", {"return_reason": "boundary", "reason": "晚了"}, status=409)

    # ---- 9: suspected major ----

    def test_a_major_hazard_is_judged_by_three_planned_with_five_elements_and_closed_by_somebody_else(self):
        case = self.assessing()
        verdict = {"verdict": "major", "standard": "第3项", "opinion_no": "核〔2026〕1号", "reason": "集体研究"}
        one = self.department.move(case, "determine", dict(verdict, panel=1))
        self.assertEqual(one.status, 422, one.text)
        self.assertIn("three or more", one.text)
        case = self.does(self.department, case, "determine", dict(verdict, panel=3))
        self.assertEqual((case["state"], case["duty"]["role"]), ("major", "department_officer"))
        accept = {"accept_no": "验〔2026〕1号", "accept_on": "2026-11-23"}
        self.does(self.department, case, "accept", accept, status=403)  # who determined it does not close it
        five = {"liable": "主要负责人", "measures": "打通第二出口", "money": 18000, "deadline": "2027-01-20", "contingency": "停用,专人看护"}
        self.lacks(self.department, case, "plan", {k: v for k, v in five.items() if k != "money"}, "money")
        case = self.does(self.department, case, "plan", five)
        self.assertTrue(case["due"].startswith("2027-01-21T00:00:00"), "then as the plan says")
        self.assertFalse(self.offered(self.officer, case) & {"accept", "reject", "pass"}, "the office cannot close it")
        self.assertNotIn("accept", self.offered(self.department, case), "nor who planned it")

    def test_what_is_not_major_goes_back_to_rectifying_with_a_limit(self):
        case = self.assessing()
        self.lacks(self.department, case, "determine", {"verdict": "general"}, "reason")
        case = self.does(self.department, case, "determine", {"verdict": "general", "reason": "不符合判定标准", "deadline": "2026-12-03"})
        self.assertEqual((case["state"], case["duty"]["person"]["id"]), ("rectifying", self.officer.person["id"]))
        self.assertTrue(case["due"].startswith("2026-12-04T00:00:00"), case["due"])

    # ---- 13: urgent ----

    def test_an_urgent_one_is_acknowledged_attended_and_calmed(self):
        self.member.clock("2026-11-24T10:00:00+08:00")
        case = self.member.file(POINT, {"description": "后厨漏气,已关阀"}, move="file_urgent").json
        case = self.does(self.officer, case, "attend", {"note": "已电话,马上到"})
        self.assertEqual((case["state"], case["duty"]["person"]["id"]), ("attending", self.deputy.person["id"]))
        self.assertTrue(case["due"].startswith("2026-11-24T11:00:00"), "on site within the hour")
        self.lacks(self.deputy, case, "calm", {}, "note")
        self.assertEqual(self.does(self.deputy, case, "calm", {"note": "险情解除", "category": "22"})["state"], "reported")

    # ---- 16 and 17: whose it is, and whose it is not ----

    def test_a_pressing_dispute_is_ruled_within_four_hours(self):
        case = self.does(self.officer, self.report(self.member), "dispute", {"reason": "两个园办之间", "pressing": True})
        self.assertTrue(case["due"].startswith("2026-11-23T13:00:00"), case["due"])
        case = self.does(self.office, case, "rule", {"ruling": "area", "ruling_no": "裁〔2026〕2号", "reason": "属地兜底"})
        self.assertEqual((case["state"], case["duty"]["person"]["id"]), ("reported", self.officer.person["id"]))

    def test_what_is_not_so_and_what_is_others_ends_and_the_finder_is_told(self):
        untrue = self.does(self.officer, self.report(self.member), "drop", {"reason": "现场核实不属实", "void_reason": "untrue"})
        self.assertEqual(self.member.case(untrue)["state"], "void")
        self.assertEqual(self.member.case(untrue)["fields"]["reason"], "现场核实不属实")
        other = self.report(self.member)
        self.lacks(self.officer, other, "pass_on", {}, "passed_to", "passed_no")
        to = self.officer.get("/api/v1/codes/pass-on-to").json["items"][0]["code"]
        self.assertEqual(self.does(self.officer, other, "pass_on", {"passed_to": to, "passed_no": "12345-1"})["state"], "passed_on")
        own = self.report(self.officer)
        self.assertNotIn("drop", self.offered(self.officer, own), "nobody drops what he filed himself")


if __name__ == "__main__":
    unittest.main()
