# SPDX-License-Identifier: Apache-2.0
"""kill -9 under load, twenty times: what was acknowledged is there, nothing is there twice, the store keeps its laws, and
the server is back within five seconds."""
import http.client
import json
import os
import random
import sys
import threading
import time
import unittest
import uuid

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "server"))
import gw  # noqa: E402

KILLS = 20
WRITERS = 8
PLACE = {"lon": 109.06, "lat": 34.32, "datum": "WGS84", "accuracy_m": 8}


class Writer(threading.Thread):
    """Files one case after another over one connection, and writes down what was acknowledged."""

    def __init__(self, client, seed):
        super().__init__(daemon=True)
        self.client, self.number = client, seed
        self.acknowledged, self.unknown, self.refused = {}, [], []

    def run(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.client.port, timeout=10)
        while True:
            self.number += 1
            key = str(uuid.uuid4())
            body = json.dumps({"flow": "hazard", "place": PLACE,
                               "fields": {"category": "21", "description": f"疏散通道堆放杂物〔{self.number}〕"}})
            try:
                connection.request("POST", "/api/v1/cases", body.encode(),
                                   {"Cookie": self.client.cookie, "X-CSRF-Token": self.client.csrf, "Idempotency-Key": key,
                                    "Content-Type": "application/json"})
                answer = connection.getresponse()
                said = answer.read()
                if answer.status == 201:
                    self.acknowledged[key] = (json.loads(said)["id"], body)
                else:
                    self.refused.append((answer.status, said))
                    return
            except (OSError, http.client.HTTPException):
                self.unknown.append((key, body))
                return


class Crash(unittest.TestCase):
    def test_what_was_acknowledged_survives_kill_9(self):
        folder = gw.Folder()
        self.addCleanup(folder.close)
        store = gw.demo_store(folder)
        chance = random.Random(20261122)
        acknowledged, total = {}, 0
        for round_no in range(KILLS + 1):
            began = time.monotonic()
            server = gw.Server(store)
            self.assertLess(time.monotonic() - began, 5.0, "restart takes more than 5 s")
            member = server.sign_in("member")
            self.prove(member, acknowledged)
            if round_no == KILLS:
                server.stop()
                break
            writers = [Writer(member, round_no * 100000 + i * 1000) for i in range(WRITERS)]
            for writer in writers:
                writer.start()
            enough = chance.randrange(20, 200)  # kill in the middle of the work, not at a time
            while sum(len(w.acknowledged) for w in writers) < enough and all(w.is_alive() for w in writers):
                os.sched_yield()
            server.kill()
            acknowledged = {}
            for writer in writers:
                writer.join(20)
                self.assertFalse(writer.is_alive())
                self.assertEqual(writer.refused, [])
                acknowledged.update(writer.acknowledged)
            self.assertGreaterEqual(len(acknowledged), enough)
            total += len(acknowledged)
        done = gw.run("check", "--store", store)
        self.assertTrue(done.stdout.splitlines()[-1].startswith("ok: "), done.stdout)
        self.assertGreater(total, KILLS * 20)

    def prove(self, member, acknowledged):
        """Each acknowledged case is there, once; its key answers with the same case."""
        for key, (case_id, body) in acknowledged.items():
            self.assertEqual(member.get(f"/api/v1/cases/{case_id}").status, 200, f"{case_id} was acknowledged and is lost")
        for key, (case_id, body) in list(acknowledged.items())[:10]:
            again = member.send("POST", "/api/v1/cases", key=key, raw=body.encode(), headers={"Content-Type": "application/json"})
            self.assertEqual(again.status, 200, again.text)
            self.assertEqual(again.json["id"], case_id)
        texts = [json.loads(body)["fields"]["description"] for _, body in acknowledged.values()]
        for text in texts[:5]:
            self.assertEqual(member.get("/api/v1/cases/count", q=text).json["count"], 1, text)


if __name__ == "__main__":
    unittest.main()
