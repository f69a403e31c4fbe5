#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Freezes a ledger of this release: a village with people and subjects, and a week of all kinds of acts, for later releases
to fold. What is frozen is never made again: names are for ever (docs/ledger.md).

usage: GRIDWARD=build/gridward tests/server/freeze.py tests/data/ledger-N.ndjson.gz
"""
import csv
import datetime
import gzip
import io
import json
import os
import sys

import gw
from story import picture

DEMO = os.path.join(gw.ROOT, "defs", "demo")
REGION, OFFICE, VILLAGE = "610179", "610179401", "610179401006"
POINT = (109.06, 34.32)


def table(name, keep):
    """A demo table with the lines that are still open and for which keep(row) holds; they begin now."""
    opened = gzip.open if name.endswith(".gz") else open
    with opened(os.path.join(DEMO, name), "rt", encoding="utf-8", newline="") as text:
        lines = list(csv.DictReader(line for line in text if not line.startswith("#")))
    out = io.StringIO()
    made = csv.DictWriter(out, lines[0].keys(), lineterminator="\n")
    made.writeheader()
    for line in lines:
        if not line.get("to") and keep(line):
            made.writerow(dict(line, **{k: "" for k in ("from", "certificate_from", "certificate_to", "certificate") if k in line}))
    return out.getvalue()


def load(folder):
    def take(kind, name, text, *options):
        folder.file(name, text)
        gw.run("import", kind, name, *options, "--store", folder.store, cwd=folder.path)
    with open(os.path.join(DEMO, "ground.geojson"), encoding="utf-8") as text:
        ground = json.load(text)

    def part(*codes):
        fits = [f for f in ground["features"] if f["properties"]["code"] in codes or f["properties"]["code"][:-3] in codes[2:]]
        return json.dumps(dict(ground, features=fits), ensure_ascii=False)
    gw.run("init", "--store", folder.store)
    take("outlines", "region.geojson", part(REGION), "--datum", "wgs84", "--level", "county")
    take("outlines", "ground.geojson", part(OFFICE, VILLAGE, VILLAGE), "--datum", "wgs84")
    def here(code):
        return code in ("", REGION, OFFICE, VILLAGE) or code.startswith(VILLAGE)
    take("departments", "departments.csv", table("departments.csv", lambda r: True))
    for name in ("rules", "authorities"):
        take(name, name + ".csv", table(name + ".csv", lambda r: here(r["area"])))
    take("persons", "persons.csv", table("persons.csv", lambda r: int(r["code"][1:]) <= 200))
    ours = {"duty_room", "grid_member", "responsible_officer", "grid_chief", "department_officer", "safety_committee_office"}
    take("seats", "seats.csv", table("seats.csv", lambda r: r["role"] not in ours and (here(r["anchor"]) or r["anchor"][0].islower())
                                     and r["person"] < "P200"))
    take("subjects", "subjects.csv", table("subjects.csv.gz", lambda r: r["address"].startswith("世园社区")), "--datum", "WGS84")


PEOPLE = {"anna": "grid_member@" + VILLAGE + "002", "bert": "responsible_officer@" + VILLAGE, "cora": "grid_chief@" + OFFICE,
          "dora": "department_officer@fire-brigade", "emil": "safety_committee_office@" + REGION, "finn": "responsible_officer@" + VILLAGE}


class Week:
    """What people do in a week: each kind of act at least once."""

    def __init__(self, folder):
        for name, seat in PEOPLE.items():
            gw.run("user", "add", name, "--seat", seat, "--password", "Frozen-ledger-1", "--store", folder.store)
        self.now = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1)
        self.server = gw.Server(folder.store, now=self.stamp())
        self.who = {name: self.server.sign_in(name, "Frozen-ledger-1") for name in PEOPLE}

    def stamp(self, days=0):
        return (self.now + datetime.timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")

    def done(self, answer):
        if answer.status not in (200, 201):
            raise AssertionError(f"{answer.status} {answer.text}")
        return answer.json

    def later(self, days):
        self.now += datetime.timedelta(days=days)
        self.who["anna"].clock(self.stamp())

    def post(self, name, path, body=None):
        return self.done(self.who[name].post("/api/v1" + path, body))

    def file(self, name, move=None, **fields):
        return self.done(self.who[name].file(POINT, fields, move=move))

    def move(self, name, case, move, **fields):
        return self.done(self.who[name].move(self.who["cora"].case(case), move, fields))

    def day(self, days):
        return self.stamp(days)[:10]

    def hazards(self):
        photo = self.done(self.who["anna"].send("PUT", "/api/v1/files", raw=picture(7), key=None, headers={"Content-Type": "image/png"}))["hash"]
        case = self.file("anna", category="21", description="疏散通道堆放酒水", before=[photo])
        for name, move, fields in (("bert", "inform", {"grade": "general", "deadline": self.day(9)}), ("bert", "object", {"reason": "房东负责"}),
                                   ("bert", "inform", {"grade": "general", "deadline": self.day(9)}), ("anna", "sign", {}),
                                   ("bert", "extend", {"deadline": self.day(14), "reason": "配件未到"}), ("anna", "submit", {"after": [photo]}),
                                   ("bert", "fail", {"reason": "只清了一半", "deadline": self.day(10)}), ("anna", "submit", {"note": "已清完"}),
                                   ("bert", "pass", {"note": "到场看过"}), ("cora", "reopen", {"reason": "反弹"})):
            self.move(name, case, move, **fields)
        urgent = self.file("anna", "file_urgent", description="后厨漏气,已关阀")
        self.move("bert", urgent, "attend", note="已到场")
        self.file("anna", "file_fixed", category="23", description="灭火器过期", before=[photo], after=[photo])
        double = self.file("anna", category="21", description="同一处")
        self.move("bert", double, "merge", into=case["id"])
        major = self.file("anna", category="21", description="楼梯间住人")
        self.move("bert", major, "inform", grade="major")
        dispute = self.file("anna", category="22", description="两个园办之间")
        self.move("bert", dispute, "dispute", reason="不在本园办")
        self.move("emil", dispute, "rule", ruling="area", ruling_no="裁1号", reason="属地兜底")
        void = self.file("anna", category="22", description="看错了")
        self.move("bert", void, "drop", reason="不属实")
        self.file("anna", category="22", description="没人管的一条")

    def visits(self):
        shop = self.who["cora"].get("/api/v1/subjects", limit=3).json["items"]
        for fields, move in (({"result": "no-entry"}, None), ({"result": "refused"}, None), ({"finding": "线路老化", "category": "22"}, "find")):
            self.done(self.who["anna"].post("/api/v1/cases", dict({"flow": "visit", "subject": shop[0]["id"], "fields": fields},
                                                                  **({"move": move} if move else {}))))
        said = self.post("anna", "/proposals", {"kind": "closed", "subject": shop[1]["id"]})
        self.post("bert", f"/proposals/{said['id']}/accept")
        other = self.post("anna", "/proposals", {"kind": "renamed", "subject": shop[2]["id"], "fields": {"name": "新名"}})
        self.post("bert", f"/proposals/{other['id']}/refuse", {"reason": "未改名"})
        opened = self.post("cora", "/subjects", {"name": "新店", "kind": "retail", "status": "open", "uscc_reason": "unknown", "key": False,
                                                 "place": {"lon": POINT[0], "lat": POINT[1], "datum": "WGS84"}})
        self.done(self.who["cora"].send("PATCH", f"/api/v1/subjects/{opened['id']}", {"version": opened["version"], "colour": "yellow"}))

    def people(self):
        anna, bert = (self.who[n].person["id"] for n in ("anna", "bert"))
        away = self.post("anna", f"/persons/{anna}/absences", {"reason": "leave", "to": self.stamp(3)})
        self.post("anna", f"/absences/{away['id']}/end", {"to": self.stamp(1)})
        seat = self.who["anna"].get("/api/v1/me").json["seats"][0]["id"]
        taken = self.post("cora", f"/seats/{seat}/holds", {"person": bert, "how": "stand_in"})
        self.post("cora", f"/holds/{taken['stand_in']['id']}/end", {"reason": "试用"})
        area = self.who["anna"].get("/api/v1/me").json["areas"][0]["id"]
        made = self.post("cora", "/seats", {"role": "grid_member", "area": area, "ordinal": 9})
        self.post("cora", f"/seats/{made['id']}/close", {"reason": "撤"})

    def run(self):
        self.hazards()
        self.visits()
        self.people()
        for _ in range(4):
            self.later(3)
        self.server.stop()


if __name__ == "__main__":
    if len(sys.argv) != 2 or os.path.exists(sys.argv[1]):
        sys.exit(__doc__)
    folder = gw.Folder()
    load(folder)
    Week(folder).run()
    ledger = gw.run("export", "ledger", "--store", folder.store).stdout
    with open(sys.argv[1], "wb") as out:
        out.write(gzip.compress(ledger.encode(), 9, mtime=0))
    print(f"{ledger.count(chr(10))} entries, {os.path.getsize(sys.argv[1])} bytes")
    folder.close()
