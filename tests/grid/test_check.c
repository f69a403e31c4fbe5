/* SPDX-License-Identifier: Apache-2.0 */
/* What check says of ground that was tampered with. */
#include "grid/grid_check.h"
#include "world.h"

static void collect(void *context, const char *text)
{
    buf_fmt(context, "%s\n", text);
}

static Buf checked(World *w, int64_t *faults)
{
    Buf said = BUF(w->h->mem);
    Report report = {collect, &said, 0};
    assert_ok(grid_check(w->h->ledger, w->h->db, &report));
    *faults = report.faults;
    return said;
}

static void tamper(World *w, const char *text)
{
    Db *db;
    assert_ok(db_open(w->h->store, DB_WRITE, &db));
    Sql sql = {text};
    assert_ok(db_run(db, &sql, NO_ARGS, NULL));
    db_close(db);
}

static void says(World *w, const char *text)
{
    int64_t faults;
    Buf said = checked(w, &faults);
    if (!faults || str_find(buf_str(&said), str(text)) == SIZE_MAX)
        fail_msg("%s is not in:\n%s", text, said.p ? said.p : "");
}

static void sound_ground_has_no_fault(void **state)
{
    World *w = *state;
    advance(w, DAY);
    world_take(w, w->member, w->sun, HOLD_HOLDER);
    world_do(
        w,
        (Call){.op = op_shift, .id = w->room, .person = w->wu, .starts = T0, .ends = T0 + DAY});
    int64_t faults;
    Buf said = checked(w, &faults);
    if (faults) fail_msg("%s", said.p);
}

static void spans_that_overlap_are_told(void **state)
{
    World *w = *state;
    advance(w, DAY);
    world_take(w, w->member, w->sun, HOLD_HOLDER);
    tamper(w, "UPDATE seat_holds SET ends = NULL");
    says(w, "spans: seat_holds");
    tamper(w, "UPDATE outlines SET ends = starts - 1");
    says(w, "ends before it starts");
}

static void a_broken_tree_is_told(void **state)
{
    World *w = *state;
    tamper(w, "UPDATE area_spans SET parent = NULL WHERE level = 'street'");
    says(w, "roots at once");
    tamper(w, "UPDATE area_spans SET parent = area WHERE level = 'street'");
    says(w, "hang on nothing");
    tamper(w, "UPDATE area_spans SET level = 'cell' WHERE level = 'street'");
    says(w, "of no higher level");
}

static void codes_seats_and_outlines_are_looked_at(void **state)
{
    World *w = *state;
    tamper(w, "UPDATE area_spans SET code = '610179400001001' WHERE level = 'cell'");
    says(w, "are both 610179400001001");
    tamper(w, "UPDATE department_spans SET code = 'x'");
    says(w, "are both x");
    tamper(w, "UPDATE outlines SET shape = '1 2 3'");
    says(w, "cannot be read");
    tamper(w, "UPDATE seats SET role = 'king' WHERE role = 'grid_chief'");
    says(w, "has no role \"king\"");
    tamper(w, "UPDATE seats SET area = NULL WHERE role = 'grid_member'");
    says(w, "hangs on nothing");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
int main(void)
{
    crypt_init();
    const struct CMUnitTest tests[] = {
        CASE(sound_ground_has_no_fault),
        CASE(spans_that_overlap_are_told),
        CASE(a_broken_tree_is_told),
        CASE(codes_seats_and_outlines_are_looked_at),
    };
    return cmocka_run_group_tests_name("check", tests, NULL, NULL);
}
