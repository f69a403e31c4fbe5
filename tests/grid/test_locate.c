/* SPDX-License-Identifier: Apache-2.0 */
#include <zlib.h>

#include "base/datum.h"
#include "grid/locate.h"
#include "test.h"
#include "tiling.h"

static Arena *mem;

#define P(lon, lat) ((Point){(lon), (lat)})

static Outline made(const char *text)
{
    Outline o;
    assert_ok(outline_decode(mem, str(text), &o));
    return o;
}

/* The first cell that has p by the book, and how many have it. */
static int64_t oracle_find(const Outline *cells, uint32_t n, Point p, uint32_t *owners)
{
    int64_t first = -1;
    *owners = 0;
    for (uint32_t i = n; i-- > 0;)
        if (cells[i].n && box_has(cells[i].box, p) && oracle_has(&cells[i], p)) {
            first = i;
            ++*owners;
        }
    return first;
}

static void agree(const Locate *l, const Outline *cells, uint32_t n, Point p)
{
    uint32_t owners;
    int64_t expected = oracle_find(cells, n, p, &owners), found = locate_find(l, p);
    if (found != expected)
        fail_msg("%d,%d: found %d, is %d", p.lon, p.lat, (int)found, (int)expected);
}

/* Every corner and its neighbours, and points all over the box and a little beyond. */
static void agree_all_over(const Locate *l, const Outline *cells, uint32_t n, uint64_t dice)
{
    Box box = {INT32_MAX, INT32_MAX, INT32_MIN, INT32_MIN};
    for (uint32_t i = 0; i < n; i++) {
        if (cells[i].n) box = box_join(box, cells[i].box);
        for (uint32_t k = 0; k < cells[i].n; k++)
            for (uint32_t j = 0; j < cells[i].rings[k].n; j++) {
                Point a = cells[i].rings[k].at[j];
                agree(l, cells, n, a);
                agree(l, cells, n,
                      P(a.lon + (int32_t)random_between(&dice, -1, 1),
                        a.lat + (int32_t)random_between(&dice, -1, 1)));
            }
    }
    for (int i = 0; i < 4000; i++)
        agree(
            l, cells, n,
            P((int32_t)random_between(&dice, (int64_t)box.west - 3, (int64_t)box.east + 3),
              (int32_t)random_between(&dice, (int64_t)box.south - 3, (int64_t)box.north + 3)));
}

static void nothing_is_found_in_nothing(void **state)
{
    (void)state;
    int64_t metres = 77;
    const Locate *l = locate_build(mem, NULL, 0);
    assert_int_equal(locate_find(l, P(0, 0)), -1);
    assert_int_equal(locate_nearest(l, P(0, 0), &metres), -1);
    Outline blank[3] = {0};
    l = locate_build(mem, blank, 3);
    assert_int_equal(locate_find(l, P(0, 0)), -1);
    assert_int_equal(locate_nearest(l, P(5, 5), &metres), -1);
    assert_int_equal(metres, 77);
}

static void four_squares_share_their_borders(void **state)
{
    (void)state;
    Outline cells[] = {made("0 0 10 0 0 10 -10 0"),
                       made("10 0 10 0 0 10 -10 0"),
                       made("0 10 10 0 0 10 -10 0"),
                       {0},
                       made("10 10 10 0 0 10 -10 0")};
    const Locate *l = locate_build(mem, cells, countof(cells));
    assert_int_equal(locate_find(l, P(0, 0)), 0);
    assert_int_equal(locate_find(l, P(9, 9)), 0);
    assert_int_equal(locate_find(l, P(10, 9)), 1);
    assert_int_equal(locate_find(l, P(9, 10)), 2);
    assert_int_equal(locate_find(l, P(10, 10)), 4);
    assert_int_equal(locate_find(l, P(19, 19)), 4);
    assert_int_equal(locate_find(l, P(20, 5)), -1);
    assert_int_equal(locate_find(l, P(5, 20)), -1);
    assert_int_equal(locate_find(l, P(-1, 0)), -1);
    assert_int_equal(locate_find(l, P(INT32_MIN, INT32_MAX)), -1);
    assert_int_equal(locate_find(l, P(INT32_MAX, INT32_MIN)), -1);
}

static void tilings_agree_with_the_book(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 10; seed++) {
        int32_t side = seed % 3 == 0 ? 700 : seed % 3 == 1 ? 90000 : 30000000;
        Box ground = {1050000000, 300000000, 1050000000 + side, 300000000 + side / 4 * 3};
        Tiling t = tiling_make(mem, seed, 300, (uint32_t)(seed % 5), ground, seed % 2);
        const Locate *l = locate_build(mem, t.cells, t.n);
        agree_all_over(l, t.cells, t.n, seed);
        if (seed % 2) continue;
        for (int i = 0; i < 2000; i++) { /* no gap, no overlap */
            Point p = P((int32_t)random_between(&seed, ground.west, ground.east - 1),
                        (int32_t)random_between(&seed, ground.south, ground.north - 1));
            uint32_t owners;
            (void)oracle_find(t.cells, t.n, p, &owners);
            assert_int_equal(owners, 1);
            assert_true(locate_find(l, p) >= 0);
            seed &= 0xff;
        }
    }
}

static void lakes_and_islands(void **state)
{
    (void)state;
    /* every third cell gets a lake with an island of its own; the lake is a cell */
    Tiling t = tiling_make(mem, 4, 90, 3, (Box){1000, 1000, 1000000, 1000000}, true);
    Outline *cells = arena_array(mem, Outline, 2 * t.n);
    uint32_t n = 0;
    for (uint32_t i = 0; i < t.n; i++) {
        Outline whole = t.cells[i];
        if (i % 3 == 0) {
            Point c = outline_label(mem, &whole);
            Point lake[] = {{c.lon - 90, c.lat},
                            {c.lon, c.lat - 90},
                            {c.lon + 90, c.lat},
                            {c.lon, c.lat + 90}};
            Point isle[] = {{c.lon - 9, c.lat}, {c.lon, c.lat - 9}, {c.lon + 9, c.lat}};
            Ring rings[] = {whole.rings[0],
                            {lake, 4, true},
                            {isle, 3, false},
                            {lake, 4, false},
                            {isle, 3, true}};
            Outline with, water;
            assert_ok(outline_make(mem, rings, 3, &with));
            if (!outline_check(mem, &with)) {
                assert_ok(outline_make(mem, rings + 3, 2, &water));
                cells[n++] = water;
                whole = with;
            }
        }
        cells[n++] = whole;
    }
    assert_true(n > t.n + 10);
    agree_all_over(locate_build(mem, cells, n), cells, n, 8);
}

static void cells_of_scattered_parts(void **state)
{
    (void)state;
    Tiling t = tiling_make(mem, 6, 400, 3, (Box){0, 0, 2000000, 2000000}, true);
    Outline *cells = arena_array(mem, Outline, t.n);
    uint32_t n = 0;
    for (uint32_t i = 0; i < 40; i++) { /* each tenth of the pieces to one cell, far apart */
        Ring *rings = arena_array(mem, Ring, t.n);
        uint32_t parts = 0;
        for (uint32_t k = i; k < t.n; k += 40)
            rings[parts++] = t.cells[k].rings[0];
        assert_ok(outline_make(mem, rings, parts, &cells[n++]));
    }
    agree_all_over(locate_build(mem, cells, n), cells, n, 3);
}

static void the_earlier_of_overlapping_cells_wins(void **state)
{
    (void)state;
    uint64_t dice = 11;
    Outline cells[60];
    for (uint32_t i = 0; i < countof(cells); i++) {
        Point c =
            P((int32_t)random_between(&dice, 0, 3000), (int32_t)random_between(&dice, 0, 3000));
        int32_t r = (int32_t)random_between(&dice, 2, i % 7 ? 400 : 2500);
        Point at[] = {{c.lon - r, c.lat - r / 3},
                      {c.lon + r / 2, c.lat - r},
                      {c.lon + r, c.lat + r},
                      {c.lon, c.lat + r / 2}};
        assert_ok(outline_make(mem, &(Ring){at, 4, false}, 1, &cells[i]));
    }
    agree_all_over(locate_build(mem, cells, countof(cells)), cells, countof(cells), 2);
    /* itself twice */
    Outline twice[] = {cells[3], cells[0], cells[0]};
    agree_all_over(locate_build(mem, twice, 3), twice, 3, 5);
}

static void what_the_small_leave_the_big_one_has(void **state)
{
    (void)state;
    Tiling t = tiling_make(mem, 3, 500, 3, (Box){0, 0, 3000000, 2000000}, false);
    uint32_t n = 0;
    for (uint32_t i = 0; i < t.n; i++) /* every third is missing */
        if (i % 3) t.cells[n++] = t.cells[i];
    t.cells[n++] = made("-9 -9 3000020 0 0 2000020 -3000020 0");
    const Locate *l = locate_build(mem, t.cells, n);
    agree_all_over(l, t.cells, n, 3);
}

static void extreme_shapes_stay_exact_and_small(void **state)
{
    (void)state;
    enum { RAYS = 600 };
    Outline cells[RAYS];
    /* a fan: all cells meet in one corner, thin and long */
    for (int32_t i = 0; i < RAYS; i++) {
        Point at[] = {{0, 0}, {50000000, i * 1000}, {50000000, (i + 1) * 1000}};
        assert_ok(outline_make(mem, &(Ring){at, 3, false}, 1, &cells[i]));
    }
    const Locate *fan = locate_build(mem, cells, RAYS);
    agree_all_over(fan, cells, RAYS, 1);
    assert_true(locate_memory(fan) < 1000000);
    /* one outline a thousand times over */
    for (int32_t i = 0; i < RAYS; i++)
        cells[i] = made("10 10 900000 300000 5 800000 -900000 7");
    const Locate *pile = locate_build(mem, cells, RAYS);
    agree_all_over(pile, cells, RAYS, 1);
    assert_true(locate_memory(pile) < 1000000);
    /* the whole earth in two */
    Outline earth[] = {made("-1800000000 -900000000 3600000000 0 0 1800000000"),
                       made("-1800000000 -900000000 3600000000 1800000000 -3600000000 0")};
    const Locate *l = locate_build(mem, earth, 2);
    agree_all_over(l, earth, 2, 1);
    for (int32_t i = -899; i < 899; i++) {
        assert_int_equal(locate_find(l, P(i * 2000000, i * 1000000)), 0);
        assert_int_equal(locate_find(l, P(i * 2000000 - 1, i * 1000000)), 1);
    }
}

static void the_nearest_is_the_nearest(void **state)
{
    (void)state;
    uint64_t dice = 21;
    Tiling t =
        tiling_make(mem, 9, 300, 3, (Box){1090000000, 340000000, 1092000000, 341500000}, true);
    Outline *cells = arena_array(mem, Outline, t.n);
    uint32_t n = 0;
    for (uint32_t i = 0; i < t.n; i++) /* with gaps between them */
        if (i % 4) cells[n++] = t.cells[i];
    const Locate *l = locate_build(mem, cells, n);
    uint32_t outside = 0;
    for (int i = 0; i < 3000; i++) {
        int64_t reach = i % 2 ? 0 : 2000000, metres = -1, least = INT64_MAX;
        Point p = P((int32_t)random_between(&dice, t.box.west - reach, t.box.east + reach),
                    (int32_t)random_between(&dice, t.box.south - reach, t.box.north + reach));
        int64_t cell = locate_nearest(l, p, &metres);
        assert_in_range(cell, 0, n - 1);
        if (locate_find(l, p) >= 0) {
            assert_int_equal(cell, locate_find(l, p));
            assert_int_equal(metres, 0);
            continue;
        }
        outside++;
        for (uint32_t k = 0; k < n; k++) {
            int64_t d = outline_distance(&cells[k], p);
            if (d < least) least = d;
        }
        assert_int_equal(metres, outline_distance(&cells[cell], p));
        /* flat and round earth may order cells differently that are all but equally far */
        assert_in_range(metres, least, least + 1 + least / 1000);
    }
    assert_true(outside > 1000);
}

static void of_equally_near_cells_the_earlier(void **state)
{
    (void)state;
    /* all have the corner 0, 0 and lie to its south and west */
    Outline a = made("0 0 -20 10 -10 -10"), b = made("0 0 -10 -10 10 -10");
    Outline orders[][3] = {{a, b, a}, {b, a, b}, {b, b, a}};
    for (size_t i = 0; i < countof(orders); i++) {
        const Locate *l = locate_build(mem, orders[i], 3);
        int64_t metres = -1;
        assert_int_equal(locate_nearest(l, P(100000, 100000), &metres), 0);
        assert_int_equal(metres, 1573);
        assert_true(locate_nearest(l, P(1090000000, 340000000), &metres) >= 0);
        assert_in_range(metres, 10000000, 12000000);
    }
}

/* The counties of a real city; see tests/data/README.md. */
static uint32_t real_cells(const char *path, Outline *cells, uint32_t most)
{
    gzFile file = gzopen(path, "rb");
    if (!file) fail_msg("%s is missing", path);
    enum { ROOM = 1 << 22 };
    char *text = arena_alloc(mem, ROOM);
    int n = gzread(file, text, ROOM);
    gzclose(file);
    const Json *all;
    assert_ok(json_read(mem, (Str){text, n > 0 ? (size_t)n : 0}, &all));
    uint32_t count = 0;
    const Json *features = json_get(all, "features");
    for (size_t i = 0; i < json_count(features); i++) {
        const Json *feature = json_at(features, i);
        Outline o;
        assert_ok(outline_read(mem, json_get(feature, "geometry"), &o));
        assert_ok(outline_check(mem, &o));
        if (!str_is(json_member(json_get(feature, "properties"), "level"), "county")) continue;
        assert_true(count < most);
        assert_ok(outline_to_wgs84(mem, &o, DATUM_GCJ02, &cells[count]));
        assert_ok(outline_check(mem, &cells[count++]));
    }
    return count;
}

static void real_counties(void **state)
{
    (void)state;
    Outline cells[16];
    uint32_t n = real_cells(TEST_DATA "/seed_6301_xining_gcj02.geojson.gz", cells, 16);
    assert_int_equal(n, 7);
    const Locate *l = locate_build(mem, cells, n);
    agree_all_over(l, cells, n, 1);
    int64_t metres;
    /* Dongguan mosque stands in 城东区, Paris nowhere near */
    int64_t centre = locate_find(l, P(1017980000, 366150000));
    assert_true(centre >= 0);
    assert_int_equal(locate_nearest(l, P(1017980000, 366150000), &metres), centre);
    assert_int_equal(metres, 0);
    assert_true(locate_nearest(l, P(23500000, 488600000), &metres) >= 0);
    assert_true(metres > 6000000);
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
        TEST(nothing_is_found_in_nothing),
        TEST(four_squares_share_their_borders),
        TEST(tilings_agree_with_the_book),
        TEST(lakes_and_islands),
        TEST(cells_of_scattered_parts),
        TEST(the_earlier_of_overlapping_cells_wins),
        TEST(what_the_small_leave_the_big_one_has),
        TEST(extreme_shapes_stay_exact_and_small),
        TEST(the_nearest_is_the_nearest),
        TEST(of_equally_near_cells_the_earlier),
        TEST(real_counties),
    };
    return cmocka_run_group_tests_name("locate", tests, NULL, NULL);
}
