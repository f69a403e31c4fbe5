#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""kill -9 under load, again and again: what was acknowledged is there, nothing is there twice, and the store keeps its laws.

Members report with and without photos, officers move cases one by one and in batches, others bring files, on a number of connections that
is drawn for each round; the server is killed when a drawn number of things has been acknowledged, on each twentieth round only after the
log has been copied back. After each kill it is started anew, all that it acknowledged in that round is read back, and all that was in the
air is sent again under its key. Each tenth kill, and at the end, `gridward check` proves the store as the kill left it.

usage: make torture [KILLS=500]
"""
import collections
import datetime
import hashlib
import http.client
import json
import os
import random
import shutil
import sqlite3
import sys
import threading
import time
import uuid

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "server"))
import gw  # noqa: E402
import story  # noqa: E402

PLACE = {"lon": story.POINT[0], "lat": story.POINT[1], "datum": "WGS84", "accuracy_m": 8}
LIMIT = str(datetime.date.fromisoformat(story.MONDAY[:10]) + datetime.timedelta(days=14))
COPIED_BACK = 4000  # acts after which the log is copied back
BATCH = 12
HANDS = [("member", "report", 1, 8), ("member", "bring", 0, 4), ("officer", "move", 0, 3), ("officer", "batch", 0, 2)]  # least, most

Sent = collections.namedtuple("Sent", "who kind key method path raw type")


class Round:
    """What came of the load between a start and a kill; shared by its hands."""

    def __init__(self):
        self.changed = threading.Condition()
        self.done = []  # (Sent, answer), acknowledged
        self.air, self.refused, self.ended = [], [], False
        self.cases, self.photos = collections.deque(), []  # to be moved; to be shown

    def acknowledge(self, acts):
        for sent, answer in acts:
            if sent.kind == "filed":
                self.cases.append(answer["id"])
            if sent.kind == "file":
                self.photos.append(answer["hash"])
        with self.changed:
            self.done += acts
            self.changed.notify()

    def end(self):
        with self.changed:
            self.ended = True
            self.changed.notify()

    def wait_for(self, enough):
        """False: the load ended by itself."""
        with self.changed:
            self.changed.wait_for(lambda: len(self.done) >= enough or self.ended)
            return not self.ended


def send(line, sent):
    return line.say(sent.method, sent.path, sent.raw, sent.key, sent.type)


def acts_of(sent, answer):
    """The acts that an answer acknowledges, each with its part of the answer; the load sends nothing that may be refused."""
    assert answer.status in (200, 201), f"{sent.kind} {sent.key}: {answer.status} {answer.text}"
    if sent.kind != "batch":
        return [(sent, answer.json)]
    parts = list(zip(json.loads(sent.raw)["items"], answer.json["items"]))
    assert all(part["status"] == 200 for _, part in parts), answer.text
    return [(sent._replace(kind="moved in a batch", key=item["key"]), part["case"]) for item, part in parts]


class Hand(threading.Thread):
    """Does one thing after another until the server is gone."""

    def __init__(self, load, server, who, what, seed):
        super().__init__(daemon=True)
        self.load, self.who, self.what = load, who, what
        self.line, self.chance = gw.Line(server.sign_in(who)), random.Random(seed)

    def run(self):
        try:
            while True:
                sent = getattr(self, self.what)()
                self.load.acknowledge(acts_of(sent, send(self.line, sent)))
        except (OSError, http.client.HTTPException):
            self.load.air.append(sent)
        except AssertionError as fault:
            self.load.refused.append(fault)
        self.load.end()

    def key(self):
        return str(uuid.UUID(int=self.chance.getrandbits(128), version=4))

    def post(self, kind, path, body, key):
        return Sent(self.who, kind, key, "POST", path, json.dumps(body).encode(), "application/json")

    def report(self):
        key = self.key()
        fields = {"category": "21", "description": f"疏散通道堆放杂物〔{key}〕"}
        if self.load.photos and self.chance.random() < 0.5:
            fields["before"] = [self.chance.choice(self.load.photos[-20:])]
        return self.post("filed", "/api/v1/cases", {"flow": "hazard", "place": PLACE, "fields": fields}, key)

    def bring(self):
        side = self.chance.choice((1, 20, 120, 400))  # the last is 480 kB: it waits in a file
        raw = story.picture(self.chance.getrandbits(24), side)
        return Sent(self.who, "file", None, "PUT", "/api/v1/files", raw, "image/png")

    def cases(self, most):
        """Of those that nobody has moved; none: a report instead."""
        taken = []
        while len(taken) < most:
            try:
                taken.append(self.load.cases.popleft())
            except IndexError:
                break
        return taken

    def move(self):
        for case in self.cases(1):
            body = {"version": 1, "fields": {"grade": "general", "deadline": LIMIT}}
            return self.post("moved", f"/api/v1/cases/{case}/moves/inform", body, self.key())
        return self.report()

    def batch(self):
        items = [{"key": self.key(), "id": case, "move": "inform", "version": 1, "fields": {"grade": "general", "deadline": LIMIT}}
                 for case in self.cases(self.chance.randint(2, BATCH))]
        return self.post("batch", "/api/v1/batch", {"items": items}, None) if items else self.report()


class Torture:
    def __init__(self, store, kills, rounds_of_copying=False):
        self.store, self.kills, self.copying = store, kills, rounds_of_copying
        self.chance = random.Random(20261122)
        self.keys, self.hashes = set(), set()  # acknowledged
        self.figures = collections.Counter()
        self.restart = 0.0  # CPU seconds to the first word, at most
        self.server = None

    def run(self):
        try:
            self.play()
        finally:  # a fault leaves it running
            if self.server and not self.server.log.closed:
                self.server.kill()

    def play(self):
        for number in range(self.kills):
            load = self.round(number)
            self.figures["kills"] += 1
            if number % 10 == 9:
                self.check()
            self.prove(load)
            if number % 50 == 49:
                print(self.said(), flush=True)
        self.check()
        self.prove_all()

    def said(self):
        return "; ".join(f"{n:,} {what}" for what, n in self.figures.items())

    def start(self):
        # Its clock stands still: all that is sent is of one day.
        self.server = gw.Server(self.store, "--files-day", "0", "--files-loose", "0", now=story.MONDAY)
        self.restart = max(self.restart, self.server.cpu())
        return self.server

    def round(self, number):
        """Load until the kill."""
        load, server = Round(), self.start()
        hands = [Hand(load, server, who, what, f"{number} {what} {i}") for who, what, least, most in HANDS
                 for i in range(self.chance.randint(least, most))]
        enough = COPIED_BACK + self.chance.randrange(1000) if self.copying and number % 20 == 19 else self.chance.randrange(5, 300)
        for hand in hands:
            hand.start()
        going = load.wait_for(enough)
        server.kill()
        for hand in hands:
            hand.join()
        assert going and not load.refused, f"round {number}: the load ended by itself: {load.refused[:3]}"
        return load

    def check(self):
        done = gw.run("check", "--store", self.store)
        assert done.stdout.splitlines()[-1].startswith("ok: "), done.stdout
        self.figures["checks"] += 1

    def prove(self, load):
        """Each thing that was acknowledged is there; what was in the air is done once, now or then."""
        server = self.start()
        lines = {who: gw.Line(server.sign_in(who)) for who in ("member", "officer")}
        for sent, answer in load.done:
            self.figures[sent.kind] += 1
            if sent.kind == "file":
                found = lines["member"].say("GET", f"/api/v1/files/{answer['hash']}")
                assert found.status == 200 and hashlib.sha256(found.bytes).hexdigest() == answer["hash"], f"lost: file {answer['hash']}"
                self.hashes.add(answer["hash"])
                continue
            found = lines["member"].say("GET", f"/api/v1/cases/{answer['id']}")
            assert found.status == 200 and found.json["version"] >= answer["version"], f"lost: {sent.kind} {answer['id']}: {found.text}"
            assert sent.key not in self.keys, sent.key
            self.keys.add(sent.key)
        for sent, answer in [(s, a) for s, a in load.done if s.kind == "filed"][:10]:
            again = send(lines[sent.who], sent)
            assert again.status == 200 and again.json["id"] == answer["id"], f"twice: {sent.key}: {again.text}"
        for sent in load.air:
            again = send(lines[sent.who], sent)
            self.figures["in the air"] += 1
            self.figures["of these reports that were done"] += sent.kind == "filed" and again.status == 200
            self.keys |= {act.key for act, _ in acts_of(sent, again) if act.key}
        server.stop()

    def prove_all(self):
        """Each key that was acknowledged stands in the ledger once, each file in the vault with its bytes."""
        db = sqlite3.connect(self.store)
        counts = collections.Counter(key for key, in db.execute("SELECT key FROM ledger"))
        files = {name for name, in db.execute("SELECT hash FROM files")}
        db.close()
        lost, twice = [k for k in self.keys if not counts[k]], [k for k in self.keys if counts[k] > 1]
        assert not lost and not twice, f"lost {lost[:5]}, twice {twice[:5]}"
        for name in self.hashes:
            with open(os.path.join(self.store + ".files", name[:2], name), "rb") as file:
                assert name in files and hashlib.sha256(file.read()).hexdigest() == name, name


def main():
    folder, began = gw.Folder(), time.monotonic()
    gw.BINARY = shutil.copy(gw.BINARY, folder.path)  # whoever builds meanwhile changes another one
    torture = Torture(gw.demo_store(folder), int(sys.argv[1]), rounds_of_copying=True)
    try:
        torture.run()
    finally:
        print(torture.said())
    print(f"nothing lost, nothing twice; {len(torture.keys):,} keys and {len(torture.hashes):,} files in the end, a store of "
          f"{os.path.getsize(torture.store) >> 20} MiB; {torture.restart:.1f} s of CPU to start at most; {time.monotonic() - began:.0f} s")
    folder.close()


if __name__ == "__main__":
    main()
