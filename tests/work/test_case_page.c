/* SPDX-License-Identifier: Apache-2.0 */
/* Who sees which cases, in which order, how many: the doors. */
#include "play.h"

#define AT(lon) "\"place\":{\"lon\":" lon ",\"lat\":34.305}"
#define CHORE(lon, sort)                                                                       \
    "{\"flow\":\"chore\"," AT(lon) ",\"fields\":{\"sort\":\"" sort                             \
                                   "\",\"text\":\"通道堆放" lon "\"}}"
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

static void close_one(Play *p, const Case *c)
{
    Case done = move(p, p->w->wang, c, "fix", "{\"after\":" PHOTO "}");
    move(p, p->w->li, &done, "ok", NULL);
}

static void another_office_sees_nothing_but_the_finder_sees_his_own(void **state)
{
    Play *p = *state;
    World *w = p->w;
    Case c = file(p, w->wang, CHORE("109.005", "dust"));
    Case own = file(p, p->zheng, CHORE("109.005", "dust")); /* found by who works elsewhere */
    CaseFilter all = CASE_FILTER;
    assert_int_equal(count_of(p, w->li, all), 2);
    assert_int_equal(count_of(p, p->zheng, all), 1);
    assert_err(load(p, p->zheng, c.id, &c), ERR_NOT_FOUND);
    assert_ok(load(p, p->zheng, own.id, &own));
    assert_err(load(p, w->li, ID_MAKE(REGION, 1 << 20), &own), ERR_NOT_FOUND);
    assert_err(load(p, w->li, ID_MAKE(REGION + 1, 1), &own), ERR_NOT_FOUND);
    close_one(p, &c);
    assert_int_equal(count_of(p, w->li, all), 2);
    assert_int_equal(count_of(p, p->zheng, all), 1);
    assert_int_equal(count_of(p, w->wu, all), 2); /* the committee's office sees the region */
}

static void the_finder_sees_no_sealed_field(void **state)
{
    Play *p = *state;
    Case c = file(
        p, p->zheng,
        "{\"flow\":\"chore\"," AT(
            "109.005") ",\"fields\":{\"sort\":\"smoke\",\"text\":\"a\",\"secret\":\"王某\","
                       "\"phone\":\"13800001234\"}}");
    const Json *fields = json_get(told(p, p->zheng, c.id), "fields");
    assert_true(json_is_null(json_get(fields, "secret")));
    assert_str(json_member(fields, "phone"), "138****1234");
    fields = json_get(told(p, p->w->li, c.id), "fields");
    assert_true(json_is_null(json_get(fields, "secret")));
    assert_str(json_member(fields, "phone"), "13800001234");
    fields = json_get(told(p, p->w->sun, c.id), "fields"); /* see: sealed: department */
    assert_str(json_member(fields, "secret"), "王某");
    /* nor does the history tell it */
    View v = view_of(p, p->zheng);
    Buf b = BUF(p->mem);
    JsonOut w = JSON_OUT(&b);
    assert_ok(case_history(&v, &c, SIGHT_OPEN, 10, &w));
    assert_int_equal(str_find(buf_str(&b), S("王某")), SIZE_MAX);
    assert_int_equal(str_find(buf_str(&b), S("13800001234")), SIZE_MAX);
    assert_true(str_find(buf_str(&b), S("138****1234")) != SIZE_MAX);
    CaseFilter q = CASE_FILTER;
    q.q = S("王某");
    assert_int_equal(count_of(p, p->w->li, q), 0); /* not by searching, either */
    assert_int_equal(count_of(p, p->w->sun, q), 1);
}

static void a_history_tells_neither_how_the_clock_is_kept_nor_who_is_barred(void **state)
{
    static const char *const kept[] = {"clock", "clock_calendar", "clock_shift",
                                       "marks", "next_at",        "track"};
    Play *p = *state;
    Case c = file(p, p->w->wang, CHORE("109.005", "dust"));
    close_one(p, &c);
    View v = view_of(p, p->w->li);
    Buf b = BUF(p->mem);
    JsonOut w = JSON_OUT(&b);
    assert_ok(case_history(&v, &c, SIGHT_OPEN, 10, &w));
    assert_true(str_find(buf_str(&b), S("\"clock_from\":")) != SIZE_MAX);
    for (size_t i = 0; i < countof(kept); i++) {
        Str member = str_fmt(p->mem, "\"%s\":", kept[i]);
        if (str_find(buf_str(&b), member) != SIZE_MAX) fail_msg("it tells %s", kept[i]);
    }
}

static void open_cases_come_by_due_and_ended_ones_behind(void **state)
{
    Play *p = *state;
    World *w = p->w;
    Case first = file(p, w->wang, CHORE("109.001", "dust"));
    w->h->now += DAY;
    Case later = file(p, w->wang, CHORE("109.002", "dust"));
    Case soon =
        file(p, w->wang,
             "{\"flow\":\"chore\"," AT(
                 "109.003") ",\"fields\":{\"sort\":\"dust\",\"text\":\"a\",\"hurry\":true}}");
    Case over = file(p, w->wang, CHORE("109.004", "dust"));
    close_one(p, &over);
    CaseFilter f = CASE_FILTER;
    f.limit = 3;
    View v = view_of(p, w->li);
    CasePage page;
    assert_ok(case_page(&v, &f, &page));
    assert_int_equal(page.count, 3);
    assert_int_equal(page.cases[0].id, soon.id);
    assert_int_equal(page.cases[1].id, first.id);
    assert_int_equal(page.cases[2].id, later.id);
    f.cursor = page.next;
    assert_ok(case_page(&v, &f, &page));
    assert_int_equal(page.count, 1);
    assert_int_equal(page.cases[0].id, over.id);
    assert_null(page.next.p);
    static const char *const bad[] = {"", "x", "o1", "o1_", "o1_x", "e", "e1x", "oo1_1"};
    for (size_t i = 0; i < countof(bad); i++) {
        f.cursor = str(bad[i]);
        assert_err(case_page(&v, &f, &page), CASE_CURSOR);
    }
}

/* Pages of what may look at so much each, one behind the other; how many cases are on them. */
static size_t paged(View v, CaseFilter f, int64_t most, size_t *out_partial)
{
    size_t n = 0;
    *out_partial = 0;
    do {
        CasePage page;
        Budget budget = {.most = most};
        v.budget = &budget;
        assert_ok(case_page(&v, &f, &page));
        assert_true(!page.partial || page.next.p);
        assert_int_equal(budget.cut, page.partial);
        n += page.count;
        *out_partial += page.partial;
        f.cursor = page.next;
    } while (f.cursor.p);
    return n;
}

static void a_budget_cuts_pages_that_go_on_and_counts(void **state)
{
    Play *p = *state;
    World *w = p->w;
    static const char *const bodies[] = {CHORE("109.001", "dust"), CHORE("109.002", "dust"),
                                         CHORE("109.003", "dust"), CHORE("109.004", "dust"),
                                         CHORE("109.005", "dust")};
    for (size_t i = 0; i < countof(bodies); i++) {
        Case ended = file(p, w->wang, bodies[i]);
        close_one(p, &ended);
        (void)file(p, w->wang, bodies[i]);
    }
    View v = view_of(p, w->li);
    CaseFilter all = CASE_FILTER, said = CASE_FILTER;
    said.q = S("109.004");
    size_t partial;
    assert_int_equal(paged(v, all, 1000, &partial), 10);
    assert_int_equal(partial, 0);
    assert_int_equal(paged(v, all, 1, &partial), 10); /* one at a time, and each gets on */
    assert_true(partial >= 9);
    assert_int_equal(paged(v, said, 1, &partial), 2);
    int64_t n;
    Budget budget = {.most = 5 + BUDGET_ROW};
    v.budget = &budget;
    assert_ok(case_count(&v, &all, &n));
    assert_true(budget.cut);
    assert_int_equal(n, 6);
    budget = (Budget){.most = 5 + 5 * BUDGET_ROW};
    assert_ok(case_count(&v, &all, &n));
    assert_false(budget.cut); /* it was enough to the last */
    assert_int_equal(n, 10);
}

static void filters(void **state)
{
    Play *p = *state;
    World *w = p->w;
    Case a = file(p, w->wang, CHORE("109.005", "smoke")),
         b = file(p, w->wang, CHORE("109.015", "dust"));
    Case c = file(p, w->li, CHORE("109.006", "dust"));
    close_one(p, &c);
    CaseFilter f = CASE_FILTER;
    assert_int_equal(count_of(p, w->li, f), 3);
    f.open = 1;
    assert_int_equal(count_of(p, w->li, f), 2);
    f.open = 0;
    assert_int_equal(count_of(p, w->li, f), 1);
    f = CASE_FILTER;
    f.area = w->cell1;
    assert_int_equal(count_of(p, w->li, f), 2);
    f.area = w->street;
    assert_int_equal(count_of(p, w->li, f), 3);
    f.area = w->street2;
    assert_int_equal(count_of(p, w->li, f), 0);
    f.area = a.id; /* no area at all */
    assert_int_equal(count_of(p, w->li, f), 0);
    f = CASE_FILTER;
    f.department = w->fire;
    assert_int_equal(count_of(p, w->li, f), 1);
    f = CASE_FILTER;
    f.filed = true;
    assert_int_equal(count_of(p, w->li, f), 1);
    f = CASE_FILTER;
    f.state = S("done");
    assert_int_equal(count_of(p, w->li, f), 1);
    f.flow = S("round");
    assert_int_equal(count_of(p, w->li, f), 0);
    f = CASE_FILTER;
    f.q = S("堆放109.015");
    assert_int_equal(count_of(p, w->li, f), 1);
    f.q = str_fmt(p->mem, "%lld", (long long)b.id);
    assert_int_equal(count_of(p, w->li, f), 1);
    f = CASE_FILTER;
    f.from = w->h->now;
    assert_int_equal(count_of(p, w->li, f), 3);
    f.from++;
    assert_int_equal(count_of(p, w->li, f), 0);
    f.from = NIL;
    f.to = w->h->now;
    assert_int_equal(count_of(p, w->li, f), 0);
    f = CASE_FILTER;
    f.late = true;
    assert_int_equal(count_of(p, w->li, f), 0);
    play_until(p, "2026-11-25T00:00:00+08:00");
    assert_int_equal(count_of(p, w->li, f), 2);
    f.mine = true;
    assert_int_equal(count_of(p, w->li, f), 2);
    assert_int_equal(count_of(p, w->zhao, f), 2); /* it has risen to him */
    assert_int_equal(count_of(p, w->zhou, f), 0);
}

static void the_book_is_the_same_after_a_restart(void **state)
{
    Play *p = *state;
    World *w = p->w;
    for (int i = 0; i < 40; i++) {
        Case c = file(p, w->wang, CHORE("109.005", "dust"));
        if (i % 3 == 0) close_one(p, &c);
        if (i % 3 == 1) move(p, w->li, &c, "tell", "{\"weight\":\"light\"}");
        w->h->now += 1000;
    }
    CaseFilter f = CASE_FILTER, mine = CASE_FILTER;
    mine.mine = true;
    int64_t all = count_of(p, w->li, f), own = count_of(p, w->li, mine),
            load = case_load_of(p->work, w->officer);
    assert_int_equal(all, 40);
    assert_int_equal(load, 26);
    play_restart(p);
    assert_int_equal(count_of(p, w->li, f), all);
    assert_int_equal(count_of(p, w->li, mine), own);
    assert_int_equal(case_load_of(p->work, w->officer), load);
}

static void a_department_that_helps_sees_it(void **state)
{
    Play *p = *state;
    World *w = p->w;
    int64_t desk = world_seat(w, ROLE_DEPARTMENT_OFFICER, 0, w->city);
    int64_t lin = world_person(w, "p30", "林");
    world_take(w, desk, lin, HOLD_HOLDER);
    Case c = file(p, w->wang, CHORE("109.005", "smoke"));
    CaseFilter f = CASE_FILTER;
    assert_int_equal(count_of(p, lin, f), 0);
    world_do(w, (Call){.op = op_rule,
                       .name = S("fire"),
                       .other = w->city,
                       .text = S("help"),
                       .reason = S("清单")});
    assert_int_equal(count_of(p, lin, f), 1);
    assert_ok(load(p, lin, c.id, &c));
    assert_str(offers(p, lin, c.id, "items"), "");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_play, close_play)
    const struct CMUnitTest tests[] = {
        TEST(another_office_sees_nothing_but_the_finder_sees_his_own),
        TEST(the_finder_sees_no_sealed_field),
        TEST(a_history_tells_neither_how_the_clock_is_kept_nor_who_is_barred),
        TEST(open_cases_come_by_due_and_ended_ones_behind),
        TEST(a_budget_cuts_pages_that_go_on_and_counts),
        TEST(filters),
        TEST(the_book_is_the_same_after_a_restart),
        TEST(a_department_that_helps_sees_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
