/* SPDX-License-Identifier: Apache-2.0 */
/* Filing and moving a case of a flow that C has never heard of. */
#include "play.h"

#define PLACE "\"place\":{\"lon\":109.005,\"lat\":34.305}"
#define FILE_ONE                                                                               \
    "{\"flow\":\"chore\"," PLACE ",\"fields\":{\"sort\":\"dust\",\"text\":\"通道堆放\"}}"
#define PHOTO "[\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"]"
#define TELL  "{\"weight\":\"light\",\"until_day\":\"2026-12-04\"}"

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

static void a_filed_case_has_one_duty_and_one_clock(void **state)
{
    Play *p = *state;
    Case c = file(p, p->w->wang, FILE_ONE);
    assert_str(c.state, "fresh");
    assert_int_equal(c.version, 1);
    assert_int_equal(c.area, p->w->cell1);
    assert_int_equal(c.duty_seat, p->w->officer);
    assert_str(c.duty_role, "responsible_officer");
    assert_int_equal(c.department, p->w->emergency);
    assert_str(c.matter, "unclear");
    assert_due(c, "2026-11-25T00:00:00+08:00");
    assert_int_equal(c.filed_seat, p->w->member);
    const Json *json = told(p, p->w->li, c.id);
    const Json *duty = json_get(json, "duty");
    assert_int_equal(json_integer(json_get(json_get(duty, "person"), "id")), p->w->li);
    assert_true(json_count(json_get(json, "due_lines")) > 0);
    assert_str(json_member(json_get(json, "area"), "code"), "610179400001001");
    assert_str(json_member(json_get(json, "fields"), "text"), "通道堆放");
    assert_str(verbs(p, p->w->li, c.id), "file");
}

static void the_matter_decides_the_line(void **state)
{
    Play *p = *state;
    Case c =
        file(p, p->w->wang,
             "{\"flow\":\"chore\"," PLACE ",\"fields\":{\"sort\":\"smoke\",\"text\":\"a\"}}");
    assert_str(c.matter, "fire"); /* from the picked category */
    assert_int_equal(c.department, p->w->fire);
    c = file(p, p->w->wang,
             "{\"flow\":\"chore\",\"matter\":\"gas\"," PLACE
             ",\"fields\":{\"sort\":\"smoke\",\"text\":\"a\"}}");
    assert_str(c.matter,
               "gas"); /* given goes first; nobody leads gas but the comprehensive one */
    assert_int_equal(c.department, p->w->emergency);
    Str body = str_fmt(
        p->mem,
        "{\"flow\":\"chore\",\"subject\":%lld,\"fields\":{\"sort\":\"dust\",\"text\":\"a\"}}",
        (long long)SUBJECT);
    c = file(p, p->w->wang, body.p);
    assert_str(c.matter, "fire");        /* the subject's first */
    assert_int_equal(c.lon, 1090050000); /* and its place */
    assert_int_equal(c.area, p->w->cell1);
}

static void all_faults_of_a_filing_are_told_at_once(void **state)
{
    Play *p = *state;
    const Err *e = deed(
        p, p->w->wang, NIL, NULL,
        "{\"flow\":\"chore\"," PLACE ",\"fields\":{\"sort\":\"none\",\"colour\":1}}", NULL);
    assert_str(faults_of(p, e), "fields.colour:unknown fields.sort:code fields.text:required");
    e = deed(p, p->w->wang, NIL, NULL,
             "{\"flow\":\"chore\"," PLACE
             ",\"fields\":{\"sort\":\"dust\",\"text\":\" \\t　\"}}",
             NULL);
    assert_str(faults_of(p, e), "fields.text:required"); /* blanks say nothing */
    e = deed(p, p->w->wang, NIL, NULL,
             "{\"flow\":\"chore\",\"place\":{\"lon\":0,\"lat\":0},\"fields\":{\"text\":\"a\"}}",
             NULL);
    assert_string_equal(e->code, "outside");
    assert_int_equal(e->kind, ERR_INVALID);
    assert_str(faults_of(p, e), "place:outside fields.sort:required");
    assert_str(
        faults_of(p, deed(p, p->w->wang, NIL, NULL,
                          "{\"flow\":\"chore\",\"fields\":{\"sort\":\"dust\",\"text\":\"a\"}}",
                          NULL)),
        "place:required");
    assert_str(faults_of(p, deed(p, p->w->wang, NIL, NULL, "{\"flow\":\"nosuch\"}", NULL)),
               "flow:no-flow");
    assert_str(faults_of(p, deed(p, p->w->wang, NIL, NULL,
                                 "{\"flow\":\"chore\",\"move\":\"tell\"}", NULL)),
               "move:no-move");
    assert_err(deed(p, p->w->qian, NIL, NULL, FILE_ONE, NULL),
               SCOPE_DENIED); /* the region's deputy files none */
    assert_int_equal(rows_in(p, "cases", "1 = 1"), 0);
}

static void a_preview_answers_the_same_and_stores_nothing(void **state)
{
    Play *p = *state;
    CaseView v = view_of(p, p->w->wang);
    const Json *body, *out;
    assert_ok(json_read(
        p->mem, S("{\"flow\":\"chore\"," PLACE ",\"fields\":{\"sort\":\"smoke\"}}"), &body));
    Buf b = BUF(p->mem);
    JsonOut w = JSON_OUT(&b);
    assert_ok(case_preview(&v, body, &w));
    assert_ok(json_read(p->mem, buf_str(&b), &out));
    assert_str(json_member(out, "due"), "2026-11-25T00:00:00+08:00");
    assert_str(json_member(json_get(out, "duty"), "role"), "responsible_officer");
    assert_str(json_member(json_get(out, "department"), "name"), "消防救援大队");
    assert_true(json_count(json_get(out, "why")) > 0);
    assert_int_equal(rows_in(p, "cases", "1 = 1"), 0);
}

static void the_same_key_twice_has_one_effect(void **state)
{
    Play *p = *state;
    assert_ok(deed(p, p->w->wang, NIL, NULL, FILE_ONE, "k"));
    int64_t id = p->last.id;
    play_restart(p);
    assert_ok(deed(p, p->w->wang, NIL, NULL, FILE_ONE, "k"));
    assert_true(p->job.replayed);
    assert_int_equal(p->job.on_id, id);
    assert_int_equal(rows_in(p, "cases", "1 = 1"), 1);
}

static void the_main_job(void **state)
{
    Play *p = *state;
    World *w = p->w;
    Case c = file(p, w->wang, FILE_ONE);
    c = move(p, w->li, &c, "tell", TELL);
    assert_str(c.state, "told");
    assert_due(c, "2026-11-25T00:00:00+08:00");
    c = move(p, w->wang, &c, "sign", NULL);
    assert_str(c.state, "doing");
    assert_due(c, "2026-12-05T00:00:00+08:00"); /* 24:00 of the date, which is a Friday */
    c = move(p, w->wang, &c, "finish", "{\"after\":" PHOTO "}");
    assert_str(c.state, "checking");
    assert_int_equal(c.duty_seat, w->officer);
    assert_err(try_move(p, w->wang, &c, "ok", NULL), SCOPE_DENIED);
    c = move(p, w->li, &c, "ok", NULL);
    assert_str(c.state, "done");
    assert_str(c.outcome, "fixed");
    assert_int_equal(c.version, 5);
    assert_int_equal(c.due, NIL);
    assert_str(verbs(p, w->wang, c.id), "file tell sign finish ok");
}

static void a_move_is_refused_in_the_order_of_the_contract(void **state)
{
    Play *p = *state;
    World *w = p->w;
    Case c = file(p, w->wang, FILE_ONE);
    assert_err(try_move(p, p->zheng, &c, "tell", TELL), ERR_NOT_FOUND); /* of another office */
    assert_err(try_move(p, w->li, &c, "nosuch", NULL), ERR_NOT_FOUND);
    assert_err(try_move(p, w->wang, &c, "tell", "{\"nosuch\":1}"), SCOPE_DENIED);
    assert_err(try_move(p, w->li, &c, "ok", "{\"nosuch\":1}"), CASE_NOT_NOW);
    Case old = c;
    old.version = 7;
    assert_err(try_move(p, w->li, &old, "tell", "{\"nosuch\":1}"), STALE);
    assert_str(
        faults_of(p, try_move(p, w->li, &c, "tell", "{\"nosuch\":1,\"until_day\":\"soon\"}")),
        "fields.nosuch:unknown fields.until_day:type fields.weight:required");
    c = move(p, w->li, &c, "tell", TELL);
    assert_err(try_move(p, w->li, &old, "drop", "{\"reason\":\"x\"}"), STALE);
}

static void two_officers_at_once_and_one_is_stale(void **state)
{
    Play *p = *state;
    World *w = p->w;
    Case c = file(p, w->wang, FILE_ONE);
    /* to another department's duty: whoever was quicker, the other one is late, not a stranger
     */
    move(p, w->li, &c, "tell", "{\"weight\":\"heavy\"}");
    assert_err(try_move(p, w->li, &c, "drop", "{\"reason\":\"x\"}"), STALE);
    assert_err(try_move(p, w->wang, &c, "fix", "{\"after\":" PHOTO "}"), STALE);
}

static void fixed_on_the_spot_is_checked_by_somebody_else(void **state)
{
    Play *p = *state;
    World *w = p->w;
    const char *body = "{\"flow\":\"chore\",\"move\":\"file_fixed\"," PLACE
                       ",\"fields\":{\"sort\":\"dust\",\"text\":\"a\","
                       "\"before\":" PHOTO ",\"after\":" PHOTO "}}";
    Case c = file(p, w->wang, body);
    assert_str(c.state, "checking");
    assert_int_equal(c.duty_seat, w->officer);
    assert_err(try_move(p, w->wang, &c, "ok", NULL), SCOPE_DENIED);
    assert_str(move(p, w->li, &c, "ok", NULL).state, "done");
    /* the one officer did it himself: the next rung answers, never nobody */
    Case own = file(p, w->li, body);
    assert_int_equal(own.duty_seat, w->deputy);
    assert_err(try_move(p, w->li, &own, "ok", NULL), SCOPE_DENIED);
    assert_str(offers(p, w->li, own.id, "items"), "");
    assert_str(move(p, w->zhao, &own, "ok", NULL).state, "done");
    /* he fixes what he has the duty of, on behalf of nobody: barred by name */
    Case fresh = file(p, w->wang, FILE_ONE);
    fresh = move(p, w->li, &fresh, "tell", TELL);
    fresh = move(p, w->wang, &fresh, "sign", NULL);
    fresh = move(p, w->li, &fresh, "finish", NULL);
    assert_int_equal(fresh.duty_seat, w->deputy);
    fresh =
        move(p, w->zhao, &fresh, "not_ok", "{\"reason\":\"x\",\"until_day\":\"2026-12-10\"}");
    assert_int_equal(fresh.duty_seat, w->officer); /* back to the rule in another state */
}

static void who_is_barred_is_told_so_and_a_second_officer_may(void **state)
{
    Play *p = *state;
    World *w = p->w;
    int64_t second = world_seat(w, ROLE_RESPONSIBLE_OFFICER, w->village, 0);
    int64_t lin = world_person(w, "p20", "林十");
    world_take(w, second, lin, HOLD_HOLDER);
    Case c = file(p, w->li, FILE_ONE);
    assert_int_equal(c.duty_seat, w->officer); /* barred from drop alone, he keeps the duty */
    assert_err(try_move(p, w->li, &c, "drop", "{\"reason\":\"x\"}"), CASE_BARRED);
    assert_true(str_find(offers(p, w->li, c.id, "blocked"), S("drop")) != SIZE_MAX);
    assert_true(str_find(offers(p, lin, c.id, "items"), S("drop")) != SIZE_MAX);
    assert_err(try_move(p, w->zhao, &c, "drop", "{\"reason\":\"x\"}"),
               SCOPE_DENIED); /* lin is nearer */
    assert_str(move(p, lin, &c, "drop", "{\"reason\":\"x\"}").state, "nothing");
}

static void a_stand_in_does_not_check_for_whom_it_stands_in(void **state)
{
    Play *p = *state;
    World *w = p->w;
    Case c = file(p, w->wang, FILE_ONE);
    c = move(p, w->li, &c, "fix", "{\"after\":" PHOTO "}");
    assert_int_equal(c.duty_seat, w->deputy);
    int64_t lin = world_person(w, "p21", "林十一");
    world_take(w, w->officer, lin, HOLD_STAND_IN);
    world_do(w, (Call){.op = op_absence, .person = w->li, .starts = w->h->now});
    assert_err(try_move(p, lin, &c, "ok", NULL), SCOPE_DENIED);
    assert_str(move(p, w->zhao, &c, "ok", NULL).state, "done");
}

static void who_acts_for_somebody_is_barred_like_him(void **state)
{
    Play *p = *state;
    World *w = p->w;
    Case c = file(p, w->li, FILE_ONE); /* his to tell, not his to drop */
    int64_t lin = world_person(w, "p22", "林十二");
    world_take(w, w->officer, lin, HOLD_STAND_IN);
    world_do(w, (Call){.op = op_absence, .person = w->li, .starts = w->h->now});
    c = load_ok(p, lin, c.id);
    assert_int_equal(c.duty_seat, w->officer);
    assert_err(try_move(p, lin, &c, "drop", "{\"reason\":\"x\"}"), CASE_BARRED);
    c = move(p, lin, &c, "tell", TELL);
    assert_int_equal(p->job.act.spec.for_person, w->li);
    /* nor may the next who stands in for the one for whom it was done */
    Case own = file(p, lin, FILE_ONE);
    w->h->now += 60000;
    int64_t mo = world_person(w, "p23", "莫十三");
    world_take(w, w->officer, mo, HOLD_STAND_IN);
    assert_err(try_move(p, mo, &own, "drop", "{\"reason\":\"x\"}"), CASE_BARRED);
}

static void nobody_may_do_it_in_the_name_of_who_may_not(void **state)
{
    Play *p = *state;
    World *w = p->w;
    Case c = file(p, w->wang, FILE_ONE);
    static const char body[] = "{\"version\":1,\"fields\":{\"reason\":\"x\"},\"for\":%lld}";
    Str wang = str_fmt(p->mem, body, (long long)w->wang),
        qian = str_fmt(p->mem, body, (long long)w->qian);
    assert_err(deed(p, w->li, c.id, "drop", wang.p, NULL), CASE_BARRED);
    assert_ok(deed(p, w->li, c.id, "drop", qian.p, NULL));
    assert_int_equal(p->job.act.spec.for_person, w->qian);
}

static void a_department_that_is_named_stays(void **state)
{
    Play *p = *state;
    static const char body[] = "{\"flow\":\"chore\",\"move\":\"cry\"," PLACE
                               ",\"fields\":{\"text\":\"x\"},\"department\":%lld}";
    Str named = str_fmt(p->mem, body, (long long)p->w->city);
    assert_int_equal(file(p, p->w->wang, named.p).department, p->w->city);
}

static void suspected_heavy_goes_to_the_department_and_the_office_cannot_close_it(void **state)
{
    Play *p = *state;
    World *w = p->w;
    Case c =
        file(p, w->wang,
             "{\"flow\":\"chore\"," PLACE ",\"fields\":{\"sort\":\"smoke\",\"text\":\"a\"}}");
    c = move(p, w->li, &c, "tell", "{\"weight\":\"heavy\"}");
    assert_str(c.state, "expert");
    assert_int_equal(c.duty_seat, p->fire_officer);
    assert_str(offers(p, w->li, c.id, "items"), "");
    assert_str(offers(p, w->li, c.id, "blocked"), "judge");
    assert_err(try_move(p, w->li, &c, "judge", "{\"reason\":\"x\"}"), SCOPE_DENIED);
    assert_err(try_move(p, w->li, &c, "ok", NULL), CASE_NOT_NOW);
    assert_err(try_move(p, w->wang, &c, "ok", NULL), SCOPE_DENIED);
    CaseFilter mine = CASE_FILTER;
    mine.mine = true;
    assert_int_equal(count_of(p, w->sun, mine), 1);
    assert_int_equal(count_of(p, w->li, mine), 1); /* the area keeps watch */
    assert_str(move(p, w->sun, &c, "judge", "{\"reason\":\"x\"}").state, "fresh");
}

static void an_objection_raised_twice_goes_to_arbitration(void **state)
{
    Play *p = *state;
    World *w = p->w;
    Case c = file(p, w->wang, FILE_ONE);
    c = move(p, w->li, &c, "tell", TELL);
    c = move(p, w->li, &c, "object", "{\"reason\":\"房东负责\"}");
    assert_str(c.state, "fresh");
    c = move(p, w->li, &c, "tell", TELL);
    c = move(p, w->li, &c, "object", "{\"reason\":\"仍不同意\"}");
    assert_str(c.state, "court");
    assert_int_equal(c.duty_seat, p->office);
}

static void the_subjects_people_are_the_party(void **state)
{
    Play *p = *state;
    World *w = p->w;
    Str body = str_fmt(
        p->mem,
        "{\"flow\":\"chore\",\"subject\":%lld,\"fields\":{\"sort\":\"dust\",\"text\":\"a\","
        "\"phone\":\"13800001234\",\"secret\":\"王某\"}}",
        (long long)SUBJECT);
    Case c = file(p, w->wang, body.p);
    c = move(p, w->li, &c, "tell", TELL);
    assert_str(c.party, "main_responsible_person");
    const Json *json = told(p, p->feng, c.id);
    assert_str(json_member(json_get(json, "fields"), "phone"), "138****1234");
    assert_true(json_is_null(json_get(json_get(json, "fields"), "secret")));
    assert_null(json_get(json, "filed")); /* not who found it */
    assert_str(json_member(json_get(json, "party"), "name"), "刘某");
    c = move(p, p->feng, &c, "sign", NULL);
    assert_str(c.state, "doing");
    json = told(p, w->li, c.id);
    assert_str(json_member(json_get(json, "fields"), "phone"), "13800001234");
}

static void a_limit_a_default_and_a_check(void **state)
{
    Play *p = *state;
    World *w = p->w;
    Case c = file(p, w->wang, FILE_ONE);
    c = move(p, w->li, &c, "tell", "{\"weight\":\"light\"}"); /* dust: ten days from today */
    c = move(p, w->li, &c, "sign", NULL);
    assert_due(c, "2026-12-04T00:00:00+08:00");
    Instant entered = c.entered;
    w->h->now += 3600000;
    c = move(p, w->li, &c, "remark", "{\"reason\":\"x\"}");
    assert_int_equal(c.entered, entered); /* to itself: nothing starts again */
    assert_due(c, "2026-12-04T00:00:00+08:00");
    c = move(p, w->li, &c, "prolong", "{\"until_day\":\"2026-12-08\",\"reason\":\"下雨\"}");
    assert_due(c, "2026-12-09T00:00:00+08:00"); /* its date was set: anew */
    assert_int_equal(c.clock_from, w->h->now);
    assert_err(
        try_move(p, w->li, &c, "prolong", "{\"until_day\":\"2026-12-20\",\"reason\":\"x\"}"),
        CASE_NOT_NOW);
    assert_true(str_find(offers(p, w->li, c.id, "blocked"), S("prolong")) != SIZE_MAX);
    Case late = file(p, w->wang, FILE_ONE);
    late = move(p, w->li, &late, "tell", "{\"weight\":\"light\",\"until_day\":\"2026-11-23\"}");
    late = move(p, w->li, &late, "sign", NULL);
    play_until(p, "2026-11-24T00:00:00+08:00");
    late = load_ok(p, w->li, late.id);
    assert_str(faults_of(p, try_move(p, w->li, &late, "prolong",
                                     "{\"until_day\":\"2026-12-20\",\"reason\":\"x\"}")),
               "fields:check");
}

static void coming_back_finds_the_old_clock(void **state)
{
    Play *p = *state;
    World *w = p->w;
    Case c = file(p, w->wang,
                  "{\"flow\":\"chore\"," PLACE
                  ",\"fields\":{\"sort\":\"smoke\",\"text\":\"a\"}}"); /* Monday 9:00, due
                                                                          Tuesday 24:00 */
    w->h->now = at("2026-11-23T15:00:00+08:00");
    c = move(p, w->li, &c, "tell", TELL);
    w->h->now = at("2026-11-24T15:00:00+08:00");
    c = move(p, w->li, &c, "object", "{\"reason\":\"x\"}");
    assert_due(c, "2026-11-26T00:00:00+08:00"); /* a day outside */
    const Json *json = told(p, w->li, c.id);
    const Json *lines = json_get(json, "due_lines");
    Str last = json_view(json_at(lines, json_count(lines) - 1));
    assert_true(str_find(last, S("outside of this state")) != SIZE_MAX);
    w->h->now = at("2026-11-24T16:00:00+08:00");
    c = move(p, w->li, &c, "tell", "{\"weight\":\"heavy\"}");
    w->h->now = at("2026-11-24T18:00:00+08:00");
    c = move(p, w->sun, &c, "judge", "{\"reason\":\"x\"}");
    assert_due(c, "2026-11-26T02:00:00+08:00"); /* and two hours more */
}

static void an_ended_case_is_reopened_within_its_time(void **state)
{
    Play *p = *state;
    World *w = p->w;
    Case c = file(p, w->wang, FILE_ONE);
    c = move(p, w->wang, &c, "fix", "{\"after\":" PHOTO "}");
    c = move(p, w->li, &c, "ok", NULL);
    assert_int_equal(rows_in(p, "cases", "ended IS NULL"), 0);
    assert_err(try_move(p, w->wang, &c, "again", "{\"reason\":\"x\"}"), SCOPE_DENIED);
    Case open = move(p, w->zhou, &c, "again", "{\"reason\":\"反弹\"}");
    assert_str(open.state, "fresh");
    assert_int_equal(open.ended, NIL);
    assert_null(open.outcome.p);
    assert_true(open.due > w->h->now);
    open = move(p, w->li, &open, "drop", "{\"reason\":\"x\"}");
    Case late = file(p, w->wang, FILE_ONE);
    late = move(p, w->wang, &late, "fix", "{\"after\":" PHOTO "}");
    late = move(p, w->li, &late, "ok", NULL);
    play_until(p, "2027-01-05T00:00:00+08:00");
    assert_err(try_move(p, w->zhou, &late, "again", "{\"reason\":\"x\"}"), CASE_NOT_NOW);
}

static void a_clock_by_a_term(void **state)
{
    Play *p = *state;
    Case c = file(p, p->w->wang,
                  "{\"flow\":\"chore\"," PLACE
                  ",\"fields\":{\"sort\":\"dust\",\"text\":\"a\",\"hurry\":true}}");
    assert_due(c, "2026-11-23T11:00:00+08:00");
}

static void two_finders_are_merged_and_both_keep_a_link(void **state)
{
    Play *p = *state;
    World *w = p->w;
    Case first = file(p, w->wang, FILE_ONE), second = file(p, p->zheng, FILE_ONE);
    const Json *similar = json_get(told(p, w->li, second.id), "similar");
    assert_int_equal(json_count(similar), 1);
    assert_int_equal(json_integer(json_get(json_at(similar, 0), "id")), first.id);
    similar = json_get(told(p, p->zheng, second.id), "similar");
    assert_int_equal(json_count(similar), 0); /* who does not see it is not told */
    assert_err(load(p, p->zheng, first.id, &first), ERR_NOT_FOUND);
    Str into = str_fmt(p->mem, "{\"into\":%lld}", (long long)first.id);
    assert_err(try_move(p, w->wang, &second, "merge", into.p), SCOPE_DENIED);
    assert_str(faults_of(p, try_move(p, w->li, &second, "merge", "{\"into\":5}")),
               "fields.into:into");
    assert_str(faults_of(p, try_move(p, w->li, &second, "merge", "{}")),
               "fields.into:required");
    Case merged = move(p, w->li, &second, "merge", into.p);
    assert_str(merged.state, "merged");
    assert_int_equal(merged.merged_into, first.id);
    assert_ok(load(p, p->zheng, first.id, &first));
    CaseFilter open = CASE_FILTER;
    open.open = 1;
    assert_int_equal(count_of(p, w->li, open), 1); /* counted once */
    open.open = 0;
    open.filed = true;
    assert_int_equal(count_of(p, p->zheng, open), 1);
    assert_err(try_move(p, w->li, &merged, "merge", into.p), CASE_NOT_NOW);
    /* what is merged again takes its finders along */
    Case third = file(p, w->wang, FILE_ONE);
    first = load_ok(p, w->li, first.id);
    move(p, w->li, &first, "merge", str_fmt(p->mem, "{\"into\":%lld}", (long long)third.id).p);
    assert_ok(load(p, p->zheng, third.id, &third));
}

static void a_seat_above_hands_it_to_an_equal_seat(void **state)
{
    Play *p = *state;
    World *w = p->w;
    Case c = file(p, w->wang, FILE_ONE);
    Str to = str_fmt(p->mem, "{\"seat\":%lld,\"reason\":\"出差\"}", (long long)p->officer2);
    assert_err(try_move(p, w->li, &c, "hand", to.p), SCOPE_DENIED);
    Str wrong = str_fmt(p->mem, "{\"seat\":%lld,\"reason\":\"x\"}", (long long)w->member);
    assert_str(faults_of(p, try_move(p, w->zhao, &c, "hand", wrong.p)), "fields.seat:seat");
    assert_str(faults_of(p, try_move(p, w->zhao, &c, "hand", "{\"seat\":1}")),
               "fields.reason:required");
    c = move(p, w->zhao, &c, "hand", to.p);
    assert_int_equal(c.duty_seat, p->officer2);
    assert_str(c.state, "fresh");
    assert_due(c, "2026-11-25T00:00:00+08:00");
    assert_true(str_find(offers(p, w->zhou, c.id, "items"), S("hand")) != SIZE_MAX);
    assert_str(move(p, p->zheng, &c, "tell", TELL).state, "told");
}

static void a_finding_opens_a_child_in_the_same_act(void **state)
{
    Play *p = *state;
    World *w = p->w;
    Case c = file(p, w->wang,
                  "{\"flow\":\"round\",\"move\":\"find\"," PLACE
                  ",\"fields\":{\"seen\":\"冒烟\",\"sort\":\"smoke\"}}");
    assert_str(c.state, "over");
    CaseFilter children = CASE_FILTER;
    children.parent = c.id;
    CaseView v = view_of(p, w->li);
    CasePage page;
    assert_ok(case_page(&v, &children, &page));
    assert_int_equal(page.count, 1);
    assert_str(page.cases[0].flow, "chore");
    assert_str(page.cases[0].state, "fresh");
    assert_str(page.cases[0].matter, "fire");
    assert_int_equal(page.cases[0].area, w->cell1);
    assert_int_equal(page.cases[0].entry, c.entry);
    assert_int_equal(page.cases[0].filed_by, w->wang);
}

static void the_offers_are_in_the_order_of_the_flow(void **state)
{
    Play *p = *state;
    World *w = p->w;
    Case c = file(p, w->wang, FILE_ONE);
    assert_str(offers(p, w->li, c.id, "items"), "fix tell drop merge");
    assert_str(offers(p, w->wang, c.id, "items"), "fix");
    assert_str(offers(p, w->wang, c.id, "blocked"), "tell drop");
    assert_str(offers(p, w->zhou, c.id, "items"), "hand");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_play, close_play)
    const struct CMUnitTest tests[] = {
        TEST(a_filed_case_has_one_duty_and_one_clock),
        TEST(the_matter_decides_the_line),
        TEST(all_faults_of_a_filing_are_told_at_once),
        TEST(a_preview_answers_the_same_and_stores_nothing),
        TEST(the_same_key_twice_has_one_effect),
        TEST(the_main_job),
        TEST(a_move_is_refused_in_the_order_of_the_contract),
        TEST(two_officers_at_once_and_one_is_stale),
        TEST(fixed_on_the_spot_is_checked_by_somebody_else),
        TEST(who_is_barred_is_told_so_and_a_second_officer_may),
        TEST(a_stand_in_does_not_check_for_whom_it_stands_in),
        TEST(who_acts_for_somebody_is_barred_like_him),
        TEST(nobody_may_do_it_in_the_name_of_who_may_not),
        TEST(a_department_that_is_named_stays),
        TEST(suspected_heavy_goes_to_the_department_and_the_office_cannot_close_it),
        TEST(an_objection_raised_twice_goes_to_arbitration),
        TEST(the_subjects_people_are_the_party),
        TEST(a_limit_a_default_and_a_check),
        TEST(coming_back_finds_the_old_clock),
        TEST(an_ended_case_is_reopened_within_its_time),
        TEST(a_clock_by_a_term),
        TEST(two_finders_are_merged_and_both_keep_a_link),
        TEST(a_seat_above_hands_it_to_an_equal_seat),
        TEST(a_finding_opens_a_child_in_the_same_act),
        TEST(the_offers_are_in_the_order_of_the_flow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
