# SPDX-License-Identifier: Apache-2.0
"""Promises about ground and time: every point of the region is exactly one cell's, and a working day is what the State
Council says it is."""
import unittest

import gw
from story import POINT, Story

UNIT = 10**7


def rings(geometry):
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return [[(round(lon * UNIT), round(lat * UNIT)) for lon, lat in ring] for polygon in polygons for ring in polygon]


def claims(shape, point):
    """The half-open rule, written a second time, in whole numbers: a ray to the east crosses an edge that begins at or below
    and ends above; a point on a left or lower edge belongs."""
    x, y = point
    inside = False
    for ring in shape:
        for (ax, ay), (bx, by) in zip(ring, ring[1:]):
            if (ay <= y) == (by <= y):
                continue
            left = (bx - ax) * (y - ay) - (x - ax) * (by - ay)  # > 0: the edge is to the right of the point, if it climbs
            inside ^= left > 0 if by > ay else left < 0
    return inside


class Borders(Story):
    def shapes(self):
        """{cell: rings} of the park office around the demo's point and of its neighbours."""
        found = {}
        for area in self.pages("/api/v1/areas", level="cell"):
            found[area["id"]] = rings(self.member.get(f"/api/v1/areas/{area['id']}/outline").json["geometry"])
        return found

    def pages(self, path, **query):
        cursor = None
        while True:
            page = self.member.get(path, limit=200, cursor=cursor, **query).json
            yield from page["items"]
            cursor = page["next"]
            if not cursor:
                return

    def test_every_border_point_and_both_its_sides_belong_to_exactly_one_cell(self):
        shapes = self.shapes()
        self.assertEqual(len(shapes), 248)
        here = self.member.get("/api/v1/locate", lon=POINT[0], lat=POINT[1]).json["cell"]["id"]
        corners = {p for ring in shapes[here] for p in ring}
        owners = {p: sum(p in ring for other in shapes.values() for ring in other) for p in corners}
        self.assertTrue(any(n >= 3 for n in owners.values()), "a corner where three cells meet is among them")
        edges = {((ax + bx) // 2, (ay + by) // 2) for ring in shapes[here] for (ax, ay), (bx, by) in zip(ring, ring[1:])}
        wanted, told = sorted(corners)[:40] + sorted(edges)[:40], set()
        for x, y in wanted:
            for point in ((x, y), (x - 1, y), (x + 1, y), (x, y - 1), (x, y + 1)):
                mine = [cell for cell, shape in shapes.items() if claims(shape, point)]
                answer = self.member.get("/api/v1/locate", lon=f"{point[0] / UNIT:.7f}", lat=f"{point[1] / UNIT:.7f}")
                self.assertLessEqual(len(mine), 1, point)
                self.assertEqual([answer.json["cell"]["id"]] if answer.status == 200 else [], mine, point)
                told.update(mine)
        self.assertGreater(len(told), 3, "both sides of edges, and cells around the corners")

    def test_a_case_on_a_border_is_filed_where_locate_says(self):
        here = self.member.get("/api/v1/locate", lon=POINT[0], lat=POINT[1]).json["cell"]["id"]
        ring = rings(self.member.get(f"/api/v1/areas/{here}/outline").json["geometry"])[0]
        areas = set()
        for x, y in ring[:6]:
            place = (x / UNIT, y / UNIT)
            cell = self.member.get("/api/v1/locate", lon=f"{place[0]:.7f}", lat=f"{place[1]:.7f}").json["cell"]["id"]
            preview = self.member.post("/api/v1/preview", {"flow": "hazard", "fields": {}, "place": {
                "lon": place[0], "lat": place[1], "datum": "WGS84"}}, key=None).json
            case = self.report(self.member, place=place)
            self.assertEqual((preview["area"]["id"], case["area"]["id"]), (cell, cell))
            areas.add(cell)
        self.assertGreater(len(areas), 1, "corners of one outline are not all its own")


class Calendar(Story):
    """The autumn of 2026: 1 to 7 October are off, Saturday 10 October is worked in exchange."""
    now = "2026-09-29T09:00:00+08:00"

    @classmethod
    def setUpClass(cls):
        cls.made = gw.Folder()
        cls.addClassCleanup(cls.made.close)
        gw.run("demo", "--store", cls.made.store, "--days", "0", "--now", "2026-09-28T08:00:00+08:00")

    def demo(self):
        return self.made.store

    def due_of(self, at):
        self.member.clock(at)
        return self.report(self.member)

    def test_a_holiday_is_skipped(self):
        case = self.due_of("2026-09-30T10:00:00+08:00")  # a Wednesday; the next working day is Thursday 8 October
        self.assertTrue(case["due"].startswith("2026-10-09T00:00:00"), case["due"])
        self.assertIn("2026-10-08", " ".join(case["due_lines"]))

    def test_a_make_up_day_moves_a_due_time(self):
        case = self.due_of("2026-10-09T10:00:00+08:00")  # a Friday; the Saturday after it is worked
        self.assertTrue(case["due"].startswith("2026-10-11T00:00:00"), case["due"])
        plain = self.due_of("2026-10-16T10:00:00+08:00")  # the Friday after: its Saturday is not
        self.assertTrue(plain["due"].startswith("2026-10-20T00:00:00"), plain["due"])
        self.assertTrue(self.officer.case(case)["late"], "and it is late by then")

    def test_who_has_to_decide_sees_how_the_limit_was_counted(self):
        case = self.due_of("2026-10-09T10:00:00+08:00")
        lines = " ".join(case["due_lines"])
        for word in ("2026-10-09", "2026-10-10"):
            self.assertIn(word, lines)


if __name__ == "__main__":
    unittest.main()
