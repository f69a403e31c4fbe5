/* SPDX-License-Identifier: Apache-2.0 */
#include "base/datum.h"
#include "test.h"
#include "tiling.h"

static Arena *mem;

#define P(lon, lat) ((Point){(lon), (lat)})

/* An outline from its stored form. */
static Outline made(const char *text)
{
    Outline o;
    assert_ok(outline_decode(mem, str(text), &o));
    return o;
}

static const Err *read(const char *geometry, Outline *out)
{
    const Json *json;
    assert_ok(json_read(mem, str(geometry), &json));
    return outline_read(mem, json, out);
}

static const char *written(const Outline *o)
{
    Buf b = BUF(mem);
    outline_write(&b, o);
    return b.p;
}

static const char *encoded(const Outline *o)
{
    Buf b = BUF(mem);
    outline_encode(&b, o);
    return b.p ? b.p : "";
}

static void left_and_lower_edges_belong(void **state)
{
    (void)state;
    Outline o = made("10 10 10 0 0 10 -10 0");
    assert_true(outline_has(&o, P(15, 15)));
    assert_true(outline_has(&o, P(10, 10)));
    assert_true(outline_has(&o, P(10, 15)));
    assert_true(outline_has(&o, P(15, 10)));
    assert_true(outline_has(&o, P(19, 19)));
    assert_false(outline_has(&o, P(20, 15)));
    assert_false(outline_has(&o, P(15, 20)));
    assert_false(outline_has(&o, P(20, 10)));
    assert_false(outline_has(&o, P(10, 20)));
    assert_false(outline_has(&o, P(20, 20)));
    assert_false(outline_has(&o, P(9, 15)));
    assert_false(outline_has(&o, P(15, 9)));
}

static void a_slanted_edge_belongs_to_its_right(void **state)
{
    (void)state;
    Outline left = made("0 0 20 20 -20 0"), right = made("0 0 20 0 0 20");
    for (int32_t i = 0; i < 20; i++) {
        assert_false(outline_has(&left, P(i, i)));
        assert_true(outline_has(&right, P(i, i)));
    }
    assert_false(outline_has(&right, P(20, 20)));
}

static void the_whole_earth_does_not_overflow(void **state)
{
    (void)state;
    Outline o = made("-1800000000 -900000000 3600000000 0 0 1800000000 -3600000000 0");
    assert_true(outline_has(&o, P(0, 0)));
    assert_true(outline_area2(&o) == (Int128)3600000000 * 1800000000 * 2);
    /* the slope of half a unit on the whole way: only exact arithmetic sees it */
    Outline t = made("-1800000000 -900000000 3600000000 0 0 1800000000");
    assert_true(outline_has(&t, P(0, -1)));
    assert_true(outline_has(&t, P(0, 0)));
    assert_false(outline_has(&t, P(-1, 0)));
    assert_true(outline_has(&t, P(1799999998, 899999998)));
    assert_true(outline_has(&t, P(1799999998, 899999999))); /* on the left edge */
    assert_false(outline_has(&t, P(1799999997, 899999999)));
    assert_ok(outline_check(mem, &o));
    assert_ok(outline_check(mem, &t));
}

static void holes_and_parts(void **state)
{
    (void)state;
    Outline o =
        made("0 0 30 0 0 30 -30 0;10 10 0 10 10 0 0 -10|14 14 2 0 0 2 -2 0|40 0 5 0 0 5");
    assert_ok(outline_check(mem, &o));
    assert_int_equal(outline_corners(&o), 15);
    assert_true(outline_has(&o, P(5, 15)));
    assert_false(outline_has(&o, P(10, 10))); /* the hole has its own left and lower edges */
    assert_false(outline_has(&o, P(12, 12)));
    assert_true(outline_has(&o, P(20, 20)));
    assert_true(outline_has(&o, P(20, 10)));
    assert_true(outline_has(&o, P(14, 14))); /* the island */
    assert_false(outline_has(&o, P(16, 14)));
    assert_true(outline_has(&o, P(43, 1)));
    assert_true(outline_area2(&o) == 2 * (900 - 100 + 4) + 25);
    Box box = {0, 0, 45, 30};
    assert_memory_equal(&o.box, &box, sizeof box);
}

static void every_point_of_a_tiling_is_in_one_cell(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 12; seed++) {
        Box ground = {1090000000, 340000000, 1090000000 + (seed % 2 ? 400 : 1000000),
                      340000000 + (seed % 2 ? 300 : 700000)};
        bool skew = seed % 3 == 0;
        Tiling t = tiling_make(mem, seed, 60, (uint32_t)(seed % 4), ground, skew);
        Int128 sum = 0;
        uint64_t dice = seed;
        for (uint32_t i = 0; i < t.n; i++) {
            assert_ok(outline_check(mem, &t.cells[i]));
            sum += outline_area2(&t.cells[i]);
        }
        int64_t side = (int64_t)ground.east - ground.west, rise = ground.north - ground.south;
        assert_true(sum == (Int128)side * rise * (skew ? 20 : 2));
        for (uint32_t i = 0; i < 4000; i++) {
            const Outline *o = &t.cells[random_next(&dice) % t.n];
            const Ring *r = &o->rings[0];
            Point p = r->at[random_next(&dice) % r->n];
            if (i % 3) p = P(p.lon + (int32_t)random_between(&dice, -2, 2), p.lat);
            if (i % 5 == 0)
                p = P((int32_t)random_between(&dice, o->box.west, o->box.east),
                      (int32_t)random_between(&dice, o->box.south, o->box.north));
            uint32_t owners = 0, expected = 0;
            for (uint32_t k = 0; k < t.n; k++) {
                assert_int_equal(outline_has(&t.cells[k], p), oracle_has(&t.cells[k], p));
                owners += outline_has(&t.cells[k], p);
            }
            if (skew) {
                assert_true(owners <= 1);
                continue;
            }
            expected = p.lon >= ground.west && p.lon < ground.east && p.lat >= ground.south &&
                       p.lat < ground.north;
            assert_int_equal(owners, expected);
        }
    }
}

static void distances_in_metres(void **state)
{
    (void)state;
    /* a degree of the meridian of the mean sphere is 111,195 m */
    assert_int_equal(point_distance(P(1090000000, 340000000), P(1090000000, 350000000)),
                     111195);
    assert_int_equal(point_distance(P(0, 0), P(1800000000, 0)), 20015114);
    assert_int_equal(point_distance(P(1090000000, 340000000), P(1090000000, 340000000)), 0);
    Outline o = made("1090000000 340000000 1000000 0 0 1000000 -1000000 0");
    assert_int_equal(outline_distance(&o, P(1090500000, 340500000)), 0);
    assert_int_equal(outline_distance(&o, P(1090500000, 341090000)), 1001); /* 0.009° north */
    assert_int_equal(outline_distance(&o, P(1089000000, 340500000)),
                     9213); /* 0.1° · cos 34.05° */
    int64_t corner = outline_distance(&o, P(1089990000, 339990000));
    assert_int_equal(corner, 144); /* 111 m south and 92 m west */
    assert_int_equal(outline_distance(&(Outline){0}, P(0, 0)), INT64_MAX);
}

static void a_hole_is_outside(void **state)
{
    (void)state;
    Outline o = made("1090000000 340000000 3000000 0 0 3000000 -3000000 0;"
                     "1091000000 341000000 0 1000000 1000000 0 0 -1000000");
    assert_ok(outline_check(mem, &o));
    assert_int_equal(outline_distance(&o, P(1091500000, 341100000)), 1112);
}

static void a_label_lies_inside(void **state)
{
    (void)state;
    Outline c = made("0 0 1000 0 0 100 -900 0 0 800 900 0 0 100 -1000 0");
    assert_true(outline_has(&c, outline_label(mem, &c)));
    Outline ring = made("0 0 1000 0 0 1000 -1000 0;100 100 0 800 800 0 0 -800");
    assert_true(outline_has(&ring, outline_label(mem, &ring)));
    Outline square = made("0 0 1000 0 0 1000 -1000 0");
    Point p = outline_label(mem, &square);
    assert_in_range(p.lon, 499, 501);
    assert_in_range(p.lat, 490, 510);
    Outline two = made("0 0 10 0 0 10|100 0 1000 0 0 1000 -1000 0");
    assert_true(outline_label(mem, &two).lon > 500);
    Tiling t = tiling_make(mem, 5, 200, 4, (Box){0, 0, 5000000, 5000000}, true);
    for (uint32_t i = 0; i < t.n; i++)
        assert_true(outline_has(&t.cells[i], outline_label(mem, &t.cells[i])));
}

static void geojson_comes_in(void **state)
{
    (void)state;
    Outline o;
    assert_ok(read("{\"type\":\"Polygon\",\"coordinates\":[[[109.06,34.32],[109.07,34.32],"
                   "[109.07,34.33,412.5],[109.07,34.33],[109.06,34.32]]]}",
                   &o));
    assert_string_equal(encoded(&o), "1090600000 343200000 100000 0 0 100000");
    /* clockwise, the first corner stays */
    assert_ok(read("{\"coordinates\":[[[1,1],[1,2],[2,2],[1,1]]],\"type\":\"Polygon\"}", &o));
    assert_string_equal(written(&o), "{\"type\":\"Polygon\",\"coordinates\":"
                                     "[[[1,1],[2,2],[1,2],[1,1]]]}");
    assert_ok(read("{\"type\":\"MultiPolygon\",\"coordinates\":[[[[0,0],[9,0],[9,9],[0,0]],"
                   "[[4,2],[6,2],[6,3],[4,2]]],[[[10,0],[11,0],[11,0.00000014],[10,0]]]]}",
                   &o));
    assert_int_equal(o.n, 3);
    assert_true(!o.rings[0].hole && o.rings[1].hole && !o.rings[2].hole);
    assert_string_equal(
        written(&o), "{\"type\":\"MultiPolygon\",\"coordinates\":[[[[0,0],[9,0],[9,9],[0,0]],"
                     "[[4,2],[6,3],[6,2],[4,2]]],[[[10,0],[11,0],[11,0.0000001],[10,0]]]]}");
}

static void geojson_round_trips(void **state)
{
    (void)state;
    uint64_t dice = 3;
    for (int i = 0; i < 300; i++) {
        Tiling t = tiling_make(mem, random_next(&dice), 1, 9,
                               (Box){(int32_t)random_between(&dice, -1700000000, 0),
                                     (int32_t)random_between(&dice, -800000000, 0), 170000000,
                                     80000000},
                               false);
        const char *once = written(&t.cells[0]);
        Outline again, decoded;
        assert_ok(read(once, &again));
        assert_string_equal(written(&again), once);
        assert_true(outline_eq(&again, &t.cells[0]));
        assert_ok(outline_decode(mem, str(encoded(&again)), &decoded));
        assert_true(outline_eq(&again, &decoded));
        assert_memory_equal(&again.box, &decoded.box, sizeof decoded.box);
    }
}

/* The geometry is refused with this error at this place. */
static void refused(const char *type, const char *coordinates, const Err *like,
                    const char *field)
{
    Outline o = {.n = 77};
    const Err *e =
        read(str_fmt(mem, "{\"type\":%s,\"coordinates\":%s}", type, coordinates).p, &o);
    assert_err(e, *like);
    assert_str(e->field, field);
    assert_int_equal(o.n, 77);
    Buf zh = BUF(mem), en = BUF(mem);
    err_text(e, LANG_ZH, &zh);
    err_text(e, LANG_EN, &en);
    assert_true(str_find(buf_str(&zh), S("{")) == SIZE_MAX);
    assert_true(str_find(buf_str(&en), e->field) != SIZE_MAX || e->field.n == 0);
}

static void geojson_is_refused_with_the_place(void **state)
{
    (void)state;
    const char *one = "\"Polygon\"", *many = "\"MultiPolygon\"";
    refused("\"Point\"", "[1,2]", &OUTLINE_SHAPE, "type");
    refused("null", "[]", &OUTLINE_SHAPE, "type");
    refused(one, "null", &OUTLINE_SHAPE, "coordinates");
    refused(one, "[]", &OUTLINE_SHAPE, "coordinates");
    refused(one, "[7]", &OUTLINE_SHAPE, "coordinates[0]");
    refused(many, "[]", &OUTLINE_SHAPE, "coordinates");
    refused(many, "[[]]", &OUTLINE_SHAPE, "coordinates[0]");
    refused(many, "[[[[0,0],[1,0],[1,1],[0,0]]],[{}]]", &OUTLINE_SHAPE, "coordinates[1][0]");
    refused(one, "[[[0,0],[1,0],[0,0]]]", &OUTLINE_SHORT, "coordinates[0]");
    refused(one, "[[[0,0],[1,0],[1,0],[0,0]]]", &OUTLINE_SHORT, "coordinates[0]");
    refused(one, "[[[0,0],[0.00000001,0],[0,0.00000001],[0,0]]]", &OUTLINE_SHORT,
            "coordinates[0]");
    refused(one, "[[[0,0],[1,0],[2,0],[0,0]]]", &OUTLINE_FLAT, "coordinates[0]");
    refused(one, "[[[0,0],[9,0],[9,9],[0,0]],[[1,1],[2,2],[3,3],[1,1]]]", &OUTLINE_FLAT,
            "coordinates[1]");
    refused(one, "[[[0,0],[1,0],[1,1],[0,0.0000001]]]", &OUTLINE_OPEN, "coordinates[0]");
    refused(one, "[[[0,0],[1,0],[1,1],[0.0000001,0]]]", &OUTLINE_OPEN, "coordinates[0]");
    refused(one, "[[[0,0],[1,0],[\"1\",1],[0,0]]]", &OUTLINE_NUMBER, "coordinates[0][2]");
    refused(one, "[[[0,0],[1],[1,1],[0,0]]]", &OUTLINE_NUMBER, "coordinates[0][1]");
    refused(one, "[[[0,0],null,[1,1],[0,0]]]", &OUTLINE_NUMBER, "coordinates[0][1]");
    refused(one, "[[[34.3,109],[34.3,109.1],[34.4,109.1],[34.3,109]]]", &OUTLINE_RANGE,
            "coordinates[0][0]");
    refused(many, "[[[[0,0],[180.0000001,0],[1,1],[0,0]]]]", &OUTLINE_RANGE,
            "coordinates[0][0][1]");
    refused(many, "[[[[0,0],[1e300,0],[1,1],[0,0]]]]", &OUTLINE_RANGE, "coordinates[0][0][1]");
    Outline o;
    assert_err(read("[]", &o), OUTLINE_SHAPE);
    assert_err(read("7", &o), OUTLINE_SHAPE);
}

static void too_many_corners_are_refused(void **state)
{
    (void)state;
    Buf b = BUF(mem);
    buf_add(&b, S("{\"type\":\"Polygon\",\"coordinates\":[["));
    for (int i = 0; i <= OUTLINE_POINTS; i++)
        buf_fmt(&b, "[%d.%d,%d],", i / 10000, i % 10000, i % 2);
    buf_add(&b, S("[0.0,0]]]}"));
    Outline o;
    assert_err(read(b.p, &o), OUTLINE_LARGE);
}

static void the_stored_form_is_canonical(void **state)
{
    (void)state;
    Outline o;
    const char *texts[] = {"",
                           " ",
                           "1",
                           "1 2",
                           "1 2 3 0",
                           "1 2 3 0 0",
                           "1 2 3 0 0 1 ",
                           " 1 2 3 0 0 1",
                           "1 2 3 0 0 01",
                           "1 2 3 0 -0 1",
                           "1 2 3 0 +0 1",
                           "1 2 3 0  0 1",
                           "1 2 3 0 0 1;",
                           "1 2 3 0 0 1|",
                           ";1 2 3 0 0 1",
                           "1 2 3 0 0 1x",
                           "1 2 3 0 0 99999999999",
                           "1 2 3 0 0 0",
                           "1800000000 0 1 0 0 1",
                           "1 2 3 0 -3 0",
                           "1 2 0 1 1 0" /* turns clockwise */,
                           "1 2 3 0 0 1 -3 -1" /* the first corner repeated */,
                           "1 2 3 0 0 1;1 2 3 0 0 1",
                           "1.0 2 3 0 0 1"};
    for (size_t i = 0; i < countof(texts); i++) {
        o.n = 77;
        if (!outline_decode(mem, str(texts[i]), &o)) fail_msg("taken: \"%s\"", texts[i]);
        assert_int_equal(o.n, 77);
    }
    assert_err(outline_decode(mem, S("1 2 3 x 0 1"), &o), OUTLINE_TEXT);
    assert_str(outline_decode(mem, S("1 2 3 x 0 1"), &o)->args[0], "6");
    assert_err(outline_decode(mem, STR_NULL, &o), OUTLINE_TEXT);
}

/* The check says this of this ring at this spot, whichever way the outline came about. */
static void unsound(const char *text, const Err *like, const char *field, const char *spot)
{
    Outline o = made(text);
    const Err *e = outline_check(mem, &o);
    if (!e) fail_msg("passed: %s", text);
    assert_string_equal(e->code, like->code);
    assert_str(e->field, field);
    if (spot) assert_str(e->args[0], spot);
}

static void crossing_edges_are_found(void **state)
{
    (void)state;
    unsound("0 0 20 20 0 -20 -10 30", &OUTLINE_CROSS, "coordinates[0]", NULL);
    unsound("0 0 4000 0 0 4000 -2000 -6000 -2000 6000", &OUTLINE_CROSS, "coordinates[0]",
            "0.0001333, 0");
    /* a ring that passes through its own corner, and one that only touches it */
    unsound("0 0 10 0 -5 10 5 10 -10 0 5 -10", &OUTLINE_TOUCH, "coordinates[0]",
            "0.0000005, 0.000001");
    unsound("0 0 10 0 0 10 -5 -10 -5 10", &OUTLINE_TOUCH, "coordinates[0]", "0.0000005, 0");
    /* a spike: the ring runs back over itself */
    unsound("0 0 10 0 0 10 -10 0 0 -15", &OUTLINE_DOUBLE, "coordinates[0]", NULL);
    /* two polygons side by side share an edge; crosswise; corner through corner */
    unsound("0 0 10 0 0 10 -10 0|10 0 10 0 0 10 -10 0", &OUTLINE_DOUBLE, "coordinates[1][0]",
            NULL);
    unsound("0 0 10 0 0 10 -10 0|5 5 10 0 0 10 -10 0", &OUTLINE_CROSS, "coordinates[1][0]",
            NULL);
    unsound("0 0 10 10 -10 10 -10 -10|0 -10 10 10 -5 0 5 10 0 10 -20 -20", &OUTLINE_CROSS,
            "coordinates[1][0]", NULL);
    /* no edges cross: the way leads in and out through corners; through corners of one only */
    unsound("0 0 10 0 0 10 -10 0|-5 -5 25 -15 -5 35 -5 -5 -10 -10", &OUTLINE_CROSS,
            "coordinates[1][0]", "0, 0");
    unsound("0 0 10 0 0 10 -10 0|-5 -5 25 -15 -5 35", &OUTLINE_CROSS, "coordinates[1][0]",
            "0, 0");
    /* the hole crosses the border; the same ring twice */
    unsound("0 0 10 0 0 10 -10 0;5 5 0 10 10 0", &OUTLINE_CROSS, "coordinates[1]", NULL);
    unsound("0 0 10 0 0 10 -10 0|0 0 10 0 0 10 -10 0", &OUTLINE_DOUBLE, "coordinates[1][0]",
            NULL);
}

static void misplaced_rings_are_found(void **state)
{
    (void)state;
    unsound("0 0 10 0 0 10 -10 0;20 0 0 10 10 0", &OUTLINE_NEST, "coordinates[1]",
            "0.000002, 0");
    unsound("0 0 90 0 0 90 -90 0|20 20 10 0 0 10", &OUTLINE_NEST, "coordinates[1][0]", NULL);
    unsound("20 20 10 0 0 10|0 0 90 0 0 90 -90 0", &OUTLINE_NEST, "coordinates[0][0]", NULL);
    unsound("0 0 90 0 0 90 -90 0;10 10 0 60 60 0 0 -60;20 20 0 9 9 0", &OUTLINE_NEST,
            "coordinates[2]", NULL);
    /* the second polygon's hole lies in the first polygon */
    unsound("0 0 90 0 0 90 -90 0|100 0 90 0 0 90 -90 0;20 20 0 9 9 0", &OUTLINE_NEST,
            "coordinates[1][1]", NULL);
    /* the hole stands around its polygon */
    unsound("20 20 10 0 0 10;0 0 0 90 90 0 0 -90", &OUTLINE_NEST, "coordinates[1]", NULL);
}

static void touching_in_points_is_sound(void **state)
{
    (void)state;
    const char *sound[] = {
        "0 0 10 0 0 10 -10 0|10 10 10 0 0 10 -10 0", /* corner to corner */
        "0 0 10 0 0 10 -10 0|10 5 10 -2 0 4",        /* corner to edge */
        "0 0 10 0 0 10 -10 0;0 0 2 8 6 -6",          /* hole at a corner */
        "0 0 10 0 0 10 -10 0;5 0 -2 5 4 0",          /* hole at an edge */
        "0 0 10 0 0 10 -10 0;5 0 -5 5 5 5 5 -5",     /* hole at four edges */
    };
    for (size_t i = 0; i < countof(sound); i++) {
        Outline o = made(sound[i]);
        const Err *e = outline_check(mem, &o);
        if (e) fail_msg("%s: %s at %.*s", sound[i], e->code, STR(e->args[0]));
    }
    /* an island that fills half a hole has two edges in common with it */
    unsound("0 0 90 0 0 90 -90 0;10 10 0 60 60 0 0 -60|10 10 60 0 0 60", &OUTLINE_DOUBLE,
            "coordinates[1][0]", NULL);
}

static void big_outlines_are_checked_quickly(void **state)
{
    (void)state;
    /* a comb of 20,000 long teeth, both ways */
    for (int turn = 0; turn < 2; turn++) {
        uint32_t n = 0, teeth = 20000;
        Point *at = arena_array(mem, Point, 2 * teeth + 2);
        for (uint32_t i = 0; i < 2 * teeth; i++, n++)
            at[n] = P((int32_t)(i * 100), i % 2 ? 1000 : 100000000);
        at[n++] = P((int32_t)(2 * teeth * 100), -1000);
        at[n++] = P(0, -1000);
        for (uint32_t i = 0; turn && i < n; i++)
            at[i] = P(at[i].lat, at[i].lon);
        Ring ring = {at, n, false};
        Outline o;
        assert_ok(outline_make(mem, &ring, 1, &o));
        assert_ok(outline_check(mem, &o));
        at[n / 2].lon = turn ? at[n / 2].lon : at[n / 2].lon + 250; /* one tooth leans over */
        at[n / 2].lat = turn ? at[n / 2].lat + 250 : at[n / 2].lat;
        assert_ok(outline_make(mem, &ring, 1, &o));
        assert_err(outline_check(mem, &o), OUTLINE_CROSS);
    }
}

static void datum_names(void **state)
{
    (void)state;
    Datum d = DATUM_GCJ02;
    assert_ok(datum_parse(S("WGS84"), &d));
    assert_int_equal(d, DATUM_WGS84);
    assert_ok(datum_parse(S("wgs-84"), &d));
    assert_int_equal(d, DATUM_WGS84);
    assert_ok(datum_parse(S("cgcs2000"), &d));
    assert_int_equal(d, DATUM_CGCS2000);
    assert_ok(datum_parse(S("Gcj-02"), &d));
    assert_int_equal(d, DATUM_GCJ02);
    assert_err(datum_parse(S("BD09"), &d), DATUM_UNKNOWN);
    assert_err(datum_parse(S("WGS 84"), &d), DATUM_UNKNOWN);
    assert_err(datum_parse(S("WGS84WGS84"), &d), DATUM_UNKNOWN);
    assert_err(datum_parse(S(""), &d), DATUM_UNKNOWN);
    assert_err(datum_parse(STR_NULL, &d), DATUM_UNKNOWN);
    assert_int_equal(d, DATUM_GCJ02);
    assert_string_equal(datum_name(DATUM_CGCS2000), "CGCS2000");
}

static void gcj02_as_published(void **state)
{
    (void)state;
    /* the test points of eviltransform: Shanghai, Shenzhen, Beijing */
    static const Point wgs[] = {
        {1215272106, 311774276}, {1139123160, 225438470}, {1163778170, 399119540}};
    static const Point gcj[] = {
        {1215315419, 311753040}, {1139171765, 225407961}, {1163840472, 399133455}};
    for (size_t i = 0; i < countof(wgs); i++) {
        Point there = point_from_wgs84(wgs[i], DATUM_GCJ02);
        assert_int_equal(there.lon, gcj[i].lon);
        assert_int_equal(there.lat, gcj[i].lat);
        Point back = point_to_wgs84(gcj[i], DATUM_GCJ02);
        assert_in_range(back.lon - wgs[i].lon + 1, 0, 2);
        assert_in_range(back.lat - wgs[i].lat + 1, 0, 2);
    }
}

static void gcj02_there_and_back(void **state)
{
    (void)state;
    uint64_t dice = 9;
    for (int i = 0; i < 20000; i++) {
        Point p = P((int32_t)random_between(&dice, 735000000, 1350900000),
                    (int32_t)random_between(&dice, 38600000, 535600000));
        Point back = point_to_wgs84(point_from_wgs84(p, DATUM_GCJ02), DATUM_GCJ02);
        assert_in_range(back.lon - p.lon + 1, 0, 2);
        assert_in_range(back.lat - p.lat + 1, 0, 2);
        Point again = point_from_wgs84(point_to_wgs84(p, DATUM_GCJ02), DATUM_GCJ02);
        assert_in_range(again.lon - p.lon + 1, 0, 2);
        assert_in_range(again.lat - p.lat + 1, 0, 2);
        Point same = point_to_wgs84(p, DATUM_CGCS2000);
        assert_memory_equal(&p, &same, sizeof p);
    }
    Point paris = P(23500000, 488600000), kept = point_from_wgs84(paris, DATUM_GCJ02);
    assert_memory_equal(&paris, &kept, sizeof paris);
}

static void outlines_change_datum_together(void **state)
{
    (void)state;
    Outline o = made("1090000000 340000000 1000000 0 0 1000000 -1000000 0;"
                     "1090200000 340200000 0 100000 100000 0"),
            w;
    assert_ok(outline_to_wgs84(mem, &o, DATUM_GCJ02, &w));
    assert_ok(outline_check(mem, &w));
    Point p = point_to_wgs84(P(1091000000, 340000000), DATUM_GCJ02);
    assert_memory_equal(&w.rings[0].at[1], &p, sizeof p);
    assert_true(w.rings[1].hole && w.n == 2);
    assert_ok(outline_to_wgs84(mem, &o, DATUM_WGS84, &w));
    assert_true(outline_eq(&o, &w));
}

static int begin(void **state)
{
    (void)state;
    mem = arena_new(1 << 16);
    return 0;
}

static int end(void **state)
{
    (void)state;
    arena_free(mem);
    return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(left_and_lower_edges_belong),
        TEST(a_slanted_edge_belongs_to_its_right),
        TEST(the_whole_earth_does_not_overflow),
        TEST(holes_and_parts),
        TEST(every_point_of_a_tiling_is_in_one_cell),
        TEST(distances_in_metres),
        TEST(a_hole_is_outside),
        TEST(a_label_lies_inside),
        TEST(geojson_comes_in),
        TEST(geojson_round_trips),
        TEST(geojson_is_refused_with_the_place),
        TEST(too_many_corners_are_refused),
        TEST(the_stored_form_is_canonical),
        TEST(crossing_edges_are_found),
        TEST(misplaced_rings_are_found),
        TEST(touching_in_points_is_sound),
        TEST(big_outlines_are_checked_quickly),
        TEST(datum_names),
        TEST(gcj02_as_published),
        TEST(gcj02_there_and_back),
        TEST(outlines_change_datum_together),
    };
    return cmocka_run_group_tests_name("geo", tests, NULL, NULL);
}
