/* SPDX-License-Identifier: Apache-2.0 */
/* What counts on the command map, for whom, where, and as it was before. */
#include "play.h"

#include "case/map_counts.h"

#define AT(lon) "\"place\":{\"lon\":" lon ",\"lat\":34.305}"
#define CHORE(lon)                                                                             \
    "{\"flow\":\"chore\"," AT(lon) ",\"fields\":{\"sort\":\"dust\",\"text\":\"通道堆放\"}}"
#define PHOTO "[\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"]"

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

static Figures now(Play *p, int64_t person, int64_t area)
{
    CaseView v = view_of(p, person);
    Figures f;
    assert_ok(figures_now(&v, area, &f));
    return f;
}

static Figures then(Play *p, int64_t person, Instant when)
{
    CaseView v = view_of(p, person);
    Figures f;
    assert_ok(figures_then(&v, NIL, when, &f));
    return f;
}

/* "open late new suspected major" of the whole */
static const char *total(Play *p, Figures f)
{
    return str_z(p->mem, str_fmt(p->mem, "%d %d %d %d %d", (int)f.total[FIGURE_OPEN],
                                 (int)f.total[FIGURE_LATE], (int)f.total[FIGURE_NEW],
                                 (int)f.total[FIGURE_SUSPECTED], (int)f.total[FIGURE_MAJOR]));
}
#define assert_total(p, f, text) assert_string_equal(total(p, f), text)

static void only_what_one_sees_counts_and_in_its_area(void **state)
{
    Play *p = *state;
    World *w = p->w;
    (void)file(p, w->wang, CHORE("109.005"));
    (void)file(p, w->wang, CHORE("109.006"));
    (void)file(p, w->li, CHORE("109.015"));
    Figures f = now(p, w->li, NIL);
    assert_total(p, f, "3 0 3 0 0");
    assert_int_equal(f.area_count, 2);
    assert_int_equal(f.areas[0].area, w->cell1);
    assert_int_equal(f.areas[0].count[FIGURE_OPEN], 2);
    assert_int_equal(f.areas[1].area, w->cell2);
    assert_int_equal(f.areas[1].count[FIGURE_NEW], 1);
    assert_total(p, now(p, w->li, w->cell2), "1 0 1 0 0");
    assert_total(p, now(p, w->li, w->street2), "0 0 0 0 0");
    assert_total(p, now(p, p->zheng, NIL), "0 0 0 0 0"); /* of the other office */
    assert_int_equal(now(p, p->zheng, NIL).area_count, 0);
    assert_total(p, now(p, w->wu, NIL), "3 0 3 0 0"); /* the committee's office */
}

static void what_ended_today_is_new_still_and_tomorrow_no_more(void **state)
{
    Play *p = *state;
    World *w = p->w;
    Case c = file(p, w->wang, CHORE("109.005"));
    Case done = move(p, w->wang, &c, "fix", "{\"after\":" PHOTO "}");
    move(p, w->li, &done, "ok", NULL);
    assert_total(p, now(p, w->li, NIL), "0 0 1 0 0");
    assert_int_equal(now(p, w->li, NIL).areas[0].area, w->cell1);
    assert_total(p, now(p, p->zheng, NIL), "0 0 0 0 0");
    w->h->now += DAY;
    assert_total(p, now(p, w->li, NIL), "0 0 0 0 0");
}

static void states_and_lateness_count_as_the_definition_says(void **state)
{
    Play *p = *state;
    World *w = p->w;
    Case c = file(p, w->wang, CHORE("109.005"));
    (void)move(p, w->li, &c, "tell", "{\"weight\":\"heavy\",\"matter\":\"fire\"}");
    assert_total(p, now(p, w->li, NIL), "1 0 1 1 0");
    w->h->now += 30 * DAY;
    assert_total(p, now(p, w->li, NIL), "1 1 0 1 0");
    /* a flow without figures is not counted */
    CaseFilter open = CASE_FILTER;
    open.flow = S("round");
    (void)file(p, w->wang, "{\"flow\":\"round\",\"move\":\"later\"," AT("109.005") "}");
    assert_int_equal(count_of(p, w->li, open), 1);
    assert_total(p, now(p, w->li, NIL), "1 1 0 1 0");
}

static void the_past_is_read_from_the_ledger(void **state)
{
    Play *p = *state;
    World *w = p->w;
    Instant before = w->h->now - 1;
    Case c = file(p, w->wang, CHORE("109.005"));
    Instant filed = w->h->now;
    w->h->now += 30 * DAY;
    Case done = move(p, w->wang, &c, "fix", "{\"after\":" PHOTO "}");
    w->h->now += DAY;
    Instant ended = w->h->now;
    done = move(p, w->li, &done, "ok", NULL);
    w->h->now += DAY;
    Instant between = w->h->now;
    w->h->now += DAY;
    (void)move(p, w->li, &done, "again", "{\"reason\":\"反弹\"}");
    assert_total(p, now(p, w->li, NIL), "1 1 0 0 0");
    assert_total(p, then(p, w->li, before), "0 0 0 0 0");
    assert_total(p, then(p, w->li, filed), "1 0 1 0 0");
    assert_total(p, then(p, w->li, filed + 20 * DAY), "1 1 0 0 0");
    assert_total(p, then(p, w->li, ended - 1), "1 0 0 0 0");
    assert_total(p, then(p, w->li, ended), "0 0 0 0 0");
    assert_total(p, then(p, w->li, between), "0 0 0 0 0"); /* opened again since */
    assert_total(p, then(p, w->li, w->h->now), "1 1 0 0 0");
    assert_total(p, then(p, p->zheng, filed), "0 0 0 0 0");
}

static void the_past_has_what_ended_on_its_day(void **state)
{
    Play *p = *state;
    World *w = p->w;
    Case c = file(p, w->wang, CHORE("109.005"));
    Case done = move(p, w->wang, &c, "fix", "{\"after\":" PHOTO "}");
    move(p, w->li, &done, "ok", NULL);
    Instant evening = date_end(instant_date(w->h->now)) - 1;
    w->h->now += 5 * DAY;
    assert_total(p, then(p, w->li, evening), "0 0 1 0 0");
    assert_total(p, then(p, w->li, evening + 1), "0 0 0 0 0");
}

static void tell_days(Play *p)
{
    bool more = true;
    while (more)
        assert_ok(map_days_turn(p->work, p->w->h->db, p->w->h->now, &more));
}

/* The days that are told and the entries alone say the same of every instant. */
static void days_that_are_told_change_no_figure(void **state)
{
    static const char *const places[] = {CHORE("109.005"), CHORE("109.006"), CHORE("109.007")};
    Play *p = *state;
    World *w = p->w;
    Instant begins = w->h->now;
    Case open[40];
    size_t n = 0;
    for (size_t day = 0; day < 12; day++) {
        for (size_t i = 0; i < 3; i++) {
            open[n] = file(p, w->wang, places[i]);
            w->h->now += DAY / 10;
            if (day % 3 == i)
                open[n] = move(p, w->wang, &open[n], "fix", "{\"after\":" PHOTO "}");
            if (day % 2 && day % 3 == i)
                (void)move(p, w->li, &open[n], "ok", NULL);
            else if (day % 3 != i && i == 1)
                (void)move(p, w->li, &open[n], "tell",
                           "{\"weight\":\"heavy\",\"matter\":\"fire\"}");
            n++;
        }
        if (day == 7) { /* one that ended days ago is open again */
            Case c = load_ok(p, w->li, open[4 * 3 - 2 - 2].id);
            if (c.ended != NIL) (void)move(p, w->li, &c, "again", "{\"reason\":\"反弹\"}");
        }
        w->h->now = begins + ((int64_t)day + 1) * DAY;
    }
    int64_t people[] = {w->li, w->sun, p->zheng, w->wu};
    char said[4][200][80];
    for (int round = 0; round < 2; round++) {
        for (size_t k = 0; k < countof(people); k++)
            for (int i = 0; i < 200; i++) {
                Instant when = begins + i * (12 * DAY / 200);
                if (i % 10 == 0) when = date_end(instant_date(when)) - 1;
                const char *now = total(p, then(p, people[k], when));
                if (round == 0)
                    snprintf(said[k][i], sizeof said[k][i], "%s", now);
                else
                    assert_string_equal(now, said[k][i]);
            }
        if (round == 0) tell_days(p);
    }
    assert_true(rows_in(p, "map_days", "region > 0") >= 11);
    assert_string_not_equal(said[0][150], said[0][0]);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_play, close_play)
    const struct CMUnitTest tests[] = {
        TEST(only_what_one_sees_counts_and_in_its_area),
        TEST(what_ended_today_is_new_still_and_tomorrow_no_more),
        TEST(states_and_lateness_count_as_the_definition_says),
        TEST(the_past_is_read_from_the_ledger),
        TEST(the_past_has_what_ended_on_its_day),
        TEST(days_that_are_told_change_no_figure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
