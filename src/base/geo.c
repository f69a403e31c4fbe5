/* SPDX-License-Identifier: Apache-2.0 */
/* geo.c: points, rings and outlines: what belongs, how large, how far, where to put the name.
 * Reading and writing is in geo_text.c, the proof that an outline is sound in geo_check.c. */
#include <math.h>

#include "base/geo.h"

#define EARTH_RADIUS  6371008.8
#define DEGREE        (M_PI / 180)
#define GRID          1e7 /* units in a degree */
#define LABEL_ROWS    15
#define LABEL_CORNERS 256

const Err OUTLINE_SHAPE = {.kind = ERR_INVALID,
                           .code = "outline-shape",
                           .zh = "{0} 处应为 {1}",
                           .en = "Expected {1} at {0}"};
const Err OUTLINE_RANGE = {
    .kind = ERR_INVALID,
    .code = "outline-range",
    .zh = "{0} 处的坐标 {1} 超出范围:经度在前(−180 至 180),纬度在后(−90 至 90)",
    .en = "The coordinates {1} at {0} are out of range: longitude (-180 to 180) comes first, "
          "latitude (-90 to 90) second"};
const Err OUTLINE_SHORT = {.kind = ERR_INVALID,
                           .code = "outline-short",
                           .zh = "{0} 处的环至少要有 3 个不同的角点(4 个坐标,首尾相同)",
                           .en = "The ring at {0} needs at least 3 different corners (4 "
                                 "positions, the last like the first)"};
const Err OUTLINE_FLAT = {.kind = ERR_INVALID,
                          .code = "outline-flat",
                          .zh = "{0} 处的环没有围出面积",
                          .en = "The ring at {0} encloses no area"};
const Err OUTLINE_LARGE = {.kind = ERR_INVALID,
                           .code = "outline-large",
                           .zh = "边界的角点超过 {0} 个,请先简化",
                           .en = "The outline has more than {0} corners: simplify it first"};

bool point_degrees(double lon, double lat, Point *out)
{
    if (!isfinite(lon) || !isfinite(lat)) return false;
    double x = round(lon * GRID), y = round(lat * GRID);
    if (fabs(x) > LON_MAX || fabs(y) > LAT_MAX) return false;
    *out = (Point){(int32_t)x, (int32_t)y};
    return true;
}

Str point_text(Arena *mem, Point p)
{
    Buf b = BUF(mem);
    buf_decimal(&b, p.lon, 7);
    buf_add(&b, S(", "));
    buf_decimal(&b, p.lat, 7);
    return buf_str(&b);
}

int64_t point_distance(Point a, Point b)
{
    double lat_a = a.lat / GRID * DEGREE, lat_b = b.lat / GRID * DEGREE;
    double lat = sin((lat_b - lat_a) / 2);
    double lon = sin(((double)b.lon - a.lon) / GRID * DEGREE / 2);
    double h = lat * lat + cos(lat_a) * cos(lat_b) * lon * lon;
    return llround(2 * EARTH_RADIUS * asin(sqrt(fmin(h, 1))));
}

bool box_has(Box box, Point p)
{
    return p.lon >= box.west && p.lon <= box.east && p.lat >= box.south && p.lat <= box.north;
}

bool box_meets(Box a, Box b)
{
    return a.west <= b.east && b.west <= a.east && a.south <= b.north && b.south <= a.north;
}

Box box_join(Box a, Box b)
{
    return (Box){a.west < b.west ? a.west : b.west, a.south < b.south ? a.south : b.south,
                 a.east > b.east ? a.east : b.east, a.north > b.north ? a.north : b.north};
}

double point_squeeze(Point p)
{
    return cos(p.lat / GRID * DEGREE);
}

double edge_gap(Point p, double squeeze, Point a, Point b, Point *foot)
{
    double ax = ((double)a.lon - p.lon) * squeeze, ay = (double)a.lat - p.lat;
    double bx = ((double)b.lon - p.lon) * squeeze, by = (double)b.lat - p.lat;
    double dx = bx - ax, dy = by - ay;
    double length = dx * dx + dy * dy, t = length > 0 ? -(ax * dx + ay * dy) / length : 0;
    if (t <= 0) { /* the ends as they are: edges that share one are equally far from it */
        *foot = a;
        return ax * ax + ay * ay;
    }
    if (t >= 1) {
        *foot = b;
        return bx * bx + by * by;
    }
    foot->lon = (int32_t)llround(a.lon + t * ((double)b.lon - a.lon));
    foot->lat = (int32_t)llround(a.lat + t * ((double)b.lat - a.lat));
    double x = ax + t * dx, y = ay + t * dy;
    return x * x + y * y;
}

Int128 ring_area2(const Ring *ring)
{
    Int128 sum = 0;
    Point first = ring->at[0];
    for (uint32_t i = 1; i + 1 < ring->n; i++) {
        Point a = ring->at[i], b = ring->at[i + 1];
        sum += (Int128)((int64_t)a.lon - first.lon) * ((int64_t)b.lat - first.lat) -
               (Int128)((int64_t)b.lon - first.lon) * ((int64_t)a.lat - first.lat);
    }
    return sum;
}

/* By the parity of crossings; holes do not matter here. */
static bool ring_has(const Ring *ring, Point p)
{
    bool in = false;
    for (uint32_t i = 0, last = ring->n - 1; i < ring->n; last = i++)
        in ^= edge_east_of(ring->at[last], ring->at[i], p.lon, p.lat);
    return in;
}

Box ring_box(const Ring *ring)
{
    Box box = {INT32_MAX, INT32_MAX, INT32_MIN, INT32_MIN};
    for (uint32_t i = 0; i < ring->n; i++) {
        Point p = ring->at[i];
        box = box_join(box, (Box){p.lon, p.lat, p.lon, p.lat});
    }
    return box;
}

static bool point_eq(Point a, Point b)
{
    return a.lon == b.lon && a.lat == b.lat;
}

/* A tidy copy: no corner twice in a row, the right way round. */
static const Err *ring_make(Arena *mem, const Ring *in, Ring *out)
{
    Point *at = arena_array(mem, Point, in->n);
    uint32_t n = 0;
    for (uint32_t i = 0; i < in->n; i++) {
        Point p = in->at[i];
        if (p.lon > LON_MAX || p.lon < -LON_MAX || p.lat > LAT_MAX || p.lat < -LAT_MAX)
            return err_make(mem, &OUTLINE_RANGE, STR_NULL, point_text(mem, p));
        if (n == 0 || !point_eq(at[n - 1], p)) at[n++] = p;
    }
    while (n > 1 && point_eq(at[n - 1], at[0]))
        n--;
    if (n < 3) return &OUTLINE_SHORT;
    Ring ring = {at, n, in->hole};
    Int128 area = ring_area2(&ring);
    if (area == 0) return &OUTLINE_FLAT;
    if ((area < 0) != ring.hole) /* the first corner stays the first */
        for (uint32_t i = 1, j = n - 1; i < j; i++, j--) {
            Point p = at[i];
            at[i] = at[j];
            at[j] = p;
        }
    *out = ring;
    return NULL;
}

Str outline_place(Arena *mem, const Outline *o, uint32_t ring)
{
    uint32_t polygons = 0, polygon = 0, first = 0;
    for (uint32_t i = 0; i < o->n; i++) {
        polygons += !o->rings[i].hole;
        if (i > ring || o->rings[i].hole) continue;
        polygon = polygons - 1;
        first = i;
    }
    if (polygons == 1) return str_fmt(mem, "coordinates[%u]", ring - first);
    return str_fmt(mem, "coordinates[%u][%u]", polygon, ring - first);
}

const Err *outline_make(Arena *mem, const Ring *rings, uint32_t n, Outline *out)
{
    if (n == 0 || rings[0].hole)
        return err_make(mem, &OUTLINE_SHAPE, S("coordinates"), S("Polygon"));
    Ring *made = arena_array(mem, Ring, n);
    size_t corners = 0;
    Outline o = {made, n, {INT32_MAX, INT32_MAX, INT32_MIN, INT32_MIN}};
    for (uint32_t i = 0; i < n; i++) {
        const Err *e = ring_make(mem, &rings[i], &made[i]);
        if (e) {
            Str place = outline_place(mem, &(Outline){.rings = rings, .n = n}, i);
            return err_field(mem, err_make(mem, e, place, e->args[1]), place);
        }
        corners += made[i].n;
        if (corners > OUTLINE_POINTS)
            return err_make(mem, &OUTLINE_LARGE, str_fmt(mem, "%d", OUTLINE_POINTS), STR_NULL);
        o.box = box_join(o.box, ring_box(&made[i]));
    }
    *out = o;
    return NULL;
}

Outline outline_copy(Arena *mem, const Outline *o)
{
    Ring *rings = arena_array(mem, Ring, o->n);
    for (uint32_t i = 0; i < o->n; i++) {
        Point *at = arena_array(mem, Point, o->rings[i].n);
        memcpy(at, o->rings[i].at, o->rings[i].n * sizeof *at);
        rings[i] = (Ring){at, o->rings[i].n, o->rings[i].hole};
    }
    return (Outline){rings, o->n, o->box};
}

uint32_t outline_corners(const Outline *o)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < o->n; i++)
        n += o->rings[i].n;
    return n;
}

bool outline_eq(const Outline *a, const Outline *b)
{
    if (a->n != b->n) return false;
    for (uint32_t i = 0; i < a->n; i++) {
        const Ring *r = &a->rings[i], *s = &b->rings[i];
        if (r->n != s->n || r->hole != s->hole) return false;
        if (memcmp(r->at, s->at, r->n * sizeof *r->at) != 0) return false;
    }
    return true;
}

bool outline_has(const Outline *o, Point p)
{
    if (o->n == 0 || !box_has(o->box, p)) return false;
    bool in = false;
    for (uint32_t i = 0; i < o->n; i++)
        in ^= ring_has(&o->rings[i], p);
    return in;
}

Int128 outline_area2(const Outline *o)
{
    Int128 sum = 0;
    for (uint32_t i = 0; i < o->n; i++)
        sum += ring_area2(&o->rings[i]); /* holes run clockwise: below 0 */
    return sum;
}

/* The squared gap to the nearest edge, and its place. */
static double outline_gap(const Outline *o, Point p, Point *foot)
{
    double best = INFINITY, squeeze = point_squeeze(p);
    for (uint32_t k = 0; k < o->n; k++) {
        const Ring *r = &o->rings[k];
        for (uint32_t i = 0, last = r->n - 1; i < r->n; last = i++) {
            Point at;
            double gap = edge_gap(p, squeeze, r->at[last], r->at[i], &at);
            if (gap >= best) continue;
            best = gap;
            *foot = at;
        }
    }
    return best;
}

int64_t outline_distance(const Outline *o, Point p)
{
    if (o->n == 0) return INT64_MAX;
    if (outline_has(o, p)) return 0;
    Point foot = p;
    (void)outline_gap(o, p, &foot);
    return point_distance(p, foot);
}

static int double_cmp(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

/* The middle of the widest stretch of the outline at a latitude; width 0 when there is none. */
static double widest(const Outline *o, int32_t lat, double *cuts, Point *middle)
{
    uint32_t n = 0;
    for (uint32_t k = 0; k < o->n; k++) {
        const Ring *r = &o->rings[k];
        for (uint32_t i = 0, last = r->n - 1; i < r->n; last = i++) {
            Point a = r->at[last], b = r->at[i];
            if ((a.lat <= lat) == (b.lat <= lat)) continue;
            cuts[n++] = a.lon + ((double)b.lon - a.lon) * ((double)lat - a.lat) /
                                    ((double)b.lat - a.lat);
        }
    }
    qsort(cuts, n, sizeof *cuts, double_cmp);
    double best = 0;
    for (uint32_t i = 0; i + 1 < n; i += 2) {
        if (cuts[i + 1] - cuts[i] <= best) continue;
        best = cuts[i + 1] - cuts[i];
        *middle = (Point){(int32_t)llround(cuts[i] + best / 2), lat};
    }
    return best;
}

Point outline_label(Arena *mem, const Outline *o)
{
    double *cuts = arena_array(mem, double, outline_corners(o));
    int64_t height = (int64_t)o->box.north - o->box.south;
    Point best = o->rings[0].at[0], foot;
    double far = -1;
    for (int64_t row = 0; row < LABEL_ROWS; row++) {
        Point p;
        int32_t lat = (int32_t)(o->box.south + height * (2 * row + 1) / (2 * LABEL_ROWS));
        if (!(widest(o, lat, cuts, &p) > 0) || !outline_has(o, p)) continue;
        double gap = outline_gap(o, p, &foot);
        if (gap <= far) continue;
        far = gap;
        best = p;
    }
    if (far >= 0) return best;
    for (uint32_t i = 0; i < o->rings[0].n && i < LABEL_CORNERS; i++)
        if (outline_has(o, o->rings[0].at[i])) return o->rings[0].at[i];
    return best;
}
