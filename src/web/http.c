/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http.c: requests and answers on top of libmicrohttpd 0.9.75, which reads and writes. Its
 * traps that are met here: an answer given in its first call closes the connection; a
 * connection must be suspended before another thread may resume it; it lets through bodies of
 * ambiguous length; its own threads can stall; its timeout is of inactivity only and its way of
 * stopping aborts (the gate's business, http_gate.c).
 */
#include "web/http_inside.h"

#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <microhttpd.h>
#include <poll.h>
#include <sched.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

const Err HTTP_TAKEN = ERROR(ERR_CONFLICT, "address-taken", "地址 {0} 已被其他程序占用",
                             "Another program listens on {0}");
const Err HTTP_LISTEN =
    ERROR(ERR_BROKEN, "cannot-listen", "无法在 {0} 上监听", "Cannot listen on {0}");
const Err HTTP_MALFORMED =
    ERROR(ERR_BAD, "malformed", "请求不符合 HTTP 规范", "The request is not well-formed HTTP");
const Err HTTP_LARGE = ERROR(ERR_LARGE, "too-large", "提交的内容过大", "The body is too large");
const Err HTTP_HEADERS =
    ERROR(ERR_BAD, "headers-too-large", "请求头过大", "The headers are too large");
const Err HTTP_CODING = ERROR(ERR_BAD, "coding-unknown", "不支持这种传输编码",
                              "This transfer coding is not supported");
const Err HTTP_SLOW =
    ERROR(ERR_BAD, "too-slow", "请求发送过慢,连接已关闭", "The request came too slowly");
const Err HTTP_CROWDED = ERROR(ERR_RATE, "too-many-connections", "来自同一地址的连接过多",
                               "Too many connections from one address");
const Err HTTP_BUSY =
    ERROR(ERR_BUSY, "busy", "服务器繁忙,请稍后再试", "The server is busy, try again");
const Err HTTP_STOPPING = ERROR(ERR_BUSY, "stopping", "服务器正在重启,请稍后再试",
                                "The server is restarting, try again");
const Err HTTP_FULL =
    ERROR(ERR_FULL, "disk-full", "服务器存储空间不足", "The server's disk is full");

/* Beside the request's headers, libmicrohttpd's memory of a connection holds its own notes and
   the answer's headers. */
enum { MEMORY_SPARE = 8192, ANSWER_HEADERS = 3072, METHOD_SIZE = 32 };

HttpConf http_conf(void)
{
    return (HttpConf){
        .listen = S("127.0.0.1:8080"),
        .threads = 1,
        .connections = 4096,
        .streams = 1024,
        .header_size = 8 << 10,
        .body_size = 64 << 10,
        .memory_size = 256 << 10,
        .stream_size = 64 << 10,
        .spool = S("/tmp"),
        .header_time = 10000,
        .window_time = 10000,
        .window_size = 2 << 10,
        .idle_time = 75000,
        .beat_time = 20000,
        .stop_time = 5000,
    };
}

bool conn_step(Conn *c, Phase from, Phase to)
{
    uint32_t old = atomic_load(&c->state);
    while ((old & 15) == from)
        if (atomic_compare_exchange_weak(&c->state, &old, (old & ~15U) + 16 + to)) return true;
    return false;
}

/* ---- refusing ---- */

void refusal_send(Http *http, int fd, int status, const Err *why, Str language, bool head)
{
    Arena *mem = arena_new(2048);
    Str type = S("text/plain; charset=utf-8"), body = str(why->en);
    if (http->handler.refuse)
        body = http->handler.refuse(http->context, mem, status, why, language, &type);
    HttpPair headers[] = {{S("Content-Type"), type},
                          {S("Content-Length"), str_fmt(mem, "%zu", body.n)},
                          {S("Cache-Control"), S("no-store")},
                          {S("Retry-After"), S("5")}};
    Buf b = BUF(mem);
    head_add(&b, status, MHD_get_reason_phrase_for((unsigned)status), headers,
             status == 503 || status == 429 ? 4 : 3);
    if (!head) buf_add(&b, body);
    Str whole = buf_str(&b);
    ssize_t done = send(fd, whole.p, whole.n, MSG_DONTWAIT | MSG_NOSIGNAL);
    (void)done; /* the connection ends anyway */
    arena_free(mem);
}

/* Always MHD_NO: libmicrohttpd closes the connection, on_connection lets it linger. */
static enum MHD_Result conn_refuse(Conn *c, Phase from, int status, const Err *why)
{
    if (!conn_step(c, from, PHASE_CUT)) return MHD_NO; /* the gate was first */
    atomic_fetch_add(&c->http->refused, 1);
    Str language = request_header(&c->request, S("Accept-Language"), NULL);
    refusal_send(c->http, c->fd, status, why, language, c->request.head);
    return MHD_NO;
}

/* ---- the beginning of a request ---- */

typedef struct {
    Conn *c;
    const char *at; /* where the next line must begin */
    size_t lengths, codings, hosts;
    Str length, coding;
    bool bad;
} HeadRead;

static enum MHD_Result head_pair(void *context, enum MHD_ValueKind kind, const char *name,
                                 size_t name_n, const char *value, size_t value_n)
{
    HeadRead *h = context;
    (void)kind;
    HttpPair pair = {{name, name_n}, {value, value_n}};
    /* Lines lie one behind the other, a NUL for each byte of CR LF, unless one has a NUL in it,
       ends with a bare LF or goes on in the next: what nobody sends who means well. */
    h->bad |= name != h->at;
    h->at = value + value_n + 2;
    while (pair.value.n && strchr(" \t", pair.value.p[pair.value.n - 1]))
        pair.value.n--;
    h->bad |= !token_ok(pair.name) || !header_value_ok(pair.value);
    if (text_same(pair.name, S("content-length"))) h->lengths++, h->length = pair.value;
    if (text_same(pair.name, S("transfer-encoding"))) h->codings++, h->coding = pair.value;
    if (text_same(pair.name, S("host"))) h->hosts++;
    Request *r = &h->c->request;
    ((HttpPair *)(uintptr_t)r->headers)[r->header_count++] = pair;
    return MHD_YES;
}

/* What libmicrohttpd lets through and must not pass (RFC 9112 §2.2, §3.2, §5.2, §6.3). */
static const Err *head_read(Conn *c, const char *method, const char *version, size_t size,
                            int64_t *out_length)
{
    Request *r = &c->request;
    int most = MHD_get_connection_values_n(c->mhd, MHD_HEADER_KIND, NULL, NULL);
    r->headers = arena_array(c->mem, HttpPair, (size_t)most);
    HeadRead h = {.c = c, .at = version + sizeof "HTTP/1.1" + 1};
    MHD_get_connection_values_n(c->mhd, MHD_HEADER_KIND, head_pair, &h);
    r->method = str(method);
    r->head = str_is(r->method, "HEAD");
    if (r->head) r->method = S("GET");
    bool old = strcmp(version, "HTTP/1.0") == 0;
    bool target_whole = c->target_at == method + strlen(method) + 1 &&
                        version == c->target_at + c->target.n + 1;
    if (h.bad || !target_whole || h.at + 2 != method + size) return &HTTP_MALFORMED;
    if (!token_ok(r->method) || r->method.n > METHOD_SIZE) return &HTTP_MALFORMED;
    if (h.hosts > 1 || (h.hosts == 0 && !old)) return &HTTP_MALFORMED;
    if (h.lengths + h.codings > 1 || (h.codings && old)) return &HTTP_MALFORMED;
    if (!target_read(c->mem, c->target, r)) return &HTTP_MALFORMED;
    if (h.codings && !text_same(h.coding, S("chunked"))) return &HTTP_CODING;
    *out_length = h.codings ? -1 : 0;
    if (h.lengths && !str_int(h.length, out_length)) return &HTTP_MALFORMED;
    c->has_body = *out_length != 0;
    return NULL;
}

static enum MHD_Result conn_deliver(Conn *c);

/* libmicrohttpd's first call: headers are there, a body is not. */
static enum MHD_Result conn_begin(Conn *c, const char *method, const char *version)
{
    const HttpHandler *handler = &c->http->handler;
    size_t size =
        MHD_get_connection_info(c->mhd, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE)->header_size;
    int64_t length = 0;
    const Err *why = head_read(c, method, version, size, &length);
    if (atomic_load(&c->http->stopping)) return conn_refuse(c, PHASE_HEAD, 503, &HTTP_STOPPING);
    if (size > c->http->conf.header_size) return conn_refuse(c, PHASE_HEAD, 431, &HTTP_HEADERS);
    if (why) return conn_refuse(c, PHASE_HEAD, why == &HTTP_CODING ? 501 : 400, why);
    if (!conn_step(c, PHASE_HEAD, PHASE_BUSY)) return MHD_NO;
    atomic_fetch_add(&c->requests, 1);
    c->limit = c->http->conf.body_size;
    if (handler->limit) c->limit = handler->limit(c->http->context, &c->request);
    if (conn_phase(c) ==
        PHASE_ANSWERED) /* with no body to refuse, the second call is the time */
        return c->has_body || c->answer.kind == ANSWER_STREAM ? conn_deliver(c) : MHD_YES;
    if (length > 0 && (uint64_t)length > c->limit)
        return conn_refuse(c, PHASE_BUSY, 413, &HTTP_LARGE);
    return conn_step(c, PHASE_BUSY, PHASE_BODY) ? MHD_YES : MHD_NO;
}

/* ---- the body ---- */

static bool spool_write(Conn *c, const char *p, size_t n)
{
    while (n > 0) {
        ssize_t done = write(c->spool, p, n);
        if (done < 0 && errno == EINTR) continue;
        if (done < 0) return false;
        p += done;
        n -= (size_t)done;
    }
    return true;
}

static bool spool_open(Conn *c)
{
    char *folder = str_z(c->mem, c->http->conf.spool);
    c->spool = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (c->spool >= 0 && spool_write(c, c->body.p, c->body.n)) return true;
    log_error("http=spool folder=%s error=%d", folder, errno);
    return false;
}

static enum MHD_Result body_take(Conn *c, const char *p, size_t n)
{
    if (conn_phase(c) != PHASE_BODY) return MHD_NO;
    size_t total = (size_t)atomic_fetch_add(&c->read, (int64_t)n) + n;
    if (total > c->limit) return conn_refuse(c, PHASE_BODY, 413, &HTTP_LARGE);
    bool kept = c->spool >= 0 || total <= c->http->conf.memory_size || spool_open(c);
    if (kept && c->spool >= 0) kept = spool_write(c, p, n);
    if (!kept) return conn_refuse(c, PHASE_BODY, 507, &HTTP_FULL);
    if (c->spool < 0) buf_bytes(&c->body, p, n);
    return MHD_YES;
}

static bool body_finish(Conn *c)
{
    c->request.body = buf_str(&c->body);
    if (c->spool < 0) return true;
    size_t n = (size_t)atomic_load(&c->read);
    void *map = mmap(NULL, n, PROT_READ, MAP_PRIVATE, c->spool, 0);
    if (map == MAP_FAILED) return false;
    c->map = map;
    c->request.body = (Str){map, n};
    return true;
}

/* ---- answering ---- */

static _Thread_local bool holds, wants_rest;

void http_want_rest(void)
{
    wants_rest = true;
}

void http_hold(void)
{
    holds = true;
}

void http_release(Http *http)
{
    holds = false;
    for (int i = 0; i < http->conf.threads; i++)
        worker_wake(&http->workers[i]);
}

void conn_answer(Conn *c, Answer answer)
{
    Http *http = c->http;
    c->answer = answer;
    /* http_stop must not take libmicrohttpd from under a thread that is still inside resume. */
    atomic_fetch_add(&http->answering, 1);
    if (!conn_step(c, PHASE_BUSY, PHASE_ANSWERED)) {
        bool waits = conn_step(c, PHASE_WAIT, PHASE_ANSWERED);
        assert(waits); /* else it was answered twice */
        Worker *w = c->worker;
        MHD_resume_connection(c->mhd);
        if (!holds) worker_wake(w);
    }
    atomic_fetch_sub(&http->answering, 1);
}

void http_answer(Request *r, int status, const HttpPair *headers, size_t count, Str body)
{
    conn_answer((Conn *)r, (Answer){ANSWER_BYTES, status, -1, headers, count, body, 0, 0});
}

void http_answer_file(Request *r, int status, const HttpPair *headers, size_t count, int fd,
                      int64_t offset, int64_t size)
{
    conn_answer((Conn *)r,
                (Answer){ANSWER_FILE, status, fd, headers, count, S(""), offset, size});
}

static struct MHD_Response *answer_make(Conn *c)
{
    const Answer *a = &c->answer;
    struct MHD_Response *response =
        a->kind == ANSWER_FILE
            ? MHD_create_response_from_fd_at_offset64((uint64_t)a->size, a->fd,
                                                      (uint64_t)a->offset)
            : MHD_create_response_from_buffer(a->body.n, (void *)(uintptr_t)a->body.p,
                                              MHD_RESPMEM_PERSISTENT);
    assert(response);
    c->answer.fd = -1;
    size_t size = 0;
    for (size_t i = 0; i < a->count; i++) {
        const HttpPair *h = &a->headers[i];
        size += h->name.n + h->value.n + 4;
        assert(token_ok(h->name) && header_value_ok(h->value));
        bool good = MHD_add_response_header(response, str_z(c->mem, h->name),
                                            str_z(c->mem, h->value)) == MHD_YES;
        assert(good);
    }
    assert(size <= ANSWER_HEADERS);
    if (atomic_load(&c->http->stopping)) {
        bool good = MHD_add_response_header(response, "Connection", "close") == MHD_YES;
        assert(good);
    }
    return response;
}

/* On the connection's thread: the answer is there, out with it. */
static enum MHD_Result conn_deliver(Conn *c)
{
    if (c->answer.kind == ANSWER_STREAM) {
        c->streams = true; /* closing it here leaves the stream's socket open */
        return MHD_NO;
    }
    struct MHD_Response *response = answer_make(c);
    enum MHD_Result good = MHD_NO;
    if (conn_step(c, PHASE_ANSWERED, PHASE_SENDING))
        good = MHD_queue_response(c->mhd, (unsigned)c->answer.status, response);
    MHD_destroy_response(response);
    return good;
}

/* libmicrohttpd's last call: the request is whole. */
static enum MHD_Result conn_handle(Conn *c)
{
    if (!body_finish(c)) return conn_refuse(c, PHASE_BODY, 507, &HTTP_FULL);
    if (!conn_step(c, PHASE_BODY, PHASE_BUSY)) return MHD_NO;
    c->http->handler.handle(c->http->context, &c->request);
    if (conn_phase(c) == PHASE_ANSWERED) return conn_deliver(c);
    MHD_suspend_connection(c->mhd);
    if (conn_step(c, PHASE_BUSY, PHASE_WAIT)) return MHD_YES;
    MHD_resume_connection(c->mhd); /* answered just now */
    worker_wake(c->worker);
    return MHD_YES;
}

/* ---- what libmicrohttpd calls ---- */

static enum MHD_Result on_request(void *context, struct MHD_Connection *mhd, const char *url,
                                  const char *method, const char *version, const char *upload,
                                  size_t *upload_n, void **request)
{
    (void)context, (void)mhd, (void)url;
    Conn *c = *request;
    switch (conn_phase(c)) {
    case PHASE_HEAD: return conn_begin(c, method, version);
    case PHASE_BODY:
        if (*upload_n == 0) return conn_handle(c);
        size_t n = *upload_n;
        *upload_n = 0;
        return body_take(c, upload, n);
    case PHASE_ANSWERED: return conn_deliver(c);
    case PHASE_IDLE:
    case PHASE_BUSY:
    case PHASE_WAIT:
    case PHASE_SENDING:
    case PHASE_CUT: break;
    }
    return MHD_NO;
}

/* Both on the worker's own thread. */
static Arena *arena_lend(Worker *w)
{
    return w->spare_count ? w->spare[--w->spare_count] : arena_new(REQUEST_BLOCK);
}

static void arena_return(Worker *w, Arena *mem)
{
    if (w->spare_count == SPARE_MOST) {
        arena_free(mem);
        return;
    }
    arena_reset(mem);
    w->spare[w->spare_count++] = mem;
}

/* The request line is there, its target still as sent. */
static void *on_target(void *context, const char *target, struct MHD_Connection *mhd)
{
    (void)context;
    Conn *c = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
    bool first = conn_step(c, PHASE_IDLE, PHASE_HEAD);
    (void)first; /* if not, it was cut and on_request says so */
    if (!c->mem) c->mem = arena_lend(c->worker);
    c->request =
        (Request){.mem = c->mem, .address = str(c->address), .path = S(""), .body = S("")};
    c->target = str_dup(c->mem, str(target));
    c->target_at = target;
    c->body = BUF(c->mem);
    atomic_store(&c->read, 0);
    return c;
}

/* The answer has been sent, or cannot be. */
static void on_completed(void *context, struct MHD_Connection *mhd, void **request,
                         enum MHD_RequestTerminationCode how)
{
    (void)context, (void)mhd, (void)how;
    Conn *c = *request;
    if (c->map) munmap(c->map, c->request.body.n);
    if (c->spool >= 0) close(c->spool);
    if (c->answer.kind == ANSWER_FILE && c->answer.fd >= 0) close(c->answer.fd);
    c->map = NULL;
    c->spool = -1;
    c->answer = (Answer){.fd = -1};
    arena_return(c->worker, c->mem);
    c->mem = NULL;
    c->request.mem = NULL;
    bool next = conn_step(c, PHASE_SENDING, PHASE_IDLE);
    (void)next; /* if not, the connection is about to close */
}

void conn_unlink(Conn *c)
{
    Http *http = c->http;
    if (c->prev) c->prev->next = c->next;
    if (c->next) c->next->prev = c->prev;
    if (http->conns == c) http->conns = c->next;
    http->conn_count--;
}

static void conn_close(Http *http, Conn *c)
{
    pthread_mutex_lock(&http->lock);
    conn_unlink(c);
    http->requests += atomic_load(&c->requests);
    pthread_mutex_unlock(&http->lock);
    /* We close first: what the client is still sending would make the kernel drop our answer.
     */
    int fd = !c->streams && peer_stays(c->fd) ? fcntl(c->fd, F_DUPFD_CLOEXEC, 0) : -1;
    if (fd >= 0 && atomic_load(&c->state) == PHASE_IDLE && peer_unheard(fd)) {
        /* Its first bytes were nothing like a request: there libmicrohttpd says no word. */
        atomic_fetch_add(&http->refused, 1);
        refusal_send(http, fd, 400, &HTTP_MALFORMED, STR_NULL, false);
    }
    if (fd >= 0) gate_linger(http, fd);
    arena_free(c->mem);
    free(c);
}

static void on_connection(void *context, struct MHD_Connection *mhd, void **conn,
                          enum MHD_ConnectionNotificationCode what)
{
    Worker *w = context;
    if (what == MHD_CONNECTION_NOTIFY_CLOSED) {
        conn_close(w->http, *conn);
        return;
    }
    w->joining->mhd = mhd;
    *conn = w->joining;
}

/* ---- what libmicrohttpd refuses ---- */

static const Err *refusal_of(unsigned status)
{
    switch (status) {
    case 413: return &HTTP_LARGE;
    case 414:
    case 431: return &HTTP_HEADERS;
    case 501: return &HTTP_CODING;
    default: return &HTTP_MALFORMED;
    }
}

/* The one connection of the worker that libmicrohttpd is done reading, and whose request we
 * have not been given: NULL when there is none. */
static Conn *conn_condemned(Worker *w)
{
    Conn *found = NULL;
    pthread_mutex_lock(&w->http->lock);
    for (Conn *c = w->http->conns; c && !found; c = c->next) {
        Phase phase = conn_phase(c);
        bool ours = c->worker == w && c->mhd && (phase == PHASE_IDLE || phase == PHASE_HEAD);
        if (ours && MHD_get_connection_info(c->mhd, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE))
            found = c;
    }
    pthread_mutex_unlock(&w->http->lock);
    return found;
}

/*
 * It says so before it answers in HTML. We answer first, as a problem, and shut the way behind
 * it: what it sends then goes nowhere, and it closes.
 */
static void on_words(void *context, const char *format, va_list args)
{
    Worker *w = context;
    if (strncmp(format, "Error processing request", 24) != 0) return;
    unsigned status = va_arg(args, unsigned);
    Conn *c = conn_condemned(w);
    int fd = c ? fcntl(c->fd, F_DUPFD_CLOEXEC, 0) : -1;
    if (fd < 0) return;
    if (!conn_step(c, PHASE_IDLE, PHASE_CUT) && !conn_step(c, PHASE_HEAD, PHASE_CUT)) {
        close(fd); /* the gate was first */
        return;
    }
    atomic_fetch_add(&w->http->refused, 1);
    refusal_send(w->http, fd, (int)status, refusal_of(status), STR_NULL, false);
    gate_linger(w->http, fd);
    c->streams = true; /* its socket is the gate's now */
}

/* ---- workers ---- */

void worker_wake(Worker *w)
{
    if (atomic_exchange(&w->woken, true)) return;
    uint64_t one = 1;
    ssize_t done = write(w->wake, &one, sizeof one);
    assert(done == sizeof one);
}

static void worker_admit(Worker *w)
{
    static const struct sockaddr_in nobody = {.sin_family = AF_INET}; /* the gate knows who */
    pthread_mutex_lock(&w->http->lock);
    Conn *all = w->inbox;
    w->inbox = NULL;
    pthread_mutex_unlock(&w->http->lock);
    for (Conn *next; all; all = next) {
        next = all->after;
        w->joining = all;
        if (MHD_add_connection(w->daemon, all->fd, (const struct sockaddr *)&nobody,
                               sizeof nobody) == MHD_YES)
            continue;
        log_error("http=admit error=%d", errno); /* the socket is closed already */
        pthread_mutex_lock(&w->http->lock);
        conn_unlink(all);
        pthread_mutex_unlock(&w->http->lock);
        free(all);
    }
}

/*
 * libmicrohttpd's own threads stall when exactly 128 sockets, or a multiple, are ready at once:
 * they fetch 128 events, and then wait for more before they look at those. So it never waits.
 */
static void *worker_run(void *arg)
{
    Worker *w = arg;
    int epoll = MHD_get_daemon_info(w->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
    struct pollfd wait[2] = {{.fd = epoll, .events = POLLIN},
                             {.fd = w->wake, .events = POLLIN}};
    while (!atomic_load(&w->http->ending)) {
        MHD_UNSIGNED_LONG_LONG time;
        bool busy = MHD_get_timeout(w->daemon, &time) == MHD_YES;
        int ready = poll(wait, 2, busy || wants_rest ? 0 : -1);
        if (ready == 0 && !busy) {
            wants_rest = false;
            w->http->handler.rest(w->http->context);
            ready = poll(wait, 2, -1);
        }
        if (ready > 0 && wait[1].revents) {
            uint64_t count;
            ssize_t done = read(w->wake, &count, sizeof count);
            assert(done == sizeof count);
            atomic_store(&w->woken, false);
            worker_admit(w);
        }
        MHD_run(w->daemon);
    }
    return NULL;
}

static bool worker_start(Worker *w)
{
    const HttpConf *conf = &w->http->conf;
    unsigned flags = MHD_USE_EPOLL | MHD_USE_NO_LISTEN_SOCKET | MHD_ALLOW_SUSPEND_RESUME |
                     MHD_USE_ERROR_LOG |
                     MHD_USE_TURBO; /* turbo: a close does not shut down, which streams need */
    struct MHD_OptionItem options[] = {
        {MHD_OPTION_EXTERNAL_LOGGER, (intptr_t)on_words, w},
        {MHD_OPTION_CONNECTION_MEMORY_LIMIT, (intptr_t)(conf->header_size + MEMORY_SPARE),
         NULL},
        {MHD_OPTION_CONNECTION_LIMIT, INT32_MAX, NULL}, /* the gate counts */
        {MHD_OPTION_STRICT_FOR_CLIENT, 0, NULL},        /* ours is stricter, and answers */
        {MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1, NULL},
        {MHD_OPTION_NOTIFY_CONNECTION, (intptr_t)on_connection, w},
        {MHD_OPTION_NOTIFY_COMPLETED, (intptr_t)on_completed, NULL},
        {MHD_OPTION_URI_LOG_CALLBACK, (intptr_t)on_target, NULL},
        {MHD_OPTION_END, 0, NULL}};
    w->wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (w->wake < 0) return false;
    w->daemon = MHD_start_daemon(flags, 0, NULL, NULL, on_request, NULL, MHD_OPTION_ARRAY,
                                 options, MHD_OPTION_END);
    if (!w->daemon) return false;
    w->runs = thread_start(&w->thread, worker_run, w, "http-worker");
    return w->runs;
}

/* ---- start and stop ---- */

static const Err *start(Http *http)
{
    const Err *e = gate_listen(&http->conf, &http->listen, &http->port);
    if (e) return e;
    for (int i = 0; i < http->conf.threads; i++)
        if (!worker_start(&http->workers[i])) return &HTTP_LISTEN;
    return gate_start(http);
}

static void http_free(Http *http)
{
    atomic_store(&http->ending, true);
    for (int i = 0; i < http->conf.threads; i++) {
        Worker *w = &http->workers[i];
        if (w->runs) {
            worker_wake(w);
            pthread_join(w->thread, NULL);
        }
        if (w->daemon) MHD_stop_daemon(w->daemon);
        if (w->wake >= 0) close(w->wake);
        while (w->spare_count)
            arena_free(w->spare[--w->spare_count]);
    }
    if (http->listen >= 0) close(http->listen);
    if (http->epoll >= 0) close(http->epoll);
    if (http->wake >= 0) close(http->wake);
    pthread_mutex_destroy(&http->lock);
    free(http->workers);
    free(http);
}

const Err *http_start(const HttpConf *conf, const HttpHandler *handler, void *context,
                      Http **out)
{
    assert(conf->threads > 0);
    Http *http = calloc(1, sizeof *http);
    Worker *workers = calloc((size_t)conf->threads, sizeof *workers);
    if (!http || !workers) abort();
    for (int i = 0; i < conf->threads; i++) {
        workers[i].http = http;
        workers[i].wake = -1;
    }
    http->workers = workers;
    http->conf = *conf;
    http->handler = *handler;
    http->context = context;
    http->listen = http->epoll = http->wake = -1;
    pthread_mutex_init(&http->lock, NULL);
    const Err *e = start(http);
    if (e) {
        http_free(http);
        return e;
    }
    *out = http;
    return NULL;
}

int http_port(const Http *http)
{
    return http->port;
}

void http_stop(Http *http)
{
    if (!http) return;
    atomic_store(&http->stopping, true);
    gate_wake(http);
    pthread_join(http->gate, NULL);
    while (atomic_load(&http->answering) > 0) /* a few instructions of another thread */
        sched_yield();
    http_free(http);
}

HttpStats http_stats(Http *http)
{
    pthread_mutex_lock(&http->lock);
    HttpStats s = {.streams = http->stream_count, .requests = http->requests};
    for (Conn *c = http->conns; c; c = c->next) {
        Phase phase = conn_phase(c);
        s.connections++;
        s.running += phase == PHASE_BUSY || phase == PHASE_WAIT || phase == PHASE_ANSWERED;
        s.requests += atomic_load(&c->requests);
    }
    pthread_mutex_unlock(&http->lock);
    s.accepted = atomic_load(&http->accepted);
    s.refused = atomic_load(&http->refused);
    s.cut = atomic_load(&http->cut);
    s.dropped = atomic_load(&http->dropped);
    return s;
}
