/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http_inside.h: what the files of http share and nobody else includes. http.c owns workers and
 * their connections, http_gate.c the gate: one thread that lets connections in and watches the
 * workers; http_stream.c one stream of events.
 *
 * A connection belongs to its worker alone. Any other thread that answers its request puts it
 * into the worker's inbox and wakes the worker.
 */
#ifndef WEB_HTTP_INSIDE_H
#define WEB_HTTP_INSIDE_H

#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>

#include "web/http_read.h"
#include "web/http_text.h"

typedef enum {
    PHASE_IDLE,    /* no byte of a request yet */
    PHASE_HEAD,    /* its head is coming */
    PHASE_BODY,    /* its body is coming */
    PHASE_BUSY,    /* with the handler */
    PHASE_SENDING, /* its answer is on its way */
    PHASE_STREAM,  /* a stream of events */
    PHASE_LINGER,  /* half closed by us, until the client has seen the last answer */
    PHASE_GONE     /* closed; freed at the end of its worker's turn */
} Phase;

typedef struct {
    enum { ANSWER_BYTES, ANSWER_FILE, ANSWER_STREAM } kind;
    int status, fd;
    const HttpPair *headers;
    size_t count;
    Str body;
    int64_t offset, size;
} HttpReply;

/* A request works in one block, which the next one takes over: an idle connection has none. */
#define REQUEST_BLOCK ((size_t)64 << 10)
#define SPARE_MOST    128
#define INPUT_SIZE    ((size_t)64 << 10)

/* The connections and streams of one address, or of one account. Under http->lock. */
typedef struct Share Share;
struct Share {
    Share *next;
    int connections, streams;
    char key[ADDRESS_TEXT];
};
#define SHARE_SETS 1024

typedef struct Conn Conn;
typedef struct Worker Worker;
struct Conn {
    Request request; /* first, so that either is the other */
    Http *http;
    Worker *worker;
    int fd;
    uint32_t watched;  /* for what the worker's epoll set has it; 0: it is not in there */
    Conn *next, *prev; /* of its worker */
    Conn *after;       /* in the inbox, or among those gone */
    Phase phase;
    bool admitted; /* counts as a connection; else it only hears why not */
    bool proxied;  /* the peer is a trusted proxy */
    bool keep;     /* another request may follow this one */
    bool used;     /* has sent a request before */
    HttpReader reader;
    Arena *mem;
    Buf body;
    int spool; /* -1, or the file that holds the body */
    void *map;
    Buf rest; /* what came behind a request that is not answered yet, in an arena of its own */
    HttpReply answer;
    Buf out; /* the answer's head */
    size_t sent;
    Stream *stream;
    int64_t come;         /* bytes of this request's body, or of what is thrown away */
    int64_t since, bytes; /* when the phase or its window began, and how much had come then */
    int refuse_status;    /* at the gate */
    const Err *refuse_why;
    Share *by_address, *by_account;
    Address peer;
    char address[ADDRESS_TEXT]; /* of the client: the peer, or whom a trusted proxy names */
};

/* A thread that reads, handles and writes, and its connections. */
struct Worker {
    Http *http;
    pthread_t thread;
    bool runs;
    int epoll, wake;
    _Atomic(Conn *) inbox; /* new ones and answered ones, the last first */
    _Atomic bool woken;    /* wake has been written and not been read yet */
    Conn *conns, *gone;    /* gone: closed in this turn */
    char *input;
    Arena *spare[SPARE_MOST];
    size_t spare_count;

    _Atomic int64_t connections, running, requests;

    _Atomic uint64_t turn; /* odd while it reads; the gate sees that it does not come out */
    Str at_hand; /* what it reads; the gate looks at it unlocked, at a worker that spins */
    uint64_t seen_turn; /* the gate's, as the two behind it */
    int64_t seen_cpu;
    int spin; /* 1: the log has it, 2: the handler has heard */
};

struct Stream {
    Conn *conn;
    void (*ended)(void *context);
    void *context;
    pthread_mutex_t lock; /* guards what follows */
    enum { STREAM_OPEN, STREAM_ENDING, STREAM_DEAD } state;
    bool begun; /* the worker waits for events of it */
    char *queue;
    size_t start, n; /* queue[start, start + n) waits */
    int64_t last;    /* when something was sent */
};

struct Http {
    HttpConf conf;
    HttpHandler handler;
    void *context;
    Worker *workers;
    int listen, wake, port;
    pthread_t gate;
    _Atomic bool stopping, ending; /* stopping: no more requests; ending: no more connections */
    _Atomic int answering;         /* threads inside http_answer */
    _Atomic int admitted, lingering;
    int linger_most;     /* more are closed without waiting for the client */
    _Atomic int64_t now; /* ms, monotonic, as of somebody's last turn */
    _Atomic int64_t accepted, refused, cut, dropped, streams;

    pthread_mutex_t lock; /* guards the shares */
    Share *shares[SHARE_SETS];
};

/* http.c */
void worker_wake(Worker *w);
/* Gives a connection to its worker, from any thread; it is the worker's after it. */
void conn_hand_over(Conn *c);
/* Hands the answered request back to its connection's thread; it is gone after it. */
void conn_answer(Conn *c, HttpReply answer);
/* Calls the handler's limit or handle; true: it has answered already. */
MUST bool conn_ask(Conn *c, void (*ask)(Conn *c));
MUST bool thread_start(pthread_t *out, void *(*run)(void *), void *arg, const char *name);
MUST int64_t clock_ms(void);
/* How often the clocks of connections are looked at, in ms. */
MUST int tick_ms(const HttpConf *conf);

/* http_conn.c: on the connection's worker, each. */
void conn_begin(Conn *c);
void conn_event(Conn *c, uint32_t events);
/* The answer is there, out with it. */
void conn_deliver(Conn *c);
/* Looks at its clock; stop: since when http is stopping, 0 not. */
void conn_tick(Conn *c, int64_t now, int64_t stop);
/* Half closes, and lets the client read the last words. */
void conn_linger(Conn *c);
/* For which events the worker is woken; 0: none. */
void conn_watch(Conn *c, uint32_t events);

/* http_gate.c */
MUST const Err *gate_listen(const HttpConf *conf, int *out_fd, int *out_port);
MUST const Err *gate_start(Http *http);
void gate_wake(Http *http);
/* Counts the connection to the share of key instead of to the one it counts to now; false, and
 * nothing has changed: that has percent of all connections. mine: its by_address or by_account.
 */
MUST bool share_move(Conn *c, Share **mine, const char *key, int percent);
/* Takes the connection, and its stream, out of both its shares. */
void share_leave(Conn *c);
/* One more stream in both its shares; false: one of them is full. */
MUST bool share_stream(Conn *c);
/* Who the request comes from, as a trusted proxy says; false: its share is full. */
MUST bool client_find(Conn *c);

/* http_stream.c: of its worker, each. */
/* The connection is the stream's from now on. */
void stream_begin(Stream *s);
/* There is room to send. */
void stream_event(Stream *s);
void stream_tick(Stream *s, int64_t now);
/* Tells its owner and frees it. */
void stream_end(Stream *s);

#endif
