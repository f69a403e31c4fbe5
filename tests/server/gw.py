# SPDX-License-Identifier: Apache-2.0
"""The harness of whole-server tests: a server on a free port of 127.0.0.1 with a clock that the test sets, ended by its
own pid, and people who sign in and speak JSON."""
import atexit
import datetime
import gzip
import http.client
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.parse
import uuid

import shape

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BINARY = os.environ.get("GRIDWARD", os.path.join(ROOT, "build-san", "gridward"))
PASSWORD = "gridward-demo"
PATIENCE = 300  # seconds that a test waits for a word of the server; it only bounds a hang
DEMO_NOW = "2026-11-20T08:00:00+08:00"  # a Friday; tests go on from Monday 2026-11-23


def run(*args, check=True, **more):
    """Runs a command of the binary; returns the finished process."""
    done = subprocess.run([BINARY, *map(str, args)], text=True, errors="replace", stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, **more)
    if check and done.returncode:
        raise AssertionError(f"gridward {' '.join(map(str, args))}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return done


class Folder:
    """A temporary folder with a store's path in it."""

    def __init__(self):
        self.path = tempfile.mkdtemp(prefix="gridward-test-")
        self.store = os.path.join(self.path, "store.db")

    def file(self, name, text):
        path = os.path.join(self.path, name)
        mode = {"mode": "wb"} if isinstance(text, bytes) else {"mode": "w", "encoding": "utf-8"}
        with open(path, **mode) as out:
            out.write(text)
        return path

    def close(self):
        shutil.rmtree(self.path, ignore_errors=True)


_demo = None


def demo_store(folder, of=None):
    """A copy of a small demo store, made once a process, or of the one that is given."""
    global _demo
    if _demo is None and not of:
        made = os.environ.get("GRIDWARD_TEST_DEMO")
        if not made:
            keep = tempfile.mkdtemp(prefix="gridward-demo-")
            atexit.register(shutil.rmtree, keep, ignore_errors=True)
            made = os.path.join(keep, "demo.db")
            run("demo", "--store", made, "--days", "0", "--now", DEMO_NOW)
        _demo = made
    of = of or _demo
    for suffix in ("", ".key", ".head"):
        if os.path.exists(of + suffix):
            shutil.copy(of + suffix, folder.store + suffix)
    if os.path.isdir(of + ".files"):
        shutil.copytree(of + ".files", folder.store + ".files", dirs_exist_ok=True)
    return folder.store


def shim(folder, source, **settings):
    """The environment of a server under which a small library of ours, source beside this file, goes before libc."""
    made = os.path.join(folder.path, source.replace(".c", ".so"))
    subprocess.run(["gcc", "-shared", "-fPIC", "-D_GNU_SOURCE", "-o", made, os.path.join(os.path.dirname(os.path.abspath(__file__)), source), "-ldl"],
                   check=True)
    options = filter(None, (os.environ.get("ASAN_OPTIONS"), "verify_asan_link_order=0"))
    return dict(os.environ, LD_PRELOAD=made, ASAN_OPTIONS=":".join(options), **settings)


class Shift:
    """A wall's clock that a test sets while the server runs, and what the server tells the syslog: env is for gw.Server."""

    def __init__(self, folder):
        self.file, self.said = os.path.join(folder.path, "shift"), os.path.join(folder.path, "syslog")
        self.env = shim(folder, "shift.c", SHIFT_FILE=self.file, SHIFT_SYSLOG=self.said)

    def set(self, instant):
        """The wall says this instant now, and goes on from there."""
        shift = datetime.datetime.fromisoformat(instant).timestamp() - time.time()
        with open(self.file + ".new", "w") as out:
            out.write(str(int(shift)))
        os.replace(self.file + ".new", self.file)

    def syslog(self):
        with open(self.said, encoding="utf-8") as lines:
            return lines.read().splitlines()


class Server:
    document = None  # its OpenAPI, once a test has set it: every answer is then held against it

    def __init__(self, store, *options, now=None, under=(), env=None):
        """under: a command that runs the server's, such as valgrind; its process is the server's. env: see shim."""
        clock = ["--test-clock", "--now", now] if now else []
        self.log = tempfile.TemporaryFile()
        self.process = subprocess.Popen([*under, BINARY, "serve", "--store", store, "--listen", "127.0.0.1:0", *clock, *options],
                                        stdout=subprocess.PIPE, stderr=self.log, text=True, env=env)
        self.port = None
        for line in self.process.stdout:  # "gridward listens on http://127.0.0.1:PORT"
            if "http://127.0.0.1:" in line:
                self.port = int(line.split("http://127.0.0.1:")[1].split("/")[0].split()[0])
                break
        if self.port is None:
            raise AssertionError("the server did not start:\n" + self.said())

    def said(self):
        self.log.seek(0)
        return self.log.read().decode(errors="replace")

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.process.stdout.close()
        self.log.close()

    def stop(self):
        """Ends it in order, once; sanitizers must have had nothing to say."""
        if self.log.closed:
            return
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(PATIENCE)
        self.process.stdout.close()
        said = self.said()
        self.log.close()
        if code != 0 or "Sanitizer" in said or "runtime error" in said:
            raise AssertionError(f"the server ended with {code}:\n{said[-6000:]}")

    def cpu(self):
        """CPU seconds that it has used."""
        with open(f"/proc/{self.process.pid}/stat", encoding="utf-8") as stat:
            return sum(map(int, stat.read().rsplit(")", 1)[1].split()[11:13])) / os.sysconf("SC_CLK_TCK")

    def anyone(self):
        return Client(self.port, self)

    def sign_in(self, name, password=PASSWORD):
        client = self.anyone()
        client.enter(client.send("POST", "/api/v1/session", {"name": name, "password": password}, key=None))
        return client


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = response.getheaders()
        self.bytes = response.read()

    @property
    def text(self):
        return self.bytes.decode("utf-8", errors="replace")

    @property
    def json(self):
        packed = self.header("Content-Encoding") == "gzip"
        return json.loads(gzip.decompress(self.bytes) if packed else self.bytes)

    def header(self, name):
        return next((v for k, v in self.headers if k.lower() == name.lower()), None)

    def codes(self):
        """{field: code} of a problem's errors."""
        return {e["field"]: e["code"] for e in self.json["errors"]}


class Client:
    def __init__(self, port, server=None):
        self.port, self.cookie, self.csrf, self.person, self.server = port, None, None, None, server

    def send(self, method, path, body=None, key="new", headers=None, raw=None):
        sent = {"Accept-Language": "en"}
        if body is not None:
            raw = json.dumps(body, ensure_ascii=False).encode()
            sent["Content-Type"] = "application/json"
        if self.cookie:
            sent["Cookie"] = self.cookie
        if method not in ("GET", "HEAD"):
            if self.csrf:
                sent["X-CSRF-Token"] = self.csrf
            if key:
                sent["Idempotency-Key"] = str(uuid.uuid4()) if key == "new" else key
        sent.update(headers or {})
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(method, path, raw, sent)
            answer = Answer(connection.getresponse())
        finally:
            connection.close()
        if self.server and self.server.document:
            faults = shape.answer_faults(self.server.document, method, path, answer)
            if faults:
                raise AssertionError(f"{faults}\n{answer.text[:600]}")
        return answer

    def enter(self, answer):
        """Goes on as who signed in with that answer."""
        if answer.status != 200:
            raise AssertionError(f"cannot sign in: {answer.status} {answer.text}")
        self.cookie = answer.header("Set-Cookie").split(";")[0]
        self.csrf = answer.json["csrf"]
        self.person = answer.json["person"]

    def get(self, path, **query):
        query = {k.rstrip("_"): v for k, v in query.items() if v is not None}
        return self.send("GET", path + ("?" + urllib.parse.urlencode(query) if query else ""))

    def post(self, path, body=None, **more):
        return self.send("POST", path, {} if body is None else body, **more)

    def file(self, place, fields=None, flow="hazard", move=None, **more):
        """Files a case; place is (lon, lat)."""
        body = {"flow": flow, "place": {"lon": place[0], "lat": place[1], "datum": "WGS84", "accuracy_m": 8},
                "fields": fields or {}}
        if move:
            body["move"] = move
        key = more.pop("key", "new")
        body.update(more)
        return self.post("/api/v1/cases", body, key=key)

    def move(self, case, move, fields=None, **more):
        """Moves a case as it was last seen (a dict of the API)."""
        return self.post(f"/api/v1/cases/{case['id']}/moves/{move}", {"version": case["version"], "fields": fields or {}}, **more)

    def case(self, case):
        return self.get(f"/api/v1/cases/{case['id']}").json

    def clock(self, now):
        answer = self.post("/api/v1/clock", {"now": now}, key=None)
        if answer.status != 200:
            raise AssertionError(f"clock {now}: {answer.status} {answer.text}")


class Line:
    """One connection that is kept, for one client."""

    def __init__(self, client):
        self.client, self.connection = client, http.client.HTTPConnection("127.0.0.1", client.port, timeout=PATIENCE)

    def say(self, method, path, raw=None, key=None, type_="application/json"):
        headers = {"Cookie": self.client.cookie, "X-CSRF-Token": self.client.csrf, "Idempotency-Key": key, "Content-Type": type_}
        self.connection.request(method, path, raw, {name: value for name, value in headers.items() if value})
        return Answer(self.connection.getresponse())
