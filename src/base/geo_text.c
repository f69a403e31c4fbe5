/* SPDX-License-Identifier: Apache-2.0 */
/* geo_text.c: outlines in and out: GeoJSON for the world, a short text for the store. */
#include <math.h>

#include "base/geo.h"

const Err OUTLINE_NUMBER = {.kind = ERR_INVALID,
                            .code = "outline-number",
                            .zh = "{0} 处应为两个数:[经度, 纬度]",
                            .en = "Expected two numbers at {0}: [longitude, latitude]"};
const Err OUTLINE_OPEN = {.kind = ERR_INVALID,
                          .code = "outline-open",
                          .zh = "{0} 处的环没有闭合:最后一个坐标应与第一个相同",
                          .en = "The ring at {0} is not closed: the last position must be the "
                                "same as the first"};
const Err OUTLINE_TEXT = {.kind = ERR_INVALID,
                          .code = "outline-text",
                          .zh = "边界的存储文本在第 {0} 字节处有误",
                          .en = "The stored text of the outline is wrong at byte {0}"};

/* Rings as they are read, before outline_make looks at them. */
typedef struct {
    Arena *mem;
    Ring *rings;
    uint32_t n;
    size_t cap, corners;
} Rings;

static const Err *too_large(Arena *mem)
{
    return err_make(mem, &OUTLINE_LARGE, str_fmt(mem, "%d", OUTLINE_POINTS), STR_NULL);
}

static void rings_add(Rings *to, Ring ring)
{
    to->rings = arena_grow(to->mem, to->rings, to->n, &to->cap, sizeof ring);
    to->rings[to->n++] = ring;
    to->corners += ring.n;
}

static const Err *said_of(Arena *mem, const Err *like, Str place, Str more)
{
    return err_field(mem, err_make(mem, like, place, more), place);
}

static const Err *read_position(Arena *mem, const Json *in, Str ring, size_t i, Point *out)
{
    const Json *lon = json_at(in, 0), *lat = json_at(in, 1);
    bool numbers = json_is_number(lon) && json_is_number(lat);
    if (numbers && point_degrees(json_number(lon), json_number(lat), out)) return NULL;
    Str place = str_fmt(mem, "%.*s[%zu]", STR(ring), i);
    if (!numbers) return said_of(mem, &OUTLINE_NUMBER, place, STR_NULL);
    return said_of(mem, &OUTLINE_RANGE, place,
                   str_fmt(mem, "%.9g, %.9g", json_number(lon), json_number(lat)));
}

static const Err *read_ring(const Json *in, Str place, bool hole, Rings *to)
{
    Arena *mem = to->mem;
    size_t n = json_count(in);
    if (!json_is_array(in)) return said_of(mem, &OUTLINE_SHAPE, place, S("[[lon, lat], …]"));
    if (n < 4) return said_of(mem, &OUTLINE_SHORT, place, STR_NULL);
    if (to->corners + n > (size_t)OUTLINE_POINTS + to->n + 1) return too_large(mem);
    Point *at = arena_array(mem, Point, n);
    for (size_t i = 0; i < n; i++) {
        const Err *e = read_position(mem, json_at(in, i), place, i, &at[i]);
        if (e) return e;
    }
    if (at[0].lon != at[n - 1].lon || at[0].lat != at[n - 1].lat)
        return said_of(mem, &OUTLINE_OPEN, place, STR_NULL);
    rings_add(to, (Ring){at, (uint32_t)n, hole});
    return NULL;
}

static const Err *read_polygon(const Json *in, Str place, Rings *to)
{
    size_t n = json_count(in);
    if (n == 0) return said_of(to->mem, &OUTLINE_SHAPE, place, S("[[[lon, lat], …]]"));
    for (size_t i = 0; i < n; i++) {
        Str ring = str_fmt(to->mem, "%.*s[%zu]", STR(place), i);
        const Err *e = read_ring(json_at(in, i), ring, i > 0, to);
        if (e) return e;
    }
    return NULL;
}

const Err *outline_read(Arena *mem, const Json *geometry, Outline *out)
{
    Str type = json_member(geometry, "type");
    const Json *coordinates = json_get(geometry, "coordinates");
    Rings to = {.mem = mem};
    Str place = S("coordinates");
    if (str_is(type, "Polygon")) {
        const Err *e = read_polygon(coordinates, place, &to);
        if (e) return e;
    } else if (str_is(type, "MultiPolygon")) {
        size_t n = json_count(coordinates);
        if (n == 0) return said_of(mem, &OUTLINE_SHAPE, place, S("[[[[lon, lat], …]]]"));
        for (size_t i = 0; i < n; i++) {
            Str polygon = str_fmt(mem, "coordinates[%zu]", i);
            const Err *e = read_polygon(json_at(coordinates, i), polygon, &to);
            if (e) return e;
        }
    } else
        return said_of(mem, &OUTLINE_SHAPE, S("type"), S("Polygon, MultiPolygon"));
    return outline_make(mem, to.rings, to.n, out);
}

static void write_position(Buf *out, Point p)
{
    buf_char(out, '[');
    buf_decimal(out, p.lon, 7);
    buf_char(out, ',');
    buf_decimal(out, p.lat, 7);
    buf_char(out, ']');
}

void outline_write(Buf *out, const Outline *o)
{
    uint32_t polygons = 0;
    for (uint32_t i = 0; i < o->n; i++)
        polygons += !o->rings[i].hole;
    bool multi = polygons != 1;
    buf_fmt(out, "{\"type\":\"%s\",\"coordinates\":[", multi ? "MultiPolygon" : "Polygon");
    for (uint32_t i = 0; i < o->n; i++) {
        const Ring *r = &o->rings[i];
        if (i) buf_add(out, multi && !r->hole ? S("],") : S(","));
        if (multi && !r->hole) buf_char(out, '[');
        buf_char(out, '[');
        for (uint32_t j = 0; j < r->n; j++) {
            write_position(out, r->at[j]);
            buf_char(out, ',');
        }
        write_position(out, r->at[0]);
        buf_char(out, ']');
    }
    buf_add(out, multi && o->n ? S("]]}") : S("]}"));
}

void outline_encode(Buf *out, const Outline *o)
{
    for (uint32_t i = 0; i < o->n; i++) {
        const Ring *r = &o->rings[i];
        if (i) buf_char(out, r->hole ? ';' : '|');
        Point before = {0, 0};
        for (uint32_t j = 0; j < r->n; j++) {
            if (j) buf_char(out, ' ');
            buf_int(out, (int64_t)r->at[j].lon - before.lon);
            buf_char(out, ' ');
            buf_int(out, (int64_t)r->at[j].lat - before.lat);
            before = r->at[j];
        }
    }
}

/* A decimal number as buf_int writes it, of at most 10 digits. */
static bool take_number(Str text, size_t *at, int64_t *out)
{
    size_t i = *at;
    bool minus = i < text.n && text.p[i] == '-';
    i += minus;
    size_t first = i;
    int64_t n = 0;
    for (; i < text.n && text.p[i] >= '0' && text.p[i] <= '9' && i - first < 10; i++)
        n = n * 10 + (text.p[i] - '0');
    if (i == first || (text.p[first] == '0' && (i - first > 1 || minus))) return false;
    *at = i;
    *out = minus ? -n : n;
    return true;
}

/* One ring up to its separator or the end; *at moves behind what was understood. */
static bool take_ring(Arena *mem, Str text, size_t *at, Ring *out)
{
    size_t end = *at, numbers = 1;
    for (; end < text.n && text.p[end] != ';' && text.p[end] != '|'; end++)
        numbers += text.p[end] == ' ';
    if (numbers % 2 || numbers < 6 || numbers > 2 * (size_t)OUTLINE_POINTS) return false;
    Point *points = arena_array(mem, Point, numbers / 2);
    int64_t lon = 0, lat = 0, dlon, dlat;
    for (size_t i = 0; i < numbers / 2; i++) {
        if (i && text.p[(*at)++] != ' ') return false;
        if (!take_number(text, at, &dlon) || *at >= end || text.p[*at] != ' ') return false;
        ++*at;
        if (!take_number(text, at, &dlat)) return false;
        lon += dlon;
        lat += dlat;
        if (lon > LON_MAX || lon < -LON_MAX || lat > LAT_MAX || lat < -LAT_MAX) return false;
        points[i] = (Point){(int32_t)lon, (int32_t)lat};
    }
    *out = (Ring){points, (uint32_t)(numbers / 2), false};
    return *at == end;
}

const Err *outline_decode(Arena *mem, Str text, Outline *out)
{
    Rings to = {.mem = mem};
    size_t at = 0;
    bool hole = false;
    for (;;) {
        Ring ring;
        if (!take_ring(mem, text, &at, &ring))
            return err_make(mem, &OUTLINE_TEXT, str_fmt(mem, "%zu", at), STR_NULL);
        ring.hole = hole;
        rings_add(&to, ring);
        if (to.corners > OUTLINE_POINTS) return too_large(mem);
        if (at == text.n) break;
        hole = text.p[at++] == ';';
    }
    Outline o;
    const Err *e = outline_make(mem, to.rings, to.n, &o);
    if (e) return e;
    /* Rings that were turned or tidied were not written by outline_encode. */
    if (!outline_eq(&o, &(Outline){to.rings, to.n, o.box}))
        return err_make(mem, &OUTLINE_TEXT, S("0"), STR_NULL);
    *out = o;
    return NULL;
}
