/* SPDX-License-Identifier: Apache-2.0 */
/* The national list: all faults at once, nothing of a bad file. */
#include "base/csv.h"
#include "grid/division.h"
#include "grid/import.h"
#include "world.h"

static ImportSpec spec_of(World *w, int64_t region)
{
    return (ImportSpec){.ledger = w->h->ledger,
                        .grounds = w->grounds,
                        .mem = w->h->mem,
                        .region = region,
                        .seat = NIL,
                        .name = S("file"),
                        .starts = NIL,
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

static void divisions_come_in_by_hash_and_count(void **state)
{
    World *w = *state;
    ImportSpec spec = spec_of(w, 0);
    ImportDone done;
    assert_ok(import_divisions(&spec, S(LIST), &done));
    assert_int_equal(done.rows, 6);
    assert_int_equal(done.acts, 1);
    Division d, *all;
    size_t n;
    assert_ok(division_find(w->h->db, S("610111001"), w->h->mem, &d));
    assert_str(d.name, "纺织城街道");
    assert_str(d.parent, "610111");
    assert_ok(division_below(w->h->db, S("610111"), 4, 10, w->h->mem, &all, &n));
    assert_int_equal(n, 2);
    assert_ok(division_below(w->h->db, S("610111"), 4, 1, w->h->mem, &all, &n));
    assert_int_equal(n, 1);
    assert_err(division_find(w->h->db, S("99"), w->h->mem, &d), ERR_NOT_FOUND);
    assert_int_equal(count(w, "SELECT rows FROM imports WHERE kind = 'divisions'"), 6);
    assert_true(count(w, "SELECT max(length(body)) FROM ledger WHERE region = 0") <
                600); /* no rows in the entry */
    /* again, shorter: the list is replaced whole, and survives a rebuild */
    assert_ok(import_divisions(&spec, S("code,parent_code,level,name\n62,,1,甘肃省\n"), &done));
    assert_int_equal(count(w, "SELECT count(*) FROM divisions"), 1);
    int64_t entries, rows;
    assert_ok(ledger_rebuild(w->h->ledger, NULL, 0, &entries, &rows));
    assert_int_equal(count(w, "SELECT count(*) FROM divisions"), 1);
}

static void a_bad_list_leaves_the_old_one(void **state)
{
    World *w = *state;
    ImportSpec spec = spec_of(w, 0);
    ImportDone done;
    assert_ok(import_divisions(&spec, S(LIST), &done));
    const Err *e = import_divisions(
        &spec,
        S("code,parent_code,level,name\n61,,1,陕西省\n61,,1,又\n6101x,61,2,西安市\n"
          "620111,6201,3,x\n63,,7,y\n64,,1,\n65,ab,2,短\n6501,xy,2,z\n"),
        &done);
    assert_err(e, ERR_FAULTS);
    assert_true(has_fault(e, "row 3, column code", "twice"));
    assert_true(has_fault(e, "row 4, column code", "division-code"));
    assert_true(has_fault(e, "row 5, column parent_code", "division-parent"));
    assert_true(has_fault(e, "row 6, column level", "range"));
    assert_true(has_fault(e, "row 7, column name", "required"));
    assert_true(has_fault(e, "row 9, column parent_code", "division-parent"));
    assert_int_equal(count(w, "SELECT count(*) FROM divisions"), 6);
    assert_err(import_divisions(&spec, S("code,level,name\n"), &done), CSV_COLUMN);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
int main(void)
{
    crypt_init();
    const struct CMUnitTest tests[] = {
        CASE(divisions_come_in_by_hash_and_count),
        CASE(a_bad_list_leaves_the_old_one),
    };
    return cmocka_run_group_tests_name("division", tests, NULL, NULL);
}
