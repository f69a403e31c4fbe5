#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How much memory each request takes on a store of a year, and how much the process keeps of a thousand.

usage: bench/memory.py [DEMO_STORE]   without one, a demo of 365 days is made
A request's peak is VmHWM, set back before it, less VmRSS before it, with nobody else asking. What is kept is VmRSS a second
after a thousand requests in turn, less VmRSS when the server had started.
"""
import os
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
os.environ.setdefault("GRIDWARD", os.path.join(ROOT, "build", "gridward"))
sys.path.insert(0, os.path.join(ROOT, "tests", "server"))
import gw  # noqa: E402
import hungry  # noqa: E402

WHO = ("leader", "office", "department", "chief", "officer", "member", "inspector", "enterprise", "auditor")
TOTAL = 1000


def measure(store):
    server = gw.Server(store)
    pid = server.process.pid
    start = hungry.held(pid)
    asked = {name: hungry.requests(server.sign_in(name)) for name in WHO}
    worst = {}
    for name, ways in asked.items():
        for what, ask in ways.items():
            began = time.monotonic()
            grew = hungry.peak(pid, ask)
            worst[what] = max(worst.get(what, (-1,)), (grew, (time.monotonic() - began) * 1000, name))
    for what, (grew, took, name) in sorted(worst.items(), key=lambda w: -w[1][0]):
        print(f"{what:44} {grew:8} kB {took:7.0f} ms  {name}")
    ways = [ask for one in asked.values() for ask in one.values()]
    for i in range(TOTAL):
        ways[i * 7 % len(ways)]()
    time.sleep(1)
    print(f"held at the start {start} kB; a second after {TOTAL} mixed requests {hungry.held(pid) - start:+} kB")
    server.stop()


def main(made=None):
    folder = gw.Folder()
    if made:
        gw.demo_store(folder, made)
    else:
        gw.run("demo", "--store", folder.store, "--days", "365", "--quiet")
    measure(folder.store)
    folder.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
