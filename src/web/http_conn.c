/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http_conn.c: one connection: its requests are read, handed to the handler and answered, one
 * after another, and a client that is too slow is cut. A connection that is with the handler
 * leaves the epoll set when its client says more or leaves, and comes back with the answer.
 */
#include "web/http_inside.h"

#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/tcp.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

enum { LINGER_TIME = 5000 /* ms */, LINGER_SIZE = 32 << 20, SENDFILE_MOST = 1 << 20 };

static void conn_close(Conn *c);

static void phase_set(Conn *c, Phase phase)
{
    Worker *w = c->worker;
    if ((phase == PHASE_BUSY) != (c->phase == PHASE_BUSY))
        atomic_fetch_add_explicit(&w->running, phase == PHASE_BUSY ? 1 : -1,
                                  memory_order_relaxed);
    c->phase = phase;
    c->since = atomic_load_explicit(&c->http->now, memory_order_relaxed);
    c->bytes = c->come;
}

void conn_watch(Conn *c, uint32_t events)
{
    if (events == c->watched) return;
    int operation = events == 0       ? EPOLL_CTL_DEL
                    : c->watched == 0 ? EPOLL_CTL_ADD
                                      : EPOLL_CTL_MOD;
    struct epoll_event event = {events, {.ptr = c}};
    c->watched = events;
    if (epoll_ctl(c->worker->epoll, operation, c->fd, &event) == 0) return;
    log_warn("http=watch error=%d", errno);
    c->watched = 0;
    shutdown(c->fd, SHUT_RDWR); /* and its clock ends it */
}

/* ---- memory of requests ---- */

static Arena *arena_lend(Worker *w)
{
    return w->spare_count ? w->spare[--w->spare_count] : arena_new(REQUEST_BLOCK);
}

static void arena_return(Worker *w, Arena *mem)
{
    if (!mem) return;
    if (w->spare_count == SPARE_MOST) {
        arena_free(mem);
        return;
    }
    arena_reset(mem);
    w->spare[w->spare_count++] = mem;
}

static void request_begin(Conn *c)
{
    c->mem = arena_lend(c->worker);
    c->request =
        (Request){.mem = c->mem, .address = str(c->address), .path = S(""), .body = S("")};
    reader_begin(&c->reader, &c->request, c->http->conf.header_size);
    c->body = BUF(c->mem);
    c->come = 0;
    phase_set(c, PHASE_HEAD);
}

/* The answer has been sent, or cannot be. */
static void request_end(Conn *c)
{
    if (c->map) munmap(c->map, c->request.body.n);
    if (c->spool >= 0) close(c->spool);
    if (c->answer.kind == ANSWER_FILE && c->answer.fd >= 0) close(c->answer.fd);
    c->map = NULL;
    c->spool = -1;
    c->answer = (HttpReply){.fd = -1};
    arena_return(c->worker, c->mem);
    c->mem = NULL;
    c->request = (Request){0};
}

/* ---- the end of a connection ---- */

/* It is no longer one of those that are served. */
static void conn_leave(Conn *c)
{
    request_end(c);
    arena_return(c->worker, c->rest.mem);
    c->rest = (Buf){0};
    share_leave(c);
    if (c->admitted) atomic_fetch_sub(&c->http->admitted, 1);
    if (c->admitted && !c->stream) atomic_fetch_sub(&c->worker->connections, 1);
    c->admitted = false;
    if (c->stream) stream_end(c->stream);
    c->stream = NULL;
}

static void conn_close(Conn *c)
{
    Worker *w = c->worker;
    if (c->phase == PHASE_LINGER) atomic_fetch_sub(&c->http->lingering, 1);
    phase_set(c, PHASE_GONE);
    conn_leave(c);
    close(c->fd); /* which takes it out of the epoll set */
    if (c->prev) c->prev->next = c->next;
    if (c->next) c->next->prev = c->prev;
    if (w->conns == c) w->conns = c->next;
    c->after = w->gone;
    w->gone = c;
}

/* Were it closed at once, what the client is still sending would make the kernel drop our last
 * words before it has read them. */
void conn_linger(Conn *c)
{
    if (atomic_fetch_add(&c->http->lingering, 1) >= c->http->linger_most) {
        atomic_fetch_sub(&c->http->lingering, 1);
        conn_close(c);
        return;
    }
    phase_set(c, PHASE_LINGER);
    conn_leave(c);
    c->come = 0;
    shutdown(c->fd, SHUT_WR);
    conn_watch(c, EPOLLIN);
}

/* ---- sending ---- */

/* True: all is sent. False: the rest waits for room, or the connection is gone. */
static bool bytes_sent(Conn *c, Str head, Str body)
{
    while (c->sent < head.n + body.n) {
        size_t of_head = c->sent < head.n ? c->sent : head.n, of_body = c->sent - of_head;
        struct iovec parts[2] = {
            {(void *)(uintptr_t)(head.p + of_head), head.n - of_head},
            {(void *)(uintptr_t)(body.p + of_body), body.n - of_body},
        };
        struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
        ssize_t done = sendmsg(c->fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (done < 0 && errno == EINTR) continue;
        if (done < 0 && errno != EAGAIN) conn_close(c);
        if (done < 0) return false;
        c->sent += (size_t)done;
    }
    return true;
}

static bool file_sent(Conn *c, HttpReply *a)
{
    while (a->size > 0) {
        off_t at = a->offset;
        size_t most = a->size < SENDFILE_MOST ? (size_t)a->size : SENDFILE_MOST;
        ssize_t done = sendfile(c->fd, a->fd, &at, most);
        if (done < 0 && errno == EINTR) continue;
        if (done < 0 && errno == EAGAIN) return false;
        if (done <= 0) conn_close(c); /* done == 0: the file has shrunk */
        if (done <= 0) return false;
        a->offset = at;
        a->size -= done;
    }
    return true;
}

/* Sends what it can; when all is sent, the connection is for the next request or ends. */
static void conn_send(Conn *c)
{
    HttpReply *a = &c->answer;
    bool file = a->kind == ANSWER_FILE, bodiless = c->request.head;
    bool sent = bytes_sent(c, buf_str(&c->out), file || bodiless ? S("") : a->body) &&
                (!file || bodiless || file_sent(c, a));
    if (!sent && c->phase != PHASE_GONE) conn_watch(c, EPOLLOUT);
    if (!sent) return;
    if (!c->keep) {
        conn_linger(c);
        return;
    }
    request_end(c);
    c->used = true;
    phase_set(c, PHASE_IDLE);
    conn_watch(c, EPOLLIN);
}

static void conn_answered(Conn *c)
{
    const HttpReply *a = &c->answer;
    if (a->kind == ANSWER_STREAM) {
        phase_set(c, PHASE_STREAM);
        request_end(c);
        atomic_fetch_sub(&c->worker->connections, 1);
        stream_begin(c->stream);
        return;
    }
    if (atomic_load(&c->http->stopping)) c->keep = false;
    int64_t length = a->kind == ANSWER_FILE ? a->size : (int64_t)a->body.n;
    c->out = BUF(c->mem);
    head_add(&c->out, a->status, length, !c->keep, a->headers, a->count);
    c->sent = 0;
    phase_set(c, PHASE_SENDING);
    conn_send(c);
}

/* Answers in http's own words, and ends the connection. */
static void conn_refuse(Conn *c, int status, const Err *why)
{
    const HttpHandler *handler = &c->http->handler;
    Str type = S("text/plain; charset=utf-8"), body = str(why->en);
    Str language = request_header(&c->request, S("Accept-Language"), NULL);
    if (handler->refuse)
        body = handler->refuse(c->http->context, c->mem, status, why, language, &type);
    HttpPair *headers = arena_array(c->mem, HttpPair, 3);
    headers[0] = (HttpPair){S("Content-Type"), type};
    headers[1] = (HttpPair){S("Cache-Control"), S("no-store")};
    headers[2] = (HttpPair){S("Retry-After"), S("5")};
    atomic_fetch_add(&c->http->refused, 1);
    size_t count = status == 503 || status == 429 ? 3 : 2;
    c->keep = false;
    c->answer = (HttpReply){ANSWER_BYTES, status, -1, headers, count, body, 0, 0};
    conn_answered(c);
}

/* ---- the body ---- */

static bool spool_write(Conn *c, Str data)
{
    while (data.n > 0) {
        ssize_t done = write(c->spool, data.p, data.n);
        if (done < 0 && errno == EINTR) continue;
        if (done < 0) return false;
        data = (Str){data.p + done, data.n - (size_t)done};
    }
    return true;
}

static bool spool_open(Conn *c)
{
    char *folder = str_z(c->mem, c->http->conf.spool);
    c->spool = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (c->spool >= 0 && spool_write(c, buf_str(&c->body))) return true;
    log_error("http=spool folder=%s error=%d", folder, errno);
    return false;
}

static bool body_take(Conn *c, Str data)
{
    c->come += (int64_t)data.n;
    bool fits = (size_t)c->come <= c->http->conf.memory_size;
    bool kept = c->spool >= 0 || fits || spool_open(c);
    if (kept && c->spool >= 0) return spool_write(c, data);
    if (kept) buf_bytes(&c->body, data.p, data.n);
    return kept;
}

static bool body_finish(Conn *c)
{
    c->request.body = buf_str(&c->body);
    if (c->spool < 0) return true;
    void *map = mmap(NULL, (size_t)c->come, PROT_READ, MAP_PRIVATE, c->spool, 0);
    if (map == MAP_FAILED) return false;
    c->map = map;
    c->request.body = (Str){map, (size_t)c->come};
    return true;
}

/* ---- reading ---- */

static void ask_limit(Conn *c)
{
    c->reader.body_most = c->http->handler.limit(c->http->context, &c->request);
}

static void ask_handle(Conn *c)
{
    c->http->handler.handle(c->http->context, &c->request);
}

/* The request line and headers are there and good. */
static void head_finish(Conn *c)
{
    c->keep = c->reader.keep;
    if (atomic_load(&c->http->stopping)) {
        conn_refuse(c, 503, &HTTP_STOPPING);
        return;
    }
    if (c->proxied && !client_find(c)) {
        conn_refuse(c, 429, &HTTP_CROWDED);
        return;
    }
    atomic_fetch_add_explicit(&c->worker->requests, 1, memory_order_relaxed);
    c->reader.body_most = c->http->conf.body_size;
    if (c->http->handler.limit && conn_ask(c, ask_limit)) {
        if (c->reader.length != 0) c->keep = false; /* its body is on its way */
        conn_answered(c);
        return;
    }
    phase_set(c, PHASE_BODY);
}

static void request_handle(Conn *c)
{
    if (!body_finish(c)) {
        conn_refuse(c, 507, &HTTP_FULL);
        return;
    }
    phase_set(c, PHASE_BUSY);
    if (conn_ask(c, ask_handle)) conn_answered(c);
}

static bool conn_reads(const Conn *c)
{
    return c->phase == PHASE_IDLE || c->phase == PHASE_HEAD || c->phase == PHASE_BODY;
}

static void tell_to_go_on(Conn *c)
{
    static const char go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";
    c->reader.expects = false;
    ssize_t done = send(c->fd, go_on, sizeof go_on - 1, MSG_DONTWAIT | MSG_NOSIGNAL);
    (void)done; /* if the client is gone, the next reading says so */
}

/* Over the bytes that came, until they are used up or a request is under way. */
static void conn_read(Conn *c, Str in)
{
    while (conn_reads(c)) {
        size_t used;
        Str data;
        if (c->phase == PHASE_IDLE) {
            if (in.n == 0) return;
            request_begin(c);
        }
        c->worker->at_hand = in;
        ReadStep step = reader_step(&c->reader, in, &used, &data);
        in = (Str){in.p + used, in.n - used};
        switch (step) {
        case READ_MORE:
            if (c->reader.expects && c->phase == PHASE_BODY) tell_to_go_on(c);
            return;
        case READ_HEAD: head_finish(c); break;
        case READ_DATA:
            if (!body_take(c, data)) conn_refuse(c, 507, &HTTP_FULL);
            break;
        case READ_END: request_handle(c); break;
        case READ_BAD: conn_refuse(c, c->reader.status, c->reader.why); break;
        }
    }
    if (in.n == 0 || (c->phase != PHASE_BUSY && c->phase != PHASE_SENDING)) return;
    c->rest = BUF(arena_lend(c->worker));
    buf_bytes(&c->rest, in.p, in.n);
}

/* What waited behind the request that has been answered. */
static void conn_go_on(Conn *c)
{
    while (c->rest.mem && conn_reads(c)) {
        Buf rest = c->rest;
        c->rest = (Buf){0};
        conn_read(c, buf_str(&rest));
        arena_return(c->worker, rest.mem);
    }
}

void conn_deliver(Conn *c)
{
    conn_answered(c);
    conn_go_on(c);
}

static void conn_receive(Conn *c)
{
    Worker *w = c->worker;
    ssize_t n = recv(c->fd, w->input, INPUT_SIZE, MSG_DONTWAIT);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (n <= 0) {
        conn_close(c);
        return;
    }
    if (conn_reads(c)) {
        conn_read(c, (Str){w->input, (size_t)n});
        return;
    }
    c->come += n; /* what nobody reads any more */
    if (c->phase == PHASE_LINGER && c->come >= LINGER_SIZE) conn_close(c);
}

void conn_event(Conn *c, uint32_t events)
{
    switch (c->phase) {
    case PHASE_IDLE:
    case PHASE_HEAD:
    case PHASE_BODY:
    case PHASE_LINGER: conn_receive(c); break;
    case PHASE_BUSY: conn_watch(c, 0); break;
    case PHASE_SENDING:
        conn_send(c);
        conn_go_on(c);
        break;
    case PHASE_STREAM:
        if (events & EPOLLOUT) stream_event(c->stream);
        if (events & ~(uint32_t)EPOLLOUT) conn_receive(c);
        break;
    case PHASE_GONE: break;
    }
}

/* A new connection; one that the gate refused only hears why. */
void conn_begin(Conn *c)
{
    Worker *w = c->worker;
    c->next = w->conns;
    if (c->next) c->next->prev = c;
    w->conns = c;
    phase_set(c, PHASE_IDLE);
    if (c->admitted) atomic_fetch_add(&w->connections, 1);
    conn_watch(c, EPOLLIN);
    if (!c->refuse_status) return;
    request_begin(c);
    conn_refuse(c, c->refuse_status, c->refuse_why);
}

/* ---- the clock ---- */

/* What the client has acknowledged: the kernel takes megabytes before it says that the client
 * is slow. */
static int64_t bytes_acknowledged(const Conn *c)
{
    struct tcp_info info = {0};
    socklen_t n = sizeof info;
    return getsockopt(c->fd, IPPROTO_TCP, TCP_INFO, &info, &n) ? 0
                                                               : (int64_t)info.tcpi_bytes_acked;
}

/* Whether too little came, or went, in a window of time. */
static bool window_missed(Conn *c, int64_t now)
{
    const HttpConf *conf = &c->http->conf;
    if (now - c->since < conf->window_time) return false;
    int64_t bytes = c->phase == PHASE_BODY ? c->come : bytes_acknowledged(c);
    if (bytes - c->bytes < conf->window_size) return true;
    c->bytes = bytes;
    c->since = now;
    return false;
}

/* While http stops, who sends or reads has stop_time to come to an end. */
static bool conn_late(Conn *c, int64_t now, int64_t stop)
{
    const HttpConf *conf = &c->http->conf;
    int64_t stands = now - (stop > c->since ? stop : c->since);
    bool windowed = c->phase == PHASE_BODY || c->phase == PHASE_SENDING;
    if (c->phase == PHASE_LINGER) return now - c->since >= LINGER_TIME;
    if (stop) return stands >= (c->phase == PHASE_IDLE ? tick_ms(conf) : conf->stop_time);
    if (windowed) return window_missed(c, now);
    return stands >= (c->phase == PHASE_IDLE && c->used ? conf->idle_time : conf->header_time);
}

void conn_tick(Conn *c, int64_t now, int64_t stop)
{
    bool speaks = c->phase == PHASE_HEAD || c->phase == PHASE_BODY;
    if (c->phase == PHASE_STREAM) {
        stream_tick(c->stream, now);
        return;
    }
    if (c->phase == PHASE_BUSY || !conn_late(c, now, stop)) return;
    if (!stop && c->phase != PHASE_LINGER) atomic_fetch_add(&c->http->cut, 1);
    if (speaks)
        conn_refuse(c, stop ? 503 : 408, stop ? &HTTP_STOPPING : &HTTP_SLOW);
    else
        conn_close(c);
}
