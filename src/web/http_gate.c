/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http_gate.c: the gate: one thread that lets connections in, cuts those that are too slow,
 * keeps half-closed ones until their client has seen the last answer, serves the streams, and
 * at the end sees everybody out. It accepts itself because libmicrohttpd 0.9.75 cannot stop
 * accepting without a race that ends the process, and to refuse with a word.
 */
#include "web/http_inside.h"

#include "base/log.h"
#include "base/time.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/tcp.h>
#include <netdb.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LINGER_TIME = 5000, LINGER_SIZE = 32 << 20, PEER_ESTABLISHED = 1 /* TCP_ESTABLISHED */ };

struct Linger { /* a connection half closed by us, until the client has seen the answer */
    Watch watch;
    int fd;
    int64_t left, until; /* bytes, ms */
    Linger *next, *prev;
};

static int64_t clock_ms(void)
{
    return time_ticks() / 1000000;
}

/* ---- listening ---- */

static int listen_on(const struct addrinfo *at)
{
    int fd = socket(at->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), on = 1,
        off = 0;
    if (fd < 0) return -1;
    /* Takes a port whose last connections still linger, never one that somebody listens on. */
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (at->ai_family == AF_INET6) setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
    if (bind(fd, at->ai_addr, at->ai_addrlen) == 0 && listen(fd, 1024) == 0) return fd;
    int why = errno;
    close(fd);
    errno = why;
    return -1;
}

static bool address_cut(Str listen, Str *host, Str *port)
{
    size_t colon = listen.n;
    while (colon > 0 && listen.p[colon - 1] != ':')
        colon--;
    if (colon == 0) return false;
    *host = (Str){listen.p, colon - 1};
    *port = (Str){listen.p + colon, listen.n - colon};
    if (host->n >= 2 && host->p[0] == '[' && host->p[host->n - 1] == ']')
        *host = (Str){host->p + 1, host->n - 2};
    else if (str_find(*host, S(":")) != SIZE_MAX)
        return false;
    int64_t number;
    return str_int(*port, &number) && number >= 0 && number <= 65535;
}

const Err *gate_listen(const HttpConf *conf, int *out_fd, int *out_port)
{
    char host_z[256], port_z[8];
    Str host, port;
    if (!address_cut(conf->listen, &host, &port) || host.n >= sizeof host_z)
        return &HTTP_LISTEN;
    snprintf(host_z, sizeof host_z, "%.*s", STR(host));
    snprintf(port_z, sizeof port_z, "%.*s", STR(port));
    /* All addresses: both families by one socket. A name: the family people type first. */
    bool any = host.n == 0 || str_is(host, "*");
    int families[2] = {any ? AF_INET6 : AF_INET, any ? AF_INET : AF_INET6}, fd = -1;
    for (int i = 0; i < 2 && fd < 0; i++) {
        struct addrinfo want = {.ai_family = families[i],
                                .ai_socktype = SOCK_STREAM,
                                .ai_flags = AI_PASSIVE | AI_NUMERICSERV},
                        *found;
        if (getaddrinfo(any ? NULL : host_z, port_z, &want, &found) != 0) continue;
        fd = listen_on(found);
        int why = errno;
        freeaddrinfo(found);
        if (fd < 0 && why == EADDRINUSE) return &HTTP_TAKEN;
    }
    if (fd < 0) return &HTTP_LISTEN;
    struct sockaddr_storage at;
    socklen_t n = sizeof at;
    getsockname(fd, (struct sockaddr *)&at, &n);
    *out_fd = fd;
    *out_port = ntohs(at.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&at)->sin6_port
                                               : ((struct sockaddr_in *)&at)->sin_port);
    return NULL;
}

static void gate_watch(Http *http, int operation, int fd, uint32_t events, Watch *watch)
{
    struct epoll_event event = {.events = events, .data.ptr = watch};
    int bad = epoll_ctl(http->epoll, operation, fd, &event);
    assert(bad == 0);
}

static void address_write(const struct sockaddr_storage *from, char *out)
{
    const struct sockaddr_in *v4 = (const void *)from;
    const struct sockaddr_in6 *v6 = (const void *)from;
    if (from->ss_family == AF_INET)
        inet_ntop(AF_INET, &v4->sin_addr, out, INET6_ADDRSTRLEN);
    else if (IN6_IS_ADDR_V4MAPPED(&v6->sin6_addr))
        inet_ntop(AF_INET, v6->sin6_addr.s6_addr + 12, out, INET6_ADDRSTRLEN);
    else
        inet_ntop(AF_INET6, &v6->sin6_addr, out, INET6_ADDRSTRLEN);
}

/* Under the lock. */
static bool address_crowded(const Http *http, const char *address)
{
    if (http->conf.per_address == 0) return false;
    int n = 0;
    for (const Conn *c = http->conns; c; c = c->next)
        n += strcmp(c->address, address) == 0;
    return n >= http->conf.per_address;
}

static void gate_admit(Http *http, int fd, const struct sockaddr_storage *from)
{
    Conn *c = calloc(1, sizeof *c);
    if (!c) abort();
    int64_t number = atomic_fetch_add(&http->accepted, 1);
    c->http = http;
    c->worker = &http->workers[number % http->conf.threads];
    c->fd = fd;
    c->spool = c->answer.fd = -1;
    c->mark_state = UINT32_MAX;
    address_write(from, c->address);
    pthread_mutex_lock(&http->lock);
    bool full = http->conn_count >= http->conf.connections;
    bool crowded = address_crowded(http, c->address);
    if (!full && !crowded) {
        c->next = http->conns;
        if (c->next) c->next->prev = c;
        http->conns = c;
        http->conn_count++;
        c->after = c->worker->inbox;
        c->worker->inbox = c;
    }
    pthread_mutex_unlock(&http->lock);
    if (!full && !crowded) {
        worker_wake(&http->workers[number % http->conf.threads]);
        return;
    }
    free(c);
    atomic_fetch_add(&http->refused, 1);
    refusal_send(http, fd, full ? 503 : 429, full ? &HTTP_BUSY : &HTTP_CROWDED, STR_NULL,
                 false);
    gate_linger(http, fd);
}

static void gate_accept(Http *http)
{
    for (int i = 0; i < 64; i++) {
        struct sockaddr_storage from;
        socklen_t n = sizeof from;
        int fd =
            accept4(http->listen, (struct sockaddr *)&from, &n, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0 && (errno == EINTR || errno == ECONNABORTED)) continue;
        if (fd < 0) {
            if (errno == EAGAIN) return;
            log_warn("http=accept error=%d", errno);
            gate_watch(http, EPOLL_CTL_MOD, http->listen, 0,
                       &http->watch_listen); /* until the next tick */
            return;
        }
        gate_admit(http, fd, &from);
    }
}

/* ---- half-closed connections ---- */

static struct tcp_info peer_info(int fd)
{
    struct tcp_info info = {0};
    socklen_t n = sizeof info;
    if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &n) != 0) info.tcpi_state = 0;
    return info;
}

bool peer_stays(int fd)
{
    return peer_info(fd).tcpi_state == PEER_ESTABLISHED;
}

bool peer_unheard(int fd)
{
    struct tcp_info info = peer_info(fd);
    return info.tcpi_bytes_received > 0 && info.tcpi_bytes_sent == 0;
}

void gate_linger(Http *http, int fd)
{
    shutdown(fd, SHUT_WR);
    pthread_mutex_lock(&http->lock);
    if (http->linger_count >= http->conf.connections) {
        pthread_mutex_unlock(&http->lock);
        close(fd);
        return;
    }
    Linger *l = malloc(sizeof *l);
    if (!l) abort();
    *l = (Linger){WATCH_LINGER,  fd,  LINGER_SIZE, atomic_load(&http->now) + LINGER_TIME,
                  http->lingers, NULL};
    if (l->next) l->next->prev = l;
    http->lingers = l;
    http->linger_count++;
    gate_watch(http, EPOLL_CTL_ADD, fd, EPOLLIN | EPOLLRDHUP, &l->watch);
    pthread_mutex_unlock(&http->lock);
}

/* Under the lock. */
static void linger_end(Http *http, Linger *l)
{
    if (l->prev) l->prev->next = l->next;
    if (l->next) l->next->prev = l->prev;
    if (http->lingers == l) http->lingers = l->next;
    http->linger_count--;
    epoll_ctl(http->epoll, EPOLL_CTL_DEL, l->fd, NULL);
    close(l->fd);
    free(l);
}

static void linger_event(Http *http, Linger *l)
{
    char bin[16384];
    ssize_t n = recv(l->fd, bin, sizeof bin, MSG_DONTWAIT);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
    l->left -= n;
    if (n > 0 && l->left > 0) return;
    pthread_mutex_lock(&http->lock);
    linger_end(http, l);
    pthread_mutex_unlock(&http->lock);
}

static void lingers_check(Http *http, int64_t now, bool all)
{
    pthread_mutex_lock(&http->lock);
    for (Linger *l = http->lingers, *next; l; l = next) {
        next = l->next;
        if (all || now >= l->until) linger_end(http, l);
    }
    pthread_mutex_unlock(&http->lock);
}

/* ---- streams ---- */

/* Under the lock. */
static void stream_unlink(Http *http, Stream *s)
{
    if (s->prev) s->prev->next = s->next;
    if (s->next) s->next->prev = s->prev;
    if (http->streams == s) http->streams = s->next;
    http->stream_count--;
}

static void stream_over(Http *http, Stream *s)
{
    pthread_mutex_lock(&http->lock);
    stream_unlink(http, s);
    pthread_mutex_unlock(&http->lock);
    stream_end(s);
}

static void streams_check(Http *http, int64_t now)
{
    Stream *over = NULL;
    pthread_mutex_lock(&http->lock);
    for (Stream *s = http->streams, *next; s; s = next) {
        next = s->next; /* only this thread takes one out */
        if (!stream_tick(s, now)) continue;
        stream_unlink(http, s);
        s->next = over;
        over = s;
    }
    pthread_mutex_unlock(&http->lock);
    for (Stream *next; over; over = next) {
        next = over->next;
        stream_end(over);
    }
}

/* ---- the clock ---- */

static int64_t conn_progress(Conn *c, Phase phase)
{
    if (phase == PHASE_BODY) return atomic_load(&c->read);
    struct tcp_info info = peer_info(c->fd);
    return (int64_t)(phase == PHASE_SENDING ? info.tcpi_bytes_acked : info.tcpi_bytes_received);
}

/* Ends a connection that is still where it was seen; status 0: without a word. */
static void conn_cut(Conn *c, int status, const Err *why)
{
    uint32_t seen = c->mark_state;
    if (!atomic_compare_exchange_strong(&c->state, &seen, (seen & ~15U) + 16 + PHASE_CUT))
        return;
    if (status) refusal_send(c->http, c->fd, status, why, STR_NULL, false);
    shutdown(c->fd, SHUT_RDWR);
}

/* Whether it is too slow; *status is what to say then. */
static bool conn_slow(Conn *c, Phase phase, int64_t now, int *status)
{
    const HttpConf *conf = &c->http->conf;
    int64_t stands = now - c->mark_time;
    *status = phase == PHASE_SENDING ? 0 : 408;
    if (phase == PHASE_BODY || phase == PHASE_SENDING) {
        if (stands < conf->window_time) return false;
        int64_t bytes = conn_progress(c, phase);
        if (bytes - c->mark_bytes < conf->window_size) return true;
        c->mark_bytes = bytes;
        c->mark_time = now;
        return false;
    }
    if (phase == PHASE_HEAD) return stands >= conf->header_time;
    if (c->mark_state >> 4 == 0) { /* has never sent a request */
        if (stands < conf->header_time) return false;
        if (conn_progress(c, phase) == 0) *status = 0;
        return true;
    }
    if (now - c->look_time >=
        conf->header_time) { /* the library does not tell of its first bytes */
        c->look_time = now;
        bool more = conn_progress(c, phase) != c->mark_bytes;
        if (more && c->stirred) return true;
        c->stirred = more;
    }
    *status = 0;
    return !c->stirred && stands >= conf->idle_time;
}

static void conn_check(Conn *c, int64_t now, int64_t tick, int64_t stop)
{
    uint32_t state = atomic_load(&c->state);
    Phase phase = (Phase)(state & 15);
    if (phase != PHASE_IDLE && phase != PHASE_HEAD && phase != PHASE_BODY &&
        phase != PHASE_SENDING)
        return;
    if (state != c->mark_state) {
        c->mark_state = state;
        c->mark_time = c->look_time = now;
        c->mark_bytes = -1;
        c->stirred = false;
        return;
    }
    if (c->mark_bytes < 0) c->mark_bytes = conn_progress(c, phase);
    int status;
    if (stop) {
        int64_t from = stop > c->mark_time ? stop : c->mark_time;
        bool idle =
            phase == PHASE_IDLE && (c->mark_state >> 4 != 0 || conn_progress(c, phase) == 0);
        if (now - from >= (idle ? tick : c->http->conf.stop_time))
            conn_cut(c, phase == PHASE_HEAD || phase == PHASE_BODY ? 503 : 0, &HTTP_STOPPING);
    } else if (conn_slow(c, phase, now, &status)) {
        atomic_fetch_add(&c->http->cut, 1);
        conn_cut(c, status, &HTTP_SLOW);
    }
}

static void conns_check(Http *http, int64_t now, int64_t tick, int64_t stop)
{
    pthread_mutex_lock(&http->lock);
    for (Conn *c = http->conns; c; c = c->next)
        conn_check(c, now, tick, stop);
    pthread_mutex_unlock(&http->lock);
}

/* ---- the loop ---- */

static int64_t gate_tick(const HttpConf *conf)
{
    int least = conf->header_time;
    if (conf->window_time < least) least = conf->window_time;
    if (conf->idle_time < least) least = conf->idle_time;
    if (conf->beat_time < least) least = conf->beat_time;
    if (conf->stop_time < least) least = conf->stop_time;
    return least / 4 < 5 ? 5 : least / 4 > 500 ? 500 : least / 4;
}

static void gate_event(Http *http, const struct epoll_event *event)
{
    uint64_t count;
    switch (*(Watch *)event->data.ptr) {
    case WATCH_LISTEN: gate_accept(http); break;
    case WATCH_WAKE:
        if (read(http->wake, &count, sizeof count) < 0) assert(errno == EAGAIN);
        break;
    case WATCH_LINGER: linger_event(http, event->data.ptr); break;
    case WATCH_STREAM:
        if (stream_event(event->data.ptr, event->events)) stream_over(http, event->data.ptr);
        break;
    }
}

/* Whoever waits to be let in still is, so that they hear a 503 and not a reset. */
static void gate_shut(Http *http)
{
    gate_accept(http);
    epoll_ctl(http->epoll, EPOLL_CTL_DEL, http->listen, NULL);
    close(http->listen);
    http->listen = -1;
}

/* Whether everybody is out; late: those that only linger do not count. */
static bool gate_empty(Http *http, bool late)
{
    pthread_mutex_lock(&http->lock);
    bool empty = !http->conns && !http->streams && (late || !http->lingers);
    pthread_mutex_unlock(&http->lock);
    return empty;
}

static void *gate_run(void *arg)
{
    Http *http = arg;
    int64_t tick = gate_tick(&http->conf), last = clock_ms(), stop = 0, warned = 0;
    for (;;) {
        struct epoll_event events[64];
        int n = epoll_wait(http->epoll, events, 64, (int)tick);
        int64_t now = clock_ms();
        atomic_store(&http->now, now);
        for (int i = 0; i < n; i++)
            gate_event(http, &events[i]);
        if (!stop && atomic_load(&http->stopping)) {
            stop = warned = now;
            if (tick > 25) tick = 25;
            gate_shut(http);
        }
        if (now - last < tick) continue;
        last = now;
        if (http->listen >= 0)
            gate_watch(http, EPOLL_CTL_MOD, http->listen, EPOLLIN, &http->watch_listen);
        lingers_check(http, now, false);
        streams_check(http, now);
        conns_check(http, now, tick, stop);
        if (stop && gate_empty(http, now - stop >= http->conf.stop_time)) break;
        if (stop && now - warned >= 5000) {
            warned = now;
            log_warn("http=stopping connections=%lld", (long long)http_stats(http).connections);
        }
    }
    lingers_check(http, 0, true);
    return NULL;
}

void gate_wake(Http *http)
{
    uint64_t one = 1;
    ssize_t done = write(http->wake, &one, sizeof one);
    assert(done == sizeof one);
}

const Err *gate_start(Http *http)
{
    http->epoll = epoll_create1(EPOLL_CLOEXEC);
    http->wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (http->epoll < 0 || http->wake < 0) return &HTTP_LISTEN;
    http->watch_listen = WATCH_LISTEN;
    http->watch_wake = WATCH_WAKE;
    atomic_store(&http->now, clock_ms());
    gate_watch(http, EPOLL_CTL_ADD, http->listen, EPOLLIN, &http->watch_listen);
    gate_watch(http, EPOLL_CTL_ADD, http->wake, EPOLLIN, &http->watch_wake);
    return thread_start(&http->gate, gate_run, http, "http-gate") ? NULL : &HTTP_LISTEN;
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
