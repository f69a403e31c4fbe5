/* SPDX-License-Identifier: Apache-2.0 */
/*
 * peer.h: a client that says exactly what a test tells it to, over a real socket on 127.0.0.1.
 * It never sleeps: it waits for bytes with a deadline and fails the test when that passes.
 */
#ifndef TESTS_WEB_PEER_H
#define TESTS_WEB_PEER_H

#include "test.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { PEER_PATIENCE = 300000 }; /* ms; it only bounds a hang, on however busy a machine */

typedef struct {
    int fd;
    size_t n; /* bytes not taken yet */
    char in[1 << 18];
} Peer;

typedef struct {
    int status;
    char head[4096], body[1 << 17];
    size_t body_n;
    int more; /* the connection stays open after it */
} Reply;

/* How many files and sockets this process has open. */
static inline int files_open(void)
{
    int n = 0;
    DIR *all = opendir("/proc/self/fd");
    assert_non_null(all);
    while (readdir(all))
        n++;
    closedir(all);
    return n;
}

static inline int64_t peer_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static inline Peer *peer_open(int port)
{
    Peer *p = calloc(1, sizeof *p);
    assert_non_null(p);
    p->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(connect(p->fd, (struct sockaddr *)&at, sizeof at), 0);
    return p;
}

static inline void peer_close(Peer *p)
{
    close(p->fd);
    free(p);
}

/* False when the other side no longer takes it. */
static inline int peer_try(Peer *p, const char *bytes, size_t n)
{
    while (n > 0) {
        struct pollfd wait = {.fd = p->fd, .events = POLLOUT};
        if (poll(&wait, 1, PEER_PATIENCE) != 1) fail_msg("cannot send");
        ssize_t done = send(p->fd, bytes, n, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (done < 0 && (errno == EAGAIN || errno == EINTR)) continue;
        if (done < 0) return 0;
        bytes += done;
        n -= (size_t)done;
    }
    return 1;
}

static inline void peer_say(Peer *p, const char *text)
{
    assert_true(peer_try(p, text, strlen(text)));
}

/* Reads once more: 1 something came, 0 the other side closed, -1 it reset the connection. */
static inline int peer_hear(Peer *p)
{
    struct pollfd wait = {.fd = p->fd, .events = POLLIN};
    if (poll(&wait, 1, PEER_PATIENCE) != 1)
        fail_msg("nothing came; so far: %.*s", (int)p->n, p->in);
    assert_true(p->n < sizeof p->in);
    ssize_t n = recv(p->fd, p->in + p->n, sizeof p->in - p->n, 0);
    if (n < 0) return -1;
    p->n += (size_t)n;
    return n > 0;
}

static inline void peer_take(Peer *p, size_t n)
{
    assert_true(n <= p->n);
    memmove(p->in, p->in + n, p->n - n);
    p->n -= n;
}

/* The value of a header of the reply, or NULL. */
static inline const char *reply_header(const Reply *r, const char *name)
{
    static char value[512];
    size_t n = strlen(name);
    for (const char *line = strstr(r->head, "\r\n"); line; line = strstr(line + 2, "\r\n")) {
        if (strncasecmp(line + 2, name, n) != 0 || line[2 + n] != ':') continue;
        const char *from = line + 2 + n + 1 + (line[2 + n + 1] == ' ');
        snprintf(value, sizeof value, "%.*s", (int)strcspn(from, "\r"), from);
        return value;
    }
    return NULL;
}

static inline void reply_head(Peer *p, Reply *r)
{
    char *end;
    while (p->in[p->n] = 0, (end = strstr(p->in, "\r\n\r\n")) == NULL)
        if (peer_hear(p) != 1) fail_msg("closed without a whole head: %.*s", (int)p->n, p->in);
    size_t n = (size_t)(end - p->in) + 4;
    assert_true(n < sizeof r->head);
    memcpy(r->head, p->in, n);
    r->head[n] = 0;
    assert_int_equal(strncmp(r->head, "HTTP/1.", 7), 0);
    r->status = (int)strtol(r->head + 9, NULL, 10);
    peer_take(p, n);
}

/* Reads one whole reply; bodiless: none follows whatever its length says (HEAD). */
static inline Reply *peer_reply_to(Peer *p, int bodiless)
{
    static Reply r;
    memset(&r, 0, sizeof r);
    reply_head(p, &r);
    const char *length = reply_header(&r, "content-length");
    size_t n = length && !bodiless && r.status != 304 ? (size_t)strtoull(length, NULL, 10) : 0;
    assert_true(n < sizeof r.body);
    while (p->n < n)
        if (peer_hear(p) != 1) fail_msg("closed within a body of %zu bytes at %zu", n, p->n);
    memcpy(r.body, p->in, n);
    r.body_n = n;
    peer_take(p, n);
    const char *connection = reply_header(&r, "connection");
    r.more = !(connection && strcasecmp(connection, "close") == 0);
    return &r;
}

static inline Reply *peer_reply(Peer *p)
{
    return peer_reply_to(p, 0);
}

/* Fails unless the other side closes without another byte. */
static inline void peer_ends(Peer *p)
{
    assert_int_equal(p->n, 0);
    int what = peer_hear(p);
    if (what == 1) fail_msg("instead of the end: %.*s", (int)p->n, p->in);
}

#endif
