/* SPDX-License-Identifier: Apache-2.0 */
/* Sitting down and getting up: no seat's work and no cell is left to nobody. */
#include "world.h"

static const Err *op_seat_close(Act *act, const Ground *g, Call *c)
{
    return seat_close(act, g, c->w->hooks, c->id, c->ends, c->reason);
}

static const Err *op_shift_end(Act *act, const Ground *g, Call *c)
{
    return shift_end(act, g, c->w->hooks, c->id, c->ends);
}

static const Err *op_absence_end(Act *act, const Ground *g, Call *c)
{
    return absence_end(act, g, c->id, c->ends);
}

static const Err *op_authority(Act *act, const Ground *g, Call *c)
{
    AuthorityDraft draft = {.department = c->other,
                            .area = c->id,
                            .matter = c->code,
                            .act = c->name,
                            .basis = c->text};
    return authority_set(act, g, &draft, c->starts, c->ends, &c->out);
}

static int64_t who(World *w, int64_t seat)
{
    const Ground *g = ground_pin(w->grounds, REGION);
    int64_t person = seat_person(g, seat, w->h->now);
    ground_unpin(g);
    return person;
}

static void the_last_member_of_a_cell_does_not_leave_before_somebody_stands_in(void **state)
{
    World *w = *state;
    advance(w, DAY);
    Call leave = {.op = op_leave, .id = w->member_hold, .actor = w->zhou, .seat = w->chief};
    assert_err(world_try(w, &leave), WOULD_ORPHAN);
    assert_int_equal(who(w, w->member), w->wang); /* nothing of it stands */
    world_take(w, w->member, w->sun, HOLD_STAND_IN);
    assert_ok(world_try(w, &leave));
    assert_int_equal(who(w, w->member), w->sun);
}

static void the_chief_may_leave_a_seat_vacant_with_a_reason(void **state)
{
    World *w = *state;
    advance(w, DAY);
    Call by_officer = {.op = op_leave,
                       .id = w->member_hold,
                       .reason = S("招聘中"),
                       .actor = w->li,
                       .seat = w->officer};
    assert_err(world_try(w, &by_officer), WOULD_ORPHAN);
    Call by_chief = {.op = op_leave,
                     .id = w->member_hold,
                     .reason = S("招聘中"),
                     .actor = w->zhou,
                     .seat = w->chief};
    assert_ok(world_try(w, &by_chief));
    assert_int_equal(who(w, w->member), NIL);
}

static void a_chief_of_elsewhere_may_not(void **state)
{
    World *w = *state;
    int64_t chief = world_seat(w, ROLE_GRID_CHIEF, w->street2, 0);
    world_take(w, chief, w->wu, HOLD_HOLDER);
    Call leave = {.op = op_leave,
                  .id = w->member_hold,
                  .ends = w->h->now + DAY,
                  .reason = S("招聘中"),
                  .actor = w->wu,
                  .seat = chief};
    assert_err(world_try(w, &leave), WOULD_ORPHAN);
}

static void officer_and_chief_are_kept_for_every_cell_below(void **state)
{
    World *w = *state;
    advance(w, DAY);
    Call officer = {.op = op_leave, .id = w->officer_hold, .actor = w->li};
    assert_err(world_try(w, &officer), WOULD_ORPHAN);
    Call chief = {.op = op_leave, .id = w->chief_hold, .actor = w->li};
    assert_err(world_try(w, &chief), WOULD_ORPHAN);
    Call close = {.op = op_seat_close, .id = w->officer, .actor = w->li};
    assert_err(world_try(w, &close), WOULD_ORPHAN);
    int64_t second = world_seat(w, ROLE_RESPONSIBLE_OFFICER, w->village, 0);
    world_take(w, second, w->sun, HOLD_HOLDER);
    assert_ok(world_try(w, &close));
    assert_int_equal(who(w, w->officer), NIL);
}

static void handing_over_is_one_act_and_leaves_no_gap(void **state)
{
    World *w = *state;
    advance(w, DAY);
    world_take(w, w->member, w->sun, HOLD_HOLDER);
    const Ground *g = ground_pin(w->grounds, REGION);
    assert_int_equal(seat_person(g, w->member, w->h->now - 1), w->wang);
    assert_int_equal(seat_person(g, w->member, w->h->now), w->sun);
    Sitting *all;
    size_t n;
    person_seats(g, w->wang, w->h->now, w->h->mem, &all, &n);
    assert_int_equal(n, 0);
    person_seats(g, w->wang, w->h->now - 1, w->h->mem, &all, &n);
    assert_int_equal(n, 1);
    assert_int_equal(all[0].seat->id, w->member);
    ground_unpin(g);
}

static void two_holders_never_overlap(void **state)
{
    World *w = *state;
    Call later = {.op = op_take,
                  .id = w->deputy,
                  .person = w->sun,
                  .kind = HOLD_HOLDER,
                  .starts = T0 + 10 * DAY};
    assert_ok(world_try(w, &later));
    Call over = {.op = op_take,
                 .id = w->deputy,
                 .person = w->wu,
                 .kind = HOLD_HOLDER,
                 .starts = T0 + 5 * DAY,
                 .ends = T0 + 11 * DAY};
    assert_err(world_try(w, &over), SEAT_HELD);
    Call fits = {.op = op_take,
                 .id = w->deputy,
                 .person = w->wu,
                 .kind = HOLD_HOLDER,
                 .starts = T0 + 5 * DAY,
                 .ends = T0 + 10 * DAY};
    assert_ok(world_try(w, &fits));
    Call self = {.op = op_take, .id = w->chief, .person = w->zhou, .kind = HOLD_STAND_IN};
    assert_err(world_try(w, &self), SEAT_HELD);
    Call nobody = {.op = op_take, .id = w->chief, .person = 4711, .kind = HOLD_STAND_IN};
    assert_err(world_try(w, &nobody), PERSON_MISSING);
    Call back = {.op = op_take,
                 .id = w->chief,
                 .person = w->wu,
                 .kind = HOLD_STAND_IN,
                 .starts = T0 + DAY,
                 .ends = T0 + DAY};
    assert_err(world_try(w, &back), SPAN_ORDER);
}

static void a_liaison_acts_for_the_holder_and_does_not_answer(void **state)
{
    World *w = *state;
    world_take(w, w->chief, w->sun, HOLD_LIAISON);
    assert_int_equal(who(w, w->chief), w->zhou);
    const Ground *g = ground_pin(w->grounds, REGION);
    Sitting *all;
    size_t n;
    person_seats(g, w->sun, T0, w->h->mem, &all, &n);
    assert_int_equal(n, 1);
    assert_int_equal(all[0].kind, HOLD_LIAISON);
    assert_int_equal(all[0].for_person, w->zhou);
    ground_unpin(g);
    world_do(w, (Call){.op = op_absence, .person = w->zhou});
    assert_int_equal(who(w, w->chief), NIL);
}

static void shifts_do_not_overlap_and_only_rooms_have_them(void **state)
{
    World *w = *state;
    int64_t hour = 3600000;
    int64_t shift = world_do(w, (Call){.op = op_shift,
                                       .id = w->room,
                                       .person = w->wu,
                                       .starts = T0,
                                       .ends = T0 + 8 * hour});
    Call over = {.op = op_shift,
                 .id = w->room,
                 .person = w->sun,
                 .starts = T0 + 7 * hour,
                 .ends = T0 + 9 * hour};
    assert_err(world_try(w, &over), SEAT_HELD);
    Call member = {
        .op = op_shift, .id = w->member, .person = w->sun, .starts = T0, .ends = T0 + hour};
    assert_err(world_try(w, &member), SEAT_ROSTER);
    Call hold = {.op = op_take, .id = w->room, .person = w->sun, .kind = HOLD_HOLDER};
    assert_err(world_try(w, &hold), SEAT_ROSTER);
    /* called off before it begins; another one takes its place, around it */
    advance(w, hour);
    int64_t second = world_do(w, (Call){.op = op_shift,
                                        .id = w->room,
                                        .person = w->sun,
                                        .starts = T0 + 10 * hour,
                                        .ends = T0 + 12 * hour});
    world_do(w, (Call){.op = op_shift_end, .id = second, .ends = T0 + 10 * hour});
    world_do(w, (Call){.op = op_shift,
                       .id = w->room,
                       .person = w->li,
                       .starts = T0 + 9 * hour,
                       .ends = T0 + 13 * hour});
    const Ground *g = ground_pin(w->grounds, REGION);
    assert_int_equal(seat_person(g, w->room, T0 + 11 * hour), w->li);
    assert_int_equal(seat_person(g, w->room, T0 + 3 * hour), w->wu);
    ground_unpin(g);
    world_do(w, (Call){.op = op_shift_end, .id = shift});
    assert_int_equal(who(w, w->room), NIL);
}

static void an_absence_ends_when_the_person_comes_back(void **state)
{
    World *w = *state;
    int64_t absence = world_do(w, (Call){.op = op_absence, .person = w->wang});
    assert_int_equal(who(w, w->member), NIL);
    Call twice = {.op = op_absence, .person = w->wang, .starts = T0 + DAY};
    assert_err(world_try(w, &twice), ABSENCE_KNOWN);
    advance(w, DAY);
    world_do(w, (Call){.op = op_absence_end, .id = absence});
    assert_int_equal(who(w, w->member), w->wang);
}

static void seats_hang_where_their_role_belongs(void **state)
{
    World *w = *state;
    Call cases[] = {
        {.op = op_seat, .role = ROLE_REGION_DEPUTY, .id = w->street},
        {.op = op_seat, .role = ROLE_DEPARTMENT_OFFICER, .id = w->street},
        {.op = op_seat, .role = ROLE_GRID_MEMBER, .other = w->fire},
        {.op = op_seat, .role = ROLE_GRID_MEMBER, .id = w->cell1, .other = w->fire},
    };
    for (size_t i = 0; i < countof(cases); i++)
        assert_err(world_try(w, &cases[i]), SEAT_ANCHOR);
    Call gone = {.op = op_seat, .role = ROLE_GRID_MEMBER, .id = 999};
    assert_err(world_try(w, &gone), AREA_MISSING);
    int64_t second = world_seat(w, ROLE_GRID_MEMBER, w->cell1, 0);
    const Ground *g = ground_pin(w->grounds, REGION);
    assert_int_equal(seat_of(g, second)->ordinal, 2);
    const Seat **all;
    size_t n;
    seat_list(g, ROLE_GRID_MEMBER, w->cell1, NIL, NIL, T0, w->h->mem, &all, &n);
    assert_int_equal(n, 2);
    assert_int_equal(all[0]->id, w->member);
    ground_unpin(g);
}

/* ---- what the floors above do ---- */

typedef struct {
    int64_t seats[8], next;
    size_t count;
    bool refuse;
    World *w;
} Work;

static const Err *unheld(void *context, Act *act, const Ground *after, const int64_t *seats,
                         size_t count, Instant at)
{
    Work *work = context;
    work->count = count;
    memcpy(work->seats, seats, count * sizeof *seats);
    Locus stand = {.cell = work->w->cell1, .department = NIL, .subject = NIL};
    RoleAt chair = {ROLE_GRID_MEMBER, ANCHOR_AREA};
    Duty duty;
    const Err *e = duty_find(after, &chair, 1, &stand, at, act->mem, NULL, &duty);
    if (e || work->refuse) return &WOULD_ORPHAN;
    work->next = duty.seat;
    return NULL;
}

static void open_work_of_a_seat_that_nobody_holds_moves_in_the_same_act(void **state)
{
    World *w = *state;
    Work work = {.w = w};
    GroundHooks hooks = {.context = &work, .unheld = unheld};
    w->hooks = &hooks;
    advance(w, DAY);
    world_do(w, (Call){.op = op_absence, .person = w->wang});
    assert_int_equal(work.count, 1);
    assert_int_equal(work.seats[0], w->member);
    assert_int_equal(work.next, w->officer); /* found on the ground as it will be */
    work = (Work){.w = w, .refuse = true};
    Call refused = {.op = op_absence, .person = w->zhao};
    assert_err(world_try(w, &refused), WOULD_ORPHAN);
    work = (Work){.w = w};
    world_take(w, w->member, w->sun, HOLD_STAND_IN); /* held again: nothing to move */
    assert_int_equal(work.count, 0);
    world_do(w, (Call){.op = op_absence,
                       .person = w->li,
                       .starts = w->h->now + DAY}); /* planned: a sweep's work */
    assert_int_equal(work.count, 0);
}

static void who_may_do_what_stands_in_the_table_of_authority(void **state)
{
    World *w = *state;
    Call order = {.op = op_authority,
                  .other = w->fire,
                  .name = S("order"),
                  .text = S("消防法第五十三条")};
    assert_ok(world_try(w, &order));
    Call again = {.op = op_authority, .other = w->fire, .name = S("order"), .text = S("又")};
    assert_err(world_try(w, &again), RULE_KNOWN);
    Call both = {.op = op_authority,
                 .other = w->fire,
                 .id = w->street,
                 .name = S("order"),
                 .text = S("x")};
    assert_err(world_try(w, &both), AUTHORITY_BODY);
    Call word = {.op = op_authority, .other = w->fire, .name = S("arrest"), .text = S("x")};
    assert_err(world_try(w, &word), COLUMN_CHOICE);
    Call office = {.op = op_authority,
                   .id = w->street,
                   .name = S("correct"),
                   .code = S("gas"),
                   .text = S("赋权〔2026〕1号"),
                   .starts = T0 + DAY,
                   .ends = T0 + 2 * DAY};
    assert_ok(world_try(w, &office));
    const Ground *g = ground_pin(w->grounds, REGION);
    assert_non_null(authority_find(g, w->fire, NIL, S("gas"), S("order"), T0));
    assert_null(authority_find(g, w->fire, NIL, S("gas"), S("seal"), T0));
    assert_null(authority_find(g, NIL, w->cell1, S("gas"), S("correct"), T0));
    assert_non_null(authority_find(g, NIL, w->cell1, S("gas"), S("correct"),
                                   T0 + DAY)); /* its office's, above it */
    assert_null(authority_find(g, NIL, w->cell3, S("gas"), S("correct"), T0 + DAY));
    assert_null(authority_find(g, NIL, w->cell1, S("fire"), S("correct"), T0 + DAY));
    assert_null(authority_find(g, NIL, w->cell1, S("gas"), S("correct"), T0 + 2 * DAY));
    ground_unpin(g);
}

static void facts_about_a_person_are_dated(void **state)
{
    World *w = *state;
    world_do(w, (Call){.op = op_fact,
                       .person = w->li,
                       .name = S("certificate"),
                       .text = S("A-1"),
                       .starts = T0,
                       .ends = T0 + 5 * DAY});
    advance(w, DAY);
    world_do(w, (Call){.op = op_fact,
                       .person = w->li,
                       .name = S("certificate"),
                       .text = S("A-2"),
                       .ends = T0 + 9 * DAY});
    const Ground *g = ground_pin(w->grounds, REGION);
    assert_str(person_fact(g, w->li, FACT_CERTIFICATE, T0)->text, "A-1");
    assert_str(person_fact(g, w->li, FACT_CERTIFICATE, T0 + 8 * DAY)->text, "A-2");
    assert_null(person_fact(g, w->li, FACT_CERTIFICATE, T0 + 9 * DAY));
    assert_null(person_fact(g, w->li, FACT_ON_ESTABLISHMENT, T0));
    assert_int_equal(person_by_code(g, S("p2"))->id, w->li);
    assert_null(person_by_code(g, S("p99")));
    ground_unpin(g);
    Call taken = {.op = op_person, .code = S("p2"), .name = S("另一人")};
    assert_err(world_try(w, &taken), PERSON_TAKEN);
}

static void all_of_it_folds_from_the_ledger(void **state)
{
    World *w = *state;
    advance(w, DAY);
    world_take(w, w->member, w->sun, HOLD_HOLDER);
    world_do(w, (Call){.op = op_absence, .person = w->sun});
    Report report = {.fault = NULL};
    int64_t entries, rows;
    assert_ok(ledger_check(w->h->ledger, NULL, 0, &report, &entries, &rows));
    assert_int_equal(report.faults, 0);
    assert_ok(ledger_rebuild(w->h->ledger, NULL, 0, &entries, &rows));
    assert_ok(ledger_check(w->h->ledger, NULL, 0, &report, &entries, &rows));
    assert_int_equal(report.faults, 0);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
int main(void)
{
    crypt_init();
    const struct CMUnitTest tests[] = {
        CASE(the_last_member_of_a_cell_does_not_leave_before_somebody_stands_in),
        CASE(the_chief_may_leave_a_seat_vacant_with_a_reason),
        CASE(a_chief_of_elsewhere_may_not),
        CASE(officer_and_chief_are_kept_for_every_cell_below),
        CASE(handing_over_is_one_act_and_leaves_no_gap),
        CASE(two_holders_never_overlap),
        CASE(a_liaison_acts_for_the_holder_and_does_not_answer),
        CASE(shifts_do_not_overlap_and_only_rooms_have_them),
        CASE(an_absence_ends_when_the_person_comes_back),
        CASE(seats_hang_where_their_role_belongs),
        CASE(open_work_of_a_seat_that_nobody_holds_moves_in_the_same_act),
        CASE(who_may_do_what_stands_in_the_table_of_authority),
        CASE(facts_about_a_person_are_dated),
        CASE(all_of_it_folds_from_the_ledger),
    };
    return cmocka_run_group_tests_name("seat", tests, NULL, NULL);
}
