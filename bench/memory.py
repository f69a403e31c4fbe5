#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How much memory requests take on a store of a year, and how much the process keeps.

usage: bench/memory.py [DEMO_STORE]   without one, a demo of 365 days is made
A request's peak is VmHWM, set back before it, less VmRSS before it, with nobody else asking. Then a thousand of them in turn,
and what the process holds a second later.
"""
import json
import os
import re
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
os.environ.setdefault("GRIDWARD", os.path.join(ROOT, "build", "gridward"))
sys.path.insert(0, os.path.join(ROOT, "tests", "server"))
import gw  # noqa: E402

PEAK_MOST, KEPT_MOST = 16 << 10, 32 << 10  # kB
POINT = {"lon": 109.06, "lat": 34.32}
WHO = ["leader", "office", "department", "chief", "deputy", "officer", "member", "inspector", "enterprise", "auditor"]


def held(pid, what="VmRSS"):
    with open(f"/proc/{pid}/status", encoding="utf-8") as status:
        return int(re.search(what + r":\s+(\d+)", status.read()).group(1))


def peak(pid, ask):
    """kB that the process grew by at most while ask ran."""
    with open(f"/proc/{pid}/clear_refs", "w", encoding="utf-8") as refs:
        refs.write("5")
    before = held(pid)
    ask()
    return held(pid, "VmHWM") - before


def query(**of):
    return lambda path: lambda client: client.get(path, **of)


def requests(client):
    """What is asked: a name and a function of a client. Ids are those that the client sees first."""
    see = lambda path, **of: (lambda c: c.get(path, **of))
    v1 = "/api/v1"
    me = client.get(v1 + "/me").json
    root = me["region"]["id"]
    day = lambda back: time.strftime("%Y-%m-%dT%H:%M:%S+08:00", time.gmtime(time.time() - back * 86400 + 8 * 3600))
    open_case = client.get(v1 + "/cases", open=1, limit=1).json["items"]
    ended_case = client.get(v1 + "/cases", open=0, limit=1).json["items"]
    subject = client.get(v1 + "/subjects", limit=1).json["items"]
    seat = me["seats"][0]["id"] if me["seats"] else None
    all_ = {
        "cases": see(v1 + "/cases", limit=200),
        "cases open": see(v1 + "/cases", open=1, limit=200),
        "cases ended": see(v1 + "/cases", open=0, limit=200),
        "cases late": see(v1 + "/cases", late=1),
        "cases of mine": see(v1 + "/cases", duty="me", limit=200),
        "cases filed by me": see(v1 + "/cases", filed="me", limit=200),
        "cases of no flow": see(v1 + "/cases", flow="none", limit=200),
        "cases of a child": see(v1 + "/cases", parent=1),
        "cases with a word": see(v1 + "/cases", q="消防", limit=200),
        "cases with no such word": see(v1 + "/cases", q="没有这样的词", limit=200),
        "count": see(v1 + "/cases/count"),
        "count ended": see(v1 + "/cases/count", open=0),
        "count of a state": see(v1 + "/cases/count", state="closed"),
        "count of an area": see(v1 + "/cases/count", area=root),
        "count with a word": see(v1 + "/cases/count", q="消防"),
        "count with no such word": see(v1 + "/cases/count", q="没有这样的词"),
        "count with a letter": see(v1 + "/cases/count", q="的"),
        "subjects": see(v1 + "/subjects", limit=200),
        "subjects with a word": see(v1 + "/subjects", q="公司", limit=200),
        "subjects counted": see(v1 + "/subjects/count"),
        "subjects counted with a letter": see(v1 + "/subjects/count", q="1"),
        "subjects without lead": see(v1 + "/subjects", blind=1),
        "points": see(v1 + "/subjects/points"),
        "proposals": see(v1 + "/proposals", limit=200),
        "proposals refused": see(v1 + "/proposals", state="refused", limit=200),
        "notices": see(v1 + "/notices", limit=200),
        "blind spots": see(v1 + "/blindspots", limit=200),
        "blind spots then": see(v1 + "/blindspots", limit=200, asof=day(30)),
        "map": see(v1 + "/map"),
        "map a week ago": see(v1 + "/map", asof=day(7)),
        "map half a year ago": see(v1 + "/map", asof=day(180)),
        "map long ago": see(v1 + "/map", asof=day(360)),
        "areas": see(v1 + "/areas", limit=200),
        "children": see(v1 + f"/areas/{root}/children", limit=200),
        "outline": see(v1 + f"/areas/{root}/outline"),
        "outlines": see(v1 + f"/areas/{root}/outlines"),
        "duty": see(v1 + f"/areas/{root}/duty"),
        "departments": see(v1 + "/departments", limit=200),
        "seats": see(v1 + "/seats", limit=200),
        "seats a month ago": see(v1 + "/seats", limit=200, asof=day(30)),
        "persons": see(v1 + "/persons", limit=200),
        "flows": see(v1 + "/flows"),
        "codes": see(v1 + "/codes/industry"),
        "locate": see(v1 + "/locate", **POINT),
        "openapi": see("/api/openapi.json"),
        "metrics": see("/metrics"),
        "preview": lambda c: c.post(v1 + "/preview", {"flow": "hazard", "place": POINT, "fields": {"category": "21"}}),
        "a large body": lambda c: c.send("POST", v1 + "/preview", raw=b'{"flow":"hazard","fields":{' + b",".join(
            b'"%04d":[]' % i for i in range(6500)) + b"}}", headers={"Content-Type": "application/json"}),
        "a deep body": lambda c: c.send("POST", v1 + "/preview", raw=b'{"flow":' + b"[" * 60000, headers={"Content-Type": "application/json"}),
        "a body of numbers": lambda c: c.send("POST", v1 + "/preview", raw=b'{"flow":"hazard","fields":{"a":[' + b"1," * 32000 + b"1]}}",
                                              headers={"Content-Type": "application/json"}),
        "many parameters": lambda c: c.send("GET", v1 + "/cases?" + "&".join(f"{i:x}" for i in range(200))),
        "a long word": lambda c: c.send("GET", v1 + "/cases?q=" + "a" * 7000),
        "a long word counted": lambda c: c.send("GET", v1 + "/subjects/count?q=" + "%25a" * 1700),
    }
    if open_case:
        for part in ("", "/moves", "/ledger", "/sights", "/papers"):
            all_["open case" + part] = see(f"{v1}/cases/{open_case[0]['id']}{part}")
    if ended_case:
        for part in ("", "/ledger"):
            all_["ended case" + part] = see(f"{v1}/cases/{ended_case[0]['id']}{part}")
    if subject:
        for part in ("", "/ledger"):
            all_["subject" + part] = see(f"{v1}/subjects/{subject[0]['id']}{part}")
    if seat:
        for part in ("", "/shifts"):
            all_["seat" + part] = see(f"{v1}/seats/{seat}{part}")
    return all_


def measure(store, total=1000):
    server = gw.Server(store)
    pid = server.process.pid
    start = held(pid)
    people = {name: server.sign_in(name) for name in WHO}
    asked = {name: requests(client) for name, client in people.items()}
    worst = {}
    for name, client in people.items():
        for what, ask in asked[name].items():
            began = time.monotonic()
            grew = peak(pid, lambda: ask(client))
            took = time.monotonic() - began
            if grew > worst.get(what, (-1,))[0]:
                worst[what] = grew, name, took
    for what, (grew, name, took) in sorted(worst.items(), key=lambda w: -w[1][0]):
        print(f"{what:32} {grew:8} kB  {took * 1000:7.0f} ms  {name}" + ("   MORE THAN IT MAY" if grew > PEAK_MOST else ""))
    ways = [(client, ask) for name, client in people.items() for ask in asked[name].values()]
    for i in range(total):
        client, ask = ways[i * 7 % len(ways)]
        ask(client)
    time.sleep(1)
    after = held(pid)
    print(f"held at the start {start} kB, a second after {total} mixed requests {after} kB: {after - start:+} kB")
    server.stop()
    return max(g for g, _, _ in worst.values()), after - start


def main():
    folder = gw.Folder()
    if len(sys.argv) > 1:
        store = gw.demo_store(folder, sys.argv[1])
    else:
        store = folder.store
        gw.run("demo", "--store", store, "--days", "365", "--quiet")
    try:
        measure(store)
    finally:
        folder.close()


if __name__ == "__main__":
    main()
