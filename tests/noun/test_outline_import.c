/* SPDX-License-Identifier: Apache-2.0 */
/* Whole files: all faults at once, nothing of a bad file, what is in already stays. */
#include "../grid/world.h"
#include "noun/outline_import.h"

static ImportSpec spec_of(World *w, int64_t region)
{
    return (ImportSpec){.ledger = w->h->ledger,
                        .grounds = w->grounds,
                        .mem = w->h->mem,
                        .region = region,
                        .seat = NIL,
                        .name = S("file"),
                        .starts = NIL,
                        .db = w->h->db,
                        .has_datum = true,
                        .datum = DATUM_WGS84};
}

static bool has_fault(const Err *e, const char *field, const char *code)
{
    for (const Err *f = e ? e->next : NULL; f; f = f->next)
        if (strcmp(f->code, code) == 0 && str_find(f->field, str(field)) != SIZE_MAX)
            return true;
    return false;
}

static int64_t count(World *w, const char *text)
{
    Rows rows;
    assert_ok(db_query(w->h->db, str(text), &rows));
    int64_t n = rows_next(&rows) ? rows_int(&rows, 0) : 0;
    assert_ok(rows_close(&rows));
    return n;
}

#define LIST                                                                                            \
    "code,parent_code,level,name\n61,,1,陕西省\n6101,61,2,西安市\n610111,6101,3,灞桥区\n"      \
    "610111001,610111,4,纺织城街道\n610111002,610111,4,十里铺街道\n610111001001,610111001,5," \
    "纺织城社区居委会\n"

#define POLYGON(w, s, e, n)                                                                    \
    "{\"type\":\"Polygon\",\"coordinates\":[[[" w "," s "],[" e "," s "],[" e "," n "],[" w    \
    "," n "],[" w "," s "]]]}"
#define FEATURE(properties, geometry)                                                          \
    "{\"type\":\"Feature\",\"properties\":{" properties "},\"geometry\":" geometry "}"
#define COLLECTION(features)                                                                   \
    "{\"type\":\"FeatureCollection\",\"note\":\"[{\\\"\",\"features\":[" features "]}"

static const char counties[] = COLLECTION(FEATURE(
    "\"adcode\":\"610111\",\"name\":\"灞桥区\",\"level\":\"county\"",
    POLYGON("109", "34", "109.5",
            "34.5")) "," FEATURE("\"adcode\":\"610100\",\"name\":\"西安市\",\"level\":\"city\"",
                                 POLYGON(
                                     "108", "33", "110",
                                     "35")) "," FEATURE("\"adcode\":610112,\"name\":\"未央区\"",
                                                        POLYGON("108.5", "34", "109", "34.5")));

static void a_county_is_a_region_of_its_own_with_its_tree(void **state)
{
    World *w = *state;
    ImportSpec spec = spec_of(w, 0);
    OutlineSpec how = {.level = LEVEL_REGION, .tree = true};
    ImportDone done;
    assert_ok(import_divisions(&spec, S(LIST), &done));
    assert_ok(import_outlines(&spec, &how, str(counties), &done));
    assert_int_equal(done.rows, 2); /* the city is of another level */
    Region region;
    assert_ok(region_by_code(w->h->db, S("610111"), w->h->mem, &region));
    assert_str(region.name, "灞桥区");
    Instant now = w->h->now;
    const Ground *g = ground_pin(w->grounds, region.region_no);
    int64_t root = area_root(g, now)->area;
    assert_str(area_at(g, root, now)->code, "610111");
    assert_int_equal(area_find(g, (Point){1090000000, 342000000}, now),
                     root); /* locatable before it has cells */
    const AreaSpan *village = area_by_code(g, S("610111001001"), now);
    assert_non_null(village);
    assert_true(area_within(g, village->area, area_by_code(g, S("610111001"), now)->area, now));
    ground_unpin(g);
    /* the same again changes nothing; another outline is a new version */
    ImportDone again;
    assert_ok(import_outlines(&spec, &how, str(counties), &again));
    assert_int_equal(again.put, 0);
    assert_int_equal(again.acts, 0);
    advance(w, DAY);
    const char *moved = COLLECTION(FEATURE("\"adcode\":\"610111\",\"name\":\"灞桥区\"",
                                           POLYGON("109", "34", "109.4", "34.5")));
    assert_ok(import_outlines(&spec, &how, str(moved), &again));
    g = ground_pin(w->grounds, region.region_no);
    assert_int_equal(area_find(g, (Point){1094500000, 342000000}, w->h->now), NIL);
    assert_int_equal(area_find(g, (Point){1094500000, 342000000}, now), root);
    ground_unpin(g);
}

static void gcj02_stays_as_it_is_unless_an_operator_gives_a_reason(void **state)
{
    World *w = *state;
    ImportSpec spec = spec_of(w, 0);
    OutlineSpec how = {.level = LEVEL_REGION};
    spec.has_datum = false;
    spec.datum = DATUM_GCJ02;
    ImportDone done;
    assert_err(import_outlines(&spec, &how, str(counties), &done), IMPORT_DATUM);
    spec.has_datum = true;
    assert_ok(import_outlines(&spec, &how, str(counties), &done));
    Region region;
    assert_ok(region_by_code(w->h->db, S("610111"), w->h->mem, &region));
    const Ground *g = ground_pin(w->grounds, region.region_no);
    int64_t root = area_root(g, w->h->now)->area;
    const AreaOutline *row = area_outline(g, root, w->h->now, NULL);
    assert_str(row->datum, "GCJ02");
    assert_null(row->conversion.p);
    assert_int_equal(outline_datum(row), DATUM_GCJ02);
    Point corner = {1090000000, 340000000}, west = {1089999999, 340000000};
    assert_int_equal(area_find_by(g, corner, DATUM_GCJ02, w->h->now),
                     root); /* exact in its own datum */
    assert_int_equal(area_find_by(g, west, DATUM_GCJ02, w->h->now), NIL);
    Point inside = {1090000000 + 100, 342000000};
    assert_int_equal(area_find(g, inside, w->h->now),
                     root); /* WGS84: seen some 500 m east of itself */
    Point back = point_to_wgs84(inside, DATUM_GCJ02);
    assert_true(back.lon < 1090000000);
    assert_int_equal(area_find(g, back, w->h->now), root);
    ground_unpin(g);
    /* turned back, with a reason that the row keeps */
    advance(w, DAY);
    spec.conversion = S("演示说明");
    assert_ok(import_outlines(&spec, &how, str(counties), &done));
    g = ground_pin(w->grounds, region.region_no);
    row = area_outline(g, root, w->h->now, NULL);
    assert_str(row->datum, "GCJ02");
    assert_str(row->conversion, "演示说明");
    assert_int_equal(outline_datum(row), DATUM_WGS84);
    assert_int_equal(area_find(g, back, w->h->now), root);
    ground_unpin(g);
}

static const char cells[] = COLLECTION(FEATURE(
    "\"code\":\"610179401001002\",\"name\":\"浐河第2网格\",\"level\":\"cell\",\"kind\":"
    "\"dedicated\"",
    POLYGON(
        "109.11", "34.3", "109.12",
        "34.31")) "," FEATURE("\"code\":\"610179401002001\",\"name\":\"新村网格\",\"level\":"
                              "\"cell\"",
                              POLYGON(
                                  "109.12", "34.3", "109.13",
                                  "34.31")) "," FEATURE("\"code\":\"610179401002\",\"name\":"
                                                        "\"新村\",\"level\":\"community\","
                                                        "\"dock\":[\"610111004\","
                                                        "\"610111005\"]",
                                                        POLYGON(
                                                            "109.12", "34.3", "109.13",
                                                            "34.31")) "," FEATURE("\"code\":"
                                                                                  "\"6101794010"
                                                                                  "01001\","
                                                                                  "\"name\":"
                                                                                  "\"不改名\","
                                                                                  "\"level\":"
                                                                                  "\"cell\"",
                                                                                  POLYGON(
                                                                                      "109.1",
                                                                                      "34.3",
                                                                                      "109.11",
                                                                                      "34."
                                                                                      "31")));

static void cells_are_opened_below_their_village_by_code(void **state)
{
    World *w = *state;
    ImportSpec spec = spec_of(w, REGION);
    OutlineSpec how = {.level = LEVEL_COUNT};
    ImportDone done;
    assert_ok(import_outlines(&spec, &how, str(cells), &done));
    assert_int_equal(done.rows, 4);
    const Ground *g = ground_pin(w->grounds, REGION);
    Instant now = w->h->now;
    const AreaSpan *second = area_by_code(g, S("610179401001002"), now),
                   *fresh = area_by_code(g, S("610179401002001"), now);
    assert_int_equal(second->parent, w->village2);
    assert_str(second->kind, "dedicated");
    assert_str(fresh->kind, "basic");
    assert_int_equal(
        fresh->parent,
        area_by_code(g, S("610179401002"), now)->area); /* which came after it in the file */
    assert_str(area_at(g, w->cell3, now)->name, "浐河第1网格"); /* an outline does not rename */
    assert_int_equal(area_find(g, (Point){1091050000, 343050000}, now), w->cell3);
    const Docking **docks;
    size_t n;
    area_dockings(g, area_by_code(g, S("610179401002"), now)->area, now, w->h->mem, &docks, &n);
    assert_int_equal(n, 2);
    ground_unpin(g);
}

static void a_byte_order_mark_is_passed_over(void **state)
{
    World *w = *state;
    ImportSpec spec = spec_of(w, REGION);
    OutlineSpec how = {.level = LEVEL_COUNT};
    ImportDone done;
    Str text = str_fmt(w->h->mem, "\xef\xbb\xbf%s", cells);
    assert_ok(import_outlines(&spec, &how, text, &done));
    assert_int_equal(done.rows, 4);
}

static void areas_need_a_region(void **state)
{
    World *w = *state;
    ImportSpec spec = spec_of(w, 0);
    OutlineSpec how = {.level = LEVEL_COUNT};
    ImportDone done;
    assert_err(import_outlines(&spec, &how, str(cells), &done), IMPORT_REGION);
}

#define SQUARE POLYGON("109", "34", "109.1", "34.1")
#define KNOT                                                                                   \
    "{\"type\":\"Polygon\",\"coordinates\":[[[109,34],[110,35],[110,34],[109,36],[109,34]]]}"

static void all_faults_of_a_file_are_told_and_nothing_goes_in(void **state)
{
    World *w = *state;
    ImportSpec spec = spec_of(w, REGION);
    OutlineSpec how = {.level = LEVEL_CELL};
    ImportDone done;
    int64_t before = count(w, "SELECT count(*) FROM ledger");
    /* clang-format off */
    const char *bad = COLLECTION(
        FEATURE("\"code\":\"-61017940100100\",\"name\":\"短\"", SQUARE) ","
        FEATURE("\"code\":\"610179401009001\",\"name\":\"无村\"", SQUARE) ","
        FEATURE("\"code\":\"610179401001007\"", SQUARE) ","
        FEATURE("\"code\":\"610179401001008\",\"name\":\"扭\"", KNOT) ","
        FEATURE("\"code\":\"610179401001009\",\"name\":\"甲\"", SQUARE) ","
        FEATURE("\"code\":\"610179401001009\",\"name\":\"乙\"", SQUARE) ","
        "{\"type\":\"Feature\",,}");
    /* clang-format on */
    const Err *e = import_outlines(&spec, &how, str(bad), &done);
    assert_err(e, ERR_FAULTS);
    assert_true(has_fault(e, "feature 1, column code", "area-code"));
    assert_true(has_fault(e, "feature 2", "unknown"));
    assert_true(has_fault(e, "feature 3", "required"));
    assert_true(has_fault(e, "feature 4", "outline-cross"));
    assert_true(has_fault(e, "feature 6", "twice"));
    assert_true(has_fault(e, "feature 7", "geojson"));
    assert_int_equal(count(w, "SELECT count(*) FROM ledger"), before);
    assert_err(import_outlines(&spec, &how, S("{\"type\":\"Feature\"}"), &done),
               IMPORT_GEOJSON);
    assert_err(import_outlines(&spec, &how, S(""), &done), IMPORT_GEOJSON);
    assert_err(import_outlines(&spec, &how, S("{\"features\":[{\"a\":1}"), &done), ERR_FAULTS);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
int main(void)
{
    crypt_init();
    const struct CMUnitTest tests[] = {
        CASE(a_county_is_a_region_of_its_own_with_its_tree),
        CASE(gcj02_stays_as_it_is_unless_an_operator_gives_a_reason),
        CASE(cells_are_opened_below_their_village_by_code),
        CASE(a_byte_order_mark_is_passed_over),
        CASE(areas_need_a_region),
        CASE(all_faults_of_a_file_are_told_and_nothing_goes_in),
    };
    return cmocka_run_group_tests_name("outline_import", tests, NULL, NULL);
}
