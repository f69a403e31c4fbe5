# SPDX-License-Identifier: Apache-2.0
"""Lists over many cases: what a count, a page, a search, a map of a day and the start cost as the store grows to a million cases
over three years and 300 areas, of which 20,000 are open.

The rows are written straight into a copy of the demo store, without entries: `rebuild` would not make them again, and the history
of such a case is empty. The clock stands still after the last of them."""
import datetime
import json
import os
import random
import re
import sqlite3
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(ROOT, "tests", "server"))
import gw  # noqa: E402

SIZES, OPEN, YEARS = (10_000, 100_000, 1_000_000), 20_000, 3
ROLES = ("leader", "chief", "officer", "department", "enterprise")
DAY = 86_400_000
END = datetime.datetime.fromisoformat("2026-11-23T09:00:00+08:00")
WORDS = ("消防通道堆放杂物", "灭火器压力不足", "电线私拉乱接", "安全出口上锁", "应急灯不亮", "配电箱未关闭", "液化气瓶混放", "楼道停放电动车", "疏散标志缺失",
         "油烟管道积油", "脚手架未验收", "临边无防护", "动火未审批", "仓库超量存放", "占用盲道", "井盖破损", "外墙脱落", "广告牌松动")
STATES = ("reported", "informed", "rectifying", "submitted", "handed", "assessing")
CATEGORIES = tuple(str(n) for n in range(11, 41))


def places(db):
    """Cells, departments that lead there, seats of their officers, members, subjects: of the demo's own."""
    one = lambda sql: [r[0] for r in db.execute(sql)]
    cells = one("SELECT s.area FROM area_spans s WHERE s.ends IS NULL AND s.level = 'cell' ORDER BY s.area")
    micro = one("SELECT s.area FROM area_spans s WHERE s.ends IS NULL AND s.level <> 'cell' ORDER BY s.area")
    return {"areas": (cells + micro)[:300], "departments": one("SELECT id FROM departments ORDER BY id"),
            "officers": one("SELECT id FROM seats WHERE role = 'responsible_officer' ORDER BY id"),
            "persons": one("SELECT id FROM persons ORDER BY id"), "subjects": one("SELECT id FROM subjects ORDER BY id"),
            "matters": [r for r in one("SELECT DISTINCT matter FROM department_rules") if r],
            "version": one("SELECT max(version) FROM definitions WHERE kind = 'flow' AND name = 'hazard'")[0]}


def rows(n, first, region, entry, at, dice, end):
    """n cases in the order of their ids, the newest still open more often; 20,000 of a million, fewer of fewer."""
    still = min(OPEN, n // 5)
    span = YEARS * 366 * DAY
    recent = n - int(still * 1.3)
    for i in range(n):
        opened = end - span + span * i // n
        is_open = dice.random() < (0.72 if i >= recent else 0.064 * still / max(1, recent))
        ended = None if is_open else min(opened + dice.randrange(1, 20 * DAY), end - 1)
        fields = {"category": dice.choice(CATEGORIES), "description": f"{dice.choice(WORDS)},{dice.choice(WORDS)},编号{i % 9973}",
                  "grade": "major" if dice.random() < 0.03 else "general", "source": "visit",
                  "keeper": f"138{dice.randrange(10**8):08d}"}
        department = dice.choice(at["departments"]) if dice.random() < 0.4 else None
        subject = dice.choice(at["subjects"]) if dice.random() < 0.6 else None
        state = dice.choice(STATES) if is_open else "closed"
        yield (first + i, region, entry, "hazard", at["version"], state, 3, dice.choice(at["areas"]), subject, dice.choice(at["matters"]),
               department, None, None, None, "responsible_officer",
               dice.choice(at["officers"]), None, dice.choice(at["persons"]), None, None, opened, opened, opened + 10 * DAY if is_open else None,
               0, opened, 0, None, 0, end + 400 * DAY if is_open else None, None, None, '{"last":{},"left":{},"uses":{}}',
               json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":")), None, None, None if is_open else "rectified", ended, None)


def number(n):
    """As map_days.c writes numbers: 7 bits a byte, the low ones first."""
    out = bytearray()
    while n > 0x7F:
        out.append(n & 0x7F | 0x80)
        n >>= 7
    return out + bytes((n,))


def a_day(db, region, entry, day):
    """The row of a day that is over, and the entries of the day behind it: 5,000 moves."""
    start = int(datetime.datetime.fromisoformat(day + "T00:00:00+08:00").timestamp() * 1000)
    end, out, before, then = start + DAY, bytearray(), 0, []
    for case, area, opened in db.execute("SELECT id, area, opened FROM cases WHERE opened < ? AND (ended IS NULL OR ended >= ?) ORDER BY id", (end, end)):
        seq, due = case & (1 << 33) - 1, opened + 10 * DAY - start
        out += number(seq - before) + number(5 << 1) + number(area & (1 << 33) - 1) + number(2 * due if due >= 0 else -2 * due - 1)
        before, _ = seq, then.append(case)
    date = (datetime.date.fromisoformat(day) - datetime.date(1970, 1, 1)).days
    db.execute("INSERT INTO map_days VALUES (?, ?, ?, ?)", (region, date, entry, bytes(out)))
    body = '{"in":{},"rows":[["cases","set",%d,%d,{"state":"submitted"}]]}'
    db.executemany("INSERT INTO ledger (id, region, no, at, actor, verb, on_table, on_id, v, key, body, hash) "
                   "VALUES (?, ?, ?, ?, 0, 'submit', 'cases', ?, 1, NULL, ?, x'00')",
                   (((region << 33) + entry + 1 + i, region, entry + 1 + i, end + DAY * i // 5000, then[i % len(then)],
                     body % (then[i % len(then)], entry)) for i in range(5000)))
    db.execute("UPDATE ledger_head SET no = no + 5000 WHERE region = ?", (region,))


def store(folder, n):
    """A copy of the demo with n cases more; the path and the instant it ends."""
    path = gw.demo_store(folder)
    db = sqlite3.connect(path)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = OFF")
    at = places(db)
    region, seq, entry = db.execute("SELECT region, seq, no FROM ledger_head WHERE region > 0").fetchone()
    end = int(END.timestamp() * 1000)
    names = [r[1] for r in db.execute("PRAGMA table_info(cases)")]
    marks = ",".join("?" * len(names))
    db.executemany(f"INSERT INTO cases VALUES ({marks})", rows(n, (region << 33) + seq + 1, region, entry, at, random.Random(n), end))
    db.execute("UPDATE ledger_head SET seq = seq + ? WHERE region = ?", (n, region))
    a_day(db, region, entry, "2025-06-30")
    db.commit()
    db.close()
    return path


def memory(pid):
    with open(f"/proc/{pid}/status", encoding="utf-8") as status:
        return int(re.search(r"VmRSS:\s+(\d+)", status.read()).group(1)) << 10


def columns(server):
    said = server.anyone().get("/metrics").text
    return int(re.search(r"^gridward_case_bytes (\d+)", said, re.M)[1]) / int(re.search(r"^gridward_cases (\d+)", said, re.M)[1])


def ran(pid):
    """Nanoseconds that the threads of a process have run."""
    total = 0
    for task in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{task}/schedstat", encoding="ascii") as stat:
            total += int(stat.read().split()[0])
    return total


def timed(server, ask, times=7):
    """The least ms of CPU that the server takes for a request, for the machine is shared; the first is not counted."""
    took = []
    for _ in range(times + 1):
        began = ran(server.process.pid)
        answer = ask()
        took.append((ran(server.process.pid) - began) / 1e6)
        if answer.status != 200:
            raise RuntimeError(answer.text)
    return min(took[1:]), answer.json


def settle(server, leader):
    """Waits until the texts of ended cases are in the store: the first start on such a store alone."""
    began = time.monotonic()
    while leader.get("/api/v1/cases/count", q="一个没有的词").json.get("at_least"):
        leader.clock(leader.get("/api/v1/me").json["now"])
    return time.monotonic() - began


def main():
    for n in SIZES if not os.environ.get("CASES") else (int(os.environ["CASES"]),):
        folder = gw.Folder()
        began = time.monotonic()
        path = store(folder, n)
        made = time.monotonic() - began
        now = END.isoformat()
        began = time.monotonic()
        server = gw.Server(path, now=now)
        first = time.monotonic() - began
        filled = settle(server, server.sign_in("leader"))
        server.stop()
        began = time.monotonic()
        server = gw.Server(path, now=now)
        start = time.monotonic() - began
        print(f"\n{n} cases: rows written in {made:.0f} s, {os.path.getsize(path) >> 20} MiB; first start {first:.2f} s, texts "
              f"taken in after {filled:.0f} s; start {start:.2f} s ({server.cpu():.2f} s of CPU); memory {memory(server.process.pid) >> 20} MiB, "
              f"columns {columns(server):.1f} bytes a case")
        people = {name: server.sign_in(name) for name in ROLES}
        print("CPU of the server for a request; how many were counted or listed")
        print(f"{'':12}" + "".join(f"{name:>22}" for name in ROLES))
        asked = (("count", "/api/v1/cases/count", {}), ("count of open", "/api/v1/cases/count", {"open": 1}),
                 ("count by field", "/api/v1/cases/count", {"fields[category]": "21", "from": "2025-11-01T00:00:00+08:00"}),
                 ("page", "/api/v1/cases", {"limit": 50}), ("page of open", "/api/v1/cases", {"limit": 50, "open": 1}),
                 ("page of 1", "/api/v1/cases", {"limit": 1}), ("1 of open", "/api/v1/cases", {"limit": 1, "open": 1}),
                 ("-ended", "/api/v1/cases", {"limit": 50, "sort": "-ended"}), ("-opened", "/api/v1/cases", {"limit": 50, "sort": "-opened"}),
                 ("area", "/api/v1/cases", {"limit": 50, "sort": "area"}), ("due", "/api/v1/cases", {"limit": 50, "sort": "due"}),
                 ("map", "/api/v1/map", {}),
                 *(("q " + q, "/api/v1/cases/count", {"q": q}) for q in ("灭火器压力", "消防", "编号99", "编号9917", "琉璃")),
                 ("map of a day", "/api/v1/map", {"asof": "2025-06-30T23:59:59.999+08:00"}),
                 ("map at noon", "/api/v1/map", {"asof": "2025-07-01T12:00:00+08:00"}))
        for what, route, query in asked:
            cells = []
            for name in ROLES:
                took, answer = timed(server, lambda: people[name].get(route, **query))
                got = answer.get("count", len(answer.get("items", answer.get("cells", []))))
                cells.append(f"{took:10.2f} ms ({got}{'+' if answer.get('at_least') or answer.get('partial') else ''})")
            print(f"{what:12}" + "".join(f"{c:>22}" for c in cells))
        server.stop()
        folder.close()

