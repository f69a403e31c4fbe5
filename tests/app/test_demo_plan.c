/* SPDX-License-Identifier: Apache-2.0 */
/* The shipped script read and drawn out over the shipped subjects. */
#include "test.h"

#include "app/plan.h"
#include "base/csv.h"
#include "base/file.h"
#include "def/embedded.h"

#define DAYS 32

static Arena *mem;
static const Node *script;
static const Calendar *calendar;
static Place *places;
static size_t place_count;

static void read_places(void)
{
    Str text, line, rest;
    assert_ok(file_inflate(mem, seed_text(S("defs/demo/subjects.csv.gz")), 8 << 20, &text));
    while (str_starts(text, S("#")) && str_cut(text, '\n', &line, &rest))
        text = rest;
    Csv csv;
    size_t code, kind, colour, tags;
    assert_ok(csv_open(&csv, mem, text));
    assert_ok(csv_column(&csv, S("code"), &code));
    assert_ok(csv_column(&csv, S("kind"), &kind));
    assert_ok(csv_column(&csv, S("colour"), &colour));
    assert_ok(csv_column(&csv, S("tags"), &tags));
    places = arena_array(mem, Place, 15000);
    for (bool more = true;;) {
        assert_ok(csv_next(&csv, &more));
        if (!more) break;
        assert_true(place_count < 15000);
        Str *tag = arena_make(mem, Str);
        *tag = str_dup(mem, csv.cells[tags]);
        places[place_count] = (Place){.code = str_dup(mem, csv.cells[code]),
                                      .cell = (int64_t)place_count % 150, /* of all kinds */
                                      .kind = str_dup(mem, csv.cells[kind]),
                                      .colour = str_dup(mem, csv.cells[colour]),
                                      .tags = tag,
                                      .tag_count = tag->n ? 1 : 0};
        place_count++;
    }
}

static int setup(void **state)
{
    (void)state;
    mem = arena_new(0);
    Reading r = READING(mem, S("defs/demo/play.yaml"));
    script = def_read(&r, seed_text(r.file));
    assert_ok(def_err(&r));
    const CalendarDay *days;
    size_t n;
    const Err *e =
        calendar_read(mem, seed_text(S("data/calendar/cn_holidays.csv")), STR_NULL, &days, &n);
    assert_ok(e);
    Office office;
    assert_ok(office_parse(S("09:00-12:00 13:30-17:30"), &office));
    calendar = calendar_new(mem, days, n, office);
    place_count = 0;
    read_places();
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(mem);
    return 0;
}

static Instant instant(const char *text)
{
    Instant t;
    assert_ok(instant_parse(str(text), &t));
    return t;
}

static size_t plan(const char *end, int days, Planned **out)
{
    Instant t = instant(end);
    PlanSpec spec = {.script = script,
                     .calendar = calendar,
                     .places = places,
                     .place_count = place_count,
                     .first = instant_date(t) - days + 1,
                     .end = t};
    return plan_make(mem, &spec, out);
}

static const Node *series_of(const char *name)
{
    return script_item(node_get(script, "series"), str(name));
}

/* The name of the path that the case takes. */
static Str path_of(const Planned *p)
{
    const Node *paths = node_get(p->series, "paths");
    return paths->keys[p->path - paths->items].text;
}

static int64_t count_of(const Planned *all, size_t n, const char *series, const char *path)
{
    int64_t count = 0;
    for (size_t i = 0; i < n; i++)
        if (all[i].series == series_of(series) &&
            (!path || str_starts(path_of(&all[i]), str(path))))
            count++;
    return count;
}

/* of is a share of all, per mille, within some. */
static void assert_share(int64_t of, int64_t all, int64_t share, int64_t within)
{
    int64_t is = of * 1000 / all;
    if (is < share - within || is > share + within)
        fail_msg("%lld of 1000, not %lld", (long long)is, (long long)share);
}

static void a_month_has_the_numbers_of_the_field(void **state)
{
    (void)state;
    Planned *all;
    size_t n = plan("2026-11-23T00:00:00+08:00", DAYS, &all);
    int64_t visits = count_of(all, n, "visits", NULL),
            hazards = count_of(all, n, "hazards", NULL);
    int64_t through = 0;
    for (size_t i = 0; i < n; i++)
        through += all[i].through;
    /* 4,345 visits and 1,222 hazards, 4 % void on top; give or take 4 % */
    assert_in_range(visits + through, 4171, 4519);
    assert_in_range(hazards, 1271 - 51, 1271 + 51);
    assert_share(count_of(all, n, "hazards", "spot"), hazards, 798, 30);
    assert_share(count_of(all, n, "hazards", "informed"), hazards, 144, 25);
    assert_share(count_of(all, n, "hazards", "handed"), hazards, 12, 9);
    assert_share(count_of(all, n, "visits", "shut"), visits, 54, 12);
    assert_true(count_of(all, n, "visits", "refused") > 0);
    assert_in_range(
        count_of(all, n, "hazards", "untrue") + count_of(all, n, "hazards", "double"), 35, 70);
}

static void the_order_is_that_of_time_and_all_is_within_the_days(void **state)
{
    (void)state;
    Planned *all;
    size_t n = plan("2026-11-20T16:40:00+08:00", 3, &all);
    Instant last = instant("2026-11-18T00:00:00+08:00");
    assert_true(n > 200);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(all[i].no, i + 1);
        assert_true(all[i].at >= last && all[i].at < instant("2026-11-20T16:40:00+08:00"));
        last = all[i].at;
        int minute = instant_minute(all[i].at);
        assert_true(minute >= 450 && minute < 1200);
    }
}

static void the_same_seed_gives_the_same_plan(void **state)
{
    (void)state;
    Planned *a, *b, *c;
    size_t n = plan("2026-11-20T16:40:00+08:00", 5, &a);
    assert_int_equal(plan("2026-11-20T16:40:00+08:00", 5, &b), n);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(a[i].at, b[i].at);
        assert_ptr_equal(a[i].line, b[i].line);
        assert_ptr_equal(a[i].path, b[i].path);
        assert_int_equal(a[i].place, b[i].place);
        assert_true(a[i].dice == b[i].dice);
    }
    Reading r = READING(mem, S("play.yaml"));
    Str text = seed_text(S("defs/demo/play.yaml")), before, behind;
    size_t at = str_find(text, S("seed: "));
    assert_true(str_cut((Str){text.p + at, text.n - at}, '\n', &before, &behind));
    const Node *kept = script;
    script = def_read(&r, str_fmt(mem, "seed: 7\n%.*s", STR(behind)));
    assert_ok(def_err(&r));
    size_t m = plan("2026-11-20T16:40:00+08:00", 5, &c);
    script = kept;
    assert_true(m != n || c[0].at != a[0].at);
}

static const Planned *played(const Node *scene, Instant at, const Planned *all, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (all[i].at == at && str_eq(path_of(&all[i]), node_text(scene, "path")) &&
            all[i].steps == (size_t)script_int(scene, "steps"))
            return &all[i];
    return NULL;
}

static void scenes_are_always_there_when_enough_days_are_played(void **state)
{
    (void)state;
    static const char *const ends[] = {"2026-11-22T20:00:00+08:00", "2026-11-25T09:00:00+08:00",
                                       "2027-06-01T12:00:00+08:00"};
    const Node *scenes = node_get(script, "scenes");
    assert_true(node_many(scenes) >= 10);
    for (size_t e = 0; e < countof(ends); e++) {
        Planned *all, *few;
        size_t n = plan(ends[e], DAYS, &all), few_count = plan(ends[e], 2, &few);
        for (size_t i = 0; i < node_many(scenes); i++) {
            const Node *scene = node_at(scenes, i), *words = node_get(scene, "draw");
            const Planned *p = played(scene, scene_start(scene, instant(ends[e])), all, n);
            assert_non_null(p);
            bool near = node_get(scene, "near");
            Str code = node_text(scene, near ? "near" : "at");
            const Place *home = places;
            while (!str_eq(home->code, code))
                home++;
            assert_int_equal(places[p->place].cell, home->cell);
            assert_true((&places[p->place] == home) == !near);
            for (size_t k = 0; words && k < words->count; k++)
                assert_true(str_eq(words->items[k].text,
                                   script_item(p->line, words->keys[k].text)->text));
            assert_true(script_int(scene, "days") < 2 || !played(scene, p->at, few, few_count));
        }
    }
}

static bool holds(const Node *list, Str text)
{
    for (size_t i = 0; i < node_many(list); i++)
        if (str_eq(node_at(list, i)->text, text)) return true;
    return false;
}

static void texts_fit_the_subject_and_the_season(void **state)
{
    (void)state;
    static const char *const ends[] = {"2026-07-31T23:00:00+08:00",
                                       "2026-12-20T23:00:00+08:00"};
    for (size_t e = 0; e < countof(ends); e++) {
        Planned *all;
        size_t n = plan(ends[e], 10, &all);
        assert_true(n > 500);
        for (size_t i = 0; i < n; i++) {
            const Node *line = all[i].line, *kinds = node_get(line, "kinds"),
                       *months = node_get(line, "months");
            const Place *p = &places[all[i].place];
            Str tag = node_text(line, "tag");
            int month = date_civil(instant_date(all[i].at)).month;
            assert_true(!months || holds(months, str_fmt(mem, "%d", month)));
            assert_true(!kinds || holds(kinds, p->kind));
            assert_true(!tag.p || str_eq(tag, p->tags[0]));
            if (str_starts(path_of(&all[i]), S("spot"))) assert_non_null(node_get(line, "fix"));
            if (all[i].series == series_of("hazards"))
                assert_true(str_eq(node_text(line, "grade"),
                                   node_text(node_get(all[i].path, "draw"), "grade")));
        }
    }
}

static void holidays_are_quiet_and_made_up_saturdays_are_not(void **state)
{
    (void)state;
    Date national, saturday, friday;
    assert_ok(date_parse(S("2026-10-01"), &national));
    assert_ok(date_parse(S("2026-10-10"), &saturday)); /* worked in exchange */
    assert_ok(date_parse(S("2026-10-16"), &friday));
    assert_int_equal(plan_weight(script, calendar, saturday),
                     plan_weight(script, calendar, friday));
    assert_true(plan_weight(script, calendar, national) * 3 <
                plan_weight(script, calendar, friday));
    assert_true(plan_weight(script, calendar, saturday + 7) * 2 >
                plan_weight(script, calendar, national));
}

/* A reaction time: "of: step, in: office, share: {60-60: 1}". */
static const Node *wait_of(const char *text)
{
    Reading r = READING(mem, S("wait"));
    const Node *wait = def_read(&r, str_fmt(mem, "{%s}", text));
    assert_ok(def_err(&r));
    return wait;
}

static Date day_of(Instant t)
{
    return instant_date(t);
}

static void office_time_runs_in_the_office_alone(void **state)
{
    (void)state;
    Dice dice = 1;
    /* 17:00 on a Friday and 60 minutes of office time: half an hour into Monday */
    Instant t = instant("2026-11-20T17:00:00+08:00");
    const Node *hour = wait_of("of: step, in: office, share: {60-60: 1}");
    Instant next = plan_next(hour, calendar, &dice, t, NIL);
    assert_int_equal(day_of(next), day_of(instant("2026-11-23T00:00:00+08:00")));
    assert_int_equal(instant_minute(next), 9 * 60 + 30);
    const Node *day = wait_of("of: step, in: day, share: {60-60: 1}");
    next = plan_next(day, calendar, &dice, instant("2026-11-20T21:00:00+08:00"), NIL);
    assert_int_equal(instant_minute(next), 8 * 60);
    const Node *clock = wait_of("of: step, in: clock, share: {60-60: 1}");
    assert_int_equal(instant_minute(plan_next(clock, calendar, &dice, t, NIL)), 18 * 60);
    const Node *none = wait_of("of: step, in: clock, share: {0-0: 1}");
    assert_true(plan_next(none, calendar, &dice, t, NIL) > t);
}

static void a_share_of_the_limit_is_within_it_and_by_day(void **state)
{
    (void)state;
    Dice dice = 7;
    Instant from = instant("2026-11-17T10:00:00+08:00"),
            due = instant("2026-11-21T00:00:00+08:00");
    const Node *share = wait_of("of: limit, in: day, share: {100-999: 1}"),
               *late = wait_of("of: due, in: day, share: {10-3000: 1}");
    for (int i = 0; i < 500; i++) {
        Instant t = plan_next(share, calendar, &dice, from, due);
        assert_true(t > from && t < due);
        assert_in_range(instant_minute(t), 450, 1290);
        t = plan_next(late, calendar, &dice, from, due);
        assert_true(t > due);
        assert_in_range(instant_minute(t), 450, 1290);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_month_has_the_numbers_of_the_field),
        cmocka_unit_test(the_order_is_that_of_time_and_all_is_within_the_days),
        cmocka_unit_test(the_same_seed_gives_the_same_plan),
        cmocka_unit_test(scenes_are_always_there_when_enough_days_are_played),
        cmocka_unit_test(texts_fit_the_subject_and_the_season),
        cmocka_unit_test(holidays_are_quiet_and_made_up_saturdays_are_not),
        cmocka_unit_test(office_time_runs_in_the_office_alone),
        cmocka_unit_test(a_share_of_the_limit_is_within_it_and_by_day),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
