#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Check that the demo's data hang together and have the numbers that were promised.

    tools/check_demo.py         reads all of defs/demo; prints every fault, or one line of counts
"""
import csv
import gzip
import os
import re
import sys
from collections import Counter

import check_ground
import demo_subjects
import demo_yaml

HERE = demo_subjects.HERE
EARLIEST = "2025-06-21"  # 400 days up to the first day on which a demo may end, 120 days before the last of play.yaml
GROUPS = {"餐饮": 2650, "零售": 3900, "居民服务": 1850, "住宿": 620, "物流仓储": 780, "小作坊": 910, "工贸企业": 186, "危化与燃气": 65,
          "工地": 408, "学校": 536, "医疗养老": 228, "人员密集": 164, "小区楼宇": 842, "公用设施": 876, "其他": 985}
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


def codes_of(name):
    """The codes of a shipped list."""
    return set(demo_yaml.load(os.path.join(HERE, "..", "..", "data", "codes", name + ".yaml"))["entries"])


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
    late = [f"{s['role']}@{s['anchor']}" for s in seats if s["from"] > EARLIEST and s["kind"] == "holder" and not s["to"]]
    expect(not late, f"seats that begin after the first day that may be played, {EARLIEST}: {late[:5]}")
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
    tried = {a["account"]: a["role"] for a in accounts if a["role"]}
    expect(len(tried) == 13, f"{len(tried)} accounts to try the demo with, 13 expected")
    for name, role in tried.items():
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


def check_departments(departments, authorities, rules, persons, areas):
    codes, names = {d["code"] for d in departments}, codes_of("matter")
    staff = Counter(p["unit"] for p in persons if p["code"])
    certified = Counter(p["unit"] for p in persons if p["certificate"])
    for d in departments:
        expect(d["successor"] in codes | {""}, f"{d['code']}: unknown successor")
        expect(certified[d["code"]] == int(d["certified"]), f"{d['code']}: {certified[d['code']]} certified persons")
        expect(staff[d["code"]] >= int(d["people"]), f"{d['code']}: {staff[d['code']]} persons")
    for row in authorities:
        expect(row["department"] in codes | {""} and row["act"] in ACTS, f"{row}: unknown body or act")
        expect(bool(row["department"]) != bool(row["area"]), f"{row}: a department or an area, not both")
    expect(sum(int(d["people"]) for d in departments) == 74, "74 department people expected")
    expect({r["matter"] for r in rules if r["part"] == "lead" and not r["area"]} == names, "a matter without lead or without words")
    for row in rules + authorities:
        expect(row["department"] in codes | {""}, f"{row}: unknown department")
        expect(row["matter"] in names | {""}, f"{row}: unknown matter")
        expect(row["area"] in areas | {""}, f"{row}: unknown area")


# The keys of each part of play.yaml: those it needs, then those it may have.
FORMS = {
    "script": ("seed opened to span apart days hours weights waits steps series scenes", ""),
    "days": ("index weekdays holiday month_end", ""),
    "wait": ("of in share", ""),
    "step": ("by wait", "flow move with set opens through"),
    "series": ("year reporters paths lines", "through"),
    "path": ("weight steps", "draw has"),
    "scene": ("series path steps", "draw at near days time ago"),
}
SENT = re.compile(r"photo:[\w$-]+|(day|due):\d+|[^:]*")  # what the player makes something of, or takes as it is


def check_form(part, node, name=""):
    needs, may = (set(keys.split()) for keys in FORMS[part])
    if needs - set(node):
        sys.exit(f"{part} {name}: {sorted(needs - set(node))} is missing")
    expect(set(node) <= needs | may, f"{part} {name}: there is no key {sorted(set(node) - needs - may)}")


def check_numbers(texts, what, pattern=r"\d{1,8}"):
    for text in texts:
        expect(re.fullmatch(pattern, text), f"{what}: {text} does not fit")


def total(items, key=None):
    return sum(int(i[key] if key else i) for i in items)


def fits(line, path, kind, month):
    """Whether a path can draw the line at a subject of the kind that carries no tag."""
    return ("tag" not in line and kind in line.get("kinds", [kind]) and str(month) in line.get("months", [str(month)])
            and path.get("has", "text") in line and all(line.get(k) == v for k, v in path.get("draw", {}).items()))


def check_lines(code, series, kinds, matters, categories, drawn):
    lines = series["lines"]
    expect(len({(t["text"], t.get("result")) for t in lines}) == len(lines), f"{code}: a text stands twice")
    for t in lines:
        expect(set(t.get("months", [])) <= set(map(str, range(1, 13))), f"{t['text']}: months")
        expect(set(t.get("kinds", [])) <= kinds, f"{t['text']}: unknown kind")
        expect(t.get("category", "21") in categories and t.get("matter", "fire") in matters, f"{t['text']}: category or matter")
        expect("picture" not in t or {t["picture"] + "-before", t["picture"] + "-after"} <= drawn, f"{t['text']}: picture")
        expect(t.get("grade") != "major" or "fix" not in t, f"{t['text']}: a suspected major one is not fixed on the spot")
    first = next(iter(series["paths"].values()))  # the common one: there must always be something to say
    for month in range(1, 13) if series["year"] != "0" else []:
        mute = [k for k in kinds if not any(fits(t, first, k, month) for t in lines)]
        expect(not mute, f"{code}, month {month}: nothing to say at {mute}")


def moves_of(flow):
    """The names of a shipped flow's moves."""
    with open(os.path.join(HERE, "..", "flows", flow + ".yaml"), encoding="utf-8") as f:
        block = f.read().split("\nmoves:\n")[1]
    return set(re.findall(r"^  (\w+):", re.split(r"^\w", block, flags=re.M)[0], re.M))


def check_steps(play, roles):
    known = {s["flow"]: moves_of(s["flow"]) for s in play["steps"].values() if "flow" in s}
    for code, s in play["steps"].items():
        check_form("step", s, code)
        by = s["by"] if isinstance(s["by"], list) else [s["by"]]
        expect(len(by) <= 4 and (set(by) <= roles or s["by"] in ("reporter", "duty")), f"step {code}: by {s['by']}")
        moves = known[s["flow"]] if "flow" in s else set().union(*known.values())
        expect(s.get("move") in moves | {None}, f"step {code}: no move {s.get('move')}")
        expect("flow" not in s or "move" in s, f"step {code}: a flow without a move")
        expect("flow" in play["steps"].get(s.get("through"), {"flow": ""}), f"step {code}: through a step that files nothing")
        for value in [*s.get("with", {}).values(), *s.get("set", {}).values()]:
            check_numbers(value if isinstance(value, list) else [value], f"step {code}", SENT)
    used = {s for series in play["series"].values() for p in series["paths"].values() for s in p["steps"]}
    used |= {s["through"] for s in play["steps"].values() if "through" in s}
    expect(used == set(play["steps"]), f"steps that are unknown, or that no path takes: {used ^ set(play['steps'])}")


def check_waits(play):
    expect(set(play["waits"]) == {s["wait"] for s in play["steps"].values()}, "a wait is unknown, or nothing waits so")
    for code, w in play["waits"].items():
        check_form("wait", w, code)
        expect(w["of"] in ("step", "limit", "due") and w["in"] in ("clock", "day", "office"), f"wait {code}: of {w['of']}, in {w['in']}")
        check_numbers(w["share"], f"wait {code}", r"\d{1,5}-\d{1,5}")
        expect(all(int(a) <= int(b) for a, b in (r.split("-") for r in w["share"])), f"wait {code}: a range runs backwards")
        expect(total(w["share"].values()) == 1000, f"wait {code} does not add up to 1000")


def check_series(code, series, steps, roles):
    check_form("series", series, code)
    check_numbers([series["year"], series.get("through", "0"), *series["reporters"].values()], f"series {code}")
    expect(set(series["reporters"]) <= roles, f"series {code}: reporters {series['reporters']}")
    for name, p in series["paths"].items():
        check_form("path", p, name)
        moves = ["move" in steps.get(s, {}) and "flow" not in steps[s] for s in p["steps"]]
        expect(moves == [False] + [True] * (len(moves) - 1), f"path {name}: the first step files, and no other")
    total(series["paths"].values(), "weight")


def check_scene(scene, play, places):
    check_form("scene", scene)
    expect(scene["path"] in play["series"].get(scene["series"], {"paths": {}})["paths"], f"{scene}: no such path")
    expect(("at" in scene) != ("near" in scene) and scene.get("at", scene.get("near")) in places, f"{scene}: no such subject")
    expect(("ago" in scene) != ("days" in scene and "time" in scene), f"{scene}: days and time, or ago")
    check_numbers([scene["steps"], scene.get("days", "0"), scene.get("ago", "0")], "scene")
    check_numbers([scene.get("time", "00:00")], "scene", r"([01]\d|2[0-3]):[0-5]\d")


def check_script(play):
    check_form("script", play)
    days = play["days"]
    check_form("days", days)
    expect((len(days["index"]), len(days["weekdays"])) == (12, 7), "twelve months and seven weekdays expected")
    check_numbers([play[k] for k in ("seed", "span", "apart")] + days["index"] + days["weekdays"] + [days["holiday"], days["month_end"]]
                  + list(play["weights"].values()), "script")
    check_numbers([play["opened"], play["to"]], "script", r"\d{4}-\d\d-\d\d")
    check_numbers(play["hours"], "hours", r"([01]\d|2[0-3]):[0-5]\d")
    expect(total(play["hours"].values()) == 1000, "hours do not add up to 1000")


def check_play(play, matters, kinds, categories, roles, places):
    """The script as the player takes it: it asserts what is proved here."""
    drawn = {p[:-4] for p in os.listdir(HERE + "photos")}
    check_script(play)
    check_waits(play)
    check_steps(play, roles)
    for code, series in play["series"].items():
        check_series(code, series, play["steps"], roles)
        check_lines(code, series, kinds, matters, categories, drawn)
    for scene in play["scenes"]:
        check_scene(scene, play, places)
    hazards = play["series"]["hazards"]
    paths = hazards["paths"]
    spot = total((p for p in paths.values() if p.get("has") == "fix"), "weight")
    void = total((paths["untrue"], paths["double"]), "weight")
    expect((spot, void, total(paths.values(), "weight")) == (830, 40, 1040), "83 % on the spot and 4 % void expected")
    return hazards["lines"], int(play["series"]["visits"]["year"]) + int(hazards["year"]) * int(hazards["through"]) // 1000


def check_size():
    sizes = {os.path.join(d, f): os.path.getsize(os.path.join(d, f)) for d, _, files in os.walk(HERE) for f in files}
    expect(sum(sizes.values()) < LIMIT_KB * 1000, f"{sum(sizes.values())} bytes in all")
    expect(all(n <= 8000 for f, n in sizes.items() if f.endswith(".png")), "a picture over 8 kB")
    return sum(sizes.values())


def main():
    rules, play = demo_yaml.load(HERE + "subjects.yaml"), demo_yaml.load(HERE + "play.yaml")
    names = codes_of("matter")
    cells = demo_subjects.read_cells()
    codes = [c.code for c in cells]
    areas = {c[:n] for c in codes for n in (6, 9, 12, 15)}
    demo_cell = next(c.code for c in cells if c.holds(*check_ground.DEMO_POINT))
    rows, persons, seats = table("subjects.csv.gz"), table("persons.csv"), table("seats.csv")
    demo, held = check_subjects(rules, rows, cells, names)
    members = check_seats(persons, seats, table("absences.csv"), codes, demo_cell)
    check_accounts(table("accounts.csv"), seats, demo_cell, demo["code"])
    check_roster(table("roster.csv"), {p["code"] for p in persons})
    check_departments(table("departments.csv"), table("authorities.csv"), table("rules.csv"), persons, areas)
    kinds = {k["code"] for k in rules["kinds"]}
    texts, visits = check_play(play, names, kinds, codes_of("hazard-category"), {s["role"] for s in seats}, {r["code"] for r in rows})
    expect(abs(visits - 48000) < 480, f"{visits} visits a year, 48,000 expected")
    expect(kinds == codes_of("subject-kind"), "the kinds of subjects.yaml and of data/codes/subject-kind.yaml differ")
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
