# SPDX-License-Identifier: Apache-2.0
"""A wall's clock that was moved is not believed: reads go on, acts wait until it is right again or the system administrator
accepts it."""
import json
import re
import unittest

import gw

POINT = (109.06, 34.32)
NINE, ELEVEN, SEVEN = (f"2026-11-23T{hour}:00:00+08:00" for hour in ("09", "11", "07"))


class Clock(unittest.TestCase):
    def setUp(self):
        self.folder = gw.Folder()
        self.addCleanup(self.folder.close)
        self.store = gw.demo_store(self.folder)
        self.wall = gw.Shift(self.folder)
        self.wall.set(NINE)

    def serve(self, **more):
        server = gw.Server(self.store, env=self.wall.env, **more)
        self.addCleanup(server.stop)
        return server

    def file(self, who, **more):
        return who.file(POINT, {"category": "21", "description": "疏散通道"}, **more)

    def waits(self, who):
        refused = self.file(who)
        self.assertEqual((refused.status, refused.json["code"]), (503, "clock"), refused.text)
        return refused

    def astray(self, server):
        return int(re.search(r"(?m)^gridward_clock_astray_seconds (-?\d+)$", server.anyone().get("/metrics").text).group(1))

    def entries(self):
        return [json.loads(line) for line in gw.run("export", "ledger", "--store", self.store).stdout.splitlines()]

    def test_acts_wait_while_the_wall_is_astray_and_reads_go_on(self):
        server = self.serve()
        member = server.sign_in("member")
        case = self.file(member).json
        self.assertEqual(self.astray(server), 0)
        for moved, by in ((ELEVEN, 7200), (SEVEN, -7200)):
            self.wall.set(moved)
            said = self.waits(member).json["detail"]
            self.assertRegex(said, "clock says " + re.escape(moved[:14]) + r".* where 2026-11-23T09:0.* was expected")
            self.assertIn("请联系系统管理员", member.send("POST", "/api/v1/cases", {"flow": "hazard"}, headers={"Accept-Language": "zh-CN"}).json["detail"])
            self.assertIsNotNone(self.waits(member).header("Retry-After"))
            self.assertEqual(member.get(f"/api/v1/cases/{case['id']}").status, 200)
            self.assertEqual(member.get("/api/v1/me").json["now"][:14], "2026-11-23T09:")
            self.assertEqual(server.anyone().get("/healthz").json, {"status": "ok"})
            self.assertAlmostEqual(self.astray(server), by, delta=120)
            self.assertEqual(server.sign_in("officer").get("/api/v1/cases").status, 200)
            self.wall.set(NINE)
            self.assertEqual((self.file(member).status, self.astray(server)), (201, 0))
        server.stop()
        self.assertEqual({e["verb"] for e in self.entries() if e["actor"]}, {"file"})

    def test_the_system_administrator_accepts_it_and_nobody_else(self):
        server = self.serve()
        member, system = server.sign_in("member"), server.sign_in("system")
        right = system.post("/api/v1/clock/accept", {"reason": "没有走错"})
        self.assertEqual((right.status, right.json["code"]), (409, "clock-right"))
        self.wall.set(ELEVEN)
        self.assertEqual(member.post("/api/v1/clock/accept", {"reason": "算了"}).status, 403)
        self.assertEqual(server.sign_in("security").post("/api/v1/clock/accept", {"reason": "算了"}).status, 403)
        self.assertEqual(system.post("/api/v1/clock/accept", {"reason": " "}).codes(), {"reason": "required"})
        self.waits(member)
        done = system.post("/api/v1/clock/accept", {"reason": "主板更换后校准"}, key="once")
        self.assertEqual((done.status, done.json["now"][:14]), (200, ELEVEN[:14]))
        self.assertEqual(system.post("/api/v1/clock/accept", {"reason": "主板更换后校准"}, key="once").json, done.json)
        self.assertEqual((self.file(member).status, self.astray(server)), (201, 0))
        self.wall.set(NINE)
        self.waits(member)  # the time before is now the wrong one
        server.stop()
        accepted = [e for e in self.entries() if e["verb"] == "accept_clock"]
        self.assertEqual([json.loads(e["body"])["in"] for e in accepted], [{"reason": "主板更换后校准"}])
        self.assertEqual((accepted[0]["actor"], json.loads(accepted[0]["body"])["rows"]), (system.person["id"], []))
        gw.run("check", "--store", self.store)
        gw.run("rebuild", "--store", self.store)

    def test_a_wall_before_the_last_entry_is_not_believed_at_the_start(self):
        server = self.serve()
        self.assertEqual(self.file(server.sign_in("member")).status, 201)
        server.stop()
        self.wall.set("1970-01-01T08:00:00+08:00")  # as a machine without a battery wakes up
        server = self.serve()
        self.waits(server.sign_in("member"))
        self.assertIn("clock=astray", server.said())
        self.wall.set("2026-11-24T09:00:00+08:00")  # and is told the time by the network: how long it slept nobody knew
        self.assertEqual(self.file(server.sign_in("member")).status, 201)
        server.stop()
        self.wall.set(NINE)
        server = self.serve()
        self.waits(server.sign_in("member"))
        self.assertEqual(server.sign_in("system").post("/api/v1/clock/accept", {"reason": "昨日误拨"}).status, 200)
        self.assertEqual(self.file(server.sign_in("member")).status, 201)
        server.stop()
        times = [e["at"] for e in self.entries() if e["region"]]
        self.assertEqual(times, sorted(times))  # a region's time never runs back, whatever is accepted

    def test_a_batch_waits_too(self):
        server = self.serve()
        officer = server.sign_in("officer")
        case = self.file(officer).json
        self.wall.set(ELEVEN)
        item = {"key": "a", "id": case["id"], "move": "pass_on", "version": case["version"], "fields": {"passed_to": "12345", "passed_no": "1"}}
        told = officer.post("/api/v1/batch", {"items": [item]}, key=None).json["items"]
        self.assertEqual([(t["status"], t["problem"]["code"]) for t in told], [(503, "clock")])
        self.assertEqual(officer.case(case)["version"], case["version"])

    def test_the_test_clock_asks_no_wall(self):
        server = self.serve(now=NINE)
        member = server.sign_in("member")
        self.wall.set(ELEVEN)
        self.assertEqual(self.file(member).status, 201)


if __name__ == "__main__":
    unittest.main()
