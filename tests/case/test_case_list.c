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
    CaseView v = view_of(p, p->zheng);
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
    CaseView v = view_of(p, p->w->li);
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
    CaseView v = view_of(p, w->li);
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
    static const char *const bad[] = {"",  "x",   "o1",    "o1_",     "o1_x",
                                      "e", "e1x", "oo1_1", "-due_1_1"};
    for (size_t i = 0; i < countof(bad); i++) {
        f.cursor = str(bad[i]);
        assert_err(case_page(&v, &f, &page), NOUN_CURSOR);
    }
}

static int64_t said(Play *p, int64_t person, const char *q)
{
    CaseFilter f = CASE_FILTER;
    f.q = str(q);
    return count_of(p, person, f);
}

static void turns(Play *p)
{
    bool more = true;
    for (int i = 0; i < 3; i++) /* one puts, the next forgets */
        assert_ok(case_texts_turn(p->work, &more));
    assert_false(more);
}

static void text_is_found_from_one_sign_on_whatever_stands_between(void **state)
{
    Play *p = *state;
    World *w = p->w;
    Case c =
        file(p, w->wang,
             "{\"flow\":\"chore\"," AT("109.005") ",\"fields\":{\"sort\":\"dust\",\"text\":"
                                                  "\"三号楼(东侧)ＧＢ50016,灭火器压力不足\"}}");
    static const char *const found[] = {"灭火器压力", "灭",    "不足",      "足", "三号楼 东侧",
                                        "gb50016",    "楼(东", "压力不足!", "G",  "东侧,三号"};
    static const char *const not [] = {"力灭", "侧gb", "楼东", "火灭", "!", "", "50017"};
    for (int round = 0; round < 3; round++) {
        for (size_t i = 0; i < countof(found); i++)
            if (said(p, w->li, found[i]) != 1) fail_msg("%d: %s is not found", round, found[i]);
        for (size_t i = 0; i < countof(not ); i++)
            if (said(p, w->li, not [i])) fail_msg("%d: %s is found", round, not [i]);
        if (round == 0) close_one(p, &c); /* found while it waits, and from the store */
        if (round == 1) turns(p);
    }
    play_restart(p);
    assert_int_equal(said(p, w->li, "灭火器压力"), 1);
    assert_int_equal(said(p, w->li, "力灭"), 0);
}

static void a_case_that_is_changed_after_its_end_is_found_as_it_is(void **state)
{
    Play *p = *state;
    World *w = p->w;
    Case c = file(p, w->wang, CHORE("109.005", "dust"));
    close_one(p, &c);
    turns(p);
    for (int round = 0; round < 3; round++) {
        c = load_ok(p, w->li, c.id);
        c = move(p, w->li, &c, "again",
                 round ? "{\"reason\":\"久拖不决\"}" : "{\"reason\":\"反弹回潮\"}");
        for (int ended = 0; ended < 2; ended++) {
            assert_int_equal(said(p, w->li, "堆放"), 1);
            assert_int_equal(said(p, w->li, "反弹"), round == 0);
            assert_int_equal(said(p, w->li, "不决"), round > 0);
            if (!ended) close_one(p, &c);
            turns(p);
        }
        if (round == 1) play_restart(p);
    }
}

static void a_sensitive_text_is_found_by_who_sees_it_from_the_store_too(void **state)
{
    Play *p = *state;
    World *w = p->w;
    Case c = file(p, w->wang,
                  "{\"flow\":\"chore\"," AT(
                      "109.005") ",\"fields\":{\"sort\":\"smoke\",\"text\":\"a\",\"secret\":"
                                 "\"王某\",\"phone\":\"13800001234\"}}");
    for (int round = 0; round < 2; round++) {
        assert_int_equal(said(p, w->li, "1234"), 1); /* the area sees masked texts */
        assert_int_equal(said(p, w->li, "王某"), 0); /* sealed: the department alone */
        assert_int_equal(said(p, w->sun, "王某"), 1);
        assert_int_equal(said(p, p->zheng, "1234"), 0);
        if (round == 0) close_one(p, &c);
        turns(p);
    }
}

static void who_filed_it_finds_no_text_that_he_sees_in_part(void **state)
{
    Play *p = *state;
    (void)file(p, p->zheng,
               "{\"flow\":\"chore\"," AT(
                   "109.005") ",\"fields\":{\"sort\":\"dust\",\"text\":\"楼道\",\"phone\":"
                              "\"13800005678\"}}");
    assert_int_equal(said(p, p->zheng, "楼道"), 1);
    assert_int_equal(said(p, p->zheng, "5678"), 0);
    assert_int_equal(said(p, p->w->li, "5678"), 1);
}

static void a_case_is_found_by_its_number_and_by_who_filed_it(void **state)
{
    Play *p = *state;
    World *w = p->w;
    Case c = file(p, w->wang, CHORE("109.005", "dust"));
    (void)file(p, w->li, CHORE("109.005", "dust"));
    Str number =
        str_fmt(p->mem, "%lld-%lld", (long long)ID_REGION(c.id), (long long)ID_SEQ(c.id));
    assert_int_equal(said(p, w->li, number.p), 1);
    assert_int_equal(said(p, w->li, str_fmt(p->mem, "%lld", (long long)c.id).p), 1);
    assert_int_equal(said(p, p->zheng, number.p), 0);
    Str name = person_of(who(p, w->li)->ground, w->wang)->name;
    assert_int_equal(said(p, w->zhao, str_z(p->mem, name)), 1);
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

/* ---- a list, its count and who_sees say the same ---- */

static uint32_t dice(uint32_t *state, uint32_t sides)
{
    *state = *state * 1664525u + 1013904223u;
    return (*state >> 8) % sides;
}

/* One that a department only looks at. */
static const char *const errand =
    "flow: errand\n"
    "title: {zh: 差事, en: Errand}\n"
    "see: {open: [area]}\n"
    "fields:\n"
    "  text: {kind: text, max: 100, title: {zh: 情况, en: Text}}\n"
    "states:\n"
    "  asked:\n"
    "    title: {zh: 待办, en: Asked}\n"
    "    duty: [responsible_officer@area]\n"
    "    watch: [department_officer@lead_department]\n"
    "    clock: 1 workday\n"
    "  over: {title: {zh: 毕, en: Over}, end: done}\n"
    "moves:\n"
    "  file:\n"
    "    title: {zh: 上报, en: File}\n"
    "    to: asked\n"
    "    by: [grid_member, responsible_officer]\n"
    "    ask: [text]\n"
    "  finish: {title: {zh: 办结, en: Finish}, from: asked, to: over, by: duty, not: file}\n";

/* Cases of three flows in three cells in many states, of several finders, with phones, risen
 * seats and seats that look on. */
static void play_many(Play *p, uint32_t *state)
{
    play_publish(p, FLOW_KIND, "errand", errand);
    static const char *const sorts[] = {"dust", "smoke"};
    World *w = p->w;
    int64_t finders[] = {w->wang, w->li, p->zheng};
    for (int i = 0; i < 60; i++) {
        int64_t finder = finders[dice(state, countof(finders))];
        uint32_t east = 2 + dice(state, 17); /* from 10 on it is the next cell */
        Str place = str_fmt(p->mem, "\"place\":{\"lon\":109.0%02u,\"lat\":34.305}", east);
        Str body =
            str_fmt(p->mem,
                    "{\"flow\":\"chore\",%.*s,\"fields\":{\"sort\":\"%s\",\"text\":\"a\","
                    "\"phone\":\"1380000%u\"}}",
                    STR(place), sorts[dice(state, 2)], 1000 + dice(state, 3));
        Case c = file(p, finder, body.p);
        if (dice(state, 3) == 0)
            c = move(p, w->li, &c, "tell", "{\"weight\":\"light\"}");
        else if (dice(state, 3) == 0)
            c = move(p, w->li, &c, "tell", "{\"weight\":\"heavy\",\"matter\":\"fire\"}");
        else if (dice(state, 2) == 0 && finder == w->wang && east < 10)
            close_one(p, &c);
        if (dice(state, 6) == 0)
            (void)file(
                p, w->wang,
                str_fmt(p->mem, "{\"flow\":\"round\",\"move\":\"later\",%.*s}", STR(place)).p);
        if (dice(state, 4) == 0)
            (void)file(p, w->wang,
                       str_fmt(p->mem,
                               "{\"flow\":\"errand\",\"matter\":\"fire\",%.*s,"
                               "\"fields\":{\"text\":\"差事\"}}",
                               STR(place))
                           .p);
        w->h->now += 3 * 3600000;
        assert_ok(sweep_until(p->sweep, w->h->now, play_set, p));
    }
}

static CaseFilter any_filter(Play *p, uint32_t *state)
{
    World *w = p->w;
    CaseFilter f = CASE_FILTER;
    static const char *const orders[] = {NULL,     "number", "-number", "due",  "-due",
                                         "opened", "ended",  "-ended",  "area", "-area"};
    if (dice(state, 3) == 0) f.flow = dice(state, 2) ? S("chore") : S("errand");
    if (dice(state, 4) == 0) f.state = dice(state, 2) ? S("fresh") : S("done");
    if (dice(state, 3) == 0) f.area = dice(state, 2) ? w->cell1 : w->street;
    if (dice(state, 5) == 0) f.department = w->fire;
    if (dice(state, 5) == 0) f.seat = w->officer;
    f.mine = dice(state, 6) == 0;
    f.filed = dice(state, 6) == 0;
    f.late = dice(state, 6) == 0;
    f.open = (int)dice(state, 3) - 1;
    f.period = (CasePeriod)dice(state, 3);
    if (dice(state, 3) == 0) f.from = w->h->now - dice(state, 8) * DAY;
    if (dice(state, 4) == 0) f.to = w->h->now - dice(state, 8) * DAY;
    if (dice(state, 4) == 0) f.fields[f.field_count++] = (CaseField){S("sort"), S("smoke")};
    if (dice(state, 6) == 0)
        f.fields[f.field_count++] = (CaseField){S("phone"), S("13800001001")};
    f.sort = str(orders[dice(state, countof(orders))]);
    return f;
}

static bool asked_for(const CaseView *v, const CaseFilter *f, const Case *c)
{
    Instant at = f->period == PERIOD_OPENED  ? c->opened
                 : f->period == PERIOD_ENDED ? c->ended
                                             : c->due;
    if ((f->from != NIL || f->to != NIL) && at == NIL) return false;
    if ((f->from != NIL && at < f->from) || (f->to != NIL && at >= f->to)) return false;
    if (f->flow.p && !str_eq(f->flow, c->flow)) return false;
    if (f->state.p && !str_eq(f->state, c->state)) return false;
    if (f->area != NIL && !area_within(v->who->ground, c->area, f->area, v->now)) return false;
    if (f->department != NIL && c->department != f->department) return false;
    if (f->seat != NIL && c->duty_seat != f->seat) return false;
    if (f->filed && c->filed_by != v->who->person) return false;
    if (f->late && !(c->due != NIL && c->due <= v->now)) return false;
    if (f->open >= 0 && (c->ended == NIL) != (f->open == 1)) return false;
    bool mine = !f->mine;
    for (size_t i = 0; i < v->who->chair_count && !mine; i++) {
        Str seat = str_fmt(v->mem, "%lld", (long long)v->who->chairs[i].seat);
        mine = c->duty_seat == v->who->chairs[i].seat ||
               (c->risen.p && str_find(c->risen, seat) != SIZE_MAX) ||
               (c->watch.p && str_find(c->watch, seat) != SIZE_MAX);
    }
    for (size_t i = 0; i < f->field_count; i++) {
        Str value = str_fmt(v->mem, "\"%.*s\":\"%.*s\"", STR(f->fields[i].name),
                            STR(f->fields[i].value));
        mine &= c->fields.p && str_find(c->fields, value) != SIZE_MAX;
    }
    return mine;
}

/* By who_sees, row by row; a masked field is no way to find what one sees in part. */
static int64_t count_by_hand(Play *p, const CaseView *v, const CaseFilter *f)
{
    static const Sql sql = SQL("SELECT * FROM cases WHERE region >= 0 ORDER BY id");
    Case *all;
    size_t n;
    int64_t seen = 0;
    assert_ok(db_all(v->db, &sql, NO_ARGS, &case_table, p->mem, &all, &n));
    for (size_t i = 0; i < n; i++) {
        Access least = SIGHT_OPEN;
        for (size_t k = 0; k < f->field_count; k++)
            if (str_is(f->fields[k].name, "phone")) least = SIGHT_MASKED;
        seen += asked_for(v, f, &all[i]) && case_sight(v, &all[i]) >= least;
    }
    return seen;
}

static void a_count_is_the_rows_of_all_pages_and_the_verdict_of_who_sees(void **state)
{
    Play *p = *state;
    World *w = p->w;
    uint32_t seed = 20261123;
    int64_t desk = world_seat(w, ROLE_DEPARTMENT_OFFICER, 0, w->city);
    int64_t lin = world_person(w, "p30", "林");
    world_take(w, desk, lin, HOLD_HOLDER);
    world_do(w, (Call){.op = op_rule,
                       .name = S("fire"),
                       .other = w->city,
                       .text = S("help"),
                       .reason = S("清单")});
    play_many(p, &seed);
    int64_t people[] = {w->wang, w->li,    w->zhao, w->zhou, w->sun,
                        w->wu,   p->zheng, p->feng, lin};
    for (int round = 0; round < 400; round++) {
        if (round == 200) play_restart(p); /* read from the store it is the same */
        CaseFilter f = any_filter(p, &seed);
        int64_t person = people[dice(&seed, countof(people))];
        CaseView v = view_of(p, person);
        assert_int_equal(count_of(p, person, f), count_by_hand(p, &v, &f));
    }
}

static void the_offices_own_is_listed_and_counted_when_it_is_asked_for(void **state)
{
    Play *p = *state;
    Str text = str_fmt(p->mem, "class: office\n%s", errand);
    play_publish(p, FLOW_KIND, "errand", str_z(p->mem, text));
    (void)file(p, p->w->wang, CHORE("109.005", "dust"));
    (void)file(p, p->w->wang, "{\"flow\":\"errand\"," AT("109.005") "}");
    CaseFilter any = CASE_FILTER, own = CASE_FILTER;
    own.flow = S("errand");
    assert_int_equal(count_of(p, p->w->li, any), 1);
    assert_int_equal(count_of(p, p->w->li, own), 1);
    any.mine = true;
    assert_int_equal(count_of(p, p->w->li, any), 1);
}

static void a_list_goes_by_what_it_is_sorted_by_and_back(void **state)
{
    Play *p = *state;
    uint32_t seed = 7;
    play_many(p, &seed);
    static const char *const orders[] = {"number", "due", "opened", "ended", "area"};
    for (size_t i = 0; i < countof(orders); i++) {
        CaseFilter f = CASE_FILTER, back = CASE_FILTER;
        f.open = back.open = str_is(str(orders[i]), "ended") ? 0 : 1;
        f.limit = back.limit = 200;
        f.sort = str(orders[i]);
        back.sort = str_fmt(p->mem, "-%s", orders[i]);
        CaseView v = view_of(p, p->w->wu);
        CasePage forth, down;
        assert_ok(case_page(&v, &f, &forth));
        assert_ok(case_page(&v, &back, &down));
        assert_int_equal(forth.count, down.count);
        assert_true(forth.count > 1);
        for (size_t k = 0; k < forth.count; k++)
            assert_int_equal(forth.cases[k].id, down.cases[forth.count - 1 - k].id);
        for (size_t k = 1; k < forth.count; k++) {
            const Case *a = &forth.cases[k - 1], *b = &forth.cases[k];
            switch (i) {
            case 0: assert_true(a->id < b->id); break;
            case 1: assert_true(a->due <= b->due); break;
            case 2: assert_true(a->opened <= b->opened); break;
            case 3: assert_true(a->ended <= b->ended); break;
            default: assert_true(a->area <= b->area || a->id < b->id); break;
            }
        }
    }
    CaseFilter bad = CASE_FILTER;
    CasePage page;
    CaseView v = view_of(p, p->w->wu);
    bad.sort = S("colour");
    assert_err(case_page(&v, &bad, &page), ERR_FAULTS);
}

static void a_field_that_no_flow_marks_is_refused(void **state)
{
    Play *p = *state;
    CaseFilter f = CASE_FILTER;
    int64_t n;
    f.fields[f.field_count++] = (CaseField){S("text"), S("a")};
    CaseView v = view_of(p, p->w->li);
    const Err *e = case_count(&v, &f, &n);
    assert_err(e, ERR_FAULTS);
    assert_str(faults_of(p, e), "fields[text]:unknown");
    f.fields[0] = (CaseField){S("until_day"), S("2026-11-30")};
    Case c = file(p, p->w->wang, CHORE("109.005", "dust"));
    (void)move(p, p->w->li, &c, "tell", "{\"weight\":\"light\",\"until_day\":\"2026-11-30\"}");
    assert_int_equal(count_of(p, p->w->li, f), 1); /* as it is written */
    f.fields[0].value = S("2026-11-31");
    assert_int_equal(count_of(p, p->w->li, f), 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_play, close_play)
    const struct CMUnitTest tests[] = {
        TEST(another_office_sees_nothing_but_the_finder_sees_his_own),
        TEST(the_finder_sees_no_sealed_field),
        TEST(a_history_tells_neither_how_the_clock_is_kept_nor_who_is_barred),
        TEST(open_cases_come_by_due_and_ended_ones_behind),
        TEST(text_is_found_from_one_sign_on_whatever_stands_between),
        TEST(a_case_that_is_changed_after_its_end_is_found_as_it_is),
        TEST(a_sensitive_text_is_found_by_who_sees_it_from_the_store_too),
        TEST(who_filed_it_finds_no_text_that_he_sees_in_part),
        TEST(a_case_is_found_by_its_number_and_by_who_filed_it),
        TEST(filters),
        TEST(the_book_is_the_same_after_a_restart),
        TEST(a_department_that_helps_sees_it),
        TEST(a_count_is_the_rows_of_all_pages_and_the_verdict_of_who_sees),
        TEST(the_offices_own_is_listed_and_counted_when_it_is_asked_for),
        TEST(a_list_goes_by_what_it_is_sorted_by_and_back),
        TEST(a_field_that_no_flow_marks_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
