# SPDX-License-Identifier: Apache-2.0
"""Each endpoint meets broken, hostile and huge input: a clear problem with the right status, nothing half-written, and a store
that `gridward check` finds whole afterwards."""
import json
import random
import socket
import sqlite3
import unittest
import urllib.parse

import gw
from test_contract import HAZARD, JSON, MONDAY, png

ID = 999999
DEEP = 100000
BROKEN = {
    "empty": b"", "blank": b"  \n ", "open brace": b"{", "half a key": b'{"a', "no value": b'{"a":}', "two values": b"{} {}",
    "trailing": b"{}x", "comma": b'{"a":1,}', "single quotes": b"{'a':1}", "comment": b"{/*x*/}", "NaN": b'{"a":NaN}', "Infinity": b'{"a":1e999}',
    "key twice": b'{"version":1,"version":1}', "key twice inside": b'{"fields":{"a":1,"a":2}}', "NUL": b'{"a":"\x00"}',
    "escaped NUL": b'{"a":"\\u0000"}', "bad UTF-8": b'{"a":"\xff\xfe"}', "overlong": b'{"a":"\xc0\xaf"}', "lone surrogate": b'{"a":"\\ud800"}',
    "cut UTF-8": b'{"a":"\xe7\xbd', "BOM": b"\xef\xbb\xbf{}", "deep lists": b"[" * DEEP, "deep objects": b'{"a":' * 9000 + b"1" + b"}" * 9000,
    "UTF-16": "{}".encode("utf-16"), "number": b"7", "list": b"[{}]", "string": b'"x"', "null": b"null",
    "long number": b'{"a":' + b"9" * 400 + b"}",
}
ODD = [None, True, 0, -1, 2**31, 2**53, 2**63 - 1, -2**63, 1.5, 1e308, "", " ", "x" * 5000, "\u202e\u0007", "'; DROP TABLE cases; --", "%s%n",
       "../../etc/passwd", "<script>", [], [[]], ["x"] * 50, {}, {"a": {"b": {"c": 1}}}, {"lon": "x"}, {"lon": 1e300, "lat": 0}]
# Every route with a JSON body: method, path, members that it knows.
BODIES = [
    ("POST", "/api/v1/session", ("name", "password")), ("PUT", "/api/v1/session/hat", ("seat",)),
    ("PUT", "/api/v1/session/password", ("old", "new")), ("POST", "/api/v1/cases", ("flow", "move", "place", "subject", "matter", "department",
                                                                                      "fields", "for")),
    ("POST", "/api/v1/cases/{case}/moves/inform", ("version", "fields", "for")), ("POST", "/api/v1/cases/{case}/moves/hand", ("version", "fields")),
    ("POST", "/api/v1/cases/{case}/moves/merge", ("version", "fields")), ("POST", "/api/v1/preview", ("flow", "move", "place", "subject", "fields")),
    ("POST", "/api/v1/batch", ("items",)), ("POST", "/api/v1/papers/999999/close", ("used",)),
    ("POST", "/api/v1/shifts/999999/end", ("to",)), ("POST", "/api/v1/persons/{person}/absences", ("reason", "from", "to")),
    ("POST", "/api/v1/absences/999999/end", ("to",)),
    ("POST", "/api/v1/subjects", ("name", "kind", "place", "uscc", "uscc_reason", "industry", "matters", "l", "e", "c", "colour", "parties", "tags",
                                  "main_phone", "site_start", "site_end", "opened")),
    ("PATCH", "/api/v1/subjects/{subject}", ("version", "name", "kind", "place", "status", "matters")),
    ("POST", "/api/v1/proposals", ("kind", "subject", "place", "fields", "note", "photos")),
    ("POST", "/api/v1/proposals/999999/accept", ("reason",)), ("POST", "/api/v1/proposals/999999/refuse", ("reason",)),
    ("POST", "/api/v1/clock", ("now",)),
    ("POST", "/api/v1/seats", ("role", "area", "department", "subject", "ordinal", "title", "from")),
    ("POST", "/api/v1/seats/{seat}/close", ("to", "reason")), ("POST", "/api/v1/seats/{seat}/holds", ("person", "how", "from", "to")),
    ("POST", "/api/v1/holds/{hold}/end", ("to", "reason")), ("POST", "/api/v1/seats/{seat}/shifts", ("person", "from", "to")),
]
# What else stands in the body, so that more than the first member is looked at.
GOOD = {"/api/v1/cases": HAZARD, "/api/v1/preview": HAZARD, "/api/v1/subjects": {"name": "某店", "kind": "retail", "uscc_reason": "unknown", "matters": ["fire"],
                                                                                 "place": HAZARD["place"]},
        "/api/v1/proposals": {"kind": "new", "place": HAZARD["place"], "fields": {"name": "新店"}}}
QUERIES = [
    ("/api/v1/cases", ("limit", "cursor", "flow", "state", "area", "department", "subject", "parent", "duty", "filed", "late", "open", "q", "from", "to")),
    ("/api/v1/cases/count", ("flow", "area", "late", "open", "q", "from")), ("/api/v1/locate", ("lon", "lat", "datum", "asof")),
    ("/api/v1/areas", ("level", "code", "asof", "limit", "cursor")), ("/api/v1/areas/{area}", ("asof",)),
    ("/api/v1/areas/{area}/children", ("asof", "limit", "cursor")), ("/api/v1/areas/{area}/outline", ("asof",)),
    ("/api/v1/blindspots", ("area", "asof", "limit", "cursor")), ("/api/v1/seats", ("area", "department", "subject", "person", "role", "asof", "limit")),
    ("/api/v1/departments", ("asof", "limit")), ("/api/v1/persons", ("q", "limit", "cursor")),
    ("/api/v1/subjects", ("area", "department", "kind", "colour", "status", "matter", "q", "blind", "limit", "cursor")),
    ("/api/v1/subjects/count", ("area", "kind", "q")), ("/api/v1/proposals", ("state", "area", "limit", "cursor")),
    ("/api/v1/notices", ("limit", "cursor")),
]
WORDS = ["", "x", "-1", "0", "1", "9" * 30, "1.5", "1e5", "٣", "true", "null", "%00", "\u0000", "a" * 3000, "'", "2026-11-22", "2026-13-45T99:99:99Z",
         "9999-12-31T23:59:59.999999999Z", "0001-01-01T00:00:00+08:00", "{}", "[1]", "..", "\\", "me'--", "\U0001f525"]


class Hostile(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = gw.Folder()
        cls.addClassCleanup(cls.folder.close)
        cls.store = gw.demo_store(cls.folder)
        cls.server = gw.Server(cls.store, now=MONDAY)
        cls.addClassCleanup(cls.finish)
        cls.server.document = cls.server.anyone().get("/api/openapi.json").json
        cls.people = {n: cls.server.sign_in(n) for n in ("member", "officer", "chief", "office", "leader", "auditor")}
        member = cls.people["member"]
        case = member.post("/api/v1/cases", HAZARD).json
        me = member.get("/api/v1/me").json
        seat = next(s["id"] for s in me["seats"] if s["role"] == "grid_member")
        cls.ids = {"case": case["id"], "seat": seat, "hold": member.get(f"/api/v1/seats/{seat}").json["holder"]["id"], "person": me["person"]["id"],
                   "subject": member.get("/api/v1/subjects", limit=1).json["items"][0]["id"], "area": case["area"]["id"]}

    @classmethod
    def finish(cls):
        cls.server.stop()  # a sanitizer that said something fails here
        done = gw.run("check", "--store", cls.store, check=False)
        if done.returncode:
            raise AssertionError(done.stdout + done.stderr)

    def entries(self):
        with sqlite3.connect(f"file:{self.store}?mode=ro", uri=True) as db:
            return db.execute("SELECT count(*) FROM ledger").fetchone()[0]

    def who(self, path):
        """An account that gets as far into the handler as any."""
        if "/seats" in path or "/holds" in path or "/shifts" in path or "/persons" in path:
            return self.people["chief"]
        return self.people["officer" if "{case}" in path else "office" if "subjects" in path else "member"]

    def problem(self, answer, *statuses):
        self.assertIn(answer.status, statuses, answer.text[:500])
        self.assertEqual(answer.header("Content-Type"), "application/problem+json; charset=utf-8")
        body = answer.json
        self.assertEqual(body["status"], answer.status)
        self.assertTrue(body["code"] and body["detail"])
        return body

    def test_broken_json_is_400_everywhere_and_writes_nothing(self):
        before = self.entries()
        for method, path, _ in BODIES:
            who = self.who(path)
            for name, raw in BROKEN.items():
                with self.subTest(path=path, body=name):
                    answer = who.send(method, path.format(**self.ids), raw=raw, headers=JSON)
                    expected = (413,) if len(raw) > (1 << 20 if path.endswith("batch") else 64 << 10) else (400,)
                    if name == "long number":
                        expected = (400, 404, 422)
                    self.problem(answer, *expected)
        self.assertEqual(self.entries(), before)

    def test_odd_values_in_every_member_are_refused_by_name(self):
        before = self.entries()
        for method, path, members in BODIES:
            who = self.who(path)
            for member in members:
                for value in ODD:
                    with self.subTest(path=path, member=member, value=str(value)[:30]):
                        answer = who.send(method, path.format(**self.ids), dict(GOOD.get(path, {}), **{member: value}))
                        self.assertLess(answer.status, 500, answer.text[:500])
                        if answer.status >= 400:
                            self.problem(answer, 400, 401, 403, 404, 409, 422, 429)
        self.assertLess(self.entries() - before, 400)  # some are fine: a text is a text

    def test_odd_values_among_good_ones_are_refused_and_write_nothing(self):
        before = self.entries()
        for field in ("category", "description", "before", "source"):
            for value in ODD:
                if field == "description" and isinstance(value, str) and 0 < len(value) < 4000 and value.strip():
                    continue  # a text is a text
                if field in ("before", "source") and value in (None, [], ""):
                    continue  # nothing was said
                fields = dict(HAZARD["fields"], **{field: value})
                with self.subTest(field=field, value=str(value)[:30]):
                    self.problem(self.people["member"].post("/api/v1/cases", dict(HAZARD, fields=fields)), 422)
        for name in ("flow", "move"):
            for value in ODD[1:]:
                with self.subTest(name=name, value=str(value)[:30]):
                    self.problem(self.people["member"].post("/api/v1/cases", dict(HAZARD, **{name: value})), 422)
        for place in ODD + [{"lon": 109.06}, {"lat": 34.32}, {"lon": 109.06, "lat": 34.32, "datum": "mars"}, {"lon": 109.06, "lat": 34.32, "x": 1},
                            {"lon": 109.06, "lat": 34.32, "accuracy_m": -1}, {"lon": True, "lat": False}, {"lon": "109.06", "lat": "34.32"}]:
            with self.subTest(place=str(place)[:40]):
                self.problem(self.people["member"].post("/api/v1/cases", dict(HAZARD, place=place)), 422)
        self.assertEqual(self.entries(), before)

    def test_control_characters_are_refused_by_the_name_of_the_field(self):
        before = self.entries()
        for sign in ("\x01", "\x1b[2J", "\r", "\x7f", "\x85", "\u202e", "\u2066"):
            with self.subTest(sign=repr(sign)):
                answer = self.people["member"].post("/api/v1/cases", dict(HAZARD, fields=dict(HAZARD["fields"], description=f"通道{sign}堵了")))
                self.problem(answer, 422)
                self.assertEqual(answer.codes(), {"fields.description": "control"})
                subject = {"name": f"示例{sign}店", "kind": "retail", "status": "open", "uscc_reason": "none", "key": False}
                named = self.people["office"].post("/api/v1/subjects", subject)
                self.problem(named, 422)
                self.assertEqual(named.codes(), {"name": "control"})
        self.assertEqual(self.entries(), before)
        fine = self.people["member"].post("/api/v1/cases", dict(HAZARD, fields=dict(HAZARD["fields"], description="一行\n两行\t缩进")))
        self.assertEqual((fine.status, fine.json["fields"]["description"]), (201, "一行\n两行\t缩进"))

    def test_odd_queries_never_break(self):
        for path, names in QUERIES:
            who = self.people["chief"]
            for name in names:
                for word in WORDS:
                    with self.subTest(path=path, name=name, word=word[:20]):
                        answer = who.send("GET", path.format(**self.ids) + "?" + urllib.parse.urlencode({name: word}))
                        self.assertIn(answer.status, (200, 400, 404, 422), answer.text[:300])
                        if answer.status != 200:
                            self.problem(answer, 400, 404, 422)
            self.problem(who.send("GET", path.format(**self.ids) + "?nothing=1"), 422)
            self.problem(who.send("GET", path.format(**self.ids) + f"?{names[0]}=1&{names[0]}=2"), 422)

    def test_odd_paths_never_break(self):
        patterns = ["/api/v1/cases/{}", "/api/v1/cases/{}/moves", "/api/v1/cases/{}/ledger", "/api/v1/cases/{}/papers", "/api/v1/areas/{}",
                    "/api/v1/areas/{}/outline", "/api/v1/seats/{}", "/api/v1/subjects/{}", "/api/v1/proposals/{}", "/api/v1/codes/{}", "/api/v1/files/{}"]
        odd = ["0", "-1", "1.5", "x", "9" * 25, "0x10", "%00", "%ff", "%2e%2e", "..", ".", "%2f", "'", "a" * 3000, "%E7%BD%91", "1%20", "٣", str(2**53), str(2**63)]
        for pattern in patterns:
            for word in odd:
                with self.subTest(path=pattern, word=word[:20]):
                    answer = self.people["leader"].send("GET", pattern.format(word if word.isascii() else urllib.parse.quote(word)))
                    self.problem(answer, 400, 404)

    def test_odd_moves_are_not_there(self):
        for move in ("nothing", "file", "x" * 500, "%2f", "INFORM", "inform%20", "隐患"):
            answer = self.people["officer"].post(f"/api/v1/cases/{self.ids['case']}/moves/{urllib.parse.quote(move, safe='%')}", {"version": 1})
            self.problem(answer, 400, 404, 409, 422)

    def test_huge_bodies_are_413_before_they_are_read(self):
        for path, most in (("/api/v1/cases", 64 << 10), ("/api/v1/batch", 1 << 20), ("/api/v1/session", 64 << 10)):
            with self.subTest(path=path), socket.create_connection(("127.0.0.1", self.server.port), timeout=gw.PATIENCE) as s:
                s.sendall(f"POST {path} HTTP/1.1\r\nHost: h\r\nContent-Length: {most * 1000}\r\nExpect: 100-continue\r\n\r\n".encode())
                self.assertIn(b" 413 ", s.recv(65536)[:20])
        with socket.create_connection(("127.0.0.1", self.server.port), timeout=gw.PATIENCE) as s:
            s.sendall(b"PUT /api/v1/files HTTP/1.1\r\nHost: h\r\nContent-Length: 20000000\r\nExpect: 100-continue\r\n\r\n")
            self.assertIn(b" 401 ", s.recv(65536)[:20], "a stranger need not send it")

    def test_many_members_and_long_lists_are_refused(self):
        before = self.entries()
        many = {f"m{i}": i for i in range(3000)}
        body = self.problem(self.people["member"].post("/api/v1/cases", dict(HAZARD, **many)), 422)
        self.assertLessEqual(len(body["errors"]), 1000)
        self.problem(self.people["member"].post("/api/v1/cases", dict(HAZARD, fields=dict(HAZARD["fields"], before=["0" * 64] * 800))), 422)
        self.assertEqual(self.entries(), before)

    def test_hostile_batches_answer_item_by_item(self):
        before = self.entries()
        items = [7, None, [], {}, {"key": "k"}, {"key": "k" * 200, "id": 1, "move": "x", "version": 1}, {"key": "a", "id": -1, "move": "x", "version": 1},
                 {"key": "b", "id": self.ids["case"], "move": "inform", "version": 1, "fields": []},
                 {"key": "c", "id": self.ids["case"], "move": "inform", "version": 1, "fields": {"grade": 7}},
                 {"key": "d", "id": self.ids["case"], "move": "", "version": 1}, {"key": "e", "id": self.ids["case"], "move": "inform", "version": 1, "x": 1}]
        answer = self.people["officer"].post("/api/v1/batch", {"items": items}, key=None)
        self.assertEqual(answer.status, 200)
        statuses = [i["status"] for i in answer.json["items"]]
        self.assertEqual(len(statuses), len(items))
        self.assertTrue(all(400 <= s < 500 for s in statuses), statuses)
        self.assertEqual(self.entries(), before)

    def test_files_that_lie_are_refused_and_leave_nothing(self):
        good = png("hostile")
        for data in (good[:8], good[:20], b"\xff\xd8\xff", b"RIFF\x00\x00\x00\x00WEBX", b"%PDX-1.7", b"\x00" * 1000, b"<html>", good[1:]):
            answer = self.people["member"].send("PUT", "/api/v1/files", raw=data, key=None)
            if answer.status >= 400:
                self.problem(answer, 415)
            else:
                self.assertEqual(self.people["member"].get(f"/api/v1/files/{answer.json['hash']}").bytes, data)

    def test_half_a_request_writes_nothing(self):
        before = self.entries()
        member = self.people["member"]
        body = json.dumps(HAZARD).encode()
        head = (f"POST /api/v1/cases HTTP/1.1\r\nHost: h\r\nCookie: {member.cookie}\r\nX-CSRF-Token: {member.csrf}\r\nIdempotency-Key: half\r\n"
                f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n").encode()
        for cut in (len(head) // 2, len(head), len(head) + len(body) - 1):
            with socket.create_connection(("127.0.0.1", self.server.port), timeout=gw.PATIENCE) as s:
                s.sendall((head + body)[:cut])
        self.assertEqual(member.get("/api/v1/me").status, 200)
        self.assertEqual(self.entries(), before)

    def test_what_is_no_request_is_refused_once_and_the_connection_closed(self):
        host, post = b"Host: x\r\n\r\n", b"POST /api/v1/session HTTP/1.1\r\n"
        before, wires = self.entries(), (
            (b"GARBAGE\r\n\r\n", 400), (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"x" * 99 + b"\r\n\r\n", 400),
            (b"GET /\x00 HTTP/1.1\r\n" + host, 400), (b"GET / HTTP/1.1\r\n\r\n", 400),
            (b"GET / HTTP/1.1\r\nA : b\r\n" + host, 400), (b"GET / HTTP/1.1\r\nA: b\r\n c\r\n" + host, 400),
            (b"CONNECT a:80 HTTP/1.1\r\n" + host, 400), (b"A" * 9000 + b" / HTTP/1.1\r\n" + host, 431),
            (b"GET / HTTP/1.1\r\nX: " + b"a" * 9000 + b"\r\n" + host, 431), (post + b"Transfer-Encoding: gzip\r\n" + host, 501),
            (post + b"Content-Length: 1\r\nContent-Length: 2\r\n" + host, 400),
            (b"GET /\r\n\r\n", 400), (b"GET / HTTP/1.1\r\nnonsense\r\n" + host, 400), (b"GET / HTTP/9.9\r\n" + host, 505),
            (b"GET / HTTP/1.1\r\nX: " + b"a" * 60000 + b"\r\n" + host, 431), (b"GET /" + b"a" * 60000 + b" HTTP/1.1\r\n" + host, 414),
            (post + b"Content-Length: x\r\n" + host, 400), (post + b"Content-Length: -1\r\n" + host, 400),
            (post + b"Transfer-Encoding: chunked\r\nContent-Type: application/json\r\nHost: x\r\n\r\nZZ\r\n", 400))
        for data, status in wires:
            with self.subTest(data=data[:60]), socket.create_connection(("127.0.0.1", self.server.port), timeout=gw.PATIENCE) as s:
                said = b""
                try:
                    s.sendall(data)
                    while part := s.recv(65536):  # it ends by itself: who is not understood is not waited for
                        said += part
                except ConnectionResetError:
                    pass  # it did not read to the end
                head, _, body = said.partition(b"\r\n\r\n")
                self.assertTrue(head.startswith(b"HTTP/1.1 %d " % status), said[:200])
                self.assertIn(b"Connection: close", head)
                self.assertIn(b"Content-Type: application/problem+json; charset=utf-8", head)
                problem = json.loads(body)
                self.assertEqual(problem["status"], status)
                self.assertTrue(problem["code"] and problem["detail"])
        self.assertEqual(self.server.anyone().get("/healthz").status, 200)
        self.assertEqual(self.entries(), before)

    def test_noise_on_the_wire_never_breaks(self):
        chance = random.Random(20261122)
        member = self.people["member"]
        body = json.dumps(HAZARD).encode()
        good = (f"POST /api/v1/preview HTTP/1.1\r\nHost: h\r\nConnection: close\r\nCookie: {member.cookie}\r\nX-CSRF-Token: {member.csrf}\r\n"
                f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n").encode() + body
        for _ in range(300):
            data = bytearray(good)
            for _ in range(chance.randint(1, 4)):
                at = chance.randrange(len(data))
                kind = chance.randrange(3)
                if kind == 0:
                    data[at] = chance.randrange(256)
                elif kind == 1:
                    del data[at : at + chance.randint(1, 20)]
                else:
                    data[at:at] = bytes(chance.randrange(256) for _ in range(chance.randint(1, 20)))
            with socket.create_connection(("127.0.0.1", self.server.port), timeout=gw.PATIENCE) as s:
                try:
                    s.sendall(data)
                    s.shutdown(socket.SHUT_WR)
                    while s.recv(65536):
                        pass
                except OSError:
                    pass  # it may hang up on us
        self.assertEqual(self.server.anyone().get("/healthz").status, 200)


if __name__ == "__main__":
    unittest.main()
