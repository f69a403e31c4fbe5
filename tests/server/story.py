# SPDX-License-Identifier: Apache-2.0
"""The stage of the stories: the demo's ground and accounts, a clock that the test sets, and what people do in a line each.
After each story the store keeps the laws."""
import struct
import unittest
import zlib

import gw

POINT = (109.06, 34.32)
MONDAY = "2026-11-23T09:00:00+08:00"


def picture(seed, side=1):
    """A PNG of one colour that no other seed gives; not packed, 3 bytes for each pixel."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    row = b"\x00" + bytes([seed & 255, seed >> 8 & 255, seed >> 16 & 255]) * side
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)) +
            chunk(b"IDAT", zlib.compress(row * side, 0)) + chunk(b"IEND", b""))


class Story(unittest.TestCase):
    now = MONDAY

    def setUp(self):
        self.folder = gw.Folder()
        self.addCleanup(self.folder.close)
        self.start(gw.demo_store(self.folder, self.demo()))

    def demo(self):
        """The store that it is played on, unless it is the one that all stories share."""
        return None

    def start(self, store):
        self.store = store
        self.server = gw.Server(store, now=self.now)
        self.server.document = self.server.anyone().get("/api/openapi.json").json
        self.addCleanup(lambda: self.server.stop())
        self.people = {}

    def tearDown(self):
        done = gw.run("check", "--store", self.store, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def __getattr__(self, name):
        if name in ("member", "officer", "deputy", "chief", "department", "enterprise", "standin", "office", "leader", "auditor",
                    "inspector", "security", "system"):
            if name not in self.people:
                self.people[name] = self.server.sign_in(name)
            return self.people[name]
        raise AttributeError(name)

    def photo(self, who, seed):
        answer = who.send("PUT", "/api/v1/files", raw=picture(seed), key=None, headers={"Content-Type": "image/png"})
        self.assertIn(answer.status, (200, 201), answer.text)
        return answer.json["hash"]

    def report(self, who, place=POINT, fields=None, **more):
        answer = who.file(place, fields or {"category": "21", "description": "疏散通道堆放酒水,只能侧身过"}, **more)
        self.assertEqual(answer.status, 201, answer.text)
        return answer.json

    def does(self, who, case, move, fields=None, status=200):
        answer = who.move(who.case(case) if status == 200 else case, move, fields)
        self.assertEqual(answer.status, status, f"{move}: {answer.text}")
        return answer.json

    def informed(self):
        """A reported hazard, informed by the officer with a deadline."""
        case = self.report(self.member)
        return self.does(self.officer, case, "inform", {"grade": "general", "deadline": "2026-12-04"})

    def offered(self, who, case):
        return {m["move"] for m in who.get(f"/api/v1/cases/{case['id']}/moves").json["items"]}
