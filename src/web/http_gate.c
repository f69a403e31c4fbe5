/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http_gate.c: the gate: one thread that lets connections in, each address and account to its
 * share, and sees when a worker does not come out of the reader. It accepts beside the workers,
 * so that somebody is told "busy" while they are.
 */
#include "web/http_inside.h"

#include "base/log.h"
#include "base/time.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

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

/* ---- shares ---- */

static int share_most(int all, int percent)
{
    int most = (int)((int64_t)all * percent / 100);
    return most < 1 ? 1 : most;
}

/* Under the lock: where the share of key stands, or would. */
static Share **share_find(Http *http, const char *key)
{
    Share **at = &http->shares[str_hash(str(key)) % SHARE_SETS];
    while (*at && strcmp((*at)->key, key) != 0)
        at = &(*at)->next;
    return at;
}

/* Under the lock. */
static void share_drop(Conn *c, Share *s)
{
    if (!s) return;
    if (c->stream) s->streams--;
    if (--s->connections > 0) return;
    *share_find(c->http, s->key) = s->next;
    free(s);
}

bool share_move(Conn *c, Share **mine, const char *key, int percent)
{
    Http *http = c->http;
    if (*mine && strcmp((*mine)->key, key) == 0) return true;
    pthread_mutex_lock(&http->lock);
    Share **at = share_find(http, key), *s = *at;
    bool room = !s || s->connections < share_most(http->conf.connections, percent);
    if (!s) {
        s = *at = calloc(1, sizeof *s);
        if (!s) abort();
        snprintf(s->key, sizeof s->key, "%s", key);
    }
    if (room) {
        s->connections++;
        share_drop(c, *mine);
        *mine = s;
    }
    pthread_mutex_unlock(&http->lock);
    return room;
}

void share_leave(Conn *c)
{
    if (!c->by_address && !c->by_account) return;
    pthread_mutex_lock(&c->http->lock);
    share_drop(c, c->by_address);
    share_drop(c, c->by_account);
    pthread_mutex_unlock(&c->http->lock);
    c->by_address = c->by_account = NULL;
}

bool share_stream(Conn *c)
{
    const HttpConf *conf = &c->http->conf;
    Share *a = c->by_address, *b = c->by_account;
    pthread_mutex_lock(&c->http->lock);
    bool room = (!a || a->streams < share_most(conf->streams, conf->address_percent)) &&
                (!b || b->streams < share_most(conf->streams, conf->account_percent));
    if (room && a) a->streams++;
    if (room && b) b->streams++;
    pthread_mutex_unlock(&c->http->lock);
    return room;
}

bool http_account(Request *r, int64_t account)
{
    Conn *c = (Conn *)r;
    char key[32];
    snprintf(key, sizeof key, "account %lld", (long long)account);
    return share_move(c, &c->by_account, key, c->http->conf.account_percent);
}

/* ---- whose request it is ---- */

static bool client_counted(Conn *c, const Address *client)
{
    char key[ADDRESS_TEXT];
    address_share(client, key);
    if (!share_move(c, &c->by_address, key, c->http->conf.address_percent)) return false;
    address_text(client, c->address);
    c->request.address = str(c->address);
    return true;
}

/* The last address of X-Forwarded-For that is no trusted proxy: what stands before it, the
 * client may have written itself. */
bool client_find(Conn *c)
{
    const HttpConf *conf = &c->http->conf;
    const Request *r = &c->request;
    Address client = c->peer, next;
    for (size_t i = r->header_count; i-- > 0;) {
        Str rest = r->headers[i].value;
        if (!text_same(r->headers[i].name, S("x-forwarded-for"))) continue;
        for (size_t end = rest.n + 1, at = end; at-- > 0;) {
            if (at > 0 && rest.p[at - 1] != ',') continue;
            Str piece = str_trim((Str){rest.p + at, end - 1 - at});
            if (!address_read(piece, &next)) return client_counted(c, &client);
            client = next;
            if (!networks_hold(conf->proxies, conf->proxy_count, &client))
                return client_counted(c, &client);
            end = at;
        }
    }
    return client_counted(c, &client);
}

/* ---- letting in ---- */

static Address peer_address(const struct sockaddr_storage *from)
{
    const struct sockaddr_in *v4 = (const void *)from;
    const struct sockaddr_in6 *v6 = (const void *)from;
    Address a = {.b = {[10] = 0xff, [11] = 0xff}};
    if (from->ss_family == AF_INET)
        memcpy(a.b + 12, &v4->sin_addr, 4);
    else
        memcpy(a.b, &v6->sin6_addr, 16);
    return a;
}

static void gate_admit(Http *http, int fd, const struct sockaddr_storage *from)
{
    Conn *c = calloc(1, sizeof *c);
    int on = 1;
    if (!c) abort();
    int64_t number = atomic_fetch_add(&http->accepted, 1);
    c->http = http;
    c->worker = &http->workers[number % http->conf.threads];
    c->fd = fd;
    c->spool = c->answer.fd = -1;
    c->peer = peer_address(from);
    c->proxied = networks_hold(http->conf.proxies, http->conf.proxy_count, &c->peer);
    address_text(&c->peer, c->address);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (atomic_load(&http->admitted) >= http->conf.connections) {
        c->refuse_status = 503;
        c->refuse_why = &HTTP_BUSY;
    } else if (!c->proxied && !client_counted(c, &c->peer)) {
        c->refuse_status = 429;
        c->refuse_why = &HTTP_CROWDED;
    } else {
        c->admitted = true;
        atomic_fetch_add(&http->admitted, 1);
    }
    conn_hand_over(c);
    worker_wake(&http->workers[number % http->conf.threads]);
}

/* False: no descriptor is left, and it is no use to try before the next tick. */
static bool gate_accept(Http *http)
{
    for (int i = 0; i < 64; i++) {
        struct sockaddr_storage from;
        socklen_t n = sizeof from;
        int fd =
            accept4(http->listen, (struct sockaddr *)&from, &n, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0 && (errno == EINTR || errno == ECONNABORTED)) continue;
        if (fd < 0 && errno == EAGAIN) return true;
        if (fd < 0) {
            log_warn("http=accept error=%d", errno);
            return false;
        }
        gate_admit(http, fd, &from);
    }
    return true;
}

/* ---- watching the workers ---- */

/* The bytes it reads, of which the log shows a few. */
static void spin_log(const Worker *w)
{
    char shown[64 * 4 + 1];
    size_t n = 0;
    for (size_t i = 0; i < w->at_hand.n && i < 64; i++)
        n += (size_t)snprintf(shown + n, sizeof shown - n, "\\x%02x",
                              (unsigned char)w->at_hand.p[i]);
    shown[n] = 0;
    log_error("http=spin bytes=%zu begin=%s", w->at_hand.n, shown);
}

/* No input may keep a worker in the reader; if one does, it is seen, and ended with the
 * process: a thread cannot be ended by itself. Its CPU counts, not a busy machine's time. */
static void worker_watch(Worker *w)
{
    const Http *http = w->http;
    uint64_t turn = atomic_load(&w->turn);
    int64_t cpu = time_of_thread(w->thread) / 1000000;
    if (turn % 2 == 0 || turn != w->seen_turn) {
        w->seen_turn = turn;
        w->seen_cpu = cpu;
        w->spin = 0;
        return;
    }
    if (w->spin >= 2 || cpu - w->seen_cpu < http->conf.spin_time * (w->spin + 1)) return;
    if (w->spin++ == 0)
        spin_log(w);
    else if (http->handler.stuck)
        http->handler.stuck(http->context);
}

/* ---- the loop ---- */

static void *gate_run(void *arg)
{
    Http *http = arg;
    int tick = tick_ms(&http->conf);
    int64_t last = 0;
    bool open = true;
    while (!atomic_load(&http->stopping)) {
        struct pollfd wait[2] = {{.fd = http->wake, .events = POLLIN},
                                 {.fd = open ? http->listen : -1, .events = POLLIN}};
        int ready = poll(wait, 2, tick);
        int64_t now = clock_ms();
        atomic_store_explicit(&http->now, now, memory_order_relaxed);
        if (ready > 0 && wait[1].revents) open = gate_accept(http);
        if (now - last < tick) continue;
        last = now;
        open = true;
        for (int i = 0; i < http->conf.threads; i++)
            worker_watch(&http->workers[i]);
    }
    bool all = gate_accept(http); /* who waits to be let in hears a 503 and not a reset */
    (void)all;
    close(http->listen);
    http->listen = -1;
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
    http->wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    bool good = http->wake >= 0 && thread_start(&http->gate, gate_run, http, "http-gate");
    return good ? NULL : &HTTP_LISTEN;
}
