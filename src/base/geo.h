/* SPDX-License-Identifier: Apache-2.0 */
/*
 * geo.h: points and outlines on the integer grid of 1e-7 degrees (about 1 cm), longitude first.
 *
 * What belongs to an outline is decided by half-open crossing in exact integers: a point counts
 * as moved a hair east and a smaller hair north, so left and lower edges belong, right and
 * upper ones do not, and every point of a tiling lies in exactly one cell, on corners and edges
 * too. Distances are for people: computed in doubles, answered in whole metres, never stored.
 *
 * An Outline owns nothing: its rings and corners live in the arena it was made in, and it only
 * comes from the functions below, which keep what is said at Ring. Geometry does not know which
 * datum it is in; see datum.h.
 */
#ifndef BASE_GEO_H
#define BASE_GEO_H

#include "base/json.h"

#include "base/err.h"

#define LON_MAX        1800000000 /* 180 degrees */
#define LAT_MAX        900000000
#define OUTLINE_POINTS 500000 /* corners of one outline at most; a province has some 20,000 */

__extension__ typedef __int128 Int128;

typedef struct {
    int32_t lon, lat; /* 1e-7 degrees */
} Point;

typedef struct {
    int32_t west, south, east, north; /* all four belong */
} Box;

typedef struct {
    const Point *at; /* the corners; the last joins the first, which is not repeated */
    uint32_t n;      /* at least 3, no two neighbours alike, the area is not 0 */
    bool hole;       /* false begins a polygon and runs counterclockwise; its holes follow it
                        and run clockwise (RFC 7946 §3.1.6) */
} Ring;

typedef struct {
    const Ring *rings; /* the first is never a hole */
    uint32_t n;        /* 0: no outline */
    Box box;
} Outline;

extern const Err
    OUTLINE_SHAPE; /* "outline-shape": neither Polygon nor MultiPolygon, or empty */
extern const Err OUTLINE_NUMBER; /* "outline-number": a position is not two numbers */
extern const Err OUTLINE_RANGE; /* "outline-range": beyond 180 or 90 degrees; lat before lon? */
extern const Err OUTLINE_OPEN;  /* "outline-open": the last position is not the first */
extern const Err
    OUTLINE_SHORT; /* "outline-short": fewer than 4 positions, 3 different corners */
extern const Err OUTLINE_FLAT;   /* "outline-flat": the ring encloses nothing */
extern const Err OUTLINE_LARGE;  /* "outline-large": more than OUTLINE_POINTS corners */
extern const Err OUTLINE_TEXT;   /* "outline-text": not the stored form */
extern const Err OUTLINE_CROSS;  /* "outline-cross": edges cross at {0} */
extern const Err OUTLINE_DOUBLE; /* "outline-double": edges run along each other at {0} */
extern const Err OUTLINE_TOUCH;  /* "outline-touch": a ring touches itself at {0} */
extern const Err OUTLINE_NEST; /* "outline-nest": hole outside its ring, ring inside another */

/* Rounds degrees to the grid; false when not finite or beyond 180 or 90 degrees. */
MUST bool point_degrees(double lon, double lat, Point *out);
/* "109.06, 34.32", for error texts. */
MUST Str point_text(Arena *mem, Point p);
/* Whole metres along the sphere of radius 6,371,008.8 m (mean radius of GRS 80, IUGG). */
MUST int64_t point_distance(Point a, Point b);

MUST bool box_has(Box box, Point p);
MUST bool box_meets(Box a, Box b); /* they share at least a point */
MUST Box box_join(Box a, Box b);

/* Whether the edge a–b crosses the ray from (lon, lat), moved by the two hairs, to the east. */
static inline bool edge_east_of(Point a, Point b, int64_t lon, int64_t lat)
{
    if ((a.lat <= lat) == (b.lat <= lat)) return false;
    if (a.lon > lon && b.lon > lon) return true;
    if (a.lon <= lon && b.lon <= lon) return false;
    /* The point is in the edge's box: both products have the same sign, neither exceeds
     * 3.6e9 · 1.8e9, so that their difference fits 64 bits. */
    int64_t rise = (int64_t)b.lat - a.lat, run = (int64_t)b.lon - a.lon;
    int64_t side = run * (lat - a.lat) - (lon - a.lon) * rise;
    return rise > 0 ? side > 0 : side < 0;
}

/* The squared gap between p and the edge a–b on the flat map around p, in units of latitude;
 * squeeze is the cosine of p's latitude. *foot is the edge's nearest point, on the grid. */
MUST double edge_gap(Point p, double squeeze, Point a, Point b, Point *foot);
MUST double point_squeeze(Point p);

/* Twice the signed area in grid units: positive counterclockwise. */
MUST Int128 ring_area2(const Ring *ring);
MUST Box ring_box(const Ring *ring);

/* Takes rings as they come: any direction, corners repeated, first corner repeated at the end;
 * hole flags must be right. Copies. OUTLINE_SHAPE, _SHORT, _FLAT, _RANGE, _LARGE. */
MUST const Err *outline_make(Arena *mem, const Ring *rings, uint32_t n, Outline *out);
MUST Outline outline_copy(Arena *mem, const Outline *o);
MUST uint32_t outline_corners(const Outline *o);
/* Where in GeoJSON's coordinates a ring stands: "coordinates[1][0]". */
MUST Str outline_place(Arena *mem, const Outline *o, uint32_t ring);
MUST bool outline_eq(const Outline *a, const Outline *b);
MUST bool outline_has(const Outline *o, Point p);
/* Twice the area, holes taken off, in grid units: adds up exactly over a tiling. */
MUST Int128 outline_area2(const Outline *o);
/* Whole metres to the nearest place of the outline, 0 inside; INT64_MAX without outline. */
MUST int64_t outline_distance(const Outline *o, Point p);
/* A point inside, far from the edges, for a label or a pin; of slivers of a few cm a corner. */
MUST Point outline_label(Arena *mem, const Outline *o);

/* Rings must be simple, may touch other rings in points only, holes lie in their polygon and
 * polygons outside of each other or in holes. The first fault from the south or west, with the
 * spot. O(n log n + pairs of edges whose spans meet). OUTLINE_CROSS, _DOUBLE, _TOUCH, _NEST. */
MUST const Err *outline_check(Arena *mem, const Outline *o);

/* From a GeoJSON geometry (RFC 7946 §3.1): Polygon or MultiPolygon. Coordinates are rounded to
 * the grid, altitudes dropped, repeated positions dropped, rings turned the right way. The
 * error's field is the place ("coordinates[0][17]"). All of outline_make's, OUTLINE_NUMBER,
 * _OPEN. */
MUST const Err *outline_read(Arena *mem, const Json *geometry, Outline *out);
/* As GeoJSON geometry, exact, at most 7 decimals; a Polygon when there is but one. */
void outline_write(Buf *out, const Outline *o);

/* The stored form, a text: "lon lat dlon dlat …" in grid units, the first corner absolute, each
 * further one as difference from the one before; ";" begins a hole, "|" a polygon. One outline
 * has one text: decoding refuses all but what encoding writes. OUTLINE_TEXT with the byte. */
void outline_encode(Buf *out, const Outline *o);
MUST const Err *outline_decode(Arena *mem, Str text, Outline *out);

#endif
