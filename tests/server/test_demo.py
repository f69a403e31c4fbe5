# SPDX-License-Identifier: Apache-2.0
"""The demo as it is shipped: its numbers are those of field.md §3, its accounts sign in and sit where the contract says
(design §8), and a few days that are played are whole, marked, and the same each time."""
import os
import signal
import sqlite3
import subprocess
import unittest
from datetime import date, timedelta

import gw

POINT = {"lon": 109.06, "lat": 34.32}
PLAYED = "2026-11-19T20:00:00+08:00"  # a Thursday
KINDS = {"catering": 2650, "retail": 3900, "factory": 186, "fuel-station": 38, "chemical-shop": 16, "gas-station": 11, "site": 168,
         "small-works": 240, "school": 78, "kindergarten": 118, "training": 340, "clinic": 209, "care-home": 19, "residential": 486,
         "charging": 650, "recycling": 118, "utility": 96, "rail-bridge": 12, "transport": 236, "rural": 392, "park-water": 47,
         "unlicensed": 310}


def rows(store, sql):
    with sqlite3.connect(f"file:{store}?mode=ro", uri=True) as db:
        return db.execute(sql).fetchall()


def leftovers(folder):
    return sorted(os.listdir(folder.path))


class DemoStore(unittest.TestCase):
    """A demo of which nothing has been played."""

    @classmethod
    def setUpClass(cls):
        cls.folder = gw.Folder()
        cls.store = gw.demo_store(cls.folder)
        cls.server = gw.Server(cls.store, now=gw.DEMO_NOW)

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()
        cls.folder.close()

    def one(self, sql):
        return rows(self.store, sql)[0][0]

    def test_the_ground_has_its_areas_and_cells(self):
        self.assertEqual(dict(rows(self.store, "SELECT level, count(*) FROM area_spans GROUP BY level")),
                         {"region": 1, "street": 7, "village": 62, "cell": 248})
        self.assertEqual(dict(rows(self.store, "SELECT kind, count(*) FROM area_spans WHERE level = 'cell' GROUP BY kind")),
                         {"basic": 206, "dedicated": 34, "enterprise": 8})

    def test_persons_and_seats_are_those_of_the_field(self):
        self.assertEqual(self.one("SELECT count(*) FROM persons"), 420)
        held = dict(rows(self.store, """SELECT role, count(DISTINCT person) FROM seats JOIN seat_holds ON seat_holds.seat = seats.id
            WHERE seat_holds.kind = 'holder' GROUP BY role"""))
        expected = {"grid_member": 176, "responsible_officer": 28, "grid_chief": 7, "deputy_in_charge": 9, "street_contact": 8,
                    "leader": 11, "inspector": 31, "group_leader": 2, "group_member": 10, "safety_committee_office": 4}
        self.assertEqual({r: held.get(r) for r in expected}, expected)
        self.assertEqual(self.one("SELECT count(*) FROM accounts WHERE password <> ''"), 13)
        self.assertEqual(self.one("SELECT count(*) FROM accounts"), 152)

    def test_subjects_have_their_colours_and_kinds_and_each_its_cell(self):
        self.assertEqual(dict(rows(self.store, "SELECT colour, count(*) FROM subjects GROUP BY colour")),
                         {"red": 24, "orange": 310, "yellow": 2900, "blue": 11766})
        kinds = dict(rows(self.store, "SELECT kind, count(*) FROM subjects GROUP BY kind"))
        self.assertEqual({k: kinds.get(k) for k in KINDS}, KINDS)
        self.assertEqual(sum(kinds.values()), 15000)
        self.assertEqual(self.one("""SELECT count(*) FROM subjects WHERE area NOT IN
            (SELECT area FROM area_spans WHERE level = 'cell')"""), 0)

    def test_nothing_has_happened_yet(self):
        self.assertEqual(self.one("SELECT count(*) FROM cases"), 0)

    def test_two_cells_are_vacant_and_on_the_list_of_blind_spots(self):
        chief = self.server.sign_in("leader")
        listed = chief.get("/api/v1/blindspots", limit=200).json["items"]
        self.assertEqual(len([b for b in listed if "grid_member" in str(b)]), 2, listed)

    def test_the_store_says_that_it_is_a_demo_and_a_fresh_one_does_not(self):
        self.assertIs(self.server.anyone().get("/api/v1/house").json["demo"], True)
        fresh = os.path.join(self.folder.path, "fresh.db")
        gw.run("init", "--store", fresh)
        self.assertEqual(rows(fresh, "SELECT * FROM house_facts"), [])
        self.assertEqual(rows(fresh, "SELECT * FROM accounts"), [])

    def test_every_account_signs_in_and_sits_where_the_contract_says(self):
        roles = {"leader": "region_deputy", "office": "safety_committee_office", "department": "department_officer",
                 "chief": "grid_chief", "deputy": "deputy_in_charge", "officer": "responsible_officer", "member": "grid_member",
                 "standin": "grid_member", "inspector": "inspector", "enterprise": "safety_officer", "auditor": "auditor",
                 "security": "security_admin", "system": "system_admin"}
        people = {name: self.server.sign_in(name) for name in roles}
        for name, role in roles.items():
            me = people[name].get("/api/v1/me").json
            self.assertIn(role, [s["role"] for s in me["seats"]], name)
            self.assertIs(me["demo"], True)
        here = people["member"].get("/api/v1/locate", **POINT).json
        self.assertEqual([p["level"] for p in here["path"]][-1], "cell")
        duty = {d["role"]: d["person"]["id"] for d in here["duty"]}
        for name, role in (("member", "grid_member"), ("officer", "responsible_officer"), ("deputy", "deputy_in_charge"),
                           ("chief", "grid_chief")):
            self.assertEqual(duty[role], people[name].person["id"], role)

    def test_fire_at_the_demo_point_is_led_by_the_body_of_the_account_department(self):
        member, officer = self.server.sign_in("member"), self.server.sign_in("department")
        preview = member.post("/api/v1/preview", {"flow": "hazard", "matter": "fire", "place": dict(POINT, datum="WGS84"),
                                                  "fields": {"category": "21"}}, key=None).json
        lead = next(d for d in member.get("/api/v1/locate", **POINT).json["departments"] if d["matter"] == "fire")["lead"]
        self.assertEqual(preview["department"]["id"], lead["id"])
        seats = officer.get("/api/v1/me").json["seats"]
        self.assertIn(lead["id"], [s.get("department", {}).get("id") if isinstance(s.get("department"), dict) else s.get("department")
                                   for s in seats if s["role"] == "department_officer"])

    def test_a_subject_stands_at_the_demo_point_whose_safety_officer_is_the_enterprise(self):
        enterprise = self.server.sign_in("enterprise")
        mine = enterprise.get("/api/v1/subjects").json["items"]
        self.assertIn((1090600000, 343200000), [(round(s["place"]["lon"] * 10**7), round(s["place"]["lat"] * 10**7)) for s in mine])

    def test_the_standin_answers_when_the_member_is_away(self):
        member, standin = self.server.sign_in("member"), self.server.sign_in("standin")

        def answers(asof):
            here = member.get("/api/v1/locate", asof=asof, **POINT).json
            return next(d["person"]["id"] for d in here["duty"] if d["role"] == "grid_member")
        self.assertEqual(answers("2026-11-03T12:00:00+08:00"), standin.person["id"])
        self.assertEqual(answers(gw.DEMO_NOW), member.person["id"])

    def test_nowhere_is_outside(self):
        self.assertEqual(self.server.sign_in("member").get("/api/v1/locate", lon=0, lat=0).status, 404)

    def test_it_keeps_the_laws(self):
        done = gw.run("check", "--store", self.store, check=False)
        self.assertEqual((done.returncode, done.stdout.splitlines()[-1][:4]), (0, "ok: "), done.stdout + done.stderr)


class LivingDistrict(unittest.TestCase):
    """The demo as newcomers get it: whatever account they take has something to do, and the district shows all that a working
    day shows. Made for days of all kinds, for nobody chooses the day on which he tries it."""

    def lived(self, now):
        folder = gw.Folder()
        self.addCleanup(folder.close)
        gw.run("demo", "--store", folder.store, "--now", now, "--quiet")
        server = gw.Server(folder.store, now=now)
        self.addCleanup(server.stop)
        return folder.store, {name: server.sign_in(name) for name in (
            "leader", "office", "department", "chief", "deputy", "officer", "member", "standin", "inspector", "enterprise", "auditor")}

    def mine(self, who):
        return who.get("/api/v1/cases", duty="me", open="1", limit=200).json["items"]

    def check_day(self, now):
        store, people = self.lived(now)
        work = {name: self.mine(who) for name, who in people.items()}
        states = {name: {c["state"] for c in cases} for name, cases in work.items()}
        for name in ("leader", "office", "department", "chief", "deputy", "officer", "member", "standin", "inspector"):
            self.assertTrue(work[name], f"{name} has nothing to do on {now}")
        midnight = str(date.fromisoformat(now[:10]) + timedelta(days=1)) + "T00:00:00"
        for name in ("officer", "deputy", "chief", "leader", "member"):
            self.assertTrue(any(c["late"] for c in work[name]), f"nothing is overdue for {name}")
        self.assertTrue(any(c["due"].startswith(midnight) for c in work["officer"]), "something is due today")
        self.assertTrue({"reported", "submitted", "rectifying"} <= states["officer"], states["officer"])
        self.assertIn("attending", states["deputy"])
        self.assertIn("arbitration", states["office"])
        self.assertTrue({"assessing", "major"} <= states["department"])
        self.assertIn("assessing", states["inspector"], "a suspected major of the bureau's own line")
        self.assertIn("again", states["member"])
        self.assertIn("again", states["standin"])
        self.assertTrue(any(r["role"] == "region_deputy" for c in work["leader"] for r in c["risen"]))
        papers = [p for c in work["leader"] for p in people["office"].get(f"/api/v1/cases/{c['id']}/papers").json["items"]]
        self.assertTrue(papers, "a letter is drafted for the committee's office to send")
        urgent = people["leader"].get("/api/v1/cases", state="urgent", open="1").json["items"]
        self.assertTrue(any(not c["late"] for c in urgent), "an urgent one that nobody has acknowledged yet")
        own = people["enterprise"].get("/api/v1/cases", open="1").json["items"]
        offered = {m["move"] for c in own for m in people["enterprise"].get(f"/api/v1/cases/{c['id']}/moves").json["items"]}
        self.assertTrue({"sign", "submit"} <= offered, offered)
        self.assertTrue(people["leader"].get("/api/v1/blindspots").json["items"])
        said = people["officer"].get("/api/v1/proposals", state="open", limit=200).json["items"]
        self.assertTrue({"closed", "renamed", "paused", "moved"} <= {p["kind"] for p in said}, said)
        late, opened = (people["leader"].get("/api/v1/cases/count", open="1", late=l).json["count"] for l in ("1", None))
        self.assertTrue(10 <= late * 1000 / opened <= 45, f"{late} of {opened} open are late")
        found, back = (rows(store, sql)[0][0] for sql in ("SELECT count(*) FROM cases WHERE flow = 'hazard'",
                                                         "SELECT count(*) FROM ledger WHERE verb = 'reopen'"))
        self.assertTrue(5 <= back * 1000 / found <= 25, f"{back} of {found} were opened again")

    def test_on_a_sunday_evening(self):
        self.check_day("2026-11-22T19:30:00+08:00")

    def test_half_a_year_on_before_the_office_opens(self):
        self.check_day("2027-05-12T06:40:00+08:00")


class DemoCommand(unittest.TestCase):
    def setUp(self):
        self.folder = gw.Folder()
        self.addCleanup(self.folder.close)

    def made(self, name, *options):
        store = os.path.join(self.folder.path, name)
        done = gw.run("demo", "--store", store, "--now", PLAYED, *options)
        self.assertNotIn("refused", done.stderr)
        return store

    def test_played_days_are_clean_marked_and_the_same_each_time(self):
        first, second = self.made("a.db", "--days", "3"), self.made("b.db", "--days", "3", "--quiet")
        heads = [rows(s, "SELECT region, no, hex(chain) FROM ledger_head ORDER BY region") for s in (first, second)]
        self.assertEqual(heads[0], heads[1])
        self.assertEqual(rows(first, "SELECT value FROM house_facts WHERE name = 'demo'"), [("1",)])
        done = gw.run("check", "--store", first, check=False)
        self.assertEqual((done.returncode, done.stdout.splitlines()[-1][:4]), (0, "ok: "), done.stdout + done.stderr)
        by_flow = dict(rows(first, "SELECT flow, count(*) FROM cases GROUP BY flow"))
        self.assertGreater(by_flow["visit"], 300)
        self.assertGreater(by_flow["hazard"], 90)
        states = dict(rows(first, "SELECT state, count(*) FROM cases WHERE flow = 'hazard' GROUP BY state"))
        self.assertGreater(states["closed"], 20, states)
        self.assertGreater(states["submitted"], 20, states)
        last = rows(first, "SELECT max(at) FROM ledger")[0][0]
        self.assertLessEqual(last, 1795089600000)  # PLAYED
        self.assertGreater(last, 1795089600000 - 3600000 * 4)

    def test_who_fixed_has_checked_nothing(self):
        store = self.made("c.db", "--days", "4")
        acts = rows(store, "SELECT on_id, verb, actor FROM ledger WHERE on_table = 'cases' ORDER BY region, no")
        fixed, checked = {}, 0
        for case, verb, actor in acts:
            if verb in ("file_fixed", "fix_now", "submit"):
                fixed[case] = actor
            if verb == "pass":
                checked += 1
                self.assertNotEqual(fixed.get(case), actor, f"case {case}")
        self.assertGreater(checked, 20)

    def test_a_place_that_is_taken_is_left_alone(self):
        path = self.folder.file("taken.db", "mine")
        done = gw.run("demo", "--store", path, "--days", "0", check=False)
        self.assertEqual(done.returncode, 1)
        self.assertEqual(leftovers(self.folder), ["taken.db"])
        with open(path, encoding="utf-8") as kept:
            self.assertEqual(kept.read(), "mine")

    def test_who_stops_it_finds_nothing_half(self):
        process = subprocess.Popen([gw.BINARY, "demo", "--store", os.path.join(self.folder.path, "half.db")],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.assertTrue(process.stderr.readline())  # it has begun
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=gw.PATIENCE)
        self.assertEqual(process.returncode, 1, said)
        self.assertEqual(leftovers(self.folder), [])

    def test_a_day_before_the_demos_persons_is_refused(self):
        done = gw.run("demo", "--store", os.path.join(self.folder.path, "early.db"), "--now", "2020-01-01T00:00:00+08:00", check=False)
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr, "2026-07-25.*persons, absences and roster")
        self.assertEqual(leftovers(self.folder), [])


if __name__ == "__main__":
    unittest.main()
