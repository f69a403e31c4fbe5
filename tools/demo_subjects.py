#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Invent the 15,000 subjects of the demo region by the rules of defs/demo/subjects.yaml.

    tools/demo_subjects.py          writes defs/demo/subjects.csv.gz from subjects.yaml and ground.geojson

Run by hand; the output is committed. The seed is fixed, so the same rules give the same file.
"""
import csv
import datetime
import gzip
import io
import json
import math
import os
import random

import demo_yaml

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../defs/demo/")
COLUMNS = ["code", "name", "kind", "industry", "uscc", "uscc_reason", "matters", "main_person", "main_phone", "lon",
           "lat", "address", "colour", "l", "e", "c", "status", "opened", "site_start", "site_end", "parties", "tags"]
NOTE = """\
# SPDX-License-Identifier: Apache-2.0
# 演示数据 单位、人员、电话、统一社会信用代码均为虚构 | Demo data: firms, persons, phones and credit codes are invented.
# Made by tools/demo_subjects.py. Lines before the header that begin with # are notes. Places are WGS-84.
# uscc: valid check characters over the invented area 610179; empty with uscc_reason: none 无照, person 自然人, place 非独立法人.
# l e c: likelihood, exposure, consequence of the LEC method, one decimal at most. status: open, paused (停业).
# parties of a building site: role:name separated by semicolons; matters: the first decides the lead; tags: dust ammonia confined-space.
"""
# L, E, C in tenths and ones whose product lies in the band of the colour (over 320, 160, 70).
BANDS = {"red": [(60, 60, 15), (30, 60, 40), (60, 30, 40), (30, 30, 40)],
         "orange": [(30, 60, 15), (60, 60, 7), (30, 20, 40), (10, 60, 40)],
         "yellow": [(30, 60, 7), (10, 60, 15), (60, 20, 7), (30, 30, 15), (10, 20, 40)],
         "blue": [(10, 60, 7), (30, 60, 3), (10, 30, 15), (5, 60, 7), (10, 60, 3), (5, 60, 15), (30, 30, 3)]}
# What stands in the cells of one enterprise each, by the word in the cell's name.
OWN_CELL = {"印刷包装": "factory", "食品加工": "factory", "电子装配": "factory", "机械制造": "factory", "建材制品": "factory",
            "客车维修": "auto-repair", "污水处理": "utility", "冷链仓储": "warehouse"}
# How dedicated ground thins or draws ordinary shops.
DEDICATED = {"商圈": 3.0, "市场": 4.0, "楼宇": 2.0, "枢纽": 1.5, "公园": 0.06, "学校": 0.25, "大学": 0.2, "医院": 0.4,
             "会展": 0.3, "场馆": 0.3, "会址": 0.2, "工业园": 0.2, "物流园": 0.15}
USCC = "0123456789ABCDEFGHJKLMNPQRTUWXY"


class Cell:
    def __init__(self, facts, ring, home, office):
        self.code, self.name, self.kind, self.ring = facts["code"], facts["name"], facts["kind"], ring
        self.home = home
        self.place = home.replace("(示例)", "").removesuffix("社区").removesuffix("村")
        self.office = office.replace("(示例)", "").removesuffix("园办")
        self.village = home.endswith("村")
        self.km2 = sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:])) / 2 * 1.0208e-10
        self.box = min(p[0] for p in ring), min(p[1] for p in ring), max(p[0] for p in ring), max(p[1] for p in ring)
        self.special = next((f for word, f in DEDICATED.items() if word in self.name), 1.0)

    def weight(self, where):
        ground, _, drawn = where.partition("+")
        pull = 12.0 if drawn and drawn in self.name else 1.0
        wide, alone = math.sqrt(self.km2), 0.03 if self.kind == "enterprise" else 1.0
        if ground == "town":
            return alone * self.special * pull * (0.35 if self.village else 1.0) / (0.35 + self.km2)
        if ground == "rural":
            return alone * self.special * pull * wide * (3.0 if self.village else 1.0 if self.km2 > 0.5 else 0.12)
        if ground == "works":
            park = 12.0 if "工业园" in self.name or "物流园" in self.name else self.special
            return alone * park * pull * wide * (1.5 if self.village else 0.6)
        if ground == "river":
            return wide * (9.0 if "公园" in self.name else 0.4)
        return alone * pull * wide

    def holds(self, x, y):
        odd = False
        for a, b in zip(self.ring, self.ring[1:]):
            if (a[1] > y) != (b[1] > y):
                if ((b[0] - a[0]) * (y - a[1]) - (b[1] - a[1]) * (x - a[0]) > 0) == (b[1] > a[1]):
                    odd = not odd
        return odd

    def spot(self, rng):
        """A place inside the cell, about eight metres from its border at least; five decimals."""
        while True:
            x, y = (rng.randrange(self.box[k], self.box[k + 2]) // 100 * 100 for k in (0, 1))
            if all(self.holds(x + dx, y + dy) for dx in (-800, 0, 800) for dy in (-800, 0, 800)):
                return x, y


def units(text):
    return int(text.replace(".", ""))


def read_cells():
    with open(HERE + "ground.geojson", encoding="utf-8") as f:
        features = json.load(f, parse_float=units)["features"]
    names = {f["properties"]["code"]: f["properties"]["name"] for f in features}
    return [Cell(f["properties"], f["geometry"]["coordinates"][0], names[f["properties"]["parent"]],
                 names[f["properties"]["parent"][:9]]) for f in features if f["properties"]["level"] == "cell"]


def uscc(head, number):
    """A credit code with both check characters right: GB 11714 for positions 9-16, GB 32100 for the whole."""
    body = f"DM{number:06d}"
    value = lambda c: int(c) if c.isdigit() else ord(c) - 55
    r = 11 - sum(w * value(c) for w, c in zip((3, 7, 9, 10, 5, 8, 4, 2), body)) % 11
    code = f"{head}610179{body}" + {10: "X", 11: "0"}.get(r, str(r))
    return code + uscc_check(code)


def uscc_check(code):
    """The 18th character over the first 17: weights 3^i modulo 31."""
    return USCC[(31 - sum(pow(3, i, 31) * USCC.index(c) for i, c in enumerate(code)) % 31) % 31]


class Maker:
    HEADS = {"company": "91", "individual": "92", "public": "12", "private": "52"}

    def __init__(self, rules):
        self.rules, self.rng = rules, random.Random(int(rules["seed"]))
        self.cells, self.used, self.rows = read_cells(), set(), []
        self.today = datetime.date.fromisoformat(rules["today"])
        self.owners = [(self.person(), f"{rules['phone']}{i:04d}") for i in range(2, 9800)]
        self.numbers = iter(range(100001, 999999))

    def person(self):
        return self.rng.choice(self.rules["surnames"]) + self.rng.choice(self.rules["given"])

    def word(self):
        words = self.rules["words"]
        while (word := self.rng.choice(words["first"]) + self.rng.choice(words["second"])) in self.rules["never"]:
            pass
        return word

    def name(self, kind, cell, surname, road):
        """A name of this kind at this cell that was not given before."""
        for turn in range(400):
            text = self.rng.choice(kind["names"])
            while "{word}" in text:
                text = text.replace("{word}", self.word(), 1)
            number = self.rng.randint(1, 9 + turn)
            text = text.format(place=cell.place, office=cell.office, surname=surname, road=road, n=number)
            if text not in self.used:
                self.used.add(text)
                return text
        raise SystemExit(f"{kind['code']}: no free name at {cell.place}")

    def day(self, first, last):
        return first + datetime.timedelta(days=self.rng.randint(0, (last - first).days))

    def opened(self):
        if self.rng.randrange(1000) < int(self.rules["turnover"]) // 2:
            return self.day(self.today - datetime.timedelta(days=365), self.today)
        first = datetime.date.fromisoformat(self.rules["first"])
        span = (self.today - first).days - 365
        return first + datetime.timedelta(days=int(span * math.sqrt(self.rng.random())))

    def site(self, kind):
        """Start, end and parties of a building site or of works below the limit."""
        big = kind["code"] == "site"
        while True:
            start = self.day(self.today - datetime.timedelta(days=900 if big else 45), self.today)
            end = start + datetime.timedelta(days=self.rng.randint(270, 1000) if big else self.rng.randint(12, 90))
            if end > self.today + datetime.timedelta(days=3):
                break
        firms = {"owner": f"西安{self.word()}置业(示例)", "contractor": f"陕西{self.word()}建工(示例)",
                 "supervisor": f"陕西{self.word()}监理(示例)", "subcontractor": f"{self.word()}劳务(示例)"}
        if not big:
            firms = {"owner": self.person(), "contractor": f"{self.word()}装饰(示例)"}
        return start, end, ";".join(f"{role}:{firm}" for role, firm in firms.items())

    def row(self, kind, colour, cell, tags):
        owner, phone = self.rng.choice(self.owners)
        road = self.rng.choice(self.rules["roads"][cell.code[6:9]])
        start, end, parties = self.site(kind) if kind["group"] == "工地" else (None, None, "")
        opened = start or self.opened()
        x, y = cell.spot(self.rng)
        head = self.HEADS.get(kind["owner"])
        likely, often, heavy = self.rng.choice(BANDS[colour])
        matters = kind["matters"] + [t for t in tags if t == "confined-space" and t not in kind["matters"]]
        paused = start is None and colour != "red" and self.rng.randrange(1000) < int(self.rules["paused"])
        return {"name": self.name(kind, cell, owner[0], road), "kind": kind["code"],
                "industry": self.rng.choice(kind["industry"]),
                "uscc": uscc(head, next(self.numbers)) if head else "", "uscc_reason": "" if head else kind["owner"],
                "matters": ";".join(matters), "main_person": owner, "main_phone": phone, "lon": degrees(x),
                "lat": degrees(y), "address": f"{cell.home}{road}示例{self.rng.randint(1, 400)}号", "colour": colour,
                "l": tenths(likely), "e": tenths(often), "c": str(heavy), "status": "paused" if paused else "open",
                "opened": str(opened), "site_start": str(start or ""), "site_end": str(end or ""), "parties": parties,
                "tags": ";".join(tags)}

    def make_kind(self, kind):
        red, orange, yellow = (int(n) for n in kind["colours"])
        count = int(kind["count"])
        own = [c for c in self.cells if any(w in c.name and k == kind["code"] for w, k in OWN_CELL.items())]
        weights = [c.weight(kind["where"]) for c in self.cells]
        colours = ["red"] * red + ["orange"] * orange + ["yellow"] * yellow
        colours += ["blue"] * (count - len(colours))
        tags = [[] for _ in colours]
        if kind["code"] == "factory":           # the dangerous trades have the dangerous colours
            tags = [["ammonia"]] * 6 + [["dust"]] * 14 + [[]] * (count - 20)
            for i in self.rng.sample(range(20, count), 61):
                tags[i] = ["confined-space"]
        skip = 1 if kind["code"] == self.rules["demo"]["kind"] else 0     # the demo subject is one of its kind
        for i in range(skip, count):
            cell = own.pop() if own else self.rng.choices(self.cells, weights)[0]
            self.rows.append(self.row(kind, colours[i], cell, tags[i]))
        if skip:
            self.rows.append(self.demo(kind))

    def demo(self, kind):
        facts = self.rules["demo"]
        cell = next(c for c in self.cells if c.holds(units(facts["lon"] + "00"), units(facts["lat"] + "00")))
        row = self.row(kind, facts["colour"], cell, [])
        facts = {k: ";".join(v) if k == "matters" else v for k, v in facts.items()}
        return {**row, **facts, "status": "open"}

    def write(self, path):
        text = io.StringIO()
        out = csv.DictWriter(text, COLUMNS, lineterminator="\n")
        out.writeheader()
        for i, row in enumerate(self.rows, 1):
            out.writerow({"code": f"CB{i:05d}", **row})
        with open(path, "wb") as f, gzip.GzipFile("", "wb", 9, f, mtime=0) as packed:
            packed.write((NOTE + text.getvalue()).encode())


def degrees(v):
    return f"{v // 10_000_000}.{v % 10_000_000 // 100:05d}"


def tenths(v):
    return str(v // 10) if v % 10 == 0 else f"{v // 10}.{v % 10}"


def main():
    maker = Maker(demo_yaml.load(HERE + "subjects.yaml"))
    for kind in maker.rules["kinds"]:
        maker.make_kind(kind)
    maker.write(HERE + "subjects.csv.gz")


if __name__ == "__main__":
    main()
