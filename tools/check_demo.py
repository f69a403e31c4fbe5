#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Check that the demo's data hang together and have the numbers that were promised.

    tools/check_demo.py         reads all of defs/demo; prints every fault, or one line of counts
"""
import csv
import datetime
import gzip
import os
import sys
from collections import Counter

import check_ground
import demo_subjects
import demo_yaml

HERE = demo_subjects.HERE
GROUPS = {"餐饮": 2650, "零售": 3900, "居民服务": 1850, "住宿": 620, "物流仓储": 780, "小作坊": 910, "工贸企业": 186, "危化与燃气": 65,
          "工地": 408, "学校": 536, "医疗养老": 228, "人员密集": 164, "小区楼宇": 842, "公用设施": 876, "其他": 985}
ACCOUNTS = {"member": "grid_member", "officer": "responsible_officer", "deputy": "deputy_in_charge", "chief": "grid_chief",
            "department": "department_officer", "enterprise": "safety_officer", "standin": "grid_member",
            "office": "safety_committee_office", "leader": "region_deputy", "auditor": "auditor",
            "security": "security_admin", "system": "system_admin", "inspector": "inspector"}
SEATS = {"responsible_officer": 28, "grid_chief": 7, "deputy_in_charge": 9, "street_contact": 8, "leader": 11,
         "inspector": 31, "group_leader": 2, "group_member": 10, "safety_committee_office": 4}
ACTS = {"look", "inform", "correct", "order_at_once", "order", "withdraw", "suspend", "seal", "cut_power", "simple_penalty",
        "ordinary_penalty"}
LIMIT_KB = 3000
faults = []


def expect(true, text):
    if not true:
        faults.append(text)


def table(name):
    opener = gzip.open if name.endswith(".gz") else open
    with opener(HERE + name, "rt", encoding="utf-8") as f:
        return list(csv.DictReader(line for line in f if not line.startswith("#")))


def band(row):
    danger = float(row["l"]) * float(row["e"]) * float(row["c"])
    return "red" if danger > 320 else "orange" if danger > 160 else "yellow" if danger > 70 else "blue"


def check_subjects(rules, rows, cells, matters):
    kinds = {k["code"]: k for k in rules["kinds"]}
    found = Counter(kinds[r["kind"]]["group"] for r in rows)
    expect(found == GROUPS, f"subjects by group: {dict(found)}")
    expect(Counter(r["kind"] for r in rows) == {c: int(k["count"]) for c, k in kinds.items()}, "subjects by kind differ")
    expect(Counter(r["colour"] for r in rows) == {c: int(n) for c, n in rules["colours"].items()}, "colours differ")
    for key in ("code", "name"):
        expect(len({r[key] for r in rows}) == len(rows), f"a subject's {key} stands twice")
    expect(demo_subjects.uscc_check("91350100M000100Y4") == "3", "the worked example of GB 32100 does not come out")
    codes = [r["uscc"] for r in rows if r["uscc"]]
    expect(len(set(codes)) == len(codes), "a credit code stands twice")
    held = Counter()
    for r in rows:
        x, y = (round(float(r[k]) * 1e7) for k in ("lon", "lat"))
        here = [c for c in cells if c.box[0] <= x <= c.box[2] and c.box[1] <= y <= c.box[3] and c.holds(x, y)]
        expect(len(here) == 1, f"{r['code']} lies in {len(here)} cells")
        held.update(c.code for c in here)
        expect(band(r) == r["colour"], f"{r['code']}: colour {r['colour']} does not follow from L, E, C")
        expect(set(r["matters"].split(";")) <= matters, f"{r['code']}: unknown matter in {r['matters']}")
        expect(bool(r["uscc"]) != bool(r["uscc_reason"]), f"{r['code']}: a credit code or a reason, not both")
        if r["uscc"]:
            expect(r["uscc"][17] == demo_subjects.uscc_check(r["uscc"][:17]), f"{r['code']}: credit code")
        expect(bool(r["site_start"]) == (kinds[r["kind"]]["group"] == "工地"), f"{r['code']}: site dates")
    expect(min(held[c.code] for c in cells) >= 1, "a cell without subject")
    demo = [r for r in rows if r["lon"] == "109.06000" and r["lat"] == "34.32000"]
    expect(len(demo) == 1 and demo[0]["matters"].startswith("fire"), "one subject led by fire at the demo point expected")
    return demo[0], held


def check_seats(persons, seats, absences, cells, demo_cell):
    people = {p["code"] for p in persons}
    expect(len(persons) == 420 and len({p["name"] for p in persons}) == 420, f"{len(persons)} persons, or a name twice")
    expect({s["person"] for s in seats} - {""} <= people, "a seat of an unknown person")
    now = [s for s in seats if s["from"] <= "2026-11-22" and (not s["to"] or s["to"] > "2026-11-22")]
    for role, wanted in SEATS.items():
        got = {s["person"] for s in now if s["role"] == role and s["kind"] == "holder"}
        expect(len(got) == wanted, f"{len(got)} holders of {role}, {wanted} expected")
    chairs = Counter((s["role"], s["anchor"], s["ordinal"]) for s in now if s["kind"] == "holder")
    expect(max(chairs.values()) == 1, "a seat with two holders")
    members = Counter(s["person"] for s in now if s["role"] == "grid_member" and s["kind"] == "holder")
    posts = Counter(p["post"] for p in persons if p["code"] in members)
    expect(posts == {"full-time": 98, "community": 78}, f"members: {dict(posts)}")
    expect(sum(n > 1 for n in members.values()) == 52, "52 members with two cells or more expected")
    at = {(s["role"], s["anchor"]) for s in now if s["kind"] == "holder"}
    empty = [c for c in cells if ("grid_member", c) not in at]
    expect(sorted(empty) == sorted(s["anchor"] for s in seats if s["kind"] == "vacant") and len(empty) == 2,
           f"cells without member: {empty}")
    for c in cells:
        for role, anchor in (("responsible_officer", c[:12]), ("deputy_in_charge", c[:9]), ("grid_chief", c[:9])):
            expect((role, anchor) in at, f"{c}: no {role}")
    away = {a["person"] for a in absences if a["from"] <= "2026-11-22" < a["to"]}
    expect(len(away) == 9 and away <= set(members), f"{len(away)} members away, 9 expected")
    for c, person in ((s["anchor"], s["person"]) for s in now if s["role"] == "grid_member" and s["kind"] == "holder"):
        if person in away:
            stands = [s["person"] for s in now if s["anchor"] == c and s["kind"] == "stand_in"]
            expect(stands and not set(stands) & away, f"{c}: member away and nobody stands in")
    plain = [p["code"] for p in persons if p["established"] == "0"]
    officers = {s["person"] for s in now if s["role"] == "responsible_officer"}
    expect(len(officers & set(plain)) == 2, "two officers off establishment expected")
    return members


def check_accounts(accounts, seats, demo_cell, demo_subject):
    where = {"grid_member": demo_cell, "responsible_officer": demo_cell[:12], "deputy_in_charge": demo_cell[:9],
             "grid_chief": demo_cell[:9], "department_officer": "fire-brigade", "safety_officer": demo_subject,
             "inspector": "emergency"}
    by = {a["account"]: a["person"] for a in accounts}
    expect(len(by) == len(accounts), "an account stands twice")
    expect(sum(bool(a["subject"]) for a in accounts) == 140, "140 accounts of enterprises expected")
    for name, role in ACCOUNTS.items():
        kind = "stand_in" if name == "standin" else "holder"
        fit = [s for s in seats if s["person"] == by.get(name) and s["role"] == role and s["kind"] == kind
               and s["anchor"] == where.get(role, "610179")]
        expect(fit, f"account {name} has no seat {role} at {where.get(role, '610179')}")
    heads = [s["person"] for s in seats if s["role"] == "main_responsible_person" and s["anchor"] == demo_subject]
    expect(heads and heads[0] != by["enterprise"], "the demo subject's main responsible person is another person")


def check_roster(roster, people):
    for a, b in zip(roster, roster[1:]):
        expect(a["to"] <= b["from"], f"shifts overlap at {b['from']}")
    expect({r["person"] for r in roster} | {r["leader"] for r in roster} <= people, "a shift of an unknown person")


def check_departments(departments, authority, matters, persons, areas):
    codes = {d["code"] for d in departments}
    staff = Counter(p["unit"] for p in persons if p["code"])
    certified = Counter(p["unit"] for p in persons if p["certificate"])
    for d in departments:
        expect(d.get("successor", d["code"]) in codes, f"{d['code']}: unknown successor")
        expect(certified[d["code"]] == int(d["certified"]), f"{d['code']}: {certified[d['code']]} certified persons")
        expect(staff[d["code"]] >= int(d["people"]), f"{d['code']}: {staff[d['code']]} persons")
    for row in authority:
        expect(row.get("body", "emergency") in codes and set(row["acts"]) <= ACTS, f"{row}: unknown body or act")
        expect(set(row.get("matters", [])) <= {m["matter"] for m in matters["matters"]}, f"{row}: unknown matter")
    expect(sum(int(d["people"]) for d in departments) == 74, "74 department people expected")
    names = {m["matter"] for m in matters["matters"]}
    expect(names == set(demo_yaml.load(HERE + "codes/matter.yaml")["entries"]), "a matter without lead or without words")
    for m in matters["matters"] + matters["leads"]:
        expect({m["lead"], *m.get("helps", [])} <= codes, f"{m}: unknown department")
        expect(m["matter"] in names, f"{m}: unknown matter")
        expect(m.get("area", "610179") in areas, f"{m}: unknown area")


def total(items, key="share"):
    return sum(int(i[key]) for i in items)


def check_play(play, matters, kinds, categories, pictures):
    hazards, visits = play["hazards"], play["visits"]
    steps = {s["code"] for s in hazards["steps"]}
    waits = {w["code"] for w in play["waits"]}
    expect(total(play["hours"]) == 1000 and total(visits["results"]) == 1000, "hours or results do not add up to 1000")
    for paths in (hazards["paths"], hazards["void_paths"]):
        expect(total(paths, "weight") == 1000, "paths do not add up to 1000")
        expect(all(set(p["steps"]) <= steps for p in paths), "a path with an unknown step")
    expect(total([p for p in hazards["paths"] if p.get("spot")], "weight") == 830, "83 % on the spot expected")
    expect(all(s["wait"] in waits for s in hazards["steps"]), "a step with an unknown wait")
    expect(all(total(w["buckets"]) == 1000 for w in play["waits"]), "a wait does not add up to 1000")
    expect({n["result"] for n in visits["notes"]} == {r["code"] for r in visits["results"]}, "a result without note")
    texts = play["texts"]
    expect(len({t["id"] for t in texts}) == len({t["text"] for t in texts}) == len(texts) >= 160, "texts")
    drawn = {p[:-4] for p in os.listdir(HERE + "photos")}
    ready = Counter()
    for t in texts:
        expect(t["category"] in categories and t["matter"] in matters, f"{t['id']}: unknown category or matter")
        expect(set(t["kinds"]) <= kinds and t["grade"] in ("general", "major"), f"{t['id']}: kinds or grade")
        expect(all(1 <= int(m) <= 12 for m in t.get("months", [])), f"{t['id']}: months")
        pair = t.get("picture", hazards["picture"])
        expect({pair + "-before", pair + "-after"} <= drawn, f"{t['id']}: picture {pair}")
        expect(t["grade"] == "general" or "fix" not in t, f"{t['id']}: a suspected major one is not fixed on the spot")
        if t["grade"] == "general" and "fix" in t and "tag" not in t:
            for m in t.get("months", map(str, range(1, 13))):
                ready.update((k, m) for k in t["kinds"])
    for m in range(1, 13):
        missing = [k for k in kinds if not ready[k, str(m)]]
        expect(not missing, f"month {m}: nothing to fix on the spot at {missing}")
    expect({p.get("matter", "fire") for p in pictures} <= matters, "a picture with an unknown matter")
    expect({p["category"] for p in pictures} <= categories and len(pictures) == 12, "pictures")
    return texts


def weight(days, day, resting):
    """Of a day, as play.yaml says under days."""
    w = int(days["index"][day.month - 1]) * int(days["weekdays"][day.weekday()]) * 100
    if day.weekday() < 5 and resting(day):
        w = w * int(days["holiday"]) // 100
    return w * int(days["month_end"]) // 100 if (day + datetime.timedelta(days=3)).month != day.month else w


def check_days(play):
    """What the rules for days make of the span that is played; hazards and visits in it."""
    days, resting = play["days"], demo_yaml.rest_days()
    first, last = (datetime.date.fromisoformat(play[k]) for k in ("from", "to"))
    year = [datetime.date(first.year, 1, 1) + datetime.timedelta(days=i) for i in range(365)]
    whole = sum(weight(days, d, resting) for d in year)
    part = sum(weight(days, d, resting) for d in year if first <= d <= last)
    for what in ("visits", "hazards"):
        made, said = int(days["year"][what]) * part // whole, int(days["span"][what])
        expect(abs(made - said) * 100 <= said, f"{made} {what} from {first} to {last}, {said} are said")


def check_size():
    sizes = {os.path.join(d, f): os.path.getsize(os.path.join(d, f)) for d, _, files in os.walk(HERE) for f in files}
    expect(sum(sizes.values()) < LIMIT_KB * 1000, f"{sum(sizes.values())} bytes in all")
    expect(all(n <= 8000 for f, n in sizes.items() if f.endswith(".png")), "a picture over 8 kB")
    return sum(sizes.values())


def main():
    rules, play = demo_yaml.load(HERE + "subjects.yaml"), demo_yaml.load(HERE + "play.yaml")
    departments, matters = demo_yaml.load(HERE + "departments.yaml"), demo_yaml.load(HERE + "matters.yaml")
    names = set(demo_yaml.load(HERE + "codes/matter.yaml")["entries"])
    cells = demo_subjects.read_cells()
    codes = [c.code for c in cells]
    areas = {c[:n] for c in codes for n in (6, 9, 12, 15)}
    demo_cell = next(c.code for c in cells if c.holds(*check_ground.DEMO_POINT))
    rows, persons, seats = table("subjects.csv.gz"), table("persons.csv"), table("seats.csv")
    demo, held = check_subjects(rules, rows, cells, names)
    members = check_seats(persons, seats, table("absences.csv"), codes, demo_cell)
    check_accounts(table("accounts.csv"), seats, demo_cell, demo["code"])
    check_roster(table("roster.csv"), {p["code"] for p in persons})
    check_departments(departments["departments"], departments["authority"], matters, persons, areas)
    categories = {c for c in demo_yaml.load(HERE + "codes/hazard-category.yaml")["entries"]}
    texts = check_play(play, names, {k["code"] for k in rules["kinds"]}, categories,
                       demo_yaml.load(HERE + "codes/hazard-picture.yaml")["entries"].values())
    expect({k["code"] for k in rules["kinds"]} == set(demo_yaml.load(HERE + "codes/subject-kind.yaml")["entries"]),
           "the kinds of subjects.yaml and of codes/subject-kind.yaml differ")
    check_days(play)
    size = check_size()
    for fault in faults[:40]:
        print(fault)
    if faults:
        sys.exit(1)
    loads = sorted(held[c] for c in codes)
    print(f"ok: {len(persons)} persons, {len(seats)} seats, {len(members)} members, {len(rows)} subjects ({loads[0]} to "
          f"{loads[-1]} in a cell, median {loads[124]}, {held[demo_cell]} in the demo cell), {len(texts)} hazard texts "
          f"({sum(t['grade'] == 'major' for t in texts)} suspected major), {size // 1000} kB")


if __name__ == "__main__":
    main()
