/* SPDX-License-Identifier: Apache-2.0 */
/* What time does to a case: it warns, raises, drafts, finds another seat, counts anew; once. */
#include "play.h"

#define PLACE "\"place\":{\"lon\":109.005,\"lat\":34.305}"
#define FILE_ONE                                                                               \
    "{\"flow\":\"chore\"," PLACE ",\"fields\":{\"sort\":\"dust\",\"text\":\"通道堆放\"}}"
#define CRY "{\"flow\":\"chore\",\"move\":\"cry\"," PLACE ",\"fields\":{\"text\":\"漏气\"}}"

static int open_play(void **state)
{
    Play *p = play_open();
    play_publish_chore(p);
    *state = p;
    return 0;
}

static int close_play(void **state)
{
    play_close(*state);
    return 0;
}

static void nobody_touches_it_and_it_climbs(void **state)
{
    Play *p = *state;
    World *w = p->w;
    Case c = file(p, w->wang, FILE_ONE); /* Monday 9:00, due Tuesday 24:00: 39 hours */
    play_until(p, "2026-11-24T23:59:59+08:00");
    assert_int_equal(rows_in(p, "notices", "kind = 'warn'"), 1); /* at 70 % */
    c = load_ok(p, w->li, c.id);
    assert_str(roles_of(p, c.risen), "");
    assert_false(json_is_true(json_get(told(p, w->li, c.id), "late")));
    play_until(p, "2026-11-25T00:00:00+08:00");
    c = load_ok(p, w->li, c.id);
    assert_str(roles_of(p, c.risen), "deputy_in_charge");
    assert_true(json_is_true(json_get(told(p, w->li, c.id), "late")));
    assert_int_equal(c.duty_seat, w->officer);  /* rising moves no duty */
    assert_int_equal(c.version, 1);             /* nobody who read it is stale for that */
    play_until(p, "2026-11-28T00:00:00+08:00"); /* three working days behind */
    c = load_ok(p, w->li, c.id);
    assert_str(roles_of(p, c.risen), "deputy_in_charge grid_chief");
    assert_int_equal(c.next_at, NIL);
    assert_int_equal(rows_in(p, "drafts", "document = 'letter' AND state = 'open'"), 1);
    Str own = str_fmt(p->mem, "seat = %lld", (long long)p->office);
    assert_int_equal(rows_in(p, "drafts", own.p), 1); /* as the list of papers says */
    assert_str(verbs(p, w->li, c.id), "file warn rise rise");
    assert_str(move(p, w->zhou, &c, "tell", "{\"weight\":\"light\"}").state, "told");
    assert_null(load_ok(p, w->li, c.id).risen.p); /* another state, another clock */
    play_until(p, "2026-12-10T00:00:00+08:00");   /* late again: the letter still lies there */
    assert_str(roles_of(p, load_ok(p, w->li, c.id).risen), "deputy_in_charge grid_chief");
    assert_int_equal(rows_in(p, "drafts", "document = 'letter'"), 1);
}

static void it_does_nothing_by_a_clock_that_was_moved(void **state)
{
    Play *p = *state;
    Wall wall;
    file(p, p->w->wang, FILE_ONE);
    wall_start(&wall, INT64_MIN);
    ledger_guard(p->w->h->ledger, &wall);
    atomic_fetch_sub(&wall.offset, MS_HOUR);
    play_set(p, at("2026-11-28T00:00:00+08:00"));
    assert_err(sweep_run(p->sweep), CLOCK_ASTRAY);
    assert_int_equal(rows_in(p, "notices", "1 = 1"), 0);
    ledger_guard(p->w->h->ledger, NULL);
    assert_ok(sweep_run(p->sweep));
    assert_true(rows_in(p, "notices", "1 = 1") > 0);
}

static void each_thing_happens_once_over_restarts(void **state)
{
    Play *p = *state;
    World *w = p->w;
    for (int i = 0; i < 3; i++)
        file(p, w->wang, FILE_ONE);
    Case c = p->last;
    const char *steps[] = {"2026-11-24T12:00:00+08:00", "2026-11-25T00:00:00+08:00",
                           "2026-11-26T00:00:00+08:00", "2026-11-28T00:00:00+08:00",
                           "2026-12-28T00:00:00+08:00"};
    for (size_t i = 0; i < countof(steps); i++) {
        play_until(p, steps[i]);
        play_restart(p);
        assert_ok(sweep_run(p->sweep));
    }
    assert_str(verbs(p, w->li, c.id), "file warn rise rise");
    assert_int_equal(rows_in(p, "notices", "kind = 'warn'"), 3);
    assert_int_equal(rows_in(p, "notices", "kind = 'rise'"), 6);
    assert_int_equal(rows_in(p, "notices", "kind = 'draft'"), 3);
    assert_int_equal(rows_in(p, "drafts", "1 = 1"), 3);
}

static void what_was_missed_while_it_was_down_is_done_at_the_start(void **state)
{
    Play *p = *state;
    Case c = file(p, p->w->wang, FILE_ONE);
    sweep_close(p->sweep);
    p->w->h->now = at("2026-12-20T00:00:00+08:00");
    play_reopen(p);
    assert_ok(sweep_run(p->sweep));
    c = load_ok(p, p->w->li, c.id);
    assert_str(roles_of(p, c.risen), "deputy_in_charge grid_chief");
    assert_int_equal(c.next_at, NIL);
}

static void the_instants_are_told_in_order_and_at_their_time(void **state)
{
    Play *p = *state;
    Case c = file(p, p->w->wang, FILE_ONE);
    play_until(p, "2026-12-20T00:00:00+08:00"); /* in one step */
    const Json *risen;
    assert_ok(json_read(p->mem, load_ok(p, p->w->li, c.id).risen, &risen));
    assert_int_equal(json_integer(json_get(json_at(risen, 0), "at")),
                     at("2026-11-25T00:00:00+08:00"));
    assert_int_equal(json_integer(json_get(json_at(risen, 1), "at")),
                     at("2026-11-28T00:00:00+08:00"));
    assert_int_equal(p->w->h->now, at("2026-12-20T00:00:00+08:00"));
}

static void an_urgent_clock_does_not_sleep_and_climbs_from_the_highest(void **state)
{
    Play *p = *state;
    World *w = p->w;
    world_do(w, (Call){.op = op_shift,
                       .id = w->room,
                       .person = w->wu,
                       .starts = at("2026-11-28T18:00:00+08:00"),
                       .ends = at("2026-11-29T08:00:00+08:00")});
    play_until(p, "2026-11-28T22:50:00+08:00"); /* Saturday night */
    Case c = file(p, w->wang, CRY);
    assert_int_equal(c.duty_seat, w->room);
    assert_due(c, "2026-11-28T23:05:00+08:00");
    play_until(p, "2026-11-28T23:05:00+08:00");
    c = load_ok(p, w->wang, c.id);
    assert_str(roles_of(p, c.risen), "responsible_officer");
    play_until(p, "2026-11-28T23:20:00+08:00");
    c = load_ok(p, w->wang, c.id);
    assert_str(roles_of(p, c.risen), "responsible_officer deputy_in_charge");
}

static void the_end_of_a_shift_moves_the_case_to_the_next_candidate(void **state)
{
    Play *p = *state;
    World *w = p->w;
    world_do(w, (Call){.op = op_shift,
                       .id = w->room,
                       .person = w->wu,
                       .starts = at("2026-11-23T08:00:00+08:00"),
                       .ends = at("2026-11-23T09:10:00+08:00")});
    Case c = file(p, w->wang, CRY);
    assert_int_equal(c.duty_seat, w->room);
    play_until(p, "2026-11-23T09:09:59+08:00");
    assert_int_equal(load_ok(p, w->wang, c.id).duty_seat, w->room);
    play_until(p, "2026-11-23T09:10:00+08:00");
    Case moved = load_ok(p, w->wang, c.id);
    assert_int_equal(moved.duty_seat, w->officer);
    assert_int_equal(moved.due, c.due);
    assert_str(verbs(p, w->wang, c.id), "cry reseat");
    Str own = str_fmt(p->mem, "kind = 'reseat' AND seat = %lld", (long long)w->officer);
    assert_int_equal(rows_in(p, "notices", own.p), 1);
    play_until(p, "2026-11-23T09:14:00+08:00");
    assert_str(verbs(p, w->wang, c.id), "cry reseat");
}

static void an_absence_moves_the_case_and_the_return_does_not(void **state)
{
    Play *p = *state;
    World *w = p->w;
    Case c = file(p, w->wang, FILE_ONE);
    world_do(w, (Call){.op = op_absence,
                       .person = w->li,
                       .starts = at("2026-11-23T12:00:00+08:00"),
                       .ends = at("2026-11-23T18:00:00+08:00")});
    play_until(p, "2026-11-23T12:00:00+08:00");
    assert_int_equal(load_ok(p, w->wang, c.id).duty_seat, w->deputy);
    play_until(p, "2026-11-23T20:00:00+08:00");
    assert_int_equal(load_ok(p, w->wang, c.id).duty_seat, w->deputy);
    assert_int_equal(file(p, w->wang, FILE_ONE).duty_seat, w->officer);
}

static void who_leaves_takes_no_work_along(void **state)
{
    Play *p = *state;
    World *w = p->w;
    Case c = file(p, w->wang, FILE_ONE);
    int64_t lin = world_person(w, "p40", "林");
    int64_t second = world_seat(w, ROLE_RESPONSIBLE_OFFICER, w->village, 0);
    world_take(w, second, lin, HOLD_HOLDER);
    world_do(w, (Call){.op = op_leave, .id = w->officer_hold, .ends = w->h->now});
    Case moved = load_ok(p, w->wang, c.id); /* in that very act */
    assert_int_equal(moved.duty_seat, second);
    assert_str(verbs(p, w->wang, c.id), "file test");
}

static void a_calendar_published_later_counts_open_cases_anew(void **state)
{
    Play *p = *state;
    World *w = p->w;
    Case c = file(p, w->wang, FILE_ONE);
    assert_due(c, "2026-11-25T00:00:00+08:00");
    Case plain = file(p, w->wang, CRY);
    play_publish(p, CALENDAR_KIND, CALENDAR_NAME,
                 "date,scheme_year,name,is_off_day\n2026-11-24,2026,测试节,1\n2026-11-28,2026,"
                 "测试节,0\n");
    assert_ok(sweep_run(p->sweep));
    c = load_ok(p, w->li, c.id);
    assert_due(c, "2026-11-26T00:00:00+08:00");
    assert_str(verbs(p, w->li, c.id), "file recount");
    assert_str(verbs(p, w->li, plain.id), "cry");
    const Json *json = told(p, w->li, c.id);
    Str first = json_view(json_at(json_get(json, "due_lines"), 1));
    assert_true(first.n > 0);
    play_restart(p);
    assert_ok(sweep_run(p->sweep));
    assert_str(verbs(p, w->li, c.id), "file recount");
    w->h->now = at("2026-11-27T10:00:00+08:00"); /* Friday; the Saturday is worked */
    c = file(p, w->wang, FILE_ONE);
    assert_due(c, "2026-11-29T00:00:00+08:00");
}

static void a_draft_is_sent_or_thrown_away_by_whose_it_is(void **state)
{
    Play *p = *state;
    World *w = p->w;
    Case c = file(p, w->wang, FILE_ONE);
    c = move(p, w->li, &c, "tell", "{\"weight\":\"light\",\"until_day\":\"2026-11-23\"}");
    c = move(p, w->li, &c, "sign", NULL);
    play_until(p, "2026-11-24T00:00:00+08:00");
    CaseView v = view_of(p, w->li);
    Buf b = BUF(p->mem);
    JsonOut out = JSON_OUT(&b);
    assert_ok(paper_list(&v, &c, &out));
    const Json *list;
    assert_ok(json_read(p->mem, buf_str(&b), &list));
    const Json *item = json_at(json_get(list, "items"), 0);
    assert_str(json_member(item, "document"), "reminder");
    assert_int_equal(json_integer(json_get(item, "seat")), w->officer);
    int64_t id = json_integer(json_get(item, "id"));
    assert_err(play_paper(p, w->wang, id, true), SCOPE_DENIED);
    assert_err(play_paper(p, p->zheng, id, true), ERR_NOT_FOUND);
    assert_ok(play_paper(p, w->li, id, true));
    assert_err(play_paper(p, w->li, id, false), PAPER_CLOSED);
    b = BUF(p->mem);
    out = JSON_OUT(&b);
    v = view_of(p, w->zhao);
    assert_ok(notice_page(&v, 0, 10, &out)); /* it has risen to him */
    assert_true(str_find(buf_str(&b), S("\"kind\":\"rise\"")) != SIZE_MAX);
}

static void a_clock_that_was_left_rings_no_more(void **state)
{
    Play *p = *state;
    World *w = p->w;
    Case c = file(p, w->wang, FILE_ONE);
    c = move(p, w->li, &c, "drop", "{\"reason\":\"不属实\"}");
    play_until(p, "2026-12-20T00:00:00+08:00");
    assert_str(verbs(p, w->li, c.id), "file drop");
    assert_int_equal(rows_in(p, "notices", "1 = 1"), 0);
}

static void who_comes_back_late_is_not_raised_twice(void **state)
{
    Play *p = *state;
    World *w = p->w;
    Case c = file(p, w->wang, FILE_ONE);
    play_until(p, "2026-11-25T10:00:00+08:00"); /* late: risen to the deputy */
    c = load_ok(p, w->li, c.id);
    c = move(p, w->li, &c, "tell", "{\"weight\":\"light\"}");
    c = move(p, w->li, &c, "object", "{\"reason\":\"x\"}");
    assert_str(roles_of(p, c.risen), "deputy_in_charge"); /* as it was left */
    assert_ok(sweep_run(p->sweep));
    assert_int_equal(rows_in(p, "notices", "kind = 'rise'"), 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_play, close_play)
    const struct CMUnitTest tests[] = {
        TEST(nobody_touches_it_and_it_climbs),
        TEST(it_does_nothing_by_a_clock_that_was_moved),
        TEST(each_thing_happens_once_over_restarts),
        TEST(what_was_missed_while_it_was_down_is_done_at_the_start),
        TEST(the_instants_are_told_in_order_and_at_their_time),
        TEST(an_urgent_clock_does_not_sleep_and_climbs_from_the_highest),
        TEST(the_end_of_a_shift_moves_the_case_to_the_next_candidate),
        TEST(an_absence_moves_the_case_and_the_return_does_not),
        TEST(who_leaves_takes_no_work_along),
        TEST(a_calendar_published_later_counts_open_cases_anew),
        TEST(a_draft_is_sent_or_thrown_away_by_whose_it_is),
        TEST(a_clock_that_was_left_rings_no_more),
        TEST(who_comes_back_late_is_not_raised_twice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
