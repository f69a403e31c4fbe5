# SPDX-License-Identifier: Apache-2.0
"""What strangers do to bring the server down, before they have signed in: it goes on answering everybody else, comes to rest when they
have left, and ends when it is told to."""
import contextlib
import json
import os
import select
import socket
import time
import unittest
import uuid

import gw
import story

STRANGERS = 20
OTHERS = 2000  # requests of somebody else, within which a connection that was left is gone
DESCRIPTORS = 256


def work(seconds):
    """Uses so much CPU time of its own; whoever spins beside it uses as much, on however busy a machine."""
    until = time.process_time() + seconds
    while time.process_time() < until:
        pass


class Attack(unittest.TestCase):
    def start(self, *under, shim=None):
        folder = gw.Folder()
        self.addCleanup(folder.close)
        env = gw.shim(folder, shim) if shim else None
        self.server = gw.Server(gw.demo_store(folder), now=story.MONDAY, under=under, env=env)
        self.addCleanup(self.end)

    def end(self):
        if not self.server.log.closed:
            self.server.kill()

    def stranger(self, said):
        s = socket.create_connection(("127.0.0.1", self.server.port), timeout=gw.PATIENCE)
        self.addCleanup(s.close)
        with contextlib.suppress(OSError):  # it may be refused before it has said all
            s.sendall(said)
        return s

    def status(self, stranger):
        """Of the answer; "": the connection was closed without one."""
        self.assertTrue(select.select([stranger], [], [], gw.PATIENCE)[0], "neither answered nor refused")
        try:
            return stranger.recv(65536)[9:12].decode()
        except ConnectionResetError:
            return ""

    def report(self, line):
        report = {"flow": "hazard", "place": dict(zip(("lon", "lat"), story.POINT)), "fields": {"category": "21", "description": "堆放杂物"}}
        return line.say("POST", "/api/v1/cases", json.dumps(report), str(uuid.uuid4()))

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.server.process.pid}/fd"))

    def answers(self):
        return self.server.anyone().get("/healthz").status == 200


class Chunks(Attack):
    """A chunk's line that is longer than any buffer."""

    def attack(self):
        head = b"POST /healthz HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        lines = [b"5;" + b"a" * 20000, b"0" * 20000 + b"5"]
        return [self.stranger(head + lines[i % 2]) for i in range(STRANGERS)]

    def test_each_is_refused_and_others_are_answered(self):
        self.start()
        strangers = self.attack()
        self.assertTrue(all(self.answers() for _ in range(20)))
        for s in strangers:
            self.assertIn(self.status(s), ("", "400", "408", "413", "431"))

    def test_the_server_ends_when_it_is_told_to(self):
        self.start()
        self.attack()
        self.assertTrue(self.answers())
        self.server.stop()

    def test_when_they_have_left_the_server_rests(self):
        self.start()
        self.assertTrue(self.answers())
        before = self.descriptors()
        for s in self.attack():
            s.close()
        left = next((n for n in range(OTHERS) if self.answers() and self.descriptors() <= before), None)
        used = self.server.cpu()
        work(2)
        self.assertLess(self.server.cpu() - used, 0.5, "a server that nobody asks works as hard as who watches it")
        self.assertIsNotNone(left, "their connections are still there")


class Spin(Attack):
    """A worker that does not come back from reading, which no input brings about: here a library does, that goes before libc."""

    def test_others_are_served_until_the_process_ends_by_itself(self):
        self.start(shim="spin.c")
        lines = [gw.Line(self.server.anyone()) for _ in range(2)]  # the two workers take connections in turn
        for line in lines:
            self.addCleanup(line.connection.close)
            line.client.enter(line.say("POST", "/api/v1/session", json.dumps({"name": "member", "password": gw.PASSWORD})))
        self.stranger(b"SPIN")
        self.assertEqual(self.report(lines[1]).status, 201)
        self.assertEqual(self.server.process.wait(gw.PATIENCE), 1)
        said = self.server.said()
        self.assertIn("http=spin bytes=4 begin=\\x53\\x50\\x49\\x4e", said)
        self.assertIn("serve=stuck", said)

    def test_it_ends_when_it_is_told_to(self):
        self.start(shim="spin.c")
        self.stranger(b"SPIN")
        self.assertTrue(self.answers())
        self.server.process.terminate()
        self.assertEqual(self.server.process.wait(gw.PATIENCE), 1)


class Descriptors(Attack):
    """More connections than the process may have files open."""

    def test_who_was_there_before_is_served_and_the_rest_is_refused(self):
        self.start("sh", "-c", f'ulimit -n {DESCRIPTORS}; exec "$@"', "sh")
        lines = [gw.Line(self.server.anyone()) for _ in range(8)]
        for line in lines:
            self.addCleanup(line.connection.close)
            self.assertEqual(line.say("GET", "/healthz").status, 200)
        silent = [self.stranger(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n") for _ in range(DESCRIPTORS + 50)]
        for line in lines:
            line.client.enter(line.say("POST", "/api/v1/session", json.dumps({"name": "member", "password": gw.PASSWORD})))
            self.assertEqual(line.say("GET", "/api/v1/me").status, 200)
        filed = self.report(lines[0])
        self.assertEqual(filed.status, 201, filed.text)
        statuses = [self.status(s) for s in silent]
        self.assertLessEqual(set(statuses), {"200", "503", "429", ""})
        self.assertLess(statuses.count("200"), DESCRIPTORS)
        self.server.stop()


if __name__ == "__main__":
    unittest.main()
