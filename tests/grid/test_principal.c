/* SPDX-License-Identifier: Apache-2.0 */
/* Rights come with a seat and go with it: on a ground, at an instant. */
#include "grid/scope.h"
#include "world.h"

#include "base/time.h"

static Who who_of_person(World *w, int64_t person, Instant at)
{
    const Ground *g = ground_pin(w->grounds, REGION);
    arena_defer(w->h->mem, (void (*)(void *))ground_unpin, (void *)(uintptr_t)g);
    Who who;
    assert_ok(who_at(w->h->mem, g, person, at, NIL, &who));
    return who;
}

static Access sees_area(const Who *who, int64_t area)
{
    Relations t = TIES_NONE;
    uint32_t end;
    if (!area_range(who->ground, area, who->at, &t.order, &end)) fail();
    return who_sees(who, &t, SEE_DEFAULT);
}

static void each_sees_its_subtree_by_the_seat_of_today(void **state)
{
    World *w = *state;
    struct {
        int64_t person;
        bool cell1, cell2, cell3, village;
    } rows[] = {
        {w->wang, true, false, false, false}, /* member of cell 1 */
        {w->li, true, true, false, true},     /* officer of the village */
        {w->zhou, true, true, false, true},   /* chief of the office */
        {w->qian, true, true, true, true},    /* deputy of the region */
        {w->wu, false, false, false, false},
    };
    for (size_t i = 0; i < countof(rows); i++) {
        Who who = who_of_person(w, rows[i].person, w->h->now);
        assert_int_equal(sees_area(&who, w->cell1) != SIGHT_NONE, rows[i].cell1);
        assert_int_equal(sees_area(&who, w->cell2) != SIGHT_NONE, rows[i].cell2);
        assert_int_equal(sees_area(&who, w->cell3) != SIGHT_NONE, rows[i].cell3);
        assert_int_equal(sees_area(&who, w->village) != SIGHT_NONE, rows[i].village);
    }
}

static void rights_end_with_the_seat_and_begin_with_it(void **state)
{
    World *w = *state;
    Instant before = w->h->now;
    advance(w, DAY);
    world_take(w, w->member, w->wu, HOLD_HOLDER); /* takes over */
    Who old = who_of_person(w, w->wang, w->h->now), new = who_of_person(w, w->wu, w->h->now);
    assert_int_equal(sees_area(&old, w->cell1), SIGHT_NONE);
    assert_int_equal(sees_area(&new, w->cell1), SIGHT_MASKED);
    assert_int_equal(old.chair_count, 0);
    Who then = who_of_person(w, w->wang, before); /* as it was */
    assert_int_equal(sees_area(&then, w->cell1), SIGHT_MASKED);
    Who early = who_of_person(w, w->wu, before);
    assert_int_equal(sees_area(&early, w->cell1), SIGHT_NONE);
}

static void a_stand_in_has_rights_while_it_stands_in(void **state)
{
    World *w = *state;
    world_take(w, w->member, w->sun, HOLD_STAND_IN);
    Who who = who_of_person(w, w->sun, w->h->now);
    assert_int_equal(who.chair_count, 0);
    world_do(
        w,
        (Call){.op = op_absence, .person = w->wang, .starts = T0 + DAY, .ends = T0 + 3 * DAY});
    who = who_of_person(w, w->sun, T0 + 2 * DAY);
    assert_int_equal(who.chair_count, 1);
    assert_int_equal(who.chairs[0].sit, SIT_STANDIN);
    assert_int_equal(who.chairs[0].for_person, w->wang);
    assert_int_equal(sees_area(&who, w->cell1), SIGHT_MASKED);
    who = who_of_person(w, w->wang, T0 + 2 * DAY); /* who is away still sees */
    assert_int_equal(sees_area(&who, w->cell1), SIGHT_MASKED);
    who = who_of_person(w, w->sun, T0 + 3 * DAY);
    assert_int_equal(who.chair_count, 0);
}

static void a_liaison_acts_for_the_holder(void **state)
{
    World *w = *state;
    world_take(w, w->region_deputy, w->wu, HOLD_LIAISON);
    Who who = who_of_person(w, w->wu, w->h->now);
    const Chairing *chair = who_sits(&who, ROLE_REGION_DEPUTY, NULL);
    assert_non_null(chair);
    assert_int_equal(chair->sit, SIT_LIAISON);
    assert_int_equal(chair->for_person, w->qian);
    assert_int_equal(sees_area(&who, w->cell3), SIGHT_MASKED);
}

static void the_duty_room_is_manned_in_its_shift(void **state)
{
    World *w = *state;
    world_do(w, (Call){.op = op_shift,
                       .id = w->room,
                       .person = w->wu,
                       .starts = T0 + DAY,
                       .ends = T0 + DAY + 8 * MS_HOUR});
    Who who = who_of_person(w, w->wu, T0 + DAY + MS_HOUR);
    assert_non_null(who_sits(&who, ROLE_DUTY_ROOM, NULL));
    assert_int_equal(sees_area(&who, w->cell2), SIGHT_MASKED);
    who = who_of_person(w, w->wu, T0 + DAY + 8 * MS_HOUR);
    assert_null(who_sits(&who, ROLE_DUTY_ROOM, NULL));
}

static void the_line_sees_its_cases_wherever_they_are(void **state)
{
    World *w = *state;
    int64_t seat = world_seat(w, ROLE_DEPARTMENT_OFFICER, 0, w->fire);
    world_take(w, seat, w->wu, HOLD_HOLDER);
    Who who = who_of_person(w, w->wu, w->h->now);
    Relations t = TIES_NONE;
    t.department = w->fire;
    assert_int_equal(who_sees(&who, &t, SEE_DEFAULT), SIGHT_MASKED);
    t.department = w->city;
    assert_int_equal(who_sees(&who, &t, SEE_DEFAULT), SIGHT_NONE);
    assert_int_equal(sees_area(&who, w->cell1), SIGHT_NONE);
}

static void a_hat_is_one_of_todays_seats(void **state)
{
    World *w = *state;
    const Ground *g = ground_pin(w->grounds, REGION);
    Who who;
    assert_ok(who_at(w->h->mem, g, w->wang, w->h->now, w->member, &who));
    assert_err(who_at(w->h->mem, g, w->wang, w->h->now, w->officer, &who), SCOPE_HAT);
    ground_unpin(g);
}

int main(void)
{
    crypt_init();
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(each_sees_its_subtree_by_the_seat_of_today),
        TEST(rights_end_with_the_seat_and_begin_with_it),
        TEST(a_stand_in_has_rights_while_it_stands_in),
        TEST(a_liaison_acts_for_the_holder),
        TEST(the_duty_room_is_manned_in_its_shift),
        TEST(the_line_sees_its_cases_wherever_they_are),
        TEST(a_hat_is_one_of_todays_seats),
    };
    return cmocka_run_group_tests_name("who", tests, NULL, NULL);
}
