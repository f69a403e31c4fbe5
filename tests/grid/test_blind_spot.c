/* SPDX-License-Identifier: Apache-2.0 */
/* Blind spots appear at once and go at once; overlaps are told from shared borders. */
#include "grid/blind_spot.h"
#include "grid/overlap.h"
#include "world.h"

static size_t list(World *w, int64_t area, Instant at, Blind **out)
{
    const Ground *g = ground_pin(w->grounds, REGION);
    size_t n, counts[BLIND_COUNT], sum = 0;
    assert_ok(blind_list(g, area, at, NULL, w->h->mem, out, &n));
    assert_ok(blind_count(g, area, at, NULL, counts));
    for (size_t i = 0; i < BLIND_COUNT; i++)
        sum += counts[i];
    assert_int_equal(sum, n);
    ground_unpin(g);
    return n;
}

static const Blind *find(World *w, BlindKind kind, int64_t area, Instant at)
{
    Blind *all;
    size_t n = list(w, NIL, at, &all);
    for (size_t i = 0; i < n; i++)
        if (all[i].kind == kind && all[i].area == area) return &all[i];
    return NULL;
}

static void a_cell_that_loses_its_member_is_on_the_list_at_once(void **state)
{
    World *w = *state;
    assert_null(find(w, BLIND_NO_MEMBER, w->cell1, T0));
    advance(w, DAY);
    world_do(w, (Call){.op = op_leave,
                       .id = w->member_hold,
                       .reason = S("招聘中"),
                       .actor = w->zhou,
                       .seat = w->chief});
    const Blind *b = find(w, BLIND_NO_MEMBER, w->cell1, w->h->now);
    assert_non_null(b);
    assert_int_equal(b->seat, w->member);
    assert_int_equal(b->since, w->h->now);
    assert_str(b->reason, "招聘中");
    assert_null(find(w, BLIND_NO_MEMBER, w->cell1, w->h->now - 1)); /* as it was */
    world_take(w, w->member, w->sun, HOLD_STAND_IN);
    assert_null(find(w, BLIND_NO_MEMBER, w->cell1, w->h->now));
}

static void an_absence_makes_a_blind_spot_for_its_time_only(void **state)
{
    World *w = *state;
    world_do(
        w, (Call){.op = op_absence, .person = w->li, .starts = T0 + DAY, .ends = T0 + 2 * DAY});
    assert_null(find(w, BLIND_NO_OFFICER, w->cell1, T0 + DAY - 1));
    const Blind *b = find(w, BLIND_NO_OFFICER, w->cell1, T0 + DAY);
    assert_non_null(b);
    assert_int_equal(b->person, w->li);
    assert_int_equal(b->since, T0 + DAY);
    assert_non_null(
        find(w, BLIND_NO_OFFICER, w->cell2, T0 + DAY)); /* the same officer minds both */
    assert_null(find(w, BLIND_NO_OFFICER, w->cell1, T0 + 2 * DAY));
}

static void cells_that_never_had_a_seat_are_blind_too(void **state)
{
    World *w = *state;
    const Blind *b = find(w, BLIND_NO_MEMBER, w->cell2, T0);
    assert_non_null(b);
    assert_int_equal(b->seat, NIL);
    assert_non_null(find(w, BLIND_NO_CHIEF, w->cell3, T0));
    assert_null(find(w, BLIND_NO_CHIEF, w->cell1, T0));
    Blind *all;
    size_t n = list(w, w->street2, T0, &all);
    assert_int_equal(n, 4); /* three seats and an outline of one cell */
    for (size_t i = 0; i < n; i++)
        assert_int_equal(all[i].area, w->cell3);
    assert_int_equal(list(w, w->street2, T0 - 1, &all), 0);
}

static void an_officer_who_is_not_established_is_told(void **state)
{
    World *w = *state;
    const Blind *b = find(w, BLIND_OFFICER_NOT_ESTABLISHED, w->village, T0);
    assert_non_null(b);
    assert_int_equal(b->person, w->li);
    world_do(w, (Call){.op = op_fact,
                       .person = w->li,
                       .name = S("on_establishment"),
                       .starts = T0 + DAY});
    assert_non_null(find(w, BLIND_OFFICER_NOT_ESTABLISHED, w->village, T0 + DAY - 1));
    assert_null(find(w, BLIND_OFFICER_NOT_ESTABLISHED, w->village, T0 + DAY));
}

static void outlines_that_are_missing_overlap_or_leave_gaps_are_told(void **state)
{
    World *w = *state;
    assert_non_null(find(w, BLIND_NO_OUTLINE, w->cell3, T0));
    assert_null(find(w, BLIND_NO_OUTLINE, w->cell1, T0));
    assert_null(find(w, BLIND_OVERLAP, w->cell1, T0)); /* a shared border is none */
    advance(w, DAY);
    world_do(w, (Call){.op = op_draw,
                       .id = w->village,
                       .shape = square(w->h->mem, 10900, 3430, 10902, 3431)});
    assert_null(find(w, BLIND_GAP, w->village, w->h->now)); /* its two cells tile it */
    world_do(w, (Call){.op = op_draw,
                       .id = w->street,
                       .shape = square(w->h->mem, 10900, 3430, 10905, 3431)});
    assert_non_null(find(w, BLIND_GAP, w->street, w->h->now));
    world_do(w, (Call){.op = op_draw,
                       .id = w->cell3,
                       .shape = square(w->h->mem, 10901, 3430, 10903, 3431)});
    const Blind *b = find(w, BLIND_OVERLAP, w->cell2, w->h->now);
    assert_non_null(b);
    assert_int_equal(b->other, w->cell3);
    advance(w, DAY);
    world_do(w, (Call){.op = op_draw,
                       .id = w->cell2,
                       .shape = square(w->h->mem, 10901, 3430, 10902, 3431)});
    world_do(w, (Call){.op = op_draw,
                       .id = w->village,
                       .shape = square(w->h->mem, 10900, 3430, 10902, 3432)});
    assert_non_null(find(w, BLIND_GAP, w->village, w->h->now));
}

static const Err *two_more(void *context, const Ground *ground, int64_t area, Instant at,
                           Arena *mem, Blind **out, size_t *out_count)
{
    (void)ground, (void)area, (void)at;
    *out = arena_array(mem, Blind, 2);
    (*out)[0] = (Blind){.kind = BLIND_SUBJECT_NO_CELL, .area = *(int64_t *)context, .other = 5};
    (*out)[1] = (Blind){.kind = BLIND_SUBJECT_NO_LEAD, .area = *(int64_t *)context, .other = 6};
    *out_count = 2;
    return NULL;
}

static void the_floor_above_adds_its_own(void **state)
{
    World *w = *state;
    const Ground *g = ground_pin(w->grounds, REGION);
    BlindHook hook = {&w->cell1, two_more};
    size_t counts[BLIND_COUNT];
    assert_ok(blind_count(g, w->cell1, T0, &hook, counts));
    assert_int_equal(counts[BLIND_SUBJECT_NO_CELL], 1);
    assert_int_equal(counts[BLIND_SUBJECT_NO_LEAD], 1);
    ground_unpin(g);
}

/* ---- two outlines ---- */

static const Outline *triangle(Arena *mem, int32_t x1, int32_t y1, int32_t x2, int32_t y2,
                               int32_t x3, int32_t y3)
{
    Point *at = arena_array(mem, Point, 3);
    at[0] = (Point){x1, y1}, at[1] = (Point){x2, y2}, at[2] = (Point){x3, y3};
    Ring ring = {.at = at, .n = 3};
    Outline *out = arena_make(mem, Outline);
    assert_ok(outline_make(mem, &ring, 1, out));
    return out;
}

static void overlap_is_told_from_touch(void **state)
{
    (void)state;
    Arena *mem = arena_new(0);
    Point at;
    const Outline *a = square(mem, 0, 0, 10, 10);
    assert_true(outlines_overlap(mem, a, a, &at));
    assert_true(outlines_overlap(mem, a, square(mem, 5, 5, 15, 15), &at));
    assert_true(outlines_overlap(mem, a, square(mem, 2, 2, 4, 4), &at));
    assert_true(outlines_overlap(mem, square(mem, 2, 2, 4, 4), a, &at));
    assert_true(outlines_overlap(mem, a, square(mem, -5, 2, 15, 4),
                                 &at)); /* a plank through it: no corner inside */
    assert_true(outlines_overlap(mem, a, square(mem, 0, 0, 10, 5),
                                 &at)); /* borders run along each other */
    assert_false(outlines_overlap(mem, a, square(mem, 10, 0, 20, 10), &at));
    assert_false(outlines_overlap(mem, a, square(mem, 10, 10, 20, 20), &at));
    assert_false(outlines_overlap(mem, a, square(mem, 0, 10, 5, 12), &at));
    assert_false(outlines_overlap(mem, a, square(mem, 30, 0, 40, 10), &at));
    /* two triangles share a slanting border; one moved by the least unit overlaps */
    const Outline *low = triangle(mem, 0, 0, 1000, 0, 1000, 777),
                  *high = triangle(mem, 0, 0, 1000, 777, 0, 777);
    assert_false(outlines_overlap(mem, low, high, &at));
    assert_true(outlines_overlap(mem, low, triangle(mem, 1, 0, 1001, 777, 1, 777), &at));
    assert_false(outlines_overlap(mem, low, triangle(mem, -1, 0, 999, 777, -1, 777), &at));
    arena_free(mem);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
int main(void)
{
    crypt_init();
    const struct CMUnitTest tests[] = {
        CASE(a_cell_that_loses_its_member_is_on_the_list_at_once),
        CASE(an_absence_makes_a_blind_spot_for_its_time_only),
        CASE(cells_that_never_had_a_seat_are_blind_too),
        CASE(an_officer_who_is_not_established_is_told),
        CASE(outlines_that_are_missing_overlap_or_leave_gaps_are_told),
        CASE(the_floor_above_adds_its_own),
        cmocka_unit_test(overlap_is_told_from_touch),
    };
    return cmocka_run_group_tests_name("blind", tests, NULL, NULL);
}
