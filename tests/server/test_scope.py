# SPDX-License-Identifier: Apache-2.0
"""Who sees and does what (design §2.6): every route × every account of the demo. Not visible is 404, visible but not theirs is
403, lists and counts hold exactly what is visible. Acts are asked for with bodies that are refused, so that who may is told by
422 and nothing changes."""
import http.client
import itertools
import json
import unittest

import gw
import shape
from test_contract import png

MONDAY = "2026-11-23T09:00:00+08:00"
POINT = (109.06, 34.32)
ROLES = ("leader", "office", "department", "chief", "deputy", "officer", "member", "standin", "inspector", "enterprise", "auditor",
         "security", "system")
NONE = 999999
HASH = "0" * 64
# Who sees a fire hazard at the demo point that the member filed, whose subject is another one than the enterprise's.
SEES = {"leader", "office", "department", "chief", "deputy", "officer", "member"}
# Who answers for it, and may fill the member's seat.
DUTY, FILLS = {"officer"}, {"chief", "office", "security"}
JSON = {"Content-Type": "application/json"}


class Walk(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = gw.Folder()
        cls.addClassCleanup(cls.folder.close)
        cls.store = gw.demo_store(cls.folder)
        cls.server = gw.Server(cls.store, now=MONDAY)
        cls.addClassCleanup(cls.server.stop)
        cls.people = {name: cls.server.sign_in(name) for name in ROLES}
        cls.me = {name: who.get("/api/v1/me").json for name, who in cls.people.items()}
        cls.document = cls.server.document = cls.server.anyone().get("/api/openapi.json").json
        member = cls.people["member"]
        cls.near = member.file(POINT, {"category": "21", "description": "近处"}, matter="fire").json
        here = member.get("/api/v1/locate", lon=POINT[0], lat=POINT[1]).json
        cls.cell, cls.office = here["cell"]["id"], here["path"][1]["id"]
        cls.far = next(member.file(p, {"category": "21", "description": "远处"}, matter="fire").json for p in cls.points() if p)
        cls.seat = next(s["id"] for s in cls.me["member"]["seats"] if s["role"] == "grid_member")
        cls.hold = member.get(f"/api/v1/seats/{cls.seat}").json["holder"]["id"]
        cls.subjects = cls.people["leader"].get("/api/v1/subjects", limit=200).json["items"]

    @classmethod
    def points(cls):
        """Points well inside cells of other offices than the demo point's."""
        member = cls.people["member"]
        for i, k in itertools.product(range(40), range(40)):
            p = (round(108.96 + i * 0.005, 4), round(34.22 + k * 0.005, 4))
            found = member.get("/api/v1/locate", lon=p[0], lat=p[1])
            if found.status == 200 and found.json["path"][1]["id"] != cls.office:
                yield p

    # ---- what is asked of each route, and who is to hear what ----

    def can(self, word, yes=422):
        return lambda role: yes if word in self.me[role]["capabilities"] else 403

    def noun(self, name, row, capability, *verbs, reads=lambda role: 200, changes=True):
        """The routes that a noun has by being one; its acts are sent a member that none of them knows."""
        acts = self.can(capability)
        rows = {f"GET /{name}": (f"/{name}", None, reads), f"GET /{name}/count": (f"/{name}/count", None, reads),
                f"GET /{name}/{{id}}": (f"/{name}/{row}", None, reads), f"GET /{name}/{{id}}/ledger": (f"/{name}/{row}/ledger", None, reads),
                f"POST /{name}": (f"/{name}", {"nothing": 1}, acts)}
        if changes:
            rows[f"PATCH /{name}/{{id}}"] = (f"/{name}/{row}", {"nothing": 1}, acts)
        rows.update({f"POST /{name}/{{id}}/{verb}": (f"/{name}/{row}/{verb}", {"nothing": 1}, self.can(capability, status)) for verb, status in verbs})
        return rows

    def requests(self):
        """route → (path, body, role → status)"""
        case, seat, hold = self.near["id"], self.seat, self.hold
        subject = self.subjects[0]["id"]
        person = self.me["member"]["person"]["id"]
        for_all = {200: lambda role: 200, 404: lambda role: 404, 422: lambda role: 422, 403: lambda role: 403, 415: lambda role: 415}
        sees = lambda role: 200 if role in SEES else 404
        fills = lambda role: 422 if role in FILLS else 403
        orphans = lambda role: 409 if role in FILLS else 403  # told before what is wrong with the body
        moves = lambda role: 404 if role not in SEES else 422 if role in DUTY else 403
        knows = lambda role: self.people[role].get(f"/api/v1/subjects/{subject}").status
        changes = lambda role: 404 if knows(role) == 404 else self.can("subjects")(role)
        department = self.people["leader"].get("/api/v1/departments").json["items"][0]["id"]
        rule = self.people["leader"].get("/api/v1/rules").json["items"][0]["id"]
        authority = self.people["leader"].get("/api/v1/authorities").json["items"][0]["id"]
        away = lambda role: 422 if role in FILLS | {"member"} else 403
        v1 = {
            "GET /house": ("/house", None, for_all[200]), "POST /session": ("/session", {}, for_all[422]),
            "PUT /session/hat": ("/session/hat", {"seat": 7}, for_all[403]),
            "GET /views": ("/views", None, for_all[200]), "PUT /views": ("/views", {}, for_all[422]), "DELETE /views": ("/views", None, for_all[422]),
            "PUT /session/password": ("/session/password", {}, for_all[422]), "GET /me": ("/me", None, for_all[200]),
            "POST /cases": ("/cases", {}, self.can("file")), "GET /cases": ("/cases", None, for_all[200]),
            "GET /cases/count": ("/cases/count", None, for_all[200]), "GET /cases/export": ("/cases/export", None, for_all[200]),
            "GET /cases/{id}": (f"/cases/{case}", None, sees),
            "GET /cases/{id}/moves": (f"/cases/{case}/moves", None, sees), "GET /cases/{id}/ledger": (f"/cases/{case}/ledger", None, sees),
            "GET /cases/{id}/papers": (f"/cases/{case}/papers", None, sees), "GET /cases/{id}/sights": (f"/cases/{case}/sights", None, sees),
            "POST /cases/{id}/moves/{move}": (f"/cases/{case}/moves/inform", {"version": 1, "fields": {"nothing": 1}}, moves),
            "POST /papers/{id}/close": (f"/papers/{NONE}/close", {"used": True}, for_all[404]),
            "POST /batch": ("/batch", {"items": []}, for_all[422]), "POST /preview": ("/preview", {}, self.can("file")),
            "GET /notices": ("/notices", None, for_all[200]),
            "GET /locate": (f"/locate?lon={POINT[0]}&lat={POINT[1]}", None, for_all[200]), "GET /areas": ("/areas", None, for_all[200]),
            "GET /areas/{id}": (f"/areas/{self.cell}", None, for_all[200]),
            "GET /areas/{id}/children": (f"/areas/{self.office}/children", None, for_all[200]),
            "GET /areas/{id}/outline": (f"/areas/{self.cell}/outline", None, for_all[200]),
            "GET /areas/{id}/outlines": (f"/areas/{self.office}/outlines", None, for_all[200]),
            "GET /areas/{id}/duty": (f"/areas/{self.cell}/duty", None, for_all[200]), "GET /map": ("/map", None, for_all[200]),
            "GET /subjects/points": ("/subjects/points?colour=red", None, for_all[200]),
            "GET /blindspots": ("/blindspots", None, for_all[200]), "GET /departments": ("/departments", None, for_all[200]),
            "GET /seats": ("/seats", None, for_all[200]), "POST /seats": ("/seats", {}, self.can("seats")),
            "GET /seats/{id}": (f"/seats/{seat}", None, for_all[200]), "POST /seats/{id}/close": (f"/seats/{seat}/close", {"nothing": 1}, orphans),
            "POST /seats/{id}/holds": (f"/seats/{seat}/holds", {}, fills), "POST /holds/{id}/end": (f"/holds/{hold}/end", {"nothing": 1}, fills),
            "GET /seats/{id}/shifts": (f"/seats/{seat}/shifts", None, for_all[200]), "POST /seats/{id}/shifts": (f"/seats/{seat}/shifts", {}, fills), "POST /shifts/{id}/end": (f"/shifts/{NONE}/end", {}, for_all[404]),
            "GET /persons": ("/persons", None, self.can("seats", 200)),
            "POST /persons/{id}/absences": (f"/persons/{person}/absences", {}, away),
            "POST /absences/{id}/end": (f"/absences/{NONE}/end", {}, for_all[404]),
            "GET /subjects": ("/subjects", None, for_all[200]), "POST /subjects": ("/subjects", {}, self.can("subjects")),
            "GET /subjects/count": ("/subjects/count", None, for_all[200]),
            "GET /subjects/{id}": (f"/subjects/{subject}", None, knows), "PATCH /subjects/{id}": (f"/subjects/{subject}", {"nothing": 1}, changes),
            "GET /subjects/{id}/ledger": (f"/subjects/{subject}/ledger", None, knows),
            "GET /proposals": ("/proposals", None, for_all[200]), "POST /proposals": ("/proposals", {}, self.can("propose")),
            "GET /proposals/count": ("/proposals/count", None, for_all[200]),
            "GET /proposals/{id}": (f"/proposals/{NONE}", None, for_all[404]),
            "GET /proposals/{id}/ledger": (f"/proposals/{NONE}/ledger", None, for_all[404]),
            "POST /proposals/{id}/accept": (f"/proposals/{NONE}/accept", {}, for_all[404]),
            "POST /proposals/{id}/refuse": (f"/proposals/{NONE}/refuse", {}, for_all[404]),
            **self.noun("areas", self.cell, "areas", ("end", 422)), **self.noun("departments", department, "departments", ("end", 422)),
            **self.noun("rules", rule, "departments", ("end", 422), changes=False),
            **self.noun("authorities", authority, "departments", ("end", 422), changes=False),
            **self.noun("persons", person, "persons", reads=self.can("seats", 200)),
            "GET /seats/count": ("/seats/count", None, for_all[200]), "GET /seats/{id}/ledger": (f"/seats/{seat}/ledger", None, for_all[200]),
            "GET /nouns": ("/nouns", None, for_all[200]), "GET /flows": ("/flows", None, for_all[200]), "GET /codes/{list}": ("/codes/matter", None, for_all[200]),
            "PUT /files": ("/files", b"", for_all[415]), "GET /files/{hash}": (f"/files/{HASH}", None, for_all[404]),
            "POST /clock": ("/clock", {}, for_all[422]),
            "POST /clock/accept": ("/clock/accept", {}, self.can("clock", 409)),
        }
        rows = {f"{k.split()[0]} /api/v1{k.split()[1]}": ("/api/v1" + path, body, status) for k, (path, body, status) in v1.items()}
        rows.update({"GET /healthz": ("/healthz", None, for_all[200]), "GET /metrics": ("/metrics", None, for_all[200]),
                     "GET /api/openapi.json": ("/api/openapi.json", None, for_all[200]), "GET /": ("/", None, for_all[200])})
        return rows

    ELSEWHERE = {"DELETE /api/v1/session", "GET /api/v1/events", "GET /{asset}", "GET /m/", "GET /m/{asset}", "GET /assets/{asset}"}

    def routes(self):
        return {f"{method.upper()} {path}" for path, methods in self.document["paths"].items() for method in methods}

    def test_every_route_is_walked(self):
        self.assertEqual(self.routes(), set(self.requests()) | self.ELSEWHERE)

    def test_every_route_answers_every_account_as_its_seats_allow(self):
        for route, (path, body, status) in self.requests().items():
            method = route.split()[0]
            for role, who in self.people.items():
                with self.subTest(route=route, role=role):
                    raw = body if isinstance(body, bytes) else None
                    answer = who.send(method, path, None if raw is not None else body, raw=raw)
                    self.assertEqual(answer.status, status(role), answer.text[:400])
                    if answer.status != 415:
                        self.assertEqual(shape.answer_faults(self.document, method, path, answer), [], answer.text[:400])

    def test_signing_out_and_listening_are_everybodys(self):
        for role in ROLES:
            who = self.server.sign_in(role)
            connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=gw.PATIENCE)
            connection.request("GET", "/api/v1/events", headers={"Cookie": who.cookie})
            stream = connection.getresponse()
            self.assertEqual(stream.status, 200)
            self.assertEqual(who.send("DELETE", "/api/v1/session", key=None).status, 200)
            stream.read()  # it ends with the session
            connection.close()

    def test_strangers_get_nowhere(self):
        stranger = self.server.anyone()
        public = {"GET /api/v1/house", "POST /api/v1/session", "GET /healthz", "GET /metrics", "GET /api/openapi.json", "GET /"}
        for route, (path, body, _) in self.requests().items():
            if route in public:
                continue
            with self.subTest(route=route):
                raw = body if isinstance(body, bytes) else None
                self.assertEqual(stranger.send(route.split()[0], path, None if raw is not None else body, raw=raw).status, 401)

    # ---- what is visible ----

    def all_of(self, who, path, **query):
        items, cursor = [], None
        while True:
            page = who.get(path, limit=200, cursor=cursor, **query).json
            items += [i["id"] for i in page["items"]]
            cursor = page["next"]
            if not cursor:
                return items

    def test_a_history_shows_phones_in_part_to_who_only_seats_persons_and_no_official_to_a_subjects_people(self):
        person = self.me["member"]["person"]["id"]
        def told(role, path):
            return self.people[role].get(path).json["items"]
        def phones(role):
            return [c["value"] for e in told(role, f"/api/v1/persons/{person}/ledger") for c in e["changes"] if c["name"] == "phone"]
        self.assertTrue(phones("office") and not any("*" in p for p in phones("office")))
        self.assertTrue(phones("chief") and all("*" in p for p in phones("chief")))
        opened = self.people["office"].send("POST", "/api/v1/departments", {"code": "told", "name": "某局", "from": "2026-11-20T08:00:00+08:00"}).json["id"]
        path = f"/api/v1/departments/{opened}/ledger"
        self.assertEqual(told("office", path)[0]["actor"]["id"], self.me["office"]["person"]["id"])
        self.assertIsNone(told("enterprise", path)[0]["actor"])

    def test_a_case_is_in_the_list_exactly_for_those_who_see_it_and_is_counted_for_nobody_else(self):
        cases = [self.near["id"], self.far["id"]]
        enterprise = next(s["subject"]["id"] for s in self.me["enterprise"]["seats"] if s["subject"])
        cases.append(self.people["officer"].file(POINT, {"category": "21", "description": "本单位"}, subject=enterprise, matter="fire").json["id"])
        moved = self.people["officer"].file(POINT, {"category": "21", "description": "已不属实"}, matter="fire").json
        self.people["officer"].move(moved, "pass_on", {"passed_to": "12345", "passed_no": "1"})
        cases.append(moved["id"])
        for role, who in self.people.items():
            with self.subTest(role=role):
                listed = self.all_of(who, "/api/v1/cases")
                self.assertEqual(len(listed), len(set(listed)))
                self.assertEqual(who.get("/api/v1/cases/count").json["count"], len(listed))
                for case in cases:
                    seen = who.get(f"/api/v1/cases/{case}").status
                    self.assertEqual(seen, 200 if case in listed else 404)
                    for more in ("moves", "ledger", "papers", "sights"):
                        self.assertEqual(who.get(f"/api/v1/cases/{case}/{more}").status, seen)
                    for query in ({"q": str(case)}, {"flow": "hazard"}, {"matter": "fire"}):
                        if "matter" not in query:
                            found = self.all_of(who, "/api/v1/cases", **query)
                            self.assertEqual(case in found, seen == 200, query)
                            self.assertEqual(who.get("/api/v1/cases/count", **query).json["count"], len(found))
        seen_by = {r for r, who in self.people.items() if who.get(f"/api/v1/cases/{cases[2]}").status == 200}
        self.assertEqual(seen_by, SEES | {"enterprise"})
        self.assertEqual(self.people["enterprise"].get("/api/v1/cases/count").json["count"], 1)

    def test_who_can_see_it_names_exactly_those_who_do(self):
        subject = next(s["subject"]["id"] for s in self.me["enterprise"]["seats"] if s["subject"])
        ours = self.people["officer"].file(POINT, {"category": "21", "description": "本单位的"}, subject=subject, matter="fire").json
        for case in (self.near, self.far, ours):
            told = self.people["office"].get(f"/api/v1/cases/{case['id']}/sights").json
            named = {s["person"]["id"] for g in told["items"] for s in g["seats"] if s["person"]}
            named.add(case["filed"]["person"]["id"])
            for role, who in self.people.items():
                with self.subTest(case=case["id"], role=role):
                    self.assertEqual(self.me[role]["person"]["id"] in named, who.get(f"/api/v1/cases/{case['id']}").status == 200)
            self.assertIn(case["duty"]["person"]["name"], told["why"][-1])
            self.assertEqual(told["items"][0]["tie"], "duty")
        hidden = self.people["enterprise"].get(f"/api/v1/cases/{ours['id']}/sights").json
        self.assertNotIn("filed", [g["tie"] for g in hidden["items"]])

    def test_who_filed_sees_it_wherever_it_lies_and_others_of_another_office_do_not(self):
        seen_by = {r for r, who in self.people.items() if who.get(f"/api/v1/cases/{self.far['id']}").status == 200}
        self.assertEqual(seen_by, {"leader", "office", "department", "member"})
        self.assertIn(self.far["id"], self.all_of(self.people["member"], "/api/v1/cases", filed="me"))

    def test_the_party_does_not_learn_who_found_it(self):
        subject = next(s["subject"]["id"] for s in self.me["enterprise"]["seats"] if s["subject"])
        case = self.people["member"].file(POINT, {"category": "21", "description": "不署名"}, subject=subject).json
        enterprise = self.people["enterprise"]
        told = enterprise.get(f"/api/v1/cases/{case['id']}").text + enterprise.get(f"/api/v1/cases/{case['id']}/ledger").text
        self.assertNotIn(self.me["member"]["person"]["name"], told)
        self.assertNotIn('"filed"', told)

    def test_subjects_are_listed_exactly_for_those_who_see_them(self):
        for role, who in self.people.items():
            with self.subTest(role=role):
                self.assertEqual(who.get("/api/v1/subjects/count").json["count"], len(self.all_of(who, "/api/v1/subjects")))
                for s in self.subjects[::40]:
                    seen = who.get(f"/api/v1/subjects/{s['id']}").status
                    named = who.get("/api/v1/subjects", q=s["name"], limit=200).json["items"]
                    self.assertEqual(seen == 200, s["id"] in [i["id"] for i in named])
                    seats = who.get("/api/v1/seats", subject=s["id"]).status
                    self.assertEqual(seats, seen)
        mine = self.all_of(self.people["enterprise"], "/api/v1/subjects")
        self.assertEqual(len(mine), len({s["subject"]["id"] for s in self.me["enterprise"]["seats"] if s["subject"]}))
        for role in ("auditor", "security", "system"):
            self.assertEqual(self.people[role].get("/api/v1/subjects/count").json["count"], 0)

    def test_an_event_of_a_case_reaches_exactly_those_who_see_it(self):
        streams = {}
        for role, who in self.people.items():
            connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=gw.PATIENCE)
            connection.request("GET", "/api/v1/events", headers={"Cookie": who.cookie})
            self.addCleanup(connection.close)
            streams[role] = connection.getresponse()
            while b"event: hello" not in streams[role].readline():
                pass
        case = self.people["member"].file(POINT, {"category": "21", "description": "事件"}, matter="fire").json["id"]
        away = {"reason": "other", "from": "2027-01-04T00:00:00+08:00", "to": "2027-01-05T00:00:00+08:00"}
        person = self.me["auditor"]["person"]["id"]
        self.assertEqual(self.people["auditor"].post(f"/api/v1/persons/{person}/absences", away).status, 201)
        heard = set()
        for role, stream in streams.items():  # all hear of the absence, which came later
            while True:
                line = stream.readline().decode()
                if line.startswith("data:") and json.loads(line[5:]).get("id") == case:
                    heard.add(role)
                if line.startswith("event: epoch"):
                    break
        self.assertEqual(heard, SEES)

    def test_photos_are_for_those_who_are_signed_in(self):
        kept = self.people["member"].send("PUT", "/api/v1/files", raw=png("scope"), key=None).json["hash"]
        self.assertEqual({who.get(f"/api/v1/files/{kept}").status for who in self.people.values()}, {200})
        self.assertEqual(self.server.anyone().get(f"/api/v1/files/{kept}").status, 401)


if __name__ == "__main__":
    unittest.main()
