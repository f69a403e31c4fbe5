/* SPDX-License-Identifier: Apache-2.0 */
/* datum.c: names of datums and the GCJ02 formula, forward and back. */
#include <ctype.h>
#include <math.h>

#include "base/datum.h"

#define GRID 1e7
/* The formula's own ellipsoid (Krasovsky 1940). */
#define AXIS         6378245.0
#define ECCENTRICITY 0.00669342162296594323 /* squared */
#define PI           M_PI

const Err DATUM_UNKNOWN = {.kind = ERR_INVALID,
                           .code = "datum",
                           .zh = "坐标系应为 WGS84、CGCS2000 或 GCJ02",
                           .en = "The datum must be WGS84, CGCS2000 or GCJ02"};

static const char *const names[] = {
    [DATUM_WGS84] = "WGS84", [DATUM_CGCS2000] = "CGCS2000", [DATUM_GCJ02] = "GCJ02"};

const Err *datum_parse(Str name, Datum *out)
{
    char plain[9];
    size_t n = 0;
    for (size_t i = 0; i < name.n; i++) {
        if (name.p[i] == '-') continue;
        if (n == sizeof plain) return &DATUM_UNKNOWN;
        plain[n++] = (char)toupper((unsigned char)name.p[i]);
    }
    for (size_t i = 0; i < countof(names); i++)
        if (str_is((Str){plain, n}, names[i])) {
            *out = (Datum)i;
            return NULL;
        }
    return &DATUM_UNKNOWN;
}

const char *datum_name(Datum datum)
{
    return names[datum];
}

typedef struct {
    double lon, lat; /* degrees */
} Degrees;

static bool in_box(Point p)
{
    return p.lon >= 720040000 && p.lon <= 1378347000 && p.lat >= 8293000 && p.lat <= 558271000;
}

/* How far GCJ02 moves a point of WGS84. */
static Degrees shift(Degrees at)
{
    double x = at.lon - 105, y = at.lat - 35, root = 0.2 * sqrt(fabs(x));
    double both = 20 * sin(6 * x * PI) + 20 * sin(2 * x * PI);
    double north = both + 20 * sin(y * PI) + 40 * sin(y / 3 * PI) + 160 * sin(y / 12 * PI) +
                   320 * sin(y / 30 * PI);
    double east = both + 20 * sin(x * PI) + 40 * sin(x / 3 * PI) + 150 * sin(x / 12 * PI) +
                  300 * sin(x / 30 * PI);
    north = north * 2 / 3 - 100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + root;
    east = east * 2 / 3 + 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + root / 2;
    double lat = at.lat / 180 * PI, w = 1 - ECCENTRICITY * sin(lat) * sin(lat);
    double meridian = AXIS * (1 - ECCENTRICITY) / (w * sqrt(w)), parallel = AXIS / sqrt(w);
    return (Degrees){east * 180 / (parallel * cos(lat) * PI), north * 180 / (meridian * PI)};
}

static Point grid(Degrees d)
{
    return (Point){(int32_t)llround(d.lon * GRID), (int32_t)llround(d.lat * GRID)};
}

Point point_from_wgs84(Point p, Datum to)
{
    if (to != DATUM_GCJ02 || !in_box(p)) return p;
    Degrees d = {p.lon / GRID, p.lat / GRID}, s = shift(d);
    return grid((Degrees){d.lon + s.lon, d.lat + s.lat});
}

Point point_to_wgs84(Point p, Datum from)
{
    if (from != DATUM_GCJ02 || !in_box(p)) return p;
    Degrees goal = {p.lon / GRID, p.lat / GRID}, d = goal;
    /* The shift changes by less than 1 % of the way moved: each round gains two digits. */
    for (int i = 0; i < 10; i++) {
        Degrees s = shift(d);
        d = (Degrees){goal.lon - s.lon, goal.lat - s.lat};
    }
    return grid(d);
}

const Err *outline_to_wgs84(Arena *mem, const Outline *o, Datum from, Outline *out)
{
    Ring *rings = arena_array(mem, Ring, o->n);
    for (uint32_t i = 0; i < o->n; i++) {
        Point *at = arena_array(mem, Point, o->rings[i].n);
        for (uint32_t j = 0; j < o->rings[i].n; j++)
            at[j] = point_to_wgs84(o->rings[i].at[j], from);
        rings[i] = (Ring){at, o->rings[i].n, o->rings[i].hole};
    }
    return outline_make(mem, rings, o->n, out);
}
