#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What gridward costs beside the bare thing, in one run on one machine.

usage: bench/run.py [NAME…]   names: http instructions locate import rebuild start memory lists; none: all
Ratios are medians of rounds in which peer and server take turns; figures of a shared machine are no promises.
"""
import datetime
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BUILD = os.path.join(ROOT, "build-bench")
os.environ["GRIDWARD"] = os.path.join(BUILD, "gridward")
sys.path.insert(0, os.path.join(ROOT, "tests", "server"))
import gw  # noqa: E402
import lists  # noqa: E402
import memory  # noqa: E402
import rows  # noqa: E402
import story  # noqa: E402

ROUNDS, SECONDS = 3, 2
WARM, COUNTED = 200, 2000  # requests before and while instructions are counted

REPORT = json.dumps({"flow": "hazard", "place": {"lon": 109.06, "lat": 34.32, "datum": "WGS84", "accuracy_m": 8},
                     "fields": {"category": "21", "description": "疏散通道堆放酒水,只能侧身过 " + "说明" * 60}}, ensure_ascii=False)


def build():
    subprocess.run([os.path.join(ROOT, "tools", "build.sh"), BUILD, "-Dbench=true"], check=True)


def program(name):
    return os.path.join(BUILD, "bench", name)


def load(port, pid, connections, *request, seconds=SECONDS):
    """One run of the load; a dict of what it printed."""
    done = subprocess.run([program("bench_load"), "--port", str(port), "--pid", str(pid), "--connections", str(connections),
                           "--seconds", str(seconds), *request], text=True, stdout=subprocess.PIPE, check=True)
    return {k: float(v) if re.fullmatch(r"-?[\d.]+", v) else v for k, v in re.findall(r"(\S+?)=(\S+)", done.stdout)}


class Echo:
    """The bare epoll server: the floor of what HTTP costs here."""

    def __init__(self):
        self.process = subprocess.Popen([program("bench_echo"), "0"], stdout=subprocess.PIPE, text=True)
        self.port = int(re.search(r"(\d+)\s*$", self.process.stdout.readline()).group(1))

    def stop(self):
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()


def fdatasync_p50():
    """Milliseconds of a 4 KiB append and fdatasync, in the folder where the stores are."""
    with tempfile.NamedTemporaryFile() as out:
        times = []
        for _ in range(300):
            out.write(b"x" * 4096)
            out.flush()
            began = time.perf_counter()
            os.fdatasync(out.fileno())
            times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times)


def template(path, line, client, body=None):
    """A request in a file for the load program; {key} and {n} are its business."""
    with open(path, "w", encoding="utf-8") as out:
        out.write(line + "\r\n" + f"Cookie: {client.cookie}\r\nX-CSRF-Token: {client.csrf}\r\n")
        if body is not None:
            out.write("Content-Type: application/json\r\nIdempotency-Key: {key}\r\n")
        out.write("\r\n" + (body or ""))
    return path


def report_and_read(folder, member):
    """The two that are measured most: their name, their template, whether they write."""
    one = member.post("/api/v1/cases", json.loads(REPORT)).json
    return [("durable report", template(folder.path + "/file", "POST /api/v1/cases HTTP/1.1", member, REPORT), True),
            ("one case read", template(folder.path + "/get", f"GET /api/v1/cases/{one['id']} HTTP/1.1", member), False)]


def http_bench():
    folder = gw.Folder()
    store = gw.demo_store(folder)
    server, echo = gw.Server(store), Echo()
    member = server.sign_in("member")
    jobs = [*report_and_read(folder, member),
            ("work list of 50", template(folder.path + "/list", "GET /api/v1/cases?duty=me&limit=50 HTTP/1.1", member), False),
            ("locate", template(folder.path + "/locate", "GET /api/v1/locate?lon=109.06&lat=34.32 HTTP/1.1", member), False),
            ("preview", template(folder.path + "/preview", "POST /api/v1/preview HTTP/1.1", member, REPORT), True)]
    print(f"fdatasync p50 {fdatasync_p50():.2f} ms")
    print(f"{'what':18} {'conn':>4} {'rps':>9} {'p50 ms':>7} {'p99 ms':>7} {'cpu us':>7} {'echo us':>7} {'ratio':>6}")
    for name, path, post in jobs:
        for connections in (64, 1):
            rounds = []
            for _ in range(ROUNDS):
                peer = load(echo.port, echo.process.pid, connections, *(("--post", "/echo") if post else ("--get", "/")))
                mine = load(server.port, server.process.pid, connections, "--file", path)
                rounds.append((mine["cpu_us"] / peer["cpu_us"], mine, peer))
            ratio, mine, peer = sorted(rounds, key=lambda r: r[0])[len(rounds) // 2]
            print(f"{name:18} {connections:4} {mine['rps']:9.0f} {mine['p50_ms']:7.2f} {mine['p99_ms']:7.2f} {mine['cpu_us']:7.1f} "
                  f"{peer['cpu_us']:7.1f} {ratio:5.1f}x" + (f"  errors {mine['errors']:.0f}" if mine["errors"] else ""))
    raw = subprocess.run([program("bench_sqlite"), folder.path], text=True, stdout=subprocess.PIPE, check=True).stdout
    print("raw SQLite, batches of 64, one commit each:", raw.strip())
    moves(server, member)
    with open(f"/proc/{server.process.pid}/status", encoding="utf-8") as status:
        print("memory of the server:", re.search(r"VmRSS:\s+(\d+)", status.read()).group(1), "kB")
    echo.stop()
    server.stop()
    folder.close()


def moves(server, member):
    """Moves apart: one client moves fresh cases; CPU of the server for each."""
    officer = server.sign_in("officer")
    cases = [c for c in officer.get("/api/v1/cases", duty="me", open="1", limit=200).json["items"] if c["state"] == "reported"]
    limit = str(datetime.date.fromisoformat(officer.get("/api/v1/me").json["now"][:10]) + datetime.timedelta(days=14))
    began, before = time.monotonic(), server.cpu()
    done = sum(officer.move(c, "inform", {"grade": "general", "deadline": limit}).status == 200 for c in cases)
    if done:
        print(f"{'move, one client':18} {1:4} {done / (time.monotonic() - began):9.0f} {'':7} {'':7} "
              f"{(server.cpu() - before) * 1e6 / done:7.1f}   {done} of {len(cases)} moved")


def callgrind(pid, on):
    """Counting begins or ends; the server rests meanwhile."""
    said = subprocess.run(["callgrind_control", "-i", "on" if on else "off", str(pid)], text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=True).stdout
    if "OK." not in said:
        raise RuntimeError(said)


def instructions_of(profile):
    """User instructions in all, and those of SHA-256 and memset: valgrind knows no processor's own SHA-256 and counts each round of
    a repeated store."""
    said = subprocess.run(["callgrind_annotate", "--threshold=100", "--show-percs=no", profile], text=True, stdout=subprocess.PIPE, check=True).stdout
    costs = [(int(n.replace(",", "")), what) for n, what in re.findall(r"^ *([\d,]+)  (\S.*)$", said, re.M)]
    return (sum(n for n, what in costs if what == "PROGRAM TOTALS"),
            sum(n for n, what in costs if re.search(r"/libnettle\.so|crypto_hash_sha256|:__memset", what)))


def counted(which):
    """One run: the request's name, its instructions, those beside."""
    folder = gw.Folder()
    profile = folder.path + "/profile"
    server = gw.Server(gw.demo_store(folder), now=story.MONDAY,
                       under=("valgrind", "--tool=callgrind", "--instr-atstart=no", "--callgrind-out-file=" + profile))
    name, path, _ = report_and_read(folder, server.sign_in("member"))[which]
    for seed, count in ((1, WARM), (2, COUNTED)):
        if seed == 2:
            callgrind(server.process.pid, True)
        done = load(server.port, server.process.pid, 1, "--file", path, "--most", str(count), "--seed", str(seed), seconds=600)
        if done["requests"] != count or done["errors"]:
            raise RuntimeError(f"{name}: {done}")
    callgrind(server.process.pid, False)
    server.stop()
    total, beside = instructions_of(profile)
    folder.close()
    return name, (total - beside) / COUNTED, beside / COUNTED


def instructions_bench():
    """What a request of one client, one after another, costs the whole process: keys, clock and store are the same in each run. Of
    three runs the least: readers keep a snapshot for a time by the wall clock, so a busy machine can only add."""
    print(f"{'what':18} {'instructions':>12} {'SHA-256, memset beside':>22}")
    for which in (0, 1):
        name, mine, beside = min(counted(which) for _ in range(ROUNDS))
        print(f"{name:18} {mine:12.0f} {beside:22.0f}")


def locate_bench():
    subprocess.run([program("bench_locate")], check=True)


def timed(what, count, unit, *args):
    """A command timed by the wall and by the CPU it takes, start-up included."""
    began, before = time.monotonic(), os.times()
    done = gw.run(*args, check=False)
    took, after = time.monotonic() - began, os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    n = count(done.stdout + done.stderr)
    print(f"{what:24} {n:9} {unit} in {took:6.2f} s = {n / took:9.0f}/s; {cpu:6.2f} s of CPU = {n / cpu:9.0f}/s")


def number(pattern):
    return lambda said: int(re.search(pattern, said.replace(",", "")).group(1))


def import_bench():
    folder = gw.Folder()
    store = gw.demo_store(folder)
    table = rows.subjects(50000)
    good = folder.file("subjects.csv", rows.text(table))
    for i in (10, 25000, 49999):
        table[i][table[0].index("kind")] = "castle"
    broken = folder.file("broken.csv", rows.text(table))
    timed("check a broken file", lambda said: 50000, "rows", "import", "subjects", broken, "--datum", "WGS84", "--store", store)
    timed("import subjects", number(r"(\d+) rows"), "rows", "import", "subjects", good, "--datum", "WGS84", "--store", store)
    division_file = os.environ.get("DIVISIONS")
    if division_file:
        gw.run("init", "--store", folder.path + "/fresh.db")
        timed("import divisions", number(r"(\d+) "), "rows", "import", "divisions", division_file, "--store", folder.path + "/fresh.db")
    else:
        print("import divisions         (set DIVISIONS=divisions_2023.csv.gz to time the national list)")
    folder.close()


def rebuild_bench():
    folder = gw.Folder()
    gw.run("demo", "--store", folder.store, "--days", "90", "--quiet")
    timed("rebuild", number(r"(\d+) rows"), "row changes", "rebuild", "--store", folder.store)
    timed("check", number(r"(\d+) rows"), "row changes", "check", "--store", folder.store)
    folder.close()


def start_bench():
    folder = gw.Folder()
    store = gw.demo_store(folder)
    times = []
    for _ in range(5):
        began = time.monotonic()
        server = gw.Server(store)
        times.append(time.monotonic() - began)
        server.stop()
    print(f"start-up to the first answer: median {statistics.median(times) * 1000:.0f} ms, store {os.path.getsize(store) >> 10} kB, "
          f"binary {os.path.getsize(gw.BINARY) >> 10} kB")
    folder.close()


NAMES = {"http": http_bench, "instructions": instructions_bench, "locate": locate_bench, "import": import_bench, "rebuild": rebuild_bench,
         "start": start_bench, "memory": memory.main, "lists": lists.main}

if __name__ == "__main__":
    build()
    for chosen in sys.argv[1:] or NAMES:
        print(f"\n== {chosen}")
        NAMES[chosen]()
    shutil.rmtree(os.path.dirname(gw._demo), ignore_errors=True) if gw._demo and not os.environ.get("GRIDWARD_TEST_DEMO") else None
