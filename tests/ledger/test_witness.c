/* SPDX-License-Identifier: Apache-2.0 */
/* The witness beside the store: what it holds, and what it finds. */
#include "ledger/witness.h"

#include "base/crypt.h"
#include "house.h"

typedef struct {
    STATE_MEMBERS
    int64_t size;
} Thing;

static const Column columns[] = {STATE_COLUMNS(Thing),
                                 COLUMN(Thing, size, KIND_INT, "大小", "Size")};
static const Table thing_table = {.name = "things",
                                  .class = CLASS_STATE,
                                  .columns = columns,
                                  .count = countof(columns),
                                  .size = sizeof(Thing)};
static const Table *const tables[] = {&entry_table, &head_table, &key_table, &thing_table};

static const Err *put(Act *act, void *context)
{
    Thing thing = {.size = *(const int64_t *)context};
    row_put(act, &thing_table, &thing);
    return NULL;
}

static void act_in(House *h, int64_t region, int64_t size)
{
    ActJob job = {.mem = h->mem,
                  .spec = {.region = region,
                           .seat = NIL,
                           .for_person = NIL,
                           .verb = S("put"),
                           .client = NIL},
                  .decide = put,
                  .context = &size};
    assert_ok(ledger_call(h->ledger, &job));
}

static Str path_of(House *h)
{
    return str_fmt(h->mem, "%s.head", h->path);
}

static int setup(void **state)
{
    House *h = house_open(tables, countof(tables));
    for (int64_t i = 0; i < 3; i++)
        act_in(h, 1, i);
    act_in(h, 7, 1);
    Witness w;
    assert_ok(witness_take(h->db, 1790000000000, path_of(h), h->mem, &w));
    assert_ok(witness_write(&w, h->mem));
    *state = h;
    return 0;
}

static int teardown(void **state)
{
    House *h = *state;
    unlink(path_of(h).p);
    house_close(h);
    return 0;
}

static void tamper(House *h, const char *text)
{
    Db *db;
    Rows rows;
    assert_ok(db_open(h->store, DB_WRITE, &db));
    assert_ok(db_query(db, str(text), &rows));
    while (rows_next(&rows))
        ;
    assert_ok(rows_close(&rows));
    db_close(db);
}

/* How many regions it is against; *first: what is said of the first. */
static size_t against(House *h, const Err **first)
{
    Witness w;
    Faults faults = {.mem = h->mem};
    assert_ok(witness_read(path_of(h), h->mem, &w));
    assert_ok(witness_hold(h->db, &w, &faults));
    if (first) *first = faults.first;
    return faults.count;
}

static void hear(void *context, const char *text)
{
    buf_fmt(context, "%s\n", text);
}

/* What the whole check says: its faults, else its notes. */
static Str checked(House *h)
{
    Witness w;
    Buf said = BUF(h->mem), notes = BUF(h->mem);
    Report report = {.fault = hear, .context = &said};
    assert_ok(witness_read(path_of(h), h->mem, &w));
    assert_ok(witness_check(h->db, &w, &report, &notes));
    return report.faults ? buf_str(&said) : buf_str(&notes);
}

static void it_says_what_was_and_what_is_younger(void **state)
{
    House *h = *state;
    assert_int_equal(against(h, NULL), 0);
    assert_str(checked(h), "region 1: witnessed up to 3 at 2026-09-21T22:13:20+08:00\n"
                           "region 7: witnessed up to 1 at 2026-09-21T22:13:20+08:00\n");
    act_in(h, 1, 4);
    act_in(h, 5, 1);
    act_in(h, 7, 2);
    act_in(h, 7, 3);
    assert_int_equal(against(h, NULL), 0);
    assert_str(
        checked(h),
        "region 1: witnessed up to 3 at 2026-09-21T22:13:20+08:00; 4 unwitnessed\n"
        "region 5: 1 unwitnessed\n"
        "region 7: witnessed up to 1 at 2026-09-21T22:13:20+08:00; 2 to 3 unwitnessed\n");
}

static void a_ledger_that_ends_before_is_found(void **state)
{
    House *h = *state;
    const Err *e;
    tamper(h, "DELETE FROM ledger WHERE region = 1 AND no = 3");
    tamper(h, "UPDATE ledger_head SET no = 2 WHERE region = 1");
    assert_int_equal(against(h, &e), 1);
    assert_err(e, WITNESS_AGAINST);
    assert_str(e->args[0], "1");
    assert_true(str_starts(e->args[1], S("2 ")) && str_starts(e->args[2], S("3 ")));
    assert_true(str_starts(checked(h), S("witness: Region 1: the store's head is 2 ")));
    tamper(h, "DELETE FROM ledger_head");
    assert_int_equal(against(h, NULL), 2);
}

static void another_chain_at_its_place_is_found(void **state)
{
    House *h = *state;
    tamper(h, "UPDATE ledger_head SET chain = zeroblob(32) WHERE region = 7");
    assert_int_equal(against(h, NULL), 1);
    act_in(h, 1, 4);
    tamper(h, "UPDATE ledger SET verb = 'other' WHERE region = 1 AND no = 3");
    assert_int_equal(against(h, NULL), 2); /* the entry is hashed anew, though more follow */
}

static void an_older_entry_is_found_by_the_whole_check_alone(void **state)
{
    House *h = *state;
    act_in(h, 1, 4);
    tamper(h, "UPDATE ledger SET hash = zeroblob(32) WHERE region = 1 AND no = 2");
    assert_int_equal(against(h, NULL), 0);
    assert_true(str_starts(checked(h), S("witness: Region 1: the store's head is 4 ")));
}

static void put_file(Str path, Str text)
{
    FILE *file = fopen(path.p, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(text.p, 1, text.n, file), text.n);
    fclose(file);
}

static void what_is_no_witness_is_not_taken_for_one(void **state)
{
    House *h = *state;
    Witness w;
    Str text, path = path_of(h);
    assert_ok(file_read_all(h->mem, path, 1 << 16, &text));
    for (size_t i = 0; i < text.n; i++) { /* each byte of it matters */
        Str other = str_dup(h->mem, text);
        ((char *)(uintptr_t)other.p)[i] ^= 1;
        put_file(path, other);
        assert_err(witness_read(path, h->mem, &w), WITNESS_BROKEN);
    }
    for (size_t n = 0; n < text.n; n += 7) {
        put_file(path, (Str){text.p, n});
        assert_err(witness_read(path, h->mem, &w), WITNESS_BROKEN);
    }
    put_file(path, str_fmt(h->mem, "%.*s\n", STR(text)));
    assert_err(witness_read(path, h->mem, &w), WITNESS_BROKEN);
    unlink(path.p);
    assert_err(witness_read(path, h->mem, &w), FILE_MISSING);
}

static void a_head_without_its_entry_is_not_witnessed(void **state)
{
    House *h = *state;
    Witness w;
    tamper(h, "DELETE FROM ledger WHERE region = 7");
    assert_err(witness_take(h->db, 1790000000000, path_of(h), h->mem, &w), ENTRY_BROKEN);
}

int main(void)
{
    crypt_init();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(it_says_what_was_and_what_is_younger, setup, teardown),
        cmocka_unit_test_setup_teardown(a_ledger_that_ends_before_is_found, setup, teardown),
        cmocka_unit_test_setup_teardown(another_chain_at_its_place_is_found, setup, teardown),
        cmocka_unit_test_setup_teardown(an_older_entry_is_found_by_the_whole_check_alone, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(what_is_no_witness_is_not_taken_for_one, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_head_without_its_entry_is_not_witnessed, setup,
                                        teardown),
    };
    return cmocka_run_group_tests_name("witness", tests, NULL, NULL);
}
