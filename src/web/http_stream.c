/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http_stream.c: one stream of server-sent events. Its socket is taken out of libmicrohttpd: a
 * suspended connection would cost every other answer a walk past it, and would not notice that
 * its client left. The gate watches it; any thread may send, and nobody ever waits for a
 * reader.
 */
#include "web/http_inside.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

static void stream_watch(Stream *s, bool write)
{
    struct epoll_event event = {.events = EPOLLIN | EPOLLRDHUP | (write ? EPOLLOUT : 0U),
                                .data.ptr = s};
    int bad = epoll_ctl(s->http->epoll, EPOLL_CTL_MOD, s->fd, &event);
    assert(bad == 0);
}

/* Under the lock. The gate hears of the shutdown and does the rest. */
static void stream_kill(Stream *s)
{
    s->state = STREAM_DEAD;
    shutdown(s->fd, SHUT_RDWR);
}

/* Under the lock: sends what it can. */
static void stream_flush(Stream *s)
{
    while (s->n > 0) {
        ssize_t done = send(s->fd, s->queue + s->start, s->n, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (done < 0 && errno == EINTR) continue;
        if (done < 0 && errno != EAGAIN) stream_kill(s);
        if (done < 0) return;
        s->start += (size_t)done;
        s->n -= (size_t)done;
        s->last = atomic_load(&s->http->now);
    }
    s->start = 0;
}

/* Under the lock: queues and sends; false when there is no room, and then it is over. */
static bool stream_put(Stream *s, Str bytes)
{
    bool waited = s->n > 0;
    if (bytes.n > s->http->conf.stream_size - s->n) {
        atomic_fetch_add(&s->http->dropped, 1);
        stream_kill(s);
        return false;
    }
    if (s->start + s->n + bytes.n > s->http->conf.stream_size) {
        memmove(s->queue, s->queue + s->start, s->n);
        s->start = 0;
    }
    memcpy(s->queue + s->start + s->n, bytes.p, bytes.n);
    s->n += bytes.n;
    if (waited) return true; /* the gate is already waiting until it can write */
    stream_flush(s);
    if (s->state == STREAM_OPEN && s->n > 0) stream_watch(s, true);
    return s->state == STREAM_OPEN;
}

bool http_stream_send(Stream *s, Str bytes)
{
    pthread_mutex_lock(&s->lock);
    bool good = s->state == STREAM_OPEN && (bytes.n == 0 || stream_put(s, bytes));
    pthread_mutex_unlock(&s->lock);
    return good;
}

/* Under the lock: the gate ends it when nothing waits any more. */
static void stream_finish(Stream *s)
{
    s->state = STREAM_ENDING;
    s->last = atomic_load(&s->http->now);
    stream_watch(s, true);
}

void http_stream_close(Stream *s)
{
    pthread_mutex_lock(&s->lock);
    if (s->state == STREAM_OPEN) stream_finish(s);
    pthread_mutex_unlock(&s->lock);
}

/* True when the client has left; what it sends is not read by anybody. */
static bool client_left(int fd)
{
    char bin[4096];
    for (;;) {
        ssize_t n = recv(fd, bin, sizeof bin, MSG_DONTWAIT);
        if (n > 0 || (n < 0 && errno == EINTR)) continue;
        return n == 0 || errno != EAGAIN;
    }
}

bool stream_event(Stream *s, uint32_t events)
{
    pthread_mutex_lock(&s->lock);
    if ((events & ~(uint32_t)EPOLLOUT) && client_left(s->fd)) s->state = STREAM_DEAD;
    if (s->state != STREAM_DEAD && (events & EPOLLOUT)) {
        stream_flush(s);
        if (s->n == 0 && s->state == STREAM_ENDING) s->state = STREAM_DEAD;
        if (s->n == 0 && s->state == STREAM_OPEN) stream_watch(s, false);
    }
    bool over = s->state == STREAM_DEAD;
    pthread_mutex_unlock(&s->lock);
    return over;
}

bool stream_tick(Stream *s, int64_t now)
{
    const HttpConf *conf = &s->http->conf;
    pthread_mutex_lock(&s->lock);
    if (s->state == STREAM_OPEN && atomic_load(&s->http->stopping)) stream_finish(s);
    if (s->state == STREAM_OPEN && s->n == 0 && now - s->last >= conf->beat_time) {
        bool good = stream_put(s, S(":\n\n"));
        (void)good; /* if not, the gate is told by an event */
    }
    if (s->state == STREAM_ENDING && now - s->last >= conf->stop_time) s->state = STREAM_DEAD;
    bool over = s->state == STREAM_DEAD;
    pthread_mutex_unlock(&s->lock);
    return over;
}

void stream_end(Stream *s)
{
    /* Explicitly: the socket may still be open once more in its old connection. */
    epoll_ctl(s->http->epoll, EPOLL_CTL_DEL, s->fd, NULL);
    if (peer_stays(s->fd))
        gate_linger(s->http, s->fd);
    else
        close(s->fd);
    s->ended(s->context);
    pthread_mutex_destroy(&s->lock);
    free(s->queue);
    free(s);
}

static Stream *stream_new(Http *http, int fd, void (*ended)(void *context), void *context)
{
    Stream *s = calloc(1, sizeof *s);
    char *queue = malloc(http->conf.stream_size);
    if (!s || !queue) abort();
    *s = (Stream){.watch = WATCH_STREAM,
                  .http = http,
                  .fd = fd,
                  .ended = ended,
                  .context = context,
                  .queue = queue,
                  .last = atomic_load(&http->now)};
    pthread_mutex_init(&s->lock, NULL);
    /* A phone that left the network says nothing: unacknowledged bytes end it after a minute.
     */
    unsigned patience = 60000;
    setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &patience, sizeof patience);
    int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return s;
}

const Err *http_stream_open(Request *r, const HttpPair *headers, size_t count,
                            void (*ended)(void *context), void *context, Stream **out)
{
    Conn *c = (Conn *)r;
    Http *http = c->http;
    pthread_mutex_lock(&http->lock);
    bool room = http->stream_count < http->conf.streams && !atomic_load(&http->stopping);
    int fd = room ? fcntl(c->fd, F_DUPFD_CLOEXEC, 0) : -1;
    if (fd < 0) {
        pthread_mutex_unlock(&http->lock);
        return &HTTP_BUSY;
    }
    Stream *s = stream_new(http, fd, ended, context);
    pthread_mutex_lock(&s->lock);
    s->next = http->streams;
    if (s->next) s->next->prev = s;
    http->streams = s;
    http->stream_count++;
    struct epoll_event event = {.events = EPOLLIN | EPOLLRDHUP, .data.ptr = s};
    int bad = epoll_ctl(http->epoll, EPOLL_CTL_ADD, fd, &event);
    assert(bad == 0);
    pthread_mutex_unlock(&http->lock);

    Buf head = BUF(r->mem);
    head_add(&head, 200, "OK", headers, count);
    bool good = stream_put(s, buf_str(&head));
    if (good && r->head) stream_finish(s);
    *out = s; /* before the lock goes: after that it may end at any time */
    pthread_mutex_unlock(&s->lock);
    conn_answer(c, (Answer){.kind = ANSWER_STREAM});
    return NULL;
}
