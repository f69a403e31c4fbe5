/* SPDX-License-Identifier: Apache-2.0 */
/* When a subject was last met in a case. */
#include "work/seen.h"

#include "../house.h"
#include "work/case.h"

static const Table *const tables[] = {&entry_table, &head_table, &key_table, &case_table};

/* A row as it stands in the store, all else left out. */
static void put_case(House *h, int64_t id, int64_t subject, Instant opened)
{
    Case c = {0};
    Db *db;
    for (size_t i = 0; i < case_table.count; i++) {
        const Column *column = &case_table.columns[i];
        Value v = column->flags & COLUMN_REQUIRED ? (Value){.i = 0, .j = NIL, .s = S("")}
                                                  : VALUE_NULL;
        column_set(column, &c, &v);
    }
    c.id = id;
    c.region = ID_REGION(id);
    c.subject = subject;
    c.opened = opened;
    assert_ok(db_open(h->store, DB_WRITE, &db));
    assert_ok(db_put_row(db, &case_table, &c));
    db_close(db);
}

static void the_last_case_of_a_subject_is_when_it_was_seen(void **state)
{
    (void)state;
    House *h = house_open(tables, countof(tables));
    Seen *seen;
    assert_ok(seen_load(h->db, h->mem, &seen));
    assert_int_equal(seen_subject(seen, h->db, 50), NIL);
    for (int64_t i = 0; i < 600; i++)
        put_case(h, ID_MAKE(3, i + 1), i % 300 ? 50 + i % 300 : NIL, 1000 + i);
    assert_ok(seen_load(h->db, h->mem, &seen));
    assert_int_equal(seen_subject(seen, h->db, 51), 1301);
    assert_int_equal(seen_subject(seen, h->db, 349), 1599);
    assert_int_equal(seen_subject(seen, h->db, 50),
                     NIL); /* cases without subject are nobody's */
    assert_int_equal(seen_subject(seen, h->db, 350), NIL);
    house_close(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_last_case_of_a_subject_is_when_it_was_seen)};
    return cmocka_run_group_tests_name("seen", tests, NULL, NULL);
}
