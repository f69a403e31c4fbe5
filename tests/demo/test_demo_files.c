/* SPDX-License-Identifier: Apache-2.0 */
/* The demo's files as the house itself reads them: compiled in, YAML, lists, outlines, tables.
 */
#include "test.h"

#include "base/csv.h"
#include "base/geo.h"
#include "def/embedded.h"
#include "def/yaml.h"

static Arena *mem;

static int setup(void **state)
{
    (void)state;
    mem = arena_new(0);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(mem);
    return 0;
}

/* What readings have to say; empty when all is well. */
static Str told(const Reading *r)
{
    Buf said = BUF(mem);
    buf_add(&said, S(""));
    def_print(def_err(r), LANG_EN, &said);
    return buf_str(&said);
}

static void definitions_read_without_a_fault(void **state)
{
    (void)state;
    int read = 0;
    for (size_t i = 0; i < seed_files_count; i++) {
        const SeedFile *file = &seed_files[i];
        if (!seed_is(file, "defs/demo/", ".yaml")) continue;
        Reading r = READING(mem, str(file->path));
        assert_non_null(def_read(&r, seed_text(str(file->path))));
        assert_str(told(&r), "");
        read++;
    }
    assert_int_equal(read, 2);
}

static void cells_are_outlines_that_add_up_to_the_region(void **state)
{
    (void)state;
    Str text = seed_text(S("defs/demo/ground.geojson"));
    const Json *root;
    assert_ok(json_read(mem, text, &root));
    const Json *features = json_get(root, "features");
    Int128 whole = 0, parts = 0;
    int cells = 0, here = 0;
    for (size_t i = 0; i < json_count(features); i++) {
        const Json *feature = json_at(features, i);
        Str level = json_member(json_get(feature, "properties"), "level");
        Outline o;
        assert_ok(outline_read(mem, json_get(feature, "geometry"), &o));
        assert_ok(outline_check(mem, &o));
        if (str_is(level, "region")) whole = outline_area2(&o);
        if (!str_is(level, "cell")) continue;
        parts += outline_area2(&o);
        here += outline_has(&o, (Point){1090600000, 343200000});
        cells++;
    }
    assert_int_equal(cells, 248);
    assert_int_equal(here, 1);
    assert_true(whole == parts && whole > 0);
}

/* The table behind the notes that begin with #. */
static size_t rows_of(const char *path, size_t columns)
{
    Str text = seed_text(str(path)), line, rest;
    assert_non_null(text.p);
    while (str_starts(text, S("#")) && str_cut(text, '\n', &line, &rest))
        text = rest;
    Csv csv;
    assert_ok(csv_open(&csv, mem, text));
    assert_int_equal(csv.columns, columns);
    size_t n = 0;
    for (bool more = true;; n++) {
        assert_ok(csv_next(&csv, &more));
        if (!more) return n;
    }
}

static void tables_are_whole(void **state)
{
    (void)state;
    assert_int_equal(rows_of("defs/demo/departments.csv", 11), 18);
    assert_int_equal(rows_of("defs/demo/rules.csv", 7), 82);
    assert_int_equal(rows_of("defs/demo/authorities.csv", 8), 148);
    assert_int_equal(rows_of("defs/demo/persons.csv", 7), 420);
    assert_int_equal(rows_of("defs/demo/seats.csv", 9), 632);
    assert_int_equal(rows_of("defs/demo/accounts.csv", 4), 152);
    assert_int_equal(rows_of("defs/demo/absences.csv", 5), 10);
    assert_true(rows_of("defs/demo/roster.csv", 7) > 450);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(definitions_read_without_a_fault, setup, teardown),
        cmocka_unit_test_setup_teardown(cells_are_outlines_that_add_up_to_the_region, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(tables_are_whole, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
