/* SPDX-License-Identifier: Apache-2.0 */
/* Texts are found by region, id and level, as phrases and beginnings. */
#include "store/fulltext.h"

#include <unistd.h>

#include "../test.h"

static Str path;

static Db *db_new(Arena *mem, Store **out)
{
    Db *db;
    int steps;
    path = str_fmt(mem, "/tmp/gridward-fulltext-%d.db", (int)getpid());
    assert_ok(store_open(mem, path, true, out));
    assert_ok(db_open(*out, DB_WRITE, &db));
    assert_ok(schema_make(db, NULL, 0, &steps));
    assert_ok(schema_make(db, NULL, 0, &steps)); /* what is there stays */
    return db;
}

/* "id/level id/level" */
static Str found(Db *db, Arena *mem, int64_t region, const char *query)
{
    Rows rows;
    Buf b = BUF(mem);
    assert_ok(fulltext_find(db, region, str(query), &rows));
    while (rows_next(&rows)) {
        int64_t n = rows_int(&rows, 0);
        buf_fmt(&b, "%s%lld/%u", b.n ? " " : "",
                (long long)(fulltext_id(n) & ((INT64_C(1) << REGION_BITS) - 1)),
                fulltext_level(n));
    }
    assert_ok(rows_close(&rows));
    return buf_str(&b);
}

static void texts_are_found_by_region_id_and_level(void **state)
{
    (void)state;
    Store *store;
    Arena *mem = arena_new(0);
    Db *db = db_new(mem, &store);
    int64_t one = INT64_C(1) << REGION_BITS, two = INT64_C(2) << REGION_BITS;
    assert_ok(fulltext_put(db, one + 9, 0, S("消防 防通 通道 道")));
    assert_ok(fulltext_put(db, one + 9, 1, S("13 38 8")));
    assert_ok(fulltext_put(db, one + 3, 2, S("消防 防")));
    assert_ok(fulltext_put(db, two + 4, 0, S("消防 防")));
    assert_str(found(db, mem, 1, "\"消防\""), "3/2 9/0");
    assert_str(found(db, mem, 2, "\"消防\""), "4/0");
    assert_str(found(db, mem, 1, "\"消防 防通\""), "9/0");
    assert_str(found(db, mem, 1, "\"防通 消防\""), "");
    assert_str(found(db, mem, 1, "\"消\"*"), "3/2 9/0");
    assert_str(found(db, mem, 1, "\"13 38\""), "9/1");
    assert_str(found(db, mem, 1, "\"消防\" \"通道\""), "9/0");
    assert_ok(fulltext_clear(db));
    assert_str(found(db, mem, 1, "\"消防\""), "");
    db_close(db);
    store_close(store);
    unlink(path.p);
    unlink(str_fmt(mem, "%s-wal", path.p).p);
    unlink(str_fmt(mem, "%s-shm", path.p).p);
    arena_free(mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_are_found_by_region_id_and_level)};
    return cmocka_run_group_tests_name("fulltext", tests, NULL, NULL);
}
