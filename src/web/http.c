/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http.c: the workers, the handler's answers, start and stop. A worker waits for its sockets
 * and its inbox; whatever happens to a connection happens on its worker (http_conn.c).
 */
#include "web/http_inside.h"

#include "base/log.h"
#include "base/time.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

/* clang-format off */
const Err HTTP_TAKEN = ERROR(ERR_CONFLICT, "address-taken", "地址 {0} 已被其他程序占用", "Another program listens on {0}");
const Err HTTP_LISTEN = ERROR(ERR_BROKEN, "cannot-listen", "无法在 {0} 上监听", "Cannot listen on {0}");
const Err HTTP_FILES = ERROR(ERR_BROKEN, "few-descriptors", "系统允许打开的文件数过少，至少需要 192 个（ulimit -n）", "Too few open files are allowed; at least 192 are needed (ulimit -n)");
const Err HTTP_SLOW = ERROR(ERR_BAD, "too-slow", "请求发送过慢，连接已关闭", "The request came too slowly");
const Err HTTP_CROWDED = ERROR(ERR_RATE, "too-many-connections", "来自同一地址或同一账号的连接过多，请稍后再试", "Too many connections from one address or one account, try again shortly");
const Err HTTP_BUSY = ERROR(ERR_BUSY, "busy", "服务器繁忙，请稍后再试", "The server is busy, try again");
const Err HTTP_STOPPING = ERROR(ERR_BUSY, "stopping", "服务器正在重启，请稍后再试", "The server is restarting, try again");
const Err HTTP_FULL = ERROR(ERR_FULL, "disk-full", "服务器存储空间不足", "The server's disk is full");
/* clang-format on */

enum {
    FILES_RESERVE = 64, /* descriptors for the store, its readers, the vault and the log */
    FILES_LEAST = 192,
    LINGER_MOST = 256,
    STOP_TICK = 25 /* ms */
};

HttpConf http_conf(void)
{
    return (HttpConf){
        .listen = S("127.0.0.1:8080"),
        .threads = 1,
        .connections = 4096,
        .streams = 1024,
        .address_percent = 25,
        .account_percent = 25,
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
        .spin_time = 5000,
    };
}

int64_t clock_ms(void)
{
    return time_ticks() / 1000000;
}

/* ---- answers ---- */

static _Thread_local bool holds, wants_rest;
static _Thread_local Conn *handling; /* the request that this thread is handing over */

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
        if (atomic_load(&http->workers[i].inbox)) worker_wake(&http->workers[i]);
}

/* The gate sees that a worker does not come out of the reader: odd while it is in there. */
static void turn_mark(Worker *w)
{
    atomic_fetch_add_explicit(&w->turn, 1, memory_order_release);
}

bool conn_ask(Conn *c, void (*ask)(Conn *c))
{
    handling = c;
    turn_mark(c->worker);
    ask(c);
    turn_mark(c->worker);
    bool answered = !handling;
    handling = NULL;
    return answered;
}

void conn_answer(Conn *c, HttpReply answer)
{
    Http *http = c->http;
    Worker *w = c->worker;
    c->answer = answer;
    if (handling == c) {
        handling = NULL; /* as the sign that it is answered */
        return;
    }
    /* http_stop must not take the worker from under a thread that is still in here. */
    atomic_fetch_add(&http->answering, 1);
    conn_hand_over(c);
    if (!holds) worker_wake(w);
    atomic_fetch_sub(&http->answering, 1);
}

void http_answer(Request *r, int status, const HttpPair *headers, size_t count, Str body)
{
    conn_answer((Conn *)r, (HttpReply){ANSWER_BYTES, status, -1, headers, count, body, 0, 0});
}

void http_answer_file(Request *r, int status, const HttpPair *headers, size_t count, int fd,
                      int64_t offset, int64_t size)
{
    conn_answer((Conn *)r,
                (HttpReply){ANSWER_FILE, status, fd, headers, count, S(""), offset, size});
}

/* ---- workers ---- */

int tick_ms(const HttpConf *conf)
{
    int least = conf->header_time;
    if (conf->window_time < least) least = conf->window_time;
    if (conf->idle_time < least) least = conf->idle_time;
    if (conf->beat_time < least) least = conf->beat_time;
    if (conf->stop_time < least) least = conf->stop_time;
    if (conf->spin_time < least) least = conf->spin_time;
    return least / 4 < 5 ? 5 : least / 4 > 500 ? 500 : least / 4;
}

void worker_wake(Worker *w)
{
    if (atomic_exchange(&w->woken, true)) return;
    uint64_t one = 1;
    ssize_t done = write(w->wake, &one, sizeof one);
    assert(done == sizeof one);
}

void conn_hand_over(Conn *c)
{
    Worker *w = c->worker;
    Conn *first = atomic_load(&w->inbox);
    do
        c->after = first;
    while (!atomic_compare_exchange_weak(&w->inbox, &first, c));
}

/* In the order in which they came. */
static void inbox_empty(Worker *w)
{
    Conn *all = NULL, *next;
    for (Conn *c = atomic_exchange(&w->inbox, NULL); c; c = next) {
        next = c->after;
        c->after = all;
        all = c;
    }
    for (Conn *c = all; c; c = next) {
        next = c->after;
        if (c->phase == PHASE_BUSY)
            conn_deliver(c);
        else
            conn_begin(c);
    }
}

static void gone_free(Worker *w)
{
    for (Conn *c = w->gone, *next; c; c = next) {
        next = c->after;
        free(c);
    }
    w->gone = NULL;
}

static void worker_event(Worker *w, const struct epoll_event *event)
{
    uint64_t count;
    if (event->data.ptr != w) {
        turn_mark(w);
        conn_event(event->data.ptr, event->events);
        turn_mark(w);
        return;
    }
    ssize_t done = read(w->wake, &count, sizeof count);
    assert(done == sizeof count);
    atomic_store(&w->woken, false);
}

/* Waits for events; before it waits long, whoever asked for it is told that nothing is to be
 * done. */
static int worker_wait(Worker *w, struct epoll_event *events, int most, int tick)
{
    int long_wait = w->conns ? tick : -1;
    int n = epoll_wait(w->epoll, events, most, wants_rest ? 0 : long_wait);
    if (n != 0 || !wants_rest) return n;
    wants_rest = false;
    w->http->handler.rest(w->http->context);
    return epoll_wait(w->epoll, events, most, long_wait);
}

static void *worker_run(void *arg)
{
    Worker *w = arg;
    Http *http = w->http;
    int tick = tick_ms(&http->conf);
    int64_t last = clock_ms(), stop = 0;
    while (!atomic_load(&http->ending) || w->conns || atomic_load(&w->inbox)) {
        struct epoll_event events[64];
        int n = worker_wait(w, events, countof(events), tick);
        int64_t now = clock_ms();
        atomic_store_explicit(&http->now, now, memory_order_relaxed);
        for (int i = 0; i < n; i++)
            worker_event(w, &events[i]);
        inbox_empty(w);
        if (!stop && atomic_load(&http->stopping)) {
            stop = now;
            if (tick > STOP_TICK) tick = STOP_TICK;
        }
        if (now - last >= tick) {
            last = now;
            for (Conn *c = w->conns, *next; c; c = next) {
                next = c->next;
                conn_tick(c, now, stop);
            }
        }
        gone_free(w);
    }
    return NULL;
}

bool thread_start(pthread_t *out, void *(*run)(void *), void *arg, const char *name)
{
    sigset_t all, before; /* signals are main's business */
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    bool good = pthread_create(out, NULL, run, arg) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (good) pthread_setname_np(*out, name);
    return good;
}

static bool worker_start(Worker *w)
{
    struct epoll_event event = {EPOLLIN, {.ptr = w}};
    w->epoll = epoll_create1(EPOLL_CLOEXEC);
    w->wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    w->input = malloc(INPUT_SIZE);
    if (!w->input) abort();
    if (w->epoll < 0 || w->wake < 0) return false;
    if (epoll_ctl(w->epoll, EPOLL_CTL_ADD, w->wake, &event) != 0) return false;
    w->runs = thread_start(&w->thread, worker_run, w, "http-worker");
    return w->runs;
}

/* ---- start and stop ---- */

/* Each connection may need a second descriptor, for a large body or a file on its way out. */
static const Err *descriptors_fit(Http *http)
{
    HttpConf *conf = &http->conf;
    struct rlimit limit;
    http->linger_most = LINGER_MOST;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return NULL;
    limit.rlim_cur = limit.rlim_max; /* raising it is anybody's right */
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0) getrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_cur >= (rlim_t)conf->connections * 2 + LINGER_MOST + FILES_RESERVE)
        return NULL;
    if (limit.rlim_cur < FILES_LEAST) return &HTTP_FILES;
    int files = (int)limit.rlim_cur;
    if (http->linger_most > files / 8) http->linger_most = files / 8;
    conf->connections = (files - http->linger_most - FILES_RESERVE) / 2;
    log_warn("http=descriptors limit=%d connections=%d", files, conf->connections);
    return NULL;
}

static const Err *start(Http *http)
{
    const Err *e = descriptors_fit(http);
    if (!e) e = gate_listen(&http->conf, &http->listen, &http->port);
    if (e) return e;
    atomic_store(&http->now, clock_ms());
    for (int i = 0; i < http->conf.threads; i++)
        if (!worker_start(&http->workers[i])) return &HTTP_LISTEN;
    return gate_start(http);
}

static void worker_free(Worker *w)
{
    if (w->epoll >= 0) close(w->epoll);
    if (w->wake >= 0) close(w->wake);
    while (w->spare_count)
        arena_free(w->spare[--w->spare_count]);
    free(w->input);
}

/* Waits for the last connection, and for threads that are still inside http_answer. */
static void http_free(Http *http)
{
    atomic_store(&http->ending, true);
    for (int i = 0; i < http->conf.threads; i++) {
        Worker *w = &http->workers[i];
        if (!w->runs) continue;
        worker_wake(w);
        pthread_join(w->thread, NULL);
    }
    while (atomic_load(&http->answering) > 0) /* a few instructions of another thread */
        sched_yield();
    for (int i = 0; i < http->conf.threads; i++)
        worker_free(&http->workers[i]);
    if (http->listen >= 0) close(http->listen);
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
        workers[i].epoll = workers[i].wake = -1;
    }
    http->workers = workers;
    http->conf = *conf;
    http->handler = *handler;
    http->context = context;
    http->listen = http->wake = -1;
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
    http_free(http);
}

HttpStats http_stats(Http *http)
{
    HttpStats s = {.streams = atomic_load(&http->streams)};
    for (int i = 0; i < http->conf.threads; i++) {
        const Worker *w = &http->workers[i];
        s.connections += atomic_load(&w->connections);
        s.running += atomic_load(&w->running);
        s.requests += atomic_load(&w->requests);
    }
    s.accepted = atomic_load(&http->accepted);
    s.refused = atomic_load(&http->refused);
    s.cut = atomic_load(&http->cut);
    s.dropped = atomic_load(&http->dropped);
    return s;
}
