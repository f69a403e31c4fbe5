/* SPDX-License-Identifier: Apache-2.0 */
/* Acts, replay, history, rebuild and check on a table of the test's own. */
#include "ledger/ledger.h"

#include "base/crypt.h"
#include "house.h"

typedef struct {
    STATE_MEMBERS
    Str name;
    int64_t size, friend;
    Str raw;
} Thing;

static const Column thing_columns[] = {
    STATE_COLUMNS(Thing),
    COLUMN(Thing, name, KIND_TEXT, "名称", "Name", .flags = COLUMN_REQUIRED),
    COLUMN(Thing, size, KIND_INT, "大小", "Size", .def = "7"),
    COLUMN(Thing, friend, KIND_REF, "朋友", "Friend", .list = "things"),
    COLUMN(Thing, raw, KIND_BYTES, "原样", "Raw"),
};
static const Table thing_table = {.name = "things",
                                  .class = CLASS_STATE,
                                  .columns = thing_columns,
                                  .count = countof(thing_columns),
                                  .size = sizeof(Thing)};
static const Table *const tables[] = {&entry_table, &head_table, &key_table, &thing_table};

static int setup(void **state)
{
    *state = house_open(tables, countof(tables));
    return 0;
}

static int teardown(void **state)
{
    house_close(*state);
    return 0;
}

static const Err *put_thing(Act *act, void *context)
{
    row_put(act, &thing_table, context);
    act_on(act, &thing_table, ((Thing *)context)->id);
    return NULL;
}

static const Err *resize(Act *act, void *context)
{
    Thing *after = context, before;
    const Err *e = db_load(act->db, &thing_table, after->id, act->mem, &before);
    if (e) return e;
    if (before.size == after->size) return &STALE;
    int64_t size = after->size;
    *after = before;
    after->size = size;
    row_set(act, &thing_table, &before, after);
    return NULL;
}

static const Err *call(House *h, ActJob *job, const char *key, const char *sum,
                       const Err *(*decide)(Act *, void *), Thing *thing)
{
    *job = (ActJob){.mem = h->mem,
                    .spec = {.region = 3,
                             .actor = 5,
                             .seat = NIL,
                             .for_person = NIL,
                             .verb = S("test"),
                             .key = str(key),
                             .sum = str(sum),
                             .client = NIL},
                    .decide = decide,
                    .context = thing};
    return ledger_call(h->ledger, job);
}

static Thing thing_named(Str name)
{
    return (Thing){.name = name, .size = 7, .friend = NIL, .raw = {"\x00\xff", 2}};
}

static void an_act_is_one_entry_and_the_same_key_has_one_effect(void **state)
{
    House *h = *state;
    ActJob job;
    Thing a = thing_named(S("甲")), b = thing_named(S("甲"));
    assert_ok(call(h, &job, "k1", "s", put_thing, &a));
    assert_int_equal(job.no, 1);
    assert_false(job.replayed);
    assert_int_equal(a.id, ID_MAKE(3, 1));
    assert_ok(call(h, &job, "k1", "s", put_thing, &b));
    assert_true(job.replayed);
    assert_int_equal(job.on_id, a.id);
    assert_str(job.on_table, "things");
    assert_err(call(h, &job, "k1", "other", put_thing, &b), KEY_REUSED);
    int64_t n;
    static const Sql count = SQL("SELECT count(*) FROM things"),
                     entries = SQL("SELECT count(*) FROM ledger");
    assert_ok(db_int(h->db, &count, NO_ARGS, 0, &n));
    assert_int_equal(n, 1);
    assert_ok(db_int(h->db, &entries, NO_ARGS, 0, &n));
    assert_int_equal(n, 1);
}

static void a_refused_act_leaves_nothing(void **state)
{
    House *h = *state;
    ActJob job;
    Thing a = thing_named(S("甲"));
    assert_ok(call(h, &job, "k1", "s", put_thing, &a));
    Thing same = {.id = a.id, .size = 7};
    assert_err(call(h, &job, "k2", "s", resize, &same), STALE);
    same.size = 9;
    assert_ok(call(h, &job, "k2", "s", resize, &same));
    assert_int_equal(job.no, 2);
    assert_int_equal(same.entry, 2);
}

static void time_never_runs_backwards(void **state)
{
    House *h = *state;
    ActJob job;
    Thing a = thing_named(S("甲")), b = thing_named(S("乙"));
    h->now = 5000;
    assert_ok(call(h, &job, NULL, NULL, put_thing, &a));
    h->now = 4000;
    assert_ok(call(h, &job, NULL, NULL, put_thing, &b));
    assert_int_equal(job.at, 5000);
}

static void history_walks_back_by_prev(void **state)
{
    House *h = *state;
    ActJob job;
    Thing a = thing_named(S("甲")), other = thing_named(S("乙"));
    assert_ok(call(h, &job, NULL, NULL, put_thing, &a));
    assert_ok(call(h, &job, NULL, NULL, put_thing, &other));
    for (int64_t size = 10; size < 13; size++) {
        Thing t = {.id = a.id, .size = size};
        assert_ok(call(h, &job, NULL, NULL, resize, &t));
    }
    Entry *entries;
    size_t n;
    assert_ok(
        ledger_history(h->ledger, h->db, &thing_table, a.id, 5, 100, h->mem, &entries, &n));
    assert_int_equal(n, 4);
    assert_int_equal(entries[0].no, 5);
    assert_int_equal(entries[3].no, 1);
    int64_t last;
    assert_ok(ledger_last(h->db, ID_REGION(a.id), &last));
    assert_int_equal(last, 5);
    assert_ok(ledger_last(h->db, 99, &last));
    assert_int_equal(last, 0);
}

static void tamper(House *h, const char *text)
{
    Db *db;
    assert_ok(db_open(h->store, DB_WRITE, &db));
    Sql sql = {text};
    assert_ok(db_run(db, &sql, NO_ARGS, NULL));
    db_close(db);
}

static void a_row_is_found_by_region_and_id(void **state)
{
    House *h = *state;
    ActJob job;
    Thing a = thing_named(S("甲")), back;
    assert_ok(call(h, &job, NULL, NULL, put_thing, &a));
    assert_ok(db_load(h->db, &thing_table, a.id, h->mem, &back));
    tamper(h, "UPDATE things SET region = region + 1"); /* as another shard would have it */
    assert_err(db_load(h->db, &thing_table, a.id, h->mem, &back), ERR_NOT_FOUND);
    Db *db;
    Value values[64] = {[3] = VALUE_STR(S("乙"))};
    assert_ok(db_open(h->store, DB_WRITE, &db));
    assert_err(db_set(db, &thing_table, a.id, 1 << 3, values), ERR_NOT_FOUND);
    assert_ok(db_del(db, &thing_table, a.id));
    static const Sql count = SQL("SELECT COUNT(*) FROM things WHERE region >= 0");
    int64_t left;
    assert_ok(db_int(db, &count, NO_ARGS, 0, &left));
    assert_int_equal(left, 1);
    db_close(db);
}

/* The region is no reason to leave the shortest way to a row. */
static void a_row_of_an_id_is_sought_by_its_key(void **state)
{
    House *h = *state;
    Rows rows;
    assert_ok(db_query(h->db,
                       S("EXPLAIN QUERY PLAN SELECT * FROM things WHERE region = ? AND id = ?"),
                       &rows));
    assert_true(rows_next(&rows));
    assert_str(rows_str(&rows, 3), "SEARCH things USING INTEGER PRIMARY KEY (rowid=?)");
    assert_ok(rows_close(&rows));
}

static void quiet(void *context, const char *text)
{
    Buf *b = context;
    buf_fmt(b, "%s\n", text);
}

static int64_t check(House *h, Buf *said)
{
    *said = BUF(h->mem);
    Report report = {quiet, said, 0};
    int64_t entries, rows;
    assert_ok(ledger_check(h->ledger, NULL, 0, &report, &entries, &rows));
    return report.faults;
}

static void rebuild_gives_the_same_rows_and_check_agrees(void **state)
{
    House *h = *state;
    ActJob job;
    Buf said;
    Thing a = thing_named(S("甲")), b = thing_named(S("乙"));
    assert_ok(call(h, &job, "k", "s", put_thing, &a));
    b.friend = a.id;
    assert_ok(call(h, &job, NULL, NULL, put_thing, &b));
    Thing t = {.id = a.id, .size = 8};
    assert_ok(call(h, &job, NULL, NULL, resize, &t));
    assert_int_equal(check(h, &said), 0);
    tamper(h, "UPDATE things SET size = 99");
    assert_int_equal(check(h, &said), 2);
    assert_true(str_find(buf_str(&said), S("column size is not what the ledger says")) !=
                SIZE_MAX);
    int64_t entries, rows;
    assert_ok(ledger_rebuild(h->ledger, NULL, 0, &entries, &rows));
    assert_int_equal(entries, 3);
    assert_int_equal(rows, 3);
    assert_int_equal(check(h, &said), 0);
    Thing back;
    assert_ok(db_load(h->db, &thing_table, a.id, h->mem, &back));
    assert_int_equal(back.size, 8);
    assert_int_equal(back.entry, 3);
    assert_int_equal(back.raw.n, 2);
    assert_ok(call(h, &job, "k", "s", put_thing, &b));
    assert_true(job.replayed);
}

static void check_names_what_was_tampered_with(void **state)
{
    House *h = *state;
    ActJob job;
    Buf said;
    Thing a = thing_named(S("甲")), b = thing_named(S("乙"));
    assert_ok(call(h, &job, NULL, NULL, put_thing, &a));
    assert_ok(call(h, &job, NULL, NULL, put_thing, &b));
    tamper(h, "UPDATE ledger SET body = replace(body, '乙', '丙') WHERE no = 2");
    assert_true(check(h, &said) >= 2); /* the hash, and the fold */
    assert_true(str_find(buf_str(&said), S("entry 3/2 is not what was hashed")) != SIZE_MAX);
    tamper(h, "UPDATE ledger SET body = '{' WHERE no = 2");
    assert_true(check(h, &said) >= 1);
    assert_true(str_find(buf_str(&said), S("fold:")) != SIZE_MAX);
    tamper(h, "UPDATE ledger SET region = -1 WHERE no = 2");
    assert_true(check(h, &said) >= 1);
    assert_true(str_find(buf_str(&said), S("entry -1/2 has id")) != SIZE_MAX);
    tamper(h, "DELETE FROM ledger WHERE no = 2");
    assert_true(check(h, &said) >= 1);
    assert_true(str_find(buf_str(&said), S("ends at entry 1, its head says 2")) != SIZE_MAX);
}

static const Err *cannot_read(void *context, Db *db, Report *report)
{
    (void)context, (void)db, (void)report;
    return &STORE_BROKEN;
}

static void a_part_of_check_that_cannot_read_is_a_fault_and_the_others_go_on(void **state)
{
    House *h = *state;
    ActJob job;
    Buf said = BUF(h->mem);
    Report report = {quiet, &said, 0};
    Thing a = thing_named(S("甲"));
    Checker above[] = {{"upper", cannot_read, NULL}, {"topmost", cannot_read, NULL}};
    int64_t entries, rows;
    assert_ok(call(h, &job, NULL, NULL, put_thing, &a));
    tamper(h, "ALTER TABLE ledger_head RENAME COLUMN region TO gone");
    tamper(h, "ALTER TABLE things RENAME COLUMN friend TO gone");
    assert_ok(ledger_check(h->ledger, above, 2, &report, &entries, &rows));
#define UNREAD(part) part ": cannot be read: The store failed, tell the administrator\n"
    assert_str(buf_str(&said),
               UNREAD("chain") UNREAD("things") UNREAD("upper") UNREAD("topmost"));
}

static const Err *nothing(Act *act, void *context)
{
    (void)act, (void)context;
    return NULL;
}

static void acts_wait_until_the_wall_is_right_or_accepted(void **state)
{
    House *h = *state;
    ActJob job;
    Wall wall;
    Buf said;
    Thing a = thing_named(S("甲")), b = thing_named(S("乙"));
    wall_start(&wall, INT64_MIN);
    ledger_guard(h->ledger, &wall);
    assert_ok(call(h, &job, "once", NULL, put_thing, &a));
    atomic_fetch_sub(&wall.offset, INT64_C(3600000)); /* the wall jumps forward */
    assert_in_range(ledger_astray(h->ledger), 3590000, 3610000);
    assert_err(call(h, &job, NULL, NULL, put_thing, &b), CLOCK_ASTRAY);
    assert_ok(call(h, &job, "once", NULL, put_thing, &a)); /* done before, told again */
    assert_true(job.replayed);
    Instant before = job.at;
    job = (ActJob){.mem = h->mem,
                   .spec = {.region = 3,
                            .seat = NIL,
                            .for_person = NIL,
                            .verb = S("accept"),
                            .client = NIL,
                            .accepts_clock = true},
                   .decide = nothing};
    assert_ok(ledger_call(h->ledger, &job));
    assert_int_equal(job.no, 2);
    assert_true(job.at - before > 0 && job.at - before < 60000); /* by the wall itself */
    assert_int_equal(ledger_astray(h->ledger), 0);
    assert_ok(call(h, &job, NULL, NULL, put_thing, &b));
    assert_int_equal(check(h, &said), 0);
    atomic_fetch_add(&wall.offset, INT64_C(3600000));
    assert_err(call(h, &job, NULL, NULL, put_thing, &b), CLOCK_ASTRAY);
    atomic_fetch_sub(&wall.offset, INT64_C(3600000));
    b.id = 0;
    assert_ok(call(h, &job, NULL, NULL, put_thing, &b));
}

int main(void)
{
    crypt_init();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_act_is_one_entry_and_the_same_key_has_one_effect,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(a_refused_act_leaves_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(time_never_runs_backwards, setup, teardown),
        cmocka_unit_test_setup_teardown(history_walks_back_by_prev, setup, teardown),
        cmocka_unit_test_setup_teardown(rebuild_gives_the_same_rows_and_check_agrees, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_row_is_found_by_region_and_id, setup, teardown),
        cmocka_unit_test_setup_teardown(a_row_of_an_id_is_sought_by_its_key, setup, teardown),
        cmocka_unit_test_setup_teardown(check_names_what_was_tampered_with, setup, teardown),
        cmocka_unit_test_setup_teardown(
            a_part_of_check_that_cannot_read_is_a_fault_and_the_others_go_on, setup, teardown),
        cmocka_unit_test_setup_teardown(acts_wait_until_the_wall_is_right_or_accepted, setup,
                                        teardown),
    };
    return cmocka_run_group_tests_name("ledger", tests, NULL, NULL);
}
