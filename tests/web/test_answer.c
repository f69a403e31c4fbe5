/* SPDX-License-Identifier: Apache-2.0 */
/* The life of a request over a real socket: who is let in, what is refused in which order,
 * keys, streams. */
#include "site.h"

#define FILE_ONE                                                                               \
    "{\"flow\":\"chore\",\"place\":{\"lon\":109.005,\"lat\":34.305},\"fields\":{\"sort\":"     \
    "\"dust\",\"text\":\"通道堆放\"}}"

static int setup_site(void **state)
{
    *state = site_open();
    return 0;
}

static int teardown_site(void **state)
{
    site_close(*state);
    return 0;
}

static int64_t id_of(Site *s, const Reply *r)
{
    return json_integer(json_get(reply_json(s, r), "id"));
}

static void it_says_that_it_is_ready(void **state)
{
    Site *s = *state;
    Peer *peer = peer_open(web_port(s->web));
    Reply *r = ask_raw(s, peer, "GET /healthz", "", S(""));
    assert_status(r, 200);
    assert_string_equal(r->body, "{\"status\":\"ok\"}");
    r = ask_raw(s, peer, "GET /metrics", "", S(""));
    assert_status(r, 200);
    assert_non_null(strstr(r->body, "gridward_lane_acts_total"));
    peer_close(peer);
}

static void a_filing_is_answered_once_it_is_on_disk(void **state)
{
    Site *s = *state;
    Person_ *member = sign_in(s, "member"), *officer = sign_in(s, "officer");
    Reply *r = ask(member, "POST /api/v1/cases", FILE_ONE, "k1");
    assert_status(r, 201);
    int64_t id = id_of(s, r);
    Str path = str_fmt(s->mem, "/api/v1/cases/%lld", (long long)id);
    assert_string_equal(reply_header(r, "location"), path.p);
    r = ask(officer, str_fmt(s->mem, "GET %s", path.p).p, NULL, NULL);
    assert_status(r, 200);
    assert_str(json_member(reply_json(s, r), "state"), "fresh");
    sign_off(member);
    sign_off(officer);
}

static void the_same_key_has_one_effect(void **state)
{
    Site *s = *state;
    Person_ *member = sign_in(s, "member");
    Reply *r = ask(member, "POST /api/v1/cases", FILE_ONE, "k1");
    assert_status(r, 201);
    int64_t id = id_of(s, r);
    r = ask(member, "POST /api/v1/cases", FILE_ONE, "k1");
    assert_status(r, 200);
    assert_int_equal(id_of(s, r), id);
    /* the same members in another order are the same body */
    r = ask(member, "POST /api/v1/cases",
            "{\"fields\":{\"text\":\"通道堆放\",\"sort\":\"dust\"},\"place\":{\"lat\":34.305,"
            "\"lon\":109.005},\"flow\":\"chore\"}",
            "k1");
    assert_status(r, 200);
    assert_int_equal(id_of(s, r), id);
    r = ask(member, "POST /api/v1/cases", "{\"flow\":\"chore\"}", "k1");
    assert_code(s, r, 409, "key-reused");
    r = ask(member, "GET /api/v1/cases/count", NULL, NULL);
    assert_string_equal(r->body, "{\"count\":1}");
    sign_off(member);
}

static void refusals_come_in_the_order_of_the_contract(void **state)
{
    Site *s = *state;
    Peer *peer = peer_open(web_port(s->web));
    const char *json = "Content-Type: application/json\r\n";
    assert_code(s, ask_raw(s, peer, "POST /api/v1/cases", json, S("{")), 401, "sign-in");
    Person_ *member = sign_in(s, "member"), *nobody = sign_in(s, "nobody");
    Str in = str_fmt(s->mem, "Cookie: %s\r\nX-CSRF-Token: %s\r\n%s", member->cookie,
                     member->csrf, json);
    assert_code(s, ask_raw(s, peer, "POST /api/v1/cases", in.p, S("{")), 400, "key-missing");
    Str keyed = str_fmt(s->mem, "%.*sIdempotency-Key: k\r\n", STR(in));
    assert_code(s, ask_raw(s, peer, "POST /api/v1/cases", keyed.p, S("{")), 400, "bad-json");
    assert_code(s, ask_raw(s, peer, "POST /api/v1/cases", keyed.p, S("[]")), 400, "body");
    assert_code(
        s,
        ask_raw(s, peer, "POST /api/v1/cases", keyed.p, S("{\"flow\":\"a\",\"flow\":\"b\"}")),
        400, "bad-json");
    Str bare = str_fmt(s->mem, "Cookie: %s\r\nIdempotency-Key: k\r\n%s", member->cookie, json);
    assert_code(s, ask_raw(s, peer, "POST /api/v1/cases", bare.p, S(FILE_ONE)), 403, "csrf");
    assert_code(s, ask(nobody, "POST /api/v1/cases", "{\"flow\":7}", NULL), 403, "denied");
    assert_code(s, ask(member, "POST /api/v1/cases", "{\"flow\":\"chore\",\"x\":1}", NULL), 422,
                "invalid");
    assert_code(s, ask(member, "GET /api/v1/cases/99", NULL, NULL), 404, "not-found");
    assert_code(s, ask(member, "GET /api/v1/cases/x", NULL, NULL), 404, "not-found");
    assert_code(s, ask(member, "GET /api/v1/cases?limit=0", NULL, NULL), 422, "invalid");
    assert_code(s, ask(member, "GET /api/v1/cases?lim=1", NULL, NULL), 422, "invalid");
    assert_code(s, ask(member, "DELETE /api/v1/cases", NULL, NULL), 405, "method");
    assert_code(
        s, ask_raw(s, peer, "POST /api/v1/session", "Content-Type: text/plain\r\n", S("{}")),
        415, "content-type");
    peer_close(peer);
    sign_off(member);
    sign_off(nobody);
}

static void others_see_nothing_and_the_finder_sees_his_own(void **state)
{
    Site *s = *state;
    Person_ *member = sign_in(s, "member"), *other = sign_in(s, "other");
    int64_t id = id_of(s, ask(member, "POST /api/v1/cases", FILE_ONE, NULL));
    Str get = str_fmt(s->mem, "GET /api/v1/cases/%lld", (long long)id);
    assert_status(ask(member, get.p, NULL, NULL), 200);
    assert_code(s, ask(other, get.p, NULL, NULL), 404, "not-found");
    assert_string_equal(ask(other, "GET /api/v1/cases/count", NULL, NULL)->body,
                        "{\"count\":0}");
    Str move = str_fmt(s->mem, "POST /api/v1/cases/%lld/moves/tell", (long long)id);
    assert_code(s, ask(other, move.p, "{\"version\":1}", NULL), 404, "not-found");
    assert_code(s, ask(member, move.p, "{\"version\":1}", NULL), 403, "denied");
    sign_off(member);
    sign_off(other);
}

/* "fields.a:required b:unknown" of a 422. */
static Str faults_told(Site *s, Reply *r)
{
    Buf b = BUF(s->mem);
    assert_status(r, 422);
    const Json *list = json_get(reply_json(s, r), "errors");
    for (size_t i = 0; i < json_count(list); i++)
        buf_fmt(&b, "%s%.*s:%.*s", i ? " " : "", STR(json_member(json_at(list, i), "field")),
                STR(json_member(json_at(list, i), "code")));
    return buf_str(&b);
}

static void the_row_of_a_route_refuses_with_what_the_noun_finds(void **state)
{
    Site *s = *state;
    Person_ *member = sign_in(s, "member"), *officer = sign_in(s, "officer");
    Reply *r = ask(member, "POST /api/v1/cases",
                   "{\"flow\":\"chore\",\"subject\":\"?\",\"x\":1,\"fields\":{\"y\":1,\"sort\":"
                   "\"dust\",\"text\":\"a\"},\"place\":{\"lon\":109.005,\"lat\":34.305}}",
                   NULL);
    assert_str(faults_told(s, r), "fields.y:unknown subject:type x:unknown");
    r = ask(member, "POST /api/v1/cases", "{\"move\":7,\"x\":1}", NULL);
    assert_str(faults_told(s, r), "flow:required move:type x:unknown");
    int64_t id = id_of(s, ask(member, "POST /api/v1/cases", FILE_ONE, NULL));
    Str move = str_fmt(s->mem, "POST /api/v1/cases/%lld/moves/tell", (long long)id);
    r = ask(officer, move.p, "{\"fields\":{\"weight\":\"light\"}}", NULL);
    assert_str(faults_told(s, r), "version:required");
    r = ask(officer, move.p, "{\"version\":1,\"fields\":{\"weight\":\"?\"},\"for\":\"?\"}",
            NULL);
    assert_str(faults_told(s, r), "fields.weight:choice for:type");
    assert_code(s, ask(officer, move.p, "{\"version\":7,\"x\":1}", NULL), 409, "stale");
    assert_code(s, ask(member, move.p, "{\"x\":1}", NULL), 403, "denied");
    r = ask(officer, str_fmt(s->mem, "GET /api/v1/cases/%lld", (long long)id).p, NULL, NULL);
    assert_int_equal(json_integer(json_get(reply_json(s, r), "version")), 1);
    sign_off(member);
    sign_off(officer);
}

static void a_session_ends_when_it_is_signed_out(void **state)
{
    Site *s = *state;
    Person_ *member = sign_in(s, "member");
    Reply *r = ask(member, "GET /api/v1/me", NULL, NULL);
    assert_status(r, 200);
    const Json *me = reply_json(s, r);
    assert_str(json_member(json_get(me, "person"), "name"), "王一");
    assert_int_equal(json_count(json_get(me, "seats")), 1);
    assert_str(json_member(json_at(json_get(me, "areas"), 0), "code"), "610179400001001");
    r = ask(member, "DELETE /api/v1/session", NULL, NULL);
    assert_status(r, 200);
    assert_non_null(strstr(reply_header(r, "set-cookie"), "Max-Age=0"));
    assert_code(s, ask(member, "GET /api/v1/me", NULL, NULL), 401, "no-session");
    sign_off(member);
}

static void wrong_passwords_lock_the_name(void **state)
{
    Site *s = *state;
    Peer *peer = peer_open(web_port(s->web));
    Reply *r = NULL;
    for (int i = 0; i < 6; i++)
        r = ask_raw(s, peer, "POST /api/v1/session", "Content-Type: application/json\r\n",
                    S("{\"name\":\"chief\",\"password\":\"wrong\"}"));
    assert_code(s, r, 429, "locked");
    assert_string_equal(reply_header(r, "retry-after"), "1800");
    peer_close(peer);
}

static void many_moves_go_in_one_request(void **state)
{
    Site *s = *state;
    Person_ *member = sign_in(s, "member"), *officer = sign_in(s, "officer");
    int64_t a = id_of(s, ask(member, "POST /api/v1/cases", FILE_ONE, NULL));
    int64_t b = id_of(s, ask(member, "POST /api/v1/cases", FILE_ONE, NULL));
    Str body = str_fmt(s->mem,
                       "{\"items\":[{\"key\":\"b1\",\"id\":%lld,\"move\":\"tell\",\"version\":"
                       "1,\"fields\":{\"weight\":\"light\"}},"
                       "{\"key\":\"b2\",\"id\":%lld,\"move\":\"tell\",\"version\":9,\"fields\":"
                       "{\"weight\":\"light\"}},"
                       "{\"key\":\"\",\"id\":1,\"move\":\"tell\",\"version\":1},{\"key\":"
                       "\"b3\",\"id\":5,\"move\":\"tell\",\"version\":1},7]}",
                       (long long)a, (long long)b);
    for (int again = 0; again < 2; again++) {
        Reply *r = ask(officer, "POST /api/v1/batch", body.p, NULL);
        assert_status(r, 200);
        const Json *items = json_get(reply_json(s, r), "items");
        static const int statuses[] = {200, 409, 400, 404, 400};
        assert_int_equal(json_count(items), countof(statuses));
        for (size_t i = 0; i < countof(statuses); i++)
            assert_int_equal(json_integer(json_get(json_at(items, i), "status")), statuses[i]);
        const Json *first = json_get(json_at(items, 0), "case");
        assert_int_equal(json_integer(json_get(first, "version")), 2);
    }
    assert_code(s, ask(officer, "POST /api/v1/batch", "{\"items\":[]}", NULL), 422, "invalid");
    sign_off(member);
    sign_off(officer);
}

/* ---- streams ---- */

static Peer *listen_to(Person_ *p, const char *last)
{
    Peer *peer = peer_open(web_port(p->site->web));
    Str text =
        str_fmt(p->site->mem, "GET /api/v1/events HTTP/1.1\r\nHost: h\r\nCookie: %s\r\n%s\r\n",
                p->cookie, last ? last : "");
    peer_say(peer, text.p);
    return peer;
}

/* Waits until it was said. */
static void hears(Peer *peer, const char *text)
{
    while (peer->in[peer->n] = 0, !strstr(peer->in, text))
        if (peer_hear(peer) != 1) fail_msg("closed without %s: %s", text, peer->in);
}

static void who_may_see_hears_of_it(void **state)
{
    Site *s = *state;
    Person_ *member = sign_in(s, "member"), *officer = sign_in(s, "officer"),
            *other = sign_in(s, "other");
    Peer *one = listen_to(officer, NULL), *two = listen_to(other, NULL);
    hears(one, "event: hello");
    hears(two, "event: hello");
    int64_t id = id_of(s, ask(member, "POST /api/v1/cases", FILE_ONE, NULL));
    Str said = str_fmt(s->mem, "\"kind\":\"case\",\"id\":%lld,\"version\":1}", (long long)id);
    hears(one, said.p);
    /* what both hear comes after it, so that the silence before it is proven */
    ask(officer,
        str_fmt(s->mem, "POST /api/v1/persons/%lld/absences", (long long)s->play->w->li).p,
        "{\"reason\":\"leave\"}", NULL);
    hears(two, "event: epoch");
    assert_null(strstr(two->in, "event: case"));
    peer_close(one);
    peer_close(two);
    sign_off(member);
    sign_off(officer);
    sign_off(other);
}

static void what_was_missed_is_told_after_a_gap(void **state)
{
    Site *s = *state;
    Person_ *member = sign_in(s, "member"), *officer = sign_in(s, "officer");
    Peer *before = listen_to(officer, NULL);
    hears(before, "event: hello");
    const char *id_line = strstr(before->in, "id: ");
    Str last = str_fmt(s->mem, "Last-Event-ID: %.*s\r\n", (int)strcspn(id_line + 4, "\n"),
                       id_line + 4);
    peer_close(before);
    int64_t id = id_of(s, ask(member, "POST /api/v1/cases", FILE_ONE, NULL));
    Str said = str_fmt(s->mem, "\"id\":%lld,\"version\":1}", (long long)id);
    Peer *after = listen_to(officer, last.p);
    hears(after, "event: hello");
    assert_non_null(strstr(after->in, said.p));
    peer_close(after);
    Peer *lost = listen_to(officer, "Last-Event-ID: 999999\r\n");
    hears(lost, "event: reset");
    peer_close(lost);
    sign_off(member);
    sign_off(officer);
}

static void a_stream_ends_with_its_session(void **state)
{
    Site *s = *state;
    Person_ *member = sign_in(s, "member");
    Peer *peer = listen_to(member, NULL);
    hears(peer, "event: hello");
    assert_status(ask(member, "DELETE /api/v1/session", NULL, NULL), 200);
    while (peer_hear(peer) == 1)
        ;
    peer_close(peer);
    sign_off(member);
}

/* Nobody waits for a quiet moment to look whose session is over. */
static void a_stream_ends_with_its_session_while_others_work(void **state)
{
    Site *s = *state;
    Person_ *member = sign_in(s, "member"), *officer = sign_in(s, "officer");
    Peer *peer = listen_to(officer, NULL);
    hears(peer, "event: hello");
    assert_ok(sessions_end(s->sessions, S("officer")));
    bool open = true;
    for (int i = 0; i < 3000 && open; i++) {
        assert_status(ask(member, "POST /api/v1/cases", FILE_ONE, NULL), 201);
        open = peer_hear(peer) == 1;
        peer->n = 0;
    }
    assert_false(open);
    peer_close(peer);
    sign_off(member);
    sign_off(officer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(it_says_that_it_is_ready, setup_site, teardown_site),
        cmocka_unit_test_setup_teardown(a_filing_is_answered_once_it_is_on_disk, setup_site,
                                        teardown_site),
        cmocka_unit_test_setup_teardown(the_same_key_has_one_effect, setup_site, teardown_site),
        cmocka_unit_test_setup_teardown(refusals_come_in_the_order_of_the_contract, setup_site,
                                        teardown_site),
        cmocka_unit_test_setup_teardown(others_see_nothing_and_the_finder_sees_his_own,
                                        setup_site, teardown_site),
        cmocka_unit_test_setup_teardown(the_row_of_a_route_refuses_with_what_the_noun_finds,
                                        setup_site, teardown_site),
        cmocka_unit_test_setup_teardown(a_session_ends_when_it_is_signed_out, setup_site,
                                        teardown_site),
        cmocka_unit_test_setup_teardown(wrong_passwords_lock_the_name, setup_site,
                                        teardown_site),
        cmocka_unit_test_setup_teardown(many_moves_go_in_one_request, setup_site,
                                        teardown_site),
        cmocka_unit_test_setup_teardown(who_may_see_hears_of_it, setup_site, teardown_site),
        cmocka_unit_test_setup_teardown(what_was_missed_is_told_after_a_gap, setup_site,
                                        teardown_site),
        cmocka_unit_test_setup_teardown(a_stream_ends_with_its_session, setup_site,
                                        teardown_site),
        cmocka_unit_test_setup_teardown(a_stream_ends_with_its_session_while_others_work,
                                        setup_site, teardown_site),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
