# SPDX-License-Identifier: Apache-2.0
"""The contract with other programs (design §8), word by word: statuses and their order, keys, sessions, files, lists, the
printed interface. One server for all; each test brings cases of its own."""
import hashlib
import http.client
import json
import os
import re
import socket
import struct
import threading
import unittest
import uuid
import zlib

import gw
import shape

POINT = (109.06, 34.32)
PLACE = {"lon": 109.06, "lat": 34.32, "datum": "WGS84", "accuracy_m": 8}
MONDAY = "2026-11-23T09:00:00+08:00"
JSON = {"Content-Type": "application/json"}
HAZARD = {"flow": "hazard", "place": PLACE, "fields": {"category": "21", "description": "疏散通道堆放酒水,只能侧身过"}}


def png(seed):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    row = b"\x00" + hashlib.sha256(str(seed).encode()).digest()[:3]
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)) +
            chunk(b"IDAT", zlib.compress(row)) + chunk(b"IEND", b""))


class Contract(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = gw.Folder()
        cls.addClassCleanup(cls.folder.close)
        cls.store = gw.demo_store(cls.folder)
        cls.server = gw.Server(cls.store, now=MONDAY)
        cls.addClassCleanup(cls.finish)
        cls.anyone = cls.server.anyone()
        cls.document = cls.server.document = cls.anyone.get("/api/openapi.json").json
        for name in ("member", "officer", "chief", "office", "leader", "enterprise", "auditor", "department", "standin", "security"):
            setattr(cls, name, cls.server.sign_in(name))

    @classmethod
    def finish(cls):
        cls.server.stop()
        done = gw.run("check", "--store", cls.store, check=False)
        if done.returncode:
            raise AssertionError(done.stdout + done.stderr)

    def fits(self, method, path, answer):
        self.assertEqual(shape.answer_faults(self.document, method, path, answer), [], answer.text[:600])
        return answer

    def refused(self, answer, status, code):
        self.assertEqual((answer.status, answer.header("Content-Type")), (status, "application/problem+json; charset=utf-8"), answer.text)
        self.assertEqual(answer.json["code"], code, answer.text)
        self.assertEqual(answer.json["status"], status)
        self.assertEqual(set(answer.json), {"type", "title", "status", "detail", "code", "errors"})
        self.assertTrue(answer.json["detail"])
        return answer

    def hazard(self, who=None, **more):
        answer = (who or self.member).post("/api/v1/cases", dict(HAZARD, **more))
        self.assertEqual(answer.status, 201, answer.text)
        return answer.json


class Order(Contract):
    """401, 400, 404, 403, 409, 422: the first that holds is told."""

    def test_401_goes_before_everything(self):
        self.refused(self.anyone.send("POST", "/api/v1/cases", raw=b"{", key=None, headers=JSON), 401, "sign-in")
        self.refused(self.anyone.get("/api/v1/cases/1"), 401, "sign-in")
        self.refused(self.anyone.send("POST", "/api/v1/cases/1/moves/pass", raw=b"", key=None), 401, "sign-in")
        self.refused(self.anyone.send("PUT", "/api/v1/files", raw=b"x" * 100000, key=None), 401, "sign-in")
        stale = self.server.anyone()
        stale.cookie = "gridward=" + "a" * 43
        self.refused(stale.get("/api/v1/me"), 401, "no-session")
        stale.cookie = "gridward=nonsense"
        self.refused(stale.get("/api/v1/me"), 401, "no-session")

    def test_400_goes_before_404_403_409_and_422(self):
        path = "/api/v1/cases/1/moves/nothing"
        self.refused(self.member.send("POST", path, {"x": 1}, key=None), 400, "key-missing")
        self.refused(self.member.send("POST", path, raw=b"{", headers=JSON), 400, "bad-json")
        self.refused(self.member.send("POST", path, raw=b"[1]", headers=JSON), 400, "body")
        self.refused(self.member.send("POST", path, raw=b'{"version":1,"version":2}', headers=JSON), 400, "bad-json")
        self.refused(self.auditor.send("POST", "/api/v1/cases", raw=b"{", headers=JSON), 400, "bad-json")

    def test_404_goes_before_403_409_and_422(self):
        case = self.hazard()
        for who in (self.auditor, self.enterprise):
            if who.get(f"/api/v1/cases/{case['id']}").status == 404:
                self.refused(who.post(f"/api/v1/cases/{case['id']}/moves/pass", {"version": 99, "x": 1}), 404, "not-found")
        self.refused(self.officer.post("/api/v1/cases/999999/moves/pass", {}), 404, "not-found")
        self.refused(self.officer.post("/api/v1/cases/abc/moves/pass", {}), 404, "not-found")
        self.refused(self.member.post("/api/v1/seats/999999/holds", {"x": 1}), 404, "not-found")
        self.refused(self.member.post("/api/v1/holds/999999/end", {"x": 1}), 404, "not-found")

    def test_404_goes_before_what_is_wrong_with_the_query_of_a_read(self):
        there = self.hazard()["id"]
        for path in ("cases/{}", "cases/{}/moves", "cases/{}/ledger", "subjects/{}", "areas/{}", "areas/{}/children", "seats/{}"):
            self.refused(self.officer.get(f"/api/v1/{path.format(999999)}?nothing=1"), 404, "not-found")
        self.refused(self.officer.get(f"/api/v1/files/{'0' * 64}?nothing=1"), 404, "not-found")
        answer = self.officer.get(f"/api/v1/cases/{there}?nothing=1")
        self.assertEqual(answer.status, 422, answer.text)

    def test_403_goes_before_409_and_422(self):
        case = self.hazard()
        denied = self.member.post(f"/api/v1/cases/{case['id']}/moves/inform", {"version": 99, "fields": {"nothing": 1}})
        self.refused(denied, 403, "denied")
        self.refused(self.auditor.post("/api/v1/cases", {"x": 1}), 403, "denied")

    def test_409_goes_before_422(self):
        case = self.hazard()
        self.refused(self.officer.post(f"/api/v1/cases/{case['id']}/moves/inform", {"version": 99, "fields": {"nothing": 1}}), 409, "stale")
        self.refused(self.officer.move(case, "pass", {"nothing": 1}), 409, "not-now")

    def test_every_address_that_names_something_keeps_the_order(self):
        case, subject = self.hazard(), self.member.get("/api/v1/subjects", limit=1).json["items"][0]
        seat = self.member.get("/api/v1/me").json["seats"][0]["id"]
        hold = self.member.get(f"/api/v1/seats/{seat}").json["holder"]["id"]
        room = self.member.get("/api/v1/seats", role="duty_room", limit=1).json["items"][0]["id"]
        shift = self.member.get(f"/api/v1/seats/{room}/shifts").json["items"][0]["id"]
        proposal = self.member.post("/api/v1/proposals", {"kind": "closed", "subject": subject["id"]}).json["id"]
        person = self.officer.person["id"]
        used = str(uuid.uuid4())
        self.assertEqual(self.member.post("/api/v1/cases", HAZARD, key=used).status, 201)
        for method, path, number in (("POST", "/api/v1/cases/{}/moves/inform", case["id"]), ("POST", "/api/v1/seats/{}/close", seat),
                                     ("POST", "/api/v1/seats/{}/holds", seat), ("POST", "/api/v1/holds/{}/end", hold),
                                     ("POST", "/api/v1/seats/{}/shifts", room), ("POST", "/api/v1/shifts/{}/end", shift),
                                     ("POST", "/api/v1/persons/{}/absences", person), ("PATCH", "/api/v1/subjects/{}", subject["id"]),
                                     ("POST", "/api/v1/proposals/{}/accept", proposal), ("POST", "/api/v1/proposals/{}/refuse", proposal),
                                     ("POST", "/api/v1/papers/{}/close", None), ("POST", "/api/v1/absences/{}/end", None)):
            for query in ("", "?nothing=1"):
                with self.subTest(path=path, query=query):
                    missing = path.format(999999) + query
                    self.refused(self.anyone.send(method, missing, raw=b"{", key=None, headers=JSON), 401, "sign-in")
                    self.refused(self.member.send(method, missing, {"nothing": 1}, key=None), 400, "key-missing")
                    self.refused(self.member.send(method, missing, raw=b"{", headers=JSON), 400, "bad-json")
                    self.refused(self.member.send(method, missing, {"nothing": 1}), 404, "not-found")
                    self.refused(self.member.send(method, missing, {"nothing": 1}, key=used), 404, "not-found")
                    if number:
                        there = path.format(number) + query
                        self.refused(self.member.send(method, there, {"nothing": 1}), 403, "denied")
                        self.refused(self.member.send(method, there, {"nothing": 1}, key=used), 403, "denied")
        holds = f"/api/v1/holds/{self.seat_hold(self.officer)}/end"
        self.refused(self.chief.post(holds, {"nothing": 1}), 409, "would-orphan")
        self.refused(self.chief.post(holds + "?nothing=1", {}), 409, "would-orphan")
        self.refused(self.officer.post(f"/api/v1/cases/{case['id']}/moves/inform", {"version": 99}), 409, "stale")
        self.refused(self.officer.post(f"/api/v1/cases/{case['id']}/moves/inform?nothing=1", {"version": 99}), 409, "stale")
        before = self.officer.case(case)
        refused = self.officer.post(f"/api/v1/cases/{case['id']}/moves/inform?nothing=1",
                                    {"version": 1, "fields": {"grade": "general", "deadline": "2026-12-04"}})
        self.refused(refused, 422, "invalid")
        self.assertEqual(self.officer.case(case), before)

    def seat_hold(self, who):
        seat = who.get("/api/v1/me").json["seats"][0]["id"]
        return who.get(f"/api/v1/seats/{seat}").json["holder"]["id"]

    def test_a_form_without_its_name_tells_all_that_is_wrong(self):
        answer = self.refused(self.member.post("/api/v1/cases", {"nothing": 1}), 422, "invalid")
        self.assertEqual(answer.codes(), {"flow": "required", "nothing": "unknown"})

    def test_422_names_every_field_at_once(self):
        answer = self.member.post("/api/v1/cases", dict(HAZARD, fields={"category": "99", "nothing": 1}, more=1))
        self.refused(answer, 422, "invalid")
        self.assertEqual(answer.codes(), {"fields.category": "code", "fields.nothing": "unknown", "more": "unknown",
                                          "fields.description": "required"})
        self.assertTrue(all(e["message"] for e in answer.json["errors"]))

    def test_405_names_the_methods_there_are(self):
        for method, path, allowed in (("DELETE", "/api/v1/cases", "POST, GET, HEAD"), ("PUT", "/healthz", "GET, HEAD"),
                                      ("GET", "/api/v1/batch", "POST"), ("BREW", "/api/v1/me", "GET, HEAD"),
                                      ("OPTIONS", "/api/v1/files", "PUT")):
            answer = self.refused(self.member.send(method, path), 405, "method")
            self.assertEqual(answer.header("Allow"), allowed)

    def test_nothing_is_there_is_404(self):
        for path in ("/api/v1/nothing", "/api/v2/cases", "/api/v1/cases/1/nothing", "/api/v1/cases//ledger", "/nothing.html"):
            self.refused(self.member.get(path), 404, "no-route")

    def test_413_415_and_headers(self):
        self.refused(self.member.send("POST", "/api/v1/cases", raw=b" " * (65 * 1024), headers=JSON), 413, "too-large")
        self.refused(self.member.send("POST", "/api/v1/cases", raw=b"{}", headers={"Content-Type": "text/plain"}), 415, "content-type")
        self.assertEqual(self.member.send("POST", "/api/v1/preview", raw=json.dumps(HAZARD).encode(), key=None,
                                          headers={"Content-Type": "Application/JSON; charset=UTF-8"}).status, 200)
        for coding in ("gzip", "br", "identity, gzip"):
            self.refused(self.member.post("/api/v1/cases", HAZARD, headers={"Content-Encoding": coding}), 415, "content-coding")
        self.refused(self.member.send("PUT", "/api/v1/files", raw=png("packed"), key=None, headers={"Content-Encoding": "gzip"}), 415, "content-coding")
        self.assertEqual(self.member.post("/api/v1/cases", HAZARD, headers={"Content-Encoding": "identity"}).status, 201)
        self.refused(self.member.post("/api/v1/cases", HAZARD, headers={"X-Client-Time": "yesterday"}), 400, "bad-header")
        self.assertEqual(self.member.post("/api/v1/cases", HAZARD, headers={"X-Client-Time": "2026-11-23T08:59:00+08:00"}).status, 201)

    def test_accept_never_makes_a_406(self):
        for accept in ("text/html", "image/*", "application/xml;q=0.1", "nonsense", ""):
            self.assertEqual(self.member.send("GET", "/api/v1/me", headers={"Accept": accept}).status, 200)

    def test_errors_speak_the_language_that_is_asked_for(self):
        zh = self.member.send("GET", "/api/v1/cases/1", headers={"Accept-Language": "zh-CN"}).json
        en = self.member.send("GET", "/api/v1/cases/1", headers={"Accept-Language": "en-GB,zh;q=0.5"}).json
        other = self.member.send("GET", "/api/v1/cases/1", headers={"Accept-Language": "fr"}).json
        self.assertEqual((zh["title"], en["title"], other["title"]), ("没有找到", "Not found", "没有找到"))
        self.assertEqual(zh["code"], en["code"])


class Keys(Contract):
    def test_a_key_has_one_effect_per_actor(self):
        key = str(uuid.uuid4())
        first, again = (self.member.post("/api/v1/cases", HAZARD, key=key) for _ in range(2))
        self.assertEqual((first.status, again.status, first.json["id"]), (201, 200, again.json["id"]))
        self.refused(self.member.post("/api/v1/cases", dict(HAZARD, matter="fire"), key=key), 409, "key-reused")
        other = self.officer.post("/api/v1/cases", HAZARD, key=key)
        self.assertEqual(other.status, 201, "another person's key is another key")
        self.assertNotEqual(other.json["id"], first.json["id"])
        self.refused(self.member.post(f"/api/v1/cases/{first.json['id']}/moves/fix_now", {"version": 1}, key=key), 409, "key-reused")

    def test_a_refused_act_leaves_its_key_free(self):
        key = str(uuid.uuid4())
        self.assertEqual(self.member.post("/api/v1/cases", dict(HAZARD, fields={}), key=key).status, 422)
        self.assertEqual(self.member.post("/api/v1/cases", HAZARD, key=key).status, 201)

    def test_a_move_that_comes_again_answers_the_case(self):
        case, key = self.hazard(), str(uuid.uuid4())
        fields = {"grade": "general", "deadline": "2026-12-04"}
        first = self.officer.move(case, "inform", fields, key=key)
        again = self.officer.move(case, "inform", fields, key=key)
        self.assertEqual((first.status, again.status, again.json["version"]), (200, 200, 2), again.text)

    def test_keys_are_printable_ascii_of_1_to_128(self):
        for key in ("k" * 128, "~ !", "1"):
            self.assertEqual(self.member.post("/api/v1/cases", HAZARD, key=key).status, 201)
        for key, code in (("k" * 129, "key-bad"), ("钥".encode(), "key-bad"), ("h\xe4", "malformed")):
            self.refused(self.member.send("POST", "/api/v1/cases", HAZARD, key=None, headers={"Idempotency-Key": key}), 400, code)

    def test_the_same_key_at_the_same_time_has_one_effect(self):
        key, answers = str(uuid.uuid4()), []
        threads = [threading.Thread(target=lambda: answers.append(self.member.post("/api/v1/cases", HAZARD, key=key))) for _ in range(8)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        self.assertEqual(sorted(a.status for a in answers), [200] * 7 + [201])
        self.assertEqual(len({a.json["id"] for a in answers}), 1)


class Sessions(Contract):
    def test_signing_in_gives_a_cookie_that_scripts_cannot_read(self):
        answer = self.anyone.post("/api/v1/session", {"name": "member", "password": gw.PASSWORD}, key=None)
        self.fits("POST", "/api/v1/session", answer)
        cookie = answer.header("Set-Cookie")
        self.assertRegex(cookie, r"^gridward=[A-Za-z0-9_-]{43}; Path=/; HttpOnly; SameSite=Lax$")
        self.assertEqual(answer.json["person"]["id"], self.member.person["id"])
        self.assertEqual(answer.header("Cache-Control"), "no-store")

    def test_a_stale_cookie_does_not_matter_at_sign_in(self):
        stale = self.server.anyone()
        stale.cookie = "gridward=" + "b" * 43
        self.assertEqual(stale.post("/api/v1/session", {"name": "member", "password": gw.PASSWORD}, key=None).status, 200)

    def test_unsafe_methods_need_the_token_of_the_session(self):
        for token in (None, "", "x", self.officer.csrf):
            headers = {"X-CSRF-Token": token} if token is not None else {}
            thief = self.server.anyone()
            thief.cookie = self.member.cookie
            self.refused(thief.send("POST", "/api/v1/cases", HAZARD, headers=headers), 403, "csrf")
        self.refused(self.member.post("/api/v1/cases", HAZARD, headers={"Sec-Fetch-Site": "cross-site"}), 403, "csrf")
        self.refused(self.anyone.post("/api/v1/session", {"name": "member", "password": gw.PASSWORD}, key=None,
                                      headers={"Sec-Fetch-Site": "cross-site"}), 403, "csrf")

    def test_wrong_names_and_passwords_are_told_alike_and_five_lock(self):
        wrong = [self.anyone.post("/api/v1/session", {"name": n, "password": p}, key=None)
                 for n, p in (("nobody-at-all", "x"), ("inspector", "x"))]
        for answer in wrong:
            self.refused(answer, 401, "bad-credentials")
        self.assertEqual(wrong[0].json["detail"], wrong[1].json["detail"])
        for _ in range(4):
            self.refused(self.anyone.post("/api/v1/session", {"name": "inspector", "password": "x"}, key=None), 401, "bad-credentials")
        locked = self.refused(self.anyone.post("/api/v1/session", {"name": "inspector", "password": gw.PASSWORD}, key=None), 429, "locked")
        self.assertGreater(int(locked.header("Retry-After")), 60)

    def test_who_signs_out_is_out(self):
        who = self.server.sign_in("system")
        self.assertEqual(who.get("/api/v1/me").status, 200)
        out = who.send("DELETE", "/api/v1/session", key=None)
        self.fits("DELETE", "/api/v1/session", out)
        self.assertIn("Max-Age=0", out.header("Set-Cookie"))
        self.refused(who.get("/api/v1/me"), 401, "no-session")

    def test_me_says_seats_areas_and_capabilities(self):
        me = self.fits("GET", "/api/v1/me", self.officer.get("/api/v1/me")).json
        self.assertIn("responsible_officer", [s["role"] for s in me["seats"]])
        self.assertTrue({"see", "file", "move"} <= set(me["capabilities"]))
        self.assertEqual(me["csrf"], self.officer.csrf)
        self.assertTrue(me["areas"] and me["region"]["id"])
        self.assertIs(me["demo"], True)
        self.assertEqual(len(self.leader.get("/api/v1/me").json["areas"]), 1, "who sees all sees the root")

    def test_a_hat_is_one_of_my_seats(self):
        who = self.server.sign_in("chief")
        seats = who.get("/api/v1/me").json["seats"]
        answer = who.send("PUT", "/api/v1/session/hat", {"seat": seats[0]["id"]}, key=None)
        self.assertEqual(self.fits("PUT", "/api/v1/session/hat", answer).json["hat"], seats[0]["id"])
        self.assertEqual(who.get("/api/v1/me").json["hat"], seats[0]["id"])
        other = self.officer.get("/api/v1/me").json["seats"][0]["id"]
        self.refused(who.send("PUT", "/api/v1/session/hat", {"seat": other}, key=None), 403, "not-your-seat")
        self.assertIsNone(who.send("PUT", "/api/v1/session/hat", {"seat": None}, key=None).json["hat"])

    def test_who_changes_the_password_proves_the_old_one(self):
        who = self.server.sign_in("standin")
        path = "/api/v1/session/password"
        self.refused(who.send("PUT", path, {"old": gw.PASSWORD, "new": "short"}, key=None), 422, "password-weak")
        self.refused(who.send("PUT", path, {"old": "wrong", "new": "Quite-another-1"}, key=None), 401, "bad-credentials")
        other = self.server.sign_in("standin")
        self.assertEqual(who.send("PUT", path, {"old": gw.PASSWORD, "new": "Quite-another-1"}, key=None).status, 200)
        self.assertEqual(who.get("/api/v1/me").status, 200)
        self.assertEqual(other.get("/api/v1/me").status, 401, "other sessions end")
        self.assertEqual(self.anyone.post("/api/v1/session", {"name": "standin", "password": gw.PASSWORD}, key=None).status, 401)
        self.assertEqual(self.anyone.post("/api/v1/session", {"name": "standin", "password": "Quite-another-1"}, key=None).status, 200)


class Restart(Contract):
    def test_how_long_a_session_lasts_is_a_setting(self):
        said = gw.run("describe", "config").stdout
        self.assertRegex(said, r"(?m)^#? ?session-idle = 480$")
        self.assertRegex(said, r"(?m)^#? ?session-most = 24$")
        for wrong in ("4", "never", "20000"):
            done = gw.run("serve", "--store", self.store, "--session-idle", wrong, check=False)
            self.assertEqual(done.returncode, 2, wrong)
            self.assertIn("session-idle", done.stderr)

    def test_sessions_and_keys_survive_kill_9(self):
        member, key = self.server.sign_in("member"), str(uuid.uuid4())
        case = member.post("/api/v1/cases", HAZARD, key=key).json
        self.server.kill()
        type(self).server = gw.Server(self.store, now=MONDAY)
        member.port = self.server.port
        self.assertEqual(member.get("/api/v1/me").status, 200)
        again = member.post("/api/v1/cases", HAZARD, key=key)
        self.assertEqual((again.status, again.json["id"]), (200, case["id"]))


class Cases(Contract):
    def test_a_filing_answers_the_case(self):
        answer = self.fits("POST", "/api/v1/cases", self.member.post("/api/v1/cases", HAZARD))
        case = answer.json
        self.assertEqual(answer.header("Location"), f"/api/v1/cases/{case['id']}")
        self.assertEqual((case["flow"], case["version"], case["late"], case["risen"], case["parent"]), ("hazard", 1, False, [], None))
        self.assertEqual(set(case["duty"]) >= {"role", "seat", "person"}, True)
        self.assertIsNone(case["subject"])
        self.assertTrue(case["due_lines"] and case["due"].endswith("+08:00"))
        self.assertEqual(case["fields"]["description"], HAZARD["fields"]["description"])
        self.assertEqual(self.fits("GET", "/api/v1/cases/1", self.member.get(f"/api/v1/cases/{case['id']}")).json["id"], case["id"])

    def test_moves_say_what_is_asked_and_why_not(self):
        case = self.hazard()
        moves = self.fits("GET", "/api/v1/cases/1/moves", self.officer.get(f"/api/v1/cases/{case['id']}/moves")).json
        inform = next(m for m in moves["items"] if m["move"] == "inform")
        asks = {a["name"]: a for a in inform["ask"]}
        self.assertTrue(asks["grade"]["required"])
        self.assertEqual([c["code"] for c in asks["grade"]["choices"]], ["general", "major"])
        blocked = self.member.get(f"/api/v1/cases/{case['id']}/moves").json["blocked"]
        self.assertTrue(any(b["move"] == "inform" and b["reason"] for b in blocked))
        for move, fields in (("inform", {"grade": "general", "deadline": "2026-12-01"}), ("sign", {})):
            case = self.officer.move(case, move, fields).json
        reasons = {b["move"]: b["reason"] for b in self.officer.get(f"/api/v1/cases/{case['id']}/moves").json["blocked"]}
        self.assertIn("deputy in charge", reasons["extend_more"])  # whose the move is, not whose the case is

    def test_the_ledger_tells_each_act(self):
        case = self.hazard()
        self.officer.move(case, "inform", {"grade": "general", "deadline": "2026-12-04"})
        items = self.fits("GET", "/api/v1/cases/1/ledger", self.officer.get(f"/api/v1/cases/{case['id']}/ledger")).json["items"]
        self.assertEqual([e["verb"] for e in items], ["file", "inform"])
        self.assertEqual(items[1]["actor"]["id"], self.officer.person["id"])

    def test_a_preview_stores_nothing_and_needs_no_required_fields(self):
        before = self.leader.get("/api/v1/cases/count").json["count"]
        for body in (HAZARD, dict(HAZARD, fields={}), {"flow": "hazard", "place": PLACE}):
            answer = self.member.post("/api/v1/preview", body, key=None)
            self.assertEqual(self.fits("POST", "/api/v1/preview", answer).json["duty"]["role"], "responsible_officer")
        self.assertEqual(self.leader.get("/api/v1/cases/count").json["count"], before)

    def test_datums_are_named_freely(self):
        for datum in ("WGS84", "wgs-84", "CGCS2000", "cgcs-2000", "GCJ02", "gcj-02"):
            self.assertEqual(self.member.get("/api/v1/locate", lon=109.06, lat=34.32, datum=datum).status, 200, datum)
        moved = self.member.get("/api/v1/locate", lon=109.06, lat=34.32, datum="GCJ02").json
        self.assertTrue(moved["cell"]["id"])
        self.refused(self.member.get("/api/v1/locate", lon=109.06, lat=34.32, datum="BD09"), 422, "invalid")

    def test_degrees_may_have_as_many_digits_as_a_phone_tells(self):
        exact = self.member.get("/api/v1/locate", lon="109.06", lat="34.32").json["cell"]
        self.assertEqual(self.member.get("/api/v1/locate", lon="109.0600000000000023", lat="34.3199999999999932").json["cell"], exact)
        box = "109.0500000000000001,34.3100000000000001,109.0700000000000001,34.3300000000000001"
        self.assertEqual(self.member.get("/api/v1/subjects/points", box=box).status, 200)
        both = self.refused(self.member.get("/api/v1/locate", lon="109.06.1", lat="x", nothing=1), 422, "invalid")
        self.assertEqual(both.codes(), {"lon": "type", "lat": "type", "nothing": "unknown"})

    def test_a_batch_answers_each_item(self):
        cases = [self.hazard() for _ in range(3)]
        fields = {"grade": "general", "deadline": "2026-12-04"}
        items = [{"key": str(uuid.uuid4()), "id": c["id"], "move": "inform", "version": 1, "fields": fields} for c in cases]
        items[1]["version"] = 7
        items.append(dict(items[0], id=999999, key="k"))
        items.append({"id": 1})
        answer = self.fits("POST", "/api/v1/batch", self.officer.post("/api/v1/batch", {"items": items}, key=None))
        self.assertEqual([i["status"] for i in answer.json["items"]], [200, 409, 200, 404, 422])
        self.assertEqual(answer.json["items"][1]["problem"]["code"], "stale")
        again = self.officer.post("/api/v1/batch", {"items": items}, key=None).json["items"]
        self.assertEqual([i["status"] for i in again], [200, 409, 200, 404, 422])
        self.assertEqual(again[0]["case"]["version"], 2)
        self.refused(self.officer.post("/api/v1/batch", {"items": items * 21}, key=None), 422, "invalid")

    def test_a_hundred_at_once_are_done(self):
        made = [self.hazard()["id"] for _ in range(100)]
        items = [{"key": str(uuid.uuid4()), "id": i, "move": "drop", "version": 1, "fields": {"reason": "不属实"}} for i in made]
        answer = self.chief.post("/api/v1/batch", {"items": items}, key=None)
        statuses = {i["status"] for i in answer.json["items"]}
        self.assertEqual(len(answer.json["items"]), 100)
        self.assertEqual(statuses, {403} if 403 in statuses else {200})


class Lists(Contract):
    def test_pages_hold_all_in_order_and_once(self):
        made = {self.hazard()["id"] for _ in range(7)}
        seen, cursor = [], None
        while True:
            page = self.fits("GET", "/api/v1/cases", self.officer.get("/api/v1/cases", limit=3, cursor=cursor, open=1)).json
            seen += [(c["due"], c["id"]) for c in page["items"]]
            self.assertLessEqual(len(page["items"]), 3)
            cursor = page["next"]
            if not cursor:
                break
        self.assertEqual(seen, sorted(seen))
        self.assertEqual(len({i for _, i in seen}), len(seen))
        self.assertTrue(made <= {i for _, i in seen})
        self.assertEqual(self.officer.get("/api/v1/cases/count", open=1).json["count"], len(seen))

    def test_filters_filter_lists_and_counts_alike(self):
        case = self.hazard(matter="fire")
        self.officer.move(self.hazard(), "drop", {"reason": "不属实"})
        area = case["area"]["id"]
        for query in ({"flow": "hazard"}, {"flow": "visit"}, {"state": "reported"}, {"area": area}, {"open": 0}, {"open": 1}, {"late": 1},
                      {"duty": "me"}, {"filed": "me"}, {"q": "侧身"}, {"q": "没有这样的字"}, {"from": "2026-11-23T09:00:00+08:00"},
                      {"to": "2026-11-23T09:00:00+08:00"}, {"department": case["department"]["id"]}):
            with self.subTest(query=query):
                page = self.member.get("/api/v1/cases", limit=200, **{k + "_" if k == "from" else k: v for k, v in query.items()})
                count = self.member.get("/api/v1/cases/count", **{k + "_" if k == "from" else k: v for k, v in query.items()})
                self.assertEqual((page.status, count.status), (200, 200), page.text)
                self.assertEqual(len(page.json["items"]), count.json["count"])
        self.assertEqual(self.member.get("/api/v1/cases/count", q="没有这样的字").json["count"], 0)
        self.assertEqual(self.officer.get("/api/v1/cases", filed="me", limit=1).json["items"], [])

    def test_limits_cursors_and_words_are_checked(self):
        for query in ({"limit": 0}, {"limit": 201}, {"limit": "x"}, {"cursor": "zzz"}, {"open": "2"}, {"late": "yes"}, {"duty": "you"},
                      {"from_": "yesterday"}, {"nothing": 1}, {"area": "x"}):
            with self.subTest(query=query):
                answer = self.member.get("/api/v1/cases", **query)
                self.assertEqual(answer.status, 422, answer.text)
        self.assertEqual(self.member.send("GET", "/api/v1/cases?limit=1&limit=2").status, 422)


class Notices(Contract):
    def test_what_has_risen_is_told_to_the_seat_it_rose_to_page_by_page(self):
        made = {self.hazard()["id"] for _ in range(3)}
        deputy = self.server.sign_in("deputy")
        self.assertEqual(self.member.post("/api/v1/clock", {"now": "2026-11-25T00:00:00+08:00"}, key=None).status, 200)
        told, cursor = [], None
        while True:
            page = self.fits("GET", "/api/v1/notices", deputy.get("/api/v1/notices", limit=2, cursor=cursor)).json
            told += page["items"]
            cursor = page["next"]
            if not cursor:
                break
        self.assertEqual({n["case"] for n in told if n["kind"] == "rise"}, made)
        self.assertEqual([n["id"] for n in told], sorted((n["id"] for n in told), reverse=True), "the newest first")
        self.assertEqual(self.leader.get("/api/v1/notices").json["items"], [])
        late = deputy.get("/api/v1/cases", late=1, duty="me").json["items"]
        self.assertEqual({c["id"] for c in late}, made)


class Territory(Contract):
    def test_locate_tells_cell_path_chain_and_departments(self):
        here = self.fits("GET", "/api/v1/locate", self.member.get("/api/v1/locate", lon=109.06, lat=34.32)).json
        self.assertEqual(here["path"][-1]["id"], here["cell"]["id"])
        self.assertEqual([a["level"] for a in here["path"]], ["region", "street", "village", "cell"])
        self.assertEqual([d["role"] for d in here["duty"]], ["grid_member", "responsible_officer", "deputy_in_charge", "grid_chief"])
        self.assertTrue(all(d["why"] for d in here["duty"]))
        self.assertTrue(all(d["lead"]["name"] and d["why"] for d in here["departments"]))
        self.assertIn("fire", [d["matter"] for d in here["departments"]])

    def test_outside_is_404_with_the_nearest_and_filing_there_422(self):
        answer = self.refused(self.member.get("/api/v1/locate", lon=0, lat=0), 404, "outside")
        self.assertRegex(answer.json["detail"], r"\d+ m")
        self.refused(self.member.post("/api/v1/cases", dict(HAZARD, place={"lon": 0, "lat": 0})), 422, "outside")

    def test_coordinates_are_checked(self):
        for lon, lat in ((None, 34), (109, None), ("x", 34), (181, 34), (109, 91), ("nan", 34), ("1e2", 34)):
            answer = self.member.get("/api/v1/locate", lon=lon, lat=lat)
            self.assertEqual(answer.status, 422, (lon, lat, answer.text))

    def test_the_tree_is_walked_from_its_root(self):
        page = self.fits("GET", "/api/v1/areas", self.member.get("/api/v1/areas", limit=200)).json
        root = page["items"][0]
        self.assertEqual((root["level"], root["parent"]), ("region", None))
        self.assertTrue(page["next"])
        children = self.fits("GET", "/api/v1/areas/1/children", self.member.get(f"/api/v1/areas/{root['id']}/children")).json["items"]
        self.assertEqual(len(children), 7)
        self.assertEqual({c["parent"] for c in children}, {root["id"]})
        cells = self.member.get("/api/v1/areas", level="cell", limit=200).json
        more = self.member.get("/api/v1/areas", level="cell", limit=200, cursor=cells["next"]).json
        self.assertEqual((len(cells["items"]), len(more["items"]), more["next"]), (200, 48, None))
        one = self.fits("GET", "/api/v1/areas/1", self.member.get(f"/api/v1/areas/{children[0]['id']}")).json
        self.assertEqual(one["path"][0]["id"], root["id"])
        self.assertEqual(self.member.get("/api/v1/areas", code=one["code"]).json["items"][0]["id"], one["id"])

    def test_an_outline_is_one_exact_feature(self):
        cell = self.member.get("/api/v1/locate", lon=109.06, lat=34.32).json["cell"]
        feature = self.fits("GET", "/api/v1/areas/1/outline", self.member.get(f"/api/v1/areas/{cell['id']}/outline"))
        self.assertEqual(feature.header("Content-Type"), "application/geo+json; charset=utf-8")
        rings = feature.json["geometry"]["coordinates"]
        ring = rings[0] if feature.json["geometry"]["type"] == "Polygon" else rings[0][0]
        self.assertEqual(ring[0], ring[-1])
        self.assertTrue(all(abs(x * 10**7 - round(x * 10**7)) < 1e-3 for p in ring for x in p))

    def test_asof_answers_as_it_was(self):
        cell = self.member.get("/api/v1/locate", lon=109.06, lat=34.32).json["cell"]
        self.refused(self.member.get(f"/api/v1/areas/{cell['id']}", asof="2001-01-01T00:00:00+08:00"), 404, "not-found")
        self.assertEqual(self.member.get("/api/v1/areas", asof="2001-01-01T00:00:00Z").json["items"], [])
        self.assertEqual(self.member.get("/api/v1/locate", lon=109.06, lat=34.32, asof="2001-01-01T00:00:00Z").status, 404)
        self.refused(self.member.get(f"/api/v1/areas/{cell['id']}", asof="long ago"), 422, "invalid")

    def test_departments_flows_codes_and_blind_spots(self):
        for path in ("/api/v1/departments", "/api/v1/flows", "/api/v1/codes/matter", "/api/v1/codes/hazard-category", "/api/v1/blindspots",
                     "/api/v1/notices", "/api/v1/seats", "/api/v1/subjects", "/api/v1/proposals"):
            with self.subTest(path=path):
                answer = self.fits("GET", path, self.office.get(path))
                self.assertTrue(answer.json["items"] or path in ("/api/v1/notices", "/api/v1/proposals"), answer.text)
        self.refused(self.member.get("/api/v1/codes/nothing"), 404, "not-found")
        self.assertEqual({f["name"] for f in self.member.get("/api/v1/flows").json["items"]}, {"hazard", "visit"})
        zh = self.member.send("GET", "/api/v1/flows", headers={"Accept-Language": "zh"}).json
        self.assertIn("隐患", [f["flow"]["title"] for f in zh["items"]])


class Records(Contract):
    def test_a_record_that_ends_now_is_told_as_it_was_until_then_and_keeps_its_history(self):
        body = {"code": "passing", "name": "过渡办公室", "supervision": "none", "penalty": "none", "whose": "own", "from": "2026-11-20T08:00:00+08:00"}
        path = f"/api/v1/departments/{self.office.post('/api/v1/departments', body).json['id']}"
        key = str(uuid.uuid4())
        ended = self.fits("POST", path + "/end", self.office.post(path + "/end", {}, key=key))
        self.assertEqual((ended.status, ended.json["name"]), (200, "过渡办公室"), ended.text)
        self.assertIsNotNone(ended.json["to"])
        again = self.office.post(path + "/end", {}, key=key)
        self.assertEqual((again.status, again.json), (200, ended.json))
        self.refused(self.office.get(path), 404, "not-found")
        self.refused(self.office.get(path + "/ledger"), 404, "not-found")
        then = {"asof": "2026-11-21T08:00:00+08:00"}
        self.assertEqual(self.office.get(path, **then).json["code"], "passing")
        history = self.fits("GET", path + "/ledger", self.office.get(path + "/ledger", **then))
        self.assertEqual([e["verb"] for e in history.json["items"]], ["open_department", "close_department"])

    def test_views_are_kept_by_name_by_their_person(self):
        path = "/api/v1/views"
        kept = self.fits("PUT", path, self.office.send("PUT", path, {"name": "超期", "query": "late=1"}, key=None))
        self.assertEqual(kept.json["items"], [{"name": "超期", "query": "late=1"}])
        self.assertEqual(self.office.send("PUT", path, {"name": "超期", "query": "open=1"}, key=None).json["items"], [{"name": "超期", "query": "open=1"}])
        self.assertEqual(self.fits("GET", path, self.leader.get(path)).json["items"], [])
        self.refused(self.office.send("PUT", path, {"name": "", "query": "x"}, key=None), 422, "invalid")
        for n in range(49):
            self.assertEqual(self.office.send("PUT", path, {"name": f"视图{n}", "query": "x"}, key=None).status, 200)
        self.refused(self.office.send("PUT", path, {"name": "多一个", "query": "x"}, key=None), 422, "too-many-views")
        gone = self.office.send("DELETE", path + "?name=%E8%B6%85%E6%9C%9F", key=None)
        self.assertEqual((gone.status, len(gone.json["items"])), (200, 49), gone.text)

    def test_the_number_on_the_receipt_is_found(self):
        one = self.hazard()["id"]
        found = self.officer.get("/api/v1/cases", q=f"{one >> 33}-{one & (1 << 33) - 1}").json["items"]
        self.assertEqual([c["id"] for c in found], [one])


class Seats(Contract):
    """Who sits: as the chief of the park office and as the safety committee office."""

    def seat_of(self, who, role):
        return next(s for s in who.get("/api/v1/me").json["seats"] if s["role"] == role)

    def seat(self, number):
        return self.fits("GET", "/api/v1/seats/1", self.office.get(f"/api/v1/seats/{number}")).json

    def test_a_leaver_is_refused_until_somebody_else_holds(self):
        number = self.seat_of(self.officer, "responsible_officer")["id"]
        before = self.seat(number)
        path = f"/api/v1/holds/{before['holder']['id']}/end"
        self.refused(self.member.post(path, {}), 403, "denied")
        self.refused(self.chief.post(path, {}), 409, "would-orphan")
        self.assertEqual(self.seat(number), before)

    def test_a_stand_in_sits_down_and_gets_up(self):
        number = self.seat_of(self.member, "grid_member")["id"]
        person = self.auditor.person["id"]
        old = self.seat(number)
        if "stand_in" in old:
            self.assertEqual(self.office.post(f"/api/v1/holds/{old['stand_in']['id']}/end", {"reason": "test"}).status, 200)
        self.refused(self.officer.post(f"/api/v1/seats/{number}/holds", {"person": person, "how": "stand_in"}), 403, "denied")
        taken = self.chief.post(f"/api/v1/seats/{number}/holds", {"person": person, "how": "stand_in", "to": "2026-12-31T00:00:00+08:00"})
        self.fits("POST", f"/api/v1/seats/{number}/holds", taken)
        self.assertEqual((taken.status, taken.json["stand_in"]["person"]["id"]), (201, person))
        self.refused(self.chief.post(f"/api/v1/seats/{number}/holds", {"person": 7, "how": "stand_in"}), 422, "no-person")
        self.refused(self.chief.post(f"/api/v1/seats/{number}/holds", {"how": "king"}), 422, "invalid")
        left = self.chief.post(f"/api/v1/holds/{taken.json['stand_in']['id']}/end", {})
        self.assertEqual(self.fits("POST", "/api/v1/holds/1/end", left).status, 200, left.text)

    def test_everybody_says_when_they_are_away(self):
        person = self.department.person["id"]
        key = str(uuid.uuid4())
        body = {"reason": "leave", "from": "2026-12-01T00:00:00+08:00", "to": "2026-12-03T00:00:00+08:00"}
        path = f"/api/v1/persons/{person}/absences"
        self.refused(self.member.post(path, body), 403, "denied")
        away = self.fits("POST", path, self.department.post(path, body, key=key))
        self.assertEqual(away.status, 201, away.text)
        again = self.department.post(path, body, key=key)
        self.assertEqual((again.status, again.json), (200, away.json))
        self.refused(self.department.post(path, body), 409, "absent-already")
        self.assertEqual(self.department.post(f"/api/v1/absences/{away.json['id']}/end", {"to": "2026-12-02T00:00:00+08:00"}).status, 200)

    def test_seats_are_listed_by_area_department_and_person(self):
        me = self.officer.get("/api/v1/me").json
        seat = next(s for s in me["seats"] if s["role"] == "responsible_officer")
        by_area = self.member.get("/api/v1/seats", area=seat["area"]["id"], role="responsible_officer", limit=200).json["items"]
        self.assertIn(seat["id"], [s["id"] for s in by_area])
        by_person = self.member.get("/api/v1/seats", person=me["person"]["id"]).json["items"]
        self.assertIn(seat["id"], [s["id"] for s in by_person])
        department = self.department.get("/api/v1/me").json["seats"][0]["department"]["id"]
        self.assertTrue(self.member.get("/api/v1/seats", department=department).json["items"])
        self.refused(self.member.get("/api/v1/seats", role="king"), 422, "invalid")
        self.refused(self.member.get("/api/v1/seats", area=999999), 404, "not-found")
        self.fits("GET", "/api/v1/persons", self.chief.get("/api/v1/persons", limit=5))
        self.refused(self.member.get("/api/v1/persons"), 403, "denied")

    def test_a_seat_says_who_may_fill_it_its_roster_and_its_open_cases(self):
        number = self.seat_of(self.member, "grid_member")["id"]
        fills = {who: getattr(self, who).get(f"/api/v1/seats/{number}").json["fills"] for who in ("chief", "office", "security", "officer", "member")}
        self.assertEqual(fills, {"chief": True, "office": True, "security": True, "officer": False, "member": False})
        room = self.member.get("/api/v1/seats", role="duty_room", limit=1).json["items"][0]
        self.assertTrue(room["roster"])
        shifts = self.fits("GET", f"/api/v1/seats/{room['id']}/shifts", self.member.get(f"/api/v1/seats/{room['id']}/shifts")).json["items"]
        self.assertTrue(shifts)
        self.assertEqual([s["from"] for s in shifts], sorted(s["from"] for s in shifts))
        early = self.member.get(f"/api/v1/seats/{room['id']}/shifts", **{"from": "2020-01-01T00:00:00Z", "to": "2020-02-01T00:00:00Z"}).json["items"]
        self.assertEqual(early, [])
        case = self.hazard()
        duty = case["duty"]["seat"]
        found = [c["id"] for c in self.officer.get("/api/v1/cases", seat=duty, limit=200).json["items"]]
        self.assertIn(case["id"], found)
        self.assertEqual(self.auditor.get("/api/v1/cases/count", seat=duty).json["count"], 0)  # what one does not see is not counted
        self.assertEqual(self.officer.get("/api/v1/cases/count", seat=number, open=1).json["count"], 0)


class Subjects(Contract):
    def test_the_ledger_tells_what_was_changed_and_by_whom(self):
        made = self.officer.post("/api/v1/subjects", {"name": "史记小店", "kind": "retail", "place": PLACE, "matters": ["fire"], "uscc_reason": "person", "main_phone": "13812345678"})
        self.assertEqual(made.status, 201, made.text)
        path = f"/api/v1/subjects/{made.json['id']}"
        changed = self.chief.send("PATCH", path, {"version": made.json["version"], "name": "史记百货"})
        self.assertEqual(changed.status, 200, changed.text)
        told = self.fits("GET", path + "/ledger", self.office.get(path + "/ledger")).json["items"]
        self.assertEqual([i["verb"] for i in told], ["open_subject", "change_subject"])
        self.assertEqual([i["actor"]["id"] for i in told], [self.officer.person["id"], self.chief.person["id"]])
        self.assertEqual({c["name"]: c["value"] for c in told[1]["changes"]}, {"name": "史记百货"})
        first = {c["name"]: c["value"] for c in told[0]["changes"]}
        self.assertEqual((first["name"], first["matters"], first["main_phone"]), ("史记小店", ["fire"], "13812345678"))
        own = self.enterprise.get("/api/v1/me").json["seats"][0]["subject"]["id"]
        ours = self.fits("GET", f"/api/v1/subjects/{own}/ledger", self.enterprise.get(f"/api/v1/subjects/{own}/ledger")).json["items"]
        self.assertTrue(ours)
        self.assertTrue(all(i["actor"] is None or i["actor"]["id"] == 0 for i in ours))
        self.refused(self.enterprise.get(path + "/ledger"), 404, "not-found")


class Files(Contract):
    def put(self, who, data, kind="image/png"):
        return who.send("PUT", "/api/v1/files", raw=data, key=None, headers={"Content-Type": kind})

    def test_a_photo_is_kept_once_under_its_hash(self):
        data = png("once")
        first, again = self.put(self.member, data), self.put(self.officer, data)
        self.fits("PUT", "/api/v1/files", first)
        self.assertEqual((first.status, again.status, first.json), (201, 200, again.json))
        self.assertEqual(first.json, {"hash": hashlib.sha256(data).hexdigest(), "size": len(data), "type": "image/png"})
        back = self.officer.get(f"/api/v1/files/{first.json['hash']}")
        self.assertEqual((back.status, back.bytes), (200, data))
        self.assertEqual((back.header("Content-Type"), back.header("X-Content-Type-Options")), ("image/png", "nosniff"))
        known = self.officer.send("GET", f"/api/v1/files/{first.json['hash']}", headers={"If-None-Match": back.header("ETag")})
        self.assertEqual((known.status, known.bytes), (304, b""))
        self.refused(self.anyone.get(f"/api/v1/files/{first.json['hash']}"), 401, "sign-in")
        head = self.officer.send("HEAD", f"/api/v1/files/{first.json['hash']}")
        self.assertEqual((head.status, head.header("Content-Length"), head.bytes), (200, str(len(data)), b""))

    def test_the_content_decides_not_the_name(self):
        self.assertEqual(self.put(self.member, png("named wrongly"), "image/jpeg").json["type"], "image/png")
        for data in (b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"MZ\x90\x00", b"GIF89a", b"hello" * 100):
            self.refused(self.put(self.member, data), 415, "file-type")

    def test_twenty_megabytes_and_not_more(self):
        head = png("large")
        self.assertEqual(self.put(self.member, head + b"\0" * ((20 << 20) - len(head))).status, 201)
        self.refused(self.put(self.member, head + b"\0" * ((20 << 20) + 1 - len(head))), 413, "too-large")

    def test_what_is_not_there_is_404_and_a_field_that_names_it_422(self):
        self.refused(self.member.get("/api/v1/files/" + "0" * 64), 404, "not-found")
        self.refused(self.member.get("/api/v1/files/" + "Z" * 64), 404, "not-found")
        self.refused(self.member.get("/api/v1/files/..%2f..%2fetc%2fpasswd"), 400, "malformed")
        answer = self.member.post("/api/v1/cases", dict(HAZARD, fields=dict(HAZARD["fields"], before=["0" * 64, "1" * 64])))
        self.assertEqual(answer.status, 422)
        self.assertEqual([(e["field"], e["code"]) for e in answer.json["errors"]], [("fields.before", "file-gone")] * 2)
        for digit, error in zip("01", answer.json["errors"]):
            self.assertIn(digit * 64, error["message"])
        answer = self.member.post("/api/v1/cases", dict(HAZARD, fields=dict(HAZARD["fields"], before=["Z" * 64])))
        self.assertEqual((answer.status, answer.codes()), (422, {"fields.before": "type"}))


class House(Contract):
    def test_health_and_figures_stand_at_the_root(self):
        self.assertEqual((self.anyone.get("/healthz").status, self.anyone.get("/healthz").json), (200, {"status": "ok"}))
        figures = self.anyone.get("/metrics")
        self.assertTrue(figures.header("Content-Type").startswith("text/plain"))
        self.assertIn("# TYPE gridward_http_requests_total counter", figures.text)

    def test_the_test_clock_goes_forwards_only(self):
        self.refused(self.member.post("/api/v1/clock", {"now": "2020-01-01T00:00:00+08:00"}, key=None), 422, "invalid")
        self.refused(self.member.post("/api/v1/clock", {}, key=None), 422, "invalid")
        self.refused(self.anyone.post("/api/v1/clock", {"now": MONDAY}, key=None), 401, "sign-in")
        answer = self.fits("POST", "/api/v1/clock", self.auditor.post("/api/v1/clock", {"now": "2026-11-23T09:30:00+08:00"}, key=None))
        self.assertEqual(answer.json["now"], "2026-11-23T09:30:00+08:00")
        self.assertEqual(self.member.get("/api/v1/me").json["now"], "2026-11-23T09:30:00+08:00")

    def test_the_page_is_whole_strict_and_cached_by_its_tag(self):
        page = self.anyone.get("/")
        self.assertEqual((page.status, page.header("Content-Type")), (200, "text/html; charset=utf-8"))
        policy = page.header("Content-Security-Policy")
        self.assertIn("default-src 'none'", policy)
        self.assertNotIn("unsafe", policy)
        self.assertEqual(self.anyone.send("GET", "/", headers={"If-None-Match": page.header("ETag")}).status, 304)
        self.assertEqual(self.anyone.get("/..%2fmeson.build").status, 400)
        self.assertEqual(self.anyone.get("/app.js.map").status, 404)

    def test_a_binary_without_its_pages_says_how_to_build_them(self):
        page = self.anyone.get("/")
        if "/assets/" in page.text:
            self.skipTest("this binary has its pages")
        self.assertEqual(self.anyone.get("/m/").text, page.text)
        commands = re.search("<pre>(.*)</pre>", page.text, re.S).group(1).splitlines()
        self.assertEqual(commands, ["tools/setup.sh ui", "tools/ui.sh", "tools/build.sh"])
        for command in commands:
            self.assertTrue(os.access(os.path.join(gw.ROOT, command.split()[0]), os.X_OK), command)

    def test_every_answer_says_that_its_type_is_meant(self):
        for path in ("/", "/healthz", "/api/openapi.json", "/api/v1/me"):
            self.assertEqual(self.anyone.get(path).header("X-Content-Type-Options"), "nosniff")

    def test_the_description_is_3_1_and_speaks_of_every_route(self):
        self.assertEqual(self.document["openapi"], "3.1.0")
        operations = [o for p in self.document["paths"].values() for o in p.values()]
        self.assertEqual(len({o["operationId"] for o in operations}), len(operations))
        self.assertTrue(all(o["summary"] and o["x-summary-zh"] for o in operations))

    def test_an_event_tells_those_who_may_see(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=gw.PATIENCE)
        connection.request("GET", "/api/v1/events", headers={"Cookie": self.officer.cookie})
        stream = connection.getresponse()
        self.assertEqual((stream.status, stream.getheader("Content-Type")), (200, "text/event-stream; charset=utf-8"))
        while b"event: hello" not in stream.readline():
            pass
        case = self.hazard()
        said = b""
        while f'"id":{case["id"]},"version":1'.encode() not in said:
            said = stream.readline()
        connection.close()


class NoTestClock(unittest.TestCase):
    def test_without_it_the_route_is_not_there_and_a_fresh_store_has_no_account(self):
        folder = gw.Folder()
        self.addCleanup(folder.close)
        gw.run("init", "--store", folder.store)
        server = gw.Server(folder.store)
        self.addCleanup(server.stop)
        answer = server.anyone().post("/api/v1/session", {"name": "leader", "password": gw.PASSWORD}, key=None)
        self.assertEqual((answer.status, answer.json["code"]), (401, "bad-credentials"))
        self.assertIs(server.anyone().get("/api/v1/house").json["test_clock"], False)
        self.assertIs(server.anyone().get("/api/v1/house").json["demo"], False)


class Wire(Contract):
    """What no library would send."""

    def say(self, data):
        with socket.create_connection(("127.0.0.1", self.server.port), timeout=gw.PATIENCE) as s:
            s.sendall(data)
            s.shutdown(socket.SHUT_WR)
            said = b""
            while part := s.recv(65536):
                said += part
        return said

    def test_a_line_that_is_none_is_400(self):
        self.assertIn(b" 400 ", self.say(b"GET /healthz\r\n\r\n")[:20] + self.say(b"NONSENSE\r\n\r\n")[:20])

    def test_a_line_with_a_space_too_many_is_400(self):
        for line in (b"GET  /healthz HTTP/1.1", b"GET /healthz  HTTP/1.1", b"GET /health z HTTP/1.1"):
            self.assertIn(b" 400 ", self.say(line + b"\r\nHost: h\r\nConnection: close\r\n\r\n")[:20])

    def test_two_types_are_refused(self):
        said = self.say(b"POST /api/v1/cases HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Type: text/plain\r\n" +
                        f"Cookie: {self.member.cookie}\r\nX-CSRF-Token: {self.member.csrf}\r\n".encode() +
                        b"Idempotency-Key: a\r\nContent-Length: 2\r\n\r\n{}")
        self.assertIn(b" 400 ", said[:20])
        self.assertIn(b"bad-header", said)

    def test_more_values_than_a_batch_needs_are_refused_unread(self):
        answer = self.member.send("POST", "/api/v1/batch", raw=b'{"acts":[' + b"1," * 60000 + b"1]}", headers={"Content-Type": "application/json"})
        self.assertEqual((answer.status, answer.json["code"]), (413, "too-many-values"))

    def test_two_lengths_are_refused(self):
        said = self.say(b"POST /api/v1/session HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}x")
        self.assertIn(b" 400 ", said[:20])

    def test_a_length_that_is_none_is_answered_once_and_as_a_problem(self):
        for length, status in ((b"abc", b" 400 "), (b"-1", b" 400 "), (b"+5", b" 400 "), (b"9" * 30, b" 413 ")):
            said = self.say(b"POST /api/v1/session HTTP/1.1\r\nHost: h\r\nContent-Length: " + length + b"\r\n\r\n" + b"{}" * 20000)
            self.assertIn(status, said[:20])
            self.assertEqual(said.count(b"HTTP/1.1"), 1)
            head, body = said.split(b"\r\n\r\n")
            self.assertIn(b"application/problem+json", head)
            self.assertIn(b"Content-Length: %d\r\n" % len(body), head + b"\r\n")
            self.assertEqual(json.loads(body)["status"], int(status))

    def test_two_keys_are_refused(self):
        body = json.dumps(HAZARD).encode()
        said = self.say(b"POST /api/v1/cases HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Type: application/json\r\n" +
                        f"Cookie: {self.member.cookie}\r\nX-CSRF-Token: {self.member.csrf}\r\n".encode() +
                        b"Idempotency-Key: a\r\nIdempotency-Key: b\r\n" + f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
        self.assertIn(b" 400 ", said[:20])
        self.assertIn(b"key-bad", said)


del Contract
if __name__ == "__main__":
    unittest.main()
