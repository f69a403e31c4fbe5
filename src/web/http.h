/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http.h: sockets, limits, suspending and shutdown. A request reaches the handler once, whole
 * and checked; it is answered at once or later, from any thread. This module speaks HTTP/1.1
 * (RFC 9112) and knows nothing of routes, JSON or databases.
 */
#ifndef WEB_HTTP_H
#define WEB_HTTP_H

#include "base/address.h"
#include "base/err.h"

typedef struct Http Http;
typedef struct Stream Stream;

typedef struct { /* a header of a request or an answer, or a query parameter */
    Str name, value;
} HttpPair;

/*
 * One request: views into memory that lives until it has been answered. Whoever holds it owns
 * it, mem included; http_answer, http_answer_file and http_stream_open take it away again.
 */
typedef struct {
    Arena *mem;
    Str method; /* a token; "GET" also for HEAD */
    Str path;   /* percent-decoded once, UTF-8, begins with '/', no segment "." or ".." */
    const HttpPair *query; /* decoded, in the order sent; a name may stand there twice */
    size_t query_count;
    const HttpPair *headers; /* as sent, UTF-8, without control characters */
    size_t header_count;
    Str body;    /* "" when there is none; not checked */
    Str address; /* of the client: the peer, or whom a trusted proxy names; "2001:db8::1" */
    bool head;   /* the answer's body is not sent, only its length */
    void *user;  /* the handler's own; NULL at first, kept between limit and handle */
} Request;

/* Times in ms, sizes in bytes. Begin with http_conf() and change what you know better. */
typedef struct {
    Str listen;  /* "127.0.0.1:8080", "[::1]:8080", "localhost:0"; port 0 takes a free one */
    int threads; /* that read, handle and write; a second costs each request a quarter more */
    int connections;     /* more are refused with 503; fewer if the system allows fewer files */
    int streams;         /* open at once; each is one of the connections */
    int address_percent; /* of both, for one address (a /64 network of IPv6); more is 429 */
    int account_percent; /* of both, for one account (http_account) */
    const Network *proxies; /* of whom X-Forwarded-For is believed */
    size_t proxy_count;
    size_t header_size; /* request line and headers; more is refused with 414 or 431 */
    size_t body_size;   /* what a request may carry when there is no limit function; else 413 */
    size_t memory_size; /* a larger body is kept in a file without a name under spool */
    size_t stream_size; /* what may wait for a slow reader of a stream before it is dropped */
    Str spool;
    int header_time; /* from the first byte, or the connection, to the last header; else 408 */
    int window_time; /* while a body or an answer travels, each such time must carry … */
    int window_size; /* … so many bytes; else 408 and closed, or just closed */
    int idle_time;   /* a connection may wait for its next request */
    int beat_time; /* a silent stream is sent ":" and an empty line: who has left is noticed */
    int stop_time; /* http_stop waits so long for clients that are still sending or reading */
    int spin_time; /* of CPU, inside the reader: then the log has it; twice that: stuck */
} HttpConf;

/* 1 thread, 4,096 connections, 1,024 streams, a quarter of them for one address or account,
 * 8 KiB headers, 64 KiB body, 256 KiB in memory. */
MUST HttpConf http_conf(void);

typedef struct {
    /* How many bytes of body the request may carry, asked when its headers are there. It may
       answer at once: the body is then not read. NULL: body_size. */
    size_t (*limit)(void *context, Request *request);
    /* Called once a request, on one of http's threads, which serves nobody else meanwhile. The
       request must be answered, now or later, from any thread: nothing else frees it. */
    void (*handle)(void *context, Request *request);
    /* Called on a thread of http that asked for it (http_want_rest) before it next waits
       because nothing is to be done; NULL when none asks. */
    void (*rest)(void *context);
    /* The body and its type for what http itself refuses, from any of its threads; calls
       nothing of http. language is the Accept-Language header, STR_NULL when not known. NULL:
       the English sentence as text. */
    Str (*refuse)(void *context, Arena *mem, int status, const Err *why, Str language,
                  Str *out_type);
    /* A worker does not come out of the reader (a fault of ours): end the process. Called once,
       on a thread of http that is not the worker's. NULL: nothing but the log tells. */
    void (*stuck)(void *context);
} HttpHandler;

/* Listens and serves; raises the process's limit of open files as far as it may. Errors:
   HTTP_TAKEN (another program listens there), HTTP_LISTEN, HTTP_FILES; the address they speak
   of is yours to fill in: err_make(mem, e, conf->listen, STR_NULL). */
MUST const Err *http_start(const HttpConf *conf, const HttpHandler *handler, void *context,
                           Http **out);
/* The port that it listens on. */
MUST int http_port(const Http *http);
/*
 * Stops: takes no new connection, answers what is running (with Connection: close), refuses
 * what comes with 503, ends the streams, waits at most stop_time for slow clients, but without
 * limit for requests that the handler still holds. Frees http; NULL is fine. Not from http's
 * threads.
 */
void http_stop(Http *http);

typedef struct {
    int64_t connections, streams, running; /* now */
    int64_t accepted, requests, refused, cut,
        dropped; /* since the start; cut: too slow or idle */
} HttpStats;
MUST HttpStats http_stats(Http *http);

/* The request comes from this account, to whose share its connection counts from now on; false:
   that is full, answer HTTP_CROWDED. From the handler, on its thread. */
MUST bool http_account(Request *request, int64_t account);

/* The value of a header, name in any case; STR_NULL when absent; of several the first. How many
   there are goes to count, which may be NULL. */
MUST Str request_header(const Request *request, Str name, size_t *count);
/* The value of a query parameter, likewise; names are compared byte by byte. */
MUST Str request_param(const Request *request, Str name, size_t *count);
/* The value of a cookie, likewise, without the quotes that may stand around it. */
MUST Str request_cookie(const Request *request, Str name, size_t *count);

/*
 * Answers; the request is gone after it. Nothing is copied: headers, their texts and body must
 * be static or in request->mem, where they live until all is sent (str_dup to put them there).
 * Content-Length, Date and Connection are http's. A header with a line break is a broken
 * invariant.
 */
void http_answer(Request *request, int status, const HttpPair *headers, size_t count, Str body);
/* From a handler, on its thread of http: see HttpHandler.rest. */
void http_want_rest(void);
/* Answers of this thread between http_hold and http_release go out together: http's threads are
 * woken once, at the end. */
void http_hold(void);
void http_release(Http *http);
/* Answers with size bytes of the regular file fd from offset on; takes and closes fd. */
void http_answer_file(Request *request, int status, const HttpPair *headers, size_t count,
                      int fd, int64_t offset, int64_t size);

/*
 * Answers 200 with a body that comes piece by piece and ends with the connection: server-sent
 * events. The request is gone after it. ended(context) is called exactly once, on http's thread
 * and with no lock held, after the client left, was too slow, the stream was closed or http
 * stopped; the stream is freed when it returns, so take the lock that guards your list of
 * streams both there and around every other call. Errors: HTTP_BUSY (too many streams),
 * HTTP_CROWDED (too many of this address or account); the request is then still yours.
 */
MUST const Err *http_stream_open(Request *request, const HttpPair *headers, size_t count,
                                 void (*ended)(void *context), void *context, Stream **out);
/* Queues a copy of bytes, from any thread, never waiting. False: nobody reads any more. */
bool http_stream_send(Stream *stream, Str bytes);
/* Ends it when what is queued has been sent. From any thread. */
void http_stream_close(Stream *stream);

extern const Err HTTP_TAKEN, HTTP_LISTEN, HTTP_FILES, HTTP_MALFORMED, HTTP_LARGE, HTTP_HEADERS,
    HTTP_TARGET, HTTP_CODING, HTTP_VERSION, HTTP_EXPECT, HTTP_SLOW, HTTP_CROWDED, HTTP_BUSY,
    HTTP_STOPPING, HTTP_FULL;

#endif
