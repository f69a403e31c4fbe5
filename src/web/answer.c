/* SPDX-License-Identifier: Apache-2.0 */
/*
 * answer.c: the life of a request, in the order in which it may be refused: 401, 400, then what
 * the handler finds (404, 403, 409, 422). Reads run on http's thread in a snapshot; acts go to
 * the lane and are answered after their commit; slow things go to the pool. Only this file opens
 * or closes any of them.
 */
#include <pthread.h>

#include "base/crypt.h"
#include "base/log.h"
#include "base/time.h"
#include "web/events.h"
#include "web/web.h"

const Err WEB_NO_ROUTE = {ERR_MISSING, "no-route", "没有这个地址:{0}", "There is nothing at {0}", {{0}}, {0}, NULL};
const Err WEB_METHOD = {ERR_METHOD, "method", "这个地址不支持该方法,可用:{0}", "This address answers only {0}", {{0}}, {0}, NULL};
const Err WEB_LOGIN = {ERR_LOGIN, "sign-in", "请先登录", "Please sign in", {{0}}, {0}, NULL};
const Err WEB_CSRF = {ERR_DENIED, "csrf", "缺少或不符的 X-CSRF-Token,请刷新页面", "X-CSRF-Token is missing or wrong, reload the page",
                      {{0}}, {0}, NULL};
const Err WEB_KEY_MISSING = {ERR_BAD, "key-missing", "缺少 Idempotency-Key 头", "The Idempotency-Key header is missing", {{0}}, {0}, NULL};
const Err WEB_KEY_BAD = {ERR_BAD, "key-bad", "Idempotency-Key 应为 1–128 个可打印 ASCII 字符",
                         "Idempotency-Key takes 1 to 128 printable ASCII characters", {{0}}, {0}, NULL};
const Err WEB_BODY = {ERR_BAD, "body", "请求正文应为 JSON 对象", "The body must be a JSON object", {{0}}, {0}, NULL};
const Err WEB_ID = {ERR_MISSING, "not-found", "没有找到,或您无权查看", "Not found, or not visible to you", {{0}}, {0}, NULL};
const Err WEB_QUERY = {ERR_BAD, "query", "查询参数 {0} 有误:{1}", "Query parameter {0}: {1}", {{0}}, {0}, NULL};

#define READERS_MOST 64

struct Web {
    WebConf conf;
    Http *http;
    Pool *pool;
    Events *events;
    pthread_mutex_t lock; /* guards readers */
    Db *readers[READERS_MOST];
    size_t reader_count;
};

const WebConf *web_conf(const Web *web)
{
    return &web->conf;
}

Events *web_events(const Web *web)
{
    return web->events;
}

Http *web_http(const Web *web)
{
    return web->http;
}

int web_port(const Web *web)
{
    return http_port(web->http);
}

/* ---- the answer ---- */

static void call_end(Call *call, int status, Str type, Str body)
{
    if (call->ground) ground_unpin(call->ground);
    call->ground = NULL;
    HttpPair *headers = arena_array(call->mem, HttpPair, call->header_count + 3);
    size_t n = 0;
    headers[n++] = (HttpPair){S("Content-Type"), type};
    headers[n++] = (HttpPair){S("Cache-Control"), S("no-store")};
    headers[n++] = (HttpPair){S("X-Content-Type-Options"), S("nosniff")};
    for (size_t i = 0; i < call->header_count; i++)
        headers[n++] = call->headers[i];
    http_answer(call->request, status, headers, n, body);
}

const Err CALL_SENT = {ERR_BROKEN, "sent", "", "", {{0}}, {0}, NULL};

const Err *call_send(Call *call, int status, Str type, Str body)
{
    call_end(call, status, type, body);
    return &CALL_SENT;
}

static void call_refuse(Call *call, const Err *e)
{
    Buf b = BUF(call->mem);
    JsonOut w = JSON_OUT(&b);
    problem_json(e, call->lang, &w);
    if (e->kind == ERR_BUSY || e->kind == ERR_RATE) call_header(call, S("Retry-After"), S("1"));
    if (e->kind == ERR_METHOD) call_header(call, S("Allow"), e->args[0]);
    if (e->kind == ERR_BROKEN) log_error("route=\"%s %s\" code=%s", call->route ? call->route->method : "-",
                                         call->route ? call->route->path : "-", e->code);
    call_end(call, problem_status(e), S("application/problem+json; charset=utf-8"), buf_str(&b));
}

/* After CALL_SENT the call is no longer there to be read. */
static void call_finish(Call *call, const Err *e)
{
    if (e == &CALL_SENT) return;
    if (e)
        call_refuse(call, e);
    else
        call_end(call, call->status, S("application/json; charset=utf-8"), buf_str(&call->out));
}

/* ---- what handlers ask ---- */

const Err *call_id(const Call *call, size_t param, int64_t *out)
{
    int64_t id;
    if (!str_int(call->params[param], &id) || id <= 0) return &WEB_ID;
    *out = id;
    return NULL;
}

Str call_query(const Call *call, const char *name)
{
    Str v = request_param(call->request, str(name), NULL);
    return v.n ? v : STR_NULL;
}

const Err *call_query_value(const Call *call, const char *name, Value *out)
{
    const Column *c = column_find(call->route->query, call->route->query_count, str(name));
    assert(c);
    Faults faults = {.mem = call->mem};
    if (column_parse(c, call_query(call, name), &call->house, str(name), &faults, out)) return NULL;
    Buf why = BUF(call->mem);
    err_text(faults.first, call->lang, &why);
    return err_make(call->mem, &WEB_QUERY, str(name), buf_str(&why));
}

const Err *call_page(const Call *call, size_t *limit, Str *cursor)
{
    Str text = call_query(call, "limit");
    int64_t n = 50;
    if (text.p && (!str_int(text, &n) || n < 1 || n > 200)) return err_make(call->mem, &WEB_QUERY, S("limit"), S("1–200"));
    *limit = (size_t)n;
    *cursor = call_query(call, "cursor");
    return NULL;
}

const Err *call_asof(const Call *call, Instant *out)
{
    Str text = call_query(call, "asof");
    Instant at = call->now;
    if (text.p && instant_parse(text, &at)) return err_make(call->mem, &WEB_QUERY, S("asof"), S("2026-11-22T09:00:00+08:00"));
    *out = at;
    return NULL;
}

void call_header(Call *call, Str name, Str value)
{
    assert(call->header_count < CALL_HEADERS);
    call->headers[call->header_count++] = (HttpPair){name, value};
}

/* ---- refusals before the handler ---- */

static bool is_unsafe(Str method)
{
    return !str_is(method, "GET");
}

static const Err *check_login(Call *call)
{
    call->session = (Session){.person = NIL, .hat = NIL};
    if (call->route->can & CAN_ANYONE) return NULL;
    const WebConf *conf = &call->web->conf;
    Str token = request_cookie(call->request, conf->secure ? S("__Host-gridward") : S("gridward"), NULL);
    if (!token.p || !session_find(conf->sessions, token, time_wall(), call->mem, &call->session)) return &WEB_LOGIN;
    return NULL;
}

static const Err *check_csrf(const Call *call)
{
    if (!is_unsafe(call->request->method) || call->route->can & CAN_ANYONE) return NULL;
    Str sent = request_header(call->request, S("X-CSRF-Token"), NULL);
    return sent.p && bytes_same(sent, call->session.csrf) ? NULL : &WEB_CSRF;
}

static const Err *check_key(Call *call)
{
    if (call->route->tx != TX_WRITE) return NULL;
    size_t n;
    Str key = request_header(call->request, S("Idempotency-Key"), &n);
    if (!key.p) return &WEB_KEY_MISSING;
    if (n != 1 || key.n < 1 || key.n > 128) return &WEB_KEY_BAD;
    for (size_t i = 0; i < key.n; i++)
        if (key.p[i] < 0x20 || key.p[i] > 0x7E) return &WEB_KEY_BAD;
    call->job.spec.key = key;
    return NULL;
}

static const Err *check_body(Call *call)
{
    if (!call->route->body) return NULL;
    json_t *tree;
    const Err *e = json_read(call->mem, call->request->body, &tree);
    if (e) return e;
    if (!json_is_object(tree)) return &WEB_BODY;
    call->body = tree;
    return NULL;
}

static const Err *check_query(const Call *call)
{
    const Request *r = call->request;
    for (size_t i = 0; i < r->query_count; i++) {
        Str name = r->query[i].name;
        size_t n;
        Str value = request_param(r, name, &n);
        (void)value;
        if (!column_find(call->route->query, call->route->query_count, name))
            return err_make(call->mem, &WEB_QUERY, name, call->lang == LANG_EN ? S("unknown") : S("没有这个参数"));
        if (n > 1) return err_make(call->mem, &WEB_QUERY, name, call->lang == LANG_EN ? S("given twice") : S("重复"));
    }
    return NULL;
}

/* ---- who ---- */

static const Err *find_who(Call *call)
{
    const WebConf *conf = &call->web->conf;
    call->now = ledger_clock(conf->ledger);
    if (call->session.person == NIL) return NULL;
    call->ground = ground_pin(conf->grounds, ID_REGION(call->session.person));
    return who_at(call->mem, call->ground, call->session.person, call->now, call->session.hat, &call->who);
}

static const Err *check_can(const Call *call)
{
    unsigned can = call->route->can;
    if (can & (CAN_ANYONE | CAN_SIGN_IN)) return NULL;
    return call->who.can & can ? NULL : &SCOPE_DENIED;
}

static bool code_exists(void *context, Str list, Str code)
{
    const Call *call = context;
    const CodeList *found = defs_get(call->web->conf.defs, CodeList, "codes", list, INT64_MAX);
    return found && code_find(found, code);
}

static bool file_exists(void *context, Str hash)
{
    const Call *call = context;
    return vault_has(call->web->conf.vault, hash);
}

/* ---- running ---- */

static _Thread_local Db *reader;
static _Thread_local const Web *reader_of;

static Db *reader_here(Web *web)
{
    if (reader_of == web) return reader;
    const Err *e = db_open(web->conf.ledger ? ledger_store(web->conf.ledger) : NULL, DB_READ, &reader);
    assert(!e);
    reader_of = web;
    pthread_mutex_lock(&web->lock);
    assert(web->reader_count < READERS_MOST);
    web->readers[web->reader_count++] = reader;
    pthread_mutex_unlock(&web->lock);
    return reader;
}

static const Err *run_in_snapshot(Call *call, Handler handler, Db *db)
{
    call->db = db;
    const Err *e = db_begin(db);
    if (e) return e;
    e = handler(call);
    db_rollback(db);
    return e;
}

static void run_slow(void *context, Db *db)
{
    Call *call = context;
    bool again = call->route->tx == TX_WRITE;
    call->status = 200;
    call_finish(call, run_in_snapshot(call, again ? call->route->again : call->route->handler, db));
}

/* On the lane's thread: the ground may have changed since the request came in. */
static const Err *decide(Act *act, void *context)
{
    Call *call = context;
    const Ground *now = ground_pin(call->web->conf.grounds, act->spec.region);
    const Ground *before = call->ground;
    call->ground = now;
    ground_unpin(before);
    call->now = act->now;
    const Err *e = who_at(call->mem, now, call->session.person, act->now, call->session.hat, &call->who);
    if (!e) e = check_can(call);
    if (e) return e;
    call->act = act;
    call->db = act->db;
    act->in = call->body ? json_sorted(call->mem, call->body) : STR_NULL;
    return call->route->handler(call);
}

static void decided(ActJob *job, const Err *e)
{
    Call *call = job->context;
    if (!e && job->replayed) {
        call->act = NULL;
        if (!pool_run(call->web->pool, run_slow, call)) call_finish(call, &STORE_BUSY);
        return;
    }
    call_finish(call, e);
}

/* What the same key must come with again: method, path and body. */
static Str fingerprint(const Call *call)
{
    unsigned char hash[SHA256_SIZE];
    Sha *sha = sha_new(call->mem);
    sha_add(sha, call->request->method);
    sha_add(sha, S(" "));
    sha_add(sha, call->request->path);
    sha_add(sha, S("\n"));
    sha_add(sha, call->request->body);
    sha_end(sha, hash);
    Buf b = BUF(call->mem);
    buf_hex(&b, hash, 16);
    return buf_str(&b);
}

static void run_act(Call *call)
{
    ActJob *job = &call->job;
    Str key = job->spec.key;
    Instant client = NIL;
    Str client_text = request_header(call->request, S("X-Client-Time"), NULL);
    if (client_text.p && instant_parse(client_text, &client)) client = NIL;
    job->spec = (ActSpec){.region = ID_REGION(call->session.person),
                          .actor = call->session.person,
                          .seat = NIL,
                          .for_person = NIL,
                          .verb = str(call->route->path),
                          .key = key,
                          .sum = fingerprint(call),
                          .client = client};
    job->mem = call->mem;
    job->decide = decide;
    job->done = decided;
    job->context = call;
    job->lane.alone = call->route->can & (CAN_AREAS | CAN_SEATS | CAN_DEPARTMENTS | CAN_PERSONS | CAN_DEFINE);
    if (!ledger_submit(call->web->conf.ledger, job)) call_finish(call, &STORE_BUSY);
}

static const Err *prepare(Call *call)
{
    const Err *e = check_login(call);
    if (!e) e = check_key(call);
    if (!e) e = check_body(call);
    if (!e) e = check_query(call);
    if (!e) e = check_csrf(call);
    if (!e) e = find_who(call);
    return e ? e : check_can(call);
}

static Call *call_new(Web *web, Request *request)
{
    Call *call = arena_make(request->mem, Call);
    call->web = web;
    call->request = request;
    call->mem = request->mem;
    call->lang = lang_of(request_header(request, S("Accept-Language"), NULL));
    call->status = 200;
    call->out = BUF(call->mem);
    call->json = JSON_OUT(&call->out);
    call->house = (Lookup){.context = call, .code = code_exists, .file = file_exists};
    return call;
}

static void handle(void *context, Request *request)
{
    Call *call = call_new(context, request);
    const Err *e = route_find(request->method, request->path, &call->route, call->params);
    if (e) e = err_make(call->mem, e, e->args[0].p ? e->args[0] : request->path, STR_NULL);
    if (!e) e = prepare(call);
    if (e) {
        call_finish(call, e);
        return;
    }
    switch (call->route->tx) {
    case TX_NONE: call_finish(call, call->route->handler(call)); return;
    case TX_READ: call_finish(call, run_in_snapshot(call, call->route->handler, reader_here(call->web))); return;
    case TX_WRITE: run_act(call); return;
    case TX_SLOW:
        if (!pool_run(call->web->pool, run_slow, call)) call_finish(call, &STORE_BUSY);
        return;
    }
}

static size_t body_limit(void *context, Request *request)
{
    (void)context;
    return str_is(request->path, "/api/v1/files") ? 20u << 20 : 64u << 10;
}

static Str refuse(void *context, Arena *mem, int status, const Err *why, Str language, Str *out_type)
{
    (void)context;
    (void)status;
    Buf b = BUF(mem);
    JsonOut w = JSON_OUT(&b);
    problem_json(why, lang_of(language), &w);
    *out_type = S("application/problem+json; charset=utf-8");
    return buf_str(&b);
}

const Err *web_start(const WebConf *conf, const HttpConf *http, Web **out)
{
    Web *web = calloc(1, sizeof *web);
    assert(web);
    web->conf = *conf;
    pthread_mutex_init(&web->lock, NULL);
    web->pool = pool_start(ledger_store(conf->ledger), 2, 256);
    web->events = events_start(web);
    HttpHandler handler = {body_limit, handle, refuse};
    const Err *e = http_start(http, &handler, web, &web->http);
    if (e) {
        web_stop(web);
        return e;
    }
    *out = web;
    return NULL;
}

void web_stop(Web *web)
{
    if (!web) return;
    if (web->events) events_stop(web->events);
    if (web->http) http_stop(web->http);
    pool_stop(web->pool);
    for (size_t i = 0; i < web->reader_count; i++)
        db_close(web->readers[i]);
    pthread_mutex_destroy(&web->lock);
    free(web);
}
