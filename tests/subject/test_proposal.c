/* SPDX-License-Identifier: Apache-2.0 */
/* The member says it in one tap, the officer confirms; what nobody has seen for long is asked
 * about. */
#include "room.h"

#include "base/time.h"

#define IN_1 "{\"lon\":109.005,\"lat\":34.305}"
#define IN_2 "{\"lon\":109.015,\"lat\":34.305}"

static const Err *do_propose(Act *act, void *deed)
{
    Deed *d = deed;
    return proposal_open(act, d->r->subjects, d->who, d->body, NULL, &d->proposal);
}

static const Err *do_decide(Act *act, void *deed)
{
    Deed *d = deed;
    return proposal_decide(act, d->r->subjects, d->who, d->id, d->accept, d->reason,
                           &d->proposal);
}

static const Err *propose_as(Room *r, int64_t person, Str body, Proposal *out)
{
    Deed *d = arena_make(r->w->h->mem, Deed);
    *d = (Deed){.r = r, .who = room_who(r, person), .body = json_of(r, body), .op = do_propose};
    const Err *e = room_do(d);
    if (!e) *out = d->proposal;
    return e;
}

static const Err *decide_as(Room *r, int64_t person, int64_t id, bool accept,
                            const char *reason, Proposal *out)
{
    Deed *d = arena_make(r->w->h->mem, Deed);
    *d = (Deed){.r = r,
                .who = room_who(r, person),
                .id = id,
                .accept = accept,
                .reason = str(reason),
                .op = do_decide};
    const Err *e = room_do(d);
    if (!e) *out = d->proposal;
    return e;
}

static Subject shop(Room *r, const char *kind)
{
    Subject s;
    Str body = str_fmt(
        r->w->h->mem,
        "{\"name\":\"小店\",\"kind\":\"%s\",\"uscc_reason\":\"none\",\"place\":" IN_1 "}",
        kind);
    assert_ok(open_as(r, 0, body.p, &s));
    return s;
}

static Str about(Room *r, const char *kind, int64_t subject, const char *more)
{
    return str_fmt(r->w->h->mem, "{\"kind\":\"%s\",\"subject\":%lld%s}", kind,
                   (long long)subject, more);
}

static Subject now(Room *r, int64_t id)
{
    Subject s;
    assert_ok(subject_raw(r->w->h->db, r->w->h->mem, id, &s));
    return s;
}

static void a_new_shop_is_a_subject_once_the_officer_says_so(void **state)
{
    Room *r = *state;
    World *w = r->w;
    Proposal p;
    assert_ok(
        propose_as(r, w->wang,
                   S("{\"kind\":\"new\",\"place\":" IN_1
                     ",\"fields\":{\"name\":\"无名钢构棚\",\"kind\":\"catering\","
                     "\"main_person\":\"老刘\",\"matters\":[\"fire\"]},\"note\":\"路口\"}"),
                   &p));
    assert_int_equal(p.area, w->cell1);
    assert_int_equal(p.subject, NIL);
    int64_t n;
    assert_ok(subject_count(r->subjects, w->h->db, w->h->mem, room_who(r, w->li),
                            &SUBJECT_FILTER, &n));
    assert_int_equal(n, 0);
    assert_err(decide_as(r, w->wang, p.id, true, NULL, &p), SCOPE_DENIED);
    assert_err(decide_as(r, w->wu, p.id, true, NULL, &p), ERR_NOT_FOUND);
    assert_ok(decide_as(r, w->li, p.id, true, NULL, &p));
    Subject s = now(r, p.subject);
    assert_str(s.name, "无名钢构棚");
    assert_str(s.source, "field");
    assert_str(s.uscc_reason, "unknown"); /* nobody asked at the gate */
    assert_int_equal(s.area, w->cell1);
    assert_err(decide_as(r, w->li, p.id, true, NULL, &p), PROPOSAL_DONE);
}

static void closed_moved_renamed_and_paused_in_one_tap(void **state)
{
    Room *r = *state;
    World *w = r->w;
    Proposal p;
    Subject s = shop(r, "retail");
    assert_ok(propose_as(
        r, w->wang, about(r, "renamed", s.id, ",\"fields\":{\"name\":\"好邻居便利店\"}"), &p));
    assert_ok(decide_as(r, w->li, p.id, true, NULL, &p));
    assert_str(now(r, s.id).name, "好邻居便利店");
    assert_ok(propose_as(r, w->wang, about(r, "paused", s.id, ""), &p));
    assert_ok(decide_as(r, w->li, p.id, true, NULL, &p));
    assert_str(now(r, s.id).status, "paused");
    assert_ok(propose_as(r, w->wang, about(r, "resumed", s.id, ""), &p));
    assert_ok(decide_as(r, w->li, p.id, true, NULL, &p));
    assert_str(now(r, s.id).status, "open");
    assert_ok(propose_as(r, w->wang, about(r, "moved", s.id, ",\"place\":" IN_2), &p));
    assert_int_equal(p.area, w->cell2);
    assert_ok(decide_as(r, w->li, p.id, true, NULL, &p));
    assert_int_equal(now(r, s.id).area, w->cell2);
    assert_str(now(r, s.id).status, "open"); /* it stands there now */
    assert_ok(propose_as(r, w->li, about(r, "moved", s.id, ""), &p));
    assert_ok(decide_as(r, w->li, p.id, true, NULL, &p));
    assert_str(now(r, s.id).status, "moved");
    assert_int_equal(now(r, s.id).closed, instant_date(w->h->now));
}

static void said_twice_waits_once(void **state)
{
    Room *r = *state;
    World *w = r->w;
    Proposal p, other;
    Subject s = shop(r, "retail");
    assert_ok(propose_as(r, w->wang, about(r, "closed", s.id, ""), &p));
    assert_err(propose_as(r, w->li, about(r, "closed", s.id, ""), &other), PROPOSAL_KNOWN);
    assert_ok(propose_as(r, w->li, about(r, "paused", s.id, ""), &other)); /* something else */
    const Err *e = decide_as(r, w->li, p.id, false, " ", &p);
    assert_fault(e, "reason", "required");
    assert_ok(decide_as(r, w->li, p.id, false, "仍在营业", &p));
    assert_str(p.state, "refused");
    assert_str(now(r, s.id).status, "open");
    assert_ok(propose_as(r, w->wang, about(r, "closed", s.id, ""), &p));
}

static void what_cannot_be_is_refused_when_it_is_said(void **state)
{
    Room *r = *state;
    World *w = r->w;
    Proposal p;
    Subject s = shop(r, "retail");
    assert_fault(propose_as(r, w->wang, S("{\"fields\":{}}"), &p), "kind", "required");
    assert_fault(propose_as(r, w->wang, S("{\"kind\":\"sold\"}"), &p), "kind", "choice");
    assert_fault(propose_as(r, w->wang, S("{\"kind\":\"new\",\"fields\":{}}"), &p), "place",
                 "required");
    assert_fault(propose_as(r, w->wang, S("{\"kind\":\"new\",\"place\":" IN_1 "}"), &p),
                 "fields.name", "required");
    assert_fault(propose_as(r, w->wang, S("{\"kind\":\"closed\"}"), &p), "subject", "required");
    assert_fault(propose_as(r, w->wang, S("{\"kind\":\"unseen\"}"), &p), "kind",
                 "required"); /* the house asks, nobody else */
    assert_fault(propose_as(r, w->wang, about(r, "facts", s.id, ""), &p), "fields", "empty");
    assert_fault(
        propose_as(r, w->wang, about(r, "closed", s.id, ",\"fields\":{\"name\":\"x\"}"), &p),
        "fields", "unknown");
    assert_fault(propose_as(r, w->wang, about(r, "moved", s.id, ",\"place\":{\"lon\":1}"), &p),
                 "place", "place");
    assert_fault(propose_as(r, w->wang,
                            about(r, "moved", s.id, ",\"place\":{\"lon\":100,\"lat\":30}"), &p),
                 "place", "outside");
    assert_err(propose_as(r, w->wang, about(r, "closed", s.id + 99, ""), &p), ERR_NOT_FOUND);
    assert_err(propose_as(r, w->wu, about(r, "closed", s.id, ""), &p),
               SCOPE_DENIED); /* no seat at all */
    assert_err(propose_as(r, w->qian, about(r, "closed", s.id, ""), &p), SCOPE_DENIED);
    assert_err(propose_as(r, w->wang,
                          S("{\"kind\":\"new\",\"place\":" IN_2
                            ",\"fields\":{\"name\":\"x\",\"kind\":\"retail\"}}"),
                          &p),
               SCOPE_DENIED); /* not their cell */
}

static void what_an_office_judges_is_not_proposed(void **state)
{
    static const char *const judged[] = {"status", "department", "colour", "l",
                                         "e",      "c",          "key",    "place"};
    Room *r = *state;
    Arena *mem = r->w->h->mem;
    Proposal p;
    Subject s = shop(r, "retail");
    for (size_t i = 0; i < countof(judged); i++) {
        Str fields = str_fmt(mem, ",\"fields\":{\"%s\":null}", judged[i]),
            field = str_fmt(mem, "fields.%s", judged[i]);
        assert_fault(propose_as(r, r->w->wang, about(r, "facts", s.id, fields.p), &p), field.p,
                     "unknown");
    }
}

static void a_proposal_that_has_become_impossible_is_told_to_the_officer(void **state)
{
    Room *r = *state;
    World *w = r->w;
    Proposal p;
    Subject other;
    Subject s = shop(r, "retail");
    assert_ok(
        propose_as(r, w->wang,
                   about(r, "facts", s.id,
                         ",\"fields\":{\"uscc\":\"91350100M000100Y43\",\"uscc_reason\":null}"),
                   &p));
    assert_ok(open_as(r, 0,
                      "{\"name\":\"甲厂\",\"kind\":\"retail\",\"uscc\":\"91350100M000100Y43\"}",
                      &other));
    assert_err(decide_as(r, w->li, p.id, true, NULL, &p), SUBJECT_TAKEN);
    assert_ok(decide_as(r, w->li, p.id, false, "代码属于甲厂", &p));
}

static NounPage proposals_as(Room *r, int64_t person, Str state, int64_t area, size_t limit,
                             Str cursor)
{
    World *w = r->w;
    NounPage page;
    NounView view = room_view(r, room_who(r, person), w->h->db, w->h->mem);
    Value query[] = {VALUE_STR(state), VALUE_INT(area)};
    NounAsk ask = {query, limit, cursor};
    assert_ok(noun_page(&proposal_noun, &view, &ask, &page));
    return page;
}

static const Proposal *row_of(const NounPage *page, size_t i)
{
    return page->rows[i];
}

static void the_list_holds_what_one_may_see_oldest_first(void **state)
{
    Room *r = *state;
    World *w = r->w;
    Proposal p;
    Subject s = shop(r, "retail");
    const char *kinds[] = {"closed", "paused", "moved"};
    for (size_t i = 0; i < countof(kinds); i++)
        assert_ok(propose_as(r, w->wang, about(r, kinds[i], s.id, ""), &p));
    assert_ok(decide_as(r, w->li, p.id, false, "不属实", &p));
    NounPage page = proposals_as(r, w->li, S("open"), NIL, 1, STR_NULL);
    assert_int_equal(page.count, 1);
    assert_str(row_of(&page, 0)->kind, "closed");
    page = proposals_as(r, w->li, S("open"), NIL, 1, page.next);
    assert_str(row_of(&page, 0)->kind, "paused");
    assert_null(page.next.p);
    assert_int_equal(proposals_as(r, w->li, STR_NULL, w->cell2, 0, STR_NULL).count, 0);
    assert_int_equal(proposals_as(r, w->wu, STR_NULL, NIL, 0, STR_NULL).count, 0);
    assert_int_equal(proposals_as(r, w->wang, STR_NULL, NIL, 0, STR_NULL).count, 3);
}

/* ---- unseen ---- */

static int64_t ask(Room *r, Instant (*seen)(void *, Db *, int64_t))
{
    int64_t asked;
    assert_ok(subjects_ask_unseen(r->subjects, r->w->h->db, r->w->h->now, seen, NULL, &asked));
    return asked;
}

static Instant visited_yesterday(void *context, Db *db, int64_t subject)
{
    (void)context;
    (void)db;
    (void)subject;
    return T0 + 94 * DAY;
}

static void a_site_that_nobody_saw_for_ninety_days_is_asked_about_once(void **state)
{
    Room *r = *state;
    World *w = r->w;
    Proposal p;
    Subject site = shop(r, "site"), second = shop(r, "site");
    (void)shop(r, "retail"); /* of no kind that is asked about */
    advance(w, 90 * DAY);
    assert_int_equal(ask(r, NULL), 0);
    advance(w, 5 * DAY);
    assert_int_equal(ask(r, visited_yesterday), 0);
    assert_int_equal(ask(r, NULL), 2);
    assert_int_equal(ask(r, NULL), 0);
    NounPage page = proposals_as(r, w->li, S("open"), NIL, 0, STR_NULL);
    assert_int_equal(page.count, 2);
    assert_str(row_of(&page, 0)->kind, "unseen");
    assert_int_equal(row_of(&page, 0)->proposed_by, 0);
    assert_ok(decide_as(r, w->li, row_of(&page, 0)->id, true, NULL, &p));
    assert_str(now(r, site.id).status, "closed");
    assert_ok(decide_as(r, w->li, row_of(&page, 1)->id, false, "仍在施工", &p));
    assert_str(now(r, second.id).status, "open");
    assert_int_equal(now(r, second.id).seen, w->h->now);
    assert_int_equal(ask(r, NULL), 0);
    advance(w, 91 * DAY);
    assert_int_equal(ask(r, NULL), 1); /* the second, anew */
}

static void the_fold_of_the_ledger_agrees(void **state)
{
    Room *r = *state;
    World *w = r->w;
    Proposal p;
    Subject s = shop(r, "retail");
    assert_ok(propose_as(r, w->wang,
                         about(r, "renamed", s.id, ",\"fields\":{\"name\":\"好邻居\"}"), &p));
    assert_ok(decide_as(r, w->li, p.id, true, NULL, &p));
    Report report = {NULL, NULL, 0};
    int64_t entries, rows;
    assert_ok(ledger_check(w->h->ledger, NULL, 0, &report, &entries, &rows));
    assert_int_equal(report.faults, 0);
}

int main(void)
{
    crypt_init();
#define TEST(name) cmocka_unit_test_setup_teardown(name, room_setup, room_teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_new_shop_is_a_subject_once_the_officer_says_so),
        TEST(closed_moved_renamed_and_paused_in_one_tap),
        TEST(said_twice_waits_once),
        TEST(what_cannot_be_is_refused_when_it_is_said),
        TEST(what_an_office_judges_is_not_proposed),
        TEST(a_proposal_that_has_become_impossible_is_told_to_the_officer),
        TEST(the_list_holds_what_one_may_see_oldest_first),
        TEST(a_site_that_nobody_saw_for_ninety_days_is_asked_about_once),
        TEST(the_fold_of_the_ledger_agrees),
    };
    return cmocka_run_group_tests_name("proposal", tests, NULL, NULL);
}
