/* SPDX-License-Identifier: Apache-2.0 */
/*
 * answer.c: the life of a request, in the order in which it may be refused: 401, 400, 404, 403,
 * then what the handler finds (404, 403, 409, 422). Reads run on http's thread in a snapshot;
 * acts go to the lane and are answered after their commit; slow things go to the pool. Only
 * this file opens or closes any of them.
 */
#include <stdatomic.h>

#include "base/crypt.h"
#include "base/log.h"
#include "base/time.h"
#include "web/events.h"

/* clang-format off */
const Err WEB_LOGIN = ERROR(ERR_LOGIN, "sign-in", "请先登录", "Please sign in");
const Err WEB_CSRF = ERROR(ERR_DENIED, "csrf", "缺少 X-CSRF-Token 或与会话不符,请刷新页面", "X-CSRF-Token is missing or not this session's, reload the page");
const Err WEB_CHANGE = ERROR(ERR_DENIED, "must-change", "请先修改密码", "Change the password first");
const Err WEB_KEY_MISSING = ERROR(ERR_BAD, "key-missing", "缺少 Idempotency-Key 头", "The Idempotency-Key header is missing");
const Err WEB_KEY_BAD = ERROR(ERR_BAD, "key-bad", "Idempotency-Key 应为 1–128 个可打印 ASCII 字符", "Idempotency-Key takes 1 to 128 printable ASCII characters");
const Err WEB_HEADER = ERROR(ERR_BAD, "bad-header", "请求头 {0} 有误", "The header {0} is not well-formed");
const Err WEB_CODING = ERROR(ERR_MEDIA, "content-coding", "不接受 {0} 编码的正文", "A body coded as {0} is not taken");
const Err WEB_BODY = ERROR(ERR_BAD, "body", "请求正文应为 JSON 对象", "The body must be a JSON object");
const Err WEB_VALUES = ERROR(ERR_LARGE, "too-many-values", "请求正文中的值不能超过 50000 个", "The body holds more than 50,000 values");
const Err WEB_TYPE = ERROR(ERR_MEDIA, "content-type", "正文类型应为 application/json,不是 {0}", "The body must be application/json, not {0}");
const Err WEB_BUSY = ERROR(ERR_BUSY, "busy", "系统繁忙,请稍后再试", "Busy, try again shortly");
const Err CALL_SENT = ERROR(ERR_BROKEN, "sent", "", "");
/* clang-format on */

#define POOL_THREADS 4
#define POOL_QUEUE   256
#define JSON_MOST    ((size_t)64 << 10)
#define VALUES_MOST  50000

struct Web {
    WebConf conf;
    Http *http;
    Pool *pool;
    Events *events;
    GroundHooks hooks;
    _Atomic int64_t numbers;
    Db **readers; /* one for each thread of http, opened at the start */
    size_t reader_count;
    _Atomic size_t readers_taken;
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

const GroundHooks *web_hooks(const Web *web)
{
    return &web->hooks;
}

int web_port(const Web *web)
{
    return http_port(web->http);
}

/*
 * What this thread reads with. While nothing is written, one snapshot serves many requests, for
 * beginning one costs as much as reading a case; but no longer than SNAPSHOT_MS, for another
 * process may write too. While there is writing each request has its own: snapshots one behind
 * the other would never let the write-ahead log begin anew.
 */
#define SNAPSHOT_MS 20
#define CALM_MS     100

static _Thread_local Db *reader;
static _Thread_local const Web *reader_of;
static _Thread_local struct {
    bool open;
    uint64_t commits;
    Instant began, calm; /* calm: from when on, if nothing is committed before */
} snapshot;

static void snapshot_end(void)
{
    if (!snapshot.open) return;
    db_rollback(reader);
    snapshot.open = false;
}

static void rest(void *context)
{
    if (reader_of == context) snapshot_end();
}

static const Err *snapshot_begin(Instant now)
{
    if (snapshot.open) return NULL;
    snapshot.began = now;
    const Err *e = db_begin(reader);
    snapshot.open = !e;
    http_want_rest();
    return e;
}

/* Ends a snapshot that has been overtaken. */
static void snapshot_check(const Web *web, Instant now)
{
    uint64_t commits = lane_commits(ledger_lane(web->conf.ledger));
    if (snapshot.commits != commits) {
        snapshot_end();
        snapshot.commits = commits;
        snapshot.calm = now + CALM_MS;
    } else if (now - snapshot.began >= SNAPSHOT_MS || now < snapshot.began)
        snapshot_end();
}

Db *web_reader(Web *web)
{
    if (reader_of == web) {
        snapshot_check(web, time_wall());
        return reader;
    }
    snapshot.open = false;
    snapshot.commits = 0;
    snapshot.calm = time_wall() + CALM_MS;
    size_t mine = atomic_fetch_add(&web->readers_taken, 1);
    assert(mine < web->reader_count);
    reader = web->readers[mine];
    reader_of = web;
    return reader;
}

/* Before anybody may come: when descriptors are scarce, nothing is opened for a request. */
static const Err *readers_open(Arena *mem, Web *web, size_t threads)
{
    web->readers = arena_array(mem, Db *, threads);
    for (size_t i = 0; i < threads; i++) {
        const Err *e = db_open(ledger_store(web->conf.ledger), DB_READ, &web->readers[i]);
        if (e) return e;
        web->reader_count++;
    }
    return NULL;
}

/* ---- the answer ---- */

HttpPair *call_headers(Call *call, size_t more, size_t *out_count)
{
    HttpPair *headers = arena_array(call->mem, HttpPair, call->header_count + 3 + more);
    size_t n = 0;
    headers[n++] = (HttpPair){S("Content-Type"), call->type};
    headers[n++] = (HttpPair){S("Cache-Control"), call->cache};
    headers[n++] = (HttpPair){S("X-Content-Type-Options"), S("nosniff")};
    for (size_t i = 0; i < call->header_count; i++)
        headers[n++] = call->headers[i];
    *out_count = n;
    return headers;
}

static long long logged(int64_t n)
{
    return n == NIL ? -1 : n;
}

/* One line a request: acts and faults always, reads when asked for. */
static void call_log(const Call *call, int status)
{
    const Route *r = call->route;
    bool quiet = status < 500 && (!r || r->tx != TX_WRITE);
    log_line(status >= 500 ? LOG_ERROR
             : quiet       ? LOG_DEBUG
                           : LOG_INFO,
             "req=%lld who=%lld route=\"%s %s\" status=%d ms=%lld no=%lld",
             (long long)call->number, logged(call->session.person), r ? r->method : "-",
             r ? r->path : "-", status, (long long)(time_wall() - call->began),
             logged(call->job.no));
}

void call_let_go(Call *call, int status)
{
    if (call->ground) ground_unpin(call->ground);
    call->ground = NULL;
    call_log(call, status);
}

static void call_end(Call *call, int status)
{
    size_t n;
    HttpPair *headers = call_headers(call, 0, &n);
    call_let_go(call, status);
    http_answer(call->request, status, headers, n, buf_str(&call->out));
}

static Str retry_after(Arena *mem, const Err *e)
{
    int64_t minutes;
    if (e->kind == ERR_BUSY) return S("1");
    if (!e->args[0].p || !str_int(e->args[0], &minutes)) return S("60");
    return str_fmt(mem, "%lld", (long long)minutes * 60);
}

static void call_refuse(Call *call, const Err *e)
{
    call->out = BUF(call->mem);
    call->json = JSON_OUT(&call->out);
    call->header_count = 0;
    call->type = S("application/problem+json; charset=utf-8");
    call->cache = S("no-store");
    problem_json(e, call->lang, &call->json);
    if (e->kind == ERR_BUSY || e->kind == ERR_RATE)
        call_header(call, S("Retry-After"), retry_after(call->mem, e));
    if (e->kind == ERR_METHOD) call_header(call, S("Allow"), e->args[0]);
    if (e->kind == ERR_BROKEN) log_error("req=%lld code=%s", (long long)call->number, e->code);
    call_end(call, problem_status(e));
}

/* After CALL_SENT the call is no longer there to be read. */
static void call_finish(Call *call, const Err *e)
{
    if (e == &CALL_SENT) return;
    if (e)
        call_refuse(call, e);
    else
        call_end(call, call->status);
}

/* ---- refusals before the handler ---- */

static const Err *check_login(Call *call)
{
    if (call->route->can & CAN_ANYONE) return NULL;
    const WebConf *conf = &call->web->conf;
    Str name = conf->secure ? S("__Host-gridward") : S("gridward");
    call->token = request_cookie(call->request, name, NULL);
    if (!call->token.p) return &WEB_LOGIN;
    const Err *e = session_find(conf->sessions, web_reader(call->web), call->mem, call->token,
                                wall_now(conf->wall, NULL), &call->session);
    return e || http_account(call->request, call->session.person) ? e : &HTTP_CROWDED;
}

bool key_is_plain(Str key)
{
    bool fine = key.n >= 1;
    for (size_t i = 0; i < key.n; i++)
        fine = fine && key.p[i] >= 0x20 && key.p[i] <= 0x7E;
    return fine;
}

static const Err *check_key(Call *call)
{
    if (call->route->tx != TX_WRITE) return NULL;
    size_t n;
    Str key = request_header(call->request, S("Idempotency-Key"), &n);
    if (!key.p) return &WEB_KEY_MISSING;
    if (n != 1 || key.n > 128 || !key_is_plain(key)) return &WEB_KEY_BAD;
    call->job.spec.key = key;
    Str client = request_header(call->request, S("X-Client-Time"), &n);
    call->job.spec.client = NIL;
    if (!client.p) return NULL;
    if (n != 1 || instant_parse(client, &call->job.spec.client))
        return err_make(call->mem, &WEB_HEADER, S("X-Client-Time"), STR_NULL);
    return NULL;
}

/* "application/json", with or without parameters; nothing said is taken for it. */
static bool is_json(Str type)
{
    Str name, rest;
    if (!type.p) return true;
    str_cut(type, ';', &name, &rest);
    name = str_trim(name);
    return name.n == 16 && strncasecmp(name.p, "application/json", 16) == 0;
}

/* What is packed is not unpacked: a small body could become a huge one. */
static const Err *check_coding(const Call *call)
{
    size_t n;
    Str coding = request_header(call->request, S("Content-Encoding"), &n);
    if (!coding.p || (n == 1 && coding.n == 8 && strncasecmp(coding.p, "identity", 8) == 0))
        return NULL;
    return err_make(call->mem, &WEB_CODING, coding, STR_NULL);
}

/* A value takes a hundred times the bytes of its text: no body holds more of them than a whole
 * batch needs. Commas inside of texts count, too; a short body cannot hold so many. */
static bool values_many(Str body)
{
    size_t n = 0;
    if (body.n <= 2 * VALUES_MOST) return false;
    for (size_t i = 0; i < body.n && n <= VALUES_MOST; i++)
        n += body.p[i] == ',' || body.p[i] == '[' || body.p[i] == '{';
    return n > VALUES_MOST;
}

static const Err *check_body(Call *call)
{
    if (!call->route->body && !call->route->raw) return NULL;
    const Err *bad = check_coding(call);
    if (bad || call->route->raw) return bad;
    size_t n;
    Str type = request_header(call->request, S("Content-Type"), &n);
    if (n > 1) return err_make(call->mem, &WEB_HEADER, S("Content-Type"), STR_NULL);
    if (!is_json(type)) return err_make(call->mem, &WEB_TYPE, type, STR_NULL);
    if (values_many(call->request->body)) return &WEB_VALUES;
    const Json *tree;
    const Err *e = json_read(call->mem, call->request->body, &tree);
    if (e) return e;
    if (!json_is_object(tree)) return &WEB_BODY;
    call->body = tree;
    return NULL;
}

/* A token that only our own pages know; before there is a session, what the browser says of
 * where the request comes from. */
static const Err *check_csrf(const Call *call)
{
    if (str_is(call->request->method, "GET")) return NULL;
    Str site = request_header(call->request, S("Sec-Fetch-Site"), NULL);
    if (str_is(site, "cross-site") || str_is(site, "same-site")) return &WEB_CSRF;
    if (call->route->can & CAN_ANYONE) return NULL;
    Str sent = request_header(call->request, S("X-CSRF-Token"), NULL);
    return sent.p && bytes_same(sent, call->session.csrf) ? NULL : &WEB_CSRF;
}

static const Err *check_query(const Call *call)
{
    const Request *r = call->request;
    Faults faults = {.mem = call->mem};
    for (size_t i = 0; i < r->query_count; i++) {
        Str name = r->query[i].name;
        size_t n;
        Str first = request_param(r, name, &n);
        if (!query_column(call->route, name))
            faults_add2(&faults, name, &COLUMN_UNKNOWN, name, STR_NULL);
        else if (n > 1 && first.p != r->query[i].value.p)
            faults_add(&faults, name, &WEB_TWICE);
    }
    call_query_faults(call, &faults);
    return faults_err(&faults);
}

/* A hat that is no longer theirs bars acts, not looking. */
static const Err *find_who(Call *call)
{
    const WebConf *conf = &call->web->conf;
    call->now = ledger_clock(conf->ledger);
    if (call->session.person == NIL) return NULL;
    call->ground = ground_pin(conf->grounds, ID_REGION(call->session.person));
    const Err *e = who_at(call->mem, call->ground, call->session.person, call->now,
                          call->session.hat, &call->who);
    if (!e || call->route->tx == TX_WRITE || !err_is(e, &SCOPE_HAT)) return e;
    call->session.hat = NIL;
    return who_at(call->mem, call->ground, call->session.person, call->now, NIL, &call->who);
}

static const Err *check_can(const Call *call)
{
    unsigned can = call->route->can;
    if (can & (CAN_ANYONE | CAN_SIGN_IN)) return NULL;
    return call->who.can & can ? NULL : &SCOPE_DENIED;
}

static const Err *prepare(Call *call)
{
    const Err *e = check_login(call);
    if (!e) e = check_key(call);
    if (!e) e = check_body(call);
    if (!e) e = check_csrf(call);
    if (!e && call->session.must_change && !call->route->early) e = &WEB_CHANGE;
    if (!e) e = find_who(call);
    if (!e) e = check_can(call);
    if (e) return e;
    call->query_fault = check_query(call);
    call_read_body(call);
    /* What the address itself names may not be there or not be theirs: that is told before what
     * is wrong with the query (design §8). */
    bool names_object = !(call->route->can & CAN_ANYONE) && strchr(call->route->path, '{');
    return names_object ? NULL : call->query_fault;
}

/* ---- running ---- */

/* After CALL_SENT the call is no longer there to be read. */
static const Err *handle_route(Call *call)
{
    const Err *e = call->route->handler(call);
    if (e == &CALL_SENT) return e;
    return call_order(call->mem, call_order(call->mem, e, call->body_fault), call->query_fault);
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
    call->db = db;
    call_finish(call, call->route->whole ? run_in_snapshot(call, handle_route, db)
                                         : handle_route(call));
}

static void run_again(void *context, Db *db)
{
    Call *call = context;
    call->status = 200;
    call->now = ledger_clock(call->web->conf.ledger);
    call_finish(call, run_in_snapshot(call, call->route->again, db));
}

/* On the lane's thread: the ground may have changed since the request came in. */
static const Err *decide(Act *act, void *context)
{
    Call *call = context;
    const Ground *now = ground_pin(call->web->conf.grounds, act->spec.region);
    call->now = act->now;
    const Err *e = NULL;
    if (now == call->ground)
        ground_unpin(now);
    else {
        ground_unpin(call->ground);
        call->ground = now;
        e = who_at(call->mem, now, call->session.person, act->now, call->session.hat,
                   &call->who);
        if (!e) e = check_can(call);
    }
    if (e) return e;
    call->act = act;
    call->db = act->db;
    act->in = call->sorted;
    return handle_route(call);
}

static void decided(ActJob *job, const Err *e)
{
    Call *call = job->context;
    call->act = NULL;
    if (!e && job->replayed) {
        if (!pool_run(call->web->pool, run_again, call)) call_finish(call, &WEB_BUSY);
        return;
    }
    call_finish(call, e);
}

void call_spec(const Call *call, Arena *mem, Str request, Str sorted, ActSpec *spec)
{
    unsigned char hash[SHA256_SIZE];
    Buf b = BUF(mem), hex = BUF(mem);
    buf_add(&b, request);
    buf_char(&b, '\n');
    buf_add(&b, sorted);
    sha256(buf_str(&b), hash);
    buf_hex(&hex, hash, 16);
    spec->sum = buf_str(&hex);
    spec->region = ID_REGION(call->session.person);
    spec->actor = call->session.person;
    spec->seat = spec->for_person = NIL;
}

static void run_act(Call *call)
{
    ActJob *job = &call->job;
    Str method = str_join(call->mem, call->request->method, S(" "));
    if (call->body) call->sorted = json_sorted(call->mem, call->body);
    call_spec(call, call->mem, str_join(call->mem, method, call->request->path), call->sorted,
              &job->spec);
    job->spec.verb = str(call->route->verb);
    job->spec.accepts_clock = call->route->accepts_clock;
    job->mem = call->mem;
    job->brief = true;
    job->decide = decide;
    job->done = decided;
    job->context = call;
    job->lane.alone = call->route->alone;
    if (!ledger_submit(call->web->conf.ledger, job)) call_finish(call, &WEB_BUSY);
}

static bool code_exists(void *context, Str list, Str code)
{
    const Call *call = context;
    const CodeList *found =
        defs_get(call->web->conf.defs, CodeList, CODES_KIND, list, call->now);
    const Code *entry = found ? code_find(found, code) : NULL;
    return entry && !entry->retired;
}

static bool file_exists(void *context, Str hash)
{
    const Call *call = context;
    return vault_has(call->web->conf.vault, hash);
}

static Call *call_new(Web *web, Request *request)
{
    Call *call = arena_make(request->mem, Call);
    call->web = web;
    call->request = request;
    call->mem = request->mem;
    call->lang = lang_of(request_header(request, S("Accept-Language"), NULL));
    call->number = atomic_fetch_add(&web->numbers, 1) + 1;
    call->began = time_wall();
    call->session = (Session){.person = NIL, .hat = NIL};
    call->status = 200;
    call->type = S("application/json; charset=utf-8");
    call->cache = S("no-store");
    call->out = BUF(call->mem);
    call->json = JSON_OUT(&call->out);
    call->house = (Lookup){.context = call, .code = code_exists, .file = file_exists};
    return call;
}

static void run(Call *call)
{
    switch (call->route->tx) {
    case TX_NONE: call_finish(call, handle_route(call)); return;
    case TX_READ: {
        call->db = web_reader(call->web);
        Instant began = call->began;
        const Err *e = snapshot_begin(began);
        call_finish(call, e ? e : handle_route(call));
        if (began < snapshot.calm) snapshot_end();
        return;
    }
    case TX_WRITE: run_act(call); return;
    case TX_SLOW:
        if (!pool_run(call->web->pool, run_slow, call)) call_finish(call, &WEB_BUSY);
        return;
    }
}

/* The call of a request, with its route or why there is none. */
static Call *call_of(Web *web, Request *request)
{
    Call *call = request->user;
    if (call) return call;
    request->user = call = call_new(web, request);
    call->no_route =
        route_find(call->mem, request->method, request->path, &call->route, call->params);
    return call;
}

static void handle(void *context, Request *request)
{
    Call *call = call_of(context, request);
    const Err *e = call->no_route;
    if (!e) e = prepare(call);
    if (e)
        call_finish(call, e);
    else
        run(call);
}

/* Strangers need not send twenty megabytes to be told to sign in. */
static size_t body_limit(void *context, Request *request)
{
    Call *call = call_of(context, request);
    if (call->no_route) return JSON_MOST;
    size_t most = call->route->most ? call->route->most : JSON_MOST;
    if (!call->route->raw) return most;
    const Err *e = check_login(call);
    if (!e) e = check_csrf(call);
    if (!e && call->route->admits) e = call->route->admits(call);
    if (!e) return most;
    call_finish(call, e);
    return 0;
}

static Str refuse(void *context, Arena *mem, int status, const Err *why, Str language,
                  Str *out_type)
{
    (void)context;
    Buf b = BUF(mem);
    JsonOut w = JSON_OUT(&b);
    problem_json_at(why, status, lang_of(language), &w);
    *out_type = S("application/problem+json; charset=utf-8");
    return buf_str(&b);
}

static void answering(void *context, bool begins)
{
    Web *web = context;
    if (begins) {
        http_hold();
        log_hold();
        return;
    }
    http_release(web->http);
    log_release();
}

static void stuck(void *context)
{
    const WebConf *conf = &((Web *)context)->conf;
    if (conf->stuck) conf->stuck(conf->stuck_context);
}

const Err *web_start(Arena *mem, const WebConf *conf, const HttpConf *http, Web **out)
{
    Web *web = arena_make(mem, Web);
    web->conf = *conf;
    web->hooks = work_hooks(conf->work);
    HttpHandler handler = {body_limit, handle, rest, refuse, stuck};
    const Err *e = readers_open(mem, web, (size_t)http->threads);
    if (!e) e = pool_start(ledger_store(conf->ledger), POOL_THREADS, POOL_QUEUE, &web->pool);
    if (!e) e = events_start(mem, conf, &web->events);
    if (!e) e = http_start(http, &handler, web, &web->http);
    if (e) {
        web_stop(web);
        return e;
    }
    ledger_answering(conf->ledger, answering, web);
    *out = web;
    return NULL;
}

void web_stop(Web *web)
{
    if (!web) return;
    if (web->events) events_stop(web->events);
    ledger_answering(web->conf.ledger, NULL, NULL);
    http_stop(web->http);
    pool_stop(web->pool);
    for (size_t i = 0; i < web->reader_count; i++)
        db_close(web->readers[i]);
}
