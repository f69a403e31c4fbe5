/* SPDX-License-Identifier: Apache-2.0 */
/* Subjects: opened where they lie, changed by those who may, seen by those who should. */
#include "room.h"

#include "base/time.h"

#define SHOP(name, lon, more)                                                                  \
    "{\"name\":\"" name "\",\"kind\":\"catering\",\"place\":{\"lon\":" lon                     \
    ",\"lat\":34.305},\"uscc_reason\":\"none\"" more "}"
#define IN_1 "109.005"
#define IN_2 "109.015"

static Subject opened(Room *r, const char *body)
{
    Subject s;
    assert_ok(open_as(r, 0, body, &s));
    return s;
}

static const Err *load_as(Room *r, int64_t person, int64_t id, Subject *s, Access *sight)
{
    House *h = r->w->h;
    return subject_load(r->subjects, h->db, h->mem, room_who(r, person), id, s, sight);
}

static void a_subject_lies_in_the_cell_of_its_place(void **state)
{
    Room *r = *state;
    Subject s = opened(r, SHOP("老陈家泡馍馆", IN_2,
                               ",\"matters\":[\"fire\",\"gas\"],\"industry\":\"h6291\"")),
            back;
    Access sight;
    assert_int_equal(s.area, r->w->cell2);
    assert_int_equal(s.lon, 1090150000);
    assert_str(s.industry, "H6291");
    assert_str(s.matters, "[\"fire\",\"gas\"]");
    assert_ok(load_as(r, r->w->li, s.id, &back, &sight));
    assert_str(back.name, "老陈家泡馍馆");
    assert_str(back.status, "open");
    assert_int_equal(sight, SIGHT_MASKED);
    assert_int_equal(subject_lead(room_who(r, 0)->ground, &back, r->w->h->now), r->w->fire);
}

static void gcj02_is_turned_back_and_borders_are_half_open(void **state)
{
    Room *r = *state;
    Subject s = opened(r, "{\"name\":\"a\",\"kind\":\"retail\",\"uscc_reason\":\"none\","
                          "\"place\":{\"lon\":109.0145,\"lat\":34.304,"
                          "\"datum\":\"GCJ-02\"}}");
    assert_int_not_equal(s.lon, 1090145000);
    assert_int_equal(s.area, r->w->cell1); /* shifted some 470 m to the west */
    s = opened(r, SHOP("border", "109.01", ""));
    assert_int_equal(s.area, r->w->cell2);
}

static void all_faults_are_told_at_once(void **state)
{
    Room *r = *state;
    Subject s;
    const Err *e = open_as(
        r, 0,
        "{\"kind\":\"nonsense\",\"uscc\":\"91350100M000100Y44\",\"uscc_reason\":\"none\","
        "\"industry\":\"X99\","
        "\"matters\":[\"fire\",\"magic\"],\"main_phone\":\"call me\",\"l\":7,\"e\":6,\"c\":15,"
        "\"opened\":\"2026-05-01\",\"closed\":\"2026-04-01\",\"load_size\":6,\"tags\":[1],"
        "\"place\":{\"lon\":200,\"lat\":1},\"colour\":\"green\",\"nonsense\":1}",
        &s);
    assert_err(e, ERR_FAULTS);
    assert_fault(e, "kind", "code");
    assert_fault(e, "industry", "code");
    assert_fault(e, "load_size", "range");
    assert_fault(e, "place", "place");
    assert_fault(e, "colour", "choice");
    assert_fault(e, "nonsense", "unknown");
    e = open_as(
        r, 0,
        "{\"kind\":\"catering\",\"uscc\":\"91350100M000100Y44\",\"uscc_reason\":\"none\","
        "\"matters\":[\"fire\",\"magic\"],\"main_phone\":\"call me\",\"l\":7,\"e\":6,\"c\":15,"
        "\"opened\":\"2026-05-01\",\"closed\":\"2026-04-01\",\"tags\":[1],\"parties\":[{"
        "\"role\":\"owner\"}],"
        "\"place\":{\"lon\":109.5,\"lat\":34.305}}",
        &s);
    assert_err(e, ERR_FAULTS);
    assert_fault(e, "name", "required");
    assert_fault(e, "uscc", "uscc-check");
    assert_fault(e, "uscc_reason", "uscc-reason");
    assert_fault(e, "matters", "code");
    assert_fault(e, "main_phone", "phone");
    assert_fault(e, "l", "lec-likelihood");
    assert_fault(e, "closed", "date-order");
    assert_fault(e, "tags", "type");
    assert_fault(e, "parties", "party");
    assert_fault(e, "place", "outside");
}

static void what_the_house_keeps_and_the_degrees_of_a_place_are_no_fields(void **state)
{
    static const char *const kept[] = {"id",   "region", "entry", "area",
                                       "seen", "source", "lon",   "lat"};
    Room *r = *state;
    Subject s;
    for (size_t i = 0; i < countof(kept); i++) {
        Str body = str_fmt(r->w->h->mem, SHOP("a", IN_1, ",\"%s\":1"), kept[i]);
        assert_fault(open_as(r, 0, body.p, &s), kept[i], "unknown");
    }
}

static void a_history_tells_neither_where_a_subject_came_from_nor_when_it_was_seen(void **state)
{
    Room *r = *state;
    House *h = r->w->h;
    Subject s = opened(r, SHOP("a", IN_1, ""));
    Buf b = BUF(h->mem);
    JsonOut w = JSON_OUT(&b);
    NounView view = room_view(r, room_who(r, 0), h->db, h->mem);
    assert_ok(noun_history(&view, &subject_noun, h->ledger, s.id, 10, &w));
    assert_true(str_find(buf_str(&b), S("\"name\":\"status\"")) != SIZE_MAX);
    assert_true(str_find(buf_str(&b), S("\"name\":\"source\"")) == SIZE_MAX);
    assert_true(str_find(buf_str(&b), S("\"name\":\"seen\"")) == SIZE_MAX);
}

static void outside_names_the_nearest_cell(void **state)
{
    Room *r = *state;
    Subject s;
    const Err *e = open_as(r, 0, SHOP("far", "109.03", ""), &s);
    assert_err(e, ERR_FAULTS);
    Buf text = BUF(r->w->h->mem);
    err_text(e->next, LANG_ZH, &text);
    assert_true(str_find(buf_str(&text), S("柴马第2网格(610179400001002)")) != SIZE_MAX);
}

static void a_retired_kind_is_not_offered_any_more(void **state)
{
    Room *r = *state;
    Subject s;
    assert_fault(
        open_as(r, 0, "{\"name\":\"a\",\"kind\":\"old\",\"uscc_reason\":\"none\"}", &s), "kind",
        "code");
}

static void the_colour_follows_from_lec_and_may_only_be_graver(void **state)
{
    Room *r = *state;
    Subject s = opened(r, SHOP("by number", IN_1, ",\"l\":3,\"e\":6,\"c\":15"));
    assert_str(s.colour, "orange"); /* 270 */
    s = opened(r, SHOP("graver", IN_1, ",\"l\":3,\"e\":6,\"c\":15,\"colour\":\"red\""));
    assert_str(s.colour, "red");
    s = opened(r, SHOP("half", IN_1, ",\"l\":0.5,\"e\":6,\"c\":7"));
    assert_int_equal(s.l, 5);
    assert_str(s.colour, "blue");
    assert_fault(
        open_as(r, 0, SHOP("too mild", IN_1, ",\"l\":3,\"e\":6,\"c\":15,\"colour\":\"yellow\""),
                &s),
        "colour", "colour-low");
    assert_fault(open_as(r, 0, SHOP("two of three", IN_1, ",\"l\":3,\"c\":15"), &s), "e",
                 "lec");
}

static void codes_are_given_once(void **state)
{
    Room *r = *state;
    Subject a = opened(r, "{\"name\":\"甲厂\",\"kind\":\"retail\",\"code\":\"CB1\",\"uscc\":\" "
                          "91350100m000100y43\"}"),
            b;
    assert_str(a.uscc, "91350100M000100Y43");
    assert_int_equal(a.area, NIL); /* nobody said where: a blind spot */
    const Err *e = open_as(
        r, 0, "{\"name\":\"乙厂\",\"kind\":\"retail\",\"uscc\":\"91350100M000100Y43\"}", &b);
    assert_err(e, SUBJECT_TAKEN);
    assert_str(e->args[0], "甲厂");
    assert_err(open_as(r, 0,
                       "{\"name\":\"乙厂\",\"kind\":\"retail\",\"code\":\"CB1\",\"uscc_"
                       "reason\":\"place\"}",
                       &b),
               SUBJECT_TAKEN);
}

/* ---- changing ---- */

static void a_change_names_the_version_it_saw(void **state)
{
    Room *r = *state;
    Arena *mem = r->w->h->mem;
    Subject s = opened(r, SHOP("old name", IN_1,
                               ",\"main_person\":\"陈师傅\",\"main_phone\":\"13800000001\"")),
            after, back;
    Access sight;
    Str body = str_fmt(mem,
                       "{\"version\":%lld,\"name\":\"new name\",\"place\":{\"lon\":" IN_2
                       ",\"lat\":34.301}}",
                       (long long)s.entry);
    assert_fault(act_as(r, r->w->li, s.id, S("{\"name\":\"x\"}"), &after), "version",
                 "required");
    assert_ok(act_as(r, r->w->li, s.id, body, &after));
    assert_int_equal(after.area, r->w->cell2);
    assert_str(after.main_person, "陈师傅");
    assert_err(act_as(r, r->w->li, s.id, body, &after), STALE);
    assert_ok(load_as(r, r->w->li, s.id, &back, &sight));
    assert_str(back.name, "new name");
    assert_int_equal(back.entry, after.entry);
}

static void closing_frees_the_credit_code_and_dates_itself(void **state)
{
    Room *r = *state;
    Arena *mem = r->w->h->mem;
    Subject s = opened(
                r, "{\"name\":\"甲厂\",\"kind\":\"retail\",\"uscc\":\"91350100M000100Y43\"}"),
            after;
    assert_ok(act_as(
        r, 0, s.id,
        str_fmt(mem, "{\"version\":%lld,\"status\":\"closed\"}", (long long)s.entry), &after));
    assert_int_equal(after.closed, instant_date(r->w->h->now));
    assert_ok(open_as(
        r, 0, "{\"name\":\"甲厂(迁)\",\"kind\":\"retail\",\"uscc\":\"91350100M000100Y43\"}",
        &after));
    assert_err(act_as(r, 0, s.id,
                      str_fmt(mem, "{\"version\":%lld,\"status\":\"open\",\"closed\":null}",
                              (long long)s.entry + 1),
                      &after),
               SUBJECT_TAKEN);
}

/* ---- who ---- */

static void who_may_not_is_refused_and_who_sees_nothing_finds_nothing(void **state)
{
    Room *r = *state;
    World *w = r->w;
    Subject s = opened(r, SHOP("shop", IN_2, "")), out;
    Access sight;
    assert_err(load_as(r, w->wang, s.id, &out, &sight),
               ERR_NOT_FOUND); /* member of the other cell */
    assert_err(load_as(r, w->wu, s.id, &out, &sight), ERR_NOT_FOUND);
    assert_err(act_as(r, w->wang, s.id, S("{\"version\":1}"), &out), ERR_NOT_FOUND);
    Subject mine = opened(r, SHOP("mine", IN_1, ""));
    assert_err(act_as(r, w->wang, mine.id, S("{\"version\":1}"), &out),
               SCOPE_DENIED); /* sees it, may not */
    assert_err(open_as(r, w->wang, SHOP("x", IN_1, ""), &out), SCOPE_DENIED);
    assert_ok(open_as(r, w->li, SHOP("x", IN_1, ""), &out));
    assert_err(load_as(r, w->li, s.id + 1000, &out, &sight), ERR_NOT_FOUND);
}

static void people_of_the_subject_see_it_and_nothing_else(void **state)
{
    Room *r = *state;
    World *w = r->w;
    Subject mine = opened(r, SHOP("mine", IN_1, ",\"main_phone\":\"13800000001\"")),
            other = opened(r, SHOP("other", IN_1, "")), out;
    Subject site = opened(r, str_fmt(w->h->mem,
                                     "{\"name\":\"3标段\",\"kind\":\"site\",\"uscc_reason\":"
                                     "\"place\",\"place\":{\"lon\":" IN_2
                                     ",\"lat\":34.301},\"parties\":[{\"role\":\"总包\","
                                     "\"name\":\"mine\",\"subject\":%lld}]}",
                                     (long long)mine.id)
                                 .p);
    Chairing chair = {.seat = 999,
                      .role = ROLE_SAFETY_OFFICER,
                      .area = NIL,
                      .department = NIL,
                      .subject = mine.id,
                      .for_person = NIL};
    Who who;
    Access sight;
    SubjectFilter all = SUBJECT_FILTER;
    SubjectPage page;
    assert_ok(who_of(w->h->mem, room_who(r, 0)->ground, REGION, w->wu, w->h->now, NIL, &chair,
                     1, &who));
    assert_ok(subject_load(r->subjects, w->h->db, w->h->mem, &who, mine.id, &out, &sight));
    assert_int_equal(sight, SIGHT_MASKED);
    assert_ok(subject_load(r->subjects, w->h->db, w->h->mem, &who, site.id, &out, &sight));
    assert_int_equal(sight, SIGHT_OPEN); /* a party of the site */
    assert_err(subject_load(r->subjects, w->h->db, w->h->mem, &who, other.id, &out, &sight),
               ERR_NOT_FOUND);
    assert_ok(subject_page(r->subjects, w->h->db, w->h->mem, &who, &all, &page));
    assert_int_equal(page.count, 2);
}

/* ---- pages ---- */

static int64_t count_as(Room *r, int64_t person, SubjectFilter f)
{
    int64_t n, seen = 0;
    House *h = r->w->h;
    const Who *who = room_who(r, person);
    assert_ok(subject_count(r->subjects, h->db, h->mem, who, &f, &n));
    f.limit = 2;
    for (SubjectPage page = {.next = S("0")};
         page.next.p;) { /* pages hold exactly what is counted */
        f.cursor = page.next;
        assert_ok(subject_page(r->subjects, h->db, h->mem, who, &f, &page));
        for (size_t i = 0; i < page.count; i++) {
            Subject s;
            Access sight;
            assert_ok(
                subject_load(r->subjects, h->db, h->mem, who, page.subjects[i].id, &s, &sight));
            assert_int_equal(sight, page.sights[i]);
        }
        assert_true(page.count <= 2);
        seen += (int64_t)page.count;
    }
    assert_int_equal(seen, n);
    return n;
}

static void stock(Room *r)
{
    opened(r, SHOP("泡馍馆 A_1", IN_1, ",\"matters\":[\"gas\",\"fire\"],\"colour\":\"red\""));
    opened(r, SHOP("泡馍馆 B", IN_1,
                   ",\"matters\":[\"fire\"],\"colour\":\"blue\",\"address\":\"广安路1号\""));
    opened(r, SHOP("面馆 a%1", IN_2, ",\"matters\":[\"gas\"],\"status\":\"paused\""));
    opened(r, "{\"name\":\"便利店\",\"kind\":\"retail\",\"code\":\"CB7\",\"uscc_reason\":"
              "\"none\",\"place\":{\"lon\":" IN_2 ",\"lat\":34.301}}");
    opened(r, "{\"name\":\"哪里?\",\"kind\":\"retail\",\"uscc_reason\":\"none\",\"matters\":["
              "\"fire\"]}");
}

static void filters_and_counts_agree_for_everybody(void **state)
{
    Room *r = *state;
    World *w = r->w;
    stock(r);
    const SubjectFilter any = SUBJECT_FILTER;
    SubjectFilter f = any;
    assert_int_equal(count_as(r, 0, any), 5);
    assert_int_equal(count_as(r, w->qian, any), 5);
    assert_int_equal(count_as(r, w->wang, any), 2);
    assert_int_equal(count_as(r, w->li, any), 4);
    assert_int_equal(count_as(r, w->wu, any), 0);
    f.area = w->cell2;
    assert_int_equal(count_as(r, w->qian, f), 2);
    assert_int_equal(count_as(r, w->wang, f), 0);
    f.area = w->street;
    assert_int_equal(count_as(r, w->qian, f), 4);
    f.area = w->street2;
    assert_int_equal(count_as(r, w->qian, f), 0);
    f.area = 12345;
    assert_int_equal(count_as(r, w->qian, f), 0);
    f = any;
    f.kind = S("catering");
    assert_int_equal(count_as(r, w->qian, f), 3);
    f.colour = S("red");
    assert_int_equal(count_as(r, w->qian, f), 1);
    f = any;
    f.status = S("paused");
    assert_int_equal(count_as(r, w->qian, f), 1);
    f = any;
    f.matter = S("gas");
    assert_int_equal(count_as(r, w->qian, f), 2);
    f.matter = S("nothing");
    assert_int_equal(count_as(r, w->qian, f), 0);
    f = any;
    f.blind = true;
    assert_int_equal(count_as(r, w->qian, f), 1);
    assert_int_equal(count_as(r, w->li, f), 0);
}

static void searching_takes_every_sign_for_itself(void **state)
{
    Room *r = *state;
    World *w = r->w;
    stock(r);
    static const struct {
        const char *q;
        int64_t n;
    } rows[] = {{"泡馍", 2}, {"a_1", 1},    {"a%1", 1}, {"A", 2}, {"%", 1}, {"_", 1},
                {"\\", 0},   {"广安路", 1}, {"cb7", 1}, {" ", 5}, {"x", 0}};
    for (size_t i = 0; i < countof(rows); i++) {
        SubjectFilter f = SUBJECT_FILTER;
        f.q = str(rows[i].q);
        assert_int_equal(count_as(r, w->qian, f), rows[i].n);
    }
    SubjectFilter f = SUBJECT_FILTER;
    f.q = S("馆");
    assert_int_equal(count_as(r, w->wang, f), 2);
    SubjectPage page;
    f.cursor = S("no number");
    assert_err(subject_page(r->subjects, w->h->db, w->h->mem, room_who(r, 0), &f, &page),
               NOUN_CURSOR);
}

static void the_line_sees_the_subjects_it_leads_wherever_they_are(void **state)
{
    Room *r = *state;
    World *w = r->w;
    stock(r);
    world_take(w, world_seat(w, ROLE_DEPARTMENT_OFFICER, 0, w->fire), w->wu, HOLD_HOLDER);
    assert_int_equal(count_as(r, w->wu, SUBJECT_FILTER),
                     2); /* led by its first or a further matter */
    SubjectFilter f = SUBJECT_FILTER;
    f.department = w->fire;
    assert_int_equal(count_as(r, w->qian, f), 2);
    f.department = w->emergency; /* comprehensive: leads what nobody else does */
    assert_int_equal(count_as(r, w->qian, f), 3);
}

static void what_is_in_memory_is_what_is_in_the_store(void **state)
{
    Room *r = *state;
    World *w = r->w;
    stock(r);
    SubjectFilter f = SUBJECT_FILTER;
    f.area = w->street;
    f.kind = S("catering");
    int64_t before = count_as(r, w->qian, f);
    subjects_close(
        r->subjects); /* as after a restart; the ledger tells the old one nothing in between */
    room_start(r);
    assert_int_equal(count_as(r, w->qian, f), before);
}

static void phones_are_shown_in_part_to_who_sees_only_what_is_open(void **state)
{
    Room *r = *state;
    World *w = r->w;
    Subject s = opened(
        r, SHOP("shop", IN_1, ",\"main_person\":\"陈师傅\",\"main_phone\":\"13812345678\""));
    NounView view = room_view(r, room_who(r, 0), w->h->db, w->h->mem);
    Buf whole = BUF(w->h->mem), part = BUF(w->h->mem);
    JsonOut a = JSON_OUT(&whole), b = JSON_OUT(&part);
    noun_json(&subject_noun, &view, &s, true, true, &a);
    noun_json(&subject_noun, &view, &s, false, true, &b);
    assert_true(str_find(buf_str(&whole), S("13812345678")) != SIZE_MAX);
    assert_true(str_find(buf_str(&part), S("13812345678")) == SIZE_MAX);
    assert_true(str_find(buf_str(&part), S("138****5678")) != SIZE_MAX);
    const Json *tree;
    assert_ok(json_read(w->h->mem, buf_str(&whole), &tree));
    assert_int_equal(json_integer(json_get(tree, "version")), s.entry);
    assert_str(json_member(json_get(tree, "area"), "code"), "610179400001001");
    assert_non_null(json_get(json_get(tree, "place"), "lon"));
}

static void hear(void *context, const char *text)
{
    buf_fmt(context, "%s\n", text);
}

static void spoil(House *h, const char *text)
{
    Db *db;
    Sql sql = {text};
    assert_ok(db_open(h->store, DB_WRITE, &db));
    assert_ok(db_run(db, &sql, NO_ARGS, NULL));
    db_close(db);
}

static void check_says_what_it_cannot_read(void **state)
{
    static const char *const spoils[] = {"ALTER TABLE subjects RENAME COLUMN l TO gone",
                                         "ALTER TABLE subjects RENAME COLUMN code TO gone_too"};
    House *h = ((Room *)*state)->w->h;
    Buf said = BUF(h->mem);
    Report report = {hear, &said, 0};
    for (size_t i = 0; i < countof(spoils); i++) {
        spoil(h, spoils[i]);
        assert_err(subject_check(h->ledger, h->db, &report), STORE_BROKEN);
    }
}

static void check_finds_a_colour_that_lec_does_not_bear_out(void **state)
{
    Room *r = *state;
    House *h = r->w->h;
    opened(r, SHOP("by number", IN_1, ",\"l\":3,\"e\":6,\"c\":15"));
    Buf said = BUF(h->mem);
    Report report = {hear, &said, 0};
    assert_ok(subject_check(h->ledger, h->db, &report));
    assert_int_equal(report.faults, 0);
    spoil(h, "UPDATE subjects SET colour = 'blue' WHERE region = 7");
    assert_ok(subject_check(h->ledger, h->db, &report));
    assert_int_equal(report.faults, 1);
}

int main(void)
{
    crypt_init();
#define TEST(name) cmocka_unit_test_setup_teardown(name, room_setup, room_teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_subject_lies_in_the_cell_of_its_place),
        TEST(gcj02_is_turned_back_and_borders_are_half_open),
        TEST(all_faults_are_told_at_once),
        TEST(what_the_house_keeps_and_the_degrees_of_a_place_are_no_fields),
        TEST(a_history_tells_neither_where_a_subject_came_from_nor_when_it_was_seen),
        TEST(outside_names_the_nearest_cell),
        TEST(a_retired_kind_is_not_offered_any_more),
        TEST(the_colour_follows_from_lec_and_may_only_be_graver),
        TEST(codes_are_given_once),
        TEST(a_change_names_the_version_it_saw),
        TEST(closing_frees_the_credit_code_and_dates_itself),
        TEST(who_may_not_is_refused_and_who_sees_nothing_finds_nothing),
        TEST(people_of_the_subject_see_it_and_nothing_else),
        TEST(filters_and_counts_agree_for_everybody),
        TEST(searching_takes_every_sign_for_itself),
        TEST(the_line_sees_the_subjects_it_leads_wherever_they_are),
        TEST(what_is_in_memory_is_what_is_in_the_store),
        TEST(phones_are_shown_in_part_to_who_sees_only_what_is_open),
        TEST(check_says_what_it_cannot_read),
        TEST(check_finds_a_colour_that_lec_does_not_bear_out),
    };
    return cmocka_run_group_tests_name("subject", tests, NULL, NULL);
}
