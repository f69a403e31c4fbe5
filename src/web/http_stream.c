/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http_stream.c: one stream of server-sent events on a connection. Any thread may send, and
 * nobody ever waits for a reader: what the kernel does not take waits in a bounded queue, which
 * the connection's worker sends on. Only the worker ends a stream.
 */
#include "web/http_inside.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>

/* Under the lock. The worker hears of the shutdown and does the rest. */
static void stream_kill(Stream *s)
{
    s->state = STREAM_DEAD;
    shutdown(s->conn->fd, SHUT_RDWR);
}

/* Under the lock: sends what it can; the end of the queue ends a stream that is ending. */
static void stream_flush(Stream *s)
{
    while (s->n > 0) {
        ssize_t done =
            send(s->conn->fd, s->queue + s->start, s->n, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (done < 0 && errno == EINTR) continue;
        if (done < 0 && errno != EAGAIN) stream_kill(s);
        if (done < 0) return;
        s->start += (size_t)done;
        s->n -= (size_t)done;
        s->last = atomic_load(&s->conn->http->now);
    }
    s->start = 0;
    if (s->state == STREAM_ENDING) shutdown(s->conn->fd, SHUT_WR);
}

/* Under the lock. */
static void stream_watch(Stream *s)
{
    if (s->begun) conn_watch(s->conn, EPOLLIN | (s->n ? EPOLLOUT : 0U));
}

/* Under the lock: queues and sends; false when there is no room, and then it is over. */
static bool stream_put(Stream *s, Str bytes)
{
    Http *http = s->conn->http;
    bool waited = s->n > 0;
    if (bytes.n > http->conf.stream_size - s->n) {
        atomic_fetch_add(&http->dropped, 1);
        stream_kill(s);
        return false;
    }
    if (s->start + s->n + bytes.n > http->conf.stream_size) {
        memmove(s->queue, s->queue + s->start, s->n);
        s->start = 0;
    }
    memcpy(s->queue + s->start + s->n, bytes.p, bytes.n);
    s->n += bytes.n;
    if (!waited) stream_flush(s); /* else the worker is told when there is room */
    if (!waited) stream_watch(s);
    return s->state == STREAM_OPEN;
}

bool http_stream_send(Stream *s, Str bytes)
{
    pthread_mutex_lock(&s->lock);
    bool good = s->state == STREAM_OPEN && (bytes.n == 0 || stream_put(s, bytes));
    pthread_mutex_unlock(&s->lock);
    return good;
}

/* Under the lock. The client sees the end behind what is queued, and closes; if it does not,
 * the worker ends the stream after stop_time. */
static void stream_finish(Stream *s)
{
    s->state = STREAM_ENDING;
    s->last = atomic_load(&s->conn->http->now);
    stream_flush(s);
}

void http_stream_close(Stream *s)
{
    pthread_mutex_lock(&s->lock);
    if (s->state == STREAM_OPEN) stream_finish(s);
    pthread_mutex_unlock(&s->lock);
}

void stream_event(Stream *s)
{
    pthread_mutex_lock(&s->lock);
    if (s->state != STREAM_DEAD) stream_flush(s);
    stream_watch(s);
    pthread_mutex_unlock(&s->lock);
}

void stream_begin(Stream *s)
{
    pthread_mutex_lock(&s->lock);
    s->begun = true;
    pthread_mutex_unlock(&s->lock);
    stream_event(s);
}

void stream_tick(Stream *s, int64_t now)
{
    Conn *c = s->conn;
    const HttpConf *conf = &c->http->conf;
    pthread_mutex_lock(&s->lock);
    if (s->state == STREAM_OPEN && atomic_load(&c->http->stopping)) stream_finish(s);
    if (s->state == STREAM_OPEN && s->n == 0 && now - s->last >= conf->beat_time) {
        bool good = stream_put(s, S(":\n\n"));
        (void)good; /* if not, the shutdown is an event */
    }
    bool over = s->state == STREAM_DEAD ||
                (s->state == STREAM_ENDING && (s->n == 0 || now - s->last >= conf->stop_time));
    pthread_mutex_unlock(&s->lock);
    if (over) conn_linger(c);
}

void stream_end(Stream *s)
{
    atomic_fetch_sub(&s->conn->http->streams, 1);
    s->ended(s->context);
    pthread_mutex_destroy(&s->lock);
    free(s->queue);
    free(s);
}

static Stream *stream_new(Conn *c, void (*ended)(void *context), void *context)
{
    Stream *s = calloc(1, sizeof *s);
    char *queue = malloc(c->http->conf.stream_size);
    if (!s || !queue) abort();
    *s = (Stream){.conn = c,
                  .ended = ended,
                  .context = context,
                  .queue = queue,
                  .last = atomic_load(&c->http->now)};
    pthread_mutex_init(&s->lock, NULL);
    /* A phone that left the network says nothing: unacknowledged bytes end it after a minute.
     */
    unsigned patience = 60000;
    setsockopt(c->fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &patience, sizeof patience);
    return s;
}

/* One more of all streams. */
static bool stream_room(Http *http)
{
    if (atomic_fetch_add(&http->streams, 1) < http->conf.streams &&
        !atomic_load(&http->stopping))
        return true;
    atomic_fetch_sub(&http->streams, 1);
    return false;
}

const Err *http_stream_open(Request *r, const HttpPair *headers, size_t count,
                            void (*ended)(void *context), void *context, Stream **out)
{
    Conn *c = (Conn *)r;
    if (!stream_room(c->http)) return &HTTP_BUSY;
    if (!share_stream(c)) {
        atomic_fetch_sub(&c->http->streams, 1);
        return &HTTP_CROWDED;
    }
    Stream *s = stream_new(c, ended, context);
    Buf head = BUF(r->mem);
    head_add(&head, 200, -1, true, headers, count);
    *out = s; /* before its worker hears of it: after that it may end at any time */
    pthread_mutex_lock(&s->lock);
    bool good = stream_put(s, buf_str(&head));
    if (good && r->head) stream_finish(s);
    pthread_mutex_unlock(&s->lock);
    c->stream = s;
    conn_answer(c, (HttpReply){.kind = ANSWER_STREAM});
    return NULL;
}
