/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http_inside.h: what the files of http share and nobody else includes. http.c owns requests
 * and answers, http_gate.c the gate: one thread that accepts, watches the clock and serves
 * streams; http_stream.c one stream; http_text.c the text of a request.
 */
#ifndef WEB_HTTP_INSIDE_H
#define WEB_HTTP_INSIDE_H

#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>

#include "web/http.h"

struct MHD_Connection;
struct MHD_Daemon;

/* Where a connection is. Its thread moves it, but for CUT (the gate) and ANSWERED (anyone). */
typedef enum {
    PHASE_IDLE,     /* no request line yet */
    PHASE_HEAD,     /* request line there, headers coming */
    PHASE_BODY,     /* headers there and good, body coming */
    PHASE_BUSY,     /* with the handler, on the connection's own thread */
    PHASE_WAIT,     /* with the handler, suspended */
    PHASE_ANSWERED, /* the answer is there, its thread shall send it */
    PHASE_SENDING,
    PHASE_CUT /* refused, or too slow: nothing may be read or written any more */
} Phase;

typedef struct {
    enum { ANSWER_BYTES, ANSWER_FILE, ANSWER_STREAM } kind;
    int status, fd;
    const HttpPair *headers;
    size_t count;
    Str body;
    int64_t offset, size;
} Answer;

/* A request works in one block, which the next one takes over: an idle connection has none. */
#define REQUEST_BLOCK ((size_t)64 << 10)
#define SPARE_MOST    128

typedef struct Conn Conn;
typedef struct Worker Worker;
struct Conn {
    Request request; /* first, so that either is the other */
    Http *http;
    Worker *worker;
    struct MHD_Connection *mhd;
    int fd;
    Conn *next, *prev; /* all of them, under http->lock */
    Conn *after;       /* in its worker's inbox */
    /* 16 · (moves so far) + phase in one word, so that whoever saw it can claim exactly it. */
    _Atomic uint32_t state;
    _Atomic int64_t read;     /* bytes of this request's body so far */
    _Atomic int64_t requests; /* ever handled */

    /* of its own thread */
    Arena *mem;
    Str target;            /* as sent */
    const char *target_at; /* where libmicrohttpd has it */
    size_t limit;
    bool has_body, streams;
    Buf body;
    int spool; /* -1, or the file that holds the body */
    void *map;
    Answer answer;
    char address[INET6_ADDRSTRLEN];

    /* of the gate */
    uint32_t mark_state;
    bool stirred;
    int64_t mark_time, mark_bytes, look_time;
};

/* A thread that reads, handles and writes; libmicrohttpd does the work, but does not wait. */
struct Worker {
    Http *http;
    struct MHD_Daemon *daemon;
    pthread_t thread;
    bool runs;
    int wake;
    _Atomic bool woken;       /* wake has been written and not been read yet */
    Conn *inbox;              /* new connections, under http->lock */
    Conn *joining;            /* the one that is being given to libmicrohttpd */
    Arena *spare[SPARE_MOST]; /* of requests that were answered */
    size_t spare_count;
};

static inline Phase conn_phase(Conn *c)
{
    return (Phase)(atomic_load(&c->state) & 15);
}

/* Moves from one phase to another; false when it is no longer in from. */
MUST bool conn_step(Conn *c, Phase from, Phase to);

/* Everything in the gate's epoll set begins with this. */
typedef enum { WATCH_LISTEN, WATCH_WAKE, WATCH_LINGER, WATCH_STREAM } Watch;

typedef struct Linger Linger;

struct Stream {
    Watch watch;
    Http *http;
    int fd;
    Stream *next, *prev; /* under http->lock */
    void (*ended)(void *context);
    void *context;
    pthread_mutex_t lock; /* guards what follows; taken after http->lock */
    enum { STREAM_OPEN, STREAM_ENDING, STREAM_DEAD } state;
    char *queue;
    size_t start, n; /* queue[start, start + n) waits */
    int64_t last;    /* when something was sent */
};

struct Http {
    HttpConf conf;
    HttpHandler handler;
    void *context;
    Worker *workers;
    int listen, epoll, wake, port;
    Watch watch_listen, watch_wake;
    pthread_t gate;
    _Atomic bool stopping, ending; /* stopping: no more requests; ending: no more connections */
    _Atomic int answering;         /* threads inside http_answer */
    _Atomic int64_t now;           /* ms, monotonic, as of the gate's last turn */
    _Atomic int64_t accepted, refused, cut, dropped;

    pthread_mutex_t lock;
    Conn *conns;
    Stream *streams;
    Linger *lingers;
    int conn_count, stream_count, linger_count;
    int64_t requests; /* of closed connections */
};

/* http.c */
/* Sends the refusal, whole or not at all, past libmicrohttpd. */
void refusal_send(Http *http, int fd, int status, const Err *why, Str language, bool head);
void worker_wake(Worker *w);
/* Takes a connection out of the list; under the lock. */
void conn_unlink(Conn *c);
/* Hands the answered request back to its connection's thread; it is gone after it. */
void conn_answer(Conn *c, Answer answer);

/* http_gate.c */
MUST const Err *gate_listen(const HttpConf *conf, int *out_fd, int *out_port);
MUST const Err *gate_start(Http *http);
MUST bool thread_start(pthread_t *out, void *(*run)(void *), void *arg, const char *name);
void gate_wake(Http *http);
/* Takes fd: half closes it and reads on, so that the client sees the last answer. */
void gate_linger(Http *http, int fd);
MUST bool peer_stays(int fd);   /* the other side has not closed yet */
MUST bool peer_unheard(int fd); /* it has sent something and was never sent anything */

/* http_stream.c */
/* Each is called by the gate; true: it is over, take it from the list and call stream_end. */
MUST bool stream_event(Stream *s, uint32_t events);
MUST bool stream_tick(Stream *s, int64_t now);
void stream_end(Stream *s);

/* http_text.c */
MUST bool target_read(Arena *mem, Str target, Request *out);
MUST bool token_ok(Str s);
MUST bool header_value_ok(Str s);
MUST bool text_same(Str a, Str b); /* ASCII letters in any case */
/* The head of an answer that libmicrohttpd does not send. */
void head_add(Buf *b, int status, const char *reason, const HttpPair *headers, size_t count);

#endif
