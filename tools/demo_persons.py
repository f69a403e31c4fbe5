#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Invent the 420 persons of the demo region, their seats, absences, accounts and the duty roster.

    tools/demo_persons.py       writes persons, seats, absences, accounts, roster .csv in defs/demo/

Run by hand; the output is committed. The seed is fixed. Reads ground.geojson, departments.csv, subjects.csv.gz there
and the calendar in data/.
"""
import csv
import datetime
import gzip
import json
import os
import random

import demo_yaml

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../defs/demo/")
DEMO_CELL_POINT = (1090600000, 343200000)
START, TODAY = "2025-01-01", datetime.date(2026, 11, 22)
REGION = "610179"
MARK = "# SPDX-License-Identifier: Apache-2.0\n# 演示数据 人名、电话均为虚构 | Demo data: names and phones are invented. Made by tools/demo_persons.py.\n"
NOTES = {
    "persons": "# post: full-time 专职, community 社区兼职, official 在编, contract 聘用, seconded 借调, foreign 区外, enterprise 企业.\n"
               "# established: 1 在编, 0 not; certificate: number of the enforcement certificate (invented); unit: code of the area, department or subject.\n",
    "seats": "# title: of the seat; empty = the role's words. kind: holder 任职, stand_in 替岗 (answers while the holder is absent), liaison 联络员 (acts for the holder).\n"
             "# to is exclusive and may be empty. kind vacant: the seat is there and nobody sits on it, knowingly, as the note says.\n",
    "absences": "# reason: leave sick training duty_elsewhere other. While a person is absent the stand-ins of the person's seats answer. to is exclusive.\n",
    "accounts": "# Accounts with a role are there to try it with, and have the demo password; those of enterprises (ent…) have none until the\n"
                "# security administrator gives one.\n",
    "roster": "# The duty room is held in these shifts only: nights 18:00-08:30, rest days and holidays around the clock. Local time, UTC+8.\n"
              "# Working days of 2026 by the published calendar; 2027 was not announced, Monday to Friday is assumed.\n",
}
OFFICERS = {"400": 4, "401": 4, "402": 5, "403": 6, "404": 4, "405": 2, "406": 3}
DEPUTIES = {"402": 2, "403": 2}                      # the other offices have one
CONTACTS = [("402", "610111002", "十里铺街道"), ("401", "610111007", "灞桥街道"), ("400", "610111004", "席王街道"),
            ("405", "610111009", "新合街道"), ("406", "610111005", "洪庆街道"), ("403", "610112003", "辛家庙街道"),
            ("404", "610112006", "谭家街道"), ("405", "610112011", "未央湖街道")]
LEADERS = ["党工委书记", "管委会主任", "管委会副主任(常务,分管安全生产)", "党工委副书记", "管委会副主任(建设)", "管委会副主任(经济)",
           "管委会副主任(社会事业)", "管委会副主任(生态水务)", "纪工委书记", "总规划师", "总工程师"]
TRY = {"member": "grid_member", "officer": "responsible_officer", "deputy": "deputy_in_charge", "chief": "grid_chief",
       "department": "department_officer", "enterprise": "safety_officer", "standin": "grid_member",
       "office": "safety_committee_office", "leader": "region_deputy", "auditor": "auditor", "security": "security_admin",
       "system": "system_admin", "inspector": "inspector"}  # accounts to try the demo with, and as what
THREES, TWOS, MEMBERS = 18, 34, 176
ABSENCE = [("leave", "产假"), ("sick", "病假"), ("training", "脱产培训"), ("duty_elsewhere", "外派跟班"), ("sick", "工伤休养"),
           ("leave", "年休假"), ("sick", "病假"), ("leave", "产假"), ("other", "护理家人")]
rng = random.Random(20261022)


class Book:
    """The five tables while they grow."""

    def __init__(self):
        self.persons, self.seats, self.absences, self.accounts = [], [], [], []
        self.rules = demo_yaml.load(HERE + "subjects.yaml")
        self.names = {self.rules["demo"]["main_person"]}

    def person(self, post, unit, certified=0, name=None, established=None, phone=None):
        while name is None or (name in self.names and phone is None):
            name = rng.choice(self.rules["surnames"]) + rng.choice(self.rules["given"])
        self.names.add(name)
        n = len(self.persons) + 1
        established = int(post == "official") if established is None else established
        self.persons.append({"code": f"P{n:03d}", "name": name, "phone": phone or f"1380002{n:04d}", "post": post, "established": established,
                             "certificate": f"演示{n:04d}" if certified else "", "unit": unit})
        return self.persons[-1]["code"]

    def seat(self, person, role, anchor, ordinal=1, kind="holder", since=START, until="", note="", title=""):
        self.seats.append({"role": role, "anchor": anchor, "ordinal": ordinal, "title": title, "person": person, "kind": kind,
                           "from": since, "to": until, "note": note})

    def account(self, name, person, subject=""):
        self.accounts.append({"account": name, "person": person, "role": TRY.get(name, ""), "subject": subject})


def read(name):
    """The rows of a table, without the notes before it."""
    opener = gzip.open if name.endswith(".gz") else open
    with opener(HERE + name, "rt", encoding="utf-8") as f:
        return list(csv.DictReader(line for line in f if not line.startswith("#")))


def read_ground():
    with open(HERE + "ground.geojson", encoding="utf-8") as f:
        features = json.load(f, parse_float=lambda t: int(t.replace(".", "")))["features"]
    areas = {f["properties"]["code"]: (f["properties"], f["geometry"]["coordinates"][0]) for f in features}
    return areas


def holds(ring, p):
    odd = False
    for a, b in zip(ring, ring[1:]):
        if (a[1] > p[1]) != (b[1] > p[1]):
            if ((b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0]) > 0) == (b[1] > a[1]):
                odd = not odd
    return odd


def since():
    """Before the first day that `gridward demo` may play: nobody's seat is without a holder then."""
    return f"{rng.randint(2021, 2025) - 1}-{rng.randint(1, 12):02d}-{rng.choice((1, 10, 15, 20)):02d}"


def share_cells(homes, demo):
    """Cells put together for one member each: 18 threes, 34 twos, the rest alone; neighbours in code order."""
    free = {home: [c for c in cells if c != demo] for home, cells in homes.items()}
    groups = [[demo]]
    for size, number in ((3, THREES), (2, TWOS)):
        for _ in range(number):
            home = rng.choice([h for h in free if len(free[h]) >= size + (size == 3)])
            at = rng.randrange(len(free[home]) - size + 1)
            groups.append(free[home][at:at + size])
            del free[home][at:at + size]
    return groups + [[c] for cells in free.values() for c in cells]


def members(book, areas, homes, demo):
    """Two vacant cells, 176 members, nine of them absent with a stand-in, and the stand-in of the demo cell."""
    wild = [c for home, cells in homes.items() if int(home[9:]) >= 200 and len(cells) >= 3 for c in cells
            if areas[c][0]["kind"] == "basic"]
    vacant = [wild[3], wild[-2]]
    for cell in vacant:
        book.seat("", "grid_member", cell, kind="vacant", since="2026-10-15", note="空岗:原网格员离职,园办已公告招录(盲区)")
    groups = share_cells({h: [c for c in cells if c not in vacant] for h, cells in homes.items()}, demo)
    posts = ["full-time"] * 98 + ["community"] * 78
    rng.shuffle(posts)
    posts.remove("full-time")
    posts.insert(0, "full-time")
    at = {}
    for group, post in sorted(zip(groups, posts)):
        person = book.person(post, group[0][:12])
        start = since()
        for cell in group:
            book.seat(person, "grid_member", cell, since=start)
            at[cell] = person
    member = at[demo]
    here = [p for c, p in at.items() if c[:12] == demo[:12] and p != member]
    book.account("member", member)
    book.account("standin", here[0])
    book.seat(here[0], "grid_member", demo, kind="stand_in", note="AB岗:网格员请假时替岗")
    away = set()
    for i, (reason, words) in enumerate(ABSENCE):
        while True:
            person = rng.choice(sorted(set(at.values()) - {member, here[0]} - away))
            cells = [c for c, p in at.items() if p == person]
            near = sorted({p for c, p in at.items() if c[:9] == cells[0][:9]} - {person, member, here[0]} - away)
            home = [p for p in near if any(c[:12] == cells[0][:12] for c, q in at.items() if q == p)]
            if home:
                break
        start, until = f"2026-{rng.choice((9, 10, 11)):02d}-{rng.randint(1, 20):02d}", f"2027-0{rng.randint(1, 4)}-01"
        book.absences.append({"person": person, "from": start, "to": until, "reason": reason, "note": words})
        stand = home[i % len(home)]
        away |= {person, stand}
        for cell in cells:
            book.seat(stand, "grid_member", cell, kind="stand_in", since=start, until=until, note=f"替岗:{words}")
    book.absences.append({"person": member, "from": "2026-11-04", "to": "2026-11-07", "reason": "training", "note": "网格员轮训"})


def offices(book, areas, homes, demo):
    """Chiefs, deputies in charge, responsible officers of the communities, street contacts."""
    loose = 2
    for number, count in OFFICERS.items():
        office = REGION + number
        title = areas[office][0]["name"]
        chief = book.person("official", office)
        book.seat(chief, "grid_chief", office, since=since(), title=f"{title}主任")
        deputies = [book.person("official", office) for _ in range(DEPUTIES.get(number, 1))]
        for i, person in enumerate(deputies, 1):
            book.seat(person, "deputy_in_charge", office, i, since=since(), title=f"{title}副主任")
        mine = sorted(h for h in homes if h.startswith(office))
        for i in range(count):
            outside = loose and number in ("403", "406") and i == count - 1
            loose -= bool(outside)
            person = book.person("contract" if outside else "official", office, certified=0)
            for home in mine[i * len(mine) // count:(i + 1) * len(mine) // count]:
                book.seat(person, "responsible_officer", home, since=since(),
                          note="未在编,已列盲区清单" if outside else "")
                if home == demo[:12]:
                    book.account("officer", person)
        if demo.startswith(office):
            book.account("deputy", deputies[0])
            book.account("chief", chief)
    for i, (number, street, title) in enumerate(CONTACTS):
        person = book.person("foreign", REGION + number, established=1)
        ordinal = 1 + sum(c[0] == number for c in CONTACTS[:i])
        book.seat(person, "street_contact", REGION + number, ordinal, note=street, title=f"{title}联系负责人")


def top(book):
    """Leaders and liaisons, the three administrators, the duty room's operators."""
    leaders = []
    for i, title in enumerate(LEADERS, 1):
        leaders.append(book.person("official", REGION))
        book.seat(leaders[-1], "leader", REGION, i, since="2024-06-01", title=title)
    book.seat(leaders[2], "region_deputy", REGION, since="2024-06-01", title=LEADERS[2])
    book.account("leader", leaders[2])
    for i in range(6):
        person = book.person("official", "general-office")
        book.seat(person, "leader", REGION, i + 1, "liaison", note=f"{LEADERS[i]}联络员")
        if i == 2:
            book.seat(person, "region_deputy", REGION, 1, "liaison", note=f"{LEADERS[i]}联络员")
    for name, role, title in (("auditor", "auditor", "审计管理员"), ("security", "security_admin", "安全保密管理员"),
                              ("system", "system_admin", "系统管理员")):
        person = book.person("contract" if name == "system" else "official", "general-office")
        book.seat(person, role, REGION, note=title)
        book.account(name, person)
    return leaders, [book.person("contract", REGION) for _ in range(6)]


def departments(book):
    """Heads, officers, certified inspectors; the safety committee office and the groups are second hats."""
    staff, spare = {}, []
    for d in read("departments.csv"):
        code, people, certified = d["code"], int(d["people"]), int(d["certified"])
        if not people:
            continue
        team = [book.person("official", code, certified=1 <= i <= certified) for i in range(people)]
        staff[code] = team
        book.seat(team[0], "department_head", code, since=max(since(), d["from"]), title=f"{d['name']}负责人")
        if code == "discipline":
            book.seat(team[0], "discipline_reader", REGION, note="纪工委")
            continue
        officers = team[1:] if people > 1 else team
        if code == "emergency":  # the account inspector answers for the bureau, the account office has a hat already
            officers = [team[4], *(p for p in officers if p is not team[4])]
        for i, person in enumerate(officers, 1):
            book.seat(person, "department_officer", code, i, since=max(since(), d["from"]), note=f"{d['name']}监管人员")
        for i, person in enumerate(team[1:1 + certified], 1):
            book.seat(person, "inspector", code, i, since=max(since(), d["from"]), note="持证")
        spare += team[2:]
    book.account("department", staff["fire-brigade"][1])
    book.account("inspector", staff["emergency"][4])
    hats = [staff["emergency"][1], staff["emergency"][2], staff["general-office"][1], staff["emergency"][3]]
    for i, person in enumerate(hats, 1):
        book.seat(person, "safety_committee_office", REGION, i, note="安委办(兼)")
    book.account("office", hats[0])
    taken = [p for p in spare if p not in hats + [staff["emergency"][4]]]
    group = rng.sample(taken, 12)
    for g in (0, 1):
        title = f"第{'一二'[g]}督导组"
        book.seat(group[6 * g], "group_leader", REGION, g + 1, since="2026-09-01", until="2027-01-01", note=title + "组长(借调)")
        for i, person in enumerate(group[6 * g + 1:6 * g + 6], 1):
            book.seat(person, "group_member", REGION, 5 * g + i, since="2026-09-01", until="2027-01-01", note=title + "(借调)")


def enterprises(book):
    """140 accounts of enterprises held by 91 safety officers; the demo subject has its main responsible person too."""
    rows = read("subjects.csv.gz")
    demo = next(r for r in rows if r["name"] == book.rules["demo"]["name"])
    wanted = [r for r in rows if r["colour"] in ("red", "orange") and r["uscc"] and r is not demo]
    chosen = [r for r in wanted if r["colour"] == "red"]
    chosen += rng.sample([r for r in wanted if r["colour"] != "red"], 139 - len(chosen))
    chosen.sort(key=lambda r: (r["kind"], r["code"]))
    head = book.person("enterprise", demo["code"], name=demo["main_person"], phone=demo["main_phone"])
    book.seat(head, "main_responsible_person", demo["code"], note=demo["name"])
    officer = book.person("enterprise", demo["code"])
    book.seat(officer, "safety_officer", demo["code"], note=demo["name"])
    book.account("enterprise", officer, demo["code"])
    groups = [2] * 49 + [1] * 41                     # 90 persons for 139 subjects: some serve two of a group
    rng.shuffle(groups)
    n = 0
    for size in groups:
        person = book.person("enterprise", chosen[n]["code"])
        for row in chosen[n:n + size]:
            n += 1
            book.seat(person, "safety_officer", row["code"], note=row["name"])
            book.account(f"ent{n:03d}", person, row["code"])


def roster(book, leaders, operators, resting):
    """Shifts from 2026-10-01 to 2027-12-31: seat of the duty room, operator on duty and leader of the shift."""
    rows, day, n = [], datetime.date(2026, 10, 1), 0
    while day < datetime.date(2028, 1, 1):
        times = [("08:30", "18:00")] if resting(day) else []
        for first, last in times + [("18:00", "08:30")]:
            end = day if last == "18:00" else day + datetime.timedelta(days=1)
            rows.append({"role": "duty_room", "anchor": REGION, "ordinal": 1, "person": operators[n % 6],
                         "from": f"{day}T{first}:00+08:00", "to": f"{end}T{last}:00+08:00",
                         "leader": leaders[day.toordinal() % 11]})
            n += 1
        day += datetime.timedelta(days=1)
    book.roster = rows


def write(name, rows):
    with open(f"{HERE}{name}.csv", "w", encoding="utf-8", newline="") as f:
        f.write(MARK + NOTES[name])
        out = csv.DictWriter(f, rows[0].keys(), lineterminator="\n")
        out.writeheader()
        out.writerows(rows)


def main():
    book, areas = Book(), read_ground()
    cells = sorted(c for c, (f, _) in areas.items() if f["level"] == "cell")
    homes = {}
    for c in cells:
        homes.setdefault(c[:12], []).append(c)
    demo = next(c for c in cells if holds(areas[c][1], DEMO_CELL_POINT))
    leaders, operators = top(book)
    departments(book)
    offices(book, areas, homes, demo)
    members(book, areas, homes, demo)
    enterprises(book)
    roster(book, leaders, operators, demo_yaml.rest_days())
    book.accounts.sort(key=lambda a: (a["account"].startswith("ent0") or a["account"].startswith("ent1"), a["account"]))
    for name in NOTES:
        write(name, getattr(book, name))


if __name__ == "__main__":
    main()
