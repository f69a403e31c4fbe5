/* SPDX-License-Identifier: Apache-2.0 */
/* site.h: the world of tests/case behind a server on a free port, and people who speak HTTP
 * with it. */
#ifndef TESTS_WEB_SITE_H
#define TESTS_WEB_SITE_H

#define PLAY_MORE_TABLES                                                                       \
    &account_table, &session_table, &security_table, &vault_table, &subject_table,             \
        &proposal_table,

#include "grid/session.h"
#include "store/blobs.h"
#include "subject/proposal.h"

#define Call WorldCall /* world.h has one of its own */
#include "case/play.h"
#undef Call

#include "peer.h"
#include "web/web.h"

#define SECRET "Correct-horse-7"

typedef struct {
    Play *play;
    Arena *mem;
    Sessions *sessions;
    Wall wall;
    Vault *vault;
    Subjects *subjects;
    char folder[40];
    Web *web;
    int keys;
} Site;

/* Somebody who is signed in. */
typedef struct {
    Site *site;
    Peer *peer;
    char cookie[128], csrf[64];
} Person_;

static inline const Err *site_clock(void *context, Instant to)
{
    Site *s = context;
    return sweep_until(s->play->sweep, to, play_set, s->play);
}

static inline void site_account(Site *s, const char *login, int64_t person)
{
    Keeper keeper = {.by = NIL, .now = time_wall()};
    assert_ok(account_open(ledger_lane(s->play->w->h->ledger), s->mem, str(login), person,
                           S(SECRET), false, &keeper));
}

/* The subject that the world's seats speak of, as a row. */
static const Err *site_subject(Act *act, void *context)
{
    (void)context;
    Subject s = {.id = SUBJECT,
                 .name = S("老刘家具加工部"),
                 .kind = S("workshop"),
                 .status = S("open"),
                 .source = S("test"),
                 .uscc_reason = S("none"),
                 .matters = S("[\"fire\"]")};
    for (size_t i = STATE_COLUMN_COUNT; i < subject_table.count; i++) {
        Value none = VALUE_NULL;
        if (kind_is_number(subject_table.columns[i].kind))
            column_set(&subject_table.columns[i], &s, &none);
    }
    s.key = 0;
    s.seen = act->now;
    while (act_id(act) < SUBJECT) /* so that the region has given its id */
        ;
    row_put(act, &subject_table, &s);
    return NULL;
}

static inline Site *site_open(void)
{
    Site *s = calloc(1, sizeof *s);
    s->play = play_open();
    s->mem = s->play->mem;
    World *w = s->play->w;
    play_publish_file(s->play, CODES_KIND, "chore-kind");
    play_publish_file(s->play, CODES_KIND, "matter");
    play_publish_file(s->play, CODES_KIND, "document");
    play_publish_file(s->play, FLOW_KIND, "chore");
    play_publish_file(s->play, FLOW_KIND, "round");
    Lane *lane = ledger_lane(w->h->ledger);
    assert_ok(sessions_open(s->mem, lane, POLICY_DEFAULT, &s->sessions));
    snprintf(s->folder, sizeof s->folder, "%s.files", w->h->path);
    assert_ok(vault_open(s->mem, lane, str(s->folder), &s->vault));
    SubjectsSpec spec = {w->h->ledger, s->play->defs, w->grounds};
    assert_ok(subjects_open(&spec, &s->subjects));
    ActJob job = {.mem = s->mem,
                  .spec = {.region = REGION,
                           .seat = NIL,
                           .for_person = NIL,
                           .verb = S("test"),
                           .client = NIL},
                  .decide = site_subject};
    assert_ok(ledger_call(w->h->ledger, &job));
    site_account(s, "member", w->wang);
    site_account(s, "officer", w->li);
    site_account(s, "chief", w->zhou);
    site_account(s, "other", s->play->zheng);
    site_account(s, "nobody", s->play->feng);
    wall_start(&s->wall, INT64_MIN);
    WebConf conf = {.ledger = w->h->ledger,
                    .grounds = w->grounds,
                    .defs = s->play->defs,
                    .sessions = s->sessions,
                    .wall = &s->wall,
                    .vault = s->vault,
                    .work = s->play->work,
                    .subjects = s->subjects,
                    .set_clock = site_clock,
                    .clock_context = s,
                    .look_ms = 300};
    HttpConf http = http_conf();
    http.listen = S("127.0.0.1:0");
    assert_ok(web_start(s->mem, &conf, &http, &s->web));
    return s;
}

static inline void site_close(Site *s)
{
    web_stop(s->web);
    Play *p = s->play;
    play_check(p);
    sweep_close(p->sweep);
    house_stop(p->w->h);
    subjects_close(s->subjects);
    vault_close(s->vault);
    sessions_close(s->sessions);
    Str remove = str_fmt(s->mem, "rm -rf %s %s %s-wal %s-shm", s->folder, p->w->h->path,
                         p->w->h->path, p->w->h->path);
    work_close(p->work);
    defs_close(p->defs);
    grounds_close(p->w->grounds);
    store_close(p->w->h->store);
    assert_int_equal(system(remove.p), 0);
    arena_free(p->mem);
    free(p->w->h);
    free(p->w);
    free(p);
    free(s);
}

/* Sends one request as it is; head ends each of its lines with \r\n. */
static inline Reply *ask_raw(Site *s, Peer *peer, const char *line, const char *head, Str body)
{
    Str text = str_fmt(
        s->mem,
        "%s HTTP/1.1\r\nHost: h\r\nAccept-Language: en\r\n%sContent-Length: %zu\r\n\r\n", line,
        head, body.n);
    assert_true(peer_try(peer, text.p, text.n));
    assert_true(peer_try(peer, body.p, body.n));
    return peer_reply(peer);
}

static inline const Json *reply_json(Site *s, const Reply *r)
{
    const Json *tree;
    const Err *e = json_read(s->mem, (Str){r->body, r->body_n}, &tree);
    if (e) fail_msg("no JSON: %.*s", (int)r->body_n, r->body);
    return tree;
}

static inline Person_ *sign_in(Site *s, const char *name)
{
    Person_ *p = arena_make(s->mem, Person_);
    p->site = s;
    p->peer = peer_open(web_port(s->web));
    Str body = str_fmt(s->mem, "{\"name\":\"%s\",\"password\":\"" SECRET "\"}", name);
    Reply *r =
        ask_raw(s, p->peer, "POST /api/v1/session", "Content-Type: application/json\r\n", body);
    if (r->status != 200) fail_msg("%s cannot sign in: %d %s", name, r->status, r->body);
    const char *cookie = reply_header(r, "set-cookie");
    snprintf(p->cookie, sizeof p->cookie, "%.*s", (int)strcspn(cookie, ";"), cookie);
    snprintf(p->csrf, sizeof p->csrf, "%.*s", STR(json_member(reply_json(s, r), "csrf")));
    return p;
}

static inline void sign_off(Person_ *p)
{
    peer_close(p->peer);
}

/* method and path in one; key NULL: a new one; body NULL: none. */
static inline Reply *ask(Person_ *p, const char *line, const char *body, const char *key)
{
    Site *s = p->site;
    Str made = key ? str(key) : str_fmt(s->mem, "key-%d", ++s->keys);
    Str head = str_fmt(s->mem, "Cookie: %s\r\nX-CSRF-Token: %s\r\nIdempotency-Key: %.*s\r\n%s",
                       p->cookie, p->csrf, STR(made),
                       body ? "Content-Type: application/json\r\n" : "");
    return ask_raw(s, p->peer, line, head.p, body ? str(body) : S(""));
}

#define assert_status(reply, expected)                                                         \
    do {                                                                                       \
        const Reply *assert_r = (reply);                                                       \
        if (assert_r->status != (expected))                                                    \
            fail_msg("%d, not %d: %.*s", assert_r->status, (expected), (int)assert_r->body_n,  \
                     assert_r->body);                                                          \
    } while (0)

static inline void assert_code(Site *s, const Reply *r, int status, const char *code)
{
    assert_status(r, status);
    assert_string_equal(reply_header(r, "content-type"),
                        "application/problem+json; charset=utf-8");
    assert_str(json_member(reply_json(s, r), "code"), code);
}

#endif
