/* SPDX-License-Identifier: Apache-2.0 */
/*
 * echo.c: the least an HTTP server can do: one thread, one epoll set, GET answers "hello", POST
 * its own body. Not a server for anybody, but the yardstick that gridward's cost of a request
 * is measured against in the same run, so that a noisy machine cancels out. 127.0.0.1 only.
 *
 *   echo [PORT]     (0 or none: a free port; prints "port=N" when it listens; ends on SIGTERM)
 */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ROOM = 65536, MOST = 1024 };

typedef struct {
    int fd;
    size_t n; /* bytes not answered yet */
    char in[ROOM];
} Visit;

/* Bytes of the first whole request at p, or 0; *body and *n are its body. */
static size_t request_whole(char *p, size_t have, const char **body, size_t *n)
{
    char *end = memmem(p, have, "\r\n\r\n", 4);
    if (!end) return 0;
    size_t head = (size_t)(end - p) + 4;
    *n = 0;
    *body = p + head;
    for (char *line = memchr(p, '\n', head); line + 1 < end;
         line = memchr(line + 1, '\n', (size_t)(end + 2 - line)))
        if (strncasecmp(line + 1, "content-length:", 15) == 0)
            *n = strtoul(line + 16, NULL, 10);
    return have >= head + *n ? head + *n : 0;
}

/* False when the connection is over. */
static int visit_serve(Visit *v)
{
    char out[ROOM];
    size_t used = 0, size, n, out_n = 0;
    const char *body;
    while ((size = request_whole(v->in + used, v->n - used, &body, &n)) > 0) {
        if (v->in[used] == 'G') body = "hello", n = 5;
        if (n + 256 > sizeof out - out_n) return 0;
        out_n += (size_t)snprintf(
            out + out_n, sizeof out - out_n,
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %zu\r\n\r\n", n);
        memcpy(out + out_n, body, n);
        out_n += n;
        used += size;
    }
    if (out_n && send(v->fd, out, out_n, MSG_NOSIGNAL) != (ssize_t)out_n) return 0;
    memmove(v->in, v->in + used, v->n - used);
    v->n -= used;
    return v->n < ROOM;
}

static void visit_ready(Visit *v)
{
    ssize_t n = recv(v->fd, v->in + v->n, ROOM - v->n, 0);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (n > 0) {
        v->n += (size_t)n;
        if (visit_serve(v)) return;
    }
    close(v->fd);
    free(v);
}

static void visit_accept(int listen, int epoll)
{
    int fd = accept4(listen, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC), on = 1;
    if (fd < 0) return;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    Visit *v = malloc(sizeof *v);
    if (!v) abort();
    v->fd = fd;
    v->n = 0;
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = v};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) != 0) abort();
}

int main(int argc, char **argv)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0),
        epoll = epoll_create1(EPOLL_CLOEXEC), on = 1;
    struct sockaddr_in at = {.sin_family = AF_INET};
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (argc > 1) at.sin_port = htons((uint16_t)strtoul(argv[1], NULL, 10));
    socklen_t n = sizeof at;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, (struct sockaddr *)&at, sizeof at) != 0 || listen(fd, MOST) != 0 ||
        getsockname(fd, (struct sockaddr *)&at, &n) != 0) {
        perror("echo");
        return 2;
    }
    printf("port=%d\n", ntohs(at.sin_port));
    fflush(stdout);
    struct epoll_event event = {.events = EPOLLIN}, events[MOST];
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) != 0) abort();
    for (;;) {
        int count = epoll_wait(epoll, events, MOST, -1);
        for (int i = 0; i < count; i++)
            if (events[i].data.ptr)
                visit_ready(events[i].data.ptr);
            else
                visit_accept(fd, epoll);
    }
}
