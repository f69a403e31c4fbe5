/* SPDX-License-Identifier: Apache-2.0 */
/* Who answers, and why: stand-ins, absences, shifts, ladders, foreign leads, and the past. */
#include "world.h"

static const RoleAt member_at_area[] = {{ROLE_GRID_MEMBER, ANCHOR_AREA}};
static const RoleAt officer_at_area[] = {{ROLE_RESPONSIBLE_OFFICER, ANCHOR_AREA}};
static const RoleAt member_then_officer[] = {{ROLE_GRID_MEMBER, ANCHOR_AREA},
                                             {ROLE_RESPONSIBLE_OFFICER, ANCHOR_AREA}};
static const RoleAt at_night[] = {{ROLE_DUTY_ROOM, ANCHOR_AREA},
                                  {ROLE_RESPONSIBLE_OFFICER, ANCHOR_AREA}};
static const RoleAt department_officer[] = {{ROLE_DEPARTMENT_OFFICER, ANCHOR_LEAD_DEPARTMENT}};

static Whys told; /* of the last duty that was found */

static const Err *find_try(World *w, const RoleAt *chairs, size_t n, int64_t cell,
                           const char *matter, Instant when, Duty *out)
{
    const Ground *g = ground_pin(w->grounds, REGION);
    Locus stand = {.cell = cell, .matter = str(matter), .department = NIL, .subject = NIL};
    told = (Whys){.mem = w->h->mem};
    const Err *e = duty_find(g, chairs, n, &stand, when, w->h->mem, &told, out);
    ground_unpin(g);
    return e;
}

#define FIND(w, chairs, cell, matter)                                                          \
    find(w, chairs, countof(chairs), cell, matter, (w)->h->now)
static Duty find(World *w, const RoleAt *chairs, size_t n, int64_t cell, const char *matter,
                 Instant when)
{
    Duty duty;
    assert_ok(find_try(w, chairs, n, cell, matter, when, &duty));
    return duty;
}

static bool says(const char *zh, const char *en)
{
    bool a = false, b = false;
    for (size_t i = 0; i < told.count; i++) {
        a |= str_find(told.lines[i].zh, str(zh)) != SIZE_MAX;
        b |= str_find(told.lines[i].en, str(en)) != SIZE_MAX;
    }
    return a && b;
}

static void the_holder_answers_and_the_place_is_named(void **state)
{
    World *w = *state;
    Duty d = FIND(w, member_at_area, w->cell1, "fire");
    assert_int_equal(d.seat, w->member);
    assert_int_equal(d.person, w->wang);
    assert_int_equal(d.how, HOLD_HOLDER);
    assert_int_equal(d.role, ROLE_GRID_MEMBER);
    assert_true(says("所在:柴马第1网格(610179400001001),界线版本", "since 2026-01-01"));
    assert_true(
        says("由网格员(柴马第1网格)王一答责", "Answers: grid member (柴马第1网格), 王一"));
    d = FIND(w, officer_at_area, w->cell1, "fire"); /* hangs on the village above */
    assert_int_equal(d.seat, w->officer);
}

static void a_stand_in_answers_before_the_next_candidate(void **state)
{
    World *w = *state;
    world_take(w, w->member, w->sun, HOLD_STAND_IN);
    assert_int_equal(FIND(w, member_then_officer, w->cell1, NULL).person,
                     w->wang); /* the holder is there */
    world_do(w, (Call){.op = op_absence,
                       .person = w->wang,
                       .starts = w->h->now + DAY,
                       .ends = w->h->now + 3 * DAY});
    advance(w, DAY);
    Duty d = FIND(w, member_then_officer, w->cell1, NULL);
    assert_int_equal(d.seat, w->member);
    assert_int_equal(d.person, w->sun);
    assert_int_equal(d.how, HOLD_STAND_IN);
    assert_true(says("替岗人孙六答责(王一不在岗)", "孙六, standing in for 王一"));
    world_do(w, (Call){.op = op_absence,
                       .person = w->sun}); /* now nobody is there: the next candidate */
    d = FIND(w, member_then_officer, w->cell1, NULL);
    assert_int_equal(d.seat, w->officer);
    assert_true(says("跳过网格员(柴马第1网格):王一不在岗(休假),无人替岗",
                     "王一 is absent (Leave) and nobody stands in"));
    advance(w, 2 * DAY); /* the absence of the holder is over */
    assert_int_equal(FIND(w, member_then_officer, w->cell1, NULL).person, w->wang);
}

static void a_vacant_seat_is_skipped_with_why(void **state)
{
    World *w = *state;
    Call leave = {.op = op_leave, .id = w->member_hold, .reason = S("招聘中"), .actor = 0};
    advance(w, DAY);
    assert_ok(world_try(w, &leave));
    Duty d = FIND(w, member_then_officer, w->cell1, NULL);
    assert_int_equal(d.seat, w->officer);
    assert_true(says("跳过网格员(柴马第1网格):空岗,无人替岗", "vacant, and nobody stands in"));
}

static void when_no_candidate_is_held_the_ladder_is_climbed(void **state)
{
    World *w = *state;
    Duty d = FIND(w, member_at_area, w->cell3,
                  NULL); /* the other office has nobody: up to the region's deputy */
    assert_int_equal(d.seat, w->region_deputy);
    assert_true(says("跳过网格员:此处没有设这个岗位", "there is no such seat here"));
    assert_true(says("候选岗位都无人在岗,逐级上移", "up the ladder"));
    d = FIND(w, member_at_area, w->cell2,
             NULL); /* no member: the responsible officer of its village */
    assert_int_equal(d.seat, w->officer);
}

static void nobody_at_all_is_an_error_of_its_own(void **state)
{
    World *w = *state;
    world_do(w, (Call){.op = op_absence, .person = w->qian});
    Duty d;
    assert_err(find_try(w, member_at_area, 1, w->cell3, NULL, w->h->now, &d), DUTY_NOBODY);
}

static void a_duty_room_is_held_only_in_its_shift(void **state)
{
    World *w = *state;
    int64_t hour = 3600000;
    world_do(w, (Call){.op = op_shift,
                       .id = w->room,
                       .person = w->wu,
                       .starts = T0 + 18 * hour,
                       .ends = T0 + 32 * hour});
    assert_int_equal(find(w, at_night, 2, w->cell1, NULL, T0 + 18 * hour - 1).seat, w->officer);
    Duty d = find(w, at_night, 2, w->cell1, NULL, T0 + 18 * hour);
    assert_int_equal(d.seat, w->room);
    assert_int_equal(d.person, w->wu);
    assert_int_equal(d.how, HOLD_SHIFT);
    assert_true(says("当班的吴七", "who has the shift"));
    d = find(w, at_night, 2, w->cell1, NULL, T0 + 32 * hour); /* half-open: the shift is over */
    assert_int_equal(d.seat, w->officer);
    assert_true(says("此刻没有排班", "nobody has the shift now"));
    /* the region's room answers when the office's has no shift */
    int64_t room = world_seat(w, ROLE_DUTY_ROOM, w->root, 0);
    world_do(w, (Call){.op = op_shift,
                       .id = room,
                       .person = w->sun,
                       .starts = T0 + 32 * hour,
                       .ends = T0 + 40 * hour});
    assert_int_equal(find(w, at_night, 2, w->cell1, NULL, T0 + 33 * hour).seat, room);
}

static void the_department_that_leads_answers_at_its_place(void **state)
{
    World *w = *state;
    int64_t fire = world_seat(w, ROLE_DEPARTMENT_OFFICER, 0, w->fire),
            city = world_seat(w, ROLE_DEPARTMENT_HEAD, 0, w->city);
    world_take(w, fire, w->sun, HOLD_HOLDER);
    world_take(w, city, w->wu, HOLD_HOLDER);
    Duty d = FIND(w, department_officer, w->cell1, "fire");
    assert_int_equal(d.seat, fire);
    assert_int_equal(d.department, w->fire);
    assert_true(says("事由“fire”在浐灞由消防救援大队牵头(自 2026-01-01 起,依据:权责清单)",
                     "is led by 消防救援大队"));
    /* a foreign department leads in the deeper area, from a date on: it has no officer, its
     * head answers */
    advance(w, DAY);
    world_do(w, (Call){.op = op_rule,
                       .id = w->village,
                       .name = S("fire"),
                       .other = w->city,
                       .reason = S("〔2026〕1号")});
    d = FIND(w, department_officer, w->cell1, "fire");
    assert_int_equal(d.seat, city);
    assert_int_equal(FIND(w, department_officer, w->cell3, "fire").seat, fire);
    assert_int_equal(find(w, department_officer, 1, w->cell1, "fire", T0).seat,
                     fire); /* as it was */
    /* no rule, or no matter: the comprehensive department; its seats are empty: the region's
     * deputy */
    d = FIND(w, department_officer, w->cell1, "gas");
    assert_int_equal(d.seat, w->region_deputy);
    assert_true(says("没有牵头规则:由综合监管部门应急管理局牵头",
                     "the comprehensive department leads"));
    d = FIND(w, department_officer, w->cell1, "unclear");
    assert_true(says("归口不明", "unclear"));
}

static void the_past_and_the_future_are_answered_too(void **state)
{
    World *w = *state;
    advance(w, 10 * DAY);
    world_take(w, w->member, w->sun, HOLD_HOLDER);
    assert_int_equal(FIND(w, member_at_area, w->cell1, NULL).person, w->sun);
    assert_int_equal(find(w, member_at_area, 1, w->cell1, NULL, w->h->now - 1).person, w->wang);
    world_do(w, (Call){.op = op_take,
                       .id = w->member,
                       .person = w->wu,
                       .kind = HOLD_HOLDER,
                       .starts = w->h->now + DAY});
    assert_int_equal(find(w, member_at_area, 1, w->cell1, NULL, w->h->now + DAY - 1).person,
                     w->sun);
    assert_int_equal(find(w, member_at_area, 1, w->cell1, NULL, w->h->now + DAY).person, w->wu);
    const Ground *g = ground_pin(w->grounds, REGION);
    assert_int_equal(ground_next(g, w->h->now), w->h->now + DAY);
    assert_int_equal(ground_next(g, w->h->now + DAY), NIL);
    ground_unpin(g);
}

static void above_a_seat_is_the_next_that_is_held_and_not_barred(void **state)
{
    World *w = *state;
    const Ground *g = ground_pin(w->grounds, REGION);
    Locus stand = {.cell = w->cell1, .department = NIL, .subject = NIL};
    Duty d;
    told = (Whys){.mem = w->h->mem};
    assert_ok(duty_above(g, w->officer, NIL, &stand, T0, w->h->mem, &told, &d));
    assert_int_equal(d.seat, w->deputy);
    assert_ok(duty_above(g, w->officer, w->zhao, &stand, T0, w->h->mem, &told, &d));
    assert_int_equal(d.seat, w->chief);
    assert_true(says("赵三应当回避", "赵三 must not act here"));
    assert_err(duty_above(g, w->region_deputy, NIL, &stand, T0, w->h->mem, &told, &d),
               DUTY_NOBODY);
    ground_unpin(g);
    /* a second officer beside is asked before anybody above */
    int64_t second = world_seat(w, ROLE_RESPONSIBLE_OFFICER, w->village, 0);
    world_take(w, second, w->sun, HOLD_HOLDER);
    g = ground_pin(w->grounds, REGION);
    assert_ok(duty_instead(g, w->officer, w->li, &stand, T0, w->h->mem, &told, &d));
    assert_int_equal(d.seat, second);
    assert_ok(duty_above(g, w->officer, NIL, &stand, T0, w->h->mem, &told, &d));
    assert_int_equal(d.seat, w->deputy);
    ground_unpin(g);
}

static void a_chair_means_seats_at_the_place_or_above(void **state)
{
    World *w = *state;
    const Ground *g = ground_pin(w->grounds, REGION);
    Locus here = {.cell = w->cell1, .matter = S("fire"), .department = NIL, .subject = NIL};
    Locus there = {.cell = w->cell3, .matter = S("fire"), .department = NIL, .subject = NIL};
    RoleAt chief = {ROLE_GRID_CHIEF, ANCHOR_NONE};
    assert_true(chair_means(g, chief, w->chief, &here, T0));
    assert_false(chair_means(g, chief, w->chief, &there, T0));
    assert_false(chair_means(g, chief, w->deputy, &here, T0));
    assert_true(chair_means(g, (RoleAt){ROLE_REGION_DEPUTY, ANCHOR_REGION}, w->region_deputy,
                            &there, T0));
    assert_false(chair_means(g, (RoleAt){ROLE_GRID_CHIEF, ANCHOR_REGION}, w->chief, &here, T0));
    ground_unpin(g);
}

static void helpers_are_all_those_named_on_the_way_up(void **state)
{
    World *w = *state;
    world_do(w, (Call){.op = op_rule,
                       .id = w->village,
                       .name = S("fire"),
                       .other = w->city,
                       .text = S("help")});
    world_do(
        w, (Call){.op = op_rule, .name = S("fire"), .other = w->emergency, .text = S("help")});
    const Ground *g = ground_pin(w->grounds, REGION);
    int64_t *all;
    size_t n;
    help_departments(g, S("fire"), w->cell1, T0, w->h->mem, &all, &n);
    assert_int_equal(n, 2);
    assert_int_equal(all[0], w->city);
    assert_int_equal(all[1], w->emergency);
    help_departments(g, S("fire"), w->cell3, T0, w->h->mem, &all, &n);
    assert_int_equal(n, 1);
    ground_unpin(g);
}

static const Err *op_merge(Act *act, const Ground *g, Call *c)
{
    return department_close(act, g, c->w->hooks, c->id, c->other, c->ends);
}

static void a_rule_for_a_merged_department_holds_for_its_successor(void **state)
{
    World *w = *state;
    int64_t officer = world_seat(w, ROLE_DEPARTMENT_OFFICER, 0, w->fire),
            heir = world_seat(w, ROLE_DEPARTMENT_OFFICER, 0, w->city);
    world_take(w, officer, w->sun, HOLD_HOLDER);
    world_take(w, heir, w->wu, HOLD_HOLDER);
    advance(w, DAY);
    world_do(w, (Call){.op = op_merge, .id = w->fire, .other = w->city});
    assert_int_equal(FIND(w, department_officer, w->cell1, "fire").seat, heir);
    assert_int_equal(find(w, department_officer, 1, w->cell1, "fire", T0).seat, officer);
    const Ground *g = ground_pin(w->grounds, REGION);
    assert_null(department_by_code(g, S("fire"), w->h->now));
    assert_int_equal(seat_person(g, officer, w->h->now), NIL); /* its seats ended with it */
    ground_unpin(g);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
int main(void)
{
    crypt_init();
    const struct CMUnitTest tests[] = {
        CASE(the_holder_answers_and_the_place_is_named),
        CASE(a_stand_in_answers_before_the_next_candidate),
        CASE(a_vacant_seat_is_skipped_with_why),
        CASE(when_no_candidate_is_held_the_ladder_is_climbed),
        CASE(nobody_at_all_is_an_error_of_its_own),
        CASE(a_duty_room_is_held_only_in_its_shift),
        CASE(the_department_that_leads_answers_at_its_place),
        CASE(the_past_and_the_future_are_answered_too),
        CASE(above_a_seat_is_the_next_that_is_held_and_not_barred),
        CASE(a_chair_means_seats_at_the_place_or_above),
        CASE(helpers_are_all_those_named_on_the_way_up),
        CASE(a_rule_for_a_merged_department_holds_for_its_successor),
    };
    return cmocka_run_group_tests_name("duty", tests, NULL, NULL);
}
