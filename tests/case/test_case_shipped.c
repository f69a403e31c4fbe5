/* SPDX-License-Identifier: Apache-2.0 */
/* The shipped flows, played by the engine: the promises of the main job (field.md §2.2, §2.3).
 */
#include "play.h"

#define PLACE "\"place\":{\"lon\":109.005,\"lat\":34.305}"
#define PHOTO "[\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"]"
#define HAZARD                                                                                 \
    "{\"flow\":\"hazard\"," PLACE                                                              \
    ",\"matter\":\"fire\",\"fields\":{\"category\":\"21\",\"description\":\"通道堆放酒水\"}}"
#define INFORM "{\"grade\":\"general\",\"deadline\":\"2026-12-04\"}"

static void publish_all(Play *p)
{
    static const char *const lists[] = {"document",
                                        "enforcement-result",
                                        "hand-over-reason",
                                        "hazard-category",
                                        "look",
                                        "matter",
                                        "pass-on-to",
                                        "return-reason",
                                        "source-of-finding",
                                        "visit-result",
                                        "void-reason"};
    for (size_t i = 0; i < countof(lists); i++)
        play_publish_from(p, CODES_KIND, SHIPPED_CODES, lists[i]);
    play_publish_from(p, FLOW_KIND, SHIPPED_FLOWS, "hazard");
    play_publish_from(p, FLOW_KIND, SHIPPED_FLOWS, "visit");
    Str text;
    assert_ok(file_read_all(p->mem, S(SHIPPED_CALENDAR), 1 << 20, &text));
    play_publish(p, CALENDAR_KIND, CALENDAR_NAME, text.p);
}

static int open_play(void **state)
{
    Play *p = play_open();
    publish_all(p);
    *state = p;
    return 0;
}

static int close_play(void **state)
{
    play_close(*state);
    return 0;
}

static void from_report_to_closing(void **state)
{
    Play *p = *state;
    World *w = p->w;
    Case c = file(p, w->wang, HAZARD);
    assert_str(c.state, "reported");
    assert_str(c.matter, "fire");
    assert_due(c, "2026-11-25T00:00:00+08:00");
    c = move(p, w->li, &c, "inform",
             "{\"grade\":\"general\"}"); /* the limit follows from the category */
    c = move(p, w->wang, &c, "sign", NULL);
    assert_due(c, "2026-11-27T00:00:00+08:00");
    c = move(p, w->wang, &c, "submit", "{\"after\":" PHOTO "}");
    c = move(p, w->li, &c, "pass", NULL);
    assert_str(c.outcome, "rectified");
    c = move(p, w->li, &c, "reopen", "{\"reason\":\"反弹\"}");
    assert_str(c.state, "reported");
}

static void fixed_on_the_spot_with_both_photos(void **state)
{
    Play *p = *state;
    World *w = p->w;
    assert_str(
        faults_of(
            p, deed(p, w->wang, NIL, NULL,
                    "{\"flow\":\"hazard\",\"move\":\"file_fixed\"," PLACE
                    ",\"fields\":{\"category\":\"21\",\"description\":\"a\",\"before\":" PHOTO
                    ",\"after\":null}}",
                    NULL)),
        "fields.after:required");
    Case c = file(p, w->wang,
                  "{\"flow\":\"hazard\",\"move\":\"file_fixed\"," PLACE
                  ",\"fields\":{\"category\":\"21\",\"description\":\"a\",\"before\":" PHOTO
                  ",\"after\":" PHOTO "}}");
    assert_str(c.state, "submitted");
    assert_err(try_move(p, w->wang, &c, "pass", NULL), SCOPE_DENIED);
    assert_str(move(p, w->li, &c, "pass", NULL).state, "closed");
    /* what the one officer fixed is the deputy's to check, who finds it among his work */
    c = file(p, w->li,
             "{\"flow\":\"hazard\",\"move\":\"file_fixed\"," PLACE
             ",\"fields\":{\"category\":\"21\",\"description\":\"a\",\"before\":" PHOTO
             ",\"after\":" PHOTO "}}");
    assert_int_equal(c.duty_seat, w->deputy);
    /* who filed it himself may not drop it, but it is his to inform */
    assert_int_equal(file(p, w->li, HAZARD).duty_seat, w->officer);
}

static void a_suspected_major_is_determined_by_the_department(void **state)
{
    Play *p = *state;
    World *w = p->w;
    Case c = file(p, w->wang, HAZARD);
    c = move(p, w->li, &c, "inform", "{\"grade\":\"major\"}");
    assert_str(c.state, "assessing");
    assert_int_equal(c.duty_seat, p->fire_officer);
    assert_err(try_move(p, w->li, &c, "pass", NULL), CASE_NOT_NOW);
    assert_err(try_move(p, w->li, &c, "determine", "{}"), SCOPE_DENIED);
    assert_str(
        faults_of(
            p, try_move(
                   p, w->sun, &c, "determine",
                   "{\"verdict\":\"major\",\"standard\":\"GB 35181 6.1\",\"opinion_no\":\"1\","
                   "\"panel\":1,\"reason\":\"x\"}")),
        "fields:check"); /* fire: three or more judge together */
    c = move(p, w->sun, &c, "determine",
             "{\"verdict\":\"major\",\"standard\":\"GB 35181 "
             "6.1\",\"opinion_no\":\"1\",\"panel\":3,\"reason\":\"x\"}");
    assert_str(c.state, "major");
    assert_due(c, "2026-12-01T00:00:00+08:00"); /* the plan within five working days */
    c = move(p, w->sun, &c, "plan",
             "{\"liable\":\"刘某\",\"measures\":\"拆除\",\"money\":20000,\"deadline\":\"2027-"
             "03-01\","
             "\"contingency\":\"看守\"}");
    assert_due(c, "2027-03-02T00:00:00+08:00"); /* then as the plan says */
    assert_err(
        try_move(p, w->sun, &c, "accept", "{\"accept_no\":\"1\",\"accept_on\":\"2027-02-01\"}"),
        CASE_BARRED);
    /* who planned and determined does not accept; the department's head is no seat here, so the
     * deputy head of the region does */
    assert_str(
        move(p, w->qian, &c, "accept", "{\"accept_no\":\"1\",\"accept_on\":\"2026-11-23\"}")
            .state,
        "closed");
}

static void a_supervision_letter_is_drafted_for_the_committees_office(void **state)
{
    Play *p = *state;
    Case c = file(p, p->w->wang, HAZARD);
    play_until(p, "2026-11-28T00:00:00+08:00");
    assert_str(roles_of(p, load_ok(p, p->w->li, c.id).risen), "deputy_in_charge grid_chief");
    Str drafted =
        str_fmt(p->mem, "document = 'supervision-letter' AND state = 'open' AND seat = %lld",
                (long long)p->office);
    assert_int_equal(rows_in(p, "drafts", drafted.p), 1);
}

static void objected_to_twice(void **state)
{
    Play *p = *state;
    World *w = p->w;
    Case c = file(p, w->wang, HAZARD);
    for (int i = 0; i < 2; i++) {
        c = move(p, w->li, &c, "inform", INFORM);
        c = move(p, w->li, &c, "object", "{\"reason\":\"房东负责\"}");
    }
    assert_str(c.state, "arbitration");
    assert_int_equal(c.duty_seat, p->office);
    c = move(p, w->wu, &c, "rule",
             "{\"ruling\":\"area\",\"ruling_no\":\"1\",\"reason\":\"属地\"}");
    assert_str(c.state, "reported");
    assert_int_equal(c.duty_seat, w->officer);
}

static void handed_over_to_the_department_that_is_named(void **state)
{
    Play *p = *state;
    World *w = p->w;
    int64_t desk = world_seat(w, ROLE_DEPARTMENT_OFFICER, 0, w->city);
    int64_t lin = world_person(w, "p50", "林");
    world_take(w, desk, lin, HOLD_HOLDER);
    Case c = file(p, w->wang, HAZARD);
    Str fields = str_fmt(p->mem, "{\"hand_reason\":\"%s\",\"department\":%lld}",
                         play_first_code(p, "hand-over-reason"), (long long)w->city);
    c = move(p, w->li, &c, "hand_over", fields.p);
    assert_str(c.state, "handed");
    assert_int_equal(c.department, w->city);
    assert_int_equal(c.duty_seat, desk);
    c = move(p, lin, &c, "take", NULL);
    assert_str(c.state, "handed");
    assert_err(try_move(p, lin, &c, "take", NULL), CASE_NOT_NOW);
    c = move(p, lin, &c, "return",
             str_fmt(p->mem, "{\"return_reason\":\"%s\",\"reason\":\"x\"}",
                     play_first_code(p, "return-reason"))
                 .p);
    assert_str(c.state, "arbitration");
}

static void a_refusal_is_telephoned_once_before_it_is_handed_over(void **state)
{
    Play *p = *state;
    World *w = p->w;
    Case c = file(p, w->wang, HAZARD);
    c = move(p, w->li, &c, "inform", INFORM);
    assert_str(
        faults_of(p, try_move(p, w->li, &c, "refuse", "{\"called\":false,\"reason\":\"x\"}")),
        "fields:check");
    assert_str(move(p, w->li, &c, "refuse", "{\"called\":true,\"reason\":\"x\"}").state,
               "handed");
}

static void a_make_up_day_moves_a_due_time(void **state)
{
    Play *p = *state;
    World *w = p->w;
    Str text;
    play_until(p, "2026-12-31T10:00:00+08:00"); /* a Thursday */
    Case before = file(p, w->wang, HAZARD);
    assert_due(before, "2027-01-02T00:00:00+08:00"); /* nothing is announced for 2027 yet */
    assert_ok(file_read_all(p->mem, S(SHIPPED_CALENDAR), 1 << 20, &text));
    play_publish(
        p, CALENDAR_KIND, CALENDAR_NAME,
        str_fmt(
            p->mem,
            "%.*s2027-01-01,2027,元旦,1,\n2027-01-02,2027,元旦,1,\n2027-01-03,2027,元旦,0,\n",
            STR(text))
            .p);
    assert_ok(sweep_run(p->sweep));
    assert_due(load_ok(p, w->li, before.id), "2027-01-04T00:00:00+08:00");
    assert_due(file(p, w->wang, HAZARD),
               "2027-01-04T00:00:00+08:00"); /* the Sunday is worked */
}

static void a_visit_without_a_finding_ends_and_a_finding_becomes_a_hazard(void **state)
{
    Play *p = *state;
    World *w = p->w;
    Str visit =
        str_fmt(p->mem, "{\"flow\":\"visit\",\"subject\":%lld,\"fields\":{\"result\":\"%s\"}}",
                (long long)SUBJECT, play_first_code(p, "visit-result"));
    Case c = file(p, w->wang, visit.p);
    assert_str(c.state, "done");
    Str refused = str_fmt(
        p->mem, "{\"flow\":\"visit\",\"subject\":%lld,\"fields\":{\"result\":\"refused\"}}",
        (long long)SUBJECT);
    c = file(p, w->wang, refused.p);
    assert_str(c.state, "turned_away");
    assert_int_equal(c.duty_seat, w->officer);
    assert_str(move(p, w->li, &c, "call", "{\"answer\":\"declined\"}").state, "declined");
    Str find = str_fmt(
        p->mem,
        "{\"flow\":\"visit\",\"move\":\"find\",\"subject\":%lld,\"fields\":{\"finding\":"
        "\"灭火器压力不足\",\"category\":\"23\"}}",
        (long long)SUBJECT);
    c = file(p, w->wang, find.p);
    assert_str(c.state, "done");
    CaseFilter f = CASE_FILTER;
    f.parent = c.id;
    CaseView v = view_of(p, w->li);
    CasePage page;
    assert_ok(case_page(&v, &f, &page));
    assert_int_equal(page.count, 1);
    assert_str(page.cases[0].flow, "hazard");
    assert_str(page.cases[0].matter, "fire");
    assert_int_equal(page.cases[0].subject, SUBJECT);
    /* another finding of the same visit, within the day */
    c = move(p, w->wang, &c, "find_more", "{\"finding\":\"线路老化\",\"category\":\"22\"}");
    assert_int_equal(count_of(p, w->li, f), 2);
    w->h->now += 2 * DAY;
    assert_err(try_move(p, w->wang, &c, "find_more", "{\"finding\":\"x\",\"category\":\"22\"}"),
               CASE_NOT_NOW);
}

static void urgent_at_night(void **state)
{
    Play *p = *state;
    World *w = p->w;
    play_until(p, "2026-11-28T22:50:00+08:00");
    Case c = file(p, w->wang,
                  "{\"flow\":\"hazard\",\"move\":\"file_urgent\"," PLACE
                  ",\"fields\":{\"description\":\"漏气\"}}");
    assert_str(c.state, "urgent");
    assert_due(c, "2026-11-28T23:05:00+08:00");
    assert_int_equal(c.duty_seat, w->officer); /* nobody has the shift: the next candidate */
    play_until(p, "2026-11-28T23:05:00+08:00");
    assert_str(roles_of(p, load_ok(p, w->li, c.id).risen), "deputy_in_charge");
    c = move(p, w->zhao, &c, "attend", NULL);
    assert_int_equal(c.duty_seat, w->deputy);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_play, close_play)
    const struct CMUnitTest tests[] = {
        TEST(from_report_to_closing),
        TEST(fixed_on_the_spot_with_both_photos),
        TEST(a_suspected_major_is_determined_by_the_department),
        TEST(a_supervision_letter_is_drafted_for_the_committees_office),
        TEST(objected_to_twice),
        TEST(handed_over_to_the_department_that_is_named),
        TEST(a_refusal_is_telephoned_once_before_it_is_handed_over),
        TEST(a_make_up_day_moves_a_due_time),
        TEST(a_visit_without_a_finding_ends_and_a_finding_becomes_a_hazard),
        TEST(urgent_at_night),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
