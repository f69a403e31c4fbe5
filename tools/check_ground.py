#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Prove that the demo ground is a tiling, in whole numbers only.

    tools/check_ground.py [defs/demo/ground.geojson]

Proof: every ring is simple and counterclockwise, so it winds once around what is inside and never around
anything else. Every border of a cell is either met by the opposite border of exactly one other cell or is a
border of the region. So the rings of the cells add up to the ring of the region as chains, hence their winding
numbers do: each place inside the region lies in exactly one cell, and no place outside lies in any. A vertex in
the middle of another cell's border (a T-junction) would leave a border without its opposite, so there is none.
The same is proved for the children of each office and community. The equality of the areas follows; it is
checked all the same.
"""
import json
import math
import os
import sys

COUNTS = {"region": 1, "office": 7, "community": 62, "cell": 248}
KINDS = {"basic": (206, 1, 799), "dedicated": (34, 800, 899), "enterprise": (8, 900, 998)}
DEMO_POINT = (1090600000, 343200000)
AREA_KM2 = (128, 130)
KM2_OF_UNIT = 0.0110929 * 0.0092026 / 1e6     # WGS-84 at 34.33 degrees north: metres in a unit of latitude, of longitude


def units(text):
    """A coordinate as written, in units of 1e-7 degree; exactly seven decimals are expected."""
    whole, _, part = text.partition(".")
    if len(part) != 7:
        raise SystemExit(f"{text}: seven decimals expected")
    return int(whole + part)


def edges(ring):
    return list(zip(ring, ring[1:] + ring[:1]))


def area2(ring):
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in edges(ring))


def side(a, b, p):
    return (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0])


def between(a, b, p):
    """Is p on the closed segment a-b?"""
    return (side(a, b, p) == 0 and min(a[0], b[0]) <= p[0] <= max(a[0], b[0])
            and min(a[1], b[1]) <= p[1] <= max(a[1], b[1]))


def touch(a, b, c, d):
    if max(a[0], b[0]) < min(c[0], d[0]) or max(c[0], d[0]) < min(a[0], b[0]):
        return False
    if any(between(*t) for t in ((a, b, c), (a, b, d), (c, d, a), (c, d, b))):
        return True
    return (side(a, b, c) > 0) != (side(a, b, d) > 0) and (side(c, d, a) > 0) != (side(c, d, b) > 0)


def simple(ring):
    """No vertex twice, neighbours meet in one point only, other borders not at all."""
    line = edges(ring)
    if len(set(ring)) != len(ring):
        return False
    for i, (a, b) in enumerate(line):
        after = line[(i + 1) % len(line)][1]
        if between(a, b, after) or between(b, after, a):
            return False
        for c, d in line[i + 2:]:
            if d != a and touch(a, b, c, d):
                return False
    return True


def holds(ring, p):
    """Half-open crossing rule: left and lower borders belong."""
    odd = False
    for a, b in edges(ring):
        if (a[1] > p[1]) != (b[1] > p[1]) and (side(a, b, p) > 0) == (b[1] > a[1]):
            odd = not odd
    return odd


def metres(ring, p):
    """Distance of p from the nearest border, in metres (only to show the room left; no proof rests on it)."""
    k, best = math.cos(math.radians(p[1] / 1e7)), math.inf
    for a, b in edges(ring):
        ax, ay, dx, dy = (a[0] - p[0]) * k, a[1] - p[1], (b[0] - a[0]) * k, b[1] - a[1]
        t = max(0.0, min(1.0, -(ax * dx + ay * dy) / (dx * dx + dy * dy)))
        best = min(best, math.hypot(ax + t * dx, ay + t * dy) * 0.01113)
    return best


def check_tiling(title, parent, children, say):
    pairs = [e for r in children for e in edges(r)]
    if len(pairs) != len(set(pairs)):
        say(f"{title}: a border is used twice in the same direction")
    found = set(pairs)
    open_edges = {(a, b) for a, b in found if (b, a) not in found}
    if open_edges != set(edges(parent)):
        say(f"{title}: {len(open_edges ^ set(edges(parent)))} borders without their opposite")
    if sum(map(area2, children)) != area2(parent):
        say(f"{title}: the areas differ by {sum(map(area2, children)) - area2(parent)} half units")


def check_codes(areas, say):
    for code, (facts, _) in areas.items():
        level, parent, tail = facts["level"], facts["parent"], code[len(facts["parent"]):]
        if not code.startswith(parent) or len(code) != {"region": 6, "office": 9, "community": 12, "cell": 15}[level]:
            say(f"{code}: code does not hang under {parent}")
        if level == "cell":
            _, low, high = KINDS[facts["kind"]]
            if not low <= int(tail) <= high:
                say(f"{code}: sequence {tail} is not that of a {facts['kind']} cell")
        if level == "community" and not (1 <= int(tail) <= 199) and not (200 <= int(tail) <= 399):
            say(f"{code}: {tail} is no community and no village")
        if level == "office" and not 400 <= int(tail) <= 406:
            say(f"{code}: park offices are 400 to 406")


def main():
    path = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(__file__), "../defs/demo/ground.geojson")
    faults = []
    with open(path, encoding="utf-8") as f:
        features = json.load(f, parse_float=units)["features"]
    areas = {}
    for feature in features:
        facts, rings = feature["properties"], feature["geometry"]["coordinates"]
        ring = [tuple(p) for p in rings[0]]
        if len(rings) != 1 or ring[0] != ring[-1] or facts["code"] in areas:
            faults.append(f"{facts['code']}: one closed ring and one code each expected")
        areas[facts["code"]] = (facts, ring[:-1])
    for level, wanted in COUNTS.items():
        if (found := sum(f["level"] == level for f, _ in areas.values())) != wanted:
            faults.append(f"{found} areas of level {level}, {wanted} expected")
    for kind, (wanted, _, _) in KINDS.items():
        if (found := sum(f.get("kind") == kind for f, _ in areas.values())) != wanted:
            faults.append(f"{found} {kind} cells, {wanted} expected")
    check_codes(areas, faults.append)
    for code, (_, ring) in areas.items():
        if area2(ring) <= 0 or not simple(ring):
            faults.append(f"{code}: ring is not simple and counterclockwise")
    cells = {c: r for c, (f, r) in areas.items() if f["level"] == "cell"}
    region = next(r for f, r in areas.values() if f["level"] == "region")
    check_tiling("region by cells", region, list(cells.values()), faults.append)
    for code, (facts, ring) in areas.items():
        if facts["level"] != "cell":
            children = [r for f, r in areas.values() if f["parent"] == code]
            check_tiling(code, ring, children, faults.append)
    here = [c for c, r in cells.items() if holds(r, DEMO_POINT)]
    room = metres(cells[here[0]], DEMO_POINT) if len(here) == 1 else 0
    if room <= 100:
        faults.append(f"the demo point lies in {len(here)} cells, {room:.0f} m from the border; one cell, 100 m expected")
    km2 = area2(region) / 2 * KM2_OF_UNIT
    if not AREA_KM2[0] <= km2 <= AREA_KM2[1]:
        faults.append(f"the region has {km2:.1f} km²")
    for fault in faults:
        print(fault)
    if faults:
        sys.exit(1)
    sizes = sorted(area2(r) * km2 / area2(region) for r in cells.values())
    print(f"ok: {len(cells)} cells tile {km2:.1f} km² exactly ({area2(region)} half units, {len(edges(region))} outer "
          f"borders); cells {sizes[0]:.2f} to {sizes[-1]:.2f} km², median {sizes[124]:.2f}; "
          f"demo point in {here[0]}, {room:.0f} m from its border")


if __name__ == "__main__":
    main()
